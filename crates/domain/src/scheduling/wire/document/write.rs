//! From the checked types to the document.

use super::*;

impl From<&Request> for Document {
    fn from(request: &Request) -> Self {
        let rules = &request.rules;
        let Limits { max_per_day, max_per_week, max_minutes_per_day } = rules.limits;
        Self {
            mode: Some(request.mode.into()),
            specialists: all(&request.specialists),
            length_min: Number(rules.length.get().into()),
            interval_min: Number(rules.interval.get().into()),
            buffer_before_min: Some(Number(rules.buffer_before_min)),
            buffer_after_min: Some(Number(rules.buffer_after_min)),
            buffer_policy: Some(rules.buffer_policy.into()),
            min_notice_min: Some(Number(rules.min_notice_min)),
            rolling_days: rules.rolling_days.map(Number),
            limits: Some(LimitsEntry {
                max_per_day: max_per_day.map(Number),
                max_per_week: max_per_week.map(Number),
                max_minutes_per_day: max_minutes_per_day.map(Number),
            }),
            alignment: Some(rules.alignment.into()),
            window: WindowEntry { from: Instant(request.window.from()), to: Instant(request.window.to()) },
            viewer_time_zone: ZoneName(request.viewer.clone()),
            now: Instant(request.now),
        }
    }
}

impl From<&SpecialistAvailability> for SpecialistEntry {
    fn from(specialist: &SpecialistAvailability) -> Self {
        Self {
            time_zone: ZoneName(specialist.zone.clone()),
            rules: all(&specialist.rules),
            overrides: Some(all(&specialist.overrides)),
            travel: Some(all(&specialist.travel)),
            busy: Some(all(&specialist.busy)),
        }
    }
}

impl From<&WeeklyRule> for RuleEntry {
    fn from(rule: &WeeklyRule) -> Self {
        let HoursEntry { start, end, end_day_offset } = HoursEntry::from(&rule.hours);
        let week = Weekday::Monday.cycle_forward().take(7);
        let days = week.filter(|day| rule.days.contains(*day)).map(DayName::from).collect();
        Self { days, start, end, end_day_offset }
    }
}

impl From<&Hours> for HoursEntry {
    fn from(hours: &Hours) -> Self {
        let end_day_offset = Some(Number(hours.ends_next_day.into()));
        Self { start: StartTime(hours.start), end: EndTime(hours.end), end_day_offset }
    }
}

impl From<&DateOverride> for OverrideEntry {
    fn from(entry: &DateOverride) -> Self {
        Self { date: LocalDate(entry.date), intervals: all(&entry.hours) }
    }
}

impl From<&Travel> for TravelEntry {
    fn from(travel: &Travel) -> Self {
        Self { from_date: LocalDate(travel.from), to_date: travel.to.map(LocalDate), time_zone: ZoneName(travel.zone.clone()) }
    }
}

impl From<&Busy> for BusyEntry {
    fn from(busy: &Busy) -> Self {
        Self {
            start: Instant(busy.start),
            end: Instant(busy.end),
            kind: Some(busy.kind.into()),
            own_buffer_before_min: Some(Number(busy.own_buffer_before_min)),
            own_buffer_after_min: Some(Number(busy.own_buffer_after_min)),
        }
    }
}
