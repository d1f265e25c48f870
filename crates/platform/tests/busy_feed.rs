//! Foreign calendars as programs really write them, and as nobody should.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use platform::calendar::{Busy, Event, FEED_BYTES_MAX, Feed, FeedError, Status, read_busy};
use proptest::{collection::vec, prelude::*, sample::select};

/// Busy time of March 2026 for an owner in Almaty (UTC+5).
fn read(feed: &[u8]) -> Result<Busy, FeedError> {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let owner = TimeZone::get("Asia/Almaty").unwrap();
    read_busy(feed, at("2026-03-01T00:00:00Z")..at("2026-04-01T00:00:00Z"), &owner)
}

/// The intervals of a calendar with `content`, as `"05T06:00-05T07:00"` in UTC, and how many entries were not understood.
fn busy(content: &str) -> (Vec<String>, u32) {
    let feed = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{content}\nEND:VCALENDAR\n").replace('\n', "\r\n");
    let busy = read(feed.as_bytes()).unwrap();
    let show = |at: Timestamp| at.strftime("%dT%H:%M").to_string();
    let intervals = busy.intervals.iter().map(|i| format!("{}-{}", show(i.start), show(i.end)));
    (intervals.collect(), busy.not_understood)
}

fn check(content: &str, expected: &[&str]) {
    assert_eq!(busy(content), (expected.iter().map(ToString::to_string).collect(), 0), "{content}");
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:1@x\n{lines}\nEND:VEVENT")
}

#[test]
fn single_events_in_every_kind_of_time() {
    check(&event("DTSTART:20260305T060000Z\nDTEND:20260305T070000Z"), &["05T06:00-05T07:00"]);
    check(&event("DTSTART:20260305T060000Z\nDURATION:PT90M"), &["05T06:00-05T07:30"]);
    // Floating: where the owner lives.
    check(&event("DTSTART:20260305T110000\nDURATION:PT1H"), &["05T06:00-05T07:00"]);
    check(&event("DTSTART;TZID=Europe/Berlin:20260305T110000\nDURATION:PT1H"), &["05T10:00-05T11:00"]);
    // Whole days are the owner's days; without an end, one.
    check(&event("DTSTART;VALUE=DATE:20260305"), &["04T19:00-05T19:00"]);
    check(&event("DTSTART;VALUE=DATE:20260305\nDTEND;VALUE=DATE:20260307"), &["04T19:00-06T19:00"]);
    // RFC 5545 §3.6.1: a moment without length takes no time.
    check(&event("DTSTART:20260305T060000Z"), &[]);
    // Folded in the middle of a word, as any line may be.
    check(&event("DTSTART:20260305\n T060000Z\nDURATION:PT1H"), &["05T06:00-05T07:00"]);
}

#[test]
fn what_takes_no_time() {
    for mark in ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"] {
        check(&event(&format!("DTSTART:20260305T060000Z\nDURATION:PT1H\n{mark}")), &[]);
    }
    check(&event("DTSTART:20260305T060000Z\nDURATION:PT1H\nSTATUS:TENTATIVE"), &["05T06:00-05T07:00"]);
    check("BEGIN:VTODO\nUID:1\nDTSTART:20260305T060000Z\nDUE:20260305T070000Z\nEND:VTODO", &[]);
}

#[test]
fn intervals_are_merged_and_clipped_to_the_window() {
    let touching = [
        event("DTSTART:20260305T060000Z\nDURATION:PT1H"),
        event("DTSTART:20260305T070000Z\nDURATION:PT1H"),
        event("DTSTART:20260305T063000Z\nDURATION:PT10M"),
        event("DTSTART:20260227T000000Z\nDTEND:20260302T000000Z"),
        event("DTSTART:20260331T230000Z\nDURATION:PT9H"),
        event("DTSTART:20260501T230000Z\nDURATION:PT9H"),
    ];
    check(&touching.join("\n"), &["01T00:00-02T00:00", "05T06:00-05T08:00", "31T23:00-01T00:00"]);
}

#[test]
fn a_series_keeps_its_wall_clock_over_a_clock_change() {
    // Berlin changes on 29 March 2026.
    let weekly = event("DTSTART;TZID=Europe/Berlin:20240106T090000\nDTEND;TZID=Europe/Berlin:20240106T100000\nRRULE:FREQ=WEEKLY;BYDAY=SU");
    check(&weekly, &["01T08:00-01T09:00", "08T08:00-08T09:00", "15T08:00-15T09:00", "22T08:00-22T09:00", "29T07:00-29T08:00"]);
}

