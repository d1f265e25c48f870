//! The slice's endpoints.

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    ids::{AppointmentId, PersonId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{clients, note};
use crate::kernel::{
    app::App,
    command::{Begun, IdempotencyKey, begin},
    ctx::Caller,
    error::Result,
    guard::guarded,
    json::{Json, Path, Query},
    validation::Checks,
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::KeepNotes, routes!(read_note, save_note)))
        .routes(guarded(Action::ReadClients, routes!(list_clients)))
        .routes(guarded(Action::ReadClients, routes!(read_client)))
        .routes(guarded(Action::ReadClients, routes!(list_client_notes)))
}

/// One's note on a consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnNote {
    /// Empty if nothing was written yet.
    pub text: String,
    /// To be sent back when saving; 0 if nothing was written yet.
    pub version: i32,
    pub updated_at: Option<String>,
    /// Whether it counts as clinical: the category of the specialist says so.
    pub is_clinical: bool,
}

/// Reads one's own note. A specialist's reading is in the person's record of access.
#[utoipa::path(get, path = "/api/appointments/{id}/note", operation_id = "read_note", tag = "notes",
    params(("id" = Uuid, Path)), responses((status = 200, body = OwnNote)))]
async fn read_note(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<OwnNote>> {
    let mut tx = caller.begin().await?;
    let (occasion, found) = note::read(&mut tx, &caller, AppointmentId(id)).await?;
    tx.commit().await?;
    let is_clinical = occasion.is_clinical;
    Ok(Json(match found {
        Some(note) => OwnNote { text: note.text, version: note.version, updated_at: Some(note.updated_at.to_string()), is_clinical },
        None => OwnNote { text: String::new(), version: 0, updated_at: None, is_clinical },
    }))
}

/// A note to be saved.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NoteDraft {
    /// At most 20,000 characters.
    pub text: String,
    /// The version it was written over; 0 for the first.
    pub version: i32,
}

/// What was saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteSaved {
    pub version: i32,
    pub updated_at: String,
    pub is_clinical: bool,
}

/// Saves one's own note. 409 `note_changed` with `version` and `updated_at` if a later version is there.
#[utoipa::path(put, path = "/api/appointments/{id}/note", operation_id = "save_note", tag = "notes",
    params(("id" = Uuid, Path)), request_body = NoteDraft, responses((status = 200, body = NoteSaved)))]
async fn save_note(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<NoteDraft>) -> Result<Response> {
    // A keyed hash stands for the text: what recognises a repeat must not let anybody try words against it.
    let asked = (id, body.version, hex::encode(caller.app.keys.lookup("request", &body.text)));
    let mut command = match begin(&caller, &key, "save_note", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let saved = note::save(&mut command.tx, &caller, AppointmentId(id), body.version, &body.text).await?;
    let answer = NoteSaved { version: saved.version, updated_at: saved.updated_at.to_string(), is_clinical: saved.is_clinical };
    command.finish(StatusCode::OK, &answer).await
}

/// Somebody who booked the specialist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSummary {
    pub id: Uuid,
    /// The name they chose.
    pub name: String,
    pub last_at: Option<String>,
    pub next_at: Option<String>,
    /// Consultations that took place or will.
    pub consultations: i64,
}

impl From<clients::Client> for ClientSummary {
    fn from(client: clients::Client) -> Self {
        Self {
            id: client.id.0,
            name: client.name,
            last_at: client.last.map(|at| at.to_string()),
            next_at: client.next.map(|at| at.to_string()),
            consultations: client.count,
        }
    }
}

/// A specialist's clients.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientList {
    /// The latest consultation first.
    pub clients: Vec<ClientSummary>,
    pub has_more: bool,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClientsQuery {
    /// The last of the page before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
}

impl ClientsQuery {
    fn limit(&self) -> Result<i64> {
        let limit = self.limit.unwrap_or(50);
        Checks::new().range(limit, 1, 100, "?limit").done()?;
        Ok(limit)
    }
}

/// Lists the people who booked one.
#[utoipa::path(get, path = "/api/clients", operation_id = "list_clients", tag = "notes",
    params(ClientsQuery), responses((status = 200, body = ClientList)))]
