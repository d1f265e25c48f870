//! Content lines of RFC 5545: escaping, folding, line ends.

use std::fmt::Write;

use jiff::Timestamp;

/// RFC 5545 §3.1: a line holds at most 75 octets without its line end.
const LINE_OCTETS_MAX: usize = 75;

/// An iCalendar stream being written. Whatever text is put in, it cannot end a line or start a property.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn begin(&mut self, component: &str) {
        self.raw("BEGIN", component);
    }

    pub(super) fn end(&mut self, component: &str) {
        self.raw("END", component);
    }

    /// A property whose value is written as it is: an identifier, a number, a duration.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        let printable: String = value.chars().filter(|c| !c.is_control()).collect();
        self.fold(&format!("{name}:{printable}"));
    }

    /// A property with a TEXT value (RFC 5545 §3.3.11).
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.replace("\r\n", "\n").chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' | '\r' => escaped.push_str("\\n"),
                '\t' => escaped.push(c),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.fold(&format!("{name}:{escaped}"));
    }

    /// A property with an instant in UTC (RFC 5545 §3.3.5, form 2).
    pub(super) fn instant(&mut self, name: &str, at: Timestamp) {
        self.raw(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    fn fold(&mut self, line: &str) {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > LINE_OCTETS_MAX {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A person's property: `ORGANIZER;CN="…":mailto:…`.
pub(super) fn person(property: &str, parameters: &[(&str, &str)], name: &str) -> String {
    let mut text = property.to_owned();
    for (key, value) in parameters {
        let _ = write!(text, ";{key}={value}");
    }
    let _ = write!(text, ";CN=\"{}\"", parameter(name));
    text
}

/// A quoted parameter value cannot hold a quote or a control character; RFC 6868 gives them another writing.
fn parameter(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '^' => escaped.push_str("^^"),
            '"' => escaped.push_str("^'"),
            '\n' => escaped.push_str("^n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unfold(stream: &str) -> String {
        stream.replace("\r\n ", "")
    }

    #[test]
    fn separators_and_line_ends_are_escaped() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a;b,c\\d\r\ne\nf\u{7}");
        assert_eq!(lines.finish(), "SUMMARY:a\\;b\\,c\\\\d\\ne\\nf\r\n");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        assert_eq!(person("ORGANIZER", &[], "A\";X=\"^\r\nEND:VEVENT"), "ORGANIZER;CN=\"A^';X=^'^^^nEND:VEVENT\"");
    }

    proptest! {
        #[test]
        fn folded_lines_are_short_whole_characters_and_lose_nothing(text in "\\PC{0,300}") {
            let mut lines = Lines::default();
            lines.raw("X", &text);
            let stream = lines.finish();
            prop_assert!(stream.ends_with("\r\n"));
            for line in stream.trim_end_matches("\r\n").split("\r\n") {
                prop_assert!(line.len() <= LINE_OCTETS_MAX, "{} octets", line.len());
            }
            let printable: String = text.chars().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(unfold(&stream), format!("X:{printable}\r\n"));
        }

        #[test]
        fn no_text_makes_a_second_line(text in any::<String>()) {
            let mut lines = Lines::default();
            lines.text("X", &text);
            lines.raw("X", &text);
            prop_assert_eq!(unfold(&lines.finish()).matches("\r\n").count(), 2);
        }
    }
}
