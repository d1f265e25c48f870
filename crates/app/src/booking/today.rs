//! The first screen: what is next, what is left, and one gentle next step.

use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    quota,
    sql::{discovery, quota as sql, views},
    view::{self, AppointmentView, BenefitView, CategoryBrief},
};
use crate::{
    kernel::{ctx::Caller, error::Result},
    organisations::passes,
};

/// The first screen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Today {
    /// The next consultation, or the one going on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<AppointmentView>,
    /// Times held for the person at this moment: their own choice, or offered from the waiting list.
    pub held: Vec<AppointmentView>,
    /// What others called off, while its time is still ahead and nothing else of the kind was booked since: seen also by who gave no address.
    pub called_off: Vec<AppointmentView>,
    /// What is left, by kind of help.
    pub left: Vec<TodayBenefit>,
    /// The company by which the person came has said that they have left it: nothing can be booked at its expense.
    pub is_access_ended: bool,
    /// Who came with a pass can have a newer one, and should: absent as long as there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<TodayPass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<TodayStep>,
}

/// What is left of one kind of help.
#[derive(Debug, Serialize, ToSchema)]
pub struct TodayBenefit {
    pub category: CategoryBrief,
    pub benefit: BenefitView,
}

/// A pass that is to be renewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TodayPass {
    /// The last day of access.
    pub ends_on: String,
    /// It is over: nothing can be booked until it is renewed.
    pub has_ended: bool,
    /// A pass that gives more days can be had today.
    pub can_renew: bool,
}

/// One thing that would be good to do now.
#[derive(Debug, Serialize, ToSchema)]
pub struct TodayStep {
    /// `first_visit` (say what brings you), `rate` (how the last session was), `book_again` (with the same specialist) or `find`.
    pub kind: &'static str,
    /// For `rate` and `book_again`: the last session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<AppointmentView>,
}

/// What the caller sees first.
pub(super) async fn today(caller: &Caller) -> Result<Today> {
    let (me, now) = (caller.me(), caller.now());
    let mut tx = caller.begin().await?;
    let upcoming = views::upcoming(&mut tx, me, now, None, 10).await?;
    let (held, booked): (Vec<_>, Vec<_>) = upcoming.into_iter().partition(|row| row.status == "held");
    let next = booked.into_iter().next();
    let called_off = views::called_off(&mut tx, me, now).await?;
    let step = match next.is_some() || !held.is_empty() {
        true => None,
        false => Some(step(&mut tx, caller).await?),
    };
    let categories = discovery::categories(&mut tx, None).await?;
    let is_access_ended = sql::has_left(&mut tx, me).await?;
    let pass = passes::standing(&mut tx, &caller.app, me).await?.filter(|standing| standing.has_ended || standing.can_renew);
    let benefits = quota::benefits_today(&mut tx, &caller.app, me).await?;
    tx.commit().await?;
    let left = categories.into_iter().filter_map(|row| {
        let (_, benefit) = benefits.iter().find(|(category, _)| category.0 == row.id)?;
        let category = CategoryBrief { id: row.id, name: row.name.0.get(caller.locale).to_owned(), icon: row.icon };
        Some(TodayBenefit { category, benefit: BenefitView::of(benefit) })
    });
    Ok(Today {
        next: next.map(|row| view::of(caller, row)),
        held: held.into_iter().map(|row| view::of(caller, row)).collect(),
        called_off: called_off.into_iter().map(|row| view::of(caller, row)).collect(),
        left: left.collect(),
        is_access_ended: is_access_ended && pass.is_none(),
        pass: pass.map(|standing| TodayPass {
            ends_on: standing.ends_on.to_string(),
            has_ended: standing.has_ended,
            can_renew: standing.can_renew,
        }),
        step,
    })
}

async fn step(tx: &mut Tx, caller: &Caller) -> Result<TodayStep> {
    let (me, now) = (caller.me(), caller.now());
    let unrated: Option<(Uuid,)> = sqlx::query_as(
        "SELECT a.id FROM appointments a
         WHERE a.employee_id = $1 AND a.status = 'completed' AND a.ends_at > $2::timestamptz - interval '14 days'
           AND NOT EXISTS (SELECT FROM ratings r WHERE r.appointment_id = a.id)
         ORDER BY a.starts_at DESC LIMIT 1",
    )
    .bind(me.0)
    .bind(now.to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    if let Some((id,)) = unrated {
        let row = views::one(tx, id.into()).await?;
        return Ok(TodayStep { kind: "rate", appointment: row.map(|row| view::of(caller, row)) });
    }
    let last = views::past(tx, me, now, None, 1).await?.into_iter().next();
    Ok(match last {
        Some(row) if row.status == "completed" => TodayStep { kind: "book_again", appointment: Some(view::of(caller, row)) },
        Some(_) => TodayStep { kind: "find", appointment: None },
        None => TodayStep { kind: "first_visit", appointment: None },
    })
}
