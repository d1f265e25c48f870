//! The worker: does the jobs that use cases asked for, and asks for the ones that come round by the clock. Any number of nodes may run it.

use jiff::{SignedDuration, Timestamp};
use platform::jobs::{self, Job, NewJob};
use tokio::sync::watch;

use crate::kernel::{app::App, error::Result};

/// Where people sign in at Keycloak.
const HEAR_CONSOLE: &str = "identity.hear_console";

/// Jobs that come round by the clock: kind and period. Each period has one job, whichever node asks first.
const PERIODIC: &[(&str, SignedDuration)] = &[
    ("kernel.seal_audit", SignedDuration::from_secs(1)),
    ("kernel.sweep", SignedDuration::from_mins(10)),
    ("scheduling.refresh_feeds", SignedDuration::from_mins(1)),
    ("scheduling.sweep", SignedDuration::from_mins(60)),
    ("sessions.close_due", SignedDuration::from_mins(1)),
    ("assessments.measure", SignedDuration::from_mins(1)),
    ("approvals.sweep", SignedDuration::from_hours(24)),
    ("identity.clear_vouched", SignedDuration::from_mins(60)),
    ("organisations.passes", SignedDuration::from_mins(60)),
    ("organisations.reconcile", SignedDuration::from_mins(60)),
    ("booking.sweep", SignedDuration::from_secs(15)),
    (HEAR_CONSOLE, SignedDuration::from_secs(3)),
];

/// What must not wait behind other work, such as a mail server that does not answer: a person whose access has ended is out within seconds.
const URGENT: &[&str] = &[
    "organisations.follow_roster",
    "identity.access_ended",
    "sessions.access_ended",
    "booking.access_ended",
    "identity.end_at_keycloak",
    "identity.mind_ways",
    HEAR_CONSOLE,
];

/// Does one job.
async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.split('.').next().unwrap_or_default() {
        "scheduling" => crate::scheduling::run(app, job).await,
        "approvals" => crate::approvals::run(app, job).await,
        "assessments" => crate::assessments::run(app, job).await,
        "sessions" => crate::sessions::run(app, job).await,
        "catalogue" => crate::catalogue::run(app, job).await,
        "kernel" => crate::kernel::jobs::run(app, job).await,
        "organisations" => crate::organisations::run(app, job).await,
        "identity" => crate::identity::run(app, job).await,
        "notifications" => crate::notifications::run(app, job).await,
        "chat" => crate::chat::run(app, job).await,
        "booking" => crate::booking::jobs::run(app, job).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}

/// Works until `stop` turns true; a job begun is finished. One hand does everything, another only what is urgent.
pub async fn work(app: App, stop: watch::Receiver<bool>) {
    tokio::join!(hand(&app, stop.clone(), None), hand(&app, stop, Some(URGENT)));
}

async fn hand(app: &App, stop: watch::Receiver<bool>, kinds: Option<&[&str]>) {
    while !*stop.borrow() {
        let done = match kinds {
            None => step(app).await,
            kinds => do_next_of(app, kinds).await,
        };
        match done {
            Ok(true) => {}
            Ok(false) => idle(&stop).await,
            Err(error) => {
                tracing::warn!(code = error.code, "the worker cannot reach its queue");
                idle(&stop).await;
            }
        }
    }
}

/// Asks for what is due by the clock and does the next job. Tells whether there was one.
pub async fn step(app: &App) -> Result<bool> {
    ask_periodic(app, app.now()).await?;
    do_next(app).await
}

/// Does the next due job. Tells whether there was one.
pub async fn do_next(app: &App) -> Result<bool> {
    do_next_of(app, None).await
}

/// As [`do_next`], of `kinds` only.
pub async fn do_next_of(app: &App, kinds: Option<&[&str]>) -> Result<bool> {
    let Some(job) = jobs::take(&app.db, app.now(), kinds).await? else { return Ok(false) };
    let tried = tokio::time::timeout(jobs::TRY_MAX, run(app, &job)).await;
    match tried.unwrap_or_else(|_| Err(anyhow::anyhow!("took longer than {:?}", jobs::TRY_MAX))) {
        Ok(()) => {
            metrics::counter!("jobs_done_total", "kind" => job.kind.clone()).increment(1);
            jobs::done(&app.db, &job).await?;
        }
        Err(error) => {
            metrics::counter!("jobs_failed_total", "kind" => job.kind.clone()).increment(1);
            tracing::warn!(kind = job.kind, attempt = job.attempt, error = format!("{error:#}"), "job failed");
            jobs::failed(&app.db, &job, app.now(), &format!("{error:#}").chars().take(200).collect::<String>()).await?;
        }
    }
    Ok(true)
}

async fn ask_periodic(app: &App, now: Timestamp) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    for (kind, period) in PERIODIC {
        if *kind == HEAR_CONSOLE && app.keycloak.is_none() {
            continue;
        }
        let round = now.as_second() / period.as_secs();
        // The key stays until the job is done, and its number grows: at most one waits.
        let new = NewJob { kind, payload: serde_json::json!({}), unique_key: Some(format!("periodic:{kind}:{round}")), run_at: now };
        let (waits,): (bool,) =
            sqlx::query_as("SELECT EXISTS (SELECT FROM jobs WHERE kind = $1 AND dead_at IS NULL)").bind(kind).fetch_one(&mut *tx).await?;
        let is_new_round = app.rounds.begin(kind, round);
        if !waits && is_new_round {
            jobs::enqueue(&mut tx, now, new).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn idle(stop: &watch::Receiver<bool>) {
    let mut stop = stop.clone();
    let _ = tokio::time::timeout(jobs::IDLE, stop.wait_for(|stopping| *stopping)).await;
}
