//! The contract on rules, merging, overrides and travel, sentence by sentence. The week is that of Monday 14 December
//! 2026; Moscow is at UTC+3.

use domain::scheduling::availability;

use crate::ask::{Ask, ask, at};

fn moscow() -> Ask {
    ask("Europe/Moscow")
}

#[track_caller]
fn opens(ask: &Ask, expected: &[(&str, &str)]) {
    let open: Vec<_> = availability(&ask.specialist, ask.window).into_iter().map(|interval| (interval.start, interval.end)).collect();
    let expected: Vec<_> = expected.iter().map(|(start, end)| (at(&format!("2026-12-{start}")), at(&format!("2026-12-{end}")))).collect();
    assert_eq!(open, expected);
}

mod rules {
    use super::*;

    #[test]
    fn are_wall_clock_times_on_their_days() {
        moscow().rule("mon wed", "09:00-11:00").offers(&["14T06:00", "14T07:00", "16T06:00", "16T07:00"]);
    }

    #[test]
    fn may_end_at_midnight() {
        opens(&moscow().rule("mon", "22:00-24:00"), &[("14T19:00", "14T21:00")]);
    }

    #[test]
    fn may_end_on_the_next_date() {
        opens(&moscow().rule("mon", "22:00-02:00+1"), &[("14T19:00", "14T23:00")]);
        opens(&moscow().rule("mon", "09:00-10:00+1"), &[("14T06:00", "15T07:00")]);
        opens(&moscow().rule("mon", "22:00-24:00+1"), &[("14T19:00", "15T21:00")]);
    }

    #[test]
    fn belong_to_the_date_on_which_they_start() {
        // Sunday 13 December reaches into the window; Sunday 20 December is cut by it.
        opens(&moscow().rule("sun", "22:00-05:00+1"), &[("14T00:00", "14T02:00"), ("20T19:00", "21T00:00")]);
        moscow().rule("sun", "22:00-05:00+1").every(120).offers(&["14T01:00", "20T19:00", "20T21:00", "20T23:00"]);
    }

    #[test]
    fn whose_end_is_not_after_the_start_open_nothing_without_the_offset() {
        moscow().rule("mon", "18:00-09:00").rule("tue", "09:00-09:00").offers(&[]);
        moscow().rule("tue", "09:00-09:00+1").length(1440).every(1440).offers(&["15T06:00"]);
    }
}

mod merging {
    use super::*;

    #[test]
    fn joins_what_overlaps_and_what_touches() {
        let ask = moscow().rule("mon", "09:00-10:30").rule("mon", "10:00-11:00").rule("mon", "11:00-11:30");
        opens(&ask, &[("14T06:00", "14T08:30")]);
        ask.length(150).offers(&["14T06:00"]);
    }

    #[test]
    fn leaves_apart_what_a_minute_separates() {
        moscow().rule("mon", "09:00-10:00").rule("mon", "10:01-11:01").every(1).offers(&["14T06:00", "14T07:01"]);
    }

    #[test]
    fn goes_across_midnight() {
        let ask = moscow().rule("mon", "23:30-24:00").rule("tue", "00:00-00:30");
        opens(&ask, &[("14T20:30", "14T21:30")]);
        ask.offers(&["14T20:30"]);
    }

    #[test]
    fn goes_across_rules_and_overrides_of_neighbouring_dates() {
        let ask = moscow().rule("mon", "23:00-24:00").on("2026-12-15", &["00:00-01:00"]);
        opens(&ask, &[("14T20:00", "14T22:00")]);
        ask.length(90).every(30).offers(&["14T20:00", "14T20:30"]);
    }

