//! Documents that cannot be answered name the field.

use super::*;

#[track_caller]
fn wrong(document: &Value, field: &str) -> String {
    let error = run(&document.to_string()).unwrap_err();
    assert_eq!(error.field, field, "{error}");
    assert!(error.to_string().starts_with(&format!("{field}: ")), "{error}");
    error.message
}

#[test]
fn what_is_absent_is_named() {
    let required = [
        ("/specialists", "specialists"),
        ("/length_min", "length_min"),
        ("/interval_min", "interval_min"),
        ("/window", "window"),
        ("/window/to", "window.to"),
        ("/viewer_time_zone", "viewer_time_zone"),
        ("/now", "now"),
        ("/specialists/0/time_zone", "specialists[0].time_zone"),
        ("/specialists/0/rules", "specialists[0].rules"),
        ("/specialists/0/rules/0/start", "specialists[0].rules[0].start"),
        ("/specialists/0/rules/0/days", "specialists[0].rules[0].days"),
        ("/specialists/0/overrides/0/intervals", "specialists[0].overrides[0].intervals"),
        ("/specialists/0/travel/0/from_date", "specialists[0].travel[0].from_date"),
        ("/specialists/0/busy/0/end", "specialists[0].busy[0].end"),
    ];
    for (pointer, field) in required {
        wrong(&without(pointer), field);
    }
}

#[test]
fn wrong_values_are_named() {
    let check = |pointer: &str, field: &str, values: &[Value]| {
        for value in values {
            wrong(&with(pointer, value.clone()), field);
        }
    };
    check("/mode", "mode", &[json!("both"), json!(1)]);
    check("/specialists", "specialists", &[json!([]), json!({})]);
    check("/length_min", "length_min", &[json!(0), json!(-50), json!(10_081), json!("50"), json!(50.5), json!(1e300)]);
    check("/interval_min", "interval_min", &[json!(0), json!(-1), json!(10_081), Value::Null]);
    check("/buffer_before_min", "buffer_before_min", &[json!(-1), json!(10_081)]);
    check("/buffer_after_min", "buffer_after_min", &[json!(-1)]);
    check("/buffer_policy", "buffer_policy", &[json!("max")]);
    check("/min_notice_min", "min_notice_min", &[json!(-1)]);
    check("/rolling_days", "rolling_days", &[json!(-1)]);
    check("/limits/max_per_day", "limits.max_per_day", &[json!(-1), json!(u64::MAX)]);
    check("/limits/max_minutes_per_day", "limits.max_minutes_per_day", &[json!(1.5)]);
    check("/alignment", "alignment", &[json!("hour")]);
    check("/viewer_time_zone", "viewer_time_zone", &[json!("Mars/Olympus"), json!("")]);
    check(
        "/now",
        "now",
        &[json!("today"), json!("2026-12-13T09:00:00"), json!("2026-02-30T09:00:00Z"), json!("20261213T090000Z"), json!(5)],
    );
    check("/window/from", "window.from", &[json!("2026-12-14"), json!("2026-12-14T00:00:00+03:00[Europe/Moscow]")]);
    check("/specialists/0/time_zone", "specialists[0].time_zone", &[json!("MSK+3"), json!(3)]);
    check("/specialists/0/rules/0/days/1", "specialists[0].rules[0].days[1]", &[json!("monday"), json!(1)]);
    check("/specialists/0/rules/0/start", "specialists[0].rules[0].start", &[json!("9:00"), json!("25:00"), json!("24:00")]);
    check("/specialists/0/rules/0/end", "specialists[0].rules[0].end", &[json!("24:01"), json!("18:60")]);
    check("/specialists/0/rules/0/end_day_offset", "specialists[0].rules[0].end_day_offset", &[json!(2), json!(-1), json!(true)]);
    check(
        "/specialists/0/overrides/0/date",
        "specialists[0].overrides[0].date",
        &[json!("31.12.2026"), json!("2026-13-01"), json!("20261231")],
    );
    check("/specialists/0/overrides/0/intervals/0/start", "specialists[0].overrides[0].intervals[0].start", &[json!("noon")]);
    check("/specialists/0/travel/0/time_zone", "specialists[0].travel[0].time_zone", &[json!("Nowhere")]);
    check("/specialists/0/busy/0/kind", "specialists[0].busy[0].kind", &[json!("lunch")]);
    check("/specialists/0/busy/0/own_buffer_after_min", "specialists[0].busy[0].own_buffer_after_min", &[json!(-10)]);
}

#[test]
fn values_that_contradict_each_other_are_named() {
    wrong(&with("/window/to", json!("2026-12-13T00:00:00Z")), "window.to");
    wrong(&with("/window/to", json!("2028-02-01T00:00:00Z")), "window");
    wrong(&with("/window/from", json!("1066-10-14T00:00:00Z")), "window");
    wrong(&with("/specialists/0/busy/0/end", json!("2026-12-14T06:59:00Z")), "specialists[0].busy[0].end");
    wrong(&with("/specialists/0/travel/0/to_date", json!("2026-12-19")), "specialists[0].travel[0].to_date");
    let one = example()["specialists"][0].clone();
    wrong(&with("/specialists", json!([one, one])), "specialists");
}

#[test]
fn the_second_of_several_is_named_as_such() {
    let mut document = with("/mode", json!("any"));
    let mut second = document["specialists"][0].clone();
    second["rules"].as_array_mut().unwrap().push(json!({"days": [], "start": "x", "end": "10:00"}));
    document["specialists"].as_array_mut().unwrap().push(second);
    wrong(&document, "specialists[1].rules[1].start");
}

#[test]
fn what_is_no_document_has_no_field() {
    for text in ["", "{", "[]", "null", "{}{}", "\"x\"", "nonsense"] {
        let error = run(text).unwrap_err();
        assert!(error.field.is_empty() || text == "{}{}", "{text}: {error:?}");
        assert!(!error.to_string().starts_with(':'));
    }
    let deep = format!("{{\"x\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(run(&deep).is_err());
    assert!(run(&format!("\u{feff}{}", example())).is_ok(), "editors put a mark at the beginning");
    assert!(run(&format!("{} {{}}", example())).unwrap_err().message.contains("trailing"));
}

#[test]
fn a_long_wrong_value_is_not_repeated_whole() {
    let message = wrong(&with("/now", json!("9".repeat(100_000))), "now");
    assert!(message.len() < 300);
}

#[test]
fn an_instant_that_is_none_is_named() {
    assert_eq!(explain(&example().to_string(), "noon").unwrap_err().field, "instant");
}
