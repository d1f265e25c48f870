//! Use cases of the safety role: the queue, one report, taking it, closing it.

use domain::{
    assessments::{ReportState, due_at},
    ids::{PersonId, SafetyReportId},
    text::Localized,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::{crypto::Place, db::Tx};
use sqlx::types::Json;
use uuid::Uuid;

use super::report::{self, Content};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    sealing::{data_key, open_text, seal_text},
    validation::Checks,
};

/// The longest resolution, in characters.
pub const RESOLUTION_MAX: usize = 4000;

/// A report on the queue, without what it says.
#[derive(Debug)]
pub struct Queued {
    pub id: SafetyReportId,
    pub specialist: PersonId,
    pub specialist_name: String,
    /// How many reports about this specialist were flagged, this one included: a pattern weighs more than each of its parts.
    pub flagged_about_specialist: i64,
    pub is_flagged: bool,
    pub state: ReportState,
    pub handler: Option<PersonId>,
    pub handler_name: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// By when the next step is due.
    pub due_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    specialist_id: Uuid,
    specialist_name: Option<String>,
    flagged_about_specialist: i64,
    is_flagged: bool,
    state: String,
    handled_by: Option<Uuid>,
    handler_name: Option<String>,
    created_at: SqlTimestamp,
    updated_at: SqlTimestamp,
}

impl Row {
    fn queued(self) -> Result<Queued> {
        let state = ReportState::parse(&self.state).ok_or_else(|| Error::internal(anyhow::anyhow!("an unknown state of a report")))?;
        let created_at = self.created_at.to_jiff();
        Ok(Queued {
            id: SafetyReportId(self.id),
            specialist: PersonId(self.specialist_id),
            specialist_name: self.specialist_name.unwrap_or_default(),
            flagged_about_specialist: self.flagged_about_specialist,
            is_flagged: self.is_flagged,
            state,
            handler: self.handled_by.map(PersonId),
            handler_name: self.handler_name,
            created_at,
            updated_at: self.updated_at.to_jiff(),
            due_at: due_at(state, self.is_flagged, created_at),
        })
    }
}

const REPORT: &str =
    "SELECT r.id, r.specialist_id, s.display_name AS specialist_name, r.is_flagged, r.state, r.handled_by, h.display_name AS handler_name,
        r.created_at, r.updated_at,
        (SELECT count(*) FROM safety_reports f WHERE f.specialist_id = r.specialist_id AND f.is_flagged) AS flagged_about_specialist
 FROM safety_reports r LEFT JOIN people s ON s.id = r.specialist_id LEFT JOIN people h ON h.id = r.handled_by";

/// The queue in the order of what is due first; or the closed reports that say something, the latest first. After the report `after`.
pub async fn list(tx: &mut Tx, is_closed: bool, after: Option<SafetyReportId>, limit: i64) -> Result<Vec<Queued>> {
    // In the queue the flagged come first, each kind by age.
    let order = if is_closed {
        "r.state = 'closed' AND r.handled_by IS NOT NULL AND ($1::uuid IS NULL OR (r.updated_at, r.id) < (SELECT b.updated_at, b.id FROM safety_reports b WHERE b.id = $1))
         ORDER BY r.updated_at DESC, r.id DESC"
    } else {
        "r.state <> 'closed' AND ($1::uuid IS NULL OR (NOT r.is_flagged, r.created_at, r.id) > (SELECT NOT b.is_flagged, b.created_at, b.id FROM safety_reports b WHERE b.id = $1))
         ORDER BY NOT r.is_flagged, r.created_at, r.id"
    };
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{REPORT} WHERE {order} LIMIT $2")))
        .bind(after.map(|r| r.0))
        .bind(limit)
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(Row::queued).collect()
}

/// A report, opened.
#[derive(Debug)]
pub struct Opened {
    pub report: Queued,
    pub employee_name: String,
    pub category: Localized,
    pub starts_at: Timestamp,
    pub content: Content,
    pub resolution: Option<String>,
}

async fn queued(tx: &mut Tx, id: SafetyReportId) -> Result<Queued> {
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{REPORT} WHERE r.id = $1"))).bind(id.0).fetch_optional(&mut **tx).await?;
    row.ok_or_else(Error::not_found)?.queued()
}

