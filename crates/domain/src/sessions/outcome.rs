//! What became of a consultation, decided from the join log by one rule:
//!
//! 1. **Held** if both were in the room together for ten minutes, or for a third of the planned length where that is shorter.
//! 2. Otherwise, **absent** is who did not enter before ten minutes after the start (or the end, if that is earlier), while the other did.
//! 3. Both came, but were not long enough together, or both came too late, or the specialist ended it while the employee could still have come:
//!    **cut short**. Why, the log does not know. The session is given back and
//!    the operator looks at it.
//! 4. Nobody came: **both absent**.
//!
//! Who is absent by this rule decides whether the session counts: an employee's absence counts as used, every other case but "held" gives it back.

use jiff::{SignedDuration, Timestamp};

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    Employee,
    Specialist,
}

impl Party {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Specialist => "specialist",
        }
    }

    /// The party of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Employee, Self::Specialist].into_iter().find(|p| p.name() == name)
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Employee => Self::Specialist,
            Self::Specialist => Self::Employee,
        }
    }
}

/// What the join log tells of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Entered the room.
    Joined,
    /// Still there (each half a minute).
    Seen,
    /// Left.
    Left,
}

/// A line of the join log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub party: Party,
    pub kind: EventKind,
    pub at: Timestamp,
}

/// What became of a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Held,
    EmployeeAbsent,
    SpecialistAbsent,
    BothAbsent,
    CutShort,
}

impl Outcome {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::EmployeeAbsent => "employee_absent",
            Self::SpecialistAbsent => "specialist_absent",
            Self::BothAbsent => "both_absent",
            Self::CutShort => "cut_short",
        }
    }

    /// Whether the session counts as used.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Held | Self::EmployeeAbsent)
    }
}

/// A page that fell silent is taken as present for this long after its last sign.
const SILENCE: SignedDuration = SignedDuration::from_secs(60);
/// How long both must be together, and how long one waits for the other.
const ENOUGH: SignedDuration = SignedDuration::from_mins(10);

/// How long both must have been together in a consultation from `starts_at` to `ends_at`, for it to be held.
pub fn enough(starts_at: Timestamp, ends_at: Timestamp) -> SignedDuration {
    ENOUGH.min(SignedDuration::from_secs(ends_at.duration_since(starts_at).as_secs() / 3))
}

/// Until when one waits for the other: who has not come by then, in a consultation from `starts_at` to `ends_at`, is absent.
pub fn absent_from(starts_at: Timestamp, ends_at: Timestamp) -> Timestamp {
    (starts_at + ENOUGH).min(ends_at)
}

/// How long the two have been in the room together by `now`, given the whole join log in any order.
pub fn together_by(events: &[Event], now: Timestamp) -> SignedDuration {
    let [employee, specialist] = [Party::Employee, Party::Specialist].map(|party| {
        let mut spans = presence(events, party);
        // Whoever spoke a moment ago is taken as present for a while yet: that has not passed.
        spans.iter_mut().for_each(|span| span.to = span.to.min(now));
        spans
    });
    together(&employee, &specialist)
}

/// Decides what became of the consultation from `starts_at` to `ends_at`, given its whole join log in any order, and when the specialist ended it, if so.
pub fn decide(events: &[Event], starts_at: Timestamp, ends_at: Timestamp, ended_at: Option<Timestamp>) -> Outcome {
    let employee = presence(events, Party::Employee);
    let specialist = presence(events, Party::Specialist);
    if together(&employee, &specialist) >= enough(starts_at, ends_at) {
        return Outcome::Held;
    }
    let waited_until = absent_from(starts_at, ends_at);
    let came = |spans: &[Span]| spans.iter().any(|span| span.from < waited_until);
    match (came(&employee), came(&specialist)) {
        (true, true) => Outcome::CutShort,
        // Whom the door was shut to in time is not absent.
        (false, true) if ended_at.is_some_and(|at| at < waited_until) => Outcome::CutShort,
        (false, true) => Outcome::EmployeeAbsent,
        (true, false) => Outcome::SpecialistAbsent,
        // Both came too late: each found nobody in time.
        (false, false) if !employee.is_empty() && !specialist.is_empty() => Outcome::CutShort,
        (false, false) => Outcome::BothAbsent,
    }
}

#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    to: Timestamp,
}

/// When a party was in the room: disjoint, in order.
fn presence(events: &[Event], party: Party) -> Vec<Span> {
    let mut mine: Vec<Event> = events.iter().copied().filter(|e| e.party == party).collect();
    mine.sort_by_key(|e| e.at);
    let mut spans: Vec<Span> = Vec::new();
    for event in mine {
        let is_there = event.kind != EventKind::Left;
        match spans.last_mut() {
            // A sign within the silence of the last one continues it.
            Some(span) if event.at <= span.to => span.to = if is_there { event.at + SILENCE } else { event.at },
            _ if is_there => spans.push(Span { from: event.at, to: event.at + SILENCE }),
            _ => {}
        }
    }
    spans
}

