//! The company's own sign-in as the proof for a pass.

use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, Mood, PlayedKeycloak, Says, TestApp};
use uuid::Uuid;

use super::{Wallet, fetch, traces, upkeep};
use crate::identity::world::{company_domain, company_with_contract, count, execute};

/// A company whose newcomers enter with passes, and prove by its own sign-in that they may.
async fn company(app: &TestApp) -> Uuid {
    let company = company_with_contract(app, "Ромашка", "2026-01-01", "2028-12-31").await;
    let switch = sqlx::query("INSERT INTO company_passes (company_id, is_on, months, changed_at) VALUES ($1, true, 3, now())");
    execute(app, switch.bind(company)).await;
    company_domain(app, company, "romashka.example").await;
    let insert = "INSERT INTO company_sign_ins (company_id, protocol, address, address_claim, published, is_on, changed_at)
                  VALUES ($1, 'saml', 'https://idp.example', 'email', '{}', true, now())";
    execute(app, sqlx::query(insert).bind(company)).await;
    upkeep(app).await;
    company
}

/// From the door to the company's sign-in: the browser afterwards.
async fn begin(browser: &Client) -> Client {
    let wish = json!({ "kind": "employee", "work_address": "anna@romashka.example" });
    let started = browser.post("/api/auth/keycloak", wish).await.is(200);
    browser.with_cookie_of(&started)
}

fn brought(keycloak: &PlayedKeycloak) -> Value {
    json!({ "state": keycloak.last_asked()["state"], "code": keycloak.code(), "iss": keycloak.issuer(), "action_status": "success" })
}

async fn answer(browser: &Client, keycloak: &PlayedKeycloak) -> Answer {
    browser.post("/api/auth/keycloak/answer", brought(keycloak)).await
}

/// The company says of whoever signs in that they are `subject`; here that is the account `sub`.
fn vouches(keycloak: &PlayedKeycloak, company: Uuid, sub: &str, subject: &'static str, address: &'static str) {
    let lies = json!({ "idp": format!("company-{company}"), "orgs": { company.to_string(): { "id": "any" } } });
    let says =
        Says { sub: sub.to_owned(), sid: format!("sid-{sub}"), email: Some(address), work_subject: Some(subject), lies, ..Says::default() };
    keycloak.says(says);
}

fn ticket(step: &Value) -> Value {
    json!({ "kind": "ticket", "ticket_id": step["ticket_id"], "ticket": step["ticket"] })
}

/// Proves it: what a pass can be asked for by.
async fn prove(app: &TestApp, keycloak: &PlayedKeycloak) -> Value {
    let browser = begin(&app.anonymous()).await;
    let step = answer(&browser, keycloak).await.is(200).json();
    assert_eq!(step["state"], "pass");
    ticket(&step)
}

/// Opens an account with a pass, by the entrance and a passkey of one's own.
async fn enter(app: &TestApp, keycloak: &PlayedKeycloak, pass: &str) -> Client {
    keycloak.says(Says { sub: "own".to_owned(), sid: "sid-own".to_owned(), ..Says::default() });
    let entry =
        json!({ "proof": { "kind": "pass", "pass": pass }, "display_name": "Лисица", "time_zone": "Asia/Almaty", "way": "passkey" });
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    let answered = answer(&browser, keycloak).await.is(200);
    assert_eq!(answered.json()["is_new"], true);
    browser.with_cookie_of(&answered)
}

