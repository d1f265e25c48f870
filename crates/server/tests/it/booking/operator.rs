use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Clinic, TestApp};

use super::{appointment, book};

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";

#[tokio::test]
async fn support_finds_an_appointment_and_the_person_can_see_that_they_did() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Б_рис").await);
    let support = clinic.app.staff(&["support"]).await;
    let first = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let second = book(&clinic, &boris, &vera, "2026-12-18T08:00:00Z").await;
    let search = async |wish: Value| support.post("/api/operator/appointments/search", wish).await;
    let find = async |wish: Value| -> Vec<String> {
        let found = search(wish).await.is(200).json();
        found["items"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(find(json!({"name": "нн"})).await, [first.as_str()], "a part of the name");
    assert_eq!(find(json!({"name": "__"})).await, Vec::<String>::new(), "no wildcard");
    assert_eq!(find(json!({"name": "Б_"})).await, [second.as_str()]);
    assert_eq!(find(json!({"employee": boris.id()})).await, [second.as_str()]);
    assert_eq!(find(json!({"id": second})).await, [second.as_str()], "by the number in the link of a mail");
    assert_eq!(find(json!({"specialist_name": "ер"})).await, [first.as_str(), second.as_str()], "a part of the specialist's name");
    assert_eq!(find(json!({"specialist_name": "Ан"})).await, Vec::<String>::new(), "Anna is no specialist");
    assert_eq!(find(json!({"specialist": vera.id()})).await, [first.as_str(), second.as_str()]);
    assert_eq!(find(json!({"from": "2026-12-18T07:00:00Z", "to": "2026-12-19T00:00:00Z"})).await, [second.as_str()]);
    assert_eq!(find(json!({"specialist": vera.id(), "status": "canceled"})).await, Vec::<String>::new());
    assert_eq!(find(json!({"specialist": vera.id(), "limit": 1})).await, [first.as_str()]);
    for (wish, field, code) in [
        (json!({}), "/name", "required"),
        (json!({"name": "x"}), "/name", "too_short"),
        (json!({"specialist_name": "x"}), "/specialist_name", "too_short"),
        (json!({"name": "xx", "status": "lost"}), "/status", "not_an_option"),
        (json!({"from": "today", "to": "2026-12-19T00:00:00Z"}), "/from", "not_an_instant"),
    ] {
        search(wish).await.names_field(field, code);
    }
    let mut tx = clinic.system().await;
    let (seen,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM audit_entries WHERE action = 'booking.search' AND subject_id = $1 AND actor_id = $2")
            .bind(anna.id().0)
            .bind(support.id().0)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(seen, 4, "each time Anna's appointment was shown");
    // To open one is another act than to find it among others, and the person is told so.
    let acts = boris.get("/api/me/record-access").await.is(200).json();
    let of_staff =
        |action: &str| acts["acts"].as_array().unwrap().iter().filter(|one| one["actor"] == "staff" && one["action"] == action).count();
    assert_eq!((of_staff("booking.read"), of_staff("booking.search")), (1, 5));
    let (resource,): (String,) =
        sqlx::query_as("SELECT resource FROM audit_entries WHERE action = 'booking.read'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(resource, format!("appointment:{second}"));
}

#[tokio::test]
async fn support_moves_and_cancels_on_behalf_at_any_time_before_the_start() {
    let clinic = Clinic::open().await;
    let (vera, anna, support) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.app.staff(&["support"]).await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    clinic.app.pass(SignedDuration::from_hours(90)); // late for Anna
    let support = clinic.back(&support).await;
    let moved = support
        .post(
            &format!("/api/operator/appointments/{booked}/move"),
            json!({ "starts_at": "2026-12-18T12:00:00Z", "cause": "specialist_asked" }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(moved["client"]["display_name"], "Анна");
    let cancel = format!("/api/operator/appointments/{booked}/cancel");
    support.post(&cancel, json!({ "cause": "whim" })).await.names_field("/cause", "not_a_choice");
    let canceled = support.post(&cancel, json!({ "cause": "technical" })).await.is(200).json();
    assert_eq!((&canceled["canceled"]["by"], &canceled["is_counted"]), (&json!("operator"), &json!(false)));
    assert_eq!(appointment(&anna, &booked).await["status"], "canceled");
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
    let mut tx = clinic.system().await;
    let entries: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT action, detail->>'cause' FROM audit_entries WHERE subject_id = $1 AND actor_id = $2 ORDER BY id")
            .bind(anna.id().0)
            .bind(support.id().0)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    let entries: Vec<_> = entries.iter().map(|(action, cause)| (action.as_str(), cause.as_deref())).collect();
    assert_eq!(entries, [("booking.move", Some("specialist_asked")), ("booking.cancel", Some("technical"))]);
}

#[tokio::test]
async fn the_days_consultations_show_how_they_stand_without_saying_who() {
    let clinic = Clinic::open().await;
    let (vera, anna, support) =
        (clinic.specialist("Вера").await, clinic.employee("Анна Секретная").await, clinic.app.staff(&["support"]).await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let one = async || {
        let live = clinic.back(&support).await.get("/api/operator/live?from=2026-12-18T00:00:00Z&to=2026-12-19T00:00:00Z").await.is(200);
        assert!(!live.text().contains("Секретная") && !live.text().contains(&anna.id().to_string()));
        assert_eq!(live.json()["items"][0]["id"], booked.as_str());
        live.json()["items"][0].clone()
    };
    let state = async || one().await["state"].as_str().unwrap().to_owned();
    assert_eq!(state().await, "ahead");
    clinic.app.pass(SignedDuration::from_mins(96 * 60 - 15));
    assert_eq!(state().await, "open");
    clinic.app.pass(SignedDuration::from_mins(16));
    assert_eq!(state().await, "overdue");
    let event = async |party: &'static str, kind: &'static str| {
        let mut tx = clinic.system().await;
        sqlx::query("INSERT INTO call_events (appointment_id, party, kind, at) VALUES ($1::uuid, $2, $3, '2026-12-18T06:01:00Z')")
            .bind(&booked)
            .bind(party)
            .bind(kind)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    event("employee", "joined").await;
    assert_eq!(state().await, "employee_waits");
    assert_eq!(one().await["alone_since"], "2026-12-18T06:01:00Z");
    event("specialist", "joined").await;
    assert_eq!(state().await, "together");
    assert_eq!(one().await["connection"], "connecting");
    event("employee", "connected").await;
    event("specialist", "connected").await;
    assert_eq!(one().await["connection"], "connected");
    event("employee", "left").await;
    assert_eq!(state().await, "specialist_waits");
    event("specialist", "left").await;
    clinic.app.pass(SignedDuration::from_hours(1));
    assert_eq!(state().await, "ended");
    let support = clinic.back(&support).await;
    support.get("/api/operator/live?from=2026-12-18T00:00:00Z&to=2026-12-25T00:00:00Z").await.names_field("?to", "too_far");
    support.get("/api/operator/live?from=x&to=y").await.names_field("?from", "not_an_instant");
}

#[tokio::test]
async fn the_desk_is_told_what_the_deployment_lacks() {
    let app = TestApp::start().await;
    let support = app.staff(&["support"]).await;
    let missing = async || support.get("/api/operator/readiness").await.is(200).json()["missing"].clone();
    assert_eq!(missing().await, json!(["mail", "category", "specialist", "contract", "safety", "urgent"]));
    let category = app.category("psychologist").await;
    app.specialist("Вера", category).await;
    let (_, contract) = app.contract(category, 5).await;
    app.staff(&["safety"]).await;
    assert_eq!(missing().await, json!(["mail", "urgent"]));
    let admin = app.staff(&["admin"]).await;
    let mut phones = admin.get("/api/public/urgent-help").await.is(200).json();
    phones["verified_on"] = json!("2026-12-14");
    admin.put("/api/settings/urgent-help", &phones).await.is(200);
    assert_eq!(missing().await, json!(["mail"]));
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("UPDATE contracts SET ended_at = now() WHERE id = $1").bind(contract).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(missing().await, json!(["mail", "contract"]), "also later");
}
