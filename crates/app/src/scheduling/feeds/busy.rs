//! Other calendars by address. Only busy periods are kept: no titles, no places, no people.

use domain::{ids::PersonId, scheduling::Interval, text::Locale, time::Zone};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{crypto::Place, db::Tx};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;
use uuid::Uuid;

use super::fetch::{KnownAnswer, Said, fetch};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
        live, messages,
        validation::Checks,
    },
    scheduling::{
        offer::changed,
        opened::{ask_to_offer_opened, bookable},
        sql,
    },
};

/// How many calendars one specialist may add.
const FEEDS_MAX: i64 = 5;
/// After this long a calendar is read whole even if it says that nothing changed: its repetitions must reach on.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// The pause between tries.
pub const EVERY: SignedDuration = SignedDuration::from_mins(15);

/// A calendar that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusyFeed {
    pub id: Uuid,
    pub label: String,
    pub added_at: String,
    /// The last time it could be read.
    pub fetched_at: Option<String>,
    /// Why the last try did not work, if it did not; the busy time of the last good one stays.
    pub problem: Option<FeedProblem>,
}

/// Why a calendar could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedProblem {
    /// Stable, as in the problems of adding one.
    pub code: String,
    pub text: String,
}

/// A calendar to add, checked and read once.
#[derive(Debug)]
pub struct Added {
    label: String,
    url: String,
    periods: Vec<Interval>,
    known: KnownAnswer,
}

/// Checks a calendar's address by reading it. Without a transaction: strangers may be slow.
pub async fn try_out(app: &App, label: &str, url: &str, owner: &Zone) -> Result<Added> {
    let mut checks = Checks::new();
    checks.name(label, 1, 80, "/label").text(url, 1, 2048, "/url").done()?;
    match fetch(app, url.trim(), KnownAnswer::default(), owner).await? {
        Ok(Said::Busy { periods, known }) => Ok(Added { label: label.trim().to_owned(), url: url.trim().to_owned(), periods, known }),
        // "Not modified" answers only a condition, and there was none.
        Ok(Said::Same) => Err(Error::field("/url", "feed_server_failed")),
        Err(code) => Err(Error::field("/url", code)),
    }
}

/// Adds a calendar that was tried out.
pub async fn add(tx: &mut Tx, app: &App, me: PersonId, added: Added, locale: Locale) -> Result<BusyFeed> {
    sql::lock(tx, me.0).await?.ok_or_else(|| Error::conflict("schedule_first"))?;
    let known: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT id, url_sealed FROM busy_feeds WHERE specialist_id = $1").bind(me.0).fetch_all(&mut **tx).await?;
    if i64::try_from(known.len()).is_ok_and(|count| count >= FEEDS_MAX) {
        return Err(Error::conflict("feeds_enough").with("max", FEEDS_MAX));
    }
    for (id, sealed) in &known {
        if app.keys.unseal(place(*id), sealed)? == added.url.as_bytes() {
            return Err(Error::field("/url", "feed_twice"));
        }
    }
    let (id, now) = (app.new_id(), app.now());
    sqlx::query(
        "INSERT INTO busy_feeds (id, specialist_id, label, url_sealed, etag, last_modified, expanded_at, tried_at, fetched_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $7)",
    )
    .bind(id)
    .bind(me.0)
    .bind(&added.label)
    .bind(app.keys.seal(&app.rng, place(id), added.url.as_bytes()))
    .bind(&added.known.etag)
    .bind(&added.known.last_modified)
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    keep(tx, id, me, &added.periods).await?;
    changed(tx, me).await?;
    list(tx, me, locale).await?.into_iter().find(|feed| feed.id == id).ok_or_else(Error::not_found)
}

/// The calendars that were added, oldest first.
pub async fn list(tx: &mut Tx, me: PersonId, locale: Locale) -> Result<Vec<BusyFeed>> {
    let rows: Vec<(Uuid, String, SqlTimestamp, Option<SqlTimestamp>, Option<String>)> = sqlx::query_as(
        "SELECT id, label, created_at, fetched_at, failed_code FROM busy_feeds WHERE specialist_id = $1 ORDER BY created_at, id",
    )
    .bind(me.0)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, label, added_at, fetched_at, failed)| BusyFeed {
            id,
            label,
            added_at: added_at.to_jiff().to_string(),
            fetched_at: fetched_at.map(|at| at.to_jiff().to_string()),
            problem: failed.map(|code| FeedProblem { text: messages::text(locale, &format!("fields.{code}"), &Map::new()), code }),
        })
        .collect())
}

