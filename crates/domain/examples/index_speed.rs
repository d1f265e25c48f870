//! Prints what the index costs: `cargo run --release -p domain --example index_speed`.
//!
//! The load: full-time hours on five days a week, six bookings a day, consultations of 50 minutes every 30, shared
//! buffers, a daily limit; zones from Kaliningrad to Kamchatka. Times are of one core, the median of several rounds.

use std::time::{Duration, Instant};

use domain::scheduling::index::{Ask, Row, SlotIndex};
use domain::scheduling::{Busy, BusyKind, Hours, SlotMinutes, SlotRules, SpecialistAvailability, WeeklyRule, Window, slots};
use domain::time::{Timestamp, WallTime, Weekday, Zone};

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

fn median(rounds: usize, mut round: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            round();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn main() {
    let from: Timestamp = "2026-12-14T00:00:00Z".parse().unwrap();
    let minutes = |minutes| SlotMinutes::new(minutes).unwrap();
    let mut rules = SlotRules { buffer_after_min: 10, ..SlotRules::new(minutes(50), minutes(30)) };
    rules.limits.max_per_day = Some(8);
    rules.min_notice_min = 120;
    rules.rolling_days = Some(60);

    for (count, days) in [(1_000, 14), (10_000, 30), (50_000, 30)] {
        let mut random = Sequence(7);
        let window = Window::new(from, from + jiff::Span::new().hours(24 * days)).unwrap();
        let specialists: Vec<_> = (0..count).map(|_| specialist(&mut random, from, days)).collect();
        let mut index = SlotIndex::default();
        let built = Instant::now();
        for (key, specialist) in specialists.iter().enumerate() {
            index.put(key, Row::build(specialist, &rules, window));
        }
        let built = built.elapsed();
        let ask = Ask { within: &[window], now: from };
        let starts: usize = index.rows().map(|(_, row)| row.starts(ask).count()).sum();
        println!("{count} specialists × {days} days, {starts} starts");
        println!("  build a row                    {:>9.1?}", built / count as u32);
        println!(
            "  one specialist, the engine     {:>9.1?}",
            median(99, || {
                std::hint::black_box(slots(&specialists[0], &rules, window, from));
            })
        );
        println!(
            "  who is free, earliest of each  {:>9.1?}",
            median(9, || {
                std::hint::black_box(index.free(|_| true, ask).count());
            })
        );
        println!(
            "  the 20 soonest                 {:>9.1?}",
            median(9, || {
                std::hint::black_box(index.soonest(|_| true, ask, 20));
            })
        );
        println!(
            "  next 3 of each of 100          {:>9.1?}",
            median(99, || {
                for key in 0..100 {
                    std::hint::black_box(index.next_starts(&key, ask, 3));
                }
            })
        );
    }
}
