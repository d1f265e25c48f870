//! Setting a company's sign-in up, changing it, taking it away.

use jiff_sqlx::ToSqlx;
use keycloak::companies::{Published, Source, Unreadable};
use platform::{crypto::Place, db::Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CompanySso, Protocol, is_of, proof, read, realm, told, want};
use crate::{
    kernel::{
        app::App,
        audit::{self, Entry},
        ctx::Caller,
        error::{Error, FieldError, Result},
        validation::{Checks, params},
    },
    organisations::companies,
};

/// A company's sign-in to set up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SsoWish {
    pub protocol: Protocol,
    /// The OpenID issuer, or the address of SAML metadata.
    #[serde(default)]
    pub address: Option<String>,
    /// SAML metadata, where they have no address.
    #[serde(default)]
    pub metadata: Option<String>,
    /// What the company calls us.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Absent keeps the one that is set.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Where an OpenID provider says the address; `email` if absent.
    #[serde(default)]
    pub address_claim: Option<String>,
    /// People can sign in by it.
    pub is_on: bool,
}

/// Whether a domain's people may come in no other way.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SsoRequirement {
    pub needs_sso: bool,
}

const ADDRESS_MAX: usize = 500;
const NAME_MAX: usize = 200;
const SECRET_MAX: usize = 500;
/// Metadata of a large company with several certificates have some 30 kB.
const METADATA_MAX: usize = 200_000;
const EMAIL_CLAIM: &str = "email";

/// Looks at a wish and has Keycloak read what the company's sign-in publishes.
///
/// # Errors
/// Names each wrong field; `/address` `sso_unreachable`, `sso_no_issuer`, `sso_other_issuer`, `sso_no_metadata`; `/metadata` `sso_no_metadata`; `no_keycloak`; `keycloak_unavailable`.
pub(in crate::organisations) async fn look(app: &App, wish: &SsoWish) -> Result<Published> {
    let mut checks = Checks::new();
    match wish.protocol {
        Protocol::Oidc => {
            checks.text(wish.address.as_deref().unwrap_or(""), 1, ADDRESS_MAX, "/address");
            checks.text(wish.client_id.as_deref().unwrap_or(""), 1, NAME_MAX, "/client_id");
            checks.text(wish.address_claim.as_deref().unwrap_or(EMAIL_CLAIM), 1, NAME_MAX, "/address_claim");
            if let Some(secret) = &wish.client_secret {
                checks.text(secret, 1, SECRET_MAX, "/client_secret");
            }
        }
        Protocol::Saml if wish.metadata.is_none() => {
            checks.text(wish.address.as_deref().unwrap_or(""), 1, ADDRESS_MAX, "/address");
        }
        Protocol::Saml => {
            checks.text(wish.metadata.as_deref().unwrap_or(""), 1, METADATA_MAX, "/metadata");
        }
    }
    checks.done()?;
    let address = wish.address.as_deref().map(str::trim);
    match (wish.protocol, address, wish.metadata.as_deref()) {
        (Protocol::Saml, _, Some(metadata)) => publish(app, Source::Metadata(metadata), "/metadata").await,
        (Protocol::Saml, Some(address), None) => publish(app, Source::MetadataAddress(safe(app, address)?), "/address").await,
        (Protocol::Oidc, Some(address), _) => publish(app, Source::Issuer(safe(app, address)?), "/address").await,
        (_, None, _) => Err(Error::field("/address", "required")),
    }
}

/// Passwords and answers go by TLS; on one machine, where the product itself has none, it may be missing.
fn safe<'a>(app: &App, address: &'a str) -> Result<&'a str> {
    let is_safe = address.starts_with("https://") || (app.config.public_url.starts_with("http://") && address.starts_with("http://"));
    if is_safe { Ok(address) } else { Err(Error::field("/address", "not_https")) }
}

pub(super) async fn publish(app: &App, source: Source<'_>, pointer: &'static str) -> Result<Published> {
    let (id, now) = proof(app);
    keycloak::companies::read(realm(app)?, source, &id, now).await.map_err(|unreadable| match unreadable {
        Unreadable::NoAnswer => Error::field(pointer, "sso_unreachable"),
        Unreadable::NotADocument if matches!(source, Source::Issuer(_)) => Error::field(pointer, "sso_no_issuer"),
        Unreadable::NotADocument => Error::field(pointer, "sso_no_metadata"),
        Unreadable::OtherIssuer(named) => Error::invalid(vec![FieldError {
            pointer: pointer.to_owned(),
            code: "sso_other_issuer",
            params: params([("issuer", named.into())]),
        }]),
        Unreadable::Keycloak(failure) => told(&failure),
    })
}

