//! One-click sign-in, which exists in the demo only.

use app::kernel::ctx::Kind;
use serde_json::json;
use testkit::TestApp;

use super::world::{account, empower, execute};

#[tokio::test]
async fn one_click_signs_in_as_one_of_the_demos_people() {
    let app = TestApp::start_demo().await;
    let olga = account(&app, Kind::Staff, "Ольга", "olga@example.com").await;
    empower(&app, olga, "support").await;
    execute(&app, sqlx::query("UPDATE people SET is_demo = true")).await;
    let real = account(&app, Kind::Employee, "Настоящая", "real@example.com").await;

    let people = app.anonymous().get("/api/demo/people").await.is(200).json();
    assert_eq!(people.as_array().unwrap().len(), 1);
    assert_eq!(people[0]["capabilities"], json!(["support"]));

    let browser = app.anonymous();
    let answer = browser.post("/api/demo/sign-in", json!({ "person_id": olga.0 })).await.is(200);
    assert_eq!(answer.json()["second_factor"], "none");
    let me = browser.with_cookie_of(&answer).get("/api/me").await.json();
    assert_eq!((&me["person"]["capabilities"], &me["is_demo"]), (&json!(["support"]), &json!(true)));
    browser.post("/api/demo/sign-in", json!({ "person_id": real.0 })).await.is(404);
}

#[tokio::test]
async fn elsewhere_it_does_not_exist() {
    let app = TestApp::start().await;
    let olga = account(&app, Kind::Staff, "Ольга", "olga@example.com").await;
    execute(&app, sqlx::query("UPDATE people SET is_demo = true")).await;
    app.anonymous().get("/api/demo/people").await.is_problem(404, "not_found");
    app.anonymous().post("/api/demo/sign-in", json!({ "person_id": olga.0 })).await.is_problem(404, "not_found");
}
