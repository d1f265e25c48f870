//! Schedules at random, around the dates at which clocks do something odd.

use domain::scheduling::{
    Alignment, BufferPolicy, Busy, BusyKind, DateOverride, Hours, Limits, SlotRules, SpecialistAvailability, Travel, WeeklyRule, Window,
};
use domain::time::{Date, Timestamp, WallTime, Weekday, Zone, instant_of};
use jiff::ToSpan as _;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::ask::{Ask, minutes};

/// Zones with a date near which their clocks, or their calendar, move.
pub const ODD_DATES: [(&str, &str); 14] = [
    ("Europe/Moscow", "2026-12-14"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2025-11-02"),
    ("Africa/Cairo", "2024-04-26"),
    ("Africa/Cairo", "2024-11-01"),
    ("America/Santiago", "2024-09-08"),
    ("Asia/Beirut", "2024-03-31"),
    ("Pacific/Apia", "2011-12-30"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Australia/Lord_Howe", "2024-10-06"),
    ("Africa/Casablanca", "2024-03-10"),
    ("Asia/Almaty", "2024-03-01"),
    ("Asia/Kathmandu", "2026-01-01"),
];

fn time(quantum: u16) -> impl Strategy<Value = WallTime> {
    (0..=1440 / quantum).prop_map(move |n| WallTime::from_minute_of_day(n * quantum).unwrap())
}

fn hours() -> impl Strategy<Value = Hours> {
    let quantum = prop::sample::select(vec![30, 30, 30, 15, 5, 1]);
    let ends = quantum.prop_flat_map(|quantum| (time(quantum), time(quantum), prop::bool::weighted(0.15)));
    ends.prop_map(|(start, end, ends_next_day)| {
        // A document cannot say that something starts at the end of a day.
        let start = if start == WallTime::END_OF_DAY { WallTime::MIDNIGHT } else { start };
        Hours { start, end, ends_next_day }
    })
}

fn rule() -> impl Strategy<Value = WeeklyRule> {
    let day = (0..7_i8).prop_map(|offset| Weekday::from_monday_zero_offset(offset).unwrap());
    (vec(day, 1..6), hours()).prop_map(|(days, hours)| WeeklyRule { days: days.into_iter().collect(), hours })
}

fn near(date: Date, days: i64) -> impl Strategy<Value = Date> {
    (-days..=days).prop_map(move |offset| date + offset.days())
}

fn travel(date: Date) -> impl Strategy<Value = Travel> {
    let zones = prop::sample::select(vec!["Asia/Almaty", "Asia/Kolkata", "America/New_York", "Pacific/Apia"]);
    (near(date, 4), prop::option::weighted(0.8, 0..4_i64), zones).prop_map(|(from, days, zone)| Travel {
        from,
        to: days.map(|days| from + days.days()),
        zone: Zone::parse(zone).unwrap(),
    })
}

fn instant_near(date: Date, quantum: i64) -> impl Strategy<Value = Timestamp> {
    let noon = instant_of(&Zone::UTC, date, WallTime::from_minute_of_day(720).unwrap());
    let days = 4 * 24 * 60 / quantum;
    (-days..=days).prop_map(move |n| noon + (n * quantum).minutes())
}

pub fn busy(date: Date) -> impl Strategy<Value = Busy> {
    let quantum = prop::sample::select(vec![30, 30, 10, 5, 1]);
    let start = quantum.prop_flat_map(move |quantum| instant_near(date, quantum));
    let kind = prop::sample::select(vec![BusyKind::Booking, BusyKind::External]);
    let own = prop::sample::select(vec![0, 0, 5, 10, 15, 40]);
    (start, 0..120_i64, kind, own.clone(), own).prop_map(|(start, length, kind, before, after)| Busy {
        start,
        end: start + length.minutes(),
        kind,
        own_buffer_before_min: before,
        own_buffer_after_min: after,
    })
}

fn slot_rules() -> impl Strategy<Value = SlotRules> {
    let alignments = [Alignment::WindowStart, Alignment::FreeStart, Alignment::FreeStartRounded];
    let buffer = || prop::sample::select(vec![0_u32, 0, 5, 10, 30]);
    let limit = |max| prop::option::weighted(0.25, 0..max);
    (
        (prop::sample::select(vec![50_u16, 50, 60, 30, 90, 25, 1440]), prop::sample::select(vec![30_u16, 15, 60, 50, 10, 7, 1])),
        (buffer(), buffer(), prop::bool::ANY),
        prop::sample::select(vec![0_u32, 30, 120, 1440, 61]),
        prop::option::weighted(0.3, 0..6_u32),
        (limit(4_u32), limit(6), prop::option::weighted(0.25, 0..300_u32)),
        prop::sample::select(alignments.to_vec()),
    )
        .prop_map(|((length, interval), (before, after, sum), notice, rolling_days, limits, alignment)| SlotRules {
            buffer_before_min: before,
            buffer_after_min: after,
            buffer_policy: if sum { BufferPolicy::Sum } else { BufferPolicy::Shared },
            min_notice_min: notice,
            rolling_days,
            limits: Limits { max_per_day: limits.0, max_per_week: limits.1, max_minutes_per_day: limits.2 },
            alignment,
            ..SlotRules::new(minutes(length), minutes(interval))
        })
}

fn specialist(zone: &'static str, date: Date) -> impl Strategy<Value = SpecialistAvailability> {
    let overrides = vec((near(date, 4), vec(hours(), 0..3)), 0..3);
    let travel = prop_oneof![4 => Just(vec![]), 1 => vec(travel(date), 1..3)];
    (vec(rule(), 0..5), overrides, travel, vec(busy(date), 0..7)).prop_map(move |(rules, overrides, travel, busy)| SpecialistAvailability {
        zone: Zone::parse(zone).unwrap(),
        rules,
        overrides: overrides.into_iter().map(|(date, hours)| DateOverride { date, hours }).collect(),
        travel,
        busy,
    })
}

/// Any question, in whole minutes, near one of [`ODD_DATES`].
pub fn any_ask() -> impl Strategy<Value = Ask> {
    prop::sample::select(ODD_DATES.to_vec()).prop_flat_map(|(zone, date)| {
        let date: Date = date.parse().unwrap();
        let window = (instant_near(date, 1), 1..5 * 24 * 60_i64);
        (specialist(zone, date), slot_rules(), window, instant_near(date, 1)).prop_map(|(specialist, rules, (from, length), now)| Ask {
            specialist,
            rules,
            window: Window::new(from, from + length.minutes()).unwrap(),
            now,
        })
    })
}
