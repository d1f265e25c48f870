//! The jobs: a company is brought to Keycloak after each change, and all of them every hour, so that what was changed there by hand is put right.

use jiff_sqlx::ToSqlx;
use keycloak::{
    client::Failure,
    companies::{Company, Protocol, Published, SignIn, bring},
};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{proof, set_up::place};
use crate::kernel::app::App;

/// Which company, and whether also what Keycloak never tells is written.
#[derive(Debug, Deserialize)]
pub(in crate::organisations) struct Payload {
    pub company: Uuid,
    pub is_whole: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    is_active: bool,
    domains: Vec<String>,
    protocol: Option<String>,
    client_id: Option<String>,
    secret_sealed: Option<Vec<u8>>,
    address_claim: Option<String>,
    published: Option<Value>,
    is_on: Option<bool>,
    generation: Option<i32>,
    wanted: Option<i64>,
}

/// Asks for each company to be looked after.
pub(in crate::organisations) async fn all(app: &App) -> anyhow::Result<()> {
    if app.keycloak.is_none() {
        return Ok(());
    }
    let mut tx = app.db.begin_system().await?;
    // Those that Keycloak has not heard of yet are written whole.
    let companies: Vec<(Uuid, bool)> = sqlx::query_as(
        "SELECT c.id, o.done IS DISTINCT FROM o.wanted OR o.done IS NULL FROM companies c LEFT JOIN company_organizations o ON o.company_id = c.id",
    )
    .fetch_all(&mut *tx)
    .await?;
    for (company, is_whole) in companies {
        let payload = json!({ "company": company, "is_whole": is_whole });
        let unique_key = Some(format!("organisations.bring:{company}"));
        jobs::enqueue(&mut tx, app.now(), NewJob { kind: "organisations.bring", payload, unique_key, run_at: app.now() }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Brings one company to Keycloak.
pub(in crate::organisations) async fn one(app: &App, payload: &Payload) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    // Of two nodes that bring the same company one waits, and then finds what the other has done.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('organisations.bring', 0) # hashtextextended($1::text, 0))")
        .bind(payload.company)
        .execute(&mut *tx)
        .await?;
    let Some(row) = find(&mut tx, payload.company).await? else { return Ok(()) };
    let published: Published = row.published.map(serde_json::from_value).transpose()?.unwrap_or_default();
    let secret = row.secret_sealed.as_deref().map(|sealed| app.keys.unseal(place(payload.company), sealed)).transpose()?;
    let secret = secret.map(String::from_utf8).transpose()?.unwrap_or_default();
    let protocol = row.protocol.as_deref().map(|protocol| match protocol {
        "saml" => Protocol::Saml,
        _ => Protocol::Oidc {
            client_id: row.client_id.as_deref().unwrap_or_default(),
            client_secret: &secret,
            address_claim: row.address_claim.as_deref().unwrap_or("email"),
        },
    });
    let company = Company {
        id: payload.company,
        name: &row.name,
        is_active: row.is_active,
        domains: &row.domains,
        sign_in: protocol.map(|protocol| SignIn {
            is_on: row.is_on == Some(true),
            generation: row.generation.unwrap_or(1),
            protocol,
            published: &published,
        }),
    };
    let (id, now) = proof(app);
    let brought = bring(keycloak.realm(), &company, payload.is_whole, &id, now).await;
    let fault = brought.as_ref().err().map(|failure| match failure {
        Failure::Denied(status) if status == "409" || status == "400" => "taken_there",
        Failure::Denied(_) | Failure::NotBelieved(_) => "refused",
        Failure::Unreachable(_) => "unreachable",
    });
    note(&mut tx, app, payload.company, row.wanted, fault).await?;
    tx.commit().await?;
    Ok(brought?)
}

async fn find(tx: &mut Tx, company: Uuid) -> anyhow::Result<Option<Row>> {
    Ok(sqlx::query_as(
        "SELECT c.name, c.archived_at IS NULL AS is_active,
                ARRAY(SELECT d.domain FROM company_domains d WHERE d.company_id = c.id ORDER BY 1) AS domains,
                s.protocol, s.client_id, s.secret_sealed, s.address_claim, s.published, s.is_on, o.generation, o.wanted
         FROM companies c LEFT JOIN company_sign_ins s ON s.company_id = c.id LEFT JOIN company_organizations o ON o.company_id = c.id
         WHERE c.id = $1",
    )
    .bind(company)
    .fetch_optional(&mut **tx)
    .await?)
}

/// Done is what was wanted when it was read: of a later change its own job tells.
async fn note(tx: &mut Tx, app: &App, company: Uuid, seen: Option<i64>, fault: Option<&str>) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO company_organizations AS o (company_id, wanted, done, done_at, fault)
         VALUES ($1, $2, CASE WHEN $4::text IS NULL THEN $2 END, CASE WHEN $4::text IS NULL THEN $3::timestamptz END, $4)
         ON CONFLICT (company_id) DO UPDATE SET fault = $4, done = coalesce(excluded.done, o.done), done_at = coalesce(excluded.done_at, o.done_at)",
    )
    .bind(company)
    .bind(seen.unwrap_or(0))
    .bind(app.now().to_sqlx())
    .bind(fault)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
