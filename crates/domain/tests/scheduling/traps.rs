//! Dates at which clocks or calendars do something odd.

use domain::scheduling::Alignment::FreeStart;
use domain::scheduling::{Window, availability, slots};
use jiff::ToSpan as _;

use crate::ask::{Ask, ask, at, minutes};

/// The window from `date` to the next date, in UTC, widened by 14 hours to hold the date in every zone.
fn around(zone: &str, date: &str) -> Ask {
    let noon = at(&format!("{date}T12:00"));
    let mut ask = ask(zone).now("2000-01-01T00:00");
    ask.window = Window::new(noon - 26.hours(), noon + 26.hours()).unwrap();
    ask
}

#[test]
fn a_start_that_the_clocks_skip_is_an_hour_later() {
    around("Europe/Berlin", "2026-03-29").rule("sun", "02:30-04:30").offers(&["2026-03-29T01:30"]);
}

#[test]
fn hours_within_a_gap_open_what_both_ends_make_of_them() {
    // 02:15 is read as 03:15, which is after 03:10.
    around("Europe/Berlin", "2026-03-29").rule("sun", "02:15-03:10").length(1).offers(&[]);
    // 02:00 to 03:00 begin and end at the same instant.
    around("Europe/Berlin", "2026-03-29").rule("sun", "02:00-03:00").length(1).offers(&[]);
    let nothing = around("Europe/Berlin", "2026-03-29").rule("sun", "02:00-03:00").rule("sun", "02:15-03:10");
    assert_eq!(availability(&nothing.specialist, nothing.window), []);
    // 02:00 to 02:30 are 03:00 to 03:30.
    around("Europe/Berlin", "2026-03-29").rule("sun", "02:00-02:30").length(30).offers(&["2026-03-29T01:00"]);
}

#[test]
fn hours_around_a_fold_are_an_hour_longer() {
    around("Europe/Berlin", "2026-10-25").rule("sun", "02:00-04:00").offers(&["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"]);
}

#[test]
fn hours_that_end_in_a_fold_end_at_its_first_occurrence() {
    around("America/New_York", "2025-11-02").rule("sun", "00:30-01:30").every(15).offers(&["2025-11-02T04:30"]);
}

#[test]
fn midnight_that_does_not_exist() {
    // Both dates open without a pause: the hour that is missing leaves no hole.
    for (zone, date, midnight) in [
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00"),
        ("America/Santiago", "2024-09-08", "2024-09-08T04:00"),
        ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00"),
    ] {
        let ask = around(zone, date).rule("daily", "00:00-01:00").every(30);
        let midnight = at(midnight);
        let around_midnight: Vec<_> =
            ask.starts().into_iter().filter(|start| (midnight - 5.hours()..midnight + 5.hours()).contains(start)).collect();
        assert_eq!(around_midnight, [], "00:00 to 01:00 begin and end at the same instant in {zone}");

        let ask = around(zone, date).rule("daily", "23:00-02:00+1").every(30).length(120);
        let starts = ask.starts();
        let night: Vec<_> = starts.iter().copied().filter(|start| (midnight - 5.hours()..midnight + 5.hours()).contains(start)).collect();
        assert_eq!(night, [midnight - 1.hour()], "two hours instead of three in {zone}");
        assert_eq!(ask.naive_starts().unwrap(), starts);
    }
}

#[test]
fn a_day_that_does_not_exist_is_the_next_one() {
    // Friday 30 December 2011 was left out. Its wall-clock times, read with the offset before the gap, are Saturday's.
    let friday = around("Pacific/Apia", "2011-12-30").rule("fri", "09:00-10:00");
    friday.offers(&["2011-12-30T19:00"]);
    let both = around("Pacific/Apia", "2011-12-30").rule("thu fri sat sun", "09:00-10:00");
    both.offers(&["2011-12-29T19:00", "2011-12-30T19:00"]);
}

#[test]
fn a_horizon_across_a_day_that_does_not_exist_counts_dates() {
    let mut ask = around("Pacific/Apia", "2011-12-31").rule("daily", "09:00-10:00");
    ask.now = at("2011-12-29T12:00"); // 02:00 on the 29th
    ask.clone().rolling(1).offers(&[]);
    ask.rolling(2).offers(&["2011-12-30T19:00"]);
}

