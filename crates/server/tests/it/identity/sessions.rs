//! Sessions: how long they last, seeing and ending them, signing out.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};
use sqlx::Connection as _;
use testkit::{Client, TestApp};

use super::world::{account, add_totp, half_signed_in_staff, sign_in};

const ANNA: &str = "anna@example.com";

async fn is_in(client: &Client) -> bool {
    client.get("/api/me").await.is(200).json()["person"] != Value::Null
}

#[tokio::test]
async fn a_session_ends_unused_and_at_last() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    for _ in 0..12 {
        // Used every week it lasts on: 84 days.
        app.pass(SignedDuration::from_hours(24 * 7));
        assert!(is_in(&anna).await);
    }
    app.pass(SignedDuration::from_hours(24 * 7));
    assert!(!is_in(&anna).await, "90 days are the most");

    let anna = sign_in(&app, ANNA).await;
    app.pass(SignedDuration::from_hours(24 * 14));
    assert!(!is_in(&anna).await, "two weeks unused");
}

#[tokio::test]
async fn nobody_waits_for_the_disk_because_they_were_seen() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    let token = anna.cookie().split_once('=').expect("name and value").1.to_owned();
    let mut connection = app.app.db.pool().acquire().await.unwrap();
    // The database of the tests waits for nothing; one in use does.
    sqlx::query("SET synchronous_commit = on").execute(&mut *connection).await.unwrap();
    for (pause, expected) in [(30, "on"), (61, "off"), (0, "on")] {
        app.pass(SignedDuration::from_secs(pause));
        let mut tx = connection.begin().await.unwrap();
        let found = sqlx::query("SELECT id FROM app.find_session($1, $2)")
            .bind(platform::crypto::token_hash(&token))
            .bind(app.now().to_sqlx())
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        let (commit,): (String,) = sqlx::query_as("SELECT current_setting('synchronous_commit')").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(commit, expected, "{pause} seconds later");
        tx.commit().await.unwrap();
    }
    let (after,): (String,) = sqlx::query_as("SELECT current_setting('synchronous_commit')").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(after, "on", "nothing else is written so");
}

#[tokio::test]
async fn staff_sessions_end_after_half_an_hour_unused() {
    let app = TestApp::start().await;
    let (_, olga, _) = add_totp(&app, &half_signed_in_staff(&app, "olga@example.com", "support").await).await;
    app.pass(SignedDuration::from_mins(29));
    olga.get("/api/me/account").await.is(200);
    app.pass(SignedDuration::from_mins(29));
    olga.get("/api/me/account").await.is(200);
    app.pass(SignedDuration::from_mins(30));
    olga.get("/api/me/account").await.is(401);
}

#[tokio::test]
async fn a_session_that_is_ended_is_refused_at_once() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (phone, laptop) = (sign_in(&app, ANNA).await, sign_in(&app, ANNA).await);
    let sessions = phone.get("/api/me/sessions").await.is(200).json();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|s| s["is_current"] == true).count(), 1);
    let other = sessions.iter().find(|s| s["is_current"] == false).unwrap()["id"].as_str().unwrap();

    app.employee("Борис").await.delete(&format!("/api/me/sessions/{other}")).await.is_problem(404, "not_found");
    let left = phone.delete(&format!("/api/me/sessions/{other}")).await.is(200).json();
    assert_eq!(left.as_array().unwrap().len(), 1);
    laptop.get("/api/me/account").await.is(401);
    assert!(is_in(&phone).await);
    phone.delete(&format!("/api/me/sessions/{other}")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn all_others_end_at_one_word() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (phone, laptop) = (sign_in(&app, ANNA).await, sign_in(&app, ANNA).await);
    let boris = app.employee("Борис").await;
    assert_eq!(phone.post("/api/me/sessions/end-others", json!({})).await.is(200).json().as_array().unwrap().len(), 1);
    assert!(is_in(&phone).await && !is_in(&laptop).await && is_in(&boris).await);
}

#[tokio::test]
async fn signing_out_empties_the_browser() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let answer = anna.post("/api/auth/sign-out", json!({})).await.is(204);
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&anna).await);
    app.anonymous().post("/api/auth/sign-out", json!({})).await.is(204);
}

#[tokio::test]
async fn a_stream_that_opens_while_one_signs_out_does_not_wait_past_it() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    // The tab is known, and asks for its position when another one signs out.
    let mut owner = sqlx::PgConnection::connect(&app.database_url).await.unwrap();
    let mut leaves = owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE live_positions").execute(&mut *leaves).await.unwrap();
    let tab = tokio::spawn({
        let anna = anna.clone();
        async move { anna.get("/api/live").await }
    });
    app.until_somebody_waits().await;
    sqlx::query("UPDATE sessions SET revoked_at = $1").bind(app.now().to_sqlx()).execute(&mut *leaves).await.unwrap();
    sqlx::query("SELECT app.emit($1, 'identity.sessions', '{}', $2)")
        .bind(anna.id().0)
        .bind(app.now().to_sqlx())
        .execute(&mut *leaves)
        .await
        .unwrap();
    leaves.commit().await.unwrap();
    tab.await.unwrap().is_problem(401, "sign_in_required");
}

#[tokio::test]
async fn a_device_is_named_coarsely() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let browser = app.anonymous();
    let (challenge, code) = super::world::get_code(&app, &browser, ANNA).await;
    let body = json!({ "challenge_id": challenge, "code": code }).to_string();
    let request = axum::http::Request::post("/api/auth/code/answer")
        .header("content-type", "application/json")
        .header("x-ponimau-csrf", "1")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .body(axum::body::Body::from(body))
        .unwrap();
    let answer = browser.send(request).await.is(200);
    let sessions = browser.with_cookie_of(&answer).get("/api/me/sessions").await.json();
    assert_eq!(sessions[0]["device"], "Firefox · Linux");
    assert_eq!(sessions[0]["factors"], json!(["email"]));
}
