//! Changing one's hours. Bookings stay as they are; the answer names those that now lie outside.

use domain::{
    ids::PersonId,
    scheduling::{SpecialistAvailability, Window, availability},
    text::{Locale, Localized},
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    offer::changed,
    opened::{ask_to_offer_opened, bookable},
    settings::{ScheduleSettings, Sound, stored_hours},
    sql::{self, ScheduleRow},
};
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// What a change of hours does, or would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScheduleChange {
    /// As saved; in a preview as it would be.
    pub schedule: ScheduleSettings,
    /// Booked consultations that lie outside the hours, soonest first. They stay booked.
    pub touched: Vec<TouchedBooking>,
}

/// A booked consultation that lies outside the hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TouchedBooking {
    pub appointment_id: Uuid,
    pub starts_at: String,
    pub ends_at: String,
    pub client_name: String,
    pub category: String,
    /// It lay outside already before this change.
    pub was_outside: bool,
}

/// What is set now, or what one begins with.
pub async fn read(tx: &mut Tx, me: PersonId, my_zone: &str, now: Timestamp) -> Result<ScheduleSettings> {
    Ok(stored(tx, me, now).await?.map_or_else(|| ScheduleSettings::unset(my_zone), |row| ScheduleSettings::from(&row)))
}

/// What `settings` would do, without doing it.
pub async fn preview(tx: &mut Tx, me: PersonId, settings: ScheduleSettings, now: Timestamp, locale: Locale) -> Result<ScheduleChange> {
    let sound = settings.check(now)?;
    let before = stored(tx, me, now).await?.map(|row| stored_hours(&row)).transpose()?;
    let touched = touched(tx, me, before.as_ref(), &sound.availability, now, locale).await?;
    Ok(ScheduleChange { schedule: settings, touched })
}

/// Saves `settings`.
pub async fn save(tx: &mut Tx, app: &App, me: PersonId, settings: ScheduleSettings, locale: Locale) -> Result<ScheduleChange> {
    let now = app.now();
    let sound = settings.check(now)?;
    let version = sql::lock(tx, me.0).await?.unwrap_or(0);
    if version != settings.version {
        return Err(Error::conflict("schedule_changed_elsewhere"));
    }
    if version == 0 {
        create(tx, me, &settings.time_zone).await?;
    }
    let before = stored(tx, me, now).await?;
    let former = bookable(tx, now, me).await?;
    write(tx, app, me, &settings, &sound).await?;
    if before.as_ref().is_some_and(|row| row.time_zone != settings.time_zone) {
        read_feeds_again(tx, me, now).await?;
    }
    let before = before.filter(|_| version > 0).map(|row| stored_hours(&row)).transpose()?;
    let touched = touched(tx, me, before.as_ref(), &sound.availability, now, locale).await?;
    ask_to_offer_opened(tx, now, me, &former).await?;
    changed(tx, me).await?;
    let schedule = stored(tx, me, now).await?.ok_or_else(Error::not_found)?;
    Ok(ScheduleChange { schedule: ScheduleSettings::from(&schedule), touched })
}

async fn stored(tx: &mut Tx, me: PersonId, now: Timestamp) -> Result<Option<ScheduleRow>> {
    Ok(sql::schedules(tx, &[me.0], now, now).await?.pop())
}

async fn create(tx: &mut Tx, me: PersonId, time_zone: &str) -> Result<()> {
    let (has_card,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM specialists WHERE person_id = $1)").bind(me.0).fetch_one(&mut **tx).await?;
    if !has_card {
        return Err(Error::conflict("card_first"));
    }
    let is_first = sqlx::query("INSERT INTO schedules (specialist_id, time_zone, version) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING")
        .bind(me.0)
        .bind(time_zone)
        .execute(&mut **tx)
        .await?
        .rows_affected()
        == 1;
    if is_first { Ok(()) } else { Err(Error::conflict("schedule_changed_elsewhere")) }
}

