//! Dates and weeks that are closed because the specialist has taken on enough.

use super::rules::{Limits, SlotRules};
use super::schedule::{BusyKind, SpecialistAvailability};
use super::span::{ceil_sec, floor_sec};
use crate::time::{Date, IsoWeek, Timestamp, local_date};

/// The limit that closes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    Day { bookings: u32 },
    Week { bookings: u32 },
    Minutes { booked_sec: i64 },
}

/// The local dates of the bookings, counted.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    limits: Limits,
    length_sec: i64,
    /// By date: bookings that start on it, and their seconds.
    days: Vec<(Date, u32, i64)>,
    /// By week: bookings that start in it.
    weeks: Vec<(IsoWeek, u32)>,
    /// No date is open, with or without bookings.
    never: bool,
    /// Some date is closed.
    closes_some: bool,
}

impl Counted {
    /// Counts the bookings that start in `[from, to)` or near enough to share a date or week with it.
    pub fn new(schedule: &SpecialistAvailability, rules: &SlotRules, from: i64, to: i64) -> Self {
        let limits = rules.limits;
        let length_sec = rules.length.as_sec();
        let mut counted = Self { limits, length_sec, days: Vec::new(), weeks: Vec::new(), never: false, closes_some: false };
        if limits == Limits::default() {
            return counted;
        }
        counted.never = limits.max_per_day == Some(0)
            || limits.max_per_week == Some(0)
            || limits.max_minutes_per_day.is_some_and(|max| length_sec > i64::from(max) * 60);
        const WEEK_AND_A_DAY_SEC: i64 = 8 * 86_400;
        let near = (from - WEEK_AND_A_DAY_SEC)..(to + WEEK_AND_A_DAY_SEC);
        let mut bookings: Vec<_> = schedule
            .busy
            .iter()
            .filter(|busy| busy.kind == BusyKind::Booking && near.contains(&floor_sec(busy.start)))
            .map(|busy| {
                let length_sec = (ceil_sec(busy.end) - floor_sec(busy.start)).max(0);
                (local_date(&schedule.zone, busy.start), length_sec)
            })
            .collect();
        bookings.sort_unstable();
        for (date, length_sec) in bookings {
            match counted.days.last_mut() {
                Some((last, bookings, booked_sec)) if *last == date => {
                    *bookings += 1;
                    *booked_sec += length_sec;
                }
                _ => counted.days.push((date, 1, length_sec)),
            }
            let week = IsoWeek::of(date);
            match counted.weeks.last_mut() {
                Some((last, bookings)) if *last == week => *bookings += 1,
                _ => counted.weeks.push((week, 1)),
            }
        }
        // A closed week holds a booking, so looking at the dates with bookings misses none.
        counted.closes_some = counted.never || counted.days.iter().any(|(date, ..)| counted.reached(*date).next().is_some());
        counted
    }

    /// Whether some limit closes the date of `start` in the home zone.
    pub fn closes(&self, schedule: &SpecialistAvailability, start: Timestamp) -> bool {
        self.closes_some && (self.never || self.reached(local_date(&schedule.zone, start)).next().is_some())
    }

    /// The limits that close `date` for one more slot.
    pub fn reached(&self, date: Date) -> impl Iterator<Item = Reached> + use<> {
        let (bookings, booked_sec) =
            (self.days).binary_search_by_key(&date, |(date, _, _)| *date).map_or((0, 0), |at| (self.days[at].1, self.days[at].2));
        let day = self.limits.max_per_day.filter(|max| bookings >= *max).map(|_| Reached::Day { bookings });
        let week = self.limits.max_per_week.and_then(|max| {
            let bookings = (self.weeks).binary_search_by_key(&IsoWeek::of(date), |(week, _)| *week).map_or(0, |at| self.weeks[at].1);
            (bookings >= max).then_some(Reached::Week { bookings })
        });
        let minutes = self.limits.max_minutes_per_day.and_then(|max| {
            let exceeds = booked_sec + self.length_sec > i64::from(max) * 60;
            exceeds.then_some(Reached::Minutes { booked_sec })
        });
        [day, week, minutes].into_iter().flatten()
    }
}
