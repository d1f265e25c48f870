//! How long a session lasts, and its end on either side.

use std::time::Duration;

use app::kernel::ctx::Kind;
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::json;
use testkit::{Answer, Client, Mood, PlayedKeycloak, Says, TestApp};
use tokio::task::JoinHandle;

use super::{SIGN_IN, answer, begin, brought, is_in, known, refusals, sign_in};
use crate::identity::world::{count, empower};

#[tokio::test]
async fn a_session_is_asked_for_every_few_minutes_and_by_one_request() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    app.pass(SignedDuration::from_secs(239));
    assert!(is_in(&browser).await);
    assert_eq!(keycloak.refreshes(), 0);
    // Many at once after a pause: one asks, the others wait for what it is told.
    for round in 1..=3 {
        app.pass(SignedDuration::from_mins(6));
        keycloak.is(Mood::Slow);
        let requests: Vec<_> = (0..8)
            .map(|_| {
                let browser = browser.clone();
                tokio::spawn(async move { is_in(&browser).await })
            })
            .collect();
        while keycloak.refreshes() < round {
            tokio::task::yield_now().await;
        }
        keycloak.is(Mood::Well);
        for request in requests {
            assert!(request.await.unwrap());
        }
        assert_eq!(keycloak.refreshes(), round);
    }
}

#[tokio::test]
async fn a_tab_closed_while_keycloak_is_asked_loses_nothing() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    for round in 1..=3 {
        app.pass(SignedDuration::from_mins(6));
        keycloak.is(Mood::Slow);
        let closed = asks(&keycloak, &browser).await;
        closed.abort();
        assert!(closed.await.unwrap_err().is_cancelled());
        keycloak.is(Mood::Well);
        let next = tokio::time::timeout(Duration::from_secs(30), is_in(&browser)).await;
        assert_eq!(next, Ok(true));
        assert_eq!(keycloak.refreshes(), round);
    }
}

#[tokio::test]
async fn nor_does_one_that_only_listens() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    let tab = {
        let browser = browser.clone();
        tokio::spawn(async move { browser.get("/api/live").await.status })
    };
    while app.app.live.listeners() == 0 {
        tokio::task::yield_now().await;
    }
    app.pass(SignedDuration::from_mins(6));
    keycloak.is(Mood::Slow);
    while keycloak.refreshes() == 0 {
        app.app.live.wake(None);
        tokio::task::yield_now().await;
    }
    tab.abort();
    assert!(tab.await.unwrap_err().is_cancelled());
    keycloak.is(Mood::Well);
    assert_eq!(tokio::time::timeout(Duration::from_secs(30), is_in(&browser)).await, Ok(true));
    assert_eq!(keycloak.refreshes(), 1);
}

#[tokio::test]
async fn while_keycloak_hangs_one_waits_for_it_and_the_others_go_on() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    known(&app, &keycloak, Kind::Employee, "sub-2").await;
    keycloak.says(Says { sub: "sub-2".to_owned(), sid: "sid-2".to_owned(), ..Says::default() });
    let other = sign_in(&app, &keycloak, "employee").await;
    app.pass(SignedDuration::from_mins(6));
    keycloak.is(Mood::Slow);
    let first = asks(&keycloak, &browser).await;
    // Its patience is real time, which the clock of the test does not know.
    app.pass(SignedDuration::from_secs(6));
    assert!(first.await.unwrap());
    for _ in 0..8 {
        assert!(is_in(&browser).await && is_in(&other).await);
    }
    assert_eq!(keycloak.refreshes(), 1, "nobody else has waited");
    // When that time is over one looks again, and nobody beside them.
    app.pass(SignedDuration::from_secs(16));
    let looks = asks(&keycloak, &browser).await;
    assert!(is_in(&other).await);
    assert_eq!(keycloak.refreshes(), 2);
    keycloak.is(Mood::Well);
    assert!(looks.await.unwrap());
    app.pass(SignedDuration::from_mins(6));
    assert!(is_in(&browser).await);
    assert_eq!(keycloak.refreshes(), 3);
}

/// What Keycloak makes of a token that is shown again, its own tests say (`crates/keycloak/tests/accounts.rs`).
#[tokio::test]
async fn an_answer_that_is_lost_costs_nobody_their_session() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    for mood in [Mood::Lost, Mood::Lost, Mood::Well, Mood::Lost, Mood::Well] {
        keycloak.is(mood);
        app.pass(SignedDuration::from_mins(6));
        assert!(is_in(&browser).await, "{mood:?}");
    }
    assert_eq!(keycloak.refreshes(), 5);
}

