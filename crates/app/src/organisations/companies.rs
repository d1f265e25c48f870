//! Client companies.

use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::db::{Tx, violated_constraint};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    contracts::{self, CompanyContract},
    domains,
    passes::console::{self, CompanyPasses},
    sso,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// A company in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyLine {
    pub id: Uuid,
    pub name: String,
    pub is_archived: bool,
    /// Last day of the contract in force today; absent without one.
    pub covered_until: Option<String>,
    /// At least so many people have entered; absent when fewer than ten, so that nobody can be told apart.
    pub members_at_least: Option<i32>,
}

/// Companies by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompaniesPage {
    pub companies: Vec<CompanyLine>,
    pub has_more: bool,
}

/// Which companies.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CompaniesQuery {
    /// A part of the name.
    name: Option<String>,
    /// Also archived ones.
    archived: Option<bool>,
    /// At most, 1 to 100; 50 if absent.
    limit: Option<i64>,
    /// The last one's id of the page before.
    after: Option<Uuid>,
}

/// A company.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyDetails {
    pub id: Uuid,
    pub name: String,
    pub is_archived: bool,
    /// At least so many people have entered; absent when fewer than ten, so that nobody can be told apart.
    pub members_at_least: Option<i32>,
    /// Newest first.
    pub contracts: Vec<CompanyContract>,
    /// Mail domains whose people may enter; absent for those who do not manage companies.
    pub domains: Option<Vec<String>>,
    /// How many addresses the roster holds; absent for those who do not manage companies.
    pub roster_size: Option<i64>,
    /// People enter, or have entered, with passes: the roster says who may, and not who has.
    pub passes: Option<CompanyPasses>,
}

/// A new company.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCompany {
    pub name: String,
}

/// A change of a company; what is absent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedCompany {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Nobody enters by an archived company, and nothing is booked at its expense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
}

const NAME_MAX: usize = 120;

/// Lists.
pub(super) async fn list(caller: &Caller, query: &CompaniesQuery) -> Result<CompaniesPage> {
    let limit = query.limit.unwrap_or(50);
    let mut checks = Checks::new();
    checks.range(limit, 1, 100, "?limit");
    checks.text(query.name.as_deref().unwrap_or(""), 0, NAME_MAX, "?name").done()?;
    let mut tx = caller.begin().await?;
    let mut rows: Vec<(Uuid, String, bool, Option<SqlDate>, Option<i32>)> = sqlx::query_as(
        "SELECT c.id, c.name, c.archived_at IS NOT NULL,
                (SELECT max(k.ends_on) FROM contracts k WHERE k.company_id = c.id AND k.ended_at IS NULL AND $1 BETWEEN k.starts_on AND k.ends_on),
                app.members_of(c.id)
         FROM companies c
         WHERE ($2 OR c.archived_at IS NULL) AND ($3::text IS NULL OR strpos(lower(c.name), lower($3)) > 0)
           AND ($4::uuid IS NULL OR (lower(c.name), c.id) > (SELECT lower(a.name), a.id FROM companies a WHERE a.id = $4))
         ORDER BY lower(c.name), c.id LIMIT $5",
    )
    .bind(caller.app.today().to_sqlx())
    .bind(query.archived.unwrap_or(false))
    .bind(query.name.as_deref().map(str::trim).filter(|n| !n.is_empty()))
    .bind(query.after)
    .bind(limit + 1)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let companies = rows
        .into_iter()
        .map(|(id, name, is_archived, until, members_at_least)| CompanyLine {
            id,
            name,
            is_archived,
            covered_until: until.map(|date| date.to_jiff().to_string()),
            members_at_least,
        })
        .collect();
    Ok(CompaniesPage { companies, has_more })
}

/// One company with its contracts.
pub(super) async fn details(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<CompanyDetails> {
    let row: Option<(String, bool, Option<i32>)> =
        sqlx::query_as("SELECT name, archived_at IS NOT NULL, app.members_of(id) FROM companies WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let (name, is_archived, members_at_least) = row.ok_or_else(Error::not_found)?;
    let manages = caller.is(domain::access::Role::Admin);
    let roster_size = if manages {
        let (size,): (i64,) = sqlx::query_as("SELECT count(*) FROM roster_entries WHERE company_id = $1 AND removed_at IS NULL")
            .bind(id)
            .fetch_one(&mut **tx)
            .await?;
        Some(size)
    } else {
        None
    };
    let domains = if manages { Some(domains::list(tx, id).await?) } else { None };
    Ok(CompanyDetails {
        id,
        name,
        is_archived,
        members_at_least,
        contracts: contracts::list(tx, caller, id).await?,
        domains,
        roster_size,
        passes: console::told(tx, caller, id).await?,
    })
}

/// Creates a company.
pub(super) async fn create(tx: &mut Tx, caller: &Caller, new: &NewCompany) -> Result<CompanyDetails> {
    Checks::new().name(&new.name, 2, NAME_MAX, "/name").done()?;
    let id = caller.app.new_id();
    let inserted = sqlx::query("INSERT INTO companies (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(new.name.trim())
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await;
    unique_name(inserted)?;
    sso::want(tx, &caller.app, id).await?;
    audit::append(tx, caller, Entry::new("organisations.create_company").on("company", id)).await?;
    details(tx, caller, id).await
}

/// Renames a company, archives it, or brings it back.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, id: Uuid, changed: &ChangedCompany) -> Result<CompanyDetails> {
    if let Some(name) = &changed.name {
        Checks::new().name(name, 2, NAME_MAX, "/name").done()?;
    }
    let updated = sqlx::query(
        "UPDATE companies SET name = coalesce($2, name),
                archived_at = CASE WHEN $3 IS NULL THEN archived_at WHEN $3 THEN coalesce(archived_at, $4) END
         WHERE id = $1",
    )
    .bind(id)
    .bind(changed.name.as_deref().map(str::trim))
    .bind(changed.is_archived)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await;
    if unique_name(updated)? == 0 {
        return Err(Error::not_found());
    }
    sso::want(tx, &caller.app, id).await?;
    let detail = json!({ "is_renamed": changed.name.is_some(), "is_archived": changed.is_archived });
    audit::append(tx, caller, Entry::new("organisations.change_company").on("company", id).detail(detail)).await?;
    details(tx, caller, id).await
}

/// An error unless the company is there.
pub async fn exists(tx: &mut Tx, id: Uuid) -> Result<()> {
    let row: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM companies WHERE id = $1").bind(id).fetch_optional(&mut **tx).await?;
    row.map(|_| ()).ok_or_else(Error::not_found)
}

/// An error unless the company is there and in use.
pub async fn in_use(tx: &mut Tx, id: Uuid) -> Result<()> {
    let row: Option<(bool,)> =
        sqlx::query_as("SELECT archived_at IS NOT NULL FROM companies WHERE id = $1").bind(id).fetch_optional(&mut **tx).await?;
    match row {
        None => Err(Error::not_found()),
        Some((true,)) => Err(Error::conflict("company_archived")),
        Some((false,)) => Ok(()),
    }
}

fn unique_name(result: sqlx::Result<sqlx::postgres::PgQueryResult>) -> Result<u64> {
    match result {
        Err(error) if violated_constraint(&error) == Some("companies_name") => Err(Error::field("/name", "taken")),
        other => Ok(other?.rows_affected()),
    }
}
