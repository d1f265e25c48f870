//! What is left of a benefit: so many sessions a person, a category and a contract year.

use jiff::civil::Date;

use super::QuotaStep;

/// The first day of the contract year that holds `day`: `starts_on` or one of its anniversaries. Years are counted from the first day, so a contract
/// of 29 February begins its other years on 28 February and returns to the 29th in leap years. `None` before the contract.
#[must_use]
pub fn year_start(starts_on: Date, day: Date) -> Option<Date> {
    if day < starts_on {
        return None;
    }
    let years = i64::from(day.year()) - i64::from(starts_on.year());
    [years, years - 1].into_iter().filter_map(|n| anniversary(starts_on, n)).find(|start| *start <= day)
}

/// The last day of the contract year that begins on `start`, which is the `year_start` of a contract of `starts_on` to `ends_on`.
#[must_use]
pub fn year_end(starts_on: Date, ends_on: Date, start: Date) -> Date {
    let years = i64::from(start.year()) - i64::from(starts_on.year()) + 1;
    anniversary(starts_on, years).and_then(|next| next.yesterday().ok()).map_or(ends_on, |last| last.min(ends_on))
}

fn anniversary(starts_on: Date, years: i64) -> Option<Date> {
    starts_on.checked_add(jiff::Span::new().try_years(years).ok()?).ok()
}

/// A person's balance for one category and contract year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    pub granted: i32,
    pub held: i32,
    pub used: i32,
}

/// There is nothing left, or nothing to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the benefit does not allow it")]
pub struct Overdraft;

impl Balance {
    /// How many sessions may still be booked.
    #[must_use]
    pub const fn left(&self) -> i32 {
        self.granted - self.held - self.used
    }

    /// The balance after `step`.
    ///
    /// # Errors
    /// [`Overdraft`] if the sums would not hold.
    pub fn after(self, step: QuotaStep) -> Result<Self, Overdraft> {
        let (held, used) = match step {
            QuotaStep::Hold => (1, 0),
            QuotaStep::Release => (-1, 0),
            QuotaStep::Confirm => (-1, 1),
            QuotaStep::Refund => (0, -1),
        };
        let next = Self { granted: self.granted, held: self.held + held, used: self.used + used };
        if next.held >= 0 && next.used >= 0 && next.held + next.used <= next.granted { Ok(next) } else { Err(Overdraft) }
    }

    /// What to grant so that the balance follows the contract, which may have been changed within the year. What is held or used stays: a cut reaches
    /// only what is left. 0: nothing.
    #[must_use]
    pub fn grant_to(&self, sessions_per_year: i32) -> i32 {
        sessions_per_year.max(self.held + self.used) - self.granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn contract_years_begin_on_the_anniversary() {
        let check = |starts: &str, on: &str, expected: Option<&str>| {
            assert_eq!(year_start(day(starts), day(on)), expected.map(day), "{starts} on {on}");
        };
        check("2026-03-15", "2026-03-14", None);
        check("2026-03-15", "2026-03-15", Some("2026-03-15"));
        check("2026-03-15", "2027-03-14", Some("2026-03-15"));
        check("2026-03-15", "2027-03-15", Some("2027-03-15"));
        check("2024-02-29", "2025-02-27", Some("2024-02-29"));
        check("2024-02-29", "2025-02-28", Some("2025-02-28"));
        check("2024-02-29", "2028-02-28", Some("2027-02-28"));
        check("2024-02-29", "2028-02-29", Some("2028-02-29"));
    }

    #[test]
    fn a_year_ends_before_the_next_or_with_the_contract() {
        assert_eq!(year_end(day("2026-03-15"), day("2028-03-14"), day("2026-03-15")), day("2027-03-14"));
        assert_eq!(year_end(day("2026-03-15"), day("2026-12-31"), day("2026-03-15")), day("2026-12-31"));
        assert_eq!(year_end(day("2024-02-29"), day("2030-01-01"), day("2027-02-28")), day("2028-02-28"));
    }

    #[test]
    fn a_changed_contract_reaches_what_is_left() {
        let balance = Balance { granted: 6, held: 1, used: 3 };
        assert_eq!(balance.grant_to(8), 2);
        assert_eq!(balance.grant_to(6), 0);
        assert_eq!(balance.grant_to(5), -1);
        assert_eq!(balance.grant_to(0), -2);
        assert_eq!(Balance { granted: 6 - 2, ..balance }.left(), 0);
    }

    #[test]
    fn nothing_is_taken_from_nothing() {
        let empty = Balance { granted: 1, held: 0, used: 0 };
        let held = empty.after(QuotaStep::Hold).unwrap();
        assert_eq!(held.after(QuotaStep::Hold), Err(Overdraft));
        assert_eq!(empty.after(QuotaStep::Release), Err(Overdraft));
        assert_eq!(held.after(QuotaStep::Refund), Err(Overdraft));
        assert_eq!(held.after(QuotaStep::Confirm).unwrap().after(QuotaStep::Refund), Ok(empty));
    }
}
