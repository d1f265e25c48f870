//! Use case: the specialist ends the consultation for both. What is left of its time is free again.

use domain::{ids::AppointmentId, sessions::Party};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use platform::{db::Tx, jobs};
use serde_json::json;

use super::sql;
use crate::{
    booking,
    kernel::{
        audit,
        ctx::Caller,
        error::{Error, Result},
        live,
    },
};

/// Ends the call of `id`. Ending twice is ending once. Gives the room, to be closed once the transaction has committed.
pub async fn end(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<Option<String>> {
    let now = caller.now();
    let visit = sql::visit(tx, id, caller.me()).await?;
    if visit.me != Party::Specialist {
        return Err(Error::forbidden("not_allowed"));
    }
    if visit.status != "booked" || visit.ended_at.is_some() {
        return Ok(None);
    }
    // Before the start there is nothing to end: leaving is not ending.
    if now < visit.starts_at {
        return Err(Error::conflict("not_begun"));
    }
    // The appointment before its room, as a cancellation takes them: the two never wait for each other.
    booking::end_early(tx, now, id).await?;
    if end_room(tx, now, id, "specialist").await?.is_none() {
        return Err(Error::conflict("not_in_the_room"));
    }
    audit::append(tx, caller, audit::Entry::new("sessions.end").about(visit.employee).on("appointment", id)).await?;
    live::emit(tx, now, &[visit.employee, visit.specialist], "call.ended", &json!({ "appointment_id": id })).await?;
    Ok(visit.room)
}

/// Shows everybody out of the room of `id`, for good, and asks for what became of the consultation to be decided. Gives the room, if there was one.
pub(super) async fn end_room(tx: &mut Tx, now: Timestamp, id: AppointmentId, by: &str) -> Result<Option<String>> {
    let room: Option<(String,)> =
        sqlx::query_as("UPDATE call_rooms SET ended_at = $2, ended_by = $3 WHERE appointment_id = $1 AND ended_at IS NULL RETURNING room")
            .bind(id.0)
            .bind(now.to_sqlx())
            .bind(by)
            .fetch_optional(&mut **tx)
            .await?;
    sqlx::query("DELETE FROM call_signals WHERE appointment_id = $1").bind(id.0).execute(&mut **tx).await?;
    let close = jobs::NewJob {
        kind: "sessions.close",
        payload: json!({ "appointment_id": id }),
        unique_key: Some(format!("sessions.close:{id}")),
        run_at: now,
    };
    jobs::enqueue(tx, now, close).await?;
    Ok(room.map(|(room,)| room))
}
