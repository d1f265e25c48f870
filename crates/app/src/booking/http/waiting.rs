//! The waiting list. An offered time is accepted by confirming its appointment and declined by giving its hold back.

use axum::{http::StatusCode, response::Response};
use domain::access::Action;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    booking::waiting::{self, WaitingList, WaitingRequest, WaitingView},
    kernel::{
        app::App,
        command::{Begun, IdempotencyKey, begin},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path},
    },
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::WaitForTimes, routes!(list_waiting)))
        .routes(guarded(Action::WaitForTimes, routes!(join_waiting)))
        .routes(guarded(Action::WaitForTimes, routes!(leave_waiting)))
}

/// What I wait for, and what is offered to me now.
#[utoipa::path(get, path = "/api/waiting", operation_id = "list_waiting", tag = "booking", responses((status = 200, body = WaitingList)))]
async fn list_waiting(caller: Caller) -> Result<Json<WaitingList>> {
    waiting::list(&caller).await.map(Json)
}

/// Waits for a specialist, or for anyone who fits, earlier than an instant. A freed time that fits is held for half an hour for the first in line.
#[utoipa::path(post, path = "/api/waiting", operation_id = "join_waiting", tag = "booking", request_body = WaitingRequest,
    responses((status = 201, body = WaitingView)))]
async fn join_waiting(caller: Caller, key: IdempotencyKey, Json(request): Json<WaitingRequest>) -> Result<Response> {
    let mut cmd = match begin(&caller, &key, "booking.wait", &request).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    let view = waiting::join(&mut cmd, &caller, &request).await?;
    cmd.finish(StatusCode::CREATED, &view).await
}

/// Waits no longer; an offered time is given back.
#[utoipa::path(delete, path = "/api/waiting/{id}", operation_id = "leave_waiting", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200)))]
async fn leave_waiting(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match begin(&caller, &key, "booking.stop_waiting", &id).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    waiting::leave(&mut cmd, &caller, id).await?;
    cmd.finish(StatusCode::OK, &json!({})).await
}
