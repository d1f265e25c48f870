use jiff::SignedDuration;
use platform::jobs::{self, NewJob};
use serde_json::{Value, json};
use testkit::{Client, Clinic};

use super::{book, id};

const TUESDAY_9: &str = "2026-12-15T06:00:00Z";
const FRIDAY_9: &str = "2026-12-18T06:00:00Z";

async fn wait_for(clinic: &Clinic, who: &Client, with: Option<&Client>, before: &str) -> String {
    let request = json!({
        "category_id": clinic.category, "specialist_id": with.map(Client::id), "length_min": 50, "format": "video", "before": before,
    });
    id(&who.post("/api/waiting", request).await.is(201))
}

async fn entry(who: &Client) -> Value {
    who.get("/api/waiting").await.is(200).json()["items"][0].clone()
}

#[tokio::test]
async fn a_freed_time_is_held_for_the_first_in_line_and_then_for_the_next() {
    let clinic = Clinic::open().await;
    let vera = clinic.specialist("Вера").await;
    let [anna, boris, carol] = [clinic.employee("Анна").await, clinic.employee("Борис").await, clinic.employee("Карина").await];
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    wait_for(&clinic, &boris, Some(&vera), "2026-12-25T00:00:00Z").await;
    clinic.app.pass(SignedDuration::from_secs(1));
    wait_for(&clinic, &carol, None, "2026-12-25T00:00:00Z").await;
    clinic.app.do_jobs().await;
    assert_eq!(entry(&boris).await["status"], "waiting", "nothing was freed");

    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    clinic.app.do_jobs().await;
    let offered = entry(&boris).await;
    assert_eq!((&offered["status"], &offered["offer"]["starts_at"]), (&json!("offered"), &json!(FRIDAY_9)));
    assert_eq!(offered["offer"]["expires_at"], "2026-12-14T06:30:01Z", "half an hour");
    assert_eq!(entry(&carol).await["status"], "waiting");
    let today = boris.get("/api/today").await.is(200).json();
    assert_eq!(today["held"][0]["hold"]["is_offer"], true);
    // Held for Boris: nobody else gets it meanwhile.
    anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is_problem(409, "time_taken");

    clinic.app.pass(SignedDuration::from_mins(30));
    app::worker::step(&clinic.app.app).await.unwrap();
    clinic.app.do_jobs().await;
    assert_eq!(entry(&boris).await["status"], "waiting", "keeps the place, having let it pass");
    let offered = entry(&carol).await;
    assert_eq!(offered["offer"]["starts_at"], FRIDAY_9);
    let appointment = offered["offer"]["appointment_id"].as_str().unwrap();
    carol.post(&format!("/api/appointments/{appointment}/confirm"), json!({})).await.is(200);
    assert_eq!(carol.get("/api/waiting").await.is(200).json()["items"], json!([]));
    assert_eq!(clinic.balance(&carol).await, (8, 1, 0));
    assert_eq!(clinic.balance(&boris).await, (8, 0, 0));
    assert_eq!(clinic.overlapping_pairs().await, 0);
}

#[tokio::test]
async fn whoever_waits_in_two_places_is_offered_one_time_and_the_next_in_line_the_other() {
    let clinic = Clinic::open().await;
    let vera = clinic.specialist("Вера").await;
    let [anna, boris, carol] = [clinic.employee("Анна").await, clinic.employee("Борис").await, clinic.employee("Карина").await];
    let booked = [book(&clinic, &anna, &vera, TUESDAY_9).await, book(&clinic, &anna, &vera, FRIDAY_9).await];
    wait_for(&clinic, &boris, Some(&vera), "2026-12-25T00:00:00Z").await;
    wait_for(&clinic, &boris, None, "2026-12-25T00:00:00Z").await;
    clinic.app.pass(SignedDuration::from_secs(1));
    wait_for(&clinic, &carol, None, "2026-12-25T00:00:00Z").await;
    for one in booked {
        anna.post(&format!("/api/appointments/{one}/cancel"), json!({})).await.is(200);
    }
    clinic.app.do_jobs().await;
    let offers = async |who: &Client| {
        let items = who.get("/api/waiting").await.is(200).json()["items"].as_array().unwrap().clone();
        items.into_iter().filter(|one| one["status"] == "offered").count()
    };
    assert_eq!((offers(&boris).await, offers(&carol).await), (1, 1));
    assert_eq!((clinic.balance(&boris).await, clinic.balance(&carol).await), ((8, 1, 0), (8, 1, 0)));
}

