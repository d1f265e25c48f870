//! A consultation that was ended before its time: the rest of it can be had again, at once and also by who waits. What it costs does not change: one
//! session of the benefit is one, however long the two talked.

use domain::{
    booking::{Appointment, Visit},
    ids::AppointmentId,
};
use jiff::Timestamp;
use platform::db::Tx;

use super::{sql::appointments as sql, take};
use crate::{kernel::error::Result, scheduling};

/// Lets the booked appointment `id` end now, if its time is not over, in the transaction of its specialist or the system. Locks it; asking twice ends it once.
pub async fn end_early(tx: &mut Tx, now: Timestamp, id: AppointmentId) -> Result<()> {
    let locked = sql::lock(tx, id).await?;
    let Appointment::Booked(booked) = locked.state else { return Ok(()) };
    let Some(held) = booked.visit.ended_early(now) else { return Ok(()) };
    sql::end_early(tx, id, held.end, now).await?;
    scheduling::changed(tx, locked.specialist).await?;
    take::ask_to_offer(tx, now, locked.specialist, Visit { start: held.end, end: booked.visit.end }).await
}
