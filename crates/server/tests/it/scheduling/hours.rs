//! A specialist sets the week.

use serde_json::{Value, json};

use super::{World, at, tuesday};

/// A whole document as the web sends it.
fn settings(version: i64) -> Value {
    json!({
        "version": version,
        "time_zone": "Asia/Almaty",
        "rules": [
            {"days": ["mon", "wed"], "start": "10:00", "end": "14:00"},
            {"days": ["fri"], "start": "20:00", "end": "02:00", "end_day_offset": 1},
        ],
        "overrides": [
            {"date": "2026-12-31", "intervals": [{"start": "10:00", "end": "12:00"}, {"start": "23:00", "end": "24:00"}]},
            {"date": "2027-01-01", "intervals": []},
        ],
        "leaves": [{"from_date": "2027-01-02", "to_date": "2027-01-10"}],
        "travel": [{"from_date": "2026-12-20", "to_date": "2026-12-27", "time_zone": "Europe/Berlin"},
                   {"from_date": "2027-02-01", "to_date": null, "time_zone": "Asia/Tokyo"}],
        "buffer_before_min": 5, "buffer_after_min": 15, "min_notice_min": 600, "rolling_days": 60,
        "max_per_day": 5, "max_per_week": 20, "max_minutes_per_day": 300,
    })
}

fn with(version: i64, pointer: &str, value: Value) -> Value {
    let mut document = settings(version);
    *document.pointer_mut(pointer).expect(pointer) = value;
    document
}

#[tokio::test]
async fn what_was_saved_is_read_and_offered() {
    let world = World::start().await;
    let before = world.vera.get("/api/schedule").await.is(200).json();
    assert_eq!((&before["version"], &before["time_zone"]), (&json!(1), &json!("Europe/Moscow")));

    let saved = world.vera.put("/api/schedule", settings(1)).await.is(200).json();
    assert_eq!(saved["touched"], json!([]));
    let read = world.vera.get("/api/schedule").await.is(200).json();
    assert_eq!(read, saved["schedule"]);
    assert_eq!(read["version"], 2);
    let mut asked = settings(2);
    // What may be left out is there when read.
    for pointer in ["/rules/0", "/overrides/0/intervals/0", "/overrides/0/intervals/1"] {
        asked.pointer_mut(pointer).unwrap()["end_day_offset"] = json!(0);
    }
    assert_eq!(read, asked);

    assert_eq!(world.free(world.vera.id(), tuesday()).await, []);
    // Wednesday 10:00 in Almaty.
    let wednesday = super::window("2026-12-15T19:00:00Z", "2026-12-16T19:00:00Z");
    assert_eq!(world.free(world.vera.id(), wednesday).await[0], at("2026-12-16T05:00:00Z"));
}

#[tokio::test]
async fn the_hours_keep_the_order_in_which_they_were_written() {
    let world = World::start().await;
    let rules: Vec<Value> = (0..40)
        .map(|i| json!({"days": ["sat"], "start": format!("{:02}:{:02}", (i * 7) % 23, i), "end": "24:00", "end_day_offset": 0}))
        .collect();
    let saved = world.vera.put("/api/schedule", with(1, "/rules", json!(rules))).await.is(200).json();
    assert_eq!(saved["schedule"]["rules"], json!(rules));
}

