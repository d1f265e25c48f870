//! The kernel's own jobs: sealing the audit log, sweeping what is over.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{crypto::sha256, jobs::Job};

use super::app::App;

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "kernel.seal_audit" => seal_audit(app).await,
        "kernel.sweep" => sweep(app, app.now()).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

#[derive(Debug, sqlx::FromRow)]
struct EntryRow {
    id: i64,
    at: SqlTimestamp,
    actor_id: Option<uuid::Uuid>,
    actor_role: String,
    action: String,
    subject_id: Option<uuid::Uuid>,
    resource: Option<String>,
    detail: serde_json::Value,
}

impl EntryRow {
    /// The bytes that are hashed: JSON of a fixed shape.
    fn canonical(&self) -> Vec<u8> {
        serde_json::json!([
            self.id,
            self.at.to_jiff().as_microsecond(),
            self.actor_id,
            self.actor_role,
            self.action,
            self.subject_id,
            self.resource,
            self.detail
        ])
        .to_string()
        .into_bytes()
    }
}

const ENTRY_COLUMNS: &str = "e.id, e.at, e.actor_id, e.actor_role, e.action, e.subject_id, e.resource, e.detail";

/// h(n) = SHA-256(h(n-1) || n || entry).
fn link(previous: &[u8], sequence: i64, entry: &EntryRow) -> Vec<u8> {
    sha256(&[previous, &sequence.to_be_bytes(), &entry.canonical()].concat())
}

/// Chains the entries committed since the last time. One sealer at a time: an advisory lock for the transaction.
async fn seal_audit(app: &App) -> anyhow::Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let (mine,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_xact_lock(hashtext('audit_seals'))").fetch_one(&mut *tx).await?;
    if !mine {
        return Ok(());
    }
    let head: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT sequence, hash FROM audit_seals ORDER BY sequence DESC LIMIT 1").fetch_optional(&mut *tx).await?;
    let (mut sequence, mut hash) = head.unwrap_or((0, Vec::new()));
    // Entries commit out of order, so "not yet sealed" is asked, not "above the last id".
    let entries: Vec<EntryRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {ENTRY_COLUMNS} FROM audit_entries e WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT 5000"
    )))
    .fetch_all(&mut *tx)
    .await?;
    for entry in entries {
        sequence += 1;
        hash = link(&hash, sequence, &entry);
        sqlx::query("INSERT INTO audit_seals (sequence, entry_id, hash, sealed_at) VALUES ($1, $2, $3, $4)")
            .bind(sequence)
            .bind(entry.id)
            .bind(&hash)
            .bind(now.to_sqlx())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The first sequence number at which the chain does not hold, or the number of links that do.
pub async fn verify_audit(app: &App) -> anyhow::Result<Result<i64, i64>> {
    let mut tx = app.db.begin_system().await?;
    let mut expected: Vec<u8> = Vec::new();
    let mut count = 0;
    loop {
        let seals: Vec<(i64, i64, Vec<u8>)> =
            sqlx::query_as("SELECT sequence, entry_id, hash FROM audit_seals WHERE sequence > $1 ORDER BY sequence LIMIT 5000")
                .bind(count)
                .fetch_all(&mut *tx)
                .await?;
        if seals.is_empty() {
            return Ok(Ok(count));
        }
        for (sequence, entry_id, hash) in seals {
            let entry: Option<EntryRow> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {ENTRY_COLUMNS} FROM audit_entries e WHERE e.id = $1")))
                    .bind(entry_id)
                    .fetch_optional(&mut *tx)
                    .await?;
            let Some(entry) = entry else { return Ok(Err(sequence)) };
            expected = link(&expected, sequence, &entry);
            if sequence != count + 1 || hash != expected {
                return Ok(Err(sequence));
            }
            count = sequence;
        }
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
    sqlx::query("DELETE FROM login_challenges WHERE expires_at < $1").bind(day_ago.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query("DELETE FROM throttles WHERE window_start < $1 AND (blocked_until IS NULL OR blocked_until < $1)")
        .bind(day_ago.to_sqlx())
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1").bind(week_ago.to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
