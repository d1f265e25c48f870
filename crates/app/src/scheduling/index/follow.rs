//! Keeping the index as new as the database: read whole at the start and every few hours, and in between read on from the position last known.
//!
//! The position is a transaction id: every transaction below it had ended when it was taken, so "changes at or above it" misses none, however late
//! their transactions commit. A notification only says that reading on is worth it; one that is lost costs a second.

use std::{collections::HashSet, time::Duration};

use domain::{ids::PersonId, scheduling::Window};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, time::Instant};
use uuid::Uuid;

use super::{Built, Index, Known};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    scheduling::schedule::load_many,
};

/// How often the node reads on though nobody notified it.
const POLL: Duration = Duration::from_secs(1);
/// The pause after each reading, so that a rush of bookings is read in gulps.
const BREATH: Duration = Duration::from_millis(20);
/// How often everything is read anew: dates come into reach, and the system's zone data may have changed.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(6);
/// After a silence this long, changes may already have been swept (they are kept for a day): everything is read anew.
const SILENCE_MAX: Duration = Duration::from_secs(3600);
/// How many specialists are read at a time, and how far ahead at most: the longest horizon a schedule may have, and a margin.
const CHUNK: usize = 100;
const REACH: SignedDuration = SignedDuration::from_hours(24 * 184);

/// Where the reading stands.
#[derive(Debug, Default)]
pub(super) struct Follower {
    at: Option<Position>,
}

#[derive(Debug)]
struct Position {
    /// Every transaction below it is dealt with.
    xid: i64,
    /// Changes at or above it that are dealt with too; to be met again at the next reading.
    ahead: HashSet<i64>,
    whole_at: Timestamp,
    read_at: Instant,
}

impl Index {
    /// Makes the index as new as the database.
    pub async fn catch_up(&self, app: &App) -> Result<()> {
        let mut follower = self.follower.lock().await;
        let now = app.now();
        let goes_on = match &mut follower.at {
            Some(position) if position.can_go_on(now) => self.read_on(app, now, position).await?,
            _ => false,
        };
        if !goes_on {
            follower.at = Some(self.read_whole(app, now).await?);
        }
        let mut known = self.write();
        known.heard_at = Some(Instant::now());
        metrics::gauge!("slot_index_specialists").set(f64::from(u32::try_from(known.people.len()).unwrap_or(u32::MAX)));
        Ok(())
    }

    /// Reads the changes after `position`. False if the database is not the one that was known.
    async fn read_on(&self, app: &App, now: Timestamp, position: &mut Position) -> Result<bool> {
        let read_at = Instant::now();
        let mut tx = app.db.begin_system().await?;
        let changes: Vec<(i64, Option<i64>, Option<Uuid>, Option<bool>)> = sqlx::query_as(
            "SELECT pg_snapshot_xmin(here)::text::bigint, c.position, c.specialist_id, c.xid >= pg_snapshot_xmin(here)
             FROM pg_current_snapshot() here LEFT JOIN schedule_changes c ON c.xid >= $1::text::xid8",
        )
        .bind(position.xid.to_string())
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        // One row at least: that of the snapshot.
        let xid = changes.first().map_or(0, |(xid, ..)| *xid);
        if xid < position.xid {
            return Ok(false);
        }
        let mut moved: HashSet<PersonId> = HashSet::new();
        let mut ahead = HashSet::new();
        for (_, change, specialist, is_ahead) in changes {
            let (Some(change), Some(specialist), Some(is_ahead)) = (change, specialist, is_ahead) else { continue };
            if !position.ahead.contains(&change) {
                moved.insert(PersonId(specialist));
            }
            if is_ahead {
                ahead.insert(change);
            }
        }
        moved.extend(self.expired(now));
        self.refresh(app, now, &moved.into_iter().collect::<Vec<_>>()).await?;
        (position.xid, position.ahead, position.read_at) = (xid, ahead, read_at);
        Ok(true)
    }

    /// Those one of whose holds has run out since they were read.
    fn expired(&self, now: Timestamp) -> Vec<PersonId> {
        let known = self.read();
        known.people.iter().filter(|(_, person)| person.next_expiry.is_some_and(|at| at <= now)).map(|(id, _)| *id).collect()
    }

    /// Reads `specialists` anew; those who can no longer be booked are forgotten.
    async fn refresh(&self, app: &App, now: Timestamp, specialists: &[PersonId]) -> Result<()> {
        for chunk in specialists.chunks(CHUNK) {
            let built = build(app, now, chunk).await?;
            let mut known = self.write();
            for specialist in chunk {
                known.forget(*specialist);
            }
            built.into_iter().for_each(|b| known.put(b));
        }
        Ok(())
    }

    /// Reads everything beside the old index, which goes on answering, and swaps.
    async fn read_whole(&self, app: &App, now: Timestamp) -> Result<Position> {
        let read_at = Instant::now();
        // The position first: what changes while the rest is read will be read again.
        let mut tx = app.db.begin_system().await?;
        let (xid,): (i64,) = sqlx::query_as("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetch_one(&mut *tx).await?;
        let published: Vec<(Uuid,)> = sqlx::query_as(
            "SELECT person_id FROM specialists WHERE status = 'published' AND EXISTS (SELECT FROM schedules s WHERE s.specialist_id = person_id)",
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let published: Vec<PersonId> = published.into_iter().map(|(id,)| PersonId(id)).collect();
        let mut fresh = Known::default();
        for chunk in published.chunks(CHUNK) {
            build(app, now, chunk).await?.into_iter().for_each(|built| fresh.put(built));
            tokio::task::yield_now().await;
        }
        let mut known = self.write();
        fresh.heard_at = known.heard_at;
        *known = fresh;
        Ok(Position { xid, ahead: HashSet::new(), whole_at: now, read_at })
    }
}

impl Position {
    fn can_go_on(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.whole_at);
        // A clock put back would leave rows that begin too late.
        age >= SignedDuration::ZERO && age < WHOLE_EVERY && self.read_at.elapsed() < SILENCE_MAX
    }
}

async fn build(app: &App, now: Timestamp, specialists: &[PersonId]) -> Result<Vec<Built>> {
    let window = now.checked_add(REACH).ok().and_then(|to| Window::new(now, to).ok());
    let window = window.ok_or_else(|| Error::internal(anyhow::anyhow!("the clock is beyond the calendar")))?;
    let mut tx = app.db.begin_system().await?;
    let schedules = load_many(&mut tx, now, specialists, window).await?;
    tx.commit().await?;
    Ok(schedules.iter().filter(|s| s.is_published).filter_map(|s| Built::new(s, now)).collect())
}

/// Keeps the node's index fresh until `stop` turns true.
pub async fn keep_fresh(app: App, stop: watch::Receiver<bool>) {
    let mut stopping = stop;
    tokio::select! {
        _ = stopping.wait_for(|stop| *stop) => {}
        () = follow(&app) => {}
        () = listen(&app) => {}
    }
}

async fn follow(app: &App) {
    loop {
        if let Err(error) = app.slots.catch_up(app).await {
            tracing::warn!(code = error.code, "the slot index cannot read on");
        }
        tokio::time::sleep(BREATH).await;
        let _ = tokio::time::timeout(POLL, app.slots.wake.notified()).await;
    }
}

async fn listen(app: &App) {
    loop {
        if let Ok(mut listener) = app.db.listen("schedule").await {
            app.slots.wake.notify_one();
            // An answer of none says that the connection was lost and made again: there may be something to read.
            while listener.try_recv().await.is_ok() {
                app.slots.wake.notify_one();
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
