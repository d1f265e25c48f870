//! Signing in at a Keycloak that is played, lies included. The real one: `crates/keycloak/tests`, `web/e2e/keycloak.spec.ts`.

use app::kernel::ctx::Kind;
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, Mood, PlayedKeycloak, Says, TestApp};

use super::world::{access_code, account, company, count, execute};

const SIGN_IN: &str = "/api/auth/keycloak";

/// Begins a sign-in: the browser afterwards.
async fn begin(browser: &Client, kind: &str) -> Client {
    let started = browser.post(SIGN_IN, json!({ "kind": kind })).await.is(200);
    browser.with_cookie_of(&started)
}

/// What the browser would bring back from the last request.
fn brought(keycloak: &PlayedKeycloak) -> Value {
    json!({ "state": keycloak.last_asked()["state"], "code": keycloak.code(), "iss": keycloak.issuer() })
}

async fn answer(browser: &Client, brought: &Value) -> Answer {
    browser.post("/api/auth/keycloak/answer", brought).await
}

/// An account here and there.
async fn known(app: &TestApp, keycloak: &PlayedKeycloak, kind: Kind, sub: &str) -> PersonId {
    let person = account(app, kind, "Анна", &format!("{sub}.{}@example.org", kind.name())).await;
    bind(app, keycloak, kind, sub, person).await;
    person
}

async fn bind(app: &TestApp, keycloak: &PlayedKeycloak, kind: Kind, sub: &str, person: PersonId) {
    let query = sqlx::query("INSERT INTO person_logins (issuer, subject, kind, person_id, created_at) VALUES ($1, $2, $3, $4, now())");
    execute(app, query.bind(keycloak.issuer().to_owned()).bind(sub.to_owned()).bind(kind.name()).bind(person.0)).await;
}

/// Signs in as what Keycloak says.
async fn sign_in(app: &TestApp, keycloak: &PlayedKeycloak, kind: &str) -> Client {
    let browser = begin(&app.anonymous(), kind).await;
    let answered = answer(&browser, &brought(keycloak)).await.is(200);
    assert_eq!(answered.json()["state"], "signed_in");
    browser.with_cookie_of(&answered)
}

async fn is_in(browser: &Client) -> bool {
    browser.get("/api/me").await.is(200).json()["person"] != Value::Null
}

async fn refusals(app: &TestApp) -> Vec<String> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT action || ' ' || (detail ->> 'reason') FROM audit_entries
         WHERE action IN ('identity.sign_in_refused', 'identity.logout_token_refused') ORDER BY id",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

#[tokio::test]
async fn who_signs_in_there_is_signed_in_here() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    assert_eq!(app.anonymous().get("/api/me").await.json()["sign_in"], "keycloak");
    let started = app.anonymous().post(SIGN_IN, json!({ "kind": "employee", "next": "/find" })).await.is(200);
    let asked = keycloak.last_asked();
    assert_eq!(
        started.json()["address"].as_str().unwrap(),
        format!("{}/protocol/openid-connect/auth?client_id=ponimau&request_uri=urn%3A0", keycloak.issuer())
    );
    assert_eq!(
        (asked["acr_values"].as_str(), asked["ui_locales"].as_str(), asked["code_challenge_method"].as_str()),
        ("pwd", "ru", "S256")
    );
    let browser = app.anonymous().with_cookie_of(&started);
    let answered = answer(&browser, &brought(&keycloak)).await.is(200);
    assert_eq!(answered.json(), json!({ "state": "signed_in", "person_id": person, "kind": "employee", "is_new": false, "next": "/find" }));
    let cookie = answered.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-ponimau=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(is_in(&browser.with_cookie_of(&answered)).await);
    // No token reaches the browser, and none lies open in the database.
    assert!(!answered.text().contains("sid-1"));
    assert_eq!(
        count(&app, "SELECT count(*) FROM sessions WHERE oidc_sid = 'sid-1' AND position('sid-1'::bytea IN refresh_sealed) = 0").await,
        1
    );
}

