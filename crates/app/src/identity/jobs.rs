//! The slice's jobs.

use platform::jobs::Job;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    access_ended, keycloak,
    mailed_code::{self, Purpose},
};
use crate::kernel::app::App;

#[derive(Deserialize)]
struct SendCode {
    challenge: Uuid,
    purpose: Purpose,
}

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "identity.send_code" => {
            let payload: SendCode = serde_json::from_value(job.payload.clone())?;
            mailed_code::send(app, payload.challenge, payload.purpose).await.map_err(|error| match error.source {
                Some(source) => source,
                None => anyhow::anyhow!(error.code),
            })
        }
        "identity.access_ended" => access_ended::run(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.clear_vouched" => keycloak::vouched::clear(app).await,
        "identity.end_at_keycloak" => keycloak::end_at_keycloak(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.hear_console" => keycloak::console::hear(app).await,
        "identity.leave_to_company" => keycloak::record::leave_to_company(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.follow_address" => keycloak::ways::follow(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.look_at_password" => keycloak::password::look(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.mind_ways" => keycloak::ways::mind(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.leave_account" => keycloak::record::leave_account(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.remove_unwanted" => keycloak::unwanted::clear(app, serde_json::from_value(job.payload.clone())?).await,
        "identity.reset_at_keycloak" => keycloak::reset_at_keycloak(app, serde_json::from_value(job.payload.clone())?).await,
        _ => anyhow::bail!("unknown kind of job"),
    }
}
