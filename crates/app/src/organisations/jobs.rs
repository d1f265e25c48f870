//! The slice's jobs.

use platform::jobs::Job;

use super::{leaving, passes, sso::bring};
use crate::kernel::app::App;

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "organisations.bring" => bring::one(app, &serde_json::from_value(job.payload.clone())?).await,
        "organisations.follow_roster" => leaving::follow_roster(app, &serde_json::from_value(job.payload.clone())?).await,
        "organisations.passes" => passes::upkeep(app).await,
        "organisations.reconcile" => bring::all(app).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}
