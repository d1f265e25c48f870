//! The waiting list.

use domain::{
    booking::{
        Visit,
        ranking::TimeOfDay,
        waiting::{Freed, OFFERS_MISSED_MAX, Waiting},
    },
    ids::{AppointmentId, CategoryId, PersonId},
    text::Localized,
    time::Zone,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use sqlx::{AssertSqlSafe, types::Json};
use uuid::Uuid;

use crate::kernel::error::Result;

/// A place on the list, as it is shown to whoever waits.
#[derive(Debug, sqlx::FromRow)]
pub struct EntryRow {
    pub id: Uuid,
    pub category_id: Uuid,
    pub category_name: Json<Localized>,
    pub specialist_id: Option<Uuid>,
    pub specialist_name: Option<String>,
    pub length_min: i32,
    pub format: String,
    pub language: Option<String>,
    pub gender: Option<String>,
    pub time_of_day: Option<String>,
    pub before: SqlTimestamp,
    pub status: String,
    pub appointment_id: Option<Uuid>,
    pub offer_starts_at: Option<SqlTimestamp>,
    pub offer_expires_at: Option<SqlTimestamp>,
    pub created_at: SqlTimestamp,
}

/// A new place.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub id: Uuid,
    pub employee: PersonId,
    pub wants: Waiting,
}

/// Puts somebody on the list. The unique index refuses a second open place for the same.
pub async fn insert(tx: &mut Tx, entry: &NewEntry) -> sqlx::Result<()> {
    let wants = &entry.wants;
    sqlx::query(
        "INSERT INTO waiting_entries (id, employee_id, category_id, specialist_id, length_min, format, language, gender, time_of_day, before, status, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11)",
    )
    .bind(entry.id)
    .bind(entry.employee.0)
    .bind(wants.category.0)
    .bind(wants.specialist.map(|s| s.0))
    .bind(i32::try_from(wants.length_min).unwrap_or(i32::MAX))
    .bind(&wants.format)
    .bind(wants.language.as_ref())
    .bind(wants.gender.as_ref())
    .bind(wants.time_of_day.map(TimeOfDay::name))
    .bind(wants.before.to_sqlx())
    .bind(wants.since.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The person's open places, or the one of that id whatever became of it.
pub async fn of_person(tx: &mut Tx, employee: PersonId, only: Option<Uuid>) -> Result<Vec<EntryRow>> {
    Ok(sqlx::query_as(
        "SELECT w.id, w.category_id, c.name AS category_name, w.specialist_id, p.display_name AS specialist_name, w.length_min, w.format, w.language,
                w.gender, w.time_of_day, w.before, w.status, w.appointment_id, a.starts_at AS offer_starts_at, a.hold_expires_at AS offer_expires_at, w.created_at
         FROM waiting_entries w
         JOIN categories c ON c.id = w.category_id
         LEFT JOIN people p ON p.id = w.specialist_id
         LEFT JOIN appointments a ON a.id = w.appointment_id AND a.status = 'held'
         WHERE w.employee_id = $1 AND (w.id = $2 OR ($2 IS NULL AND w.status IN ('waiting', 'offered')))
         ORDER BY w.created_at, w.id",
    )
    .bind(employee.0)
    .bind(only)
    .fetch_all(&mut **tx)
    .await?)
}

/// Takes the person off the list. Gives what was being offered, if anything; none if there is no such open place.
pub async fn leave(tx: &mut Tx, employee: PersonId, id: Uuid) -> Result<Option<Option<AppointmentId>>> {
    let row: Option<(Option<Uuid>,)> = sqlx::query_as(
        "UPDATE waiting_entries SET status = 'left' WHERE id = $1 AND employee_id = $2 AND status IN ('waiting', 'offered') RETURNING appointment_id",
    )
    .bind(id)
    .bind(employee.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(appointment,)| appointment.map(AppointmentId)))
}

/// Whose time was freed; none if the card is not published.
pub async fn freed(tx: &mut Tx, specialist: PersonId) -> Result<Option<Freed>> {
    let row: Option<(Vec<Uuid>, Vec<String>, Vec<String>, String)> = sqlx::query_as(
        "SELECT ARRAY(SELECT c.category_id FROM specialist_categories c WHERE c.specialist_id = s.person_id), s.formats, s.languages, s.gender
         FROM specialists s WHERE s.person_id = $1 AND s.status = 'published'",
    )
    .bind(specialist.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(categories, formats, languages, gender)| Freed {
        specialist,
        categories: categories.into_iter().map(CategoryId).collect(),
        formats,
        languages,
        gender,
    }))
}

