//! The kernel's own jobs: sealing the audit log, sweeping what is over.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use platform::jobs::Job;

use super::{app::App, chain};

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "kernel.seal_audit" => chain::seal(app).await,
        "kernel.sweep" => sweep(app, app.now()).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

/// Deletes what has served its time.
async fn sweep(app: &App, now: Timestamp) -> anyhow::Result<()> {
    let week_ago = now - SignedDuration::from_hours(24 * 7);
    let day_ago = now - SignedDuration::from_hours(24);
    let mut tx = app.db.begin_system().await?;
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at < $1").bind(week_ago.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query("DELETE FROM live_events WHERE at < $1").bind(day_ago.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query("DELETE FROM call_signals WHERE at < $1").bind(day_ago.to_sqlx()).execute(&mut *tx).await?;
    // At once: with its instants it would stand beside the account of somebody who means not to be found by what they have proven.
    sqlx::query("DELETE FROM login_challenges WHERE expires_at < $1").bind(now.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query("DELETE FROM spent_tokens WHERE expires_at < $1").bind(now.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query("DELETE FROM throttles WHERE window_start < $1 AND (blocked_until IS NULL OR blocked_until < $1)")
        .bind(day_ago.to_sqlx())
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1").bind(week_ago.to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
