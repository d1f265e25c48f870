//! Passkeys.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{SoftPasskey, TestApp};

use super::world::{account, add_passkey, count, execute, sign_in, sign_in_with};

const ANNA: &str = "anna@example.com";

#[tokio::test]
async fn a_passkey_signs_in_without_a_name() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    let (mut passkey, anna, _) = add_passkey(&anna, "Телефон").await;
    let answer = sign_in_with(&app, &mut passkey).await.is(200);
    let me = app.anonymous().with_cookie_of(&answer).get("/api/me").await.json();
    assert_eq!(me["person"]["display_name"], "Анна");
    // The counter and the time of use are kept.
    assert_eq!(
        count(&app, "SELECT count(*) FROM passkeys WHERE (credential->'cred'->>'counter')::int = 1 AND last_used_at IS NOT NULL").await,
        1
    );
    let factors = anna.get("/api/me/factors").await.is(200).json();
    assert_eq!(factors["passkeys"][0]["label"], "Телефон");
    app.do_jobs().await;
    assert!(app.letters_to(ANNA).iter().any(|letter| letter.subject == "Добавлен ключ входа"));
}

#[tokio::test]
async fn a_copied_passkey_is_noticed_by_its_counter() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (mut passkey, _, _) = add_passkey(&sign_in(&app, ANNA).await, "Ключ").await;
    let mut copy = passkey.clone();
    sign_in_with(&app, &mut passkey).await.is(200);
    sign_in_with(&app, &mut copy).await.is_problem(403, "passkey_refused");
}

#[tokio::test]
async fn a_passkey_must_verify_its_holder_and_belong_to_this_site() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (passkey, _, _) = add_passkey(&sign_in(&app, ANNA).await, "Ключ").await;
    let mut unverified = passkey.clone();
    unverified.verifies = false;
    sign_in_with(&app, &mut unverified).await.is_problem(403, "passkey_refused");
    let mut elsewhere = passkey;
    elsewhere.origin = "https://evil.example".into();
    sign_in_with(&app, &mut elsewhere).await.is_problem(403, "passkey_refused");
}

#[tokio::test]
async fn a_ceremony_is_good_once_and_for_minutes() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (mut passkey, _, _) = add_passkey(&sign_in(&app, ANNA).await, "Ключ").await;
    let browser = app.anonymous();
    let ceremony = browser.post("/api/auth/passkey/start", json!({})).await.is(200).json();
    let mut body = json!({ "challenge_id": ceremony["challenge_id"], "credential": passkey.show(&ceremony["options"]) });
    browser.post("/api/auth/passkey/finish", &body).await.is(200);
    body["credential"] = passkey.show(&ceremony["options"]);
    browser.post("/api/auth/passkey/finish", &body).await.is_problem(410, "code_expired");

    let ceremony = browser.post("/api/auth/passkey/start", json!({})).await.is(200).json();
    app.pass(SignedDuration::from_mins(5));
    let body = json!({ "challenge_id": ceremony["challenge_id"], "credential": passkey.show(&ceremony["options"]) });
    browser.post("/api/auth/passkey/finish", &body).await.is_problem(410, "code_expired");
}

#[tokio::test]
async fn a_ceremony_belongs_to_who_began_it() {
    let app = TestApp::start().await;
    let (anna, boris) = (app.employee("Анна").await, app.employee("Борис").await);
    let ceremony = anna.post("/api/me/passkeys/start", json!({})).await.is(200).json();
    let (_, credential) = SoftPasskey::create(&ceremony["options"]);
    let body = json!({ "challenge_id": ceremony["challenge_id"], "label": "Чужой", "credential": credential });
    boris.post("/api/me/passkeys", &body).await.is_problem(410, "code_expired");
    anna.post("/api/me/passkeys", &body).await.is(201);
}

#[tokio::test]
async fn setting_one_up_needs_recent_proof() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let anna = sign_in(&app, ANNA).await;
    app.pass(SignedDuration::from_mins(6));
    anna.post("/api/me/passkeys/start", json!({})).await.is_problem(403, "recent_proof_required");
    let ways = anna.get("/api/auth/proof").await.is(200).json();
    assert_eq!((&ways["has_email_code"], &ways["has_passkey"], &ways["is_recent"]), (&json!(true), &json!(false), &json!(false)));

    let asked = anna.post("/api/auth/proof/code/start", json!({})).await.is(202).json();
    app.do_jobs().await;
    let code = app.letters_to(ANNA).last().unwrap().code();
    let answer = anna.post("/api/auth/proof/code", json!({ "challenge_id": asked["challenge_id"], "code": code })).await.is(200);
    // The token is a new one; the former is refused at once.
    anna.post("/api/me/passkeys/start", json!({})).await.is(401);
    let anna = anna.with_cookie_of(&answer);
    add_passkey(&anna, "Ключ").await;
}

