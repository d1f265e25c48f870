//! What is done in Keycloak's own console reaches us by its admin events, which are asked for every few seconds: nobody who was disabled there goes on
//! until their session is due to be asked for.

use std::collections::BTreeSet;

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use keycloak::console::{About, Event, since};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde_json::json;
use uuid::Uuid;

use super::{failed, logout, proof_id, seconds, validity::GOOD_FOR};
use crate::kernel::{app::App, live};

/// An event becomes visible when its transaction ends, which may be later than the time it bears: so far back is looked each time.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);
/// How long Keycloak is left alone after it did not answer: others wait for this hand.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(20);

/// The job. One node at a time; nothing is lost while Keycloak is away, its events wait.
pub(in crate::identity) async fn hear(app: &App) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let issuer = keycloak.realm.issuer();
    let mut tx = app.db.begin_system().await?;
    let (mine,): (bool,) =
        sqlx::query_as("SELECT pg_try_advisory_xact_lock(hashtext('identity.hear_console'))").fetch_one(&mut *tx).await?;
    if !mine {
        return Ok(());
    }
    let position: Option<(SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT heard_until, look_at FROM console_positions WHERE issuer = $1")
            .bind(issuer)
            .fetch_optional(&mut *tx)
            .await?;
    let now = app.now();
    let heard_until = match position {
        Some((_, look_at)) if look_at.to_jiff() > now => return Ok(()),
        Some((heard_until, _)) => heard_until.to_jiff(),
        // Sessions of the time before are asked for anyway.
        None => now - GOOD_FOR,
    };
    let from = heard_until - OVERLAP;
    match since(&keycloak.realm, from.as_millisecond(), &proof_id(app), seconds(now)).await {
        Ok(events) => {
            let new = unheard(&mut tx, issuer, from, events).await?;
            let until =
                new.iter().filter_map(|event| Timestamp::from_millisecond(event.at).ok()).max().unwrap_or(heard_until).max(heard_until);
            take(&mut tx, app, issuer, &new).await?;
            keep(&mut tx, issuer, until.min(now), now).await?;
        }
        // Not an error of the job's: it would be tried again ever more seldom.
        Err(failure) => {
            tracing::warn!(failure = failure.to_string(), "what is done in Keycloak's console cannot be heard");
            keep(&mut tx, issuer, heard_until, now + LEFT_ALONE).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Those not taken before. Forgets what is older than it will be asked for again.
async fn unheard(tx: &mut Tx, issuer: &str, from: Timestamp, events: Vec<Event>) -> anyhow::Result<Vec<Event>> {
    sqlx::query("DELETE FROM console_events WHERE issuer = $1 AND at < $2").bind(issuer).bind(from.to_sqlx()).execute(&mut **tx).await?;
    let mut new = Vec::new();
    for event in events {
        let Ok(at) = Timestamp::from_millisecond(event.at) else { continue };
        let inserted = sqlx::query("INSERT INTO console_events (issuer, event_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(issuer)
            .bind(&event.id)
            .bind(at.to_sqlx())
            .execute(&mut **tx)
            .await?;
        if inserted.rows_affected() == 1 {
            new.push(event);
        }
    }
    Ok(new)
}

async fn keep(tx: &mut Tx, issuer: &str, heard_until: Timestamp, look_at: Timestamp) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO console_positions (issuer, heard_until, look_at) VALUES ($1, $2, $3)
         ON CONFLICT (issuer) DO UPDATE SET heard_until = excluded.heard_until, look_at = excluded.look_at",
    )
    .bind(issuer)
    .bind(heard_until.to_sqlx())
    .bind(look_at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn take(tx: &mut Tx, app: &App, issuer: &str, events: &[Event]) -> anyhow::Result<()> {
    let (mut to_ask, mut to_end, mut has_organization) = (BTreeSet::new(), BTreeSet::new(), false);
    // Our own changes are known here.
    for about in events.iter().filter(|event| !event.is_ours).flat_map(|event| &event.about) {
        match about {
            About::Account(account) => drop(to_ask.insert(account.as_str())),
            About::Password(account) => drop(to_end.insert(account.as_str())),
            About::Organization => has_organization = true,
            About::Other => {}
        }
    }
    ask_soon(tx, app, issuer, &to_ask).await?;
    end(tx, app, issuer, &to_end).await?;
    if has_organization {
        let unique_key = Some("organisations.reconcile:console".to_owned());
        jobs::enqueue(tx, app.now(), NewJob { kind: "organisations.reconcile", payload: json!({}), unique_key, run_at: app.now() }).await?;
    }
    Ok(())
}

/// Each of these people's sessions is asked for at its next request, which waits for the answer; and open tabs are woken, so that there is one.
async fn ask_soon(tx: &mut Tx, app: &App, issuer: &str, accounts: &BTreeSet<&str>) -> anyhow::Result<()> {
    let people: Vec<(Uuid,)> = sqlx::query_as(
        "WITH theirs AS (
           UPDATE sessions s SET checked_at = least(s.checked_at, $3)
           FROM logins l WHERE l.person_id = s.person_id AND l.issuer = $1 AND l.subject = ANY($2)
             AND s.revoked_at IS NULL AND s.oidc_sid IS NOT NULL RETURNING s.person_id)
         SELECT DISTINCT person_id FROM theirs",
    )
    .bind(issuer)
    .bind(accounts.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    .bind((app.now() - GOOD_FOR).to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id,)| PersonId(id)).collect();
    wake(tx, app, &people).await
}

/// Whoever is in by a password that an administrator has replaced: Keycloak lets their sessions go on.
async fn end(tx: &mut Tx, app: &App, issuer: &str, accounts: &BTreeSet<&str>) -> anyhow::Result<()> {
    let people: Vec<(Uuid,)> = sqlx::query_as(
        "WITH theirs AS (
           UPDATE sessions s SET revoked_at = $3
           FROM logins l WHERE l.person_id = s.person_id AND l.issuer = $1 AND l.subject = ANY($2)
             AND s.revoked_at IS NULL AND s.oidc_sid IS NOT NULL RETURNING s.person_id)
         SELECT DISTINCT person_id FROM theirs",
    )
    .bind(issuer)
    .bind(accounts.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    .bind(app.now().to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id,)| PersonId(id)).collect();
    for person in &people {
        logout::end(tx, app, *person).await.map_err(failed)?;
    }
    logout::ended_there(tx, app, people).await.map_err(failed)
}

async fn wake(tx: &mut Tx, app: &App, people: &[PersonId]) -> anyhow::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    live::emit(tx, app.now(), people, "identity.sessions", &json!({})).await.map_err(failed)
}
