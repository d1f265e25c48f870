//! Lost second factors, where they are kept at Keycloak: taken away there by a job, tried until it is done.

use domain::ids::PersonId;
use platform::db::Tx;

use super::{AboutPerson, ask_for_job, of, proof_id, record, seconds};
use crate::kernel::{app::App, error::Result};

/// Asks for the second factors of `person`'s account to be taken away.
pub async fn reset(tx: &mut Tx, app: &App, person: PersonId) -> Result<()> {
    ask_for_job(tx, app, "identity.reset_at_keycloak", person).await
}

/// The job of [`reset`].
pub(in crate::identity) async fn reset_at_keycloak(app: &App, payload: AboutPerson) -> anyhow::Result<()> {
    let Ok(keycloak) = of(app) else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    let tied: Option<(String,)> = sqlx::query_as("SELECT subject FROM person_logins WHERE person_id = $1 AND issuer = $2")
        .bind(payload.person.0)
        .bind(keycloak.realm.issuer())
        .fetch_optional(&mut *tx)
        .await?;
    drop(tx);
    // Somebody may have begun to move, with the app that is lost, and not got to the end.
    let account = match tied {
        Some((subject,)) => Some(subject),
        None => record::untied(app, payload.person).await?,
    };
    let Some(subject) = account else { return Ok(()) };
    Ok(::keycloak::admin::remove_second_factors(&keycloak.realm, &subject, &proof_id(app), seconds(app.now())).await?)
}