#[tokio::test]
async fn whoever_is_disabled_there_is_out_within_five_minutes() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    keycloak.is(Mood::Denies);
    app.pass(SignedDuration::from_mins(5));
    assert!(!is_in(&browser).await);
    keycloak.is(Mood::Well);
    assert!(!is_in(&browser).await, "it stays over");
    assert_eq!(
        count(&app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.sessions_ended' AND detail ->> 'by' = 'keycloak'").await,
        1
    );
}

#[tokio::test]
async fn an_outage_lets_signed_in_people_go_on_for_a_while_and_loses_nothing() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    known(&app, &keycloak, Kind::Staff, "sub-1").await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    keycloak.says(Says { acr: "mfa", sid: "sid-2".to_owned(), ..Says::default() });
    let staff = sign_in(&app, &keycloak, "staff").await;
    keycloak.is(Mood::Away);
    app.pass(SignedDuration::from_mins(29));
    assert!(is_in(&employee).await && is_in(&staff).await);
    // Others are told, and asked to come back.
    app.anonymous().post(SIGN_IN, json!({ "kind": "employee" })).await.is_problem(503, "sign_in_unavailable");
    app.pass(SignedDuration::from_mins(2));
    staff.get("/api/me").await.is_problem(503, "sign_in_unavailable");
    app.pass(SignedDuration::from_mins(88));
    assert!(is_in(&employee).await);
    app.pass(SignedDuration::from_mins(2));
    employee.get("/api/me").await.is_problem(503, "sign_in_unavailable");
    // It is left alone for seconds after each silence: eight requests are not eight waits.
    let before = keycloak.refreshes();
    for _ in 0..8 {
        employee.get("/api/me").await.is_problem(503, "sign_in_unavailable");
    }
    assert_eq!(keycloak.refreshes(), before);
    keycloak.is(Mood::Well);
    app.pass(SignedDuration::from_secs(16));
    assert!(is_in(&employee).await, "nothing was lost");
}

async fn tell_over(app: &TestApp, token: &str) -> Answer {
    let body = format!("logout_token={token}");
    let request = Request::post("/api/oidc/logout").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    app.anonymous().send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_session_ended_there_is_over_here_at_once() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let one = sign_in(&app, &keycloak, "employee").await;
    keycloak.says(Says { sid: "sid-2".to_owned(), ..Says::default() });
    let other = sign_in(&app, &keycloak, "employee").await;
    let token = keycloak.logout_token("sid-1", "jti-1", &json!({}));
    tell_over(&app, &token).await.is(200);
    assert!(!is_in(&one).await);
    assert!(is_in(&other).await, "of this session alone");
    // Without a session's name: of all of the account's.
    tell_over(&app, &keycloak.logout_token("", "jti-2", &json!({ "sid": null }))).await.is(200);
    assert!(!is_in(&other).await);
}

#[tokio::test]
async fn two_records_that_end_at_once_are_not_named_side_by_side() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let named = async |person: PersonId| {
        let mut tx = app.app.db.begin_system().await.unwrap();
        let query = sqlx::query_scalar("SELECT count(*) FROM audit_entries WHERE action = 'identity.sessions_ended' AND subject_id = $1");
        let named: i64 = query.bind(person.0).fetch_one(&mut *tx).await.unwrap();
        named
    };
    let employee = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let specialist = known(&app, &keycloak, Kind::Specialist, "sub-1").await;
    let client = sign_in(&app, &keycloak, "employee").await;
    keycloak.says(Says { acr: "mfa", ..Says::default() });
    let work = sign_in(&app, &keycloak, "specialist").await;
    assert!(is_in(&client).await && is_in(&work).await);
    tell_over(&app, &keycloak.logout_token("sid-1", "jti-1", &json!({}))).await.is(200);
    assert!(!is_in(&client).await && !is_in(&work).await);
    assert_eq!((named(employee).await, named(specialist).await), (0, 1));
    // By itself it is written down, as anybody's.
    keycloak.says(Says { sid: "sid-2".to_owned(), ..Says::default() });
    sign_in(&app, &keycloak, "employee").await;
    tell_over(&app, &keycloak.logout_token("sid-2", "jti-2", &json!({}))).await.is(200);
    assert_eq!((named(employee).await, named(specialist).await), (1, 1));
}

