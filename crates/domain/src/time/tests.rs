use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

#[track_caller]
fn check(zone_name: &str, date: &str, time: &str, expected: &str) {
    let instant = instant_of(&zone(zone_name), date.parse().unwrap(), time.parse().unwrap());
    assert_eq!(instant.to_string(), expected, "{zone_name} {date} {time}");
}

#[test]
fn a_skipped_time_takes_the_offset_before_the_gap() {
    check("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59:00Z");
    check("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"); // shown as 03:30
    check("Europe/Berlin", "2026-03-29", "03:30", "2026-03-29T01:30:00Z");
}

#[test]
fn a_repeated_time_is_its_first_occurrence() {
    check("America/New_York", "2025-11-02", "01:30", "2025-11-02T05:30:00Z");
    check("America/New_York", "2025-11-02", "02:00", "2025-11-02T07:00:00Z");
    // The last hour of February 2024 happened twice in Almaty: +06 first, then +05.
    check("Asia/Almaty", "2024-02-29", "23:30", "2024-02-29T17:30:00Z");
    check("Asia/Almaty", "2024-02-29", "24:00", "2024-02-29T19:00:00Z");
    check("Asia/Almaty", "2024-03-01", "00:00", "2024-02-29T19:00:00Z");
    // The month of Ramadan ends the permanent +01 of Morocco for its length.
    check("Africa/Casablanca", "2024-03-10", "02:30", "2024-03-10T01:30:00Z");
    check("Africa/Casablanca", "2024-04-14", "02:30", "2024-04-14T02:30:00Z");
}

#[test]
fn a_missing_midnight_is_one_o_clock() {
    check("Africa/Cairo", "2024-04-26", "00:00", "2024-04-25T22:00:00Z");
    check("Africa/Cairo", "2024-04-26", "00:30", "2024-04-25T22:30:00Z");
    check("Africa/Cairo", "2024-04-26", "01:00", "2024-04-25T22:00:00Z");
    check("America/Santiago", "2024-09-08", "00:00", "2024-09-08T04:00:00Z");
    check("Asia/Beirut", "2024-03-31", "00:00", "2024-03-30T22:00:00Z");
    check("Africa/Cairo", "2024-04-25", "24:00", "2024-04-25T22:00:00Z");
}

#[test]
fn a_missing_day_is_read_with_the_offset_before_it() {
    check("Pacific/Apia", "2011-12-29", "09:00", "2011-12-29T19:00:00Z");
    check("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T19:00:00Z");
    check("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00:00Z");
}

#[test]
fn half_an_hour_is_a_transition_too() {
    check("Australia/Lord_Howe", "2024-10-06", "02:15", "2024-10-05T15:45:00Z"); // shown as 02:45
    check("Australia/Lord_Howe", "2024-10-06", "02:30", "2024-10-05T15:30:00Z");
    check("Australia/Lord_Howe", "2024-04-07", "01:45", "2024-04-06T14:45:00Z");
    check("Australia/Lord_Howe", "2024-04-07", "02:00", "2024-04-06T15:30:00Z");
}

#[test]
fn the_ends_of_the_calendar_are_the_nearest_instants() {
    for zone in [zone("Pacific/Kiritimati"), zone("Pacific/Niue")] {
        assert!(instant_of(&zone, Date::MIN, WallTime::MIDNIGHT).as_second() < -377_000_000_000);
        assert!(instant_of(&zone, Date::MAX, WallTime::END_OF_DAY).as_second() > 253_000_000_000);
    }
}

#[test]
fn the_date_on_the_wall() {
    let at = "2026-12-14T20:30:00Z".parse().unwrap();
    assert_eq!(local_date(&zone("Asia/Almaty"), at).to_string(), "2026-12-15");
    assert_eq!(local_date(&zone("America/New_York"), at).to_string(), "2026-12-14");
    assert_eq!(offset_sec(&zone("Asia/Kathmandu"), at), 20_700);
}

