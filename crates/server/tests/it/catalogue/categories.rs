use axum::http::Method;
use serde_json::{Value, json};
use testkit::TestApp;

use super::{category, published_category, send, texts};

#[tokio::test]
async fn a_new_field_of_specialists_is_data() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let created = checker.post("/api/operator/categories", json!({ "slug": "sleep-coach", "category": category() })).await.is(201).json();
    assert_eq!((created["status"].as_str(), created["slug"].as_str()), (Some("draft"), Some("sleep-coach")));
    let id = created["id"].as_str().unwrap();
    checker.post(&format!("/api/operator/categories/{id}/publish"), json!({})).await.is(200);
    checker.post(&format!("/api/operator/categories/{id}/topics"), json!({ "name": texts("Бессонница") })).await.is(201);

    let listed = checker.get("/api/operator/categories").await.is(200).json();
    let found = &listed["categories"][0];
    assert_eq!(found["status"], "published");
    assert_eq!(found["questionnaire"], category()["questionnaire"]);
    assert_eq!(found["topics"][0]["name"]["ru"], "Бессонница");
    assert_eq!(found["formats"], json!(["video", "audio"]));
}

#[tokio::test]
async fn every_field_is_bounded() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let check = async |change: &dyn Fn(&mut Value), pointer: &str, code: &str| {
        let mut wrong = category();
        change(&mut wrong);
        let answer = checker.post("/api/operator/categories", json!({ "slug": "x-y", "category": wrong })).await;
        answer.names_field(&format!("/category{pointer}"), code);
    };
    check(&|c| c["name"] = json!({}), "/name/ru", "required").await;
    check(&|c| c["name"]["kk"] = json!("я".repeat(61)), "/name/kk", "too_long").await;
    check(&|c| c["summary"]["en"] = json!("x".repeat(401)), "/summary/en", "too_long").await;
    check(&|c| c["icon"] = json!("rocket"), "/icon", "not_a_choice").await;
    check(&|c| c["session_lengths_min"] = json!([]), "/session_lengths_min", "required").await;
    check(&|c| c["session_lengths_min"] = json!([10, 20, 30, 40, 50, 60, 70]), "/session_lengths_min", "too_many").await;
    check(&|c| c["session_lengths_min"] = json!([50, 9]), "/session_lengths_min/1", "out_of_range").await;
    check(&|c| c["session_lengths_min"] = json!([50, 50]), "/session_lengths_min/1", "repeated").await;
    check(&|c| c["interval_min"] = json!(4), "/interval_min", "out_of_range").await;
    check(&|c| c["formats"] = json!([]), "/formats", "required").await;
    check(&|c| c["formats"] = json!(["fax"]), "/formats/0", "not_a_choice").await;
    check(&|c| c["consent_purposes"] = json!(["everything"]), "/consent_purposes/0", "not_a_choice").await;
    // A purpose without a document of the region: nobody could give the consent, and so nobody could book.
    check(&|c| c["consent_purposes"] = json!(["health_data", "cross_border"]), "/consent_purposes/1", "not_a_choice").await;
    check(&|c| c["consent_purposes"] = json!(["personal_data"]), "/consent_purposes", "health_consent_required").await;
    check(&|c| c["questionnaire"][0]["options"] = json!([]), "/questionnaire/0/options", "too_few").await;
    check(&|c| c["questionnaire"][0]["label"]["kk"] = json!(""), "/questionnaire/0/label/kk", "required").await;
    check(&|c| c["buffer_policy"] = json!("none"), "/buffer_policy", "not_a_choice").await;
    check(&|c| c["alignment"] = json!("none"), "/alignment", "not_a_choice").await;
    check(&|c| c["cancel_free_hours"] = json!(169), "/cancel_free_hours", "out_of_range").await;
    check(&|c| c["position"] = json!(-1), "/position", "out_of_range").await;
    for slug in ["x", "Психолог", "a b", "A-B", &"a".repeat(41)] {
        checker.post("/api/operator/categories", json!({ "slug": slug, "category": category() })).await.names_field("/slug", "not_a_slug");
    }
    published_category(&checker, "taken").await;
    checker.post("/api/operator/categories", json!({ "slug": "taken", "category": category() })).await.names_field("/slug", "taken");
}

#[tokio::test]
async fn a_category_may_ask_for_every_consent_the_region_has_a_document_for() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let offered = checker.get("/api/operator/categories").await.is(200).json()["consents"].clone();
    assert_eq!(offered[0]["purpose"], "personal_data");
    assert!(offered[0]["title"].as_str().is_some_and(|title| !title.is_empty()));
    let mut fields = category();
    fields["consent_purposes"] = offered.as_array().unwrap().iter().map(|consent| consent["purpose"].clone()).collect();
    let created = checker.post("/api/operator/categories", json!({ "slug": "careful", "category": fields })).await.is(201).json();
    assert_eq!(created["consent_purposes"], fields["consent_purposes"]);
}

#[tokio::test]
async fn a_published_category_speaks_every_language() {
    let app = TestApp::start().await;
    let checker = app.staff(&["admin"]).await;
    let mut fields = category();
    fields["name"]["kk"] = json!("");
    let created = checker.post("/api/operator/categories", json!({ "slug": "lawyer", "category": fields })).await.is(201).json();
    let at = format!("/api/operator/categories/{}", created["id"].as_str().unwrap());
    checker.post(&format!("{at}/publish"), json!({})).await.names_field("/category/name/kk", "required");

    let changed = checker.put(&at, json!({ "version": created["version"], "category": category() })).await.is(200).json();
    let published = checker.post(&format!("{at}/publish"), json!({})).await.is(200).json();
    assert_eq!(published["status"], "published");
    assert!(published["version"].as_i64() > changed["version"].as_i64());
    // Nor does it fall back later.
    checker.put(&at, json!({ "version": published["version"], "category": fields })).await.names_field("/category/name/kk", "required");
    assert_eq!(checker.post(&format!("{at}/archive"), json!({})).await.is(200).json()["status"], "archived");
}

