//! Holding, confirming, moving, calling off; one's own appointments.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    access::Action,
    booking::Format,
    ids::{AppointmentId, CategoryId, PersonId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    booking::{
        alternatives::{Alternative, with_alternatives},
        cancel, confirm,
        hold::{self, Then, instant},
        invite,
        list::{self, AppointmentsPage, AppointmentsQuery},
        reschedule,
        sql::views,
        take::Wish,
        view::{self, AppointmentView},
    },
    kernel::{
        app::App,
        command::{Begun, Command, IdempotencyKey, begin},
        ctx::Caller,
        error::{Error, Result},
        guard::guarded,
        json::{Json, Path, Query},
        problem::Problem,
        validation::Checks,
    },
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::Book, routes!(hold_time)))
        .routes(guarded(Action::Book, routes!(release_hold)))
        .routes(guarded(Action::Book, routes!(confirm_appointment)))
        .routes(guarded(Action::Book, routes!(book_appointment)))
        .routes(guarded(Action::ChangeAppointments, routes!(times_to_move)))
        .routes(guarded(Action::ChangeAppointments, routes!(move_appointment)))
        .routes(guarded(Action::ChangeAppointments, routes!(cancel_appointment)))
        .routes(guarded(Action::ReadAppointments, routes!(list_appointments)))
        .routes(guarded(Action::ReadAppointments, routes!(read_appointment)))
        .routes(guarded(Action::ReadAppointments, routes!(appointment_file)))
}

/// A time that somebody wants.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HoldRequest {
    pub specialist_id: Uuid,
    pub category_id: Uuid,
    /// RFC 3339, whole seconds.
    pub starts_at: String,
    /// Minutes; one of the category's lengths.
    pub length_min: u16,
    /// `video`, `audio` or `chat`.
    pub format: String,
}

/// A refusal that is about the time: with what else there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeProblem {
    #[serde(flatten)]
    pub problem: Problem,
    pub alternatives: Vec<Alternative>,
}

impl HoldRequest {
    fn read(&self, caller: &Caller) -> Result<Wish> {
        let (start, format) = (instant(&self.starts_at), Format::parse(&self.format));
        Checks::new()
            .that(start.is_some(), "/starts_at", "not_an_instant")
            .that(start.is_none_or(|at| at > caller.now()), "/starts_at", "in_the_past")
            .range(i64::from(self.length_min), 5, 480, "/length_min")
            .that(format.is_some(), "/format", "not_an_option")
            .done()?;
        let (Some(start), Some(format)) = (start, format) else { return Err(Error::internal(anyhow::anyhow!("checked above"))) };
        Ok(Wish {
            specialist: PersonId(self.specialist_id),
            category: CategoryId(self.category_id),
            start,
            length_min: self.length_min,
            format,
        })
    }
}

/// Holds a time for five minutes, together with one session of the benefit. A hold made before is given back. If the time is gone (409), the answer
/// names `alternatives`.
#[utoipa::path(post, path = "/api/holds", operation_id = "hold_time", tag = "booking", request_body = HoldRequest,
    responses((status = 201, body = AppointmentView), (status = 409, body = TimeProblem, content_type = "application/problem+json")))]
async fn hold_time(caller: Caller, key: IdempotencyKey, Json(request): Json<HoldRequest>) -> Result<Response> {
    let wish = request.read(&caller)?;
    take_it(&caller, &key, &request, &wish, Then::Wait).await
}

/// Holds and confirms in one step, for whoever has seen the conditions before ("book again").
#[utoipa::path(post, path = "/api/appointments", operation_id = "book_appointment", tag = "booking", request_body = HoldRequest,
    responses((status = 201, body = AppointmentView), (status = 409, body = TimeProblem, content_type = "application/problem+json")))]
async fn book_appointment(caller: Caller, key: IdempotencyKey, Json(request): Json<HoldRequest>) -> Result<Response> {
    let wish = request.read(&caller)?;
    take_it(&caller, &key, &request, &wish, Then::Book).await
}

/// A time that cannot be had is answered with alternatives.
async fn take_it(caller: &Caller, key: &IdempotencyKey, request: &HoldRequest, wish: &Wish, then: Then) -> Result<Response> {
    match attempt(caller, key, request, wish, then).await {
        Err(error) => Err(with_alternatives(caller, wish, error).await),
        done => done,
    }
}

async fn attempt(caller: &Caller, key: &IdempotencyKey, request: &HoldRequest, wish: &Wish, then: Then) -> Result<Response> {
    if hold::is_taken(caller, &key.0, wish).await? {
        return Err(Error::conflict("time_taken"));
    }
    let operation = if then == Then::Book { "booking.book" } else { "booking.hold" };
    let mut cmd = match begin(caller, key, operation, request).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    let view = hold::hold(&mut cmd.tx, caller, wish, then).await?;
    cmd.finish(StatusCode::CREATED, &view).await
}

/// Gives a held (or offered) time back.
#[utoipa::path(delete, path = "/api/holds/{id}", operation_id = "release_hold", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200)))]
async fn release_hold(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match begin(&caller, &key, "booking.release", &id).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    hold::release(&mut cmd.tx, &caller, AppointmentId(id)).await?;
    cmd.finish(StatusCode::OK, &json!({})).await
}

