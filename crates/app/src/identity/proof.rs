//! Recent proof: what a signed-in person must have shown lately before they may change how they prove themselves.

use domain::identity::{Loss, WaysIn};
use domain::ids::PersonId;
use platform::db::Tx;

use super::factors::{self, Factors};
use crate::kernel::{
    app::App,
    ctx::{Kind, Principal},
    error::{Error, Result},
};

/// Lets through who has shown proof lately, and who has nothing to show yet: a newcomer with an access code, a member of staff setting up the first
/// second factor.
///
/// # Errors
/// `second_factor_required`, `recent_proof_required`.
pub async fn require(tx: &mut Tx, app: &App, principal: &Principal) -> Result<Factors> {
    if app.keycloak.is_some() {
        let nothing_here = Factors { passkeys: 0, has_totp: false };
        return if principal.has_recent_proof(app.now()) { Ok(nothing_here) } else { Err(Error::forbidden("recent_proof_required")) };
    }
    let factors = factors::of(tx, principal.person).await?;
    if principal.has_recent_proof(app.now()) {
        return Ok(factors);
    }
    let has_nothing_to_show = match principal.kind {
        Kind::Hr | Kind::Staff => !factors.any(),
        Kind::Employee | Kind::Specialist => !factors.any() && !has_email(tx, principal.person).await?,
    };
    match (has_nothing_to_show, principal.strong_at) {
        (true, _) => Ok(factors),
        (false, None) => Err(Error::forbidden("second_factor_required")),
        (false, Some(_)) => Err(Error::forbidden("recent_proof_required")),
    }
}

/// Whether `person` has a proven address.
pub async fn has_email(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM person_emails WHERE person_id = $1 AND verified_at IS NOT NULL)")
        .bind(person.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(has)
}

/// What a person signs in with here.
pub async fn ways_in(tx: &mut Tx, principal: &Principal) -> Result<WaysIn> {
    let factors = factors::of(tx, principal.person).await?;
    Ok(WaysIn {
        doors: u32::from(has_email(tx, principal.person).await?),
        passkeys: u32::try_from(factors.passkeys).unwrap_or(0),
        has_totp: factors.has_totp,
        needs_second_factor: principal.kind.needs_second_factor(),
    })
}

/// Refuses to give up the last way in; at Keycloak none of what is here is one. Two requests at once are looked at one after the other: the person's row is locked.
///
/// # Errors
/// `last_way_in`, `last_second_factor`.
pub async fn may_lose(tx: &mut Tx, app: &App, principal: &Principal, loss: Loss) -> Result<()> {
    if app.keycloak.is_some() {
        return Ok(());
    }
    sqlx::query("SELECT 1 FROM people WHERE id = $1 FOR UPDATE").bind(principal.person.0).execute(&mut **tx).await?;
    refuse(ways_in(tx, principal).await?, loss)
}

/// # Errors
/// `last_way_in`, `last_second_factor`.
pub fn refuse(ways: WaysIn, loss: Loss) -> Result<()> {
    ways.refusal(loss).map_or(Ok(()), |refusal| Err(Error::conflict(refusal.code())))
}