#[tokio::test]
async fn whom_the_company_vouches_for_fetches_a_pass_and_nothing_is_made_of_them() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let browser = begin(&app.anonymous()).await;
    let answered = answer(&browser, &keycloak).await.is(200);
    let step = answered.json();
    assert_eq!((step["state"].as_str(), step["company_name"].as_str()), (Some("pass"), Some("Ромашка")));
    assert_eq!(keycloak.ended(), ["sid-sub-1"], "the session is over");
    assert_eq!(keycloak.removed(), ["sub-1"], "and the account is gone before a pass is signed");
    let set = answered.headers["set-cookie"].to_str().unwrap();
    let forgotten = set.starts_with("__Host-ponimau-entering=;") && set.contains("Max-Age=0");
    assert!(forgotten, "the browser is not known by what it was known by");
    assert_eq!(count(&app, "SELECT count(*) FROM login_challenges WHERE kind LIKE 'keycloak%'").await, 0, "nor is that kept here");
    let made = "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM memberships) + (SELECT count(*) FROM person_logins) + (SELECT count(*) FROM sessions)";
    assert_eq!(count(&app, made).await, 0);
    // The answer may be lost on the way; another message is refused.
    let wallet = Wallet::open(&app, company).await;
    let first = wallet.ask(&app.anonymous(), &ticket(&step)).await.is(200);
    assert_eq!(wallet.ask(&app.anonymous(), &ticket(&step)).await.is(200).json(), first.json());
    Wallet::open(&app, company).await.ask(&app.anonymous(), &ticket(&step)).await.is_problem(409, "pass_given");
    let member = enter(&app, &keycloak, &wallet.pass(&first)).await;
    let account = member.get("/api/me/account").await.is(200).json();
    assert_eq!((account["company"].as_str(), account["is_by_sso"].as_bool()), (Some("Ромашка"), Some(false)));
    assert_eq!(keycloak.removed(), ["sub-1"], "the account that was opened stays");
    // Not good for an account by name, nor without the secret of it.
    let named = json!({ "ticket_id": step["ticket_id"], "ticket": step["ticket"], "display_name": "Лис", "time_zone": "Asia/Almaty" });
    let mut by_name = json!({ "display_name": "Лис", "time_zone": "Asia/Almaty", "way": "passkey" });
    by_name["proof"] = json!({ "kind": "ticket", "ticket_id": named["ticket_id"], "ticket": named["ticket"] });
    app.anonymous().post("/api/auth/keycloak/enter", by_name).await.is_problem(410, "code_expired");
    let stranger = json!({ "kind": "ticket", "ticket_id": step["ticket_id"], "ticket": "another" });
    wallet.ask(&app.anonymous(), &stranger).await.is_problem(410, "code_expired");
}

#[tokio::test]
async fn whoever_is_on_the_way_to_their_companys_page_is_told_that_a_pass_comes_next() {
    let (app, _) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    let told = async || {
        let asked = app.anonymous().post("/api/auth/code", json!({ "email": "anna@romashka.example" })).await;
        asked.is_problem(409, "company_sign_in").json()["gives_pass"].clone()
    };
    assert_eq!(told().await, true);
    execute(&app, sqlx::query("UPDATE company_passes SET is_on = false WHERE company_id = $1").bind(company)).await;
    assert_eq!(told().await, false, "its passes are for who came with one");
}

#[tokio::test]
async fn somebody_has_one_pass_a_period_by_whatever_account_or_address_they_come() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    fetch(&app, company, &prove(&app, &keycloak).await).await;
    // Keycloak made another account for them; the company has given them another address; or another name, with the address they have shown before.
    for (sub, subject, address) in
        [("sub-2", "ivan", "ivan@romashka.example"), ("sub-3", "ivan", "new@romashka.example"), ("sub-4", "other", "Ivan@romashka.example")]
    {
        vouches(&keycloak, company, sub, subject, address);
        let proof = prove(&app, &keycloak).await;
        Wallet::open(&app, company).await.ask(&app.anonymous(), &proof).await.is_problem(409, "pass_given");
    }
    assert_eq!(count(&app, "SELECT count(*) FROM passes_given").await, 2, "what was refused is noted nowhere");
    vouches(&keycloak, company, "sub-5", "olga", "olga@romashka.example");
    fetch(&app, company, &prove(&app, &keycloak).await).await;
    // The next period.
    app.pass(SignedDuration::from_hours(24 * 18));
    upkeep(&app).await;
    vouches(&keycloak, company, "sub-6", "ivan", "ivan@romashka.example");
    fetch(&app, company, &prove(&app, &keycloak).await).await;
}

