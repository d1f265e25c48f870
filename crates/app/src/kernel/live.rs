//! Live hints: each open tab listens on one server-sent event stream (WHATWG HTML §9.2), resumable by position.
//!
//! A hint says what changed, never the content: the tab fetches it with its own rights. NOTIFY only wakes the streams of this node; what they send
//! they read from the table, so a lost notification costs a delay, not a hint.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::db::{Db, Tx};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::{app::App, error::Result};

/// Wakes the streams of this node.
#[derive(Debug, Default)]
pub struct LiveHub {
    streams: Mutex<HashMap<Uuid, watch::Sender<u64>>>,
}

impl LiveHub {
    /// Waits for hints to `recipient`: the receiver changes when there may be something to read.
    pub fn subscribe(&self, recipient: PersonId) -> watch::Receiver<u64> {
        let mut streams = self.streams.lock().expect("no holder of the hub panics");
        streams.entry(recipient.0).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Wakes the streams of one recipient, or of all (`None`: notifications may have been lost).
    pub fn wake(&self, recipient: Option<Uuid>) {
        let mut streams = self.streams.lock().expect("no holder of the hub panics");
        match recipient {
            Some(id) => {
                if let Some(stream) = streams.get(&id) {
                    stream.send_modify(|n| *n += 1);
                }
            }
            None => {
                streams.retain(|_, stream| stream.receiver_count() > 0);
                for stream in streams.values() {
                    stream.send_modify(|n| *n += 1);
                }
            }
        }
    }

    /// How many people listen on this node.
    pub fn listeners(&self) -> usize {
        self.streams.lock().expect("no holder of the hub panics").values().map(watch::Sender::receiver_count).sum()
    }

    /// Listens to the database's notifications until the process ends; wakes everybody after each reconnection.
    pub async fn listen(&self, db: &Db) {
        loop {
            if let Ok(mut listener) = db.listen("live").await {
                self.wake(None);
                while let Ok(notification) = listener.try_recv().await {
                    match notification {
                        Some(n) => self.wake(n.payload().parse().ok()),
                        None => self.wake(None),
                    }
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Tells `recipients` that something changed, when the transaction commits. Call it last: it takes the recipients' position locks, in one order, so
/// that two transactions never wait for each other.
pub async fn emit(tx: &mut Tx, now: Timestamp, recipients: &[PersonId], kind: &str, payload: &Value) -> Result<()> {
    let mut recipients: Vec<Uuid> = recipients.iter().map(|r| r.0).collect();
    recipients.sort_unstable();
    recipients.dedup();
    for recipient in recipients {
        sqlx::query("SELECT app.emit($1, $2, $3, $4)")
            .bind(recipient)
            .bind(kind)
            .bind(payload)
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Tells all the operator's staff who have one of `capabilities`. Done by a job: in the transaction of the change, the few positions of the staff's
/// hints would be a lock for which everybody queues.
pub async fn emit_to_staff(app: &App, capabilities: &[&str], kind: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    let staff: Vec<(Uuid,)> = sqlx::query_as("SELECT DISTINCT person_id FROM staff_capabilities WHERE capability = ANY($1)")
        .bind(capabilities)
        .fetch_all(&mut *tx)
        .await?;
    let staff: Vec<PersonId> = staff.into_iter().map(|(id,)| PersonId(id)).collect();
    emit(&mut tx, app.now(), &staff, kind, &json!({})).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))?;
    tx.commit().await?;
    Ok(())
}

/// A hint as read back.
#[derive(Debug, Clone)]
pub struct Hint {
    pub position: i64,
    pub kind: String,
    pub payload: Value,
}

/// The hints to `recipient` after `position`, oldest first; `None` if the position is unknown (too old, or the table was lost): refetch everything.
pub async fn read_after(db: &Db, recipient: PersonId, position: i64) -> Result<Option<Vec<Hint>>> {
    let mut tx = db.begin_system().await?;
    let (oldest, newest): (Option<i64>, Option<i64>) = sqlx::query_as(
        "SELECT (SELECT min(position) FROM live_events WHERE recipient_id = $1), (SELECT position FROM live_positions WHERE recipient_id = $1)",
    )
    .bind(recipient.0)
    .fetch_one(&mut *tx)
    .await?;
    let newest = newest.unwrap_or(0);
    if position > newest || (position < newest && oldest.is_none_or(|oldest| position < oldest - 1)) {
        return Ok(None);
    }
    let rows: Vec<(i64, String, Value)> = sqlx::query_as(
        "SELECT position, kind, payload FROM live_events WHERE recipient_id = $1 AND position > $2 ORDER BY position LIMIT 500",
    )
    .bind(recipient.0)
    .bind(position)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(rows.into_iter().map(|(position, kind, payload)| Hint { position, kind, payload }).collect()))
}

/// The newest position of `recipient`.
pub async fn newest(db: &Db, recipient: PersonId) -> Result<i64> {
    let mut tx = db.begin_system().await?;
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT position FROM live_positions WHERE recipient_id = $1").bind(recipient.0).fetch_optional(&mut *tx).await?;
    tx.commit().await?;
    Ok(row.map_or(0, |(p,)| p))
}
