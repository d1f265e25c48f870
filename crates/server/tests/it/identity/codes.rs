//! Signing in by a code sent by mail.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use serde_json::json;
use testkit::TestApp;

use super::world::{account, answer_code, ask_for_code, count, empower, get_code, sign_in};

const ANNA: &str = "anna@example.com";

#[tokio::test]
async fn a_code_opens_a_session() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let browser = app.anonymous();
    let (challenge, code) = get_code(&app, &browser, "Anna@Example.com").await;
    let answer = answer_code(&browser, &challenge, &code).await.is(200);
    assert_eq!(answer.json()["state"], "signed_in");
    assert_eq!(answer.json()["second_factor"], "none");
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["__Host-ponimau=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let me = browser.with_cookie_of(&answer).get("/api/me").await.is(200).json();
    assert_eq!(me["person"]["display_name"], "Анна");
}

#[tokio::test]
async fn the_answer_is_the_same_for_an_unknown_address_and_nothing_is_sent() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let known = app.anonymous().post("/api/auth/code", json!({ "email": ANNA })).await.is(202).json();
    let unknown = app.anonymous().post("/api/auth/code", json!({ "email": "nobody@example.com" })).await.is(202).json();
    let keys = |v: &serde_json::Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&known), keys(&unknown));
    assert_eq!(known["expires_at"], unknown["expires_at"]);
    app.do_jobs().await;
    assert_eq!(app.letters_to(ANNA).len(), 1);
    assert!(app.letters_to("nobody@example.com").is_empty());
    // Guessing at the unknown one's code looks like guessing at a known one's.
    let challenge = unknown["challenge_id"].as_str().unwrap();
    answer_code(&app.anonymous(), challenge, "000000").await.names_field("/code", "wrong_code");
}

#[tokio::test]
async fn the_code_is_neither_in_the_subject_nor_in_the_database() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (_, code) = get_code(&app, &app.anonymous(), ANNA).await;
    let letter = &app.letters_to(ANNA)[0];
    assert!(!letter.subject.contains(&code) && letter.html.contains(&code));
    // What waits in the queue shows neither the address nor the code.
    ask_for_code(&app.anonymous(), ANNA).await;
    assert!(app::worker::do_next(&app.app).await.unwrap());
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (kind, payload): (String, String) = sqlx::query_as("SELECT kind, payload::text FROM jobs").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(kind, "notifications.mail");
    assert!(!payload.contains("example.com") && !payload.contains("anna"), "{payload}");
}

#[tokio::test]
async fn of_two_requests_with_one_code_one_gets_in() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let browser = app.anonymous();
    let (challenge, code) = get_code(&app, &browser, ANNA).await;
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (browser, challenge, code) = (browser.clone(), challenge.clone(), code.clone());
            tokio::spawn(async move { answer_code(&browser, &challenge, &code).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410, 410, 410]);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 1);
    answer_code(&browser, &challenge, &code).await.is_problem(410, "code_expired");
}

#[tokio::test]
async fn a_code_is_over_after_ten_minutes() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (challenge, code) = get_code(&app, &app.anonymous(), ANNA).await;
    app.pass(SignedDuration::from_mins(10));
    answer_code(&app.anonymous(), &challenge, &code).await.is_problem(410, "code_expired");
}

#[tokio::test]
async fn five_wrong_answers_spend_a_code() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (challenge, code) = get_code(&app, &app.anonymous(), ANNA).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        answer_code(&app.anonymous(), &challenge, wrong).await.names_field("/code", "wrong_code");
    }
    answer_code(&app.anonymous(), &challenge, &code).await.is_problem(410, "code_expired");
}

#[tokio::test]
async fn guessing_over_several_codes_is_slowed_down_and_never_locks_for_good() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    let (first, code) = get_code(&app, &app.anonymous(), ANNA).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        answer_code(&app.anonymous(), &first, wrong).await.is(422);
    }
    let (second, code) = get_code(&app, &app.anonymous(), ANNA).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    answer_code(&app.anonymous(), &second, wrong).await.is(422);
    let refused = answer_code(&app.anonymous(), &second, &code).await.is_problem(429, "too_many_attempts");
    assert_eq!(refused.headers["retry-after"], "30");
    app.pass(SignedDuration::from_secs(30));
    answer_code(&app.anonymous(), &second, &code).await.is(200);
    // A right answer clears the account's count.
    assert_eq!(count(&app, "SELECT count(*) FROM throttles WHERE bucket = 'answer.account'").await, 0);
}

#[tokio::test]
async fn nobody_can_fill_a_mailbox() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        ask_for_code(&app.anonymous(), "stranger@example.com").await;
    }
    let refused = app.anonymous().post("/api/auth/code", json!({ "email": "stranger@example.com" })).await;
    assert_eq!(refused.is_problem(429, "too_many_attempts").headers["retry-after"], "60");
    ask_for_code(&app.anonymous(), "somebody-else@example.com").await;
    app.pass(SignedDuration::from_mins(61));
    ask_for_code(&app.anonymous(), "stranger@example.com").await;
}

#[tokio::test]
async fn an_address_with_two_accounts_is_asked_which() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", ANNA).await;
    account(&app, Kind::Specialist, "Анна Ивановна", ANNA).await;
    let browser = app.anonymous();
    let (challenge, code) = get_code(&app, &browser, ANNA).await;
    let step = answer_code(&browser, &challenge, &code).await.is(200);
    assert_eq!(step.json(), json!({ "state": "choose", "kinds": ["employee", "specialist"] }));
    assert!(!step.headers.contains_key("set-cookie"));
    let body = |kind| json!({ "challenge_id": challenge, "code": code, "kind": kind });
    browser.post("/api/auth/code/answer", body("staff")).await.names_field("/kind", "not_an_option");
    let answer = browser.post("/api/auth/code/answer", body("specialist")).await.is(200);
    assert_eq!(browser.with_cookie_of(&answer).get("/api/me").await.json()["person"]["kind"], "specialist");
}

#[tokio::test]
async fn staff_with_a_code_alone_can_do_nothing() {
    let app = TestApp::start().await;
    let person = account(&app, Kind::Staff, "Ольга", ANNA).await;
    empower(&app, person, "admin").await;
    let olga = sign_in(&app, ANNA).await;
    let me = olga.get("/api/me").await.is(200).json();
    assert_eq!(me["person"]["capabilities"], json!([]));
    assert_eq!(me["person"]["needs_second_factor"], true);
    olga.get("/api/live").await.is_problem(403, "second_factor_required");
}

#[tokio::test]
async fn a_deactivated_person_gets_no_code() {
    let app = TestApp::start().await;
    let person = account(&app, Kind::Employee, "Анна", ANNA).await;
    super::world::execute(&app, sqlx::query("UPDATE people SET deactivated_at = created_at WHERE id = $1").bind(person.0)).await;
    ask_for_code(&app.anonymous(), ANNA).await;
    app.do_jobs().await;
    assert!(app.letters_to(ANNA).is_empty());
}

#[tokio::test]
async fn fields_are_checked() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    browser.post("/api/auth/code", json!({ "email": "not an address" })).await.names_field("/email", "not_an_email");
    browser.post("/api/auth/code", json!({})).await.names_field("/email", "required");
    let id = "01900000-0000-7000-8000-000000000000";
    answer_code(&browser, id, "").await.names_field("/code", "required");
    answer_code(&browser, id, &"1".repeat(41)).await.names_field("/code", "too_long");
    answer_code(&browser, id, "123456").await.is_problem(410, "code_expired");
}
