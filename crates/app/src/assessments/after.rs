//! Use case: what is left to do after a consultation.

use domain::{
    assessments::{Asked, asked_after},
    ids::{AppointmentId, PersonId},
};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
};

/// A consultation of the caller's, and what they have said about it.
#[derive(Debug)]
pub struct After {
    pub specialist: PersonId,
    pub specialist_name: String,
    pub category: Uuid,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub status: String,
    pub outcome: Option<String>,
    /// The stars given, if any were.
    pub stars: Option<i32>,
    pub is_safety_answered: bool,
    pub has_note: bool,
}

impl After {
    /// What may be asked about it: nothing before it is over.
    pub fn asked(&self) -> Asked {
        if self.status == "completed" { asked_after(self.outcome.as_deref()) } else { Asked { rating: false, safety: false } }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    specialist_id: Uuid,
    specialist_name: Option<String>,
    category_id: Uuid,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    status: String,
    outcome: Option<String>,
    stars: Option<i32>,
    is_safety_answered: bool,
    has_note: bool,
}

/// The consultation `id`, if the caller is its employee.
pub async fn find(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<After> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT a.specialist_id, p.display_name AS specialist_name, a.category_id, a.starts_at, a.ends_at, a.status, o.outcome, r.stars,
                app.is_safety_answered(a.id) AS is_safety_answered,
                EXISTS (SELECT FROM session_notes n WHERE n.appointment_id = a.id AND n.author_id = $2) AS has_note
         FROM appointments a
         LEFT JOIN people p ON p.id = a.specialist_id
         LEFT JOIN session_outcomes o ON o.appointment_id = a.id
         LEFT JOIN ratings r ON r.appointment_id = a.id
         WHERE a.id = $1 AND a.employee_id = $2 AND a.status IN ('booked', 'completed', 'canceled')",
    )
    .bind(id.0)
    .bind(caller.me().0)
    .fetch_optional(&mut **tx)
    .await?;
    let row = row.ok_or_else(Error::not_found)?;
    Ok(After {
        specialist: PersonId(row.specialist_id),
        specialist_name: row.specialist_name.unwrap_or_default(),
        category: row.category_id,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        status: row.status,
        outcome: row.outcome,
        stars: row.stars,
        is_safety_answered: row.is_safety_answered,
        has_note: row.has_note,
    })
}
