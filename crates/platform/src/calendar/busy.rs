//! Reading a foreign feed into busy time.

use std::{collections::HashMap, ops::Range};

use calcard::{
    Entry, Parser,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType as Component, ICalendarFreeBusyType, ICalendarParameterName,
        ICalendarParameterValue, ICalendarProperty, ICalendarValue,
    },
};
use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{
    event::{Event, Moment, period_of},
    recurrence::{Budget, Exhausted},
    zones::Zones,
};

/// Largest feed that is read.
pub const FEED_BYTES_MAX: usize = 2 << 20;

/// Days looked at plus instances made. A year of 2,000 daily meetings fits; reading it takes well under a second.
const BUDGET: u32 = 2_000_000;

/// Earlier starts are clipped to the window, but found only if the event is not longer than this.
const EVENT_DAYS_MAX: i64 = 62;

/// A stretch of time, start inclusive, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Start.
    pub start: Timestamp,
    /// End, after the start.
    pub end: Timestamp,
}

/// When the owner of a feed is busy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    /// Ascending, disjoint, not touching, within the window.
    pub intervals: Vec<Interval>,
    /// Entries that could not be read, wholly or in part (a rule "every minute", a start without a date). The owner
    /// should be told, because their time may be missing.
    pub not_understood: u32,
}

/// Why a feed gives no busy time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Larger than [`FEED_BYTES_MAX`].
    #[error("the calendar is larger than {FEED_BYTES_MAX} bytes")]
    TooLarge,
    /// Something else than a calendar, a sign-in page for example.
    #[error("this is not an iCalendar stream")]
    NotACalendar,
    /// More repetitions than a person's calendar has.
    #[error("the calendar holds too many repetitions")]
    TooComplex,
}

impl From<Exhausted> for FeedError {
    fn from(Exhausted: Exhausted) -> Self {
        Self::TooComplex
    }
}

/// Reads the busy time of `window` from an iCalendar stream. `owner` is the zone for whole days and for times without
/// a zone: where the owner of the calendar lives.
///
/// Cancelled and transparent entries take no time; the titles are not looked at. Costs up to about a second of
/// processor time for a hostile feed: call it on a blocking thread.
///
/// # Errors
/// See [`FeedError`]. A single entry that cannot be read is no error: see [`Busy::not_understood`].
pub fn read_busy(feed: &[u8], window: Range<Timestamp>, owner: &TimeZone) -> Result<Busy, FeedError> {
    if feed.len() > FEED_BYTES_MAX {
        return Err(FeedError::TooLarge);
    }
    let text = String::from_utf8_lossy(feed);
    let mut reading = Reading { window, budget: Budget(BUDGET), found: Vec::new(), not_understood: 0 };
    let mut calendars = 0;
    let mut parser = Parser::new(&text);
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                calendars += 1;
                reading.calendar(&calendar, owner)?;
            }
            Entry::Eof => break,
            // Lines outside a calendar.
            _ => {}
        }
    }
    if calendars == 0 {
        return Err(FeedError::NotACalendar);
    }
    Ok(Busy { intervals: merge(reading.found), not_understood: reading.not_understood })
}

struct Reading {
    window: Range<Timestamp>,
    budget: Budget,
    found: Vec<Interval>,
    not_understood: u32,
}

impl Reading {
    fn calendar(&mut self, calendar: &ICalendar, owner: &TimeZone) -> Result<(), FeedError> {
        let zones = Zones::read(calendar, owner.clone(), self.wall_window(0), &mut self.budget)?;
        let mut series = Vec::new();
        let mut replaced: HashMap<String, Vec<Event>> = HashMap::new();
        for component in &calendar.components {
            match component.component_type {
                Component::VEvent => match Event::read(component, &zones) {
                    Some(event) => {
                        self.not_understood += u32::from(event.partly_understood);
                        if event.replaces.is_some() {
                            replaced.entry(event.uid.clone()).or_default().push(event);
                        } else {
                            series.push(event);
                        }
                    }
                    None => self.not_understood += 1,
                },
                Component::VFreebusy => self.free_busy(component, &zones),
                _ => {}
            }
        }
        for event in &series {
            // An empty UID belongs to nobody: two nameless series must not take each other's exceptions.
            let none = Vec::new();
            let changes = replaced.get(&event.uid).filter(|_| !event.uid.is_empty());
            self.series(event, changes.unwrap_or(&none))?;
        }
        for change in replaced.values().flatten().filter(|change| change.takes_time) {
            self.add(change.length.from(change.start.wall, &change.start.zone));
        }
        Ok(())
    }

