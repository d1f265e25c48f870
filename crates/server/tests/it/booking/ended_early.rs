//! A consultation that was ended before its time: what is left of it is free again, and nothing else about it changes.

use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, Clinic};

use super::{appointment, id};

/// Monday, an hour after the tests' present.
const START: &str = "2026-12-14T07:00:00Z";
/// Ninety minutes later.
const PLANNED: &str = "2026-12-14T08:30:00Z";

/// A consultation of ninety minutes, begun and with both in the room.
struct Begun {
    clinic: Clinic,
    anna: Client,
    vera: Client,
    booked: String,
}

impl Begun {
    async fn new() -> Self {
        let clinic = Clinic::open().await;
        let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
        clinic.run("UPDATE schedules SET min_notice_min = 0 WHERE specialist_id = $1", vera.id()).await;
        let booked = book(&clinic, &anna, &vera, START, 90).await;
        clinic.app.pass(SignedDuration::from_hours(1));
        let begun = Self { clinic, anna, vera, booked };
        for who in [&begun.anna, &begun.vera] {
            begun.call(who, "access", json!({})).await;
            begun.call(who, "presence", json!({"sign": "joined"})).await;
        }
        begun
    }

    async fn call(&self, who: &Client, what: &str, body: Value) {
        let answer = who.post(&format!("/api/calls/{}/{what}", self.booked), body).await;
        assert!(answer.text().is_empty() || answer.json()["code"].is_null(), "{what}: {}", answer.text());
    }

    /// Both stay for so long.
    async fn talk(&self, seconds: i64) {
        for gone in (0..seconds).step_by(30) {
            self.clinic.app.pass(SignedDuration::from_secs((seconds - gone).min(30)));
            for who in [&self.anna, &self.vera] {
                self.call(who, "presence", json!({"sign": "seen"})).await;
            }
        }
    }

    async fn end(&self) {
        self.call(&self.vera, "end", json!({})).await;
    }

    async fn starts(&self, who: &Client) -> Vec<String> {
        let query = format!("category={}&length=30&from=2026-12-14T07:00:00Z&to=2026-12-14T09:30:00Z", self.clinic.category);
        let free = who.get(&format!("/api/specialists/{}/slots?{query}", self.vera.id())).await.is(200).json();
        free["starts"].as_array().unwrap().iter().map(|start| start.as_str().unwrap().to_owned()).collect()
    }
}

async fn book(clinic: &Clinic, who: &Client, with: &Client, start: &str, length_min: i64) -> String {
    let mut wish = clinic.wish(with, start);
    wish["length_min"] = json!(length_min);
    let id = id(&who.post("/api/holds", wish).await.is(201));
    who.post(&format!("/api/appointments/{id}/confirm"), json!({})).await.is(200);
    id
}

#[tokio::test]
async fn the_rest_of_its_time_can_be_booked_at_once_after_the_buffer() {
    let begun = Begun::new().await;
    let clinic = &begun.clinic;
    let boris = clinic.employee("Борис").await;
    clinic.app.app.slots.catch_up(&clinic.app.app).await.unwrap();
    begun.talk(23 * 60 + 7).await;
    assert_eq!(begun.starts(&boris).await, ["2026-12-14T09:00:00Z"]);
    begun.end().await;
    clinic.app.app.slots.catch_up(&clinic.app.app).await.unwrap();
    // 07:23:07 and the buffer of ten minutes: 07:30 is too near. No job has closed the consultation yet.
    assert_eq!(begun.starts(&boris).await, ["2026-12-14T08:00:00Z", "2026-12-14T08:30:00Z", "2026-12-14T09:00:00Z"]);
    book(clinic, &boris, &begun.vera, "2026-12-14T08:00:00Z", 30).await;
    // The employee is free, too.
    let olga = clinic.specialist("Ольга").await;
    clinic.run("UPDATE schedules SET min_notice_min = 0 WHERE specialist_id = $1", olga.id()).await;
    book(clinic, &begun.anna, &olga, "2026-12-14T07:30:00Z", 30).await;
    assert_eq!(clinic.overlapping_pairs().await, 0);
    clinic.app.do_jobs().await;
    assert_eq!(clinic.balance(&begun.anna).await, (8, 1, 1), "one session of the benefit is one, however long it lasted");
    assert_eq!(clinic.wrong_balances().await, 0);
}

#[tokio::test]
async fn whoever_waits_is_offered_the_rest() {
    let begun = Begun::new().await;
    let clinic = &begun.clinic;
    let boris = clinic.employee("Борис").await;
    let request = json!({
        "category_id": clinic.category, "specialist_id": begun.vera.id(), "length_min": 30, "format": "video", "before": "2026-12-14T09:00:00Z",
    });
    boris.post("/api/waiting", request).await.is(201);
    begun.talk(23 * 60).await;
    begun.end().await;
    clinic.app.do_jobs().await;
    let offered = boris.get("/api/waiting").await.is(200).json()["items"][0].clone();
    assert_eq!((&offered["status"], &offered["offer"]["starts_at"]), (&json!("offered"), &json!("2026-12-14T08:00:00Z")));
}

