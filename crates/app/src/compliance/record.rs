//! Use case: "who opened my record". Acts, roles, and the specialist's name, whom the person knows anyway; never a name of the staff: they learn what was
//! done, not who works where.

use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;

use crate::kernel::{ctx::Caller, error::Result};

/// Something somebody else did with the person's record.
#[derive(Debug)]
pub struct Access {
    pub at: Timestamp,
    /// `specialist`, `staff` or `system`.
    pub actor: String,
    /// Of a specialist.
    pub name: Option<String>,
    /// `slice.verb`.
    pub action: String,
}

/// The newest acts of others about the caller, newest first.
pub async fn list(tx: &mut Tx, caller: &Caller, limit: i64) -> Result<Vec<Access>> {
    let rows: Vec<(SqlTimestamp, String, Option<String>, String)> = sqlx::query_as(
        "SELECT e.at, e.actor_role, p.display_name, e.action FROM audit_entries e
         LEFT JOIN people p ON p.id = e.actor_id AND p.kind = 'specialist' AND e.actor_role = 'specialist'
         WHERE e.subject_id = $1 AND e.actor_id IS DISTINCT FROM $1 ORDER BY e.id DESC LIMIT $2",
    )
    .bind(caller.me().0)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(at, actor, name, action)| Access { at: at.to_jiff(), actor, name, action }).collect())
}