#[test]
fn weeks_begin_on_monday_and_belong_to_the_year_of_their_thursday() {
    let week = |date: &str| IsoWeek::of(date.parse().unwrap());
    assert_eq!(week("2027-01-03").to_string(), "2026-W53");
    assert_eq!(week("2027-01-04").to_string(), "2027-W01");
    assert_eq!(week("2024-12-30"), week("2025-01-05"));
    assert_eq!(week("2027-01-03").monday().unwrap().to_string(), "2026-12-28");
}

#[test]
fn times_are_five_characters() {
    let minutes = |text: &str| text.parse::<WallTime>().map(WallTime::minute_of_day);
    assert_eq!(minutes("00:00"), Ok(0));
    assert_eq!(minutes("09:30"), Ok(570));
    assert_eq!(minutes("24:00"), Ok(1440));
    assert_eq!("24:00".parse::<WallTime>().unwrap().to_string(), "24:00");
    for wrong in ["", "9:30", "09:60", "24:01", "25:00", "09.30", "09:30:00", " 9:30", "+9:30", "٠٩:٣٠", "-1:00"] {
        assert_eq!(minutes(wrong), Err(InvalidWallTime), "{wrong}");
    }
}

#[test]
fn zones_are_iana_names() {
    assert_eq!(zone("europe/moscow").name(), "Europe/Moscow");
    assert_eq!(zone("UTC").name(), "UTC");
    assert!(Zone::parse("Asia/Calcutta").is_ok(), "browsers still report old names");
    let wrong = [
        "",
        "Mars/Olympus",
        "+03:00",
        "MSK-3",
        "localtime",
        "LocalTime",
        "posix/Europe/Moscow",
        "right/Europe/Moscow",
        "Etc/Unknown",
        "../zoneinfo/Europe/Moscow",
        "zone.tab",
        "Europe",
        "Europe/Moscow ",
        "Europe/Moscow\0",
    ];
    for name in wrong {
        assert_eq!(Zone::parse(name), Err(UnknownZone { name: name.into() }));
    }
    let long = "A".repeat(100_000);
    assert!(Zone::parse(&long).unwrap_err().to_string().len() < 200);
}

/// The definition of RFC 5545 in the slowest way: try every instant around the wall-clock time.
fn by_definition(zone: &Zone, date: Date, time: WallTime) -> Timestamp {
    let minute = |sec: i64| Timestamp::from_second(sec * 60).unwrap();
    let as_if_utc = instant_of(&Zone::UTC, date, time).as_second() / 60;
    let shown = |at: i64| at + offset_sec(zone, minute(at)) / 60;
    let around = as_if_utc - 30 * 60..as_if_utc + 30 * 60;
    if let Some(first) = around.clone().find(|&at| shown(at) == as_if_utc) {
        return minute(first);
    }
    let before_gap = around.clone().find(|&at| shown(at) < as_if_utc && shown(at + 1) > as_if_utc).unwrap();
    minute(as_if_utc - (shown(before_gap) - before_gap))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn wall_clock_becomes_utc_by_the_definition(
        (name, around) in prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("Africa/Cairo", "2024-04-26"),
            ("Africa/Cairo", "2024-11-01"), ("America/Santiago", "2024-09-08"), ("America/Santiago", "2024-04-07"),
            ("Asia/Beirut", "2024-03-31"), ("Pacific/Apia", "2011-12-30"), ("Australia/Lord_Howe", "2024-04-07"),
            ("Australia/Lord_Howe", "2024-10-06"), ("Africa/Casablanca", "2024-03-10"), ("Asia/Almaty", "2024-03-01"),
            ("America/St_Johns", "2006-10-29"), ("Asia/Kathmandu", "2026-01-01"), ("America/Sao_Paulo", "2018-11-04"),
        ]),
        days in -1_i64..=1,
        minute in 0_u16..=1440,
    ) {
        let zone = zone(name);
        let date = around.parse::<Date>().unwrap() + jiff::Span::new().days(days);
        let time = WallTime::from_minute_of_day(minute).unwrap();
        prop_assert_eq!(instant_of(&zone, date, time), by_definition(&zone, date, time));
    }
}
