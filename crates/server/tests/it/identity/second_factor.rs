//! The second factor: a must for the operator's staff, and for whoever has set up an authenticator app.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use serde_json::json;
use testkit::TestApp;

use super::world::{Authenticator, account, add_passkey, add_totp, count, half_signed_in_staff, sign_in, sign_in_with};

const OLGA: &str = "olga@example.com";

#[tokio::test]
async fn staff_without_a_factor_set_one_up_before_anything_else() {
    let app = TestApp::start().await;
    let olga = half_signed_in_staff(&app, OLGA, "admin").await;
    olga.get("/api/staff").await.is_problem(403, "second_factor_required");
    olga.get("/api/me/account").await.is_problem(403, "second_factor_required");
    olga.get("/api/me/sessions").await.is_problem(403, "second_factor_required");
    let (_, olga, codes) = add_totp(&app, &olga).await;
    assert_eq!(codes.len(), 10);
    let me = olga.get("/api/me").await.json();
    assert_eq!((&me["person"]["capabilities"], &me["person"]["needs_second_factor"]), (&json!(["admin"]), &json!(false)));
    olga.get("/api/staff").await.is(200);
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_and_comes_with_recovery_codes() {
    let app = TestApp::start().await;
    let olga = half_signed_in_staff(&app, OLGA, "admin").await;
    let (mut passkey, olga, answer) = add_passkey(&olga, "Ключ").await;
    assert_eq!(answer.json()["recovery_codes"].as_array().unwrap().len(), 10);
    olga.get("/api/staff").await.is(200);
    // With the passkey alone one is wholly signed in.
    let answer = sign_in_with(&app, &mut passkey).await.is(200);
    assert_eq!(answer.json()["second_factor"], "none");
    app.anonymous().with_cookie_of(&answer).get("/api/staff").await.is(200);
}

#[tokio::test]
async fn who_has_a_factor_cannot_set_up_another_with_a_code_alone() {
    let app = TestApp::start().await;
    let olga = half_signed_in_staff(&app, OLGA, "admin").await;
    add_totp(&app, &olga).await;
    let thief = sign_in(&app, OLGA).await;
    thief.post("/api/me/passkeys/start", json!({})).await.is_problem(403, "second_factor_required");
    thief.post("/api/me/totp/start", json!({})).await.is_problem(403, "second_factor_required");
    // Nor is a second mailed code a second factor.
    thief.post("/api/auth/proof/code/start", json!({})).await.is_problem(403, "second_factor_required");
}

#[tokio::test]
async fn a_code_of_the_app_is_good_once() {
    let app = TestApp::start().await;
    let (authenticator, ..) = add_totp(&app, &half_signed_in_staff(&app, OLGA, "admin").await).await;
    let olga = sign_in(&app, OLGA).await;
    // The code of the step which set the app up is spent.
    let spent = authenticator.code(app.now());
    olga.post("/api/auth/proof/totp", json!({ "code": spent })).await.names_field("/code", "wrong_app_code");
    app.pass(SignedDuration::from_secs(30));
    let code = authenticator.code(app.now());
    let tries: Vec<_> = (0..3)
        .map(|_| {
            let (olga, code) = (olga.clone(), code.clone());
            tokio::spawn(async move { olga.post("/api/auth/proof/totp", json!({ "code": code })).await })
        })
        .collect();
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 1, "of three requests with one code one is let through");
    let olga = olga.with_cookie_of(answers.iter().find(|a| a.status == 200).unwrap());
    olga.get("/api/staff").await.is(200);
    // An earlier step is spent too.
    let earlier = authenticator.code(app.now() - SignedDuration::from_secs(30));
    olga.post("/api/auth/proof/totp", json!({ "code": earlier })).await.is(422);
}

