//! Who works here, for the operator.

use domain::text::Localized;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::files::photo_url;
use crate::kernel::{ctx::Caller, error::Result, validation::Checks};

/// Which specialists.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SpecialistsQuery {
    /// `draft`, `submitted`, `published` or `paused`; all if absent.
    state: Option<String>,
    /// A part of the name.
    name: Option<String>,
    /// At most, 1 to 100; 50 if absent.
    limit: Option<i64>,
    /// The last one's id of the page before.
    after: Option<Uuid>,
}

/// A page of specialists: those who wait for a check first, then by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialistsPage {
    pub specialists: Vec<SpecialistLine>,
    /// Whether there are more.
    pub has_more: bool,
    /// How many wait for a check.
    pub submitted: i64,
}

/// A specialist in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialistLine {
    pub id: Uuid,
    pub display_name: String,
    pub status: String,
    pub photo: Option<String>,
    pub headline: String,
    /// Names, in the reader's language.
    pub categories: Vec<String>,
    pub submitted_at: Option<String>,
    /// Documents to check; for those who check them.
    pub pending_documents: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    display_name: String,
    status: String,
    photo_file_id: Option<Uuid>,
    headline: Json<Localized>,
    categories: Json<Vec<Localized>>,
    submitted_at: Option<jiff_sqlx::Timestamp>,
    pending_documents: i64,
}

/// Lists.
pub(super) async fn list(caller: &Caller, query: &SpecialistsQuery) -> Result<SpecialistsPage> {
    let limit = query.limit.unwrap_or(50);
    let mut checks = Checks::new();
    checks.range(limit, 1, 100, "?limit");
    let is_state = query.state.as_deref().is_none_or(|s| matches!(s, "draft" | "submitted" | "published" | "paused"));
    checks.that(is_state, "?state", "not_a_choice");
    checks.text(query.name.as_deref().unwrap_or(""), 0, 80, "?name").done()?;
    let mut tx = caller.begin().await?;
    let mut rows: Vec<Row> = sqlx::query_as(
        "WITH lines AS (
           SELECT s.*, p.display_name, s.person_id AS id, (s.status <> 'submitted')::int AS turn
           FROM specialists s JOIN people p ON p.id = s.person_id
           WHERE ($1::text IS NULL OR s.status = $1) AND ($2::text IS NULL OR strpos(lower(p.display_name), lower($2)) > 0))
         SELECT l.id, l.display_name, l.status, l.photo_file_id, l.headline, l.submitted_at,
                (SELECT coalesce(json_agg(c.name ORDER BY c.position), '[]') FROM specialist_categories sc JOIN categories c ON c.id = sc.category_id
                 WHERE sc.specialist_id = l.id) AS categories,
                (SELECT count(*) FROM education e WHERE e.specialist_id = l.id AND e.state = 'pending') AS pending_documents
         FROM lines l
         WHERE $4::uuid IS NULL OR (l.turn, l.display_name, l.id) > (SELECT a.turn, a.display_name, a.id FROM lines a WHERE a.id = $4)
         ORDER BY l.turn, l.display_name, l.id LIMIT $3",
    )
    .bind(&query.state)
    .bind(query.name.as_deref().map(str::trim).filter(|n| !n.is_empty()))
    .bind(limit + 1)
    .bind(query.after)
    .fetch_all(&mut *tx)
    .await?;
    let (submitted,): (i64,) = sqlx::query_as("SELECT count(*) FROM specialists WHERE status = 'submitted'").fetch_one(&mut *tx).await?;
    tx.commit().await?;
    let has_more = rows.len() > usize::try_from(limit).unwrap_or(0);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let specialists = rows
        .into_iter()
        .map(|row| SpecialistLine {
            id: row.id,
            display_name: row.display_name,
            status: row.status,
            photo: row.photo_file_id.map(photo_url),
            headline: row.headline.0.get(caller.locale).to_owned(),
            categories: row.categories.0.iter().map(|name| name.get(caller.locale).to_owned()).collect(),
            submitted_at: row.submitted_at.map(|at| at.to_jiff().to_string()),
            pending_documents: row.pending_documents,
        })
        .collect();
    Ok(SpecialistsPage { specialists, has_more, submitted })
}