#[test]
fn the_end_of_a_series() {
    let until = |until: &str| event(&format!("DTSTART;TZID=Asia/Almaty:20260302T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}"));
    let two = ["02T06:00-02T07:00", "03T06:00-03T07:00"];
    // In UTC, inclusive; as a date, the whole day; a second earlier excludes.
    check(&until("20260303T060000Z"), &two);
    check(&until("20260303"), &two);
    check(&until("20260303T055959Z"), &two[..1]);
    check(&event("DTSTART:20260302T060000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"), &two);
    check(&event("DTSTART:20200302T060000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;COUNT=6"), &[]);
    check(&event("DTSTART:20200302T060000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;COUNT=7"), &two[..1]);
}

#[test]
fn exceptions_and_additions() {
    let daily = "DTSTART;TZID=Asia/Almaty:20260302T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3";
    let except = |line: &str| event(&format!("{daily}\n{line}"));
    let rest = ["02T06:00-02T07:00", "04T06:00-04T07:00"];
    check(&except("EXDATE;TZID=Asia/Almaty:20260303T110000"), &rest);
    check(&except("EXDATE:20260303T060000Z"), &rest);
    check(&except("EXDATE;VALUE=DATE:20260303"), &rest);
    check(&except("EXDATE;TZID=Asia/Almaty:20260302T110000,20260303T110000"), &rest[1..]);
    check(
        &except("RDATE;TZID=Asia/Almaty:20260310T110000\nRDATE;VALUE=PERIOD:20260311T060000Z/PT2H"),
        &["02T06:00-02T07:00", "03T06:00-03T07:00", "04T06:00-04T07:00", "10T06:00-10T07:00", "11T06:00-11T08:00"],
    );
    let days = "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260303";
    check(&event(days), &["01T19:00-02T19:00", "03T19:00-04T19:00"]);
}

#[test]
fn a_changed_instance_replaces_its_own_whatever_its_sequence_says() {
    let series = event("SEQUENCE:0\nDTSTART;TZID=Asia/Almaty:20260302T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3");
    let change =
        |lines: &str| format!("{series}\n{}", event(&format!("SEQUENCE:4\nRECURRENCE-ID;TZID=Asia/Almaty:20260303T110000\n{lines}")));
    check(
        &change("DTSTART;TZID=Asia/Almaty:20260303T150000\nDURATION:PT2H"),
        &["02T06:00-02T07:00", "03T10:00-03T12:00", "04T06:00-04T07:00"],
    );
    let without = ["02T06:00-02T07:00", "04T06:00-04T07:00"];
    check(&change("DTSTART;TZID=Asia/Almaty:20260303T110000\nDURATION:PT1H\nSTATUS:CANCELLED"), &without);
    check(&change("DTSTART;TZID=Asia/Almaty:20260303T110000\nDURATION:PT1H\nTRANSP:TRANSPARENT"), &without);
    // Another event's change leaves this one alone.
    let foreign = change("DTSTART;TZID=Asia/Almaty:20260303T110000\nDURATION:PT1H\nSTATUS:CANCELLED");
    let foreign = foreign.replacen("UID:1@x", "UID:2@x", 1);
    check(&foreign, &["02T06:00-02T07:00", "03T06:00-03T07:00", "04T06:00-04T07:00"]);
}

#[test]
fn a_change_of_all_later_instances_moves_them() {
    let series = event("DTSTART;TZID=Asia/Almaty:20260302T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4");
    let moved = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Almaty:20260304T110000\nDTSTART;TZID=Asia/Almaty:20260304T120000\nDURATION:PT30M",
    );
    check(&format!("{series}\n{moved}"), &["02T06:00-02T07:00", "03T06:00-03T07:00", "04T07:00-04T07:30", "05T07:00-05T07:30"]);
    let ended = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Almaty:20260304T110000\nDTSTART;TZID=Asia/Almaty:20260304T110000\nDURATION:PT1H\nSTATUS:CANCELLED",
    );
    check(&format!("{series}\n{ended}"), &["02T06:00-02T07:00", "03T06:00-03T07:00"]);
}

