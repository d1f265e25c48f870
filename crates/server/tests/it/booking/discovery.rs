use std::time::Duration;

use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, Clinic};
use uuid::Uuid;

use super::book;

/// A topic of the category, with which the given specialists work.
async fn topic(clinic: &Clinic, name: &str, who: &[&Client]) -> Uuid {
    let id = clinic.app.app.new_id();
    let mut tx = clinic.system().await;
    sqlx::query("INSERT INTO topics (id, category_id, name) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(clinic.category.0)
        .bind(json!({"ru": name, "kk": name, "en": name}))
        .execute(&mut *tx)
        .await
        .unwrap();
    for client in who {
        sqlx::query("INSERT INTO specialist_topics VALUES ($1, $2)").bind(client.id().0).bind(id).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

/// What is asked: the category, and `more`.
fn wish(clinic: &Clinic, mut more: Value) -> Value {
    more["category_id"] = json!(clinic.category);
    more
}

async fn find(clinic: &Clinic, who: &Client, more: Value) -> Value {
    who.post("/api/find", wish(clinic, more)).await.is(200).json()
}

fn names(found: &Value) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().map(|i| i["card"]["display_name"].as_str().unwrap()).collect()
}

fn kinds(item: &Value) -> Vec<&str> {
    item["reasons"].as_array().unwrap().iter().map(|r| r["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn it_is_told_how_the_programme_of_the_company_stands() {
    let clinic = Clinic::open().await;
    let anna = clinic.employee("Анна").await;
    let seen = async || anna.get("/api/categories").await.is(200).json();
    assert_eq!(seen().await["programme"], json!({ "state": "in_force" }));
    for (change, programme) in [
        ("UPDATE contracts SET ended_at = '2026-12-01' WHERE $1 IS NOT NULL", json!({ "state": "over" })),
        ("UPDATE contracts SET ended_at = NULL, ends_on = '2026-12-01' WHERE $1 IS NOT NULL", json!({ "state": "over" })),
        (
            "UPDATE contracts SET starts_on = '2027-01-10', ends_on = '2027-12-31' WHERE $1 IS NOT NULL",
            json!({ "state": "future", "starts_on": "2027-01-10" }),
        ),
        ("UPDATE memberships SET ended_at = '2026-12-14' WHERE person_id = $1", json!({ "state": "left" })),
    ] {
        clinic.run(change, anna.id()).await;
        let now = seen().await;
        assert_eq!(now["programme"], programme, "{change}");
        assert!(now["items"].as_array().unwrap().iter().all(|one| one.get("benefit").is_none()), "{change}");
    }
}

#[tokio::test]
async fn the_covered_kinds_of_help_come_first_with_what_is_left() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    for (slug, status, position) in [("lawyer", "published", -1), ("secret", "draft", -2)] {
        let mut tx = clinic.system().await;
        sqlx::query(
            "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical, consent_purposes,
                                     position, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $4, 'law', '{30}', 30, '{video}', false, '{}', $5, now(), now())",
        )
        .bind(clinic.app.app.new_id())
        .bind(slug)
        .bind(status)
        .bind(json!({"ru": "Юрист", "kk": "Заңгер", "en": "Lawyer"}))
        .bind(position)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
    topic(&clinic, "Тревога", &[&vera]).await;
    book(&clinic, &anna, &vera, "2026-12-15T06:00:00Z").await;
    let all = anna.get("/api/categories").await.is(200).json();
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|c| c["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Психолог", "Юрист"]);
    assert_eq!(items[0]["benefit"], json!({"left": 7, "granted": 8, "year_end": "2027-05-31"}));
    assert_eq!(items[0]["topics"][0]["name"], "Тревога");
    assert_eq!(items[1].get("benefit"), None);
    let mut kazakh = anna.clone();
    kazakh.language = "kk";
    assert_eq!(kazakh.get("/api/categories").await.is(200).json()["items"][1]["name"], "Заңгер");
}

#[tokio::test]
async fn who_can_help_is_ranked_with_the_reason_and_the_nearest_times() {
    let clinic = Clinic::open().await;
    let (vera, olga, anna) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.employee("Анна").await);
    let anxiety = topic(&clinic, "Тревога", &[&olga]).await;
    let found = find(&clinic, &anna, json!({"topics": [anxiety]})).await;
    assert_eq!(names(&found), ["Ольга"], "Vera does not work with it");
    assert_eq!((&found["total"], &found["topics"]), (&json!(1), &json!("here")));
    assert_eq!(found["length_min"], 50, "the usual length");
    let first = &found["items"][0];
    assert_eq!(first["reasons"][0], json!({"kind": "topic", "value": anxiety, "name": "Тревога"}));
    assert_eq!(kinds(first), ["topic", "soon", "language"]);
    // 09:00 in Moscow now and two hours’ notice; each time is a choice of its own.
    assert_eq!(first["next"], json!(["2026-12-14T08:00:00Z", "2026-12-14T09:00:00Z", "2026-12-14T10:00:00Z", "2026-12-14T11:00:00Z"]));
    assert_eq!(first["card"]["headline"], "Тревога и выгорание");
    // What is offered can be had; what is had is no longer offered.
    anna.post("/api/holds", clinic.wish(&olga, "2026-12-14T08:00:00Z")).await.is(201);
    let again = find(&clinic, &anna, json!({"topics": [anxiety]})).await;
    assert_eq!(again["items"][0]["next"][0], "2026-12-14T09:00:00Z");
    // From memory the answer is the same.
    clinic.app.app.slots.catch_up(&clinic.app.app).await.unwrap();
    assert_eq!(find(&clinic, &anna, json!({"topics": [anxiety]})).await["items"], again["items"]);
    // What nobody works with sends nobody away.
    let rare = topic(&clinic, "Отец", &[]).await;
    let all = find(&clinic, &anna, json!({"topics": [rare]})).await;
    assert_eq!((&all["total"], &all["topics"]), (&json!(2), &json!("nowhere")));
    assert_eq!(find(&clinic, &anna, json!({})).await["topics"], json!(null));
    // Somebody works with it, but does not meet another wish: that is not the same as nobody.
    clinic.run("UPDATE specialists SET languages = '{kk}' WHERE person_id = $1", vera.id()).await;
    let elsewhere = find(&clinic, &anna, json!({"topics": [anxiety], "language": "kk"})).await;
    assert_eq!(names(&elsewhere), ["Вера"]);
    assert_eq!(elsewhere["topics"], "elsewhere");
}

#[tokio::test]
async fn times_at_which_one_has_a_consultation_already_are_no_choice() {
    let clinic = Clinic::open().await;
    let (vera, olga, anna) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.employee("Анна").await);
    let held = book(&clinic, &anna, &vera, "2026-12-14T09:00:00Z").await;
    let found = find(&clinic, &anna, json!({})).await;
    let of_olga = found["items"].as_array().unwrap().iter().find(|item| item["card"]["id"] == json!(olga.id())).unwrap();
    assert_eq!(of_olga["next"], json!(["2026-12-14T08:00:00Z", "2026-12-14T10:00:00Z", "2026-12-14T11:00:00Z", "2026-12-14T12:00:00Z"]));
    // Called off, the hour is a choice again.
    anna.post(&format!("/api/appointments/{held}/cancel"), json!({ "expects_counted": true })).await.is(200);
    let found = find(&clinic, &anna, json!({})).await;
    let of_olga = found["items"].as_array().unwrap().iter().find(|item| item["card"]["id"] == json!(olga.id())).unwrap();
    assert_eq!(of_olga["next"][1], "2026-12-14T09:00:00Z");
}

