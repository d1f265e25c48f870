//! What the tests of signing in start from: companies, codes, addresses.

use app::identity::{email, people};
use app::{kernel::ctx::Kind, organisations::entry};
use domain::ids::PersonId;
use domain::text::Locale;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::json;
use testkit::{Answer, Client, SoftPasskey, TestApp};
use uuid::Uuid;

/// An account with a proven address.
pub async fn account(app: &TestApp, kind: Kind, name: &str, address: &str) -> PersonId {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let new = people::NewPerson { kind, display_name: name, locale: Locale::Ru, time_zone: "Europe/Moscow" };
    let person = people::create(&mut tx, &app.app, new).await.unwrap();
    email::set(&mut tx, &app.app, person, kind, address).await.unwrap();
    tx.commit().await.unwrap();
    person
}

/// Gives a member of staff a capability.
pub async fn empower(app: &TestApp, person: PersonId, capability: &str) {
    execute(app, sqlx::query("INSERT INTO staff_capabilities (person_id, capability) VALUES ($1, $2)").bind(person.0).bind(capability))
        .await;
}

/// A company with a contract for the whole year of the tests.
pub async fn company(app: &TestApp, name: &str) -> Uuid {
    company_with_contract(app, name, "2026-01-01", "2026-12-31").await
}

/// A company with a contract of the given days.
pub async fn company_with_contract(app: &TestApp, name: &str, starts_on: &str, ends_on: &str) -> Uuid {
    let id = app.app.new_id();
    let now = app.now().to_sqlx();
    execute(app, sqlx::query("INSERT INTO companies (id, name, created_at) VALUES ($1, $2, $3)").bind(id).bind(name).bind(now)).await;
    let contract = sqlx::query(
        "INSERT INTO contracts (id, company_id, number, starts_on, ends_on, created_at) VALUES ($1, $2, 'A-1', $3::date, $4::date, $5)",
    );
    let (starts_on, ends_on): (jiff::civil::Date, jiff::civil::Date) = (starts_on.parse().unwrap(), ends_on.parse().unwrap());
    execute(app, contract.bind(app.app.new_id()).bind(id).bind(starts_on.to_sqlx()).bind(ends_on.to_sqlx()).bind(now)).await;
    id
}

/// An access code of a company, as it is typed.
pub async fn access_code(app: &TestApp, company: Uuid, max_uses: i32, expires_at: Option<Timestamp>) -> String {
    let code = entry::new_code(&app.app);
    let insert = sqlx::query(
        "INSERT INTO access_codes (id, company_id, code_hash, hint, max_uses, expires_at, created_at) VALUES ($1, $2, $3, '', $4, $5, $6)",
    );
    execute(
        app,
        insert
            .bind(app.app.new_id())
            .bind(company)
            .bind(entry::code_hash(&app.app, &code))
            .bind(max_uses)
            .bind(expires_at.map(|at| at.to_sqlx()))
            .bind(app.now().to_sqlx()),
    )
    .await;
    domain::identity::format_access_code(&code)
}

/// Lets everybody with an address of `domain` enter.
pub async fn company_domain(app: &TestApp, company: Uuid, domain: &str) {
    let insert = sqlx::query("INSERT INTO company_domains (domain, company_id, created_at) VALUES ($1, $2, $3)");
    execute(app, insert.bind(domain).bind(company).bind(app.now().to_sqlx())).await;
}

/// Puts an address on a company's roster.
pub async fn on_roster(app: &TestApp, company: Uuid, address: &str) {
    let insert = sqlx::query("INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at) VALUES ($1, $2, $3, '', $4)");
    let lookup = entry::roster_lookup(&app.app, address);
    execute(app, insert.bind(app.app.new_id()).bind(company).bind(lookup).bind(app.now().to_sqlx())).await;
}