#[tokio::test]
async fn whoever_edits_an_older_version_is_told() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let (id, _) = published_category(&checker, "coach").await;
    let at = format!("/api/operator/categories/{id}");
    let version = checker.get("/api/operator/categories").await.json()["categories"][0]["version"].clone();
    // Two editors at once: one is told to look again.
    let body = json!({ "version": version, "category": category() });
    let (one, two) = tokio::join!(checker.put(&at, &body), checker.put(&at, &body));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    checker.put(&at, &body).await.is_problem(409, "changed_meanwhile");
}

#[tokio::test]
async fn a_repeated_creation_creates_once() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let body = json!({ "slug": "once", "category": category() });
    let first = send(&checker, Method::POST, "/api/operator/categories", body.clone(), "create-once").await.is(201);
    let again = send(&checker, Method::POST, "/api/operator/categories", body, "create-once").await.is(201);
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(checker.get("/api/operator/categories").await.json()["categories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_draft_that_nobody_wants_is_archived() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let created = checker.post("/api/operator/categories", json!({ "slug": "a-mistake", "category": category() })).await.is(201).json();
    let at = format!("/api/operator/categories/{}", created["id"].as_str().unwrap());
    assert_eq!(checker.post(&format!("{at}/archive"), json!({})).await.is(200).json()["status"], "archived");
    assert_eq!(checker.post(&format!("{at}/publish"), json!({})).await.is(200).json()["status"], "published");
}

#[tokio::test]
async fn a_category_has_no_two_topics_of_one_name() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let (id, first) = published_category(&checker, "mind").await;
    let at = format!("/api/operator/categories/{id}/topics");
    let name = |ru: &str, kk: &str, en: &str| json!({ "name": { "ru": ru, "kk": kk, "en": en } });
    let second = checker.post(&at, name("Развод", "Ажырасу", "Divorce")).await.is(201).json()["topics"][1]["id"].clone();
    let second = format!("/api/operator/topics/{}", second.as_str().unwrap());
    checker.post(&at, name(" развод", "Екінші", "Second")).await.names_field("/name/ru", "topic_twice");
    // Also when it is hidden, and in any language.
    checker.patch(&second, json!({ "is_archived": true })).await.is(200);
    checker.post(&at, name("Второе", "Екінші", "DIVORCE")).await.names_field("/name/en", "topic_twice");
    let other = format!("/api/operator/topics/{first}");
    checker.patch(&other, name("Развод", "Екінші", "Second")).await.names_field("/name/ru", "topic_twice");
    // It may keep a name of its own, and another category may have the same.
    checker.patch(&second, name("Развод", "Ажырасу", "Divorce, and after")).await.is(200);
    let (law, _) = published_category(&checker, "law").await;
    checker.post(&format!("/api/operator/categories/{law}/topics"), name("Развод", "Ажырасу", "Divorce")).await.is(201);
}

#[tokio::test]
async fn topics_are_added_renamed_ordered_and_archived() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    let (id, first) = published_category(&checker, "family").await;
    let (_, other) = published_category(&checker, "other").await;
    let at = format!("/api/operator/categories/{id}/topics");
    let second = checker.post(&at, json!({ "name": texts("Развод") })).await.is(201).json()["topics"][1]["id"].clone();

    let ordered = checker.put(&at, json!({ "topics": [second, first] })).await.is(200).json();
    assert_eq!(ordered["topics"][0]["id"], second);
    checker.put(&at, json!({ "topics": [second] })).await.names_field("/topics", "not_all_topics");
    checker.put(&at, json!({ "topics": [second, other] })).await.names_field("/topics", "not_all_topics");

    let topic = format!("/api/operator/topics/{first}");
    let renamed = checker.patch(&topic, json!({ "name": texts("Страх") })).await.is(200).json();
    assert_eq!(renamed["topics"][1]["name"]["kk"], "Страх");
    checker.patch(&topic, json!({ "name": { "ru": "Страх" } })).await.names_field("/name/kk", "required");
    assert_eq!(checker.patch(&topic, json!({ "is_archived": true })).await.json()["topics"][1]["is_archived"], true);
    assert_eq!(checker.patch(&topic, json!({ "is_archived": false })).await.json()["topics"][1]["is_archived"], false);
    checker.patch(&format!("/api/operator/topics/{}", app.app.new_id()), json!({})).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn only_the_catalogues_staff_change_it() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    published_category(&checker, "psychologist").await;
    let support = app.staff(&["support"]).await;
    support.get("/api/operator/categories").await.is(200);
    let body = json!({ "slug": "mine", "category": category() });
    support.post("/api/operator/categories", &body).await.is_problem(403, "not_allowed");
    app.employee("Анна").await.get("/api/operator/categories").await.is_problem(403, "not_allowed");
    app.specialist_account("Вера").await.post("/api/operator/categories", &body).await.is_problem(403, "not_allowed");
    app.anonymous().get("/api/operator/categories").await.is_problem(401, "sign_in_required");
}

#[tokio::test]
async fn changes_are_in_the_audit_log() {
    let app = TestApp::start().await;
    let checker = app.staff(&["catalogue"]).await;
    published_category(&checker, "psychologist").await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as("SELECT action FROM audit_entries WHERE actor_id = $1 ORDER BY id")
        .bind(checker.id().0)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    let actions: Vec<_> = rows.iter().map(|(action,)| action.as_str()).collect();
    assert_eq!(actions, ["catalogue.create_category", "catalogue.add_topic", "catalogue.publish_category"]);
}