#[tokio::test]
async fn a_logout_token_that_is_replayed_or_wrong_ends_nothing() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let token = keycloak.logout_token("sid-1", "jti-1", &json!({}));
    tell_over(&app, &token).await.is(200);
    let browser = sign_in(&app, &keycloak, "employee").await;
    tell_over(&app, &token).await.is(400);
    for (jti, lies) in [
        ("jti-2", json!({ "iss": "https://elsewhere.example" })),
        ("jti-3", json!({ "aud": "somebody" })),
        ("jti-4", json!({ "exp": 1 })),
        ("jti-5", json!({ "events": {} })),
        ("jti-6", json!({ "nonce": "n" })),
        ("jti-7", json!({ "sid": null, "sub": null })),
    ] {
        tell_over(&app, &keycloak.logout_token("sid-1", jti, &lies)).await.is(400);
    }
    assert_eq!(refusals(&app).await.len(), 7);
    // What nobody signed is written down too, as long as nobody fills the log with it.
    tell_over(&app, "no token").await.is(400);
    let forged = format!("{}A", keycloak.logout_token("sid-1", "jti-9", &json!({})));
    tell_over(&app, &forged).await.is(400);
    assert_eq!(refusals(&app).await[7..], ["identity.logout_token_refused malformed", "identity.logout_token_refused signature"]);
    for _ in 0..20 {
        tell_over(&app, "no token").await.is(400);
    }
    assert!(refusals(&app).await.len() < 20);
    assert!(is_in(&browser).await);
    // For the client of specialists and staff it is as good.
    tell_over(&app, &keycloak.logout_token("sid-1", "jti-8", &json!({ "aud": "ponimau-staff" }))).await.is(200);
    assert!(!is_in(&browser).await);
}

#[tokio::test]
async fn signing_out_here_ends_the_session_there_also_if_it_is_away() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    browser.post("/api/auth/sign-out", json!({})).await.is(204);
    assert_eq!(keycloak.ended(), ["sid-1"], "before the answer: the next person at the device must not be let in");
    assert_eq!(count(&app, "SELECT count(*) FROM live_events WHERE kind = 'identity.sessions'").await, 1, "other tabs hear of it");
    assert!(!is_in(&browser).await);
    keycloak.says(Says { sid: "sid-2".to_owned(), ..Says::default() });
    let browser = sign_in(&app, &keycloak, "employee").await;
    keycloak.is(Mood::Away);
    browser.post("/api/auth/sign-out", json!({})).await.is(204);
    assert!(!is_in(&browser).await);
    keycloak.is(Mood::Well);
    app.do_jobs().await;
    assert_eq!(keycloak.ended(), ["sid-1", "sid-2"]);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE refresh_sealed IS NOT NULL").await, 0);
}

#[tokio::test]
async fn whoever_sits_down_after_a_sign_out_shows_who_they_are_at_the_company_too() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    assert_eq!(keycloak.last_asked().get("prompt"), None);
    let left = browser.post("/api/auth/sign-out", json!({})).await.is(204);
    let browser = begin(&browser.with_cookie_of(&left), "employee").await;
    assert_eq!(keycloak.last_asked()["prompt"], "login");
    // Given up, it is still so; once somebody has come in, no more.
    let browser = begin(&browser, "employee").await;
    assert_eq!(keycloak.last_asked()["prompt"], "login");
    keycloak.says(Says { sid: "sid-2".to_owned(), ..Says::default() });
    let answered = answer(&browser, &brought(&keycloak)).await.is(200);
    begin(&browser.with_cookie_of(&answered), "employee").await;
    assert_eq!(keycloak.last_asked().get("prompt"), None);
}

/// Somebody else's request of the same session waits for Keycloak meanwhile.
async fn asking(app: &TestApp, keycloak: &PlayedKeycloak, browser: &Client) -> JoinHandle<bool> {
    // Due, and not yet so late that others wait too.
    app.pass(SignedDuration::from_secs(250));
    keycloak.is(Mood::Slow);
    asks(keycloak, browser).await
}

/// A request whose question has reached a Keycloak that is slow.
async fn asks(keycloak: &PlayedKeycloak, browser: &Client) -> JoinHandle<bool> {
    let (before, browser) = (keycloak.refreshes(), browser.clone());
    let request = tokio::spawn(async move { is_in(&browser).await });
    while keycloak.refreshes() == before {
        tokio::task::yield_now().await;
    }
    request
}

