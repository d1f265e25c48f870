//! Building answers.

use stun_types::{
    attribute::{AttributeStaticType as _, AttributeType, AttributeWrite, ErrorCode, Fingerprint, UnknownAttributes},
    message::{IntegrityAlgorithm, IntegrityKey, Message, MessageWriteExt as _, MessageWriteVec},
};

/// A response under construction. It never grows near the size at which the library would refuse an attribute.
pub(super) struct Reply {
    message: MessageWriteVec,
    wants_fingerprint: bool,
}

const FITS: &str = "a response is far smaller than a STUN message may be";

impl Reply {
    pub fn success(request: &Message<'_>) -> Self {
        Self::around(request, Message::builder_success(request, MessageWriteVec::new()))
    }

    pub fn error(request: &Message<'_>, code: u16) -> Self {
        let error = ErrorCode::builder(code).build().expect("every code used here is between 300 and 699");
        Self::around(request, Message::builder_error(request, MessageWriteVec::new())).with(&error)
    }

    /// RFC 8489 §6.3.1: an unknown attribute that must be understood.
    pub fn unknown(request: &Message<'_>, attributes: &[AttributeType]) -> Self {
        Self::error(request, ErrorCode::UNKNOWN_ATTRIBUTE).with(&UnknownAttributes::new(attributes))
    }

    fn around(request: &Message<'_>, message: MessageWriteVec) -> Self {
        // A client that proves its own messages with FINGERPRINT expects the same of ours.
        let wants_fingerprint = request.has_attribute(Fingerprint::TYPE);
        Self { message, wants_fingerprint }
    }

    pub fn with(mut self, attribute: &dyn AttributeWrite) -> Self {
        self.message.add_attribute(attribute).expect(FITS);
        self
    }

    /// Signs the response if the user is known, and writes it to `out`.
    pub fn finish(mut self, key: Option<&IntegrityKey>, out: &mut Vec<u8>) {
        if let Some(key) = key {
            self.message.add_message_integrity_with_key(key, IntegrityAlgorithm::Sha1).expect(FITS);
        }
        if self.wants_fingerprint {
            self.message.add_fingerprint().expect(FITS);
        }
        out.extend_from_slice(&self.message);
    }
}
