//! The slice's jobs: telling the safety role's open pages, and how the queue stands for the operator's alarms.

use domain::{
    assessments::{ReportState, due_at},
    ids::PersonId,
};
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::jobs::Job;
use serde_json::json;
use uuid::Uuid;

use crate::kernel::{app::App, live};

/// Does a job of this slice.
pub(crate) async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "assessments.tell_safety" => tell_safety(app).await,
        "assessments.measure" => measure(app).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

async fn tell_safety(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    let staff: Vec<(Uuid,)> =
        sqlx::query_as("SELECT person_id FROM staff_capabilities WHERE capability = 'safety'").fetch_all(&mut *tx).await?;
    let staff: Vec<PersonId> = staff.into_iter().map(|(id,)| PersonId(id)).collect();
    live::emit(&mut tx, app.now(), &staff, "safety.changed", &json!({}))
        .await
        .map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))?;
    tx.commit().await?;
    Ok(())
}

async fn measure(app: &App) -> anyhow::Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let rows: Vec<(String, bool, SqlTimestamp)> =
        sqlx::query_as("SELECT state, is_flagged, created_at FROM safety_reports WHERE state <> 'closed'").fetch_all(&mut *tx).await?;
    tx.commit().await?;
    let overdue = rows.iter().filter(|(state, is_flagged, created_at)| {
        ReportState::parse(state).and_then(|state| due_at(state, *is_flagged, created_at.to_jiff())).is_some_and(|due| due < now)
    });
    let overdue = u32::try_from(overdue.count()).unwrap_or(u32::MAX);
    metrics::gauge!("safety_reports_overdue").set(overdue);
    metrics::gauge!("safety_reports_waiting").set(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    Ok(())
}
