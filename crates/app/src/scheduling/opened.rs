//! What a change opens to booking, whatever the change was: hours, notice, limits, other calendars, a card that appears, or how far ahead one can book.

use domain::{
    ids::{CategoryId, PersonId},
    scheduling::{Interval, Window, difference, slots, union},
};
use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use serde::Deserialize;

use super::{offer::ask_to_offer, schedule::load};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// What can be had of a specialist at one moment: for each kind of consultation the time which its free starts cover.
pub(super) struct Bookable(Vec<((CategoryId, u16), Vec<Interval>)>);

/// What can be had of `specialist` now; nothing of whom nobody may book.
pub(super) async fn bookable(tx: &mut Tx, now: Timestamp, specialist: PersonId) -> Result<Bookable> {
    let end = now + SignedDuration::from_hours(24 * Window::MAX_DAYS);
    let window = Window::new(now, end).map_err(Error::internal)?;
    let Some(schedule) = load(tx, now, specialist, window).await?.filter(|schedule| schedule.is_published) else {
        return Ok(Bookable(Vec::new()));
    };
    let kinds = schedule.offers.iter().flat_map(|offer| offer.lengths_min.iter().map(|length_min| (offer.category, *length_min)));
    let covered = kinds.filter_map(|(category, length_min)| {
        let rules = schedule.rules(category, length_min)?;
        let length = SignedDuration::from_mins(i64::from(length_min));
        let starts = slots(&schedule.availability, &rules, window, now);
        Some(((category, length_min), union(starts.into_iter().map(|start| Interval { start, end: start + length }))))
    });
    Ok(Bookable(covered.collect()))
}

/// Asks for the waiting list to be looked at for what can be had now of `specialist` and could not `before`.
pub(super) async fn ask_to_offer_opened(tx: &mut Tx, now: Timestamp, specialist: PersonId, before: &Bookable) -> Result<()> {
    let after = bookable(tx, now, specialist).await?;
    let former = |kind| before.0.iter().find(|(one, _)| *one == kind).map_or(&[][..], |(_, covered)| covered);
    for opened in union(after.0.iter().flat_map(|(kind, covered)| difference(covered, former(*kind)))) {
        ask_to_offer(tx, now, specialist, opened).await?;
    }
    Ok(())
}

/// A card on which these categories can be booked since now. Asked for by the catalogue, which knows nothing of hours.
#[derive(Debug, Deserialize)]
struct Appeared {
    specialist: PersonId,
    categories: Vec<CategoryId>,
}

/// Does the job `scheduling.card_appeared`: all that can be had in the categories is new.
pub(super) async fn card_appeared(app: &App, payload: &serde_json::Value) -> Result<()> {
    let Appeared { specialist, categories } = serde_json::from_value(payload.clone()).map_err(Error::internal)?;
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let now_is = bookable(&mut tx, now, specialist).await?;
    let others = now_is.0.into_iter().filter(|((category, _), _)| !categories.contains(category));
    ask_to_offer_opened(&mut tx, now, specialist, &Bookable(others.collect())).await?;
    tx.commit().await?;
    Ok(())
}
