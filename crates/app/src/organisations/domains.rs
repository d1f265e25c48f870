//! Mail domains whose people may enter.

use domain::organisations::{DomainFault, mail_domain};
use jiff_sqlx::ToSqlx;
use platform::db::{Tx, violated_constraint};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    companies::{self, CompanyDetails},
    sso,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
};

/// A domain to add.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewDomain {
    /// `firma.ru`
    pub domain: String,
}

const DOMAINS_MAX: i64 = 50;

/// A company's domains.
pub(super) async fn list(tx: &mut Tx, company: Uuid) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT domain FROM company_domains WHERE company_id = $1 ORDER BY domain")
        .bind(company)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|(domain,)| domain).collect())
}

/// Lets everybody with an address of the domain enter.
pub(super) async fn add(tx: &mut Tx, caller: &Caller, company: Uuid, new: &NewDomain) -> Result<CompanyDetails> {
    let domain = mail_domain(&new.domain).map_err(|fault| {
        Error::field(
            "/domain",
            match fault {
                DomainFault::NotADomain => "not_a_domain",
                DomainFault::Public => "public_mail_domain",
            },
        )
    })?;
    companies::in_use(tx, company).await?;
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM company_domains WHERE company_id = $1").bind(company).fetch_one(&mut **tx).await?;
    if count >= DOMAINS_MAX {
        return Err(Error::conflict("too_many_entries"));
    }
    let inserted = sqlx::query("INSERT INTO company_domains (domain, company_id, created_at) VALUES ($1, $2, $3)")
        .bind(&domain)
        .bind(company)
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await;
    match inserted {
        // One company for a domain: otherwise nobody could say at whose expense a person comes.
        Err(error) if violated_constraint(&error) == Some("company_domains_pkey") => return Err(Error::field("/domain", "domain_taken")),
        other => other?,
    };
    sso::want(tx, &caller.app, company).await?;
    audit::append(tx, caller, Entry::new("organisations.add_domain").on("company", company).detail(json!({ "domain": domain }))).await?;
    companies::details(tx, caller, company).await
}

/// Lets nobody in by the domain any more. Whoever has entered stays.
pub(super) async fn remove(tx: &mut Tx, caller: &Caller, company: Uuid, domain: &str) -> Result<CompanyDetails> {
    let removed = sqlx::query("DELETE FROM company_domains WHERE company_id = $1 AND domain = $2")
        .bind(company)
        .bind(domain)
        .execute(&mut **tx)
        .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::not_found());
    }
    sso::want(tx, &caller.app, company).await?;
    audit::append(tx, caller, Entry::new("organisations.remove_domain").on("company", company).detail(json!({ "domain": domain }))).await?;
    companies::details(tx, caller, company).await
}
