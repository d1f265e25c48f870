//! What a person may say after a consultation, and how fast the safety role looks at it.

use jiff::{SignedDuration, Timestamp};

/// So many ratings say something; fewer would tell the specialist who gave them.
pub const RATINGS_MIN: u32 = 5;
/// A flagged report is taken within a day: what it tells of may happen again tomorrow.
pub const TAKE_FLAGGED_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Any other report is taken within three days.
pub const TAKE_WITHIN: SignedDuration = SignedDuration::from_hours(72);
/// A report is closed within a week.
pub const CLOSE_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The mean of ratings in tenths of a star, if there are enough of them.
pub fn mean_tenths(stars: u32, count: u32) -> Option<u32> {
    (count >= RATINGS_MIN).then(|| (stars * 10 + count / 2) / count)
}

/// What a completed consultation leaves to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// How it was.
    pub rating: bool,
    /// The safety questions about the specialist.
    pub safety: bool,
}

/// What to ask after an outcome (its name; absent where none was decided). Nobody rates what did not take place; a specialist who did not come can
/// still be reported, and of one whom the person did not meet there is nothing to say.
pub fn asked_after(outcome: Option<&str>) -> Asked {
    match outcome {
        Some("employee_absent" | "both_absent") => Asked { rating: false, safety: false },
        Some("specialist_absent") => Asked { rating: false, safety: true },
        _ => Asked { rating: true, safety: true },
    }
}

/// Where a safety report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Nobody has taken it.
    Open,
    /// Somebody looks into it.
    InReview,
    Closed,
}

impl ReportState {
    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Closed => "closed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Open, Self::InReview, Self::Closed].into_iter().find(|s| s.name() == name)
    }

    /// The state a new report begins in. Five times "no" and nothing written needs nobody's eyes.
    pub const fn first(is_flagged: bool, has_text: bool) -> Self {
        if is_flagged || has_text { Self::Open } else { Self::Closed }
    }
}

/// By when the next step of a report is due; none once it is closed.
pub fn due_at(state: ReportState, is_flagged: bool, created_at: Timestamp) -> Option<Timestamp> {
    match state {
        ReportState::Open => Some(created_at + if is_flagged { TAKE_FLAGGED_WITHIN } else { TAKE_WITHIN }),
        ReportState::InReview => Some(created_at + CLOSE_WITHIN),
        ReportState::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_ratings_say_nothing_and_five_are_rounded_to_a_tenth() {
        assert_eq!(mean_tenths(20, 4), None);
        assert_eq!(mean_tenths(25, 5), Some(50));
        assert_eq!(mean_tenths(28, 6), Some(47));
        assert_eq!(mean_tenths(0, 0), None);
    }

    #[test]
    fn only_what_took_place_is_rated() {
        let check = |outcome, rating, safety| assert_eq!(asked_after(outcome), Asked { rating, safety }, "{outcome:?}");
        check(Some("held"), true, true);
        check(Some("cut_short"), true, true);
        check(None, true, true);
        check(Some("specialist_absent"), false, true);
        check(Some("employee_absent"), false, false);
        check(Some("both_absent"), false, false);
    }

    #[test]
    fn a_flagged_report_is_due_first() {
        let at: Timestamp = "2026-12-14T06:00:00Z".parse().unwrap();
        let check = |state, is_flagged, hours: Option<i64>| {
            assert_eq!(due_at(state, is_flagged, at), hours.map(|h| at + SignedDuration::from_hours(h)));
        };
        check(ReportState::Open, true, Some(24));
        check(ReportState::Open, false, Some(72));
        check(ReportState::InReview, true, Some(168));
        check(ReportState::Closed, true, None);
        assert_eq!(ReportState::first(false, false), ReportState::Closed);
        assert_eq!(ReportState::first(true, false), ReportState::Open);
        assert_eq!(ReportState::first(false, true), ReportState::Open);
    }
}
