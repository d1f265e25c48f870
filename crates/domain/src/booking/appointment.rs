//! The states of an appointment. What a transition does to the benefit it says itself ([`QuotaStep`]).

use jiff::{SignedDuration, Timestamp};

use super::policy::CancelRule;

/// When the two talk, `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Visit {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Visit {
    /// A visit of `minutes` that begins at `start`.
    #[must_use]
    pub fn of(start: Timestamp, minutes: u32) -> Self {
        // The nearest instant beyond the end of the calendar: an end that is not after the start is refused where requests are checked.
        let end = start.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX);
        Self { start, end }
    }

    /// Whether the two share any time; touching is not sharing.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// What it was if it ended at `at`, before its time; none if its time was over by then. It always lasted a moment.
    #[must_use]
    pub fn ended_early(self, at: Timestamp) -> Option<Self> {
        let end = at.max(self.start.checked_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX));
        (end < self.end).then_some(Self { end, ..self })
    }

    /// Its length in whole minutes.
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.end.duration_since(self.start).as_mins()
    }
}

/// On whose behalf something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    Employee,
    Specialist,
    Operator,
    System,
}

impl By {
    /// The name in the database and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Specialist => "specialist",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

/// What a transition does to the session of the benefit that was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaStep {
    /// One of what is left is set aside.
    Hold,
    /// It returns.
    Release,
    /// It counts as used.
    Confirm,
    /// A used one returns.
    Refund,
}

impl QuotaStep {
    /// The name in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Confirm => "confirm",
            Self::Refund => "refund",
        }
    }
}

/// Why a transition is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the time is no longer held")]
    HoldIsOver,
    #[error("it has begun")]
    HasBegun,
    #[error("it has not begun yet")]
    HasNotBegun,
    #[error("it could be moved until {0}")]
    TooLateToMove(Timestamp),
    #[error("nothing was counted")]
    NothingCounted,
}

/// An appointment in any of its states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appointment {
    Held(Held),
    Booked(Booked),
    Completed(Completed),
    Canceled(Canceled),
    Expired(Expired),
}

/// A time set aside for a short while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub visit: Visit,
    pub expires_at: Timestamp,
    pub rule: CancelRule,
}

/// It will take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    pub visit: Visit,
    pub booked_at: Timestamp,
    /// Until then a cancellation or a move by the employee costs nothing: as it was shown.
    pub free_until: Timestamp,
    /// RFC 5545 SEQUENCE: grows with every change of time or status.
    pub sequence: u32,
}

/// It is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completed {
    pub visit: Visit,
    /// Whether it counts as used: no if the specialist did not come, or technology failed.
    pub is_counted: bool,
}

/// It will not take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canceled {
    pub visit: Visit,
    pub by: By,
    pub at: Timestamp,
    /// Whether it counts as used all the same.
    pub is_counted: bool,
    pub sequence: u32,
}

/// A hold that came to nothing: run out, or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    pub visit: Visit,
}

impl Held {
    /// Sets `visit` aside until `expires_at`. The ledger: [`QuotaStep::Hold`].
    #[must_use]
    pub fn new(visit: Visit, expires_at: Timestamp, rule: CancelRule) -> Self {
        Self { visit, expires_at, rule }
    }

    /// Books it; nothing happens to the benefit. At the very instant of expiry it is over.
    ///
    /// # Errors
    /// [`Refused::HoldIsOver`] from `expires_at` on.
    pub fn confirm(self, now: Timestamp) -> Result<Booked, Refused> {
        if now >= self.expires_at {
            return Err(Refused::HoldIsOver);
        }
        let free_until = self.rule.free_until(self.visit.start, now);
        Ok(Booked { visit: self.visit, booked_at: now, free_until, sequence: 0 })
    }

    /// Its owner gives it back. The ledger: [`QuotaStep::Release`].
    #[must_use]
    pub fn release(self) -> Expired {
        Expired { visit: self.visit }
    }

