//! The slice's endpoints.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    ids::{AppointmentId, PersonId, SafetyReportId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{after, contact, questions, queue, rating, report};
use crate::{
    approvals::NewAsk,
    kernel::{
        app::App,
        command::{Begun, IdempotencyKey, begin},
        ctx::Caller,
        error::{Error, Result},
        guard::guarded,
        json::{Json, Path, Query},
        validation::Checks,
    },
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::Assess, routes!(read_after)))
        .routes(guarded(Action::Assess, routes!(rate_appointment)))
        .routes(guarded(Action::Assess, routes!(answer_safety)))
        .routes(guarded(Action::ReadOwnRating, routes!(read_own_rating)))
        .routes(guarded(Action::HandleSafety, routes!(list_safety_reports)))
        .routes(guarded(Action::HandleSafety, routes!(open_safety_report)))
        .routes(guarded(Action::HandleSafety, routes!(take_safety_report)))
        .routes(guarded(Action::HandleSafety, routes!(close_safety_report)))
        .routes(guarded(Action::AskForContact, routes!(ask_for_contact)))
        .routes(guarded(Action::AskForContact, routes!(read_contact)))
}

/// A yes-or-no question about the specialist.
#[derive(Debug, Serialize, ToSchema)]
pub struct SafetyQuestion {
    pub id: String,
    pub text: String,
}

/// What is left to do after a consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AfterAppointment {
    pub appointment_id: Uuid,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    pub category_id: Uuid,
    pub starts_at: String,
    pub ends_at: String,
    /// `booked`, `completed` or `canceled`.
    pub status: String,
    pub outcome: Option<String>,
    /// Whether it may be rated and was not yet.
    pub can_rate: bool,
    /// The stars given, if any were.
    pub stars: Option<i32>,
    /// Whether the safety questions may be answered and were not yet.
    pub can_answer_safety: bool,
    /// Whether they were answered. Nobody but the safety role sees how.
    pub is_safety_answered: bool,
    pub questions: Vec<SafetyQuestion>,
    /// Whether one has written a note for oneself.
    pub has_note: bool,
}

/// Tells what is left to do after a consultation.
#[utoipa::path(get, path = "/api/appointments/{id}/after", operation_id = "read_after", tag = "assessments",
    params(("id" = Uuid, Path)), responses((status = 200, body = AfterAppointment)))]
async fn read_after(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<AfterAppointment>> {
    let mut tx = caller.begin().await?;
    let after = after::find(&mut tx, &caller, AppointmentId(id)).await?;
    tx.commit().await?;
    let asked = after.asked();
    let questions = questions::all().iter().map(|q| SafetyQuestion { id: q.id.clone(), text: q.text.get(caller.locale).to_owned() });
    Ok(Json(AfterAppointment {
        appointment_id: id,
        specialist_id: after.specialist.0,
        specialist_name: after.specialist_name,
        category_id: after.category,
        starts_at: after.starts_at.to_string(),
        ends_at: after.ends_at.to_string(),
        status: after.status,
        outcome: after.outcome,
        can_rate: asked.rating && after.stars.is_none(),
        stars: after.stars,
        can_answer_safety: asked.safety && !after.is_safety_answered,
        is_safety_answered: after.is_safety_answered,
        questions: questions.collect(),
        has_note: after.has_note,
    }))
}

/// How a consultation was.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewRating {
    /// 1 to 5.
    pub stars: i64,
    /// For the specialist, without one's name; at most 2,000 characters.
    pub comment: Option<String>,
}

/// Rates a consultation. 409 `already_rated` the second time.
#[utoipa::path(post, path = "/api/appointments/{id}/rating", operation_id = "rate_appointment", tag = "assessments",
    params(("id" = Uuid, Path)), request_body = NewRating, responses((status = 201)))]
async fn rate_appointment(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<NewRating>) -> Result<Response> {
    let asked = (id, fingerprint(&caller, &(body.stars, &body.comment))?);
    let mut command = match begin(&caller, &key, "rate_appointment", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    rating::rate(&mut command.tx, &caller, AppointmentId(id), body.stars, body.comment.as_deref()).await?;
    command.finish(StatusCode::CREATED, &serde_json::json!({})).await
}

/// Answers to the safety questions.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SafetyAnswers {
    /// By question id: whether the answer is "yes". Each question once.
    pub answers: BTreeMap<String, bool>,
    /// At most 4,000 characters.
    pub text: Option<String>,
}

