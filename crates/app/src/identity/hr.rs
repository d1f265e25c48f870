//! A company's HR: who keeps its roster and hands out its codes, and ending it.

use domain::ids::PersonId;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde_json::json;
use uuid::Uuid;

use super::keycloak;
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    live,
};

/// One of a company's HR.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HrRow {
    pub id: Uuid,
    pub display_name: String,
    pub created_at: SqlTimestamp,
    pub deactivated_at: Option<SqlTimestamp>,
}

/// How many people a list shows.
const LIST_MAX: i64 = 200;

/// A company's HR, those with access first.
pub async fn list(tx: &mut Tx, company: Uuid) -> Result<Vec<HrRow>> {
    Ok(sqlx::query_as(
        "SELECT p.id, p.display_name, p.created_at, p.deactivated_at FROM hr_managers h JOIN people p ON p.id = h.person_id
         WHERE h.company_id = $1 ORDER BY p.deactivated_at IS NOT NULL, p.display_name, p.id LIMIT $2",
    )
    .bind(company)
    .bind(LIST_MAX)
    .fetch_all(&mut **tx)
    .await?)
}

/// From now on the person acts for the company, in a system transaction.
pub(super) async fn appoint(tx: &mut Tx, person: PersonId, company: Option<Uuid>) -> Result<()> {
    let company = company.ok_or_else(|| Error::gone("invitation_over"))?;
    sqlx::query("INSERT INTO hr_managers (person_id, company_id) VALUES ($1, $2)").bind(person.0).bind(company).execute(&mut **tx).await?;
    Ok(())
}

/// Ends the access of one of a company's HR: every session is refused at once. Gives the company.
pub async fn end(tx: &mut Tx, caller: &Caller, person: PersonId) -> Result<Uuid> {
    let row: Option<(Uuid,)> = sqlx::query_as(
        "SELECT h.company_id FROM hr_managers h JOIN people p ON p.id = h.person_id WHERE p.id = $1 AND p.deactivated_at IS NULL",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?;
    let (company,) = row.ok_or_else(Error::not_found)?;
    sqlx::query("SELECT app.close_staff($1, $2)").bind(person.0).bind(caller.now().to_sqlx()).execute(&mut **tx).await?;
    let entry = audit::Entry::new("identity.deactivate").about(person).detail(json!({ "company": company }));
    audit::append(tx, caller, entry).await?;
    live::emit(tx, caller.now(), &[person], "identity.sessions", &json!({})).await?;
    keycloak::end(tx, &caller.app, person).await?;
    Ok(company)
}

/// The company to which an invitation of HR is.
pub async fn company_of_invitation(tx: &mut Tx, invitation: Uuid) -> Result<Uuid> {
    let row: Option<(Uuid,)> = sqlx::query_as("SELECT company_id FROM invitations WHERE id = $1 AND kind = 'hr'")
        .bind(invitation)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|(company,)| company).ok_or_else(Error::not_found)
}
