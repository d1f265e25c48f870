//! The slice's endpoints. What is asked for has its own in the slice it belongs to.

use axum::response::Response;
use domain::{access::Action, approvals::Decision, ids::ApprovalId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    decide::decide,
    list::{self, Approval},
};
use crate::kernel::{
    app::App,
    command::{IdempotencyKey, once},
    ctx::Caller,
    error::{Error, Result},
    guard::guarded,
    json::{Json, Path},
};

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SeeApprovals, routes!(list_approvals)))
        .routes(guarded(Action::Approve, routes!(decide_approval)))
        .routes(guarded(Action::SeeApprovals, routes!(withdraw_approval)))
}

/// Something a member of staff asks for that takes two.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalView {
    pub id: Uuid,
    /// `contact` (the address of the person behind a safety report) or `audit_export` (the audit log as a file).
    pub kind: String,
    /// Of a contact: the report.
    pub report_id: Option<Uuid>,
    /// Of an export: its first and last day.
    pub first_day: Option<String>,
    pub last_day: Option<String>,
    pub reason: String,
    /// Of a refused one: why, in the words of who refused.
    pub refusal: Option<String>,
    pub asked_by_name: String,
    pub asked_at: String,
    /// `waiting`, `open` (it may be done), `over` (it was agreed to, and the hour is past), `refused`, `withdrawn`, `lapsed` (nobody agreed in time).
    pub state: String,
    /// Until when the state lasts, if a clock ends it.
    pub until: Option<String>,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<String>,
    pub is_mine: bool,
    /// Whether the caller may agree to it or refuse it now.
    pub may_decide: bool,
}

impl ApprovalView {
    fn of(caller: &Caller, approval: Approval) -> Self {
        let is_waiting = matches!(approval.state, domain::approvals::State::Waiting(_));
        Self {
            id: approval.id.0,
            kind: approval.kind.name().to_owned(),
            report_id: approval.report.map(|r| r.0),
            first_day: approval.days.map(|(first, _)| first.to_string()),
            last_day: approval.days.map(|(_, last)| last.to_string()),
            reason: approval.reason,
            refusal: approval.refusal,
            asked_by_name: approval.asked_by_name,
            asked_at: approval.asked_at.to_string(),
            state: approval.state.name().to_owned(),
            until: approval.state.until().map(|at| at.to_string()),
            decided_by_name: approval.decided_by_name,
            decided_at: approval.decided_at.map(|at| at.to_string()),
            is_mine: approval.asked_by == caller.me(),
            may_decide: is_waiting && approval.may_agree,
        }
    }
}

/// What the caller may know of, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Approvals {
    pub approvals: Vec<ApprovalView>,
}

/// Lists what takes two: what waits, and what became of the rest.
#[utoipa::path(get, path = "/api/approvals", operation_id = "list_approvals", tag = "approvals", responses((status = 200, body = Approvals)))]
async fn list_approvals(caller: Caller) -> Result<Json<Approvals>> {
    let mut tx = caller.begin().await?;
    let found = list::list(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(Json(Approvals { approvals: found.into_iter().map(|approval| ApprovalView::of(&caller, approval)).collect() }))
}

/// Why something that takes two is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewAsk {
    /// 10 to 500 characters; sealed, and read by the colleagues who may agree.
    pub reason: String,
}

/// A colleague's decision.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ApprovalDecision {
    /// `agreed` or `refused`.
    pub decision: String,
    /// Why it is refused, which has to be said: 10 to 500 characters; sealed, and read by the one who asked and those who may agree.
    #[serde(default)]
    pub reason: String,
}

/// Agrees to what a colleague asks for, or refuses it and says why. 409 `own_ask` for one's own; 409 `ask_decided` once it was decided or nobody had agreed in time.
#[utoipa::path(post, path = "/api/approvals/{id}/decision", operation_id = "decide_approval", tag = "approvals",
    params(("id" = Uuid, Path)), request_body = ApprovalDecision, responses((status = 200)))]
async fn decide_approval(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(body): Json<ApprovalDecision>,
) -> Result<Response> {
    let decision = match Decision::parse(&body.decision) {
        Some(decision @ (Decision::Agreed | Decision::Refused)) => decision,
        _ => return Err(Error::field("/decision", "not_a_choice")),
    };
    once!(caller, key, "decide_approval", &(id, &body), OK, |tx| async {
        decide(tx, &caller, ApprovalId(id), decision, &body.reason).await.map(|()| serde_json::json!({}))
    })
}

/// Takes one's own ask back. 409 `ask_decided` once it was decided.
#[utoipa::path(post, path = "/api/approvals/{id}/withdraw", operation_id = "withdraw_approval", tag = "approvals",
    params(("id" = Uuid, Path)), responses((status = 200)))]
async fn withdraw_approval(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "withdraw_approval", &id, OK, |tx| async {
        decide(tx, &caller, ApprovalId(id), Decision::Withdrawn, "").await.map(|()| serde_json::json!({}))
    })
}