#[tokio::test]
async fn a_code_is_taken_one_step_late_and_no_later() {
    let app = TestApp::start().await;
    let (authenticator, ..) = add_totp(&app, &half_signed_in_staff(&app, OLGA, "admin").await).await;
    app.pass(SignedDuration::from_mins(5));
    let olga = sign_in(&app, OLGA).await;
    let two_steps_ago = authenticator.code(app.now() - SignedDuration::from_secs(60));
    olga.post("/api/auth/proof/totp", json!({ "code": two_steps_ago })).await.names_field("/code", "wrong_app_code");
    let one_step_ago = authenticator.code(app.now() - SignedDuration::from_secs(30));
    olga.post("/api/auth/proof/totp", json!({ "code": one_step_ago })).await.is(200);
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let app = TestApp::start().await;
    let (authenticator, ..) = add_totp(&app, &half_signed_in_staff(&app, OLGA, "admin").await).await;
    app.pass(SignedDuration::from_mins(5));
    let olga = sign_in(&app, OLGA).await;
    let right = authenticator.code(app.now());
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..6 {
        olga.post("/api/auth/proof/totp", json!({ "code": wrong })).await.is(422);
    }
    olga.post("/api/auth/proof/totp", json!({ "code": right })).await.is_problem(429, "too_many_attempts");
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_is_told_by_mail() {
    let app = TestApp::start().await;
    let (_, _, codes) = add_totp(&app, &half_signed_in_staff(&app, OLGA, "admin").await).await;
    let olga = sign_in(&app, OLGA).await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    let answer = olga.post("/api/auth/proof/recovery-code", json!({ "code": typed })).await.is(200);
    let olga = olga.with_cookie_of(&answer);
    assert_eq!(olga.get("/api/me/factors").await.is(200).json()["recovery_codes_left"], 9);
    olga.post("/api/auth/proof/recovery-code", json!({ "code": codes[3] })).await.names_field("/code", "wrong_recovery_code");
    app.do_jobs().await;
    assert!(app.letters_to(OLGA).iter().any(|letter| letter.subject == "Использован резервный код"));
    // New ones replace the former.
    let new = olga.post("/api/me/recovery-codes", json!({})).await.is(201).json();
    assert_eq!(new["codes"].as_array().unwrap().len(), 10);
    olga.post("/api/auth/proof/recovery-code", json!({ "code": codes[4] })).await.names_field("/code", "wrong_recovery_code");
}

#[tokio::test]
async fn the_last_second_factor_stays() {
    let app = TestApp::start().await;
    let (_, olga, _) = add_totp(&app, &half_signed_in_staff(&app, OLGA, "admin").await).await;
    olga.delete("/api/me/totp").await.is_problem(409, "last_second_factor");
    let (_, olga, answer) = add_passkey(&olga, "Ключ").await;
    assert_eq!(answer.json()["recovery_codes"], json!([]), "the former recovery codes stay good");
    olga.delete("/api/me/totp").await.is(200);
    let factors = olga.get("/api/me/factors").await.json();
    let id = factors["passkeys"][0]["id"].as_str().unwrap();
    olga.delete(&format!("/api/me/passkeys/{id}")).await.is_problem(409, "last_second_factor");
}

#[tokio::test]
async fn an_offer_is_for_one_person_and_minutes() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await;
    let offer = anna.post("/api/me/totp/start", json!({})).await.is(200).json();
    assert!(offer["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(offer["qr"]["path"].as_str().unwrap().starts_with('M'));
    let code = Authenticator::new(offer["secret"].as_str().unwrap()).code(app.now());
    let body = json!({ "challenge_id": offer["challenge_id"], "code": code });
    app.employee("Борис").await.post("/api/me/totp", &body).await.is_problem(410, "code_expired");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    anna.post("/api/me/totp", json!({ "challenge_id": offer["challenge_id"], "code": wrong })).await.names_field("/code", "wrong_app_code");
    app.pass(SignedDuration::from_mins(15));
    anna.post("/api/me/totp", &body).await.is_problem(410, "code_expired");
    assert_eq!(count(&app, "SELECT count(*) FROM totp_secrets").await, 0, "nothing is kept of an offer not taken");
}

#[tokio::test]
async fn whoever_reads_the_mail_of_somebody_with_an_app_gets_no_further() {
    let app = TestApp::start().await;
    for (kind, address) in [(Kind::Employee, "anna@example.com"), (Kind::Specialist, "spec@example.com")] {
        account(&app, kind, "Анна", address).await;
        let anna = sign_in(&app, address).await;
        anna.get("/api/me/account").await.is(200);
        let (authenticator, anna, codes) = add_totp(&app, &anna).await;
        assert_eq!(codes.len(), 10);

        let thief = sign_in(&app, address).await;
        let me = thief.get("/api/me").await.json();
        assert_eq!(me["person"]["needs_second_factor"], true);
        thief.get("/api/me/account").await.is_problem(403, "second_factor_required");
        thief.get("/api/appointments").await.is_problem(403, "second_factor_required");
        thief.delete("/api/me/totp").await.is_problem(403, "second_factor_required");
        thief.post("/api/me/email", json!({ "email": "thief@example.com" })).await.is_problem(403, "second_factor_required");
        thief.post("/api/me/passkeys/start", json!({})).await.is_problem(403, "second_factor_required");
        assert_eq!(thief.get("/api/auth/proof").await.json()["has_email_code"], false);
        thief.post("/api/auth/proof/code/start", json!({})).await.is_problem(403, "second_factor_required");

        // A code of the app opens the door; so does a recovery code.
        app.pass(SignedDuration::from_secs(60));
        let answer = thief.post("/api/auth/proof/totp", json!({ "code": authenticator.code(app.now()) })).await.is(200);
        thief.with_cookie_of(&answer).get("/api/me/account").await.is(200);
        let again = sign_in(&app, address).await;
        let answer = again.post("/api/auth/proof/recovery-code", json!({ "code": codes[0] })).await.is(200);
        again.with_cookie_of(&answer).get("/api/me/account").await.is(200);

        // Later in the session too a mailed code proves nothing.
        app.pass(SignedDuration::from_mins(6));
        anna.post("/api/auth/proof/code/start", json!({})).await.is_problem(403, "second_factor_required");
        anna.delete("/api/me/totp").await.is_problem(403, "recent_proof_required");
        let answer = anna.post("/api/auth/proof/totp", json!({ "code": authenticator.code(app.now()) })).await.is(200);
        let anna = anna.with_cookie_of(&answer);
        anna.delete("/api/me/totp").await.is(200);
        app.do_jobs().await;
        assert!(app.letters_to(address).iter().any(|letter| letter.subject == "Приложение с кодами отключено"));
        sign_in(&app, address).await.get("/api/me/account").await.is(200);
    }
}

#[tokio::test]
async fn a_passkey_signs_in_past_the_app() {
    let app = TestApp::start().await;
    account(&app, Kind::Employee, "Анна", "anna@example.com").await;
    let (_, anna, _) = add_totp(&app, &sign_in(&app, "anna@example.com").await).await;
    let (mut passkey, ..) = add_passkey(&anna, "Телефон").await;
    let answer = sign_in_with(&app, &mut passkey).await.is(200);
    assert_eq!(answer.json()["second_factor"], "none");
    app.anonymous().with_cookie_of(&answer).get("/api/me/account").await.is(200);
}
