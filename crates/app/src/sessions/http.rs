//! The slice's endpoints. Both people of an appointment call the same ones.

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    ids::AppointmentId,
    sessions::{CLOSES_AFTER, OPENS_BEFORE, Party},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{access, access_ended, end, extend, presence, signals, sql, video::IceServer};
use crate::kernel::{
    app::App,
    command::{Begun, IdempotencyKey, begin},
    ctx::Caller,
    error::Result,
    guard::guarded,
    json::{Json, Path, Query},
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::TakePart, routes!(read_call)))
        .routes(guarded(Action::TakePart, routes!(enter_call)))
        .routes(guarded(Action::TakePart, routes!(say_presence)))
        .routes(guarded(Action::TakePart, routes!(send_signal, fetch_signals)))
        .routes(guarded(Action::LeadCall, routes!(extend_call)))
        .routes(guarded(Action::LeadCall, routes!(end_call)))
}

/// A consultation as its call page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    pub appointment_id: Uuid,
    /// `booked`, `completed` or `canceled`.
    pub status: String,
    /// `video`, `audio` or `chat`.
    pub format: String,
    pub starts_at: String,
    pub ends_at: String,
    /// When the door opens.
    pub opens_at: String,
    /// When the room closes.
    pub closes_at: String,
    /// The server's present instant, so that a wrong clock does not matter.
    pub now: String,
    /// `employee` or `specialist`.
    pub party: &'static str,
    /// The name of the other.
    pub other_name: String,
    /// Whether the other is in the room, by their last sign.
    pub is_other_present: bool,
    /// The other has been in the room at some time.
    pub was_other_present: bool,
    /// Ended by the specialist, or by its time.
    pub is_ended: bool,
    /// When it was ended for both: by the specialist, or by the end of the employee's access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// It ended, or was called off, because the employee's access by their company has.
    pub is_access_ended: bool,
    /// For how many whole minutes both have been in the room together.
    pub together_min: i64,
    /// For how many minutes both must have been together, for it to be held.
    pub enough_min: i64,
    /// From when on an employee who has not come is absent; ended before, it goes back to them.
    pub absent_from: String,
}

/// Reads the state of a call.
#[utoipa::path(get, path = "/api/calls/{appointment_id}", operation_id = "read_call", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), responses((status = 200, body = Call)))]
async fn read_call(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Call>> {
    let (id, now) = (AppointmentId(id), caller.now());
    let mut tx = caller.begin().await?;
    let visit = sql::visit(&mut tx, id, caller.me()).await?;
    let log = sql::join_log(&mut tx, id).await?;
    tx.commit().await?;
    let last_of_other = log.iter().rfind(|e| e.party == visit.me.other());
    Ok(Json(Call {
        appointment_id: id.0,
        is_other_present: last_of_other
            .is_some_and(|e| e.kind != domain::sessions::EventKind::Left && now.duration_since(e.at) < jiff::SignedDuration::from_secs(75)),
        was_other_present: last_of_other.is_some(),
        is_ended: visit.ended_at.is_some() || visit.status == "completed",
        // A cancellation, too, closes the room: that is told by the status.
        ended_at: visit.ended_at.filter(|_| visit.status != "canceled").map(|at| at.to_string()),
        is_access_ended: visit.ended_by.as_deref() == Some(access_ended::BY)
            || visit.canceled_by.as_deref() == Some(domain::booking::By::System.name()),
        together_min: domain::sessions::together_by(&log, now).as_mins(),
        enough_min: (domain::sessions::enough(visit.starts_at, visit.planned_end).as_secs() + 59) / 60,
        absent_from: domain::sessions::absent_from(visit.starts_at, visit.planned_end).to_string(),
        opens_at: (visit.starts_at - OPENS_BEFORE).to_string(),
        closes_at: (visit.ends_at + CLOSES_AFTER).to_string(),
        starts_at: visit.starts_at.to_string(),
        ends_at: visit.ends_at.to_string(),
        now: now.to_string(),
        party: visit.me.name(),
        other_name: visit.other_name,
        status: visit.status,
        format: visit.format,
    }))
}

/// The way into a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallAccess {
    pub ice_servers: Vec<IceServer>,
    /// When the credentials stop being taken; ask again before.
    pub expires_at: String,
    pub starts_at: String,
    pub ends_at: String,
    pub closes_at: String,
    pub now: String,
    /// Who gives way when both offer at once (perfect negotiation): the employee is polite.
    pub is_polite: bool,
}

