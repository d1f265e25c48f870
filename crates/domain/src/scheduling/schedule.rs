//! What one specialist set up: opening hours, exceptions, journeys, and what fills the calendar.

use crate::time::{Date, Timestamp, WallTime, Weekday, Zone, local_date};

/// When one specialist works, and what is already in the calendar. The order within the lists does not matter,
/// except that of overlapping journeys: the first that covers a date wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialistAvailability {
    /// The home zone.
    pub zone: Zone,
    /// Opening hours that repeat weekly.
    pub rules: Vec<WeeklyRule>,
    /// Dates whose rules are replaced.
    pub overrides: Vec<DateOverride>,
    /// Dates spent in another zone.
    pub travel: Vec<Travel>,
    /// Bookings, and what external calendars report.
    pub busy: Vec<Busy>,
}

/// Opening hours as the clock on the wall shows them.
///
/// Hours whose end is not after the start are empty unless they end on the next date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The first minute that is open.
    pub start: WallTime,
    /// The first minute that is closed again.
    pub end: WallTime,
    /// Whether `end` is meant on the date after the one on which the hours start.
    pub ends_next_day: bool,
}

/// Hours that repeat on some days of the week. They belong to the date on which they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyRule {
    /// The days on which the hours start.
    pub days: Weekdays,
    /// When it is open.
    pub hours: Hours,
}

/// The hours that start on one date instead of those of the weekly rules. No hours at all close the date; what
/// started on the day before and crosses midnight stays open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateOverride {
    /// The local date.
    pub date: Date,
    /// All hours that start on it.
    pub hours: Vec<Hours>,
}

/// Dates on which wall-clock times are meant in another zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Travel {
    /// The first date.
    pub from: Date,
    /// The last date, inclusive; none while the return is open.
    pub to: Option<Date>,
    /// The zone on these dates.
    pub zone: Zone,
}

impl Travel {
    fn covers(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }
}

/// A filled part of the calendar, `[start, end)`. One that is empty, buffers included, fills nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The first instant that is taken.
    pub start: Timestamp,
    /// The first instant that is free again.
    pub end: Timestamp,
    /// What it is; decides whether limits count it.
    pub kind: BusyKind,
    /// Minutes that this entry itself keeps free before it.
    pub own_buffer_before_min: u32,
    /// Minutes that this entry itself keeps free after it.
    pub own_buffer_after_min: u32,
}

/// What fills the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusyKind {
    /// A booking of this platform: counts toward limits.
    Booking,
    /// Something in another calendar: blocks, but counts toward nothing.
    External,
}

/// A set of days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays {
    monday_is_bit_0: u8,
}

impl Weekdays {
    /// Whether `day` is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.monday_is_bit_0 & Self::bit(day) != 0
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        let monday_is_bit_0 = days.into_iter().fold(0, |set, day| set | Self::bit(day));
        Self { monday_is_bit_0 }
    }
}

impl SpecialistAvailability {
    /// The zone in which wall-clock times of `date` are meant.
    #[must_use]
    pub fn zone_on(&self, date: Date) -> &Zone {
        self.travel.iter().find(|travel| travel.covers(date)).map_or(&self.zone, |travel| &travel.zone)
    }

    /// The zone whose clocks the specialist sees at `instant`: that of the journey which covers the date that its
    /// own zone shows then, else the home zone.
    #[must_use]
    pub fn zone_at(&self, instant: Timestamp) -> &Zone {
        self.travel.iter().find(|travel| travel.covers(local_date(&travel.zone, instant))).map_or(&self.zone, |travel| &travel.zone)
    }
}