/// Books what is held. 410 `hold_expired` if the five minutes are over, with `alternatives`; 409 `consents_missing` names `purposes`.
#[utoipa::path(post, path = "/api/appointments/{id}/confirm", operation_id = "confirm_appointment", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200, body = AppointmentView), (status = 410, body = TimeProblem, content_type = "application/problem+json")))]
async fn confirm_appointment(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let cmd = match begin(&caller, &key, "booking.confirm", &id).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    let (cmd, view) = confirm::confirm(cmd, &caller, AppointmentId(id)).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// To when an appointment can be moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherTimes {
    /// RFC 3339 UTC, ascending.
    #[schema(value_type = Vec<String>)]
    starts: Vec<Timestamp>,
}

/// The free times of the same specialist in the next 30 days, among them those that overlap the appointment itself.
#[utoipa::path(get, path = "/api/appointments/{id}/times", operation_id = "times_to_move", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200, body = OtherTimes)))]
async fn times_to_move(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<OtherTimes>> {
    other_times(&caller, id).await
}

/// The same for employee, specialist and operator.
pub(super) async fn other_times(caller: &Caller, id: Uuid) -> Result<Json<OtherTimes>> {
    let starts = reschedule::times(caller, AppointmentId(id)).await?;
    Ok(Json(OtherTimes { starts }))
}

/// To when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MoveRequest {
    /// RFC 3339, whole seconds.
    pub starts_at: String,
}

/// Moves an appointment to another free time of the same specialist. The employee: until the free time for cancelling ends.
#[utoipa::path(post, path = "/api/appointments/{id}/move", operation_id = "move_appointment", tag = "booking", params(("id" = Uuid, Path)),
    request_body = MoveRequest,
    responses((status = 200, body = AppointmentView), (status = 409, body = TimeProblem, content_type = "application/problem+json")))]
async fn move_appointment(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(request): Json<MoveRequest>) -> Result<Response> {
    move_it(&caller, &key, id, &request, None).await
}

/// The same for employee, specialist and operator: whose rights decide is the transaction's actor. `cause` is the operator's.
pub(super) async fn move_it(
    caller: &Caller,
    key: &IdempotencyKey,
    id: Uuid,
    request: &MoveRequest,
    cause: Option<&'static str>,
) -> Result<Response> {
    let start = instant(&request.starts_at).ok_or_else(|| Error::field("/starts_at", "not_an_instant"))?;
    let mut cmd = match begin(caller, key, "booking.move", &(id, request, cause)).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    let id = AppointmentId(id);
    let (employee, wish) = reschedule::wish(caller, &mut cmd.tx, id, start).await?;
    if let Err(error) = reschedule::reschedule(&mut cmd.tx, caller, id, employee, &wish, cause).await {
        drop(cmd);
        return Err(with_alternatives(caller, &wish, error).await);
    }
    finish(cmd, caller, id).await
}

/// How it is to be called off.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CancelRequest {
    /// The person was told that it will count as used. Without it a cancellation that would count is refused (409 `cancel_counts`).
    #[serde(default)]
    pub expects_counted: bool,
}

/// Calls an appointment off.
#[utoipa::path(post, path = "/api/appointments/{id}/cancel", operation_id = "cancel_appointment", tag = "booking", params(("id" = Uuid, Path)),
    request_body = CancelRequest, responses((status = 200, body = AppointmentView)))]
async fn cancel_appointment(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(request): Json<CancelRequest>,
) -> Result<Response> {
    cancel_it(&caller, &key, id, &request, None).await
}

pub(super) async fn cancel_it(
    caller: &Caller,
    key: &IdempotencyKey,
    id: Uuid,
    request: &CancelRequest,
    cause: Option<&'static str>,
) -> Result<Response> {
    let mut cmd = match begin(caller, key, "booking.cancel", &(id, request, cause)).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    cancel::cancel(&mut cmd.tx, caller, AppointmentId(id), request.expects_counted, cause).await?;
    finish(cmd, caller, AppointmentId(id)).await
}

pub(super) async fn finish(mut cmd: Box<Command>, caller: &Caller, id: AppointmentId) -> Result<Response> {
    let view = view::load(&mut cmd.tx, caller, id).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// One's own appointments: as the employee, or as the specialist who is booked.
#[utoipa::path(get, path = "/api/appointments", operation_id = "list_appointments", tag = "booking", params(AppointmentsQuery),
    responses((status = 200, body = AppointmentsPage)))]
async fn list_appointments(caller: Caller, Query(query): Query<AppointmentsQuery>) -> Result<Json<AppointmentsPage>> {
    list::list(&caller, &query).await.map(Json)
}

/// One appointment, with what leaving it would mean now.
#[utoipa::path(get, path = "/api/appointments/{id}", operation_id = "read_appointment", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200, body = AppointmentView)))]
async fn read_appointment(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<AppointmentView>> {
    list::read(&caller, AppointmentId(id)).await.map(Json)
}

/// The appointment as an iCalendar file. Neutral: it names neither the person, the specialist nor the subject.
#[utoipa::path(get, path = "/api/appointments/{id}/invite.ics", operation_id = "appointment_file", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/calendar", body = String)))]
async fn appointment_file(caller: Caller, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = caller.begin().await?;
    let row = views::one(&mut tx, AppointmentId(id)).await?;
    tx.commit().await?;
    let row = row.filter(|row| matches!(row.status.as_str(), "booked" | "completed" | "canceled")).ok_or_else(Error::not_found)?;
    let entry = invite::Entry {
        appointment: row.id,
        sequence: row.ical_sequence,
        start: row.starts_at.to_jiff(),
        end: row.ends_at.to_jiff(),
        is_canceled: row.status == "canceled",
    };
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"invite.ics\"")];
    Ok((headers, invite::file(&caller.app, &entry, caller.locale)).into_response())
}
