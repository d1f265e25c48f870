//! The operator's desk: the consultations of a day and how they stand. Never who came, nor what is said.

use domain::sessions::{Party, Signs, Standing, standing};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::hold::instant;
use crate::kernel::{ctx::Caller, error::Result, validation::Checks};

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
    /// When it was to end, if it was ended before its time: it ended at `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_ends_at: Option<String>,
    pub format: String,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    /// In the reader's language.
    pub category_name: String,
    /// `ahead`, `open` (may be joined), `employee_waits`, `specialist_waits`, `together`, `overdue` (begun, nobody there), `ended` or `canceled`.
    pub state: &'static str,
    /// Since when the one who waits has been alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone_since: Option<String>,
    /// While both are there: `connected`, or `connecting` until they hear each other. While one waits: `lost` if the other vanished without leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<&'static str>,
    /// How it ended: `held`, `employee_absent`, `specialist_absent`, `both_absent` or `cut_short`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    status: String,
    format: String,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    planned_ends_at: Option<SqlTimestamp>,
    specialist_id: Uuid,
    specialist_name: String,
    category_name: sqlx::types::Json<domain::text::Localized>,
    room_ended_at: Option<SqlTimestamp>,
    outcome: Option<String>,
    employee_joined: Option<SqlTimestamp>,
    employee_connected: Option<SqlTimestamp>,
    employee_there: Option<SqlTimestamp>,
    employee_left: Option<SqlTimestamp>,
    specialist_joined: Option<SqlTimestamp>,
    specialist_connected: Option<SqlTimestamp>,
    specialist_there: Option<SqlTimestamp>,
    specialist_left: Option<SqlTimestamp>,
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
    // Only what is not settled yet is worth reading its log for.
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.status, a.format, a.starts_at, a.ends_at, a.planned_ends_at, a.specialist_id, p.display_name AS specialist_name, c.name AS category_name,
                r.ended_at AS room_ended_at, o.outcome, log.*
         FROM appointments a
         JOIN people p ON p.id = a.specialist_id
         JOIN categories c ON c.id = a.category_id
         LEFT JOIN call_rooms r ON r.appointment_id = a.id
         LEFT JOIN session_outcomes o ON o.appointment_id = a.id
         LEFT JOIN LATERAL (
           SELECT max(at) FILTER (WHERE party = 'employee' AND kind = 'joined') AS employee_joined,
                  max(at) FILTER (WHERE party = 'employee' AND kind = 'connected') AS employee_connected,
                  max(at) FILTER (WHERE party = 'employee' AND kind <> 'left') AS employee_there,
                  max(at) FILTER (WHERE party = 'employee' AND kind = 'left') AS employee_left,
                  max(at) FILTER (WHERE party = 'specialist' AND kind = 'joined') AS specialist_joined,
                  max(at) FILTER (WHERE party = 'specialist' AND kind = 'connected') AS specialist_connected,
                  max(at) FILTER (WHERE party = 'specialist' AND kind <> 'left') AS specialist_there,
                  max(at) FILTER (WHERE party = 'specialist' AND kind = 'left') AS specialist_left
           FROM call_events e WHERE e.appointment_id = a.id
         ) log ON a.status = 'booked' AND r.ended_at IS NULL
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

fn session(caller: &Caller, row: Row, now: Timestamp) -> LiveSession {
    let (state, alone_since, connection) = how(&row, now);
    LiveSession {
        id: row.id,
        starts_at: row.starts_at.to_jiff().to_string(),
        ends_at: row.ends_at.to_jiff().to_string(),
        planned_ends_at: row.planned_ends_at.map(|at| at.to_jiff().to_string()),
        state,
        alone_since: alone_since.map(|at| at.to_string()),
        connection,
        format: row.format,
        specialist_id: row.specialist_id,
        specialist_name: row.specialist_name,
        category_name: row.category_name.0.get(caller.locale).to_owned(),
        outcome: row.outcome,
    }
}

/// State, since when somebody waits alone, connection.
fn how(row: &Row, now: Timestamp) -> (&'static str, Option<Timestamp>, Option<&'static str>) {
    match row.status.as_str() {
        "canceled" => return ("canceled", None, None),
        "completed" => return ("ended", None, None),
        _ if row.room_ended_at.is_some() => return ("ended", None, None),
        _ => {}
    }
    let signs = |joined: Option<SqlTimestamp>, connected: Option<SqlTimestamp>, there: Option<SqlTimestamp>, left: Option<SqlTimestamp>| {
        let [joined_at, connected_at, there_at, left_at] = [joined, connected, there, left].map(|at| at.map(SqlTimestamp::to_jiff));
        Signs { joined_at, connected_at, there_at, left_at }
    };
    let employee = signs(row.employee_joined, row.employee_connected, row.employee_there, row.employee_left);
    let specialist = signs(row.specialist_joined, row.specialist_connected, row.specialist_there, row.specialist_left);
    match standing(employee, specialist, row.starts_at.to_jiff(), row.ends_at.to_jiff(), now) {
        Standing::Ahead => ("ahead", None, None),
        Standing::Open => ("open", None, None),
        Standing::Overdue => ("overdue", None, None),
        Standing::Over => ("ended", None, None),
        Standing::Together { is_connected } => ("together", None, Some(if is_connected { "connected" } else { "connecting" })),
        Standing::Waits { who, since, is_other_lost } => {
            let state = if who == Party::Employee { "employee_waits" } else { "specialist_waits" };
            (state, Some(since), is_other_lost.then_some("lost"))
        }
    }
}
