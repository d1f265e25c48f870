//! The operator's support: today's consultations and their state, finding an appointment. Never what is said in one, nor why somebody came.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    hold::instant,
    list::{AppointmentsPage, page},
    sql::views::{self, Search},
};
use crate::kernel::{ctx::Caller, error::Result, validation::Checks};

/// What to look for. At least one of specialist, employee, name, or a day must narrow it.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OperatorAppointmentsQuery {
    specialist: Option<Uuid>,
    employee: Option<Uuid>,
    /// A part of the name under which the person came, 2 to 80 characters.
    name: Option<String>,
    /// `held`, `booked`, `completed`, `canceled` or `expired`.
    status: Option<String>,
    /// Starts at or after this instant.
    from: Option<String>,
    /// Starts before this instant.
    to: Option<String>,
    /// 1 to 100; 20 if absent.
    limit: Option<i64>,
    after: Option<Uuid>,
}

/// The appointments that fit. Each person whose appointment is shown can see that it was.
pub(super) async fn search(caller: &Caller, query: &OperatorAppointmentsQuery) -> Result<AppointmentsPage> {
    let limit = query.limit.unwrap_or(20);
    let [from, to] = [&query.from, &query.to].map(|text| text.as_deref().map(instant));
    let mut checks = Checks::new();
    checks
        .range(limit, 1, 100, "?limit")
        .that(from != Some(None), "?from", "not_an_instant")
        .that(to != Some(None), "?to", "not_an_instant")
        .that(query.status.as_deref().is_none_or(is_status), "?status", "not_an_option");
    if let Some(name) = &query.name {
        checks.text(name, 2, 80, "?name");
    }
    let is_narrow = query.specialist.is_some() || query.employee.is_some() || query.name.is_some() || (from.is_some() && to.is_some());
    checks.that(is_narrow, "?name", "required").done()?;
    let wanted = Search {
        specialist: query.specialist,
        employee: query.employee,
        employee_name: query.name.as_deref().map(pattern),
        status: query.status.clone(),
        from: from.flatten(),
        to: to.flatten(),
        after: query.after,
    };
    let mut tx = caller.begin().await?;
    let rows = views::search(&mut tx, &wanted, limit + 1).await?;
    let shown = rows.iter().take(usize::try_from(limit).unwrap_or(0)).map(|row| PersonId(row.employee_id)).collect();
    note_reading(&mut tx, caller, shown).await?;
    tx.commit().await?;
    Ok(page(caller, rows, limit))
}

fn is_status(status: &str) -> bool {
    matches!(status, "held" | "booked" | "completed" | "canceled" | "expired")
}

/// A LIKE pattern that finds `text` anywhere.
fn pattern(text: &str) -> String {
    let mut out = String::from("%");
    for c in text.trim().chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// One audit entry for each person, in one statement.
async fn note_reading(tx: &mut Tx, caller: &Caller, mut people: Vec<PersonId>) -> Result<()> {
    people.sort_unstable();
    people.dedup();
    let ids: Vec<Uuid> = people.into_iter().map(Uuid::from).collect();
    sqlx::query(
        "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id)
         SELECT $1, $2, $3, 'booking.search', subject FROM unnest($4::uuid[]) subject",
    )
    .bind(caller.now().to_sqlx())
    .bind(caller.me().0)
    .bind(caller.principal.kind.name())
    .bind(ids)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Which stretch of time.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// Starts at or after this instant.
    from: String,
    /// Starts before this instant; at most 48 hours later.
    to: String,
}

/// The consultations of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveSessions {
    pub items: Vec<LiveSession>,
}

