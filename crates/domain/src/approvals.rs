//! What takes two: one member of staff asks, another agrees, and for a while the first may do it (decision 0027).

use jiff::{SignedDuration, Timestamp};

use crate::access::Role;

/// How long an ask waits for somebody to agree.
pub const WAITS: SignedDuration = SignedDuration::from_hours(24);
/// How long what was agreed to may be done.
pub const HOLDS: SignedDuration = SignedDuration::from_hours(1);

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The mail address of the person behind a safety report.
    Contact,
    /// The audit log as a file.
    AuditExport,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Contact, Self::AuditExport];

    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::AuditExport => "audit_export",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Who may agree: whoever knows what is asked for, or answers for all of it. Never the one who asks.
    pub const fn who_agrees(self) -> &'static [Role] {
        match self {
            Self::Contact => &[Role::Safety, Role::Admin],
            Self::AuditExport => &[Role::Admin, Role::Auditor],
        }
    }
}

/// What became of an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Agreed,
    Refused,
    /// The asker took it back.
    Withdrawn,
}

impl Decision {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The decision of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Agreed, Self::Refused, Self::Withdrawn].into_iter().find(|decision| decision.name() == name)
    }
}

/// Where an ask stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody may still agree, until then.
    Waiting(Timestamp),
    /// It may be done until then.
    Open(Timestamp),
    /// It was agreed to, and the hour is over.
    Over,
    Refused,
    Withdrawn,
    /// Nobody agreed in time.
    Lapsed,
}

impl State {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::Open(_) => "open",
            Self::Over => "over",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// Until when the state lasts, if a clock ends it.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Waiting(until) | Self::Open(until) => Some(until),
            _ => None,
        }
    }
}

/// Where an ask of `asked_at` stands at `now`, after `decided`.
pub fn state(asked_at: Timestamp, decided: Option<(Decision, Timestamp)>, now: Timestamp) -> State {
    match decided {
        None if now < asked_at + WAITS => State::Waiting(asked_at + WAITS),
        None => State::Lapsed,
        Some((Decision::Agreed, at)) if now < at + HOLDS => State::Open(at + HOLDS),
        Some((Decision::Agreed, _)) => State::Over,
        Some((Decision::Refused, _)) => State::Refused,
        Some((Decision::Withdrawn, _)) => State::Withdrawn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, may, rule};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_ask_waits_a_day_and_what_was_agreed_to_holds_an_hour() {
        let asked = at("2026-11-30T10:00:00Z");
        let of = |decided: Option<(Decision, &str)>, now: &str| state(asked, decided.map(|(d, t)| (d, at(t))), at(now));
        assert_eq!(of(None, "2026-12-01T09:59:59Z"), State::Waiting(at("2026-12-01T10:00:00Z")));
        assert_eq!(of(None, "2026-12-01T10:00:00Z"), State::Lapsed);
        let agreed = Some((Decision::Agreed, "2026-12-01T09:00:00Z"));
        assert_eq!(of(agreed, "2026-12-01T09:59:59Z"), State::Open(at("2026-12-01T10:00:00Z")));
        assert_eq!(of(agreed, "2026-12-01T10:00:00Z"), State::Over);
        assert_eq!(of(Some((Decision::Refused, "2026-11-30T10:01:00Z")), "2026-11-30T10:02:00Z"), State::Refused);
        assert_eq!(of(Some((Decision::Withdrawn, "2026-11-30T10:01:00Z")), "2026-11-30T10:02:00Z"), State::Withdrawn);
    }

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
        }
        for decision in [Decision::Agreed, Decision::Refused, Decision::Withdrawn] {
            assert_eq!(Decision::parse(decision.name()), Some(decision));
        }
        assert_eq!((Kind::parse(""), Decision::parse("open")), (None, None));
    }

    #[test]
    fn whoever_may_agree_reaches_the_list_and_agreeing_takes_proof() {
        for role in Kind::ALL.into_iter().flat_map(Kind::who_agrees) {
            assert!(may(&[*role], Action::SeeApprovals) && may(&[*role], Action::Approve), "{}", role.name());
        }
        for action in [Action::Approve, Action::AskForContact, Action::AskForAuditExport] {
            assert!(rule(action).needs_recent_proof, "{}", action.name());
        }
    }
}
