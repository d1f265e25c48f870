//! Waiting for a specialist, or for anyone who fits earlier than a day.

use domain::{
    booking::{Format, ranking::TimeOfDay, waiting::Waiting},
    ids::{CategoryId, PersonId},
};
use jiff::SignedDuration;
use platform::db::violated_constraint;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    hold::{self, instant},
    sql::waiting::{self as sql, EntryRow, NewEntry},
};
use crate::kernel::{
    audit::{self, Entry},
    command::Command,
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// What to wait for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WaitingRequest {
    pub category_id: Uuid,
    /// Absent: anyone who fits.
    pub specialist_id: Option<Uuid>,
    /// Minutes; one of the category's lengths.
    pub length_min: u16,
    /// `video`, `audio` or `chat`.
    pub format: String,
    /// Of the specialist; absent: any.
    pub language: Option<String>,
    /// `female` or `male`; absent: any.
    pub gender: Option<String>,
    /// `morning`, `afternoon` or `evening`, on the person's clock; absent: any.
    pub time_of_day: Option<String>,
    /// Only a session that begins earlier than this instant is wanted.
    pub before: String,
}

/// A place on the waiting list.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    pub id: Uuid,
    pub category_id: Uuid,
    /// In the reader's language.
    pub category_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specialist_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specialist_name: Option<String>,
    pub length_min: i32,
    pub format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_of_day: Option<String>,
    pub before: String,
    /// `waiting`, `offered`, `booked`, `left` or `expired`.
    pub status: String,
    /// The time now offered: an appointment that is held for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferView>,
    pub since: String,
}

/// A freed time that is held for somebody who waited.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    pub appointment_id: Uuid,
    pub starts_at: String,
    pub expires_at: String,
}

/// The person's open places.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingList {
    pub items: Vec<WaitingView>,
}

/// Nobody waits longer than a schedule may reach.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 180);

/// Puts the caller on the list.
pub(super) async fn join(cmd: &mut Command, caller: &Caller, request: &WaitingRequest) -> Result<WaitingView> {
    let (tx, now) = (&mut cmd.tx, caller.now());
    let before = instant(&request.before);
    let mut checks = Checks::new();
    checks
        .that(before.is_some(), "/before", "not_an_instant")
        .that(before.is_none_or(|at| at > now), "/before", "in_the_past")
        .that(before.is_none_or(|at| at <= now + LONGEST), "/before", "too_far")
        .that(Format::parse(&request.format).is_some(), "/format", "not_an_option")
        .that(request.language.as_deref().is_none_or(is_language_tag), "/language", "not_an_option")
        .that(request.gender.as_deref().is_none_or(|g| matches!(g, "female" | "male")), "/gender", "not_an_option")
        .that(request.time_of_day.as_deref().is_none_or(|part| TimeOfDay::parse(part).is_some()), "/time_of_day", "not_an_option")
        .done()?;
    check_offered(tx, request).await?;
    let entry = NewEntry {
        id: caller.app.new_id(),
        employee: caller.me(),
        wants: Waiting {
            category: CategoryId(request.category_id),
            specialist: request.specialist_id.map(PersonId),
            length_min: u32::from(request.length_min),
            format: request.format.clone(),
            language: request.language.clone(),
            gender: request.gender.clone(),
            time_of_day: request.time_of_day.as_deref().and_then(TimeOfDay::parse),
            before: before.unwrap_or(now),
            since: now,
        },
    };
    sql::insert(tx, &entry).await.map_err(|e| match violated_constraint(&e) {
        Some("waiting_once") => Error::conflict("already_waiting"),
        _ => e.into(),
    })?;
    audit::append(tx, caller, Entry::new("booking.wait").about(caller.me()).on("waiting", entry.id)).await?;
    one(cmd, caller, entry.id).await
}

/// The category must be published and covered some day by the person's contract, the specialist bookable in it, length and format offered.
async fn check_offered(tx: &mut platform::db::Tx, request: &WaitingRequest) -> Result<()> {
    let row: Option<(bool, bool, bool)> = sqlx::query_as(
        "SELECT $2 = ANY(c.session_lengths_min), $3 = ANY(c.formats),
                $4::uuid IS NULL OR EXISTS (SELECT FROM specialists s JOIN specialist_categories sc ON sc.specialist_id = s.person_id
                                            WHERE s.person_id = $4 AND sc.category_id = c.id AND s.status = 'published' AND $3 = ANY(s.formats))
         FROM categories c
         WHERE c.id = $1 AND c.status = 'published' AND EXISTS (SELECT FROM contract_coverage k WHERE k.category_id = c.id)",
    )
    .bind(request.category_id)
    .bind(i32::from(request.length_min))
    .bind(&request.format)
    .bind(request.specialist_id)
    .fetch_optional(&mut **tx)
    .await?;
    let (has_length, has_format, has_specialist) = row.ok_or_else(|| Error::conflict("category_not_covered"))?;
    Checks::new()
        .that(has_length, "/length_min", "not_offered")
        .that(has_format, "/format", "not_offered")
        .that(has_specialist, "/specialist_id", "not_offered")
        .done()
}

/// Takes the caller off the list; what was being offered is given back.
pub(super) async fn leave(cmd: &mut Command, caller: &Caller, id: Uuid) -> Result<()> {
    let offered = sql::leave(&mut cmd.tx, caller.me(), id).await?.ok_or_else(Error::not_found)?;
    audit::append(&mut cmd.tx, caller, Entry::new("booking.stop_waiting").about(caller.me()).on("waiting", id)).await?;
    if let Some(appointment) = offered {
        hold::release(&mut cmd.tx, caller, appointment).await?;
    }
    Ok(())
}

/// The caller's open places.
pub(super) async fn list(caller: &Caller) -> Result<WaitingList> {
    let mut tx = caller.begin().await?;
    let rows = sql::of_person(&mut tx, caller.me(), None).await?;
    tx.commit().await?;
    Ok(WaitingList { items: rows.into_iter().map(|row| view(caller, row)).collect() })
}

async fn one(cmd: &mut Command, caller: &Caller, id: Uuid) -> Result<WaitingView> {
    let rows = sql::of_person(&mut cmd.tx, caller.me(), Some(id)).await?;
    rows.into_iter().next().map(|row| view(caller, row)).ok_or_else(Error::not_found)
}

fn view(caller: &Caller, row: EntryRow) -> WaitingView {
    let offer = match (row.appointment_id, row.offer_starts_at, row.offer_expires_at) {
        (Some(appointment_id), Some(starts_at), Some(expires_at)) if expires_at.to_jiff() > caller.now() => {
            Some(OfferView { appointment_id, starts_at: starts_at.to_jiff().to_string(), expires_at: expires_at.to_jiff().to_string() })
        }
        _ => None,
    };
    WaitingView {
        id: row.id,
        category_id: row.category_id,
        category_name: row.category_name.0.get(caller.locale).to_owned(),
        specialist_id: row.specialist_id,
        specialist_name: row.specialist_name,
        length_min: row.length_min,
        format: row.format,
        language: row.language,
        gender: row.gender,
        time_of_day: row.time_of_day,
        before: row.before.to_jiff().to_string(),
        status: row.status,
        offer,
        since: row.created_at.to_jiff().to_string(),
    }
}

/// A primary language tag (BCP 47), as cards name languages.
pub(super) fn is_language_tag(tag: &str) -> bool {
    (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase())
}
