//! Instants, wall-clock times and zones.
//!
//! An *instant* is a [`Timestamp`] (UTC). A *wall-clock time* is what a person writes into a weekly schedule: a
//! [`Date`], a [`WallTime`] and a [`Zone`]. The one place where the second becomes the first is [`instant_of`];
//! no other code of the platform, SQL included, may do this (PostgreSQL, for one, takes the other occurrence of a
//! repeated hour).

mod wall;
mod zone;

pub use jiff::Timestamp;
pub use jiff::civil::{Date, Weekday};
pub use wall::{InvalidWallTime, WallTime};
pub use zone::{UnknownZone, Zone};

use jiff::civil::ISOWeekDate;

/// The instant at which the clocks of `zone` show `time` on `date`.
///
/// RFC 5545 §3.3.5: a time that the clocks skip is read with the offset in force before the gap (02:30 becomes
/// 03:30); of a time that the clocks show twice, the first occurrence is meant. `24:00` is midnight of the next
/// date. Total: beyond the ends of the calendar (years -9999 and 9999) the nearest instant is returned.
#[must_use]
pub fn instant_of(zone: &Zone, date: Date, time: WallTime) -> Timestamp {
    let (date, minute) = match time.minute_of_day() {
        WallTime::MINUTES_PER_DAY => match date.tomorrow() {
            Ok(next) => (next, 0),
            Err(_) => return Timestamp::MAX,
        },
        minute => (date, minute),
    };
    // Both fit: a minute of the day below 1440 has an hour below 24.
    let civil = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let end_of_calendar = if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    zone.inner().to_ambiguous_timestamp(civil).compatible().unwrap_or(end_of_calendar)
}

/// The date that a calendar on the wall in `zone` shows at `instant`.
#[must_use]
pub fn local_date(zone: &Zone, instant: Timestamp) -> Date {
    zone.inner().to_datetime(instant).date()
}

/// What a clock on the wall in `zone` shows at `instant`, to the minute.
#[must_use]
pub fn local_minute(zone: &Zone, instant: Timestamp) -> WallTime {
    let time = zone.inner().to_datetime(instant).time();
    // An hour below 24 and a minute below 60 make a minute of the day below 1440.
    WallTime::from_minute_of_day(time.hour() as u16 * 60 + time.minute() as u16).unwrap_or(WallTime::MIDNIGHT)
}

/// The offset of the clocks of `zone` from UTC at `instant`, in seconds east.
#[must_use]
pub fn offset_sec(zone: &Zone, instant: Timestamp) -> i64 {
    i64::from(zone.inner().to_offset(instant).seconds())
}

/// The first instant after `instant` at which the clocks of `zone` are moved, if there is one.
#[must_use]
pub fn next_transition(zone: &Zone, instant: Timestamp) -> Option<Timestamp> {
    zone.inner().following(instant).next().map(|transition| transition.timestamp())
}

/// A week of the ISO 8601 calendar: Monday first, numbered within the year that owns its Thursday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    /// The week-numbering year, which near New Year may differ from the calendar year.
    pub year: i16,
    /// 1 to 53.
    pub week: i8,
}

impl IsoWeek {
    /// The week to which `date` belongs.
    #[must_use]
    pub fn of(date: Date) -> Self {
        let week = date.iso_week_date();
        Self { year: week.year(), week: week.week() }
    }

    /// The Monday with which the week begins; none only in the first week of the year -9999.
    #[must_use]
    pub fn monday(self) -> Option<Date> {
        ISOWeekDate::new(self.year, self.week, Weekday::Monday).ok().map(|monday| monday.date())
    }
}

impl std::fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-W{:02}", self.year, self.week)
    }
}

#[cfg(test)]
mod tests;
