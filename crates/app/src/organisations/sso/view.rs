//! What an administrator sees of a company's sign-in.

use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Protocol;
use crate::kernel::{ctx::Caller, error::Result};

/// A domain of a company.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoDomain {
    pub domain: String,
    /// Whoever comes by an address of it signs in at the company, and in no other way.
    pub needs_sso: bool,
}

/// A company's own sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoSignIn {
    pub protocol: Protocol,
    /// Of the OpenID issuer, or of SAML metadata; absent for metadata handed over as a file.
    pub address: Option<String>,
    pub client_id: Option<String>,
    /// Where an OpenID provider says the address.
    pub address_claim: String,
    /// Who it says it is: the issuer, or SAML's entity.
    pub entity: String,
    pub is_on: bool,
    /// RFC 3339.
    pub changed_at: String,
    /// When somebody last did not get in by it since it was changed, RFC 3339.
    pub failed_at: Option<String>,
    /// Why: `secret`, the sign-in does not take the client or its secret; `other`.
    pub failure: Option<String>,
}

/// A company at Keycloak.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanySso {
    /// `none`: this deployment has no Keycloak. `waiting`: what changed here is on its way there. `failed`: the last try failed, and it is tried on.
    /// `done`: Keycloak has all of it.
    pub state: &'static str,
    /// Why the last try failed: `taken_there`, `refused` or `unreachable`.
    pub fault: Option<String>,
    /// RFC 3339.
    pub done_at: Option<String>,
    pub sign_in: Option<SsoSignIn>,
    pub domains: Vec<SsoDomain>,
    /// For the company's IT: where its sign-in sends people back to. Also SAML's Assertion Consumer Service.
    pub redirect_uri: String,
    /// For the company's IT: who asks, in SAML.
    pub entity_id: String,
    /// For the company's IT: our SAML metadata. Answers once the sign-in is set up.
    pub metadata_address: String,
    /// For the company's IT: where it may tell that somebody has signed out (OpenID Connect Back-Channel Logout 1.0).
    pub logout_uri: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    protocol: String,
    address: Option<String>,
    client_id: Option<String>,
    address_claim: String,
    entity: String,
    is_on: bool,
    changed_at: SqlTimestamp,
    failed_at: Option<SqlTimestamp>,
    failure: Option<String>,
}

/// Reads it.
pub(in crate::organisations) async fn read(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<CompanySso> {
    let exists: Option<(bool,)> =
        sqlx::query_as("SELECT true FROM companies WHERE id = $1").bind(company).fetch_optional(&mut **tx).await?;
    exists.ok_or_else(crate::kernel::error::Error::not_found)?;
    let issuer = caller.app.keycloak.as_ref().map(|keycloak| keycloak.realm().issuer().to_owned());
    let there: Option<(Option<SqlTimestamp>, Option<String>, bool)> =
        sqlx::query_as("SELECT done_at, fault, done IS NOT DISTINCT FROM wanted FROM company_organizations WHERE company_id = $1")
            .bind(company)
            .fetch_optional(&mut **tx)
            .await?;
    let (done_at, fault, is_done) = there.unwrap_or((None, None, false));
    let state = match (&issuer, is_done, &fault) {
        (None, ..) => "none",
        (_, true, None) => "done",
        (_, _, Some(_)) => "failed",
        (_, false, None) => "waiting",
    };
    let sign_in: Option<Row> = sqlx::query_as(
        "SELECT protocol, address, client_id, address_claim, coalesce(published ->> 'issuer', published ->> 'idpEntityId', '') AS entity, is_on,
                changed_at, failed_at, failure
         FROM company_sign_ins WHERE company_id = $1",
    )
    .bind(company)
    .fetch_optional(&mut **tx)
    .await?;
    let domains: Vec<(String, bool)> =
        sqlx::query_as("SELECT domain, needs_sso FROM company_domains WHERE company_id = $1 ORDER BY domain")
            .bind(company)
            .fetch_all(&mut **tx)
            .await?;
    let issuer = issuer.unwrap_or_default();
    let endpoint = format!("{issuer}/broker/{}/endpoint", keycloak::companies::provider(company));
    Ok(CompanySso {
        state,
        fault,
        done_at: done_at.map(|at| at.to_jiff().to_string()),
        sign_in: sign_in.map(|row| SsoSignIn {
            protocol: Protocol::parse(&row.protocol),
            address: row.address,
            client_id: row.client_id,
            address_claim: row.address_claim,
            entity: row.entity,
            is_on: row.is_on,
            changed_at: row.changed_at.to_jiff().to_string(),
            failed_at: row.failed_at.map(|at| at.to_jiff().to_string()),
            failure: row.failure,
        }),
        domains: domains.into_iter().map(|(domain, needs_sso)| SsoDomain { domain, needs_sso }).collect(),
        metadata_address: format!("{endpoint}/descriptor"),
        redirect_uri: endpoint,
        logout_uri: format!("{issuer}/protocol/openid-connect/logout/backchannel-logout"),
        entity_id: issuer,
    })
}