#[test]
fn zones_that_are_not_in_the_database() {
    let at = |zone: &str| event(&format!("DTSTART;TZID={zone}:20260330T110000\nDURATION:PT1H"));
    // Names of Windows. Berlin is in summer time by then.
    check(&at("W. Europe Standard Time"), &["30T09:00-30T10:00"]);
    check(&at("Qyzylorda Standard Time"), &["30T06:00-30T07:00"]);
    check(&at("Central Asia Standard Time"), &["30T05:00-30T06:00"]);
    // A definition of the feed itself, under a name that means nothing.
    let own = "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\n\
        BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n\
        END:VTIMEZONE\n";
    check(&format!("{own}{}", at("Customized Time Zone")), &["30T09:00-30T10:00"]);
    let winter = at("Customized Time Zone").replace("0330", "0310");
    check(&format!("{own}{winter}"), &["10T10:00-10T11:00"]);
    // The sender's definition tells more than a Windows name, whose meaning has changed over the years.
    let stale = "BEGIN:VTIMEZONE\nTZID:Central Asia Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\n";
    check(&format!("{stale}{}", at("Central Asia Standard Time")), &["30T06:00-30T07:00"]);
    // But a zone of the database is better known by the database than by an old definition.
    let old = stale.replace("Central Asia Standard Time", "Asia/Almaty").replace("+0500", "+0600");
    check(&format!("{old}{}", at("Asia/Almaty")), &["30T06:00-30T07:00"]);
    // Nobody knows: the owner's.
    check(&at("Nowhere"), &["30T06:00-30T07:00"]);
    check(&at("../../etc/passwd"), &["30T06:00-30T07:00"]);
}

#[test]
fn published_free_and_busy_time() {
    let lines = "BEGIN:VFREEBUSY\nFREEBUSY:20260305T060000Z/20260305T070000Z,20260306T060000Z/PT2H\n\
        FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260307T060000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20260308T060000Z/PT1H\nEND:VFREEBUSY";
    check(lines, &["05T06:00-05T07:00", "06T06:00-06T08:00", "07T06:00-07T07:00"]);
}

#[test]
fn what_is_not_understood_is_counted_and_the_rest_is_used() {
    let broken = [
        event("DTSTART:20260305T060000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY"),
        event("DTSTART:20260306T060000Z\nDURATION:PT1H\nRRULE:nonsense"),
        event("DTSTART:yesterday\nDURATION:PT1H"),
        event("SUMMARY:no start"),
        event("DTSTART:20260307T060000Z\nDTEND:never"),
        event("DTSTART:20260308T060000Z\nDURATION:PT1H"),
    ];
    let (intervals, not_understood) = busy(&broken.join("\n"));
    assert_eq!(intervals, ["05T06:00-05T07:00", "06T06:00-06T07:00", "08T06:00-08T07:00"]);
    assert_eq!(not_understood, 5);
}

#[test]
fn what_is_no_calendar_is_refused() {
    assert_eq!(read(b"<!doctype html><title>Sign in</title>"), Err(FeedError::NotACalendar));
    assert_eq!(read(b""), Err(FeedError::NotACalendar));
    assert_eq!(read(&vec![b' '; FEED_BYTES_MAX + 1]), Err(FeedError::TooLarge));
}

#[test]
fn a_feed_that_costs_too_much_is_refused() {
    let head = "BEGIN:VCALENDAR\r\n";
    let many = |lines: &str| {
        let one = event(lines).replace('\n', "\r\n") + "\r\n";
        head.to_owned() + &one.repeat((FEED_BYTES_MAX - head.len()) / one.len())
    };
    let hostile = [
        "DTSTART:19000101T000000Z\nRRULE:FREQ=DAILY;COUNT=2147483647",
        "DTSTART:19000101T000000Z\nRRULE:FREQ=YEARLY;COUNT=9;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:19000101T000000Z\nRRULE:FREQ=YEARLY;COUNT=9;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2,3;BYSETPOS=-1",
    ];
    for lines in hostile {
        assert_eq!(read(many(lines).as_bytes()), Err(FeedError::TooComplex), "{lines}");
    }
    // One rule with a list as long as the feed.
    let list = "1,".repeat(900_000);
    let long = event(&format!("DTSTART:19000101T000000Z\nRRULE:FREQ=YEARLY;BYYEARDAY={list}1"));
    let long = format!("{head}{}\r\n", long.replace('\n', "\r\n"));
    assert_eq!(read(long.as_bytes()), Err(FeedError::TooComplex));
}

