//! The operator's check: documents one by one, then the card.

use domain::{catalogue::missing, ids::PersonId};
use jiff_sqlx::ToSqlx;
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    card::{self, CardDetails, facts},
    card_edit::lock,
    sql::{self, CardRow, FileRow},
};
use crate::{
    kernel::{
        audit::{self, Entry},
        ctx::Caller,
        error::{Error, Result},
        live,
        validation::Checks,
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// The outcome of checking a document.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EducationCheck {
    /// `verified` or `rejected`.
    pub state: String,
    /// For the specialist; needed when rejected.
    #[serde(default)]
    pub note: String,
}

/// Publishing a card.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CardPublication {
    /// The version that was checked.
    pub version: i64,
    /// The fields the specialist is let into, of those they have or ask for.
    pub categories: Vec<Uuid>,
}

/// Why a card comes back or is paused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CardNote {
    #[serde(default)]
    pub note: String,
}

const NOTE_MAX: usize = 1000;

/// The card of a specialist with everything to be checked. Reading it leaves a trace the specialist can see.
pub(super) async fn read(tx: &mut Tx, caller: &Caller, specialist: PersonId) -> Result<CardDetails> {
    let details = card::details(tx, &caller.app, specialist).await?;
    audit::append(tx, caller, Entry::new("catalogue.read_card").about(specialist)).await?;
    Ok(details)
}

/// The document of an entry. Reading it leaves a trace the specialist can see.
pub(super) async fn document(tx: &mut Tx, caller: &Caller, entry: Uuid) -> Result<FileRow> {
    let entry = sql::education(tx, None, Some(entry)).await?.pop().ok_or_else(Error::not_found)?;
    let file = sql::file(tx, entry.file_id.ok_or_else(Error::not_found)?, "document").await?.ok_or_else(Error::not_found)?;
    audit::append(tx, caller, Entry::new("catalogue.read_document").about(PersonId(entry.specialist_id)).on("education", entry.id)).await?;
    Ok(file)
}

/// Verifies or rejects an entry.
pub(super) async fn check_education(tx: &mut Tx, caller: &Caller, id: Uuid, check: &EducationCheck) -> Result<CardDetails> {
    let is_rejection = check.state == "rejected";
    let mut checks = Checks::new();
    checks.that(is_rejection || check.state == "verified", "/state", "not_a_choice");
    checks.text(&check.note, if is_rejection { 3 } else { 0 }, NOTE_MAX, "/note").done()?;
    let entry = sql::education(tx, None, Some(id)).await?.pop().ok_or_else(Error::not_found)?;
    if entry.file_id.is_none() {
        return Err(Error::conflict("no_document"));
    }
    let specialist = PersonId(entry.specialist_id);
    lock(tx, specialist).await?;
    // What was looked at is what is verified: a document exchanged meanwhile is not.
    let updated = sqlx::query(
        "UPDATE education SET state = $2, state_note = nullif($3, ''), checked_by = $4, checked_at = $5
         WHERE id = $1 AND file_id = $6 AND (title, institution, year, hours) IS NOT DISTINCT FROM ($7, $8, $9, $10)",
    )
    .bind(id)
    .bind(&check.state)
    .bind(check.note.trim())
    .bind(caller.me().0)
    .bind(caller.now().to_sqlx())
    .bind(entry.file_id)
    .bind(&entry.title)
    .bind(&entry.institution)
    .bind(entry.year)
    .bind(entry.hours)
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(Error::conflict("changed_meanwhile"));
    }
    let action = if is_rejection { "catalogue.reject_education" } else { "catalogue.verify_education" };
    audit::append(tx, caller, Entry::new(action).about(specialist).on("education", id)).await?;
    let mail = is_rejection.then_some(("card_document", json!({ "note": check.note.trim() })));
    done(tx, caller, specialist, mail).await
}

