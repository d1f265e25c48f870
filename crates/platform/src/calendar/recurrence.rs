//! Expansion of a recurrence rule (RFC 5545 §3.3.10) on wall-clock time, within a window and a budget.
//!
//! The published libraries expand from the event's first day and search on while nothing matches, so that a few hundred
//! bytes of a foreign feed can cost minutes and gigabytes; and they carry their own copy of the zone data. This one
//! looks only at the days of the window (and, for a rule with COUNT, at those before it), counts every day it looks at,
//! and leaves zones to the caller. A property test compares it with the `rrule` crate.

use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};

/// The work one feed may cause: days looked at and instances made. Not yet spent.
#[derive(Debug)]
pub(super) struct Budget(pub(super) u32);

/// The feed asks for more work than its budget allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

impl Budget {
    pub(super) fn spend(&mut self, units: u32) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(units).ok_or(Exhausted)?;
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule with what it takes from the event's start filled in: see [`Rule::complete`].
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    /// At least 1.
    pub(super) interval: u16,
    pub(super) count: Option<u32>,
    /// Last possible wall-clock time, inclusive.
    pub(super) until: Option<DateTime>,
    pub(super) by_month: Vec<i8>,
    pub(super) by_week_no: Vec<i8>,
    pub(super) by_year_day: Vec<i16>,
    pub(super) by_month_day: Vec<i8>,
    /// The ordinal (0 for every) and the weekday.
    pub(super) by_day: Vec<(i16, Weekday)>,
    /// Times of a day, ascending; not empty.
    pub(super) times: Vec<Time>,
    pub(super) by_set_pos: Vec<i32>,
    pub(super) week_start: Weekday,
}

impl Rule {
    /// "Information, not contained in the rule, necessary to determine the various recurrence instance start times and
    /// dates are derived from the Start Time" (RFC 5545 §3.3.10).
    pub(super) fn complete(mut self, start: DateTime) -> Self {
        let day_given = !self.by_year_day.is_empty() || !self.by_month_day.is_empty() || !self.by_day.is_empty();
        if day_given {
            return self;
        }
        match self.frequency {
            Frequency::Daily => {}
            Frequency::Weekly => self.by_day.push((0, start.weekday())),
            Frequency::Monthly => self.by_month_day.push(start.day()),
            Frequency::Yearly if !self.by_week_no.is_empty() => {
                self.by_day.push((0, start.weekday()));
            }
            Frequency::Yearly => {
                if self.by_month.is_empty() {
                    self.by_month.push(start.month());
                }
                self.by_month_day.push(start.day());
            }
        }
        self
    }

    /// The instances from `start` on that lie in `from..=to`, ascending.
    pub(super) fn expand(
        &self,
        start: DateTime,
        (from, to): (DateTime, DateTime),
        budget: &mut Budget,
    ) -> Result<Vec<DateTime>, Exhausted> {
        let last = self.until.map_or(to, |until| until.min(to));
        // With COUNT every instance before the window has to be counted.
        let skip_to = self.count.map_or(from.date(), |_| start.date());
        let mut left = self.count.unwrap_or(u32::MAX);
        let weight = self.day_weight();
        let mut instances = Vec::new();
        let mut step = self.first_period(start.date(), skip_to);
        while let Some(days) = self.period(start.date(), step) {
            if days.first().is_none_or(|day| *day > last.date()) {
                break;
            }
            budget.spend(u32::try_from(days.len() * weight).unwrap_or(u32::MAX))?;
            for instance in self.of_period(&days) {
                if instance < start {
                    continue;
                }
                if instance > last || left == 0 {
                    return Ok(instances);
                }
                left -= 1;
                budget.spend(1)?;
                if instance >= from {
                    instances.push(instance);
                }
            }
            step += 1;
        }
        Ok(instances)
    }

    /// What looking at one day costs: its times are made, and the lists are searched, some numbers in a nanosecond.
    fn day_weight(&self) -> usize {
        let numbers = self.by_month.len()
            + self.by_week_no.len()
            + self.by_year_day.len()
            + self.by_month_day.len()
            + self.by_day.len()
            + self.by_set_pos.len();
        self.times.len() + numbers / 16
    }

