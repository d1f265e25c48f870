//! Phones for somebody who cannot wait for a consultation, with the date on which all of them were last checked.

use serde::{Deserialize, Serialize};

use super::reader::{Faults, Files};
use crate::{text::Localized, time::Date};

/// The list as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentHelp {
    /// When somebody last called all the numbers.
    pub verified_on: Date,
    /// The first is the most general: the emergency services.
    pub lines: Vec<HelpLine>,
}

impl UrgentHelp {
    /// After so many days the numbers are worth calling again. Our own measure: lines change hours and numbers within a year.
    pub const CHECK_DAYS: i32 = 90;

    /// Whether the last check is too long ago on the day `today`.
    pub fn is_to_be_checked(&self, today: Date) -> bool {
        today.since(self.verified_on).is_ok_and(|passed| passed.get_days() > Self::CHECK_DAYS)
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLine {
    /// Stable within the list.
    pub id: String,
    /// As people write it: `+7 495 989-50-50`.
    pub number: String,
    /// A short number that works from mobile or fixed phones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    pub name: Localized,
    /// When it answers, and whom.
    pub about: Localized,
}

/// The most lines a list may have: it is read by somebody who is not well.
pub const LINES_MAX: usize = 12;

/// Whether a phone can dial it: 2 to 15 digits (ITU-T E.164 §6.2.1), written with spaces, hyphens and brackets, perhaps after a plus.
pub fn is_phone(number: &str) -> bool {
    let rest = number.strip_prefix('+').unwrap_or(number);
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    (2..=15).contains(&digits) && number.len() <= 30 && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'))
}

/// Whether it names a line: 1 to 40 lower-case letters, digits and hyphens.
pub fn is_line_id(id: &str) -> bool {
    (1..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

const FILE: &str = "urgent-help.json";

pub(super) fn read(files: &dyn Files, faults: &mut Faults) -> Option<UrgentHelp> {
    let help: UrgentHelp = faults.json(files, FILE)?;
    faults.that((1..=LINES_MAX).contains(&help.lines.len()), FILE, "lines", format!("must be 1 to {LINES_MAX}"));
    for (at, line) in help.lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{at}].{name}");
        let is_alone = help.lines.iter().filter(|other| other.id == line.id).count() == 1;
        faults.that(is_line_id(&line.id) && is_alone, FILE, &field("id"), "must be a name of its own");
        faults.that(is_phone(&line.number), FILE, &field("number"), "is no phone number");
        faults.that(line.short.as_deref().is_none_or(is_phone), FILE, &field("short"), "is no phone number");
        faults.complete(&line.name, FILE, &field("name"));
        faults.complete(&line.about, FILE, &field("about"));
    }
    Some(help)
}

#[cfg(test)]
mod tests {
    use super::{super::reader::tests::InMemory, *};

    #[test]
    fn numbers_are_what_a_phone_can_dial() {
        let check = |number, expected| assert_eq!(is_phone(number), expected, "{number}");
        check("112", true);
        check("+7 (495) 989-50-50", true);
        check("8 800 2000-122", true);
        check("1", false);
        check("call us", false);
        check("+7 495 989-50-50 доб. 3", false);
        check("7+495", false);
        check("1234567890123456", false);
    }

    #[test]
    fn faults_name_the_line() {
        let text = r#"{"verified_on": "2026-02-01", "lines": [
            {"id": "a", "number": "112", "name": {"ru": "я", "kk": "я", "en": "x"}, "about": {"ru": "я", "en": "x"}},
            {"id": "a", "number": "no", "name": {"ru": "я", "kk": "я", "en": "x"}, "about": {"ru": "я", "kk": "я", "en": "x"}}]}"#;
        let mut faults = Faults::default();
        read(&InMemory([(FILE.to_owned(), text.to_owned())].into()), &mut faults);
        let told = faults.to_string();
        for expected in
            ["lines[0].about.kk: the text is missing", "lines[1].id: must be a name of its own", "lines[1].number: is no phone number"]
        {
            assert!(told.contains(expected), "{expected} is missing in\n{told}");
        }
    }
}