#[tokio::test]
async fn an_offer_that_is_declined_goes_to_the_next_at_once() {
    let clinic = Clinic::open().await;
    let vera = clinic.specialist("Вера").await;
    let [anna, boris, carol] = [clinic.employee("Анна").await, clinic.employee("Борис").await, clinic.employee("Карина").await];
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    wait_for(&clinic, &boris, Some(&vera), "2026-12-25T00:00:00Z").await;
    clinic.app.pass(SignedDuration::from_secs(1));
    wait_for(&clinic, &carol, Some(&vera), "2026-12-25T00:00:00Z").await;
    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    clinic.app.do_jobs().await;
    let offered = entry(&boris).await["offer"]["appointment_id"].as_str().unwrap().to_owned();
    boris.delete(&format!("/api/holds/{offered}")).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(entry(&carol).await["status"], "offered");
    // Leaving the list gives what is offered back; nobody is left, so the time is simply free.
    let place = entry(&carol).await["id"].as_str().unwrap().to_owned();
    boris.delete(&format!("/api/waiting/{place}")).await.is_problem(404, "not_found");
    carol.delete(&format!("/api/waiting/{place}")).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(entry(&boris).await["status"], "waiting", "Boris has let this very time pass and is not asked again");
    anna.post("/api/holds", clinic.wish(&vera, FRIDAY_9)).await.is(201);
}

#[tokio::test]
async fn only_what_fits_is_offered() {
    let clinic = Clinic::open().await;
    let (vera, olga) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await);
    let anna = clinic.employee("Анна").await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    let other = clinic.employee("Борис").await;
    wait_for(&clinic, &other, Some(&olga), "2026-12-25T00:00:00Z").await;
    let early = clinic.employee("Карина").await;
    wait_for(&clinic, &early, None, "2026-12-18T06:00:00Z").await;
    let busy = clinic.employee("Денис").await;
    book(&clinic, &busy, &olga, FRIDAY_9).await;
    wait_for(&clinic, &busy, Some(&vera), "2026-12-25T00:00:00Z").await;
    let language = clinic.employee("Ержан").await;
    let request = json!({
        "category_id": clinic.category, "length_min": 50, "format": "video", "language": "kk", "before": "2026-12-25T00:00:00Z",
    });
    language.post("/api/waiting", request).await.is(201);
    // 09:00 on her clock is no evening.
    let evening = clinic.employee("Жанна").await;
    let request = json!({
        "category_id": clinic.category, "length_min": 50, "format": "video", "time_of_day": "evening", "before": "2026-12-25T00:00:00Z",
    });
    evening.post("/api/waiting", request).await.is(201);
    assert_eq!(entry(&evening).await["time_of_day"], "evening");
    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    clinic.app.do_jobs().await;
    for who in [&other, &early, &busy, &language, &evening] {
        assert_eq!(entry(who).await["status"], "waiting");
    }
}

#[tokio::test]
async fn at_night_nobody_is_asked_who_wants_quiet() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    // 09:00 in Moscow now; Boris wants quiet until 10:00.
    clinic.run("INSERT INTO notification_preferences (person_id, quiet_from, quiet_to) VALUES ($1, '22:00', '10:00')", boris.id()).await;
    let booked = book(&clinic, &anna, &vera, FRIDAY_9).await;
    wait_for(&clinic, &boris, Some(&vera), "2026-12-25T00:00:00Z").await;
    anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(entry(&boris).await["status"], "waiting");
    clinic.app.pass(SignedDuration::from_hours(1));
    clinic.app.do_jobs().await;
    assert_eq!(entry(&boris).await["status"], "offered");
}

#[tokio::test]
async fn three_missed_offers_end_the_waiting() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    wait_for(&clinic, &boris, Some(&vera), "2026-12-25T00:00:00Z").await;
    for start in ["2026-12-16T06:00:00Z", "2026-12-17T06:00:00Z", FRIDAY_9] {
        let booked = book(&clinic, &anna, &vera, start).await;
        anna.post(&format!("/api/appointments/{booked}/cancel"), json!({})).await.is(200);
        clinic.app.do_jobs().await;
        assert_eq!(entry(&boris).await["offer"]["starts_at"], start);
        clinic.app.pass(SignedDuration::from_mins(31));
        app::worker::step(&clinic.app.app).await.unwrap();
        clinic.app.do_jobs().await;
    }
    assert_eq!(boris.get("/api/waiting").await.is(200).json()["items"], json!([]));
}