    fn series(&mut self, event: &Event, changes: &[Event]) -> Result<(), FeedError> {
        if !event.takes_time {
            return Ok(());
        }
        let cost = changes.len() + event.excluded.len() + event.extra.len();
        self.budget.spend(u32::try_from(cost).unwrap_or(u32::MAX))?;
        let gone = Gone::of(event, changes);
        let mut later: Vec<(Timestamp, &Event)> = changes
            .iter()
            .filter_map(|change| {
                let replaces = change.replaces.as_ref().filter(|r| r.and_future)?;
                Some((replaces.instance.utc()?, change))
            })
            .collect();
        later.sort_by_key(|(from, _)| *from);

        let mut instances = vec![(event.start.clone(), event.length)];
        if let Some(rule) = &event.rule {
            let walls = rule.expand(event.start.wall, self.wall_window(EVENT_DAYS_MAX), &mut self.budget)?;
            // The start is an instance whether the rule says so or not, but only one (RFC 5545 §3.8.5.3).
            let walls = walls.into_iter().filter(|wall| *wall != event.start.wall);
            instances.extend(walls.map(|wall| {
                let moment = Moment { wall, ..event.start.clone() };
                (moment, event.length)
            }));
        }
        self.budget.spend(u32::try_from(event.extra.len()).unwrap_or(u32::MAX))?;
        let extra = event.extra.iter();
        instances.extend(extra.map(|(moment, own)| (moment.clone(), own.unwrap_or(event.length))));

        for (moment, length) in instances {
            let Some(at) = moment.utc() else {
                continue;
            };
            if gone.holds(&moment, at) {
                continue;
            }
            match later[..later.partition_point(|(from, _)| *from < at)].last() {
                None => self.add(length.from(moment.wall, &moment.zone)),
                Some((from, change)) if change.takes_time => {
                    let moved = shifted(at, change, *from);
                    self.add(moved.and_then(|wall| change.length.from(wall, &change.start.zone)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn free_busy(&mut self, component: &ICalendarComponent, zones: &Zones) {
        for entry in &component.entries {
            let free = entry.params.iter().any(|parameter| {
                parameter.name == ICalendarParameterName::Fbtype
                    && parameter.value == ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::Free)
            });
            if entry.name != ICalendarProperty::Freebusy || free {
                continue;
            }
            for value in &entry.values {
                let period = match value {
                    ICalendarValue::Period(period) => period_of(entry, period, zones),
                    _ => None,
                };
                match period {
                    Some((start, length)) => self.add(length.from(start.wall, &start.zone)),
                    None => self.not_understood += 1,
                }
            }
        }
    }

    /// Keeps the part within the window.
    fn add(&mut self, interval: Option<Interval>) {
        let Some(Interval { start, end }) = interval else {
            return;
        };
        let (start, end) = (start.max(self.window.start), end.min(self.window.end));
        if start < end {
            self.found.push(Interval { start, end });
        }
    }

    /// The window on any wall clock of the world, begun `days_before` earlier.
    fn wall_window(&self, days_before: i64) -> (DateTime, DateTime) {
        let from = TimeZone::UTC.to_datetime(self.window.start);
        let to = TimeZone::UTC.to_datetime(self.window.end);
        (from.saturating_sub(Span::new().days(days_before + 2)), to.saturating_add(Span::new().days(2)))
    }
}

/// The instances of a series that are excluded, or written on their own.
struct Gone {
    at: Vec<Timestamp>,
    /// Some programs name the day instead of the instant.
    on: Vec<Date>,
}

impl Gone {
    fn of(event: &Event, changes: &[Event]) -> Self {
        let replaced = changes.iter().filter_map(|change| change.replaces.as_ref());
        let moments = event.excluded.iter().chain(replaced.map(|replaces| &replaces.instance));
        let mut gone = Self { at: Vec::new(), on: Vec::new() };
        for moment in moments {
            if moment.date_only && !event.start.date_only {
                gone.on.push(moment.wall.date());
            } else {
                gone.at.extend(moment.utc());
            }
        }
        gone.at.sort_unstable();
        gone.on.sort_unstable();
        gone
    }

    fn holds(&self, instance: &Moment, at: Timestamp) -> bool {
        self.at.binary_search(&at).is_ok() || self.on.binary_search(&instance.wall.date()).is_ok()
    }
}

/// Where a later instance lies after a change "this and future" (RFC 5545 §3.2.13): moved on the wall clock as far as
/// the changed instance was.
fn shifted(at: Timestamp, change: &Event, replaced: Timestamp) -> Option<DateTime> {
    let zone = &change.start.zone;
    let moved = change.start.wall.duration_since(zone.to_wall(replaced));
    zone.to_wall(at).checked_add(moved).ok()
}

fn merge(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut merged: Vec<Interval> = Vec::new();
    for next in intervals {
        match merged.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => merged.push(next),
        }
    }
    merged
}
