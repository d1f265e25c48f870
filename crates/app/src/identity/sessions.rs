//! A person's own sessions: seeing them, and ending them. And the end of all that were opened by the way of signing in that is off.

use domain::ids::SessionId;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde_json::json;
use uuid::Uuid;

use super::keycloak;
use crate::kernel::{
    app::App,
    audit,
    ctx::{Caller, Principal},
    error::{Error, Result},
    live,
};

/// A session as its person sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    pub id: Uuid,
    /// Coarse: `Firefox · Windows`.
    pub device: String,
    pub factors: Vec<String>,
    pub created_at: SqlTimestamp,
    /// Exact to a minute.
    pub seen_at: SqlTimestamp,
}

/// The person's sessions in force, the latest seen first.
pub async fn list(tx: &mut Tx, caller: &Caller) -> Result<Vec<SessionRow>> {
    Ok(sqlx::query_as(
        "SELECT id, device, factors, created_at, seen_at FROM sessions
         WHERE person_id = $1 AND revoked_at IS NULL AND idle_expires_at > $2 AND expires_at > $2
         ORDER BY seen_at DESC, id LIMIT 100",
    )
    .bind(caller.me().0)
    .bind(caller.now().to_sqlx())
    .fetch_all(&mut **tx)
    .await?)
}

/// Ends one of the person's sessions: it is refused from its next request on.
pub async fn revoke(tx: &mut Tx, caller: &Caller, session: SessionId) -> Result<()> {
    let revoked = sqlx::query("UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL")
        .bind(session.0)
        .bind(caller.me().0)
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if revoked == 0 {
        return Err(Error::not_found());
    }
    ended(tx, caller, 1).await
}

/// Ends all of the person's sessions but the asking one. Gives how many.
pub async fn revoke_others(tx: &mut Tx, caller: &Caller) -> Result<u64> {
    let revoked = sqlx::query("UPDATE sessions SET revoked_at = $3 WHERE id <> $1 AND person_id = $2 AND revoked_at IS NULL")
        .bind(caller.principal.session.0)
        .bind(caller.me().0)
        .bind(caller.now().to_sqlx())
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if revoked > 0 {
        ended(tx, caller, revoked).await?;
    }
    Ok(revoked)
}

async fn ended(tx: &mut Tx, caller: &Caller, count: u64) -> Result<()> {
    let entry = audit::Entry::new("identity.sessions_ended").about(caller.me()).detail(json!({ "count": count }));
    audit::append(tx, caller, entry).await?;
    keycloak::end(tx, &caller.app, caller.me()).await?;
    // Wakes the streams of the ended sessions, which then find themselves out of force.
    live::emit(tx, caller.now(), &[caller.me()], "identity.sessions", &json!({})).await
}

/// Ends the asking session.
pub async fn sign_out(app: &App, principal: &Principal) -> Result<()> {
    let mut tx = app.db.begin(&principal.db_actor()).await?;
    sqlx::query("UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(principal.session.0)
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await?;
    keycloak::end(&mut tx, app, principal.person).await?;
    // Other tabs of this browser show what is theirs: their streams wake, and find themselves out of force.
    live::emit(&mut tx, app.now(), &[principal.person], "identity.sessions", &json!({})).await?;
    tx.commit().await?;
    // Whoever sits down next must not be let in by Keycloak's session: ended before the answer, and by the job where Keycloak is away.
    keycloak::end_now(app, principal.person).await;
    Ok(())
}

/// Ends the sessions of the way of signing in that is off, for good: they would be in force again, should that way be on once more (ASVS 6.3.4). Gives how many.
/// For the start of a node; of many that start at once one finds them.
pub async fn end_of_other_way(app: &App) -> Result<u64> {
    let mut tx = app.db.begin_system().await?;
    // One after the other: two that go over the same rows in different orders would wait for each other.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('identity.end_of_other_way', 0))").execute(&mut *tx).await?;
    let ended = sqlx::query(
        "UPDATE sessions SET revoked_at = $1
         WHERE revoked_at IS NULL AND idle_expires_at > $1 AND expires_at > $1 AND (oidc_client IS NULL) = $2",
    )
    .bind(app.now().to_sqlx())
    .bind(app.keycloak.is_some())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if ended > 0 {
        let entry = audit::Entry::new("identity.sessions_ended").detail(json!({ "count": ended, "by": "switch" }));
        audit::append_as(&mut tx, app.now(), None, "system", entry).await?;
    }
    tx.commit().await?;
    Ok(ended)
}
