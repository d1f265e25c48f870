//! Use cases: agree to what a colleague asks for, refuse it, take one's own back.

use domain::{
    approvals::{Decision, Kind, WAITS},
    ids::ApprovalId,
};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use serde_json::json;
use uuid::Uuid;

use super::{REASON, jobs, place};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// Notes the caller's decision about `id`; who refuses says why (10 to 500 characters, sealed).
///
/// # Errors
/// A field error without that reason; `own_ask` for what one asks for oneself; `ask_decided` once it was decided, or nobody had agreed in time. Who may not agree to things of its kind does not
/// find it.
pub async fn decide(tx: &mut Tx, caller: &Caller, id: ApprovalId, decision: Decision, reason: &str) -> Result<()> {
    let now = caller.now();
    let row: Option<(String, Uuid, SqlTimestamp, bool, bool)> =
        sqlx::query_as("SELECT kind, asked_by, asked_at, decision IS NOT NULL, app.may_agree_to(kind) FROM approvals WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    let (kind, asked_by, asked_at, is_decided, may_agree) = row.ok_or_else(Error::not_found)?;
    let is_own = asked_by == caller.me().0;
    match decision {
        Decision::Withdrawn if !is_own => return Err(Error::not_found()),
        Decision::Agreed | Decision::Refused if is_own => return Err(Error::conflict("own_ask")),
        Decision::Agreed | Decision::Refused if !may_agree => return Err(Error::not_found()),
        _ => {}
    }
    if is_decided || now >= asked_at.to_jiff() + WAITS {
        return Err(Error::conflict("ask_decided"));
    }
    let refusal = if decision == Decision::Refused {
        Checks::new().text(reason, *REASON.start(), *REASON.end(), "/reason").done()?;
        Some(caller.app.keys.seal(&caller.app.rng, place(id, "refusal_sealed"), reason.trim().as_bytes()))
    } else {
        None
    };
    // Two colleagues may press at the same moment: the first decides.
    let done = sqlx::query(
        "UPDATE approvals SET decision = $2, decided_by = $3, decided_at = $4, refusal_sealed = $5 WHERE id = $1 AND decision IS NULL",
    )
    .bind(id.0)
    .bind(decision.name())
    .bind(caller.me().0)
    .bind(now.to_sqlx())
    .bind(refusal)
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::conflict("ask_decided"));
    }
    let act = match decision {
        Decision::Agreed => "approvals.agree",
        Decision::Refused => "approvals.refuse",
        Decision::Withdrawn => "approvals.withdraw",
    };
    let kind = Kind::parse(&kind).ok_or_else(|| Error::internal(anyhow::anyhow!("an unknown kind of approval")))?;
    audit::append(tx, caller, audit::Entry::new(act).on("approval", id).detail(json!({ "what": kind.name() }))).await?;
    jobs::tell(tx, now, id).await
}
