//! An explanation as a JSON document, with sentences for the person who reads it.

use serde::Serialize;

use super::{Mode, Request};
use crate::scheduling::{BusyKind, OpenedBy, Reason, Source, explain as explain_one};
use crate::time::Timestamp;

/// Why an instant is, or is not, offered for the whole request.
#[derive(Serialize)]
pub struct Document {
    instant: String,
    offered: bool,
    /// `offered`, or the word of the finding that decided: `window`, `rule`, `override`, `busy`, `buffer`, `notice`,
    /// `horizon`, `limit` or `alignment`.
    decided_by: &'static str,
    message: String,
    specialists: Vec<Specialist>,
}

#[derive(Serialize)]
struct Specialist {
    offered: bool,
    decided_by: &'static str,
    opened_by: Vec<Opening>,
    /// All that stands against the instant, the deciding one first.
    reasons: Vec<Finding>,
}

#[derive(Serialize)]
struct Opening {
    field: String,
    date: String,
    opens: String,
    closes: String,
}

#[derive(Clone, Serialize)]
struct Finding {
    decided_by: &'static str,
    /// The field of the input that says so.
    field: String,
    message: String,
}

pub fn explain(request: &Request, instant: Timestamp) -> Document {
    let specialists: Vec<_> = (request.specialists.iter().enumerate())
        .map(|(index, specialist)| {
            let explained = explain_one(specialist, &request.rules, request.now, instant);
            let path = format!("specialists[{index}]");
            let reasons: Vec<_> = explained.reasons.iter().map(|reason| finding(reason, &path)).collect();
            Specialist {
                offered: explained.is_offered(),
                decided_by: reasons.first().map_or("offered", |reason| reason.decided_by),
                opened_by: explained.opened_by.iter().map(|opened| opening(opened, &path)).collect(),
                reasons,
            }
        })
        .collect();
    let (from, to) = (request.window.from(), request.window.to());
    let outside = (!(from..to).contains(&instant)).then(|| Finding {
        decided_by: "window",
        field: "window".into(),
        message: format!("the instant is not within {from} <= t < {to}"),
    });
    let refused = outside.or_else(|| refusal(request.mode, &specialists));
    Document {
        instant: instant.to_string(),
        offered: refused.is_none(),
        decided_by: refused.as_ref().map_or("offered", |finding| finding.decided_by),
        message: refused.map_or_else(
            || "the instant is offered".into(),
            |finding| format!("not offered, because of {}: {}", finding.field, finding.message),
        ),
        specialists,
    }
}

/// What decides against the instant for all specialists together.
fn refusal(mode: Mode, specialists: &[Specialist]) -> Option<Finding> {
    let mut refusals = specialists.iter().map(|specialist| specialist.reasons.first());
    match mode {
        Mode::Collective => refusals.flatten().next().cloned(),
        // Nobody offers it: the first specialist's reason stands for all; the others are listed beside it.
        Mode::Single | Mode::Any if refusals.clone().all(|refusal| refusal.is_some()) => refusals.next().flatten().cloned(),
        Mode::Single | Mode::Any => None,
    }
}

fn opening(opened: &OpenedBy, path: &str) -> Opening {
    Opening {
        field: source(opened.source, path),
        date: opened.date.to_string(),
        opens: opened.hours.start.to_string(),
        closes: opened.hours.end.to_string(),
    }
}

fn source(source: Source, path: &str) -> String {
    match source {
        Source::Rule(index) => format!("{path}.rules[{index}]"),
        Source::Override(index, position) => {
            format!("{path}.overrides[{index}].intervals[{position}]")
        }
    }
}

fn finding(reason: &Reason, path: &str) -> Finding {
    let (decided_by, field, message) = match reason {
        Reason::Closed { date, zone, overridden_by: Some(index) } => (
            "override",
            format!("{path}.overrides[{index}]"),
            format!("the override of {date} ({zone}) replaces the rules of that date, and is not open then"),
        ),
        Reason::Closed { date, zone, overridden_by: None } => {
            ("rule", format!("{path}.rules"), format!("no rule is open then ({date} in {zone})"))
        }
        Reason::EndsAfterClosing { closes, by } => (
            if matches!(by, Some(Source::Override(..))) { "override" } else { "rule" },
            by.map_or_else(|| format!("{path}.rules"), |by| source(by, path)),
            format!("the opening hours end at {closes}, before the slot would"),
        ),
        Reason::Busy { index, kind, period } => {
            let kind = match kind {
                BusyKind::Booking => "a booking",
                BusyKind::External => "an external entry",
            };
            let message = format!("{kind} takes {} to {}", period.start, period.end);
            ("busy", format!("{path}.busy[{index}]"), message)
        }
        Reason::Buffer { index, period, kept_free } => (
            "buffer",
            format!("{path}.busy[{index}]"),
            format!("buffers around {} to {} keep {} to {} free of slots", period.start, period.end, kept_free.start, kept_free.end),
        ),
        Reason::Notice { earliest } => ("notice", "min_notice_min".into(), format!("the earliest start is {earliest}")),
        Reason::Horizon { date, first, last } => {
            ("horizon", "rolling_days".into(), format!("{date} is not one of the dates {first} to {last}"))
        }
        Reason::DayLimit { date, bookings } => ("limit", "limits.max_per_day".into(), format!("{date} has {bookings} bookings")),
        Reason::WeekLimit { week, bookings } => ("limit", "limits.max_per_week".into(), format!("{week} has {bookings} bookings")),
        Reason::MinutesLimit { date, booked_min } => (
            "limit",
            "limits.max_minutes_per_day".into(),
            format!("{date} has {booked_min} minutes booked, and the slot would exceed the limit"),
        ),
        Reason::Alignment { grid_from, previous, next } => {
            let instants = [("grid from", grid_from), ("previous", previous), ("next", next)];
            let known: Vec<_> = (instants.iter()).filter_map(|(name, at)| at.map(|at| format!("{name} {at}"))).collect();
            ("alignment", "alignment".into(), format!("not on the grid of starts ({})", known.join(", ")))
        }
    };
    Finding { decided_by, field, message }
}
