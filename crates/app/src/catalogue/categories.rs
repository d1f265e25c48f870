//! Creating and changing categories.

use domain::{ids::CategoryId, text::Localized};
use jiff_sqlx::ToSqlx;
use platform::db::{Tx, violated_constraint};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    category_check::{CategoryFields, CategoryQuestion},
    sql::{self, CategoryRow},
    texts::Texts,
    topics::CategoryTopic,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// A new category.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCategory {
    /// Its name in addresses: 2 to 40 of `a-z`, `0-9`, `-`. Stays.
    pub slug: String,
    pub category: CategoryFields,
}

/// A changed category.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedCategory {
    /// The version that was edited.
    pub version: i64,
    pub category: CategoryFields,
}

/// A category as the operator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueCategory {
    pub id: Uuid,
    pub slug: String,
    /// `draft`, `published` or `archived`.
    pub status: String,
    pub version: i64,
    #[serde(flatten)]
    pub fields: CategoryFields,
    /// In order; archived ones too.
    pub topics: Vec<CategoryTopic>,
    /// Specialists with a published card.
    pub specialists: i64,
}

/// All categories, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueCategories {
    pub categories: Vec<CatalogueCategory>,
    /// The consents a category may ask for: the region's documents.
    pub consents: Vec<CategoryConsent>,
}

/// A consent that a category may ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryConsent {
    pub purpose: String,
    /// The document's title, in the reader's language.
    pub title: String,
}

/// Lists all.
pub(super) async fn list(caller: &Caller) -> Result<CatalogueCategories> {
    let mut tx = caller.begin().await?;
    let rows = sql::categories(&mut tx, None).await?;
    tx.commit().await?;
    let categories = rows.into_iter().map(view).collect::<Result<_>>()?;
    let consents = caller.app.packs.region.consents.iter();
    let consents = consents.map(|d| CategoryConsent { purpose: d.purpose.clone(), title: d.title.get(caller.locale).to_owned() }).collect();
    Ok(CatalogueCategories { categories, consents })
}

/// One category.
pub(super) async fn read(tx: &mut Tx, id: CategoryId) -> Result<CatalogueCategory> {
    let row = sql::categories(tx, Some(id)).await?.pop().ok_or_else(Error::not_found)?;
    view(row)
}

/// Creates a draft.
pub(super) async fn create(tx: &mut Tx, caller: &Caller, new: &NewCategory) -> Result<CatalogueCategory> {
    let is_slug = (2..=40).contains(&new.slug.len()) && new.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    Checks::new().that(is_slug, "/slug", "not_a_slug").done()?;
    new.category.check(false, &purposes(caller))?;
    let id = CategoryId(caller.app.new_id());
    let inserted = sqlx::query(
        "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical, consent_purposes,
                                 questionnaire, buffer_policy, alignment, cancel_free_hours, position, created_at, updated_at)
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)",
    )
    .bind(id.0)
    .bind(&new.slug);
    let inserted = bind_fields(inserted, &new.category).bind(caller.now().to_sqlx()).execute(&mut **tx).await;
    match inserted {
        Err(error) if violated_constraint(&error) == Some("categories_slug_key") => return Err(Error::field("/slug", "taken")),
        other => other?,
    };
    audit::append(tx, caller, Entry::new("catalogue.create_category").on("category", id)).await?;
    read(tx, id).await
}

/// Changes a category. A published one stays complete.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, id: CategoryId, changed: &ChangedCategory) -> Result<CatalogueCategory> {
    let before = read_version(tx, id, changed.version).await?;
    changed.category.check(before.status == "published", &purposes(caller))?;
    let updated = sqlx::query(
        "UPDATE categories SET name = $3, summary = $4, icon = $5, session_lengths_min = $6, interval_min = $7, formats = $8, notes_clinical = $9,
                consent_purposes = $10, questionnaire = $11, buffer_policy = $12, alignment = $13, cancel_free_hours = $14, position = $15,
                updated_at = $16, version = version + 1
         WHERE id = $1 AND version = $2",
    )
    .bind(id.0)
    .bind(changed.version);
    let updated = bind_fields(updated, &changed.category).bind(caller.now().to_sqlx()).execute(&mut **tx).await?;
    if updated.rows_affected() == 0 {
        return Err(Error::conflict("changed_meanwhile"));
    }
    audit::append(tx, caller, Entry::new("catalogue.change_category").on("category", id)).await?;
    read(tx, id).await
}

/// Publishes, or archives: an archived category is offered to nobody; what is booked stays booked.
pub(super) async fn set_status(tx: &mut Tx, caller: &Caller, id: CategoryId, publish: bool) -> Result<CatalogueCategory> {
    let before = read(tx, id).await?;
    if publish {
        before.fields.check(true, &purposes(caller))?;
    }
    let (status, action) = if publish { ("published", "catalogue.publish_category") } else { ("archived", "catalogue.archive_category") };
    if before.status != status {
        sqlx::query("UPDATE categories SET status = $2, updated_at = $3, version = version + 1 WHERE id = $1")
            .bind(id.0)
            .bind(status)
            .bind(caller.now().to_sqlx())
            .execute(&mut **tx)
            .await?;
        audit::append(tx, caller, Entry::new(action).on("category", id).detail(json!({"from": before.status}))).await?;
    }
    read(tx, id).await
}

/// What the region has a document for.
fn purposes(caller: &Caller) -> Vec<&str> {
    caller.app.packs.region.consents.iter().map(|d| d.purpose.as_str()).collect()
}

async fn read_version(tx: &mut Tx, id: CategoryId, version: i64) -> Result<CatalogueCategory> {
    let before = read(tx, id).await?;
    if before.version == version { Ok(before) } else { Err(Error::conflict("changed_meanwhile")) }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds the fields as parameters 3 to 15.
fn bind_fields<'q>(query: Query<'q>, fields: &CategoryFields) -> Query<'q> {
    query
        .bind(Json(fields.name.localized()))
        .bind(Json(fields.summary.localized()))
        .bind(fields.icon.clone())
        .bind(fields.session_lengths_min.clone())
        .bind(fields.interval_min)
        .bind(fields.formats.clone())
        .bind(fields.notes_clinical)
        .bind(fields.consent_purposes.clone())
        .bind(Json(fields.questions()))
        .bind(fields.buffer_policy.clone())
        .bind(fields.alignment.clone())
        .bind(fields.cancel_free_hours)
        .bind(fields.position)
}

fn view(row: CategoryRow) -> Result<CatalogueCategory> {
    let questionnaire: Vec<CategoryQuestion> = serde_json::from_value(row.questionnaire).map_err(Error::internal)?;
    let texts = |text: &Json<Localized>| Texts::from(&text.0);
    Ok(CatalogueCategory {
        id: row.id,
        slug: row.slug,
        status: row.status,
        version: row.version,
        fields: CategoryFields {
            name: texts(&row.name),
            summary: texts(&row.summary),
            icon: row.icon,
            session_lengths_min: row.session_lengths_min,
            interval_min: row.interval_min,
            formats: row.formats,
            notes_clinical: row.notes_clinical,
            consent_purposes: row.consent_purposes,
            questionnaire,
            buffer_policy: row.buffer_policy,
            alignment: row.alignment,
            cancel_free_hours: row.cancel_free_hours,
            position: row.position,
        },
        topics: row.topics.0.into_iter().map(CategoryTopic::from).collect(),
        specialists: row.specialists,
    })
}
