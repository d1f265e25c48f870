//! A question to the calculator that reads as prose, checked in every way there is.

use domain::scheduling::index::{Ask as IndexAsk, Row};
use domain::scheduling::{
    Alignment, BufferPolicy, Busy, BusyKind, DateOverride, Hours, SlotMinutes, SlotRules, SpecialistAvailability, Travel, WeeklyRule,
    Window, explain, is_offered, slots,
};
use domain::time::{Timestamp, Weekday, Zone};

use crate::naive;

/// One specialist, one kind of consultation, one window.
#[derive(Clone, Debug)]
pub struct Ask {
    pub specialist: SpecialistAvailability,
    pub rules: SlotRules,
    pub window: Window,
    pub now: Timestamp,
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| format!("{text}Z").parse().unwrap())
}

pub fn minutes(minutes: u16) -> SlotMinutes {
    SlotMinutes::new(minutes).unwrap()
}

/// `09:00-17:30`, or `22:00-02:00+1` for an end on the next date.
pub fn hours(text: &str) -> Hours {
    let (text, ends_next_day) = text.strip_suffix("+1").map_or((text, false), |rest| (rest, true));
    let (start, end) = text.split_once('-').unwrap();
    Hours { start: start.parse().unwrap(), end: end.parse().unwrap(), ends_next_day }
}

fn weekday(text: &str) -> Weekday {
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let offset = week.iter().position(|day| *day == text).unwrap();
    Weekday::from_monday_zero_offset(offset as i8).unwrap()
}

/// A specialist of `zone` without any hours.
pub fn specialist(zone: &str) -> SpecialistAvailability {
    SpecialistAvailability { zone: Zone::parse(zone).unwrap(), rules: vec![], overrides: vec![], travel: vec![], busy: vec![] }
}

/// A specialist of `zone`; 60 minutes every 60; the week of Monday 14 December 2026; asked two weeks before.
pub fn ask(zone: &str) -> Ask {
    Ask {
        specialist: specialist(zone),
        rules: SlotRules::new(minutes(60), minutes(60)),
        window: Window::new(at("2026-12-14T00:00"), at("2026-12-21T00:00")).unwrap(),
        now: at("2026-12-01T00:00"),
    }
}

impl Ask {
    /// `days` as in `mon wed fri`, or `daily`.
    pub fn rule(mut self, days: &str, text: &str) -> Self {
        let days = if days == "daily" { "mon tue wed thu fri sat sun" } else { days };
        let days = days.split_whitespace().map(weekday).collect();
        self.specialist.rules.push(WeeklyRule { days, hours: hours(text) });
        self
    }

    pub fn on(mut self, date: &str, intervals: &[&str]) -> Self {
        let hours = intervals.iter().map(|text| hours(text)).collect();
        self.specialist.overrides.push(DateOverride { date: date.parse().unwrap(), hours });
        self
    }

    pub fn travel(mut self, from: &str, to: Option<&str>, zone: &str) -> Self {
        let to = to.map(|to| to.parse().unwrap());
        let zone = Zone::parse(zone).unwrap();
        self.specialist.travel.push(Travel { from: from.parse().unwrap(), to, zone });
        self
    }

    fn add_busy(mut self, start: &str, end: &str, kind: BusyKind, own: (u32, u32)) -> Self {
        self.specialist.busy.push(Busy { start: at(start), end: at(end), kind, own_buffer_before_min: own.0, own_buffer_after_min: own.1 });
        self
    }

    pub fn booked(self, start: &str, end: &str) -> Self {
        self.add_busy(start, end, BusyKind::Booking, (0, 0))
    }

    pub fn booked_with_buffers(self, start: &str, end: &str, before: u32, after: u32) -> Self {
        self.add_busy(start, end, BusyKind::Booking, (before, after))
    }

    pub fn external(self, start: &str, end: &str) -> Self {
        self.add_busy(start, end, BusyKind::External, (0, 0))
    }

    pub fn length(mut self, length: u16) -> Self {
        self.rules.length = minutes(length);
        self
    }

    pub fn every(mut self, interval: u16) -> Self {
        self.rules.interval = minutes(interval);
        self
    }

    pub fn buffers(mut self, policy: BufferPolicy, before: u32, after: u32) -> Self {
        self.rules.buffer_policy = policy;
        self.rules.buffer_before_min = before;
        self.rules.buffer_after_min = after;
        self
    }

    pub fn aligned(mut self, alignment: Alignment) -> Self {
        self.rules.alignment = alignment;
        self
    }

    pub fn notice(mut self, minutes: u32) -> Self {
        self.rules.min_notice_min = minutes;
        self
    }

    pub fn rolling(mut self, days: u32) -> Self {
        self.rules.rolling_days = Some(days);
        self
    }

    pub fn limits(mut self, day: Option<u32>, week: Option<u32>, minutes: Option<u32>) -> Self {
        self.rules.limits.max_per_day = day;
        self.rules.limits.max_per_week = week;
        self.rules.limits.max_minutes_per_day = minutes;
        self
    }

    pub fn window(mut self, from: &str, to: &str) -> Self {
        self.window = Window::new(at(from), at(to)).unwrap();
        self
    }

    pub fn now(mut self, now: &str) -> Self {
        self.now = at(now);
        self
    }

    pub fn starts(&self) -> Vec<Timestamp> {
        slots(&self.specialist, &self.rules, self.window, self.now)
    }

    /// The same question, to the reference; none if the reference cannot say.
    pub fn naive_starts(&self) -> Option<Vec<Timestamp>> {
        naive::slots(&self.specialist, &self.rules, self.window, self.now)
    }

    /// The same question, to a row of the index.
    pub fn index_starts(&self) -> Vec<Timestamp> {
        let row = Row::build(&self.specialist, &self.rules, self.window);
        row.starts(IndexAsk { within: &[self.window], now: self.now }).collect()
    }

    /// Whether the single check and the explanation say the same about `start`: offered or not.
    #[track_caller]
    pub fn agrees_about(&self, start: Timestamp, offered: bool) {
        let single = is_offered(&self.specialist, &self.rules, self.now, start);
        let explained = explain(&self.specialist, &self.rules, self.now, start);
        assert_eq!((single, explained.is_offered()), (offered, offered), "{start} {explained:?}\n{self:#?}");
    }

    /// Asserts the starts, written as UTC without seconds: `14T06:00` in December 2026, or a whole instant.
    #[track_caller]
    pub fn offers(&self, expected: &[&str]) {
        let expected: Vec<_> =
            expected.iter().map(|text| if text.len() == "14T06:00".len() { at(&format!("2026-12-{text}")) } else { at(text) }).collect();
        let starts = self.starts();
        assert_eq!(starts, expected);
        assert_eq!(self.index_starts(), expected, "the index differs");
        if let Some(naive) = self.naive_starts() {
            assert_eq!(naive, expected, "the reference differs");
        }
        for start in starts {
            self.agrees_about(start, true);
        }
    }
}
