//! Until when a cancellation costs nothing.

use jiff::{SignedDuration, Timestamp};

/// A slip of the finger can be undone this long after booking, however near the session is.
pub const GRACE: SignedDuration = SignedDuration::from_mins(15);

/// A category's rule: free until this many hours before the start; later the session counts as used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelRule {
    /// 0 to 168.
    pub free_hours: u32,
}

impl CancelRule {
    /// The last instant, inclusive, at which cancelling a session that starts at `start` and was booked at `booked_at` costs nothing.
    /// Never after the start.
    #[must_use]
    pub fn free_until(self, start: Timestamp, booked_at: Timestamp) -> Timestamp {
        let by_grace = booked_at.checked_add(GRACE).unwrap_or(Timestamp::MAX).min(start);
        self.free_by_rule(start).max(by_grace)
    }

    /// The same by the hours alone, whenever it was booked.
    #[must_use]
    pub fn free_by_rule(self, start: Timestamp) -> Timestamp {
        start.checked_sub(SignedDuration::from_hours(i64::from(self.free_hours))).unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn free_by_the_hours_or_by_the_grace_never_after_the_start() {
        let start = at("2026-12-18T09:00:00Z");
        let check = |hours, booked: &str, until: &str| {
            assert_eq!(CancelRule { free_hours: hours }.free_until(start, at(booked)), at(until), "{hours} h, booked {booked}");
        };
        check(24, "2026-12-10T00:00:00Z", "2026-12-17T09:00:00Z");
        check(0, "2026-12-10T00:00:00Z", "2026-12-18T09:00:00Z");
        check(24, "2026-12-17T20:00:00Z", "2026-12-17T20:15:00Z");
        check(24, "2026-12-18T08:55:00Z", "2026-12-18T09:00:00Z");
        check(168, "2026-12-17T20:00:00Z", "2026-12-17T20:15:00Z");
    }
}
