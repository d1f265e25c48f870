//! The contract on slots, alignment, busy time, buffers, notice, window and horizon, sentence by sentence. The week is
//! that of Monday 14 December 2026; Moscow is at UTC+3.

use domain::scheduling::Alignment::{FreeStart, FreeStartRounded, WindowStart};
use domain::scheduling::BufferPolicy::{Shared, Sum};

use crate::ask::{Ask, ask, at};

fn moscow() -> Ask {
    ask("Europe/Moscow")
}

mod slots {
    use super::*;

    #[test]
    fn lie_inside_one_merged_interval() {
        moscow().rule("mon", "09:00-10:30").every(15).offers(&["14T06:00", "14T06:15", "14T06:30"]);
        moscow().rule("mon", "09:00-09:59").offers(&[]);
        moscow().rule("mon", "09:00-10:00").offers(&["14T06:00"]);
    }

    #[test]
    fn step_by_elapsed_minutes() {
        // Berlin 29 March 2026: 01:00 to 05:00 are three hours.
        ask("Europe/Berlin").now("2026-03-01T00:00").rule("sun", "01:00-05:00").window("2026-03-29T00:00", "2026-03-30T00:00").offers(&[
            "2026-03-29T00:00",
            "2026-03-29T01:00",
            "2026-03-29T02:00",
        ]);
    }

    #[test]
    fn may_last_longer_than_the_step_and_than_the_window() {
        let ask = moscow().rule("mon", "09:00-13:00").length(120).every(90);
        ask.clone().offers(&["14T06:00", "14T07:30"]);
        ask.window("2026-12-14T07:30", "2026-12-14T07:31").offers(&["14T07:30"]);
    }

    #[test]
    fn may_last_for_days_beyond_the_window() {
        // Monday to Friday without a pause; five days from Monday's midnight, asked in one minute.
        let ask = moscow().rule("mon tue wed thu fri", "00:00-24:00").length(5 * 1440).every(5 * 1440);
        ask.clone().window("2026-12-13T21:00", "2026-12-13T21:01").offers(&["13T21:00"]);
        ask.length(5 * 1440 + 1).window("2026-12-13T21:00", "2026-12-13T21:01").offers(&[]);
    }

    #[test]
    fn buffers_may_reach_outside_opening_hours() {
        let ask = moscow().rule("mon", "09:00-10:00");
        ask.clone().buffers(Sum, 60, 60).offers(&["14T06:00"]);
        // But not into what is busy there.
        ask.clone().buffers(Sum, 60, 0).booked("2026-12-14T05:00", "2026-12-14T05:01").offers(&[]);
        ask.buffers(Shared, 0, 60).booked("2026-12-14T07:59", "2026-12-14T08:00").offers(&[]);
    }
}

mod alignment {
    use super::*;

    #[test]
    fn window_start_never_shifts_for_busy_time() {
        moscow()
            .rule("mon", "09:00-13:00")
            .booked("2026-12-14T06:30", "2026-12-14T07:10")
            .aligned(WindowStart)
            .offers(&["14T08:00", "14T09:00"]);
    }

    #[test]
    fn free_start_begins_anew_after_what_is_busy_and_its_buffers() {
        let ask = moscow().rule("mon", "09:00-13:00").aligned(FreeStart);
        ask.clone().booked("2026-12-14T07:00", "2026-12-14T07:10").offers(&["14T06:00", "14T07:10", "14T08:10"]);
        ask.clone().booked("2026-12-14T07:00", "2026-12-14T07:10").buffers(Sum, 5, 0).offers(&["14T06:00", "14T07:15", "14T08:15"]);
        // What is busy before opening pushes the first start.
        ask.booked_with_buffers("2026-12-14T05:00", "2026-12-14T06:00", 0, 20).offers(&["14T06:20", "14T07:20", "14T08:20"]);
    }

    #[test]
    fn free_start_ends_a_gap_before_the_next_busy_time_and_its_buffers() {
        moscow()
            .rule("mon", "09:00-13:00")
            .aligned(FreeStart)
            .booked_with_buffers("2026-12-14T08:10", "2026-12-14T09:00", 15, 0)
            .offers(&["14T06:00", "14T09:00"]);
    }

