//! How a booked consultation stands at this moment, as far as the join log tells. For the operator, who must see that somebody waits, not who came.

use jiff::{SignedDuration, Timestamp};

use super::{OPENS_BEFORE, Party};

/// A page says each half a minute that it is there; one that was silent this long is gone. Longer than the outcome's silence: browsers let a hidden page
/// speak only once a minute, and a false alarm at the desk costs more than half a minute.
const QUIET: SignedDuration = SignedDuration::from_secs(90);

/// The latest signs of one of the two.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signs {
    pub joined_at: Option<Timestamp>,
    pub connected_at: Option<Timestamp>,
    /// The latest sign of being there, whichever it was.
    pub there_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
}

/// Where one of the two is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Never,
    /// Since when.
    Room(Timestamp),
    /// Left by themselves at this time.
    Left(Timestamp),
    /// Fell silent after this time.
    Lost(Timestamp),
}

impl Signs {
    fn place(self, now: Timestamp) -> Place {
        match (self.there_at, self.left_at) {
            (None, None) => Place::Never,
            (there, Some(left)) if there.is_none_or(|there| there <= left) => Place::Left(left),
            (Some(there), _) if now.duration_since(there) > QUIET => Place::Lost(there),
            (Some(there), _) => Place::Room(self.joined_at.unwrap_or(there)),
            (None, Some(left)) => Place::Left(left),
        }
    }

    /// The two browsers have found each other since this one last entered.
    fn is_connected(self) -> bool {
        self.connected_at.is_some_and(|at| self.joined_at.is_none_or(|joined| joined <= at))
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The room is not open yet.
    Ahead,
    /// It may be entered; nobody is there.
    Open,
    /// Its time has begun, and nobody is there.
    Overdue,
    /// One is there alone.
    Waits {
        who: Party,
        since: Timestamp,
        /// The other was there and vanished without leaving: a broken connection, a closed lid.
        is_other_lost: bool,
    },
    /// Both are there; `is_connected`: they see or hear each other.
    Together { is_connected: bool },
    /// Its time is over, and nobody is there.
    Over,
}

/// How the booked consultation from `starts_at` to `ends_at` stands.
pub fn standing(employee: Signs, specialist: Signs, starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Standing {
    match (employee.place(now), specialist.place(now)) {
        (Place::Room(_), Place::Room(_)) => Standing::Together { is_connected: employee.is_connected() && specialist.is_connected() },
        (Place::Room(since), other) => waits(Party::Employee, since, other),
        (other, Place::Room(since)) => waits(Party::Specialist, since, other),
        _ if now >= ends_at => Standing::Over,
        _ if now >= starts_at => Standing::Overdue,
        _ if now >= starts_at - OPENS_BEFORE => Standing::Open,
        _ => Standing::Ahead,
    }
}

/// `who` has been there since then, and alone since the other went.
fn waits(who: Party, since: Timestamp, other: Place) -> Standing {
    let (alone, is_other_lost) = match other {
        Place::Left(at) => (since.max(at), false),
        Place::Lost(at) => (since.max(at), true),
        Place::Never | Place::Room(_) => (since, false),
    };
    Standing::Waits { who, since: alone, is_other_lost }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-12-14T{time}Z").parse().unwrap()
    }

    fn joined(time: &str, seen: &str) -> Signs {
        Signs { joined_at: Some(at(time)), there_at: Some(at(seen)), ..Signs::default() }
    }

    fn check(employee: Signs, specialist: Signs, now: &str, expected: Standing) {
        assert_eq!(standing(employee, specialist, at("10:00:00"), at("10:50:00"), at(now)), expected, "{now}");
    }

    #[test]
    fn nobody_is_there() {
        let none = Signs::default();
        check(none, none, "09:44:59", Standing::Ahead);
        check(none, none, "09:45:00", Standing::Open);
        check(none, none, "10:00:00", Standing::Overdue);
        check(none, none, "10:50:00", Standing::Over);
    }

    #[test]
    fn one_waits_alone_since_the_other_went() {
        let anna = joined("09:58:00", "10:06:00");
        let waits = |since, is_other_lost| Standing::Waits { who: Party::Employee, since: at(since), is_other_lost };
        check(anna, Signs::default(), "10:06:10", waits("09:58:00", false));
        let left = Signs { left_at: Some(at("10:04:00")), ..joined("10:01:00", "10:03:30") };
        check(anna, left, "10:06:10", waits("10:04:00", false));
        check(anna, joined("10:01:00", "10:04:30"), "10:06:10", waits("10:04:30", true));
        // Who went before the other came left nobody alone.
        check(anna, joined("09:46:00", "09:47:00"), "10:06:10", waits("09:58:00", true));
    }

    #[test]
    fn a_page_that_fell_silent_is_gone() {
        let vera = joined("10:00:00", "10:10:00");
        check(Signs::default(), vera, "10:11:30", Standing::Waits { who: Party::Specialist, since: at("10:00:00"), is_other_lost: false });
        check(Signs::default(), vera, "10:11:31", Standing::Overdue);
    }

    #[test]
    fn both_are_there_and_connected_when_both_said_so_since_they_came() {
        let connected = |time: &str| Signs { connected_at: Some(at(time)), ..joined("10:01:00", "10:06:00") };
        check(connected("10:01:05"), connected("10:01:05"), "10:06:10", Standing::Together { is_connected: true });
        check(connected("10:01:05"), joined("10:01:00", "10:06:00"), "10:06:10", Standing::Together { is_connected: false });
        // What was said before a reload no longer holds.
        check(connected("10:00:30"), connected("10:01:05"), "10:06:10", Standing::Together { is_connected: false });
    }
}
