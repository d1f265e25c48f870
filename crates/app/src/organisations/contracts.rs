//! What a company's people are entitled to: one contract at a time, by category.

use domain::{text::Localized, time::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx};
use platform::db::{Tx, violated_constraint};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::companies;
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// A contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyContract {
    pub id: Uuid,
    pub version: i64,
    pub company_id: Uuid,
    pub number: String,
    pub starts_on: String,
    /// Inclusive.
    pub ends_on: String,
    /// `future`, `in_force`, `over` or `ended` (early).
    pub state: &'static str,
    /// When it was ended early.
    pub ended_at: Option<String>,
    pub coverage: Vec<CoverageLine>,
}

/// What a contract covers of one category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageLine {
    pub category_id: Uuid,
    /// In the reader's language.
    pub category: String,
    pub sessions_per_year: i32,
}

/// The fields of a contract.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractFields {
    pub number: String,
    /// `YYYY-MM-DD`
    pub starts_on: String,
    /// `YYYY-MM-DD`, inclusive.
    pub ends_on: String,
    /// 1 to 50 categories.
    pub coverage: Vec<CoverageFields>,
}

/// A changed contract.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedContract {
    /// The version that was edited.
    pub version: i64,
    #[serde(flatten)]
    pub fields: ContractFields,
}

/// What is covered of one category.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CoverageFields {
    pub category_id: Uuid,
    /// For each person and contract year, 1 to 366.
    pub sessions_per_year: i32,
}

const COVERAGE_MAX: usize = 50;
/// The longest contract. Years.
const YEARS_MAX: i16 = 10;

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    company_id: Uuid,
    number: String,
    starts_on: SqlDate,
    ends_on: SqlDate,
    ended_at: Option<SqlTimestamp>,
    coverage: Json<Vec<CoverageRow>>,
}

#[derive(Debug, Deserialize)]
struct CoverageRow {
    category_id: Uuid,
    name: Localized,
    sessions_per_year: i32,
}