/// Answers the safety questions about the specialist. 409 `already_answered` the second time.
#[utoipa::path(post, path = "/api/appointments/{id}/safety", operation_id = "answer_safety", tag = "assessments",
    params(("id" = Uuid, Path)), request_body = SafetyAnswers, responses((status = 201)))]
async fn answer_safety(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<SafetyAnswers>) -> Result<Response> {
    let asked = (id, fingerprint(&caller, &(&body.answers, &body.text))?);
    let mut command = match begin(&caller, &key, "answer_safety", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    report::answer(&mut command.tx, &caller, AppointmentId(id), &body.answers, body.text.as_deref()).await?;
    command.finish(StatusCode::CREATED, &serde_json::json!({})).await
}

/// A keyed hash of what was said: it recognises a repeat and lets nobody try words against it.
fn fingerprint(caller: &Caller, said: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(said).map_err(Error::internal)?;
    Ok(hex::encode(caller.app.keys.lookup("request", &text)))
}

/// What people think of a specialist.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialistRating {
    /// Tenths of a star; absent while there are fewer than five ratings.
    pub mean_tenths: Option<u32>,
    /// Words people wrote for the specialist, in no order of time; none while there are fewer than five ratings.
    pub comments: Vec<String>,
}

/// Reads one's own rating.
#[utoipa::path(get, path = "/api/own-rating", operation_id = "read_own_rating", tag = "assessments",
    responses((status = 200, body = SpecialistRating)))]
async fn read_own_rating(caller: Caller) -> Result<Json<SpecialistRating>> {
    let mut tx = caller.begin().await?;
    let own = rating::own(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(Json(SpecialistRating { mean_tenths: own.mean_tenths, comments: own.comments }))
}

/// A report on the queue, without what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct SafetyReport {
    pub id: Uuid,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    /// Flagged reports about this specialist, this one included.
    pub flagged_about_specialist: i64,
    /// At least one question was answered "yes".
    pub is_flagged: bool,
    /// `open`, `in_review` or `closed`.
    pub state: String,
    pub handler_id: Option<Uuid>,
    pub handler_name: Option<String>,
    pub is_mine: bool,
    pub created_at: String,
    pub updated_at: String,
    /// By when the next step is due; absent once closed.
    pub due_at: Option<String>,
    pub is_overdue: bool,
}

impl SafetyReport {
    fn of(caller: &Caller, report: queue::Queued) -> Self {
        Self {
            id: report.id.0,
            specialist_id: report.specialist.0,
            specialist_name: report.specialist_name,
            flagged_about_specialist: report.flagged_about_specialist,
            is_flagged: report.is_flagged,
            state: report.state.name().to_owned(),
            handler_id: report.handler.map(|p| p.0),
            handler_name: report.handler_name,
            is_mine: report.handler == Some(caller.me()),
            created_at: report.created_at.to_string(),
            updated_at: report.updated_at.to_string(),
            due_at: report.due_at.map(|at| at.to_string()),
            is_overdue: report.due_at.is_some_and(|at| at < caller.now()),
        }
    }
}

/// A page of reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct SafetyReports {
    pub reports: Vec<SafetyReport>,
    pub has_more: bool,
}

/// Which reports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SafetyReportsQuery {
    /// The closed ones instead of the queue.
    #[serde(default)]
    pub closed: bool,
    /// The last of the page before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
}

/// Lists safety reports, the flagged and oldest first. What they say is not in the list.
#[utoipa::path(get, path = "/api/safety-reports", operation_id = "list_safety_reports", tag = "assessments",
    params(SafetyReportsQuery), responses((status = 200, body = SafetyReports)))]
async fn list_safety_reports(caller: Caller, Query(query): Query<SafetyReportsQuery>) -> Result<Json<SafetyReports>> {
    let limit = query.limit.unwrap_or(50);
    Checks::new().range(limit, 1, 100, "?limit").done()?;
    let mut tx = caller.begin().await?;
    let mut found = queue::list(&mut tx, query.closed, query.after.map(SafetyReportId), limit + 1).await?;
    tx.commit().await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > page;
    found.truncate(page);
    Ok(Json(SafetyReports { reports: found.into_iter().map(|r| SafetyReport::of(&caller, r)).collect(), has_more }))
}

/// A question and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct SafetyAnswer {
    pub question: String,
    pub is_yes: bool,
}

/// A report, opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedSafetyReport {
    pub report: SafetyReport,
    /// The name the employee chose.
    pub employee_name: String,
    pub category: String,
    /// The start of the consultation.
    pub starts_at: String,
    pub answers: Vec<SafetyAnswer>,
    pub text: String,
    pub resolution: Option<String>,
}

