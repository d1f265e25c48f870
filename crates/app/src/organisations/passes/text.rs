//! A pass as people keep it: 353 bytes in base64url. A version, the fingerprint of its key, the random prefix and message that were signed, the signature.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use platform::{
    blind::{PREFIX_LEN, SIGNATURE_LEN, is_signed},
    crypto::sha256,
};

use crate::kernel::error::{Error, Result};

/// The longest text that is looked at: a pass, and what surrounds it in a file or a letter.
pub const TEXT_MAX: usize = 2000;
const VERSION: u8 = 1;
const FINGERPRINT_LEN: usize = 32;
const MESSAGE_LEN: usize = 32;
/// In base64url. The first sign is of the version alone.
const TEXT_LEN: usize = ((1 + FINGERPRINT_LEN + PREFIX_LEN + MESSAGE_LEN + SIGNATURE_LEN) * 4).div_ceil(3);
const BEGINNING: char = 'A';
/// So long that no word of a language is taken for the beginning of a pass.
const INCOMPLETE_FROM: usize = 40;

/// A pass, as far as its form goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    pub fingerprint: [u8; FINGERPRINT_LEN],
    prefix: [u8; PREFIX_LEN],
    message: [u8; MESSAGE_LEN],
    signature: [u8; SIGNATURE_LEN],
}

impl Pass {
    /// Reads one. Line breaks and spaces, which mail puts in, do no harm.
    ///
    /// # Errors
    /// `/pass` `required`, `pass_malformed`; `pass_incomplete`: the beginning, or nearly all, of one.
    pub fn read(text: &str) -> Result<Self> {
        // A byte order mark is what Windows' editor begins a file with.
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').take(TEXT_MAX).collect();
        if text.is_empty() {
            return Err(Error::field("/pass", "required"));
        }
        let begins_so = text.starts_with(BEGINNING) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if begins_so && (INCOMPLETE_FROM..TEXT_LEN).contains(&text.len()) {
            return Err(Error::field("/pass", "pass_incomplete"));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        let (version, rest) = bytes.split_first().ok_or_else(malformed)?;
        if *version != VERSION {
            return Err(malformed());
        }
        let (fingerprint, rest) = rest.split_first_chunk().ok_or_else(malformed)?;
        let (prefix, rest) = rest.split_first_chunk().ok_or_else(malformed)?;
        let (message, rest) = rest.split_first_chunk().ok_or_else(malformed)?;
        let signature = rest.try_into().map_err(|_| malformed())?;
        Ok(Self { fingerprint: *fingerprint, prefix: *prefix, message: *message, signature })
    }

    /// Whether the key of its fingerprint has signed it.
    pub fn is_signed_by(&self, public: &[u8]) -> bool {
        is_signed(public, self.prefix, &self.message, &self.signature)
    }

    /// What is kept of a pass that was used: the same for each signature of the same message.
    pub fn hash(&self) -> Vec<u8> {
        sha256(&[&self.prefix[..], &self.message[..]].concat())
    }
}

fn malformed() -> Error {
    Error::field("/pass", "pass_malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_form_is_read() {
        let bytes: Vec<u8> = std::iter::once(VERSION).chain((0..352_u16).map(|n| n.to_le_bytes()[0])).collect();
        let text = URL_SAFE_NO_PAD.encode(&bytes);
        let pass = Pass::read(&text).unwrap();
        assert_eq!((pass.fingerprint[0], pass.prefix[0], pass.message[0], pass.signature[0]), (0, 32, 64, 96));
        let broken = text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>().join("\r\n ");
        assert_eq!(Pass::read(&broken).unwrap(), pass);
        let check = |text: &str, code: &str| assert_eq!(Pass::read(text).unwrap_err().fields[0].code, code, "{text}");
        check("", "required");
        check(" \n", "required");
        assert_eq!(text.len(), TEXT_LEN);
        assert_eq!(Pass::read(&format!("\u{feff}{text}")).unwrap(), pass);
        check(&text[..TEXT_LEN - 1], "pass_incomplete");
        check(&text[..60], "pass_incomplete");
        check(&text[..20], "pass_malformed");
        check(&text[5..], "pass_malformed");
        check(&format!("{text}AAAA"), "pass_malformed");
        check(&text.replace('A', "+"), "pass_malformed");
        check("Здравствуйте", "pass_malformed");
        check(&URL_SAFE_NO_PAD.encode(&bytes[5..]), "pass_malformed");
        check(&"A".repeat(10_000), "pass_malformed");
    }
}