#[tokio::test]
async fn who_has_left_or_is_named_by_another_domain_gets_no_pass() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    let insert =
        "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at, removed_at) VALUES ($1, $2, $3, '', now(), now())";
    let lookup = app::organisations::entry::roster_lookup(&app.app, "anna@romashka.example");
    vouches(&keycloak, company, "sub-1", "anna", "anna@romashka.example");
    let proof = prove(&app, &keycloak).await;
    execute(&app, sqlx::query(insert).bind(app.app.new_id()).bind(company).bind(lookup)).await;
    Wallet::open(&app, company).await.ask(&app.anonymous(), &proof).await.is_problem(403, "company_access_ended");
    answer(&begin(&app.anonymous()).await, &keycloak).await.is_problem(403, "company_access_ended");
    vouches(&keycloak, company, "sub-2", "eve", "eve@other.example");
    answer(&begin(&app.anonymous()).await, &keycloak).await.is_problem(403, "work_address_elsewhere");
    // Nor does who is named by an address that nobody at the company has verified: people may change it there themselves.
    vouches(&keycloak, company, "sub-3", "olga", "olga@romashka.example");
    keycloak.says_it_is_unverified();
    answer(&begin(&app.anonymous()).await, &keycloak).await.is_problem(403, "work_address_unverified");
    assert_eq!(keycloak.removed(), ["sub-1", "sub-1", "sub-2", "sub-3"], "refused or not, no account stays");
}

#[tokio::test]
async fn whoever_is_signed_in_does_not_show_whose_the_proof_is() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let pass = fetch(&app, company, &prove(&app, &keycloak).await).await;
    let member = enter(&app, &keycloak, &pass).await;
    let wish = json!({ "kind": "employee", "work_address": "ivan@romashka.example" });
    member.post("/api/auth/keycloak", wish).await.is_problem(409, "pass_while_signed_in");
    // Nor by signing in meanwhile, in another tab.
    vouches(&keycloak, company, "sub-2", "olga", "olga@romashka.example");
    let wish = json!({ "kind": "employee", "work_address": "olga@romashka.example" });
    let started = app.anonymous().post("/api/auth/keycloak", wish).await.is(200);
    let both = member.with_cookie_of(&started);
    answer(&both, &keycloak).await.is_problem(409, "pass_while_signed_in");
    assert_eq!(count(&app, "SELECT count(*) FROM login_challenges WHERE kind = 'pass.vouched'").await, 1, "only of the first");
    // What another entry was begun by in this browser does not stand beside the proof.
    let known = app.anonymous();
    let entering = known.with_cookie_of(&known.post("/api/auth/keycloak", json!({ "kind": "employee" })).await.is(200));
    let begun = begin(&entering).await;
    assert_ne!(begun.cookie(), entering.cookie());
}

#[tokio::test]
async fn while_keycloak_keeps_the_account_no_pass_is_given() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let browser = begin(&app.anonymous()).await;
    keycloak.is(Mood::Away);
    answer(&browser, &keycloak).await.is_problem(503, "sign_in_unavailable");
    assert_eq!(count(&app, "SELECT count(*) FROM login_challenges WHERE kind = 'pass.vouched'").await, 0);
}

#[tokio::test]
async fn who_came_by_name_before_goes_on_by_name_and_what_was_left_half_way_is_removed() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    execute(&app, sqlx::query("UPDATE company_passes SET is_on = false")).await;
    let newcomer = |sub: &'static str| {
        vouches(&keycloak, company, sub, sub, "anna@romashka.example");
    };
    newcomer("sub-before");
    let browser = begin(&app.anonymous()).await;
    let step = answer(&browser, &keycloak).await.is(200).json();
    let body = |step: &Value| json!({ "entry_id": step["entry_id"], "display_name": "Лисица", "time_zone": "Asia/Almaty" });
    browser.post("/api/auth/keycloak/enter/company", body(&step)).await.is(200);
    // Half way when passes are switched on.
    newcomer("sub-half");
    let browser = begin(&app.anonymous()).await;
    let step = answer(&browser, &keycloak).await.is(200).json();
    execute(&app, sqlx::query("UPDATE company_passes SET is_on = true")).await;
    browser.post("/api/auth/keycloak/enter/company", body(&step)).await.is_problem(409, "pass_needed");
    newcomer("sub-before");
    let browser = begin(&app.anonymous()).await;
    assert_eq!(answer(&browser, &keycloak).await.is(200).json()["state"], "signed_in");
    // Every hour: accounts of nobody that are older than anybody may take.
    let hour_ago = app.now() - SignedDuration::from_mins(61);
    for (account, at) in [("sub-before", hour_ago), ("sub-half", hour_ago), ("sub-on-the-way", app.now())] {
        keycloak.has_member(company, account, at);
    }
    for n in 0..120 {
        keycloak.has_member(company, &format!("sub-{n}"), hour_ago);
    }
    let insert = "INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('identity.clear_vouched', '{}', $1, $1)";
    execute(&app, sqlx::query(insert).bind(jiff_sqlx::ToSqlx::to_sqlx(app.now()))).await;
    app.do_jobs().await;
    let removed = keycloak.removed();
    assert_eq!(removed.len(), 121, "page by page");
    assert!(removed.contains(&"sub-half".to_owned()) && removed.contains(&"sub-119".to_owned()));
    assert!(!removed.iter().any(|one| one == "sub-before" || one == "sub-on-the-way"));
}

