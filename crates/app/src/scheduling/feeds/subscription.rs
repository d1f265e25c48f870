//! One's consultations as a calendar feed under a secret address. Who has the address sees when, never with whom.

use domain::{ids::PersonId, text::Locale};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{
    calendar::{Event, Feed, Status},
    crypto::token_hash,
    db::{DbActor, DbRole, Tx},
};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::{
    app::App,
    error::{Error, Result},
    messages,
};

/// How far back the feed reaches; calendars keep what they have read.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 60);
/// How often a calendar is asked to look, in minutes.
const REFRESH_MIN: u32 = 15;

/// A new secret address. It is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSubscription {
    pub url: String,
    pub created_at: String,
}

/// That there is a secret address.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    pub created_at: String,
    /// When a calendar last read it.
    pub read_at: Option<String>,
}

/// Makes a secret address; an earlier one stops working.
pub async fn make(tx: &mut Tx, app: &App, me: PersonId) -> Result<NewSubscription> {
    let (token, now) = (app.new_token(), app.now());
    sqlx::query(
        "INSERT INTO calendar_feeds (person_id, token_hash, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (person_id) DO UPDATE SET token_hash = $2, created_at = $3, read_at = NULL",
    )
    .bind(me.0)
    .bind(token_hash(&token))
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(NewSubscription { url: app.url(&format!("/calendar/{token}.ics")), created_at: now.to_string() })
}

/// Makes the address stop working. Not found if there is none.
pub async fn revoke(tx: &mut Tx, me: PersonId) -> Result<()> {
    let gone = sqlx::query("DELETE FROM calendar_feeds WHERE person_id = $1").bind(me.0).execute(&mut **tx).await?.rows_affected();
    if gone == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// Whether there is an address.
pub async fn find(tx: &mut Tx, me: PersonId) -> Result<Option<Subscription>> {
    let row: Option<(SqlTimestamp, Option<SqlTimestamp>)> =
        sqlx::query_as("SELECT created_at, read_at FROM calendar_feeds WHERE person_id = $1").bind(me.0).fetch_optional(&mut **tx).await?;
    Ok(row.map(|(created_at, read_at)| Subscription {
        created_at: created_at.to_jiff().to_string(),
        read_at: read_at.map(|at| at.to_jiff().to_string()),
    }))
}

/// The calendar behind a secret address, as an iCalendar stream. Not found if the address is wrong or was revoked.
pub async fn read(app: &App, token: &str) -> Result<String> {
    let now = app.now();
    // Who it is decides the rights; until then nobody acts.
    let (owner,): (Option<Uuid>,) = sqlx::query_as("SELECT app.open_calendar_feed($1, $2)")
        .bind(token_hash(token))
        .bind(now.to_sqlx())
        .fetch_one(app.db.pool())
        .await?;
    let owner = owner.ok_or_else(Error::not_found)?;
    let mut tx = app.db.begin(&DbActor { role: DbRole::Specialist, person: Some(owner), capabilities: String::new() }).await?;
    let (locale,): (String,) = sqlx::query_as("SELECT locale FROM people WHERE id = $1").bind(owner).fetch_one(&mut *tx).await?;
    let visits = visits(&mut tx, owner, now).await?;
    tx.commit().await?;
    let locale = locale.parse().unwrap_or(app.default_locale());
    Ok(write(app, locale, &visits))
}

struct Visit {
    uid: String,
    start: Timestamp,
    end: Timestamp,
    stamp: Timestamp,
    sequence: u32,
    is_canceled: bool,
}

async fn visits(tx: &mut Tx, owner: Uuid, now: Timestamp) -> Result<Vec<Visit>> {
    let rows: Vec<(Uuid, SqlTimestamp, SqlTimestamp, SqlTimestamp, i32, bool)> = sqlx::query_as(
        "SELECT id, starts_at, ends_at, coalesce(canceled_at, changed_at, booked_at, created_at), ical_sequence, status = 'canceled'
         FROM appointments WHERE specialist_id = $1 AND status IN ('booked', 'completed', 'canceled') AND starts_at > $2
         ORDER BY starts_at, id LIMIT 5000",
    )
    .bind(owner)
    .bind((now - BACK).to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, start, end, stamp, sequence, is_canceled)| Visit {
            uid: id.to_string(),
            start: start.to_jiff(),
            end: end.to_jiff(),
            stamp: stamp.to_jiff(),
            sequence: u32::try_from(sequence).unwrap_or(0),
            is_canceled,
        })
        .collect())
}

fn write(app: &App, locale: Locale, visits: &[Visit]) -> String {
    let text = |key| messages::text(locale, key, &Map::new());
    // Others may see a work calendar: the title says what, never with whom, and no link leads into the room.
    let (summary, name) = (text("schedule.ics_title"), text("schedule.ics_name"));
    let from = app.mailer.from_address();
    let host = from.rsplit('@').next().unwrap_or("localhost");
    // The same UID as in the mailed invitation: a calendar that gets both shows one entry (RFC 5545 §3.8.4.7).
    let uids: Vec<_> = visits.iter().map(|visit| format!("{}@{host}", visit.uid)).collect();
    let events: Vec<_> = visits
        .iter()
        .zip(&uids)
        .map(|(visit, uid)| Event {
            uid,
            sequence: visit.sequence,
            stamp: visit.stamp,
            start: visit.start,
            end: visit.end,
            summary: &summary,
            description: None,
            location: None,
            url: None,
            status: if visit.is_canceled { Status::Cancelled } else { Status::Confirmed },
        })
        .collect();
    Feed { name: &name, refresh_minutes: REFRESH_MIN, events: &events }.to_ics()
}
