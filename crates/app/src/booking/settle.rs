//! The end of a consultation, as the sessions slice decides it from the join log.

use domain::{booking::Appointment, ids::AppointmentId};
use platform::{db::Tx, jobs};

use super::{
    cancel::refusal,
    sql::{appointments as sql, quota},
};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// What became of settling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It is completed now.
    Now,
    /// It was before, or it was called off.
    Before,
}

/// Completes the booked appointment `id` in the caller's transaction (the system's, one of the two people's, or support's). `is_counted`: it counts
/// as used; not if the specialist did not come, or technology failed. Asking twice settles once.
///
/// # Errors
/// `has_not_begun` before the start.
pub async fn settle(tx: &mut Tx, app: &App, id: AppointmentId, is_counted: bool) -> Result<Settled> {
    let now = app.now();
    let locked = sql::lock(tx, id).await?;
    let booked = match locked.state {
        Appointment::Booked(booked) => booked,
        Appointment::Completed(_) | Appointment::Canceled(_) => return Ok(Settled::Before),
        Appointment::Held(_) | Appointment::Expired(_) => return Err(Error::conflict("not_booked")),
    };
    let completed = booked.complete(is_counted, now).map_err(refusal)?;
    sql::complete(tx, id).await?;
    quota::settle(tx, id, completed.quota_step(), if is_counted { "held" } else { "not_held" }, now).await?;
    jobs::withdraw(tx, &format!("reminder:{id}:")).await?;
    Ok(Settled::Now)
}