#[tokio::test]
async fn a_newcomer_with_nothing_else_may_set_one_up_later_too() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    app.pass(SignedDuration::from_hours(24));
    add_passkey(&anna, "Ключ").await;
}

#[tokio::test]
async fn a_passkey_is_shown_as_recent_proof() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let (mut passkey, anna, _) = add_passkey(&anna, "Ключ").await;
    app.pass(SignedDuration::from_mins(6));
    anna.post("/api/me/passkeys/start", json!({})).await.is_problem(403, "recent_proof_required");
    let ceremony = anna.post("/api/auth/proof/passkey/start", json!({})).await.is(200).json();
    let body = json!({ "challenge_id": ceremony["challenge_id"], "credential": passkey.show(&ceremony["options"]) });
    app.employee("Борис").await.post("/api/auth/proof/passkey", &body).await.is_problem(410, "code_expired");
    let answer = anna.post("/api/auth/proof/passkey", &body).await.is(200);
    anna.with_cookie_of(&answer).post("/api/me/passkeys/start", json!({})).await.is(200);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let (_, anna, _) = add_passkey(&anna, "Телефон").await;
    let path = |factors: &Value, at: usize| format!("/api/me/passkeys/{}", factors["passkeys"][at]["id"].as_str().unwrap());
    let factors = anna.get("/api/me/factors").await.json();
    anna.delete(&path(&factors, 0)).await.is_problem(409, "last_way_in");
    let (_, anna, _) = add_passkey(&anna, "Ноутбук").await;
    let factors = anna.get("/api/me/factors").await.json();

    // Two requests at once for the two keys: one of them stays.
    let tries = [0, 1].map(|at| {
        let (anna, path) = (anna.clone(), path(&factors, at));
        tokio::spawn(async move { anna.delete(&path).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(count(&app, "SELECT count(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn somebody_elses_passkey_does_not_exist() {
    let app = TestApp::start().await;
    let (_, anna, _) = add_passkey(&app.employee("Анна").await, "Телефон").await;
    let id = anna.get("/api/me/factors").await.json()["passkeys"][0]["id"].as_str().unwrap().to_owned();
    let boris = app.employee("Борис").await;
    boris.delete(&format!("/api/me/passkeys/{id}")).await.is_problem(404, "not_found");
    boris.patch(&format!("/api/me/passkeys/{id}"), json!({ "label": "Мой" })).await.is_problem(404, "not_found");
    let renamed = anna.patch(&format!("/api/me/passkeys/{id}"), json!({ "label": " Рабочий телефон " })).await.is(200).json();
    assert_eq!(renamed["passkeys"][0]["label"], "Рабочий телефон");
    anna.patch(&format!("/api/me/passkeys/{id}"), json!({ "label": "я".repeat(81) })).await.names_field("/label", "too_long");
}

#[tokio::test]
async fn a_deactivated_persons_passkey_opens_nothing() {
    let app = TestApp::start().await;
    let (mut passkey, anna, _) = add_passkey(&app.employee("Анна").await, "Телефон").await;
    execute(&app, sqlx::query("UPDATE people SET deactivated_at = created_at WHERE id = $1").bind(anna.id().0)).await;
    sign_in_with(&app, &mut passkey).await.is_problem(403, "passkey_refused");
    assert_eq!(anna.get("/api/me").await.json()["person"], Value::Null, "the session is refused at once");
}

#[tokio::test]
async fn bodies_are_checked() {
    let app = TestApp::start().await;
    let id = "01900000-0000-7000-8000-000000000000";
    app.anonymous().post("/api/me/passkeys/start", json!({})).await.is(401);
    let nonsense = json!({ "challenge_id": id, "credential": { "id": 7 } });
    app.anonymous().post("/api/auth/passkey/finish", nonsense).await.names_field("/credential", "wrong_type");
    let anna = app.employee("Анна").await;
    anna.post("/api/me/passkeys", json!({ "challenge_id": id, "label": "", "credential": {} })).await.names_field("/label", "required");
    anna.post("/api/auth/proof/passkey/start", json!({})).await.is_problem(409, "no_passkey");
}
