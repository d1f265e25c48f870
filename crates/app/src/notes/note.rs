//! Use cases: read and write one's note on a consultation, and read all one's notes on a client.

use domain::{
    ids::{AppointmentId, PersonId},
    sessions::Party,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::{crypto::Place, db::Tx};
use serde_json::json;
use uuid::Uuid;

use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    sealing::{data_key, open_text, seal_text},
    validation::Checks,
};

/// The longest note, in characters.
pub const NOTE_MAX: usize = 20_000;

/// A note, opened.
#[derive(Debug)]
pub struct Note {
    pub appointment: AppointmentId,
    pub text: String,
    /// Grows by one with each saving.
    pub version: i32,
    pub updated_at: Timestamp,
}

/// A consultation on which one may write.
#[derive(Debug)]
pub struct Occasion {
    pub employee: PersonId,
    pub me: Party,
    /// Whether what one writes counts as clinical: a specialist's notes in a category that says so.
    pub is_clinical: bool,
}

/// The consultation `id`, if the caller is one of its two.
pub async fn occasion(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<Occasion> {
    let row: Option<(Uuid, Option<bool>)> = sqlx::query_as(
        "SELECT a.employee_id, c.notes_clinical FROM appointments a LEFT JOIN categories c ON c.id = a.category_id
         WHERE a.id = $1 AND $2 IN (a.employee_id, a.specialist_id) AND a.status IN ('booked', 'completed', 'canceled')",
    )
    .bind(id.0)
    .bind(caller.me().0)
    .fetch_optional(&mut **tx)
    .await?;
    let (employee, is_clinical) = row.ok_or_else(Error::not_found)?;
    let me = if employee == caller.me().0 { Party::Employee } else { Party::Specialist };
    // What the category leaves open counts as the stricter kind.
    Ok(Occasion { employee: PersonId(employee), me, is_clinical: me == Party::Specialist && is_clinical.unwrap_or(true) })
}

/// The caller's note on `id`, if there is one.
///
/// # Errors
/// `recent_proof_required` for a specialist: what is written is opened by whoever has just shown that it is they; a first line is not kept waiting.
pub async fn read(tx: &mut Tx, caller: &Caller, id: AppointmentId) -> Result<(Occasion, Option<Note>)> {
    let occasion = occasion(tx, caller, id).await?;
    let row: Option<(Uuid, Vec<u8>, i32, SqlTimestamp)> =
        sqlx::query_as("SELECT id, sealed, version, updated_at FROM session_notes WHERE appointment_id = $1 AND author_id = $2")
            .bind(id.0)
            .bind(caller.me().0)
            .fetch_optional(&mut **tx)
            .await?;
    let Some((note, sealed, version, updated_at)) = row else { return Ok((occasion, None)) };
    if occasion.me == Party::Specialist {
        caller.require_recent_proof()?;
    }
    let key = data_key(tx, &caller.app, occasion.employee).await?;
    let text = open_text(&key, place(note), &sealed)?;
    if occasion.me == Party::Specialist {
        audit::append(tx, caller, audit::Entry::new("notes.read").about(occasion.employee).on("appointment", id)).await?;
    }
    Ok((occasion, Some(Note { appointment: id, text, version, updated_at: updated_at.to_jiff() })))
}

/// What was saved.
#[derive(Debug)]
pub struct Saved {
    pub version: i32,
    pub updated_at: Timestamp,
    pub is_clinical: bool,
}

/// Saves `text` over the version the author last saw (0: none was there). A later version stands: 409 `note_changed` says from when it is.
pub async fn save(tx: &mut Tx, caller: &Caller, id: AppointmentId, seen: i32, text: &str) -> Result<Saved> {
    Checks::new().text(text, 0, NOTE_MAX, "/text").range(i64::from(seen), 0, i64::from(i32::MAX) - 1, "/version").done()?;
    let (app, now, me) = (&caller.app, caller.now(), caller.me());
    let occasion = occasion(tx, caller, id).await?;
    let key = data_key(tx, app, occasion.employee).await?;
    let current: Option<(Uuid, i32, SqlTimestamp)> =
        sqlx::query_as("SELECT id, version, updated_at FROM session_notes WHERE appointment_id = $1 AND author_id = $2 FOR UPDATE")
            .bind(id.0)
            .bind(me.0)
            .fetch_optional(&mut **tx)
            .await?;
    let version = seen + 1;
    match current {
        Some((_, there, at)) if there != seen => return Err(changed(there, at.to_jiff())),
        Some((note, ..)) => {
            sqlx::query("UPDATE session_notes SET sealed = $2, version = $3, updated_at = $4 WHERE id = $1")
                .bind(note)
                .bind(seal_text(app, &key, place(note), text))
                .bind(version)
                .bind(now.to_sqlx())
                .execute(&mut **tx)
                .await?;
        }
        None if seen != 0 => return Err(Error::not_found()),
        None => {
            let note = app.new_id();
            let made = sqlx::query(
                "INSERT INTO session_notes (id, appointment_id, employee_id, author_id, is_clinical, sealed, version, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (appointment_id, author_id) DO NOTHING",
            )
            .bind(note)
            .bind(id.0)
            .bind(occasion.employee.0)
            .bind(me.0)
            .bind(occasion.is_clinical)
            .bind(seal_text(app, &key, place(note), text))
            .bind(version)
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?
            .rows_affected();
            // Another tab of the author made it in the same moment.
            if made == 0 {
                return Err(changed(1, now));
            }
        }
    }
    let entry = audit::Entry::new("notes.write").about(occasion.employee).on("appointment", id).detail(json!({ "version": version }));
    audit::append(tx, caller, entry).await?;
    Ok(Saved { version, updated_at: now, is_clinical: occasion.is_clinical })
}

fn changed(version: i32, at: Timestamp) -> Error {
    Error::conflict("note_changed").extra("version", version).extra("updated_at", at.to_string())
}

/// The caller's notes on `client`, the latest consultation first, those before the consultation `before`; and whether there are more.
pub async fn on_client(
    tx: &mut Tx,
    caller: &Caller,
    client: PersonId,
    before: Option<AppointmentId>,
    limit: i64,
) -> Result<(Vec<(Note, Timestamp)>, bool)> {
    let (is_client,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM appointments a WHERE a.employee_id = $1 AND a.specialist_id = $2 AND a.status IN ('booked', 'completed', 'canceled'))",
    )
    .bind(client.0)
    .bind(caller.me().0)
    .fetch_one(&mut **tx)
    .await?;
    if !is_client {
        return Err(Error::not_found());
    }
    let mut rows: Vec<(Uuid, Uuid, Vec<u8>, i32, SqlTimestamp, SqlTimestamp)> = sqlx::query_as(
        "SELECT n.id, n.appointment_id, n.sealed, n.version, n.updated_at, a.starts_at
         FROM session_notes n JOIN appointments a ON a.id = n.appointment_id
         WHERE n.employee_id = $1 AND n.author_id = $2
           AND ($3::uuid IS NULL OR (a.starts_at, a.id) < (SELECT b.starts_at, b.id FROM appointments b WHERE b.id = $3))
         ORDER BY a.starts_at DESC, a.id DESC LIMIT $4",
    )
    .bind(client.0)
    .bind(caller.me().0)
    .bind(before.map(|a| a.0))
    .bind(limit + 1)
    .fetch_all(&mut **tx)
    .await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = rows.len() > page;
    rows.truncate(page);
    if rows.is_empty() {
        return Ok((Vec::new(), false));
    }
    caller.require_recent_proof()?;
    let key = data_key(tx, &caller.app, client).await?;
    let notes: Result<Vec<_>> = rows
        .into_iter()
        .map(|(note, appointment, sealed, version, updated_at, starts_at)| {
            let text = open_text(&key, place(note), &sealed)?;
            let note = Note { appointment: AppointmentId(appointment), text, version, updated_at: updated_at.to_jiff() };
            Ok((note, starts_at.to_jiff()))
        })
        .collect();
    audit::append(tx, caller, audit::Entry::new("notes.read").about(client)).await?;
    Ok((notes?, has_more))
}

fn place(note: Uuid) -> Place<'static> {
    Place { table: "session_notes", column: "sealed", row: note }
}