#[tokio::test]
async fn a_specialist_who_has_set_nothing_begins_with_defaults() {
    let world = World::start().await;
    let mut tx = world.system().await;
    for table in ["schedule_rules", "schedules"] {
        let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE specialist_id = $1"));
        sqlx::query(delete).bind(world.vera.id().0).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let unset = world.vera.get("/api/schedule").await.is(200).json();
    assert_eq!((&unset["version"], &unset["rules"], &unset["buffer_after_min"]), (&json!(0), &json!([]), &json!(10)));
    world.vera.put("/api/schedule", settings(0)).await.is(200);
    assert_eq!(world.vera.get("/api/schedule").await.is(200).json()["version"], 1);

    let no_card = world.app.specialist_account("Без анкеты").await;
    no_card.put("/api/schedule", settings(0)).await.is_problem(409, "card_first");
}

#[tokio::test]
async fn every_fault_names_its_field() {
    let world = World::start().await;
    let many = |count: usize, value: Value| Value::Array(vec![value; count]);
    let rule = json!({"days": ["mon"], "start": "10:00", "end": "11:00"});
    let leave = json!({"from_date": "2027-03-01", "to_date": "2027-03-02"});
    let hours = json!({"start": "10:00", "end": "11:00"});
    let cases = [
        ("/time_zone", json!("Europe/Mosccow"), "/time_zone", "unknown_time_zone"),
        ("/time_zone", json!(""), "/time_zone", "unknown_time_zone"),
        ("/rules", many(400, rule.clone()), "/rules", "too_many"),
        ("/rules", json!("no list"), "/rules", "wrong_type"),
        ("/rules/0/days", json!([]), "/rules/0/days", "required"),
        ("/rules/0/days", json!(["mon", "monday"]), "/rules/0/days", "not_a_choice"),
        ("/rules/0/start", json!("24:00"), "/rules/0/start", "not_a_time"),
        ("/rules/0/start", json!("9:00"), "/rules/0/start", "not_a_time"),
        ("/rules/0/end", json!("25:00"), "/rules/0/end", "not_a_time"),
        ("/rules/0/end", json!("10:00"), "/rules/0/end", "ends_before_start"),
        ("/rules/0/end", json!("02:00"), "/rules/0/end", "ends_before_start"),
        ("/rules/1/end_day_offset", json!(2), "/rules/1/end_day_offset", "out_of_range"),
        ("/rules/1/end", json!("21:00"), "/rules/1/end", "longer_than_a_day"),
        ("/overrides", many(401, json!({"date": "2027-01-05", "intervals": []})), "/overrides", "too_many"),
        ("/overrides/0/date", json!("31.12.2026"), "/overrides/0/date", "not_a_date"),
        ("/overrides/0/date", json!("2026-02-30"), "/overrides/0/date", "not_a_date"),
        ("/overrides/0/date", json!("2026-12-31T10:00"), "/overrides/0/date", "not_a_date"),
        ("/overrides/0/date", json!("2199-01-01"), "/overrides/0/date", "date_too_far"),
        ("/overrides/0/date", json!("1970-01-01"), "/overrides/0/date", "date_too_far"),
        ("/overrides/1/date", json!("2026-12-31"), "/overrides/1/date", "date_twice"),
        ("/overrides/0/intervals", many(13, hours), "/overrides/0/intervals", "too_many"),
        ("/overrides/0/intervals/0/end", json!("09:00"), "/overrides/0/intervals/0/end", "ends_before_start"),
        ("/leaves/0/to_date", json!("2027-01-01"), "/leaves/0/to_date", "ends_before_start"),
        ("/leaves/0/to_date", json!("2028-06-01"), "/leaves/0/to_date", "leave_too_long"),
        ("/leaves", json!([leave, {"from_date": "2027-03-02", "to_date": "2027-03-09"}]), "/leaves/1/from_date", "overlaps"),
        ("/leaves", many(41, leave.clone()), "/leaves", "too_many"),
        ("/travel/0/time_zone", json!("Moon/Base"), "/travel/0/time_zone", "unknown_time_zone"),
        ("/travel/0/to_date", json!("2026-12-01"), "/travel/0/to_date", "ends_before_start"),
        ("/travel/0/to_date", json!("soon"), "/travel/0/to_date", "not_a_date"),
        // An open end covers all that follows.
        ("/travel/0/to_date", json!(null), "/travel/1/from_date", "overlaps"),
        ("/buffer_before_min", json!(-1), "/buffer_before_min", "out_of_range"),
        ("/buffer_after_min", json!(241), "/buffer_after_min", "out_of_range"),
        ("/min_notice_min", json!(43_201), "/min_notice_min", "out_of_range"),
        ("/min_notice_min", json!(1.5), "/min_notice_min", "wrong_type"),
        ("/rolling_days", json!(0), "/rolling_days", "out_of_range"),
        ("/rolling_days", json!(181), "/rolling_days", "out_of_range"),
        ("/max_per_day", json!(0), "/max_per_day", "out_of_range"),
        ("/max_per_week", json!(201), "/max_per_week", "out_of_range"),
        ("/max_minutes_per_day", json!(14), "/max_minutes_per_day", "out_of_range"),
    ];
    for (pointer, value, fault, code) in cases {
        let document = with(1, pointer, value);
        world.vera.put("/api/schedule", &document).await.names_field(fault, code);
        world.vera.post("/api/schedule/preview", &document).await.names_field(fault, code);
    }
    let mut missing = settings(1);
    missing.as_object_mut().unwrap().remove("rolling_days");
    world.vera.put("/api/schedule", missing).await.names_field("/rolling_days", "required");
    let two = with(1, "/rolling_days", json!(0));
    let mut two = two;
    two["rules"][0]["days"] = json!(["x"]);
    let faults = world.vera.put("/api/schedule", two).await.is(422).json()["errors"].as_array().unwrap().len();
    assert_eq!(faults, 2, "all faults at once");
    assert_eq!(world.vera.get("/api/schedule").await.json()["version"], 1, "nothing half done");
}

#[tokio::test]
async fn a_change_names_the_bookings_it_touches_and_keeps_them() {
    let world = World::start().await;
    let (anna, boris) = (world.app.employee("Анна").await, world.app.employee("Борис").await);
    let morning = world.book(&world.vera, &anna, at("2026-12-15T07:00:00Z")).await;
    let evening = world.book(&world.vera, &boris, at("2026-12-16T13:30:00Z")).await;
    let mut shorter = world.vera.get("/api/schedule").await.json();
    shorter["rules"][0]["end"] = json!("16:00");

    let preview = world.vera.post("/api/schedule/preview", &shorter).await.is(200).json();
    let touched = preview["touched"].as_array().unwrap();
    assert_eq!(touched.len(), 1, "{preview}");
    assert_eq!(touched[0]["appointment_id"], json!(evening));
    assert_eq!((&touched[0]["client_name"], &touched[0]["was_outside"]), (&json!("Борис"), &json!(false)));
    assert_eq!(world.vera.get("/api/schedule").await.json()["version"], 1, "a preview saves nothing");

    let saved = world.vera.put("/api/schedule", &shorter).await.is(200).json();
    assert_eq!(saved["touched"], preview["touched"]);
    // Closing the week afterwards touches both; the second was outside already.
    let mut closed = saved["schedule"].clone();
    closed["leaves"] = json!([{"from_date": "2026-12-14", "to_date": "2026-12-18"}]);
    let saved = world.vera.put("/api/schedule", &closed).await.is(200).json();
    let touched: Vec<_> =
        saved["touched"].as_array().unwrap().iter().map(|t| (t["appointment_id"].clone(), t["was_outside"].clone())).collect();
    assert_eq!(touched, [(json!(morning), json!(false)), (json!(evening), json!(true))]);

    let mut tx = world.system().await;
    let (booked,): (i64,) = sqlx::query_as("SELECT count(*) FROM appointments WHERE status = 'booked'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(booked, 2);
    let (entries,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM audit_entries WHERE action = 'scheduling.save'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(entries, 2);
}

#[tokio::test]
async fn two_tabs_do_not_overwrite_each_other() {
    let world = World::start().await;
    let document = world.vera.get("/api/schedule").await.json();
    let both = [world.vera.clone(), world.vera.clone()].map(|tab| {
        let document = document.clone();
        tokio::spawn(async move { tab.put("/api/schedule", document).await })
    });
    let mut statuses = Vec::new();
    for tab in both {
        statuses.push(tab.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    world.vera.put("/api/schedule", document).await.is_problem(409, "schedule_changed_elsewhere");
}

#[tokio::test]
async fn a_repeat_saves_once() {
    let world = World::start().await;
    let request = |body: &Value| {
        let body = Some(body.clone());
        world.vera.ask(axum::http::Method::PUT, "/api/schedule", body, Some("one-key-for-it".into()))
    };
    let document = world.vera.get("/api/schedule").await.json();
    let first = request(&document).await.is(200);
    let second = request(&document).await.is(200);
    assert_eq!(first.body, second.body);
    assert_eq!(world.vera.get("/api/schedule").await.json()["version"], 2);
    world.vera.ask(axum::http::Method::PUT, "/api/schedule", Some(document), None).await.is_problem(400, "idempotency_key_required");
}

#[tokio::test]
async fn dates_long_past_are_forgotten_and_near_ones_kept() {
    let world = World::start().await;
    let mut document = world.vera.get("/api/schedule").await.json();
    document["overrides"] = json!([{"date": "2026-11-01", "intervals": []}, {"date": "2026-12-10", "intervals": []}]);
    document["leaves"] =
        json!([{"from_date": "2026-10-01", "to_date": "2026-10-20"}, {"from_date": "2026-11-01", "to_date": "2026-12-01"}]);
    let saved = world.vera.put("/api/schedule", document).await.is(200).json();
    assert_eq!(saved["schedule"]["overrides"], json!([{"date": "2026-12-10", "intervals": []}]));
    assert_eq!(saved["schedule"]["leaves"], json!([{"from_date": "2026-11-01", "to_date": "2026-12-01"}]));
}

#[tokio::test]
async fn the_schedule_is_the_specialists_own() {
    let world = World::start().await;
    let boris = world.specialist("Борис").await;
    world.vera.put("/api/schedule", settings(1)).await.is(200);
    assert_eq!(boris.get("/api/schedule").await.json()["time_zone"], "Europe/Moscow");
    let anna = world.app.employee("Анна").await;
    let staff = world.app.staff(&["support", "admin"]).await;
    for other in [&anna, &staff] {
        other.get("/api/schedule").await.is_problem(403, "not_allowed");
        other.put("/api/schedule", settings(1)).await.is_problem(403, "not_allowed");
        other.get("/api/schedule/calendar?from=2026-12-14&to=2026-12-20").await.is_problem(403, "not_allowed");
    }
    world.app.anonymous().get("/api/schedule").await.is_problem(401, "sign_in_required");
}
