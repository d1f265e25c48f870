mod account;
mod codes;
mod demo;
mod entry;
mod invitations;
mod passkeys;
mod second_factor;
mod sessions;
mod world;

use testkit::TestApp;

#[tokio::test]
async fn everybody_may_ask_who_they_are() {
    let app = TestApp::start().await;
    assert_eq!(app.anonymous().get("/api/me").await.is(200).json()["person"], serde_json::Value::Null);

    let anna = app.employee("Анна").await;
    let me = anna.get("/api/me").await.is(200).json();
    assert_eq!(me["person"]["display_name"], "Анна");
    assert_eq!(me["person"]["kind"], "employee");
}

#[tokio::test]
async fn a_foreign_page_cannot_command() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let request = axum::http::Request::post("/api/nowhere").header("sec-fetch-site", "cross-site").body(axum::body::Body::empty()).unwrap();
    anna.send(request).await.is_problem(403, "cross_site");
}
