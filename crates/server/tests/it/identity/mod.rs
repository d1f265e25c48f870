mod account;
mod codes;
mod demo;
mod entry;
mod invitations;
pub mod keycloak;
pub mod passes;
mod passkeys;
mod second_factor;
mod sessions;
pub mod world;

use axum::{body::Body, http::Request};
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

/// Each of the three by itself is enough to refuse; none of them is asked of a reading.
#[tokio::test]
async fn a_foreign_page_cannot_command() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let own = [("x-ponimau-csrf", "1"), ("sec-fetch-site", "same-origin"), ("origin", app.app.config.public_url.as_str())];
    let foreign = [("x-ponimau-csrf", "0"), ("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")];
    let command = async |headers: &[(&str, &str)]| {
        let request = headers.iter().fold(Request::post("/api/nowhere"), |request, (name, value)| request.header(*name, *value));
        anna.send(request.body(Body::empty()).unwrap()).await
    };
    command(&own).await.is_problem(404, "not_found");
    command(&own[..1]).await.is_problem(404, "not_found");
    command(&own[1..]).await.is_problem(403, "cross_site");
    for (at, wrong) in foreign.into_iter().enumerate() {
        let mut headers = own;
        headers[at] = wrong;
        command(&headers).await.is_problem(403, "cross_site");
    }
    let reading = foreign.iter().fold(Request::get("/api/me"), |request, (name, value)| request.header(*name, *value));
    anna.send(reading.body(Body::empty()).unwrap()).await.is(200);
}
