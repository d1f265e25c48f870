//! Our expansion against the `rrule` crate's: two programs written apart that agree are probably both right.

use jiff::{
    Span,
    civil::{DateTime, Time, Weekday, date},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::recurrence::{Budget, Exhausted, Frequency, Rule};

const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The rule in RFC 5545's writing.
fn written(rule: &Rule) -> String {
    fn list<T: ToString>(name: &str, values: &[T]) -> String {
        if values.is_empty() {
            return String::new();
        }
        let values: Vec<_> = values.iter().map(T::to_string).collect();
        format!(";{name}={}", values.join(","))
    }
    let name = |day: Weekday| NAMES[usize::try_from(day.to_monday_zero_offset()).unwrap()];
    let days: Vec<_> =
        rule.by_day.iter().map(|(n, day)| if *n == 0 { name(*day).to_owned() } else { format!("{n}{}", name(*day)) }).collect();
    let mut hours: Vec<_> = rule.times.iter().map(|time| time.hour()).collect();
    hours.dedup();
    [
        format!("FREQ={:?};INTERVAL={};WKST={}", rule.frequency, rule.interval, name(rule.week_start)).to_uppercase(),
        rule.count.map_or_else(String::new, |count| format!(";COUNT={count}")),
        rule.until.map_or_else(String::new, |until| until.strftime(";UNTIL=%Y%m%dT%H%M%SZ").to_string()),
        list("BYMONTH", &rule.by_month),
        list("BYWEEKNO", &rule.by_week_no),
        list("BYYEARDAY", &rule.by_year_day),
        list("BYMONTHDAY", &rule.by_month_day),
        list("BYDAY", &days),
        list("BYHOUR", &hours),
        list("BYSETPOS", &rule.by_set_pos),
    ]
    .concat()
}

/// What the other program says, or `None` where it refuses the rule. Its first 60 instances.
fn oracle(rule: &Rule, start: DateTime) -> Option<Vec<DateTime>> {
    let text = format!("DTSTART:{}\nRRULE:{}", start.strftime("%Y%m%dT%H%M%SZ"), written(rule));
    let set: rrule::RRuleSet = text.parse().ok()?;
    let instances = set.all(60);
    Some(instances.dates.iter().map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string().parse().unwrap()).collect())
}

fn signed(max: i16) -> impl Strategy<Value = i16> {
    (1..=max, any::<bool>()).prop_map(|(n, negative)| if negative { -n } else { n })
}

prop_compose! {
    fn starts()(year in 2019i16..2026, day in 0i32..366, hour in 0i8..24) -> DateTime {
        let first = date(year, 1, 1).at(hour, 30, 0, 0);
        first.checked_add(Span::new().days(day)).unwrap()
    }
}

