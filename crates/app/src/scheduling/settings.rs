//! What a specialist sets: the whole of it as one document, and what may be wrong with it.

use domain::{
    scheduling::SpecialistAvailability,
    time::{Date, WallTime, local_date},
};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    schedule::{availability, weekday},
    sql::{HoursRow, LeaveRow, OverrideRow, RuleRow, ScheduleRow, TravelRow},
};
use crate::kernel::{
    error::{Error, Result},
    validation::{Checks, params},
};

const RULES_MAX: usize = 50;
const OVERRIDES_MAX: usize = 400;
const HOURS_PER_DATE_MAX: usize = 12;
const PERIODS_MAX: usize = 40;
/// The longest leave, in days.
const LEAVE_MAX: i32 = 366;
/// How far back and ahead dates may lie, in days.
const BACK_MAX: i32 = 400;
const AHEAD_MAX: i32 = 1100;
/// What lies further back than this is forgotten at the next saving, in days. Not at once: limits count the current week.
const KEPT: i32 = 31;

/// Everything that a specialist sets about time. Dates are `YYYY-MM-DD`, times `HH:MM` of the clock on the wall, zones IANA names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleSettings {
    /// As it was read; 0 if nothing was set yet. Saving over a newer one is refused.
    pub version: i64,
    pub time_zone: String,
    /// Hours that repeat weekly. At most 50.
    pub rules: Vec<ScheduleRule>,
    /// Dates with their own hours, or closed. At most 400.
    #[serde(default)]
    pub overrides: Vec<ScheduleOverride>,
    /// Closed from date to date. At most 40.
    #[serde(default)]
    pub leaves: Vec<ScheduleLeave>,
    /// Dates on which the hours are meant in another zone. At most 40.
    #[serde(default)]
    pub travel: Vec<ScheduleTravel>,
    /// Minutes kept free before each consultation, 0 to 240.
    pub buffer_before_min: i32,
    /// Minutes kept free after each consultation, 0 to 240.
    pub buffer_after_min: i32,
    /// Nobody can book sooner than this many minutes from now, 0 to 43200.
    pub min_notice_min: i32,
    /// Nobody can book later than this many days from now, 1 to 180.
    pub rolling_days: i32,
    /// Consultations a day, 1 to 48.
    pub max_per_day: Option<i32>,
    /// Consultations a week, 1 to 200.
    pub max_per_week: Option<i32>,
    /// Minutes of consultations a day, 15 to 1440.
    pub max_minutes_per_day: Option<i32>,
}

/// Hours on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleRule {
    /// `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`.
    pub days: Vec<String>,
    #[serde(flatten)]
    pub hours: ScheduleHours,
}

/// From when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleHours {
    pub start: String,
    /// `24:00` is the end of the day.
    pub end: String,
    /// 1 if the end is meant on the next day.
    #[serde(default)]
    pub end_day_offset: i32,
}

/// A date with its own hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleOverride {
    pub date: String,
    /// None: closed. At most 12.
    pub intervals: Vec<ScheduleHours>,
}

/// Closed dates, both inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleLeave {
    pub from_date: String,
    pub to_date: String,
}

/// Dates in another zone, both inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleTravel {
    pub from_date: String,
    /// Absent while the return is open.
    pub to_date: Option<String>,
    pub time_zone: String,
}

/// Settings without a fault, as they are stored.
#[derive(Debug)]
pub(super) struct Sound {
    pub rules: Vec<RuleRow>,
    pub overrides: Vec<OverrideRow>,
    pub leaves: Vec<LeaveRow>,
    pub travel: Vec<TravelRow>,
    /// The hours alone.
    pub availability: SpecialistAvailability,
}

impl ScheduleSettings {
    /// What somebody begins with who has set nothing.
    pub(super) fn unset(time_zone: &str) -> Self {
        Self {
            version: 0,
            time_zone: time_zone.to_owned(),
            rules: Vec::new(),
            overrides: Vec::new(),
            leaves: Vec::new(),
            travel: Vec::new(),
            buffer_before_min: 0,
            buffer_after_min: 10,
            min_notice_min: 120,
            rolling_days: 30,
            max_per_day: None,
            max_per_week: None,
            max_minutes_per_day: None,
        }
    }

