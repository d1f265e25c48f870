use app::{identity::session, kernel::ctx::Kind};
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, TestApp};

use super::{Wallet, by_address, by_code, company, enter, fetch, switch, upkeep};
use crate::identity::world::{access_code, company_domain, company_with_contract, count, execute, on_roster};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn a_code_gives_a_pass_and_the_pass_opens_one_account() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 2, None).await;
    let seen = app.anonymous().post("/api/auth/company-code", json!({ "code": code })).await.is(200).json();
    assert_eq!((&seen["pass"], &seen["is_shared"]), (&json!({ "company_id": company, "is_needed": true }), &json!(true)));
    let personal = access_code(&app, company, 1, None).await;
    let seen = app.anonymous().post("/api/auth/company-code", json!({ "code": personal })).await.is(200).json();
    assert_eq!(seen["is_shared"], false);
    let pass = fetch(&app, company, &by_code(&code)).await;
    assert_eq!(count(&app, "SELECT sum(uses) FROM access_codes").await, 1);
    let good = app.anonymous().post("/api/auth/pass", json!({ "pass": pass })).await.is(200).json();
    assert_eq!(good, json!({ "company_name": "Ромашка", "lets_in_until": "2027-01-30" }));
    // Later, and elsewhere.
    app.pass(DAY);
    let browser = app.anonymous();
    let entered = enter(&browser, &pass).await.is(200);
    let anna = browser.with_cookie_of(&entered);
    assert_eq!(anna.get("/api/me").await.json()["person"]["display_name"], "Лисица");
    let account = anna.get("/api/me/account").await.is(200).json();
    assert_eq!(account["pass"], json!({ "ends_on": "2027-01-30", "has_ended": false, "can_renew": false }));
    assert_eq!(account["company"], "Ромашка");
    let without_name =
        "SELECT count(*) FROM memberships WHERE via = 'pass' AND came_by IS NULL AND domain IS NULL AND ends_on = '2027-01-30'";
    assert_eq!(count(&app, without_name).await, 1);
    enter(&app.anonymous(), &pass).await.names_field("/pass", "pass_used");
}

#[tokio::test]
async fn who_is_on_the_list_has_one_pass_a_period_and_an_answer_that_was_lost_is_given_again() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    on_roster(&app, company, "anna@romashka.example").await;
    let proof = by_address(&app, "anna@romashka.example").await;
    let wallet = Wallet::open(&app, company).await;
    let first = wallet.ask(&app.anonymous(), &proof).await.is(200);
    let again = wallet.ask(&app.anonymous(), &proof).await.is(200);
    assert_eq!(first.json(), again.json());
    let other = Wallet::open(&app, company).await;
    let refused = other.ask(&app.anonymous(), &proof).await.is_problem(409, "pass_given").json();
    assert_eq!(refused["next_on"], "2027-01-01");
    // Proving it once more makes no difference, until the period is over.
    app.pass(SignedDuration::from_mins(40));
    let proof = by_address(&app, "Anna@Romashka.example").await;
    other.ask(&app.anonymous(), &proof).await.is_problem(409, "pass_given");
    app.pass(DAY * 18);
    upkeep(&app).await;
    let proof = by_address(&app, "anna@romashka.example").await;
    other.ask(&app.anonymous(), &proof).await.is_problem(409, "pass_key_changed");
    fetch(&app, company, &proof).await;
}

#[tokio::test]
async fn newcomers_of_such_a_company_enter_in_no_other_way() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    company_domain(&app, company, "romashka.example").await;
    let code = access_code(&app, company, 5, None).await;
    let body = json!({ "code": code, "display_name": "Лис", "time_zone": "Europe/Samara" });
    app.anonymous().post("/api/auth/company-code/enter", body).await.is_problem(409, "pass_needed");
    assert_eq!(count(&app, "SELECT uses::bigint FROM access_codes").await, 0, "nothing is used up");
    let mut ticket = by_address(&app, "ivan@romashka.example").await;
    ticket["display_name"] = json!("Лис");
    ticket["time_zone"] = json!("Europe/Samara");
    app.anonymous().post("/api/auth/register", ticket).await.is_problem(409, "pass_needed");
    // The database says so too.
    let person = app.employee("Анна").await.id().0;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let joined = sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on) VALUES ($1, $2, 'roster', '2026-12-14')")
        .bind(person)
        .bind(company)
        .execute(&mut *tx)
        .await;
    assert_eq!(platform::db::violated_constraint(&joined.unwrap_err()), Some("pass_is_needed"));
}

#[tokio::test]
async fn two_who_come_with_one_pass_at_once_are_one_who_gets_in() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 5, None).await;
    let pass = fetch(&app, company, &by_code(&code)).await;
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (browser, pass) = (app.anonymous(), pass.clone());
            tokio::spawn(async move { enter(&browser, &pass).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422, 422, 422, 422, 422]);
    assert_eq!(count(&app, "SELECT count(*) FROM memberships").await, 1, "nothing is left of the others");
}

