//! Use case: "who opened my record". Roles and acts, never names: the person learns what was done, not who works where.

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
    /// `slice.verb`.
    pub action: String,
}

/// The newest acts of others about the caller, newest first.
pub async fn list(tx: &mut Tx, caller: &Caller, limit: i64) -> Result<Vec<Access>> {
    let rows: Vec<(SqlTimestamp, String, String)> = sqlx::query_as(
        "SELECT at, actor_role, action FROM audit_entries WHERE subject_id = $1 AND actor_id IS DISTINCT FROM $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(caller.me().0)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(at, actor, action)| Access { at: at.to_jiff(), actor, action }).collect())
}
