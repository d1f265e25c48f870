//! Topics: what a person comes with, within a category.

use domain::ids::CategoryId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    categories::{self, CatalogueCategory},
    sql::TopicRow,
    texts::Texts,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// A topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryTopic {
    pub id: Uuid,
    pub name: Texts,
    pub is_archived: bool,
}

impl From<TopicRow> for CategoryTopic {
    fn from(row: TopicRow) -> Self {
        Self { id: row.id, name: Texts::from(&row.name), is_archived: row.is_archived }
    }
}

/// A new topic.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewTopic {
    /// In every language: topics are shown at once.
    pub name: Texts,
}

/// A change of a topic.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedTopic {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Texts>,
    /// An archived topic is offered no more; cards and intakes that name it keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
}

/// The order of a category's topics.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TopicOrder {
    /// Every topic of the category, once.
    pub topics: Vec<Uuid>,
}

const NAME_MAX: usize = 80;
const TOPICS_MAX: usize = 60;

/// Adds a topic at the end.
pub(super) async fn add(tx: &mut Tx, caller: &Caller, category: CategoryId, new: &NewTopic) -> Result<CatalogueCategory> {
    check_name(&new.name)?;
    let before = lock(tx, category).await?;
    is_new(&new.name, &before.topics)?;
    if before.topics.len() >= TOPICS_MAX {
        return Err(Error::conflict("too_many_topics"));
    }
    let id = caller.app.new_id();
    sqlx::query("INSERT INTO topics (id, category_id, name, position) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(category.0)
        .bind(Json(new.name.localized()))
        .bind(i32::try_from(before.topics.len()).unwrap_or(0))
        .execute(&mut **tx)
        .await?;
    done(tx, caller, category, "catalogue.add_topic", json!({"topic": id})).await
}

/// Renames, archives, brings back.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, topic: Uuid, changed: &ChangedTopic) -> Result<CatalogueCategory> {
    if let Some(name) = &changed.name {
        check_name(name)?;
        let row: Option<(Uuid,)> =
            sqlx::query_as("SELECT category_id FROM topics WHERE id = $1").bind(topic).fetch_optional(&mut **tx).await?;
        let (category,) = row.ok_or_else(Error::not_found)?;
        let mut others = lock(tx, CategoryId(category)).await?.topics;
        others.retain(|other| other.id != topic);
        is_new(name, &others)?;
    }
    let row: Option<(Uuid,)> = sqlx::query_as(
        "UPDATE topics SET name = coalesce($2, name),
                archived_at = CASE WHEN $3 IS NULL THEN archived_at WHEN $3 THEN coalesce(archived_at, $4) END
         WHERE id = $1 RETURNING category_id",
    )
    .bind(topic)
    .bind(changed.name.as_ref().map(|name| Json(name.localized())))
    .bind(changed.is_archived)
    .bind(caller.now().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    let (category,) = row.ok_or_else(Error::not_found)?;
    done(tx, caller, CategoryId(category), "catalogue.change_topic", json!({"topic": topic, "is_archived": changed.is_archived})).await
}

/// Puts the topics in order.
pub(super) async fn reorder(tx: &mut Tx, caller: &Caller, category: CategoryId, order: &TopicOrder) -> Result<CatalogueCategory> {
    let before = lock(tx, category).await?;
    let sorted = |mut ids: Vec<Uuid>| {
        ids.sort_unstable();
        ids
    };
    let known = sorted(before.topics.iter().map(|t| t.id).collect());
    Checks::new().that(known == sorted(order.topics.clone()), "/topics", "not_all_topics").done()?;
    sqlx::query(
        "UPDATE topics t SET position = o.n FROM unnest($2::uuid[]) WITH ORDINALITY AS o(id, n) WHERE t.id = o.id AND t.category_id = $1",
    )
    .bind(category.0)
    .bind(&order.topics)
    .execute(&mut **tx)
    .await?;
    done(tx, caller, category, "catalogue.order_topics", json!({})).await
}

/// Two who add or order at once do it one after the other.
async fn lock(tx: &mut Tx, category: CategoryId) -> Result<CatalogueCategory> {
    sqlx::query("SELECT FROM categories WHERE id = $1 FOR UPDATE").bind(category.0).execute(&mut **tx).await?;
    categories::read(tx, category).await
}

async fn done(tx: &mut Tx, caller: &Caller, category: CategoryId, action: &str, detail: serde_json::Value) -> Result<CatalogueCategory> {
    audit::append(tx, caller, Entry::new(action).on("category", category).detail(detail)).await?;
    categories::read(tx, category).await
}

fn check_name(name: &Texts) -> Result<()> {
    let mut checks = Checks::new();
    name.check(&mut checks, NAME_MAX, true, true, "/name");
    checks.done()
}

/// No other topic of the category, offered or archived, is called so in any language: people could not tell them apart.
fn is_new(name: &Texts, others: &[CategoryTopic]) -> Result<()> {
    let mut checks = Checks::new();
    for (locale, text) in name.localized().0 {
        let is_same = |other: &CategoryTopic| other.name.localized().get(locale).to_lowercase() == text.to_lowercase();
        checks.that(!others.iter().any(is_same), &format!("/name/{locale}"), "topic_twice");
    }
    checks.done()
}
