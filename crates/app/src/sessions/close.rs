//! Use case: close a consultation whose time is over: decide what became of it, settle the quota, tell both.

use domain::{
    ids::{AppointmentId, PersonId},
    sessions::{Outcome, decide},
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use serde_json::json;
use uuid::Uuid;

use super::{jobs, sql};
use crate::kernel::{app::App, audit, error::Result, live};

#[derive(sqlx::FromRow)]
struct Row {
    employee_id: Uuid,
    specialist_id: Uuid,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    room: Option<String>,
    ended_at: Option<SqlTimestamp>,
}

/// Closes `id` in a system transaction, if it is still booked. Gives the outcome and the room to be closed.
pub async fn close(tx: &mut Tx, app: &App, id: AppointmentId, now: Timestamp) -> Result<Option<(Outcome, Option<String>)>> {
    let row: Option<Row> = sqlx::query_as(
        // By the planned end: a consultation that was ended early was not a shorter one.
        "SELECT a.employee_id, a.specialist_id, a.starts_at, coalesce(a.planned_ends_at, a.ends_at) AS ends_at, r.room, r.ended_at
         FROM appointments a LEFT JOIN call_rooms r ON r.appointment_id = a.id
         WHERE a.id = $1 AND a.status = 'booked' FOR UPDATE OF a",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let log = sql::join_log(tx, id).await?;
    let outcome = decide(&log, row.starts_at.to_jiff(), row.ends_at.to_jiff(), row.ended_at.map(SqlTimestamp::to_jiff));
    sqlx::query("UPDATE appointments SET status = 'completed' WHERE id = $1").bind(id.0).execute(&mut **tx).await?;
    sqlx::query("INSERT INTO session_outcomes (appointment_id, outcome, decided_by, decided_at) VALUES ($1, $2, 'rule', $3)")
        .bind(id.0)
        .bind(outcome.name())
        .bind(now.to_sqlx())
        .execute(&mut **tx)
        .await?;
    settle(tx, id, outcome, now).await?;
    sqlx::query("DELETE FROM call_signals WHERE appointment_id = $1").bind(id.0).execute(&mut **tx).await?;
    let employee = PersonId(row.employee_id);
    let entry = audit::Entry::new("sessions.close").about(employee).on("appointment", id).detail(json!({ "outcome": outcome.name() }));
    audit::append_as(tx, now, None, "system", entry).await?;
    jobs::ask_to_tell_desk(tx, now).await?;
    live::emit(tx, now, &[employee, PersonId(row.specialist_id)], "appointment.changed", &json!({ "appointment_id": id })).await?;
    metrics::counter!("consultations_closed_total", "outcome" => outcome.name()).increment(1);
    let _ = app;
    Ok(Some((outcome, row.room)))
}

/// What was held of the benefit counts as used, or returns.
async fn settle(tx: &mut Tx, id: AppointmentId, outcome: Outcome, now: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, reason, at)
         SELECT q.employee_id, q.contract_id, q.category_id, q.year_start, $2, 1, q.appointment_id, $3, $4
         FROM quota_entries q
         WHERE q.appointment_id = $1 AND q.kind = 'hold'
           AND NOT EXISTS (SELECT FROM quota_entries s WHERE s.appointment_id = $1 AND s.kind IN ('confirm', 'release'))
         ON CONFLICT DO NOTHING",
    )
    .bind(id.0)
    .bind(if outcome.counts() { "confirm" } else { "release" })
    .bind(outcome.name())
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