/// Sets it up, or changes it.
///
/// # Errors
/// `/client_secret` `required`; `company_archived`; `sso_is_needed` for one that is off, while a domain demands it.
pub(in crate::organisations) async fn set(
    tx: &mut Tx,
    caller: &Caller,
    company: Uuid,
    wish: &SsoWish,
    published: &Published,
) -> Result<CompanySso> {
    companies::in_use(tx, company).await?;
    if !wish.is_on {
        is_not_needed(tx, company).await?;
    }
    let app = &caller.app;
    let is_oidc = wish.protocol == Protocol::Oidc;
    let kept: Option<(Option<Vec<u8>>,)> =
        sqlx::query_as("SELECT secret_sealed FROM company_sign_ins WHERE company_id = $1").bind(company).fetch_optional(&mut **tx).await?;
    let secret = match (is_oidc, &wish.client_secret, kept.and_then(|(sealed,)| sealed)) {
        (false, ..) => None,
        (true, Some(secret), _) => Some(app.keys.seal(&app.rng, place(company), secret.trim().as_bytes())),
        (true, None, Some(kept)) => Some(kept),
        (true, None, None) => return Err(Error::field("/client_secret", "required")),
    };
    sqlx::query(
        "INSERT INTO company_sign_ins (company_id, protocol, address, client_id, secret_sealed, address_claim, published, is_on, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (company_id) DO UPDATE SET protocol = excluded.protocol, address = excluded.address, client_id = excluded.client_id,
           secret_sealed = excluded.secret_sealed, address_claim = excluded.address_claim, published = excluded.published, is_on = excluded.is_on,
           changed_at = excluded.changed_at, failed_at = NULL, failure = NULL",
    )
    .bind(company)
    .bind(wish.protocol.name())
    .bind(if wish.metadata.is_some() && !is_oidc { None } else { wish.address.as_deref().map(str::trim) })
    .bind(wish.client_id.as_deref().map(str::trim).filter(|_| is_oidc))
    .bind(secret)
    .bind(wish.address_claim.as_deref().map_or(EMAIL_CLAIM, str::trim))
    .bind(serde_json::to_value(published).map_err(Error::internal)?)
    .bind(wish.is_on)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    is_of(tx, company, wish.protocol, published).await?;
    want(tx, app, company).await?;
    let detail = json!({ "protocol": wish.protocol, "is_on": wish.is_on, "has_new_secret": wish.client_secret.is_some() });
    audit::append(tx, caller, Entry::new("organisations.set_sso").on("company", company).detail(detail)).await?;
    read(tx, caller, company).await
}

/// Whoever must come by it has no other way in.
async fn is_not_needed(tx: &mut Tx, company: Uuid) -> Result<()> {
    let (is_needed,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM company_domains WHERE company_id = $1 AND needs_sso)")
        .bind(company)
        .fetch_one(&mut **tx)
        .await?;
    if is_needed { Err(Error::conflict("sso_is_needed")) } else { Ok(()) }
}

/// Takes it away.
///
/// # Errors
/// `sso_is_needed`.
pub(in crate::organisations) async fn remove(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<CompanySso> {
    is_not_needed(tx, company).await?;
    let removed = sqlx::query("DELETE FROM company_sign_ins WHERE company_id = $1").bind(company).execute(&mut **tx).await?;
    if removed.rows_affected() == 0 {
        return Err(Error::not_found());
    }
    want(tx, &caller.app, company).await?;
    audit::append(tx, caller, Entry::new("organisations.remove_sso").on("company", company)).await?;
    read(tx, caller, company).await
}

/// Lets a domain's people in by the company's sign-in alone, or in other ways too.
///
/// # Errors
/// `sso_is_missing`: there is none that is on.
pub(in crate::organisations) async fn demand(
    tx: &mut Tx,
    caller: &Caller,
    company: Uuid,
    domain: &str,
    wish: &SsoRequirement,
) -> Result<CompanySso> {
    let is_on: Option<(bool,)> = sqlx::query_as("SELECT is_on FROM company_sign_ins WHERE company_id = $1 FOR SHARE")
        .bind(company)
        .fetch_optional(&mut **tx)
        .await?;
    if wish.needs_sso && is_on != Some((true,)) {
        return Err(Error::conflict("sso_is_missing"));
    }
    let changed = sqlx::query("UPDATE company_domains SET needs_sso = $3 WHERE company_id = $1 AND domain = $2")
        .bind(company)
        .bind(domain)
        .bind(wish.needs_sso)
        .execute(&mut **tx)
        .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::not_found());
    }
    let detail = json!({ "domain": domain, "needs_sso": wish.needs_sso });
    audit::append(tx, caller, Entry::new("organisations.demand_sso").on("company", company).detail(detail)).await?;
    read(tx, caller, company).await
}

pub(super) fn place(company: Uuid) -> Place<'static> {
    Place { table: "company_sign_ins", column: "secret_sealed", row: company }
}
