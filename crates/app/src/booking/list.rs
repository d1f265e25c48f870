//! One's own appointments: the employee's, or those the specialist is booked for.

use domain::ids::AppointmentId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    sql::views as sql,
    view::{self, AppointmentView},
};
use crate::kernel::{ctx::Caller, error::Result, validation::Checks};

/// Which of one's own appointments.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AppointmentsQuery {
    /// `upcoming` (soonest first, holds included) or `past` (the last first).
    when: String,
    /// 1 to 100; 20 if absent.
    limit: Option<i64>,
    /// The last of the page before.
    after: Option<Uuid>,
}

/// A page of appointments.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentsPage {
    pub items: Vec<AppointmentView>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Uuid>,
}

/// A page of the caller's appointments.
pub(super) async fn list(caller: &Caller, query: &AppointmentsQuery) -> Result<AppointmentsPage> {
    let limit = query.limit.unwrap_or(20);
    let mut checks = Checks::new();
    checks.that(matches!(query.when.as_str(), "upcoming" | "past"), "?when", "not_an_option").range(limit, 1, 100, "?limit").done()?;
    let mut tx = caller.begin().await?;
    let (me, now) = (caller.me(), caller.now());
    let rows = match query.when.as_str() {
        "upcoming" => sql::upcoming(&mut tx, me, now, query.after, limit + 1).await?,
        _ => sql::past(&mut tx, me, now, query.after, limit + 1).await?,
    };
    tx.commit().await?;
    Ok(page(caller, rows, limit))
}

/// A page from one row more than it holds.
pub(super) fn page(caller: &Caller, rows: Vec<sql::ViewRow>, limit: i64) -> AppointmentsPage {
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = rows.len() > limit;
    let items: Vec<_> = rows.into_iter().take(limit).map(|row| view::of(caller, row)).collect();
    AppointmentsPage { next: items.last().filter(|_| has_more).map(|last| last.id), items }
}

/// One appointment.
pub(super) async fn read(caller: &Caller, id: AppointmentId) -> Result<AppointmentView> {
    let mut tx = caller.begin().await?;
    let view = view::load(&mut tx, caller, id).await?;
    tx.commit().await?;
    Ok(view)
}
