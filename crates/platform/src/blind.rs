//! Blind signatures: RSABSSA-SHA384-PSS-Randomized with 2048 bits (RFC 9474). Whoever signs does not see what, and cannot tell later which of the
//! signatures it was.
//!
//! Randomized, not Deterministic: it costs 32 bytes, and does not lean on the messages' being unguessable where somebody makes a key wrong on purpose
//! (RFC 9474 §7.3).

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use blind_rsa_signatures::{MessageRandomizer, PublicKeySha384PSSRandomized, SecretKeySha384PSSRandomized, Signature};
use zeroize::Zeroizing;

/// Bytes of what is signed, and of a signature.
pub const SIGNATURE_LEN: usize = 256;
/// Bytes of the random prefix that the variant puts before a message.
pub const PREFIX_LEN: usize = 32;

/// It cannot be signed: no key, or nothing that was blinded for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be signed")]
pub struct Unsignable;

/// A new key: its secret half in PKCS #8, its public half as a `SubjectPublicKeyInfo`, as browsers read it.
#[derive(Debug)]
pub struct NewKey {
    pub secret: Zeroizing<Vec<u8>>,
    pub public: Vec<u8>,
}

/// Makes a key, from the system's randomness.
///
/// # Errors
/// The machine has no randomness.
pub fn new_key() -> Result<NewKey, Unsignable> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Unsignable)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Unsignable)?;
    let secret = Zeroizing::new(der.as_ref().to_vec());
    let public = read(&secret)?.public_key().and_then(|key| key.to_der()).map_err(|_| Unsignable)?;
    Ok(NewKey { secret, public })
}

/// Signs what was blinded for this key.
///
/// # Errors
/// It is not of the key's length, or not below its modulus.
pub fn sign(secret: &[u8], blinded: &[u8]) -> Result<Vec<u8>, Unsignable> {
    Ok(read(secret)?.blind_sign(blinded).map_err(|_| Unsignable)?.0)
}

/// Whether `signature` is the key's for `message` with its random `prefix`.
pub fn is_signed(public: &[u8], prefix: [u8; PREFIX_LEN], message: &[u8], signature: &[u8]) -> bool {
    PublicKeySha384PSSRandomized::from_der(public)
        .and_then(|key| key.verify(&Signature(signature.to_vec()), Some(MessageRandomizer(prefix)), message))
        .is_ok()
}

fn read(secret: &[u8]) -> Result<SecretKeySha384PSSRandomized, Unsignable> {
    SecretKeySha384PSSRandomized::from_der(secret).map_err(|_| Unsignable)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use blind_rsa_signatures::{BlindSignature, DefaultRng, MessageRandomizer, PublicKeySha384PSSRandomized, SecretKeySha384PSSRandomized};
    use rsa::{BoxedUint, RsaPrivateKey};

    use super::{PREFIX_LEN, is_signed, new_key, sign};

    /// RFC 9474, appendix A.1; the browser's side is held to the same file.
    fn vector() -> HashMap<String, Vec<u8>> {
        let text = include_str!("../tests/rfc9474-a1.json");
        let read: HashMap<String, String> = serde_json::from_str(text).unwrap();
        read.into_iter().map(|(name, digits)| (name, hex::decode(digits).unwrap())).collect()
    }

    #[test]
    fn signs_and_checks_as_the_standard_does() {
        let v = vector();
        let number = |name: &str| BoxedUint::from_be_slice_vartime(&v[name]);
        let inner = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![number("p"), number("q")]).unwrap();
        let key = SecretKeySha384PSSRandomized::new(inner);
        let (secret, public) = (key.to_der().unwrap(), key.public_key().unwrap().to_der().unwrap());
        assert_eq!(sign(&secret, &v["blinded_msg"]).unwrap(), v["blind_sig"]);
        let prefix: [u8; PREFIX_LEN] = v["msg_prefix"].as_slice().try_into().unwrap();
        assert!(is_signed(&public, prefix, &v["msg"], &v["sig"]));
        assert!(!is_signed(&public, [0; PREFIX_LEN], &v["msg"], &v["sig"]));
    }

    #[test]
    fn a_new_key_signs_what_it_does_not_see() {
        let key = new_key().unwrap();
        let public = PublicKeySha384PSSRandomized::from_der(&key.public).unwrap();
        let blinded = public.blind(&mut DefaultRng, b"for one").unwrap();
        let signed = BlindSignature(sign(&key.secret, &blinded.blind_message).unwrap());
        let signature = public.finalize(&signed, &blinded, b"for one").unwrap();
        let MessageRandomizer(prefix) = blinded.msg_randomizer.unwrap();
        assert!(is_signed(&key.public, prefix, b"for one", &signature));
        assert!(!is_signed(&key.public, prefix, b"for two", &signature));
        assert!(!is_signed(&new_key().unwrap().public, prefix, b"for one", &signature));
        assert!(!is_signed(&key.public, prefix, b"for one", &signature[1..]));
        assert!(sign(&key.secret, &[0xFF; 256]).is_err(), "not below the modulus");
        assert!(sign(&key.secret, &[1; 255]).is_err(), "too short");
    }
}
