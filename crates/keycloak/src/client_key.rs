//! The key by which we prove to Keycloak that we are its client (`private_key_jwt`, OpenID Connect Core §9): nothing secret lies in the realm.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::{SecretKey, elliptic_curve::sec1::ToSec1Point as _, pkcs8::EncodePrivateKey as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// An ES256 key, the same on every node of a deployment: it is derived from the deployment's key.
pub struct ClientKey(SecretKey);

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(..)")
    }
}

impl ClientKey {
    /// The key of a 32-byte secret. A secret that is no scalar of the curve (one of 2³²) is hashed until it is one.
    pub fn from_secret(secret: [u8; 32]) -> Self {
        let mut bytes = secret;
        loop {
            match SecretKey::from_slice(&bytes) {
                Ok(key) => return Self(key),
                Err(_) => bytes = Sha256::digest(bytes).into(),
            }
        }
    }

    /// The public half as a JSON Web Key (RFC 7517), named by its thumbprint.
    pub fn public_jwk(&self) -> Value {
        let (x, y) = self.coordinates();
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid(), "use": "sig", "alg": "ES256" })
    }

    /// The key's name: its thumbprint.
    pub fn kid(&self) -> String {
        let (x, y) = self.coordinates();
        // The members in the order of RFC 7638 §3.3, without blanks.
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)))
    }

    /// Signs `claims` as a token of type `typ`.
    ///
    /// # Errors
    /// Claims that are no JSON object.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> anyhow::Result<String> {
        let header = Header { typ: Some(typ.to_owned()), kid: Some(self.kid()), ..Header::new(Algorithm::ES256) };
        let der = self.0.to_pkcs8_der().map_err(|error| anyhow::anyhow!("the key cannot be written: {error}"))?;
        Ok(encode(&header, claims, &EncodingKey::from_ec_der(der.as_bytes()))?)
    }

    fn coordinates(&self) -> (String, String) {
        let point = self.0.public_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.map_or(&[][..], |bytes| bytes.as_slice()));
        (coordinate(point.x()), coordinate(point.y()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_same_for_the_same_secret_and_never_shows_its_private_half() {
        let (one, again, other) = ([7; 32], [7; 32], [8; 32]);
        let jwk = ClientKey::from_secret(one).public_jwk();
        assert_eq!(jwk, ClientKey::from_secret(again).public_jwk());
        assert_ne!(jwk, ClientKey::from_secret(other).public_jwk());
        assert!(jwk.get("d").is_none());
    }

    #[test]
    fn a_secret_that_is_no_scalar_still_gives_a_key() {
        ClientKey::from_secret([0; 32]);
        ClientKey::from_secret([0xff; 32]);
    }
}