    /// Checks every field, and gives what is to be stored: dates long past are left out.
    pub(super) fn check(&self, now: Timestamp) -> Result<Sound> {
        let mut checks = Checks::new();
        checks.time_zone(&self.time_zone, "/time_zone");
        let limits = [
            (Some(self.buffer_before_min), 0, 240, "/buffer_before_min"),
            (Some(self.buffer_after_min), 0, 240, "/buffer_after_min"),
            (Some(self.min_notice_min), 0, 43_200, "/min_notice_min"),
            (Some(self.rolling_days), 1, 180, "/rolling_days"),
            (self.max_per_day, 1, 48, "/max_per_day"),
            (self.max_per_week, 1, 200, "/max_per_week"),
            (self.max_minutes_per_day, 15, 1440, "/max_minutes_per_day"),
        ];
        for (value, min, max, pointer) in limits {
            if let Some(value) = value {
                checks.range(value.into(), min, max, pointer);
            }
        }
        let zone = domain::time::Zone::parse(&self.time_zone).unwrap_or(domain::time::Zone::UTC);
        let mut reading = Reading { checks, today: local_date(&zone, now) };
        let rules = reading.rules(&self.rules);
        let overrides = reading.overrides(&self.overrides);
        let leaves = reading.leaves(&self.leaves);
        let travel = reading.travel(&self.travel);
        reading.checks.done()?;
        let oldest = reading.days_from_today(-KEPT);
        let mut sound =
            Sound { availability: availability(&self.time_zone, &rules, &overrides, &leaves, &travel)?, rules, overrides, leaves, travel };
        sound.overrides.retain(|o| o.date >= oldest);
        sound.leaves.retain(|l| l.to_date >= oldest);
        sound.travel.retain(|t| t.to_date.is_none_or(|to| to >= oldest));
        Ok(sound)
    }
}

/// Reads the lists, noting every fault.
struct Reading {
    checks: Checks,
    today: Date,
}

impl Reading {
    fn days_from_today(&self, days: i32) -> Date {
        self.today.saturating_add(days.days())
    }

    fn at_most(&mut self, count: usize, max: usize, pointer: &str) -> bool {
        self.checks.that_with(count <= max, pointer, "too_many", params([("max", max.into())]));
        count <= max
    }

    fn rules(&mut self, rules: &[ScheduleRule]) -> Vec<RuleRow> {
        if !self.at_most(rules.len(), RULES_MAX, "/rules") {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            let pointer = format!("/rules/{i}");
            let days = format!("{pointer}/days");
            self.checks.that(!rule.days.is_empty(), &days, "required");
            let are_known = rule.days.len() <= 7 && rule.days.iter().all(|day| weekday(day).is_some());
            self.checks.that(are_known, &days, "not_a_choice");
            if self.hours(&rule.hours, &pointer) {
                let ScheduleHours { start, end, end_day_offset } = rule.hours.clone();
                rows.push(RuleRow { days: rule.days.clone(), start_time: start, end_time: end, end_day_offset });
            }
        }
        rows
    }

    /// Whether the hours are hours: up to a day long, and not empty, which nobody means.
    fn hours(&mut self, hours: &ScheduleHours, pointer: &str) -> bool {
        let (start, end) = (hours.start.parse::<WallTime>().ok(), hours.end.parse::<WallTime>().ok());
        let starts_within_day = start.filter(|s| *s < WallTime::END_OF_DAY);
        self.checks.that(starts_within_day.is_some(), &format!("{pointer}/start"), "not_a_time");
        self.checks.that(end.is_some(), &format!("{pointer}/end"), "not_a_time");
        self.checks.range(hours.end_day_offset.into(), 0, 1, &format!("{pointer}/end_day_offset"));
        let (Some(start), Some(end)) = (starts_within_day, end) else { return false };
        match hours.end_day_offset {
            0 => self.checks.that(start < end, &format!("{pointer}/end"), "ends_before_start"),
            _ => self.checks.that(end <= start, &format!("{pointer}/end"), "longer_than_a_day"),
        };
        true
    }

    fn overrides(&mut self, overrides: &[ScheduleOverride]) -> Vec<OverrideRow> {
        if !self.at_most(overrides.len(), OVERRIDES_MAX, "/overrides") {
            return Vec::new();
        }
        let mut rows: Vec<OverrideRow> = Vec::new();
        for (i, entry) in overrides.iter().enumerate() {
            let pointer = format!("/overrides/{i}");
            let date = self.date(&entry.date, &format!("{pointer}/date"));
            let are_few = self.at_most(entry.intervals.len(), HOURS_PER_DATE_MAX, &format!("{pointer}/intervals"));
            let mut intervals = Vec::new();
            for (j, hours) in entry.intervals.iter().enumerate().filter(|_| are_few) {
                if self.hours(hours, &format!("{pointer}/intervals/{j}")) {
                    let ScheduleHours { start, end, end_day_offset } = hours.clone();
                    intervals.push(HoursRow { start, end, end_day_offset });
                }
            }
            if let Some(date) = date {
                self.checks.that(!rows.iter().any(|row| row.date == date), &format!("{pointer}/date"), "date_twice");
                rows.push(OverrideRow { date, intervals });
            }
        }
        rows
    }

