//! A freed time is held for the first in line whom it fits, for half an hour; if they let it pass, for the next.

use domain::{
    booking::{
        Format, OFFER, Visit,
        waiting::{fits, start_to_offer},
    },
    ids::PersonId,
    scheduling::Window,
};
use jiff::{SignedDuration, Timestamp};
use platform::jobs::{self, NewJob};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    notify::{self, parties},
    sql::{
        appointments::take_turn,
        waiting::{self as sql, InLine},
    },
    take::{Wish, take},
};
use crate::{
    identity::wishes::wishes,
    kernel::{
        app::App,
        audit::{self, Entry},
        error::{Error, Kind, Result},
        live,
    },
    notifications::{NewMail, To, enqueue_mail},
    scheduling,
};

/// What was freed, or opened anew by the specialist.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Payload {
    specialist: PersonId,
    from: Timestamp,
    to: Timestamp,
}

impl Payload {
    fn span(&self) -> Visit {
        Visit { start: self.from, end: self.to }
    }
}

/// Does the job `booking.offer_freed`.
pub(super) async fn run(app: &App, payload: &serde_json::Value) -> anyhow::Result<()> {
    let asked: Payload = serde_json::from_value(payload.clone())?;
    offer(app, &asked).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn offer(app: &App, asked: &Payload) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let Some(freed) = sql::freed(&mut tx, asked.specialist).await? else { return Ok(()) };
    let line = sql::line(&mut tx, &freed, asked.span(), now).await?;
    let mut quiet_until: Option<Timestamp> = None;
    let mut ready = Vec::new();
    for person in line.into_iter().filter(|p| fits(&p.wants, &freed, now)) {
        match quiet(&mut tx, person.employee, now).await? {
            Some(until) => quiet_until = Some(quiet_until.map_or(until, |earlier| earlier.min(until))),
            None => ready.push(person),
        }
    }
    tx.commit().await?;
    for person in ready {
        // Whom it does not suit after all (another appointment then, nothing left of the benefit) is passed over.
        match try_offer(app, asked, &person).await {
            Ok(()) => {}
            Err(error) if matches!(error.kind, Kind::Conflict | Kind::NotFound | Kind::Invalid) => {}
            Err(error) => return Err(error),
        }
    }
    // Those who sleep get their turn in the morning, if the time is still free then.
    if let Some(until) = quiet_until.filter(|until| *until < asked.to) {
        let mut tx = app.db.begin_system().await?;
        let key = format!("offer_freed:{}:{}:{}:quiet", asked.specialist, asked.from.as_second(), asked.to.as_second());
        let new = NewJob { kind: "booking.offer_freed", payload: jobs::payload(asked), unique_key: Some(key), run_at: until };
        jobs::enqueue(&mut tx, now, new).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// When the person's quiet hours end, if they are on.
async fn quiet(tx: &mut platform::db::Tx, person: PersonId, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(wishes(tx, person).await?.map_or(Some(Timestamp::MAX), |wishes| wishes.quiet_until(now)))
}

/// Holds a start for the person and tells them, in one transaction.
async fn try_offer(app: &App, asked: &Payload, person: &InLine) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    // One at a time, also to who waits in several places: nobody talks twice at once, and others wait too. In turn, because another job may be
    // offering to the same person.
    take_turn(&mut tx, person.employee).await?;
    if sql::has_offer(&mut tx, person.employee, app.now()).await? {
        return Ok(());
    }
    let Some(start) = find_start(&mut tx, app, asked, person).await? else { return Ok(()) };
    let wish = Wish {
        specialist: asked.specialist,
        category: person.wants.category,
        start,
        length_min: u16::try_from(person.wants.length_min).map_err(Error::internal)?,
        format: Format::parse(&person.wants.format).ok_or_else(|| Error::internal(anyhow::anyhow!("no format")))?,
    };
    let taken = take(&mut tx, app, person.employee, &wish, OFFER, true).await?;
    if !sql::offer(&mut tx, person.id, taken.id).await? {
        return Ok(());
    }
    let now = app.now();
    let entry = Entry::new("booking.offer").about(person.employee).on("appointment", taken.id);
    audit::append_as(&mut tx, now, None, "system", entry).await?;
    if let Some(row) = notify::read(&mut tx, taken.id).await? {
        let [employee, _] = parties(app, &row);
        let mail =
            NewMail::new(To::Person(person.employee), "offer").params(row.params(employee.locale)).once(format!("mail:{}:offer", taken.id));
        enqueue_mail(&mut tx, app, mail).await?;
    }
    live::emit(&mut tx, now, &[person.employee], "booking.offered", &json!({ "appointment_id": taken.id })).await?;
    tx.commit().await?;
    Ok(())
}

async fn find_start(tx: &mut platform::db::Tx, app: &App, asked: &Payload, person: &InLine) -> Result<Option<Timestamp>> {
    let length = SignedDuration::from_mins(i64::from(person.wants.length_min));
    let from = asked.from.checked_sub(length).unwrap_or(asked.from).max(app.now());
    let Ok(window) = Window::new(from, asked.to.min(person.wants.before).max(from)) else { return Ok(None) };
    let length_min = u16::try_from(person.wants.length_min).map_err(Error::internal)?;
    let starts = scheduling::free_starts(tx, app, asked.specialist, person.wants.category, length_min, window, None).await?;
    Ok(start_to_offer(&person.wants, &person.zone, &starts, asked.span()))
}