#[tokio::test]
async fn a_work_address_is_nobodys_own_where_the_company_signs_in_its_people() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    execute(&app, sqlx::query("UPDATE company_domains SET needs_sso = true")).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let pass = fetch(&app, company, &prove(&app, &keycloak).await).await;
    let wish = json!({ "proof": { "kind": "pass", "pass": pass }, "email": "ivan@romashka.example" });
    app.anonymous().post("/api/auth/keycloak/enter/address", wish).await.names_field("/email", "work_address");
    // Though the domain demands the company's sign-in: of an account that was opened with a pass it is not wanted.
    enter(&app, &keycloak, &pass).await;
    app.pass(SignedDuration::from_hours(1));
    let browser = app.anonymous();
    let started = browser.post("/api/auth/keycloak", json!({ "kind": "employee" })).await.is(200);
    let browser = browser.with_cookie_of(&started);
    assert_eq!(answer(&browser, &keycloak).await.is(200).json()["state"], "signed_in");
}

#[tokio::test]
async fn a_pass_opens_no_account_that_somebody_is_known_by_already() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let pass = fetch(&app, company, &prove(&app, &keycloak).await).await;
    let entry =
        |way: &str| json!({ "proof": { "kind": "pass", "pass": pass }, "display_name": "Лис", "time_zone": "Asia/Almaty", "way": way });
    let mut at_work = entry("existing");
    at_work["work_address"] = json!("ivan@romashka.example");
    for wish in [entry("existing"), at_work] {
        app.anonymous().post("/api/auth/keycloak/enter", wish).await.names_field("/way", "not_an_option");
    }
    // Nor one that signed in at the company a moment before, in the same browser: its session is ended, and the browser goes there again.
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry("passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    vouches(&keycloak, company, "sub-2", "olga", "olga@romashka.example");
    assert_eq!(answer(&browser, &keycloak).await.is(200).json()["state"], "again");
    assert_eq!(keycloak.ended().last().unwrap(), "sid-sub-2");
    assert_eq!(count(&app, "SELECT count(*) FROM person_logins").await, 0);
}

#[tokio::test]
async fn nothing_that_the_companys_word_leaves_is_left_by_the_account() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app).await;
    let start = traces::everything(&app).await;
    vouches(&keycloak, company, "sub-1", "ivan", "ivan@romashka.example");
    let pass = fetch(&app, company, &prove(&app, &keycloak).await).await;
    let proven = traces::everything(&app).await;
    app.pass(SignedDuration::from_mins(61));
    enter(&app, &keycloak, &pass).await;
    app.do_jobs().await;
    let entered = traces::everything(&app).await;
    let (of_proof, of_entry) = (traces::written(&start, &proven), traces::written(&proven, &entered));
    assert!(of_proof.len() > 2 && of_entry.len() > 5, "both leave traces: {} and {}", of_proof.len(), of_entry.len());
    let of_all = traces::of_all(&app, company).await;
    let links: Vec<_> = of_proof.intersection(&of_entry).filter(|value| !of_all.contains(*value)).collect();
    assert!(links.is_empty(), "these lead from a proof to an account: {links:?}");
    for name in ["sub-1", "ivan"] {
        let names = entered.values().flatten().filter(|row| row.contains(name)).count();
        assert_eq!(names, 0, "{name} stands somewhere");
    }
}
