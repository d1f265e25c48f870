//! Use cases: list one's threads, and open one with somebody.

use domain::ids::{PersonId, ThreadId};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::{
    audit,
    ctx::{Caller, Kind},
    error::{Error, Result},
};

/// A thread as one of its two sees it.
#[derive(Debug)]
pub struct Thread {
    pub id: ThreadId,
    pub employee: PersonId,
    pub other: PersonId,
    pub other_name: String,
    /// When it was last written in, or opened.
    pub last_at: Timestamp,
    /// Messages of the other that one has not read.
    pub unread: i64,
    /// The number of the newest message; 0 if there is none.
    pub newest: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    employee_id: Uuid,
    specialist_id: Uuid,
    other_name: Option<String>,
    last_at: SqlTimestamp,
    unread: i64,
    newest: i64,
}

impl Row {
    fn seen_by(self, me: PersonId) -> Thread {
        Thread {
            id: ThreadId(self.id),
            employee: PersonId(self.employee_id),
            other: PersonId(if self.employee_id == me.0 { self.specialist_id } else { self.employee_id }),
            other_name: self.other_name.unwrap_or_default(),
            last_at: self.last_at.to_jiff(),
            unread: self.unread,
            newest: self.newest,
        }
    }
}

const THREAD: &str =
    "SELECT t.id, t.employee_id, t.specialist_id, p.display_name AS other_name, coalesce(t.last_at, t.created_at) AS last_at,
        (SELECT count(*) FROM messages m WHERE m.thread_id = t.id AND m.author_id <> $1 AND m.read_at IS NULL) AS unread,
        (SELECT coalesce(max(m.number), 0) FROM messages m WHERE m.thread_id = t.id) AS newest
 FROM threads t LEFT JOIN people p ON p.id = CASE WHEN t.employee_id = $1 THEN t.specialist_id ELSE t.employee_id END";

/// The thread `id`, if it is the caller's.
pub async fn find(tx: &mut Tx, me: PersonId, id: ThreadId) -> Result<Thread> {
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{THREAD} WHERE t.id = $2 AND $1 IN (t.employee_id, t.specialist_id)")))
            .bind(me.0)
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    row.map(|row| row.seen_by(me)).ok_or_else(Error::not_found)
}

/// The caller's threads, the last written in first, after the thread `after`.
pub async fn list(tx: &mut Tx, me: PersonId, after: Option<ThreadId>, limit: i64) -> Result<Vec<Thread>> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "{THREAD} WHERE $1 IN (t.employee_id, t.specialist_id)
           AND ($2::uuid IS NULL OR (coalesce(t.last_at, t.created_at), t.id) < (SELECT coalesce(s.last_at, s.created_at), s.id FROM threads s WHERE s.id = $2))
         ORDER BY coalesce(t.last_at, t.created_at) DESC, t.id DESC LIMIT $3"
    )))
    .bind(me.0)
    .bind(after.map(|t| t.0))
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.seen_by(me)).collect())
}

/// Whom the caller may write to and has no thread with yet: those of the latest consultations.
pub async fn reachable(tx: &mut Tx, me: PersonId) -> Result<Vec<(PersonId, String)>> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT p.id, p.display_name
         FROM (SELECT CASE WHEN a.employee_id = $1 THEN a.specialist_id ELSE a.employee_id END AS other, max(a.starts_at) AS latest
               FROM appointments a
               WHERE $1 IN (a.employee_id, a.specialist_id) AND a.status IN ('booked', 'completed', 'canceled') GROUP BY 1) met
         JOIN people p ON p.id = met.other
         WHERE NOT EXISTS (SELECT FROM threads t WHERE $1 IN (t.employee_id, t.specialist_id) AND met.other IN (t.employee_id, t.specialist_id))
         ORDER BY met.latest DESC LIMIT 50",
    )
    .bind(me.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// The caller's thread with `other`, opened now if there is none. Whoever has no consultation with `other` finds nobody.
pub async fn open(tx: &mut Tx, caller: &Caller, other: PersonId) -> Result<Thread> {
    let me = caller.me();
    let (employee, specialist) = match caller.principal.kind {
        Kind::Employee => (me, other),
        _ => (other, me),
    };
    let (met,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM appointments a WHERE a.employee_id = $1 AND a.specialist_id = $2 AND a.status IN ('booked', 'completed', 'canceled'))",
    )
    .bind(employee.0)
    .bind(specialist.0)
    .fetch_one(&mut **tx)
    .await?;
    if !met {
        return Err(Error::not_found());
    }
    let made = sqlx::query(
        "INSERT INTO threads (id, employee_id, specialist_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (employee_id, specialist_id) DO NOTHING",
    )
    .bind(caller.app.new_id())
    .bind(employee.0)
    .bind(specialist.0)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    // Both may open it in the same moment: the one that stands is found by its two.
    let (id,): (Uuid,) = sqlx::query_as("SELECT id FROM threads WHERE employee_id = $1 AND specialist_id = $2")
        .bind(employee.0)
        .bind(specialist.0)
        .fetch_one(&mut **tx)
        .await?;
    if made == 1 {
        audit::append(tx, caller, audit::Entry::new("chat.open").about(employee).on("thread", id)).await?;
    }
    find(tx, me, ThreadId(id)).await
}
