//! Somebody has left the company at whose expense a consultation goes on: it ends now, for both. What became of it the join log decides, as always.

use domain::ids::{AppointmentId, PersonId};
use jiff_sqlx::ToSqlx as _;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::end::end_room;
use crate::{
    booking,
    kernel::{app::App, audit, error::Result, live},
};

/// Who ended a room, as the database knows it: nobody of the two.
pub(super) const BY: &str = "access_ended";

#[derive(Deserialize)]
struct AccessEnded {
    person: PersonId,
    company: Uuid,
}

/// Does the job `sessions.access_ended`. Done twice it does no harm; not at all for somebody who is back.
pub(super) async fn run(app: &App, payload: &Value) -> anyhow::Result<()> {
    let ended: AccessEnded = serde_json::from_value(payload.clone())?;
    end(app, &ended).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn end(app: &App, ended: &AccessEnded) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    // One at a time by a constraint. Its time may be over while the room is still open.
    let going_on: Option<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT a.id, a.specialist_id FROM appointments a JOIN contracts c ON c.id = a.contract_id
         WHERE a.employee_id = $1 AND c.company_id = $2 AND a.status = 'booked' AND a.starts_at <= $3
           AND EXISTS (SELECT FROM memberships m WHERE m.person_id = $1 AND m.company_id = $2 AND m.ended_at IS NOT NULL)
           AND NOT EXISTS (SELECT FROM call_rooms r WHERE r.appointment_id = a.id AND r.ended_at IS NOT NULL)
         ORDER BY a.starts_at DESC LIMIT 1",
    )
    .bind(ended.person.0)
    .bind(ended.company)
    .bind(now.to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id, specialist)) = going_on.map(|(id, specialist)| (AppointmentId(id), PersonId(specialist))) else { return Ok(()) };
    booking::end_early(&mut tx, now, id).await?;
    if let Some(room) = end_room(&mut tx, now, id, BY).await? {
        // Each node that runs a relay listens: the allocations of the room end.
        sqlx::query("SELECT pg_notify('rooms', $1)").bind(room).execute(&mut *tx).await?;
    }
    let entry = audit::Entry::new("sessions.end").about(ended.person).on("appointment", id);
    audit::append_as(&mut tx, now, None, "system", entry).await?;
    live::emit(&mut tx, now, &[ended.person, specialist], "call.ended", &json!({ "appointment_id": id })).await?;
    tx.commit().await?;
    Ok(())
}
