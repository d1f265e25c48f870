//! Who is free, in memory: the index over many specialists, against the engine asked one specialist after the other.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use domain::{
    scheduling::{
        Busy, BusyKind, Hours, SlotMinutes, SlotRules, SpecialistAvailability, WeeklyRule, Window,
        index::{Ask, Row, SlotIndex},
        slots,
    },
    time::{Timestamp, WallTime, Weekday, Zone},
};

const ZONES: [&str; 6] = ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Almaty", "Asia/Novosibirsk", "Asia/Kamchatka"];

/// A sequence that looks random enough (Knuth's MMIX constants).
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound) as i64
    }
}

fn specialist(random: &mut Sequence, from: Timestamp, days: i64) -> SpecialistAvailability {
    let time = |minute| WallTime::from_minute_of_day(minute).unwrap();
    let opens = 480 + 60 * random.below(4) as u16;
    let hours = Hours { start: time(opens), end: time(opens + 480), ends_next_day: false };
    let working = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let busy = (0..days * 6).map(|n| {
        let start = from + jiff::Span::new().hours(24 * (n / 6)).minutes(5 * random.below(140));
        let end = start + jiff::Span::new().minutes(50);
        Busy { start, end, kind: BusyKind::Booking, own_buffer_before_min: 0, own_buffer_after_min: 10 }
    });
    SpecialistAvailability {
        busy: busy.collect(),
        zone: Zone::parse(ZONES[random.below(6) as usize]).unwrap(),
        rules: vec![WeeklyRule { days: working.into_iter().collect(), hours }],
        overrides: vec![],
        travel: vec![],
    }
}

/// What asking came to.
pub struct Speed {
    /// The earliest start of everyone: the 99th hundredth of many askings.
    pub who_is_free_p99: Duration,
    pub soonest_20: Duration,
    pub build_a_row: Duration,
    /// The same question to the engine, one specialist after the other; from a sample.
    pub by_engine: Duration,
}

fn times(rounds: usize, mut round: impl FnMut()) -> Vec<Duration> {
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            round();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times
}

/// Specialists with six bookings a day in six zones; 50-minute consultations every 30 minutes.
pub fn measure(count: usize, days: i64) -> Speed {
    let from: Timestamp = "2026-12-14T00:00:00Z".parse().expect("an instant");
    let minutes = |minutes| SlotMinutes::new(minutes).expect("minutes");
    let mut rules = SlotRules { buffer_after_min: 10, ..SlotRules::new(minutes(50), minutes(30)) };
    rules.limits.max_per_day = Some(8);
    rules.min_notice_min = 120;
    rules.rolling_days = Some(60);
    let window = Window::new(from, from + jiff::Span::new().hours(24 * days)).expect("a window");
    let mut random = Sequence(7);
    let specialists: Vec<_> = (0..count).map(|_| specialist(&mut random, from, days)).collect();
    let mut index = SlotIndex::default();
    let built = Instant::now();
    for (key, specialist) in specialists.iter().enumerate() {
        index.put(key, Row::build(specialist, &rules, window));
    }
    let built = built.elapsed();
    let ask = Ask { within: &[window], now: from };
    let asked = times(200, || {
        black_box(index.free(|_| true, ask).count());
    });
    let soonest = times(99, || {
        black_box(index.soonest(|_| true, ask, 20));
    });
    let sample = 100.min(count);
    let engine = Instant::now();
    for specialist in &specialists[..sample] {
        black_box(slots(specialist, &rules, window, from));
    }
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Speed {
        who_is_free_p99: asked[asked.len() * 99 / 100],
        soonest_20: soonest[soonest.len() / 2],
        build_a_row: built / count,
        by_engine: engine.elapsed() * count / u32::try_from(sample).unwrap_or(1),
    }
}
