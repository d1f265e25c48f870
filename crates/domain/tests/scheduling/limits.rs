//! Limits: what the specialist takes on by date and by week. Moscow is at UTC+3.

use crate::ask::{Ask, ask};

/// One start at 09:00 and one at 23:00 on each day of the week.
fn two_a_day() -> Ask {
    ask("Europe/Moscow").rule("daily", "09:00-10:00").rule("daily", "23:00-24:00")
}

const MONDAY: [&str; 2] = ["14T06:00", "14T20:00"];
const TUESDAY: [&str; 2] = ["15T06:00", "15T20:00"];
const REST: [&str; 10] =
    ["16T06:00", "16T20:00", "17T06:00", "17T20:00", "18T06:00", "18T20:00", "19T06:00", "19T20:00", "20T06:00", "20T20:00"];

#[track_caller]
fn offers(ask: &Ask, days: &[&[&str]]) {
    ask.offers(&days.concat());
}

#[test]
fn a_reached_day_limit_closes_the_whole_date() {
    let ask = two_a_day().booked("2026-12-14T12:00", "2026-12-14T13:00");
    offers(&ask.clone().limits(Some(1), None, None), &[&TUESDAY, &REST]);
    offers(&ask.limits(Some(2), None, None), &[&MONDAY, &TUESDAY, &REST]);
}

#[test]
fn bookings_count_on_the_local_date_of_their_start() {
    // 22:00Z on Monday is Tuesday in Moscow; what begins on Monday and ends on Tuesday is Monday's.
    let night = two_a_day().booked("2026-12-14T22:00", "2026-12-14T23:00");
    offers(&night.limits(Some(1), None, None), &[&MONDAY, &REST]);
    let across = two_a_day().booked("2026-12-14T17:30", "2026-12-14T21:30");
    offers(&across.limits(Some(1), None, None), &[&TUESDAY, &REST]);
}

#[test]
fn what_is_external_counts_toward_nothing() {
    let ask = two_a_day().external("2026-12-14T12:00", "2026-12-14T13:00");
    offers(&ask.limits(Some(1), Some(1), Some(60)), &[&MONDAY, &TUESDAY, &REST]);
}

#[test]
fn a_reached_week_limit_closes_the_iso_week() {
    // Sunday the 13th is another week; Sunday the 20th is this one.
    let limited = |ask: Ask| ask.limits(None, Some(1), None);
    offers(&limited(two_a_day().booked("2026-12-13T12:00", "2026-12-13T13:00")), &[&MONDAY, &TUESDAY, &REST]);
    offers(&limited(two_a_day().booked("2026-12-20T12:00", "2026-12-20T13:00")), &[]);
    // 22:00Z on Sunday the 13th is Monday in Moscow.
    offers(&limited(two_a_day().booked("2026-12-13T22:00", "2026-12-13T23:00")), &[]);
    // 22:00Z on Sunday the 20th is the Monday after.
    offers(&limited(two_a_day().booked("2026-12-20T22:00", "2026-12-20T23:00")), &[&MONDAY, &TUESDAY, &REST]);
}

#[test]
fn weeks_go_across_new_year() {
    // The week of 28 December 2026 to 3 January 2027.
    let ask = ask("Europe/Moscow").rule("thu fri mon", "09:00-10:00").window("2026-12-31T00:00", "2027-01-05T00:00");
    let ask = ask.limits(None, Some(1), None).booked("2026-12-28T12:00", "2026-12-28T13:00");
    ask.offers(&["2027-01-04T06:00"]);
}

#[test]
fn minutes_close_a_date_for_a_slot_that_would_exceed_them() {
    let ask = two_a_day().booked("2026-12-14T12:00", "2026-12-14T13:00");
    offers(&ask.clone().limits(None, None, Some(120)), &[&MONDAY, &TUESDAY, &REST]);
    offers(&ask.clone().limits(None, None, Some(119)), &[&TUESDAY, &REST]);
    offers(&ask.limits(None, None, Some(59)), &[]);
}

#[test]
fn buffers_are_no_minutes() {
    let ask = two_a_day().booked_with_buffers("2026-12-14T12:00", "2026-12-14T13:00", 30, 30);
    offers(&ask.limits(None, None, Some(120)), &[&MONDAY, &TUESDAY, &REST]);
}

#[test]
fn a_limit_of_zero_closes_everything() {
    offers(&two_a_day().limits(Some(0), None, None), &[]);
    offers(&two_a_day().limits(None, Some(0), None), &[]);
    offers(&two_a_day().limits(None, None, Some(0)), &[]);
}

#[test]
fn limits_go_by_the_home_zone_during_travel() {
    // 22:00 in Moscow on the 14th is 00:00 on the 15th in Almaty: it counts on the 14th, and entering the journey
    // afterwards does not move it.
    let ask = two_a_day().booked("2026-12-14T19:00", "2026-12-14T20:00").limits(Some(1), None, None);
    offers(&ask.travel("2026-12-13", Some("2026-12-13"), "Asia/Almaty"), &[&TUESDAY, &REST]);
}
