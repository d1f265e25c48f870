//! Telling both by mail what happened to an appointment, and setting their reminders. Asked for by one job in the transaction of the change; the mails
//! are written from what is then in the database, under the system's rights, for neither may read the other's address.

use domain::{
    booking::{By, reminders::CHOICES_MIN},
    ids::{AppointmentId, PersonId},
    text::{Locale, Localized},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    invite::{Entry, Invited, invitation},
    remind,
};
use crate::{
    identity,
    kernel::{app::App, error::Result},
    notifications::{NewMail, To, enqueue_mail},
};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    Booked,
    Moved,
    Canceled,
}

impl Event {
    const fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Canceled => "canceled",
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    appointment: AppointmentId,
    sequence: u32,
    event: Event,
    by: String,
}

/// Asks for both to be told, in the transaction of the change.
pub(super) async fn ask(tx: &mut Tx, now: Timestamp, appointment: AppointmentId, sequence: u32, event: Event, by: By) -> Result<()> {
    let new = NewJob {
        kind: "booking.notify",
        payload: jobs::payload(&Payload { appointment, sequence, event, by: by.name().to_owned() }),
        unique_key: Some(format!("notify:{appointment}:{sequence}:{}", event.name())),
        run_at: now,
    };
    jobs::enqueue(tx, now, new).await?;
    Ok(())
}

/// An appointment as mails need it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct MailRow {
    pub id: Uuid,
    pub status: String,
    pub starts_at: SqlTimestamp,
    pub ends_at: SqlTimestamp,
    pub moved_from: Option<SqlTimestamp>,
    pub hold_expires_at: Option<SqlTimestamp>,
    pub ical_sequence: i32,
    pub cancel_counted: Option<bool>,
    pub category_name: Json<Localized>,
    pub employee_id: Uuid,
    pub employee_name: String,
    pub employee_locale: String,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    pub specialist_locale: String,
}

/// Reads it in a system transaction, so that it does not change until that ends.
pub(super) async fn read(tx: &mut Tx, id: AppointmentId) -> Result<Option<MailRow>> {
    Ok(sqlx::query_as(
        "SELECT a.id, a.status, a.starts_at, a.ends_at, a.moved_from, a.hold_expires_at, a.ical_sequence, a.cancel_counted, c.name AS category_name,
                a.employee_id, e.display_name AS employee_name, e.locale AS employee_locale,
                a.specialist_id, s.display_name AS specialist_name, s.locale AS specialist_locale
         FROM appointments a
         JOIN categories c ON c.id = a.category_id
         JOIN people e ON e.id = a.employee_id
         JOIN people s ON s.id = a.specialist_id
         WHERE a.id = $1 FOR SHARE OF a",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?)
}

impl MailRow {
    fn entry(&self) -> Entry {
        Entry {
            appointment: self.id,
            sequence: self.ical_sequence,
            start: self.starts_at.to_jiff(),
            end: self.ends_at.to_jiff(),
            is_canceled: self.status == "canceled",
        }
    }

    /// Values every mail about an appointment may use. Who it is with, for the employee; never who came, for the specialist.
    pub fn params(&self, locale: Locale) -> serde_json::Value {
        json!({
            "appointment_id": self.id,
            "starts_at": self.starts_at.to_jiff().to_string(),
            "moved_from": self.moved_from.map(|at| at.to_jiff().to_string()),
            "held_until": self.hold_expires_at.map(|at| at.to_jiff().to_string()),
            "category": self.category_name.0.get(locale),
            "specialist": self.specialist_name,
            "counted": self.cancel_counted == Some(true),
        })
    }
}

/// One of the two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Party<'a> {
    pub person: PersonId,
    pub name: &'a str,
    pub locale: Locale,
    pub is_specialist: bool,
}

/// Both, the employee first.
pub(super) fn parties<'a>(app: &App, row: &'a MailRow) -> [Party<'a>; 2] {
    let locale = |tag: &str| tag.parse().unwrap_or(app.default_locale());
    [
        Party { person: PersonId(row.employee_id), name: &row.employee_name, locale: locale(&row.employee_locale), is_specialist: false },
        Party {
            person: PersonId(row.specialist_id),
            name: &row.specialist_name,
            locale: locale(&row.specialist_locale),
            is_specialist: true,
        },
    ]
}

/// Does the job `booking.notify`.
pub(super) async fn run(app: &App, payload: &serde_json::Value) -> anyhow::Result<()> {
    let asked: Payload = serde_json::from_value(payload.clone())?;
    tell(app, &asked).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn tell(app: &App, asked: &Payload) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let Some(row) = read(&mut tx, asked.appointment).await? else { return Ok(()) };
    let status = if asked.event == Event::Canceled { "canceled" } else { "booked" };
    // Something newer happened, which has its own mail.
    if row.status != status || u32::try_from(row.ical_sequence) != Ok(asked.sequence) {
        return Ok(());
    }
    for party in parties(app, &row) {
        let template = template(asked, party.is_specialist);
        let Some(email) = identity::email::mailbox_of(&mut tx, app, party.person).await? else { continue };
        let invited = Invited { name: party.name, email: &email, locale: party.locale };
        let mail = NewMail::new(To::Person(party.person), &template)
            .params(row.params(party.locale))
            .calendar(invitation(app, &row.entry(), invited))
            .once(format!("mail:{}:{}:{}:{}", row.id, row.ical_sequence, asked.event.name(), party.person));
        enqueue_mail(&mut tx, app, mail).await?;
    }
    if asked.event != Event::Canceled {
        for minutes in CHOICES_MIN {
            remind::ask(&mut tx, app, &row, minutes).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whoever did it is told what they did; the other is told with a word of regret if it was called off.
fn template(asked: &Payload, is_specialist: bool) -> String {
    let name = match (asked.event, is_specialist) {
        (Event::Booked, false) => "booked",
        (Event::Booked, true) => "work_booked",
        (Event::Moved, false) if asked.by == "employee" => "moved",
        (Event::Moved, false) => "moved_for_you",
        (Event::Moved, true) => "work_moved",
        (Event::Canceled, false) if asked.by == "employee" => "canceled",
        (Event::Canceled, false) => "canceled_for_you",
        (Event::Canceled, true) => "work_canceled",
    };
    name.to_owned()
}

/// When a reminder of `minutes` before comes due, if that is still ahead.
pub(super) fn moment(start: Timestamp, minutes: i32, now: Timestamp) -> Option<Timestamp> {
    start.checked_sub(SignedDuration::from_mins(i64::from(minutes))).ok().filter(|at| *at >= now)
}
