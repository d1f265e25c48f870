//! The specialist's own calendar, and why a time is not offered.

use serde_json::{Value, json};

use super::{World, at};

#[tokio::test]
async fn a_week_shows_hours_bookings_and_what_else_is_taken() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let id = world.book(&world.vera, &anna, at("2026-12-15T09:00:00Z")).await;
    let held = world.book(&world.vera, &anna, at("2026-12-15T12:00:00Z")).await;
    let gone = world.book(&world.vera, &anna, at("2026-12-16T12:00:00Z")).await;
    let mut tx = world.system().await;
    sqlx::query("UPDATE appointments SET status = 'held', hold_expires_at = '2026-12-14T06:05:00Z' WHERE id = $1")
        .bind(held.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("UPDATE appointments SET status = 'canceled', canceled_at = '2026-12-14T06:00:00Z' WHERE id = $1")
        .bind(gone.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.change("INSERT INTO leaves VALUES (gen_random_uuid(), $1, '2026-12-18', '2026-12-18')").await;
    world.change("INSERT INTO schedule_overrides VALUES ($1, '2026-12-17', '[{\"start\": \"22:00\", \"end\": \"01:00\", \"end_day_offset\": 1}]')").await;
    world.change("INSERT INTO travel_periods VALUES (gen_random_uuid(), $1, '2026-12-19', '2026-12-20', 'Asia/Almaty')").await;

    let week = world.vera.get("/api/schedule/calendar?from=2026-12-14&to=2026-12-20").await.is(200).json();
    assert_eq!((&week["time_zone"], &week["today"]), (&json!("Europe/Moscow"), &json!("2026-12-14")));
    let days = week["days"].as_array().unwrap();
    let kinds: Vec<&str> = days.iter().map(|d| d["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["weekly", "weekly", "weekly", "own", "leave", "weekly", "weekly"]);
    assert_eq!(days[0]["open"], json!([{"starts_at": "2026-12-14T06:00:00Z", "ends_at": "2026-12-14T15:00:00Z"}]));
    // Thursday's night ends on the day of leave, and each day shows its part.
    assert_eq!(days[3]["open"], json!([{"starts_at": "2026-12-17T19:00:00Z", "ends_at": "2026-12-17T21:00:00Z"}]));
    assert_eq!(days[4]["open"], json!([{"starts_at": "2026-12-17T21:00:00Z", "ends_at": "2026-12-17T22:00:00Z"}]));
    assert_eq!((&days[5]["time_zone"], &days[5]["starts_at"]), (&json!("Asia/Almaty"), &json!("2026-12-18T19:00:00Z")));

    let bookings = week["bookings"].as_array().unwrap();
    assert_eq!(bookings.len(), 1, "{bookings:?}");
    assert_eq!(bookings[0]["appointment_id"], json!(id));
    assert_eq!(
        (&bookings[0]["client_name"], &bookings[0]["format"], &bookings[0]["status"]),
        (&json!("Анна"), &json!("video"), &json!("booked"))
    );
    assert_eq!(week["busy"], json!([{"starts_at": "2026-12-15T12:00:00Z", "ends_at": "2026-12-15T12:50:00Z", "kind": "hold"}]));
    let day = world.vera.get("/api/schedule/calendar?from=2026-12-16&to=2026-12-16").await.is(200).json();
    assert_eq!((&day["bookings"], &day["busy"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_calendar_of_odd_dates_is_refused_in_words() {
    let world = World::start().await;
    for (query, field, code) in [
        ("from=2026-12-14&to=2026-12-13", "?to", "ends_before_start"),
        ("from=2026-12-14&to=2027-01-25", "?to", "period_too_long"),
        ("from=-009999-01-01&to=9999-12-31", "?to", "period_too_long"),
        ("from=9999-12-31&to=9999-12-31", "?from", "date_too_far"),
        ("from=yesterday&to=2027-01-24", "?from", "wrong_type"),
        ("to=2027-01-24", "?from", "wrong_type"),
    ] {
        world.vera.get(&format!("/api/schedule/calendar?{query}")).await.names_field(field, code);
    }
    world.vera.get("/api/schedule/calendar?from=2026-12-14&to=2027-01-24").await.is(200);
    let no_card = world.app.specialist_account("Без анкеты").await;
    let empty = no_card.get("/api/schedule/calendar?from=2026-12-14&to=2026-12-14").await.is(200).json();
    assert_eq!(empty["days"][0]["open"], json!([]));
}

#[tokio::test]
async fn the_reasons_are_told_in_words() {
    let mut world = World::start().await;
    let anna = world.app.employee("Анна").await;
    world.book(&world.vera, &anna, at("2026-12-15T09:00:00Z")).await;
    world.change("INSERT INTO leaves VALUES (gen_random_uuid(), $1, '2026-12-18', '2026-12-18')").await;
    world.change("INSERT INTO schedule_overrides VALUES ($1, '2026-12-17', '[{\"start\": \"10:00\", \"end\": \"12:00\"}]')").await;
    world.change("UPDATE schedules SET max_per_day = 1, rolling_days = 9 WHERE specialist_id = $1").await;
    let category = world.category;
    for (start, codes) in [
        ("2026-12-14T06:30:00Z", vec!["notice"]),
        ("2026-12-14T10:00:00Z", vec!["offered"]),
        ("2026-12-15T09:30:00Z", vec!["booking", "day_limit"]),
        ("2026-12-15T08:30:00Z", vec!["booking", "day_limit"]),
        ("2026-12-16T03:00:00Z", vec!["closed"]),
        ("2026-12-16T14:30:00Z", vec!["ends_after_closing"]),
        ("2026-12-16T07:10:00Z", vec!["alignment"]),
        ("2026-12-17T07:30:00Z", vec!["offered_own_hours"]),
        ("2026-12-17T12:00:00Z", vec!["closed_own_hours"]),
        ("2026-12-18T09:00:00Z", vec!["leave"]),
        ("2026-12-28T09:00:00Z", vec!["horizon"]),
    ] {
        for language in ["ru", "kk", "en"] {
            world.vera.language = language;
            let answer = world.vera.get(&format!("/api/schedule/explain?start={start}&category={category}")).await.is(200).json();
            let reasons = answer["reasons"].as_array().unwrap();
            let found: Vec<&str> = reasons.iter().map(|r| r["code"].as_str().unwrap()).collect();
            assert_eq!(found, codes, "{start}");
            assert_eq!(answer["is_offered"], json!(codes[0].starts_with("offered")));
            for reason in reasons {
                let text = reason["text"].as_str().unwrap();
                assert!(!text.starts_with("schedule.") && !text.contains('{'), "{language}: {text}");
            }
        }
    }
    world.vera.language = "ru";
    let soon = world.vera.get(&format!("/api/schedule/explain?start=2026-12-14T06:30:00Z&category={category}")).await.json();
    assert_eq!(soon["reasons"][0]["text"], "Слишком скоро: записаться можно самое раннее на 14.12.2026 11:00.");

    let other = world.app.category("lawyer").await;
    let ask = async |query: String| world.vera.get(&format!("/api/schedule/explain?{query}")).await;
    ask(format!("start=2026-12-14T06:30:00Z&category={other}")).await.names_field("?category", "not_offered");
    ask(format!("start=2026-12-14T06:30:00Z&category={category}&length=0")).await.names_field("?length", "not_offered");
    ask(format!("start=9999-12-30T00:00:00Z&category={category}")).await.names_field("?start", "date_too_far");
    ask(format!("start=noon&category={category}")).await.names_field("?start", "wrong_type");
    world.change("UPDATE specialists SET status = 'paused' WHERE person_id = $1").await;
    let paused = ask(format!("start=2026-12-14T10:00:00Z&category={category}")).await.is(200).json();
    assert_eq!(paused["reasons"].as_array().unwrap().iter().map(|r: &Value| &r["code"]).collect::<Vec<_>>(), ["not_published"]);
}
