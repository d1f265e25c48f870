//! A held time becomes a booked one.

use domain::{
    booking::{Appointment, By, waiting::suits},
    ids::{AppointmentId, CategoryId, PersonId},
};
use jiff::Timestamp;
use platform::db::Tx;
use serde_json::json;

use super::{
    alternatives::with_alternatives,
    notify::{self, Event},
    sql::{
        appointments::{self as sql, Locked},
        waiting,
    },
    take::Wish,
    view::{self, AppointmentView},
};
use crate::kernel::{
    audit::{self, Entry},
    command::Command,
    ctx::Caller,
    error::{Error, Kind, Result},
    live,
};

/// Confirms the caller's hold and gives the appointment.
pub(super) async fn confirm(mut cmd: Box<Command>, caller: &Caller, id: AppointmentId) -> Result<(Box<Command>, AppointmentView)> {
    let locked = sql::lock(&mut cmd.tx, id).await?;
    let ends_waiting = match book_locked(&mut cmd.tx, caller, &locked).await {
        Ok(ends_waiting) => ends_waiting,
        Err(error) if error.kind == Kind::Gone => {
            drop(cmd);
            return Err(with_alternatives(caller, &wish_of(&locked), error).await);
        }
        Err(error) => return Err(error),
    };
    let view = AppointmentView { ends_waiting, ..view::load(&mut cmd.tx, caller, id).await? };
    let payload = json!({ "appointment_id": id });
    live::emit(&mut cmd.tx, caller.now(), &[locked.employee, locked.specialist], "booking.changed", &payload).await?;
    Ok((cmd, view))
}

/// Books what the same transaction has just held. Tells like [`book_locked`].
pub(super) async fn book(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<bool> {
    let locked = sql::lock(tx, id).await?;
    book_locked(tx, caller, &locked).await
}

/// Tells whether the person waited for such a time and does no longer.
async fn book_locked(tx: &mut Tx, caller: &Caller, locked: &Locked) -> Result<bool> {
    let now = caller.now();
    let held = match locked.state {
        Appointment::Held(held) => held,
        Appointment::Expired(_) => return Err(Error::gone("hold_expired")),
        Appointment::Canceled(_) => return Err(Error::gone("appointment_canceled")),
        Appointment::Booked(_) | Appointment::Completed(_) => return Err(Error::conflict("already_booked")),
    };
    let booked = held.confirm(now).map_err(|_| Error::gone("hold_expired"))?;
    let missing = missing_consents(tx, locked.employee, locked.category).await?;
    if !missing.is_empty() {
        return Err(Error::conflict("consents_missing").extra("purposes", missing));
    }
    sql::book(tx, locked.id, &booked).await?;
    let ends_waiting = end_waiting(tx, now, locked, booked.visit.start).await?;
    notify::ask(tx, now, locked.id, booked.sequence, Event::Booked, By::Employee).await?;
    let entry = Entry::new("booking.confirm").about(locked.employee).on("appointment", locked.id);
    audit::append(tx, caller, entry).await?;
    Ok(ends_waiting)
}

/// The purposes for which the category wants a consent that is not in force.
pub(super) async fn missing_consents(tx: &mut Tx, person: PersonId, category: CategoryId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT wanted FROM categories c, unnest(c.consent_purposes) wanted
         WHERE c.id = $1 AND NOT EXISTS (SELECT FROM consents x WHERE x.person_id = $2 AND x.purpose = wanted AND x.withdrawn_at IS NULL)
         ORDER BY wanted",
    )
    .bind(category.0)
    .bind(person.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(purpose,)| purpose).collect())
}

/// Whoever has found a time that suits waits no longer. Tells whether they did.
async fn end_waiting(tx: &mut Tx, now: Timestamp, locked: &Locked, start: Timestamp) -> Result<bool> {
    let places = waiting::open_of(tx, locked.employee, locked.category).await?;
    if places.is_empty() {
        return Ok(false);
    }
    let Some(found) = waiting::freed(tx, locked.specialist).await? else { return Ok(false) };
    let ended: Vec<_> = places.iter().filter(|place| suits(&place.wants, &place.zone, &found, start, now)).map(|place| place.id).collect();
    waiting::end(tx, &ended, locked.id).await?;
    Ok(!ended.is_empty())
}

fn wish_of(locked: &Locked) -> Wish {
    let visit = locked.state.visit();
    Wish {
        specialist: locked.specialist,
        category: locked.category,
        start: visit.start,
        length_min: u16::try_from(visit.minutes()).unwrap_or(0),
        format: locked.format,
    }
}