#[test]
fn half_an_hour_is_skipped_and_repeated() {
    // 01:00 to 04:00 are two hours and a half in October, three hours and a half in April.
    around("Australia/Lord_Howe", "2024-10-06").rule("sun", "01:00-04:00").every(30).offers(&[
        "2024-10-05T14:30",
        "2024-10-05T15:00",
        "2024-10-05T15:30",
        "2024-10-05T16:00",
    ]);
    around("Australia/Lord_Howe", "2024-04-07").rule("sun", "01:00-04:00").every(60).offers(&[
        "2024-04-06T14:00",
        "2024-04-06T15:00",
        "2024-04-06T16:00",
    ]);
}

#[test]
fn ramadan_in_morocco() {
    // From 10 March to 14 April 2024 the clocks were back at UTC+0.
    for (date, start) in [
        ("2024-03-09", "2024-03-09T08:00"),
        ("2024-03-10", "2024-03-10T09:00"),
        ("2024-04-13", "2024-04-13T09:00"),
        ("2024-04-14", "2024-04-14T08:00"),
    ] {
        let day = Window::new(at(&format!("{date}T00:00")), at(&format!("{date}T23:00"))).unwrap();
        let mut ask = around("Africa/Casablanca", date).rule("daily", "09:00-10:00");
        ask.window = day;
        ask.offers(&[start]);
    }
}

#[test]
fn the_hour_that_almaty_had_twice() {
    // 23:00 to 24:00 on 29 February 2024 came at 17:00Z and again at 18:00Z; midnight was at 19:00Z.
    let ask = around("Asia/Almaty", "2024-02-29");
    ask.clone().rule("thu", "22:00-24:00").offers(&["2024-02-29T16:00", "2024-02-29T17:00", "2024-02-29T18:00"]);
    ask.clone().rule("thu", "23:00-24:00").rule("fri", "00:00-01:00").offers(&["2024-02-29T17:00", "2024-02-29T18:00", "2024-02-29T19:00"]);
    // A limit sees one date: both occurrences are on the 29th.
    ask.rule("thu", "22:00-24:00")
        .rule("fri", "00:00-01:00")
        .booked("2024-02-29T18:00", "2024-02-29T18:30")
        .limits(Some(1), None, None)
        .offers(&["2024-02-29T19:00"]);
}

#[test]
fn clocks_put_back_across_midnight_give_a_date_a_second_part() {
    // St. John's put the clocks back from 00:01 on Sunday to 23:01 on Saturday: a minute of Sunday, then Saturday again.
    let ask = around("America/St_Johns", "2006-10-29").rule("sat", "22:00-24:00").length(30).every(30);
    ask.clone().offers(&["2006-10-29T00:30", "2006-10-29T01:00", "2006-10-29T01:30", "2006-10-29T02:00"]);
    // What is on Saturday for the second time is still inside a horizon that ends with Saturday.
    let ask = ask.rule("sun", "00:00-02:00");
    let mut saturday = ask.clone().rolling(0);
    saturday.now = at("2006-10-28T12:00");
    let starts = saturday.starts();
    assert_eq!(starts.last(), Some(&at("2006-10-29T03:00")), "23:30 for the second time");
    assert_eq!(saturday.index_starts(), starts);
    assert_eq!(saturday.naive_starts().unwrap(), starts);
    // Asked in the minute of Sunday between the two parts: today is Sunday, and Saturday is over though it comes again.
    let mut sunday = ask.rolling(0);
    sunday.now = at("2006-10-29T02:30:00");
    let starts = sunday.starts();
    assert_eq!(starts[..2], ["2006-10-29T02:30", "2006-10-29T03:30"].map(at), "00:00 for the first and for the second time");
    assert_eq!(sunday.index_starts(), starts);
    assert_eq!(sunday.naive_starts().unwrap(), starts);
}

#[test]
fn two_days_in_the_farthest_zone_reach_into_a_third() {
    // Monday 00:00 to Tuesday 24:00 in Pago Pago, UTC-11, end on Wednesday at 11:00Z.
    let ask = ask("Pacific/Pago_Pago").rule("mon", "00:00-24:00+1").window("2026-12-16T09:00", "2026-12-16T12:00");
    ask.offers(&["16T09:00", "16T10:00"]);
}