#[tokio::test]
async fn one_place_for_one_thing_and_every_wrong_field_named() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let request = json!({
        "category_id": clinic.category, "specialist_id": vera.id(), "length_min": 50, "format": "video", "before": "2026-12-25T00:00:00Z",
    });
    anna.post("/api/waiting", &request).await.is(201);
    anna.post("/api/waiting", &request).await.is_problem(409, "already_waiting");
    // For anyone is another thing.
    wait_for(&clinic, &anna, None, "2026-12-25T00:00:00Z").await;
    let boris = clinic.employee("Борис").await;
    let with = |field: &str, value: Value| {
        let mut wish = request.clone();
        wish[field] = value;
        wish
    };
    boris.post("/api/waiting", with("before", json!("скоро"))).await.names_field("/before", "not_an_instant");
    boris.post("/api/waiting", with("before", json!("2026-12-01T00:00:00Z"))).await.names_field("/before", "in_the_past");
    boris.post("/api/waiting", with("before", json!("2028-12-01T00:00:00Z"))).await.names_field("/before", "too_far");
    boris.post("/api/waiting", with("format", json!("fax"))).await.names_field("/format", "not_an_option");
    boris.post("/api/waiting", with("language", json!("русский"))).await.names_field("/language", "not_an_option");
    boris.post("/api/waiting", with("gender", json!("any"))).await.names_field("/gender", "not_an_option");
    boris.post("/api/waiting", with("time_of_day", json!("night"))).await.names_field("/time_of_day", "not_an_option");
    boris.post("/api/waiting", with("length_min", json!(55))).await.names_field("/length_min", "not_offered");
    boris.post("/api/waiting", with("specialist_id", json!(anna.id()))).await.names_field("/specialist_id", "not_offered");
    boris.post("/api/waiting", with("category_id", json!(anna.id()))).await.is_problem(409, "category_not_covered");
}

#[tokio::test]
async fn whoever_books_a_fitting_time_waits_no_longer_and_is_told() {
    let clinic = Clinic::open().await;
    let (vera, olga, anna) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.employee("Анна").await);
    wait_for(&clinic, &anna, None, "2026-12-17T00:00:00Z").await;
    wait_for(&clinic, &anna, Some(&olga), "2026-12-25T00:00:00Z").await;
    let confirm = async |start: &str| {
        let hold = id(&anna.post("/api/holds", clinic.wish(&vera, start)).await.is(201));
        anna.post(&format!("/api/appointments/{hold}/confirm"), json!({})).await.is(200).json()["ends_waiting"].clone()
    };
    assert_eq!(confirm(TUESDAY_9).await, true);
    let left = anna.get("/api/waiting").await.is(200).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["specialist_name"], "Ольга", "she still waits for Olga");
    assert_eq!(confirm(FRIDAY_9).await, Value::Null);

    let boris = clinic.employee("Борис").await;
    let evening = json!({
        "category_id": clinic.category, "length_min": 50, "format": "video", "time_of_day": "evening", "before": "2026-12-25T00:00:00Z",
    });
    boris.post("/api/waiting", evening).await.is(201);
    book(&clinic, &boris, &olga, FRIDAY_9).await;
    assert_eq!(entry(&boris).await["status"], "waiting", "a morning is not what he waits for");
}

#[tokio::test]
async fn hours_that_are_opened_are_offered_each_to_another() {
    let clinic = Clinic::open().await;
    let vera = clinic.specialist("Вера").await;
    let [anna, boris, carol] = [clinic.employee("Анна").await, clinic.employee("Борис").await, clinic.employee("Карина").await];
    wait_for(&clinic, &anna, Some(&vera), "2026-12-25T00:00:00Z").await;
    clinic.app.pass(SignedDuration::from_secs(1));
    wait_for(&clinic, &boris, None, "2026-12-25T00:00:00Z").await;
    clinic.app.pass(SignedDuration::from_secs(1));
    wait_for(&clinic, &carol, None, "2026-12-19T00:00:00Z").await;

    let mut hours = vera.get("/api/schedule").await.is(200).json();
    clinic.app.do_jobs().await;
    assert_eq!(entry(&anna).await["status"], "waiting");
    // A Saturday: time for two, one of them after the other.
    hours["overrides"] = json!([{ "date": "2026-12-19", "intervals": [{ "start": "10:00", "end": "12:00" }] }]);
    let saved = vera.put("/api/schedule", &hours).await.is(200).json();
    clinic.app.do_jobs().await;
    let offered = async |who: &Client| entry(who).await["offer"]["starts_at"].clone();
    assert_eq!((offered(&anna).await, offered(&boris).await), (json!("2026-12-19T07:00:00Z"), json!("2026-12-19T08:00:00Z")));
    assert_eq!(entry(&carol).await["status"], "waiting", "too late for her");

    // What was open before is not opened again: saving anew, or closing, offers nothing.
    let mut hours = saved["schedule"].clone();
    hours["overrides"] = json!([{ "date": "2026-12-18", "intervals": [{ "start": "09:00", "end": "13:00" }] }]);
    vera.put("/api/schedule", &hours).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(entry(&carol).await["status"], "waiting");
}

