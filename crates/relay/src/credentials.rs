//! Short-lived credentials for one participant of one call.
//!
//! The convention is the one of draft-uberti-behave-turn-rest-00, which coturn implements as `use-auth-secret`: the
//! username carries the expiry, the password is an HMAC over it. The relay therefore needs no list of users, and an
//! operator can put coturn in its place with the same secret.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroizing;

/// The longest call id or participant id, in bytes. Fits a UUID with room to spare and keeps every username far below
/// the 508 bytes that RFC 8489 §14.3 allows.
const NAME_BYTES_MAX: usize = 64;

/// RFC 2104 §3: a key shorter than the hash output (20 bytes for SHA-1) weakens the HMAC.
const SECRET_BYTES_MIN: usize = 20;

/// A key that the deployment and its relay share. It never appears in `Debug` output and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the key's bytes: at least 20, from a cryptographic random source.
    ///
    /// # Errors
    /// [`WeakSecret`] if there are fewer.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let bytes = Zeroizing::new(bytes.into());
        if bytes.len() < SECRET_BYTES_MIN {
            return Err(WeakSecret);
        }
        Ok(Self(bytes))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// The secret has fewer than 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the relay's secret needs at least {SECRET_BYTES_MIN} bytes")]
pub struct WeakSecret;

/// The secrets that a relay accepts. To rotate: make the old one `previous`, and forget it once the longest credential
/// issued with it has expired.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Signs new credentials.
    pub current: Secret,
    /// Still accepted, no longer used for signing.
    pub previous: Option<Secret>,
}

impl Secrets {
    /// One secret, no rotation under way.
    pub fn new(current: Secret) -> Self {
        Self { current, previous: None }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// What a browser needs in `RTCIceServer`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `<expiry>:<call>:<participant>`. It travels unencrypted over UDP and TCP, so both ids must be random ones that
    /// say nothing about the person.
    pub username: String,
    /// `RTCIceServer.credential`.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(..)")
    }
}

/// A call id or participant id is empty, too long, or has a character outside `A-Z a-z 0-9 . _ -`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a call or participant id must have 1 to {NAME_BYTES_MAX} characters out of A-Z a-z 0-9 . _ -")]
pub struct InvalidName;

/// Credentials which let `participant` allocate relayed addresses in the call `call_id` until `expires_at` (seconds
/// since the Unix epoch). Participants can reach each other only within the same `call_id`.
///
/// # Errors
/// [`InvalidName`] if an id could not be told apart inside a username.
pub fn issue_credentials(secret: &Secret, call_id: &str, participant: &str, expires_at: u64) -> Result<Credentials, InvalidName> {
    if !is_name(call_id) || !is_name(participant) {
        return Err(InvalidName);
    }
    let username = format!("{expires_at}:{call_id}:{participant}");
    let password = password(secret, &username);
    Ok(Credentials { username, password })
}

/// The password that belongs to a username under a secret.
pub(crate) fn password(secret: &Secret, username: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&secret.0).expect("HMAC takes a key of any length");
    mac.update(username.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
}

/// A username taken apart. It proves nothing until the password has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim<'a> {
    /// Seconds since the Unix epoch.
    pub expires_at: u64,
    pub call: &'a str,
    pub participant: &'a str,
}

impl<'a> Claim<'a> {
    /// `None` for anything that [`issue_credentials`] could not have made.
    pub fn parse(username: &'a str) -> Option<Self> {
        let mut parts = username.split(':');
        let (expiry, call, participant) = (parts.next()?, parts.next()?, parts.next()?);
        let expires_at: u64 = expiry.parse().ok()?;
        // One spelling for each moment: "+5" and "05" parse as numbers, too.
        let is_canonical = expires_at.to_string() == expiry;
        (parts.next().is_none() && is_canonical && is_name(call) && is_name(participant)).then_some(Self { expires_at, call, participant })
    }
}

fn is_name(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_password_is_the_one_that_coturn_computes() {
        // printf '1700000000:room:anna' | openssl dgst -sha1 -hmac north-of-the-border-42 -binary | base64
        let credentials = issue_credentials(&secret("north-of-the-border-42"), "room", "anna", 1_700_000_000).unwrap();
        assert_eq!(credentials.username, "1700000000:room:anna");
        assert_eq!(credentials.password, "htUk3qyUbZYhtmjeN0rpYBmTqoc=");
    }

    #[test]
    fn an_id_that_would_blur_the_username_is_refused() {
        let long = "x".repeat(65);
        for bad in ["", "a:b", "a b", "ж", "a\n", long.as_str()] {
            let secret = secret("0123456789abcdefghij");
            assert_eq!(issue_credentials(&secret, bad, "p", 1), Err(InvalidName), "{bad:?}");
            assert_eq!(issue_credentials(&secret, "c", bad, 1), Err(InvalidName), "{bad:?}");
        }
    }

    #[test]
    fn a_username_has_one_spelling() {
        let claim = Claim { expires_at: 5, call: "c", participant: "p" };
        assert_eq!(Claim::parse("5:c:p"), Some(claim));
        for bad in ["", "5", "5:c", "5:c:p:q", "05:c:p", "+5:c:p", "-5:c:p", "x:c:p", "5::p", "5:c:", "5:c:a b", " 5:c:p"] {
            assert_eq!(Claim::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_short_secret_is_refused_and_none_is_printed() {
        assert_eq!(Secret::new(*b"0123456789abcdefghi").unwrap_err(), WeakSecret);
        let secrets = Secrets::new(secret("0123456789abcdefghij"));
        assert!(!format!("{secrets:?}").contains("0123456789"));
        let credentials = issue_credentials(&secrets.current, "c", "p", 1).unwrap();
        assert!(!format!("{credentials:?}").contains(&credentials.password));
    }
}