mod round_the_clock {
    use super::*;

    fn round_the_clock() -> Ask {
        ask("Europe/Moscow").rule("daily", "00:00-24:00")
    }

    #[test]
    fn the_grid_begins_at_local_midnight() {
        let ask = round_the_clock().every(360).window("2026-12-16T00:00", "2026-12-17T00:00");
        ask.offers(&["16T03:00", "16T09:00", "16T15:00", "16T21:00"]);
    }

    #[test]
    fn a_step_that_does_not_divide_the_day_begins_anew_with_the_week() {
        let ask = round_the_clock().every(1000).length(50).window("2026-12-13T00:00", "2026-12-15T00:00");
        // Monday 14 December begins at 21:00Z on the 13th; the steps of the week before end there.
        ask.offers(&["13T03:00", "13T19:40", "13T21:00", "14T13:40"]);
    }

    #[test]
    fn the_week_begins_with_its_first_hours() {
        // Every day from 05:30 to 11:30 of the next: never closed; the hours of Monday start at 02:30Z.
        let ask = ask("Europe/Moscow").rule("daily", "05:30-11:30+1").every(1000).length(50);
        // From Monday 7 December, 02:30Z, ten steps; then those of the 14th.
        ask.clone().window("2026-12-13T07:00", "2026-12-15T00:00").offers(&["13T08:30", "14T01:10", "14T02:30", "14T19:10"]);
        ask.clone().window("2026-12-14T00:00", "2026-12-14T02:00").offers(&["14T01:10"]);
        ask.every(60).window("2026-12-14T01:00", "2026-12-14T04:00").offers(&["14T01:30", "14T02:30", "14T03:30"]);
    }

    #[test]
    fn a_slot_may_lie_across_the_beginning_of_the_week() {
        round_the_clock().length(1440).every(1440).window("2026-12-13T20:00", "2026-12-14T22:00").offers(&["13T21:00", "14T21:00"]);
        round_the_clock().length(120).every(1000).window("2026-12-13T19:00", "2026-12-13T22:00").offers(&["13T19:40", "13T21:00"]);
    }

    #[test]
    fn a_gap_after_a_booking_has_a_beginning() {
        // From 12:00Z on Saturday every 1000 minutes, across the beginning of the week.
        let ask = round_the_clock().booked("2026-12-12T11:00", "2026-12-12T12:00").aligned(FreeStart).every(1000);
        ask.window("2026-12-12T11:00", "2026-12-15T00:00").offers(&["12T12:00", "13T04:40", "13T21:20", "14T14:00"]);
    }

    #[test]
    fn the_answer_does_not_depend_on_the_window() {
        let ask = round_the_clock().every(50).booked("2026-12-14T01:02", "2026-12-14T02:03");
        for alignment in [domain::scheduling::Alignment::WindowStart, FreeStart] {
            let mut ask = ask.clone().aligned(alignment);
            ask.now = at("2020-01-01T00:00");
            let long = Window::new(at("2026-06-01T00:00"), at("2027-06-01T00:00")).unwrap();
            let all = slots(&ask.specialist, &ask.rules, long, ask.now);
            assert!(all.len() > 10_000);
            for (from, to) in [("2026-06-03T07:00", "2026-06-05T00:00"), ("2027-02-01T00:00", "2027-02-03T00:00")] {
                let part: Vec<_> = all.iter().copied().filter(|start| (at(from)..at(to)).contains(start)).collect();
                assert_eq!(ask.clone().window(from, to).starts(), part);
            }
        }
    }

    #[test]
    fn a_beginning_that_exists_is_found_within_400_days() {
        // Closed on 10 March 2026; open without a pause ever since.
        let ask = round_the_clock().on("2026-03-10", &[]).every(1000);
        let since = at("2026-03-10T21:00");
        for start in ask.starts() {
            assert_eq!(start.duration_since(since).as_mins() % 1000, 0, "{start}");
        }
    }

