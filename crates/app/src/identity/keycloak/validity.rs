//! Whether a session is still good in Keycloak's eyes. A person who is disabled, deleted or put out of their company there is not told to us by a
//! logout token: what holds is that it is asked every few minutes.

use std::{sync::atomic::Ordering, time::Duration};

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use keycloak::client::Failure;
use uuid::Uuid;

use super::{answer::place, logout, of, proof_id, seconds};
use crate::kernel::{
    app::App,
    ctx::{Kind, Principal},
    error::{Error, Kind as ErrorKind, Result},
};

/// After this, a request asks, and those beside it go on meanwhile.
const ASKED_AFTER: SignedDuration = SignedDuration::from_mins(4);
/// After this, a request waits for the answer.
pub(super) const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long one request has the turn to ask: longer than Keycloak is waited for.
const TURN: SignedDuration = SignedDuration::from_secs(10);
/// How long Keycloak is left alone after it did not answer: a rush of requests would wait for it one after the other.
const LEFT_ALONE_SEC: i64 = 15;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How long somebody who is signed in goes on while Keycloak does not answer: an employee or specialist to the end of a consultation; staff, who see
/// many people's affairs, less.
const fn grace(kind: Kind) -> SignedDuration {
    match kind {
        Kind::Employee | Kind::Specialist => SignedDuration::from_hours(2),
        Kind::Hr | Kind::Staff => SignedDuration::from_mins(30),
    }
}

/// Whether the session may go on. Asks Keycloak when it is due; of many requests at once one does. To be done to its end: the answer holds the next token.
///
/// # Errors
/// `sign_in_unavailable`: Keycloak has not answered for longer than is bearable.
pub async fn is_still_valid(app: &App, principal: &Principal) -> Result<bool> {
    match (principal.checked_at, &app.keycloak) {
        (None, None) => Ok(true),
        (Some(at), Some(_)) => is_good_since(app, principal, at).await,
        // Of the other way of signing in, which is off.
        (None, Some(_)) | (Some(_), None) => Ok(false),
    }
}

/// The same for whoever has listened for long: what was known of the session when they came is old, and Keycloak's console may have made it due since.
///
/// # Errors
/// As for [`is_still_valid`].
pub async fn is_valid_by_now(app: &App, principal: &Principal) -> Result<bool> {
    if principal.checked_at.is_none() {
        return is_still_valid(app, principal).await;
    }
    match last_checked(app, principal).await? {
        Some(at) => is_still_valid(app, &Principal { checked_at: Some(at), ..principal.clone() }).await,
        None => Ok(false),
    }
}

