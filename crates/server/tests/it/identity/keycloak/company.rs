//! Who comes through their company's own sign-in.

use app::kernel::ctx::Kind;
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, Mood, PlayedKeycloak, Says, TestApp};
use uuid::Uuid;

use super::{SIGN_IN, answer, begin, bind, brought, entry, known, refusals};
use crate::identity::world::{access_code, answer_code, company, company_domain, company_with_contract, count, execute, get_code};

/// A company whose people sign in at it, by addresses of `domain`.
pub(super) async fn with_sso(app: &TestApp, name: &str, domain: &str) -> Uuid {
    let company = company(app, name).await;
    company_domain(app, company, domain).await;
    let insert = "INSERT INTO company_sign_ins (company_id, protocol, address, address_claim, published, is_on, changed_at)
                  VALUES ($1, 'saml', 'https://idp.example', 'email', '{}', true, now())";
    execute(app, sqlx::query(insert).bind(company)).await;
    company
}

pub(super) async fn demand(app: &TestApp, domain: &'static str) {
    execute(app, sqlx::query("UPDATE company_domains SET needs_sso = true WHERE domain = $1").bind(domain)).await;
}

pub(super) async fn come(app: &TestApp, keycloak: &PlayedKeycloak) -> (Client, Answer) {
    let browser = begin(&app.anonymous(), "employee").await;
    let answered = answer(&browser, &brought(keycloak)).await;
    (browser, answered)
}

pub(super) async fn call_me(browser: &Client, entry: &Value) -> Answer {
    let body = json!({ "entry_id": entry["entry_id"], "display_name": "Лисица", "time_zone": "Asia/Almaty" });
    browser.post("/api/auth/keycloak/enter/company", body).await
}

/// Makes `person` a member as if they had come by an address of a domain.
pub(super) async fn came_by_domain(app: &TestApp, person: PersonId, company: Uuid, domain: &'static str) {
    let insert = "INSERT INTO memberships (person_id, company_id, via, joined_on, domain) VALUES ($1, $2, 'domain', '2026-01-01', $3)";
    execute(app, sqlx::query(insert).bind(person.0).bind(company).bind(domain)).await;
}

#[tokio::test]
async fn whom_the_company_vouches_for_enters_and_is_known_again() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    keycloak.vouches("sub-1", company, "anna@romashka.example");
    let (browser, answered) = come(&app, &keycloak).await;
    let step = answered.is(200).json();
    assert_eq!((step["state"].as_str(), step["company_name"].as_str()), (Some("newcomer"), Some("Ромашка")));
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0, "nothing is made before one has said what to call them");
    let stranger = begin(&app.anonymous(), "employee").await;
    call_me(&stranger, &step).await.is_problem(410, "sign_in_over");
    let nameless = json!({ "entry_id": step["entry_id"], "display_name": " ", "time_zone": "Asia/Almaty" });
    browser.post("/api/auth/keycloak/enter/company", nameless).await.is(422).names_field("/display_name", "required");
    let entered = call_me(&browser, &step).await.is(200);
    assert_eq!(entered.json()["is_new"], true);
    let account = browser.with_cookie_of(&entered).get("/api/me/account").await.json();
    assert_eq!(
        (account["company"].as_str(), account["is_by_sso"].as_bool(), account["email"].as_str()),
        (Some("Ромашка"), Some(true), None)
    );
    assert_eq!(
        count(&app, "SELECT count(*) FROM memberships WHERE via = 'sso' AND domain = 'romashka.example' AND came_by IS NOT NULL").await,
        1
    );
    // Good once.
    call_me(&browser, &step).await.is_problem(410, "sign_in_over");
    let (_, answered) = come(&app, &keycloak).await;
    assert_eq!(answered.is(200).json()["state"], "signed_in");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 1);
}

#[tokio::test]
async fn of_two_answers_of_one_newcomer_one_makes_the_record() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    keycloak.vouches("sub-1", company, "anna@romashka.example");
    let (first, one) = come(&app, &keycloak).await;
    let (second, two) = come(&app, &keycloak).await;
    let (one, two) = (one.is(200).json(), two.is(200).json());
    let (one, two) = tokio::join!(call_me(&first, &one), call_me(&second, &two));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 1, "nothing is half done");
}