/// A consultation and how it stands. Who came is not said: it is not needed to see whether all is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveSession {
    pub id: Uuid,
    pub starts_at: String,
    pub ends_at: String,
    pub format: String,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    /// In the reader's language.
    pub category_name: String,
    /// `ahead`, `open` (may be joined), `employee_waits`, `specialist_waits`, `together`, `overdue` (begun, nobody there), `ended` or `canceled`.
    pub state: &'static str,
    /// How it ended: `held`, `employee_absent`, `specialist_absent`, `both_absent` or `technical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct LiveRow {
    id: Uuid,
    status: String,
    format: String,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    specialist_id: Uuid,
    specialist_name: String,
    category_name: sqlx::types::Json<domain::text::Localized>,
    room_ended_at: Option<SqlTimestamp>,
    employee_last: Option<String>,
    specialist_last: Option<String>,
    outcome: Option<String>,
}

/// The consultations that start within the asked time.
pub(super) async fn live(caller: &Caller, query: &LiveQuery) -> Result<LiveSessions> {
    let [from, to] = [&query.from, &query.to].map(|text| instant(text));
    let mut checks = Checks::new();
    checks.that(from.is_some(), "?from", "not_an_instant").that(to.is_some(), "?to", "not_an_instant");
    if let (Some(from), Some(to)) = (from, to) {
        let hours = to.duration_since(from).as_hours();
        checks.that(to > from && hours <= 48, "?to", "too_far");
    }
    checks.done()?;
    let (from, to) = (from.unwrap_or(Timestamp::MIN), to.unwrap_or(Timestamp::MAX));
    let mut tx = caller.begin().await?;
    let rows: Vec<LiveRow> = sqlx::query_as(
        "SELECT a.id, a.status, a.format, a.starts_at, a.ends_at, a.specialist_id, p.display_name AS specialist_name, c.name AS category_name,
                r.ended_at AS room_ended_at, o.outcome,
                (SELECT e.kind FROM call_events e WHERE e.appointment_id = a.id AND e.party = 'employee' ORDER BY e.id DESC LIMIT 1) AS employee_last,
                (SELECT e.kind FROM call_events e WHERE e.appointment_id = a.id AND e.party = 'specialist' ORDER BY e.id DESC LIMIT 1) AS specialist_last
         FROM appointments a
         JOIN people p ON p.id = a.specialist_id
         JOIN categories c ON c.id = a.category_id
         LEFT JOIN call_rooms r ON r.appointment_id = a.id
         LEFT JOIN session_outcomes o ON o.appointment_id = a.id
         WHERE a.starts_at >= $1 AND a.starts_at < $2 AND (a.status IN ('booked', 'completed') OR (a.status = 'canceled' AND a.booked_at IS NOT NULL))
         ORDER BY a.starts_at, a.id LIMIT 2000",
    )
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let now = caller.now();
    Ok(LiveSessions { items: rows.into_iter().map(|row| session(caller, row, now)).collect() })
}

fn session(caller: &Caller, row: LiveRow, now: Timestamp) -> LiveSession {
    LiveSession {
        id: row.id,
        starts_at: row.starts_at.to_jiff().to_string(),
        ends_at: row.ends_at.to_jiff().to_string(),
        state: state(&row, now),
        format: row.format,
        specialist_id: row.specialist_id,
        specialist_name: row.specialist_name,
        category_name: row.category_name.0.get(caller.locale).to_owned(),
        outcome: row.outcome,
    }
}

fn state(row: &LiveRow, now: Timestamp) -> &'static str {
    let (start, end) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
    let is_there = |last: &Option<String>| last.as_deref().is_some_and(|kind| kind != "left");
    let opens = start.checked_sub(domain::booking::JOIN_EARLY).unwrap_or(start);
    match (row.status.as_str(), is_there(&row.employee_last), is_there(&row.specialist_last)) {
        ("canceled", ..) => "canceled",
        ("completed", ..) => "ended",
        _ if row.room_ended_at.is_some() => "ended",
        (_, true, true) => "together",
        (_, true, false) => "employee_waits",
        (_, false, true) => "specialist_waits",
        _ if now >= end => "ended",
        _ if now >= start => "overdue",
        _ if now >= opens => "open",
        _ => "ahead",
    }
}