#[tokio::test]
async fn an_answer_is_good_once_in_its_browser_and_for_its_own_request() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let one = begin(&app.anonymous(), "employee").await;
    let first = brought(&keycloak);
    // Somebody else's browser, with a sign-in of its own or without: refused, and the right one is not spoilt.
    let other = begin(&app.anonymous(), "employee").await;
    answer(&other, &first).await.is_problem(410, "sign_in_over");
    answer(&app.anonymous(), &first).await.is_problem(410, "sign_in_over");
    // The code of one tab under the state of another.
    let second = begin(&one, "employee").await;
    let mut crossed = brought(&keycloak);
    crossed["code"] = first["code"].clone();
    answer(&second, &crossed).await.is_problem(410, "sign_in_over");
    answer(&second, &first).await.is(200);
    answer(&second, &first).await.is_problem(410, "sign_in_over");
    // Too late.
    let late = begin(&app.anonymous(), "employee").await;
    app.pass(SignedDuration::from_mins(61));
    answer(&late, &brought(&keycloak)).await.is_problem(410, "sign_in_over");
    assert_eq!(refusals(&app).await, ["identity.sign_in_refused sign_in_over"; 5]);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn what_is_not_believed_lets_nobody_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let lies = [
        json!({ "iss": "https://elsewhere.example/realms/ponimayu" }),
        json!({ "aud": "ponimau-staff" }),
        json!({ "nonce": "another" }),
        json!({ "exp": 1 }),
        json!({ "sub": "" }),
        json!({ "acr": "0" }),
    ];
    let count_of_lies = lies.len();
    for lie in lies {
        keycloak.says(Says { lies: lie.clone(), ..Says::default() });
        let browser = begin(&app.anonymous(), "employee").await;
        let answered = answer(&browser, &brought(&keycloak)).await.is_problem(403, "sign_in_refused");
        assert!(answered.headers.get(header::SET_COOKIE).is_none(), "{lie}");
    }
    // An answer in the name of another realm (RFC 9207): its code goes nowhere.
    keycloak.says(Says::default());
    let browser = begin(&app.anonymous(), "employee").await;
    let mut other = brought(&keycloak);
    other["iss"] = json!("https://elsewhere.example/realms/ponimayu");
    answer(&browser, &other).await.is_problem(403, "sign_in_refused");
    assert_eq!(refusals(&app).await.len(), count_of_lies + 1);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn specialists_and_staff_show_two_factors() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    for kind in [Kind::Specialist, Kind::Staff] {
        known(&app, &keycloak, kind, "sub-1").await;
        keycloak.says(Says::default());
        let browser = begin(&app.anonymous(), kind.name()).await;
        let asked = keycloak.last_asked();
        assert_eq!((asked["client_id"].as_str(), asked["acr_values"].as_str()), ("ponimau-staff", "mfa"));
        answer(&browser, &brought(&keycloak)).await.is_problem(403, "sign_in_refused");
        keycloak.says(Says { acr: "mfa", ..Says::default() });
        sign_in(&app, &keycloak, kind.name()).await;
    }
}

#[tokio::test]
async fn one_account_may_have_records_of_several_kinds_and_each_stays_apart() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let employee = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let specialist = known(&app, &keycloak, Kind::Specialist, "sub-1").await;
    keycloak.says(Says { acr: "mfa", ..Says::default() });
    for (kind, person) in [("employee", employee), ("specialist", specialist)] {
        let me = sign_in(&app, &keycloak, kind).await.get("/api/me").await.json();
        assert_eq!((me["person"]["kind"].as_str(), me["person"]["id"].as_str()), (Some(kind), Some(person.to_string().as_str())));
    }
    let browser = begin(&app.anonymous(), "staff").await;
    answer(&browser, &brought(&keycloak)).await.is_problem(403, "no_record");
    // Whoever got nothing here keeps no session there, which would let them in to the same refusal unasked.
    assert_eq!(keycloak.ended(), ["sid-1"]);
    // A stranger's account, and one of somebody whose service is over.
    keycloak.says(Says { sub: "sub-2".to_owned(), ..Says::default() });
    let browser = begin(&app.anonymous(), "employee").await;
    answer(&browser, &brought(&keycloak)).await.is_problem(403, "no_record");
    execute(&app, sqlx::query("UPDATE people SET deactivated_at = now() WHERE id = $1").bind(employee.0)).await;
    keycloak.says(Says::default());
    let browser = begin(&app.anonymous(), "employee").await;
    answer(&browser, &brought(&keycloak)).await.is_problem(403, "no_record");
}

