//! The benefit: what a person's contract covers on a day, and the ledger.

use domain::{
    booking::{QuotaStep, quota::Balance},
    ids::{AppointmentId, CategoryId, ContractId, PersonId},
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::error::Result;

/// A contract of the person's company, in force on a day.
#[derive(Debug, Clone)]
pub struct Covering {
    pub contract: ContractId,
    pub starts_on: Date,
    pub ends_on: Date,
    /// Absent: the category is not covered.
    pub sessions_per_year: Option<i32>,
    /// The balances there are, by the first day of their contract year.
    pub balances: Vec<(Date, Balance)>,
}

#[derive(Debug, Deserialize)]
struct BalanceRow {
    year_start: Date,
    granted: i32,
    held: i32,
    used: i32,
}

type CoveringRow = (Uuid, SqlDate, SqlDate, Option<i32>, Json<Vec<BalanceRow>>);

/// The contract that decides about a session of `category` on `day`, which begins at `start`; none if none is in force then, or the company is archived.
pub async fn covering(tx: &mut Tx, employee: PersonId, category: CategoryId, day: Date, start: Timestamp) -> Result<Option<Covering>> {
    let row: Option<CoveringRow> = sqlx::query_as(
        "SELECT c.id, c.starts_on, c.ends_on, cover.sessions_per_year,
                (SELECT coalesce(json_agg(json_build_object('year_start', b.year_start, 'granted', b.granted, 'held', b.held, 'used', b.used)), '[]')
                 FROM quota_balances b WHERE b.employee_id = $1 AND b.contract_id = c.id AND b.category_id = $2)
         FROM memberships m
         JOIN companies co ON co.id = m.company_id AND co.archived_at IS NULL
         JOIN contracts c ON c.company_id = m.company_id AND $3 BETWEEN c.starts_on AND c.ends_on AND (c.ended_at IS NULL OR c.ended_at > $4)
         LEFT JOIN contract_coverage cover ON cover.contract_id = c.id AND cover.category_id = $2
         WHERE m.person_id = $1 AND m.ended_at IS NULL
         ORDER BY c.ended_at NULLS FIRST LIMIT 1",
    )
    .bind(employee.0)
    .bind(category.0)
    .bind(day.to_sqlx())
    .bind(start.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(read))
}

/// What the contract in force today covers, by category, as [`covering`] would say for a session today.
pub async fn covered_today(tx: &mut Tx, employee: PersonId, day: Date, now: Timestamp) -> Result<Vec<(CategoryId, Covering)>> {
    let rows: Vec<(Uuid, Uuid, SqlDate, SqlDate, Option<i32>, Json<Vec<BalanceRow>>)> = sqlx::query_as(
        "SELECT cover.category_id, c.id, c.starts_on, c.ends_on, cover.sessions_per_year,
                (SELECT coalesce(json_agg(json_build_object('year_start', b.year_start, 'granted', b.granted, 'held', b.held, 'used', b.used)), '[]')
                 FROM quota_balances b WHERE b.employee_id = $1 AND b.contract_id = c.id AND b.category_id = cover.category_id)
         FROM memberships m
         JOIN companies co ON co.id = m.company_id AND co.archived_at IS NULL
         JOIN contracts c ON c.company_id = m.company_id AND $2 BETWEEN c.starts_on AND c.ends_on AND (c.ended_at IS NULL OR c.ended_at > $3)
         JOIN contract_coverage cover ON cover.contract_id = c.id
         WHERE m.person_id = $1 AND m.ended_at IS NULL",
    )
    .bind(employee.0)
    .bind(day.to_sqlx())
    .bind(now.to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(category, a, b, c, d, e)| (CategoryId(category), read((a, b, c, d, e)))).collect())
}

/// When a contract holds.
#[derive(Debug)]
pub struct Term {
    pub starts_on: Date,
    /// Inclusive.
    pub ends_on: Date,
    pub ended_at: Option<Timestamp>,
}

/// The contracts of the company to which `employee` belongs.
pub async fn contracts_of(tx: &mut Tx, employee: PersonId) -> Result<Vec<Term>> {
    let rows: Vec<(SqlDate, SqlDate, Option<SqlTimestamp>)> = sqlx::query_as(
        "SELECT c.starts_on, c.ends_on, c.ended_at
         FROM memberships m JOIN companies co ON co.id = m.company_id AND co.archived_at IS NULL JOIN contracts c ON c.company_id = m.company_id
         WHERE m.person_id = $1 AND m.ended_at IS NULL",
    )
    .bind(employee.0)
    .fetch_all(&mut **tx)
    .await?;
    let term = |(from, to, ended): (SqlDate, SqlDate, Option<SqlTimestamp>)| Term {
        starts_on: from.to_jiff(),
        ends_on: to.to_jiff(),
        ended_at: ended.map(SqlTimestamp::to_jiff),
    };
    Ok(rows.into_iter().map(term).collect())
}

