//! The slice's endpoints.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{access::Action, ids::ApprovalId};
use futures::TryStreamExt as _;
use jiff_sqlx::Timestamp as SqlTimestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use uuid::Uuid;

use super::{
    export,
    list::{self, Search},
};
use crate::kernel::{
    app::App,
    audit,
    chain::{self, Verified},
    command::{Begun, IdempotencyKey, begin},
    ctx::Caller,
    error::{Error, Result},
    guard::guarded,
    json::{Json, Path, Query},
    validation::Checks,
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadAudit, routes!(search_audit)))
        .routes(guarded(Action::ReadAudit, routes!(read_audit_chain)))
        .routes(guarded(Action::ReadAudit, routes!(verify_audit)))
        .routes(guarded(Action::AskForAuditExport, routes!(ask_for_audit_export)))
        .routes(guarded(Action::AskForAuditExport, routes!(download_audit_export)))
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Who acted: ids, or the last 12 digits of each, with commas between them. Never a name, which has no place in an address.
    pub actor: Option<String>,
    /// Whose record: an id, or its last 12 digits.
    pub subject: Option<String>,
    /// The action, or how its name begins.
    pub action: Option<String>,
    /// The last entry of the page before.
    pub after: Option<i64>,
    /// 1 to 100; 50 without it.
    pub limit: Option<i64>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLine {
    pub id: i64,
    pub at: String,
    /// The last 12 digits of the actor's id; absent for the system.
    pub actor: Option<String>,
    /// Of staff only.
    pub actor_name: Option<String>,
    pub actor_role: String,
    pub action: String,
    /// The last 12 digits of the id of the person whose record it is.
    pub subject: Option<String>,
    /// `kind:id` of the thing.
    pub resource: Option<String>,
    #[schema(value_type = Object)]
    pub detail: Value,
    /// The number in the chain; absent for a moment after the entry was made.
    pub sequence: Option<i64>,
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLines {
    /// The newest first.
    pub entries: Vec<AuditLine>,
    pub has_more: bool,
}

/// Searches the audit log. Looking into one person's entries is itself an entry.
#[utoipa::path(get, path = "/api/audit", operation_id = "search_audit", tag = "audit",
    params(AuditQuery), responses((status = 200, body = AuditLines)))]
async fn search_audit(caller: Caller, Query(query): Query<AuditQuery>) -> Result<Json<AuditLines>> {
    let limit = query.limit.unwrap_or(50);
    Checks::new().range(limit, 1, 100, "?limit").done()?;
    let search = Search {
        actor: query.actor,
        subject: query.subject,
        action: query.action.filter(|a| !a.is_empty()),
        after: query.after,
        limit: limit + 1,
    };
    let mut tx = caller.begin().await?;
    let mut found = list::search(&mut tx, &caller, &search).await?;
    tx.commit().await?;
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > page;
    found.truncate(page);
    let entries = found.into_iter().map(|line| AuditLine {
        id: line.id,
        at: line.at.to_string(),
        actor: line.actor,
        actor_name: line.actor_name,
        actor_role: line.actor_role,
        action: line.action,
        subject: line.subject,
        resource: line.resource,
        detail: line.detail,
        sequence: line.sequence,
    });
    Ok(Json(AuditLines { entries: entries.collect(), has_more }))
}

/// The newest link of the chain. Written down elsewhere, it shows later whether anything before it was changed or cut off.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditHead {
    /// How many entries are chained; 0 if none is.
    pub sequence: i64,
    /// SHA-256 in hexadecimal.
    pub hash: Option<String>,
    pub sealed_at: Option<String>,
}

