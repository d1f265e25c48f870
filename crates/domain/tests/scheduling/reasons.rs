//! Each finding that can decide, told apart from the others. Moscow is at UTC+3.

use domain::scheduling::Alignment::FreeStartRounded;
use domain::scheduling::BufferPolicy::Shared;
use domain::scheduling::{BusyKind, Explanation, Reason, Source, explain};

use crate::ask::{Ask, ask, at};

fn morning() -> Ask {
    ask("Europe/Moscow").rule("mon", "09:00-12:00")
}

fn why(ask: &Ask, start: &str) -> Explanation {
    let start = at(&format!("2026-12-{start}"));
    let explained = explain(&ask.specialist, &ask.rules, ask.now, start);
    ask.agrees_about(start, explained.is_offered());
    explained
}

/// The finding that decides.
fn decides(ask: &Ask, start: &str) -> Reason {
    why(ask, start).reasons.into_iter().next().expect("not offered")
}

#[test]
fn what_is_offered_names_the_hours_that_open_it() {
    let ask = morning().rule("sun", "22:00-08:00").rule("sun", "23:00-11:00+1");
    let explained = why(&ask, "14T06:00");
    assert_eq!(explained.reasons, [], "on the grid that Sunday began");
    let opened: Vec<_> = explained.opened_by.iter().map(|by| (by.source, by.date.to_string())).collect();
    assert_eq!(opened, [(Source::Rule(2), "2026-12-13".into()), (Source::Rule(0), "2026-12-14".into())]);
    let overridden = ask.on("2026-12-14", &["12:00-12:30", "09:00-10:00"]);
    assert_eq!(why(&overridden, "14T06:00").opened_by[1].source, Source::Override(0, 1));
}

#[test]
fn no_rule() {
    let Reason::Closed { date, zone, overridden_by } = decides(&morning(), "14T22:00") else { panic!() };
    assert_eq!((date.to_string().as_str(), zone.name(), overridden_by), ("2026-12-15", "Europe/Moscow", None));
    // On a journey, the date and zone there.
    let away = morning().travel("2026-12-14", None, "America/New_York");
    let Reason::Closed { date, zone, .. } = decides(&away, "14T23:00") else { panic!() };
    assert_eq!((date.to_string().as_str(), zone.name()), ("2026-12-14", "America/New_York"));
}

#[test]
fn an_override() {
    let ask = morning().on("2026-12-15", &[]).on("2026-12-14", &[]);
    assert!(matches!(decides(&ask, "14T06:00"), Reason::Closed { overridden_by: Some(1), .. }));
}

#[test]
fn the_end_of_the_opening_hours() {
    let expected = Reason::EndsAfterClosing { closes: at("2026-12-14T09:00"), by: Some(Source::Rule(0)) };
    assert_eq!(decides(&morning(), "14T08:30"), expected);
    let ask = morning().on("2026-12-14", &["09:00-12:00"]);
    assert!(matches!(decides(&ask, "14T08:30"), Reason::EndsAfterClosing { by: Some(Source::Override(0, 0)), .. }));
    // A slot that goes on into the next day's hours does not end after closing.
    let night = ask.rule("mon", "22:00-24:00").rule("tue", "00:00-02:00").length(240).every(240);
    let night = Ask { specialist: domain::scheduling::SpecialistAvailability { overrides: vec![], ..night.specialist }, ..night };
    assert_eq!(why(&night, "14T19:00").reasons, []);
}

#[test]
fn a_busy_period() {
    let ask = morning().booked("2026-12-15T07:00", "2026-12-15T08:00").external("2026-12-14T07:30", "2026-12-14T08:00");
    let Reason::Busy { index, kind, period } = decides(&ask, "14T07:00") else { panic!() };
    assert_eq!((index, kind, period.start), (1, BusyKind::External, at("2026-12-14T07:30")));
}

#[test]
fn a_buffer() {
    let ask = morning().every(30).buffers(Shared, 0, 10).booked_with_buffers("2026-12-14T06:00", "2026-12-14T07:00", 0, 15);
    let Reason::Buffer { index, period, kept_free } = decides(&ask, "14T07:00") else { panic!() };
    assert_eq!((index, period.end, kept_free.end), (0, at("2026-12-14T07:00"), at("2026-12-14T07:15")));
    assert_eq!(kept_free.start, at("2026-12-14T05:50"));
}

#[test]
fn a_busy_period_decides_before_a_buffer() {
    let ask =
        morning().buffers(Shared, 10, 0).booked("2026-12-14T06:00", "2026-12-14T07:00").booked("2026-12-14T07:30", "2026-12-14T08:00");
    let reasons = why(&ask, "14T07:00").reasons;
    assert!(matches!(reasons[..], [Reason::Busy { index: 1, .. }, Reason::Buffer { index: 0, .. }]), "{reasons:?}");
}

#[test]
fn notice() {
    let ask = morning().notice(120).now("2026-12-14T04:30");
    assert_eq!(decides(&ask, "14T06:00"), Reason::Notice { earliest: at("2026-12-14T06:30") });
}

#[test]
fn the_horizon() {
    let ask = morning().rolling(12);
    let Reason::Horizon { date, first, last } = decides(&ask, "14T06:00") else { panic!() };
    assert_eq!([date, first, last].map(|date| date.to_string()), ["2026-12-14", "2026-12-01", "2026-12-13"]);
}

#[test]
fn limits() {
    let ask = morning().booked("2026-12-14T06:00", "2026-12-14T07:00");
    let decides = |day, week, minutes| decides(&ask.clone().limits(day, week, minutes), "14T07:00");
    assert!(matches!(decides(Some(1), None, None), Reason::DayLimit { bookings: 1, .. }));
    assert!(matches!(decides(None, Some(1), None), Reason::WeekLimit { week, bookings: 1 } if week.week == 51));
    assert!(matches!(decides(None, None, Some(90)), Reason::MinutesLimit { booked_min: 60, .. }));
}

#[test]
fn alignment() {
    let expected = |grid_from, previous, next| {
        let [grid_from, previous, next] = [grid_from, previous, next].map(|time: &str| Some(at(&format!("2026-12-14T{time}"))));
        Reason::Alignment { grid_from, previous, next }
    };
    assert_eq!(decides(&morning(), "14T07:10"), expected("06:00", "07:00", "08:00"));
    assert_eq!(decides(&morning(), "14T07:00:00.5"), expected("06:00", "07:00", "08:00"));
    let rounded = ask("Europe/Moscow").rule("mon", "09:10-12:00").aligned(FreeStartRounded);
    let (before, next) = (decides(&rounded, "14T06:30"), Some(at("2026-12-14T07:00")));
    assert_eq!(before, Reason::Alignment { grid_from: next, previous: None, next });
}

#[test]
fn all_that_stands_against_it_is_listed() {
    let ask = morning()
        .booked("2026-12-14T06:30", "2026-12-14T07:30")
        .limits(Some(1), Some(1), Some(60))
        .notice(600)
        .now("2026-12-13T22:00")
        .rolling(0);
    // 22:00Z on Sunday is Monday in Moscow: the horizon does not object.
    let reasons = why(&ask, "14T07:00").reasons;
    assert!(
        matches!(
            reasons[..],
            [Reason::Busy { .. }, Reason::Notice { .. }, Reason::DayLimit { .. }, Reason::WeekLimit { .. }, Reason::MinutesLimit { .. }]
        ),
        "{reasons:?}"
    );
}