#[tokio::test]
async fn what_is_renewed_while_one_signs_out_is_ended_there_too() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    let request = asking(&app, &keycloak, &browser).await;
    browser.post("/api/auth/sign-out", json!({})).await.is(204);
    assert_eq!(keycloak.ended().len(), 1);
    keycloak.is(Mood::Well);
    assert!(!request.await.unwrap());
    app.do_jobs().await;
    assert_eq!(keycloak.ended().len(), 2, "by the token that was given meanwhile");
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE refresh_sealed IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_is_shown_anew_meanwhile_is_not_undone_by_the_former_token() {
    for mood in [Mood::Well, Mood::Denies] {
        let (app, keycloak) = TestApp::start_with_keycloak().await;
        known(&app, &keycloak, Kind::Employee, "sub-1").await;
        let browser = sign_in(&app, &keycloak, "employee").await;
        let request = asking(&app, &keycloak, &browser).await;
        let started = browser.post("/api/auth/keycloak/step-up", json!({})).await.is(200);
        let asking = browser.with_cookie_of(&started);
        let shown = answer(&asking, &brought(&keycloak)).await.is(200);
        let strong = asking.with_cookie_of(&shown);
        // The former token is stale now, whether that is said at once or not.
        keycloak.is(mood);
        request.await.unwrap();
        keycloak.is(Mood::Well);
        assert!(is_in(&strong).await);
        app.pass(SignedDuration::from_mins(6));
        assert!(is_in(&strong).await, "by the token of the last showing");
    }
}

#[tokio::test]
async fn whoever_leaves_their_company_is_out_there_too_also_when_keycloak_comes_back_later() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let anna = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    let company = crate::identity::world::company(&app, "Ромашка").await;
    crate::identity::world::on_roster(&app, company, "anna@firma.ru").await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on, came_by) VALUES ($1, $2, 'roster', '2026-12-01', $3)")
        .bind(anna.0)
        .bind(company)
        .bind(app::organisations::entry::roster_lookup(&app.app, "anna@firma.ru"))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let boss = known(&app, &keycloak, Kind::Staff, "sub-1").await;
    crate::identity::world::empower(&app, boss, "admin").await;
    keycloak.says(Says { acr: "mfa", sid: "sid-2".to_owned(), ..Says::default() });
    let admin = sign_in(&app, &keycloak, "staff").await;
    keycloak.is(Mood::Away);
    let path = format!("/api/operator/companies/{company}/roster?mode=remove");
    admin.upload(&path, "r.csv", b"email\nanna@firma.ru").await.is(200);
    while app::worker::do_next(&app.app).await.unwrap() {}
    browser.get("/api/today").await.is_problem(401, "access_ended");
    assert!(keycloak.ended().is_empty(), "away");
    keycloak.is(Mood::Well);
    // The first pause after a failure.
    app.pass(SignedDuration::from_secs(5));
    while app::worker::do_next(&app.app).await.unwrap() {}
    assert_eq!(keycloak.ended(), ["sid-1"]);
}

#[tokio::test]
async fn an_address_is_no_way_in_and_is_given_up() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    for (kind, name, acr) in [(Kind::Employee, "employee", "pwd"), (Kind::Specialist, "specialist", "mfa"), (Kind::Staff, "staff", "mfa")] {
        let sub = format!("sub-{name}");
        let person = known(&app, &keycloak, kind, &sub).await;
        if kind == Kind::Staff {
            empower(&app, person, "support").await;
        }
        keycloak.says(Says { sub, acr, sid: format!("sid-{name}"), ..Says::default() });
        let person = sign_in(&app, &keycloak, name).await;
        // Whatever they have here, or have not, it is shown at Keycloak, and a moment ago.
        app.pass(SignedDuration::from_mins(6));
        person.delete("/api/me/email").await.is_problem(403, "recent_proof_required");
        let person = sign_in(&app, &keycloak, name).await;
        assert_eq!(person.delete("/api/me/email").await.is(200).json()["email"], serde_json::Value::Null);
    }
}

