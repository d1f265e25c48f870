//! An employee's first entry.

use app::kernel::ctx::Kind;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};

use super::world::{
    access_code, account, answer_code, ask_for_code, company, company_domain, company_with_contract, count, execute, get_code, on_roster,
};

fn nickname(code: &str) -> Value {
    json!({ "code": code, "display_name": "Лисица", "time_zone": "Asia/Yekaterinburg" })
}

async fn enter(client: &Client, code: &str) -> Answer {
    client.post("/api/auth/company-code/enter", nickname(code)).await
}

#[tokio::test]
async fn a_nickname_and_a_code_are_enough() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 2, None).await;
    let browser = app.anonymous();
    let seen = browser.post("/api/auth/company-code", json!({ "code": code.to_lowercase().replace('-', " ") })).await.is(200);
    assert_eq!(seen.json(), json!({ "company_name": "Ромашка", "is_shared": true, "is_at_work": false }));
    let answer = enter(&browser, &code).await.is(200);
    let me = browser.with_cookie_of(&answer).get("/api/me").await.json();
    assert_eq!(me["person"]["display_name"], "Лисица");
    assert_eq!(me["person"]["time_zone"], "Asia/Yekaterinburg");
    assert_eq!(count(&app, "SELECT count(*) FROM memberships WHERE via = 'access_code' AND joined_on = '2026-12-14'").await, 1);
    // Looking took no use; entering took one.
    assert_eq!(count(&app, "SELECT uses::bigint FROM access_codes").await, 1);
    assert_eq!(count(&app, "SELECT count(*) FROM person_emails").await, 0);
}

#[tokio::test]
async fn of_two_people_with_the_last_use_one_gets_in() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 1, None).await;
    let tries: Vec<_> = (0..5)
        .map(|_| {
            let (browser, code) = (app.anonymous(), code.clone());
            tokio::spawn(async move { enter(&browser, &code).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 1, "nothing is left of those who did not get in");
    enter(&app.anonymous(), &code).await.is_problem(409, "access_code_used_up");
}

#[tokio::test]
async fn a_code_that_does_not_open_says_why() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    enter(&browser, "ZZZZ-ZZZZ-ZZZZ").await.is_problem(404, "access_code_unknown");

    let romashka = company(&app, "Ромашка").await;
    let short = access_code(&app, romashka, 5, Some(app.now() + SignedDuration::from_hours(1))).await;
    let revoked = access_code(&app, romashka, 5, None).await;
    execute(&app, sqlx::query("UPDATE access_codes SET revoked_at = created_at WHERE expires_at IS NULL")).await;
    enter(&browser, &revoked).await.is_problem(410, "access_code_expired");
    enter(&browser, &short).await.is(200);
    app.pass(SignedDuration::from_hours(1));
    enter(&browser, &short).await.is_problem(410, "access_code_expired");

    let former = company_with_contract(&app, "Бывшая", "2025-01-01", "2026-12-13").await;
    let code = access_code(&app, former, 5, None).await;
    enter(&browser, &code).await.is_problem(409, "company_not_covered");

    let archived = company(&app, "Архив").await;
    let code = access_code(&app, archived, 5, None).await;
    execute(&app, sqlx::query("UPDATE companies SET archived_at = created_at WHERE id = $1").bind(archived)).await;
    enter(&browser, &code).await.is_problem(409, "company_not_covered");
}

#[tokio::test]
async fn a_contract_counts_days_where_the_operator_is() {
    let app = TestApp::start().await;
    let last_day = company_with_contract(&app, "До конца дня", "2026-01-01", "2026-12-14").await;
    let code = access_code(&app, last_day, 5, None).await;
    app.clock.set("2026-12-14T20:59:59Z".parse().unwrap());
    enter(&app.anonymous(), &code).await.is(200);
    // Midnight in Moscow.
    app.clock.set("2026-12-14T21:00:00Z".parse().unwrap());
    enter(&app.anonymous(), &code).await.is_problem(409, "company_not_covered");
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let guess = async || browser.post("/api/auth/company-code", json!({ "code": "ZZZZ-ZZZZ-ZZZZ" })).await;
    for _ in 0..51 {
        guess().await.is(404);
    }
    assert_eq!(guess().await.is_problem(429, "too_many_attempts").headers["retry-after"], "10");
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    enter(&browser, &code).await.is_problem(429, "too_many_attempts");
    app.pass(SignedDuration::from_secs(10));
    enter(&browser, &code).await.is(200);
}

#[tokio::test]
async fn a_company_address_lets_in_by_its_domain() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    company_domain(&app, company, "romashka.example").await;
    let browser = app.anonymous();
    let (challenge, code) = get_code(&app, &browser, "ivan@romashka.example").await;
    let step = answer_code(&browser, &challenge, &code).await.is(200).json();
    assert_eq!((&step["state"], &step["company_name"]), (&json!("register"), &json!("Ромашка")));
    let body = json!({ "ticket_id": step["ticket_id"], "ticket": step["ticket"], "display_name": "Лис", "time_zone": "Europe/Samara" });
    let stolen = json!({ "ticket_id": step["ticket_id"], "ticket": "guess", "display_name": "Лис", "time_zone": "Europe/Samara" });
    browser.post("/api/auth/register", stolen).await.is_problem(410, "code_expired");
    let answer = browser.post("/api/auth/register", &body).await.is(200);
    assert_eq!(browser.with_cookie_of(&answer).get("/api/me").await.json()["person"]["display_name"], "Лис");
    browser.post("/api/auth/register", &body).await.is_problem(410, "code_expired");
    // The address is the account's from now on: the next code signs in.
    let (challenge, code) = get_code(&app, &browser, "ivan@romashka.example").await;
    assert_eq!(answer_code(&browser, &challenge, &code).await.is(200).json()["state"], "signed_in");
    // A neighbouring domain is another company's.
    ask_for_code(&browser, "ivan@evil-romashka.example").await;
    ask_for_code(&browser, "ivan@sub.romashka.example").await;
    app.do_jobs().await;
    assert!(app.letters_to("ivan@evil-romashka.example").is_empty() && app.letters_to("ivan@sub.romashka.example").is_empty());
}

