//! Use case: tell somebody by mail that a message waits for them, when they have not come to read it. The mail says nothing of what, and not of whom.

use domain::ids::{PersonId, ThreadId};
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::Tx,
    jobs::{self, Job, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    identity::wishes::wishes,
    kernel::{
        app::App,
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// How long a message may wait before a mail says so: whoever is in the conversation reads it sooner.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Payload {
    thread: ThreadId,
    reader: PersonId,
    /// The moment for it fell into the reader's quiet hours.
    was_quiet: bool,
}

/// Asks for a notice to `reader` of the first message that waits for them in `thread`. Later ones wait beside it without a mail of their own.
pub(super) async fn ask(tx: &mut Tx, now: Timestamp, thread: ThreadId, reader: PersonId) -> Result<()> {
    enqueue(tx, now, Payload { thread, reader, was_quiet: false }, now + PATIENCE).await
}

async fn enqueue(tx: &mut Tx, now: Timestamp, payload: Payload, run_at: Timestamp) -> Result<()> {
    let Payload { thread, reader, was_quiet } = payload;
    let unique_key = Some(format!("chat.notice:{thread}:{reader}{}", if was_quiet { ":quiet" } else { "" }));
    jobs::enqueue(tx, now, NewJob { kind: "chat.notice", payload: jobs::payload(&payload), unique_key, run_at }).await?;
    Ok(())
}

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "chat.notice" => {
            let payload = serde_json::from_value(job.payload.clone())?;
            tell(app, payload).await.map_err(|e: Error| anyhow::anyhow!("{}: {:?}", e.code, e.source))
        }
        _ => anyhow::bail!("unknown kind of job"),
    }
}

async fn tell(app: &App, asked: Payload) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let waiting: Option<(i64, bool)> = sqlx::query_as(
        "SELECT m.number, t.specialist_id = $2 FROM messages m JOIN threads t ON t.id = m.thread_id
         WHERE m.thread_id = $1 AND m.author_id <> $2 AND m.read_at IS NULL ORDER BY m.number LIMIT 1",
    )
    .bind(asked.thread.0)
    .bind(asked.reader.0)
    .fetch_optional(&mut *tx)
    .await?;
    let (Some((number, is_specialist)), Some(wishes)) = (waiting, wishes(&mut tx, asked.reader).await?) else { return Ok(()) };
    if let Some(end) = wishes.quiet_until(now) {
        enqueue(&mut tx, now, Payload { was_quiet: true, ..asked }, end).await?;
    } else {
        let place = if is_specialist { "/work/messages" } else { "/messages" };
        let mail = NewMail::new(To::Person(asked.reader), "message_waits")
            .params(json!({ "path": format!("{place}/{}", asked.thread) }))
            .chosen()
            .once(format!("mail:message_waits:{}:{}:{number}", asked.thread, asked.reader));
        enqueue_mail(&mut tx, app, mail).await?;
    }
    tx.commit().await?;
    Ok(())
}