#[tokio::test]
async fn the_built_in_sign_in_is_off_and_its_sessions_are_over() {
    let (app, _keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    let enter = json!({ "code": code, "display_name": "Лисица", "time_zone": "Europe/Moscow" });
    browser.post("/api/auth/company-code/enter", enter).await.is_problem(409, "sign_in_at_keycloak");
    for path in ["/api/auth/passkey/start", "/api/auth/proof/totp", "/api/auth/register", "/api/invitations/accept", "/api/demo/sign-in"] {
        browser.post(path, json!({})).await.is_problem(409, "sign_in_at_keycloak");
    }
    // A code to a known address would be a second way in: it is sent, as for any address, and opens nothing.
    account(&app, Kind::Employee, "Анна", "anna@example.org").await;
    let (challenge, code) = super::world::get_code(&app, &browser, "anna@example.org").await;
    super::world::answer_code(&browser, &challenge, &code).await.is_problem(409, "sign_in_at_keycloak");
    // What was signed in before Keycloak came.
    assert!(!is_in(&app.employee("Борис").await).await);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE oidc_sid IS NOT NULL").await, 0);
}

#[tokio::test]
async fn without_keycloak_there_is_nothing_of_it() {
    let app = TestApp::start().await;
    app.anonymous().post(SIGN_IN, json!({ "kind": "employee" })).await.is_problem(404, "not_found");
    app.anonymous().get("/oidc/entrance/keys").await.is(404);
    let anna = app.employee("Анна").await;
    anna.post("/api/auth/keycloak/step-up", json!({})).await.is_problem(404, "not_found");
    assert!(is_in(&anna).await);
}

#[tokio::test]
async fn a_page_elsewhere_is_never_gone_on_to() {
    let (app, _keycloak) = TestApp::start_with_keycloak().await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "find"] {
        let answer = app.anonymous().post(SIGN_IN, json!({ "kind": "employee", "next": next })).await;
        answer.is(422).names_field("/next", "not_an_option");
    }
    app.anonymous().post(SIGN_IN, json!({ "kind": "somebody" })).await.is(422).names_field("/kind", "not_an_option");
}

#[tokio::test]
async fn a_session_is_asked_for_every_few_minutes_and_by_one_request() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let browser = sign_in(&app, &keycloak, "employee").await;
    app.pass(SignedDuration::from_secs(239));
    assert!(is_in(&browser).await);
    assert_eq!(keycloak.refreshes(), 0);
    // Many at once after a pause: one asks, the others wait for what it is told. A token used twice would end the session at the real one.
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
    app.pass(SignedDuration::from_secs(6));
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
    tell_over(&app, "no token").await.is(400);
    assert!(is_in(&browser).await);
    assert_eq!(refusals(&app).await.len(), 7, "what nobody signed is not written down");
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
async fn showing_again_who_one_is_counts_for_five_minutes() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let staff = known(&app, &keycloak, Kind::Staff, "sub-1").await;
    super::world::empower(&app, staff, "admin").await;
    let colleague = account(&app, Kind::Staff, "Борис", "boris@example.org").await;
    // Signed in by a session that Keycloak remembered: its second factor is some minutes old.
    keycloak.says(Says { acr: "mfa", shown_before: 301, ..Says::default() });
    let browser = sign_in(&app, &keycloak, "staff").await;
    let path = format!("/api/staff/{colleague}/capabilities");
    let change = json!({ "capabilities": ["support"] });
    browser.put(&path, &change).await.is_problem(403, "recent_proof_required");
    let step_up = async |browser: &Client| {
        let started = browser.post("/api/auth/keycloak/step-up", json!({ "next": "/desk/staff" })).await.is(200);
        browser.with_cookie_of(&started)
    };
    // Somebody else who shows it, or somebody who shows less.
    let asking = step_up(&browser).await;
    known(&app, &keycloak, Kind::Staff, "sub-2").await;
    keycloak.says(Says { acr: "mfa", sub: "sub-2".to_owned(), ..Says::default() });
    answer(&asking, &brought(&keycloak)).await.is_problem(403, "other_account");
    let asking = step_up(&browser).await;
    keycloak.says(Says { acr: "pwd", ..Says::default() });
    answer(&asking, &brought(&keycloak)).await.is_problem(403, "sign_in_refused");
    browser.put(&path, &change).await.is_problem(403, "recent_proof_required");
    let asking = step_up(&browser).await;
    keycloak.says(Says { acr: "mfa", ..Says::default() });
    let shown = answer(&asking, &brought(&keycloak)).await.is(200);
    assert_eq!(shown.json(), json!({ "state": "shown", "next": "/desk/staff" }));
    let strong = asking.with_cookie_of(&shown);
    assert!(!is_in(&browser).await, "a token that was stolen before gains nothing: it is another now");
    strong.put(&path, &change).await.is(200);
    app.pass(SignedDuration::from_secs(301));
    strong.put(&path, &change).await.is_problem(403, "recent_proof_required");
}

fn entry(code: &str, way: &str) -> Value {
    json!({ "proof": { "kind": "code", "code": code }, "display_name": "Лисица", "time_zone": "Asia/Almaty", "way": way })
}

