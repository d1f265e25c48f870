//! The slice's statements.

use domain::{
    ids::{AppointmentId, PersonId},
    sessions::{Event, EventKind, Party},
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::error::{Error, Result};

/// An appointment with its room, as one of its two people sees it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub id: AppointmentId,
    pub employee: PersonId,
    pub specialist: PersonId,
    pub status: String,
    pub format: String,
    pub starts_at: Timestamp,
    /// When it ends, or did if it was ended before its time.
    pub ends_at: Timestamp,
    /// When it was to end.
    pub planned_end: Timestamp,
    /// The name the other is shown under.
    pub other_name: String,
    pub room: Option<String>,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<String>,
    pub canceled_by: Option<String>,
    /// Who is asking.
    pub me: Party,
}

impl Visit {
    /// The other person.
    pub fn other(&self) -> PersonId {
        match self.me {
            Party::Employee => self.specialist,
            Party::Specialist => self.employee,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    employee_id: Uuid,
    specialist_id: Uuid,
    status: String,
    format: String,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    planned_end: SqlTimestamp,
    other_name: Option<String>,
    room: Option<String>,
    ended_at: Option<SqlTimestamp>,
    ended_by: Option<String>,
    canceled_by: Option<String>,
}

/// The visit, if `person` is one of its two. Row security makes it nobody else's.
pub async fn visit(tx: &mut Tx, id: AppointmentId, person: PersonId) -> Result<Visit> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT a.employee_id, a.specialist_id, a.status, a.format, a.starts_at, a.ends_at, coalesce(a.planned_ends_at, a.ends_at) AS planned_end,
                p.display_name AS other_name, r.room, r.ended_at, r.ended_by, a.canceled_by
         FROM appointments a
         LEFT JOIN people p ON p.id = CASE WHEN a.employee_id = $2 THEN a.specialist_id ELSE a.employee_id END
         LEFT JOIN call_rooms r ON r.appointment_id = a.id
         WHERE a.id = $1 AND $2 IN (a.employee_id, a.specialist_id)",
    )
    .bind(id.0)
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?;
    let row = row.ok_or_else(Error::not_found)?;
    Ok(Visit {
        id,
        me: if row.employee_id == person.0 { Party::Employee } else { Party::Specialist },
        employee: PersonId(row.employee_id),
        specialist: PersonId(row.specialist_id),
        status: row.status,
        format: row.format,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        planned_end: row.planned_end.to_jiff(),
        other_name: row.other_name.unwrap_or_default(),
        room: row.room,
        ended_at: row.ended_at.map(|at| at.to_jiff()),
        ended_by: row.ended_by,
        canceled_by: row.canceled_by,
    })
}

/// The join log of an appointment.
pub async fn join_log(tx: &mut Tx, id: AppointmentId) -> Result<Vec<Event>> {
    let rows: Vec<(String, String, SqlTimestamp)> =
        sqlx::query_as("SELECT party, kind, at FROM call_events WHERE appointment_id = $1 ORDER BY id")
            .bind(id.0)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(party, kind, at)| {
            let kind = match kind.as_str() {
                "joined" => EventKind::Joined,
                "left" => EventKind::Left,
                _ => EventKind::Seen,
            };
            Some(Event { party: Party::parse(&party)?, kind, at: at.to_jiff() })
        })
        .collect())
}

/// Appends a line to the join log.
pub async fn log(tx: &mut Tx, id: AppointmentId, party: Party, kind: &str, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO call_events (appointment_id, party, kind, at) VALUES ($1, $2, $3, $4)")
        .bind(id.0)
        .bind(party.name())
        .bind(kind)
        .bind(at.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