#[tokio::test]
async fn a_company_that_is_not_covered_or_does_not_know_one_any_more_lets_nobody_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let over = company_with_contract(&app, "Была", "2025-01-01", "2025-12-31").await;
    keycloak.vouches("sub-1", over, "anna@romashka.example");
    come(&app, &keycloak).await.1.is_problem(409, "company_not_covered");
    assert_eq!(keycloak.ended(), ["sid-sub-1"], "and is signed out there");
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let insert =
        "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at, removed_at) VALUES ($1, $2, $3, '', now(), now())";
    let lookup = app::organisations::entry::roster_lookup(&app.app, "anna@romashka.example");
    execute(&app, sqlx::query(insert).bind(app.app.new_id()).bind(company).bind(lookup)).await;
    keycloak.vouches("sub-1", company, "Anna@Romashka.example");
    come(&app, &keycloak).await.1.is_problem(403, "company_access_ended");
    execute(&app, sqlx::query("UPDATE companies SET archived_at = now() WHERE id = $1").bind(company)).await;
    keycloak.vouches("sub-2", company, "ivan@romashka.example");
    come(&app, &keycloak).await.1.is_problem(409, "company_not_covered");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0);
    let reasons = ["company_not_covered", "company_access_ended", "company_not_covered"];
    assert_eq!(refusals(&app).await, reasons.map(|reason| format!("identity.sign_in_refused {reason}")));
}

#[tokio::test]
async fn who_is_refused_at_the_last_step_is_written_down_and_who_turns_back_is_not() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let turned = begin(&app.anonymous(), "employee").await;
    let back = json!({ "state": keycloak.last_asked()["state"], "error": "access_denied", "iss": keycloak.issuer() });
    answer(&turned, &back).await.is_problem(409, "sign_in_cancelled");
    assert!(refusals(&app).await.is_empty());
    keycloak.vouches("sub-1", company, "anna@romashka.example");
    let (browser, answered) = come(&app, &keycloak).await;
    let step = answered.is(200).json();
    call_me(&begin(&app.anonymous(), "employee").await, &step).await.is_problem(410, "sign_in_over");
    execute(&app, sqlx::query("UPDATE companies SET archived_at = now() WHERE id = $1").bind(company)).await;
    call_me(&browser, &step).await.is_problem(409, "company_not_covered");
    begin(&app.anonymous(), "employee").await.post("/api/auth/keycloak/company", &step).await.is_problem(410, "sign_in_over");
    let reasons = ["sign_in_over", "company_not_covered", "sign_in_over"];
    assert_eq!(refusals(&app).await, reasons.map(|reason| format!("identity.sign_in_refused {reason}")));
}

#[tokio::test]
async fn a_company_vouches_for_addresses_of_its_own_domains_alone() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    with_sso(&app, "Василёк", "vasilek.example").await;
    for address in ["eve@other.example", "eve@vasilek.example", "eve@sub.romashka.example"] {
        keycloak.vouches("sub-1", company, address);
        come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    }
    let lies = json!({ "idp": format!("company-{company}"), "orgs": { company.to_string(): {} } });
    keycloak.says(Says { lies, ..Says::default() });
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    assert_eq!(refusals(&app).await.last().unwrap(), "identity.sign_in_refused work_address_elsewhere");
    assert_eq!(count(&app, "SELECT count(*) FROM people").await, 0);
}

#[tokio::test]
async fn of_whom_a_company_sends_and_we_refuse_nothing_stays_at_keycloak() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    app.do_jobs().await;
    keycloak.vouches("sub-1", company, "eve@other.example");
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    keycloak.vouches("sub-2", company, "olga@romashka.example");
    keycloak.says_it_is_unverified();
    come(&app, &keycloak).await.1.is_problem(403, "work_address_unverified");
    // Its provider made nobody a member.
    let lies = json!({ "idp": format!("company-{company}") });
    keycloak.says(Says { sub: "sub-3".to_owned(), sid: "sid-3".to_owned(), lies, ..Says::default() });
    come(&app, &keycloak).await.1.is_problem(403, "no_record");
    // Also when Keycloak is back after a while.
    keycloak.is(Mood::Away);
    while app::worker::do_next(&app.app).await.unwrap() {}
    assert!(keycloak.removed().is_empty());
    keycloak.is(Mood::Well);
    app.pass(SignedDuration::from_mins(2));
    while app::worker::do_next(&app.app).await.unwrap() {}
    let mut removed = keycloak.removed();
    removed.sort_unstable();
    assert_eq!(removed, ["sub-1", "sub-2", "sub-3"]);
}

