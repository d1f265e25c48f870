//! Appointments as they are shown.

use domain::{
    ids::{AppointmentId, PersonId},
    text::Localized,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::error::Result;

/// An appointment with what is shown beside it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ViewRow {
    pub id: Uuid,
    pub status: String,
    pub format: String,
    pub starts_at: SqlTimestamp,
    pub ends_at: SqlTimestamp,
    pub planned_ends_at: Option<SqlTimestamp>,
    pub hold_expires_at: Option<SqlTimestamp>,
    pub is_offer: bool,
    pub booked_at: Option<SqlTimestamp>,
    pub created_at: SqlTimestamp,
    pub cancel_free_until: SqlTimestamp,
    pub canceled_at: Option<SqlTimestamp>,
    pub canceled_by: Option<String>,
    pub moved_from: Option<SqlTimestamp>,
    pub ical_sequence: i32,
    pub is_counted: bool,
    pub is_given_back: bool,
    pub category_id: Uuid,
    pub category_name: Json<Localized>,
    pub category_icon: String,
    pub cancel_free_hours: i32,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    pub specialist_photo: Option<Uuid>,
    pub specialist_zone: Option<String>,
    pub employee_id: Uuid,
    pub employee_name: String,
    pub outcome: Option<String>,
}

const SELECT: &str = "
    SELECT a.id, a.status, a.format, a.starts_at, a.ends_at, a.planned_ends_at, a.hold_expires_at, a.is_offer, a.booked_at, a.created_at, a.cancel_free_until,
           a.canceled_at, a.canceled_by, a.moved_from, a.ical_sequence, coalesce(app.last_quota_step(a.id) = 'confirm', false) AS is_counted,
           coalesce(app.last_quota_step(a.id) = 'refund', false) AS is_given_back,
           c.id AS category_id, c.name AS category_name, c.icon AS category_icon,
           coalesce(a.cancel_free_hours, c.cancel_free_hours) AS cancel_free_hours,
           a.specialist_id, sp.display_name AS specialist_name, s.photo_file_id AS specialist_photo, h.time_zone AS specialist_zone,
           a.employee_id, e.display_name AS employee_name, o.outcome
    FROM appointments a
    JOIN categories c ON c.id = a.category_id
    JOIN specialists s ON s.person_id = a.specialist_id
    JOIN people sp ON sp.id = a.specialist_id
    JOIN people e ON e.id = a.employee_id
    LEFT JOIN schedules h ON h.specialist_id = a.specialist_id
    LEFT JOIN session_outcomes o ON o.appointment_id = a.id";

/// The appointment, as far as the transaction's actor may see it.
pub async fn one(tx: &mut Tx, id: AppointmentId) -> Result<Option<ViewRow>> {
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE a.id = $1"))).bind(id.0).fetch_optional(&mut **tx).await?)
}

/// Those of `person` (employee or specialist) that are still ahead or going on, soonest first, after the one named.
pub async fn upcoming(tx: &mut Tx, person: PersonId, now: Timestamp, after: Option<Uuid>, limit: i64) -> Result<Vec<ViewRow>> {
    let text = format!(
        "{SELECT} WHERE $1 IN (a.employee_id, a.specialist_id) AND a.ends_at > $2
           AND (a.status = 'booked' OR (a.status = 'held' AND a.hold_expires_at > $2))
           AND ($3::uuid IS NULL OR (a.starts_at, a.id) > (SELECT l.starts_at, l.id FROM appointments l WHERE l.id = $3))
         ORDER BY a.starts_at, a.id LIMIT $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(person.0).bind(now.to_sqlx()).bind(after).bind(limit).fetch_all(&mut **tx).await?)
}

/// Those of `person` that are over or were called off, the last first, after the one named. Holds that came to nothing are nobody's history.
pub async fn past(tx: &mut Tx, person: PersonId, now: Timestamp, after: Option<Uuid>, limit: i64) -> Result<Vec<ViewRow>> {
    let text = format!(
        "{SELECT} WHERE $1 IN (a.employee_id, a.specialist_id)
           AND (a.status IN ('completed', 'canceled') OR (a.status = 'booked' AND a.ends_at <= $2))
           AND ($3::uuid IS NULL OR (a.starts_at, a.id) < (SELECT l.starts_at, l.id FROM appointments l WHERE l.id = $3))
         ORDER BY a.starts_at DESC, a.id DESC LIMIT $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(person.0).bind(now.to_sqlx()).bind(after).bind(limit).fetch_all(&mut **tx).await?)
}

/// Those of `employee` that somebody else called off though their time is still ahead, soonest first: until something of the kind is booked anew.
pub async fn called_off(tx: &mut Tx, employee: PersonId, now: Timestamp) -> Result<Vec<ViewRow>> {
    let text = format!(
        "{SELECT} WHERE a.employee_id = $1 AND a.status = 'canceled' AND a.canceled_by <> 'employee' AND a.starts_at > $2
           AND NOT EXISTS (SELECT FROM appointments later WHERE later.employee_id = $1 AND later.category_id = a.category_id
                             AND later.status = 'booked' AND later.booked_at > a.canceled_at)
         ORDER BY a.starts_at, a.id LIMIT 3"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(employee.0).bind(now.to_sqlx()).fetch_all(&mut **tx).await?)
}

/// What the operator looks for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub id: Option<Uuid>,
    pub specialist: Option<Uuid>,
    /// A part of a specialist's name, as a LIKE pattern.
    pub specialist_name: Option<String>,
    pub employee: Option<Uuid>,
    /// A part of an employee's chosen name, as a LIKE pattern.
    pub employee_name: Option<String>,
    pub status: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub after: Option<Uuid>,
}

/// The appointments that fit, by start. Holds are left out unless asked for by status.
pub async fn search(tx: &mut Tx, search: &Search, limit: i64) -> Result<Vec<ViewRow>> {
    let text = format!(
        "{SELECT} WHERE ($1::uuid IS NULL OR a.specialist_id = $1) AND ($2::uuid IS NULL OR a.employee_id = $2)
           AND ($3::text IS NULL OR e.display_name ILIKE $3)
           AND (a.status = $4 OR ($4 IS NULL AND a.status <> 'expired'))
           AND ($5::timestamptz IS NULL OR a.starts_at >= $5) AND ($6::timestamptz IS NULL OR a.starts_at < $6)
           AND ($7::uuid IS NULL OR (a.starts_at, a.id) > (SELECT l.starts_at, l.id FROM appointments l WHERE l.id = $7))
           AND ($9::uuid IS NULL OR a.id = $9) AND ($10::text IS NULL OR sp.display_name ILIKE $10)
         ORDER BY a.starts_at, a.id LIMIT $8"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(text))
        .bind(search.specialist)
        .bind(search.employee)
        .bind(search.employee_name.as_ref())
        .bind(search.status.as_ref())
        .bind(search.from.map(ToSqlx::to_sqlx))
        .bind(search.to.map(ToSqlx::to_sqlx))
        .bind(search.after)
        .bind(limit)
        .bind(search.id)
        .bind(search.specialist_name.as_ref())
        .fetch_all(&mut **tx)
        .await?)
}
