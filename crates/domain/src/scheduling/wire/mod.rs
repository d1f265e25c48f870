//! The calculator as a JSON document: what `ponimau slots` reads and prints.
//!
//! [`parse`] checks a document and names the field of whatever is wrong with it; [`document`] writes one, so that
//! any schedule can be exported and replayed; [`run`] and [`explain`] are the command itself.
//!
//! Lists, buffers, notice and limits that are absent (or null) are empty or zero, `mode` is `single`, `alignment`
//! is `window_start`, `buffer_policy` is `sum`, `kind` is `booking`. Unknown fields are ignored.

mod document;
mod explanation;
mod leaf;

use serde::Serialize;

use super::{SlotRules, SpecialistAvailability, Window, count_by_date, slots_of_all, slots_of_any};
use crate::time::{Timestamp, Zone};

/// A question to the calculator, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How several specialists are combined.
    pub mode: Mode,
    /// Exactly one if the mode is single, else at least one.
    pub specialists: Vec<SpecialistAvailability>,
    /// What the consultation asks for.
    pub rules: SlotRules,
    /// The instants that are asked about.
    pub window: Window,
    /// By whose calendar starts are counted.
    pub viewer: Zone,
    /// The present.
    pub now: Timestamp,
}

/// How several specialists are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One specialist.
    Single,
    /// Whoever is free.
    Any,
    /// All at once.
    Collective,
}

/// A document that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{message}", self.field, if self.field.is_empty() { "" } else { ": " })]
pub struct WireError {
    /// The path of the field, such as `specialists[0].rules[1].start`; empty if it is no JSON document at all.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl WireError {
    fn new(field: impl Into<String>, message: impl ToString) -> Self {
        Self { field: field.into(), message: message.to_string() }
    }
}

/// The calculator's answer.
#[derive(Serialize)]
struct Answer {
    count: usize,
    slot_starts_utc: Vec<String>,
    count_by_viewer_date: std::collections::BTreeMap<String, usize>,
}

/// Reads a document.
///
/// # Errors
/// [`WireError`] naming the field that is absent, has a wrong value, or contradicts another.
pub fn parse(json: &str) -> Result<Request, WireError> {
    document::parse(json)
}

/// Writes the document that [`parse`] reads as `request`.
#[must_use]
pub fn document(request: &Request) -> String {
    to_json(&document::Document::from(request))
}

/// Answers one JSON document with another, on one line.
///
/// # Errors
/// As [`parse`].
pub fn run(json: &str) -> Result<String, WireError> {
    let request = parse(json)?;
    let Request { specialists, rules, window, now, .. } = &request;
    let starts = match request.mode {
        Mode::Single | Mode::Any => slots_of_any(specialists, rules, *window, *now),
        Mode::Collective => slots_of_all(specialists, rules, *window, *now),
    };
    Ok(to_json(&Answer {
        count: starts.len(),
        slot_starts_utc: starts.iter().map(Timestamp::to_string).collect(),
        count_by_viewer_date: count_by_date(&starts, &request.viewer).into_iter().map(|(date, count)| (date.to_string(), count)).collect(),
    }))
}

/// Answers why `instant` is, or is not, among the starts that [`run`] gives for the same document, on one line.
///
/// # Errors
/// As [`parse`]; field `instant` if that is no instant.
pub fn explain(json: &str, instant: &str) -> Result<String, WireError> {
    let instant = leaf::instant(instant).map_err(|message| WireError::new("instant", message))?;
    let request = parse(json)?;
    Ok(to_json(&explanation::explain(&request, instant)))
}

fn to_json(value: &impl Serialize) -> String {
    // Only maps whose keys are no strings, and writers that fail, can make this fail; there are none here.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
