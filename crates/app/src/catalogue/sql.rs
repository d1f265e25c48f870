//! The slice's rows.

use domain::{
    ids::{CategoryId, PersonId},
    text::Localized,
};
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::error::Result;

#[derive(Debug, sqlx::FromRow)]
pub struct CategoryRow {
    pub id: Uuid,
    pub slug: String,
    pub status: String,
    pub version: i64,
    pub name: Json<Localized>,
    pub summary: Json<Localized>,
    pub icon: String,
    pub session_lengths_min: Vec<i32>,
    pub interval_min: i32,
    pub formats: Vec<String>,
    pub notes_clinical: bool,
    pub consent_purposes: Vec<String>,
    pub questionnaire: Value,
    pub buffer_policy: String,
    pub alignment: String,
    pub cancel_free_hours: i32,
    pub position: i32,
    pub topics: Json<Vec<TopicRow>>,
    pub specialists: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct TopicRow {
    pub id: Uuid,
    pub name: Localized,
    pub is_archived: bool,
}

/// All categories in the operator's order, or the one.
pub async fn categories(tx: &mut Tx, only: Option<CategoryId>) -> Result<Vec<CategoryRow>> {
    Ok(sqlx::query_as(
        "SELECT c.*,
                (SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'is_archived', t.archived_at IS NOT NULL)
                                          ORDER BY t.position, t.id), '[]')
                 FROM topics t WHERE t.category_id = c.id) AS topics,
                (SELECT count(*) FROM specialist_categories sc JOIN specialists s ON s.person_id = sc.specialist_id
                 WHERE sc.category_id = c.id AND s.status = 'published') AS specialists
         FROM categories c WHERE $1::uuid IS NULL OR c.id = $1 ORDER BY c.position, c.slug",
    )
    .bind(only.map(|c| c.0))
    .fetch_all(&mut **tx)
    .await?)
}

#[derive(Debug, sqlx::FromRow)]
pub struct CardRow {
    pub id: Uuid,
    pub slug: String,
    pub status: String,
    pub version: i64,
    pub display_name: String,
    pub gender: String,
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    pub headline: Json<Localized>,
    pub about: Json<Localized>,
    pub approaches: Vec<String>,
    pub practising_since: Option<i32>,
    pub price_minor: Option<i64>,
    pub price_currency: Option<String>,
    pub photo_file_id: Option<Uuid>,
    pub review_note: Option<String>,
    pub requested_categories: Vec<Uuid>,
    pub submitted_at: Option<SqlTimestamp>,
    pub published_at: Option<SqlTimestamp>,
    pub categories: Vec<Uuid>,
    pub topics: Vec<Uuid>,
}

/// The card of `person`, as far as the actor may see it.
pub async fn card(tx: &mut Tx, person: PersonId) -> Result<Option<CardRow>> {
    Ok(sqlx::query_as(
        "SELECT s.*, s.person_id AS id, p.display_name,
                ARRAY(SELECT sc.category_id FROM specialist_categories sc JOIN categories c ON c.id = sc.category_id
                      WHERE sc.specialist_id = s.person_id ORDER BY c.position, c.slug) AS categories,
                ARRAY(SELECT st.topic_id FROM specialist_topics st JOIN topics t ON t.id = st.topic_id
                      WHERE st.specialist_id = s.person_id ORDER BY t.position, t.id) AS topics
         FROM specialists s JOIN people p ON p.id = s.person_id WHERE s.person_id = $1",
    )
    .bind(person.0)
    .fetch_optional(&mut **tx)
    .await?)
}

#[derive(Debug, sqlx::FromRow)]
pub struct EducationRow {
    pub id: Uuid,
    pub specialist_id: Uuid,
    pub title: String,
    pub institution: String,
    pub year: i32,
    pub hours: Option<i32>,
    pub file_id: Option<Uuid>,
    pub media_type: Option<String>,
    pub state: String,
    pub state_note: Option<String>,
    pub checked_at: Option<SqlTimestamp>,
}

/// The education of `person`, newest first, or the one entry, as far as the actor may see it.
pub async fn education(tx: &mut Tx, person: Option<PersonId>, only: Option<Uuid>) -> Result<Vec<EducationRow>> {
    Ok(sqlx::query_as(
        "SELECT e.*, f.media_type FROM education e LEFT JOIN files f ON f.id = e.file_id
         WHERE ($1::uuid IS NULL OR e.specialist_id = $1) AND ($2::uuid IS NULL OR e.id = $2) ORDER BY e.year DESC, e.id",
    )
    .bind(person.map(|p| p.0))
    .bind(only)
    .fetch_all(&mut **tx)
    .await?)
}

#[derive(Debug, sqlx::FromRow)]
pub struct FileRow {
    pub id: Uuid,
    pub media_type: String,
    pub storage_key: String,
}

/// A file of that purpose which the actor may see.
pub async fn file(tx: &mut Tx, id: Uuid, purpose: &str) -> Result<Option<FileRow>> {
    Ok(sqlx::query_as("SELECT id, media_type, storage_key FROM files WHERE id = $1 AND purpose = $2")
        .bind(id)
        .bind(purpose)
        .fetch_optional(&mut **tx)
        .await?)
}
