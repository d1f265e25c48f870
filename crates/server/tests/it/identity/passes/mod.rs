//! Passes: fetched by who has proven that they may, used by nobody knows whom.

mod keycloak;
mod refused;
mod rules;
mod sso;
mod traces;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use blind_rsa_signatures::{BlindMessage, BlindSignature, BlindingResult, DefaultRng, PublicKeySha384PSSRandomized};
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};
use uuid::Uuid;

use super::world::{answer_code, company_with_contract, get_code};

/// A company whose newcomers enter with passes.
pub async fn company(app: &TestApp, name: &str, months: i8) -> Uuid {
    let id = company_with_contract(app, name, "2026-01-01", "2028-12-31").await;
    switch(app, id, true, months).await.is(200);
    id
}

pub async fn switch(app: &TestApp, company: Uuid, is_on: bool, months: i8) -> Answer {
    // Whose proof is of this moment.
    let admin = app.staff(&["admin"]).await;
    admin.put(&format!("/api/operator/companies/{company}/passes"), json!({ "is_on": is_on, "months": months })).await
}

/// What a browser does to fetch a pass.
pub struct Wallet {
    public: PublicKeySha384PSSRandomized,
    fingerprint: String,
    message: [u8; 32],
    blinding: BlindingResult,
}

impl Wallet {
    /// Reads the company's key and blinds a message for it.
    pub async fn open(app: &TestApp, company: Uuid) -> Self {
        let key = app.anonymous().get(&format!("/api/auth/pass/keys/{company}")).await.is(200).json();
        Self::for_key(app, &key)
    }

    pub fn for_key(app: &TestApp, key: &Value) -> Self {
        let public = PublicKeySha384PSSRandomized::from_der(&URL_SAFE_NO_PAD.decode(key["key"].as_str().unwrap()).unwrap()).unwrap();
        let message = app.app.rng.bytes::<32>();
        let blinding = public.blind(&mut DefaultRng, message).unwrap();
        Self { public, fingerprint: key["fingerprint"].as_str().unwrap().to_owned(), message, blinding }
    }

    pub fn blinded(&self) -> String {
        let BlindMessage(blinded) = &self.blinding.blind_message;
        URL_SAFE_NO_PAD.encode(blinded)
    }

    pub fn request(&self, proof: &Value) -> Value {
        json!({ "proof": proof, "fingerprint": self.fingerprint, "blinded": self.blinded() })
    }

    pub async fn ask(&self, browser: &Client, proof: &Value) -> Answer {
        browser.post("/api/auth/pass/sign", self.request(proof)).await
    }

    /// The pass out of what was signed.
    pub fn pass(&self, answer: &Answer) -> String {
        let signed = URL_SAFE_NO_PAD.decode(answer.json()["signature"].as_str().unwrap()).unwrap();
        let signature = self.public.finalize(&BlindSignature(signed), &self.blinding, self.message).unwrap();
        let prefix = self.blinding.msg_randomizer.unwrap().0;
        let fingerprint = hex::decode(&self.fingerprint).unwrap();
        URL_SAFE_NO_PAD.encode([&[1][..], &fingerprint, &prefix, &self.message, &signature].concat())
    }
}

pub fn by_code(code: &str) -> Value {
    json!({ "kind": "code", "code": code })
}

/// A ticket for an address, by the mail that came to it.
pub async fn by_address(app: &TestApp, address: &str) -> Value {
    let (challenge, code) = get_code(app, &app.anonymous(), address).await;
    let step = answer_code(&app.anonymous(), &challenge, &code).await.is(200).json();
    assert_eq!(step["state"], "register");
    json!({ "kind": "ticket", "ticket_id": step["ticket_id"], "ticket": step["ticket"] })
}

/// A pass for who has proven something.
pub async fn fetch(app: &TestApp, company: Uuid, proof: &Value) -> String {
    let wallet = Wallet::open(app, company).await;
    wallet.pass(&wallet.ask(&app.anonymous(), proof).await.is(200))
}

pub async fn enter(browser: &Client, pass: &str) -> Answer {
    browser.post("/api/auth/pass/enter", json!({ "pass": pass, "display_name": "Лисица", "time_zone": "Asia/Almaty" })).await
}

/// What comes round by the clock.
pub async fn upkeep(app: &TestApp) {
    let insert = sqlx::query("INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('organisations.passes', '{}', $1, $1)");
    super::world::execute(app, insert.bind(jiff_sqlx::ToSqlx::to_sqlx(app.now()))).await;
    app.do_jobs().await;
}
