//! Reading schedules as they are stored: one statement for one specialist or for many.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::error::Result;

/// Everything about one specialist's time.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct ScheduleRow {
    pub specialist_id: Uuid,
    pub is_published: bool,
    pub time_zone: String,
    pub buffer_before_min: i32,
    pub buffer_after_min: i32,
    pub min_notice_min: i32,
    pub rolling_days: i32,
    pub max_per_day: Option<i32>,
    pub max_per_week: Option<i32>,
    pub max_minutes_per_day: Option<i32>,
    pub version: i64,
    pub rules: Json<Vec<RuleRow>>,
    pub overrides: Json<Vec<OverrideRow>>,
    pub leaves: Json<Vec<LeaveRow>>,
    pub travel: Json<Vec<TravelRow>>,
    pub offers: Json<Vec<OfferRow>>,
    pub taken: Json<Vec<TakenRow>>,
    pub external: Json<Vec<ExternalRow>>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RuleRow {
    pub days: Vec<String>,
    pub start_time: String,
    pub end_time: String,
    pub end_day_offset: i32,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct OverrideRow {
    pub date: Date,
    pub intervals: Vec<HoursRow>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct HoursRow {
    pub start: String,
    pub end: String,
    #[serde(default)]
    pub end_day_offset: i32,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct LeaveRow {
    pub from_date: Date,
    pub to_date: Date,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TravelRow {
    pub from_date: Date,
    pub to_date: Option<Date>,
    pub time_zone: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfferRow {
    pub id: Uuid,
    pub session_lengths_min: Vec<u16>,
    pub interval_min: u16,
    pub buffer_policy: String,
    pub alignment: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct TakenRow {
    pub id: Uuid,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub buffer_before_min: u32,
    pub buffer_after_min: u32,
    pub hold_expires_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ExternalRow {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// What fills the calendar is read somewhat beyond the window: a slot's length and two buffers reach at most a day and a bit; limits by the week
/// need all bookings of the weeks that the window touches.
const SCHEDULES: &str = "
    SELECT s.specialist_id, p.status = 'published' AS is_published, s.time_zone, s.buffer_before_min, s.buffer_after_min, s.min_notice_min,
           s.rolling_days, s.max_per_day, s.max_per_week, s.max_minutes_per_day, s.version,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT r.days, r.start_time, r.end_time, r.end_day_offset FROM schedule_rules r WHERE r.specialist_id = s.specialist_id ORDER BY r.position, r.id
       ) x) AS rules,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT o.date, o.intervals FROM schedule_overrides o WHERE o.specialist_id = s.specialist_id ORDER BY o.date
       ) x) AS overrides,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT l.from_date, l.to_date FROM leaves l WHERE l.specialist_id = s.specialist_id ORDER BY l.from_date, l.id
       ) x) AS leaves,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT t.from_date, t.to_date, t.time_zone FROM travel_periods t WHERE t.specialist_id = s.specialist_id ORDER BY t.from_date, t.id
       ) x) AS travel,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT c.id, c.session_lengths_min, c.interval_min, c.buffer_policy, c.alignment
         FROM specialist_categories sc JOIN categories c ON c.id = sc.category_id
         WHERE sc.specialist_id = s.specialist_id AND c.status = 'published'
       ) x) AS offers,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT * FROM app.taken(s.specialist_id, $2 - reach.by, $3 + reach.by) ORDER BY 2
       ) x) AS taken,
      (SELECT coalesce(json_agg(x), '[]') FROM (
         SELECT lower(b.during) AS starts_at, upper(b.during) AS ends_at FROM busy_periods b
         WHERE b.specialist_id = s.specialist_id AND lower(b.during) < $3 + reach.by AND upper(b.during) > $2 - reach.by
         ORDER BY 1
       ) x) AS external
    FROM schedules s
    JOIN specialists p ON p.person_id = s.specialist_id
    CROSS JOIN LATERAL (SELECT CASE WHEN s.max_per_week IS NULL THEN interval '2 days' ELSE interval '9 days' END AS by) reach
    WHERE s.specialist_id = ANY($1)";

/// The schedules of those of `specialists` who have one and whom the transaction's actor may see.
pub(super) async fn schedules(tx: &mut Tx, specialists: &[Uuid], from: Timestamp, to: Timestamp) -> Result<Vec<ScheduleRow>> {
    Ok(sqlx::query_as(SCHEDULES).bind(specialists).bind(from.to_sqlx()).bind(to.to_sqlx()).fetch_all(&mut **tx).await?)
}

/// Locks the schedule's row until the transaction ends. Tells its version; none if there is no schedule.
pub(super) async fn lock(tx: &mut Tx, specialist: Uuid) -> Result<Option<i64>> {
    // Not FOR UPDATE: that would also stop inserts of rows which refer to the schedule.
    let row: Option<(i64,)> = sqlx::query_as("SELECT version FROM schedules WHERE specialist_id = $1 FOR NO KEY UPDATE")
        .bind(specialist)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|(version,)| version))
}