#[tokio::test]
async fn an_account_that_is_somebodys_stays_whoever_is_refused_by_it() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let other = with_sso(&app, "Василёк", "vasilek.example").await;
    app.do_jobs().await;
    // It leads to a record, of whatever kind.
    let person = known(&app, &keycloak, Kind::Employee, "sub-record").await;
    came_by_domain(&app, person, other, "vasilek.example").await;
    keycloak.vouches("sub-record", company, "anna@romashka.example");
    come(&app, &keycloak).await.1.is_problem(403, "other_company");
    known(&app, &keycloak, Kind::Specialist, "sub-specialist").await;
    keycloak.vouches("sub-specialist", company, "anna@other.example");
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    // Its person has something of their own there; or it was made in another way.
    keycloak.account("sub-own", "eve@other.example", Some((company, "eve")));
    keycloak.vouches("sub-own", company, "eve@other.example");
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    keycloak.left_by_entrance("sub-entrance", "eva@other.example");
    keycloak.vouches("sub-entrance", company, "eva@other.example");
    come(&app, &keycloak).await.1.is_problem(403, "work_address_elsewhere");
    // Nor was it shown at a company at all.
    keycloak.says(Says { sub: "sub-any".to_owned(), ..Says::default() });
    come(&app, &keycloak).await.1.is_problem(403, "no_record");
    app.do_jobs().await;
    assert!(keycloak.removed().is_empty());

    // Somebody is being asked what to call them, while the same account is refused elsewhere. Who gets in keeps it; who does not has it for their time.
    let refuse_meanwhile = async |sub: &str| {
        keycloak.vouches(sub, company, "ivan@romashka.example");
        let (browser, answered) = come(&app, &keycloak).await;
        let step = answered.is(200).json();
        keycloak.says_it_is_unverified();
        come(&app, &keycloak).await.1.is_problem(403, "work_address_unverified");
        keycloak.vouches(sub, company, "ivan@romashka.example");
        app.do_jobs().await;
        assert!(keycloak.removed().is_empty());
        (browser, step)
    };
    let (browser, step) = refuse_meanwhile("sub-in").await;
    call_me(&browser, &step).await.is(200);
    refuse_meanwhile("sub-left").await;
    app.pass(SignedDuration::from_mins(61));
    app.do_jobs().await;
    assert_eq!(keycloak.removed(), ["sub-left"]);
}

#[tokio::test]
async fn a_companys_word_opens_only_what_one_has_by_it() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let ours = with_sso(&app, "Ромашка", "romashka.example").await;
    let other = with_sso(&app, "Василёк", "vasilek.example").await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    came_by_domain(&app, person, ours, "romashka.example").await;
    keycloak.vouches("sub-1", other, "anna@vasilek.example");
    come(&app, &keycloak).await.1.is_problem(403, "other_company");
    assert_eq!(refusals(&app).await.last().unwrap(), "identity.sign_in_refused other_company");
    // Nor is it worth anything for other kinds of records.
    let browser = begin(&app.anonymous(), "staff").await;
    let mut says = json!({ "idp": format!("company-{other}"), "orgs": { other.to_string(): {} } });
    says["acr"] = json!("mfa");
    keycloak.says(Says { sub: "sub-9".to_owned(), lies: says, ..Says::default() });
    answer(&browser, &brought(&keycloak)).await.is_problem(403, "no_record");
    // Membership alone is no word of the company: one signed in by something else.
    keycloak.says(Says { sub: "sub-8".to_owned(), lies: json!({ "orgs": { ours.to_string(): {} } }), ..Says::default() });
    come(&app, &keycloak).await.1.is_problem(403, "no_record");
    keycloak.says(Says { sub: "sub-8".to_owned(), lies: json!({ "idp": format!("company-{ours}") }), ..Says::default() });
    come(&app, &keycloak).await.1.is_problem(403, "no_record");
}

