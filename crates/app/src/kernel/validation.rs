//! Checking a request's fields: every fault is collected, each names its field.

use serde_json::{Map, Value};

use super::error::{Error, FieldError, Result};

/// Collects what is wrong with a request.
#[derive(Debug, Default)]
pub struct Checks {
    faults: Vec<FieldError>,
}

impl Checks {
    /// Starts with nothing wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes `code` for the field at `pointer` unless `holds`.
    pub fn that(&mut self, holds: bool, pointer: &str, code: &'static str) -> &mut Self {
        self.that_with(holds, pointer, code, Map::new())
    }

    /// As [`Self::that`], with values for the message.
    pub fn that_with(&mut self, holds: bool, pointer: &str, code: &'static str, params: Map<String, Value>) -> &mut Self {
        if !holds {
            self.faults.push(FieldError { pointer: pointer.to_owned(), code, params });
        }
        self
    }

    /// A text of `min..=max` characters once trimmed, without control characters other than line breaks and tabs.
    pub fn text(&mut self, value: &str, min: usize, max: usize, pointer: &str) -> &mut Self {
        let length = value.trim().chars().count();
        self.that(length >= min, pointer, if length == 0 { "required" } else { "too_short" });
        self.that_with(length <= max, pointer, "too_long", params([("max", max.into())]));
        self.that(!value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')), pointer, "control_characters")
    }

    /// A number within bounds.
    pub fn range(&mut self, value: i64, min: i64, max: i64, pointer: &str) -> &mut Self {
        self.that_with((min..=max).contains(&value), pointer, "out_of_range", params([("min", min.into()), ("max", max.into())]))
    }

    /// An IANA time zone this machine knows.
    pub fn time_zone(&mut self, name: &str, pointer: &str) -> &mut Self {
        self.that(domain::time::Zone::parse(name).is_ok(), pointer, "unknown_time_zone")
    }

    /// A mail address: one @, a dot in the domain, no spaces. Whether it exists only a mail can tell.
    pub fn email(&mut self, value: &str, pointer: &str) -> &mut Self {
        let fits = value.len() <= 254
            && value.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
            })
            && !value.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | '"'));
        self.that(fits, pointer, "not_an_email")
    }

    /// Whether nothing was wrong so far.
    pub fn is_fine(&self) -> bool {
        self.faults.is_empty()
    }

    /// Ends the checking: an error if anything was wrong.
    pub fn done(&mut self) -> Result<()> {
        if self.faults.is_empty() { Ok(()) } else { Err(Error::invalid(std::mem::take(&mut self.faults))) }
    }
}

/// Values for a message.
pub fn params<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
