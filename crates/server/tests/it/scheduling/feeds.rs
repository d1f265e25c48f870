//! Calendars in and out.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::SignedDuration;
use serde_json::json;
use testkit::TestApp;

use super::{World, at, tuesday};

/// Somebody else's calendar server on this machine.
#[derive(Clone, Default)]
struct Stranger(Arc<Mutex<StrangerState>>);

#[derive(Default)]
struct StrangerState {
    body: String,
    status: u16,
    asked: usize,
    not_modified: usize,
}

impl Stranger {
    async fn start(body: &str) -> (Self, String) {
        let stranger = Self::default();
        stranger.says(200, body);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/secret/basic.ics", listener.local_addr().unwrap());
        let router = Router::new().route("/secret/basic.ics", get(answer)).with_state(stranger.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (stranger, url)
    }

    fn says(&self, status: u16, body: &str) {
        let mut state = self.0.lock().unwrap();
        (state.status, state.body) = (status, body.to_owned());
    }

    fn asked(&self) -> (usize, usize) {
        let state = self.0.lock().unwrap();
        (state.asked, state.not_modified)
    }
}

async fn answer(State(stranger): State<Stranger>, headers: HeaderMap) -> Response {
    let mut state = stranger.0.lock().unwrap();
    state.asked += 1;
    let etag = format!("\"{}\"", state.body.len());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag.as_str()) {
        state.not_modified += 1;
        return StatusCode::NOT_MODIFIED.into_response();
    }
    (StatusCode::from_u16(state.status).unwrap(), [(header::ETAG, etag)], state.body.clone()).into_response()
}

fn calendar(events: &[(&str, &str)]) -> String {
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//Other//Other//EN".into()];
    for (i, (start, end)) in events.iter().enumerate() {
        lines.extend([
            "BEGIN:VEVENT".into(),
            format!("UID:{i}@other.example"),
            "DTSTAMP:20261201T000000Z".into(),
            format!("DTSTART{start}"),
            format!("DTEND{end}"),
            "SUMMARY:Осмотр у врача".into(),
            "END:VEVENT".into(),
        ]);
    }
    lines.push("END:VCALENDAR".into());
    lines.join("\r\n") + "\r\n"
}

async fn world() -> World {
    World::on(TestApp::start_reaching_anywhere().await).await
}

const ADD: &str = "/api/schedule/busy-feeds";

