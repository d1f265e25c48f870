//! What holds for every schedule.

use domain::scheduling::wire::{self, Mode, Request};
use domain::scheduling::{Alignment, Window, slots};
use domain::time::{Timestamp, WallTime, Zone, instant_of};
use jiff::ToSpan as _;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::ask::{Ask, ask};
use crate::random::{ODD_DATES, any_ask, busy};

fn request(ask: &Ask, viewer: &str) -> Request {
    Request {
        mode: Mode::Single,
        specialists: vec![ask.specialist.clone()],
        rules: ask.rules,
        window: ask.window,
        viewer: Zone::parse(viewer).unwrap(),
        now: ask.now,
    }
}

fn in_window(ask: &Ask, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    slots(&ask.specialist, &ask.rules, Window::new(from, to).unwrap(), ask.now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_is_the_contract_read_literally(ask in any_ask()) {
        if let Some(expected) = ask.naive_starts() {
            prop_assert_eq!(ask.starts(), expected);
        }
    }

    #[test]
    fn the_index_is_the_engine(ask in any_ask(), later in 0..3 * 24 * 60_i64) {
        prop_assert_eq!(ask.index_starts(), ask.starts());
        // A row stays right while time passes, and for every part of what it covers.
        let row = domain::scheduling::index::Row::build(&ask.specialist, &ask.rules, ask.window);
        let now = ask.now + later.minutes();
        let from = (ask.window.from() + (later / 2).minutes()).min(ask.window.to());
        let within = [Window::new(from, ask.window.to()).unwrap()];
        let from_row: Vec<_> =
            row.starts(domain::scheduling::index::Ask { within: &within, now }).collect();
        prop_assert_eq!(from_row, slots(&ask.specialist, &ask.rules, within[0], now));
    }

    #[test]
    fn a_window_is_the_union_of_its_parts(ask in any_ask(), cuts in prop::collection::vec(0..5 * 24 * 3600_i64, 0..4)) {
        let mut cuts: Vec<_> = cuts.into_iter()
            .map(|sec| ask.window.from() + sec.seconds())
            .filter(|cut| *cut < ask.window.to())
            .chain([ask.window.from(), ask.window.to()])
            .collect();
        cuts.sort_unstable();
        let united: Vec<_> = cuts.windows(2).flat_map(|part| in_window(&ask, part[0], part[1])).collect();
        prop_assert_eq!(ask.starts(), united);
    }

    #[test]
    fn what_is_offered_can_be_booked_and_nothing_else(
        ask in any_ask(),
        others in prop::collection::vec((-24 * 60..6 * 24 * 60_i64, 0..60_i64), 12),
    ) {
        let (from, to) = (ask.window.from() - 48.hours(), ask.window.to() + 48.hours());
        let around = in_window(&ask, from, to);
        for start in around.iter().take(12) {
            ask.agrees_about(*start, true);
        }
        let others = others.into_iter().map(|(minute, second)| {
            ask.window.from() + minute.minutes() + if second < 50 { 0 } else { second }.seconds()
        });
        for other in others.filter(|other| (from..to).contains(other)) {
            ask.agrees_about(other, around.contains(&other));
        }
    }

    #[test]
    fn starts_are_sorted_distinct_whole_seconds_within_the_window(ask in any_ask()) {
        let starts = ask.starts();
        prop_assert!(starts.is_sorted_by(|a, b| a < b));
        let inside = |start: &Timestamp| ask.window.from() <= *start && *start < ask.window.to();
        prop_assert!(starts.iter().all(|start| inside(start) && start.subsec_nanosecond() == 0));
    }

    #[test]
    fn on_a_grid_that_begins_with_the_hours_busy_time_only_removes(
        mut ask in any_ask(),
        more in (0..ODD_DATES.len()).prop_flat_map(|n| busy(ODD_DATES[n].1.parse().unwrap())),
    ) {
        ask.rules.alignment = Alignment::WindowStart;
        let before = ask.starts();
        // Moved next to the question, whatever zone it is for.
        let length = more.end.duration_since(more.start);
        let start = ask.window.from() + (more.start.as_second().rem_euclid(5 * 24 * 3600)).seconds();
        ask.specialist.busy.push(domain::scheduling::Busy { start, end: start + length, ..more });
        prop_assert!(ask.starts().iter().all(|start| before.contains(start)));
    }

    #[test]
    fn the_order_of_rules_overrides_and_busy_periods_does_not_matter(ask in any_ask(), by in any::<[Index; 3]>()) {
        let mut other = ask.clone();
        let specialist = &mut other.specialist;
        rotate_and_reverse(&mut specialist.rules, by[0]);
        rotate_and_reverse(&mut specialist.overrides, by[1]);
        rotate_and_reverse(&mut specialist.busy, by[2]);
        prop_assert_eq!(ask.starts(), other.starts());
    }

    #[test]
    fn the_viewer_changes_the_grouping_and_nothing_else(ask in any_ask()) {
        let answer = |viewer| -> serde_json::Value {
            serde_json::from_str(&wire::run(&wire::document(&request(&ask, viewer))).unwrap()).unwrap()
        };
        let (here, there) = (answer("Asia/Kathmandu"), answer("America/Santiago"));
        prop_assert_eq!(&here["slot_starts_utc"], &there["slot_starts_utc"]);
        for answer in [here, there] {
            let counts = answer["count_by_viewer_date"].as_object().unwrap().values();
            prop_assert_eq!(counts.map(|count| count.as_u64().unwrap()).sum::<u64>(), answer["count"].as_u64().unwrap());
        }
    }

    #[test]
    fn a_schedule_survives_being_written_down(ask in any_ask()) {
        let request = request(&ask, "Asia/Yekaterinburg");
        prop_assert_eq!(wire::parse(&wire::document(&request)).unwrap(), request);
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock(which in 0..ODD_DATES.len(), interval in 1..600_u16) {
        let (zone, date) = ODD_DATES[which];
        let date: domain::time::Date = date.parse().unwrap();
        let midnight = instant_of(&Zone::UTC, date, WallTime::MIDNIGHT);
        let mut ask = ask(zone).rule("daily", "09:00-10:00").every(interval);
        ask.now = midnight - 240.hours();
        ask.window = Window::new(midnight - 96.hours(), midnight + 96.hours()).unwrap();
        let starts = ask.starts();
        prop_assert!((7..=8).contains(&starts.len()));
        for start in starts {
            let shown = start.to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
            prop_assert_eq!((shown.hour(), shown.minute()), (9, 0));
        }
    }
}

fn rotate_and_reverse<T>(list: &mut [T], by: Index) {
    if !list.is_empty() {
        list.rotate_left(by.index(list.len()));
        list.reverse();
    }
}
