//! A company's passes as the administrator sees them: whether newcomers need one, for how long one is good, and the keys.

use domain::organisations::passes::LENGTHS;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::keys;
use crate::{
    kernel::{
        audit::{self, Entry},
        ctx::Caller,
        error::Result,
        validation::Checks,
    },
    organisations::companies,
};

/// A company's passes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassesView {
    /// Newcomers enter with passes, and in no other way.
    pub is_on: bool,
    /// They did once: who came with one renews.
    pub was_on: bool,
    /// For how long passes are given with one key: 1, 3, 6 or 12.
    pub months: i16,
    /// People of this company prove who they are at the company itself.
    pub has_sso: bool,
    /// So few have entered that a pass hides little.
    pub is_small: bool,
    /// The newest first.
    pub keys: Vec<PassKeyLine>,
}

/// A key with which passes are signed: the same for everybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassKeyLine {
    /// SHA-256 of the public key, in hexadecimal digits. People see it where they fetch their pass.
    pub fingerprint: String,
    pub starts_on: String,
    /// The last day on which passes are given.
    pub ends_on: String,
    /// The last day of access with them.
    pub lets_in_until: String,
    /// `future`, `now` or `over`.
    pub state: &'static str,
}

/// What those who keep a company's roster and codes are told of its passes: that people enter with them, and the key of today. No figure: neither how many
/// were given nor when.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyPasses {
    /// Newcomers enter with passes, and in no other way. Else passes are there for who came with one before.
    pub is_on: bool,
    /// The one with which passes are signed today; none where the job that makes keys has not come round.
    pub key: Option<PassKeyLine>,
}

/// How passes are to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PassesWish {
    pub is_on: bool,
    /// 1, 3, 6 or 12.
    pub months: i8,
}

const MONTHS: i16 = 3;
const KEYS_SHOWN: i64 = 8;

/// How they stand.
pub async fn read(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<PassesView> {
    let details = companies::details(tx, caller, company).await?;
    let set: Option<(bool, i16)> =
        sqlx::query_as("SELECT is_on, months FROM company_passes WHERE company_id = $1").bind(company).fetch_optional(&mut **tx).await?;
    let keys: Vec<KeyRow> = sqlx::query_as(
        "SELECT fingerprint, starts_on, ends_on, lets_in_until FROM pass_keys WHERE company_id = $1 ORDER BY starts_on DESC LIMIT $2",
    )
    .bind(company)
    .bind(KEYS_SHOWN)
    .fetch_all(&mut **tx)
    .await?;
    Ok(PassesView {
        is_on: set.is_some_and(|(is_on, _)| is_on),
        was_on: set.is_some(),
        months: set.map_or(MONTHS, |(_, months)| months),
        has_sso: has_sso(tx, company).await?,
        is_small: details.members_at_least.is_none(),
        keys: keys.into_iter().map(|key| line(key, caller.app.today())).collect(),
    })
}

type KeyRow = (Vec<u8>, SqlDate, SqlDate, SqlDate);

fn line((fingerprint, starts_on, ends_on, until): KeyRow, today: Date) -> PassKeyLine {
    PassKeyLine {
        fingerprint: hex::encode(fingerprint),
        starts_on: starts_on.to_jiff().to_string(),
        ends_on: ends_on.to_jiff().to_string(),
        lets_in_until: until.to_jiff().to_string(),
        state: match (starts_on.to_jiff() <= today, today <= ends_on.to_jiff()) {
            (false, _) => "future",
            (true, true) => "now",
            (true, false) => "over",
        },
    }
}

/// What is told of a company's passes to who keeps its roster and codes; none where there never were any.
pub async fn told(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<Option<CompanyPasses>> {
    let set: Option<(bool,)> =
        sqlx::query_as("SELECT is_on FROM company_passes WHERE company_id = $1").bind(company).fetch_optional(&mut **tx).await?;
    let Some((is_on,)) = set else { return Ok(None) };
    let today = caller.app.today();
    let key: Option<KeyRow> = sqlx::query_as(
        "SELECT fingerprint, starts_on, ends_on, lets_in_until FROM pass_keys WHERE company_id = $1 AND $2 BETWEEN starts_on AND ends_on",
    )
    .bind(company)
    .bind(today.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(Some(CompanyPasses { is_on, key: key.map(|key| line(key, today)) }))
}

/// Switches passes on or off, or changes how long they are good. What people have stays: a length begins with the next key, and whoever came with a pass
/// renews it although newcomers come otherwise again.
///
/// # Errors
/// `/months` `not_an_option`; `company_archived`.
pub async fn set(tx: &mut Tx, caller: &Caller, company: Uuid, wish: &PassesWish) -> Result<PassesView> {
    Checks::new().that(LENGTHS.contains(&wish.months), "/months", "not_an_option").done()?;
    companies::in_use(tx, company).await?;
    sqlx::query(
        "INSERT INTO company_passes (company_id, is_on, months, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (company_id) DO UPDATE SET is_on = excluded.is_on, months = excluded.months, changed_at = excluded.changed_at",
    )
    .bind(company)
    .bind(wish.is_on)
    .bind(i16::from(wish.months))
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    let entry = Entry::new("organisations.set_passes").on("company", company).detail(json!({ "is_on": wish.is_on, "months": wish.months }));
    audit::append(tx, caller, entry).await?;
    if wish.is_on {
        make_first_key(tx, caller, company, wish.months).await?;
    }
    read(tx, caller, company).await
}

/// The first newcomer does not wait for the hour.
async fn make_first_key(tx: &mut Tx, caller: &Caller, company: Uuid, months: i8) -> Result<()> {
    let today = caller.app.today();
    let (last,): (Option<SqlDate>,) =
        sqlx::query_as("SELECT max(ends_on) FROM pass_keys WHERE company_id = $1").bind(company).fetch_one(&mut **tx).await?;
    let last = last.map(|day| day.to_jiff());
    if last.is_some_and(|last| last >= today) {
        return Ok(());
    }
    if let Some(entry) = keys::make(tx, &caller.app, company, today, months, last).await? {
        audit::append(tx, caller, entry).await?;
    }
    Ok(())
}

async fn has_sso(tx: &mut Tx, company: Uuid) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM company_sign_ins WHERE company_id = $1 AND is_on)")
        .bind(company)
        .fetch_one(&mut **tx)
        .await?;
    Ok(has)
}
