//! Why a start is or is not offered, in a person's words.

use domain::{
    ids::CategoryId,
    scheduling::{self, BusyKind, Explanation, Reason, Source},
    text::Locale,
    time::{Date, Zone, offset_sec},
};
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schedule::Schedule;
use crate::kernel::{
    error::{Error, Result},
    messages,
    validation::params,
};

/// Why a start is or is not offered.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartExplained {
    pub start: String,
    /// The zone in which the words name times.
    pub time_zone: String,
    pub is_offered: bool,
    /// All that decided, the first the one that decides first.
    pub reasons: Vec<WhyStart>,
}

/// One thing that decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyStart {
    /// Stable: `offered`, `not_published`, `closed`, `closed_own_hours`, `leave`, `ends_after_closing`, `booking`, `external`, `buffer`, `notice`,
    /// `horizon`, `day_limit`, `week_limit`, `minutes_limit`, `alignment`.
    pub code: &'static str,
    /// The same in words, with local times.
    pub text: String,
}

/// Explains `start` for a consultation of `length_min` minutes, or the category's first length.
pub fn explain(
    schedule: &Schedule,
    category: CategoryId,
    length_min: Option<u16>,
    start: Timestamp,
    now: Timestamp,
    locale: Locale,
) -> Result<StartExplained> {
    let offer = schedule.offer(category).ok_or_else(|| Error::field("?category", "not_offered"))?;
    let length = length_min.or_else(|| offer.lengths_min.first().copied()).unwrap_or_default();
    let rules = schedule.rules_of(offer, length).ok_or_else(|| Error::field("?length", "not_offered"))?;
    let found = scheduling::explain(&schedule.availability, &rules, now, start);
    let zone = schedule.availability.zone_at(start).clone();
    let speaker = Speaker { schedule, zone, locale };
    let mut reasons: Vec<_> = found.reasons.iter().map(|reason| speaker.reason(reason)).collect();
    if !schedule.is_published {
        reasons.insert(0, speaker.say("not_published", Map::new()));
    }
    let is_offered = reasons.is_empty();
    if is_offered {
        reasons.push(speaker.offered(&found));
    }
    Ok(StartExplained { start: start.to_string(), time_zone: speaker.zone.name().to_owned(), is_offered, reasons })
}

struct Speaker<'a> {
    schedule: &'a Schedule,
    zone: Zone,
    locale: Locale,
}

impl Speaker<'_> {
    fn say(&self, code: &'static str, values: Map<String, Value>) -> WhyStart {
        WhyStart { code, text: messages::text(self.locale, &format!("schedule.{code}"), &values) }
    }

    fn offered(&self, found: &Explanation) -> WhyStart {
        let hours = found.opened_by.first();
        let (code, from, to) = match hours {
            Some(opened) => {
                let code = if matches!(opened.source, Source::Override(..)) { "offered_own_hours" } else { "offered" };
                (code, self.moment(opened.hours.start), self.moment(opened.hours.end))
            }
            None => ("offered", String::new(), String::new()),
        };
        self.say(code, params([("from", from.into()), ("to", to.into())]))
    }

    fn reason(&self, reason: &Reason) -> WhyStart {
        match reason {
            Reason::Closed { date, overridden_by, .. } => {
                let is_leave = self.schedule.leaves.iter().any(|(first, last)| first <= date && date <= last);
                let code = match (is_leave, overridden_by) {
                    (true, _) => "leave",
                    (false, Some(_)) => "closed_own_hours",
                    (false, None) => "closed",
                };
                self.say(code, params([("date", self.date(*date).into())]))
            }
            Reason::EndsAfterClosing { closes, .. } => self.say("ends_after_closing", params([("time", self.moment(*closes).into())])),
            Reason::Busy { kind, period, .. } => {
                let code = if *kind == BusyKind::Booking { "booking" } else { "external" };
                self.say(code, params([("from", self.moment(period.start).into()), ("to", self.moment(period.end).into())]))
            }
            Reason::Buffer { period, kept_free, .. } => {
                let values = [
                    ("from", self.moment(period.start).into()),
                    ("to", self.moment(period.end).into()),
                    ("free_from", self.moment(kept_free.start).into()),
                    ("free_to", self.moment(kept_free.end).into()),
                ];
                self.say("buffer", params(values))
            }
            Reason::Notice { earliest } => self.say("notice", params([("time", self.moment(*earliest).into())])),
            Reason::Horizon { first, last, .. } => {
                self.say("horizon", params([("first", self.date(*first).into()), ("last", self.date(*last).into())]))
            }
            Reason::DayLimit { date, bookings } => {
                self.say("day_limit", params([("date", self.date(*date).into()), ("count", (*bookings).into())]))
            }
            Reason::WeekLimit { week, bookings } => {
                let monday = week.monday().map(|date| self.date(date)).unwrap_or_default();
                self.say("week_limit", params([("date", monday.into()), ("count", (*bookings).into())]))
            }
            Reason::MinutesLimit { date, booked_min } => {
                self.say("minutes_limit", params([("date", self.date(*date).into()), ("count", (*booked_min).into())]))
            }
            Reason::Alignment { previous, next, .. } => {
                let near: Vec<_> = previous.iter().chain(next).map(|at| self.moment(*at)).collect();
                self.say("alignment", params([("times", near.join(" · ").into())]))
            }
        }
    }

    /// Date and time where the specialist then is.
    fn moment(&self, at: Timestamp) -> String {
        let local = civil(&self.zone, at);
        format!("{} {:02}:{:02}", self.date(local.date()), local.hour(), local.minute())
    }

    fn date(&self, date: Date) -> String {
        match self.locale {
            Locale::Ru | Locale::Kk => date.strftime("%d.%m.%Y").to_string(),
            Locale::En => date.strftime("%-d %b %Y").to_string(),
        }
    }
}

/// What the clocks of `zone` show.
fn civil(zone: &Zone, at: Timestamp) -> DateTime {
    let seconds = i32::try_from(offset_sec(zone, at)).unwrap_or(0);
    Offset::from_seconds(seconds).unwrap_or(Offset::UTC).to_datetime(at)
}