/// Shows the card to people.
pub(super) async fn publish(tx: &mut Tx, caller: &Caller, specialist: PersonId, publication: &CardPublication) -> Result<CardDetails> {
    lock(tx, specialist).await?;
    let row = current(tx, specialist).await?;
    if row.version != publication.version {
        return Err(Error::conflict("changed_meanwhile"));
    }
    if row.status == "draft" {
        return Err(Error::conflict("card_not_submitted"));
    }
    let mut checks = Checks::new();
    checks.that(!publication.categories.is_empty(), "/categories", "required");
    for (index, id) in publication.categories.iter().enumerate() {
        let known = row.categories.contains(id) || row.requested_categories.contains(id);
        checks.that(known, &format!("/categories/{index}"), "not_a_choice");
    }
    checks.done()?;
    let education = sql::education(tx, Some(specialist), None).await?;
    let missing = missing(facts(&row, &education));
    if !missing.is_empty() {
        return Err(Error::conflict("card_incomplete").extra("missing", serde_json::to_value(missing).map_err(Error::internal)?));
    }
    if !education.iter().any(|e| e.state == "verified") {
        return Err(Error::conflict("education_not_verified"));
    }
    grant(tx, specialist, &publication.categories).await?;
    sqlx::query(
        "UPDATE specialists SET status = 'published', published_at = coalesce(published_at, $2), review_note = NULL, requested_categories = '{}',
                version = version + 1
         WHERE person_id = $1",
    )
    .bind(specialist.0)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    let entry = Entry::new("catalogue.publish_card").about(specialist).detail(json!({ "categories": publication.categories }));
    audit::append(tx, caller, entry).await?;
    let is_new = |id: &&Uuid| row.status != "published" || !row.categories.contains(id);
    let appeared: Vec<&Uuid> = publication.categories.iter().filter(is_new).collect();
    if !appeared.is_empty() {
        // Whoever waits may be offered what can be had now.
        let payload = json!({ "specialist": specialist, "categories": appeared });
        let job = NewJob { kind: "scheduling.card_appeared", payload, unique_key: None, run_at: caller.now() };
        jobs::enqueue(tx, caller.now(), job).await?;
    }
    let mail = (row.status != "published").then_some(("card_published", json!({})));
    done(tx, caller, specialist, mail).await
}

/// Gives a submitted card back to be changed.
pub(super) async fn give_back(tx: &mut Tx, caller: &Caller, specialist: PersonId, note: &CardNote) -> Result<CardDetails> {
    Checks::new().text(&note.note, 3, NOTE_MAX, "/note").done()?;
    step(tx, caller, specialist, ("submitted", "draft"), note.note.trim(), "catalogue.return_card", "card_not_submitted").await?;
    done(tx, caller, specialist, Some(("card_returned", json!({ "note": note.note.trim() })))).await
}

/// Takes a published card out of the search. What is booked stays booked.
pub(super) async fn pause(tx: &mut Tx, caller: &Caller, specialist: PersonId, note: &CardNote) -> Result<CardDetails> {
    Checks::new().text(&note.note, 0, NOTE_MAX, "/note").done()?;
    step(tx, caller, specialist, ("published", "paused"), note.note.trim(), "catalogue.pause_card", "card_not_published").await?;
    done(tx, caller, specialist, Some(("card_paused", json!({ "note": note.note.trim() })))).await
}

async fn current(tx: &mut Tx, specialist: PersonId) -> Result<CardRow> {
    sql::card(tx, specialist).await?.ok_or_else(Error::not_found)
}

async fn step(
    tx: &mut Tx,
    caller: &Caller,
    specialist: PersonId,
    (from, to): (&str, &str),
    note: &str,
    action: &str,
    otherwise: &'static str,
) -> Result<()> {
    lock(tx, specialist).await?;
    if current(tx, specialist).await?.status != from {
        return Err(Error::new(crate::kernel::error::Kind::Conflict, otherwise));
    }
    sqlx::query("UPDATE specialists SET status = $2, review_note = nullif($3, ''), version = version + 1 WHERE person_id = $1")
        .bind(specialist.0)
        .bind(to)
        .bind(note)
        .execute(&mut **tx)
        .await?;
    audit::append(tx, caller, Entry::new(action).about(specialist)).await
}

async fn grant(tx: &mut Tx, specialist: PersonId, categories: &[Uuid]) -> Result<()> {
    sqlx::query("DELETE FROM specialist_categories WHERE specialist_id = $1 AND NOT category_id = ANY($2)")
        .bind(specialist.0)
        .bind(categories)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO specialist_categories (specialist_id, category_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING")
        .bind(specialist.0)
        .bind(categories)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM specialist_topics st USING topics t WHERE st.specialist_id = $1 AND t.id = st.topic_id AND NOT t.category_id = ANY($2)",
    )
    .bind(specialist.0)
    .bind(categories)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Tells the specialist, and answers with the card.
async fn done(tx: &mut Tx, caller: &Caller, specialist: PersonId, mail: Option<(&str, serde_json::Value)>) -> Result<CardDetails> {
    if let Some((template, params)) = mail {
        enqueue_mail(tx, &caller.app, NewMail::new(To::Person(specialist), template).params(params)).await?;
    }
    let details = card::details(tx, &caller.app, specialist).await?;
    live::emit(tx, caller.now(), &[specialist], "catalogue.card", &json!({})).await?;
    Ok(details)
}
