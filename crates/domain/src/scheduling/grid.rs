//! Where starts lie within a stretch of free or open time: an anchor, then steps of elapsed minutes.
//!
//! The anchor is the beginning of the stretch. Opening hours round the clock have none; those whose beginning lies
//! more than [`LOOKBACK_DAYS`] back would make every question expensive. For both, the grid begins anew with every
//! ISO week, where the first hours of that week start. This is decided week by week, never by the window, so that the
//! answer for a window is always the union of the answers for its parts.

use super::open::{LOOKBACK_DAYS, days_after, monday_of, openings};
use super::rules::{Alignment, SlotRules};
use super::schedule::SpecialistAvailability;
use super::span::{Span, instant};
use crate::time::{Date, next_transition, offset_sec};

const LOOKBACK_SEC: i64 = LOOKBACK_DAYS as i64 * 86_400;

/// The starts of one specialist's slots, as far as alignment decides them.
pub(super) struct Grid<'a> {
    pub schedule: &'a SpecialistAvailability,
    pub rules: &'a SlotRules,
    /// now + notice; none where notice is left out of account.
    pub notice_from: Option<i64>,
}

/// A part of a stretch with one grid: starts are `anchor` + k · interval, below `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub anchor: i64,
    pub until: i64,
}

impl Grid<'_> {
    /// Calls `found` for each start from `from` (inclusive) to `to` (exclusive) whose slot lies inside `run`, in
    /// order.
    pub fn starts(&self, run: Span, from: i64, to: i64, mut found: impl FnMut(i64)) {
        let step = self.rules.interval.as_sec();
        let end = to.min(run.end - self.rules.length.as_sec() + 1);
        if end <= from {
            return;
        }
        for segment in self.segments(run, from, end) {
            let end = end.min(segment.until);
            let behind = (from - segment.anchor).max(0);
            let mut start = segment.anchor + (behind + step - 1) / step * step;
            while start < end {
                found(start);
                start += step;
            }
        }
    }

    /// The segments of `run` that hold the instants `[from, to)`.
    pub fn segments(&self, run: Span, from: i64, to: i64) -> Vec<Segment> {
        let anchor = match self.rules.alignment {
            Alignment::WindowStart | Alignment::FreeStart => run.start,
            Alignment::FreeStartRounded => self.round_up(self.notice_from.map_or(run.start, |notice| run.start.max(notice))),
        };
        if to <= anchor.saturating_add(LOOKBACK_SEC) {
            return vec![Segment { anchor, until: i64::MAX }];
        }
        // From the week before: its grid goes on until the first hours of this week start.
        let this_monday = monday_of(self.schedule, from.max(run.start));
        let last_monday = monday_of(self.schedule, to);
        let mondays = std::iter::successors(Some(days_after(this_monday, -7)), |monday| Some(days_after(*monday, 7)));
        let week_anchors = mondays
            .take_while(|monday| *monday <= last_monday)
            .filter_map(|monday| first_opening(self.schedule, monday))
            .filter(|start| start - anchor > LOOKBACK_SEC);
        let anchors: Vec<_> = std::iter::once(anchor).chain(week_anchors).collect();
        let ends = anchors.iter().skip(1).copied().chain([i64::MAX]);
        anchors.iter().zip(ends).map(|(&anchor, until)| Segment { anchor, until }).collect()
    }

    /// The first instant from `sec` on at which the local clocks show a whole minute of the hour that is a
    /// multiple of the grain.
    pub fn round_up(&self, sec: i64) -> i64 {
        let grain_sec = grain_min(self.rules.interval.get()) * 60;
        let mut sec = sec;
        loop {
            let zone = self.schedule.zone_at(instant(sec));
            let offset = offset_sec(zone, instant(sec));
            let rounded = (sec + offset + grain_sec - 1).div_euclid(grain_sec) * grain_sec - offset;
            if offset_sec(zone, instant(rounded)) == offset {
                return rounded;
            }
            // The clocks were moved on the way: what looked round before is not what they show now.
            match next_transition(zone, instant(sec)) {
                Some(moved) if moved.as_second() <= rounded => sec = moved.as_second(),
                _ => return rounded,
            }
        }
    }
}

/// When the first of the hours start that belong to the week which begins on `monday`.
fn first_opening(schedule: &SpecialistAvailability, monday: Date) -> Option<i64> {
    let mut first: Option<i64> = None;
    openings(schedule, monday, days_after(monday, 6), |opening| {
        let start = opening.span.start;
        first = Some(first.map_or(start, |first| first.min(start)));
    });
    first
}

/// The largest of 60, 30, 20, 15, 10 and 5 minutes that divides the interval, else 1.
fn grain_min(interval_min: u16) -> i64 {
    [60, 30, 20, 15, 10, 5].into_iter().find(|grain| i64::from(interval_min) % grain == 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::rules::SlotMinutes;
    use super::*;
    use crate::time::Zone;

    #[test]
    fn the_grain_is_the_largest_round_divisor_of_the_interval() {
        let expected = [
            (120, 60),
            (60, 60),
            (90, 30),
            (30, 30),
            (40, 20),
            (20, 20),
            (45, 15),
            (15, 15),
            (50, 10),
            (10, 10),
            (25, 5),
            (35, 5),
            (5, 5),
            (7, 1),
            (1, 1),
            (100, 20),
        ];
        for (interval, grain) in expected {
            assert_eq!(grain_min(interval), grain, "{interval}");
        }
    }

    #[track_caller]
    fn check_rounding(zone: &str, interval: u16, at: &str, expected: &str) {
        let schedule =
            SpecialistAvailability { zone: Zone::parse(zone).unwrap(), rules: vec![], overrides: vec![], travel: vec![], busy: vec![] };
        let rules = SlotRules::new(SlotMinutes::new(30).unwrap(), SlotMinutes::new(interval).unwrap());
        let grid = Grid { schedule: &schedule, rules: &rules, notice_from: None };
        let at: jiff::Timestamp = at.parse().unwrap();
        assert_eq!(instant(grid.round_up(at.as_second())).to_string(), expected);
    }

    #[test]
    fn rounding_goes_by_the_local_clocks() {
        check_rounding("Europe/Moscow", 60, "2026-12-14T07:00:00Z", "2026-12-14T07:00:00Z");
        check_rounding("Europe/Moscow", 60, "2026-12-14T07:00:01Z", "2026-12-14T08:00:00Z");
        check_rounding("Asia/Kathmandu", 60, "2026-12-14T07:00:00Z", "2026-12-14T07:15:00Z");
        check_rounding("Asia/Kolkata", 7, "2026-12-14T07:00:01Z", "2026-12-14T07:01:00Z");
        // Local mean time of Monrovia was 44:30 behind: its minutes begin at half of ours.
        check_rounding("Africa/Monrovia", 5, "1960-01-01T00:00:00Z", "1960-01-01T00:04:30Z");
    }

    #[test]
    fn rounding_across_a_half_hour_transition_shows_a_round_minute() {
        // 01:40, then 02:00 is shown as 02:30: the next full hour on the wall is 03:00.
        check_rounding("Australia/Lord_Howe", 60, "2024-10-05T15:10:00Z", "2024-10-05T16:00:00Z");
        check_rounding("Australia/Lord_Howe", 30, "2024-10-05T15:10:00Z", "2024-10-05T15:30:00Z");
        // 01:40, then 02:00 is shown as 01:30: the next full hour is half an hour later.
        check_rounding("Australia/Lord_Howe", 60, "2024-04-06T14:40:00Z", "2024-04-06T15:30:00Z");
    }
}