#[tokio::test]
async fn one_proof_shown_many_times_at_once_gives_one_pass() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    on_roster(&app, company, "anna@romashka.example").await;
    let proof = by_address(&app, "anna@romashka.example").await;
    let mut wallets = Vec::new();
    for _ in 0..6 {
        wallets.push(Wallet::open(&app, company).await);
    }
    let tries: Vec<_> = wallets
        .iter()
        .map(|wallet| {
            let (browser, request) = (app.anonymous(), wallet.request(&proof));
            tokio::spawn(async move { browser.post("/api/auth/pass/sign", request).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    assert_eq!(count(&app, "SELECT count(*) FROM passes_given").await, 1);
}

#[tokio::test]
async fn of_two_with_the_last_use_of_a_code_one_gets_a_pass_and_may_ask_again() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 1, None).await;
    let (first, second) = (Wallet::open(&app, company).await, Wallet::open(&app, company).await);
    first.ask(&app.anonymous(), &by_code(&code)).await.is(200);
    second.ask(&app.anonymous(), &by_code(&code)).await.is_problem(409, "access_code_used_up");
    first.ask(&app.anonymous(), &by_code(&code)).await.is(200);
    assert_eq!(count(&app, "SELECT count(*) FROM passes_given").await, 1);
}

#[tokio::test]
async fn who_came_with_a_pass_renews_with_the_next_one() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    let anna = browser.with_cookie_of(&enter(&browser, &fetch(&app, company, &by_code(&code)).await).await.is(200));
    // One of the same period gives no more days, and is not used up.
    let spare = fetch(&app, company, &by_code(&code)).await;
    anna.post("/api/me/pass", json!({ "pass": spare })).await.is(200);
    app.anonymous().post("/api/auth/pass", json!({ "pass": spare })).await.is(200);
    // The key of the next period is there before it.
    app.pass(DAY * 12);
    upkeep(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM pass_keys").await, 2);
    app.pass(DAY * 8);
    upkeep(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM pass_keys").await, 2);
    let again = back(&app).await;
    assert_eq!(again.get("/api/me/account").await.json()["pass"]["can_renew"], true);
    let pass = fetch(&app, company, &by_code(&code)).await;
    let renewed = again.post("/api/me/pass", json!({ "pass": pass })).await.is(200).json();
    assert_eq!(renewed, json!({ "ends_on": "2027-04-30", "has_ended": false, "can_renew": false }));
    enter(&app.anonymous(), &pass).await.names_field("/pass", "pass_used");
    // Of the former period: its notes and its secret half are gone.
    let kept = "SELECT count(*) FROM passes_given g JOIN pass_keys k USING (company_id, starts_on) WHERE k.ends_on < '2027-01-01'";
    assert_eq!(count(&app, kept).await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM pass_keys WHERE secret_sealed IS NULL").await, 1);
}

/// The browser of the one who came with a pass, in a new session: those of before have run out.
async fn back(app: &TestApp) -> Client {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (person,): (uuid::Uuid,) =
        sqlx::query_as("SELECT person_id FROM memberships WHERE via = 'pass'").fetch_one(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    back_as(app, person).await
}

async fn back_as(app: &TestApp, person: uuid::Uuid) -> Client {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let opened = session::open(&mut tx, &app.app, PersonId(person), Kind::Employee, &["passkey"], true, "").await.unwrap();
    tx.commit().await.unwrap();
    let headers = [(axum::http::header::SET_COOKIE, opened.cookie.parse().unwrap())].into_iter().collect();
    let given = testkit::Answer { asked: String::new(), status: axum::http::StatusCode::OK, headers, body: Vec::new() };
    app.anonymous().with_cookie_of(&given)
}

#[tokio::test]
async fn who_does_not_renew_is_entitled_no_longer_and_may_come_back() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 1).await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    let anna = browser.with_cookie_of(&enter(&browser, &fetch(&app, company, &by_code(&code)).await).await.is(200));
    let programme = async |client: &Client| client.get("/api/categories").await.is(200).json()["programme"]["state"].clone();
    assert_eq!(programme(&anna).await, "in_force");
    app.clock.set("2027-01-14T20:59:59Z".parse().unwrap());
    upkeep(&app).await;
    let anna = back(&app).await;
    assert_eq!(programme(&anna).await, "in_force", "the last day");
    app.clock.set("2027-01-14T21:00:00Z".parse().unwrap());
    upkeep(&app).await;
    assert_eq!(programme(&anna).await, "lapsed");
    let today = anna.get("/api/today").await.is(200).json();
    assert_eq!(
        (&today["pass"], &today["is_access_ended"]),
        (&json!({ "ends_on": "2027-01-14", "has_ended": true, "can_renew": true }), &json!(false))
    );
    let account = anna.get("/api/me/account").await.is(200).json();
    assert_eq!(account["pass"], json!({ "ends_on": "2027-01-14", "has_ended": true, "can_renew": true }));
    // Where no pass is given, nothing promises one: the company is no client any more, and comes back.
    execute(&app, sqlx::query("UPDATE companies SET archived_at = created_at")).await;
    assert_eq!(anna.get("/api/me/account").await.is(200).json()["pass"]["can_renew"], false);
    assert_ne!(programme(&anna).await, "lapsed");
    execute(&app, sqlx::query("UPDATE companies SET archived_at = NULL")).await;
    let pass = fetch(&app, company, &by_code(&code)).await;
    anna.post("/api/me/pass", json!({ "pass": pass })).await.is(200);
    assert_eq!(programme(&anna).await, "in_force");
}

#[tokio::test]
async fn who_was_put_off_the_list_gets_no_further_pass_and_stays_to_the_end() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 1).await;
    on_roster(&app, company, "anna@romashka.example").await;
    let proof = by_address(&app, "anna@romashka.example").await;
    let browser = app.anonymous();
    let anna = browser.with_cookie_of(&enter(&browser, &fetch(&app, company, &proof).await).await.is(200));
    let admin = app.staff(&["admin"]).await;
    let path = format!("/api/operator/companies/{company}/roster");
    let _ = admin.post(&path, json!({ "mode": "remove", "addresses": ["anna@romashka.example"] })).await;
    execute(&app, sqlx::query("UPDATE roster_entries SET removed_at = added_at")).await;
    app.do_jobs().await;
    // Nobody can say which account it is.
    anna.get("/api/me/account").await.is(200);
    let wallet = Wallet::open(&app, company).await;
    wallet.ask(&app.anonymous(), &proof).await.is_problem(409, "company_not_covered");
}

