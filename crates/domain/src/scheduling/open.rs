//! Opening hours: from wall-clock rules to merged intervals in UTC.

use super::rules::Window;
use super::schedule::{Hours, SpecialistAvailability};
use super::span::{Interval, Span, ceil_sec, instant, merge};
use crate::time::{Date, IsoWeek, WallTime, Zone, instant_of, local_date};
use jiff::ToSpan as _;

/// What a part of the opening hours comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The weekly rule with this position.
    Rule(usize),
    /// The override with this position, and the position within its hours.
    Override(usize, usize),
}

/// Hours of one local date, resolved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub source: Source,
    pub date: Date,
    pub span: Span,
}

/// How far back the beginning of merged opening hours is looked for, from the week before the one in question. A
/// beginning that is found no nearer decides nothing any more (see `grid`).
pub(super) const LOOKBACK_DAYS: i32 = 400;

/// Opening hours of a date lie, in UTC, within 16 hours before the date (offsets reach +15:13) and 3 days and 16
/// hours after its beginning (they may end at 24:00 of the next date; offsets reach -15:13; a gap may be a whole
/// day). So nothing that starts 4 days after a date is touched by the hours of an earlier date.
const REACH_OF_A_DATE_DAYS: i32 = 4;

/// The opening hours that meet `window`, merged where they overlap or touch, cut to the window. Busy time is not
/// taken out.
#[must_use]
pub fn availability(schedule: &SpecialistAvailability, window: Window) -> Vec<Interval> {
    let (from, to) = (ceil_sec(window.from()), ceil_sec(window.to()));
    runs(schedule, from, to).into_iter().map(|run| Span { start: run.start.max(from), end: run.end.min(to) }.into()).collect()
}

/// The merged opening hours that meet `[from, to)`: each from its true beginning, or from more than
/// [`LOOKBACK_DAYS`] before the week before `from`, and at least up to `to`.
pub(super) fn runs(schedule: &SpecialistAvailability, from: i64, to: i64) -> Vec<Span> {
    if from >= to {
        return Vec::new();
    }
    let utc_date = |sec| local_date(&Zone::UTC, instant(sec));
    let last = days_after(utc_date(to), 1);
    // Counted from the Monday of the week before, so that every window within one week finds the same beginning, and
    // the grid of the week before is known (see `grid`).
    let floor = days_after(monday_of(schedule, from), -(7 + LOOKBACK_DAYS + REACH_OF_A_DATE_DAYS + 1));
    // The common case, hours that begin and end within two days, is found in the first round.
    let mut reach_days = REACH_OF_A_DATE_DAYS + 2;
    loop {
        let first = days_after(utc_date(from), -reach_days).max(floor);
        let mut spans = Vec::new();
        openings(schedule, first, last, |opening| spans.push(opening.span));
        merge(&mut spans);
        spans.retain(|span| span.end > from && span.start < to);

        let known_from = instant_of(&Zone::UTC, days_after(first, REACH_OF_A_DATE_DAYS), WallTime::MIDNIGHT);
        let begins_before = spans.first().is_some_and(|span| span.start < known_from.as_second());
        if !begins_before || first == floor {
            return spans;
        }
        reach_days *= 4;
    }
}

/// Calls `found` for every opening that starts on a local date from `first` to `last`, by date.
pub(super) fn openings(schedule: &SpecialistAvailability, first: Date, last: Date, mut found: impl FnMut(Opening)) {
    let mut overridden: Vec<_> = (schedule.overrides.iter().enumerate())
        .filter(|(_, entry)| first <= entry.date && entry.date <= last)
        .map(|(index, entry)| (entry.date, index))
        .collect();
    overridden.sort_unstable();
    let mut overridden = overridden.into_iter().peekable();

    let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
    for date in dates.take_while(|date| *date <= last) {
        let zone = schedule.zone_on(date);
        let mut resolved = |source, hours: &Hours| {
            if let Some(span) = resolve(zone, date, hours) {
                found(Opening { source, date, span });
            }
        };
        let mut is_overridden = false;
        while let Some((_, index)) = overridden.next_if(|(of, _)| *of == date) {
            is_overridden = true;
            for (position, hours) in schedule.overrides[index].hours.iter().enumerate() {
                resolved(Source::Override(index, position), hours);
            }
        }
        if !is_overridden {
            let weekday = date.weekday();
            for (index, rule) in schedule.rules.iter().enumerate() {
                if rule.days.contains(weekday) {
                    resolved(Source::Rule(index), &rule.hours);
                }
            }
        }
    }
}

/// Both ends alike; nothing if the end, as written or as resolved, is not after the start.
fn resolve(zone: &Zone, date: Date, hours: &Hours) -> Option<Span> {
    if hours.end <= hours.start && !hours.ends_next_day {
        return None;
    }
    let end_date = if hours.ends_next_day { days_after(date, 1) } else { date };
    let start = instant_of(zone, date, hours.start).as_second();
    let end = instant_of(zone, end_date, hours.end).as_second();
    (start < end).then_some(Span { start, end })
}

/// The Monday of the ISO week to which `sec` belongs in the home zone.
pub(super) fn monday_of(schedule: &SpecialistAvailability, sec: i64) -> Date {
    IsoWeek::of(local_date(&schedule.zone, instant(sec))).monday().unwrap_or(Date::MIN)
}

/// `date` moved by `days`; the nearest date beyond the ends of the calendar.
pub(super) fn days_after(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}
