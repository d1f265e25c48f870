//! The end of sessions: Keycloak tells of one that is over there (back-channel logout), and is told of one that is over here.

use std::collections::BTreeSet;

use domain::ids::PersonId;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use keycloak::{
    client::Failure,
    realm::{STAFF, WEB},
    tokens::{LogoutToken, Refused, SKEW_MAX},
};
use platform::db::Tx;
use serde_json::json;
use uuid::Uuid;

use super::{AboutPerson, answer::place, ask_for_job, instant, of, proof_id, seconds, spent};
use crate::{
    identity::throttle::{self, Counter, UNSIGNED_TOKENS},
    kernel::{
        app::App,
        audit,
        error::{Error, Result},
        live,
    },
};

/// Why a logout token is answered by 400 (Back-Channel Logout 1.0 §2.8).
#[derive(Debug)]
pub enum Rejected {
    /// Not believed, or used before: named in the audit log.
    Token(&'static str),
    /// Keycloak's keys cannot be fetched, or the database is away: Keycloak may try again.
    Unavailable,
}

/// Ends the sessions that a logout token names.
pub async fn over(app: &App, token: &str) -> Result<(), Rejected> {
    let unavailable = |_: Error| Rejected::Unavailable;
    let told = match believed(app, token).await {
        Ok(told) => told,
        Err(Failure::NotBelieved(why)) => {
            // What Keycloak has not signed anybody can send, as often as they like: of that, the audit log gets a few.
            if why.is_of_signed() || throttle::count(app, &[Counter::of(app, &UNSIGNED_TOKENS, "")]).await.is_ok() {
                refused(app, &why.to_string()).await.map_err(unavailable)?;
            }
            return Err(Rejected::Token("not_believed"));
        }
        Err(_) => return Err(Rejected::Unavailable),
    };
    let mut tx = app.db.begin_system().await.map_err(|_| Rejected::Unavailable)?;
    let until = instant(told.exp) + SignedDuration::from_secs(SKEW_MAX);
    if !spent::spend(&mut tx, &format!("logout {}", told.jti), until).await.map_err(unavailable)? {
        drop(tx);
        refused(app, "replayed").await.map_err(unavailable)?;
        return Err(Rejected::Token("replayed"));
    }
    revoke(&mut tx, app, &told).await.map_err(unavailable)?;
    tx.commit().await.map_err(|_| Rejected::Unavailable)
}

/// Whichever client it is for.
async fn believed(app: &App, token: &str) -> Result<LogoutToken, Failure> {
    let realm = &of(app).map_err(|_| Failure::Unreachable("not configured".to_owned()))?.realm;
    match realm.over(WEB, token, seconds(app.now())).await {
        Err(Failure::NotBelieved(Refused::Audience)) => realm.over(STAFF, token, seconds(app.now())).await,
        other => other,
    }
}

async fn refused(app: &App, reason: &str) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let entry = audit::Entry::new("identity.logout_token_refused").detail(json!({ "reason": reason }));
    audit::append_as(&mut tx, app.now(), None, "system", entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Of one session, or without its name, of all of the account's.
async fn revoke(tx: &mut Tx, app: &App, told: &LogoutToken) -> Result<()> {
    let ended: Vec<(Uuid,)> = match &told.sid {
        Some(sid) => {
            sqlx::query_as("UPDATE sessions SET revoked_at = $2 WHERE oidc_sid = $1 AND revoked_at IS NULL RETURNING person_id")
                .bind(sid)
                .bind(app.now().to_sqlx())
                .fetch_all(&mut **tx)
                .await?
        }
        None => {
            sqlx::query_as(
                "UPDATE sessions SET revoked_at = $3
                 WHERE revoked_at IS NULL AND oidc_sid IS NOT NULL
                   AND person_id IN (SELECT person_id FROM logins WHERE issuer = $1 AND subject = $2) RETURNING person_id",
            )
            .bind(of(app)?.realm.issuer())
            .bind(told.sub.as_deref().unwrap_or_default())
            .bind(app.now().to_sqlx())
            .fetch_all(&mut **tx)
            .await?
        }
    };
    let people: BTreeSet<_> = ended.into_iter().map(|(id,)| PersonId(id)).collect();
    ended_there(tx, app, people).await
}

/// Writes down whose sessions Keycloak has ended, and tells their tabs. Of an employee whose other record ends at the same moment nothing is written: two
/// entries at once would tell whoever reads the log that both are one person's.
pub(super) async fn ended_there(tx: &mut Tx, app: &App, people: impl IntoIterator<Item = PersonId>) -> Result<()> {
    let people: Vec<PersonId> = people.into_iter().collect();
    let unsaid: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT DISTINCT l.person_id FROM logins l JOIN logins o USING (issuer, subject)
         WHERE l.kind = 'employee' AND o.person_id <> l.person_id AND l.person_id = ANY($1) AND o.person_id = ANY($1)",
    )
    .bind(people.iter().map(|one| one.0).collect::<Vec<_>>())
    .fetch_all(&mut **tx)
    .await?;
    for person in people {
        if !unsaid.contains(&(person.0,)) {
            let entry = audit::Entry::new("identity.sessions_ended").about(person).detail(json!({ "by": "keycloak" }));
            audit::append_as(tx, app.now(), None, "system", entry).await?;
        }
        live::emit(tx, app.now(), &[person], "identity.sessions", &json!({})).await?;
    }
    Ok(())
}

/// Asks for the end of Keycloak's sessions behind those of `person` that have ended here: tried until it is told.
pub async fn end(tx: &mut Tx, app: &App, person: PersonId) -> Result<()> {
    ask_for_job(tx, app, "identity.end_at_keycloak", person).await
}

/// As the job of [`end`], without waiting for the worker; if it fails, the job tries again.
pub async fn end_now(app: &App, person: PersonId) {
    if let Err(error) = end_at_keycloak(app, AboutPerson { person }).await {
        tracing::warn!(error = format!("{error:#}"), "a session at Keycloak is not ended yet");
    }
}

/// The job of [`end`]. Also done at once by whoever waits for it: done twice it does no harm.
pub(in crate::identity) async fn end_at_keycloak(app: &App, payload: AboutPerson) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    let ended: Vec<(Uuid, String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, oidc_client, refresh_sealed FROM sessions WHERE person_id = $1 AND revoked_at IS NOT NULL AND refresh_sealed IS NOT NULL",
    )
    .bind(payload.person.0)
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    for (session, client, sealed) in ended {
        let token = String::from_utf8(app.keys.unseal(place(session), &sealed)?)?;
        match keycloak.realm.end(&client, &token, &proof_id(app), seconds(app.now())).await {
            Ok(()) => {}
            // It is over there already.
            Err(Failure::Denied(code)) if code == "invalid_grant" => {}
            Err(error) => return Err(error.into()),
        }
        let mut tx = app.db.begin_system().await?;
        sqlx::query("UPDATE sessions SET refresh_sealed = NULL WHERE id = $1").bind(session).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