#[tokio::test]
async fn who_comes_back_to_work_is_a_member_again_and_who_was_put_off_is_not_let_in_by_the_companys_word() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-1").await;
    came_by_domain(&app, person, company, "romashka.example").await;
    execute(&app, sqlx::query("UPDATE memberships SET ended_at = now() WHERE person_id = $1").bind(person.0)).await;
    let insert =
        "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at, removed_at) VALUES ($1, $2, $3, '', now(), now())";
    let lookup = app::organisations::entry::roster_lookup(&app.app, "anna@romashka.example");
    execute(&app, sqlx::query(insert).bind(app.app.new_id()).bind(company).bind(lookup)).await;
    keycloak.vouches("sub-1", company, "anna@romashka.example");
    let members = "SELECT count(*) FROM memberships WHERE ended_at IS NULL";
    come(&app, &keycloak).await.1.is_problem(403, "company_access_ended");
    assert_eq!(count(&app, members).await, 0);
    execute(&app, sqlx::query("UPDATE roster_entries SET removed_at = NULL WHERE company_id = $1").bind(company)).await;
    assert_eq!(come(&app, &keycloak).await.1.is(200).json()["state"], "signed_in");
    assert_eq!(count(&app, members).await, 1);
}

#[tokio::test]
async fn where_the_company_wants_its_sign_in_ones_own_leads_there_once_more() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let other = with_sso(&app, "Василёк", "vasilek.example").await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-own").await;
    came_by_domain(&app, person, company, "romashka.example").await;
    let own = || Says { sub: "sub-own".to_owned(), sid: "sid-own".to_owned(), ..Says::default() };
    keycloak.says(own());
    assert_eq!(come(&app, &keycloak).await.1.is(200).json()["state"], "signed_in", "nothing is demanded yet");
    demand(&app, "romashka.example").await;
    let (browser, answered) = come(&app, &keycloak).await;
    let wanted = answered.is(200).json();
    assert_eq!((wanted["state"].as_str(), wanted["company_name"].as_str()), (Some("company_wanted"), Some("Ромашка")));
    assert_eq!(keycloak.ended(), ["sid-own"]);
    let go = json!({ "entry_id": wanted["entry_id"] });
    begin(&app.anonymous(), "employee").await.post("/api/auth/keycloak/company", &go).await.is_problem(410, "sign_in_over");
    // Another company's word does not move anybody.
    browser.post("/api/auth/keycloak/company", &go).await.is(200);
    let asked = keycloak.last_asked();
    assert_eq!((asked["kc_idp_hint"].clone(), asked["prompt"].as_str()), (format!("company-{company}"), "login"));
    keycloak.vouches("sub-work", other, "anna@vasilek.example");
    answer(&browser, &brought(&keycloak)).await.is_problem(403, "other_company");
    browser.post("/api/auth/keycloak/company", &go).await.is(200);
    keycloak.vouches("sub-work", company, "anna@romashka.example");
    let moved = answer(&browser, &brought(&keycloak)).await.is(200).json();
    assert_eq!((moved["state"].as_str(), moved["person_id"].as_str()), (Some("signed_in"), Some(person.0.to_string().as_str())));
    assert_eq!(come(&app, &keycloak).await.1.is(200).json()["person_id"], person.0.to_string());
    keycloak.says(own());
    assert_eq!(come(&app, &keycloak).await.1.is(200).json()["state"], "again", "what was one's own leads on to the company");
    assert_eq!(keycloak.last_asked()["prompt"], "login", "and is tied to nobody else who is signed in there");
    // Who came by a code of the operator's has not come by the domain.
    let code = access_code(&app, company, 1, None).await;
    keycloak.says(Says { sub: "sub-code".to_owned(), ..Says::default() });
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    assert_eq!(answer(&app.anonymous().with_cookie_of(&started), &brought(&keycloak)).await.is(200).json()["state"], "signed_in");
    assert_eq!(come(&app, &keycloak).await.1.is(200).json()["state"], "signed_in");
}

