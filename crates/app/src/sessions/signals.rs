//! Use cases: pass a signal to the other browser, and fetch the other's. Sealed while kept, numbered, gone with the call.

use domain::ids::AppointmentId;
use jiff_sqlx::ToSqlx as _;
use platform::crypto::Place;
use serde_json::{Value, json};

use super::{room, sql};
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
    live,
};

/// The largest signal: an SDP with several media sections. Bytes of JSON.
pub const SIGNAL_MAX_BYTES: usize = 80_000;
/// How many signals of one call are kept; older ones are of connections long gone.
const KEPT_MAX: i64 = 600;

/// Keeps the caller's signal for the other and tells them. Gives its position.
pub async fn send(caller: &Caller, id: AppointmentId, signal: &Value) -> Result<i64> {
    let body = signal.to_string().into_bytes();
    if body.len() > SIGNAL_MAX_BYTES {
        return Err(Error::too_large("body_too_large"));
    }
    let now = caller.now();
    let mut tx = caller.begin().await?;
    let visit = sql::visit(&mut tx, id, caller.me()).await?;
    room::check_open(&visit, now)?;
    let sealed = caller.app.keys.seal(&caller.app.rng, place(id), &body);
    // Numbers of one call are given under the room's row lock, so a reader never skips one.
    let locked = sqlx::query("SELECT 1 FROM call_rooms WHERE appointment_id = $1 FOR UPDATE").bind(id.0).fetch_optional(&mut *tx).await?;
    if locked.is_none() {
        return Err(Error::conflict("not_in_the_room"));
    }
    let (position,): (i64,) = sqlx::query_as(
        "INSERT INTO call_signals (appointment_id, position, from_party, body, at)
         SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4 FROM call_signals WHERE appointment_id = $1
         RETURNING position",
    )
    .bind(id.0)
    .bind(visit.me.name())
    .bind(sealed)
    .bind(now.to_sqlx())
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM call_signals WHERE appointment_id = $1 AND position <= $2")
        .bind(id.0)
        .bind(position - KEPT_MAX)
        .execute(&mut *tx)
        .await?;
    live::emit(&mut tx, now, &[visit.other()], "call.signal", &json!({ "appointment_id": id, "position": position })).await?;
    tx.commit().await?;
    Ok(position)
}

/// A signal of the other.
#[derive(Debug)]
pub struct Received {
    pub position: i64,
    pub signal: Value,
}

/// The other's signals after `position`, oldest first, and the newest position of the call. A newest below what the page knows tells it that the
/// signals were lost (a crash empties the unlogged table) and that positions begin anew.
pub async fn fetch(caller: &Caller, id: AppointmentId, position: i64) -> Result<(Vec<Received>, i64)> {
    let mut tx = caller.begin().await?;
    let visit = sql::visit(&mut tx, id, caller.me()).await?;
    room::check_open(&visit, caller.now())?;
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT position, body FROM call_signals WHERE appointment_id = $1 AND position > $2 AND from_party = $3 ORDER BY position LIMIT 200",
    )
    .bind(id.0)
    .bind(position)
    .bind(visit.me.other().name())
    .fetch_all(&mut *tx)
    .await?;
    let (newest,): (i64,) = sqlx::query_as("SELECT coalesce(max(position), 0) FROM call_signals WHERE appointment_id = $1")
        .bind(id.0)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    let received = rows
        .into_iter()
        .map(|(position, sealed)| {
            let body = caller.app.keys.unseal(place(id), &sealed)?;
            Ok(Received { position, signal: serde_json::from_slice(&body).map_err(Error::internal)? })
        })
        .collect::<Result<_>>()?;
    Ok((received, newest))
}

fn place(id: AppointmentId) -> Place<'static> {
    Place { table: "call_signals", column: "body", row: id.0 }
}
