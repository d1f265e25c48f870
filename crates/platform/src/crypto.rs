//! Sealing of health data and contact data, lookup hashes, and token hashes.
//!
//! Envelope: the deployment's key (KEK) wraps each person's data key (DEK); fields are XChaCha20-Poly1305 under the DEK. The additional data names
//! table, column and row, so that a ciphertext moved elsewhere does not open. The first byte is the format's version (crypto agility).

use std::fmt;

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::rng::Rng;

/// The format of sealed bytes: version, 24 bytes nonce, ciphertext with tag.
const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;

/// A sealed value did not open: wrong key, wrong place, damaged or erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value does not open")]
pub struct Unsealable;

/// Where a sealed value lives. Bound into the ciphertext.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    /// The row: usually its primary key.
    pub row: Uuid,
}

/// The deployment's keys, all derived from one root secret by HKDF-SHA-256 with a label each.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DeploymentKeys {
    root: [u8; 32],
    wrap: [u8; 32],
    lookup: [u8; 32],
}

impl fmt::Debug for DeploymentKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeploymentKeys(..)")
    }
}

impl DeploymentKeys {
    /// Keys from the 32-byte root secret.
    pub fn from_root(root: [u8; 32]) -> Self {
        Self { wrap: derive(&root, "wrap data keys"), lookup: derive(&root, "lookup hashes"), root }
    }

    /// A further 32-byte secret for one purpose (relay credentials, database password, ...).
    pub fn derive(&self, label: &str) -> [u8; 32] {
        derive(&self.root, label)
    }

    /// A new data key for `person`, and its wrapped form for the database.
    pub fn new_data_key(&self, rng: &Rng, person: Uuid) -> (DataKey, Vec<u8>) {
        let key = DataKey(rng.bytes());
        let wrapped = seal(&self.wrap, rng, Place { table: "data_keys", column: "wrapped", row: person }, &key.0);
        (key, wrapped)
    }

    /// Opens a wrapped data key.
    pub fn unwrap_data_key(&self, person: Uuid, wrapped: &[u8]) -> Result<DataKey, Unsealable> {
        let mut plain = unseal(&self.wrap, Place { table: "data_keys", column: "wrapped", row: person }, wrapped)?;
        let key = DataKey(plain.as_slice().try_into().map_err(|_| Unsealable)?);
        plain.zeroize();
        Ok(key)
    }

    /// Seals a value which belongs to no person (an invitation's address, a feed's URL, a stored answer).
    pub fn seal(&self, rng: &Rng, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        seal(&self.derive("seal"), rng, place, plain)
    }

    /// Opens what [`Self::seal`] sealed.
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        unseal(&self.derive("seal"), place, sealed)
    }

    /// A keyed hash to find a value by (an e-mail address, a code, a throttled key). `domain` keeps the uses apart.
    pub fn lookup(&self, domain: &str, value: &str) -> Vec<u8> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.lookup).expect("HMAC takes keys of any length");
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// One person's data key. Destroying its wrapped form in the database is erasure of everything sealed with it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

impl DataKey {
    /// Seals `plain` for `place`.
    pub fn seal(&self, rng: &Rng, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        seal(&self.0, rng, place, plain)
    }

    /// Opens what was sealed for the same place.
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        unseal(&self.0, place, sealed)
    }
}

/// SHA-256 of a random token (≥ 128 bits, so no salt or stretching is needed): all that the database keeps of it.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn derive(root: &[u8; 32], label: &str) -> [u8; 32] {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(Some(b"ponimau"), root).expand(label.as_bytes(), &mut out).expect("32 bytes is a valid HKDF length");
    out
}

fn seal(key: &[u8; 32], rng: &Rng, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_LEN] = rng.bytes();
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let aad = additional_data(place);
    let body = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
        .expect("XChaCha20-Poly1305 seals anything that fits in memory");
    [&[VERSION][..], &nonce, &body].concat()
}

fn unseal(key: &[u8; 32], place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
    let (version, rest) = sealed.split_first().ok_or(Unsealable)?;
    let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
    if *version != VERSION {
        return Err(Unsealable);
    }
    let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| Unsealable)?;
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &additional_data(place) })
        .map_err(|_| Unsealable)
}

fn additional_data(place: Place<'_>) -> Vec<u8> {
    [&[VERSION][..], place.table.as_bytes(), b"|", place.column.as_bytes(), b"|", place.row.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { table: "messages", column: "sealed", row: Uuid::from_u128(7) };

    fn fixture() -> (DeploymentKeys, Rng) {
        (DeploymentKeys::from_root([3; 32]), Rng::from_seed(1))
    }

    #[test]
    fn opens_what_it_sealed_and_only_in_its_place() {
        let (keys, rng) = fixture();
        let (key, wrapped) = keys.new_data_key(&rng, Uuid::from_u128(1));
        let sealed = key.seal(&rng, PLACE, "тихо".as_bytes());
        let reopened = keys.unwrap_data_key(Uuid::from_u128(1), &wrapped).unwrap();
        assert_eq!(reopened.unseal(PLACE, &sealed).unwrap(), "тихо".as_bytes());
        assert_eq!(reopened.unseal(Place { row: Uuid::from_u128(8), ..PLACE }, &sealed), Err(Unsealable));
        assert_eq!(reopened.unseal(Place { column: "other", ..PLACE }, &sealed), Err(Unsealable));
    }

    #[test]
    fn a_wrapped_key_opens_for_its_person_and_deployment_only() {
        let (keys, rng) = fixture();
        let (_, wrapped) = keys.new_data_key(&rng, Uuid::from_u128(1));
        assert!(keys.unwrap_data_key(Uuid::from_u128(2), &wrapped).is_err());
        assert!(DeploymentKeys::from_root([4; 32]).unwrap_data_key(Uuid::from_u128(1), &wrapped).is_err());
    }

    #[test]
    fn every_damage_is_noticed() {
        let (keys, rng) = fixture();
        let sealed = keys.seal(&rng, PLACE, b"abc");
        for i in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[i] ^= 1;
            assert_eq!(keys.unseal(PLACE, &damaged), Err(Unsealable), "byte {i}");
            assert_eq!(keys.unseal(PLACE, &sealed[..i]), Err(Unsealable), "cut at {i}");
        }
    }

    #[test]
    fn lookups_differ_by_domain() {
        let (keys, _) = fixture();
        assert_ne!(keys.lookup("email", "a"), keys.lookup("code", "a"));
        assert_eq!(keys.lookup("email", "a"), keys.lookup("email", "a"));
    }
}
