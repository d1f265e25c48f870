use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::Clinic;

use super::{alternatives, appointment, book, id};

const TUESDAY_9: &str = "2026-12-15T06:00:00Z";
const TUESDAY_930: &str = "2026-12-15T06:30:00Z";
const TUESDAY_10: &str = "2026-12-15T07:00:00Z";

#[tokio::test]
async fn a_time_is_held_with_its_conditions_and_then_confirmed() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);

    let held = anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201).json();
    assert_eq!(held["status"], "held");
    assert_eq!(held["ends_at"], "2026-12-15T06:50:00Z");
    assert_eq!(held["hold"]["expires_at"], "2026-12-14T06:05:00Z", "five minutes");
    assert_eq!(held["policy"]["free_until"], "2026-12-14T06:15:00Z", "less than 24 hours are left, so only the grace");
    assert_eq!(held["policy"]["free_hours"], 24);
    assert_eq!(held["benefit"], json!({"left": 7, "granted": 8, "year_end": "2027-05-31"}));
    assert_eq!(held["specialist"]["display_name"], "Вера");
    assert_eq!(held["client"], Value::Null, "one's own appointment does not name oneself");
    assert_eq!(clinic.balance(&anna).await, (8, 1, 0));

    clinic.app.pass(SignedDuration::from_mins(2));
    let path = format!("/api/appointments/{}/confirm", held["id"].as_str().unwrap());
    let booked = anna.post(&path, json!({})).await.is(200).json();
    assert_eq!(booked["status"], "booked");
    assert_eq!(booked["policy"]["free_until"], "2026-12-14T06:17:00Z", "the grace counts from the confirmation");
    assert_eq!(booked["joins_from"], "2026-12-15T05:45:00Z");
    assert_eq!(booked["hold"], Value::Null);
    assert_eq!(clinic.balance(&anna).await, (8, 1, 0), "set aside until it has taken place");
    anna.post(&path, json!({})).await.is_problem(409, "already_booked");
}

#[tokio::test]
async fn a_held_time_is_taken_for_others_who_are_shown_what_else_there_is() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201);

    let refused = boris.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is_problem(409, "time_taken");
    let starts = alternatives(&refused);
    assert!(!starts.contains(&TUESDAY_9.to_owned()) && !starts.contains(&TUESDAY_930.to_owned()), "{starts:?}");
    // 09:50 and ten minutes: 10:00 is the first that fits; all of them can be had.
    assert!(starts.contains(&TUESDAY_10.to_owned()), "{starts:?}");
    boris.post("/api/holds", clinic.wish(&vera, &starts[0])).await.is(201);
    // Overlapping, not the same start.
    let carol = clinic.employee("Карина").await;
    carol.post("/api/holds", clinic.wish(&vera, TUESDAY_930)).await.is_problem(409, "time_taken");
    assert_eq!(clinic.overlapping_pairs().await, 0);
}

#[tokio::test]
async fn what_is_not_offered_cannot_be_held() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    for start in [
        "2026-12-15T06:10:00Z", // off the grid
        "2026-12-15T14:30:00Z", // ends after closing
        "2026-12-19T06:00:00Z", // Saturday
        "2026-12-14T07:30:00Z", // sooner than the notice
        "2027-02-01T06:00:00Z", // beyond the horizon
    ] {
        let refused = anna.post("/api/holds", clinic.wish(&vera, start)).await.is_problem(409, "time_not_offered");
        let nothing_near = start.starts_with("2027");
        assert_eq!(alternatives(&refused).is_empty(), nothing_near, "{start}: {}", refused.text());
    }
    assert_eq!(clinic.balance(&anna).await, (0, 0, 0), "a refusal leaves nothing behind");
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let with = |field: &str, value: Value| {
        let mut wish = clinic.wish(&vera, TUESDAY_9);
        wish[field] = value;
        wish
    };
    let ask = async |wish: Value| anna.post("/api/holds", wish).await;
    ask(with("starts_at", json!("завтра"))).await.names_field("/starts_at", "not_an_instant");
    ask(with("starts_at", json!("2026-12-15T06:00:00.5Z"))).await.names_field("/starts_at", "not_an_instant");
    ask(with("starts_at", json!("2026-12-13T06:00:00Z"))).await.names_field("/starts_at", "in_the_past");
    ask(with("length_min", json!(0))).await.names_field("/length_min", "out_of_range");
    ask(with("length_min", json!(481))).await.names_field("/length_min", "out_of_range");
    ask(with("format", json!("telepathy"))).await.names_field("/format", "not_an_option");
    ask(with("specialist_id", json!("vera"))).await.names_field("/specialist_id", "wrong_type");
    ask(json!({})).await.names_field("/specialist_id", "required");
    ask(with("length_min", json!(45))).await.is_problem(409, "consultation_not_offered");
    ask(with("specialist_id", json!(anna.id()))).await.is_problem(404, "not_found");
    ask(with("category_id", json!(anna.id()))).await.is_problem(404, "not_found");
    clinic.run("UPDATE specialists SET formats = '{chat}' WHERE person_id = $1", vera.id()).await;
    ask(with("format", json!("video"))).await.names_field("/format", "not_offered");
    ask(with("format", json!("chat"))).await.is(201);
}