#[tokio::test]
async fn another_calendar_blocks_times_and_only_times_are_kept() {
    let world = world().await;
    // 12:00–13:00 where Vera lives, and an hour in UTC.
    let (stranger, url) =
        Stranger::start(&calendar(&[(":20261215T120000", ":20261215T130000"), (":20261215T130000Z", ":20261215T140000Z")])).await;
    let added = world.vera.post(ADD, json!({"label": " Личный ", "url": url})).await.is(201).json();
    assert_eq!((&added["label"], &added["problem"]), (&json!("Личный"), &json!(null)));
    let free = world.free(world.vera.id(), tuesday()).await;
    for taken in ["2026-12-15T09:00:00Z", "2026-12-15T08:30:00Z", "2026-12-15T13:00:00Z"] {
        assert!(!free.contains(&at(taken)), "{taken} in {free:?}");
    }
    let shown = world.vera.get("/api/schedule/calendar?from=2026-12-15&to=2026-12-15").await.is(200).json();
    assert_eq!(shown["busy"][0], json!({"starts_at": "2026-12-15T09:00:00Z", "ends_at": "2026-12-15T10:00:00Z", "kind": "external"}));

    let mut tx = world.system().await;
    let (kept,): (String,) =
        sqlx::query_as("SELECT (SELECT string_agg(f::text, '') FROM busy_feeds f) || (SELECT string_agg(p::text, '') FROM busy_periods p)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert!(!kept.contains("врача") && !kept.contains("secret") && !kept.contains("127.0.0.1"), "{kept}");
    tx.commit().await.unwrap();
    assert_eq!(stranger.asked(), (1, 0));

    world.vera.delete(&format!("{ADD}/{}", added["id"].as_str().unwrap())).await.is(200);
    // Whoever waits is told of both periods.
    let mut tx = world.system().await;
    let (asked,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM jobs WHERE kind = 'booking.offer_freed'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(asked, 2);
    tx.commit().await.unwrap();
    assert!(world.free(world.vera.id(), tuesday()).await.contains(&at("2026-12-15T09:00:00Z")));
    assert_eq!(world.vera.get("/api/schedule/calendars").await.json()["busy_feeds"], json!([]));
}

#[tokio::test]
async fn it_is_read_again_and_a_failure_is_shown_while_the_last_reading_stays() {
    let world = world().await;
    let (stranger, url) = Stranger::start(&calendar(&[(":20261215T090000Z", ":20261215T100000Z")])).await;
    let id = world.vera.post(ADD, json!({"label": "Личный", "url": url})).await.is(201).json()["id"].as_str().unwrap().to_owned();
    let noon = at("2026-12-15T09:00:00Z");
    let quarter = async |world: &World| {
        world.app.pass(SignedDuration::from_mins(15));
        app::worker::step(&world.app.app).await.unwrap();
        world.app.do_jobs().await;
    };
    quarter(&world).await;
    assert_eq!(stranger.asked(), (2, 1), "asked only whether it changed");

    stranger.says(500, "");
    quarter(&world).await;
    let feed = &world.vera.get("/api/schedule/calendars").await.json()["busy_feeds"][0];
    assert_eq!(feed["problem"]["code"], "feed_server_failed");
    assert_eq!(feed["fetched_at"], "2026-12-14T06:15:00Z");
    assert!(!world.free(world.vera.id(), tuesday()).await.contains(&noon), "what was known stays");

    stranger.says(200, &calendar(&[]));
    world.app.app.slots.catch_up(&world.app.app).await.unwrap();
    let fetched = world.vera.post(&format!("{ADD}/{id}/fetch"), json!({})).await.is(200).json();
    assert_eq!(fetched["problem"], json!(null));
    assert!(world.free(world.vera.id(), tuesday()).await.contains(&noon));
    world.app.app.slots.catch_up(&world.app.app).await.unwrap();
    let consultation = app::scheduling::Consultation { category: world.category, length_min: 50 };
    let indexed = world.app.app.slots.starts(world.vera.id(), consultation, tuesday(), world.app.now()).unwrap();
    assert!(indexed.starts.contains(&noon), "the index was told");

    // Once a day it is read whole, changed or not: repetitions must reach on.
    let (asked, same) = stranger.asked();
    world.app.pass(SignedDuration::from_hours(25));
    quarter(&world).await;
    assert_eq!(stranger.asked(), (asked + 1, same));
}

#[tokio::test]
async fn a_new_home_zone_reads_the_calendars_anew() {
    let world = world().await;
    let (_stranger, url) = Stranger::start(&calendar(&[(":20261215T120000", ":20261215T130000")])).await;
    world.vera.post(ADD, json!({"label": "Личный", "url": url})).await.is(201);
    let mut document = world.vera.get("/api/schedule").await.json();
    document["time_zone"] = json!("Asia/Almaty");
    world.vera.put("/api/schedule", document).await.is(200);
    world.app.do_jobs().await;
    let shown = world.vera.get("/api/schedule/calendar?from=2026-12-15&to=2026-12-15").await.is(200).json();
    assert_eq!(shown["busy"][0]["starts_at"], "2026-12-15T07:00:00Z", "noon in Almaty");
}

#[tokio::test]
async fn what_is_no_calendar_is_refused_in_words() {
    let world = world().await;
    let (stranger, url) = Stranger::start("<html>Войдите</html>").await;
    let add = |label: &str, url: &str| world.vera.post(ADD, json!({"label": label, "url": url}));
    add("Личный", &url).await.names_field("/url", "feed_not_a_calendar");
    for (status, code) in [(401, "feed_needs_sign_in"), (404, "feed_not_there"), (503, "feed_server_failed")] {
        stranger.says(status, "");
        add("Личный", &url).await.names_field("/url", code);
    }
    stranger.says(200, &"x".repeat((2 << 20) + 1));
    add("Личный", &url).await.names_field("/url", "feed_too_large");
    add("", &url).await.names_field("/label", "required");
    add("Личный", "").await.names_field("/url", "required");
    add("Личный", "не адрес").await.names_field("/url", "feed_address");
    add("Личный", "http://127.0.0.1:9/x.ics").await.names_field("/url", "feed_unreachable");
    assert_eq!(world.vera.get("/api/schedule/calendars").await.json()["busy_feeds"], json!([]), "nothing half done");

    stranger.says(200, &calendar(&[]));
    add("Личный", &url).await.is(201);
    add("Тот же", &url).await.names_field("/url", "feed_twice");
    for i in 1..5 {
        add("Ещё", &format!("{url}?{i}")).await.is(201);
    }
    add("Шестой", &format!("{url}?6")).await.is_problem(409, "feeds_enough");
}

#[tokio::test]
async fn addresses_inside_are_refused() {
    let world = World::start().await;
    for (url, code) in [
        ("https://127.0.0.1/x.ics", "feed_private"),
        ("https://[::1]/x.ics", "feed_private"),
        ("https://2130706433/x.ics", "feed_private"),
        ("https://169.254.169.254/latest/meta-data/", "feed_private"),
        ("https://10.0.0.1:5432/", "feed_private"),
        ("https://localhost/x.ics", "feed_private"),
        ("webcal://192.168.0.1/x.ics", "feed_private"),
        ("http://example.com/x.ics", "feed_https_only"),
        ("file:///etc/passwd", "feed_https_only"),
        ("gopher://127.0.0.1/", "feed_https_only"),
    ] {
        world.vera.post(ADD, json!({"label": "Личный", "url": url})).await.names_field("/url", code);
    }
}

#[tokio::test]
async fn a_calendar_belongs_to_who_added_it() {
    let world = world().await;
    let boris = world.specialist("Борис").await;
    let (_stranger, url) = Stranger::start(&calendar(&[])).await;
    let id = world.vera.post(ADD, json!({"label": "Личный", "url": url})).await.is(201).json()["id"].as_str().unwrap().to_owned();
    boris.delete(&format!("{ADD}/{id}")).await.is_problem(404, "not_found");
    boris.post(&format!("{ADD}/{id}/fetch"), json!({})).await.is_problem(404, "not_found");
    assert_eq!(boris.get("/api/schedule/calendars").await.json()["busy_feeds"], json!([]));
    let anna = world.app.employee("Анна").await;
    anna.post(ADD, json!({"label": "Личный", "url": url})).await.is_problem(403, "not_allowed");
    world.app.anonymous().get("/api/schedule/calendars").await.is_problem(401, "sign_in_required");
}

#[tokio::test]
async fn a_secret_address_serves_ones_consultations_without_names() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let id = world.book(&world.vera, &anna, at("2026-12-15T09:00:00Z")).await;
    let canceled = world.book(&world.vera, &anna, at("2026-12-16T09:00:00Z")).await;
    let mut tx = world.system().await;
    sqlx::query("UPDATE appointments SET status = 'canceled', canceled_at = '2026-12-14T06:00:00Z', ical_sequence = 1 WHERE id = $1")
        .bind(canceled.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let made = world.vera.post("/api/schedule/subscription", json!({})).await.is(201).json();
    let path = made["url"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    let anonymous = world.app.anonymous();
    let feed = anonymous.get(&path).await.is(200);
    assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
    let text = feed.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 75), "RFC 5545 §3.1");
    for line in [
        format!("UID:{id}@ponimayu.example"),
        "DTSTART:20261215T090000Z".into(),
        "DTEND:20261215T095000Z".into(),
        "SUMMARY:Консультация".into(),
        "STATUS:CANCELLED".into(),
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
    }
    assert!(!text.contains("Анна") && !text.contains("/call/") && !text.contains("METHOD"), "{text}");
    // Our own reader, which trusts nothing, finds the one that takes place.
    let window = at("2026-12-14T00:00:00Z")..at("2026-12-21T00:00:00Z");
    let busy = platform::calendar::read_busy(text.as_bytes(), window, &jiff::tz::TimeZone::UTC).unwrap();
    assert_eq!((busy.not_understood, busy.intervals.len(), busy.intervals[0].start), (0, 1, at("2026-12-15T09:00:00Z")));
    let shown = world.vera.get("/api/schedule/calendars").await.json();
    assert_eq!(shown["subscription"]["read_at"], "2026-12-14T06:00:00Z");
    assert!(!shown.to_string().contains("/calendar/"), "the address is shown once");

    // A new address replaces the old one; a revoked one is gone.
    let second = world.vera.post("/api/schedule/subscription", json!({})).await.is(201).json();
    let second = second["url"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    anonymous.get(&path).await.is_problem(404, "not_found");
    anonymous.get(&second).await.is(200);
    anonymous.get(&second.replace(".ics", "")).await.is_problem(404, "not_found");
    anonymous.get("/calendar/.ics").await.is_problem(404, "not_found");
    world.vera.delete("/api/schedule/subscription").await.is(200);
    anonymous.get(&second).await.is_problem(404, "not_found");
    world.vera.delete("/api/schedule/subscription").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn the_address_of_somebody_who_left_is_silent() {
    let world = World::start().await;
    let made = world.vera.post("/api/schedule/subscription", json!({})).await.is(201).json();
    let path = made["url"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    world.change("UPDATE people SET deactivated_at = '2026-12-14' WHERE id = $1").await;
    world.app.anonymous().get(&path).await.is_problem(404, "not_found");
}
