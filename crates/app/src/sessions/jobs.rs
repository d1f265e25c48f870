//! The slice's jobs: closing consultations whose time is over, telling the operator's desk.

use anyhow::Context as _;
use domain::{ids::AppointmentId, sessions::CLOSES_AFTER};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use platform::{
    db::Tx,
    jobs::{Job, NewJob, enqueue},
};
use serde_json::json;
use uuid::Uuid;

use super::{access_ended, close};
use crate::kernel::{app::App, error::Result, live};

/// Does a job of this slice.
pub(crate) async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "sessions.access_ended" => access_ended::run(app, &job.payload).await,
        "sessions.close" => {
            let id: Uuid = serde_json::from_value(job.payload["appointment_id"].clone()).context("no appointment")?;
            close_one(app, AppointmentId(id)).await
        }
        "sessions.close_due" => close_due(app).await,
        "sessions.tell_desk" => live::emit_to_staff(app, &["support", "admin"], "desk.changed").await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

/// Asks for the desk to be told that a consultation stands otherwise. By a job, see `live::emit_to_staff`.
pub(super) async fn ask_to_tell_desk(tx: &mut Tx, now: Timestamp) -> Result<()> {
    enqueue(tx, now, NewJob { kind: "sessions.tell_desk", payload: json!({}), unique_key: None, run_at: now }).await?;
    Ok(())
}

async fn close_due(app: &App) -> anyhow::Result<()> {
    let due = app.now() - CLOSES_AFTER;
    let mut tx = app.db.begin_system().await?;
    let ids: Vec<(Uuid,)> =
        sqlx::query_as("SELECT id FROM appointments WHERE status = 'booked' AND ends_at <= $1 ORDER BY starts_at LIMIT 500")
            .bind(due.to_sqlx())
            .fetch_all(&mut *tx)
            .await?;
    tx.commit().await?;
    for (id,) in ids {
        close_one(app, AppointmentId(id)).await?;
    }
    Ok(())
}

async fn close_one(app: &App, id: AppointmentId) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    let closed = close::close(&mut tx, app, id, app.now()).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))?;
    tx.commit().await?;
    if let Some((_, Some(room))) = closed {
        app.video.close(&room).await;
    }
    Ok(())
}