prop_compose! {
    fn rules()(
        frequency in select(vec![Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly]),
        interval in 1u16..5,
        count in option::of(1u32..40),
        by_month in vec(1i8..=12, 0..3),
        by_week_no in vec(signed(53), 0..3),
        by_year_day in vec(signed(366), 0..3),
        by_month_day in vec(signed(31), 0..3),
        by_day in vec((signed(5), 0i8..7), 0..4),
        hours in vec(0i8..24, 0..3),
        by_set_pos in vec(signed(6), 0..3),
        week_start in 0i8..7,
        parts in 0u8..128,
        until in option::of(0i32..2000),
        start in starts(),
    ) -> (Rule, DateTime) {
        // A few parts at a time: all together nearly nothing matches.
        let wants = |bit: u8| parts & (1 << bit) != 0;
        let yearly = frequency == Frequency::Yearly;
        // Both kinds of BYDAY in one rule (`MO,1TU`): RFC 5545 adds them, the other program intersects them.
        let ordinals = wants(6) && matches!(frequency, Frequency::Monthly | Frequency::Yearly);
        let day = |offset| Weekday::from_monday_zero_offset(offset).unwrap();
        let mut hours = if hours.is_empty() { vec![start.hour()] } else { hours };
        hours.sort_unstable();
        hours.dedup();
        let small = |list: Vec<i16>| list.into_iter().map(|n| i8::try_from(n).unwrap()).collect();
        let by_day: Vec<(i16, Weekday)> = by_day
            .into_iter()
            .filter(|_| wants(0))
            .map(|(n, offset)| (if ordinals { n } else { 0 }, day(offset)))
            .collect();
        // Where the libraries differ from RFC 5545: BYWEEKNO alone takes the weekday from the start.
        let weeks = yearly && wants(1) && !by_day.is_empty() && by_day.iter().all(|(n, _)| *n == 0);
        let rule = Rule {
            frequency,
            interval,
            count,
            until: until.filter(|_| count.is_none()).and_then(|days| start.checked_add(Span::new().days(days)).ok()),
            by_month: if wants(2) { by_month } else { Vec::new() },
            by_week_no: if weeks { small(by_week_no) } else { Vec::new() },
            by_year_day: if yearly && wants(3) { by_year_day } else { Vec::new() },
            by_month_day: if wants(4) && frequency != Frequency::Weekly { small(by_month_day) } else { Vec::new() },
            by_day,
            times: hours.into_iter().map(|hour| Time::new(hour, 30, 0, 0).unwrap()).collect(),
            by_set_pos: Vec::new(),
            week_start: day(week_start),
        };
        // The other program's first week begins at the start, not at WKST.
        let positions = wants(5) && frequency != Frequency::Weekly && !(rule.by_day.is_empty() && rule.by_month_day.is_empty());
        let by_set_pos = if positions { by_set_pos.into_iter().map(i32::from).collect() } else { Vec::new() };
        (Rule { by_set_pos, ..rule }, start)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn agrees_with_another_program((rule, start) in rules()) {
        let expected = oracle(&rule, start);
        prop_assume!(expected.is_some());
        let expected = expected.unwrap();
        let far = start.checked_add(Span::new().years(20)).unwrap();
        let expected: Vec<_> = expected.into_iter().filter(|at| *at <= far).collect();
        let mut own = rule.clone().complete(start).expand(start, (start, far), &mut Budget(u32::MAX)).unwrap();
        // The other one was asked for 60.
        if expected.len() >= 60 {
            own.truncate(60);
        }
        let differs = own.iter().zip(&expected).find(|(own, other)| own != other);
        prop_assert!(differs.is_none(), "{}: {:?}", written(&rule), differs);
        prop_assert_eq!(own.len(), expected.len(), "{}", written(&rule));
    }

    #[test]
    fn a_window_shows_what_the_whole_series_holds_there((rule, start) in rules(), from in 0i32..3000, days in 0i32..400) {
        let rule = rule.complete(start);
        let from = start.checked_add(Span::new().days(from)).unwrap();
        let to = from.checked_add(Span::new().days(days)).unwrap();
        let all = rule.expand(start, (start, to), &mut Budget(u32::MAX)).unwrap();
        let expected: Vec<_> = all.into_iter().filter(|at| *at >= from).collect();
        prop_assert_eq!(rule.expand(start, (from, to), &mut Budget(u32::MAX)).unwrap(), expected);
    }
}

fn daily() -> Rule {
    Rule {
        frequency: Frequency::Daily,
        interval: 1,
        count: None,
        until: None,
        by_month: Vec::new(),
        by_week_no: Vec::new(),
        by_year_day: Vec::new(),
        by_month_day: Vec::new(),
        by_day: Vec::new(),
        times: vec![Time::new(9, 0, 0, 0).unwrap()],
        by_set_pos: Vec::new(),
        week_start: Weekday::Monday,
    }
}

#[test]
fn an_old_series_costs_only_its_window() {
    let start = date(1900, 1, 1).at(9, 0, 0, 0);
    let window = (date(2026, 1, 1).at(0, 0, 0, 0), date(2026, 1, 31).at(0, 0, 0, 0));
    let instances = daily().expand(start, window, &mut Budget(100)).unwrap();
    assert_eq!(instances.len(), 30);
    // With COUNT all days before have to be counted.
    let counted = Rule { count: Some(1_000_000), ..daily() };
    assert_eq!(counted.expand(start, window, &mut Budget(100)), Err(Exhausted));
}

#[test]
fn a_week_number_alone_takes_the_weekday_of_the_start() {
    // RFC 5545 §3.3.10; the libraries give the whole week.
    let start = date(2026, 5, 13).at(9, 0, 0, 0);
    let rule = Rule { frequency: Frequency::Yearly, by_week_no: vec![20], ..daily() }.complete(start);
    let window = (start, date(2028, 12, 31).at(0, 0, 0, 0));
    let days: Vec<_> = rule.expand(start, window, &mut Budget(5000)).unwrap();
    let expected = [date(2026, 5, 13), date(2027, 5, 19), date(2028, 5, 17)];
    assert_eq!(days, expected.map(|day| day.at(9, 0, 0, 0)));
}

#[test]
fn a_position_counts_in_the_whole_first_week() {
    let start = date(2019, 1, 2).at(9, 0, 0, 0);
    let by_day = vec![(0, Weekday::Tuesday), (0, Weekday::Thursday)];
    let rule = Rule { frequency: Frequency::Weekly, by_day, by_set_pos: vec![1], ..daily() };
    let window = (start, date(2019, 1, 17).at(0, 0, 0, 0));
    let expected = [date(2019, 1, 8), date(2019, 1, 15)].map(|day| day.at(9, 0, 0, 0));
    assert_eq!(rule.expand(start, window, &mut Budget(100)).unwrap(), expected);
}

#[test]
fn kinds_of_weekdays_add_up() {
    let start = date(2026, 1, 1).at(9, 0, 0, 0);
    let by_day = vec![(1, Weekday::Monday), (-1, Weekday::Friday)];
    let rule = Rule { frequency: Frequency::Monthly, by_day, ..daily() };
    let window = (start, date(2026, 2, 28).at(0, 0, 0, 0));
    let days = [date(2026, 1, 5), date(2026, 1, 30), date(2026, 2, 2), date(2026, 2, 27)];
    assert_eq!(rule.expand(start, window, &mut Budget(100)).unwrap(), days.map(|day| day.at(9, 0, 0, 0)));
}
