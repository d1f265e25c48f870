//! Sessions: a random token in an HttpOnly cookie, its hash in the database.

use domain::{
    access::Role,
    ids::{PersonId, SessionId},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{crypto::token_hash, db::Tx};
use uuid::Uuid;

use crate::kernel::{
    app::App,
    ctx::{Kind, Principal},
    error::{Error, Result},
};

/// The cookie's name. `__Host-` makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2).
pub const COOKIE: &str = "__Host-ponimau";

/// How long a session lasts unused, and at most. Staff and specialists see other people's affairs: shorter.
pub const fn lifetime(kind: Kind) -> (SignedDuration, SignedDuration) {
    match kind {
        // A benefit used rarely, on one's own phone: signing in again each time would keep people away. Sealed content needs no second factor.
        Kind::Employee => (SignedDuration::from_hours(24 * 14), SignedDuration::from_hours(24 * 90)),
        Kind::Specialist => (SignedDuration::from_hours(12), SignedDuration::from_hours(24 * 7)),
        Kind::Hr | Kind::Staff => (SignedDuration::from_mins(30), SignedDuration::from_hours(10)),
    }
}

/// A session just opened.
#[derive(Debug)]
pub struct Opened {
    /// The `Set-Cookie` value.
    pub cookie: String,
    pub session: SessionId,
}

/// Opens a session for `person` in a system transaction. `factors` are what was shown; `is_strong` says whether they make a second factor.
pub async fn open(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, factors: &[&str], is_strong: bool, device: &str) -> Result<Opened> {
    let now = app.now();
    let (idle, longest) = lifetime(kind);
    let (id, token) = (app.new_id(), app.new_token());
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, person_id, factors, strong_at, device, created_at, seen_at, idle_expires_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
    )
    .bind(id)
    .bind(token_hash(&token))
    .bind(person.0)
    .bind(factors)
    .bind(is_strong.then(|| now.to_sqlx()))
    .bind(device.chars().take(120).collect::<String>())
    .bind(now.to_sqlx())
    .bind((now + idle).to_sqlx())
    .bind((now + longest).to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(Opened { cookie: cookie(&token, longest), session: SessionId(id) })
}

/// Marks a session as strong: the person has just shown the strongest proof they have set up. The token changes (ASVS 7.2.4), so that one stolen before
/// does not gain the new rights. In a system transaction. Gives the `Set-Cookie` value.
pub async fn strengthen(tx: &mut Tx, app: &App, principal: &Principal, factor: &str) -> Result<String> {
    let token = app.new_token();
    let row: Option<(SqlTimestamp,)> = sqlx::query_as(
        "UPDATE sessions SET token_hash = $2, strong_at = $3, factors = CASE WHEN $4 = ANY (factors) THEN factors ELSE factors || $4 END
         WHERE id = $1 AND revoked_at IS NULL RETURNING expires_at",
    )
    .bind(principal.session.0)
    .bind(token_hash(&token))
    .bind(app.now().to_sqlx())
    .bind(factor)
    .fetch_optional(&mut **tx)
    .await?;
    let (expires_at,) = row.ok_or_else(Error::unauthenticated)?;
    Ok(cookie(&token, expires_at.to_jiff().duration_since(app.now())))
}

fn cookie(token: &str, lifetime: SignedDuration) -> String {
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", lifetime.as_secs())
}

/// The `Set-Cookie` value that forgets the session.
pub fn forget_cookie() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Whether `token` was of a session that ended with the access by a company. Asked only about tokens of no session in force.
pub async fn is_access_ended(app: &App, token: &str) -> Result<bool> {
    let (is_ended,): (bool,) = sqlx::query_as("SELECT app.is_access_ended($1)").bind(token_hash(token)).fetch_one(app.db.pool()).await?;
    Ok(is_ended)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    kind: String,
    display_name: String,
    locale: String,
    time_zone: String,
    strong_at: Option<SqlTimestamp>,
    checked_at: Option<SqlTimestamp>,
    capabilities: Vec<String>,
}

/// Who holds `token`, if it is a session's in force. Whoever owes a second factor comes without capabilities.
pub async fn find(app: &App, token: &str, now: Timestamp) -> Result<Option<Principal>> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM app.find_session($1, $2)")
        .bind(token_hash(token))
        .bind(now.to_sqlx())
        .fetch_optional(app.db.pool())
        .await?;
    Ok(row.and_then(|row| {
        let strong_at = row.strong_at.map(|at| at.to_jiff());
        let capabilities: Vec<Role> = row.capabilities.iter().filter_map(|name| Role::staff(name)).collect();
        Some(Principal {
            session: SessionId(row.id),
            person: PersonId(row.person_id),
            kind: Kind::parse(&row.kind)?,
            capabilities: if strong_at.is_some() { capabilities } else { Vec::new() },
            display_name: row.display_name,
            locale: row.locale.parse().unwrap_or(app.default_locale()),
            time_zone: row.time_zone,
            strong_at,
            checked_at: row.checked_at.map(|at| at.to_jiff()),
        })
    }))
}
