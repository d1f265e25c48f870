//! The specialist's own calendar: open hours, bookings, and what else fills the days.

use domain::{
    ids::PersonId,
    scheduling::{Busy, BusyKind, Window, availability},
    text::{Locale, Localized},
    time::{Date, WallTime, Zone, instant_of, local_date},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde::Serialize;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::schedule::{Schedule, dates, load};
use crate::kernel::error::{Error, Result};

/// A stretch of the specialist's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// The specialist's home zone.
    pub time_zone: String,
    /// The server's present instant.
    pub now: String,
    /// The local date of the present, where the specialist is.
    pub today: String,
    pub days: Vec<CalendarDay>,
    /// Consultations, soonest first; canceled ones are not among them.
    pub bookings: Vec<CalendarBooking>,
    /// What else is taken: nobody's name, no title.
    pub busy: Vec<CalendarBusy>,
}

/// One date, as the clocks show it where the specialist is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDay {
    pub date: String,
    /// The zone of this date: another than the home zone while travelling.
    pub time_zone: String,
    /// When the date begins; it need not last 24 hours.
    pub starts_at: String,
    pub ends_at: String,
    /// `weekly` hours, hours of its `own`, or `leave`.
    pub kind: &'static str,
    /// Open hours that meet the date, cut to it.
    pub open: Vec<CalendarSpan>,
}

/// From when to when.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarSpan {
    pub starts_at: String,
    pub ends_at: String,
}

/// A consultation in the specialist's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarBooking {
    pub appointment_id: Uuid,
    pub starts_at: String,
    pub ends_at: String,
    /// When it was to end, if it was ended before its time: it ended at `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_ends_at: Option<String>,
    pub client_id: Uuid,
    pub client_name: String,
    pub category: String,
    /// `video`, `audio` or `chat`.
    pub format: String,
    /// `booked` or `completed`.
    pub status: String,
    /// What became of a completed one, as in an appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Taken time without a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarBusy {
    pub starts_at: String,
    pub ends_at: String,
    /// `external`: another calendar. `hold`: somebody is just deciding.
    pub kind: &'static str,
}

/// The most days that are shown at once.
pub const DAYS_MAX: usize = 42;

/// The calendar of the dates from `from` to `to`, both inclusive and at most [`DAYS_MAX`]. Without a schedule all dates are closed.
pub async fn calendar(
    tx: &mut Tx,
    me: PersonId,
    my_zone: &str,
    from: Date,
    to: Date,
    now: Timestamp,
    locale: Locale,
) -> Result<CalendarView> {
    // Dates of other zones reach beyond those of UTC; the days below are cut to what they are.
    let margin = SignedDuration::from_hours(30);
    let utc = |date| instant_of(&Zone::UTC, date, WallTime::MIDNIGHT);
    let window = Window::new(utc(from) - margin, utc(to) + margin * 2).map_err(|_| Error::field("?from", "date_too_far"))?;
    let loaded = load(tx, now, me, window).await?;
    let home = loaded.as_ref().map_or_else(|| Zone::parse(my_zone).unwrap_or(Zone::UTC), |s| s.availability.zone.clone());
    let mut bookings = bookings(tx, me, window).await?;
    let (open, mut busy): (_, Vec<Busy>) = match &loaded {
        Some(schedule) => {
            let taken = schedule.taken.len();
            let is_hold = |i: usize| i < taken && !bookings.iter().any(|b| b.id == schedule.taken[i].0);
            let busy = schedule.availability.busy.iter().enumerate();
            let busy = busy.filter(|(i, b)| b.kind == BusyKind::External || is_hold(*i)).map(|(_, b)| *b);
            (availability(&schedule.availability, window), busy.collect())
        }
        None => (Vec::new(), Vec::new()),
    };
    let zone_of = |date| loaded.as_ref().map_or(&home, |s| s.availability.zone_on(date));
    let begin = |date| instant_of(zone_of(date), date, WallTime::MIDNIGHT);
    let end = |date| instant_of(zone_of(date), date, WallTime::END_OF_DAY);
    bookings.retain(|b| begin(from) < b.end && b.start < end(to));
    busy.retain(|b| begin(from) < b.end && b.start < end(to));
    let days = dates(from, to).map(|date| {
        let (begin, end) = (begin(date), end(date));
        CalendarDay {
            date: date.to_string(),
            time_zone: zone_of(date).name().to_owned(),
            starts_at: begin.to_string(),
            ends_at: end.to_string(),
            kind: loaded.as_ref().map_or("weekly", |s| kind_of(s, date)),
            open: (open.iter())
                .filter(|span| span.start < end && begin < span.end)
                .map(|span| CalendarSpan { starts_at: span.start.max(begin).to_string(), ends_at: span.end.min(end).to_string() })
                .collect(),
        }
    });
    let here = loaded.as_ref().map_or(&home, |s| s.availability.zone_at(now));
    Ok(CalendarView {
        now: now.to_string(),
        today: local_date(here, now).to_string(),
        days: days.collect(),
        time_zone: home.name().to_owned(),
        bookings: bookings.into_iter().map(|b| b.shown(locale)).collect(),
        busy: (busy.iter())
            .map(|b| CalendarBusy {
                starts_at: b.start.to_string(),
                ends_at: b.end.to_string(),
                kind: if b.kind == BusyKind::External { "external" } else { "hold" },
            })
            .collect(),
    })
}

