use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use platform::blind;
use serde_json::json;
use testkit::TestApp;

use super::{Wallet, by_code, company, enter, fetch};
use crate::identity::world::{access_code, company_with_contract, count, execute};

#[tokio::test]
async fn a_pass_that_opens_nothing_says_why_in_each_language() {
    let app = TestApp::start().await;
    let romashka = company(&app, "Ромашка", 1).await;
    let code = access_code(&app, romashka, 9, None).await;
    let pass = fetch(&app, romashka, &by_code(&code)).await;
    let changed = |at: usize| {
        let mut bytes = URL_SAFE_NO_PAD.decode(&pass).unwrap();
        bytes[at] ^= 1;
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let cases = [
        ("не пропуск".to_owned(), "pass_malformed"),
        (pass[..400].to_owned(), "pass_incomplete"),
        (format!("{pass}{pass}"), "pass_malformed"),
        ("A".repeat(2000), "pass_malformed"),
        ("A".repeat(2001), "too_long"),
        (String::new(), "required"),
        (changed(0), "pass_malformed"),
        (changed(1), "pass_unknown_key"),
        (changed(40), "pass_not_genuine"),
        (changed(70), "pass_not_genuine"),
        (changed(352), "pass_not_genuine"),
    ];
    for language in ["ru", "kk", "en"] {
        let mut browser = app.anonymous();
        browser.language = language;
        for (pass, fault) in &cases {
            for path in ["/api/auth/pass", "/api/auth/pass/enter"] {
                let body = json!({ "pass": pass, "display_name": "Лис", "time_zone": "Europe/Moscow" });
                browser.post(path, body).await.names_field("/pass", fault);
            }
        }
    }
    assert_eq!(count(&app, "SELECT count(*) FROM passes_used").await, 0);
    // With line breaks, as a letter has them, it is the same.
    let broken = pass.as_bytes().chunks(76).map(|l| String::from_utf8_lossy(l)).collect::<Vec<_>>().join("\n");
    app.anonymous().post("/api/auth/pass", json!({ "pass": broken })).await.is(200);
    // So it is as Windows' editor saves it.
    app.anonymous().post("/api/auth/pass", json!({ "pass": format!("\u{feff}{pass}\r\n") })).await.is(200);
    app.clock.set("2027-01-14T21:00:00Z".parse().unwrap());
    enter(&app.anonymous(), &pass).await.names_field("/pass", "pass_over");
}

#[tokio::test]
async fn a_pass_of_another_company_renews_nothing() {
    let app = TestApp::start().await;
    let (romashka, sever) = (company(&app, "Ромашка", 3).await, company(&app, "Север", 3).await);
    let (here, there) = (access_code(&app, romashka, 9, None).await, access_code(&app, sever, 9, None).await);
    let browser = app.anonymous();
    let anna = browser.with_cookie_of(&enter(&browser, &fetch(&app, romashka, &by_code(&here)).await).await.is(200));
    let other = fetch(&app, sever, &by_code(&there)).await;
    anna.post("/api/me/pass", json!({ "pass": other })).await.names_field("/pass", "pass_of_other_company");
    app.employee("Пётр").await.post("/api/me/pass", json!({ "pass": other })).await.is_problem(409, "not_by_pass");
    app.anonymous().post("/api/auth/pass", json!({ "pass": other })).await.is(200);
    // What was blinded for one company's key is not signed by another's.
    let wallet = Wallet::open(&app, romashka).await;
    wallet.ask(&app.anonymous(), &by_code(&there)).await.is_problem(409, "pass_key_changed");
}

#[tokio::test]
async fn what_was_not_blinded_for_the_key_is_not_signed() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 9, None).await;
    let wallet = Wallet::open(&app, company).await;
    let with = |field: &str, value: &str| {
        let mut request = wallet.request(&by_code(&code));
        request[field] = json!(value);
        request
    };
    let sign = async |request: serde_json::Value| app.anonymous().post("/api/auth/pass/sign", request).await;
    sign(with("blinded", "")).await.names_field("/blinded", "required");
    sign(with("blinded", &"A".repeat(401))).await.names_field("/blinded", "too_long");
    sign(with("blinded", "не base64")).await.names_field("/blinded", "pass_not_blinded");
    sign(with("blinded", &URL_SAFE_NO_PAD.encode([1; 255]))).await.names_field("/blinded", "pass_not_blinded");
    sign(with("blinded", &URL_SAFE_NO_PAD.encode([0xFF; 256]))).await.names_field("/blinded", "pass_not_blinded");
    sign(with("fingerprint", &"00".repeat(32))).await.is_problem(409, "pass_key_changed");
    sign(with("fingerprint", "xyz")).await.is_problem(409, "pass_key_changed");
    let mut request = wallet.request(&by_code("ZZZZ-ZZZZ-ZZZZ"));
    sign(request.clone()).await.is_problem(404, "access_code_unknown");
    request["proof"] = json!({ "kind": "ticket", "ticket_id": company, "ticket": "guess" });
    sign(request).await.is_problem(410, "code_expired");
    assert_eq!(count(&app, "SELECT uses::bigint + (SELECT count(*) FROM passes_given) FROM access_codes").await, 0, "nothing is used up");
}

