//! Use cases: ask for the address of the person behind a safety report, and read it once a colleague has agreed. The one way from the operator's staff to an
//! employee's address.

use domain::ids::{ApprovalId, PersonId, SafetyReportId};
use jiff_sqlx::ToSqlx as _;
use platform::db::Tx;
use uuid::Uuid;

use crate::{
    approvals::{self, Wanted},
    identity::email,
    kernel::{
        audit,
        ctx::Caller,
        error::{Error, Result},
    },
};

/// Asks for the address behind `id`.
pub async fn ask(tx: &mut Tx, caller: &Caller, id: SafetyReportId, reason: &str) -> Result<ApprovalId> {
    exists(tx, id).await?;
    approvals::ask(tx, caller, Wanted::Contact(id), reason).await
}

/// The address; `None` if the person has none here. Either is in the person's record of access.
///
/// # Errors
/// `not_agreed` unless a colleague agreed within the hour: the database gives it to nobody else.
pub async fn read(tx: &mut Tx, caller: &Caller, id: SafetyReportId) -> Result<Option<String>> {
    exists(tx, id).await?;
    let row: Option<(Uuid, Option<Vec<u8>>)> = sqlx::query_as("SELECT person, sealed FROM app.contact_behind($1, $2)")
        .bind(id.0)
        .bind(caller.now().to_sqlx())
        .fetch_optional(&mut **tx)
        .await?;
    let (person, sealed) = row.ok_or_else(|| Error::conflict("not_agreed"))?;
    let person = PersonId(person);
    // The person reads it in their record: nothing was opened of whoever has no address.
    let action = if sealed.is_some() { "safety.contact" } else { "safety.contact_none" };
    audit::append(tx, caller, audit::Entry::new(action).about(person).on("safety_report", id)).await?;
    match sealed {
        Some(sealed) => email::open(tx, &caller.app, person, &sealed).await.map(Some),
        None => Ok(None),
    }
}

async fn exists(tx: &mut Tx, id: SafetyReportId) -> Result<()> {
    let row: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM safety_reports WHERE id = $1").bind(id.0).fetch_optional(&mut **tx).await?;
    row.map(|_| ()).ok_or_else(Error::not_found)
}