    /// Time takes it back. The ledger: [`QuotaStep::Release`].
    ///
    /// # Errors
    /// The hold itself while it is in force.
    pub fn expire(self, now: Timestamp) -> Result<Expired, Self> {
        if now >= self.expires_at { Ok(Expired { visit: self.visit }) } else { Err(self) }
    }
}

impl Booked {
    /// Whether a cancellation by `by` at `now` would count as used: only the employee's own, and only a late one.
    #[must_use]
    pub fn would_count(&self, by: By, now: Timestamp) -> bool {
        by == By::Employee && now > self.free_until
    }

    /// Calls it off. Once it has begun, what happened is decided from the join log instead; only the operator may still call it off.
    ///
    /// # Errors
    /// [`Refused::HasBegun`].
    pub fn cancel(self, by: By, now: Timestamp) -> Result<Canceled, Refused> {
        if now >= self.visit.start && by != By::Operator {
            return Err(Refused::HasBegun);
        }
        Ok(Canceled { visit: self.visit, by, at: now, is_counted: self.would_count(by, now), sequence: self.sequence + 1 })
    }

    /// Whether `by` may move it at `now`. The employee: as long as cancelling is free. Specialist and operator: until it begins.
    ///
    /// # Errors
    /// [`Refused::HasBegun`], [`Refused::TooLateToMove`].
    pub fn may_move(&self, by: By, now: Timestamp) -> Result<(), Refused> {
        if now >= self.visit.start {
            return Err(Refused::HasBegun);
        }
        if by == By::Employee && now > self.free_until {
            return Err(Refused::TooLateToMove(self.free_until));
        }
        Ok(())
    }

    /// Takes place at another time; the set-aside session of the benefit goes with it. The rule counts from the new start, except that whoever was
    /// moved by somebody else may always leave freely until it begins.
    ///
    /// # Errors
    /// As [`Self::may_move`].
    pub fn move_to(self, visit: Visit, by: By, now: Timestamp, rule: CancelRule) -> Result<Self, Refused> {
        self.may_move(by, now)?;
        let free_until = if by == By::Employee { rule.free_until(visit.start, self.booked_at) } else { visit.start };
        Ok(Self { visit, booked_at: self.booked_at, free_until, sequence: self.sequence + 1 })
    }

    /// It took place, or somebody did not come. The ledger: as [`Completed::quota_step`].
    ///
    /// # Errors
    /// [`Refused::HasNotBegun`].
    pub fn complete(self, is_counted: bool, now: Timestamp) -> Result<Completed, Refused> {
        if now < self.visit.start {
            return Err(Refused::HasNotBegun);
        }
        Ok(Completed { visit: self.visit, is_counted })
    }
}

impl Completed {
    /// What its completion does to the benefit.
    #[must_use]
    pub const fn quota_step(&self) -> QuotaStep {
        if self.is_counted { QuotaStep::Confirm } else { QuotaStep::Release }
    }

    /// The operator gives the session back. The ledger: [`QuotaStep::Refund`].
    ///
    /// # Errors
    /// [`Refused::NothingCounted`].
    pub fn give_back(self) -> Result<Self, Refused> {
        if self.is_counted { Ok(Self { is_counted: false, ..self }) } else { Err(Refused::NothingCounted) }
    }
}

impl Canceled {
    /// What the cancellation does to the benefit.
    #[must_use]
    pub const fn quota_step(&self) -> QuotaStep {
        if self.is_counted { QuotaStep::Confirm } else { QuotaStep::Release }
    }

    /// The operator gives the session back. The ledger: [`QuotaStep::Refund`].
    ///
    /// # Errors
    /// [`Refused::NothingCounted`].
    pub fn give_back(self) -> Result<Self, Refused> {
        if self.is_counted { Ok(Self { is_counted: false, ..self }) } else { Err(Refused::NothingCounted) }
    }
}

