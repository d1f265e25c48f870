//! What a change opens to booking, whatever the change was: hours, notice, limits, pauses, or how far ahead one can book.

use domain::{
    ids::{CategoryId, PersonId},
    scheduling::{Interval, Window, difference, slots, union},
};
use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;

use super::{offer::ask_to_offer, schedule::load};
use crate::kernel::error::{Error, Result};

/// What can be had of a specialist at one moment: for each kind of consultation the time which its free starts cover.
pub struct Bookable(Vec<((CategoryId, u16), Vec<Interval>)>);

/// What can be had of `specialist` now; nothing of whom nobody may book.
pub async fn bookable(tx: &mut Tx, now: Timestamp, specialist: PersonId) -> Result<Bookable> {
    let end = now + SignedDuration::from_hours(24 * Window::MAX_DAYS);
    let window = Window::new(now, end).map_err(Error::internal)?;
    let Some(schedule) = load(tx, now, specialist, window).await?.filter(|schedule| schedule.is_published) else {
        return Ok(Bookable(Vec::new()));
    };
    let kinds = schedule.offers.iter().flat_map(|offer| offer.lengths_min.iter().map(|length| (offer.category, *length)));
    let covered = kinds.filter_map(|(category, length)| {
        let rules = schedule.rules(category, length)?;
        let length_min = SignedDuration::from_mins(i64::from(length));
        let starts = slots(&schedule.availability, &rules, window, now);
        let parts = starts.into_iter().map(|start| Interval { start, end: start + length_min }).collect();
        Some(((category, length), union(parts)))
    });
    Ok(Bookable(covered.collect()))
}

/// Asks for the waiting list to be looked at for what can be had now of `specialist` and could not `before`.
pub async fn ask_to_offer_opened(tx: &mut Tx, now: Timestamp, specialist: PersonId, before: &Bookable) -> Result<()> {
    let after = bookable(tx, now, specialist).await?;
    let former = |kind| before.0.iter().find(|(one, _)| *one == kind).map_or(&[][..], |(_, covered)| covered);
    let opened = after.0.iter().flat_map(|(kind, covered)| difference(covered, former(*kind)));
    for part in union(opened.collect()) {
        ask_to_offer(tx, now, specialist, part).await?;
    }
    Ok(())
}