fn together(a: &[Span], b: &[Span]) -> SignedDuration {
    a.iter()
        .flat_map(|x| b.iter().map(move |y| (x.from.max(y.from), x.to.min(y.to))))
        .filter(|(from, to)| to > from)
        .fold(SignedDuration::ZERO, |sum, (from, to)| sum + to.duration_since(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `E` and `S` with the minutes (from the start) between which they were there.
    fn check(employee: &[(i64, i64)], specialist: &[(i64, i64)], expected: Outcome) {
        let start: Timestamp = "2026-12-14T10:00:00Z".parse().unwrap();
        let at = |minute: i64| start + SignedDuration::from_mins(minute);
        let mut events = Vec::new();
        for (party, spans) in [(Party::Employee, employee), (Party::Specialist, specialist)] {
            for &(from, to) in spans {
                events.push(Event { party, kind: EventKind::Joined, at: at(from) });
                events.extend(((from * 2 + 1)..(to * 2)).map(|half| Event {
                    party,
                    kind: EventKind::Seen,
                    at: start + SignedDuration::from_secs(half * 30),
                }));
                events.push(Event { party, kind: EventKind::Left, at: at(to) });
            }
        }
        assert_eq!(decide(&events, start, at(50), None), expected, "employee {employee:?}, specialist {specialist:?}");
        events.reverse();
        assert_eq!(decide(&events, start, at(50), None), expected, "the order of the log must not matter");
    }

    #[test]
    fn the_rule() {
        check(&[(0, 50)], &[(0, 50)], Outcome::Held);
        check(&[(-5, 20)], &[(10, 50)], Outcome::Held);
        check(&[(0, 5), (20, 26)], &[(0, 50)], Outcome::Held);
        check(&[(0, 8)], &[(0, 50)], Outcome::CutShort);
        check(&[], &[(0, 20)], Outcome::EmployeeAbsent);
        check(&[(30, 45)], &[(0, 12)], Outcome::EmployeeAbsent);
        check(&[(-10, 15)], &[], Outcome::SpecialistAbsent);
        check(&[], &[], Outcome::BothAbsent);
        check(&[(30, 35)], &[(40, 50)], Outcome::CutShort);
    }

    #[test]
    fn a_short_consultation_needs_a_third_of_its_length() {
        let start: Timestamp = "2026-12-14T10:00:00Z".parse().unwrap();
        let sign = |party, second| Event { party, kind: EventKind::Seen, at: start + SignedDuration::from_secs(second) };
        let events: Vec<Event> = (0..12).flat_map(|n| [sign(Party::Employee, n * 30), sign(Party::Specialist, n * 30)]).collect();
        assert_eq!(decide(&events, start, start + SignedDuration::from_mins(15), None), Outcome::Held);
        assert_eq!(decide(&events, start, start + SignedDuration::from_mins(50), None), Outcome::CutShort);
    }

    #[test]
    fn together_is_what_has_passed_and_both_were_there() {
        let start: Timestamp = "2026-12-14T10:00:00Z".parse().unwrap();
        let at = |second: i64| start + SignedDuration::from_secs(second);
        let sign = |party, second, kind| Event { party, kind, at: at(second) };
        let log = [
            sign(Party::Specialist, 0, EventKind::Joined),
            sign(Party::Specialist, 50, EventKind::Seen),
            sign(Party::Employee, 20, EventKind::Joined),
            sign(Party::Employee, 70, EventKind::Left),
        ];
        for (second, expected) in [(10, 0), (60, 40), (90, 50), (600, 50)] {
            let known: Vec<Event> = log.iter().copied().filter(|e| e.at <= at(second)).collect();
            assert_eq!(together_by(&known, at(second)).as_secs(), expected, "after {second} s");
        }
    }

    #[test]
    fn who_could_still_have_come_is_not_absent() {
        let start: Timestamp = "2026-12-14T10:00:00Z".parse().unwrap();
        let at = |minute: i64| start + SignedDuration::from_mins(minute);
        let check = |who: Party, ended: i64, end: i64, expected: Outcome| {
            let events = [Event { party: who, kind: EventKind::Joined, at: start }];
            assert_eq!(decide(&events, start, at(end), Some(at(ended))), expected, "{who:?}, ended at {ended} of {end}");
        };
        check(Party::Specialist, 1, 50, Outcome::CutShort);
        check(Party::Specialist, 9, 50, Outcome::CutShort);
        check(Party::Specialist, 10, 50, Outcome::EmployeeAbsent);
        check(Party::Specialist, 7, 8, Outcome::CutShort);
        check(Party::Specialist, 8, 8, Outcome::EmployeeAbsent);
        // The employee loses nothing by a specialist who ends what they never came to.
        check(Party::Employee, 1, 50, Outcome::SpecialistAbsent);
    }
}
