//! The slice's jobs.

use platform::jobs::Job;

use super::{access_ended, intake, notify, offer, remind, sweep};
use crate::kernel::app::App;

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "booking.access_ended" => access_ended::run(app, &job.payload).await,
        "booking.notify" => notify::run(app, &job.payload).await,
        "booking.remind" => remind::run(app, &job.payload).await,
        "booking.offer_freed" => offer::run(app, &job.payload).await,
        "booking.forget_answers" => intake::forget(app, &job.payload).await,
        "booking.sweep" => sweep::run(app).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}
