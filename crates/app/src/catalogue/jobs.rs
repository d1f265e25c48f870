//! The slice's jobs.

use anyhow::Context as _;
use platform::jobs::Job;

use super::files;
use crate::kernel::{app::App, live};

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "catalogue.drop_file" => files::drop_unnamed(app, job.payload["key"].as_str().context("no key")?).await,
        "catalogue.tell_desk" => live::emit_to_staff(app, &["catalogue", "admin"], "catalogue.submitted").await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}
