//! The slice's jobs: reading other calendars again, offering what a new card opens, and sweeping what no index needs any more.

use anyhow::Context as _;
use platform::jobs::{Job, NewJob, enqueue};
use serde_json::json;
use uuid::Uuid;

use super::{feeds::busy, opened};
use crate::kernel::{app::App, error::Error};

/// Does a job of this slice.
pub(crate) async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "scheduling.refresh_feeds" => refresh_feeds(app).await.map_err(told),
        "scheduling.fetch_feed" => {
            let id: Uuid = serde_json::from_value(job.payload["feed_id"].clone()).context("no feed")?;
            busy::fetch_again(app, id).await.map_err(told)
        }
        "scheduling.card_appeared" => opened::card_appeared(app, &job.payload).await.map_err(told),
        "scheduling.sweep" => sweep(app).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

async fn refresh_feeds(app: &App) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    for id in busy::take_due(&mut tx, now).await? {
        let job = NewJob {
            kind: "scheduling.fetch_feed",
            payload: json!({ "feed_id": id }),
            unique_key: Some(format!("feed:{id}")),
            run_at: now,
        };
        enqueue(&mut tx, now, job).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Every node has read changes a day old, or reads everything anew. The rows carry the database's own time, so its clock decides.
async fn sweep(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    sqlx::query("DELETE FROM schedule_changes WHERE at < statement_timestamp() - interval '1 day'").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

fn told(error: Error) -> anyhow::Error {
    match error.source {
        Some(source) => source.context(error.code),
        None => anyhow::anyhow!(error.code),
    }
}