fn kind_of(schedule: &Schedule, date: Date) -> &'static str {
    if schedule.leaves.iter().any(|(first, last)| *first <= date && date <= *last) {
        "leave"
    } else if schedule.availability.overrides.iter().any(|o| o.date == date) {
        "own"
    } else {
        "weekly"
    }
}

/// A consultation as it is read.
struct Booked {
    id: Uuid,
    start: Timestamp,
    end: Timestamp,
    planned_end: Option<Timestamp>,
    client_id: Uuid,
    client_name: String,
    category: Localized,
    format: String,
    status: String,
    outcome: Option<String>,
}

impl Booked {
    fn shown(self, locale: Locale) -> CalendarBooking {
        CalendarBooking {
            appointment_id: self.id,
            starts_at: self.start.to_string(),
            ends_at: self.end.to_string(),
            planned_ends_at: self.planned_end.map(|at| at.to_string()),
            client_id: self.client_id,
            client_name: self.client_name,
            category: self.category.get(locale).to_owned(),
            format: self.format,
            status: self.status,
            outcome: self.outcome,
        }
    }
}

/// A [`Booked`] as the database has it.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    starts_at: SqlTimestamp,
    ends_at: SqlTimestamp,
    planned_ends_at: Option<SqlTimestamp>,
    client_id: Uuid,
    client_name: String,
    category: Json<Localized>,
    format: String,
    status: String,
    outcome: Option<String>,
}

async fn bookings(tx: &mut Tx, me: PersonId, window: Window) -> Result<Vec<Booked>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.starts_at, a.ends_at, a.planned_ends_at, a.employee_id AS client_id, p.display_name AS client_name, c.name AS category, a.format,
                a.status, o.outcome
         FROM appointments a JOIN people p ON p.id = a.employee_id JOIN categories c ON c.id = a.category_id
         LEFT JOIN session_outcomes o ON o.appointment_id = a.id
         WHERE a.specialist_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND a.status IN ('booked', 'completed') ORDER BY a.starts_at",
    )
    .bind(me.0)
    .bind(window.from().to_sqlx())
    .bind(window.to().to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Booked {
            id: row.id,
            start: row.starts_at.to_jiff(),
            end: row.ends_at.to_jiff(),
            planned_end: row.planned_ends_at.map(SqlTimestamp::to_jiff),
            client_id: row.client_id,
            client_name: row.client_name,
            category: row.category.0,
            format: row.format,
            status: row.status,
            outcome: row.outcome,
        })
        .collect())
}