    #[test]
    fn free_start_rounded_rounds_the_beginning_of_every_gap() {
        let ask = moscow().rule("mon", "09:10-13:00").aligned(FreeStartRounded);
        // 60 divides 60: whole hours.
        ask.clone().offers(&["14T07:00", "14T08:00", "14T09:00"]);
        // 50 is divided by 10: 09:10 is round enough, and so is the end of the booking at 10:50 after rounding.
        ask.clone().every(50).length(50).booked("2026-12-14T07:00", "2026-12-14T07:41").offers(&["14T06:10", "14T07:50", "14T08:40"]);
        // 7 is divided by none: 09:10 itself.
        ask.every(7).length(220).offers(&["14T06:10", "14T06:17"]);
    }

    #[test]
    fn free_start_rounded_rounds_now_and_notice_if_that_is_later() {
        let ask = moscow().rule("mon", "09:00-13:00").aligned(FreeStartRounded).every(30).notice(30);
        ask.clone().now("2026-12-14T06:05").offers(&["14T07:00", "14T07:30", "14T08:00", "14T08:30", "14T09:00"]);
        ask.clone().now("2026-12-14T06:00:30").offers(&["14T07:00", "14T07:30", "14T08:00", "14T08:30", "14T09:00"]);
        ask.clone().every(50).now("2026-12-14T06:01").offers(&["14T06:40", "14T07:30", "14T08:20"]);
        // Only the gap in which it lies: the one after the booking begins where it is free.
        ask.every(50)
            .length(50)
            .now("2026-12-14T06:01")
            .booked("2026-12-14T07:40", "2026-12-14T08:10")
            .offers(&["14T06:40", "14T08:10", "14T09:00"]);
    }

    #[test]
    fn free_start_rounded_goes_by_the_local_minute() {
        // Kathmandu is at UTC+5:45: the full hour is at a quarter past in UTC.
        ask("Asia/Kathmandu").rule("mon", "09:10-12:00").aligned(FreeStartRounded).offers(&["14T04:15", "14T05:15"]);
        // And by the clocks of the place where the specialist is.
        moscow()
            .rule("mon", "09:10-12:00")
            .travel("2026-12-14", None, "Asia/Kathmandu")
            .aligned(FreeStartRounded)
            .offers(&["14T04:15", "14T05:15"]);
    }

    #[test]
    fn free_start_rounded_goes_by_the_date_of_the_journey() {
        // 01:10 on Tuesday in Kathmandu is 22:25 on Monday in Moscow: the journey has begun.
        moscow()
            .rule("tue", "01:10-04:00")
            .travel("2026-12-15", None, "Asia/Kathmandu")
            .aligned(FreeStartRounded)
            .offers(&["14T20:15", "14T21:15"]);
    }

    #[test]
    fn a_booking_from_one_interval_into_the_next_shortens_both() {
        let ask = moscow().rule("mon", "09:00-11:00").rule("mon", "12:00-14:00").aligned(FreeStart);
        ask.booked("2026-12-14T07:10", "2026-12-14T09:20").offers(&["14T06:00", "14T09:20"]);
    }

    #[test]
    fn starts_are_whole_seconds_even_where_busy_time_is_not() {
        let ask = moscow().rule("mon", "09:00-12:00").aligned(FreeStart);
        ask.clone().booked("2026-12-14T06:00", "2026-12-14T06:30:00.5").offers(&["2026-12-14T06:30:01Z", "2026-12-14T07:30:01Z"]);
        // Rounded outward on the other side too: 06:59:59.5 leaves no whole hour before it.
        ask.booked("2026-12-14T06:59:59.5", "2026-12-14T08:00").offers(&["14T08:00"]);
    }
}

mod busy {
    use super::*;

    #[test]
    fn is_half_open_and_touching_is_no_conflict() {
        moscow().rule("mon", "09:00-12:00").booked("2026-12-14T07:00", "2026-12-14T08:00").offers(&["14T06:00", "14T08:00"]);
        moscow().rule("mon", "09:00-12:00").booked("2026-12-14T06:59", "2026-12-14T08:01").offers(&[]);
    }

    #[test]
    fn that_ends_where_a_slot_begins_does_not_hide_what_follows() {
        let ask = moscow().rule("mon", "09:00-12:00").booked("2026-12-14T06:00", "2026-12-14T07:00");
        ask.booked("2026-12-14T07:30", "2026-12-14T07:40").offers(&["14T08:00"]);
    }

    #[test]
    fn of_both_kinds_blocks_and_may_overlap() {
        moscow()
            .rule("mon", "09:00-14:00")
            .external("2026-12-14T06:00", "2026-12-14T08:00")
            .booked("2026-12-14T07:00", "2026-12-14T09:00")
            .offers(&["14T09:00", "14T10:00"]);
    }

