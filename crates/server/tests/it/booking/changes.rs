use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::json;
use testkit::Clinic;

use super::{alternatives, appointment, book, id};

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";
const FRIDAY_10: &str = "2026-12-18T07:00:00Z";

#[tokio::test]
async fn cancelling_in_time_costs_nothing() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let shown = appointment(&anna, &booked).await;
    assert_eq!(shown["policy"]["free_until"], "2026-12-17T06:00:00Z");
    assert_eq!(shown["policy"]["counts_now"], false);
    let path = format!("/api/appointments/{booked}/cancel");
    let canceled = anna.post(&path, json!({})).await.is(200).json();
    assert_eq!((canceled["status"].as_str(), canceled["is_counted"].as_bool()), (Some("canceled"), Some(false)));
    assert_eq!(canceled["canceled"]["by"], "employee");
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
    anna.post(&path, json!({})).await.is_problem(409, "appointment_canceled");
    anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": FRIDAY_10 })).await.is_problem(409, "appointment_canceled");
    book(&clinic, &boris, &vera, FRIDAY_9).await;
}

#[tokio::test]
async fn a_late_cancellation_counts_only_if_the_person_was_told() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    clinic.app.pass(SignedDuration::from_hours(73)); // 23 hours before
    assert_eq!(appointment(&anna, &booked).await["policy"]["counts_now"], true);
    let path = format!("/api/appointments/{booked}/cancel");
    let refused = anna.post(&path, json!({})).await.is_problem(409, "cancel_counts");
    assert_eq!(refused.json()["free_until"], "2026-12-17T06:00:00Z");
    assert_eq!(appointment(&anna, &booked).await["status"], "booked");
    let canceled = anna.post(&path, json!({ "expects_counted": true })).await.is(200).json();
    assert_eq!(canceled["is_counted"], true);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 1));
}

#[tokio::test]
async fn what_the_specialist_cancels_is_always_free_for_the_person() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    clinic.app.pass(SignedDuration::from_hours(95)); // an hour before
    let vera = clinic.back(&vera).await;
    let canceled = vera.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200).json();
    assert_eq!(canceled["canceled"]["by"], "specialist");
    assert_eq!(canceled["is_counted"], false);
    assert_eq!(clinic.balance(&anna).await, (8, 0, 0));
}

#[tokio::test]
async fn what_has_begun_is_no_longer_cancelled_or_moved() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    clinic.app.pass(SignedDuration::from_hours(96));
    let vera = clinic.back(&vera).await;
    for who in [&anna, &vera] {
        who.post(&format!("/api/appointments/{booked}/cancel"), json!({ "expects_counted": true })).await.is_problem(409, "has_begun");
        who.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": "2026-12-21T06:00:00Z" }))
            .await
            .is_problem(409, "has_begun");
    }
    let shown = appointment(&anna, &booked).await;
    assert_eq!(shown["policy"]["may_cancel"], false);
    assert_eq!(shown["policy"]["may_move"], false);
}

