//! The time of a specialist that an appointment keeps from others, for the database's exclusion constraint.

use jiff::{SignedDuration, Timestamp};

use super::Visit;

/// Minutes kept free around a visit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Buffers {
    pub before_min: u32,
    pub after_min: u32,
}

/// The visit, and as much of its buffers as its neighbours do not block themselves.
///
/// The slot engine decides whether two visits may stand so near: by the sum of their buffers, or by the larger one. A range per row can say the
/// first, never the second; so the range is cut where a neighbour's begins. Whatever the engine offers, under either policy (and both may meet in
/// one calendar, for the category chooses), then fits the constraint, and the constraint still keeps every visit out of every other's buffers.
///
/// `taken` are the specialist's other active appointments with their buffers; order does not matter. Holds if the engine offers `visit`: the gap to
/// each neighbour is at least that neighbour's own buffer.
#[must_use]
pub fn blocked(visit: Visit, buffers: Buffers, taken: impl IntoIterator<Item = (Visit, Buffers)>) -> Visit {
    let mut range = widened(visit, buffers);
    for other in taken.into_iter().map(|(visit, buffers)| widened(visit, buffers)) {
        if other.start < visit.start {
            range.start = range.start.max(other.end.min(visit.start));
        } else {
            range.end = range.end.min(other.start.max(visit.end));
        }
    }
    range
}

fn widened(visit: Visit, buffers: Buffers) -> Visit {
    let minutes = |n: u32| SignedDuration::from_mins(i64::from(n));
    Visit {
        start: visit.start.checked_sub(minutes(buffers.before_min)).unwrap_or(Timestamp::MIN),
        end: visit.end.checked_add(minutes(buffers.after_min)).unwrap_or(Timestamp::MAX),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn visit(start_min: i64, minutes: u32) -> Visit {
        Visit::of(Timestamp::from_second(start_min * 60).unwrap(), minutes)
    }

    #[test]
    fn keeps_the_buffers_that_are_free() {
        let buffers = Buffers { before_min: 10, after_min: 20 };
        assert_eq!(blocked(visit(100, 50), buffers, []), visit(90, 80));
        let near = [(visit(30, 50), Buffers { before_min: 0, after_min: 15 }), (visit(160, 30), Buffers { before_min: 5, after_min: 0 })];
        // Free from 95 (the neighbour keeps 80 to 95) to 155.
        assert_eq!(blocked(visit(100, 50), buffers, near), visit(95, 60));
    }

    /// The gap that the engine asks for (formats/slots.md, Buffers).
    fn fits(new: (Visit, Buffers), other: (Visit, Buffers), is_sum: bool) -> bool {
        let (first, second) = if new.0.start < other.0.start { (new, other) } else { (other, new) };
        let (after, before) = (first.1.after_min, second.1.before_min);
        let gap = if is_sum { after + before } else { after.max(before) };
        second.0.start.duration_since(first.0.end).as_mins() >= i64::from(gap)
    }

    proptest! {
        /// Whatever the engine lets in, in any order and with mixed policies, never breaks the constraint; and no visit lies in another's range.
        #[test]
        fn the_constraint_never_refuses_what_the_engine_offers(
            wishes in prop::collection::vec((0i64..600, prop::sample::select(vec![30u32, 50, 60, 90]), 0u32..40, 0u32..40, any::<bool>()), 1..40)
        ) {
            let mut rows: Vec<(Visit, Buffers, Visit)> = Vec::new();
            for (start, minutes, before_min, after_min, is_sum) in wishes {
                let new = (visit(start, minutes), Buffers { before_min, after_min });
                if !rows.iter().all(|(v, b, _)| fits(new, (*v, *b), is_sum)) {
                    continue;
                }
                let range = blocked(new.0, new.1, rows.iter().map(|(v, b, _)| (*v, *b)));
                prop_assert!(range.start <= new.0.start && range.end >= new.0.end);
                for (other, _, taken) in &rows {
                    prop_assert!(!range.overlaps(*taken), "{range:?} meets {taken:?} of {other:?}");
                }
                rows.push((new.0, new.1, range));
            }
        }
    }
}