/// Reads the newest link of the chain.
#[utoipa::path(get, path = "/api/audit/chain", operation_id = "read_audit_chain", tag = "audit", responses((status = 200, body = AuditHead)))]
async fn read_audit_chain(caller: Caller) -> Result<Json<AuditHead>> {
    let mut tx = caller.begin().await?;
    let head: Option<(i64, Vec<u8>, SqlTimestamp)> =
        sqlx::query_as("SELECT sequence, hash, sealed_at FROM audit_seals ORDER BY sequence DESC LIMIT 1").fetch_optional(&mut *tx).await?;
    tx.commit().await?;
    Ok(Json(match head {
        Some((sequence, hash, at)) => AuditHead { sequence, hash: Some(hex::encode(hash)), sealed_at: Some(at.to_jiff().to_string()) },
        None => AuditHead { sequence: 0, hash: None, sealed_at: None },
    }))
}

/// Whether the chain holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerification {
    pub is_intact: bool,
    /// How many links hold, from the first.
    pub links: i64,
    /// The number of the first link that does not hold.
    pub broken_at: Option<i64>,
    pub checked_at: String,
}

/// Recomputes the whole chain. Takes about a second for each hundred thousand entries.
#[utoipa::path(get, path = "/api/audit/verification", operation_id = "verify_audit", tag = "audit",
    responses((status = 200, body = AuditVerification)))]
async fn verify_audit(caller: Caller) -> Result<Json<AuditVerification>> {
    let verified = chain::verify(&caller.app.db).await.map_err(Error::internal)?;
    let mut tx = caller.begin().await?;
    audit::append(&mut tx, &caller, audit::Entry::new("audit.verify")).await?;
    tx.commit().await?;
    let (links, broken_at) = match verified {
        Verified::Intact { links, .. } => (links, None),
        Verified::BrokenAt(sequence) => (sequence - 1, Some(sequence)),
    };
    Ok(Json(AuditVerification { is_intact: broken_at.is_none(), links, broken_at, checked_at: caller.now().to_string() }))
}

/// Which part of the log is asked for as a file, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewAuditExport {
    /// The first day, `YYYY-MM-DD`, by the calendar of the deployment's own zone.
    pub first_day: String,
    /// The last day, included; within a year of the first.
    pub last_day: String,
    /// 10 to 500 characters; sealed, and read by the colleagues who may agree.
    pub reason: String,
}

/// Asks for the log as a file. A colleague has a day to agree. 409 `already_asked` while an ask waits; 409 `nobody_to_agree`.
#[utoipa::path(post, path = "/api/audit/exports", operation_id = "ask_for_audit_export", tag = "audit",
    request_body = NewAuditExport, responses((status = 201)))]
async fn ask_for_audit_export(caller: Caller, key: IdempotencyKey, Json(body): Json<NewAuditExport>) -> Result<Response> {
    // Hashed under a key: nobody may try words against what is kept of the request.
    let asked = hex::encode(caller.app.keys.lookup("request", &serde_json::to_string(&body).map_err(Error::internal)?));
    let mut command = match begin(&caller, &key, "ask_for_audit_export", &asked).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    export::ask(&mut command.tx, &caller, &body.first_day, &body.last_day, &body.reason).await?;
    command.finish(StatusCode::CREATED, &serde_json::json!({})).await
}

/// Takes the log as a file: CSV, the oldest entry first. It is an entry of its own. 409 `not_agreed` unless it is one's own ask, and a colleague agreed within
/// the hour.
#[utoipa::path(get, path = "/api/audit/exports/{id}/file", operation_id = "download_audit_export", tag = "audit",
    params(("id" = Uuid, Path)), responses((status = 200, body = String, content_type = "text/csv")))]
async fn download_audit_export(caller: Caller, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = caller.begin().await?;
    let export = export::open(&mut tx, &caller, ApprovalId(id)).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"audit-{}-{}.csv\"", export.first_day, export.last_day);
    // What goes wrong midway breaks the file off, which the browser notices: half a log is never taken for the whole.
    let pieces = export::pieces(caller, export).map_err(|error| std::io::Error::other(error.code));
    let mut response = Response::new(Body::from_stream(pieces));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Error::internal)?);
    Ok(response)
}