    #[test]
    fn a_beginning_farther_away_is_the_same_for_every_window() {
        // Closed on 1 June 2025: within 400 days of some weeks of this year, and not of others.
        let ask = round_the_clock().on("2025-06-01", &[]).every(1000).now("2020-01-01T00:00");
        let in_window = |from: &str, to: &str| ask.clone().window(from, to).starts();
        let whole = in_window("2026-06-20T00:00", "2026-07-20T00:00");
        let mut parts = in_window("2026-06-20T00:00", "2026-07-12T11:00");
        parts.extend(in_window("2026-07-12T11:00", "2026-07-20T00:00"));
        assert_eq!(whole, parts);
        let since = at("2025-06-01T21:00");
        let on_the_old_grid = |start: &&jiff::Timestamp| start.duration_since(since).as_mins() % 1000 == 0;
        assert!(on_the_old_grid(&&whole[0]) && !whole.iter().all(|start| on_the_old_grid(&start)));
    }

    #[test]
    fn a_window_longer_than_a_beginning_counts_is_the_union_of_its_parts() {
        // Closed until 10 March 2026: the hours since then begin anew with the week after 400 days, 14 April 2027.
        let ask = round_the_clock().on("2026-03-10", &[]).on("2026-03-09", &[]).every(1000).now("2020-01-01T00:00");
        let in_window = |from: &str, to: &str| ask.clone().window(from, to).starts();
        let whole = in_window("2026-03-25T00:00", "2027-04-25T00:00");
        let mut parts = in_window("2026-03-25T00:00", "2027-04-15T00:00");
        parts.extend(in_window("2027-04-15T00:00", "2027-04-25T00:00"));
        assert_eq!(whole, parts);
        assert!(whole.contains(&at("2027-04-18T21:00")), "Monday's midnight");
    }

    #[test]
    fn a_week_before_the_beginning_without_hours_changes_nothing() {
        let closed = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08"];
        let ask = round_the_clock().every(1000).now("2020-01-01T00:00");
        let ask = closed.into_iter().fold(ask, |ask, date| ask.on(date, &[]));
        let in_window = |from: &str, to: &str| ask.clone().window(from, to).starts();
        // From the last hours of the first week on; 400 days reach just into the week that begins anew.
        let whole = in_window("2026-03-15T00:00", "2027-04-19T00:00");
        assert!(whole.ends_with(&[at("2027-04-18T21:00")]), "Monday's midnight");
        assert!(whole.ends_with(&in_window("2027-04-16T00:00", "2027-04-19T00:00")));
    }

    #[test]
    fn a_hole_that_a_transition_makes_is_a_beginning() {
        // 02:45 does not exist on 29 March 2026 and is read as 03:45: fifteen minutes of overlap become a hole.
        let ask = ask("Europe/Berlin").rule("daily", "02:45-24:00").rule("daily", "00:00-03:00").every(1000);
        let since = at("2026-03-29T01:45");
        let starts = ask.starts();
        assert!(!starts.is_empty());
        for start in starts {
            assert_eq!(start.duration_since(since).as_mins() % 1000, 0, "{start}");
        }
    }
}

#[test]
fn a_year_of_minutes_is_answered() {
    let mut ask = ask("Europe/Moscow").rule("daily", "00:00-24:00");
    ask.rules.length = minutes(1);
    ask.rules.interval = minutes(1);
    ask.window = Window::new(at("2026-01-01T00:00"), at("2027-01-01T00:00")).unwrap();
    ask.now = at("2026-01-01T00:00");
    assert_eq!(ask.starts().len(), 365 * 24 * 60);
}

#[test]
fn windows_that_make_no_sense_are_refused() {
    use domain::scheduling::WindowError;
    let window = |from: &str, to: &str| Window::new(at(from), at(to)).map(drop);
    assert_eq!(window("2026-12-15T00:00", "2026-12-14T00:00"), Err(WindowError::Backwards));
    assert_eq!(window("2026-01-01T00:00", "2027-02-05T00:00"), Ok(()));
    assert_eq!(window("2026-01-01T00:00", "2027-02-05T00:00:01"), Err(WindowError::TooLong));
    assert_eq!(window("1890-01-01T00:00", "1890-01-02T00:00"), Err(WindowError::OutOfRange));
    assert_eq!(window("9990-01-01T00:00", "9990-01-02T00:00"), Err(WindowError::OutOfRange));
}