#[test]
fn a_full_ordinary_calendar_is_read() {
    // Two thousand meetings of each kind over the years, as an assistant's calendar has them.
    let one = event("DTSTART;TZID=Asia/Almaty:20240301T110000\nDURATION:PT1H\nSUMMARY:A title of usual length\nLOCATION:Room 5");
    let daily = event("DTSTART;TZID=Asia/Almaty:20240301T090000\nDURATION:PT15M\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");
    let feed = format!("{}{}", format!("{one}\n").repeat(2000), format!("{daily}\n").repeat(2000));
    let (intervals, not_understood) = busy(&feed);
    assert_eq!((intervals.len(), not_understood), (22, 0));
}

#[test]
fn our_own_feed_is_read_back() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let one = |uid, status| Event {
        uid,
        sequence: 0,
        stamp: at("2026-03-01T00:00:00Z"),
        start: at("2026-03-05T06:00:00Z"),
        end: at("2026-03-05T07:00:00Z"),
        summary: "Кездесу; «Сенім», 60 мин\nекінші жол",
        description: None,
        location: None,
        url: None,
        status,
    };
    let events = [one("1@x", Status::Confirmed), one("2@x", Status::Cancelled)];
    let feed = Feed { name: "Күнтізбе", refresh_minutes: 15, events: &events }.to_ics();
    let busy = read(feed.as_bytes()).unwrap();
    assert_eq!(busy.intervals.len(), 1);
    assert_eq!((busy.intervals[0].start, busy.not_understood), (events[0].start, 0));
}

/// Lines which a careless or malicious program might write in any order.
fn lines() -> impl Strategy<Value = String> {
    let names = [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "EXDATE",
        "RDATE",
        "RECURRENCE-ID",
        "BEGIN",
        "END",
        "TZID",
        "TZOFFSETTO",
        "TZOFFSETFROM",
        "FREEBUSY",
        "TRANSP",
        "X-A",
        "UID",
    ];
    let parameters = [
        "",
        ";TZID=Europe/Berlin",
        ";TZID=Z",
        ";VALUE=DATE",
        ";VALUE=PERIOD",
        ";VALUE=RECUR",
        ";RANGE=THISANDFUTURE",
        ";ENCODING=BASE64",
        ";FBTYPE=BUSY",
        ";X=\"",
    ];
    let values = [
        "VCALENDAR",
        "VEVENT",
        "VTIMEZONE",
        "STANDARD",
        "VFREEBUSY",
        "20260305T060000Z",
        "20260305",
        "99991231T235959Z",
        "00010101T000000",
        "20260230",
        "PT1H",
        "P9999999W",
        "-P1D",
        "PT99999999999999S",
        "FREQ=DAILY",
        "FREQ=YEARLY;BYWEEKNO=-53,53;BYSETPOS=-366",
        "FREQ=MONTHLY;BYDAY=-5SU,99MO;INTERVAL=65535",
        "FREQ=WEEKLY;COUNT=4294967295;UNTIL=99991231",
        "FREQ=SECONDLY",
        "+2359",
        "-9999",
        "Z",
        "20260305T060000Z/PT1H",
        "20260305T060000Z/00010101T000000Z",
        ",,;;",
        "\\",
        "",
    ];
    let known = (select(names.to_vec()), select(parameters.to_vec()), select(values.to_vec()));
    prop_oneof![
        9 => known.prop_map(|(name, parameter, value)| format!("{name}{parameter}:{value}")),
        1 => "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
        let _ = read(&[b"BEGIN:VCALENDAR\r\n", bytes.as_slice()].concat());
    }

    #[test]
    fn no_lines_make_it_panic_and_the_answer_is_well_formed(lines in vec(lines(), 0..40)) {
        let feed = format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{}\r\n", lines.join("\r\n"));
        if let Ok(busy) = read(feed.as_bytes()) {
            prop_assert!(busy.intervals.iter().all(|i| i.start < i.end));
            prop_assert!(busy.intervals.windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }

    #[test]
    fn a_single_event_is_busy_exactly_its_time(start in 0i64..40_000, minutes in 1i64..2000) {
        let window = "2026-03-01T00:00:00".parse::<DateTime>().unwrap();
        let start = window.checked_add(jiff::Span::new().minutes(start)).unwrap();
        let lines = format!("DTSTART:{}\nDURATION:PT{minutes}M", start.strftime("%Y%m%dT%H%M%SZ"));
        let (intervals, _) = busy(&event(&lines));
        let end = start.checked_add(jiff::Span::new().minutes(minutes)).unwrap();
        let last = "2026-04-01T00:00:00".parse::<DateTime>().unwrap();
        let show = |at: DateTime| at.min(last).strftime("%dT%H:%M").to_string();
        prop_assert_eq!(intervals, [format!("{}-{}", show(start), show(end))]);
    }
}
