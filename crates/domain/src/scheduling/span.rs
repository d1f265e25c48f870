//! Whole seconds and sorted, disjoint spans of them.

use crate::time::Timestamp;

/// A part of time, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The first instant inside.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// The parts of `all` that lie in none of `without`. Both ascend and are disjoint.
#[must_use]
pub fn difference(all: &[Interval], without: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut cuts = without.iter().peekable();
    for one in all {
        let mut from = one.start;
        while let Some(cut) = cuts.next_if(|cut| cut.end <= one.end) {
            if from < cut.start {
                left.push(Interval { start: from, end: cut.start.min(one.end) });
            }
            from = from.max(cut.end);
        }
        // What reaches beyond this part may also cut the next.
        let end = cuts.peek().map_or(one.end, |cut| cut.start.min(one.end));
        if from < end {
            left.push(Interval { start: from, end });
        }
    }
    left
}

/// The time which lies in any of `parts`, in whole seconds rounded outward: in order, and joined where they overlap or touch.
#[must_use]
pub fn union(parts: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let spans = parts.into_iter().map(|part| Span { start: floor_sec(part.start), end: ceil_sec(part.end) });
    let mut spans: Vec<Span> = spans.filter(|span| span.start < span.end).collect();
    merge(&mut spans);
    spans.into_iter().map(Interval::from).collect()
}

/// `[start, end)` in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub start: i64,
    pub end: i64,
}

impl Span {
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<Span> for Interval {
    fn from(span: Span) -> Self {
        Self { start: instant(span.start), end: instant(span.end) }
    }
}

/// The whole second at or before `at`.
pub(super) fn floor_sec(at: Timestamp) -> i64 {
    // jiff keeps the sub-second part's sign equal to the second's: before 1970 truncation goes up.
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// The whole second at or after `at`.
pub(super) fn ceil_sec(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// The instant `sec` seconds after 1970; the nearest one beyond the ends of the calendar.
pub(super) fn instant(sec: i64) -> Timestamp {
    Timestamp::from_second(sec).unwrap_or(if sec < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Sorts, and joins what overlaps or touches. None may be empty.
pub(super) fn merge(spans: &mut Vec<Span>) {
    spans.sort_unstable_by_key(|span| span.start);
    spans.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Disjoint parts of the first 64 seconds, from the seconds they hold.
    fn parts(held: u64) -> Vec<Interval> {
        let mut spans: Vec<Span> = (0..64).filter(|sec| held >> sec & 1 == 1).map(|sec| Span { start: sec, end: sec + 1 }).collect();
        merge(&mut spans);
        spans.into_iter().map(Interval::from).collect()
    }

    proptest! {
        #[test]
        fn the_difference_holds_what_one_has_and_the_other_lacks(all: u64, without: u64) {
            prop_assert_eq!(difference(&parts(all), &parts(without)), parts(all & !without));
        }

        #[test]
        fn the_union_holds_what_any_of_them_holds(some in vec((0_i64..64, 0_i64..16), 0..8)) {
            let held = some.iter().flat_map(|(start, length)| *start..(start + length).min(64)).fold(0_u64, |held, sec| held | 1 << sec);
            let some = some.into_iter().map(|(start, length)| Interval { start: instant(start), end: instant((start + length).min(64)) });
            prop_assert_eq!(union(some), parts(held));
        }

        #[test]
        fn touching_parts_may_also_lie_apart(all: u64, cuts in vec(0_i64..64, 0..6)) {
            let mut cuts: Vec<i64> = cuts;
            cuts.sort_unstable();
            cuts.dedup();
            let apart: Vec<Interval> = cuts.iter().map(|sec| Span { start: *sec, end: sec + 1 }.into()).collect();
            let without = cuts.iter().fold(0_u64, |held, sec| held | 1 << sec);
            prop_assert_eq!(difference(&parts(all), &apart), parts(all & !without));
        }
    }

    #[test]
    fn seconds_round_outward() {
        let check = |text: &str, floor: i64, ceil: i64| {
            let at = text.parse().unwrap();
            assert_eq!((floor_sec(at), ceil_sec(at)), (floor, ceil), "{text}");
        };
        check("1970-01-01T00:00:01.5Z", 1, 2);
        check("1970-01-01T00:00:01Z", 1, 1);
        check("1969-12-31T23:59:58.5Z", -2, -1);
        check("1969-12-31T23:59:59.5Z", -1, 0);
    }

    #[test]
    fn overlapping_and_touching_spans_merge() {
        let span = |(start, end)| Span { start, end };
        let mut spans: Vec<_> = [(50, 60), (0, 10), (10, 20), (5, 7), (21, 25)].map(span).into();
        merge(&mut spans);
        assert_eq!(spans, [(0, 20), (21, 25), (50, 60)].map(span));
    }
}
