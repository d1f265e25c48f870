//! The long-term credential mechanism (RFC 8489 §9.2) with credentials that name a call and expire.

use stun_types::{
    attribute::{AttributeStaticType as _, ErrorCode, MessageIntegrity, Nonce, Realm, Username},
    message::{IntegrityAlgorithm, IntegrityKey, LongTermKeyCredentials, Message},
};

use super::{
    Core,
    link::{Link, Moment},
    table::Identity,
};
use crate::{
    credentials::{Claim, password},
    stats::Refusal,
};

/// A user whose password was right and whose time is not over.
#[derive(Debug)]
pub(super) struct User {
    pub username: String,
    pub identity: Identity,
    /// Seconds since the Unix epoch.
    pub expires_at: u64,
    /// Signs the answers.
    pub key: IntegrityKey,
}

/// Why a request is answered with an error.
#[derive(Debug)]
pub(super) struct Denial {
    pub code: u16,
    /// `None` for the challenge that begins every exchange: it refuses nothing.
    pub refusal: Option<Refusal>,
}

impl Denial {
    pub fn new(code: u16, refusal: Refusal) -> Self {
        Self { code, refusal: Some(refusal) }
    }

    pub fn bad_request() -> Self {
        Self::new(ErrorCode::BAD_REQUEST, Refusal::BadRequest)
    }
}

impl Core {
    /// The steps of RFC 8489 §9.2.4, in its order, then the expiry. Says nothing about revocation: a revoked user is a
    /// known one and gets a signed answer.
    pub(super) fn authenticate(&self, now: Moment, from: &Link, request: &Message<'_>) -> Result<User, Denial> {
        if !request.has_attribute(MessageIntegrity::TYPE) {
            return Err(Denial { code: ErrorCode::UNAUTHORIZED, refusal: None });
        }
        let (Ok(username), Ok(realm), Ok(nonce)) =
            (request.attribute::<Username>(), request.attribute::<Realm>(), request.attribute::<Nonce>())
        else {
            return Err(Denial::bad_request());
        };
        if !self.nonces.is_fresh(now.monotonic, from, nonce.nonce()) {
            return Err(Denial::new(ErrorCode::STALE_NONCE, Refusal::StaleNonce));
        }
        let unauthorized = |refusal| Denial::new(ErrorCode::UNAUTHORIZED, refusal);
        let claim = Claim::parse(username.username()).filter(|_| realm.realm() == self.realm);
        let claim = claim.ok_or_else(|| unauthorized(Refusal::WrongCredentials))?;
        let key = self.signing_key(username.username(), request).ok_or_else(|| unauthorized(Refusal::WrongCredentials))?;
        if claim.expires_at <= now.unix_seconds {
            return Err(unauthorized(Refusal::ExpiredCredentials));
        }
        if claim.expires_at - now.unix_seconds > self.quotas.credential_lifetime_max.as_secs() {
            return Err(unauthorized(Refusal::LongLivedCredentials));
        }
        Ok(User {
            identity: Identity { call: claim.call.into(), participant: claim.participant.into() },
            expires_at: claim.expires_at,
            username: username.username().to_owned(),
            key,
        })
    }

    /// The key with which the request was signed, if it is the user's key under one of the secrets.
    fn signing_key(&self, username: &str, request: &Message<'_>) -> Option<IntegrityKey> {
        let keys = self.secrets.iter().map(|secret| {
            let credentials = LongTermKeyCredentials::new(username.to_owned(), password(secret, username), self.realm.clone());
            credentials.make_key(IntegrityAlgorithm::Sha1)
        });
        keys.into_iter().find(|key| request.validate_integrity_with_key(key).is_ok())
    }
}