/// Writes the whole of it: the lists are small, and a difference would only be another thing to get wrong.
async fn write(tx: &mut Tx, app: &App, me: PersonId, settings: &ScheduleSettings, sound: &Sound) -> Result<()> {
    sqlx::query(
        "UPDATE schedules SET time_zone = $2, buffer_before_min = $3, buffer_after_min = $4, min_notice_min = $5, rolling_days = $6,
                max_per_day = $7, max_per_week = $8, max_minutes_per_day = $9, version = version + 1 WHERE specialist_id = $1",
    )
    .bind(me.0)
    .bind(&settings.time_zone)
    .bind(settings.buffer_before_min)
    .bind(settings.buffer_after_min)
    .bind(settings.min_notice_min)
    .bind(settings.rolling_days)
    .bind(settings.max_per_day)
    .bind(settings.max_per_week)
    .bind(settings.max_minutes_per_day)
    .execute(&mut **tx)
    .await?;
    for table in ["schedule_rules", "schedule_overrides", "leaves", "travel_periods"] {
        let forget = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE specialist_id = $1"));
        sqlx::query(forget).bind(me.0).execute(&mut **tx).await?;
    }
    let with_ids = |rows: Vec<Value>| -> Value {
        rows.into_iter()
            .enumerate()
            .map(|(position, mut row)| {
                // Ids made in one millisecond do not sort.
                (row["id"], row["position"]) = (json!(app.new_id()), json!(position));
                row
            })
            .collect()
    };
    let lists = [
        (
            "INSERT INTO schedule_rules (id, specialist_id, days, start_time, end_time, end_day_offset, position)
             SELECT x.id, $1, x.days, x.start_time, x.end_time, x.end_day_offset, x.position
             FROM jsonb_to_recordset($2) x(id uuid, days text[], start_time text, end_time text, end_day_offset int, position int)",
            with_ids(sound.rules.iter().map(|r| json!(r)).collect()),
        ),
        (
            "INSERT INTO schedule_overrides (specialist_id, date, intervals)
             SELECT $1, x.date, x.intervals FROM jsonb_to_recordset($2) x(date date, intervals jsonb)",
            json!(sound.overrides),
        ),
        (
            "INSERT INTO leaves (id, specialist_id, from_date, to_date)
             SELECT x.id, $1, x.from_date, x.to_date FROM jsonb_to_recordset($2) x(id uuid, from_date date, to_date date)",
            with_ids(sound.leaves.iter().map(|l| json!(l)).collect()),
        ),
        (
            "INSERT INTO travel_periods (id, specialist_id, from_date, to_date, time_zone)
             SELECT x.id, $1, x.from_date, x.to_date, x.time_zone
             FROM jsonb_to_recordset($2) x(id uuid, from_date date, to_date date, time_zone text)",
            with_ids(sound.travel.iter().map(|t| json!(t)).collect()),
        ),
    ];
    for (insert, rows) in lists {
        sqlx::query(insert).bind(me.0).bind(rows).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Times without a zone in foreign calendars are meant where the specialist lives.
async fn read_feeds_again(tx: &mut Tx, me: PersonId, now: Timestamp) -> Result<()> {
    let feeds: Vec<(Uuid,)> = sqlx::query_as("UPDATE busy_feeds SET expanded_at = NULL WHERE specialist_id = $1 RETURNING id")
        .bind(me.0)
        .fetch_all(&mut **tx)
        .await?;
    for (feed,) in feeds {
        let job = NewJob { kind: "scheduling.fetch_feed", payload: json!({ "feed_id": feed }), unique_key: None, run_at: now };
        jobs::enqueue(tx, now, job).await?;
    }
    Ok(())
}

async fn touched(
    tx: &mut Tx,
    me: PersonId,
    before: Option<&SpecialistAvailability>,
    after: &SpecialistAvailability,
    now: Timestamp,
    locale: Locale,
) -> Result<Vec<TouchedBooking>> {
    let rows: Vec<(Uuid, SqlTimestamp, SqlTimestamp, String, Json<Localized>)> = sqlx::query_as(
        "SELECT a.id, a.starts_at, a.ends_at, p.display_name, c.name
         FROM appointments a JOIN people p ON p.id = a.employee_id JOIN categories c ON c.id = a.category_id
         WHERE a.specialist_id = $1 AND a.status = 'booked' AND a.ends_at > $2 AND a.starts_at > $2 - interval '12 hours'
         ORDER BY a.starts_at",
    )
    .bind(me.0)
    .bind(now.to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    let mut found = Vec::new();
    for (id, start, end, client_name, category) in rows {
        let (start, end) = (start.to_jiff(), end.to_jiff());
        if is_within(after, start, end)? {
            continue;
        }
        let was_outside = before.map(|hours| is_within(hours, start, end)).transpose()? == Some(false);
        found.push(TouchedBooking {
            appointment_id: id,
            starts_at: start.to_string(),
            ends_at: end.to_string(),
            client_name,
            category: category.get(locale).to_owned(),
            was_outside,
        });
    }
    Ok(found)
}

/// Whether `[start, end)` lies in one stretch of open time.
fn is_within(hours: &SpecialistAvailability, start: Timestamp, end: Timestamp) -> Result<bool> {
    let window = Window::new(start, end).map_err(Error::internal)?;
    Ok(availability(hours, window).iter().any(|open| open.start <= start && end <= open.end))
}
