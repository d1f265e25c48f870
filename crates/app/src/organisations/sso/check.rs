//! Trying a company's sign-in out, without anybody signing in.

use keycloak::companies::{Published, Source};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Protocol, bring, is_of,
    secret::{self, Verdict},
    set_up::publish,
    want,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
};

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoFinding {
    /// `readable`: Keycloak reaches what the sign-in publishes. `unchanged`: it is what was set up; else it has been taken over. `brought`: Keycloak has
    /// the company and its sign-in. `secret`: the sign-in takes the client and its secret (OpenID Connect). `is_on`: people can use it. `has_domain`: a domain leads to it. `covered`: a contract is in force.
    pub what: &'static str,
    /// Null where it cannot be known.
    pub is_good: Option<bool>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoCheck {
    pub findings: Vec<SsoFinding>,
}

/// Looks at everything that a sign-in needs. What is published has Keycloak read anew; a change of it (new keys, a new address) is taken over.
pub(in crate::organisations) async fn check(caller: &Caller, company: Uuid) -> Result<SsoCheck> {
    let app = &caller.app;
    let mut tx = caller.begin().await?;
    let row: Option<(String, Option<String>, serde_json::Value, bool, bool, bool)> = sqlx::query_as(
        "SELECT s.protocol, s.address, s.published, s.is_on,
                EXISTS (SELECT FROM company_domains d WHERE d.company_id = s.company_id),
                EXISTS (SELECT FROM contracts c JOIN companies co ON co.id = c.company_id
                        WHERE c.company_id = s.company_id AND co.archived_at IS NULL AND c.ended_at IS NULL AND $2 BETWEEN c.starts_on AND c.ends_on)
         FROM company_sign_ins s WHERE s.company_id = $1",
    )
    .bind(company)
    .bind(jiff_sqlx::ToSqlx::to_sqlx(app.today()))
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let (protocol, address, published, is_on, has_domain, is_covered) = row.ok_or_else(Error::not_found)?;
    let mut findings = Vec::new();
    let is_oidc = Protocol::parse(&protocol) == Protocol::Oidc;
    let mut is_readable = true;
    let mut find = |what, is_good: bool| findings.push(SsoFinding { what, is_good: Some(is_good) });
    if let Some(address) = &address {
        let source = match Protocol::parse(&protocol) {
            Protocol::Oidc => Source::Issuer(address),
            Protocol::Saml => Source::MetadataAddress(address),
        };
        match publish(app, source, "/address").await {
            Ok(now) => {
                find("readable", true);
                let before: Published = serde_json::from_value(published).map_err(Error::internal)?;
                find("unchanged", before == now);
                if before != now {
                    take_over(caller, company, Protocol::parse(&protocol), &now).await?;
                }
            }
            Err(error) if !error.fields.is_empty() => {
                is_readable = false;
                find("readable", false);
            }
            Err(error) => return Err(error),
        }
    }
    let brought = bring::one(app, &bring::Payload { company, is_whole: true }).await;
    if let Err(error) = &brought {
        tracing::warn!(error = format!("{error:#}"), "a company cannot be brought to Keycloak");
    }
    find("brought", brought.is_ok());
    if is_oidc && is_readable {
        let is_good = match secret::of(app, company).await? {
            Verdict::Taken => Some(true),
            Verdict::Refused => Some(false),
            Verdict::Unknown => None,
        };
        findings.push(SsoFinding { what: "secret", is_good });
    }
    let mut find = |what, is_good: bool| findings.push(SsoFinding { what, is_good: Some(is_good) });
    find("is_on", is_on);
    find("has_domain", has_domain);
    find("covered", is_covered);
    Ok(SsoCheck { findings })
}

async fn take_over(caller: &Caller, company: Uuid, protocol: Protocol, published: &Published) -> Result<()> {
    let mut tx = caller.begin().await?;
    sqlx::query("UPDATE company_sign_ins SET published = $2 WHERE company_id = $1")
        .bind(company)
        .bind(serde_json::to_value(published).map_err(Error::internal)?)
        .execute(&mut *tx)
        .await?;
    // SAML metadata may have become another server's.
    is_of(&mut tx, company, protocol, published).await?;
    want(&mut tx, &caller.app, company).await?;
    let entry = Entry::new("organisations.set_sso").on("company", company).detail(json!({ "is_published_anew": true }));
    audit::append(&mut tx, caller, entry).await?;
    tx.commit().await?;
    Ok(())
}
