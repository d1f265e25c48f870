//! Newcomers.

use serde_json::json;
use testkit::{Mood, Says, TestApp};

use super::{answer, begin, brought, entry};
use crate::identity::world::{access_code, answer_code, company, company_domain, count, get_code};

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
    assert_eq!(keycloak.ended(), ["sid-1"], "no session is left behind at Keycloak");
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
async fn whoever_broke_off_at_keycloak_tries_again_under_the_same_address() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    let wish = json!({ "proof": { "kind": "code", "code": code }, "email": "anna@example.org" });
    let asked = browser.post("/api/auth/keycloak/enter/address", wish).await.is(202).json();
    app.do_jobs().await;
    let mut entry = entry(&code, "password");
    entry["address"] =
        json!({ "challenge_id": asked["challenge_id"], "code": app.letters_to("anna@example.org").last().expect("a letter").code() });
    // Whom Keycloak did not let through keeps the code that was sent.
    keycloak.is(Mood::Away);
    browser.post("/api/auth/keycloak/enter", entry.clone()).await.is_problem(503, "sign_in_unavailable");
    keycloak.is(Mood::Well);
    // The account of the try before, which no record is bound to, makes room.
    keycloak.left_by_entrance("left", "anna@example.org");
    let started = browser.post("/api/auth/keycloak/enter", entry.clone()).await.is(200);
    assert_eq!(keycloak.removed(), ["left"]);
    // Good once.
    browser.post("/api/auth/keycloak/enter", entry.clone()).await.is_problem(410, "code_expired");
    keycloak.says(Says { sub: "anna".to_owned(), ..Says::default() });
    let browser = browser.with_cookie_of(&started);
    assert_eq!(answer(&browser, &brought(&keycloak)).await.is(200).json()["is_new"], true);
    // One that leads to a record stays.
    keycloak.left_by_entrance("anna", "anna@example.org");
    let other = app.anonymous();
    let wish = json!({ "proof": { "kind": "code", "code": code }, "email": "anna@example.org" });
    let asked = other.post("/api/auth/keycloak/enter/address", wish).await.is(202).json();
    app.do_jobs().await;
    entry["address"] =
        json!({ "challenge_id": asked["challenge_id"], "code": app.letters_to("anna@example.org").last().expect("a letter").code() });
    other.post("/api/auth/keycloak/enter", entry).await.is_problem(409, "address_has_account");
    assert_eq!(keycloak.removed(), ["left"]);
}

#[tokio::test]
async fn an_address_that_has_an_account_gets_no_second_one() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    company_domain(&app, company, "romashka.example").await;
    let browser = app.anonymous();
    let (challenge, digits) = get_code(&app, &browser, "anna@romashka.example").await;
    let ticket = answer_code(&browser, &challenge, &digits).await.is(200).json();
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