#[tokio::test]
async fn a_hold_runs_out_and_gives_everything_back() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201));

    clinic.app.pass(SignedDuration::from_mins(5));
    assert_eq!(appointment(&anna, &held).await["status"], "expired", "told at once, before any sweep");
    let late = anna.post(&format!("/api/appointments/{held}/confirm"), json!({})).await.is_problem(410, "hold_expired");
    assert!(alternatives(&late).contains(&TUESDAY_930.to_owned()), "{}", late.text());
    // Nobody has swept yet: whoever comes next frees it on the way.
    boris.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
    assert_eq!(clinic.balance(&boris).await, (8, 1, 0));
}

#[tokio::test]
async fn the_sweep_frees_what_nobody_confirmed() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201);
    clinic.app.pass(SignedDuration::from_mins(5));
    app::worker::step(&clinic.app.app).await.unwrap();
    clinic.app.do_jobs().await;
    assert_eq!((clinic.count("held").await, clinic.count("expired").await), (0, 1));
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
}

#[tokio::test]
async fn whoever_holds_another_time_gives_the_former_back() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    let first = id(&anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201));
    // The same time again, from another tab: held anew.
    let second = id(&anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201));
    assert_ne!(first, second);
    anna.post("/api/holds", clinic.wish(&vera, TUESDAY_10)).await.is(201);
    assert_eq!((clinic.count("held").await, clinic.count("expired").await), (1, 2));
    assert_eq!(clinic.balance(&anna).await, (8, 1, 0));
    boris.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201);
}

#[tokio::test]
async fn a_hold_is_given_back_by_its_owner_once() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201));
    boris.delete(&format!("/api/holds/{held}")).await.is_problem(404, "not_found");
    anna.delete(&format!("/api/holds/{held}")).await.is(200);
    anna.delete(&format!("/api/holds/{held}")).await.is(200);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
    anna.post(&format!("/api/appointments/{held}/confirm"), json!({})).await.is_problem(410, "hold_expired");
    let booked = book(&clinic, &anna, &vera, TUESDAY_9).await;
    anna.delete(&format!("/api/holds/{booked}")).await.is_problem(409, "not_held");
}

#[tokio::test]
async fn nobody_is_in_two_places() {
    let clinic = Clinic::open().await;
    let (vera, olga, anna) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.employee("Анна").await);
    book(&clinic, &anna, &vera, TUESDAY_9).await;
    anna.post("/api/holds", clinic.wish(&olga, TUESDAY_930)).await.is_problem(409, "overlaps_own");
    // Nor by moving, whoever moves.
    let other = book(&clinic, &anna, &olga, TUESDAY_10).await;
    let there = json!({ "starts_at": TUESDAY_930, "cause": "technical" });
    anna.post(&format!("/api/appointments/{other}/move"), json!({ "starts_at": TUESDAY_930 })).await.is_problem(409, "overlaps_own");
    let desk = clinic.app.staff(&["support"]).await;
    desk.post(&format!("/api/operator/appointments/{other}/move"), there).await.is_problem(409, "overlaps_theirs");
}