/// Opens a report. It is in the person's record of access.
#[utoipa::path(get, path = "/api/safety-reports/{id}", operation_id = "open_safety_report", tag = "assessments",
    params(("id" = Uuid, Path)), responses((status = 200, body = OpenedSafetyReport)))]
async fn open_safety_report(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<OpenedSafetyReport>> {
    let mut tx = caller.begin().await?;
    let opened = queue::open(&mut tx, &caller, SafetyReportId(id)).await?;
    tx.commit().await?;
    // In the order in which they were asked; questions no longer asked at the end.
    let position = |id: &str| questions::all().iter().position(|q| q.id == id).unwrap_or(usize::MAX);
    let mut answers: Vec<_> = opened.content.answers.into_iter().collect();
    answers.sort_by_key(|(id, _)| position(id));
    Ok(Json(OpenedSafetyReport {
        report: SafetyReport::of(&caller, opened.report),
        employee_name: opened.employee_name,
        category: opened.category.get(caller.locale).to_owned(),
        starts_at: opened.starts_at.to_string(),
        answers: answers
            .into_iter()
            .map(|(id, is_yes)| SafetyAnswer { question: questions::words(&id, caller.locale).to_owned(), is_yes })
            .collect(),
        text: opened.content.text,
        resolution: opened.resolution,
    }))
}

/// From whom a report is taken.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TakeSafetyReport {
    /// The colleague who has it; absent if nobody has.
    pub from: Option<Uuid>,
}

/// Takes a report. 409 `report_taken` if somebody else has it by now.
#[utoipa::path(post, path = "/api/safety-reports/{id}/take", operation_id = "take_safety_report", tag = "assessments",
    params(("id" = Uuid, Path)), request_body = TakeSafetyReport, responses((status = 200)))]
async fn take_safety_report(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(body): Json<TakeSafetyReport>,
) -> Result<Response> {
    let mut command = match begin(&caller, &key, "take_safety_report", &(id, &body)).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    queue::take(&mut command.tx, &caller, SafetyReportId(id), body.from.map(PersonId)).await?;
    command.finish(StatusCode::OK, &serde_json::json!({})).await
}

/// What was found and done.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CloseSafetyReport {
    /// 1 to 4,000 characters; sealed.
    pub resolution: String,
}

/// Closes a report that one has taken.
#[utoipa::path(post, path = "/api/safety-reports/{id}/close", operation_id = "close_safety_report", tag = "assessments",
    params(("id" = Uuid, Path)), request_body = CloseSafetyReport, responses((status = 200)))]
async fn close_safety_report(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(body): Json<CloseSafetyReport>,
) -> Result<Response> {
    let asked = (id, fingerprint(&caller, &body.resolution)?);
    let mut command = match begin(&caller, &key, "close_safety_report", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    queue::close(&mut command.tx, &caller, SafetyReportId(id), &body.resolution).await?;
    command.finish(StatusCode::OK, &serde_json::json!({})).await
}

/// Asks for the address of the person behind a report. A colleague has a day to agree. 409 `already_asked` while an ask waits; 409 `nobody_to_agree`.
#[utoipa::path(post, path = "/api/safety-reports/{id}/contact-ask", operation_id = "ask_for_contact", tag = "assessments",
    params(("id" = Uuid, Path)), request_body = NewAsk, responses((status = 201)))]
async fn ask_for_contact(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<NewAsk>) -> Result<Response> {
    let asked = (id, fingerprint(&caller, &body.reason)?);
    let mut command = match begin(&caller, &key, "ask_for_contact", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    contact::ask(&mut command.tx, &caller, SafetyReportId(id), &body.reason).await?;
    command.finish(StatusCode::CREATED, &serde_json::json!({})).await
}

/// How the person behind a report is reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contact {
    /// Absent if the person has no address here, or it is the mailbox of a company they have left.
    pub email: Option<String>,
}

/// Reads the address of the person behind a report. It is in the person's record of access. 409 `not_agreed` unless a colleague agreed within the hour.
#[utoipa::path(get, path = "/api/safety-reports/{id}/contact", operation_id = "read_contact", tag = "assessments",
    params(("id" = Uuid, Path)), responses((status = 200, body = Contact)))]
async fn read_contact(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Contact>> {
    let mut tx = caller.begin().await?;
    let email = contact::read(&mut tx, &caller, SafetyReportId(id)).await?;
    tx.commit().await?;
    Ok(Json(Contact { email }))
}
