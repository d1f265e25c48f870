//! The operator's staff: who there is, what they may do, and ending it.

use domain::{access::Role, ids::PersonId};
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

/// A member of the staff.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StaffRow {
    pub id: Uuid,
    pub display_name: String,
    pub capabilities: Vec<String>,
    pub created_at: SqlTimestamp,
    pub deactivated_at: Option<SqlTimestamp>,
}

/// How many people a list shows.
const LIST_MAX: i64 = 500;

/// Everybody of the staff, those in service first.
pub async fn list(tx: &mut Tx) -> Result<Vec<StaffRow>> {
    Ok(sqlx::query_as(
        "SELECT p.id, p.display_name, p.created_at, p.deactivated_at,
                ARRAY(SELECT c.capability FROM staff_capabilities c WHERE c.person_id = p.id ORDER BY 1) AS capabilities
         FROM people p WHERE p.kind = 'staff' ORDER BY p.deactivated_at IS NOT NULL, p.display_name, p.id LIMIT $1",
    )
    .bind(LIST_MAX)
    .fetch_all(&mut **tx)
    .await?)
}

/// Sets what a member of the staff may do. It holds from their next request on.
///
/// # Errors
/// `own_admin`: nobody takes the administrator's right from themselves, so there always is one.
pub async fn set_capabilities(tx: &mut Tx, caller: &Caller, person: PersonId, wanted: &[Role]) -> Result<()> {
    in_service(tx, person).await?;
    if person == caller.me() && !wanted.contains(&Role::Admin) {
        return Err(Error::conflict("own_admin"));
    }
    let names: Vec<&str> = wanted.iter().map(|c| c.name()).collect();
    sqlx::query("DELETE FROM staff_capabilities WHERE person_id = $1 AND capability <> ALL ($2)")
        .bind(person.0)
        .bind(&names)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO staff_capabilities (person_id, capability) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING")
        .bind(person.0)
        .bind(&names)
        .execute(&mut **tx)
        .await?;
    let entry = audit::Entry::new("identity.capabilities").about(person).detail(json!({ "capabilities": names }));
    audit::append(tx, caller, entry).await?;
    live::emit(tx, caller.now(), &[person], "identity.capabilities", &json!({})).await
}

/// Ends a member's service: every session is refused at once.
///
/// # Errors
/// `own_admin` for oneself.
pub async fn deactivate(tx: &mut Tx, caller: &Caller, person: PersonId) -> Result<()> {
    in_service(tx, person).await?;
    if person == caller.me() {
        return Err(Error::conflict("own_admin"));
    }
    sqlx::query("SELECT app.close_staff($1, $2)").bind(person.0).bind(caller.now().to_sqlx()).execute(&mut **tx).await?;
    audit::append(tx, caller, audit::Entry::new("identity.deactivate").about(person)).await?;
    live::emit(tx, caller.now(), &[person], "identity.sessions", &json!({})).await?;
    keycloak::end(tx, &caller.app, person).await
}

async fn in_service(tx: &mut Tx, person: PersonId) -> Result<()> {
    let row: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM people WHERE id = $1 AND kind = 'staff' AND deactivated_at IS NULL")
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|_| ()).ok_or_else(Error::not_found)
}