async fn is_good_since(app: &App, principal: &Principal, mut checked_at: Timestamp) -> Result<bool> {
    let began = app.now();
    loop {
        let age = app.now().duration_since(checked_at);
        if age < ASKED_AFTER {
            return Ok(true);
        }
        match take_turn(app, principal).await? {
            Turn::Taken(asking) => return ask(app, principal, asking, checked_at).await,
            Turn::Over => return Ok(false),
            Turn::OfAnother if age < GOOD_FOR => return Ok(true),
            Turn::OfAnother => {}
        }
        if app.now().duration_since(began) > TURN {
            return within_grace(app, principal, checked_at);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        match last_checked(app, principal).await? {
            Some(at) => checked_at = at,
            None => return Ok(false),
        }
    }
}

/// A turn taken.
struct Asking {
    client: String,
    refresh_token: String,
    /// Marks the turn as ours.
    until: Timestamp,
}

enum Turn {
    Taken(Asking),
    OfAnother,
    Over,
}

async fn take_turn(app: &App, principal: &Principal) -> Result<Turn> {
    let (session, now) = (principal.session.0, app.now());
    let until = now + TURN;
    let mut tx = app.db.begin_system().await?;
    let row: Option<(String, Vec<u8>)> = sqlx::query_as(
        "UPDATE sessions SET checked_by_turn = $3
         WHERE id = $1 AND revoked_at IS NULL AND (checked_by_turn IS NULL OR checked_by_turn < $2) AND checked_at <= $4
         RETURNING oidc_client, refresh_sealed",
    )
    .bind(session)
    .bind(now.to_sqlx())
    .bind(until.to_sqlx())
    .bind((now - ASKED_AFTER).to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    let (is_in_force,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM sessions WHERE id = $1 AND revoked_at IS NULL)")
        .bind(session)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    match row {
        Some((client, sealed)) => {
            let refresh_token = String::from_utf8(app.keys.unseal(place(session), &sealed)?).map_err(Error::internal)?;
            Ok(Turn::Taken(Asking { client, refresh_token, until }))
        }
        None if is_in_force => Ok(Turn::OfAnother),
        None => Ok(Turn::Over),
    }
}

async fn last_checked(app: &App, principal: &Principal) -> Result<Option<Timestamp>> {
    let mut tx = app.db.begin_system().await?;
    let row: Option<(SqlTimestamp,)> = sqlx::query_as("SELECT checked_at FROM sessions WHERE id = $1 AND revoked_at IS NULL")
        .bind(principal.session.0)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(row.map(|(at,)| at.to_jiff()))
}

async fn ask(app: &App, principal: &Principal, asking: Asking, checked_at: Timestamp) -> Result<bool> {
    let keycloak = of(app)?;
    let (now, away_until) = (seconds(app.now()), keycloak.away_until.load(Ordering::Relaxed));
    // Of all who come once that time is over, one finds out whether it answers; the others go on meanwhile.
    let is_left_alone = away_until > 0
        && (now < away_until
            || keycloak.away_until.compare_exchange(away_until, now + LEFT_ALONE_SEC, Ordering::Relaxed, Ordering::Relaxed).is_err());
    if is_left_alone {
        give_turn_back(app, principal).await?;
        return within_grace(app, principal, checked_at);
    }
    let answer = keycloak.realm.renew(&asking.client, &asking.refresh_token, &proof_id(app), now).await;
    match answer {
        Ok(next) => {
            keycloak.away_until.store(0, Ordering::Relaxed);
            renewed(app, principal, &next, asking.until).await
        }
        Err(Failure::Denied(code)) if code == "invalid_grant" => {
            keycloak.away_until.store(0, Ordering::Relaxed);
            refused(app, principal, asking.until).await
        }
        // Also where it refuses us rather than the person: a wrong key must not sign everybody out at once.
        Err(failure) => {
            tracing::warn!(failure = failure.to_string(), "whether sessions are still good cannot be asked");
            // From now: the question itself has taken its time.
            keycloak.away_until.store(seconds(app.now()) + LEFT_ALONE_SEC, Ordering::Relaxed);
            give_turn_back(app, principal).await?;
            within_grace(app, principal, checked_at)
        }
    }
}

/// Keeps the next token, unless the session was shown anew meanwhile and has another. One that was ended meanwhile is ended there by the new token.
async fn renewed(app: &App, principal: &Principal, next: &str, turn: Timestamp) -> Result<bool> {
    let mut tx = app.db.begin_system().await?;
    let kept: Option<(bool,)> = sqlx::query_as(
        "UPDATE sessions SET refresh_sealed = $2, checked_at = $3, checked_by_turn = NULL WHERE id = $1 AND checked_by_turn = $4
         RETURNING revoked_at IS NULL",
    )
    .bind(principal.session.0)
    .bind(app.keys.seal(&app.rng, place(principal.session.0), next.as_bytes()))
    .bind(app.now().to_sqlx())
    .bind(turn.to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    let is_in_force = kept.is_none_or(|(is,)| is);
    if !is_in_force {
        logout::end(&mut tx, app, principal.person).await?;
    }
    tx.commit().await?;
    Ok(is_in_force)
}

fn within_grace(app: &App, principal: &Principal, checked_at: Timestamp) -> Result<bool> {
    if app.now().duration_since(checked_at) <= grace(principal.kind) {
        Ok(true)
    } else {
        Err(Error::new(ErrorKind::Unavailable, "sign_in_unavailable"))
    }
}

async fn give_turn_back(app: &App, principal: &Principal) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    sqlx::query("UPDATE sessions SET checked_by_turn = NULL WHERE id = $1").bind(principal.session.0).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends the session, unless it was shown anew meanwhile: then it was the former token that is no longer good.
async fn refused(app: &App, principal: &Principal, turn: Timestamp) -> Result<bool> {
    let mut tx = app.db.begin_system().await?;
    let ended: Option<(Uuid,)> = sqlx::query_as(
        "UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND checked_by_turn = $3 RETURNING person_id",
    )
    .bind(principal.session.0)
    .bind(app.now().to_sqlx())
    .bind(turn.to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    let is_ended = ended.is_some();
    logout::ended_there(&mut tx, app, ended.map(|(id,)| PersonId(id))).await?;
    tx.commit().await?;
    Ok(!is_ended && last_checked(app, principal).await?.is_some())
}