#[tokio::test]
async fn a_move_keeps_the_appointment_and_frees_the_former_time() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let path = format!("/api/appointments/{booked}/move");
    // Half an hour later overlaps only itself, and is offered; the time at which it is already is no other time.
    let times = anna.get(&format!("/api/appointments/{booked}/times")).await.is(200).json();
    let offered = |at: &str| times["starts"].as_array().unwrap().contains(&json!(at));
    assert_eq!((offered("2026-12-18T06:30:00Z"), offered(FRIDAY_9), offered(FRIDAY_10)), (true, false, true));
    boris.get(&format!("/api/appointments/{booked}/times")).await.is_problem(404, "not_found");
    let desk = clinic.app.staff(&["support"]).await;
    assert_eq!(desk.get(&format!("/api/operator/appointments/{booked}/times")).await.is(200).json(), times);
    let moved = anna.post(&path, json!({ "starts_at": "2026-12-18T06:30:00Z" })).await.is(200).json();
    assert_eq!(moved["id"], booked);
    assert_eq!(moved["moved_from"], FRIDAY_9);
    assert_eq!(moved["policy"]["free_until"], "2026-12-17T06:30:00Z");
    anna.post(&path, json!({ "starts_at": "2026-12-18T09:00:00Z" })).await.is(200);
    book(&clinic, &boris, &vera, FRIDAY_9).await;
    assert_eq!(clinic.balance(&anna).await, (8, 1, 0));
    assert_eq!(clinic.overlapping_pairs().await, 0);
    // Where somebody else is, it does not go; it stays where it was.
    let refused = anna.post(&path, json!({ "starts_at": "2026-12-18T06:30:00Z" })).await.is_problem(409, "time_taken");
    assert!(!alternatives(&refused).is_empty());
    assert_eq!(appointment(&anna, &booked).await["starts_at"], "2026-12-18T09:00:00Z");
    anna.post(&path, json!({ "starts_at": "2026-12-18T09:00:00Z" })).await.names_field("/starts_at", "same_time");
    anna.post(&path, json!({ "starts_at": "2026-12-11T09:00:00Z" })).await.names_field("/starts_at", "in_the_past");
    anna.post(&path, json!({ "starts_at": "потом" })).await.names_field("/starts_at", "not_an_instant");
}

#[tokio::test]
async fn the_employee_moves_while_cancelling_is_free_the_specialist_until_it_begins() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let path = format!("/api/appointments/{booked}/move");
    clinic.app.pass(SignedDuration::from_hours(73));
    let refused = anna.post(&path, json!({ "starts_at": "2026-12-21T06:00:00Z" })).await.is_problem(409, "too_late_to_move");
    assert_eq!(refused.json()["free_until"], "2026-12-17T06:00:00Z");
    assert!(refused.json()["title"].as_str().unwrap().contains("бесплатной"), "the rule in words");
    clinic.back(&vera).await.post(&path, json!({ "starts_at": "2026-12-18T12:00:00Z" })).await.is(200);
    // Moved by the other side: leaving is free until it begins.
    let shown = appointment(&anna, &booked).await;
    assert_eq!(shown["policy"]["free_until"], "2026-12-18T12:00:00Z");
    assert_eq!(shown["policy"]["counts_now"], false);
}

#[tokio::test]
async fn a_hold_is_neither_moved_nor_cancelled() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is(201));
    anna.post(&format!("/api/appointments/{held}/move"), json!({ "starts_at": FRIDAY_10 })).await.is_problem(409, "not_booked");
    anna.post(&format!("/api/appointments/{held}/cancel"), json!({})).await.is_problem(409, "not_booked");
}

#[tokio::test]
async fn ones_appointments_come_in_pages() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let mut booked = Vec::new();
    for start in ["2026-12-15T06:00:00Z", "2026-12-16T06:00:00Z", "2026-12-17T06:00:00Z"] {
        booked.push(book(&clinic, &anna, &vera, start).await);
    }
    let first = anna.get("/api/appointments?when=upcoming&limit=2").await.is(200).json();
    assert_eq!((&first["items"][0]["id"], &first["items"][1]["id"]), (&json!(booked[0]), &json!(booked[1])));
    let next = first["next"].as_str().unwrap();
    let second = anna.get(&format!("/api/appointments?when=upcoming&limit=2&after={next}")).await.is(200).json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["items"][0]["id"], second.get("next")), (1, &json!(booked[2]), None));
    clinic.app.pass(SignedDuration::from_hours(49));
    let past = anna.get("/api/appointments?when=past").await.is(200).json();
    assert_eq!(past["items"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect::<Vec<_>>(), [&booked[1], &booked[0]]);
    // Both see theirs; the specialist by the name the person chose.
    let seen = clinic.back(&vera).await.get("/api/appointments?when=upcoming").await.is(200).json();
    assert_eq!(seen["items"][0]["client"]["display_name"], "Анна");
    anna.get("/api/appointments?when=sometimes").await.names_field("?when", "not_an_option");
    anna.get("/api/appointments?when=past&limit=0").await.names_field("?limit", "out_of_range");
}

