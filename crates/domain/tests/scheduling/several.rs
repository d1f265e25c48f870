//! Several specialists, and the viewer's calendar.

use domain::scheduling::{SpecialistAvailability, count_by_date, slots_of_all, slots_of_any};
use domain::time::{Timestamp, Zone};

use crate::ask::{Ask, ask, at};

type Combine = fn(&[SpecialistAvailability], &domain::scheduling::SlotRules, domain::scheduling::Window, Timestamp) -> Vec<Timestamp>;

#[track_caller]
fn check(combine: Combine, asks: &[Ask], expected: &[&str]) {
    let specialists: Vec<_> = asks.iter().map(|ask| ask.specialist.clone()).collect();
    let starts = combine(&specialists, &asks[0].rules, asks[0].window, asks[0].now);
    let expected: Vec<_> = expected.iter().map(|text| at(&format!("2026-12-{text}"))).collect();
    assert_eq!(starts, expected);
}

fn moscow(hours: &str) -> Ask {
    ask("Europe/Moscow").rule("mon", hours)
}

#[test]
fn any_unites_slots_and_never_opening_hours() {
    // 09:00 to 10:00 together, but half an hour with each.
    check(slots_of_any, &[moscow("09:00-09:30"), moscow("09:30-10:00")], &[]);
    check(slots_of_any, &[moscow("09:00-10:00"), moscow("10:00-11:30")], &["14T06:00", "14T07:00"]);
}

#[test]
fn any_offers_a_start_once() {
    check(slots_of_any, &[moscow("09:00-11:00"), moscow("10:00-12:00")], &["14T06:00", "14T07:00", "14T08:00"]);
}

#[test]
fn collective_offers_what_every_specialist_offers() {
    // 09:00 in Almaty is 07:00 in Moscow.
    let almaty = ask("Asia/Almaty").rule("mon", "11:00-14:00");
    check(slots_of_all, &[moscow("09:00-12:00"), almaty.clone()], &["14T06:00", "14T07:00", "14T08:00"]);
    let busy = almaty.booked("2026-12-14T06:30", "2026-12-14T07:00");
    check(slots_of_all, &[moscow("09:00-12:00"), busy.clone()], &["14T07:00", "14T08:00"]);
    let third = moscow("09:00-12:00").booked("2026-12-14T08:59", "2026-12-14T09:00");
    check(slots_of_all, &[moscow("09:00-12:00"), busy, third], &["14T07:00"]);
}

#[test]
fn a_limit_is_each_specialists_own() {
    let limited = |ask: Ask| ask.booked("2026-12-14T12:00", "2026-12-14T13:00").limits(Some(1), None, None);
    check(slots_of_any, &[limited(moscow("09:00-10:00")), moscow("10:00-11:00")], &["14T07:00"]);
}

#[test]
fn nobody_offers_nothing() {
    let ask = moscow("09:00-10:00");
    assert_eq!(slots_of_any(&[], &ask.rules, ask.window, ask.now), []);
    assert_eq!(slots_of_all(&[], &ask.rules, ask.window, ask.now), []);
}

#[test]
fn starts_are_counted_by_the_viewers_date() {
    let starts = ["2026-12-14T18:30", "2026-12-14T19:30", "2026-12-15T01:00"].map(at);
    let counts = |zone: &str| {
        let counts = count_by_date(&starts, &Zone::parse(zone).unwrap());
        counts.into_iter().map(|(date, count)| (date.to_string(), count)).collect::<Vec<_>>()
    };
    let expect = |counts: &[(&str, usize)]| counts.iter().map(|(date, n)| (date.to_string(), *n)).collect::<Vec<_>>();
    assert_eq!(counts("UTC"), expect(&[("2026-12-14", 2), ("2026-12-15", 1)]));
    assert_eq!(counts("Asia/Yekaterinburg"), expect(&[("2026-12-14", 1), ("2026-12-15", 2)]));
    assert_eq!(counts("America/New_York"), expect(&[("2026-12-14", 3)]));
}
