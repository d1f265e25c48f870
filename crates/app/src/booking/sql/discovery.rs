//! Whom and what an employee can find.

use std::collections::HashSet;

use domain::{
    booking::ranking::{Candidate, Rating},
    ids::{CategoryId, PersonId, TopicId},
    text::Localized,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::db::Tx;
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::error::Result;

/// A published category.
#[derive(Debug, sqlx::FromRow)]
pub struct CategoryRow {
    pub id: Uuid,
    pub slug: String,
    pub name: Json<Localized>,
    pub summary: Json<Localized>,
    pub icon: String,
    pub session_lengths_min: Vec<i32>,
    pub formats: Vec<String>,
    pub consent_purposes: Vec<String>,
    pub questionnaire: Value,
    pub cancel_free_hours: i32,
    pub topics: Json<Vec<TopicRow>>,
}

/// What a person may come with.
#[derive(Debug, Clone, Deserialize)]
pub struct TopicRow {
    pub id: Uuid,
    pub name: Localized,
}

const TOPICS: &str = "(SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name) ORDER BY t.position, t.id), '[]')
                       FROM topics t WHERE t.category_id = c.id AND t.archived_at IS NULL) AS topics";

/// The published categories in the operator's order, or the one of that id.
pub async fn categories(tx: &mut Tx, only: Option<CategoryId>) -> Result<Vec<CategoryRow>> {
    let text = format!(
        "SELECT c.id, c.slug, c.name, c.summary, c.icon, c.session_lengths_min, c.consent_purposes, c.questionnaire, c.cancel_free_hours,
                COALESCE(NULLIF(ARRAY(SELECT f FROM unnest(c.formats) WITH ORDINALITY AS offered (f, at)
                                      WHERE EXISTS (SELECT FROM specialist_categories sc JOIN specialists s ON s.person_id = sc.specialist_id
                                                    WHERE sc.category_id = c.id AND s.status = 'published' AND f = ANY (s.formats))
                                      ORDER BY at), '{{}}'), c.formats) AS formats, {TOPICS}
         FROM categories c WHERE c.status = 'published' AND ($1::uuid IS NULL OR c.id = $1) ORDER BY c.position, c.slug"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(only.map(|c| c.0)).fetch_all(&mut **tx).await?)
}

#[derive(sqlx::FromRow)]
struct CandidateRow {
    id: Uuid,
    topics: Vec<Uuid>,
    languages: Vec<String>,
    formats: Vec<String>,
    gender: String,
    rating_stars: i32,
    rating_count: i32,
}

/// The lengths of a session in a published category.
pub async fn lengths_min(tx: &mut Tx, category: CategoryId) -> Result<Option<Vec<i32>>> {
    Ok(sqlx::query_scalar("SELECT session_lengths_min FROM categories WHERE id = $1 AND status = 'published'")
        .bind(category.0)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Everybody who can be booked in the category, with nothing known of their times yet, nor of the reader.
pub async fn candidates(tx: &mut Tx, category: CategoryId) -> Result<Vec<Candidate>> {
    let rows: Vec<CandidateRow> = sqlx::query_as(
        "SELECT s.person_id AS id, ARRAY(SELECT t.topic_id FROM specialist_topics t WHERE t.specialist_id = s.person_id) AS topics,
                s.languages, s.formats, s.gender, s.rating_stars, s.rating_count
         FROM specialist_categories sc JOIN specialists s ON s.person_id = sc.specialist_id
         WHERE sc.category_id = $1 AND s.status = 'published'",
    )
    .bind(category.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(candidate).collect())
}

fn candidate(row: CandidateRow) -> Candidate {
    Candidate {
        id: PersonId(row.id),
        topics: row.topics.into_iter().map(TopicId).collect(),
        languages: row.languages,
        formats: row.formats,
        gender: row.gender,
        next: Vec::new(),
        rating: Some(rating(row.rating_stars, row.rating_count)),
        is_known: false,
        is_favourite: false,
    }
}

/// Whom a person knows.
#[derive(Debug, Default)]
pub struct Own {
    /// With whom they have talked.
    pub known: HashSet<PersonId>,
    /// Whom they keep close.
    pub favourites: HashSet<PersonId>,
    /// Themselves: their own other records.
    pub selves: HashSet<PersonId>,
}

/// Whom the employee knows.
pub async fn own(tx: &mut Tx, employee: PersonId) -> Result<Own> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT specialist_id, 'favourite' FROM favourites WHERE employee_id = $1
         UNION ALL
         SELECT app.other_records_of($1), 'self'
         UNION ALL
         SELECT DISTINCT a.specialist_id, 'known' FROM appointments a JOIN session_outcomes o ON o.appointment_id = a.id
         WHERE a.employee_id = $1 AND o.outcome IN ('held', 'cut_short')",
    )
    .bind(employee.0)
    .fetch_all(&mut **tx)
    .await?;
    let mut own = Own::default();
    for (specialist, what) in rows {
        let among = match what.as_str() {
            "favourite" => &mut own.favourites,
            "self" => &mut own.selves,
            _ => &mut own.known,
        };
        among.insert(PersonId(specialist));
    }
    Ok(own)
}

/// When the employee is in a consultation already.
pub async fn own_times(tx: &mut Tx, employee: PersonId, now: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>> {
    let rows: Vec<(SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT starts_at, ends_at FROM appointments WHERE employee_id = $1 AND status = 'booked' AND ends_at > $2")
            .bind(employee.0)
            .bind(now.to_sqlx())
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(|(from, to)| (from.to_jiff(), to.to_jiff())).collect())
}

/// The sums of a row.
pub fn rating(stars: i32, count: i32) -> Rating {
    Rating { stars: u32::try_from(stars).unwrap_or(0), count: u32::try_from(count).unwrap_or(0) }
}

/// A specialist's public card.
#[derive(Debug, sqlx::FromRow)]
pub struct CardRow {
    pub id: Uuid,
    pub status: String,
    pub display_name: String,
    pub gender: String,
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    pub headline: Json<Localized>,
    pub about: Json<Localized>,
    pub approaches: Vec<String>,
    pub practising_since: Option<i32>,
    pub photo_file_id: Option<Uuid>,
    pub rating_stars: i32,
    pub rating_count: i32,
    pub time_zone: Option<String>,
    pub topics: Json<Vec<CardTopicRow>>,
    pub categories: Vec<Uuid>,
    pub education: Json<Vec<EducationRow>>,
}

/// A theme a specialist works with.
#[derive(Debug, Clone, Deserialize)]
pub struct CardTopicRow {
    pub id: Uuid,
    pub category_id: Uuid,
    pub name: Localized,
}

/// A degree or course whose document was checked.
#[derive(Debug, Clone, Deserialize)]
pub struct EducationRow {
    pub title: String,
    pub institution: String,
    pub year: i32,
    pub hours: Option<i32>,
}

/// The cards of `specialists`, in no order. Of a card that is no longer public only those see it who have met the person.
pub async fn cards(tx: &mut Tx, specialists: &[PersonId]) -> Result<Vec<CardRow>> {
    let ids: Vec<Uuid> = specialists.iter().map(|s| s.0).collect();
    Ok(sqlx::query_as(
        "SELECT s.person_id AS id, s.status, p.display_name, s.gender, s.languages, s.formats, s.headline, s.about, s.approaches,
                s.practising_since, s.photo_file_id, s.rating_stars, s.rating_count, h.time_zone,
                (SELECT coalesce(json_agg(json_build_object('id', t.id, 'category_id', t.category_id, 'name', t.name) ORDER BY t.position, t.id), '[]')
                 FROM specialist_topics st JOIN topics t ON t.id = st.topic_id WHERE st.specialist_id = s.person_id AND t.archived_at IS NULL) AS topics,
                ARRAY(SELECT sc.category_id FROM specialist_categories sc JOIN categories c ON c.id = sc.category_id
                      WHERE sc.specialist_id = s.person_id AND c.status = 'published' ORDER BY c.position, c.slug) AS categories,
                (SELECT coalesce(json_agg(json_build_object('title', e.title, 'institution', e.institution, 'year', e.year, 'hours', e.hours)
                                          ORDER BY e.year DESC, e.id), '[]')
                 FROM education e WHERE e.specialist_id = s.person_id AND e.state = 'verified') AS education
         FROM specialists s JOIN people p ON p.id = s.person_id LEFT JOIN schedules h ON h.specialist_id = s.person_id
         WHERE s.person_id = ANY($1)",
    )
    .bind(ids)
    .fetch_all(&mut **tx)
    .await?)
}
