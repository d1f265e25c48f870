//! Nonces without memory.
//!
//! A nonce says when it ends and for whom it was made, and carries a keyed hash over both. Nothing is stored for a
//! client until it has shown valid credentials, so forged source addresses cost no memory.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::link::Link;

/// RFC 8489 §9.2 recommends a limited life; a stale nonce costs a client one more round trip.
const NONCE_LIFETIME: Duration = Duration::from_secs(600);

/// Hexadecimal digits of the end, in seconds since the start.
const END_DIGITS: usize = 8;

/// Bytes of the hash that go into a nonce: 64 bits, and each guess needs an exchange with the server. Short, because a
/// nonce is sent to anybody who asks and the answer should not be worth forging a source address for.
const TAG_BYTES: usize = 8;

/// Makes and checks nonces with a key that lives as long as the process.
pub(crate) struct Nonces {
    key: [u8; 32],
}

impl Nonces {
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// A nonce for this client, good from now on for ten minutes.
    pub fn make(&self, now: Duration, link: &Link) -> String {
        let end = format!("{:0END_DIGITS$x}", (now + NONCE_LIFETIME).as_secs());
        let tag = self.tag(&end, link);
        end + &tag
    }

    /// Whether the nonce was made for this client and still holds.
    pub fn is_fresh(&self, now: Duration, link: &Link, nonce: &str) -> bool {
        let Some((end, tag)) = nonce.split_at_checked(END_DIGITS) else {
            return false;
        };
        // Comparing in variable time tells an attacker at most a tag for his own address, which he gets for the asking.
        tag == self.tag(end, link) && u64::from_str_radix(end, 16).is_ok_and(|end| now.as_secs() < end)
    }

    fn tag(&self, end: &str, link: &Link) -> String {
        let remote = link.remote();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(end.as_bytes());
        mac.update(&[u8::from(link.is_stream())]);
        match remote.ip() {
            std::net::IpAddr::V4(v4) => mac.update(&v4.octets()),
            std::net::IpAddr::V6(v6) => mac.update(&v6.octets()),
        }
        mac.update(&remote.port().to_be_bytes());
        let hash = mac.finalize().into_bytes();
        hash[..TAG_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Nonces(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(port: u16) -> Link {
        Link::Datagram { socket: 0, local: None, remote: ([198, 51, 100, 1], port).into() }
    }

    #[test]
    fn a_nonce_holds_for_ten_minutes_and_for_one_client() {
        let nonces = Nonces::new([1; 32]);
        let start = Duration::from_secs(50);
        let nonce = nonces.make(start, &link(1));
        assert!(nonces.is_fresh(start, &link(1), &nonce));
        assert!(nonces.is_fresh(start + Duration::from_secs(599), &link(1), &nonce));
        assert!(!nonces.is_fresh(start + Duration::from_secs(600), &link(1), &nonce));
        assert!(!nonces.is_fresh(start, &link(2), &nonce), "another client");
        assert!(!Nonces::new([2; 32]).is_fresh(start, &link(1), &nonce), "another process");
    }

    #[test]
    fn a_nonce_cannot_be_prolonged() {
        let nonces = Nonces::new([1; 32]);
        let nonce = nonces.make(Duration::ZERO, &link(1));
        let prolonged = format!("ffffffff{}", &nonce[END_DIGITS..]);
        assert!(!nonces.is_fresh(Duration::ZERO, &link(1), &prolonged));
        for odd in ["", "0", "zzzzzzzz", "жжжж", &nonce[..END_DIGITS]] {
            assert!(!nonces.is_fresh(Duration::ZERO, &link(1), odd), "{odd:?}");
        }
    }
}
