//! A specialist's card as employees see it: only what the specialist wrote for them, and what the operator has checked.

use domain::ids::{CategoryId, PersonId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    categories::TopicView,
    sql::discovery::{self as sql, CardRow, CategoryRow, Own},
};
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
};

/// A card, as in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardView {
    pub id: Uuid,
    pub display_name: String,
    pub headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_file_id: Option<Uuid>,
    /// `female`, `male` or `undisclosed`.
    pub gender: String,
    /// Primary language tags.
    pub languages: Vec<String>,
    pub formats: Vec<String>,
    /// Themes, in the asked category if one was asked for.
    pub topics: Vec<TopicView>,
    /// The year in which the person began to practise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub practising_since: Option<i32>,
    /// How many degrees and courses have checked documents.
    pub education_count: usize,
    /// Mean in tenths of a star, once five people have rated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating_tenths: Option<u32>,
    /// The specialist's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    pub is_favourite: bool,
    /// The reader has talked with them before.
    pub is_known: bool,
}

/// A whole card.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialistCard {
    #[serde(flatten)]
    pub card: CardView,
    pub about: String,
    pub approaches: Vec<String>,
    /// Only what the operator has checked the documents of.
    pub education: Vec<EducationView>,
    /// The kinds of help in which they can be booked.
    pub categories: Vec<CardCategory>,
    /// False for somebody whom the reader has met but who takes no bookings now.
    pub is_bookable: bool,
}

/// A degree or course.
#[derive(Debug, Serialize, ToSchema)]
pub struct EducationView {
    pub title: String,
    pub institution: String,
    pub year: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<i32>,
}

/// A kind of help on a card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardCategory {
    pub id: Uuid,
    pub name: String,
    pub icon: String,
    pub lengths_min: Vec<i32>,
    /// What both the category and the specialist offer.
    pub formats: Vec<String>,
    pub cancel_free_hours: i32,
}

/// A row as the reader sees it.
pub(super) fn view(caller: &Caller, row: &CardRow, own: &Own, category: Option<CategoryId>) -> CardView {
    let locale = caller.locale;
    CardView {
        id: row.id,
        display_name: row.display_name.clone(),
        headline: row.headline.0.get(locale).to_owned(),
        photo_file_id: row.photo_file_id,
        gender: row.gender.clone(),
        languages: row.languages.clone(),
        formats: row.formats.clone(),
        topics: row
            .topics
            .0
            .iter()
            .filter(|t| category.is_none_or(|c| c.0 == t.category_id))
            .map(|t| TopicView { id: t.id, name: t.name.get(locale).to_owned() })
            .collect(),
        practising_since: row.practising_since,
        education_count: row.education.0.len(),
        rating_tenths: sql::rating(row.rating_stars, row.rating_count).mean_tenths(),
        time_zone: row.time_zone.clone(),
        is_favourite: own.favourites.contains(&PersonId(row.id)),
        is_known: own.known.contains(&PersonId(row.id)),
    }
}

/// The whole card of one specialist.
pub(super) async fn read(caller: &Caller, specialist: PersonId) -> Result<SpecialistCard> {
    let mut tx = caller.begin().await?;
    let mut rows = sql::cards(&mut tx, &[specialist]).await?;
    let mut row = rows.pop().ok_or_else(Error::not_found)?;
    let own = sql::own(&mut tx, caller.me()).await?;
    let all = sql::categories(&mut tx, None).await?;
    tx.commit().await?;
    let categories = row.categories.iter().filter_map(|id| all.iter().find(|c| c.id == *id)).map(|c| category(caller, c, &row)).collect();
    let education = std::mem::take(&mut row.education.0);
    let mut whole = SpecialistCard {
        about: row.about.0.get(caller.locale).to_owned(),
        approaches: row.approaches.clone(),
        categories,
        is_bookable: row.status == "published",
        card: view(caller, &row, &own, None),
        education: education
            .into_iter()
            .map(|e| EducationView { title: e.title, institution: e.institution, year: e.year, hours: e.hours })
            .collect(),
    };
    whole.card.education_count = whole.education.len();
    Ok(whole)
}

fn category(caller: &Caller, c: &CategoryRow, row: &CardRow) -> CardCategory {
    CardCategory {
        id: c.id,
        name: c.name.0.get(caller.locale).to_owned(),
        icon: c.icon.clone(),
        lengths_min: c.session_lengths_min.clone(),
        formats: c.formats.iter().filter(|f| row.formats.contains(f)).cloned().collect(),
        cancel_free_hours: c.cancel_free_hours,
    }
}
