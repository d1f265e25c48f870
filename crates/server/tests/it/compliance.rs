use serde_json::{Value, json};
use testkit::TestApp;

fn given(consent: &Value) -> Value {
    json!({"purpose": consent["purpose"], "version": consent["version"], "language": consent["language"], "text_hash": consent["text_hash"]})
}

#[tokio::test]
async fn a_consent_is_given_to_the_text_on_the_screen_and_withdrawn() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let list = anna.get("/api/consents").await.is(200).json();
    let purposes: Vec<&str> = list["consents"].as_array().unwrap().iter().map(|c| c["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["personal_data", "health_data"]);
    let first = &list["consents"][0];
    assert_eq!(first["given_at"], Value::Null, "nothing is ticked beforehand");

    anna.post("/api/consents", given(first)).await.is(200);
    anna.post("/api/consents", given(first)).await.is(200);
    let after = anna.get("/api/consents").await.is(200).json();
    assert_eq!(after["consents"][0]["given_at"], app.now().to_string());
    assert_eq!(after["consents"][1]["given_at"], Value::Null, "one document is one purpose");

    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as("SELECT language, text_hash FROM consents").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, "ru");
    tx.commit().await.unwrap();

    anna.post("/api/consents/personal_data/withdraw", json!({})).await.is(200);
    assert_eq!(anna.get("/api/consents").await.is(200).json()["consents"][0]["given_at"], Value::Null);
}

#[tokio::test]
async fn each_language_is_its_own_text() {
    let app = TestApp::start().await;
    let mut anna = app.employee("Анна").await;
    let ru = anna.get("/api/consents").await.is(200).json();
    anna.language = "kk";
    let kk = anna.get("/api/consents").await.is(200).json();
    assert_eq!(kk["consents"][0]["language"], "kk");
    assert_ne!(ru["consents"][0]["text_hash"], kk["consents"][0]["text_hash"]);
    // The hash of one language with the name of another was on nobody's screen.
    let mut mixed = given(&kk["consents"][0]);
    mixed["language"] = json!("ru");
    anna.post("/api/consents", mixed).await.is_problem(409, "consent_changed");
}

#[tokio::test]
async fn what_was_not_on_the_screen_is_refused() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let list = anna.get("/api/consents").await.is(200).json();
    let mut old = given(&list["consents"][0]);
    old["version"] = json!("2020-01-01");
    anna.post("/api/consents", old).await.is_problem(409, "consent_changed");
    let mut unknown = given(&list["consents"][0]);
    unknown["purpose"] = json!("marketing");
    anna.post("/api/consents", unknown).await.names_field("/purpose", "unknown_purpose");
    let mut wrong = given(&list["consents"][0]);
    wrong["text_hash"] = json!("zz");
    anna.post("/api/consents", wrong).await.names_field("/text_hash", "wrong_type");
    anna.post("/api/consents/marketing/withdraw", json!({})).await.names_field("/purpose", "unknown_purpose");
}

#[tokio::test]
async fn the_person_sees_who_did_what_and_the_name_of_the_specialist_alone() {
    let app = TestApp::start().await;
    let visit = app.visit(jiff::SignedDuration::from_mins(10)).await;
    visit.specialist.post(&format!("/api/calls/{}/access", visit.id), json!({})).await.is(200);
    visit.specialist.post(&format!("/api/calls/{}/extend", visit.id), json!({"minutes": 5})).await.is(200);
    let acts = visit.employee.get("/api/me/record-access").await.is(200);
    assert_eq!(acts.json()["acts"][0]["actor"], "specialist");
    assert_eq!(acts.json()["acts"][0]["action"], "sessions.extend");
    assert!(acts.json()["acts"][0]["name"].as_str().unwrap().contains("Орлова"), "{}", acts.text());
    let support = app.staff(&["support"]).await;
    support.post("/api/operator/appointments/search", json!({ "id": visit.id })).await.is(200);
    let acts = visit.employee.get("/api/me/record-access").await.is(200).json();
    assert_eq!((&acts["acts"][0]["actor"], &acts["acts"][0]["name"]), (&json!("staff"), &Value::Null));
    // One's own acts are not listed, and others see nothing of them.
    let consent = visit.employee.get("/api/consents").await.is(200).json();
    visit.employee.post("/api/consents", given(&consent["consents"][0])).await.is(200);
    assert_eq!(visit.employee.get("/api/me/record-access").await.is(200).json()["acts"].as_array().unwrap().len(), 2);
    let boris = app.employee("Борис").await;
    assert_eq!(boris.get("/api/me/record-access").await.is(200).json()["acts"].as_array().unwrap().len(), 0);
}