#[tokio::test]
async fn filters_leave_out_who_does_not_meet_them() {
    let clinic = Clinic::open().await;
    let (vera, aigul, anna) = (clinic.specialist("Вера").await, clinic.specialist("Айгүл").await, clinic.employee("Анна").await);
    clinic
        .run("UPDATE specialists SET languages = '{kk}', formats = '{chat}', gender = 'undisclosed' WHERE person_id = $1", aigul.id())
        .await;
    assert_eq!(names(&find(&clinic, &anna, json!({"language": "kk"})).await), ["Айгүл"]);
    assert_eq!(names(&find(&clinic, &anna, json!({"format": "video"})).await), ["Вера"]);
    assert_eq!(names(&find(&clinic, &anna, json!({"gender": "female"})).await), ["Вера"]);
    assert_eq!(names(&find(&clinic, &anna, json!({"gender": "male"})).await), Vec::<&str>::new());
    // Both end at 18:00 in Moscow, where Anna is: the evening begins at 17:00.
    let evening = find(&clinic, &anna, json!({"time_of_day": "evening"})).await;
    assert_eq!(evening["items"][0]["next"][0], "2026-12-14T14:00:00Z");
    assert!(kinds(&evening["items"][0]).contains(&"time_of_day"));
    clinic.run("UPDATE schedule_rules SET end_time = '12:00' WHERE specialist_id = $1", vera.id()).await;
    assert_eq!(names(&find(&clinic, &anna, json!({"time_of_day": "evening"})).await), ["Айгүл"]);
    // On her own clock: at noon in Moscow it is evening in Vladivostok.
    clinic.run("UPDATE people SET time_zone = 'Asia/Vladivostok' WHERE id = $1", anna.id()).await;
    assert_eq!(find(&clinic, &anna, json!({"time_of_day": "evening"})).await["total"], 2);
}

