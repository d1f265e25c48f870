//! Somebody has left the company at whose expense they booked: what is planned is called off, free for them, and its time can be had again. What has
//! begun is the sessions slice's.

use domain::{
    booking::{Appointment, By, QuotaStep},
    ids::{AppointmentId, PersonId},
};
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    cancel::after_leaving,
    notify::{self, Event},
    sql::{
        appointments::{self as sql, Locked},
        quota,
    },
};
use crate::kernel::{
    app::App,
    audit::{self, Entry},
    error::Result,
    live,
};

#[derive(Deserialize)]
struct AccessEnded {
    person: PersonId,
    company: Uuid,
}

/// Does the job `booking.access_ended`. Done twice it does no harm; not at all for somebody who is back.
pub(super) async fn run(app: &App, payload: &Value) -> anyhow::Result<()> {
    let ended: AccessEnded = serde_json::from_value(payload.clone())?;
    call_off(app, &ended).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn call_off(app: &App, ended: &AccessEnded) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    sql::take_turn(&mut tx, ended.person).await?;
    let planned: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT a.id FROM appointments a JOIN contracts c ON c.id = a.contract_id
         WHERE a.employee_id = $1 AND c.company_id = $2 AND (a.status = 'held' OR (a.status = 'booked' AND a.starts_at > $3))
           AND EXISTS (SELECT FROM memberships m WHERE m.person_id = $1 AND m.company_id = $2 AND m.ended_at IS NOT NULL)
         ORDER BY a.starts_at",
    )
    .bind(ended.person.0)
    .bind(ended.company)
    .bind(app.now().to_sqlx())
    .fetch_all(&mut *tx)
    .await?;
    let mut specialists = vec![ended.person];
    for (id,) in planned {
        let locked = sql::lock(&mut tx, AppointmentId(id)).await?;
        if end(&mut tx, app, &locked).await? {
            specialists.push(locked.specialist);
        }
    }
    // After the holds: an offer that ends puts its person back on the list.
    sqlx::query(
        "UPDATE waiting_entries SET status = 'left' WHERE employee_id = $1 AND status IN ('waiting', 'offered')
           AND EXISTS (SELECT FROM memberships m WHERE m.person_id = $1 AND m.company_id = $2 AND m.ended_at IS NOT NULL)",
    )
    .bind(ended.person.0)
    .bind(ended.company)
    .execute(&mut *tx)
    .await?;
    live::emit(&mut tx, app.now(), &specialists, "booking.changed", &json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a hold or a booking, with what was set aside for it. Tells whether its specialist is to know.
async fn end(tx: &mut Tx, app: &App, locked: &Locked) -> Result<bool> {
    let (now, id) = (app.now(), locked.id);
    let (act, detail) = match locked.state {
        Appointment::Held(held) => {
            let _ = held.release();
            sql::expire(tx, id).await?;
            quota::settle(tx, id, QuotaStep::Release, "access_ended", now).await?;
            ("booking.release", json!({}))
        }
        Appointment::Booked(booked) => {
            // Begun since the list was read: the sessions slice's.
            let Ok(canceled) = booked.cancel(By::System, now) else { return Ok(false) };
            sql::cancel(tx, id, &canceled).await?;
            quota::settle(tx, id, canceled.quota_step(), "access_ended", now).await?;
            notify::ask(tx, now, id, canceled.sequence, Event::Canceled, By::System).await?;
            ("booking.cancel", json!({ "by": By::System.name(), "counted": canceled.is_counted }))
        }
        _ => return Ok(false),
    };
    after_leaving(tx, now, locked).await?;
    // As any the system calls off. The cause stays out of the log (decision 0020).
    let entry = Entry::new(act).about(locked.employee).on("appointment", id).detail(detail);
    audit::append_as(tx, now, None, "system", entry).await?;
    Ok(matches!(locked.state, Appointment::Booked(_)))
}
