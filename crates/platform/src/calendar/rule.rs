//! From a parsed RRULE to one that can be expanded.

use calcard::{
    common::{CalendarScale, PartialDateTime},
    icalendar::{ICalendarFrequency, ICalendarRecurrenceRule, ICalendarWeekday},
};
use jiff::{
    Timestamp,
    civil::{DateTime, Time, Weekday},
};

use super::{
    recurrence::{Frequency, Rule},
    zones::{wall, zone_offset},
};

/// A calendar with more visits a day than this is no person's; 86,400 (every second) would be legal.
const TIMES_A_DAY_MAX: usize = 48;

/// Gives the rule, or `None` if it is of a kind that is not supported: more often than daily, another calendar's
/// months, an ordinal weekday where RFC 5545 forbids one, impossible numbers.
///
/// `until` turns the rule's UNTIL into the event's wall clock: see [`until`].
pub(super) fn read(
    written: &ICalendarRecurrenceRule,
    start: DateTime,
    until: impl Fn(&PartialDateTime) -> Option<DateTime>,
) -> Option<Rule> {
    let frequency = match written.freq {
        ICalendarFrequency::Daily => Frequency::Daily,
        ICalendarFrequency::Weekly => Frequency::Weekly,
        ICalendarFrequency::Monthly => Frequency::Monthly,
        ICalendarFrequency::Yearly => Frequency::Yearly,
        _ => return None,
    };
    let gregorian = written.rscale.as_ref().is_none_or(|scale| *scale == CalendarScale::Gregorian);
    let months = written.bymonth.iter().map(|by| {
        let month = i8::try_from(by.month()).ok()?;
        (!by.is_leap()).then_some(month)
    });
    let days: Vec<(i16, Weekday)> = written.byday.iter().map(|by| (by.ordwk.unwrap_or(0), weekday(by.weekday))).collect();
    let ordinals_allowed = matches!(frequency, Frequency::Monthly | Frequency::Yearly);
    if !gregorian || !ordinals_allowed && days.iter().any(|(ordinal, _)| *ordinal != 0) {
        return None;
    }
    let last = match &written.until {
        Some(value) => Some(until(value)?),
        None => None,
    };
    let rule = Rule {
        frequency,
        interval: written.interval.unwrap_or(1).max(1),
        count: written.count,
        until: last,
        by_month: months.collect::<Option<_>>()?,
        by_week_no: written.byweekno.clone(),
        by_year_day: written.byyearday.clone(),
        by_month_day: written.bymonthday.clone(),
        by_day: days,
        times: times(written, start.time())?,
        by_set_pos: written.bysetpos.clone(),
        week_start: written.wkst.map_or(Weekday::Monday, weekday),
    };
    Some(rule.complete(start))
}

/// UNTIL on the event's wall clock: a date counts whole, an instant in UTC is converted, a local time is one already.
pub(super) fn until(value: &PartialDateTime, to_wall: impl Fn(Timestamp) -> DateTime) -> Option<DateTime> {
    let at = wall(value)?;
    if value.hour.is_none() {
        return at.date().to_datetime(Time::midnight()).checked_add(DAY_REST).ok();
    }
    match zone_offset(value) {
        Some(offset) => Some(to_wall(offset.to_timestamp(at).ok()?)),
        None => Some(at),
    }
}

/// From midnight to the last second that a content line can name.
const DAY_REST: jiff::SignedDuration = jiff::SignedDuration::from_secs(86_399);

fn times(written: &ICalendarRecurrenceRule, start: Time) -> Option<Vec<Time>> {
    let or_start = |list: &[u8], own: i8| -> Option<Vec<i8>> {
        if list.is_empty() {
            return Some(vec![own]);
        }
        let mut list: Vec<i8> = list.iter().map(|n| i8::try_from(*n).ok()).collect::<Option<_>>()?;
        list.sort_unstable();
        list.dedup();
        Some(list)
    };
    let hours = or_start(&written.byhour, start.hour())?;
    let minutes = or_start(&written.byminute, start.minute())?;
    let seconds = or_start(&written.bysecond, start.second())?;
    if hours.len() * minutes.len() * seconds.len() > TIMES_A_DAY_MAX {
        return None;
    }
    let mut times = Vec::new();
    for hour in &hours {
        for minute in &minutes {
            for second in &seconds {
                times.push(Time::new(*hour, *minute, (*second).min(59), 0).ok()?);
            }
        }
    }
    Some(times)
}

fn weekday(day: ICalendarWeekday) -> Weekday {
    match day {
        ICalendarWeekday::Monday => Weekday::Monday,
        ICalendarWeekday::Tuesday => Weekday::Tuesday,
        ICalendarWeekday::Wednesday => Weekday::Wednesday,
        ICalendarWeekday::Thursday => Weekday::Thursday,
        ICalendarWeekday::Friday => Weekday::Friday,
        ICalendarWeekday::Saturday => Weekday::Saturday,
        ICalendarWeekday::Sunday => Weekday::Sunday,
    }
}
