//! Taking a pass: it lets one account in, or lets one stay.

use domain::{
    identity::normalise_email,
    ids::{CompanyId, PersonId},
};
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::db::Tx;
use uuid::Uuid;

use super::text::Pass;
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    organisations::entry::{self, Eligible, Via},
};

/// A pass that is good now.
#[derive(Debug, Clone)]
pub struct Seen {
    pub company: Uuid,
    pub company_name: String,
    /// The last day of access with it.
    pub lets_in_until: Date,
    starts_on: Date,
    is_on: bool,
    hash: Vec<u8>,
}

/// Looks at a pass without using it up, in a system transaction.
///
/// # Errors
/// `/pass` `pass_malformed`, `pass_unknown_key`, `pass_not_genuine`, `pass_over`, `pass_used`; `company_not_covered`.
async fn see(tx: &mut Tx, app: &App, text: &str) -> Result<Seen> {
    let pass = Pass::read(text)?;
    let today = app.today();
    let row: Option<(Uuid, String, Vec<u8>, SqlDate, SqlDate, bool, bool)> = sqlx::query_as(
        "SELECT co.id, co.name, k.public_half, k.starts_on, k.lets_in_until, coalesce(p.is_on, false),
                co.archived_at IS NULL AND EXISTS (
                  SELECT FROM contracts c WHERE c.company_id = co.id AND c.ended_at IS NULL AND $2 BETWEEN c.starts_on AND c.ends_on)
         FROM pass_keys k JOIN companies co ON co.id = k.company_id LEFT JOIN company_passes p ON p.company_id = co.id
         WHERE k.fingerprint = $1",
    )
    .bind(&pass.fingerprint[..])
    .bind(today.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let wrong = |code| Error::field("/pass", code);
    let (company, company_name, public, starts_on, until, is_on, is_covered) = row.ok_or_else(|| wrong("pass_unknown_key"))?;
    if !pass.is_signed_by(&public) {
        return Err(wrong("pass_not_genuine"));
    }
    let (starts_on, lets_in_until) = (starts_on.to_jiff(), until.to_jiff());
    if !(starts_on..=lets_in_until).contains(&today) {
        return Err(wrong("pass_over"));
    }
    if !is_covered {
        return Err(Error::conflict("company_not_covered"));
    }
    let hash = pass.hash();
    let (is_used,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM passes_used WHERE pass_hash = $1)").bind(&hash).fetch_one(&mut **tx).await?;
    if is_used {
        return Err(wrong("pass_used"));
    }
    Ok(Seen { company, company_name, lets_in_until, starts_on, is_on, hash })
}

/// As [`see`], for a newcomer.
///
/// # Errors
/// As [`see`]; `passes_off`.
pub async fn look(tx: &mut Tx, app: &App, text: &str) -> Result<Seen> {
    let seen = see(tx, app, text).await?;
    if seen.is_on { Ok(seen) } else { Err(Error::conflict("passes_off")) }
}

/// Uses a pass up for a newcomer: of two with the same one, one gets in.
///
/// # Errors
/// As [`look`].
pub async fn take(tx: &mut Tx, app: &App, text: &str) -> Result<Eligible> {
    let seen = look(tx, app, text).await?;
    use_up(tx, &seen).await?;
    Ok(Eligible {
        company: CompanyId(seen.company),
        company_name: seen.company_name,
        via: Via::Pass,
        domain: None,
        came_by: None,
        ends_on: Some(seen.lets_in_until),
    })
}

async fn use_up(tx: &mut Tx, seen: &Seen) -> Result<()> {
    let used = sqlx::query("INSERT INTO passes_used (pass_hash, company_id, starts_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(&seen.hash)
        .bind(seen.company)
        .bind(seen.starts_on.to_sqlx())
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if used == 1 { Ok(()) } else { Err(Error::field("/pass", "pass_used")) }
}

/// Uses a pass up to let `person`, who came with one, stay longer, or come back. One that gives no more days is not used up.
///
/// # Errors
/// As [`see`]; `/pass` `pass_of_other_company`; `not_by_pass`.
pub async fn renew(tx: &mut Tx, app: &App, person: PersonId, text: &str) -> Result<Standing> {
    let seen = see(tx, app, text).await?;
    let row: Option<(Uuid, SqlDate, bool)> = sqlx::query_as(
        "SELECT company_id, ends_on, ended_at IS NOT NULL FROM memberships WHERE person_id = $1 AND via = 'pass' FOR UPDATE",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?;
    let (company, ends_on, has_ended) = row.ok_or_else(|| Error::conflict("not_by_pass"))?;
    if company != seen.company {
        return Err(Error::field("/pass", "pass_of_other_company"));
    }
    if has_ended || ends_on.to_jiff() < seen.lets_in_until {
        use_up(tx, &seen).await?;
        sqlx::query("UPDATE memberships SET ends_on = $2, ended_at = NULL WHERE person_id = $1")
            .bind(person.0)
            .bind(seen.lets_in_until.to_sqlx())
            .execute(&mut **tx)
            .await?;
    }
    Ok(Standing { ends_on: seen.lets_in_until.max(ends_on.to_jiff()), has_ended: false, can_renew: false })
}

/// How the access of somebody who came with a pass stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The last day.
    pub ends_on: Date,
    pub has_ended: bool,
    /// A pass that gives more days can be had today.
    pub can_renew: bool,
}

/// One's own standing, as far as the transaction's actor may read it; none for who came otherwise.
pub async fn standing(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<Standing>> {
    let row: Option<(SqlDate, bool, bool)> = sqlx::query_as(
        "SELECT m.ends_on, m.ended_at IS NOT NULL,
                app.is_covered(m.company_id, $2) AND EXISTS (
                  SELECT FROM pass_keys k
                  WHERE k.company_id = m.company_id AND $2 BETWEEN k.starts_on AND k.ends_on
                    AND (m.ended_at IS NOT NULL OR k.lets_in_until > m.ends_on))
         FROM memberships m WHERE m.person_id = $1 AND m.via = 'pass'",
    )
    .bind(person.0)
    .bind(app.today().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(ends_on, has_ended, can_renew)| Standing { ends_on: ends_on.to_jiff(), has_ended, can_renew }))
}

/// Whether an address is one by which a company that gives passes knows its people, whatever its contract and however they sign in: it would say whose
/// the account is.
pub async fn is_work_address(tx: &mut Tx, app: &App, address: &str) -> Result<bool> {
    let (is,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (
           SELECT FROM company_passes p
           WHERE EXISTS (SELECT FROM company_domains d WHERE d.company_id = p.company_id AND d.domain = $1)
              OR EXISTS (SELECT FROM roster_entries r WHERE r.company_id = p.company_id AND r.lookup = $2))",
    )
    .bind(entry::domain_of(&normalise_email(address)))
    .bind(entry::roster_lookup(app, address))
    .fetch_one(&mut **tx)
    .await?;
    Ok(is)
}
