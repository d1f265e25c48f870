//! Holding a time for five minutes, giving it back, and booking at once what one knows.

use domain::{
    booking::{Appointment, HOLD, QuotaStep},
    ids::{AppointmentId, PersonId},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde_json::json;

use super::{
    confirm,
    sql::{appointments as sql, quota},
    take::{self, Wish, take},
    view::{self, AppointmentView, BenefitView},
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

/// What follows the hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The person looks at the conditions and confirms.
    Wait,
    /// The person has seen them: "book again".
    Book,
}

/// Holds `wish` for the caller, and books it if that is wanted.
pub(super) async fn hold(tx: &mut Tx, caller: &Caller, wish: &Wish, then: Then) -> Result<AppointmentView> {
    let (app, me) = (&caller.app, caller.me());
    let taken = take(tx, app, me, wish, HOLD, false).await?;
    audit::append(tx, caller, Entry::new("booking.hold").about(me).on("appointment", taken.id)).await?;
    let ends_waiting = then == Then::Book && confirm::book(tx, caller, taken.id).await?;
    let mut view = view::load(tx, caller, taken.id).await?;
    view.ends_waiting = ends_waiting;
    view.benefit = Some(BenefitView::after_hold(&taken.benefit));
    live::emit(tx, caller.now(), &hinted(me, wish.specialist, then), "booking.changed", &json!({ "appointment_id": taken.id })).await?;
    Ok(view)
}

/// A hold is nobody's business but its owner's.
fn hinted(me: PersonId, specialist: PersonId, then: Then) -> Vec<PersonId> {
    if then == Then::Book { vec![me, specialist] } else { vec![me] }
}

/// Whether somebody else has the start, and `key` is no repeat of what the caller has done. One look before any transaction: of thousands who want one
/// start, all but the first few end here.
pub(super) async fn is_taken(caller: &Caller, key: &str, wish: &Wish) -> Result<bool> {
    let (taken,): (bool,) = sqlx::query_as("SELECT app.is_start_taken($1, $2, $3, $4, $5)")
        .bind(caller.me().0)
        .bind(key)
        .bind(wish.specialist.0)
        .bind(wish.start.to_sqlx())
        .bind(caller.now().to_sqlx())
        .fetch_one(caller.app.db.pool())
        .await?;
    Ok(taken)
}

/// The owner gives a hold (or an offered time) back.
pub(super) async fn release(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<()> {
    let now = caller.now();
    let locked = sql::lock(tx, id).await?;
    match locked.state {
        // Gone already: what was wanted is so.
        Appointment::Expired(_) => return Ok(()),
        Appointment::Held(held) => {
            let _ = held.release();
        }
        _ => return Err(Error::conflict("not_held")),
    }
    sql::expire(tx, id).await?;
    quota::settle(tx, id, QuotaStep::Release, "given_back", now).await?;
    scheduling::changed(tx, locked.specialist).await?;
    take::ask_to_offer(tx, now, locked.specialist, locked.state.visit()).await?;
    audit::append(tx, caller, Entry::new("booking.release").about(locked.employee).on("appointment", id)).await?;
    live::emit(tx, now, &[locked.employee], "booking.changed", &json!({ "appointment_id": id })).await
}

/// An instant of a request, which must be whole seconds: starts are.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().filter(|at| at.subsec_nanosecond() == 0)
}