    /// Number of a period which certainly begins not after the one that holds `wanted`.
    fn first_period(&self, start: Date, wanted: Date) -> i64 {
        let days = i64::from((wanted - start).get_days());
        // A period's greatest length, so the estimate errs to the early side, by one period more for its own start.
        let length = match self.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => 31,
            Frequency::Yearly => 366,
        };
        (days / (length * i64::from(self.interval)) - 1).max(0)
    }

    /// The days of the period number `step`, counted in intervals from the one that holds `start`.
    fn period(&self, start: Date, step: i64) -> Option<Vec<Date>> {
        let offset = step.checked_mul(i64::from(self.interval))?;
        let length = match self.frequency {
            Frequency::Daily => Span::new().days(1),
            Frequency::Weekly => Span::new().weeks(1),
            Frequency::Monthly => Span::new().months(1),
            Frequency::Yearly => Span::new().years(1),
        };
        let origin = match self.frequency {
            Frequency::Daily => start,
            Frequency::Weekly => {
                let back = start.weekday().since(self.week_start);
                start.checked_sub(Span::new().days(back)).ok()?
            }
            Frequency::Monthly => start.first_of_month(),
            Frequency::Yearly => start.first_of_year(),
        };
        let first = origin.checked_add(length.checked_mul(offset).ok()?).ok()?;
        let next = first.checked_add(length).ok()?;
        Some(first.series(1.day()).take_while(|day| *day < next).collect())
    }

    fn of_period(&self, days: &[Date]) -> Vec<DateTime> {
        let matching = days.iter().filter(|day| self.matches(**day));
        let all: Vec<DateTime> = matching.flat_map(|day| self.times.iter().map(|time| day.to_datetime(*time))).collect();
        if self.by_set_pos.is_empty() {
            return all;
        }
        let position = |wanted: &i32| {
            let index = usize::try_from(wanted.unsigned_abs()).ok()?;
            let index = if *wanted > 0 { index.checked_sub(1)? } else { all.len().checked_sub(index)? };
            all.get(index).copied()
        };
        let mut chosen: Vec<_> = self.by_set_pos.iter().filter_map(position).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Whether every BY part that is given admits the day.
    fn matches(&self, day: Date) -> bool {
        fn admits<T: PartialEq>(list: &[T], values: &[T]) -> bool {
            list.is_empty() || values.iter().any(|value| list.contains(value))
        }
        let from_year_end = day.day_of_year() - day.days_in_year() - 1;
        let from_month_end = day.day() - day.days_in_month() - 1;
        admits(&self.by_month, &[day.month()])
            && admits(&self.by_month_day, &[day.day(), from_month_end])
            && admits(&self.by_year_day, &[day.day_of_year(), from_year_end])
            && (self.by_day.is_empty() || self.by_day.iter().any(|by| self.is_weekday(*by, day)))
            && (self.by_week_no.is_empty() || admits(&self.by_week_no, &self.week_numbers(day)))
    }

    /// The ordinal counts within the month, or within the year for a yearly rule without BYMONTH.
    fn is_weekday(&self, (ordinal, weekday): (i16, Weekday), day: Date) -> bool {
        if day.weekday() != weekday {
            return false;
        }
        let (index, length) = if self.frequency == Frequency::Yearly && self.by_month.is_empty() {
            (day.day_of_year() - 1, day.days_in_year())
        } else {
            (i16::from(day.day()) - 1, i16::from(day.days_in_month()))
        };
        match ordinal {
            0 => true,
            1.. => index / 7 + 1 == ordinal,
            _ => (length - 1 - index) / 7 + 1 == -ordinal,
        }
    }

    /// The number of the day's week from the start and from the end of the week's year. A week belongs to the year that
    /// holds at least four of its days (RFC 5545 §3.3.10, BYWEEKNO).
    fn week_numbers(&self, day: Date) -> [i8; 2] {
        let numbers = || {
            let fourth = |of: Date| {
                let back = of.weekday().since(self.week_start);
                of.checked_add((3 - back).days())
            };
            let own = fourth(day)?;
            let number = (own.day_of_year() - 1) / 7 + 1;
            let last_own = Date::new(own.year(), 12, 28).and_then(fourth)?;
            let count = (last_own.day_of_year() - 1) / 7 + 1;
            Ok::<_, jiff::Error>([number, number - count - 1])
        };
        // Only at the ends of representable time; no week has the number 0.
        numbers().map_or([0, 0], |pair| pair.map(|n| i8::try_from(n).unwrap_or(0)))
    }
}
