//! One's degrees and courses. Whatever changes waits for the operator's check again, and is not shown until then.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    card::{self, CardDetails},
    card_edit::lock,
    files::{self, Stored},
    sql::{self, EducationRow},
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// A degree or course.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EducationFields {
    pub title: String,
    pub institution: String,
    /// In which it ended.
    pub year: i32,
    /// Academic hours, of a course.
    #[serde(default)]
    pub hours: Option<i32>,
}

const ENTRIES_MAX: i64 = 30;

/// Adds an entry.
pub(super) async fn add(tx: &mut Tx, caller: &Caller, fields: &EducationFields) -> Result<CardDetails> {
    check(caller, fields)?;
    let me = caller.me();
    lock(tx, me).await?;
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM education WHERE specialist_id = $1").bind(me.0).fetch_one(&mut **tx).await?;
    if count >= ENTRIES_MAX {
        return Err(Error::conflict("too_many_entries"));
    }
    let id = caller.app.new_id();
    sqlx::query(
        "INSERT INTO education (id, specialist_id, title, institution, year, hours, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(me.0)
    .bind(fields.title.trim())
    .bind(fields.institution.trim())
    .bind(fields.year)
    .bind(fields.hours)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    done(tx, caller, id, "catalogue.add_education").await
}

/// Changes an entry.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, id: Uuid, fields: &EducationFields) -> Result<CardDetails> {
    check(caller, fields)?;
    let entry = own(tx, caller, id).await?;
    let same = entry.title == fields.title.trim()
        && entry.institution == fields.institution.trim()
        && (entry.year, entry.hours) == (fields.year, fields.hours);
    if same {
        return card::details(tx, &caller.app, caller.me()).await;
    }
    sqlx::query(
        "UPDATE education SET title = $2, institution = $3, year = $4, hours = $5, state = 'pending', state_note = NULL, checked_by = NULL,
                checked_at = NULL
         WHERE id = $1",
    )
    .bind(id)
    .bind(fields.title.trim())
    .bind(fields.institution.trim())
    .bind(fields.year)
    .bind(fields.hours)
    .execute(&mut **tx)
    .await?;
    done(tx, caller, id, "catalogue.change_education").await
}

/// Removes an entry with its document.
pub(super) async fn remove(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<CardDetails> {
    let entry = own(tx, caller, id).await?;
    sqlx::query("DELETE FROM education WHERE id = $1").bind(id).execute(&mut **tx).await?;
    if let Some(file) = entry.file_id {
        files::forget(tx, caller, file).await?;
    }
    done(tx, caller, id, "catalogue.remove_education").await
}

/// Puts a document to an entry, in place of the former.
pub(super) async fn attach(tx: &mut Tx, caller: &Caller, id: Uuid, stored: &Stored) -> Result<CardDetails> {
    let entry = own(tx, caller, id).await?;
    files::name(tx, caller, stored, "document").await?;
    sqlx::query(
        "UPDATE education SET file_id = $2, state = 'pending', state_note = NULL, checked_by = NULL, checked_at = NULL WHERE id = $1",
    )
    .bind(id)
    .bind(stored.id)
    .execute(&mut **tx)
    .await?;
    if let Some(file) = entry.file_id {
        files::forget(tx, caller, file).await?;
    }
    done(tx, caller, id, "catalogue.attach_document").await
}

/// The entry, if it is the caller's. Others see verified ones too, hence the comparison.
pub(super) async fn own(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<EducationRow> {
    lock(tx, caller.me()).await?;
    sql::education(tx, Some(caller.me()), Some(id)).await?.pop().ok_or_else(Error::not_found)
}

async fn done(tx: &mut Tx, caller: &Caller, id: Uuid, action: &str) -> Result<CardDetails> {
    let me: PersonId = caller.me();
    sqlx::query("UPDATE specialists SET version = version + 1 WHERE person_id = $1").bind(me.0).execute(&mut **tx).await?;
    audit::append(tx, caller, Entry::new(action).about(me).on("education", id)).await?;
    card::details(tx, &caller.app, me).await
}

fn check(caller: &Caller, fields: &EducationFields) -> Result<()> {
    let mut checks = Checks::new();
    checks.name(&fields.title, 2, 200, "/title").name(&fields.institution, 2, 200, "/institution");
    checks.range(fields.year.into(), 1950, caller.app.today().year().into(), "/year");
    if let Some(hours) = fields.hours {
        checks.range(hours.into(), 1, 20_000, "/hours");
    }
    checks.done()
}