impl Appointment {
    /// The name of the state in the database and the API.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Held(_) => "held",
            Self::Booked(_) => "booked",
            Self::Completed(_) => "completed",
            Self::Canceled(_) => "canceled",
            Self::Expired(_) => "expired",
        }
    }

    /// When it is, was, or would have been.
    #[must_use]
    pub const fn visit(&self) -> Visit {
        match self {
            Self::Held(a) => a.visit,
            Self::Booked(a) => a.visit,
            Self::Completed(a) => a.visit,
            Self::Canceled(a) => a.visit,
            Self::Expired(a) => a.visit,
        }
    }

    /// Whether it keeps the time from others.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Held(_) | Self::Booked(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: CancelRule = CancelRule { free_hours: 24 };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn booked() -> Booked {
        let visit = Visit::of(at("2026-12-18T09:00:00Z"), 50);
        Held::new(visit, at("2026-12-14T06:05:00Z"), RULE).confirm(at("2026-12-14T06:01:00Z")).unwrap()
    }

    #[test]
    fn what_ended_before_its_time_lasted_until_then() {
        let visit = Visit::of(at("2026-12-18T09:00:00Z"), 50);
        let check = |time: &str, expected: Option<&str>| {
            assert_eq!(visit.ended_early(at(time)).map(|held| held.end), expected.map(at), "{time}");
        };
        check("2026-12-18T09:23:07Z", Some("2026-12-18T09:23:07Z"));
        check("2026-12-18T09:00:00Z", Some("2026-12-18T09:00:01Z"));
        check("2026-12-18T09:50:00Z", None);
        check("2026-12-18T09:55:00Z", None);
    }

    #[test]
    fn a_hold_is_over_at_the_instant_it_expires() {
        let visit = Visit::of(at("2026-12-18T09:00:00Z"), 50);
        let held = Held::new(visit, at("2026-12-14T06:05:00Z"), RULE);
        assert!(held.confirm(at("2026-12-14T06:04:59.999999Z")).is_ok());
        assert_eq!(held.confirm(at("2026-12-14T06:05:00Z")), Err(Refused::HoldIsOver));
        assert_eq!(held.expire(at("2026-12-14T06:04:59.999999Z")), Err(held));
        assert_eq!(held.expire(at("2026-12-14T06:05:00Z")), Ok(Expired { visit }));
    }

    #[test]
    fn a_late_cancellation_counts_only_for_the_employee() {
        let late = at("2026-12-17T09:00:01Z");
        assert!(!booked().cancel(By::Employee, at("2026-12-17T09:00:00Z")).unwrap().is_counted);
        assert!(booked().cancel(By::Employee, late).unwrap().is_counted);
        for by in [By::Specialist, By::Operator, By::System] {
            assert!(!booked().cancel(by, late).unwrap().is_counted, "{by:?}");
        }
    }

    #[test]
    fn nobody_but_the_operator_cancels_what_has_begun() {
        let start = at("2026-12-18T09:00:00Z");
        assert_eq!(booked().cancel(By::Employee, start), Err(Refused::HasBegun));
        assert_eq!(booked().cancel(By::Specialist, start), Err(Refused::HasBegun));
        assert!(booked().cancel(By::Operator, start).is_ok());
    }

    #[test]
    fn moving_keeps_the_rule_and_counts_the_sequence() {
        let later = Visit::of(at("2026-12-20T09:00:00Z"), 50);
        let moved = booked().move_to(later, By::Employee, at("2026-12-17T09:00:00Z"), RULE).unwrap();
        assert_eq!((moved.visit, moved.sequence, moved.free_until), (later, 1, at("2026-12-19T09:00:00Z")));
        let late = at("2026-12-17T09:00:01Z");
        let refused = Err(Refused::TooLateToMove(at("2026-12-17T09:00:00Z")));
        assert_eq!(booked().move_to(later, By::Employee, late, RULE), refused);
        // Whom the specialist moved is not bound by a time they did not choose.
        let moved = booked().move_to(later, By::Specialist, late, RULE).unwrap();
        assert_eq!(moved.free_until, later.start);
    }
}