#[tokio::test]
async fn the_calendar_file_is_neutral() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера Ильина").await, clinic.employee("Анна").await);
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is(201));
    anna.get(&format!("/api/appointments/{held}/invite.ics")).await.is(404);
    anna.post(&format!("/api/appointments/{held}/confirm"), json!({})).await.is(200);
    let file = anna.get(&format!("/api/appointments/{held}/invite.ics")).await.is(200);
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
    let text = file.text();
    assert!(text.contains(&format!("UID:{held}@ponimayu.example")), "{text}");
    assert!(text.contains("SUMMARY:Встреча") && text.contains("DTSTART:20261218T060000Z"), "{text}");
    for private in ["Вера", "Анна", "сихолог"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[tokio::test]
async fn what_another_called_off_is_told_on_the_first_screen_until_something_else_is_booked() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let told = async || anna.get("/api/today").await.is(200).json()["called_off"].as_array().unwrap().clone();
    let own = book(&clinic, &anna, &vera, FRIDAY_9).await;
    anna.post(&format!("/api/appointments/{own}/cancel"), json!({})).await.is(200);
    assert_eq!(told().await.len(), 0, "she knows what she did herself");

    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    vera.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    let seen = told().await;
    assert_eq!((seen.len(), &seen[0]["id"], &seen[0]["canceled"]["by"]), (1, &json!(booked), &json!("specialist")));
    clinic.app.pass(SignedDuration::from_secs(1));
    let hold = id(&anna.post("/api/holds", clinic.wish(&vera, FRIDAY_10)).await.is(201));
    assert_eq!(told().await.len(), 1, "a held time is not booked yet");
    anna.post(&format!("/api/appointments/{hold}/confirm"), json!({})).await.is(200);
    assert_eq!(told().await.len(), 0);

    vera.post(&format!("/api/appointments/{hold}/cancel"), json!({})).await.is(200);
    assert_eq!(told().await.len(), 2);
    clinic.app.pass(SignedDuration::from_hours(24 * 5));
    assert_eq!(told().await.len(), 0, "its time has passed");
}

#[tokio::test]
async fn what_was_booked_can_be_moved_after_its_length_is_offered_no_more() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    clinic.run("UPDATE categories SET session_lengths_min = '{80}' WHERE id = $1", PersonId(clinic.category.0)).await;
    let times = anna.get(&format!("/api/appointments/{booked}/times")).await.is(200).json();
    assert!(times["starts"].as_array().unwrap().contains(&json!(FRIDAY_10)), "{times}");
    let moved = anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": FRIDAY_10 })).await.is(200).json();
    assert_eq!((&moved["starts_at"], &moved["length_min"]), (&json!(FRIDAY_10), &json!(50)));
    // Nobody books it anew.
    anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is_problem(409, "consultation_not_offered");
}

#[tokio::test]
async fn a_subscribed_calendar_is_told_when_a_booking_last_changed() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let made = vera.post("/api/schedule/subscription", json!({})).await.is(201).json();
    let path = made["url"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    let stamp = async || {
        let feed = clinic.app.anonymous().get(&path).await.is(200).text();
        feed.lines().find_map(|line| line.strip_prefix("DTSTAMP:")).unwrap().to_owned()
    };
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let first = stamp().await;
    clinic.app.pass(SignedDuration::from_mins(3));
    anna.post(&format!("/api/appointments/{booked}/move"), json!({ "starts_at": FRIDAY_10 })).await.is(200);
    let second = stamp().await;
    assert_eq!((first.as_str(), second.as_str()), ("20261214T060000Z", "20261214T060300Z"));
    clinic.app.pass(SignedDuration::from_mins(2));
    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    assert_eq!(stamp().await, "20261214T060500Z");
}