#[tokio::test]
async fn a_colleague_who_signs_in_at_the_company_gets_nobody_elses_record() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let by_mail = crate::identity::world::account(&app, Kind::Employee, "Катя", "kate@romashka.example").await;
    bind(&app, &keycloak, Kind::Employee, "sub-kate", by_mail).await;
    came_by_domain(&app, by_mail, company, "romashka.example").await;
    let by_roster = known(&app, &keycloak, Kind::Employee, "sub-vera").await;
    came_by_domain(&app, by_roster, company, "romashka.example").await;
    let name = app::organisations::entry::roster_lookup(&app.app, "vera@romashka.example");
    execute(&app, sqlx::query("UPDATE memberships SET came_by = $2 WHERE person_id = $1").bind(by_roster.0).bind(name)).await;
    demand(&app, "romashka.example").await;
    let people = [("sub-kate", "kate@romashka.example", by_mail), ("sub-vera", "vera@romashka.example", by_roster)];
    for (own, address, person) in people {
        keycloak.says(Says { sub: own.to_owned(), ..Says::default() });
        let (browser, answered) = come(&app, &keycloak).await;
        let go = json!({ "entry_id": answered.is(200).json()["entry_id"] });
        browser.post("/api/auth/keycloak/company", &go).await.is(200);
        keycloak.vouches("sub-olga", company, "olga@romashka.example");
        answer(&browser, &brought(&keycloak)).await.is_problem(403, "other_colleague");
        assert_eq!(count(&app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-olga'").await, 0);
        // The same page may be tried again, as oneself.
        browser.post("/api/auth/keycloak/company", &go).await.is(200);
        keycloak.vouches(&format!("{own}-at-work"), company, address);
        let moved = answer(&browser, &brought(&keycloak)).await.is(200).json();
        assert_eq!(moved["person_id"], person.0.to_string());
    }
}

#[tokio::test]
async fn an_account_that_has_a_record_takes_no_second_one_over() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    demand(&app, "romashka.example").await;
    let person = known(&app, &keycloak, Kind::Employee, "sub-own").await;
    came_by_domain(&app, person, company, "romashka.example").await;
    let other = crate::identity::world::account(&app, Kind::Employee, "Иван", "ivan@example.org").await;
    bind(&app, &keycloak, Kind::Employee, "sub-work", other).await;
    keycloak.says(Says { sub: "sub-own".to_owned(), ..Says::default() });
    let (browser, answered) = come(&app, &keycloak).await;
    browser.post("/api/auth/keycloak/company", json!({ "entry_id": answered.is(200).json()["entry_id"] })).await.is(200);
    keycloak.vouches("sub-work", company, "ivan@romashka.example");
    answer(&browser, &brought(&keycloak)).await.is_problem(409, "already_has_record");
    assert_eq!(count(&app, "SELECT count(*) FROM person_logins WHERE subject = 'sub-own'").await, 1);
    assert_eq!(refusals(&app).await, ["identity.sign_in_refused already_has_record"]);
    let named =
        "SELECT count(*) FROM audit_entries WHERE action = 'identity.sign_in_refused' AND (actor_id IS NOT NULL OR subject_id IS NOT NULL)";
    assert_eq!(count(&app, named).await, 0, "and not who");
}

#[tokio::test]
async fn an_address_of_the_company_leads_to_its_sign_in() {
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = with_sso(&app, "Ромашка", "romashka.example").await;
    let browser = app.anonymous();
    // A code asked for before the company had a sign-in is answered after.
    execute(&app, sqlx::query("UPDATE company_sign_ins SET is_on = false")).await;
    let (challenge, digits) = get_code(&app, &browser, "anna@romashka.example").await;
    execute(&app, sqlx::query("UPDATE company_sign_ins SET is_on = true")).await;
    demand(&app, "romashka.example").await;
    answer_code(&browser, &challenge, &digits).await.is_problem(410, "code_expired");
    browser.post("/api/auth/code", json!({ "email": "Anna@Romashka.example" })).await.is_problem(409, "company_sign_in");
    let wish = |address: &str| json!({ "kind": "employee", "work_address": address });
    browser.post(SIGN_IN, wish("anna@romashka.example")).await.is(200);
    let asked = keycloak.last_asked();
    assert_eq!((asked["kc_idp_hint"].clone(), asked["login_hint"].as_str()), (format!("company-{company}"), "anna@romashka.example"));
    browser.post(SIGN_IN, wish("anna@elsewhere.example")).await.is(422).names_field("/work_address", "no_company_sign_in");
    browser.post(SIGN_IN, wish("anna")).await.is(422).names_field("/work_address", "not_an_email");
}
