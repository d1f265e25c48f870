//! Use case: the specialist goes on a little longer, if both are free. The constraints decide; whose time is taken, and by what, is not told: the
//! client may have a consultation with somebody else.

use domain::{
    ids::AppointmentId,
    sessions::{EXTENSION_MAX, Party},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use serde_json::json;

use super::{room, sql};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    live,
};

/// Minutes by which one may extend.
const STEPS_MIN: [i64; 4] = [5, 10, 15, 30];

/// Moves the end of `id` by `minutes`; gives the new end.
pub async fn extend(tx: &mut Tx, caller: &Caller, id: AppointmentId, minutes: i64) -> Result<Timestamp> {
    if !STEPS_MIN.contains(&minutes) {
        return Err(Error::field("/minutes", "not_a_choice"));
    }
    let now = caller.now();
    let visit = sql::visit(tx, id, caller.me()).await?;
    if visit.me != Party::Specialist {
        return Err(Error::forbidden("not_allowed"));
    }
    room::check_open(&visit, now)?;
    let (planned_end,): (SqlTimestamp,) = sqlx::query_as("SELECT ends_at FROM call_rooms WHERE appointment_id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| Error::conflict("not_in_the_room"))?;
    let ends_at = visit.ends_at + SignedDuration::from_mins(minutes);
    if ends_at.duration_since(planned_end.to_jiff()) > EXTENSION_MAX {
        return Err(Error::conflict("extended_enough"));
    }
    let moved = sqlx::query(
        "UPDATE appointments SET ends_at = $2, ical_sequence = ical_sequence + 1, changed_at = $4,
                blocked = tstzrange(lower(blocked), upper(blocked) + make_interval(mins => $3)) WHERE id = $1",
    )
    .bind(id.0)
    .bind(ends_at.to_sqlx())
    .bind(i32::try_from(minutes).unwrap_or(0))
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await;
    match moved {
        Err(error) if platform::db::is_conflict(&error) => return Err(Error::conflict("not_free_to_extend")),
        other => other?,
    };
    audit::append(
        tx,
        caller,
        audit::Entry::new("sessions.extend").about(visit.employee).on("appointment", id).detail(json!({ "minutes": minutes })),
    )
    .await?;
    sqlx::query("SELECT app.schedule_changed($1)").bind(visit.specialist.0).execute(&mut **tx).await?;
    let payload = json!({ "appointment_id": id, "ends_at": ends_at.to_string() });
    live::emit(tx, now, &[visit.employee, visit.specialist], "call.extended", &payload).await?;
    Ok(ends_at)
}