    #[test]
    fn of_no_length_blocks_nothing_unless_its_own_buffers_do() {
        let ask = moscow().rule("mon", "09:00-11:00");
        ask.clone().booked("2026-12-14T06:30", "2026-12-14T06:30").buffers(Sum, 10, 10).offers(&["14T06:00", "14T07:00"]);
        ask.booked_with_buffers("2026-12-14T06:30", "2026-12-14T06:30", 0, 5).offers(&["14T07:00"]);
    }
}

mod buffers {
    use super::*;

    fn around_a_booking(before: u32, after: u32) -> Ask {
        // Booked 11:00 to 12:00 Moscow, on a five-minute grid.
        moscow().rule("mon", "09:00-14:00").every(5).booked_with_buffers("2026-12-14T08:00", "2026-12-14T09:00", before, after)
    }

    /// The last start before the booking and the first after it.
    #[track_caller]
    fn nearest(ask: &Ask, last_before: &str, first_after: &str) {
        let starts = ask.starts();
        let booked = at("2026-12-14T08:00");
        let before = starts.iter().rfind(|start| **start < booked).unwrap();
        let after = starts.iter().find(|start| **start > booked).unwrap();
        let expected = [last_before, first_after].map(|time| at(&format!("2026-12-14T{time}")));
        assert_eq!([*before, *after], expected);
        assert_eq!(ask.naive_starts().unwrap(), starts);
    }

    #[test]
    fn of_both_sides_add_up_under_sum() {
        nearest(&around_a_booking(0, 0).buffers(Sum, 0, 0), "07:00", "09:00");
        nearest(&around_a_booking(0, 0).buffers(Sum, 10, 15), "06:45", "09:10");
        nearest(&around_a_booking(5, 20).buffers(Sum, 0, 0), "06:55", "09:20");
        nearest(&around_a_booking(5, 20).buffers(Sum, 10, 15), "06:40", "09:30");
    }

    #[test]
    fn are_the_larger_of_the_two_under_shared() {
        nearest(&around_a_booking(5, 20).buffers(Shared, 0, 0), "06:55", "09:20");
        nearest(&around_a_booking(5, 20).buffers(Shared, 10, 15), "06:45", "09:20");
        nearest(&around_a_booking(15, 5).buffers(Shared, 10, 10), "06:45", "09:10");
    }
}

mod notice_window_and_horizon {
    use super::*;

    #[test]
    fn notice_is_inclusive() {
        let ask = moscow().rule("mon", "09:00-12:00").notice(120);
        ask.clone().now("2026-12-14T05:00").offers(&["14T07:00", "14T08:00"]);
        ask.clone().now("2026-12-14T05:01").offers(&["14T08:00"]);
        ask.now("2026-12-14T05:00:00.001").offers(&["14T08:00"]);
    }

    #[test]
    fn the_past_is_not_offered() {
        moscow().rule("mon", "09:00-12:00").now("2026-12-14T07:00").offers(&["14T07:00", "14T08:00"]);
        moscow().rule("mon", "09:00-12:00").now("2027-01-01T00:00").offers(&[]);
    }

    #[test]
    fn the_window_contains_its_beginning_and_not_its_end() {
        let ask = moscow().rule("mon", "09:00-12:00");
        ask.clone().window("2026-12-14T06:00", "2026-12-14T08:00").offers(&["14T06:00", "14T07:00"]);
        ask.clone().window("2026-12-14T06:00:01", "2026-12-14T08:00:01").offers(&["14T07:00", "14T08:00"]);
        ask.window("2026-12-14T06:00", "2026-12-14T06:00").offers(&[]);
    }

    #[test]
    fn rolling_days_count_local_dates_from_today_both_inclusive() {
        let ask = moscow().rule("daily", "00:30-01:30").rule("daily", "23:00-24:00");
        // 22:00 in Moscow on the 14th.
        let ask = ask.now("2026-12-14T19:00");
        ask.clone().rolling(0).offers(&["14T20:00"]);
        ask.clone().rolling(1).offers(&["14T20:00", "14T21:30", "15T20:00"]);
        // 00:10 in Moscow on the 15th, though UTC still has the 14th.
        ask.now("2026-12-14T21:10").rolling(0).offers(&["14T21:30", "15T20:00"]);
    }

    #[test]
    fn rolling_days_go_by_the_home_zone_during_travel() {
        // 00:30 on the 16th in Almaty is 22:30 on the 15th in Moscow.
        moscow()
            .rule("daily", "00:30-01:30")
            .travel("2026-12-15", None, "Asia/Almaty")
            .now("2026-12-15T12:00")
            .rolling(0)
            .offers(&["15T19:30"]);
    }
}
