//! A queue in PostgreSQL: asked for in the caller's transaction, done at least once, retried with growing pauses, kept when it will not succeed.
//!
//! Own and small, because the published PostgreSQL queue crates pin an older sqlx or keep their own connection, and the point of this queue is that
//! the work is asked for in the very transaction that makes it necessary.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::Serialize;

use crate::db::{Db, Tx};

/// How long a try of a job may take. Less than [`LOCK`], so that nobody works at a job which another has taken over.
pub const TRY_MAX: Duration = Duration::from_secs(40);
/// How long a worker may hold a job before another takes it over: what a killed node was at is done within a minute.
const LOCK: SignedDuration = SignedDuration::from_secs(45);

/// Work to ask for.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    pub kind: &'a str,
    pub payload: serde_json::Value,
    /// Asking twice under one key asks once.
    pub unique_key: Option<String>,
    pub run_at: Timestamp,
}

/// A job taken by a worker.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: i64,
    pub kind: String,
    pub payload: serde_json::Value,
    /// 1 at the first try.
    pub attempt: i32,
    max_attempts: i32,
}

/// Asks for `job` in the caller's transaction.
pub async fn enqueue(tx: &mut Tx, now: Timestamp, job: NewJob<'_>) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO jobs (kind, payload, unique_key, run_at, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
        .bind(job.kind)
        .bind(job.payload)
        .bind(job.unique_key)
        .bind(job.run_at.to_sqlx())
        .bind(now.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The payload of a typed job.
pub fn payload(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("job payloads are plain data")
}

/// Withdraws jobs not yet tried whose unique key begins with `prefix`.
pub async fn withdraw(tx: &mut Tx, prefix: &str) -> sqlx::Result<()> {
    sqlx::query("SELECT app.withdraw_jobs($1)").bind(prefix).execute(&mut **tx).await?;
    Ok(())
}

/// Takes the next due job, of `kinds` or of any, if there is one, and commits the taking: a crash leaves it to another worker after [`LOCK`].
pub async fn take(db: &Db, now: Timestamp, kinds: Option<&[&str]>) -> sqlx::Result<Option<Job>> {
    let mut tx = db.begin_system().await?;
    let row: Option<(i64, String, serde_json::Value, i32, i32)> = sqlx::query_as(
        "UPDATE jobs SET attempts = attempts + 1, locked_until = $2
         WHERE id = (SELECT id FROM jobs
                     WHERE run_at <= $1 AND dead_at IS NULL AND (locked_until IS NULL OR locked_until < $1)
                       AND ($3::text[] IS NULL OR kind = ANY($3))
                     ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, payload, attempts, max_attempts",
    )
    .bind(now.to_sqlx())
    .bind((now + LOCK).to_sqlx())
    .bind(kinds)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.map(|(id, kind, payload, attempt, max_attempts)| Job { id, kind, payload, attempt, max_attempts }))
}

/// Marks a job done.
pub async fn done(db: &Db, job: &Job) -> sqlx::Result<()> {
    let mut tx = db.begin_system().await?;
    sqlx::query("DELETE FROM jobs WHERE id = $1").bind(job.id).execute(&mut *tx).await?;
    tx.commit().await
}

/// Marks a try as failed: again later, or never (kept as a dead letter for the operator). `error` is a code, never data.
pub async fn failed(db: &Db, job: &Job, now: Timestamp, error: &str) -> sqlx::Result<()> {
    let is_last = job.attempt >= job.max_attempts;
    let mut tx = db.begin_system().await?;
    sqlx::query("UPDATE jobs SET locked_until = NULL, last_error = $2, run_at = $3, dead_at = CASE WHEN $4 THEN $5 END WHERE id = $1")
        .bind(job.id)
        .bind(error)
        .bind((now + pause(job.attempt)).to_sqlx())
        .bind(is_last)
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// The pause after the `attempt`th failure: 5 s, 10 s, 20 s … at most an hour.
fn pause(attempt: i32) -> SignedDuration {
    let exponent = u32::try_from(attempt - 1).unwrap_or(0).min(10);
    SignedDuration::from_secs(5 * 2_i64.pow(exponent)).min(SignedDuration::from_hours(1))
}

/// How long an idle worker waits before it looks again.
pub const IDLE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!(pause(1), SignedDuration::from_secs(5));
        assert_eq!(pause(3), SignedDuration::from_secs(20));
        assert_eq!(pause(40), SignedDuration::from_hours(1));
    }
}