#[tokio::test]
async fn a_newcomers_record_begins_when_their_account_has_a_way_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 1, None).await;
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    let asked = keycloak.last_asked();
    assert_eq!((asked["kc_idp_hint"].as_str(), asked["kc_action"].as_str()), ("entrance", "webauthn-register-passwordless"));
    // Left in the middle: no record, and no use of the code.
    let mut cancelled = brought(&keycloak);
    cancelled["action_status"] = json!("cancelled");
    let left = answer(&browser, &cancelled).await.is(200).json();
    assert_eq!((left["state"].as_str(), left["can_have_password"].as_bool()), (Some("no_way_in"), Some(false)));
    assert_eq!(count(&app, "SELECT (SELECT count(*) FROM people) + (SELECT sum(uses) FROM access_codes)").await, 0);
    // Only this browser can go on with it.
    let go_on = json!({ "entry_id": left["entry_id"], "way": "passkey" });
    let stranger = begin(&app.anonymous(), "employee").await;
    stranger.post("/api/auth/keycloak/enter/way", &go_on).await.is_problem(410, "sign_in_over");
    browser.post("/api/auth/keycloak/enter/way", &go_on).await.is(200);
    let mut done = brought(&keycloak);
    done["action_status"] = json!("success");
    let answered = answer(&browser, &done).await.is(200);
    assert_eq!(answered.json()["is_new"], true);
    let me = browser.with_cookie_of(&answered).get("/api/me").await.json();
    assert_eq!((me["person"]["display_name"].as_str(), me["person"]["time_zone"].as_str()), (Some("Лисица"), Some("Asia/Almaty")));
    assert_eq!(
        count(&app, "SELECT count(*) FROM memberships m JOIN person_logins l ON l.person_id = m.person_id WHERE l.subject = 'sub-1'").await,
        1
    );
    // The last use is taken, and an account that has such a record gets no second one.
    app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is_problem(409, "access_code_used_up");
    let more = access_code(&app, company, 5, None).await;
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&more, "existing")).await.is(200);
    assert_eq!(keycloak.last_asked()["prompt"], "login");
    answer(&app.anonymous().with_cookie_of(&started), &brought(&keycloak)).await.is_problem(409, "already_has_record");
    assert_eq!(count(&app, "SELECT sum(uses) FROM access_codes").await, 1, "nothing is half done");
}

#[tokio::test]
async fn somebody_who_sat_here_before_does_not_get_the_newcomers_record() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 1, None).await;
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    // Keycloak remembered a session of this browser, and made no account.
    keycloak.says(Says { shown_before: 600, ..Says::default() });
    let again = answer(&browser, &brought(&keycloak)).await.is(200).json();
    assert_eq!(again["state"], "again");
    assert_eq!(keycloak.ended(), ["sid-1"], "that session is over");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0);
    keycloak.says(Says { sub: "sub-2".to_owned(), ..Says::default() });
    assert_eq!(answer(&browser, &brought(&keycloak)).await.is(200).json()["state"], "signed_in");
}

#[tokio::test]
async fn a_password_has_a_proven_address_for_its_name() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    browser.post("/api/auth/keycloak/enter", entry(&code, "password")).await.is(422).names_field("/address", "required");
    // Whoever comes with nothing gets no letter sent.
    let wish = json!({ "proof": { "kind": "code", "code": "AAAA-BBBB-CCCC" }, "email": "anna@example.org" });
    browser.post("/api/auth/keycloak/enter/address", wish).await.is_problem(404, "access_code_unknown");
    app.do_jobs().await;
    assert!(app.mails().is_empty());
    let wish = json!({ "proof": { "kind": "code", "code": code }, "email": "anna@example.org" });
    let asked = browser.post("/api/auth/keycloak/enter/address", wish).await.is(202).json();
    app.do_jobs().await;
    let digits = app.letters_to("anna@example.org").last().expect("a letter").code();
    let with = |digits: &str| {
        let mut entry = entry(&code, "password");
        entry["address"] = json!({ "challenge_id": asked["challenge_id"], "code": digits });
        entry
    };
    let wrong = if digits == "000000" { "000001" } else { "000000" };
    browser.post("/api/auth/keycloak/enter", with(wrong)).await.is(422).names_field("/address/code", "wrong_code");
    let started = browser.post("/api/auth/keycloak/enter", with(&digits)).await.is(200);
    assert_eq!(keycloak.last_asked()["kc_action"], "UPDATE_PASSWORD");
    let browser = browser.with_cookie_of(&started);
    let answered = answer(&browser, &brought(&keycloak)).await.is(200);
    let account = browser.with_cookie_of(&answered).get("/api/me/account").await.json();
    assert_eq!(account["email"], "anna@example.org", "letters go there too");
}

