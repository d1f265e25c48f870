//! Appointments: reading one for a change, and the changes.

use domain::{
    booking::{Appointment, Booked, By, CancelRule, Canceled, Completed, Expired, Format, Held, Visit},
    ids::{AppointmentId, CategoryId, ContractId, PersonId},
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::error::{Error, Result};

/// An appointment, locked for a change.
#[derive(Debug, Clone)]
pub struct Locked {
    pub id: AppointmentId,
    pub employee: PersonId,
    pub specialist: PersonId,
    pub category: CategoryId,
    pub format: Format,
    pub rule: CancelRule,
    pub state: Appointment,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    employee_id: Uuid,
    specialist_id: Uuid,
    category_id: Uuid,
    format: String,
    status: String,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    hold_expires_at: Option<SqlTimestamp>,
    booked_at: Option<SqlTimestamp>,
    created_at: SqlTimestamp,
    cancel_free_until: SqlTimestamp,
    canceled_at: Option<SqlTimestamp>,
    canceled_by: Option<String>,
    cancel_counted: Option<bool>,
    ical_sequence: i32,
    cancel_free_hours: i32,
    last_quota: Option<String>,
}

/// The appointment of that id as far as the transaction's actor may see it, locked until the transaction ends.
pub async fn lock(tx: &mut Tx, id: AppointmentId) -> Result<Locked> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT a.id, a.employee_id, a.specialist_id, a.category_id, a.format, a.status, a.starts_at, a.ends_at, a.hold_expires_at,
                a.booked_at, a.created_at, a.cancel_free_until, a.canceled_at, a.canceled_by, a.cancel_counted, a.ical_sequence,
                coalesce(a.cancel_free_hours, c.cancel_free_hours) AS cancel_free_hours, app.last_quota_step(a.id) AS last_quota
         FROM appointments a JOIN categories c ON c.id = a.category_id WHERE a.id = $1 FOR NO KEY UPDATE OF a",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?;
    row.ok_or_else(Error::not_found)?.read()
}

impl Row {
    fn read(self) -> Result<Locked> {
        let visit = Visit { start: self.starts_at.to_jiff(), end: self.ends_at.to_jiff() };
        let rule = CancelRule { free_hours: u32::try_from(self.cancel_free_hours).unwrap_or(0) };
        let sequence = u32::try_from(self.ical_sequence).unwrap_or(0);
        let is_counted = self.last_quota.as_deref() == Some("confirm");
        let state = match self.status.as_str() {
            "held" => {
                let expires_at = self.hold_expires_at.ok_or_else(|| damaged("a hold without an end"))?.to_jiff();
                Appointment::Held(Held { visit, expires_at, rule })
            }
            "booked" => {
                let booked_at = self.booked_at.unwrap_or(self.created_at).to_jiff();
                Appointment::Booked(Booked { visit, booked_at, free_until: self.cancel_free_until.to_jiff(), sequence })
            }
            "completed" => Appointment::Completed(Completed { visit, is_counted }),
            "canceled" => Appointment::Canceled(Canceled {
                visit,
                by: self.canceled_by.as_deref().and_then(by).ok_or_else(|| damaged("a cancellation by nobody"))?,
                at: self.canceled_at.ok_or_else(|| damaged("a cancellation without a time"))?.to_jiff(),
                is_counted: is_counted || (self.last_quota.is_none() && self.cancel_counted == Some(true)),
                sequence,
            }),
            "expired" => Appointment::Expired(Expired { visit }),
            _ => return Err(damaged("a state")),
        };
        Ok(Locked {
            id: AppointmentId(self.id),
            employee: PersonId(self.employee_id),
            specialist: PersonId(self.specialist_id),
            category: CategoryId(self.category_id),
            format: Format::parse(&self.format).ok_or_else(|| damaged("a format"))?,
            rule,
            state,
        })
    }
}

fn by(name: &str) -> Option<By> {
    [By::Employee, By::Specialist, By::Operator, By::System].into_iter().find(|by| by.name() == name)
}

fn damaged(what: &str) -> Error {
    Error::internal(anyhow::anyhow!("{what} in the database is none"))
}

