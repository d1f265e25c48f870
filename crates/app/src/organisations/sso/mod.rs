//! Companies at Keycloak: each is an Organization there, with the company's own sign-in (SSO) where it has one. What they should be stands in our
//! database; a job brings it there after each change, and every hour whatever was changed there by hand is put right.

pub(super) mod bring;
pub(super) mod check;
pub mod failures;
mod secret;
pub(super) mod set_up;
mod view;

use keycloak::companies::Published;
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub(super) use self::view::{CompanySso, read};
use crate::kernel::{
    app::App,
    error::{Error, Kind, Result},
};

/// How a company's sign-in is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0.
    Saml,
}

impl Protocol {
    /// The name in the database.
    const fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Saml => "saml",
        }
    }

    fn parse(name: &str) -> Self {
        if name == "saml" { Self::Saml } else { Self::Oidc }
    }
}

/// Writes down that something of a company has changed, and asks for Keycloak to have it; for nothing where there is no Keycloak.
pub(super) async fn want(tx: &mut Tx, app: &App, company: Uuid) -> Result<()> {
    if app.keycloak.is_none() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO company_organizations AS o (company_id, wanted) VALUES ($1, 1) ON CONFLICT (company_id) DO UPDATE SET wanted = o.wanted + 1",
    )
    .bind(company)
    .execute(&mut **tx)
    .await?;
    let payload = json!({ "company": company, "is_whole": true });
    jobs::enqueue(tx, app.now(), NewJob { kind: "organisations.bring", payload, unique_key: None, run_at: app.now() }).await?;
    Ok(())
}

/// Writes down whose sign-in a company has. That of another server is a new one: whom that calls what leads to nobody of the former one's (decision 0032).
async fn is_of(tx: &mut Tx, company: Uuid, protocol: Protocol, published: &Published) -> Result<()> {
    let entity = published.get("issuer").or_else(|| published.get("idpEntityId")).map_or("", String::as_str);
    sqlx::query(
        "INSERT INTO company_organizations AS o (company_id, wanted, sign_in_of) VALUES ($1, 0, $2)
         ON CONFLICT (company_id) DO UPDATE SET
           generation = o.generation + CASE WHEN o.sign_in_of <> excluded.sign_in_of THEN 1 ELSE 0 END, sign_in_of = excluded.sign_in_of",
    )
    .bind(company)
    .bind(format!("{} {entity}", protocol.name()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The deployment's realm.
fn realm(app: &App) -> Result<&keycloak::client::Realm> {
    app.keycloak.as_ref().map(|keycloak| keycloak.realm()).ok_or_else(|| Error::conflict("no_keycloak"))
}

/// What an administrator is told when Keycloak does not do what it should.
fn told(failure: &keycloak::client::Failure) -> Error {
    tracing::warn!(failure = failure.to_string(), "Keycloak does not do what an administrator asks for");
    Error::new(Kind::Unavailable, "keycloak_unavailable")
}

/// A name for one of our proofs to Keycloak, and the time of it.
fn proof(app: &App) -> (String, i64) {
    (app.new_id().to_string(), app.now().as_second())
}