/// Where starts follow the last visit, the seconds of its end must not move all the day's starts.
#[tokio::test]
async fn starts_that_follow_it_stay_on_five_minutes() {
    let begun = Begun::new().await;
    let mut tx = begun.clinic.system().await;
    sqlx::query("UPDATE categories SET alignment = 'free_start'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    begun.talk(23 * 60 + 7).await;
    begun.end().await;
    assert_eq!(begun.starts(&begun.anna).await[0], "2026-12-14T07:35:00Z");
}

#[tokio::test]
async fn everybody_sees_when_it_ended_at_once_and_what_was_planned() {
    let begun = Begun::new().await;
    let clinic = &begun.clinic;
    let subscription = begun.vera.post("/api/schedule/subscription", json!({})).await.is(201).json();
    let feed = subscription["url"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    begun.talk(23 * 60).await;
    begun.end().await;
    let ended = "2026-12-14T07:23:00Z";
    let is_told = |one: &Value| assert_eq!((&one["ends_at"], &one["planned_ends_at"]), (&json!(ended), &json!(PLANNED)), "{one}");

    let one = appointment(&begun.anna, &begun.booked).await;
    is_told(&one);
    assert_eq!(one["length_min"], 90, "what was booked");
    assert_eq!(begun.anna.get("/api/appointments?when=upcoming").await.is(200).json()["items"], json!([]));
    is_told(&begun.anna.get("/api/appointments?when=past").await.is(200).json()["items"][0]);
    is_told(&begun.vera.get("/api/schedule/calendar?from=2026-12-14&to=2026-12-14").await.is(200).json()["bookings"][0]);
    is_told(&begun.vera.get(&format!("/api/clients/{}", begun.anna.id())).await.is(200).json()["visits"][0]);
    let support = clinic.app.staff(&["support"]).await;
    let live = support.get("/api/operator/live?from=2026-12-14T00:00:00Z&to=2026-12-15T00:00:00Z").await.is(200).json();
    is_told(&live["items"][0]);
    assert_eq!(live["items"][0]["state"], "ended");
    let calendar = clinic.app.anonymous().get(&feed).await.is(200).text();
    for line in ["DTEND:20261214T072300Z", "SEQUENCE:1", "DTSTAMP:20261214T072300Z"] {
        assert!(calendar.contains(line), "{line} in {calendar}");
    }
    clinic.app.do_jobs().await;
    assert_eq!(appointment(&begun.anna, &begun.booked).await["outcome"], "held");
}

#[tokio::test]
async fn an_extended_one_was_planned_until_its_extended_end() {
    let begun = Begun::new().await;
    begun.talk(85 * 60).await;
    begun.call(&begun.vera, "extend", json!({"minutes": 15})).await;
    begun.talk(10 * 60).await;
    begun.end().await;
    let one = appointment(&begun.anna, &begun.booked).await;
    assert_eq!((&one["ends_at"], &one["planned_ends_at"]), (&json!("2026-12-14T08:35:00Z"), &json!("2026-12-14T08:45:00Z")));
}

#[tokio::test]
async fn one_that_lasted_its_time_was_not_ended_early() {
    let begun = Begun::new().await;
    begun.talk(92 * 60).await;
    begun.end().await;
    let one = appointment(&begun.anna, &begun.booked).await;
    assert_eq!((&one["ends_at"], &one["planned_ends_at"]), (&json!(PLANNED), &Value::Null));
}

/// By its real end eight minutes would be more than a third of it.
#[tokio::test]
async fn what_became_of_it_is_decided_by_the_planned_length() {
    let begun = Begun::new().await;
    begun.talk(8 * 60).await;
    let call = begun.vera.get(&format!("/api/calls/{}", begun.booked)).await.is(200).json();
    assert_eq!((&call["together_min"], &call["enough_min"], &call["ended_at"]), (&json!(8), &json!(10), &Value::Null));
    begun.end().await;
    let call = begun.anna.get(&format!("/api/calls/{}", begun.booked)).await.is(200).json();
    assert_eq!((&call["ended_at"], &call["enough_min"]), (&json!("2026-12-14T07:08:00Z"), &json!(10)));
    begun.clinic.app.do_jobs().await;
    assert_eq!(appointment(&begun.anna, &begun.booked).await["outcome"], "cut_short");
    assert_eq!(begun.clinic.balance(&begun.anna).await, (8, 0, 0));
}
