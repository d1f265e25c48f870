//! A step of proving oneself that awaits an answer: kept in the database for minutes, sealed, good once.

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use platform::{
    crypto::{Place, token_hash},
    db::Tx,
};
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// A challenge to keep.
#[derive(Debug, Clone)]
pub struct NewChallenge<'a> {
    /// What it is for; an answer to another kind does not fit.
    pub kind: &'a str,
    /// Who must answer, where that is known.
    pub person: Option<PersonId>,
    /// Hash of the right answer, where the answer is a token.
    pub code_hash: Option<Vec<u8>>,
    pub lifetime: SignedDuration,
}

/// A challenge kept: its id, and until when it may be answered.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub id: Uuid,
    pub expires_at: Timestamp,
}

/// Keeps a challenge with its sealed `state`, in a system transaction.
pub async fn keep(tx: &mut Tx, app: &App, new: NewChallenge<'_>, state: &impl Serialize) -> Result<Kept> {
    let (id, now) = (app.new_id(), app.now());
    let expires_at = now + new.lifetime;
    let plain = serde_json::to_vec(state).map_err(Error::internal)?;
    sqlx::query(
        "INSERT INTO login_challenges (id, kind, person_id, code_hash, state, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(new.kind)
    .bind(new.person.map(|p| p.0))
    .bind(new.code_hash)
    .bind(app.keys.seal(&app.rng, place(id), &plain))
    .bind(now.to_sqlx())
    .bind(expires_at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(Kept { id, expires_at })
}

/// A challenge as read back.
#[derive(Debug)]
pub struct Open<S> {
    pub person: Option<PersonId>,
    pub code_hash: Option<Vec<u8>>,
    pub state: S,
}

impl<S> Open<S> {
    /// Whether `secret` is the right answer, where that is a token.
    pub fn is_answered_by(&self, secret: &str) -> bool {
        self.code_hash.as_ref().is_some_and(|hash| bool::from(hash.ct_eq(&token_hash(secret))))
    }
}

/// Reads a challenge that can still be answered, without using it up.
pub async fn peek<S: DeserializeOwned>(tx: &mut Tx, app: &App, kind: &str, id: Uuid) -> Result<Option<Open<S>>> {
    open(
        app,
        id,
        sqlx::query_as(
            "SELECT person_id, code_hash, state FROM login_challenges
             WHERE id = $1 AND kind = $2 AND consumed_at IS NULL AND expires_at > $3",
        )
        .bind(id)
        .bind(kind)
        .bind(app.now().to_sqlx())
        .fetch_optional(&mut **tx)
        .await?,
    )
}

/// What awaits an answer of a kind, of everybody.
pub async fn all_open<S: DeserializeOwned>(tx: &mut Tx, app: &App, kind: &str) -> Result<Vec<S>> {
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT id, state FROM login_challenges WHERE kind = $1 AND consumed_at IS NULL AND expires_at > $2")
            .bind(kind)
            .bind(app.now().to_sqlx())
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(|(id, sealed)| serde_json::from_slice(&app.keys.unseal(place(id), &sealed)?).map_err(Error::internal)).collect()
}

/// Reads a challenge and counts one more answer to it: at most `answers_max` are ever looked at.
pub async fn count_answer<S: DeserializeOwned>(tx: &mut Tx, app: &App, kind: &str, id: Uuid, answers_max: i32) -> Result<Option<Open<S>>> {
    open(
        app,
        id,
        sqlx::query_as(
            "UPDATE login_challenges SET attempts = attempts + 1
             WHERE id = $1 AND kind = $2 AND consumed_at IS NULL AND expires_at > $3 AND attempts < $4
             RETURNING person_id, code_hash, state",
        )
        .bind(id)
        .bind(kind)
        .bind(app.now().to_sqlx())
        .bind(answers_max)
        .fetch_optional(&mut **tx)
        .await?,
    )
}

/// Uses a challenge up: of two requests with the right answer one gets it.
///
/// # Errors
/// `code_expired` if it was used, is over, or never was.
pub async fn consume<S: DeserializeOwned>(tx: &mut Tx, app: &App, kind: &str, id: Uuid) -> Result<Open<S>> {
    let row = sqlx::query_as(
        "UPDATE login_challenges SET consumed_at = $3 WHERE id = $1 AND kind = $2 AND consumed_at IS NULL AND expires_at > $3
         RETURNING person_id, code_hash, state",
    )
    .bind(id)
    .bind(kind)
    .bind(app.now().to_sqlx())
    .fetch_optional(&mut **tx)
    .await?;
    open(app, id, row)?.ok_or_else(|| Error::gone("code_expired"))
}

/// Deletes whatever awaits, or has had, the answer of this hash: with its instants it would stand beside what the same browser does next.
pub async fn forget(tx: &mut Tx, code_hash: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM login_challenges WHERE code_hash = $1").bind(code_hash).execute(&mut **tx).await?;
    Ok(())
}

type Row = (Option<Uuid>, Option<Vec<u8>>, Vec<u8>);

fn open<S: DeserializeOwned>(app: &App, id: Uuid, row: Option<Row>) -> Result<Option<Open<S>>> {
    let Some((person, code_hash, sealed)) = row else { return Ok(None) };
    let state = serde_json::from_slice(&app.keys.unseal(place(id), &sealed)?).map_err(Error::internal)?;
    Ok(Some(Open { person: person.map(PersonId), code_hash, state }))
}

fn place(id: Uuid) -> Place<'static> {
    Place { table: "login_challenges", column: "state", row: id }
}