#[tokio::test]
async fn switched_off_newcomers_come_by_name_again_and_the_others_renew() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 1).await;
    let code = access_code(&app, company, 9, None).await;
    enter(&app.anonymous(), &fetch(&app, company, &by_code(&code)).await).await.is(200);
    let unused = fetch(&app, company, &by_code(&code)).await;
    switch(&app, company, false, 1).await.is(200);
    enter(&app.anonymous(), &unused).await.is_problem(409, "passes_off");
    let body = json!({ "code": code, "display_name": "Лис", "time_zone": "Europe/Samara" });
    app.anonymous().post("/api/auth/company-code/enter", body).await.is(200);
    app.clock.set("2027-01-05T09:00:00Z".parse().unwrap());
    upkeep(&app).await;
    let anna = back(&app).await;
    let pass = fetch(&app, company, &by_code(&code)).await;
    assert_eq!(anna.post("/api/me/pass", json!({ "pass": pass })).await.is(200).json()["ends_on"], "2027-02-14");
}

#[tokio::test]
async fn a_work_address_is_not_taken_for_an_account_that_nothing_leads_to() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    company_domain(&app, company, "romashka.example").await;
    let code = access_code(&app, company, 5, None).await;
    let browser = app.anonymous();
    let anna = browser.with_cookie_of(&enter(&browser, &fetch(&app, company, &by_code(&code)).await).await.is(200));
    let change = async |address: &str| anna.post("/api/me/email", json!({ "email": address })).await;
    change("anna@romashka.example").await.names_field("/email", "work_address");
    change("lisa@example.org").await.is(202);
}

#[tokio::test]
async fn the_console_shows_one_key_for_all_and_the_log_has_it() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let admin = app.staff(&["admin"]).await;
    let path = format!("/api/operator/companies/{company}/passes");
    let view = admin.get(&path).await.is(200).json();
    let told = app.anonymous().get(&format!("/api/auth/pass/keys/{company}")).await.is(200).json();
    assert_eq!((&view["is_on"], &view["months"], &view["keys"][0]["fingerprint"]), (&json!(true), &json!(3), &told["fingerprint"]));
    let mut tx = app.app.db.begin_system().await.unwrap();
    let logged: (Value,) =
        sqlx::query_as("SELECT detail FROM audit_entries WHERE action = 'organisations.make_pass_key'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(logged.0["fingerprint"], told["fingerprint"]);
    // Another length begins with the next key; switching on and off makes none.
    switch(&app, company, false, 12).await.is(200);
    switch(&app, company, true, 12).await.is(200);
    assert_eq!(count(&app, "SELECT count(*) FROM pass_keys").await, 1);
    app.pass(DAY * 20);
    upkeep(&app).await;
    let told = app.anonymous().get(&format!("/api/auth/pass/keys/{company}")).await.is(200).json();
    assert_eq!((&told["starts_on"], &told["ends_on"]), (&json!("2027-01-01"), &json!("2027-12-31")));
    // Only an administrator, and with a proof of this moment.
    app.staff(&["support"]).await.get(&path).await.is_problem(403, "not_allowed");
    let admin = app.staff(&["admin"]).await;
    app.pass(SignedDuration::from_mins(6));
    admin.put(&path, json!({ "is_on": false, "months": 3 })).await.is_problem(403, "recent_proof_required");
    switch(&app, company, true, 2).await.names_field("/months", "not_an_option");
    execute(&app, sqlx::query("UPDATE companies SET archived_at = created_at")).await;
    switch(&app, company, false, 3).await.is_problem(409, "company_archived");
}