/// Whether `employee` has left the company by which they came.
pub async fn has_left(tx: &mut Tx, employee: PersonId) -> Result<bool> {
    let (has_left,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM memberships WHERE person_id = $1 AND ended_at IS NOT NULL)")
        .bind(employee.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(has_left)
}

/// As [`covering`], for moving an appointment, by whoever has a part in it: the contract of the same company.
pub async fn covering_of(tx: &mut Tx, appointment: AppointmentId, day: Date, start: Timestamp) -> Result<Option<Covering>> {
    let row: Option<CoveringRow> =
        sqlx::query_as("SELECT contract_id, starts_on, ends_on, sessions_per_year, balances FROM app.covering_of($1, $2, $3)")
            .bind(appointment.0)
            .bind(day.to_sqlx())
            .bind(start.to_sqlx())
            .fetch_optional(&mut **tx)
            .await?;
    Ok(row.map(read))
}

fn read((id, starts_on, ends_on, sessions_per_year, balances): CoveringRow) -> Covering {
    let balances = balances.0.into_iter();
    Covering {
        contract: ContractId(id),
        starts_on: starts_on.to_jiff(),
        ends_on: ends_on.to_jiff(),
        sessions_per_year,
        balances: balances.map(|b| (b.year_start, Balance { granted: b.granted, held: b.held, used: b.used })).collect(),
    }
}

/// Whose balance, of what, for which year.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    pub employee: PersonId,
    pub contract: ContractId,
    pub category: CategoryId,
    pub year_start: Date,
}

/// Opens the account unless it is there.
pub async fn open(tx: &mut Tx, account: Account) -> Result<()> {
    sqlx::query(
        "INSERT INTO quota_balances (employee_id, contract_id, category_id, year_start) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(account.employee.0)
    .bind(account.contract.0)
    .bind(account.category.0)
    .bind(account.year_start.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Grants `amount` sessions (takes them back if negative).
pub async fn grant(tx: &mut Tx, account: Account, amount: i32, now: Timestamp) -> Result<()> {
    enter(tx, account, "grant", amount, None, now).await.map_err(Into::into)
}

/// Sets one session aside for an appointment. A database error if there is none.
pub async fn hold(tx: &mut Tx, account: Account, appointment: AppointmentId, now: Timestamp) -> sqlx::Result<()> {
    enter(tx, account, QuotaStep::Hold.name(), 1, Some(appointment), now).await
}

async fn enter(
    tx: &mut Tx,
    account: Account,
    kind: &str,
    amount: i32,
    appointment: Option<AppointmentId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(account.employee.0)
    .bind(account.contract.0)
    .bind(account.category.0)
    .bind(account.year_start.to_sqlx())
    .bind(kind)
    .bind(amount)
    .bind(appointment.map(|a| a.0))
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What becomes of the session set aside for an appointment. `reason` is a code.
pub async fn settle(tx: &mut Tx, appointment: AppointmentId, step: QuotaStep, reason: &str, now: Timestamp) -> Result<()> {
    sqlx::query("SELECT app.settle_quota($1, $2, $3, $4)")
        .bind(appointment.0)
        .bind(step.name())
        .bind(reason)
        .bind(now.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Sets an appointment's session aside in another account instead, after granting `grant` there. A database error if there is none left.
pub async fn transfer(
    tx: &mut Tx,
    appointment: AppointmentId,
    contract: ContractId,
    year_start: Date,
    grant: i32,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("SELECT app.move_quota($1, $2, $3, $4, $5)")
        .bind(appointment.0)
        .bind(contract.0)
        .bind(year_start.to_sqlx())
        .bind(grant)
        .bind(now.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The first day of the contract year for which the appointment's session is held or was used.
pub async fn year_of(tx: &mut Tx, appointment: AppointmentId) -> Result<Option<(ContractId, Date)>> {
    let row: Option<(Uuid, SqlDate)> =
        sqlx::query_as("SELECT contract_id, year_start FROM app.quota_year_of($1)").bind(appointment.0).fetch_optional(&mut **tx).await?;
    Ok(row.map(|(contract, date)| (ContractId(contract), date.to_jiff())))
}
