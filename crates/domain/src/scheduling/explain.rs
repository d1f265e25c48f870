//! Why one instant is, or is not, a start that is offered.

use super::grid::{Grid, Segment};
use super::limits::Reached;
use super::open::{Opening, Source, days_after, openings, runs};
use super::plan::{Horizon, Plan, blocked, notice_from, taken};
use super::rules::SlotRules;
use super::schedule::{BusyKind, SpecialistAvailability};
use super::span::{Interval, Span, floor_sec, instant};
use crate::time::{Date, IsoWeek, Timestamp, Zone, local_date};

/// What was found about one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The instant in question.
    pub start: Timestamp,
    /// The rules and overrides whose hours contain the instant, whether or not it is offered.
    pub opened_by: Vec<OpenedBy>,
    /// All that stands against the instant, the one that decides first. Empty: it is offered.
    pub reasons: Vec<Reason>,
}

impl Explanation {
    /// Whether the instant is a start that is offered.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Hours that contain the instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedBy {
    /// The rule or override.
    pub source: Source,
    /// The local date to which the hours belong.
    pub date: Date,
    /// The hours of that date in UTC.
    pub hours: Interval,
}

/// One thing that stands against an instant. Positions count from 0 in the lists of the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is open at the instant.
    Closed {
        /// The local date there and then.
        date: Date,
        /// The zone of that date.
        zone: Zone,
        /// Whether an override replaced the rules of the date: its position.
        overridden_by: Option<usize>,
    },
    /// It is open, but not for as long as the slot lasts.
    EndsAfterClosing {
        /// When the merged opening hours end.
        closes: Timestamp,
        /// What the last of these hours come from.
        by: Option<Source>,
    },
    /// The slot overlaps a busy period.
    Busy {
        /// The position of the period.
        index: usize,
        /// What it is.
        kind: BusyKind,
        /// When it is.
        period: Interval,
    },
    /// The slot keeps too little distance from a busy period.
    Buffer {
        /// The position of the period.
        index: usize,
        /// When it is.
        period: Interval,
        /// The instants at which no slot may be because of it, the period included.
        kept_free: Interval,
    },
    /// Too soon.
    Notice {
        /// The earliest instant that notice allows.
        earliest: Timestamp,
    },
    /// The date is not among those that `rolling_days` leaves.
    Horizon {
        /// The local date of the instant.
        date: Date,
        /// Today.
        first: Date,
        /// The last date, inclusive.
        last: Date,
    },
    /// `max_per_day` is reached.
    DayLimit {
        /// The local date of the instant.
        date: Date,
        /// Bookings that start on it.
        bookings: u32,
    },
    /// `max_per_week` is reached.
    WeekLimit {
        /// The ISO week of the local date of the instant.
        week: IsoWeek,
        /// Bookings that start in it.
        bookings: u32,
    },
    /// `max_minutes_per_day` would be exceeded.
    MinutesLimit {
        /// The local date of the instant.
        date: Date,
        /// Minutes of the bookings that start on it, rounded up.
        booked_min: i64,
    },
    /// The instant is not on the grid of starts.
    Alignment {
        /// Where the grid begins; none if no grid begins before the slot could.
        grid_from: Option<Timestamp>,
        /// The last instant of the grid before this one.
        previous: Option<Timestamp>,
        /// The first instant of the grid after this one, whether or not it is offered.
        next: Option<Timestamp>,
    },
}

/// Finds what decides about `start`; agrees with [`super::is_offered`].
#[must_use]
pub fn explain(schedule: &SpecialistAvailability, rules: &SlotRules, now: Timestamp, start: Timestamp) -> Explanation {
    let second = floor_sec(start);
    let slot = Span { start: second, end: second + rules.length.as_sec() };
    let nearby = openings_near(schedule, slot);
    let opened_by = nearby
        .iter()
        .filter(|opening| opening.span.overlaps(Span { start: second, end: second + 1 }))
        .map(|opening| OpenedBy { source: opening.source, date: opening.date, hours: opening.span.into() })
        .collect();

    let closed = open_reason(schedule, &nearby, slot);
    let conflicts = conflicts(schedule, rules, slot);
    let may_align = closed.is_none() && conflicts.is_empty();

    let mut reasons: Vec<_> = closed.into_iter().chain(conflicts).collect();
    reasons.extend(notice_and_horizon(schedule, rules, now, start));
    let plan = Plan::new(schedule, rules, second, second + 1, Some(notice_from(rules, now)));
    reasons.extend(limits(schedule, &plan, start));
    if may_align {
        reasons.extend(misalignment(&plan, slot, start));
    }
    Explanation { start, opened_by, reasons }
}

