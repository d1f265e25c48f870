//! Moving an appointment: the new time is taken and the old one freed in one transaction. It stays the same appointment: its link, its calendar entry
//! (same UID, SEQUENCE + 1) and the session set aside go with it.

use domain::{
    booking::{By, Visit, blocked},
    ids::{AppointmentId, CategoryId, PersonId},
    scheduling::Window,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::{Tx, violated_constraint};
use serde_json::json;
use uuid::Uuid;

use super::{
    cancel::{acting, after_leaving, booked, refusal},
    notify::{self, Event},
    quota,
    sql::appointments::{self as sql, Moved},
    take::{Wish, buffers_of, neighbours, offered},
};
use crate::{
    kernel::{
        audit::{self, Entry},
        ctx::Caller,
        error::{Error, Result},
        live,
    },
    scheduling,
};

/// What a move of the appointment to `start` asks for, as far as the caller may know the appointment. Also gives whose it is.
pub(super) async fn wish(caller: &Caller, tx: &mut Tx, id: AppointmentId, start: Timestamp) -> Result<(PersonId, Wish)> {
    let row: Option<(Uuid, Uuid, Uuid, String, SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT employee_id, specialist_id, category_id, format, starts_at, ends_at FROM appointments WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    let (employee, specialist, category, format, from, to) = row.ok_or_else(Error::not_found)?;
    let now_is = Visit { start: from.to_jiff(), end: to.to_jiff() };
    if now_is.start == start {
        return Err(Error::field("/starts_at", "same_time"));
    }
    if start <= caller.now() {
        return Err(Error::field("/starts_at", "in_the_past"));
    }
    let wish = Wish {
        specialist: PersonId(specialist),
        category: CategoryId(category),
        start,
        length_min: u16::try_from(now_is.minutes()).map_err(Error::internal)?,
        format: domain::booking::Format::parse(&format).ok_or_else(|| Error::internal(anyhow::anyhow!("no format")))?,
    };
    Ok((PersonId(employee), wish))
}

/// How far ahead another time is looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The times to which the appointment can be moved, ascending: its own time is free for it, so that it may also begin a little earlier or later.
pub(super) async fn times(caller: &Caller, id: AppointmentId) -> Result<Vec<Timestamp>> {
    let now = caller.now();
    let mut tx = caller.begin().await?;
    let row: Option<(Uuid, Uuid, SqlTimestamp, SqlTimestamp, bool)> =
        sqlx::query_as("SELECT specialist_id, category_id, starts_at, ends_at, status = 'booked' FROM appointments WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&mut *tx)
            .await?;
    let (specialist, category, from, to, is_booked) = row.ok_or_else(Error::not_found)?;
    if !is_booked {
        return Err(Error::conflict("not_booked"));
    }
    let visit = Visit { start: from.to_jiff(), end: to.to_jiff() };
    let length_min = u16::try_from(visit.minutes()).map_err(Error::internal)?;
    let window = Window::new(now, now.checked_add(AHEAD).map_err(Error::internal)?).map_err(Error::internal)?;
    let mut starts =
        scheduling::free_starts(&mut tx, &caller.app, PersonId(specialist), CategoryId(category), length_min, window, Some(id)).await?;
    tx.commit().await?;
    starts.retain(|start| *start != visit.start);
    Ok(starts)
}

/// Moves it. `wish` and `employee` come from [`wish`], in the same transaction. `cause`: why the operator does it.
pub(super) async fn reschedule(
    tx: &mut Tx,
    caller: &Caller,
    id: AppointmentId,
    employee: PersonId,
    wish: &Wish,
    cause: Option<&'static str>,
) -> Result<()> {
    let (app, now, by) = (&caller.app, caller.now(), acting(caller));
    sql::take_turn(tx, employee).await?;
    scheduling::lock(tx, wish.specialist).await?;
    let expired = sql::expire_holds(tx, wish.specialist, now).await?;
    let locked = sql::lock(tx, id).await?;
    let moved = booked(&locked)?.move_to(wish.visit(), by, now, locked.rule).map_err(refusal)?;
    let schedule = offered(tx, app, wish, Some(id)).await?;
    let buffers = buffers_of(&schedule);
    let contract = quota::carry(tx, app, id, wish.start).await?;
    let row = Moved {
        booked: moved,
        blocked: blocked(wish.visit(), buffers, neighbours(&schedule)),
        buffer_before_min: buffers.before_min,
        buffer_after_min: buffers.after_min,
        contract,
    };
    sql::reschedule(tx, id, &row, app.now()).await.map_err(|error| match violated_constraint(&error) {
        Some("employee_is_free") if by == By::Employee => Error::conflict("overlaps_own"),
        Some("employee_is_free") => Error::conflict("overlaps_theirs"),
        _ => error.into(),
    })?;
    after_leaving(tx, caller.now(), &locked).await?;
    for visit in expired {
        super::take::ask_to_offer(tx, now, wish.specialist, visit).await?;
    }
    notify::ask(tx, now, id, moved.sequence, Event::Moved, by).await?;
    let entry = Entry::new("booking.move").about(employee).on("appointment", id).detail(json!({ "by": by.name(), "cause": cause }));
    audit::append(tx, caller, entry).await?;
    live::emit(tx, now, &[employee, wish.specialist], "booking.changed", &json!({ "appointment_id": id })).await
}
