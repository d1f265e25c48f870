//! From the wall clock of a feed to UTC: what its `TZID`s mean.

use std::{collections::HashMap, str::FromStr, sync::Arc};

use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty as P, ICalendarValue as V},
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use super::{
    recurrence::{Budget, Exhausted},
    rule,
};

/// A century with four changes a year has fewer.
const ONSETS_MAX: usize = 500;

/// How wall-clock time becomes UTC.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    /// A zone of the system's database, or a fixed offset.
    Known(TimeZone),
    /// A zone which the feed itself defines (VTIMEZONE): its changes of offset, ascending.
    Defined(Arc<[Onset]>),
}

/// A change of offset, in the wall-clock time before it (RFC 5545 §3.6.5).
#[derive(Debug, Clone, Copy)]
pub(super) struct Onset {
    at: DateTime,
    before: Offset,
    after: Offset,
}

impl Zone {
    pub(super) fn to_utc(&self, wall: DateTime) -> Option<Timestamp> {
        match self {
            Self::Known(zone) => zone.to_ambiguous_timestamp(wall).compatible().ok(),
            Self::Defined(onsets) => {
                let passed = onsets.partition_point(|onset| onset.at <= wall);
                let offset = match passed.checked_sub(1) {
                    Some(last) => onsets.get(last)?.after,
                    None => onsets.first()?.before,
                };
                offset.to_timestamp(wall).ok()
            }
        }
    }

    pub(super) fn to_wall(&self, at: Timestamp) -> DateTime {
        match self {
            Self::Known(zone) => zone.to_datetime(at),
            Self::Defined(onsets) => {
                let passed = onsets.iter().rfind(|onset| onset.before.to_timestamp(onset.at).is_ok_and(|onset| onset <= at));
                let offset = passed.map_or_else(|| onsets.first().map_or(Offset::UTC, |first| first.before), |onset| onset.after);
                offset.to_datetime(at)
            }
        }
    }
}

/// The zones of one feed.
#[derive(Debug)]
pub(super) struct Zones {
    by_id: HashMap<String, Zone>,
    /// For floating times and unknown names: the zone of the calendar's owner.
    owner: Zone,
}

impl Zones {
    /// Reads the feed's VTIMEZONEs, as far as the years around `window` need them.
    pub(super) fn read(
        calendar: &ICalendar,
        owner: TimeZone,
        window: (DateTime, DateTime),
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        let mut by_id = HashMap::new();
        for definition in calendar.timezones() {
            let Some(V::Text(id)) = first(definition, &P::Tzid) else {
                continue;
            };
            let zone = match database(id) {
                Some(zone) => Some(Zone::Known(zone)),
                // The definition before the table of Windows names: Windows and its names lag behind the law, and one
                // name has meant different offsets over the years; the definition says what the sender's clock shows.
                None => defined(calendar, definition, window, budget)?.or_else(|| windows(id).map(Zone::Known)),
            };
            if let Some(zone) = zone {
                by_id.insert(id.clone(), zone);
            }
        }
        Ok(Self { by_id, owner: Zone::Known(owner) })
    }

    pub(super) fn owner(&self) -> &Zone {
        &self.owner
    }

    /// The zone which `id` names, or the owner's if nobody knows it.
    pub(super) fn named(&self, id: &str) -> Zone {
        self.by_id.get(id).cloned().unwrap_or_else(|| database(id).or_else(|| windows(id)).map_or_else(|| self.owner.clone(), Zone::Known))
    }
}

/// The system's zone database. The name comes from a stranger, and the database is a folder of files.
fn database(id: &str) -> Option<TimeZone> {
    let sane = |c: char| c.is_ascii_alphanumeric() || "_-+/".contains(c);
    (id.chars().all(sane) && !id.starts_with('/')).then(|| TimeZone::get(id).ok()).flatten()
}

/// Names of Windows and other programs.
fn windows(id: &str) -> Option<TimeZone> {
    // Windows kept UTC+6 under this name when Almaty left it for UTC+5 in March 2024; the table still says Almaty.
    if id == "Central Asia Standard Time" {
        return TimeZone::get("Asia/Bishkek").ok();
    }
    let Tz::Tz(zone) = Tz::from_str(id).ok()? else {
        return None;
    };
    TimeZone::get(zone.name()).ok()
}

/// Evaluates a VTIMEZONE.
fn defined(
    calendar: &ICalendar,
    definition: &ICalendarComponent,
    (from, to): (DateTime, DateTime),
    budget: &mut Budget,
) -> Result<Option<Zone>, Exhausted> {
    // The onset in force at the window's start may lie almost a year before it.
    let early = from.checked_sub(jiff::Span::new().days(400)).unwrap_or(from);
    let mut onsets = Vec::new();
    let components = &definition.component_ids;
    for part in components.iter().filter_map(|id| calendar.components.get(*id as usize)) {
        let observance = matches!(part.component_type, ICalendarComponentType::Standard | ICalendarComponentType::Daylight);
        let (Some(V::PartialDateTime(start)), Some(before), Some(after)) =
            (first(part, &P::Dtstart), first(part, &P::Tzoffsetfrom).and_then(offset), first(part, &P::Tzoffsetto).and_then(offset))
        else {
            continue;
        };
        let Some(start) = wall(start).filter(|_| observance) else {
            continue;
        };
        let mut add = |at| onsets.push(Onset { at, before, after });
        add(start);
        if let Some(V::RecurrenceRule(written)) = first(part, &P::Rrule) {
            let until = |at: &PartialDateTime| rule::until(at, |utc| before.to_datetime(utc));
            if let Some(rule) = rule::read(written, start, until) {
                rule.expand(start, (early, to), budget)?.into_iter().for_each(&mut add);
            }
        }
        for entry in part.entries.iter().filter(|entry| entry.name == P::Rdate) {
            budget.spend(u32::try_from(entry.values.len()).unwrap_or(u32::MAX))?;
            for value in &entry.values {
                if let V::PartialDateTime(at) = value {
                    wall(at).into_iter().for_each(&mut add);
                }
            }
        }
    }
    if onsets.len() > ONSETS_MAX {
        return Err(Exhausted);
    }
    onsets.sort_by_key(|onset| onset.at);
    Ok((!onsets.is_empty()).then(|| Zone::Defined(onsets.into())))
}

fn first<'a>(component: &'a ICalendarComponent, name: &P) -> Option<&'a V> {
    component.entries.iter().find(|entry| entry.name == *name)?.values.first()
}

fn offset(value: &V) -> Option<Offset> {
    let V::PartialDateTime(value) = value else {
        return None;
    };
    zone_offset(value)
}

/// The offset written in a time: `Z`, or `+0500` of a TZOFFSETTO.
pub(super) fn zone_offset(value: &PartialDateTime) -> Option<Offset> {
    let minutes = i32::from(value.tz_hour?) * 60 + i32::from(value.tz_minute.unwrap_or(0));
    let seconds = minutes * 60;
    Offset::from_seconds(if value.tz_minus { -seconds } else { seconds }).ok()
}

/// The wall-clock time of a value; a date is its midnight.
pub(super) fn wall(value: &PartialDateTime) -> Option<DateTime> {
    let number = |part: Option<u8>| i8::try_from(part.unwrap_or(0)).ok();
    let date = Date::new(i16::try_from(value.year?).ok()?, number(value.month)?, number(value.day)?);
    // 60 is a leap second (RFC 5545 §3.3.12), which the civil calendar does not have.
    let second = number(value.second)?.min(59);
    let time = Time::new(number(value.hour)?, number(value.minute)?, second, 0);
    Some(date.ok()?.to_datetime(time.ok()?))
}