/// Somebody in line.
#[derive(Debug, Clone)]
pub struct InLine {
    pub id: Uuid,
    pub employee: PersonId,
    /// Where their part of the day is counted.
    pub zone: Zone,
    pub wants: Waiting,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    employee_id: Uuid,
    category_id: Uuid,
    specialist_id: Option<Uuid>,
    length_min: i32,
    format: String,
    language: Option<String>,
    gender: Option<String>,
    time_of_day: Option<String>,
    before: SqlTimestamp,
    time_zone: String,
    created_at: SqlTimestamp,
}

impl From<LineRow> for InLine {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            employee: PersonId(row.employee_id),
            zone: Zone::parse(&row.time_zone).unwrap_or(Zone::UTC),
            wants: Waiting {
                category: CategoryId(row.category_id),
                specialist: row.specialist_id.map(PersonId),
                length_min: u32::try_from(row.length_min).unwrap_or(0),
                format: row.format,
                language: row.language,
                gender: row.gender,
                time_of_day: row.time_of_day.as_deref().and_then(TimeOfDay::parse),
                before: row.before.to_jiff(),
                since: row.created_at.to_jiff(),
            },
        }
    }
}

/// A [`LineRow`].
const IN_LINE: &str = "
    SELECT w.id, w.employee_id, w.category_id, w.specialist_id, w.length_min, w.format, w.language, w.gender, w.time_of_day, w.before, p.time_zone,
           w.created_at
    FROM waiting_entries w JOIN people p ON p.id = w.employee_id";

/// Those who wait for this specialist or for anyone, in order, without whoever has let a time within `span` pass before. At most 500: whoever stands
/// further back has time.
pub async fn line(tx: &mut Tx, freed: &Freed, span: Visit, now: Timestamp) -> Result<Vec<InLine>> {
    let categories: Vec<Uuid> = freed.categories.iter().map(|c| c.0).collect();
    let text = format!(
        "{IN_LINE}
         WHERE w.status = 'waiting' AND w.category_id = ANY($2) AND (w.specialist_id IS NULL OR w.specialist_id = $1)
           AND w.before > $3 AND w.offers_missed < $4
           AND NOT EXISTS (SELECT FROM appointments a
                           WHERE a.employee_id = w.employee_id AND a.specialist_id = $1 AND a.is_offer AND a.status = 'expired'
                             AND a.starts_at < $6 AND a.ends_at > $5)
         ORDER BY w.created_at, w.id LIMIT 500"
    );
    let rows: Vec<LineRow> = sqlx::query_as(AssertSqlSafe(text))
        .bind(freed.specialist.0)
        .bind(categories)
        .bind(now.to_sqlx())
        .bind(i32::try_from(OFFERS_MISSED_MAX).unwrap_or(i32::MAX))
        .bind(span.start.to_sqlx())
        .bind(span.end.to_sqlx())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(InLine::from).collect())
}

/// The places of one category where the person waits for a time, none being offered.
pub async fn open_of(tx: &mut Tx, employee: PersonId, category: CategoryId) -> Result<Vec<InLine>> {
    let text = format!(
        "{IN_LINE}
         WHERE w.employee_id = $1 AND w.category_id = $2 AND w.status = 'waiting'"
    );
    let rows: Vec<LineRow> = sqlx::query_as(AssertSqlSafe(text)).bind(employee.0).bind(category.0).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(InLine::from).collect())
}

/// Notes that what was waited for has been found.
pub async fn end(tx: &mut Tx, places: &[Uuid], appointment: AppointmentId) -> Result<()> {
    sqlx::query("UPDATE waiting_entries SET status = 'booked', appointment_id = $2 WHERE id = ANY($1) AND status = 'waiting'")
        .bind(places)
        .bind(appointment.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a time is being held for the person from the waiting list.
pub async fn has_offer(tx: &mut Tx, employee: PersonId, now: Timestamp) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM appointments WHERE employee_id = $1 AND status = 'held' AND is_offer AND hold_expires_at > $2)",
    )
    .bind(employee.0)
    .bind(now.to_sqlx())
    .fetch_one(&mut **tx)
    .await?;
    Ok(has)
}

/// Notes that the place is being offered a hold. False if the person has left the list or is offered something else.
pub async fn offer(tx: &mut Tx, id: Uuid, appointment: AppointmentId) -> Result<bool> {
    let changed = sqlx::query("UPDATE waiting_entries SET status = 'offered', appointment_id = $2 WHERE id = $1 AND status = 'waiting'")
        .bind(id)
        .bind(appointment.0)
        .execute(&mut **tx)
        .await?;
    Ok(changed.rows_affected() == 1)
}
