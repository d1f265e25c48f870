//! The code of whoever loses the only passkey.

use app::kernel::ctx::Kind;
use serde_json::{Value, json};
use testkit::{Client, PlayedKeycloak, Says, TestApp};

use super::{answer, brought, is_in, known, sign_in};
use crate::identity::world::{self, count, execute};

const COME_BACK: &str = "/api/auth/way-back";

async fn make(browser: &Client) -> String {
    browser.post("/api/me/way-back", json!({})).await.is(201).json()["code"].as_str().unwrap().to_owned()
}

/// Begins to set a new account up by an offer.
async fn enter(browser: &Client, offer: &Value) -> Client {
    let proof = json!({ "kind": "record", "ticket_id": offer["ticket_id"], "ticket": offer["ticket"] });
    let body = json!({ "proof": proof, "display_name": "", "time_zone": "", "way": "passkey" });
    browser.with_cookie_of(&browser.post("/api/auth/keycloak/enter", body).await.is(200))
}

fn another(keycloak: &PlayedKeycloak, sub: &str) {
    keycloak.says(Says { sub: sub.to_owned(), sid: format!("sid-{sub}"), ..Says::default() });
}

#[tokio::test]
async fn a_code_gives_the_record_a_new_account_once_and_the_lost_one_opens_nothing() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let lost = sign_in(&app, &keycloak, "employee").await;
    assert_eq!(lost.get("/api/me/way-back").await.is(200).json()["made_at"], Value::Null);
    let code = make(&lost).await;
    assert!(lost.get("/api/me/way-back").await.json()["made_at"].is_string());
    assert_eq!(code.len(), 23);
    assert_eq!(count(&app, "SELECT count(*) FROM ways_back WHERE position(person_id::text::bytea IN code_hash) = 0").await, 1);

    let browser = app.anonymous();
    browser.post(COME_BACK, json!({ "code": "AAAAA-AAAAA-AAAAA-AAAAA" })).await.is(422).names_field("/code", "wrong_way_back");
    // As typed by somebody tired.
    let typed = code.replace('-', " ").to_lowercase();
    let answered = browser.post(COME_BACK, json!({ "code": typed })).await.is(200);
    assert!(!is_in(&browser.with_cookie_of(&answered)).await && is_in(&lost).await, "nothing has happened yet");
    let entering = enter(&browser, &answered.json()).await;
    another(&keycloak, "sub-2");
    let done = answer(&entering, &brought(&keycloak)).await.is(200);
    assert_eq!((done.json()["person_id"].clone(), done.json()["is_new"].as_bool()), (json!(person), Some(false)));
    let back = entering.with_cookie_of(&done);
    assert!(is_in(&back).await && !is_in(&lost).await, "the lost phone is out");
    assert!(back.get("/api/me/way-back").await.json()["used_at"].is_string(), "they are told on the page");
    app.do_jobs().await;
    assert_eq!(keycloak.disabled(), ["sub-1"]);
    assert!(keycloak.ended().contains(&"sid-1".to_owned()));
    assert!(app.letters_to("sub-1.employee@example.org").iter().any(|letter| letter.text.contains("По коду возврата")));
    assert_eq!(count(&app, "SELECT count(*) FROM audit_entries WHERE action = 'identity.way_back_used'").await, 1);
    // Good once; and what was lost opens nothing.
    app.anonymous().post(COME_BACK, json!({ "code": code })).await.is(422).names_field("/code", "wrong_way_back");
    another(&keycloak, "sub-1");
    let stranger = super::begin(&app.anonymous(), "employee").await;
    answer(&stranger, &brought(&keycloak)).await.is_problem(403, "no_record");
    // A new code in its place.
    make(&back).await;
    assert_eq!(back.get("/api/me/way-back").await.json()["used_at"], Value::Null);
}

