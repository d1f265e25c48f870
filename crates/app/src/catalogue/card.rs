//! A specialist's card as its owner and the operator see it.

use domain::{
    catalogue::{CardFacts, Missing, missing},
    ids::{CategoryId, PersonId},
};
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    files::photo_url,
    sql::{self, CardRow, EducationRow},
    texts::Texts,
};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// Everything of a card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardDetails {
    /// The specialist.
    pub id: Uuid,
    pub slug: String,
    /// `draft`, `submitted`, `published` or `paused`.
    pub status: String,
    pub version: i64,
    pub display_name: String,
    /// `female`, `male` or `undisclosed`.
    pub gender: String,
    /// ISO 639-1.
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    pub headline: Texts,
    pub about: Texts,
    pub approaches: Vec<String>,
    /// Year.
    pub practising_since: Option<i32>,
    pub price_minor: Option<i64>,
    /// ISO 4217.
    pub price_currency: String,
    /// Address of the picture.
    pub photo: Option<String>,
    /// Fields the operator has let the specialist into.
    pub categories: Vec<Uuid>,
    /// Fields asked for.
    pub requested_categories: Vec<Uuid>,
    pub topics: Vec<Uuid>,
    /// Newest first.
    pub education: Vec<CardEducation>,
    /// Why the card came back.
    pub review_note: Option<String>,
    pub submitted_at: Option<String>,
    pub published_at: Option<String>,
    /// What is still to be filled: `photo`, `headline`, `about`, `languages`, `formats`, `categories`, `topics`, `practising_since`, `education`,
    /// `education_document`.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<Missing>,
    /// Fields and topics to choose from.
    pub choices: Vec<CardChoice>,
}

/// A field of specialists to choose.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardChoice {
    pub id: Uuid,
    pub name: Texts,
    pub icon: String,
    pub formats: Vec<String>,
    pub topics: Vec<CardTopic>,
}

/// A topic to choose.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardTopic {
    pub id: Uuid,
    pub name: Texts,
}

/// A degree or course.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardEducation {
    pub id: Uuid,
    pub title: String,
    pub institution: String,
    pub year: i32,
    /// Academic hours, of a course.
    pub hours: Option<i32>,
    /// `pending`, `verified` or `rejected`. Only what is verified is shown to people.
    pub state: String,
    /// Why it was rejected.
    pub note: Option<String>,
    /// Of the document: `application/pdf`, `image/jpeg`, `image/webp`; absent without one.
    pub document_type: Option<String>,
    pub checked_at: Option<String>,
}

/// The whole card of `person`, as far as the actor may see it.
pub(super) async fn details(tx: &mut Tx, app: &App, person: PersonId) -> Result<CardDetails> {
    let row = sql::card(tx, person).await?.ok_or_else(Error::not_found)?;
    let education = sql::education(tx, Some(person), None).await?;
    let facts = facts(&row, &education);
    let choices = choices(tx, &row).await?;
    Ok(CardDetails {
        id: row.id,
        slug: row.slug,
        status: row.status,
        version: row.version,
        display_name: row.display_name,
        gender: row.gender,
        languages: row.languages,
        formats: row.formats,
        headline: Texts::from(&row.headline.0),
        about: Texts::from(&row.about.0),
        approaches: row.approaches,
        practising_since: row.practising_since,
        price_minor: row.price_minor,
        price_currency: row.price_currency.unwrap_or_else(|| currency(app).to_owned()),
        photo: row.photo_file_id.map(photo_url),
        categories: row.categories,
        requested_categories: row.requested_categories,
        topics: row.topics,
        education: education.into_iter().map(CardEducation::from).collect(),
        review_note: row.review_note,
        submitted_at: row.submitted_at.map(|at| at.to_jiff().to_string()),
        published_at: row.published_at.map(|at| at.to_jiff().to_string()),
        missing: missing(facts),
        choices,
    })
}

impl From<EducationRow> for CardEducation {
    fn from(row: EducationRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            institution: row.institution,
            year: row.year,
            hours: row.hours,
            state: row.state,
            note: row.state_note,
            document_type: row.media_type,
            checked_at: row.checked_at.map(|at| at.to_jiff().to_string()),
        }
    }
}

/// What its completeness depends on. Rejected education does not count.
pub(super) fn facts(row: &CardRow, education: &[EducationRow]) -> CardFacts {
    let has = |text: &domain::text::Localized| text.0.values().any(|t| !t.trim().is_empty());
    let counted = || education.iter().filter(|e| e.state != "rejected");
    CardFacts {
        has_photo: row.photo_file_id.is_some(),
        has_headline: has(&row.headline.0),
        has_about: has(&row.about.0),
        languages: row.languages.len(),
        formats: row.formats.len(),
        categories: row.categories.len() + row.requested_categories.len(),
        topics: row.topics.len(),
        has_practice: row.practising_since.is_some(),
        education: counted().count(),
        education_without_document: counted().filter(|e| e.file_id.is_none()).count(),
    }
}

/// Published fields, and the card's own whatever their state.
async fn choices(tx: &mut Tx, card: &CardRow) -> Result<Vec<CardChoice>> {
    let own = |id| card.categories.contains(&id) || card.requested_categories.contains(&id);
    let rows = sql::categories(tx, None).await?;
    Ok(rows
        .into_iter()
        .filter(|c| c.status == "published" || own(c.id))
        .map(|c| CardChoice {
            id: c.id,
            name: Texts::from(&c.name.0),
            icon: c.icon,
            formats: c.formats,
            topics: c
                .topics
                .0
                .into_iter()
                .filter(|t| !t.is_archived || card.topics.contains(&t.id))
                .map(|t| CardTopic { id: t.id, name: Texts::from(&t.name) })
                .collect(),
        })
        .collect())
}

/// The money prices are in.
pub(super) fn currency(app: &App) -> &str {
    &app.packs.region.currency
}

/// Begins an empty card for a new specialist, let into `categories` by the invitation. For the system, as an invitation is accepted.
pub async fn open_card(tx: &mut Tx, app: &App, person: PersonId, categories: &[CategoryId]) -> Result<()> {
    let slug = hex::encode(app.rng.bytes::<6>());
    sqlx::query("INSERT INTO specialists (person_id, slug, status, created_at) VALUES ($1, $2, 'draft', $3)")
        .bind(person.0)
        .bind(slug)
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    let ids: Vec<Uuid> = categories.iter().map(|c| c.0).collect();
    sqlx::query("INSERT INTO specialist_categories (specialist_id, category_id) SELECT $1, c.id FROM categories c WHERE c.id = ANY($2)")
        .bind(person.0)
        .bind(ids)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