#[tokio::test]
async fn passes_are_switched_on_beside_the_companys_own_sign_in() {
    let app = TestApp::start().await;
    let company = company_with_contract(&app, "Ромашка", "2026-01-01", "2026-12-31").await;
    let insert = sqlx::query(
        "INSERT INTO company_sign_ins (company_id, protocol, address, address_claim, published, is_on, changed_at)
         VALUES ($1, 'saml', 'https://idp.example', 'email', '{}', true, now())",
    );
    execute(&app, insert.bind(company)).await;
    let on = switch(&app, company, true, 3).await.is(200).json();
    assert_eq!((&on["is_on"], &on["has_sso"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn who_can_renew_is_written_to_once_before_the_access_ends() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 20, None).await;
    let mut people = Vec::new();
    for (address, locale, wants) in [
        (Some("anna@own.example"), "ru", true),
        (Some("dana@own.example"), "kk", true),
        (Some("quiet@own.example"), "ru", false),
        (None, "en", true),
        (Some("soon@own.example"), "en", true),
    ] {
        let browser = app.anonymous();
        let entered = enter(&browser, &fetch(&app, company, &by_code(&code)).await).await.is(200);
        let browser = browser.with_cookie_of(&entered);
        let id: uuid::Uuid = serde_json::from_value(browser.get("/api/me").await.json()["person"]["id"].clone()).unwrap();
        execute(&app, sqlx::query("UPDATE people SET locale = $2 WHERE id = $1").bind(id).bind(locale)).await;
        if let Some(address) = address {
            let mut tx = app.app.db.begin_system().await.unwrap();
            app::identity::email::set(&mut tx, &app.app, PersonId(id), Kind::Employee, address).await.unwrap();
            tx.commit().await.unwrap();
        }
        if !wants {
            execute(&app, sqlx::query("INSERT INTO notification_preferences (person_id, email) VALUES ($1, false)").bind(id)).await;
        }
        people.push(id);
    }
    let count_of = |address: &str| app.letters_to(address).len();
    // The last day is 30 January. One has renewed in time.
    app.clock.set("2027-01-10T09:00:00Z".parse().unwrap());
    upkeep(&app).await;
    let next = fetch(&app, company, &by_code(&code)).await;
    back_as(&app, people[4]).await.post("/api/me/pass", json!({ "pass": next })).await.is(200);
    app.clock.set("2027-01-19T09:00:00Z".parse().unwrap());
    upkeep(&app).await;
    assert!(app.mails().is_empty(), "eleven days before");
    app.clock.set("2027-01-20T09:00:00Z".parse().unwrap());
    for _ in 0..2 {
        upkeep(&app).await;
    }
    app.clock.set("2027-01-25T09:00:00Z".parse().unwrap());
    upkeep(&app).await;
    assert_eq!(app.mails().len(), 2, "who has an address and wants mail, each once");
    for (address, day) in [("anna@own.example", "суббота, 30 января 2027 года"), ("dana@own.example", "сенбі, 2027 жылғы 30 қаңтар")]
    {
        let letters = app.letters_to(address);
        let [letter] = letters.as_slice() else { panic!("{address} got {letters:?}") };
        assert!(letter.text.contains(day) && letter.html.contains(day), "{letter:?}");
        assert!(letter.text.contains("/me"), "the way to renew");
        for name in ["Ромашка", "Лисица"] {
            assert!(!letter.text.contains(name) && !letter.subject.contains(name), "neither the company nor the person is named");
        }
    }
    // Who has no address reads it in the app.
    assert_eq!(back_as(&app, people[3]).await.get("/api/today").await.is(200).json()["pass"]["ends_on"], "2027-01-30");
    // Of the next period they are told anew.
    let next = fetch(&app, company, &by_code(&code)).await;
    back_as(&app, people[0]).await.post("/api/me/pass", json!({ "pass": next })).await.is(200);
    app.clock.set("2027-04-21T09:00:00Z".parse().unwrap());
    upkeep(&app).await;
    assert_eq!((count_of("anna@own.example"), count_of("soon@own.example")), (2, 1));
}