#[tokio::test]
async fn nobody_is_signed_in_while_a_pass_is_fetched() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 9, None).await;
    let wallet = Wallet::open(&app, company).await;
    wallet.ask(&app.employee("Анна").await, &by_code(&code)).await.is_problem(409, "pass_while_signed_in");
    assert_eq!(count(&app, "SELECT uses::bigint FROM access_codes").await, 0);
}

#[tokio::test]
async fn a_company_without_passes_without_a_contract_or_archived_gives_none() {
    let app = TestApp::start().await;
    let plain = company_with_contract(&app, "Без пропусков", "2026-01-01", "2026-12-31").await;
    app.anonymous().get(&format!("/api/auth/pass/keys/{plain}")).await.is_problem(409, "passes_off");
    let code = access_code(&app, plain, 9, None).await;
    assert!(app.anonymous().post("/api/auth/company-code", json!({ "code": code })).await.is(200).json().get("pass").is_none());

    let romashka = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, romashka, 9, None).await;
    let (wallet, pass) = (Wallet::open(&app, romashka).await, fetch(&app, romashka, &by_code(&code)).await);
    execute(&app, sqlx::query("UPDATE companies SET archived_at = created_at")).await;
    wallet.ask(&app.anonymous(), &by_code(&code)).await.is_problem(409, "company_not_covered");
    enter(&app.anonymous(), &pass).await.is_problem(409, "company_not_covered");
    app.anonymous().get(&format!("/api/auth/pass/keys/{romashka}")).await.is_problem(409, "company_not_covered");
}

#[tokio::test]
async fn between_two_periods_nothing_is_signed_by_the_old_key() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 1).await;
    let code = access_code(&app, company, 9, None).await;
    let wallet = Wallet::open(&app, company).await;
    // The job of the hour has not come round.
    app.pass(SignedDuration::from_hours(24 * 20));
    wallet.ask(&app.anonymous(), &by_code(&code)).await.is_problem(503, "pass_key_missing");
}

/// The secret halves, what was used and what was given are the system's alone.
#[tokio::test]
async fn nobody_but_the_system_reads_what_could_link_or_sign() {
    let app = TestApp::start().await;
    company(&app, "Ромашка", 3).await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    for role in ["anonymous", "employee", "specialist", "staff", "company", "hr"] {
        for what in ["secret_sealed FROM pass_keys", "* FROM passes_given", "* FROM passes_used", "ends_on FROM memberships"] {
            if (role, what) == ("employee", "ends_on FROM memberships") {
                continue;
            }
            let mut one = sqlx::Acquire::begin(&mut *tx).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!("SET LOCAL ROLE ponimau_{role}"))).execute(&mut *one).await.unwrap();
            sqlx::query("SELECT set_config('app.capabilities', 'admin,auditor,support', true)").execute(&mut *one).await.unwrap();
            let read = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {what}"))).fetch_all(&mut *one).await;
            assert!(read.is_err(), "{role} reads {what}");
        }
    }
}

#[tokio::test]
async fn a_key_is_exchanged_by_nobody() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let changed = sqlx::query("UPDATE pass_keys SET public_half = $2 WHERE company_id = $1")
        .bind(company)
        .bind(blind::new_key().unwrap().public)
        .execute(&mut *tx)
        .await;
    assert!(changed.is_err());
    drop(tx);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let second = sqlx::query(
        "INSERT INTO pass_keys SELECT company_id, starts_on + 1, ends_on, lets_in_until, sha256('x'), public_half, secret_sealed FROM pass_keys",
    )
    .execute(&mut *tx)
    .await;
    assert_eq!(platform::db::violated_constraint(&second.unwrap_err()), Some("one_pass_key_a_day"));
}
