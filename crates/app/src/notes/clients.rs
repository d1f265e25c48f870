//! Use cases: a specialist's clients, and one of them.

use domain::{
    ids::{AppointmentId, PersonId},
    text::Localized,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use sqlx::types::Json;
use uuid::Uuid;

use super::intake::{self, Intake};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
};

/// Somebody who booked the caller.
#[derive(Debug)]
pub struct Client {
    pub id: PersonId,
    pub name: String,
    /// The start of the latest consultation that is over.
    pub last: Option<Timestamp>,
    /// The start of the next one.
    pub next: Option<Timestamp>,
    /// Consultations that took place or will.
    pub count: i64,
}

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: Uuid,
    name: String,
    last: Option<SqlTimestamp>,
    next: Option<SqlTimestamp>,
    count: i64,
}

impl From<ClientRow> for Client {
    fn from(row: ClientRow) -> Self {
        Self {
            id: PersonId(row.id),
            name: row.name,
            last: row.last.map(|at| at.to_jiff()),
            next: row.next.map(|at| at.to_jiff()),
            count: row.count,
        }
    }
}

const CLIENTS: &str = "SELECT p.id, p.display_name AS name,
        max(a.starts_at) FILTER (WHERE a.status = 'completed') AS last,
        min(a.starts_at) FILTER (WHERE a.status = 'booked' AND a.ends_at > $2) AS next,
        count(*) FILTER (WHERE a.status IN ('booked', 'completed')) AS count, max(a.starts_at) AS newest
 FROM appointments a JOIN people p ON p.id = a.employee_id
 WHERE a.specialist_id = $1 AND a.status IN ('booked', 'completed', 'canceled')";

/// The caller's clients, the latest consultation first, after the client `after`; up to `limit`.
pub async fn list(tx: &mut Tx, caller: &Caller, after: Option<PersonId>, limit: i64) -> Result<Vec<Client>> {
    let rows: Vec<ClientRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "WITH clients AS ({CLIENTS} GROUP BY p.id)
         SELECT id, name, last, next, count FROM clients c
         WHERE $3::uuid IS NULL OR (c.newest, c.id) < (SELECT k.newest, k.id FROM clients k WHERE k.id = $3)
         ORDER BY c.newest DESC, c.id DESC LIMIT $4"
    )))
    .bind(caller.me().0)
    .bind(caller.now().to_sqlx())
    .bind(after.map(|p| p.0))
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A consultation with a client.
#[derive(Debug, sqlx::FromRow)]
pub struct Past {
    pub id: Uuid,
    pub category: Json<Localized>,
    pub starts_at: SqlTimestamp,
    pub ends_at: SqlTimestamp,
    pub planned_ends_at: Option<SqlTimestamp>,
    pub status: String,
    pub format: String,
    pub outcome: Option<String>,
    pub has_note: bool,
}

impl Past {
    /// The consultation's id.
    pub fn appointment(&self) -> AppointmentId {
        AppointmentId(self.id)
    }
}

/// A client as their specialist sees them.
#[derive(Debug)]
pub struct ClientRecord {
    pub client: Client,
    /// The latest first; at most 200.
    pub history: Vec<Past>,
    pub intakes: Vec<Intake>,
}

/// Opens the record of `client`. The person can see that it was opened.
pub async fn open(tx: &mut Tx, caller: &Caller, client: PersonId) -> Result<ClientRecord> {
    let row: Option<ClientRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{CLIENTS} AND a.employee_id = $3 GROUP BY p.id")))
        .bind(caller.me().0)
        .bind(caller.now().to_sqlx())
        .bind(client.0)
        .fetch_optional(&mut **tx)
        .await?;
    let row = row.ok_or_else(Error::not_found)?;
    let history: Vec<Past> = sqlx::query_as(
        "SELECT a.id, c.name AS category, a.starts_at, a.ends_at, a.planned_ends_at, a.status, a.format, o.outcome,
                EXISTS (SELECT FROM session_notes n WHERE n.appointment_id = a.id AND n.author_id = $1) AS has_note
         FROM appointments a JOIN categories c ON c.id = a.category_id LEFT JOIN session_outcomes o ON o.appointment_id = a.id
         WHERE a.specialist_id = $1 AND a.employee_id = $2 AND a.status IN ('booked', 'completed', 'canceled')
         ORDER BY a.starts_at DESC, a.id DESC LIMIT 200",
    )
    .bind(caller.me().0)
    .bind(client.0)
    .fetch_all(&mut **tx)
    .await?;
    let intakes = intake::of_client(tx, caller, client).await?;
    audit::append(tx, caller, audit::Entry::new("clients.read").about(client)).await?;
    Ok(ClientRecord { client: row.into(), history, intakes })
}