/// Opens a report. It is in the person's record of access.
pub async fn open(tx: &mut Tx, caller: &Caller, id: SafetyReportId) -> Result<Opened> {
    let report = queued(tx, id).await?;
    let (employee, name, category, starts_at, sealed, resolution): (
        Uuid,
        Option<String>,
        Json<Localized>,
        SqlTimestamp,
        Vec<u8>,
        Option<Vec<u8>>,
    ) = sqlx::query_as(
        "SELECT r.employee_id, p.display_name, c.name, a.starts_at, r.sealed, r.resolution_sealed
             FROM safety_reports r JOIN appointments a ON a.id = r.appointment_id JOIN categories c ON c.id = a.category_id
             LEFT JOIN people p ON p.id = r.employee_id WHERE r.id = $1",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(Error::not_found)?;
    let key = data_key(tx, &caller.app, PersonId(employee)).await?;
    let content: Content = serde_json::from_str(&open_text(&key, report::place(id), &sealed)?).map_err(Error::internal)?;
    let resolution = resolution.map(|sealed| open_text(&key, resolution_place(id), &sealed)).transpose()?;
    audit::append(tx, caller, audit::Entry::new("safety.read").about(PersonId(employee)).on("safety_report", id)).await?;
    Ok(Opened {
        report,
        employee_name: name.unwrap_or_default(),
        category: category.0,
        starts_at: starts_at.to_jiff(),
        content,
        resolution,
    })
}

/// Takes a report, from nobody or from the colleague `from` who has it. 409 `report_taken` if somebody else has it by now.
pub async fn take(tx: &mut Tx, caller: &Caller, id: SafetyReportId, from: Option<PersonId>) -> Result<()> {
    let employee: Option<(Uuid,)> = sqlx::query_as(
        "UPDATE safety_reports SET state = 'in_review', handled_by = $2, updated_at = $3
         WHERE id = $1 AND state <> 'closed' AND handled_by IS NOT DISTINCT FROM $4 RETURNING employee_id",
    )
    .bind(id.0)
    .bind(caller.me().0)
    .bind(caller.now().to_sqlx())
    .bind(from.map(|p| p.0))
    .fetch_optional(&mut **tx)
    .await?;
    let Some((employee,)) = employee else {
        let report = queued(tx, id).await?;
        return Err(Error::conflict(if report.state == ReportState::Closed { "report_closed" } else { "report_taken" }));
    };
    audit::append(tx, caller, audit::Entry::new("safety.take").about(PersonId(employee)).on("safety_report", id)).await?;
    report::ask_to_tell(tx, caller.now()).await
}

/// Closes a report that the caller has taken, with what was found and done.
pub async fn close(tx: &mut Tx, caller: &Caller, id: SafetyReportId, resolution: &str) -> Result<()> {
    Checks::new().text(resolution, 1, RESOLUTION_MAX, "/resolution").done()?;
    let row: Option<(Uuid, String, Option<Uuid>)> =
        sqlx::query_as("SELECT employee_id, state, handled_by FROM safety_reports WHERE id = $1 FOR UPDATE")
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    let (employee, state, handler) = row.ok_or_else(Error::not_found)?;
    match ReportState::parse(&state) {
        Some(ReportState::Closed) => return Err(Error::conflict("report_closed")),
        Some(ReportState::InReview) if handler == Some(caller.me().0) => {}
        Some(ReportState::InReview) => return Err(Error::conflict("report_taken")),
        _ => return Err(Error::conflict("report_not_taken")),
    }
    let key = data_key(tx, &caller.app, PersonId(employee)).await?;
    sqlx::query("UPDATE safety_reports SET state = 'closed', resolution_sealed = $2, updated_at = $3 WHERE id = $1")
        .bind(id.0)
        .bind(seal_text(&caller.app, &key, resolution_place(id), resolution.trim()))
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    audit::append(tx, caller, audit::Entry::new("safety.close").about(PersonId(employee)).on("safety_report", id)).await?;
    report::ask_to_tell(tx, caller.now()).await
}

fn resolution_place(id: SafetyReportId) -> Place<'static> {
    Place { table: "safety_reports", column: "resolution_sealed", row: id.0 }
}
