//! What kinds of help there are: those that the person's contract covers first, with what is left.

use domain::ids::{CategoryId, PersonId};
use platform::db::Tx;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    intake, quota,
    sql::discovery::{self as sql, CategoryRow},
    view::BenefitView,
};
use crate::kernel::{ctx::Caller, error::Result};

/// The kinds of help.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryList {
    pub items: Vec<CategoryView>,
    pub programme: Programme,
}

/// How the contract of the person's company stands today, whatever it covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Programme {
    /// `in_force`, `future`, `over`, `left` (by what the company said), or `none`: no company, or one without a contract.
    pub state: &'static str,
    /// The first day of a future one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<String>,
}

/// A kind of help.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryView {
    pub id: Uuid,
    pub slug: String,
    /// In the reader's language, as all texts here.
    pub name: String,
    pub summary: String,
    pub icon: String,
    /// What the person has of it; absent if the contract does not cover it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitView>,
    /// The person has said what brings them.
    pub is_told: bool,
    /// Purposes of `consent_purposes` to which the person has not consented. Until then nothing they say in advance is kept.
    pub consents_missing: Vec<String>,
    /// Minutes, the usual length first.
    pub lengths_min: Vec<i32>,
    /// Those in which somebody can be booked now; all that the category allows while there is nobody.
    pub formats: Vec<String>,
    /// Purposes for which a consent is wanted before a booking.
    pub consent_purposes: Vec<String>,
    /// Hours before the start until which cancelling costs nothing.
    pub cancel_free_hours: i32,
    pub topics: Vec<TopicView>,
    /// The short questionnaire: `[{id, kind, label: {ru, kk, en}, options, optional}]`. Every question may be skipped.
    #[schema(value_type = Vec<Object>)]
    pub questionnaire: Value,
}

/// What a person may come with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicView {
    pub id: Uuid,
    pub name: String,
}

/// The published categories: covered ones first, each group in the operator's order.
pub(super) async fn list(caller: &Caller) -> Result<CategoryList> {
    let mut tx = caller.begin().await?;
    let rows = sql::categories(&mut tx, None).await?;
    let benefits = quota::benefits_today(&mut tx, &caller.app, caller.me()).await?;
    let programme = quota::programme_today(&mut tx, &caller.app, caller.me()).await?;
    let told = intake::told(&mut tx, caller.me()).await?;
    let given = consents_given(&mut tx, caller.me()).await?;
    tx.commit().await?;
    let mut items: Vec<CategoryView> = rows
        .into_iter()
        .map(|row| {
            let benefit = benefits.iter().find(|(category, _)| *category == CategoryId(row.id)).map(|(_, b)| BenefitView::of(b));
            let is_told = told.contains(&row.id);
            view(caller, row, benefit, is_told, &given)
        })
        .collect();
    items.sort_by_key(|category| category.benefit.is_none());
    Ok(CategoryList { items, programme })
}

async fn consents_given(tx: &mut Tx, person: PersonId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT purpose FROM consents WHERE person_id = $1 AND withdrawn_at IS NULL")
        .bind(person.0)
        .fetch_all(&mut **tx)
        .await?)
}

fn view(caller: &Caller, row: CategoryRow, benefit: Option<BenefitView>, is_told: bool, given: &[String]) -> CategoryView {
    let locale = caller.locale;
    CategoryView {
        id: row.id,
        slug: row.slug,
        name: row.name.0.get(locale).to_owned(),
        summary: row.summary.0.get(locale).to_owned(),
        icon: row.icon,
        benefit,
        is_told,
        consents_missing: row.consent_purposes.iter().filter(|purpose| !given.contains(purpose)).cloned().collect(),
        lengths_min: row.session_lengths_min,
        formats: row.formats,
        consent_purposes: row.consent_purposes,
        cancel_free_hours: row.cancel_free_hours,
        topics: row.topics.0.into_iter().map(|t| TopicView { id: t.id, name: t.name.get(locale).to_owned() }).collect(),
        questionnaire: row.questionnaire,
    }
}