async fn list_clients(caller: Caller, Query(query): Query<ClientsQuery>) -> Result<Json<ClientList>> {
    let limit = query.limit()?;
    let mut tx = caller.begin().await?;
    let mut found = clients::list(&mut tx, &caller, query.after.map(PersonId), limit + 1).await?;
    tx.commit().await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > page;
    found.truncate(page);
    Ok(Json(ClientList { clients: found.into_iter().map(Into::into).collect(), has_more }))
}

/// A consultation with a client.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientVisit {
    pub appointment_id: Uuid,
    pub category: String,
    pub starts_at: String,
    pub ends_at: String,
    /// When it was to end, if it was ended before its time: it ended at `ends_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_ends_at: Option<String>,
    /// `booked`, `completed` or `canceled`.
    pub status: String,
    /// `video`, `audio` or `chat`.
    pub format: String,
    /// `held`, `employee_absent`, `specialist_absent`, `both_absent` or `cut_short`; absent before it is decided.
    pub outcome: Option<String>,
    /// Whether one has written a note on it.
    pub has_note: bool,
}

/// An answer in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeAnswer {
    pub question: String,
    pub answer: String,
}

/// What a client said brings them, in one category.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientIntake {
    pub category: String,
    pub updated_at: String,
    pub topics: Vec<String>,
    pub answers: Vec<IntakeAnswer>,
}

/// A client as their specialist sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientPage {
    pub client: ClientSummary,
    /// The latest first.
    pub visits: Vec<ClientVisit>,
    pub intakes: Vec<ClientIntake>,
}

/// Opens a client's record. It is in the person's record of access.
#[utoipa::path(get, path = "/api/clients/{id}", operation_id = "read_client", tag = "notes",
    params(("id" = Uuid, Path)), responses((status = 200, body = ClientPage)))]
async fn read_client(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<ClientPage>> {
    let mut tx = caller.begin().await?;
    let record = clients::open(&mut tx, &caller, PersonId(id)).await?;
    tx.commit().await?;
    let visits = record.history.into_iter().map(|past| ClientVisit {
        appointment_id: past.appointment().0,
        category: past.category.0.get(caller.locale).to_owned(),
        starts_at: past.starts_at.to_jiff().to_string(),
        ends_at: past.ends_at.to_jiff().to_string(),
        planned_ends_at: past.planned_ends_at.map(|at| at.to_jiff().to_string()),
        status: past.status,
        format: past.format,
        outcome: past.outcome,
        has_note: past.has_note,
    });
    let intakes = record.intakes.into_iter().map(|intake| ClientIntake {
        category: intake.category,
        updated_at: intake.updated_at.to_string(),
        topics: intake.topics,
        answers: intake.answers.into_iter().map(|(question, answer)| IntakeAnswer { question, answer }).collect(),
    });
    Ok(Json(ClientPage { client: record.client.into(), visits: visits.collect(), intakes: intakes.collect() }))
}

/// A note on a client.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientNote {
    pub appointment_id: Uuid,
    /// The start of the consultation it is on.
    pub starts_at: String,
    pub text: String,
    pub version: i32,
    pub updated_at: String,
}

/// One's notes on a client.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientNotes {
    /// The latest consultation first.
    pub notes: Vec<ClientNote>,
    pub has_more: bool,
}

/// Reads one's own notes on a client. It is in the person's record of access.
#[utoipa::path(get, path = "/api/clients/{id}/notes", operation_id = "list_client_notes", tag = "notes",
    params(("id" = Uuid, Path), ClientsQuery), responses((status = 200, body = ClientNotes)))]
async fn list_client_notes(caller: Caller, Path(id): Path<Uuid>, Query(query): Query<ClientsQuery>) -> Result<Json<ClientNotes>> {
    let limit = query.limit()?;
    let mut tx = caller.begin().await?;
    let (found, has_more) = note::on_client(&mut tx, &caller, PersonId(id), query.after.map(AppointmentId), limit).await?;
    tx.commit().await?;
    let notes = found.into_iter().map(|(note, starts_at)| ClientNote {
        appointment_id: note.appointment.0,
        starts_at: starts_at.to_string(),
        text: note.text,
        version: note.version,
        updated_at: note.updated_at.to_string(),
    });
    Ok(Json(ClientNotes { notes: notes.collect(), has_more }))
}
