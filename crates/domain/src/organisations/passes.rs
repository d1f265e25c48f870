//! For how long a company's passes are given, and how long they let in.

use jiff::{ToSpan as _, civil::Date};

/// The lengths of a period. Months.
pub const LENGTHS: [i8; 4] = [1, 3, 6, 12];
/// How long before a period its key is there: nobody's coming is what makes it. Days.
pub const AHEAD: i32 = 7;
/// How long before the access ends its person is written to: within the days of grace, in which the next pass can be had. Days.
pub const TOLD_BEFORE: i32 = 10;

/// A period of passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub starts_on: Date,
    /// The last day on which its passes are given.
    pub ends_on: Date,
    /// The last day of access by them: time to fetch the next.
    pub lets_in_until: Date,
}

/// The period of `day`, counted from the beginning of the year, so that many people share one. It begins after `former`, the last day of the one before,
/// whose length may have been another. None for a length that is no option, or at the end of time.
#[must_use]
pub fn period(day: Date, months: i8, former: Option<Date>) -> Option<Period> {
    if !LENGTHS.contains(&months) {
        return None;
    }
    let first_month = (day.month() - 1) / months * months + 1;
    let aligned = Date::new(day.year(), first_month, 1).ok()?;
    let ends_on = aligned.checked_add(months.months()).ok()?.yesterday().ok()?;
    let starts_on = match former {
        Some(last) => aligned.max(last.tomorrow().ok()?),
        None => aligned,
    };
    let lets_in_until = ends_on.checked_add(grace(months).days()).ok()?;
    (starts_on <= day).then_some(Period { starts_on, ends_on, lets_in_until })
}

/// Days between the end of a period and that of the access by it.
const fn grace(months: i8) -> i32 {
    if months == 1 { 14 } else { 30 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_with_the_year() {
        let check = |on: &str, months: i8, expected: [&str; 3]| {
            let [starts_on, ends_on, lets_in_until] = expected.map(day);
            assert_eq!(period(day(on), months, None), Some(Period { starts_on, ends_on, lets_in_until }), "{months} on {on}");
        };
        check("2026-12-14", 1, ["2026-12-01", "2026-12-31", "2027-01-14"]);
        check("2026-12-14", 3, ["2026-10-01", "2026-12-31", "2027-01-30"]);
        check("2026-06-30", 6, ["2026-01-01", "2026-06-30", "2026-07-30"]);
        check("2026-07-01", 6, ["2026-07-01", "2026-12-31", "2027-01-30"]);
        check("2028-02-29", 12, ["2028-01-01", "2028-12-31", "2029-01-30"]);
        check("2028-02-29", 1, ["2028-02-01", "2028-02-29", "2028-03-14"]);
    }

    #[test]
    fn a_changed_length_begins_after_what_has_begun() {
        let next = period(day("2026-04-01"), 12, Some(day("2026-03-31"))).unwrap();
        assert_eq!((next.starts_on, next.ends_on), (day("2026-04-01"), day("2026-12-31")));
        assert_eq!(period(day("2026-04-01"), 1, Some(day("2026-06-30"))), None, "the former one still runs");
    }

    #[test]
    fn other_lengths_are_none() {
        for months in [0, 2, 4, 13, -3] {
            assert_eq!(period(day("2026-04-01"), months, None), None);
        }
    }
}
