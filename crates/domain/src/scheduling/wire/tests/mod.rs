use serde_json::{Value, json};

use super::*;

mod wrong;

/// The example of the contract.
fn example() -> Value {
    json!({
        "mode": "single",
        "specialists": [{
            "time_zone": "Europe/Moscow",
            "rules": [{"days": ["mon", "tue"], "start": "09:00", "end": "18:00", "end_day_offset": 0}],
            "overrides": [{"date": "2026-12-31", "intervals": [{"start": "10:00", "end": "12:00"}]}],
            "travel": [{"from_date": "2026-12-20", "to_date": "2026-12-27", "time_zone": "Asia/Almaty"}],
            "busy": [{"start": "2026-12-14T07:00:00Z", "end": "2026-12-14T07:50:00Z", "kind": "booking",
                      "own_buffer_before_min": 0, "own_buffer_after_min": 10}]
        }],
        "length_min": 50, "interval_min": 30,
        "buffer_before_min": 0, "buffer_after_min": 10, "buffer_policy": "shared",
        "min_notice_min": 120, "rolling_days": 30,
        "limits": {"max_per_day": 6, "max_per_week": 25, "max_minutes_per_day": 360},
        "alignment": "window_start",
        "window": {"from": "2026-12-14T00:00:00Z", "to": "2026-12-21T00:00:00Z"},
        "viewer_time_zone": "Asia/Yekaterinburg",
        "now": "2026-12-13T09:00:00Z"
    })
}

/// The example with the value at a JSON pointer replaced, or added to its parent.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = example();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
    document
}

fn without(pointer: &str) -> Value {
    let mut document = example();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    document
}

fn answer(document: &Value) -> Value {
    serde_json::from_str(&run(&document.to_string()).unwrap()).unwrap()
}

#[test]
fn the_example_of_the_contract() {
    // 09:00 fits before the booking only with its ten minutes after: 06:00 to 06:50, then 07:00. After it, 08:00.
    let answer = answer(&example());
    let starts: Vec<_> = answer["slot_starts_utc"].as_array().unwrap().iter().map(|start| start.as_str().unwrap()).collect();
    assert_eq!(starts[..3], ["2026-12-14T06:00:00Z", "2026-12-14T08:00:00Z", "2026-12-14T08:30:00Z"]);
    assert_eq!(starts.last(), Some(&"2026-12-15T14:00:00Z"));
    assert_eq!(answer["count"], 31);
    assert_eq!(answer["count_by_viewer_date"], json!({"2026-12-14": 14, "2026-12-15": 17}));
}

#[test]
fn the_answer_is_one_line_with_its_fields_in_order() {
    let document = with("/specialists/0/rules/0/end", json!("09:50"));
    let line = run(&with_days(document, json!(["mon"])).to_string()).unwrap();
    let expected = r#"{"count":1,"slot_starts_utc":["2026-12-14T06:00:00Z"],"count_by_viewer_date":{"2026-12-14":1}}"#;
    assert_eq!(line, expected);
}

fn with_days(mut document: Value, days: Value) -> Value {
    document["specialists"][0]["rules"][0]["days"] = days;
    document
}

#[test]
fn what_may_be_absent_or_null_has_no_effect_by_default() {
    let neutral = [
        ("/specialists/0/travel", json!([])),
        ("/specialists/0/overrides", json!([])),
        ("/specialists/0/busy", json!([])),
        ("/specialists/0/rules/0/end_day_offset", json!(0)),
        ("/specialists/0/busy/0/kind", json!("booking")),
        ("/specialists/0/busy/0/own_buffer_before_min", json!(0)),
        ("/specialists/0/busy/0/own_buffer_after_min", json!(0)),
        ("/limits", json!({})),
        ("/limits/max_per_day", json!(1_000_000)),
        ("/rolling_days", json!(1_000_000)),
        ("/buffer_policy", json!("sum")),
        ("/buffer_before_min", json!(0)),
        ("/buffer_after_min", json!(0)),
        ("/min_notice_min", json!(0)),
        ("/alignment", json!("window_start")),
        ("/mode", json!("single")),
    ];
    for (pointer, value) in neutral {
        let expected = answer(&with(pointer, value));
        assert_eq!(answer(&without(pointer)), expected, "{pointer} absent");
        assert_eq!(answer(&with(pointer, Value::Null)), expected, "{pointer} null");
    }
}

