//! The sweep: openings, busy periods and starts walked together, each once.

use super::grid::Grid;
use super::limits::Counted;
use super::open::{days_after, runs};
use super::rules::{Alignment, BufferPolicy, SlotRules, Window};
use super::schedule::{Busy, SpecialistAvailability};
use super::span::{Span, ceil_sec, floor_sec, instant, merge};
use crate::time::{Date, Timestamp, WallTime, instant_of, local_date};

/// The starts that can be offered within `window`: sorted, distinct, whole seconds.
///
/// `now` decides notice and horizon. `schedule.busy` must hold what meets the window, widened by the length of a
/// slot and by buffers, and, where limits apply, all bookings of the dates and weeks that the window touches.
#[must_use]
pub fn slots(schedule: &SpecialistAvailability, rules: &SlotRules, window: Window, now: Timestamp) -> Vec<Timestamp> {
    let horizon = Horizon::new(schedule, rules, now);
    let notice_from = notice_from(rules, now);
    // What notice and horizon exclude is not worth walking; the answer for a part is part of the answer.
    let from = ceil_sec(window.from()).max(notice_from);
    let to = ceil_sec(window.to()).min(horizon.ends_before(schedule));
    let plan = Plan::new(schedule, rules, from, to, Some(notice_from));
    let mut starts = Vec::new();
    plan.starts(|start| {
        if horizon.contains(schedule, start) {
            starts.push(instant(start));
        }
    });
    starts
}

/// Whether `start` is one of the [`slots`] of any window around it.
#[must_use]
pub fn is_offered(schedule: &SpecialistAvailability, rules: &SlotRules, now: Timestamp, start: Timestamp) -> bool {
    let next = start.as_second().saturating_add(1);
    start.subsec_nanosecond() == 0 && Window::new(start, instant(next)).is_ok_and(|window| slots(schedule, rules, window, now) == [start])
}

/// now + notice, the earliest start, in whole seconds.
pub(super) fn notice_from(rules: &SlotRules, now: Timestamp) -> i64 {
    ceil_sec(now) + i64::from(rules.min_notice_min) * 60
}

/// The local dates that `rolling_days` leaves, in the home zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Horizon {
    /// Today and the last date, both inclusive.
    pub dates: Option<(Date, Date)>,
}

impl Horizon {
    pub fn new(schedule: &SpecialistAvailability, rules: &SlotRules, now: Timestamp) -> Self {
        let dates = rules.rolling_days.map(|days| {
            let today = local_date(&schedule.zone, now);
            (today, days_after(today, i32::try_from(days).unwrap_or(i32::MAX)))
        });
        Self { dates }
    }

    pub fn contains(self, schedule: &SpecialistAvailability, start: i64) -> bool {
        self.dates.is_none_or(|(today, last)| {
            let date = local_date(&schedule.zone, instant(start));
            today <= date && date <= last
        })
    }

    /// An instant after all that the horizon contains. A day later than the last date's end, because where clocks
    /// are put back across midnight a date goes on after its end.
    fn ends_before(self, schedule: &SpecialistAvailability) -> i64 {
        self.dates.map_or(i64::MAX, |(_, last)| instant_of(&schedule.zone, days_after(last, 1), WallTime::END_OF_DAY).as_second())
    }
}

/// All that decides the starts of one specialist in `[from, to)`, except the horizon.
pub(super) struct Plan<'a> {
    pub grid: Grid<'a>,
    pub counted: Counted,
    /// Where slots may lie: opening hours, or, if the grid restarts there, the free gaps in them.
    pub runs: Vec<Span>,
    /// Where no slot may lie. Empty if the runs are free gaps.
    blocked: Vec<Span>,
    from: i64,
    to: i64,
}

impl<'a> Plan<'a> {
    pub fn new(schedule: &'a SpecialistAvailability, rules: &'a SlotRules, from: i64, to: i64, notice_from: Option<i64>) -> Self {
        let open = if from < to { runs(schedule, from, to.saturating_add(rules.length.as_sec())) } else { vec![] };
        let reach = Span { start: open.first().map_or(from, |run| run.start), end: open.last().map_or(to, |run| run.end) };
        let mut blocked: Vec<_> =
            (schedule.busy.iter()).filter_map(|busy| blocked(busy, rules)).filter(|span| span.overlaps(reach)).collect();
        merge(&mut blocked);
        let (runs, blocked) = match rules.alignment {
            Alignment::WindowStart => (open, blocked),
            Alignment::FreeStart | Alignment::FreeStartRounded => (free_gaps(&open, &blocked), vec![]),
        };
        let counted = Counted::new(schedule, rules, from, to);
        Self { grid: Grid { schedule, rules, notice_from }, counted, runs, blocked, from, to }
    }

    /// Calls `found` for each start that alignment, busy time and limits allow, in order.
    pub fn starts(&self, mut found: impl FnMut(i64)) {
        let Grid { schedule, rules, .. } = self.grid;
        let length = rules.length.as_sec();
        let mut blocked = self.blocked.iter().copied().peekable();
        for &run in &self.runs {
            self.grid.starts(run, self.from, self.to, |start| {
                let slot = Span { start, end: start + length };
                while blocked.next_if(|span| span.end <= start).is_some() {}
                let conflicts = blocked.peek().is_some_and(|span| span.overlaps(slot));
                if !conflicts && !self.counted.closes(schedule, instant(start)) {
                    found(start);
                }
            });
        }
    }
}

/// Where a slot may not lie because of `busy`: the period itself, widened by the gap that has to stay on each side.
/// None if it fills nothing.
pub(super) fn blocked(busy: &Busy, rules: &SlotRules) -> Option<Span> {
    let own = (i64::from(busy.own_buffer_before_min), i64::from(busy.own_buffer_after_min));
    let new = (i64::from(rules.buffer_before_min), i64::from(rules.buffer_after_min));
    let taken = taken(busy);
    if taken.start - own.0 * 60 >= taken.end + own.1 * 60 {
        return None;
    }
    // Before the busy period ends the new slot's time after, and the other way round.
    let (gap_before_min, gap_after_min) = match rules.buffer_policy {
        BufferPolicy::Sum => (own.0 + new.1, own.1 + new.0),
        BufferPolicy::Shared => (own.0.max(new.1), own.1.max(new.0)),
    };
    Some(Span { start: taken.start - gap_before_min * 60, end: taken.end + gap_after_min * 60 })
}

/// The whole seconds of a busy period, rounded outward.
pub(super) fn taken(busy: &Busy) -> Span {
    Span { start: floor_sec(busy.start), end: ceil_sec(busy.end) }
}

/// `open` minus `blocked`; both sorted and disjoint.
fn free_gaps(open: &[Span], blocked: &[Span]) -> Vec<Span> {
    let mut gaps = Vec::with_capacity(open.len() + blocked.len());
    let mut blocked = blocked.iter().copied().peekable();
    for &run in open {
        let mut free_from = run.start;
        while blocked.next_if(|span| span.end <= run.start).is_some() {}
        while let Some(span) = blocked.peek().copied().filter(|span| span.start < run.end) {
            if free_from < span.start {
                gaps.push(Span { start: free_from, end: span.start });
            }
            free_from = span.end;
            if span.end > run.end {
                break; // It may reach into the next run.
            }
            blocked.next();
        }
        if free_from < run.end {
            gaps.push(Span { start: free_from, end: run.end });
        }
    }
    gaps
}