/// The contracts of a company, newest first.
pub(super) async fn list(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<Vec<CompanyContract>> {
    let rows = rows(tx, Some(company), None).await?;
    Ok(rows.into_iter().map(|row| view(caller, row)).collect())
}

async fn rows(tx: &mut Tx, company: Option<Uuid>, only: Option<Uuid>) -> Result<Vec<Row>> {
    Ok(sqlx::query_as(
        "SELECT k.id, k.version, k.company_id, k.number, k.starts_on, k.ends_on, k.ended_at,
                (SELECT coalesce(json_agg(json_build_object('category_id', c.id, 'name', c.name, 'sessions_per_year', v.sessions_per_year)
                                          ORDER BY c.position, c.slug), '[]')
                 FROM contract_coverage v JOIN categories c ON c.id = v.category_id WHERE v.contract_id = k.id) AS coverage
         FROM contracts k WHERE ($1::uuid IS NULL OR k.company_id = $1) AND ($2::uuid IS NULL OR k.id = $2)
         ORDER BY k.starts_on DESC, k.id DESC LIMIT 200",
    )
    .bind(company)
    .bind(only)
    .fetch_all(&mut **tx)
    .await?)
}

async fn one(tx: &mut Tx, id: Uuid) -> Result<Row> {
    rows(tx, None, Some(id)).await?.pop().ok_or_else(Error::not_found)
}

fn view(caller: &Caller, row: Row) -> CompanyContract {
    let today = caller.app.today();
    let (starts_on, ends_on) = (row.starts_on.to_jiff(), row.ends_on.to_jiff());
    let state = match row.ended_at {
        Some(_) => "ended",
        None if today < starts_on => "future",
        None if today > ends_on => "over",
        None => "in_force",
    };
    let coverage = row.coverage.0.into_iter().map(|line| CoverageLine {
        category_id: line.category_id,
        category: line.name.get(caller.locale).to_owned(),
        sessions_per_year: line.sessions_per_year,
    });
    CompanyContract {
        id: row.id,
        version: row.version,
        company_id: row.company_id,
        number: row.number,
        starts_on: starts_on.to_string(),
        ends_on: ends_on.to_string(),
        state,
        ended_at: row.ended_at.map(|at| at.to_jiff().to_string()),
        coverage: coverage.collect(),
    }
}

/// Creates a contract.
pub(super) async fn create(tx: &mut Tx, caller: &Caller, company: Uuid, fields: &ContractFields) -> Result<CompanyContract> {
    let (starts_on, ends_on) = check(tx, fields, None).await?;
    companies::in_use(tx, company).await?;
    let id = caller.app.new_id();
    let inserted =
        sqlx::query("INSERT INTO contracts (id, company_id, number, starts_on, ends_on, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(company)
            .bind(fields.number.trim())
            .bind(starts_on.to_sqlx())
            .bind(ends_on.to_sqlx())
            .bind(caller.now().to_sqlx())
            .execute(&mut **tx)
            .await;
    explain(inserted)?;
    cover(tx, id, fields).await?;
    done(tx, caller, id, company, "organisations.create_contract").await
}

/// Changes a contract that has not ended early.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, id: Uuid, changed: &ChangedContract) -> Result<CompanyContract> {
    let fields = &changed.fields;
    let (starts_on, ends_on) = check(tx, fields, Some(id)).await?;
    let row = one(tx, id).await?;
    if row.ended_at.is_some() {
        return Err(Error::conflict("contract_ended"));
    }
    let updated = sqlx::query(
        "UPDATE contracts SET number = $3, starts_on = $4, ends_on = $5, version = version + 1
         WHERE id = $1 AND version = $2 AND ended_at IS NULL",
    )
    .bind(id)
    .bind(changed.version)
    .bind(fields.number.trim())
    .bind(starts_on.to_sqlx())
    .bind(ends_on.to_sqlx())
    .execute(&mut **tx)
    .await;
    if explain(updated)? == 0 {
        return Err(Error::conflict("changed_meanwhile"));
    }
    cover(tx, id, fields).await?;
    done(tx, caller, id, row.company_id, "organisations.change_contract").await
}

/// Ends a contract now. What is booked stays booked; nothing new is booked under it.
pub(super) async fn end(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<CompanyContract> {
    let row = one(tx, id).await?;
    let ended = sqlx::query("UPDATE contracts SET ended_at = $2, version = version + 1 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    if ended.rows_affected() == 0 {
        return Err(Error::conflict("contract_ended"));
    }
    done(tx, caller, id, row.company_id, "organisations.end_contract").await
}

/// An archived category stays in a `contract` that covers it already, and comes into no other.
async fn check(tx: &mut Tx, fields: &ContractFields, contract: Option<Uuid>) -> Result<(Date, Date)> {
    let (starts_on, ends_on): (Option<Date>, Option<Date>) = (fields.starts_on.parse().ok(), fields.ends_on.parse().ok());
    let known: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT id FROM categories WHERE status = 'published' OR id IN (SELECT category_id FROM contract_coverage WHERE contract_id = $1)",
    )
    .bind(contract)
    .fetch_all(&mut **tx)
    .await?;
    let mut checks = Checks::new();
    checks.text(&fields.number, 1, 60, "/number");
    checks.that(starts_on.is_some(), "/starts_on", "wrong_date");
    checks.that(ends_on.is_some(), "/ends_on", "wrong_date");
    if let (Some(start), Some(end)) = (starts_on, ends_on) {
        checks.that((2000..=2200).contains(&start.year()), "/starts_on", "wrong_date");
        checks.that(end >= start, "/ends_on", "ends_before_start");
        checks.that(end.year() - start.year() <= YEARS_MAX, "/ends_on", "too_far");
    }
    checks.that(!fields.coverage.is_empty(), "/coverage", "required");
    checks.that(fields.coverage.len() <= COVERAGE_MAX, "/coverage", "too_many");
    for (index, line) in fields.coverage.iter().enumerate().take(COVERAGE_MAX) {
        let at = format!("/coverage/{index}");
        checks.that(known.contains(&(line.category_id,)), &format!("{at}/category_id"), "not_a_choice");
        let is_repeated = fields.coverage[..index].iter().any(|other| other.category_id == line.category_id);
        checks.that(!is_repeated, &format!("{at}/category_id"), "repeated");
        checks.range(line.sessions_per_year.into(), 1, 366, &format!("{at}/sessions_per_year"));
    }
    checks.done()?;
    match (starts_on, ends_on) {
        (Some(start), Some(end)) => Ok((start, end)),
        _ => Err(Error::field("/starts_on", "wrong_date")),
    }
}

async fn cover(tx: &mut Tx, contract: Uuid, fields: &ContractFields) -> Result<()> {
    let categories: Vec<Uuid> = fields.coverage.iter().map(|c| c.category_id).collect();
    let sessions: Vec<i32> = fields.coverage.iter().map(|c| c.sessions_per_year).collect();
    sqlx::query("DELETE FROM contract_coverage WHERE contract_id = $1 AND NOT category_id = ANY($2)")
        .bind(contract)
        .bind(&categories)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO contract_coverage (contract_id, category_id, sessions_per_year) SELECT $1, * FROM unnest($2::uuid[], $3::int[])
         ON CONFLICT (contract_id, category_id) DO UPDATE SET sessions_per_year = excluded.sessions_per_year",
    )
    .bind(contract)
    .bind(&categories)
    .bind(&sessions)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn done(tx: &mut Tx, caller: &Caller, id: Uuid, company: Uuid, action: &str) -> Result<CompanyContract> {
    let entry = Entry::new(action).on("contract", id).detail(serde_json::json!({ "company": company }));
    audit::append(tx, caller, entry).await?;
    Ok(view(caller, one(tx, id).await?))
}

fn explain(result: sqlx::Result<sqlx::postgres::PgQueryResult>) -> Result<u64> {
    match result {
        Err(error) if violated_constraint(&error) == Some("contracts_do_not_overlap") => Err(Error::conflict("contracts_overlap")),
        Err(error) if violated_constraint(&error) == Some("contracts_company_id_number_key") => Err(Error::field("/number", "taken")),
        other => Ok(other?.rows_affected()),
    }
}