#[tokio::test]
async fn what_the_category_wants_consents_for_waits_for_them() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    clinic.run("UPDATE categories SET consent_purposes = '{health_data,terms}' WHERE $1 IS NOT NULL", vera.id()).await;
    let held = anna.post("/api/holds", clinic.wish(&vera, TUESDAY_9)).await.is(201);
    assert_eq!(held.json()["hold"]["consents_missing"], json!(["health_data", "terms"]), "known before the tap");
    let path = format!("/api/appointments/{}/confirm", id(&held));
    let refused = anna.post(&path, json!({})).await.is_problem(409, "consents_missing");
    assert_eq!(refused.json()["purposes"], json!(["health_data", "terms"]));
    clinic
        .run(
            "INSERT INTO consents (id, person_id, purpose, version, language, text_hash, given_at)
             SELECT gen_random_uuid(), $1, p, '1', 'ru', '', '2026-12-01' FROM unnest('{health_data,terms}'::text[]) p",
            anna.id(),
        )
        .await;
    anna.post(&path, json!({})).await.is(200);
    // Withdrawn: the next booking waits again.
    clinic.run("UPDATE consents SET withdrawn_at = '2026-12-14' WHERE person_id = $1 AND purpose = 'terms'", anna.id()).await;
    let again = anna.post("/api/appointments", clinic.wish(&vera, TUESDAY_10)).await.is_problem(409, "consents_missing");
    assert_eq!(again.json()["purposes"], json!(["terms"]));
    assert_eq!(clinic.count("held").await, 0, "nothing half done");
}

#[tokio::test]
async fn booking_again_holds_and_confirms_at_once() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = anna.post("/api/appointments", clinic.wish(&vera, TUESDAY_9)).await.is(201).json();
    assert_eq!(booked["status"], "booked");
    assert_eq!(booked["benefit"]["left"], 7);
    let upcoming = anna.get("/api/appointments?when=upcoming").await.is(200).json();
    assert_eq!(upcoming["items"][0]["id"], booked["id"]);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_another_body_is_refused() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let first = anna.post_with_key("/api/appointments", clinic.wish(&vera, TUESDAY_9), "one-intent").await.is(201);
    let repeat = anna.post_with_key("/api/appointments", clinic.wish(&vera, TUESDAY_9), "one-intent").await.is(201);
    assert_eq!(first.body, repeat.body);
    assert_eq!(clinic.count("booked").await, 1);
    anna.post_with_key("/api/appointments", clinic.wish(&vera, TUESDAY_10), "one-intent").await.is_problem(422, "idempotency_key_reused");
    // Canceled and taken by somebody else: the repeat still tells what became of the first request.
    anna.post(&format!("/api/appointments/{}/cancel", id(&first)), json!({})).await.is(200);
    let boris = clinic.employee("Борис").await;
    book(&clinic, &boris, &vera, TUESDAY_9).await;
    let late = anna.post_with_key("/api/appointments", clinic.wish(&vera, TUESDAY_9), "one-intent").await.is(201);
    assert_eq!(first.body, late.body);
}

#[tokio::test]
async fn the_rule_that_was_shown_holds_though_the_category_changes() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let friday = "2026-12-18T06:00:00Z";
    let held = anna.post("/api/holds", clinic.wish(&vera, friday)).await.is(201).json();
    assert_eq!(held["policy"]["free_until"], "2026-12-17T06:00:00Z", "a day before");
    clinic.run("UPDATE categories SET cancel_free_hours = 100 WHERE id = $1", PersonId(clinic.category.0)).await;
    let booked = anna.post(&format!("/api/appointments/{}/confirm", held["id"].as_str().unwrap()), json!({})).await.is(200).json();
    assert_eq!(booked["policy"]["free_until"], "2026-12-17T06:00:00Z");
    // Nor does a move to another day bring the new rule.
    let moved = anna
        .post(&format!("/api/appointments/{}/move", held["id"].as_str().unwrap()), json!({ "starts_at": "2026-12-21T06:00:00Z" }))
        .await
        .is(200)
        .json();
    assert_eq!(moved["policy"]["free_until"], "2026-12-20T06:00:00Z");
    let other = anna.post("/api/holds", clinic.wish(&vera, "2026-12-22T06:00:00Z")).await.is(201).json();
    assert_eq!(other["policy"]["free_until"], "2026-12-18T02:00:00Z", "a hundred hours before, for whom it was shown");
}