    fn leaves(&mut self, leaves: &[ScheduleLeave]) -> Vec<LeaveRow> {
        if !self.at_most(leaves.len(), PERIODS_MAX, "/leaves") {
            return Vec::new();
        }
        let mut rows: Vec<LeaveRow> = Vec::new();
        for (i, leave) in leaves.iter().enumerate() {
            let pointer = format!("/leaves/{i}");
            let (from, to) =
                (self.date(&leave.from_date, &format!("{pointer}/from_date")), self.date(&leave.to_date, &format!("{pointer}/to_date")));
            let (Some(from_date), Some(to_date)) = (from, to) else { continue };
            self.checks.that(from_date <= to_date, &format!("{pointer}/to_date"), "ends_before_start");
            let is_short = from_date.saturating_add(LEAVE_MAX.days()) > to_date;
            self.checks.that_with(is_short, &format!("{pointer}/to_date"), "leave_too_long", params([("max", LEAVE_MAX.into())]));
            let overlaps = rows.iter().any(|row| row.from_date <= to_date && from_date <= row.to_date);
            self.checks.that(!overlaps, &format!("{pointer}/from_date"), "overlaps");
            rows.push(LeaveRow { from_date, to_date });
        }
        rows
    }

    fn travel(&mut self, travel: &[ScheduleTravel]) -> Vec<TravelRow> {
        if !self.at_most(travel.len(), PERIODS_MAX, "/travel") {
            return Vec::new();
        }
        let mut rows: Vec<TravelRow> = Vec::new();
        for (i, journey) in travel.iter().enumerate() {
            let pointer = format!("/travel/{i}");
            self.checks.time_zone(&journey.time_zone, &format!("{pointer}/time_zone"));
            let from = self.date(&journey.from_date, &format!("{pointer}/from_date"));
            let to = journey.to_date.as_ref().map(|to| self.date(to, &format!("{pointer}/to_date")));
            let (Some(from_date), None | Some(Some(_))) = (from, to) else { continue };
            let to_date = to.flatten();
            self.checks.that(to_date.is_none_or(|to| from_date <= to), &format!("{pointer}/to_date"), "ends_before_start");
            let last = to_date.unwrap_or(Date::MAX);
            let overlaps = rows.iter().any(|row| row.from_date <= last && from_date <= row.to_date.unwrap_or(Date::MAX));
            self.checks.that(!overlaps, &format!("{pointer}/from_date"), "overlaps");
            rows.push(TravelRow { from_date, to_date, time_zone: journey.time_zone.clone() });
        }
        rows
    }

    fn date(&mut self, text: &str, pointer: &str) -> Option<Date> {
        // `YYYY-MM-DD` and nothing else: the parser would also take a date and time.
        let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
        self.checks.that(date.is_some(), pointer, "not_a_date");
        let date = date?;
        let is_near = (self.days_from_today(-BACK_MAX)..=self.days_from_today(AHEAD_MAX)).contains(&date);
        self.checks.that(is_near, pointer, "date_too_far");
        is_near.then_some(date)
    }
}

impl From<&ScheduleRow> for ScheduleSettings {
    fn from(row: &ScheduleRow) -> Self {
        let hours = |h: &HoursRow| ScheduleHours { start: h.start.clone(), end: h.end.clone(), end_day_offset: h.end_day_offset };
        Self {
            version: row.version,
            time_zone: row.time_zone.clone(),
            rules: (row.rules.iter())
                .map(|r| ScheduleRule {
                    days: r.days.clone(),
                    hours: ScheduleHours { start: r.start_time.clone(), end: r.end_time.clone(), end_day_offset: r.end_day_offset },
                })
                .collect(),
            overrides: (row.overrides.iter())
                .map(|o| ScheduleOverride { date: o.date.to_string(), intervals: o.intervals.iter().map(hours).collect() })
                .collect(),
            leaves: (row.leaves.iter())
                .map(|l| ScheduleLeave { from_date: l.from_date.to_string(), to_date: l.to_date.to_string() })
                .collect(),
            travel: (row.travel.iter())
                .map(|t| ScheduleTravel {
                    from_date: t.from_date.to_string(),
                    to_date: t.to_date.map(|d| d.to_string()),
                    time_zone: t.time_zone.clone(),
                })
                .collect(),
            buffer_before_min: row.buffer_before_min,
            buffer_after_min: row.buffer_after_min,
            min_notice_min: row.min_notice_min,
            rolling_days: row.rolling_days,
            max_per_day: row.max_per_day,
            max_per_week: row.max_per_week,
            max_minutes_per_day: row.max_minutes_per_day,
        }
    }
}

/// The opening hours of what is stored.
pub(super) fn stored_hours(row: &ScheduleRow) -> Result<SpecialistAvailability, Error> {
    availability(&row.time_zone, &row.rules, &row.overrides, &row.leaves, &row.travel)
}