#[tokio::test]
async fn a_roster_names_the_very_person() {
    let app = TestApp::start().await;
    let (domains, roster) = (company(&app, "По домену").await, company(&app, "По списку").await);
    company_domain(&app, domains, "shared.example").await;
    on_roster(&app, roster, "Maria@Shared.example").await;
    let (challenge, code) = get_code(&app, &app.anonymous(), "maria@shared.example").await;
    let step = answer_code(&app.anonymous(), &challenge, &code).await.is(200).json();
    assert_eq!(step["company_name"], "По списку");

    execute(&app, sqlx::query("UPDATE roster_entries SET removed_at = added_at")).await;
    execute(&app, sqlx::query("DELETE FROM company_domains")).await;
    ask_for_code(&app.anonymous(), "maria@shared.example").await;
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@shared.example").len(), 1, "who is no longer entitled gets no code");
}

#[tokio::test]
async fn whom_the_company_has_put_off_does_not_come_by_its_domain() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    company_domain(&app, company, "romashka.example").await;
    on_roster(&app, company, "ivan@romashka.example").await;
    let ticket = async || {
        let browser = app.anonymous();
        let (challenge, code) = get_code(&app, &browser, "ivan@romashka.example").await;
        answer_code(&browser, &challenge, &code).await
    };
    let step = ticket().await.is(200).json();
    execute(&app, sqlx::query("UPDATE roster_entries SET removed_at = added_at")).await;
    // Neither on the way nor from the beginning; and they read why, having shown that the mailbox is theirs.
    let body = json!({ "ticket_id": step["ticket_id"], "ticket": step["ticket"], "display_name": "Лис", "time_zone": "Europe/Samara" });
    app.anonymous().post("/api/auth/register", body).await.is_problem(409, "company_not_covered");
    ticket().await.is_problem(403, "company_access_ended");
    // A colleague comes by the domain as before; a record of another kind under the same address is no employee's.
    let (challenge, code) = get_code(&app, &app.anonymous(), "olga@romashka.example").await;
    assert_eq!(answer_code(&app.anonymous(), &challenge, &code).await.is(200).json()["state"], "register");
    account(&app, Kind::Specialist, "Иван", "ivan@romashka.example").await;
    assert_eq!(ticket().await.is(200).json()["state"], "signed_in");
    execute(&app, sqlx::query("DELETE FROM person_emails")).await;
    // Whoever is put back may.
    execute(&app, sqlx::query("UPDATE roster_entries SET removed_at = NULL")).await;
    assert_eq!(ticket().await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn a_specialist_may_also_be_somebodys_employee() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка").await;
    company_domain(&app, company, "romashka.example").await;
    account(&app, Kind::Specialist, "Пётр", "petr@romashka.example").await;
    let (challenge, code) = get_code(&app, &app.anonymous(), "petr@romashka.example").await;
    let step = answer_code(&app.anonymous(), &challenge, &code).await.is(200).json();
    assert_eq!(step, json!({ "state": "choose", "kinds": ["specialist", "employee"] }));
    let body = json!({ "challenge_id": challenge, "code": code, "kind": "employee" });
    assert_eq!(app.anonymous().post("/api/auth/code/answer", body).await.is(200).json()["state"], "register");
}

#[tokio::test]
async fn fields_are_checked() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let path = "/api/auth/company-code/enter";
    let with = |name: &str, zone: &str| json!({ "code": "A", "display_name": name, "time_zone": zone });
    browser.post(path, with("  ", "Europe/Moscow")).await.names_field("/display_name", "required");
    browser.post(path, with(&"я".repeat(81), "Europe/Moscow")).await.names_field("/display_name", "too_long");
    browser.post(path, with("Лис\u{0}", "Europe/Moscow")).await.names_field("/display_name", "control_characters");
    browser.post(path, with("Лис", "Moon/Crater")).await.names_field("/time_zone", "unknown_time_zone");
    browser.post("/api/auth/company-code", json!({ "code": "" })).await.names_field("/code", "required");
    browser.post("/api/auth/company-code", json!({ "code": "Z".repeat(41) })).await.names_field("/code", "too_long");
}
