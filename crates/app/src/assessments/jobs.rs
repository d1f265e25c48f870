//! The slice's jobs: telling the safety role's open pages, and how the queue stands for the operator's alarms.

use domain::assessments::{ReportState, due_at};
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::jobs::Job;

use crate::kernel::{app::App, live};

/// Does a job of this slice.
pub(crate) async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "assessments.tell_safety" => live::emit_to_staff(app, &["safety"], "safety.changed").await,
        "assessments.measure" => measure(app).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
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
