//! One's card as an employee sees it.

use domain::text::Localized;
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::{files::photo_url, sql};
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
};

/// What people see, in the reader's language.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardPreview {
    pub display_name: String,
    pub photo: Option<String>,
    pub headline: String,
    pub about: String,
    pub gender: String,
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    pub approaches: Vec<String>,
    pub practising_since: Option<i32>,
    /// Only those the operator has let the specialist into.
    pub categories: Vec<String>,
    pub topics: Vec<String>,
    /// Verified only.
    pub education: Vec<PreviewEducation>,
}

/// A verified degree or course.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewEducation {
    pub title: String,
    pub institution: String,
    pub year: i32,
    pub hours: Option<i32>,
}

/// The caller's card.
pub(super) async fn preview(tx: &mut Tx, caller: &Caller) -> Result<CardPreview> {
    let row = sql::card(tx, caller.me()).await?.ok_or_else(Error::not_found)?;
    let education = sql::education(tx, Some(caller.me()), None).await?;
    let categories = sql::categories(tx, None).await?;
    let text = |text: &Localized| text.get(caller.locale).to_owned();
    let granted = || categories.iter().filter(|c| row.categories.contains(&c.id) && c.status == "published");
    Ok(CardPreview {
        photo: row.photo_file_id.map(photo_url),
        headline: text(&row.headline.0),
        about: text(&row.about.0),
        categories: granted().map(|c| text(&c.name.0)).collect(),
        topics: granted()
            .flat_map(|c| &c.topics.0)
            .filter(|t| !t.is_archived && row.topics.contains(&t.id))
            .map(|t| text(&t.name))
            .collect(),
        education: education
            .into_iter()
            .filter(|e| e.state == "verified")
            .map(|e| PreviewEducation { title: e.title, institution: e.institution, year: e.year, hours: e.hours })
            .collect(),
        display_name: row.display_name,
        gender: row.gender,
        languages: row.languages,
        formats: row.formats,
        approaches: row.approaches,
        practising_since: row.practising_since,
    })
}