fn openings_near(schedule: &SpecialistAvailability, slot: Span) -> Vec<Opening> {
    let date = |sec| local_date(&Zone::UTC, instant(sec));
    let mut found = Vec::new();
    openings(schedule, days_after(date(slot.start), -4), days_after(date(slot.end), 1), |opening| {
        found.push(opening);
    });
    found
}

/// What stands against the slot because of opening hours, without busy time.
fn open_reason(schedule: &SpecialistAvailability, nearby: &[Opening], slot: Span) -> Option<Reason> {
    let runs = runs(schedule, slot.start, slot.end);
    let Some(run) = runs.first().filter(|run| run.start <= slot.start) else {
        let zone = schedule.zone_at(instant(slot.start)).clone();
        let date = local_date(&zone, instant(slot.start));
        let overridden_by = schedule.overrides.iter().position(|entry| entry.date == date);
        return Some(Reason::Closed { date, zone, overridden_by });
    };
    let closes = run.end;
    (closes < slot.end).then(|| Reason::EndsAfterClosing {
        closes: instant(closes),
        by: nearby.iter().find(|opening| opening.span.end == closes).map(|opening| opening.source),
    })
}

fn conflicts(schedule: &SpecialistAvailability, rules: &SlotRules, slot: Span) -> Vec<Reason> {
    let (mut busy, mut buffers) = (Vec::new(), Vec::new());
    for (index, entry) in schedule.busy.iter().enumerate() {
        let Some(kept_free) = blocked(entry, rules).filter(|span| span.overlaps(slot)) else {
            continue;
        };
        let period = taken(entry);
        if period.overlaps(slot) {
            busy.push(Reason::Busy { index, kind: entry.kind, period: period.into() });
        } else {
            buffers.push(Reason::Buffer { index, period: period.into(), kept_free: kept_free.into() });
        }
    }
    busy.append(&mut buffers);
    busy
}

fn notice_and_horizon(
    schedule: &SpecialistAvailability,
    rules: &SlotRules,
    now: Timestamp,
    start: Timestamp,
) -> impl Iterator<Item = Reason> {
    let earliest = notice_from(rules, now);
    let notice = (floor_sec(start) < earliest).then(|| Reason::Notice { earliest: instant(earliest) });
    let horizon = Horizon::new(schedule, rules, now);
    let outside = horizon.dates.filter(|_| !horizon.contains(schedule, floor_sec(start)));
    let horizon = outside.map(|(first, last)| Reason::Horizon { date: local_date(&schedule.zone, start), first, last });
    notice.into_iter().chain(horizon)
}

fn limits(schedule: &SpecialistAvailability, plan: &Plan<'_>, start: Timestamp) -> impl Iterator<Item = Reason> {
    let date = local_date(&schedule.zone, start);
    plan.counted.reached(date).map(move |reached| match reached {
        Reached::Day { bookings } => Reason::DayLimit { date, bookings },
        Reached::Week { bookings } => Reason::WeekLimit { week: IsoWeek::of(date), bookings },
        Reached::Minutes { booked_sec } => Reason::MinutesLimit { date, booked_min: (booked_sec + 59) / 60 },
    })
}

/// None if the slot begins on the grid of the run in which it lies.
fn misalignment(plan: &Plan<'_>, slot: Span, start: Timestamp) -> Option<Reason> {
    let grid: &Grid<'_> = &plan.grid;
    let run = plan.runs.iter().copied().find(|run| run.contains(slot))?;
    let step = grid.rules.interval.as_sec();
    let segments = grid.segments(run, slot.start, slot.start + 1);
    let Some(Segment { anchor, until }) = segments.iter().rev().find(|segment| segment.anchor <= slot.start).copied() else {
        let next = segments.first().map(|segment| instant(segment.anchor));
        return Some(Reason::Alignment { grid_from: next, previous: None, next });
    };
    let behind = (slot.start - anchor) % step;
    if behind == 0 && start.subsec_nanosecond() == 0 {
        return None;
    }
    Some(Reason::Alignment {
        grid_from: Some(instant(anchor)),
        previous: Some(instant(slot.start - behind)),
        next: Some(instant((slot.start - behind + step).min(until))),
    })
}
