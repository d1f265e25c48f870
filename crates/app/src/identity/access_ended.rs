//! People whose access by a company has ended: every session of theirs is over, here at once and at Keycloak by a job.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::keycloak;
use crate::kernel::{app::App, error::Result, live};

/// Who. Asked for by organisations, which knows nothing of sessions.
#[derive(Debug, Deserialize)]
pub(super) struct AccessEnded {
    people: Vec<PersonId>,
}

/// The job. Done twice it does no harm.
pub(super) async fn run(app: &App, payload: AccessEnded) -> anyhow::Result<()> {
    end(app, &payload.people).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

/// No audit entry names them: beside the company's change of its roster it would say who of them has an account (decision 0020).
async fn end(app: &App, people: &[PersonId]) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    // Whoever is back meanwhile stays in.
    let people: Vec<(Uuid,)> = sqlx::query_as("SELECT person_id FROM memberships WHERE person_id = ANY($1) AND ended_at IS NOT NULL")
        .bind(people.iter().map(|p| p.0).collect::<Vec<_>>())
        .fetch_all(&mut *tx)
        .await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id,)| PersonId(id)).collect();
    sqlx::query("UPDATE sessions SET revoked_at = $2, is_access_ended = true WHERE person_id = ANY($1) AND revoked_at IS NULL")
        .bind(people.iter().map(|p| p.0).collect::<Vec<_>>())
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await?;
    for person in &people {
        keycloak::end(&mut tx, app, *person).await?;
        keycloak::mind_ways(&mut tx, app, *person).await?;
    }
    // Wakes the streams of the ended sessions, which then find themselves out of force.
    live::emit(&mut tx, app.now(), &people, "identity.sessions", &json!({})).await?;
    tx.commit().await?;
    Ok(())
}