/// A new hold.
#[derive(Debug, Clone, Copy)]
pub struct NewHold {
    pub id: AppointmentId,
    pub employee: PersonId,
    pub specialist: PersonId,
    pub category: CategoryId,
    pub contract: ContractId,
    pub format: Format,
    pub visit: Visit,
    pub blocked: Visit,
    pub buffer_before_min: u32,
    pub buffer_after_min: u32,
    pub expires_at: Timestamp,
    pub rule: CancelRule,
    pub free_until: Timestamp,
    pub is_offer: bool,
    pub now: Timestamp,
}

/// Inserts the hold unless it would overlap another active appointment of the specialist or the employee. Tells whether it did.
pub async fn insert_hold(tx: &mut Tx, hold: &NewHold) -> Result<bool> {
    // DO NOTHING without a target heeds every unique and exclusion constraint, and waits for a rival's transaction instead of deadlocking with it.
    let inserted = sqlx::query(
        "INSERT INTO appointments (id, employee_id, specialist_id, category_id, contract_id, status, format, starts_at, ends_at, blocked,
                                   buffer_before_min, buffer_after_min, hold_expires_at, is_offer, cancel_free_until, created_at, cancel_free_hours)
         VALUES ($1, $2, $3, $4, $5, 'held', $6, $7, $8, tstzrange($9, $10), $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT DO NOTHING",
    )
    .bind(hold.id.0)
    .bind(hold.employee.0)
    .bind(hold.specialist.0)
    .bind(hold.category.0)
    .bind(hold.contract.0)
    .bind(hold.format.name())
    .bind(hold.visit.start.to_sqlx())
    .bind(hold.visit.end.to_sqlx())
    .bind(hold.blocked.start.to_sqlx())
    .bind(hold.blocked.end.to_sqlx())
    .bind(minutes(hold.buffer_before_min))
    .bind(minutes(hold.buffer_after_min))
    .bind(hold.expires_at.to_sqlx())
    .bind(hold.is_offer)
    .bind(hold.free_until.to_sqlx())
    .bind(hold.now.to_sqlx())
    .bind(minutes(hold.rule.free_hours))
    .execute(&mut **tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Whether the employee has another active appointment at the time.
pub async fn is_employee_busy(tx: &mut Tx, employee: PersonId, visit: Visit) -> Result<bool> {
    let (busy,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM appointments WHERE employee_id = $1 AND status IN ('held', 'booked')
                        AND tstzrange(starts_at, ends_at) && tstzrange($2, $3))",
    )
    .bind(employee.0)
    .bind(visit.start.to_sqlx())
    .bind(visit.end.to_sqlx())
    .fetch_one(&mut **tx)
    .await?;
    Ok(busy)
}

/// A held one becomes booked.
pub async fn book(tx: &mut Tx, id: AppointmentId, booked: &Booked) -> Result<()> {
    sqlx::query("UPDATE appointments SET status = 'booked', booked_at = $2, cancel_free_until = $3 WHERE id = $1")
        .bind(id.0)
        .bind(booked.booked_at.to_sqlx())
        .bind(booked.free_until.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A held one ends without a booking.
pub async fn expire(tx: &mut Tx, id: AppointmentId) -> Result<()> {
    sqlx::query("UPDATE appointments SET status = 'expired' WHERE id = $1").bind(id.0).execute(&mut **tx).await?;
    Ok(())
}

/// A booked one is called off.
pub async fn cancel(tx: &mut Tx, id: AppointmentId, canceled: &Canceled) -> Result<()> {
    sqlx::query(
        "UPDATE appointments SET status = 'canceled', canceled_at = $2, canceled_by = $3, cancel_counted = $4, ical_sequence = $5 WHERE id = $1",
    )
    .bind(id.0)
    .bind(canceled.at.to_sqlx())
    .bind(canceled.by.name())
    .bind(canceled.is_counted)
    .bind(i32::try_from(canceled.sequence).unwrap_or(i32::MAX))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a booked one becomes by a move.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    pub booked: Booked,
    pub blocked: Visit,
    pub buffer_before_min: u32,
    pub buffer_after_min: u32,
    pub contract: ContractId,
}

/// A booked one takes place at another time. The constraints decide: an error if the time is taken after all.
pub async fn reschedule(tx: &mut Tx, id: AppointmentId, moved: &Moved, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE appointments SET moved_from = starts_at, starts_at = $2, ends_at = $3, blocked = tstzrange($4, $5), buffer_before_min = $6,
                buffer_after_min = $7, cancel_free_until = $8, ical_sequence = $9, contract_id = $10, changed_at = $11 WHERE id = $1",
    )
    .bind(id.0)
    .bind(moved.booked.visit.start.to_sqlx())
    .bind(moved.booked.visit.end.to_sqlx())
    .bind(moved.blocked.start.to_sqlx())
    .bind(moved.blocked.end.to_sqlx())
    .bind(minutes(moved.buffer_before_min))
    .bind(minutes(moved.buffer_after_min))
    .bind(moved.booked.free_until.to_sqlx())
    .bind(i32::try_from(moved.booked.sequence).unwrap_or(i32::MAX))
    .bind(moved.contract.0)
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A booked one ends at `end`, before its time. The buffer after it begins then; calendars learn of it (RFC 5546 §2.1.4).
pub async fn end_early(tx: &mut Tx, id: AppointmentId, end: Timestamp, now: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE appointments SET planned_ends_at = ends_at, ends_at = $2, ical_sequence = ical_sequence + 1, changed_at = $3,
                blocked = tstzrange(lower(blocked), least(upper(blocked), $2 + make_interval(mins => buffer_after_min))) WHERE id = $1",
    )
    .bind(id.0)
    .bind(end.to_sqlx())
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A booked one is over.
pub async fn complete(tx: &mut Tx, id: AppointmentId) -> Result<()> {
    sqlx::query("UPDATE appointments SET status = 'completed' WHERE id = $1").bind(id.0).execute(&mut **tx).await?;
    Ok(())
}

/// A late cancellation no longer counts.
pub async fn excuse(tx: &mut Tx, id: AppointmentId) -> Result<()> {
    sqlx::query("UPDATE appointments SET cancel_counted = false WHERE id = $1 AND status = 'canceled'")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes the employee's turn until the transaction ends: what touches their holds and balances is done one after the other.
pub async fn take_turn(tx: &mut Tx, employee: PersonId) -> Result<()> {
    sqlx::query("SELECT app.take_turn($1)").bind(employee.0).execute(&mut **tx).await?;
    Ok(())
}

/// Whether the specialist's record is another one of the employee's own.
pub async fn is_oneself(tx: &mut Tx, employee: PersonId, specialist: PersonId) -> Result<bool> {
    let (is,): (bool,) =
        sqlx::query_as("SELECT $2 IN (SELECT app.other_records_of($1))").bind(employee.0).bind(specialist.0).fetch_one(&mut **tx).await?;
    Ok(is)
}

/// Gives back what the employee holds besides offers, and tells when that was, with whom.
pub async fn give_back_holds(tx: &mut Tx, employee: PersonId, now: Timestamp) -> Result<Vec<(PersonId, Visit)>> {
    let rows: Vec<(Uuid, SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT * FROM app.give_back_holds($1, $2)").bind(employee.0).bind(now.to_sqlx()).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(who, start, end)| (PersonId(who), Visit { start: start.to_jiff(), end: end.to_jiff() })).collect())
}

/// Ends the specialist's overdue holds and tells when they were.
pub async fn expire_holds(tx: &mut Tx, specialist: PersonId, now: Timestamp) -> Result<Vec<Visit>> {
    let rows: Vec<(SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT * FROM app.expire_holds($1, $2)").bind(specialist.0).bind(now.to_sqlx()).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(start, end)| Visit { start: start.to_jiff(), end: end.to_jiff() }).collect())
}

/// Whom somebody else's overdue holds keep waiting: at most 200 specialists.
pub async fn specialists_with_overdue_holds(tx: &mut Tx, now: Timestamp) -> Result<Vec<PersonId>> {
    let rows: Vec<(Uuid,)> =
        sqlx::query_as("SELECT DISTINCT specialist_id FROM appointments WHERE status = 'held' AND hold_expires_at <= $1 LIMIT 200")
            .bind(now.to_sqlx())
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
}

fn minutes(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
