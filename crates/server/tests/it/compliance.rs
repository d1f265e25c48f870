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
async fn the_person_sees_who_did_what_but_no_names() {
    let app = TestApp::start().await;
    let visit = app.visit(jiff::SignedDuration::from_mins(10)).await;
    visit.specialist.post(&format!("/api/calls/{}/access", visit.id), json!({})).await.is(200);
    visit.specialist.post(&format!("/api/calls/{}/extend", visit.id), json!({"minutes": 5})).await.is(200);
    let acts = visit.employee.get("/api/me/record-access").await.is(200);
    assert_eq!(acts.json()["acts"][0]["actor"], "specialist");
    assert_eq!(acts.json()["acts"][0]["action"], "sessions.extend");
    assert!(!acts.text().contains("Орлова"));
    // One's own acts are not listed, and others see nothing of them.
    let consent = visit.employee.get("/api/consents").await.is(200).json();
    visit.employee.post("/api/consents", given(&consent["consents"][0])).await.is(200);
    assert_eq!(visit.employee.get("/api/me/record-access").await.is(200).json()["acts"].as_array().unwrap().len(), 1);
    let boris = app.employee("Борис").await;
    assert_eq!(boris.get("/api/me/record-access").await.is(200).json()["acts"].as_array().unwrap().len(), 0);
}
