//! Taking a time: the part of holding, booking again and offering that they share. Everything is decided under the specialist's lock by the slot
//! engine, and once more by the database's constraints.

use domain::{
    booking::{Buffers, CancelRule, Format, Visit, blocked},
    ids::{AppointmentId, CategoryId, PersonId},
    scheduling::{BusyKind, Interval, Reason},
};
use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;

use super::{
    quota::{self, Benefit},
    sql::appointments::{self as sql, NewHold},
};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    scheduling::{self, Schedule},
};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub specialist: PersonId,
    pub category: CategoryId,
    pub start: Timestamp,
    pub length_min: u16,
    pub format: Format,
}

impl Wish {
    pub fn visit(&self) -> Visit {
        Visit::of(self.start, u32::from(self.length_min))
    }
}

/// A hold that was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub id: AppointmentId,
    /// As it was before.
    pub benefit: Benefit,
}

/// Holds what is wished for `employee` during `held_for`. `is_offer`: it was not the person who asked, so what they hold otherwise stays.
pub(super) async fn take(
    tx: &mut Tx,
    app: &App,
    employee: PersonId,
    wish: &Wish,
    held_for: SignedDuration,
    is_offer: bool,
) -> Result<Taken> {
    let now = app.now();
    // Nobody is a client of their own, at their company's expense.
    if sql::is_oneself(tx, employee, wish.specialist).await? {
        return Err(Error::conflict("own_card"));
    }
    let mut freed: Vec<(PersonId, Visit)> = Vec::new();
    sql::take_turn(tx, employee).await?;
    if !is_offer {
        freed = sql::give_back_holds(tx, employee, now).await?;
    }
    scheduling::lock(tx, wish.specialist).await?;
    freed.extend(sql::expire_holds(tx, wish.specialist, now).await?.into_iter().map(|visit| (wish.specialist, visit)));
    let rule = rule_of(tx, wish).await?;
    let schedule = offered(tx, app, wish, None).await?;
    let benefit = quota::benefit(tx, app, employee, wish.category, wish.start).await?;
    let buffers = buffers_of(&schedule);
    let hold = NewHold {
        id: AppointmentId(app.new_id()),
        employee,
        specialist: wish.specialist,
        category: wish.category,
        contract: benefit.contract,
        format: wish.format,
        visit: wish.visit(),
        blocked: blocked(wish.visit(), buffers, neighbours(&schedule)),
        buffer_before_min: buffers.before_min,
        buffer_after_min: buffers.after_min,
        expires_at: now.checked_add(held_for).map_err(Error::internal)?,
        rule,
        free_until: rule.free_until(wish.start, now),
        is_offer,
        now,
    };
    if !sql::insert_hold(tx, &hold).await? {
        let is_own = sql::is_employee_busy(tx, employee, wish.visit()).await?;
        return Err(Error::conflict(if is_own { "overlaps_own" } else { "time_taken" }));
    }
    quota::hold(tx, employee, wish.category, &benefit, hold.id, now).await?;
    scheduling::changed(tx, wish.specialist).await?;
    for (specialist, visit) in freed {
        if specialist != wish.specialist {
            scheduling::changed(tx, specialist).await?;
        }
        ask_to_offer(tx, now, specialist, visit).await?;
    }
    Ok(Taken { id: hold.id, benefit })
}

/// The schedule under which a start is offered at this moment; an error says that it is not. Call it under the specialist's lock. `moving` is the
/// appointment which gives its own time up for it.
pub(super) async fn offered(tx: &mut Tx, app: &App, wish: &Wish, moving: Option<AppointmentId>) -> Result<Schedule> {
    match scheduling::check_start(tx, app, wish.specialist, wish.category, wish.length_min, wish.start, moving).await? {
        Ok(schedule) => Ok(schedule),
        Err(why) => {
            let is_taken = why.reasons.iter().any(|r| matches!(r, Reason::Busy { .. } | Reason::Buffer { .. }));
            Err(Error::conflict(if is_taken { "time_taken" } else { "time_not_offered" }))
        }
    }
}

pub(super) fn buffers_of(schedule: &Schedule) -> Buffers {
    Buffers { before_min: schedule.terms.buffer_before_min, after_min: schedule.terms.buffer_after_min }
}

/// The specialist's other appointments around, with their own buffers.
pub(super) fn neighbours(schedule: &Schedule) -> impl Iterator<Item = (Visit, Buffers)> + '_ {
    schedule.availability.busy.iter().filter(|busy| busy.kind == BusyKind::Booking).map(|busy| {
        let buffers = Buffers { before_min: busy.own_buffer_before_min, after_min: busy.own_buffer_after_min };
        (Visit { start: busy.start, end: busy.end }, buffers)
    })
}

/// The category's cancellation rule, after checking that category and specialist offer the format.
async fn rule_of(tx: &mut Tx, wish: &Wish) -> Result<CancelRule> {
    let row: Option<(i32, bool)> = sqlx::query_as(
        "SELECT c.cancel_free_hours, $3 = ANY(c.formats) AND $3 = ANY(s.formats)
         FROM specialists s
         JOIN specialist_categories sc ON sc.specialist_id = s.person_id
         JOIN categories c ON c.id = sc.category_id
         WHERE s.person_id = $1 AND c.id = $2",
    )
    .bind(wish.specialist.0)
    .bind(wish.category.0)
    .bind(wish.format.name())
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        None => Err(Error::not_found()),
        Some((_, false)) => Err(Error::field("/format", "not_offered")),
        Some((hours, true)) => Ok(CancelRule { free_hours: u32::try_from(hours).unwrap_or(0) }),
    }
}

/// Asks for the waiting list to be looked at: `freed` of the specialist's time can be had again.
pub(super) async fn ask_to_offer(tx: &mut Tx, now: Timestamp, specialist: PersonId, freed: Visit) -> Result<()> {
    scheduling::ask_to_offer(tx, now, specialist, Interval { start: freed.start, end: freed.end }).await
}
