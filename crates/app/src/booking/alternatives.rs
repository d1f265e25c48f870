//! What else there is when a time is gone: the specialist's nearest other times, and if there are none, whoever is free soonest.

use domain::{booking::Visit, ids::PersonId, scheduling::Window};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::take::Wish;
use crate::{
    kernel::{
        ctx::Caller,
        error::{Error, Kind, Result},
    },
    scheduling::{self, Ask, Consultation, NextTimes, Who},
};

/// Another time that was free a moment ago.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Alternative {
    pub specialist_id: Uuid,
    pub starts_at: String,
    pub ends_at: String,
}

/// How many other times of the same specialist, and of others, are told.
const SAME: usize = 6;
const OTHERS: usize = 3;

const BEFORE: SignedDuration = SignedDuration::from_hours(3 * 24);
const AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Adds fresh alternatives to an error that is about the time; others pass as they are. Call it with no transaction open.
pub(super) async fn with_alternatives(caller: &Caller, wish: &Wish, error: Error) -> Error {
    const ABOUT_TIME: [&str; 7] =
        ["time_taken", "time_not_offered", "overlaps_own", "overlaps_theirs", "busy_try_again", "hold_expired", "specialist_unavailable"];
    if !matches!(error.kind, Kind::Conflict | Kind::Gone) || !ABOUT_TIME.contains(&error.code) {
        return error;
    }
    // Who is refused is not to be refused a second time because the database is busy too.
    let found = near(caller, wish).await.unwrap_or_default();
    let found: Vec<Value> = found.into_iter().filter_map(|a| serde_json::to_value(a).ok()).collect();
    error.extra("alternatives", found)
}

async fn near(caller: &Caller, wish: &Wish) -> Result<Vec<Alternative>> {
    let now = caller.now();
    let within = around(now, wish.start);
    let consultation = Consultation { category: wish.category, length_min: wish.length_min };
    let ask = |who, starts_each| Ask { consultation, who, within: &within, now, starts_each };
    let same = [wish.specialist];
    let found = nearest(caller, ask(Who::These(&same), usize::MAX)).await?;
    let mut same: Vec<Timestamp> = found.into_iter().flat_map(|next| next.starts).collect();
    // The index may not yet know that the wished time is gone.
    same.retain(|start| *start != wish.start);
    same.sort_by_key(|start| start.duration_since(wish.start).abs());
    same.truncate(SAME);
    same.sort();
    if !same.is_empty() {
        return Ok(same.into_iter().map(|start| alternative(wish, wish.specialist, start)).collect());
    }
    let others = nearest(caller, ask(Who::Anyone { at_most: OTHERS + 1 }, 1)).await?;
    let others = others.into_iter().filter(|next| next.specialist != wish.specialist).take(OTHERS);
    Ok(others.flat_map(|next| next.starts.into_iter().map(move |start| alternative(wish, next.specialist, start))).collect())
}

/// From memory, so that a stampede costs the database nothing; else from the database.
async fn nearest(caller: &Caller, ask: Ask<'_>) -> Result<Vec<NextTimes>> {
    if let Some(found) = caller.app.slots.nearest(ask) {
        return Ok(found);
    }
    let mut tx = caller.begin().await?;
    scheduling::nearest(&mut tx, &caller.app, ask).await
}

fn around(now: Timestamp, start: Timestamp) -> Vec<Window> {
    let from = start.checked_sub(BEFORE).unwrap_or(now).max(now);
    let to = start.max(now).checked_add(AFTER).unwrap_or(from);
    Window::new(from, to).into_iter().collect()
}

fn alternative(wish: &Wish, specialist: PersonId, start: Timestamp) -> Alternative {
    let visit = Visit::of(start, u32::from(wish.length_min));
    Alternative { specialist_id: specialist.0, starts_at: visit.start.to_string(), ends_at: visit.end.to_string() }
}
