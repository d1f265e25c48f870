//! Signing in at a Keycloak that is played, lies included. The real one: `crates/keycloak/tests`, `web/e2e/keycloak.spec.ts`.

mod company;
mod console;
mod entrance;
mod entry;
mod held;
mod moving;
mod sessions;
mod sign_in;
mod way_back;
mod without_company;

use app::kernel::ctx::Kind;
use domain::ids::PersonId;
use serde_json::{Value, json};
use testkit::{Answer, Client, PlayedKeycloak, TestApp};

use super::world::{account, execute};

const SIGN_IN: &str = "/api/auth/keycloak";

/// Begins a sign-in: the browser afterwards.
async fn begin(browser: &Client, kind: &str) -> Client {
    let started = browser.post(SIGN_IN, json!({ "kind": kind })).await.is(200);
    browser.with_cookie_of(&started)
}

/// What the browser would bring back from the last request.
fn brought(keycloak: &PlayedKeycloak) -> Value {
    json!({ "state": keycloak.last_asked()["state"], "code": keycloak.code(), "iss": keycloak.issuer() })
}

async fn answer(browser: &Client, brought: &Value) -> Answer {
    browser.post("/api/auth/keycloak/answer", brought).await
}

/// An account here and there.
pub async fn known(app: &TestApp, keycloak: &PlayedKeycloak, kind: Kind, sub: &str) -> PersonId {
    let person = account(app, kind, "Анна", &format!("{sub}.{}@example.org", kind.name())).await;
    bind(app, keycloak, kind, sub, person).await;
    person
}

async fn bind(app: &TestApp, keycloak: &PlayedKeycloak, kind: Kind, sub: &str, person: PersonId) {
    let query = sqlx::query("INSERT INTO person_logins (issuer, subject, kind, person_id, created_at) VALUES ($1, $2, $3, $4, now())");
    execute(app, query.bind(keycloak.issuer().to_owned()).bind(sub.to_owned()).bind(kind.name()).bind(person.0)).await;
}

/// Signs in as what Keycloak says.
pub async fn sign_in(app: &TestApp, keycloak: &PlayedKeycloak, kind: &str) -> Client {
    let browser = begin(&app.anonymous(), kind).await;
    let answered = answer(&browser, &brought(keycloak)).await.is(200);
    assert_eq!(answered.json()["state"], "signed_in");
    browser.with_cookie_of(&answered)
}

async fn is_in(browser: &Client) -> bool {
    browser.get("/api/me").await.is(200).json()["person"] != Value::Null
}

async fn refusals(app: &TestApp) -> Vec<String> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT action || ' ' || (detail ->> 'reason') FROM audit_entries
         WHERE action IN ('identity.sign_in_refused', 'identity.logout_token_refused') ORDER BY id",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

/// What a newcomer with an access code asks for.
fn entry(code: &str, way: &str) -> Value {
    json!({ "proof": { "kind": "code", "code": code }, "display_name": "Лисица", "time_zone": "Asia/Almaty", "way": way })
}
