//! Signing in, and showing again who one is.

use app::kernel::ctx::Kind;
use axum::http::header;
use jiff::SignedDuration;
use serde_json::json;
use testkit::{Client, Says, TestApp};

use super::{SIGN_IN, answer, begin, brought, is_in, known, refusals, sign_in};
use crate::identity::world::{self, access_code, account, company, count, execute};

#[tokio::test]
async fn who_signs_in_there_is_signed_in_here() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let me = app.anonymous().get("/api/me").await.json();
    assert_eq!(me["sign_in"], "keycloak");
    // Without a mail server the page offers no letter to who forgot the password, and nothing here promises one.
    assert_eq!(me["is_password_mailed"], false);
    let started = app.anonymous().post(SIGN_IN, json!({ "kind": "employee", "next": "/find" })).await.is(200);
    let asked = keycloak.last_asked();
    assert_eq!(
        started.json()["address"].as_str().unwrap(),
        format!("{}/protocol/openid-connect/auth?client_id=ponimau&request_uri=urn%3A0", keycloak.issuer())
    );
    assert_eq!(
        (asked.contains_key("acr_values"), asked["ui_locales"].as_str(), asked["code_challenge_method"].as_str()),
        (false, "ru", "S256")
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
        assert_eq!((asked["client_id"].as_str(), asked.contains_key("acr_values")), ("ponimau-staff", false));
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
    let (challenge, code) = world::get_code(&app, &browser, "anna@example.org").await;
    world::answer_code(&browser, &challenge, &code).await.is_problem(409, "sign_in_at_keycloak");
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
async fn showing_again_who_one_is_counts_for_five_minutes() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let staff = known(&app, &keycloak, Kind::Staff, "sub-1").await;
    world::empower(&app, staff, "admin").await;
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
