//! Use cases: write a message, read a page of them, and say that one has read.

use domain::ids::ThreadId;
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::{crypto::Place, db::Tx};
use serde_json::json;
use uuid::Uuid;

use super::{notice, threads};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    live,
    sealing::{data_key, open_text, seal_text},
    validation::Checks,
};

/// The longest message, in characters.
pub const MESSAGE_MAX: usize = 4000;

/// A message as one of the two reads it.
#[derive(Debug)]
pub struct Message {
    pub id: Uuid,
    pub number: i64,
    pub is_mine: bool,
    pub text: String,
    pub sent_at: Timestamp,
    /// When the other read it (of one's own), or oneself did (of the other's).
    pub read_at: Option<Timestamp>,
}

/// A message just kept.
#[derive(Debug)]
pub struct Sent {
    pub id: Uuid,
    pub number: i64,
}

/// Writes `text` into the thread and tells the other.
pub async fn send(tx: &mut Tx, caller: &Caller, id: ThreadId, text: &str) -> Result<Sent> {
    Checks::new().text(text, 1, MESSAGE_MAX, "/text").done()?;
    let (app, now, me) = (&caller.app, caller.now(), caller.me());
    let thread = threads::find(tx, me, id).await?;
    let key = data_key(tx, app, thread.employee).await?;
    // Numbers of one thread are given under its row lock, so that a reader who knows n never misses one below.
    sqlx::query("SELECT 1 FROM threads WHERE id = $1 FOR UPDATE")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(Error::not_found)?;
    let (waits,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM messages WHERE thread_id = $1 AND author_id = $2 AND read_at IS NULL)")
            .bind(id.0)
            .bind(me.0)
            .fetch_one(&mut **tx)
            .await?;
    let message = app.new_id();
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO messages (id, thread_id, number, author_id, sealed, sent_at)
         SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 FROM messages WHERE thread_id = $2
         RETURNING number",
    )
    .bind(message)
    .bind(id.0)
    .bind(me.0)
    .bind(seal_text(app, &key, place(message), text.trim_end()))
    .bind(now.to_sqlx())
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("UPDATE threads SET last_at = $2 WHERE id = $1").bind(id.0).bind(now.to_sqlx()).execute(&mut **tx).await?;
    if !waits {
        notice::ask(tx, now, id, thread.other).await?;
    }
    audit::append(tx, caller, audit::Entry::new("chat.send").about(thread.employee).on("thread", id)).await?;
    // The other, and one's own other tabs.
    live::emit(tx, now, &[thread.other, me], "chat.message", &json!({ "thread_id": id, "number": number })).await?;
    Ok(Sent { id: message, number })
}

/// Up to `limit` messages before the number `before` (the newest without it), oldest first; and whether there are earlier ones.
pub async fn page(tx: &mut Tx, caller: &Caller, id: ThreadId, before: Option<i64>, limit: i64) -> Result<(Vec<Message>, bool)> {
    let me = caller.me();
    let thread = threads::find(tx, me, id).await?;
    let mut rows: Vec<(Uuid, i64, Uuid, Vec<u8>, SqlTimestamp, Option<SqlTimestamp>)> = sqlx::query_as(
        "SELECT id, number, author_id, sealed, sent_at, read_at FROM messages
         WHERE thread_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
    )
    .bind(id.0)
    .bind(before.unwrap_or(i64::MAX))
    .bind(limit + 1)
    .fetch_all(&mut **tx)
    .await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_earlier = rows.len() > page;
    rows.truncate(page);
    if rows.is_empty() {
        return Ok((Vec::new(), false));
    }
    let key = data_key(tx, &caller.app, thread.employee).await?;
    let messages: Result<Vec<Message>> = rows
        .into_iter()
        .rev()
        .map(|(message, number, author, sealed, sent_at, read_at)| {
            Ok(Message {
                id: message,
                number,
                is_mine: author == me.0,
                text: open_text(&key, place(message), &sealed)?,
                sent_at: sent_at.to_jiff(),
                read_at: read_at.map(|at| at.to_jiff()),
            })
        })
        .collect();
    Ok((messages?, has_earlier))
}

/// Notes that the caller has read what the other wrote, up to the number `up_to`, and tells the other. Saying it twice says it once.
pub async fn mark_read(tx: &mut Tx, caller: &Caller, id: ThreadId, up_to: i64) -> Result<()> {
    let (now, me) = (caller.now(), caller.me());
    let thread = threads::find(tx, me, id).await?;
    let read =
        sqlx::query("UPDATE messages SET read_at = $4 WHERE thread_id = $1 AND number <= $2 AND author_id <> $3 AND read_at IS NULL")
            .bind(id.0)
            .bind(up_to)
            .bind(me.0)
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?
            .rows_affected();
    if read > 0 {
        live::emit(tx, now, &[thread.other, me], "chat.read", &json!({ "thread_id": id, "number": up_to.min(thread.newest) })).await?;
    }
    Ok(())
}

fn place(message: Uuid) -> Place<'static> {
    Place { table: "messages", column: "sealed", row: message }
}