/// Enters the room, or renews the credentials of who is in it. Person, state and time are checked each time.
#[utoipa::path(post, path = "/api/calls/{appointment_id}/access", operation_id = "enter_call", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), responses((status = 200, body = CallAccess)))]
async fn enter_call(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CallAccess>> {
    let granted = access::enter(&caller, AppointmentId(id)).await?;
    Ok(Json(CallAccess {
        ice_servers: granted.entry.ice_servers,
        expires_at: granted.entry.expires_at.to_string(),
        starts_at: granted.visit.starts_at.to_string(),
        ends_at: granted.visit.ends_at.to_string(),
        closes_at: granted.closes_at.to_string(),
        now: caller.now().to_string(),
        is_polite: granted.visit.me == Party::Employee,
    }))
}

/// A sign of being there.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Presence {
    /// `joined`, `seen` (each half a minute), `connected` or `left`.
    pub sign: String,
}

/// Says that one is there. Saying it twice harms nothing.
#[utoipa::path(post, path = "/api/calls/{appointment_id}/presence", operation_id = "say_presence", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), request_body = Presence, responses((status = 204)))]
async fn say_presence(caller: Caller, Path(id): Path<Uuid>, Json(body): Json<Presence>) -> Result<StatusCode> {
    presence::say(&caller, AppointmentId(id), &body.sign).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message for the other browser.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Signal {
    /// Passed on unread; at most 80 kB.
    #[schema(value_type = Object)]
    pub signal: Value,
}

/// Where a signal was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalKept {
    pub position: i64,
}

/// Passes a signal to the other browser. The receiver expects repeats, so no key is needed.
#[utoipa::path(post, path = "/api/calls/{appointment_id}/signals", operation_id = "send_signal", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), request_body = Signal, responses((status = 200, body = SignalKept)))]
async fn send_signal(caller: Caller, Path(id): Path<Uuid>, Json(body): Json<Signal>) -> Result<Json<SignalKept>> {
    let position = signals::send(&caller, AppointmentId(id), &body.signal).await?;
    Ok(Json(SignalKept { position }))
}

/// From where to read on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SignalsAfter {
    /// The last position known; 0 at first.
    #[serde(default)]
    pub after: i64,
}

/// The other browser's signals.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signals {
    pub signals: Vec<ReceivedSignal>,
    /// The newest position of the call; below the one asked for, positions begin anew.
    pub newest: i64,
}

/// A signal of the other browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedSignal {
    pub position: i64,
    #[schema(value_type = Object)]
    pub signal: Value,
}

/// Fetches the other browser's signals after a position, oldest first.
#[utoipa::path(get, path = "/api/calls/{appointment_id}/signals", operation_id = "fetch_signals", tag = "sessions",
    params(("appointment_id" = Uuid, Path), SignalsAfter), responses((status = 200, body = Signals)))]
async fn fetch_signals(caller: Caller, Path(id): Path<Uuid>, Query(query): Query<SignalsAfter>) -> Result<Json<Signals>> {
    let (received, newest) = signals::fetch(&caller, AppointmentId(id), query.after).await?;
    let signals = received.into_iter().map(|r| ReceivedSignal { position: r.position, signal: r.signal }).collect();
    Ok(Json(Signals { signals, newest }))
}

/// By how much to go on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Extension {
    /// 5, 10, 15 or 30.
    pub minutes: i64,
}

/// The new end.
#[derive(Debug, Serialize, ToSchema)]
pub struct Extended {
    pub ends_at: String,
}

/// Goes on longer, if both are free. 409 `not_free_to_extend` if not.
#[utoipa::path(post, path = "/api/calls/{appointment_id}/extend", operation_id = "extend_call", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), request_body = Extension, responses((status = 200, body = Extended)))]
async fn extend_call(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<Extension>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "extend_call", &(id, &body)).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let ends_at = extend::extend(&mut command.tx, &caller, AppointmentId(id), body.minutes).await?;
    command.finish(StatusCode::OK, &Extended { ends_at: ends_at.to_string() }).await
}

/// Ends the consultation for both.
#[utoipa::path(post, path = "/api/calls/{appointment_id}/end", operation_id = "end_call", tag = "sessions",
    params(("appointment_id" = Uuid, Path)), responses((status = 200)))]
async fn end_call(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "end_call", &id).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let room = end::end(&mut command.tx, &caller, AppointmentId(id)).await?;
    let answer = command.finish(StatusCode::OK, &serde_json::json!({})).await?;
    if let Some(room) = room {
        caller.app.video.close(&room).await;
    }
    Ok(answer)
}
