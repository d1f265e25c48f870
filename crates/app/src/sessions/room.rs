//! Who may be in a room now, and the room's making.

use domain::sessions::{Door, door};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use platform::db::Tx;

use super::sql::Visit;
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// Refuses whoever may not be in the room now, with the reason.
pub fn check_open(visit: &Visit, now: Timestamp) -> Result<()> {
    match visit.status.as_str() {
        "booked" => {}
        "canceled" => return Err(Error::gone("consultation_canceled")),
        "completed" => return Err(Error::gone("consultation_over")),
        _ => return Err(Error::not_found()),
    }
    if visit.ended_at.is_some() {
        return Err(Error::gone("consultation_over"));
    }
    match door(visit.starts_at, visit.ends_at, now) {
        Door::Open => Ok(()),
        Door::NotYet(opens_at) => Err(Error::conflict("too_early_to_join").extra("opens_at", opens_at.to_string())),
        Door::Over => Err(Error::gone("consultation_over")),
    }
}

/// The room's name, made at the first entry: 128 random bits, so that it tells nothing and cannot be guessed.
pub async fn ensure(tx: &mut Tx, app: &App, visit: &Visit, now: Timestamp) -> Result<String> {
    if let Some(room) = &visit.room {
        return Ok(room.clone());
    }
    let name = hex::encode(app.rng.bytes::<16>());
    sqlx::query(
        "INSERT INTO call_rooms (appointment_id, room, provider, opened_at, ends_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (appointment_id) DO NOTHING",
    )
    .bind(visit.id.0)
    .bind(&name)
    .bind(app.video.name())
    .bind(now.to_sqlx())
    .bind(visit.ends_at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    // Both may enter in the same moment: the first one's name stands.
    let (room,): (String,) =
        sqlx::query_as("SELECT room FROM call_rooms WHERE appointment_id = $1").bind(visit.id.0).fetch_one(&mut **tx).await?;
    Ok(room)
}
