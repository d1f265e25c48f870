//! What may be booked: free starts, and the last word about one start.

use domain::{
    ids::{AppointmentId, CategoryId, PersonId},
    scheduling::{self, Explanation, Interval, SlotRules, Window},
};
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde_json::json;

use super::{
    schedule::{Schedule, load},
    sql,
};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// Locks the specialist's schedule until the transaction ends: bookings of one specialist, and changes of the hours, queue here. An error if the
/// specialist has no schedule, or none that the transaction's actor may see.
pub async fn lock(tx: &mut Tx, specialist: PersonId) -> Result<()> {
    sql::lock(tx, specialist.0).await?.map(|_| ()).ok_or_else(Error::not_found)
}

/// Tells the indexes of all nodes that the specialist's free times have moved, once the transaction commits.
pub async fn changed(tx: &mut Tx, specialist: PersonId) -> Result<()> {
    sqlx::query("SELECT app.schedule_changed($1)").bind(specialist.0).execute(&mut **tx).await?;
    Ok(())
}

/// Asks for the waiting list to be looked at: what is still ahead of `freed` can be had again, or for the first time.
pub async fn ask_to_offer(tx: &mut Tx, now: Timestamp, specialist: PersonId, freed: Interval) -> Result<()> {
    if freed.end <= now {
        return Ok(());
    }
    let new = NewJob {
        kind: "booking.offer_freed",
        payload: json!({ "specialist": specialist, "from": freed.start, "to": freed.end }),
        // No key: one that is being done already may have looked before this time was freed.
        unique_key: None,
        run_at: now,
    };
    jobs::enqueue(tx, now, new).await?;
    Ok(())
}

/// The starts in `[from, to)` at which `specialist` can be booked for `length_min` minutes in `category`, computed from the database. Nobody else
/// is asked and nothing is remembered; for pages ask [`super::slots_of`], which answers from memory if it can. `ignoring` is an appointment that is to
/// be moved.
pub async fn free_starts(
    tx: &mut Tx,
    app: &App,
    specialist: PersonId,
    category: CategoryId,
    length_min: u16,
    window: Window,
    ignoring: Option<AppointmentId>,
) -> Result<Vec<Timestamp>> {
    let now = app.now();
    let schedule = unless(load(tx, now, specialist, window).await?.ok_or_else(Error::not_found)?, ignoring);
    let rules = offered_rules(&schedule, category, length_min, ignoring.is_some())?;
    Ok(scheduling::slots(&schedule.availability, &rules, window, now))
}

/// The engine's last word about one start: the schedule under which it can be booked at this moment, or why it cannot. Call it under [`lock`] and then insert: the
/// database's constraints still decide. `ignoring` is the appointment that is being moved.
pub async fn check_start(
    tx: &mut Tx,
    app: &App,
    specialist: PersonId,
    category: CategoryId,
    length_min: u16,
    start: Timestamp,
    ignoring: Option<AppointmentId>,
) -> Result<Result<Schedule, Explanation>> {
    let now = app.now();
    let window = around(start)?;
    let schedule = unless(load(tx, now, specialist, window).await?.ok_or_else(Error::not_found)?, ignoring);
    let rules = offered_rules(&schedule, category, length_min, ignoring.is_some())?;
    let found = scheduling::explain(&schedule.availability, &rules, now, start);
    Ok(if found.is_offered() { Ok(schedule) } else { Err(found) })
}

fn unless(schedule: Schedule, ignored: Option<AppointmentId>) -> Schedule {
    match ignored {
        Some(appointment) => schedule.without(appointment),
        None => schedule,
    }
}

/// The rules for what is asked, if it can be booked at all. What was booked once can be moved also after its length is offered no more.
fn offered_rules(schedule: &Schedule, category: CategoryId, length_min: u16, is_moved: bool) -> Result<SlotRules> {
    if !schedule.is_published {
        return Err(Error::conflict("specialist_unavailable"));
    }
    let rules = match is_moved {
        true => schedule.offer(category).and_then(|offer| schedule.rules_of(offer, length_min)),
        false => schedule.rules(category, length_min),
    };
    rules.ok_or_else(|| Error::conflict("consultation_not_offered"))
}

/// The shortest window that contains `start`.
pub(super) fn around(start: Timestamp) -> Result<Window> {
    start
        .checked_add(SignedDuration::from_secs(1))
        .ok()
        .and_then(|end| Window::new(start, end).ok())
        .ok_or_else(|| Error::conflict("specialist_unavailable"))
}
