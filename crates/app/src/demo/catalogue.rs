//! The demo's categories and topics.

use jiff_sqlx::ToSqlx as _;
use serde_json::json;
use uuid::Uuid;

use super::Maker;
use crate::kernel::error::Result;

/// A category as the other makers need it.
#[derive(Debug, Clone)]
pub(super) struct Category {
    pub id: Uuid,
    /// Its place in the data.
    pub index: usize,
    pub lengths: Vec<i32>,
    pub interval: i32,
    pub formats: Vec<String>,
    pub topics: Vec<Uuid>,
    pub cancel_free_hours: i32,
}

pub(super) async fn make(maker: &mut Maker<'_>) -> Result<Vec<Category>> {
    let mut made = Vec::new();
    let data = std::mem::take(&mut maker.data.categories);
    for (index, c) in data.iter().enumerate() {
        let id = maker.id();
        sqlx::query(
            "INSERT INTO categories (id, slug, status, name, summary, icon, session_lengths_min, interval_min, formats, notes_clinical,
                                     consent_purposes, questionnaire, cancel_free_hours, position, created_at, updated_at)
             VALUES ($1, $2, 'published', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        )
        .bind(id)
        .bind(&c.slug)
        .bind(json!(c.name))
        .bind(json!(c.summary))
        .bind(&c.icon)
        .bind(&c.lengths)
        .bind(c.interval)
        .bind(&c.formats)
        .bind(c.clinical)
        .bind(&c.consents)
        .bind(&c.questions)
        .bind(c.cancel_free_hours)
        .bind(i32::try_from(index).unwrap_or(0))
        .bind(maker.days_ago(200).to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
        let mut topics = Vec::new();
        for (position, name) in c.topics.iter().enumerate() {
            let topic = maker.id();
            sqlx::query("INSERT INTO topics (id, category_id, name, position) VALUES ($1, $2, $3, $4)")
                .bind(topic)
                .bind(id)
                .bind(json!(name))
                .bind(i32::try_from(position).unwrap_or(0))
                .execute(&mut *maker.tx)
                .await?;
            topics.push(topic);
        }
        made.push(Category {
            id,
            index,
            lengths: c.lengths.clone(),
            interval: c.interval,
            formats: c.formats.clone(),
            topics,
            cancel_free_hours: c.cancel_free_hours,
        });
    }
    maker.data.categories = data;
    Ok(made)
}