#[tokio::test]
async fn a_code_renewed_or_taken_away_meanwhile_is_good_no_more() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let owner = sign_in(&app, &keycloak, "employee").await;
    for takes_away in [true, false] {
        another(&keycloak, "sub-1");
        let code = make(&owner).await;
        let thief = app.anonymous();
        let offer = thief.post(COME_BACK, json!({ "code": code })).await.is(200).json();
        let thief = enter(&thief, &offer).await;
        let thiefs = brought(&keycloak);
        app.pass(jiff::SignedDuration::from_secs(2));
        match takes_away {
            true => drop(owner.delete("/api/me/way-back").await.is(200)),
            false => drop(make(&owner).await),
        }
        another(&keycloak, "sub-thief");
        answer(&thief, &thiefs).await.is_problem(410, "code_expired");
    }
    assert!(is_in(&owner).await);
    assert_eq!(count(&app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-1'").await, 1);
}

#[tokio::test]
async fn it_is_for_employees_and_asks_for_recent_proof() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    known(&app, &keycloak, Kind::Specialist, "sub-1").await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    app.pass(jiff::SignedDuration::from_mins(6));
    employee.post("/api/me/way-back", json!({})).await.is_problem(403, "recent_proof_required");
    employee.delete("/api/me/way-back").await.is_problem(403, "recent_proof_required");
    keycloak.says(Says { acr: "mfa", sid: "sid-s".to_owned(), ..Says::default() });
    let specialist = sign_in(&app, &keycloak, "specialist").await;
    specialist.post("/api/me/way-back", json!({})).await.is(404);
    specialist.get("/api/me/way-back").await.is(404);
    let without = TestApp::start().await;
    without.anonymous().post(COME_BACK, json!({ "code": "AAAAA-AAAAA-AAAAA-AAAAA" })).await.is(404);
}

#[tokio::test]
async fn it_is_told_to_whom_nothing_else_leads_back() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    let employee = sign_in(&app, &keycloak, "employee").await;
    let is_only_way = async || employee.get("/api/me/way-back").await.is(200).json()["is_only_way"].clone();
    assert_eq!(is_only_way().await, false, "an address leads back");
    execute(&app, sqlx::query("DELETE FROM person_emails WHERE person_id = $1").bind(person.0)).await;
    assert_eq!(is_only_way().await, true);
    let company = world::company(&app, "Ромашка").await;
    let by_company = "INSERT INTO memberships (person_id, company_id, via, joined_on, domain, came_by, generation) VALUES ($1, $2, 'sso', '2026-01-01', 'romashka.example', 'x', 1)";
    execute(&app, sqlx::query(by_company).bind(person.0).bind(company)).await;
    assert_eq!(is_only_way().await, true, "its sign-in is not on");
    let sign_in = "INSERT INTO company_sign_ins (company_id, protocol, address, address_claim, published, is_on, changed_at)
                   VALUES ($1, 'saml', 'https://idp.example', 'email', '{}', true, now())";
    execute(&app, sqlx::query(sign_in).bind(company)).await;
    assert_eq!(is_only_way().await, false, "their company leads them back");
}

#[tokio::test]
async fn an_account_with_a_record_of_another_kind_stays() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    known(&app, &keycloak, Kind::Specialist, "sub-1").await;
    let code = make(&sign_in(&app, &keycloak, "employee").await).await;
    let browser = app.anonymous();
    let offer = browser.post(COME_BACK, json!({ "code": code })).await.is(200).json();
    let browser = enter(&browser, &offer).await;
    another(&keycloak, "sub-2");
    answer(&browser, &brought(&keycloak)).await.is(200);
    app.do_jobs().await;
    assert!(keycloak.disabled().is_empty());
}

#[tokio::test]
async fn the_database_shows_nobody_elses_and_never_the_hash() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    known(&app, &keycloak, Kind::Employee, "sub-1").await;
    make(&sign_in(&app, &keycloak, "employee").await).await;
    let other = app.employee("Другая").await;
    let specialist = app.specialist_account("Мария").await;
    for (role, person, may_ask) in [("ponimau_employee", other.id(), true), ("ponimau_specialist", specialist.id(), false)] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, person, "").await;
        let seen: sqlx::Result<(i64,)> = sqlx::query_as("SELECT count(person_id) FROM ways_back").fetch_one(&mut *tx).await;
        match may_ask {
            true => assert_eq!(seen.unwrap().0, 0, "{role}"),
            false => assert!(crate::is_refused(&seen), "{role}"),
        }
    }
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_employee", other.id(), "").await;
    assert!(crate::is_refused(&sqlx::query("SELECT code_hash FROM ways_back").execute(&mut *tx).await));
}
