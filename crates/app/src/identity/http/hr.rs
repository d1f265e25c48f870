//! A company's HR, for the operator's administrators: who there is, inviting, and ending access.

use axum::{http::StatusCode, response::Response};
use domain::{access::Action, ids::PersonId};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        hr,
        invitations::{self, InvitationKind, NewInvitation},
    },
    staff::{SentInvitation, check_invitation},
};
use crate::{
    kernel::{
        app::App,
        command::{self, Begun, Command, IdempotencyKey},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path},
        validation::Checks,
    },
    organisations,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SeeHr, routes!(list_hr)))
        .routes(guarded(Action::ManageHr, routes!(invite_hr)))
        .routes(guarded(Action::ManageHr, routes!(end_hr)))
        .routes(guarded(Action::ManageHr, routes!(revoke_hr_invitation)))
        .routes(guarded(Action::ManageHr, routes!(resend_hr_invitation)))
}

/// One of a company's HR.
#[derive(Debug, Serialize, ToSchema)]
pub struct HrManager {
    pub id: Uuid,
    pub display_name: String,
    /// RFC 3339.
    pub since: String,
    /// RFC 3339; absent while they have access.
    pub deactivated_at: Option<String>,
}

/// Who keeps a company's roster.
#[derive(Debug, Serialize, ToSchema)]
pub struct HrView {
    /// Those with access first.
    pub managers: Vec<HrManager>,
    /// The newest first.
    pub invitations: Vec<SentInvitation>,
}

async fn view(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<HrView> {
    let managers = hr::list(tx, company).await?.into_iter().map(|row| HrManager {
        id: row.id,
        display_name: row.display_name,
        since: row.created_at.to_jiff().to_string(),
        deactivated_at: row.deactivated_at.map(|at| at.to_jiff().to_string()),
    });
    let invitations = invitations::list(tx, caller, InvitationKind::Hr, Some(company)).await?;
    Ok(HrView { managers: managers.collect(), invitations: invitations.into_iter().map(Into::into).collect() })
}

async fn finish(mut cmd: Box<Command>, caller: &Caller, company: Uuid, status: StatusCode) -> Result<Response> {
    let view = view(&mut cmd.tx, caller, company).await?;
    cmd.finish(status, &view).await
}

/// Who keeps a company's roster, and who is invited to.
#[utoipa::path(get, path = "/api/operator/companies/{id}/hr", operation_id = "list_hr", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = HrView)))]
async fn list_hr(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<HrView>> {
    let mut tx = caller.begin().await?;
    organisations::exists(&mut tx, id).await?;
    Ok(Json(view(&mut tx, &caller, id).await?))
}

/// One of a company's HR to invite.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HrInvitation {
    pub email: String,
    pub name: String,
    /// The language of the mail; the asking one's if absent.
    pub locale: Option<String>,
}

/// Invites one of a company's HR by mail.
#[utoipa::path(post, path = "/api/operator/companies/{id}/hr-invitations", operation_id = "invite_hr", tag = "identity", params(("id" = Uuid, Path)),
    request_body = HrInvitation, responses((status = 201, body = HrView)))]
async fn invite_hr(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<HrInvitation>) -> Result<Response> {
    let mut checks = Checks::new();
    let locale = check_invitation(&mut checks, &caller, &body.email, &body.name, body.locale.as_deref());
    checks.done()?;
    let new = NewInvitation {
        kind: InvitationKind::Hr,
        email: body.email.clone(),
        name: body.name.clone(),
        locale,
        capabilities: Vec::new(),
        categories: Vec::new(),
        company: Some(id),
    };
    let mut cmd = match command::begin(&caller, &key, "identity.invite", &(id, &body)).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    organisations::in_use(&mut cmd.tx, id).await?;
    invitations::create(&mut cmd.tx, &caller, &new).await?;
    finish(cmd, &caller, id, StatusCode::CREATED).await
}

/// Ends the access of one of a company's HR.
#[utoipa::path(post, path = "/api/operator/hr/{id}/deactivate", operation_id = "end_hr", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = HrView)))]
async fn end_hr(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.end_hr", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let company = hr::end(&mut cmd.tx, &caller, PersonId(id)).await?;
    finish(cmd, &caller, company, StatusCode::OK).await
}

/// Withdraws an invitation of HR.
#[utoipa::path(delete, path = "/api/operator/hr-invitations/{id}", operation_id = "revoke_hr_invitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = HrView)))]
async fn revoke_hr_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.revoke_invitation", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let company = hr::company_of_invitation(&mut cmd.tx, id).await?;
    invitations::revoke(&mut cmd.tx, &caller, InvitationKind::Hr, id).await?;
    finish(cmd, &caller, company, StatusCode::OK).await
}

/// Sends an invitation of HR once more, with a new link.
#[utoipa::path(post, path = "/api/operator/hr-invitations/{id}/resend", operation_id = "resend_hr_invitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = HrView)))]
async fn resend_hr_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.resend_invitation", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let company = hr::company_of_invitation(&mut cmd.tx, id).await?;
    invitations::resend(&mut cmd.tx, &caller, InvitationKind::Hr, id).await?;
    finish(cmd, &caller, company, StatusCode::OK).await
}
