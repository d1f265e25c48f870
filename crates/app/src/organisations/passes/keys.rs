//! The keys that sign passes: one of a company at a time, the same for everybody.

use domain::organisations::passes::{Period, period};
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::{
    blind,
    crypto::{Place, sha256},
    db::Tx,
};
use serde_json::json;
use uuid::Uuid;

use crate::kernel::{
    app::App,
    audit::Entry,
    error::{Error, Kind, Result},
};

/// The key with which passes of a company are signed today.
#[derive(Debug, Clone)]
pub struct KeyOfToday {
    pub public: Vec<u8>,
    pub fingerprint: Vec<u8>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub lets_in_until: Date,
    pub(super) secret_sealed: Vec<u8>,
}

/// The key of a company that gives passes, is in use and has a contract, in a system transaction.
///
/// # Errors
/// `passes_off`; `company_not_covered`; `pass_key_missing`: the job that makes keys has not come round.
pub async fn key_of_today(tx: &mut Tx, app: &App, company: Uuid) -> Result<KeyOfToday> {
    let today = app.today();
    let row: Option<(bool,)> = sqlx::query_as(
        "SELECT co.archived_at IS NULL AND EXISTS (
           SELECT FROM contracts c WHERE c.company_id = co.id AND c.ended_at IS NULL AND $2 BETWEEN c.starts_on AND c.ends_on)
         FROM companies co JOIN company_passes p ON p.company_id = co.id WHERE co.id = $1",
    )
    .bind(company)
    .bind(today.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        None => return Err(Error::conflict("passes_off")),
        Some((false,)) => return Err(Error::conflict("company_not_covered")),
        Some((true,)) => {}
    }
    let row: Option<(Vec<u8>, Vec<u8>, SqlDate, SqlDate, SqlDate, Vec<u8>)> = sqlx::query_as(
        "SELECT public_half, fingerprint, starts_on, ends_on, lets_in_until, secret_sealed FROM pass_keys
         WHERE company_id = $1 AND $2 BETWEEN starts_on AND ends_on AND secret_sealed IS NOT NULL",
    )
    .bind(company)
    .bind(today.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let (public, fingerprint, starts_on, ends_on, lets_in_until, secret_sealed) =
        row.ok_or_else(|| Error::new(Kind::Unavailable, "pass_key_missing"))?;
    let (starts_on, ends_on, lets_in_until) = (starts_on.to_jiff(), ends_on.to_jiff(), lets_in_until.to_jiff());
    Ok(KeyOfToday { public, fingerprint, starts_on, ends_on, lets_in_until, secret_sealed })
}

/// Makes the key of the period of `day`, if there is none yet. `former` is the last day of the keys that there are. Gives the entry for the audit log,
/// which lets everybody with access to it see that there was one key for all.
pub(super) async fn make(
    tx: &mut Tx,
    app: &App,
    company: Uuid,
    day: Date,
    months: i8,
    former: Option<Date>,
) -> Result<Option<Entry<'static>>> {
    let Some(Period { starts_on, ends_on, lets_in_until }) = period(day, months, former) else { return Ok(None) };
    let key = blind::new_key().map_err(Error::internal)?;
    let fingerprint = sha256(&key.public);
    let made = sqlx::query(
        "INSERT INTO pass_keys (company_id, starts_on, ends_on, lets_in_until, fingerprint, public_half, secret_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(company)
    .bind(starts_on.to_sqlx())
    .bind(ends_on.to_sqlx())
    .bind(lets_in_until.to_sqlx())
    .bind(&fingerprint)
    .bind(&key.public)
    .bind(app.keys.seal(&app.rng, place(company), &key.secret))
    .execute(&mut **tx)
    .await?
    .rows_affected();
    let detail = json!({ "fingerprint": hex::encode(&fingerprint), "starts_on": starts_on.to_string(), "ends_on": ends_on.to_string() });
    Ok((made == 1).then(|| Entry::new("organisations.make_pass_key").on("company", company).detail(detail)))
}

pub(super) fn place(company: Uuid) -> Place<'static> {
    Place { table: "pass_keys", column: "secret_sealed", row: company }
}
