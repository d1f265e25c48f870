//! For the operator's support: finding, moving and calling off on somebody's behalf.

use axum::response::Response;
use domain::{access::Action, ids::AppointmentId};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::appointments::{CancelRequest, MoveRequest, OtherTimes, TimeProblem, cancel_it, finish, move_it, other_times};
use crate::{
    booking::{
        cancel,
        desk::{self, LiveQuery, LiveSessions},
        list::AppointmentsPage,
        operator::{self, AppointmentSearch, OperatorCause, OperatorMove},
        readiness::{self, Readiness},
        view::AppointmentView,
    },
    kernel::{
        app::App,
        command::{Begun, IdempotencyKey, begin},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path, Query},
    },
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageBookings, routes!(search_appointments)))
        .routes(guarded(Action::ManageBookings, routes!(live_sessions)))
        .routes(guarded(Action::ManageBookings, routes!(read_readiness)))
        .routes(guarded(Action::ManageBookings, routes!(operator_times_to_move)))
        .routes(guarded(Action::ManageBookings, routes!(operator_move_appointment)))
        .routes(guarded(Action::ManageBookings, routes!(operator_cancel_appointment)))
        .routes(guarded(Action::ManageBookings, routes!(give_session_back)))
}

/// Finds appointments by specialist, person, day or state. Each person who is shown can see that they were looked up.
#[utoipa::path(post, path = "/api/operator/appointments/search", operation_id = "search_appointments", tag = "booking",
    request_body = AppointmentSearch, responses((status = 200, body = AppointmentsPage)))]
async fn search_appointments(caller: Caller, Json(search): Json<AppointmentSearch>) -> Result<Json<AppointmentsPage>> {
    operator::search(&caller, &search).await.map(Json)
}

/// The consultations of a day and how they stand.
#[utoipa::path(get, path = "/api/operator/live", operation_id = "live_sessions", tag = "booking", params(LiveQuery),
    responses((status = 200, body = LiveSessions)))]
async fn live_sessions(caller: Caller, Query(query): Query<LiveQuery>) -> Result<Json<LiveSessions>> {
    desk::live(&caller, &query).await.map(Json)
}

/// What the deployment still lacks so that people can book and be looked after.
#[utoipa::path(get, path = "/api/operator/readiness", operation_id = "read_readiness", tag = "booking", responses((status = 200, body = Readiness)))]
async fn read_readiness(caller: Caller) -> Result<Json<Readiness>> {
    readiness::readiness(&caller.app).await.map(Json)
}

/// To when an appointment can be moved: the same specialist's free times in the next 30 days.
#[utoipa::path(get, path = "/api/operator/appointments/{id}/times", operation_id = "operator_times_to_move", tag = "booking",
    params(("id" = Uuid, Path)), responses((status = 200, body = OtherTimes)))]
async fn operator_times_to_move(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<OtherTimes>> {
    other_times(&caller, id).await
}

/// Moves an appointment on somebody's behalf.
#[utoipa::path(post, path = "/api/operator/appointments/{id}/move", operation_id = "operator_move_appointment", tag = "booking",
    params(("id" = Uuid, Path)), request_body = OperatorMove,
    responses((status = 200, body = AppointmentView), (status = 409, body = TimeProblem, content_type = "application/problem+json")))]
async fn operator_move_appointment(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(request): Json<OperatorMove>,
) -> Result<Response> {
    let cause = operator::cause(&request.cause)?;
    move_it(&caller, &key, id, &MoveRequest { starts_at: request.starts_at }, Some(cause)).await
}

/// Calls an appointment off on somebody's behalf; it never counts as used.
#[utoipa::path(post, path = "/api/operator/appointments/{id}/cancel", operation_id = "operator_cancel_appointment", tag = "booking",
    params(("id" = Uuid, Path)), request_body = OperatorCause, responses((status = 200, body = AppointmentView)))]
async fn operator_cancel_appointment(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(request): Json<OperatorCause>,
) -> Result<Response> {
    let cause = operator::cause(&request.cause)?;
    cancel_it(&caller, &key, id, &CancelRequest { expects_counted: false }, Some(cause)).await
}

/// Gives a session that counts as used back to the person.
#[utoipa::path(post, path = "/api/operator/appointments/{id}/give-back", operation_id = "give_session_back", tag = "booking",
    params(("id" = Uuid, Path)), request_body = OperatorCause, responses((status = 200, body = AppointmentView)))]
async fn give_session_back(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(request): Json<OperatorCause>,
) -> Result<Response> {
    let cause = operator::cause(&request.cause)?;
    let mut cmd = match begin(&caller, &key, "booking.give_back", &(id, &request)).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    cancel::give_back(&mut cmd.tx, &caller, AppointmentId(id), cause).await?;
    finish(cmd, &caller, AppointmentId(id)).await
}
