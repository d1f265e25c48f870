//! Use case: search the log.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;
use serde_json::Value;
use uuid::Uuid;

use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
};

/// What is looked for; each absent part means "any".
#[derive(Debug, Default)]
pub struct Search {
    /// Who acted: ids, whole or short, with commas between them.
    pub actor: Option<String>,
    /// Whose record: an id, or a short one.
    pub subject: Option<String>,
    /// The action, or how its name begins.
    pub action: Option<String>,
    /// Only entries before this one.
    pub after: Option<i64>,
    pub limit: i64,
}

/// An entry of the log.
#[derive(Debug)]
pub struct Line {
    pub id: i64,
    pub at: Timestamp,
    pub actor: Option<String>,
    /// Of staff only.
    pub actor_name: Option<String>,
    pub actor_role: String,
    pub action: String,
    pub subject: Option<String>,
    pub resource: Option<String>,
    pub detail: Value,
    /// The number in the chain; absent for a moment after the entry was made.
    pub sequence: Option<i64>,
}

/// What is read of an entry, and from where: `e` the entry, `p` its actor, `s` its link. Only staff and HR are named.
pub(super) const ENTRY: &str =
    "e.id, e.at, e.actor_id, CASE WHEN p.kind IN ('staff', 'hr') THEN p.display_name END AS actor_name, e.actor_role, e.action,
        e.subject_id, e.resource, e.detail, s.sequence, s.hash
 FROM audit_entries e LEFT JOIN people p ON p.id = e.actor_id LEFT JOIN audit_seals s ON s.entry_id = e.id";

/// An entry as it is read by [`ENTRY`].
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub id: i64,
    pub at: SqlTimestamp,
    pub actor_id: Option<Uuid>,
    pub actor_name: Option<String>,
    pub actor_role: String,
    pub action: String,
    pub subject_id: Option<Uuid>,
    pub resource: Option<String>,
    pub detail: Value,
    pub sequence: Option<i64>,
    pub hash: Option<Vec<u8>>,
}

/// How many hexadecimal digits of an id are shown: 48 random bits tell people of a deployment apart, and tell nobody who they are.
const SHORT: usize = 12;

/// The last digits of a person's id. The first ones are a time.
pub fn short(id: Uuid) -> String {
    let hex = id.simple().to_string();
    hex[hex.len() - SHORT..].to_owned()
}

/// The entries that fit, the newest first. Looking into one person's entries is itself an entry.
pub async fn search(tx: &mut Tx, caller: &Caller, search: &Search) -> Result<Vec<Line>> {
    let actors = people(tx, search.actor.as_deref(), "?actor").await?;
    let subjects = people(tx, search.subject.as_deref(), "?subject").await?;
    if search.action.as_deref().is_some_and(|a| a.len() > 60 || !a.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'))) {
        return Err(Error::field("?action", "not_a_choice"));
    }
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {ENTRY}
         WHERE ($1::uuid[] IS NULL OR e.actor_id = ANY($1)) AND ($2::uuid[] IS NULL OR e.subject_id = ANY($2))
           AND ($3::text IS NULL OR starts_with(e.action, $3)) AND ($4::bigint IS NULL OR e.id < $4)
         ORDER BY e.id DESC LIMIT $5"
    )))
    .bind(&actors)
    .bind(&subjects)
    .bind(&search.action)
    .bind(search.after)
    .bind(search.limit)
    .fetch_all(&mut **tx)
    .await?;
    for subject in subjects.into_iter().flatten() {
        audit::append(tx, caller, audit::Entry::new("audit.search").about(PersonId(subject))).await?;
    }
    Ok(rows
        .into_iter()
        .map(|row| Line {
            id: row.id,
            at: row.at.to_jiff(),
            actor: row.actor_id.map(short),
            actor_name: row.actor_name,
            actor_role: row.actor_role,
            action: row.action,
            subject: row.subject_id.map(short),
            resource: row.resource,
            detail: row.detail,
            sequence: row.sequence,
        })
        .collect())
}

/// How many ids one search takes: a part of a name may be that of many on the staff.
const IDS_MAX: usize = 500;

/// The people whom ids, whole or short, name: usually one.
async fn people(tx: &mut Tx, named: Option<&str>, pointer: &str) -> Result<Option<Vec<Uuid>>> {
    let Some(named) = named.map(str::trim).filter(|n| !n.is_empty()) else { return Ok(None) };
    let (mut whole, mut short) = (Vec::new(), Vec::new());
    for id in named.split(',').map(str::trim) {
        if let Ok(id) = id.parse::<Uuid>() {
            whole.push(id);
        } else if id.len() == SHORT && id.bytes().all(|b| b.is_ascii_hexdigit()) {
            short.push(id.to_ascii_lowercase());
        } else {
            return Err(Error::field(pointer, "not_an_id"));
        }
    }
    if whole.len() + short.len() > IDS_MAX {
        return Err(Error::field(pointer, "too_many"));
    }
    if !short.is_empty() {
        let ids: Vec<(Uuid,)> = sqlx::query_as("SELECT id FROM people WHERE right(id::text, 12) = ANY($1) LIMIT $2")
            .bind(&short)
            .bind(i64::try_from(2 * IDS_MAX).unwrap_or(i64::MAX))
            .fetch_all(&mut **tx)
            .await?;
        whole.extend(ids.into_iter().map(|(id,)| id));
    }
    Ok(Some(whole))
}
