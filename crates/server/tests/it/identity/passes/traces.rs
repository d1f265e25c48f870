//! What the database holds after a proof and after an account was opened with the pass: nothing that both have, beyond the company.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::Value;
use testkit::TestApp;
use uuid::Uuid;

use super::{Wallet, by_address, by_code, company, enter, fetch, upkeep};
use crate::identity::world::{access_code, count, on_roster};

pub type Rows = BTreeMap<String, BTreeSet<String>>;

/// Every row of every table, as text.
pub async fn everything(app: &TestApp) -> Rows {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> '_sqlx_migrations'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let mut found = Rows::new();
    for (table,) in tables {
        let rows: Vec<(Value,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT to_jsonb(t) FROM {table} t"))).fetch_all(&mut *tx).await.unwrap();
        found.insert(table, rows.into_iter().map(|(row,)| row.to_string()).collect());
    }
    found
}

/// What stands in rows that are new or changed: every id, hash, text and instant, and the instant that an id was made of. Days, short words and small
/// numbers are everybody's.
pub fn written(before: &Rows, after: &Rows) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for (table, rows) in after {
        for row in rows.difference(&before[table]) {
            gather(&serde_json::from_str(row).unwrap(), &mut values);
        }
    }
    values
}

fn gather(value: &Value, values: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, values)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, values)),
        Value::String(text) => {
            if let Ok(id) = Uuid::parse_str(text) {
                // A UUIDv7 tells when it was made.
                if let Some(at) = id.get_timestamp() {
                    values.insert(format!("made at {}", at.to_unix().0));
                }
            }
            if let Ok(at) = text.parse::<jiff::Timestamp>() {
                values.insert(format!("made at {}", at.as_second()));
            }
            let is_a_day = text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10;
            if text.len() >= 8 && !is_a_day {
                values.insert(text.clone());
            }
        }
        Value::Number(number) if number.as_i64().is_some_and(|n| n >= 1000) => _ = values.insert(number.to_string()),
        _ => {}
    }
}

/// What a proof and an entry with the pass have in common, when the two come from one place an hour apart.
async fn shared(app: &TestApp, company: Uuid, proof: Proof) -> BTreeSet<String> {
    let start = everything(app).await;
    let pass = match proof {
        Proof::Code(code) => fetch(app, company, &by_code(&code)).await,
        Proof::Address(address) => {
            let proof = by_address(app, &address).await;
            fetch(app, company, &proof).await
        }
    };
    let proven = everything(app).await;
    app.pass(SignedDuration::from_mins(61));
    enter(&app.anonymous(), &pass).await.is(200);
    app.do_jobs().await;
    let entered = everything(app).await;
    let (of_proof, of_entry) = (written(&start, &proven), written(&proven, &entered));
    assert!(of_proof.len() > 2 && of_entry.len() > 5, "both leave traces: {} and {}", of_proof.len(), of_entry.len());
    of_proof.intersection(&of_entry).cloned().collect()
}

enum Proof {
    Code(String),
    Address(String),
}

/// What everybody of the company has.
pub async fn of_all(app: &TestApp, company: Uuid) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    gather(&Value::String(company.to_string()), &mut values);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let keys: Vec<(Value,)> =
        sqlx::query_as("SELECT to_jsonb(k) FROM pass_keys k WHERE company_id = $1").bind(company).fetch_all(&mut *tx).await.unwrap();
    keys.iter().for_each(|(key,)| gather(key, &mut values));
    values
}

#[tokio::test]
async fn nothing_that_a_proof_leaves_is_left_by_the_account() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 9, None).await;
    on_roster(&app, company, "anna@romashka.example").await;
    for proof in [Proof::Code(code), Proof::Address("anna@romashka.example".to_owned())] {
        let shared = shared(&app, company, proof).await;
        let of_all = of_all(&app, company).await;
        let links: Vec<&String> = shared.difference(&of_all).collect();
        assert!(links.is_empty(), "these lead from a proof to an account: {links:?}");
    }
}

/// The control: entered by name, the same look finds what links.
#[tokio::test]
async fn the_same_look_finds_what_links_an_account_opened_by_name() {
    let app = TestApp::start().await;
    let company = crate::identity::world::company(&app, "Ромашка").await;
    on_roster(&app, company, "anna@romashka.example").await;
    let start = everything(&app).await;
    let mut ticket = by_address(&app, "anna@romashka.example").await;
    let proven = everything(&app).await;
    app.pass(SignedDuration::from_mins(20));
    ticket["display_name"] = serde_json::json!("Лис");
    ticket["time_zone"] = serde_json::json!("Europe/Samara");
    app.anonymous().post("/api/auth/register", ticket).await.is(200);
    let entered = everything(&app).await;
    let common: Vec<String> = written(&start, &proven).intersection(&written(&proven, &entered)).cloned().collect();
    assert!(!common.is_empty(), "the ticket that was used up, at least");
}

/// To the server all that it has signed looks alike: for each thing it saw signed, and each pass that comes, there is a factor that fits.
#[tokio::test]
async fn what_was_signed_fits_every_pass_alike() {
    let app = TestApp::start().await;
    let company = company(&app, "Ромашка", 3).await;
    let code = access_code(&app, company, 9, None).await;
    let (one, two) = (Wallet::open(&app, company).await, Wallet::open(&app, company).await);
    let (first, second) =
        (one.ask(&app.anonymous(), &by_code(&code)).await.is(200), two.ask(&app.anonymous(), &by_code(&code)).await.is(200));
    // Neither the message nor its signature is a part of what the server saw, nor the other way round.
    for (wallet, answer) in [(&one, &first), (&two, &second)] {
        let pass = wallet.pass(answer);
        let signed = answer.json()["signature"].as_str().unwrap().to_owned();
        for seen in [wallet.blinded(), signed] {
            assert!(!pass.contains(&seen[..24]) && !seen.contains(&pass[100..124]));
        }
    }
    // And the notes of both, once mixed, stand in one transaction, in the order of what nobody can tell.
    let written_by = "SELECT count(DISTINCT xmin::text) FROM passes_given";
    assert_eq!(count(&app, written_by).await, 2);
    upkeep(&app).await;
    assert_eq!(count(&app, written_by).await, 1);
    let out_of_order =
        "SELECT count(*) FROM (SELECT entitlement < lag(entitlement) OVER (ORDER BY ctid) AS is_wrong FROM passes_given) o WHERE is_wrong";
    assert_eq!(count(&app, out_of_order).await, 0);
    // The same of the codes: a use moves a row to where the last ones are.
    access_code(&app, company, 9, None).await;
    upkeep(&app).await;
    assert_eq!(count(&app, "SELECT count(DISTINCT xmin::text) FROM access_codes").await, 1);
    let out_of_order =
        "SELECT count(*) FROM (SELECT code_hash < lag(code_hash) OVER (ORDER BY ctid) AS is_wrong FROM access_codes) o WHERE is_wrong";
    assert_eq!(count(&app, out_of_order).await, 0);
    // They are still the ones that were given.
    one.ask(&app.anonymous(), &by_code(&code)).await.is(200);
}