#[test]
fn unknown_fields_are_ignored() {
    for pointer in ["/x", "/specialists/0/x", "/specialists/0/rules/0/x", "/specialists/0/busy/0/x", "/limits/x", "/window/x"] {
        assert_eq!(answer(&with(pointer, json!({"any": ["thing"]}))), answer(&example()));
    }
}

#[test]
fn instants_may_have_an_offset() {
    assert_eq!(answer(&with("/now", json!("2026-12-13T12:00:00+03:00"))), answer(&example()));
}

#[test]
fn modes_combine_specialists() {
    let one = example()["specialists"][0].clone();
    let mut other = one.clone();
    other["rules"] = json!([{"days": ["tue", "wed"], "start": "09:00", "end": "10:00"}]);
    let of = |mode: &str| {
        let mut document = with("/specialists", json!([one, other]));
        document["mode"] = json!(mode);
        answer(&document)["count"].as_u64().unwrap()
    };
    assert_eq!(of("any"), 32, "one more on Wednesday");
    assert_eq!(of("collective"), 1, "nine o'clock on Tuesday");
}

fn why(document: &Value, instant: &str) -> Value {
    serde_json::from_str(&explain(&document.to_string(), instant).unwrap()).unwrap()
}

#[test]
fn an_explanation_names_what_decided_and_its_field() {
    let check = |instant: &str, decided_by: &str, field: &str| {
        let why = why(&example(), instant);
        assert_eq!((&why["offered"], &why["decided_by"]), (&json!(false), &json!(decided_by)), "{why}");
        assert!(why["message"].as_str().unwrap().contains(&format!(" {field}: ")), "{why}");
    };
    check("2026-12-14T07:00:00Z", "busy", "specialists[0].busy[0]");
    check("2026-12-14T06:05:00Z", "buffer", "specialists[0].busy[0]");
    check("2026-12-14T08:10:00Z", "alignment", "alignment");
    check("2026-12-16T08:00:00Z", "rule", "specialists[0].rules");
    check("2026-12-14T14:30:00Z", "rule", "specialists[0].rules[0]");
    check("2026-12-28T07:00:00Z", "window", "window");
    let long = with("/window/to", json!("2027-02-01T00:00:00Z"));
    let horizon = why(&long, "2027-01-18T07:00:00Z");
    assert_eq!(horizon["decided_by"], "horizon");
    assert_eq!(why(&long, "2026-12-31T06:00:00Z")["decided_by"], "override");
    assert_eq!(why(&with("/now", json!("2026-12-14T05:00:00Z")), "2026-12-14T06:00:00Z")["decided_by"], "notice");
    assert_eq!(why(&with("/limits/max_per_day", json!(1)), "2026-12-14T08:00:00Z")["decided_by"], "limit");
}

#[test]
fn an_explanation_of_what_is_offered_names_the_hours() {
    let why = why(&example(), "2026-12-14T08:00:00Z");
    assert_eq!((&why["offered"], &why["decided_by"]), (&json!(true), &json!("offered")));
    assert_eq!(why["specialists"][0]["opened_by"][0]["field"], "specialists[0].rules[0]");
}

#[test]
fn an_explanation_for_several_follows_the_mode() {
    let mut never = example()["specialists"][0].clone();
    never["rules"] = json!([]);
    let both = json!([never, example()["specialists"][0]]);
    let of = |mode: &str| {
        let mut document = with("/specialists", both.clone());
        document["mode"] = json!(mode);
        why(&document, "2026-12-14T08:00:00Z")
    };
    assert_eq!(of("any")["decided_by"], "offered");
    assert_eq!(of("collective")["decided_by"], "rule");
    assert_eq!(of("any")["specialists"][0]["decided_by"], "rule");
}

#[test]
fn an_explanation_agrees_with_the_answer_for_every_quarter_of_an_hour() {
    let answer = answer(&example());
    let from: Timestamp = "2026-12-13T12:00:00Z".parse().unwrap();
    for quarter in 0..4 * 24 * 9 {
        let instant = (from + jiff::Span::new().minutes(15 * quarter)).to_string();
        let offered = answer["slot_starts_utc"].as_array().unwrap().contains(&json!(instant));
        assert_eq!(why(&example(), &instant)["offered"], offered, "{instant}");
    }
}