#[tokio::test]
async fn an_address_that_has_an_account_gets_no_second_one() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    super::world::company_domain(&app, company, "romashka.example").await;
    let browser = app.anonymous();
    let (challenge, digits) = super::world::get_code(&app, &browser, "anna@romashka.example").await;
    let ticket = super::world::answer_code(&browser, &challenge, &digits).await.is(200).json();
    keycloak.has_account("anna@romashka.example");
    let enter = |way: &str| {
        let proof = json!({ "kind": "ticket", "ticket_id": ticket["ticket_id"], "ticket": ticket["ticket"] });
        json!({ "proof": proof, "display_name": "Лисица", "time_zone": "Asia/Almaty", "way": way })
    };
    browser.post("/api/auth/keycloak/enter", enter("password")).await.is_problem(409, "address_has_account");
    // It is no way to find out about others: whoever has proven nothing is not told.
    browser.post("/api/auth/keycloak/enter", enter("passkey")).await.is(200);
    let started = browser.post("/api/auth/keycloak/enter", enter("existing")).await.is(200);
    assert_eq!(answer(&browser.with_cookie_of(&started), &brought(&keycloak)).await.is(200).json()["is_new"], true);
}

/// What the entrance answers the browser with.
async fn at_the_entrance(browser: &Client, keycloak: &PlayedKeycloak, redirect_uri: &str) -> Answer {
    let query = [
        ("client_id", "keycloak"),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("state", "s&1"),
        ("nonce", "n-1"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let query = query.map(|(name, value)| format!("{name}={}", value.replace('&', "%26"))).join("&");
    let _ = keycloak;
    browser.get(&format!("/oidc/entrance/authorize?{query}")).await
}

async fn redeem(app: &TestApp, code: &str, redirect_uri: &str, verifier: &str, proof: &str) -> Answer {
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}&code_verifier={verifier}&client_assertion={proof}\
         &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let request = Request::post("/oidc/entrance/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    app.anonymous().send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_entrance_tells_keycloak_alone_and_once_and_no_name() {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let broker = format!("{}/broker/entrance/endpoint", keycloak.issuer());
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    // A stranger's address is not redirected to; a browser that has shown nothing is sent back with nothing.
    at_the_entrance(&browser, &keycloak, "https://evil.example/").await.is(400);
    let nothing = at_the_entrance(&app.anonymous(), &keycloak, &broker).await.is(303);
    assert_eq!(nothing.headers[header::LOCATION].to_str().unwrap(), format!("{broker}?state=s%261&error=access_denied"));
    let answered = at_the_entrance(&browser, &keycloak, &broker).await.is(303);
    let location = answered.headers[header::LOCATION].to_str().unwrap().to_owned();
    let code = location.strip_prefix(&format!("{broker}?state=s%261&code=")).unwrap();
    let endpoint = format!("{}/oidc/entrance/token", app.app.config.public_url);
    let proof = |jti: &str, lies: Value| keycloak.proof(&endpoint, jti, &lies);
    for lies in [json!({ "iss": "ponimau" }), json!({ "aud": "https://elsewhere.example" }), json!({ "exp": 1 })] {
        redeem(&app, code, &broker, VERIFIER, &proof("x", lies)).await.is(400);
    }
    let redeemed = redeem(&app, code, &broker, VERIFIER, &proof("j-1", json!({}))).await.is(200).json();
    let claims = claims(redeemed["id_token"].as_str().unwrap());
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["locale"], "ru");
    assert!(claims["sub"].as_str().unwrap().len() == 43, "a random name");
    assert!(claims.get("email").is_none() && claims.get("name").is_none() && !claims.to_string().contains("Лисица"));
    // Neither the code nor the proof a second time; nor a code with another verifier.
    redeem(&app, code, &broker, VERIFIER, &proof("j-2", json!({}))).await.is(400);
    let next = at_the_entrance(&browser, &keycloak, &broker).await;
    let location = next.headers[header::LOCATION].to_str().unwrap().to_owned();
    let code = location.rsplit_once("code=").unwrap().1;
    redeem(&app, code, &broker, VERIFIER, &proof("j-1", json!({}))).await.is(400);
    redeem(&app, code, &broker, "another", &proof("j-3", json!({}))).await.is(400);
}

fn claims(token: &str) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}
