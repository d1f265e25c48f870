//! Reminders: a day, an hour and ten minutes before, to each of the two as they chose, outside their quiet hours. The mail carries the link to the room.

use domain::{
    booking::reminders::due,
    ids::{AppointmentId, PersonId},
};
use jiff::Timestamp;
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};

use super::notify::{MailRow, moment, parties, read};
use crate::{
    identity::wishes::wishes,
    kernel::{app::App, error::Result},
    notifications::{NewMail, To, enqueue_mail},
};

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    appointment: AppointmentId,
    sequence: i32,
    minutes: i32,
    /// Absent: both. Present: the one for whom it had to wait.
    person: Option<PersonId>,
}

/// Asks for the reminder of `minutes` before, unless its moment has passed. The key's prefix `reminder:<appointment>:` withdraws all of them.
pub(super) async fn ask(tx: &mut Tx, app: &App, row: &MailRow, minutes: i32) -> Result<()> {
    let now = app.now();
    let Some(run_at) = moment(row.starts_at.to_jiff(), minutes, now) else { return Ok(()) };
    let payload = Payload { appointment: AppointmentId(row.id), sequence: row.ical_sequence, minutes, person: None };
    enqueue(tx, now, &payload, run_at).await
}

async fn enqueue(tx: &mut Tx, now: Timestamp, payload: &Payload, run_at: Timestamp) -> Result<()> {
    let Payload { appointment, sequence, minutes, person } = payload;
    let whose = person.map_or(String::new(), |p| format!(":{p}"));
    let new = NewJob {
        kind: "booking.remind",
        payload: jobs::payload(payload),
        unique_key: Some(format!("reminder:{appointment}:{sequence}:{minutes}{whose}")),
        run_at,
    };
    jobs::enqueue(tx, now, new).await?;
    Ok(())
}

/// Does the job `booking.remind`.
pub(super) async fn run(app: &App, payload: &serde_json::Value) -> anyhow::Result<()> {
    let asked: Payload = serde_json::from_value(payload.clone())?;
    remind(app, &asked).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn remind(app: &App, asked: &Payload) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let Some(row) = read(&mut tx, asked.appointment).await? else { return Ok(()) };
    let start = row.starts_at.to_jiff();
    // Moved or called off in the meantime, or the worker was away until it began.
    if row.status != "booked" || row.ical_sequence != asked.sequence || start <= now {
        return Ok(());
    }
    for party in parties(app, &row) {
        if asked.person.is_some_and(|only| only != party.person) {
            continue;
        }
        let Some(wishes) = wishes(&mut tx, party.person).await? else { continue };
        if !wishes.reminders_min.contains(&asked.minutes) {
            continue;
        }
        let (quiet, zone) = (wishes.quiet(), wishes.zone());
        // As of the moment when the reminder is meant to come, not of this worker's.
        let meant = moment(start, asked.minutes, Timestamp::MIN).unwrap_or(now);
        match due(start, asked.minutes, meant, quiet, &zone) {
            Some(at) if at > now => {
                let later = Payload { person: Some(party.person), appointment: asked.appointment, ..*asked };
                enqueue(&mut tx, now, &later, at).await?;
            }
            Some(_) => {
                let template = if party.is_specialist { "work_reminder" } else { "reminder" };
                let mail = NewMail::new(To::Person(party.person), template)
                    .params(row.params(party.locale))
                    .chosen()
                    .once(format!("mail:{}:{}:reminder:{}:{}", row.id, row.ical_sequence, asked.minutes, party.person));
                enqueue_mail(&mut tx, app, mail).await?;
            }
            None => {}
        }
    }
    tx.commit().await?;
    Ok(())
}
