//! Checking a request's fields: every fault is collected, each names its field.

use serde_json::{Map, Value};
use unicode_properties::{GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _};

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
        self.that(!value.chars().any(turns_or_controls), pointer, "control_characters")
    }

    /// A name: a text on one line, of which `min` characters are seen, and which does not turn the direction of what stands after it.
    pub fn name(&mut self, value: &str, min: usize, max: usize, pointer: &str) -> &mut Self {
        let seen = value.chars().filter(|c| !matches!(c.general_category_group(), Group::Other | Group::Separator)).count();
        if seen < min {
            return self.that(false, pointer, if seen == 0 { "required" } else { "too_short" });
        }
        // Joiners belong to scripts and to pictures of several parts.
        let fits = |c: char| match c.general_category() {
            // Told by the check of the text.
            _ if turns_or_controls(c) => true,
            Category::Format => matches!(c, '\u{200C}' | '\u{200D}'),
            Category::LineSeparator | Category::ParagraphSeparator | Category::Control => false,
            _ => true,
        };
        self.that(value.trim().chars().all(fits), pointer, "control_characters").text(value.trim(), min, max, pointer)
    }

    /// A number within bounds.
    pub fn range(&mut self, value: i64, min: i64, max: i64, pointer: &str) -> &mut Self {
        self.that_with((min..=max).contains(&value), pointer, "out_of_range", params([("min", min.into()), ("max", max.into())]))
    }

    /// An IANA time zone this machine knows.
    pub fn time_zone(&mut self, name: &str, pointer: &str) -> &mut Self {
        self.that(domain::time::Zone::parse(name).is_ok(), pointer, "unknown_time_zone")
    }

    /// A mail address to which a mail can be sent, with a dot in its domain and nothing quoted. Whether it exists only a mail can tell.
    pub fn email(&mut self, value: &str, pointer: &str) -> &mut Self {
        let value = value.trim();
        let fits = value.len() <= 254
            && value.rsplit_once('@').is_some_and(|(_, host)| host.contains('.'))
            && !value.contains('"')
            && platform::mail::is_address(value);
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

/// Control characters other than line breaks and tabs, and marks that turn the direction of what stands after them (UAX #9 §2): with them a text says on
/// the screen what it does not say.
fn turns_or_controls(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Values for a message.
pub fn params<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_and_stays_on_its_line() {
        let check = |name: &str, expected: &[&str]| {
            let mut checks = Checks::new();
            checks.name(name, 1, 12, "/name");
            let codes: Vec<_> = checks.faults.iter().map(|fault| fault.code).collect();
            assert_eq!(codes, expected, "{name:?}");
        };
        for fine in ["Анна", " Анна ", "Ә", "Жан-Поль", "👩\u{200D}👧", "می\u{200C}خواهم"] {
            check(fine, &[]);
        }
        for nothing in ["", "   ", "\u{200B}", "\u{2060}\u{FEFF} ", "\u{202E}", "\u{200D}"] {
            check(nothing, &["required"]);
        }
        for broken in ["Анна\u{202E}анна", "Анна\nПетр", "Ан\u{200B}на", "Ан\u{2028}на", "Ан\u{AD}на", "\u{2066}Анна"]
        {
            check(broken, &["control_characters"]);
        }
        check("Анна и ещё кто-то", &["too_long"]);
    }

    #[test]
    fn a_text_says_what_is_seen() {
        let is_fine = |text: &str| Checks::new().text(text, 1, 100, "/text").is_fine();
        assert!(is_fine("Первая строка\n\tвторая\r\nשלום"));
        for broken in ["ab\u{202E}cd", "\u{2067}ab\u{2069}", "a\0b", "a\u{1B}[31m"] {
            assert!(!is_fine(broken), "{broken:?}");
        }
    }

    #[test]
    fn an_address_is_one_to_which_a_mail_can_be_sent() {
        let is_one = |text: &str| Checks::new().email(text, "/email").is_fine();
        for fine in ["anna@example.org", " anna.k+x@mail.example.org ", "o'neil@example.org", "анна@пример.рф"] {
            assert!(is_one(fine), "{fine}");
        }
        let long = format!("a@{}.org", "b".repeat(64));
        for none in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "anna@localhost",
            "a b@example.org",
            "ivan..petrov@x.ru",
            "ivan@-x-.ru",
            "<a@example.org>",
            "a@b@example.org",
            "\"a b\"@example.org",
            "a@example.org,b@example.org",
            &long,
        ] {
            assert!(!is_one(none), "{none}");
        }
    }
}
