//! A consultation as it takes place: when the room is open, and what became of it.

mod outcome;
mod standing;

pub use outcome::{Event, EventKind, Outcome, Party, absent_from, decide, enough, together_by};
pub use standing::{Signs, Standing, standing};

use jiff::{SignedDuration, Timestamp};

/// The room opens this long before the start.
pub const OPENS_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// The room closes this long after the end, so that a last sentence is not cut.
pub const CLOSES_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// An extension may add this much altogether.
pub const EXTENSION_MAX: SignedDuration = SignedDuration::from_mins(60);

/// Whether one may enter now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Opens at this instant.
    NotYet(Timestamp),
    Open,
    /// The time is over.
    Over,
}

/// The state of the door of a consultation from `starts_at` to `ends_at`.
pub fn door(starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Door {
    let opens_at = starts_at - OPENS_BEFORE;
    if now < opens_at {
        Door::NotYet(opens_at)
    } else if now < ends_at + CLOSES_AFTER {
        Door::Open
    } else {
        Door::Over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_opens_a_quarter_of_an_hour_early_and_closes_a_quarter_late() {
        let (start, end): (Timestamp, Timestamp) = ("2026-12-14T10:00:00Z".parse().unwrap(), "2026-12-14T10:50:00Z".parse().unwrap());
        let check = |now: &str, expected| assert_eq!(door(start, end, now.parse().unwrap()), expected, "{now}");
        check("2026-12-14T09:44:59Z", Door::NotYet("2026-12-14T09:45:00Z".parse().unwrap()));
        check("2026-12-14T09:45:00Z", Door::Open);
        check("2026-12-14T11:04:59Z", Door::Open);
        check("2026-12-14T11:05:00Z", Door::Over);
    }
}
