//! A browser that comes back from a page of Keycloak's with nothing. Keycloak (26.7) ends there when a company's sign-in does not work, and tells neither us nor the person whose and
//! why; from what was asked for, and what it has written down meanwhile, both can be found out.

use jiff_sqlx::Timestamp as SqlTimestamp;
use keycloak::console;
use uuid::Uuid;

use super::{
    ask::{Asked, Browser, CHALLENGE},
    of, proof_id, seconds, told,
};
use crate::{
    identity::challenge,
    kernel::{app::App, error::Result},
    organisations::sign_in_failures::{self, Failure},
};

/// A company's sign-in by which somebody did not get in.
#[derive(Debug)]
pub struct GivenUp {
    pub failure: Failure,
    pub company_name: String,
}

/// What became of the sign-in for which this browser was last sent to Keycloak. None if it was at no company, or if nothing has failed there since: then its person merely turned back.
/// The company's operator sees when and why, and not who.
///
/// # Errors
/// `sign_in_unavailable`.
pub async fn take(app: &App, browser: Option<&Browser>) -> Result<Option<GivenUp>> {
    let keycloak = of(app)?;
    let Some(browser) = browser else { return Ok(None) };
    let mut tx = app.db.begin_system().await?;
    let newest: Option<(Uuid, SqlTimestamp)> = sqlx::query_as(
        "SELECT id, created_at FROM login_challenges WHERE kind = 'keycloak' AND code_hash = $1 AND consumed_at IS NULL
         ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(browser.hash())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id, asked_at)) = newest else { return Ok(None) };
    let asked = challenge::peek::<Asked>(&mut tx, app, CHALLENGE, id).await?;
    let Some(company) = asked.and_then(|open| open.state.company) else { return Ok(None) };
    drop(tx);
    let since = asked_at.to_jiff().as_millisecond();
    if !console::has_failed_since(keycloak.realm(), since, &proof_id(app), seconds(app.now())).await.map_err(told)? {
        return Ok(None);
    }
    let mut tx = app.db.begin_system().await?;
    if challenge::consume::<Asked>(&mut tx, app, CHALLENGE, id).await.is_err() {
        // Told already.
        return Ok(None);
    }
    tx.commit().await?;
    Ok(sign_in_failures::find(app, company).await?.map(|(failure, company_name)| GivenUp { failure, company_name }))
}