#[tokio::test]
async fn hours_opened_for_the_day_that_has_begun_are_offered_too() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    // A Monday, 09:00 in Moscow. The day is closed, and then opened from an hour ago.
    let mut hours = vera.get("/api/schedule").await.is(200).json();
    hours["overrides"] = json!([{ "date": "2026-12-14", "intervals": [] }]);
    let mut hours = vera.put("/api/schedule", &hours).await.is(200).json()["schedule"].clone();
    wait_for(&clinic, &anna, Some(&vera), "2026-12-15T00:00:00Z").await;
    clinic.app.do_jobs().await;
    assert_eq!(entry(&anna).await["status"], "waiting");
    hours["overrides"] = json!([{ "date": "2026-12-14", "intervals": [{ "start": "08:00", "end": "14:00" }] }]);
    vera.put("/api/schedule", &hours).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(entry(&anna).await["offer"]["starts_at"], "2026-12-14T08:00:00Z", "after the two hours of notice");
}

#[tokio::test]
async fn what_eased_terms_open_is_offered_too() {
    let clinic = Clinic::open().await;
    let (vera, olga) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await);
    let [anna, boris, carol] = [clinic.employee("Анна").await, clinic.employee("Борис").await, clinic.employee("Карина").await];
    let change = async |who: &Client, fields: Value| {
        let mut hours = who.get("/api/schedule").await.is(200).json();
        hours.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        who.put("/api/schedule", &hours).await.is(200);
        clinic.app.do_jobs().await;
    };
    // A day of one consultation, which is taken.
    change(&vera, json!({ "max_per_day": 1 })).await;
    book(&clinic, &carol, &vera, TUESDAY_9).await;
    // Notice of two days leaves nothing until Wednesday.
    change(&olga, json!({ "min_notice_min": 48 * 60 })).await;
    wait_for(&clinic, &anna, Some(&vera), "2026-12-16T00:00:00Z").await;
    wait_for(&clinic, &boris, Some(&olga), "2026-12-16T00:00:00Z").await;
    change(&vera, json!({ "max_per_day": 1, "min_notice_min": 24 * 60 })).await;
    assert_eq!((entry(&anna).await["status"].clone(), entry(&boris).await["status"].clone()), (json!("waiting"), json!("waiting")));

    change(&vera, json!({ "max_per_day": 2 })).await;
    assert_eq!(entry(&anna).await["offer"]["starts_at"], "2026-12-15T07:00:00Z", "the next after the one that is taken, a day from now");
    change(&olga, json!({ "min_notice_min": 120 })).await;
    assert_eq!(entry(&boris).await["offer"]["starts_at"], "2026-12-14T08:00:00Z", "in two hours");
}

#[tokio::test]
async fn hours_of_a_card_that_appears_are_offered_in_its_new_categories() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    wait_for(&clinic, &anna, None, "2026-12-25T00:00:00Z").await;
    let appear = async |categories: Value| {
        let mut tx = clinic.app.app.db.begin_system().await.unwrap();
        let payload = json!({ "specialist": vera.id(), "categories": categories });
        let job = NewJob { kind: "scheduling.card_appeared", payload, unique_key: None, run_at: clinic.app.now() };
        jobs::enqueue(&mut tx, clinic.app.now(), job).await.unwrap();
        tx.commit().await.unwrap();
        clinic.app.do_jobs().await;
    };
    appear(json!([clinic.app.app.new_id()])).await;
    assert_eq!(entry(&anna).await["status"], "waiting", "another category is not what she waits for");
    clinic.run("UPDATE specialists SET status = 'paused' WHERE person_id = $1", vera.id()).await;
    appear(json!([clinic.category])).await;
    assert_eq!(entry(&anna).await["status"], "waiting", "nobody can book a card that is not shown");
    clinic.run("UPDATE specialists SET status = 'published' WHERE person_id = $1", vera.id()).await;
    appear(json!([clinic.category])).await;
    assert_eq!(entry(&anna).await["offer"]["starts_at"], "2026-12-14T08:00:00Z", "the first that can be had");
}
