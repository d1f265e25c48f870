//! One VEVENT of a foreign feed, reduced to when it takes time. Titles, people and places are never read.

use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarParameterName as Parameter, ICalendarPeriod,
        ICalendarProperty as P, ICalendarStatus, ICalendarTransparency, ICalendarValue as V,
    },
};
use jiff::{SignedDuration, Span, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    Interval,
    recurrence::Rule,
    rule,
    zones::{Zone, Zones, wall, zone_offset},
};

/// A time of the feed: a wall clock in its zone.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) wall: DateTime,
    pub(super) zone: Zone,
    pub(super) date_only: bool,
}

impl Moment {
    pub(super) fn read(entry: &ICalendarEntry, value: &PartialDateTime, zones: &Zones) -> Option<Self> {
        let zone = match zone_offset(value) {
            Some(offset) => Zone::Known(TimeZone::fixed(offset)),
            None => entry.tz_id().map_or_else(|| zones.owner().clone(), |id| zones.named(id)),
        };
        Some(Self { wall: wall(value)?, zone, date_only: value.hour.is_none() })
    }

    pub(super) fn utc(&self) -> Option<Timestamp> {
        self.zone.to_utc(self.wall)
    }
}

/// How long an event takes: RFC 5545 §3.3.6 keeps days (of the wall clock) and exact time apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Length {
    days: i64,
    exact: SignedDuration,
}

impl Length {
    fn of_duration(duration: &ICalendarDuration) -> Option<Self> {
        let time = i64::from(duration.hours) * 3600 + i64::from(duration.minutes) * 60 + i64::from(duration.seconds);
        (!duration.neg)
            .then_some(Self { days: i64::from(duration.weeks) * 7 + i64::from(duration.days), exact: SignedDuration::from_secs(time) })
    }

    /// From start to end. An instance's end is the exact time after its start, except for whole days.
    fn between(start: &Moment, end: &Moment) -> Option<Self> {
        if start.date_only {
            let days = (end.wall.date() - start.wall.date()).get_days();
            return Some(Self { days: i64::from(days), exact: SignedDuration::ZERO });
        }
        Some(Self { days: 0, exact: end.utc()?.duration_since(start.utc()?) })
    }

    /// The time taken by an instance that starts at `wall`; `None` if it is empty or beyond representable time.
    pub(super) fn from(self, wall: DateTime, zone: &Zone) -> Option<Interval> {
        let days = Span::new().try_days(self.days).ok()?;
        let start = zone.to_utc(wall)?;
        let nominal = zone.to_utc(wall.checked_add(days).ok()?)?;
        let end = nominal.checked_add(self.exact).ok()?;
        (start < end).then_some(Interval { start, end })
    }
}

/// Which instance of a series a VEVENT replaces.
#[derive(Debug)]
pub(super) struct Replaces {
    pub(super) instance: Moment,
    /// It replaces that instance and moves all later ones alike.
    pub(super) and_future: bool,
}

/// A VEVENT's times.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) replaces: Option<Replaces>,
    pub(super) start: Moment,
    pub(super) length: Length,
    pub(super) rule: Option<Rule>,
    /// Extra instances, with their own length if they have one.
    pub(super) extra: Vec<(Moment, Option<Length>)>,
    pub(super) excluded: Vec<Moment>,
    /// Neither cancelled nor transparent.
    pub(super) takes_time: bool,
    /// A part of it could not be read; what could is used.
    pub(super) partly_understood: bool,
}

impl Event {
    /// `None` if there is no usable start.
    pub(super) fn read(component: &ICalendarComponent, zones: &Zones) -> Option<Self> {
        let moment = |entry: &ICalendarEntry| match entry.values.first() {
            Some(V::PartialDateTime(value)) => Moment::read(entry, value, zones),
            _ => None,
        };
        let find = |name: P| component.entries.iter().find(|entry| entry.name == name);
        let start = moment(find(P::Dtstart)?)?;
        let mut event = Self {
            uid: String::new(),
            replaces: None,
            length: Length { days: i64::from(start.date_only), exact: SignedDuration::ZERO },
            rule: None,
            extra: Vec::new(),
            excluded: Vec::new(),
            takes_time: true,
            partly_understood: false,
            start,
        };
        for entry in &component.entries {
            let understood = event.take(entry, &moment, zones);
            event.partly_understood |= understood.is_none();
        }
        Some(event)
    }

    /// Takes one property in; `None` if it matters and cannot be read.
    fn take(&mut self, entry: &ICalendarEntry, moment: &impl Fn(&ICalendarEntry) -> Option<Moment>, zones: &Zones) -> Option<()> {
        match (&entry.name, entry.values.first()) {
            (P::Uid, Some(V::Text(uid))) => self.uid.clone_from(uid),
            (P::Dtend, _) => self.length = Length::between(&self.start, &moment(entry)?)?,
            (P::Duration, Some(V::Duration(duration))) => {
                self.length = Length::of_duration(duration)?;
            }
            (P::Duration, _) => return None,
            (P::RecurrenceId, _) => {
                self.replaces =
                    Some(Replaces { instance: moment(entry)?, and_future: entry.params.iter().any(|p| p.name == Parameter::Range) });
            }
            (P::Rrule, Some(V::RecurrenceRule(written))) => {
                let zone = &self.start.zone;
                let until = |at: &PartialDateTime| rule::until(at, |utc| zone.to_wall(utc));
                // RFC 5545 §3.8.5.3: more than one rule has no defined meaning.
                if self.rule.is_some() {
                    return None;
                }
                self.rule = Some(rule::read(written, self.start.wall, until)?);
            }
            (P::Rrule, _) => return None,
            (P::Rdate, _) => {
                for value in &entry.values {
                    self.extra.push(extra(entry, value, zones)?);
                }
            }
            (P::Exdate, _) => {
                for value in &entry.values {
                    let V::PartialDateTime(value) = value else {
                        return None;
                    };
                    self.excluded.push(Moment::read(entry, value, zones)?);
                }
            }
            (P::Status, Some(V::Status(ICalendarStatus::Cancelled)))
            | (P::Transp, Some(V::Transparency(ICalendarTransparency::Transparent))) => {
                self.takes_time = false;
            }
            (P::Other(name), Some(V::Text(value))) if name.eq_ignore_ascii_case("X-MICROSOFT-CDO-BUSYSTATUS") => {
                self.takes_time &= !value.eq_ignore_ascii_case("FREE");
            }
            _ => {}
        }
        Some(())
    }
}

fn extra(entry: &ICalendarEntry, value: &V, zones: &Zones) -> Option<(Moment, Option<Length>)> {
    match value {
        V::PartialDateTime(value) => Some((Moment::read(entry, value, zones)?, None)),
        V::Period(period) => {
            let (start, length) = period_of(entry, period, zones)?;
            Some((start, Some(length)))
        }
        _ => None,
    }
}

/// A PERIOD (RFC 5545 §3.3.9).
pub(super) fn period_of(entry: &ICalendarEntry, period: &ICalendarPeriod, zones: &Zones) -> Option<(Moment, Length)> {
    match period {
        ICalendarPeriod::Range { start, end } => {
            let start = Moment::read(entry, start, zones)?;
            let length = Length::between(&start, &Moment::read(entry, end, zones)?)?;
            Some((start, length))
        }
        ICalendarPeriod::Duration { start, duration } => {
            let start = Moment::read(entry, start, zones)?;
            Some((start, Length::of_duration(duration)?))
        }
    }
}