/// Removes a calendar, with what was read of it.
pub async fn remove(tx: &mut Tx, me: PersonId, id: Uuid, now: Timestamp) -> Result<()> {
    let former = bookable(tx, now, me).await?;
    let gone = sqlx::query("DELETE FROM busy_feeds WHERE id = $1 AND specialist_id = $2")
        .bind(id)
        .bind(me.0)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if gone == 0 {
        return Err(Error::not_found());
    }
    ask_to_offer_opened(tx, now, me, &former).await?;
    changed(tx, me).await
}

/// Reads one calendar again and keeps what it says. What cannot be read keeps the busy time of the last good reading, and its owner sees why.
pub async fn fetch_again(app: &App, id: Uuid) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let row: Option<(Uuid, Vec<u8>, Option<String>, Option<String>, Option<SqlTimestamp>, String)> = sqlx::query_as(
        "SELECT f.specialist_id, f.url_sealed, f.etag, f.last_modified, f.expanded_at, s.time_zone
         FROM busy_feeds f JOIN schedules s USING (specialist_id) WHERE f.id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    // Removed in the meantime.
    let Some((owner, sealed, etag, last_modified, expanded_at, zone)) = row else { return Ok(()) };
    let url = String::from_utf8(app.keys.unseal(place(id), &sealed)?).map_err(Error::internal)?;
    let zone = Zone::parse(&zone).map_err(Error::internal)?;
    let is_recent = expanded_at.is_some_and(|at| now.duration_since(at.to_jiff()) < WHOLE_EVERY);
    let known = if is_recent { KnownAnswer { etag, last_modified } } else { KnownAnswer::default() };
    let said = fetch(app, &url, known, &zone).await?;

    let mut tx = app.db.begin_system().await?;
    let is_there = sqlx::query(
        "UPDATE busy_feeds SET tried_at = $2, failed_code = $3, fetched_at = CASE WHEN $3 IS NULL THEN $2 ELSE fetched_at END WHERE id = $1",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind(said.as_ref().err())
    .execute(&mut *tx)
    .await?
    .rows_affected()
        == 1;
    if let (true, Ok(Said::Busy { periods, known })) = (is_there, said) {
        sqlx::query("UPDATE busy_feeds SET etag = $2, last_modified = $3, expanded_at = $4 WHERE id = $1")
            .bind(id)
            .bind(known.etag)
            .bind(known.last_modified)
            .bind(now.to_sqlx())
            .execute(&mut *tx)
            .await?;
        if kept(&mut tx, id).await? != periods {
            let owner = PersonId(owner);
            let former = bookable(&mut tx, now, owner).await?;
            keep(&mut tx, id, owner, &periods).await?;
            ask_to_offer_opened(&mut tx, now, owner, &former).await?;
            changed(&mut tx, owner).await?;
            live::emit(&mut tx, now, &[owner], "schedule", &serde_json::json!({})).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The busy periods of a calendar, ascending.
async fn kept(tx: &mut Tx, feed: Uuid) -> Result<Vec<Interval>> {
    let rows: Vec<(SqlTimestamp, SqlTimestamp)> =
        sqlx::query_as("SELECT lower(during), upper(during) FROM busy_periods WHERE feed_id = $1 ORDER BY 1")
            .bind(feed)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(|(start, end)| Interval { start: start.to_jiff(), end: end.to_jiff() }).collect())
}

/// Replaces the busy periods of a calendar.
async fn keep(tx: &mut Tx, feed: Uuid, owner: PersonId, periods: &[Interval]) -> Result<()> {
    sqlx::query("DELETE FROM busy_periods WHERE feed_id = $1").bind(feed).execute(&mut **tx).await?;
    let (starts, ends): (Vec<SqlTimestamp>, Vec<SqlTimestamp>) = periods.iter().map(|p| (p.start.to_sqlx(), p.end.to_sqlx())).unzip();
    sqlx::query(
        "INSERT INTO busy_periods (feed_id, specialist_id, during)
         SELECT $1, $2, tstzrange(x.starts_at, x.ends_at) FROM unnest($3::timestamptz[], $4::timestamptz[]) x(starts_at, ends_at)",
    )
    .bind(feed)
    .bind(owner.0)
    .bind(starts)
    .bind(ends)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Calendars due for another try; they are noted as tried, so that no other node takes them too.
pub async fn take_due(tx: &mut Tx, now: Timestamp) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sqlx::query_as("UPDATE busy_feeds SET tried_at = $1 WHERE tried_at <= $2 RETURNING id")
        .bind(now.to_sqlx())
        .bind((now - EVERY).to_sqlx())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether `id` is one of the specialist's calendars.
pub async fn is_mine(tx: &mut Tx, me: PersonId, id: Uuid) -> Result<bool> {
    let (there,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM busy_feeds WHERE id = $1 AND specialist_id = $2)")
        .bind(id)
        .bind(me.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(there)
}

fn place(feed: Uuid) -> Place<'static> {
    Place { table: "busy_feeds", column: "url_sealed", row: feed }
}
