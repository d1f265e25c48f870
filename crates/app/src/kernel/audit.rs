//! The audit log: who did what, appended in the transaction it belongs to. Ids and codes only; never a name, an address or content.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde_json::{Value, json};

use super::{ctx::Caller, error::Result};

/// An entry to append.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Stable name, `slice.verb`: `booking.confirm`, `notes.read`.
    pub action: &'a str,
    /// The person whose record it is; they may see the entry ("who opened my record").
    pub subject: Option<PersonId>,
    /// `kind:id` of the thing.
    pub resource: Option<String>,
    pub detail: Value,
}

impl<'a> Entry<'a> {
    /// An entry about `action`.
    pub fn new(action: &'a str) -> Self {
        Self { action, subject: None, resource: None, detail: json!({}) }
    }

    /// Names the person whose record it is.
    #[must_use]
    pub fn about(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// Names the thing.
    #[must_use]
    pub fn on(mut self, kind: &str, id: impl std::fmt::Display) -> Self {
        self.resource = Some(format!("{kind}:{id}"));
        self
    }

    /// Adds codes and numbers.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Appends `entry` in the caller's transaction.
pub async fn append(tx: &mut Tx, caller: &Caller, entry: Entry<'_>) -> Result<()> {
    append_as(tx, caller.now(), Some(caller.me()), caller.principal.kind.name(), entry).await
}

/// Appends `entry` for an actor who is no caller: the system (`None`, "system"), or somebody signing in.
pub async fn append_as(tx: &mut Tx, now: jiff::Timestamp, actor: Option<PersonId>, role: &str, entry: Entry<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id, resource, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(now.to_sqlx())
    .bind(actor.map(|a| a.0))
    .bind(role)
    .bind(entry.action)
    .bind(entry.subject.map(|s| s.0))
    .bind(entry.resource)
    .bind(entry.detail)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
