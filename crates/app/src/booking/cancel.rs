//! Calling an appointment off: by the employee under the rule they were shown, by the specialist or the operator always free for the employee.

use domain::{
    booking::{Appointment, Booked, By, QuotaStep, Refused},
    ids::AppointmentId,
};
use jiff::Timestamp;
use platform::{db::Tx, jobs};
use serde_json::json;

use super::{
    notify::{self, Event},
    sql::{
        appointments::{self as sql, Locked},
        quota,
    },
    take,
};
use crate::{
    kernel::{
        audit::{self, Entry},
        ctx::{Caller, Kind},
        error::{Error, Result},
        live,
    },
    scheduling,
};

/// On whose behalf the caller acts.
pub(super) fn acting(caller: &Caller) -> By {
    match caller.principal.kind {
        Kind::Employee => By::Employee,
        Kind::Specialist => By::Specialist,
        // The policy and the database give HR no way to any appointment.
        Kind::Hr | Kind::Staff => By::Operator,
    }
}

/// Calls the appointment off. `expects_counted`: the employee was told that it will count as used; without that it never does, however the clock moved
/// between the look and the tap. `cause`: why the operator does it.
pub(super) async fn cancel(
    tx: &mut Tx,
    caller: &Caller,
    id: AppointmentId,
    expects_counted: bool,
    cause: Option<&'static str>,
) -> Result<()> {
    let (now, by) = (caller.now(), acting(caller));
    let locked = sql::lock(tx, id).await?;
    let booked = booked(&locked)?;
    if booked.would_count(by, now) && !expects_counted {
        return Err(Error::conflict("cancel_counts").extra("free_until", booked.free_until.to_string()));
    }
    let canceled = booked.cancel(by, now).map_err(refusal)?;
    sql::cancel(tx, id, &canceled).await?;
    quota::settle(tx, id, canceled.quota_step(), "canceled", now).await?;
    after_leaving(tx, now, &locked).await?;
    notify::ask(tx, now, id, canceled.sequence, Event::Canceled, by).await?;
    let detail = json!({ "by": by.name(), "counted": canceled.is_counted, "cause": cause });
    audit::append(tx, caller, Entry::new("booking.cancel").about(locked.employee).on("appointment", id).detail(detail)).await?;
    live::emit(tx, now, &[locked.employee, locked.specialist], "booking.changed", &json!({ "appointment_id": id })).await
}

/// Its time can be had again, and nobody is reminded of it.
pub(super) async fn after_leaving(tx: &mut Tx, now: Timestamp, locked: &Locked) -> Result<()> {
    scheduling::changed(tx, locked.specialist).await?;
    take::ask_to_offer(tx, now, locked.specialist, locked.state.visit()).await?;
    jobs::withdraw(tx, &format!("reminder:{}:", locked.id)).await?;
    Ok(())
}

/// The operator gives a used session back. `cause`: why.
pub(super) async fn give_back(tx: &mut Tx, caller: &Caller, id: AppointmentId, cause: &'static str) -> Result<()> {
    let locked = sql::lock(tx, id).await?;
    let given = match locked.state {
        Appointment::Completed(completed) => completed.give_back().map(drop),
        Appointment::Canceled(canceled) => canceled.give_back().map(drop),
        _ => Err(Refused::NothingCounted),
    };
    given.map_err(refusal)?;
    sql::excuse(tx, id).await?;
    quota::settle(tx, id, QuotaStep::Refund, "given_back", caller.now()).await?;
    let entry = Entry::new("booking.give_back").about(locked.employee).on("appointment", id).detail(json!({ "cause": cause }));
    audit::append(tx, caller, entry).await?;
    live::emit(tx, caller.now(), &[locked.employee], "booking.changed", &json!({ "appointment_id": id })).await
}

/// The booked appointment behind a row, or why there is none to change.
pub(super) fn booked(locked: &Locked) -> Result<Booked> {
    match locked.state {
        Appointment::Booked(booked) => Ok(booked),
        Appointment::Canceled(_) => Err(Error::conflict("appointment_canceled")),
        Appointment::Completed(_) => Err(Error::conflict("has_begun")),
        Appointment::Held(_) | Appointment::Expired(_) => Err(Error::conflict("not_booked")),
    }
}

/// A refused transition in the words of the API.
pub(super) fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::HoldIsOver => Error::gone("hold_expired"),
        Refused::HasBegun => Error::conflict("has_begun"),
        Refused::HasNotBegun => Error::conflict("has_not_begun"),
        Refused::TooLateToMove(free_until) => Error::conflict("too_late_to_move").extra("free_until", free_until.to_string()),
        Refused::NothingCounted => Error::conflict("nothing_counted"),
    }
}