    #[test]
    fn anchors_the_grid_at_the_beginning_even_if_that_lies_before_the_window() {
        // Open from Monday 09:00 on without a pause; the window begins on Thursday. 50-minute steps from Monday.
        let ask = moscow()
            .rule("mon", "09:00-24:00")
            .rule("tue wed thu", "00:00-24:00")
            .rule("fri", "00:00-01:00")
            .every(50)
            .window("2026-12-17T18:00", "2026-12-18T12:00");
        ask.offers(&["17T18:10", "17T19:00", "17T19:50", "17T20:40"]);
    }

    #[test]
    fn a_window_that_begins_inside_opening_hours_keeps_the_grid() {
        moscow().rule("mon", "09:00-13:00").window("2026-12-14T06:10", "2026-12-14T09:00").offers(&["14T07:00", "14T08:00"]);
    }
}

mod overrides {
    use super::*;

    #[test]
    fn replace_every_rule_that_starts_on_their_date() {
        let ask = moscow().rule("mon", "09:00-11:00").rule("mon", "15:00-16:00").rule("tue", "09:00-10:00");
        ask.on("2026-12-14", &["12:00-13:00", "20:00-21:00"]).offers(&["14T09:00", "14T17:00", "15T06:00"]);
    }

    #[test]
    fn without_hours_close_the_date() {
        moscow().rule("mon tue", "09:00-10:00").on("2026-12-14", &[]).offers(&["15T06:00"]);
    }

    #[test]
    fn leave_the_night_that_started_the_day_before() {
        let ask = moscow().rule("mon", "23:00-02:00+1").rule("tue", "09:00-10:00");
        ask.on("2026-12-15", &[]).offers(&["14T20:00", "14T21:00", "14T22:00"]);
    }

    #[test]
    fn may_cross_midnight_themselves() {
        moscow().on("2026-12-15", &["23:00-01:00+1"]).offers(&["15T20:00", "15T21:00"]);
    }

    #[test]
    fn of_one_date_add_up() {
        moscow().on("2026-12-15", &["09:00-10:00"]).on("2026-12-15", &["12:00-13:00"]).offers(&["15T06:00", "15T09:00"]);
    }
}

mod travel {
    use super::*;

    #[test]
    fn moves_rules_and_overrides_to_the_zone_of_the_journey_on_its_dates() {
        // Almaty is at UTC+5: 09:00 is 04:00Z on the 15th and 16th, both inclusive.
        let ask = moscow().rule("mon tue wed thu", "09:00-10:00").on("2026-12-16", &["12:00-13:00"]);
        ask.travel("2026-12-15", Some("2026-12-16"), "Asia/Almaty").offers(&["14T06:00", "15T04:00", "16T07:00", "17T06:00"]);
    }

    #[test]
    fn without_a_last_date_goes_on() {
        moscow().rule("mon sun", "09:00-10:00").travel("2026-12-15", None, "Asia/Almaty").offers(&["14T06:00", "20T04:00"]);
    }

    #[test]
    fn is_decided_by_the_date_on_which_hours_start() {
        // The night of Monday is Moscow's to its end.
        let ask = moscow().rule("mon", "23:00-02:00+1").rule("tue", "23:00-24:00");
        ask.travel("2026-12-15", None, "Asia/Almaty").offers(&["14T20:00", "14T21:00", "14T22:00", "15T18:00"]);
    }

    #[test]
    fn that_overlaps_another_the_first_wins() {
        moscow()
            .rule("tue", "09:00-10:00")
            .travel("2026-12-14", None, "Asia/Almaty")
            .travel("2026-12-15", Some("2026-12-15"), "Europe/Berlin")
            .offers(&["15T04:00"]);
    }

    #[test]
    fn can_make_the_hours_of_two_dates_meet() {
        // Moscow's Monday ends at 21:00Z, as Berlin's 22:00 of Monday would; flying east, Tuesday begins earlier.
        let ask = moscow().rule("mon", "20:00-24:00").rule("tue", "02:00-06:00");
        let ask = ask.travel("2026-12-15", None, "Asia/Almaty");
        opens(&ask, &[("14T17:00", "15T01:00")]);
    }
}