#[tokio::test]
async fn only_published_specialists_are_found_and_pages_do_not_repeat_anybody() {
    let clinic = Clinic::open().await;
    let anna = clinic.employee("Анна").await;
    for n in 0..5 {
        clinic.specialist(&format!("Специалист {n}")).await;
    }
    for status in ["draft", "submitted", "paused"] {
        let hidden = clinic.specialist(status).await;
        let mut tx = clinic.system().await;
        sqlx::query("UPDATE specialists SET status = $2 WHERE person_id = $1")
            .bind(hidden.id().0)
            .bind(status)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        if status != "paused" {
            anna.get(&format!("/api/specialists/{}", hidden.id())).await.is_problem(404, "not_found");
        }
    }
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = find(&clinic, &anna, json!({"limit": 2, "after": after})).await;
        assert_eq!(page["total"], 5);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen, (0..5).map(|n| format!("Специалист {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_the_same_for_everybody_is_read_once_in_a_moment_and_what_is_ones_own_each_time() {
    let clinic = Clinic::open_as(|config| config.shared_for = Duration::from_secs(3600)).await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    assert_eq!(find(&clinic, &anna, json!({})).await["items"][0]["card"]["is_favourite"], false);
    clinic
        .run("UPDATE specialists SET headline = '{\"ru\": \"Сон\", \"kk\": \"Ұйқы\", \"en\": \"Sleep\"}' WHERE person_id = $1", vera.id())
        .await;
    anna.put(&format!("/api/favourites/{}", vera.id()), json!({})).await.is(200);
    let start = "2026-12-14T08:00:00Z";
    book(&clinic, &anna, &vera, start).await;
    for (who, is_favourite) in [(&anna, true), (&boris, false)] {
        let found = find(&clinic, who, json!({})).await;
        assert_eq!(found["items"][0]["card"]["headline"], "Тревога и выгорание", "as it was read a moment ago");
        assert_eq!(found["items"][0]["card"]["is_favourite"], is_favourite);
        assert_ne!(found["items"][0]["next"][0], start, "what is free is not kept");
    }
    let whole = anna.get(&format!("/api/specialists/{}", vera.id())).await.is(200).json();
    assert_eq!(whole["headline"], "Сон", "a card that is opened is read");
}

#[tokio::test]
async fn a_card_that_only_those_who_met_may_see_is_kept_for_nobody() {
    let clinic = Clinic::open_as(|config| config.shared_for = Duration::from_secs(3600)).await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    book(&clinic, &anna, &vera, "2026-12-14T08:00:00Z").await;
    // The field is read while she can be booked, the cards after she was taken off.
    let nobody = find(&clinic, &boris, json!({"gender": "male"})).await;
    assert_eq!(nobody["total"], 0);
    clinic.run("UPDATE specialists SET status = 'draft' WHERE person_id = $1", vera.id()).await;
    for who in [&anna, &boris] {
        assert_eq!(names(&find(&clinic, who, json!({})).await), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn every_wrong_wish_is_named() {
    let clinic = Clinic::open().await;
    let anna = clinic.employee("Анна").await;
    for (more, field, code) in [
        (json!({"limit": 0}), "/limit", "out_of_range"),
        (json!({"limit": 51}), "/limit", "out_of_range"),
        (json!({"language": "<script>"}), "/language", "not_an_option"),
        (json!({"format": "fax"}), "/format", "not_an_option"),
        (json!({"time_of_day": "night"}), "/time_of_day", "not_an_option"),
        (json!({"gender": "x"}), "/gender", "not_an_option"),
        (json!({"length_min": 45}), "/length_min", "not_offered"),
        (json!({"topics": vec![clinic.category; 21]}), "/topics", "too_many"),
        (json!({"topics": ["x"]}), "/topics/0", "wrong_type"),
    ] {
        anna.post("/api/find", wish(&clinic, more)).await.names_field(field, code);
    }
    anna.post("/api/find", json!({"category_id": anna.id()})).await.is_problem(404, "not_found");
    anna.post("/api/find", json!({})).await.names_field("/category_id", "required");
    anna.post("/api/find", json!({"category_id": "x"})).await.names_field("/category_id", "wrong_type");
}

#[tokio::test]
async fn a_card_shows_what_was_checked_and_no_more() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    for (title, state) in
        [("МГУ, клиническая психология", "verified"), ("Курс, который не подтвердили", "rejected"), ("Ещё не проверено", "pending")]
    {
        let mut tx = clinic.system().await;
        sqlx::query("INSERT INTO education (id, specialist_id, title, institution, year, state, created_at) VALUES ($1, $2, $3, 'МГУ', 2012, $4, now())")
            .bind(clinic.app.app.new_id())
            .bind(vera.id().0)
            .bind(title)
            .bind(state)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    clinic.run("UPDATE specialists SET about = '{\"ru\": \"О себе\"}', review_note = 'тайная заметка', price_minor = 500000, price_currency = 'RUB' WHERE person_id = $1", vera.id()).await;
    let card = anna.get(&format!("/api/specialists/{}", vera.id())).await.is(200);
    let json = card.json();
    assert_eq!(json["education"].as_array().unwrap().len(), 1);
    assert_eq!(json["education"][0]["title"], "МГУ, клиническая психология");
    assert_eq!((&json["about"], &json["is_bookable"]), (&json!("О себе"), &json!(true)));
    assert_eq!(json["categories"][0]["lengths_min"], json!([50, 30, 60, 90]));
    assert_eq!(json.get("rating_tenths"), None);
    for private in ["тайная заметка", "500000", "review", "price"] {
        assert!(!card.text().contains(private), "{private}");
    }
    anna.get(&format!("/api/specialists/{}", anna.id())).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_rating_shows_once_five_people_have_given_one() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let rate = async |stars: i32, n: i64| {
        let who = clinic.employee("Кто-то").await;
        let booked = book(&clinic, &who, &vera, &(clinic.at("2026-12-15T06:00:00Z") + SignedDuration::from_hours(n)).to_string()).await;
        let mut tx = clinic.system().await;
        sqlx::query(
            "INSERT INTO ratings (appointment_id, specialist_id, employee_id, stars, created_at) VALUES ($1::uuid, $2, $3, $4, now())",
        )
        .bind(booked)
        .bind(vera.id().0)
        .bind(who.id().0)
        .bind(stars)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    };
    for n in 0..4 {
        rate(5, n).await;
    }
    let card = async || anna.get(&format!("/api/specialists/{}", vera.id())).await.is(200).json();
    assert_eq!(card().await.get("rating_tenths"), None);
    rate(4, 4).await;
    assert_eq!(card().await["rating_tenths"], 48);
}

#[tokio::test]
async fn whom_one_keeps_close_or_knows_goes_up() {
    let clinic = Clinic::open().await;
    let (vera, olga, anna) = (clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.employee("Анна").await);
    for (who, name) in [(&vera, "Вера"), (&olga, "Ольга")] {
        anna.put(&format!("/api/favourites/{}", who.id()), json!({})).await.is(200);
        let found = find(&clinic, &anna, json!({})).await;
        assert_eq!(names(&found)[0], name);
        assert!(kinds(&found["items"][0]).contains(&"favourite"));
        assert_eq!(names(&find(&clinic, &anna, json!({"favourites": true})).await), [name]);
        anna.delete(&format!("/api/favourites/{}", who.id())).await.is(200);
    }
    anna.put(&format!("/api/favourites/{}", PersonId(Uuid::nil())), json!({})).await.is_problem(404, "not_found");
    let booked = book(&clinic, &anna, &olga, "2026-12-15T06:00:00Z").await;
    let knows_nobody = |found: &Value| found["items"].as_array().unwrap().iter().all(|i| i["card"]["is_known"] == false);
    assert!(knows_nobody(&find(&clinic, &anna, json!({})).await), "who is booked has not been met yet");
    let became = async |outcome: &str| {
        let mut tx = clinic.system().await;
        sqlx::query(
            "INSERT INTO session_outcomes (appointment_id, outcome, decided_by, decided_at) VALUES ($1::uuid, $2, 'rule', now())
             ON CONFLICT (appointment_id) DO UPDATE SET outcome = excluded.outcome",
        )
        .bind(&booked)
        .bind(outcome)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    };
    became("specialist_absent").await;
    assert!(knows_nobody(&find(&clinic, &anna, json!({})).await));
    became("held").await;
    let found = find(&clinic, &anna, json!({})).await;
    assert_eq!(names(&found)[0], "Ольга");
    assert_eq!(found["items"][0]["card"]["is_known"], true);
    // Nobody else's favourites or meetings show.
    let boris = clinic.employee("Борис").await;
    let theirs = find(&clinic, &boris, json!({})).await;
    assert!(theirs["items"].as_array().unwrap().iter().all(|i| i["card"]["is_known"] == false && i["card"]["is_favourite"] == false));
}

#[tokio::test]
async fn today_tells_what_is_next_what_is_left_and_one_step() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let today = async || anna.get("/api/today").await.is(200).json();
    let first = today().await;
    assert_eq!((&first["step"]["kind"], first.get("next")), (&json!("first_visit"), None));
    assert_eq!(first["left"][0]["benefit"]["left"], 8);
    let booked = book(&clinic, &anna, &vera, "2026-12-15T06:00:00Z").await;
    let second = today().await;
    assert_eq!((&second["next"]["id"], second.get("step")), (&json!(booked), None));
    clinic.app.pass(SignedDuration::from_hours(25));
    let mut tx = clinic.system().await;
    app::booking::settle(&mut tx, &clinic.app.app, booked.parse().unwrap(), true).await.unwrap();
    tx.commit().await.unwrap();
    let third = today().await;
    assert_eq!((&third["step"]["kind"], &third["step"]["appointment"]["id"]), (&json!("rate"), &json!(booked)));
    assert_eq!(third["left"][0]["benefit"]["left"], 7);
    let mut tx = clinic.system().await;
    sqlx::query("INSERT INTO ratings (appointment_id, specialist_id, employee_id, stars, created_at) VALUES ($1::uuid, $2, $3, 5, now())")
        .bind(&booked)
        .bind(vera.id().0)
        .bind(anna.id().0)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(today().await["step"]["kind"], "book_again");
}

#[tokio::test]
async fn what_brings_one_here_is_sealed_and_checked() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let anxiety = topic(&clinic, "Тревога", &[&vera]).await;
    clinic
        .run(
            "UPDATE categories SET questionnaire = '[
               {\"id\": \"sleep\", \"kind\": \"scale\", \"label\": {}, \"min\": 1, \"max\": 5},
               {\"id\": \"before\", \"kind\": \"single\", \"label\": {}, \"options\": [{\"id\": \"yes\", \"label\": {}}, {\"id\": \"no\", \"label\": {}}]},
               {\"id\": \"more\", \"kind\": \"text\", \"label\": {}, \"optional\": true}]' WHERE $1 IS NOT NULL",
            vera.id(),
        )
        .await;
    let path = format!("/api/intake?category={}", clinic.category);
    assert_eq!(anna.get(&path).await.is(200).json(), json!({"topics": [], "answers": {}}));
    let said = json!({"topics": [anxiety], "answers": {"sleep": 2, "before": "no", "more": "не сплю третью неделю"}});
    let mut request = said.clone();
    request["category_id"] = json!(clinic.category);
    let is_told = async |who: &Client| who.get("/api/categories").await.is(200).json()["items"][0]["is_told"] == true;
    assert!(!is_told(&anna).await);
    // What is wanted for the category is agreed to first; nothing is kept before.
    clinic.run("UPDATE categories SET consent_purposes = '{health_data}' WHERE $1 IS NOT NULL", vera.id()).await;
    let refused = anna.post("/api/intake", &request).await.is_problem(409, "consents_missing");
    assert_eq!(refused.json()["purposes"], json!(["health_data"]));
    let missing = async || anna.get("/api/categories").await.is(200).json()["items"][0]["consents_missing"].clone();
    assert_eq!((missing().await, is_told(&anna).await), (json!(["health_data"]), false));
    agree(&anna, "health_data").await;
    assert_eq!(missing().await, json!([]));
    anna.post("/api/intake", &request).await.is(200);
    assert_eq!(anna.get(&path).await.is(200).json(), said);
    assert!(is_told(&anna).await && !is_told(&clinic.employee("Борис").await).await, "of oneself alone");
    let mut tx = clinic.system().await;
    let (sealed,): (Vec<u8>,) = sqlx::query_as("SELECT sealed FROM intakes").fetch_one(&mut *tx).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("сплю"), "not in clear in the database");
    tx.commit().await.unwrap();

    for (answers, field, code) in [
        (json!({"sleep": 6}), "/answers/sleep", "not_an_option"),
        (json!({"before": "perhaps"}), "/answers/before", "not_an_option"),
        (json!({"more": 7}), "/answers/more", "wrong_type"),
        (json!({"more": "я".repeat(2001)}), "/answers/more", "too_long"),
        (json!({"salary": 7}), "/answers/salary", "not_an_option"),
    ] {
        let request = json!({"category_id": clinic.category, "answers": answers});
        anna.post("/api/intake", request).await.names_field(field, code);
    }
    anna.post("/api/intake", json!({"category_id": clinic.category, "topics": [anna.id()]}))
        .await
        .names_field("/topics/0", "not_an_option");
    // Said nothing: taken back.
    anna.post("/api/intake", json!({"category_id": clinic.category})).await.is(200);
    assert_eq!(anna.get(&path).await.is(200).json()["topics"], json!([]));
    assert!(!is_told(&anna).await);
    // A consent that is withdrawn takes along what was said under it; one to something else does not.
    anna.post("/api/intake", &request).await.is(200);
    agree(&anna, "personal_data").await;
    anna.post("/api/consents/personal_data/withdraw", json!({})).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(anna.get(&path).await.is(200).json(), said);
    // Whoever agrees again before it is done keeps what they told.
    anna.post("/api/consents/health_data/withdraw", json!({})).await.is(200);
    agree(&anna, "health_data").await;
    clinic.app.do_jobs().await;
    assert_eq!(anna.get(&path).await.is(200).json(), said);
    anna.post("/api/consents/health_data/withdraw", json!({})).await.is(200);
    clinic.app.do_jobs().await;
    assert_eq!(anna.get(&path).await.is(200).json(), json!({"topics": [], "answers": {}}));
}

async fn agree(who: &Client, purpose: &str) {
    let list = who.get("/api/consents").await.is(200).json();
    let document = list["consents"].as_array().unwrap().iter().find(|one| one["purpose"] == purpose).unwrap();
    let given: serde_json::Map<_, _> =
        ["purpose", "version", "language", "text_hash"].into_iter().map(|key| (key.to_owned(), document[key].clone())).collect();
    who.post("/api/consents", serde_json::Value::Object(given)).await.is(200);
}