/// Runs a statement as the system.
pub async fn execute(app: &TestApp, query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>) {
    let mut tx = app.app.db.begin_system().await.unwrap();
    query.execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// A number out of the database, as the system sees it.
pub async fn count(app: &TestApp, query: &'static str) -> i64 {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (count,): (i64,) = sqlx::query_as(query).fetch_one(&mut *tx).await.unwrap();
    count
}

/// Asks for a code and gives the challenge's id.
pub async fn ask_for_code(client: &Client, address: &str) -> String {
    let answer = client.post("/api/auth/code", json!({ "email": address })).await.is(202);
    answer.json()["challenge_id"].as_str().unwrap().to_owned()
}

/// Asks for a code and gives the challenge's id and the code that came.
pub async fn get_code(app: &TestApp, client: &Client, address: &str) -> (String, String) {
    let challenge = ask_for_code(client, address).await;
    app.do_jobs().await;
    let letters = app.letters_to(&address.to_lowercase());
    (challenge, letters.last().expect("a mail with a code").code())
}

/// Answers with a code.
pub async fn answer_code(client: &Client, challenge: &str, code: &str) -> Answer {
    client.post("/api/auth/code/answer", json!({ "challenge_id": challenge, "code": code })).await
}

/// Signs in by a mailed code.
pub async fn sign_in(app: &TestApp, address: &str) -> Client {
    let client = app.anonymous();
    let (challenge, code) = get_code(app, &client, address).await;
    let answer = answer_code(&client, &challenge, &code).await.is(200);
    client.with_cookie_of(&answer)
}

/// Sets up a passkey for a signed-in person. Gives the passkey and the browser with its new cookie.
pub async fn add_passkey(client: &Client, label: &str) -> (SoftPasskey, Client, Answer) {
    let ceremony = client.post("/api/me/passkeys/start", json!({})).await.is(200).json();
    let (passkey, credential) = SoftPasskey::create(&ceremony["options"]);
    let body = json!({ "challenge_id": ceremony["challenge_id"], "label": label, "credential": credential });
    let answer = client.post("/api/me/passkeys", body).await.is(201);
    (passkey, client.with_cookie_of(&answer), answer)
}

/// Signs in with a passkey in a new browser.
pub async fn sign_in_with(app: &TestApp, passkey: &mut SoftPasskey) -> Answer {
    let browser = app.anonymous();
    let ceremony = browser.post("/api/auth/passkey/start", json!({})).await.is(200).json();
    let credential = passkey.show(&ceremony["options"]);
    browser.post("/api/auth/passkey/finish", json!({ "challenge_id": ceremony["challenge_id"], "credential": credential })).await
}

/// Sets up an authenticator app for a signed-in person. Gives the app, the browser with its new cookie, and the recovery codes.
pub async fn add_totp(app: &TestApp, client: &Client) -> (Authenticator, Client, Vec<String>) {
    let offer = client.post("/api/me/totp/start", json!({})).await.is(200).json();
    let authenticator = Authenticator::new(offer["secret"].as_str().unwrap());
    let body = json!({ "challenge_id": offer["challenge_id"], "code": authenticator.code(app.now()) });
    let answer = client.post("/api/me/totp", body).await.is(201);
    let codes = answer.json()["recovery_codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
    (authenticator, client.with_cookie_of(&answer), codes)
}

/// An authenticator app.
#[derive(Debug)]
pub struct Authenticator(totp_rs::Totp);

impl Authenticator {
    /// One that was told a secret.
    pub fn new(base32: &str) -> Self {
        let secret = totp_rs::Secret::try_from_base32(base32).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    /// What it shows at an instant.
    pub fn code(&self, at: Timestamp) -> String {
        self.0.generate(u64::try_from(at.as_second()).unwrap()).to_string()
    }
}

/// A member of the staff who has signed in with a mailed code only.
pub async fn half_signed_in_staff(app: &TestApp, address: &str, capability: &str) -> Client {
    let person = account(app, Kind::Staff, "Ольга", address).await;
    empower(app, person, capability).await;
    sign_in(app, address).await
}