fn line(id: &str, number: &str) -> Value {
    let text = json!({ "ru": "Линия", "kk": "Желі", "en": "Line" });
    json!({ "id": id, "number": number, "name": text, "about": text })
}

#[tokio::test]
async fn everybody_reads_the_phones_and_an_administrator_keeps_them() {
    let app = TestApp::start().await;
    let path = "/api/public/urgent-help";
    let first = app.anonymous().get(path).await.is(200).json();
    assert_eq!((&first["lines"][0]["number"], &first["verified_on"]), (&json!("112"), &json!("2026-02-01")), "the region's own list");
    let admin = app.staff(&["admin"]).await;
    let mut new = json!({ "version": first["version"], "verified_on": "2026-12-14", "lines": [line("emergency", "112"), line("city", "+7 495 051")] });
    admin.put("/api/settings/urgent-help", &new).await.is(200);
    new["version"] = json!(first["version"].as_i64().unwrap() + 1);
    for reader in [app.anonymous(), app.employee("Анна").await, app.specialist_account("Пётр").await, app.staff(&["support"]).await]
    {
        assert_eq!(reader.get(path).await.is(200).json(), new);
    }
}

#[tokio::test]
async fn an_administrator_who_edits_phones_changed_meanwhile_undoes_nothing() {
    let app = TestApp::start().await;
    let (path, settings) = ("/api/public/urgent-help", "/api/settings/urgent-help");
    let (one, other) = (app.staff(&["admin"]).await, app.staff(&["admin"]).await);
    // Over the region's own list, which is no row yet, and over a list of an administrator's.
    for round in 0..2 {
        let seen = one.get(path).await.is(200).json();
        let with = |number: &str| json!({ "version": seen["version"], "verified_on": "2026-12-14", "lines": [line("a", number)] });
        let saved = one.put(settings, with(&format!("10{round}"))).await.is(200).json();
        other.put(settings, with("112")).await.is_problem(409, "changed_meanwhile");
        assert_eq!(other.get(path).await.is(200).json(), saved);
    }
    other.put(settings, json!({ "verified_on": "2026-12-14", "lines": [line("a", "112")] })).await.names_field("/version", "required");
}

#[tokio::test]
async fn only_an_administrator_and_only_numbers_that_can_be_dialled() {
    let app = TestApp::start().await;
    let path = "/api/settings/urgent-help";
    let with = |on: &str, lines: Value| json!({ "version": 0, "verified_on": on, "lines": lines });
    let good = with("2026-12-14", json!([line("emergency", "112")]));
    app.anonymous().put(path, &good).await.is(401);
    app.employee("Анна").await.put(path, &good).await.is(403);
    app.staff(&["support", "catalogue", "safety"]).await.put(path, &good).await.is(403);
    let admin = app.staff(&["admin"]).await;
    admin.put(path, with("2026-12-15", json!([line("a", "112")]))).await.names_field("/verified_on", "in_the_future");
    admin.put(path, with("soon", json!([line("a", "112")]))).await.names_field("/verified_on", "wrong_type");
    admin.put(path, with("2026-12-14", json!([]))).await.names_field("/lines", "required");
    let many: Vec<Value> = (0..13).map(|n| line(&format!("l{n}"), "112")).collect();
    admin.put(path, with("2026-12-14", json!(many))).await.names_field("/lines", "too_many");
    admin.put(path, with("2026-12-14", json!([line("a", "call")]))).await.names_field("/lines/0/number", "not_a_phone");
    let twice = with("2026-12-14", json!([line("a", "112"), line("a", "103")]));
    admin.put(path, twice).await.names_field("/lines/1/id", "not_an_option");
    let mut silent = line("a", "112");
    silent["about"]["kk"] = json!(" ");
    admin.put(path, with("2026-12-14", json!([silent]))).await.names_field("/lines/0/about/kk", "required");
}
