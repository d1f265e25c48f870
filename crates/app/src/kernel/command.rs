//! Commands done once. A repeat under the same `Idempotency-Key` gets the first answer (the IETF draft "The Idempotency-Key HTTP Header Field").
//!
//! The key's row is written in the command's own transaction: a second request with the key waits for the first to end, and then sees its answer.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use jiff_sqlx::ToSqlx;
use platform::{
    crypto::{Place, sha256},
    db::Tx,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    ctx::Caller,
    error::{Error, Result},
};

/// The request's `Idempotency-Key`: 8 to 128 visible ASCII characters.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let value = parts.headers.get("idempotency-key").ok_or_else(|| Error::unreadable("idempotency_key_required"))?;
        let text = value.to_str().unwrap_or("");
        if !(8..=128).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::unreadable("idempotency_key_required"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A command that has begun: a transaction under the caller's rights, to be ended by [`Command::finish`].
#[derive(Debug)]
pub struct Command {
    pub tx: Tx,
    caller: Caller,
    key: String,
}

/// What became of beginning a command.
#[derive(Debug)]
pub enum Begun {
    /// Do it.
    Fresh(Box<Command>),
    /// It was done before; this is the first answer.
    Repeated(Response),
}

/// Begins `operation` (a stable name) for `caller`; `request` is what was asked, to tell a repeat from a misuse of the key.
pub async fn begin(caller: &Caller, key: &IdempotencyKey, operation: &str, request: &impl Serialize) -> Result<Begun> {
    let mut tx = caller.begin().await?;
    let hash = sha256(&serde_json::to_vec(request).map_err(Error::internal)?);
    let fresh = sqlx::query(
        "INSERT INTO idempotency_keys (actor_id, key, operation, request_hash, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(caller.me().0)
    .bind(&key.0)
    .bind(operation)
    .bind(&hash)
    .bind(caller.now().to_sqlx())
    .execute(&mut *tx)
    .await?
    .rows_affected()
        == 1;
    if fresh {
        return Ok(Begun::Fresh(Box::new(Command { tx, caller: caller.clone(), key: key.0.clone() })));
    }
    let row: Option<(String, Vec<u8>, Option<i16>, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT operation, request_hash, status, body FROM idempotency_keys WHERE actor_id = $1 AND key = $2")
            .bind(caller.me().0)
            .bind(&key.0)
            .fetch_optional(&mut *tx)
            .await?;
    match row {
        Some((first, first_hash, Some(status), Some(body))) if first == operation && first_hash == hash => {
            let body = caller.app.keys.unseal(place(caller.me().0), &body)?;
            let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::OK);
            Ok(Begun::Repeated(
                (status, [(axum::http::header::CONTENT_TYPE, "application/json"), (REPLAYED, "true")], body).into_response(),
            ))
        }
        Some((first, first_hash, ..)) if first != operation || first_hash != hash => {
            Err(Error::new(super::error::Kind::Invalid, "idempotency_key_reused"))
        }
        // The first request's transaction ended without an answer after our insert had waited for it: the caller tries again.
        _ => Err(Error::conflict("busy_try_again")),
    }
}

/// Marks an answer as a repeat of the first.
const REPLAYED: axum::http::HeaderName = axum::http::HeaderName::from_static("idempotent-replayed");

impl Command {
    /// Commits, and keeps the answer for repeats.
    pub async fn finish(mut self, status: StatusCode, body: &impl Serialize) -> Result<Response> {
        let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
        let me = self.caller.me().0;
        let sealed = self.caller.app.keys.seal(&self.caller.app.rng, place(me), &bytes);
        sqlx::query("UPDATE idempotency_keys SET status = $3, body = $4 WHERE actor_id = $1 AND key = $2")
            .bind(me)
            .bind(&self.key)
            .bind(i16::try_from(status.as_u16()).unwrap_or(200))
            .bind(sealed)
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok((status, [(axum::http::header::CONTENT_TYPE, "application/json")], bytes).into_response())
    }
}

fn place(actor: Uuid) -> Place<'static> {
    Place { table: "idempotency_keys", column: "body", row: actor }
}

/// Does a command once and answers it: `once!(caller, key, "catalogue.publish", &id, OK, |tx| publish(tx, &caller, id))`. The work is a future of a
/// `Result`; its value is the answer's body.
macro_rules! once {
    ($caller:expr, $key:expr, $operation:literal, $request:expr, $status:ident, |$tx:ident| $work:expr) => {
        match $crate::kernel::command::begin(&$caller, &$key, $operation, $request).await? {
            $crate::kernel::command::Begun::Repeated(answer) => Ok(answer),
            $crate::kernel::command::Begun::Fresh(mut command) => {
                let $tx = &mut command.tx;
                let answer = $work.await?;
                command.finish(axum::http::StatusCode::$status, &answer).await
            }
        }
    };
}
pub(crate) use once;
