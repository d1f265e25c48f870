//! Filling one's own card, and handing it in.

use domain::{
    catalogue::{FORMATS, LANGUAGES, missing},
    ids::PersonId,
};
use jiff_sqlx::ToSqlx;
use platform::{
    db::Tx,
    jobs::{NewJob, enqueue},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    card::{self, CardDetails, currency, facts},
    category_check::choices,
    sql,
    texts::Texts,
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// What is to change; what is absent stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CardChange {
    /// `female`, `male` or `undisclosed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formats: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<Texts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Texts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approaches: Option<Vec<String>>,
    /// Year; null clears it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>)]
    pub practising_since: Option<Option<i32>>,
    /// For a consultation, in the region's currency; null clears it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub price_minor: Option<Option<i64>>,
    /// Topics of the chosen categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<Uuid>>,
    /// All categories one wants to work in. New ones are asked for; the operator lets in. Topics of left ones go too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<Uuid>>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

const HEADLINE_MAX: usize = 120;
const ABOUT_MAX: usize = 3000;
const APPROACHES_MAX: usize = 12;
const APPROACH_MAX: usize = 60;
const TOPICS_MAX: usize = 40;
const CATEGORIES_MAX: usize = 10;
const PRICE_MAX: i64 = 100_000_000;

/// Changes the caller's card.
pub(super) async fn change(tx: &mut Tx, caller: &Caller, change: &CardChange) -> Result<CardDetails> {
    check(caller, change)?;
    let me = caller.me();
    lock(tx, me).await?;
    sqlx::query(
        "UPDATE specialists SET gender = coalesce($2, gender), languages = coalesce($3, languages), formats = coalesce($4, formats),
                headline = coalesce($5, headline), about = coalesce($6, about), approaches = coalesce($7, approaches),
                practising_since = CASE WHEN $8 THEN $9 ELSE practising_since END, price_minor = CASE WHEN $10 THEN $11 ELSE price_minor END,
                price_currency = CASE WHEN $10 THEN CASE WHEN $11 IS NULL THEN NULL ELSE $12 END ELSE price_currency END, version = version + 1
         WHERE person_id = $1",
    )
    .bind(me.0)
    .bind(&change.gender)
    .bind(&change.languages)
    .bind(&change.formats)
    .bind(change.headline.as_ref().map(|t| Json(t.localized())))
    .bind(change.about.as_ref().map(|t| Json(t.localized())))
    .bind(change.approaches.as_ref().map(|a| a.iter().map(|one| one.trim().to_owned()).collect::<Vec<_>>()))
    .bind(change.practising_since.is_some())
    .bind(change.practising_since.flatten())
    .bind(change.price_minor.is_some())
    .bind(change.price_minor.flatten())
    .bind(currency(&caller.app))
    .execute(&mut **tx)
    .await?;
    if let Some(categories) = &change.categories {
        choose_categories(tx, me, categories).await?;
    }
    if let Some(topics) = &change.topics {
        choose_topics(tx, me, topics).await?;
    }
    audit::append(tx, caller, Entry::new("catalogue.change_card").about(me).detail(json!({ "fields": names(change) }))).await?;
    card::details(tx, &caller.app, me).await
}

/// Hands the card in.
pub(super) async fn submit(tx: &mut Tx, caller: &Caller) -> Result<CardDetails> {
    let me = caller.me();
    lock(tx, me).await?;
    let row = sql::card(tx, me).await?.ok_or_else(Error::not_found)?;
    if row.status != "draft" {
        return Err(Error::conflict("card_already_submitted"));
    }
    let missing = missing(facts(&row, &sql::education(tx, Some(me), None).await?));
    if !missing.is_empty() {
        return Err(Error::conflict("card_incomplete").extra("missing", serde_json::to_value(missing).map_err(Error::internal)?));
    }
    sqlx::query(
        "UPDATE specialists SET status = 'submitted', submitted_at = $2, review_note = NULL, version = version + 1 WHERE person_id = $1",
    )
    .bind(me.0)
    .bind(caller.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    audit::append(tx, caller, Entry::new("catalogue.submit_card").about(me)).await?;
    let tell = NewJob { kind: "catalogue.tell_desk", payload: json!({}), unique_key: None, run_at: caller.now() };
    enqueue(tx, caller.now(), tell).await?;
    card::details(tx, &caller.app, me).await
}

/// Two changes of one card happen one after the other.
pub(super) async fn lock(tx: &mut Tx, person: PersonId) -> Result<()> {
    let row: Option<(Uuid,)> = sqlx::query_as("SELECT person_id FROM specialists WHERE person_id = $1 FOR UPDATE")
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|_| ()).ok_or_else(Error::not_found)
}

async fn choose_categories(tx: &mut Tx, me: PersonId, wanted: &[Uuid]) -> Result<()> {
    let granted: Vec<Uuid> = sql::card(tx, me).await?.ok_or_else(Error::not_found)?.categories;
    let open: Vec<Uuid> = sql::categories(tx, None).await?.iter().filter(|c| c.status == "published").map(|c| c.id).collect();
    let mut checks = Checks::new();
    for (index, id) in wanted.iter().enumerate() {
        checks.that(open.contains(id) || granted.contains(id), &format!("/categories/{index}"), "not_a_choice");
    }
    checks.done()?;
    let asked: Vec<Uuid> = wanted.iter().filter(|id| !granted.contains(id)).copied().collect();
    sqlx::query("UPDATE specialists SET requested_categories = $2 WHERE person_id = $1").bind(me.0).bind(&asked).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM specialist_categories WHERE specialist_id = $1 AND NOT category_id = ANY($2)")
        .bind(me.0)
        .bind(wanted)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM specialist_topics st USING topics t WHERE st.specialist_id = $1 AND t.id = st.topic_id AND NOT t.category_id = ANY($2)",
    )
    .bind(me.0)
    .bind(wanted)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn choose_topics(tx: &mut Tx, me: PersonId, topics: &[Uuid]) -> Result<()> {
    let row = sql::card(tx, me).await?.ok_or_else(Error::not_found)?;
    let own: Vec<Uuid> = row.categories.iter().chain(&row.requested_categories).copied().collect();
    let known: Vec<(Uuid,)> = sqlx::query_as("SELECT id FROM topics WHERE category_id = ANY($1) AND (archived_at IS NULL OR id = ANY($2))")
        .bind(own)
        .bind(&row.topics)
        .fetch_all(&mut **tx)
        .await?;
    let mut checks = Checks::new();
    for (index, id) in topics.iter().enumerate() {
        checks.that(known.contains(&(*id,)), &format!("/topics/{index}"), "not_a_choice");
    }
    checks.done()?;
    sqlx::query("DELETE FROM specialist_topics WHERE specialist_id = $1 AND NOT topic_id = ANY($2)")
        .bind(me.0)
        .bind(topics)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO specialist_topics (specialist_id, topic_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING")
        .bind(me.0)
        .bind(topics)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn check(caller: &Caller, change: &CardChange) -> Result<()> {
    let mut checks = Checks::new();
    if let Some(gender) = &change.gender {
        checks.that(matches!(gender.as_str(), "female" | "male" | "undisclosed"), "/gender", "not_a_choice");
    }
    if let Some(languages) = &change.languages {
        choices(&mut checks, languages, &LANGUAGES, "/languages");
    }
    if let Some(formats) = &change.formats {
        choices(&mut checks, formats, &FORMATS, "/formats");
    }
    if let Some(headline) = &change.headline {
        headline.check(&mut checks, HEADLINE_MAX, false, false, "/headline");
    }
    if let Some(about) = &change.about {
        about.check(&mut checks, ABOUT_MAX, false, false, "/about");
    }
    if let Some(approaches) = &change.approaches {
        checks.that(approaches.len() <= APPROACHES_MAX, "/approaches", "too_many");
        for (index, one) in approaches.iter().enumerate().take(APPROACHES_MAX) {
            checks.text(one, 2, APPROACH_MAX, &format!("/approaches/{index}"));
        }
    }
    if let Some(Some(year)) = change.practising_since {
        let this_year = caller.app.today().year();
        checks.range(year.into(), 1950, this_year.into(), "/practising_since");
    }
    if let Some(Some(price)) = change.price_minor {
        checks.range(price, 0, PRICE_MAX, "/price_minor");
    }
    checks.that(change.topics.as_ref().is_none_or(|t| t.len() <= TOPICS_MAX), "/topics", "too_many");
    checks.that(change.categories.as_ref().is_none_or(|c| c.len() <= CATEGORIES_MAX), "/categories", "too_many");
    checks.done()
}

/// Which fields a change touches, for the audit log.
fn names(change: &CardChange) -> Vec<String> {
    match serde_json::to_value(change) {
        Ok(Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => Vec::new(),
    }
}