#[tokio::test]
async fn whoever_changes_their_address_signs_in_by_the_new_one() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let anna = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let becomes = async |new: &str| {
        let anna = sign_in(&app, &keycloak, "employee").await;
        let asked = anna.post("/api/me/email", json!({ "email": new })).await.is(202).json();
        app.do_jobs().await;
        let code = app.letters_to(new)[0].code();
        anna.post("/api/me/email/answer", json!({ "challenge_id": asked["challenge_id"], "code": code })).await.is(200);
        let told = "SELECT count(*) FROM jobs WHERE kind = 'identity.follow_address' AND payload::text LIKE '%@%'";
        assert_eq!(count(&app, told).await, 0, "a job holds no address");
        app.do_jobs().await;
        let account = keycloak.account_of("sub-1").unwrap();
        (account["email"].clone(), account["emailVerified"].clone())
    };
    // A first one is for letters: who signs in by a passkey has none there, and gets none.
    keycloak.account("sub-1", "", None);
    assert_eq!(becomes("anna@first.example").await, (json!(""), json!(true)));
    keycloak.account("sub-1", "anna@first.example", None);
    assert_eq!(becomes("anna@home.example").await, (json!("anna@home.example"), json!(true)));
    // An address that is not the one left: it was put there for another reason.
    keycloak.account("sub-1", "anna@elsewhere.example", None);
    assert_eq!(becomes("anna@new.example").await.0, json!("anna@elsewhere.example"));
    // What another account has already stays its own.
    keycloak.account("sub-1", "anna@new.example", None);
    keycloak.has_account("anna@taken.example");
    assert_eq!(becomes("anna@taken.example").await.0, json!("anna@new.example"));
    assert_eq!(sign_in(&app, &keycloak, "employee").await.get("/api/me").await.is(200).json()["person"]["id"], json!(anna));
}

#[tokio::test]
async fn an_address_that_was_given_up_sets_no_password_and_the_next_one_signs_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let former = "sub-1.employee@example.org";
    let anna = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let of_account = || {
        let account = keycloak.account_of("sub-1").unwrap();
        [account["email"].clone(), account["username"].clone()]
    };
    let remove = async || {
        sign_in(&app, &keycloak, "employee").await.delete("/api/me/email").await.is(200);
        app.do_jobs().await;
    };
    let set = async |person: PersonId, kind: Kind, address: &str| {
        let mut tx = app.app.db.begin_system().await.unwrap();
        app::identity::email::set(&mut tx, &app.app, person, kind, address).await.unwrap();
        tx.commit().await.unwrap();
    };
    // By a password: the address stays what the account is called by, and no letter goes to it.
    keycloak.account("sub-1", former, None);
    remove().await;
    assert_eq!(of_account(), [json!(""), json!(former)]);
    // The next one is what the person signs in by, though they had none meanwhile.
    let browser = sign_in(&app, &keycloak, "employee").await;
    let asked = browser.post("/api/me/email", json!({ "email": "anna@home.example" })).await.is(202).json();
    app.do_jobs().await;
    let code = app.letters_to("anna@home.example")[0].code();
    browser.post("/api/me/email/answer", json!({ "challenge_id": asked["challenge_id"], "code": code })).await.is(200);
    app.do_jobs().await;
    assert_eq!(of_account()[0], json!("anna@home.example"));
    // Another address of the account is not the one given up; nor is one that its other record has.
    keycloak.account("sub-1", "anna@elsewhere.example", None);
    remove().await;
    assert_eq!(of_account()[0], json!("anna@elsewhere.example"));
    set(anna, Kind::Employee, "anna@both.example").await;
    let work = known(&app, &keycloak, Kind::Specialist, "sub-1").await;
    set(work, Kind::Specialist, "anna@both.example").await;
    keycloak.account("sub-1", "anna@both.example", None);
    remove().await;
    assert_eq!(of_account()[0], json!("anna@both.example"));
}

#[tokio::test]
async fn the_switch_and_the_way_back_end_the_sessions_of_the_other_way_for_good() {
    let (before, after, keycloak) = TestApp::start_switched().await;
    let end = app::identity::end_sessions_of_other_way;
    let noted = "SELECT coalesce(sum((detail ->> 'count')::int), 0)::bigint FROM audit_entries
                 WHERE action = 'identity.sessions_ended' AND detail ->> 'by' = 'switch' AND actor_id IS NULL";
    let built_in = before.employee("Клён").await;
    assert_eq!(end(&before.app).await.unwrap(), 0, "a start by the same way ends nothing");
    assert!(is_in(&built_in).await);
    // The switch. Nodes start at once: what is ended is counted once.
    let starts = tokio::join!(end(&after.app), end(&after.app), end(&after.app));
    assert_eq!(starts.0.unwrap() + starts.1.unwrap() + starts.2.unwrap(), 1);
    assert_eq!(count(&after, noted).await, 1);
    assert!(!is_in(&built_in).await, "also where the built-in sign-in is on once more");
    known(&after, &keycloak, Kind::Employee, "sub-1").await;
    let there = sign_in(&after, &keycloak, "employee").await;
    assert_eq!(end(&after.app).await.unwrap(), 0);
    assert!(is_in(&there).await);
    // The way back, and there again.
    assert_eq!(end(&before.app).await.unwrap(), 1);
    assert!(!is_in(&there).await);
    assert_eq!(count(&after, noted).await, 2);
}
