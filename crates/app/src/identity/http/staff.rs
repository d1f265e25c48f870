//! The operator's staff, invitations, and accepting them.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    access::{Action, Role},
    ids::PersonId,
    text::Locale,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        acceptance,
        invitations::{self, InvitationKind, InvitationView, NewInvitation},
        people, reset, staff,
    },
    sign_in::{SignInDone, done, entrant},
};
use crate::kernel::{
    app::App,
    command::{self, Begun, Command, IdempotencyKey},
    ctx::{Caller, Ctx},
    error::{Error, Result},
    guard::{built_in, guarded},
    json::{Json, Path},
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SeeStaff, routes!(list_staff)))
        .routes(guarded(Action::ManageStaff, routes!(set_capabilities)))
        .routes(guarded(Action::ManageStaff, routes!(deactivate_staff)))
        .routes(guarded(Action::ManageStaff, routes!(reset_factors)))
        .routes(guarded(Action::SeeStaff, routes!(list_staff_invitations)))
        .routes(guarded(Action::ManageStaff, routes!(invite_staff)))
        .routes(guarded(Action::ManageStaff, routes!(revoke_staff_invitation)))
        .routes(guarded(Action::ManageStaff, routes!(resend_staff_invitation)))
        .routes(guarded(Action::InviteSpecialists, routes!(list_specialist_invitations, invite_specialist)))
        .routes(guarded(Action::InviteSpecialists, routes!(revoke_specialist_invitation)))
        .routes(guarded(Action::InviteSpecialists, routes!(resend_specialist_invitation)))
        .routes(guarded(Action::SignIn, routes!(read_invitation)))
        .routes(guarded(Action::SignIn, built_in(routes!(accept_invitation))))
}

/// A member of the operator's staff.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffMember {
    pub id: Uuid,
    pub display_name: String,
    /// Of `support`, `safety`, `finance`, `catalogue`, `admin`, `auditor`.
    pub capabilities: Vec<String>,
    /// RFC 3339.
    pub since: String,
    /// RFC 3339; absent while in service.
    pub deactivated_at: Option<String>,
    /// The one who asks.
    pub is_me: bool,
}

async fn staff_list(tx: &mut platform::db::Tx, caller: &Caller) -> Result<Vec<StaffMember>> {
    let view = |row: staff::StaffRow| StaffMember {
        is_me: row.id == caller.me().0,
        id: row.id,
        display_name: row.display_name,
        capabilities: row.capabilities,
        since: row.created_at.to_jiff().to_string(),
        deactivated_at: row.deactivated_at.map(|at| at.to_jiff().to_string()),
    };
    Ok(staff::list(tx).await?.into_iter().map(view).collect())
}

/// Lists the staff.
#[utoipa::path(get, path = "/api/staff", operation_id = "listStaff", tag = "identity", responses((status = 200, body = Vec<StaffMember>)))]
async fn list_staff(caller: Caller) -> Result<Json<Vec<StaffMember>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(staff_list(&mut tx, &caller).await?))
}

/// What a member may do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Capabilities {
    /// Of `support`, `safety`, `finance`, `catalogue`, `admin`, `auditor`.
    pub capabilities: Vec<String>,
}

fn roles(names: &[String]) -> Result<Vec<Role>> {
    let mut roles: Vec<Role> =
        names.iter().map(|name| Role::staff(name).ok_or_else(|| Error::field("/capabilities", "not_an_option"))).collect::<Result<_>>()?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// Sets what a member of the staff may do.
#[utoipa::path(put, path = "/api/staff/{id}/capabilities", operation_id = "setCapabilities", tag = "identity", request_body = Capabilities,
    params(("id" = Uuid, Path)), responses((status = 200, body = Vec<StaffMember>)))]
async fn set_capabilities(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<Capabilities>) -> Result<Response> {
    let wanted = roles(&body.capabilities)?;
    let mut cmd = match command::begin(&caller, &key, "identity.set_capabilities", &(id, &body)).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    staff::set_capabilities(&mut cmd.tx, &caller, PersonId(id), &wanted).await?;
    with_staff_list(cmd, &caller).await
}

async fn with_staff_list(mut cmd: Box<Command>, caller: &Caller) -> Result<Response> {
    let view = staff_list(&mut cmd.tx, caller).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Ends a member's service.
#[utoipa::path(post, path = "/api/staff/{id}/deactivate", operation_id = "deactivateStaff", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<StaffMember>)))]
async fn deactivate_staff(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.deactivate_staff", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    staff::deactivate(&mut cmd.tx, &caller, PersonId(id)).await?;
    with_staff_list(cmd, &caller).await
}

/// When the factors were taken away.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorsReset {
    /// RFC 3339.
    pub at: String,
}

/// Takes the lost second factors of a member of the staff or a specialist away, so that they can set up new ones.
#[utoipa::path(post, path = "/api/people/{id}/reset-factors", operation_id = "resetFactors", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = FactorsReset)))]
async fn reset_factors(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.reset_factors", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    reset::reset_factors(&mut cmd.tx, &caller, PersonId(id)).await?;
    cmd.finish(StatusCode::OK, &FactorsReset { at: caller.now().to_string() }).await
}

/// An invitation that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentInvitation {
    pub id: Uuid,
    pub email: Option<String>,
    pub name: String,
    /// Staff only.
    pub capabilities: Vec<String>,
    /// Specialists only.
    pub category_ids: Vec<Uuid>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub expires_at: String,
    /// `open`, `accepted`, `revoked` or `expired`.
    pub state: &'static str,
}

impl From<InvitationView> for SentInvitation {
    fn from(view: InvitationView) -> Self {
        Self {
            id: view.id,
            email: view.email,
            name: view.name,
            capabilities: view.capabilities,
            category_ids: view.categories,
            created_at: view.created_at.to_string(),
            expires_at: view.expires_at.to_string(),
            state: view.state.name(),
        }
    }
}

async fn invitation_list(tx: &mut platform::db::Tx, caller: &Caller, kind: InvitationKind) -> Result<Vec<SentInvitation>> {
    Ok(invitations::list(tx, caller, kind, None).await?.into_iter().map(Into::into).collect())
}

/// Lists invitations of staff, the newest first.
#[utoipa::path(get, path = "/api/staff-invitations", operation_id = "listStaffInvitations", tag = "identity",
    responses((status = 200, body = Vec<SentInvitation>)))]
async fn list_staff_invitations(caller: Caller) -> Result<Json<Vec<SentInvitation>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(invitation_list(&mut tx, &caller, InvitationKind::Staff).await?))
}

/// A new member of the staff.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct StaffInvitation {
    pub email: String,
    pub name: String,
    /// The language of the mail; the asking one's if absent.
    pub locale: Option<String>,
    /// At least one of `support`, `safety`, `finance`, `catalogue`, `admin`, `auditor`.
    pub capabilities: Vec<String>,
}

/// Invites a member of the staff by mail.
#[utoipa::path(post, path = "/api/staff-invitations", operation_id = "inviteStaff", tag = "identity", request_body = StaffInvitation,
    responses((status = 201, body = Vec<SentInvitation>)))]
async fn invite_staff(caller: Caller, key: IdempotencyKey, Json(body): Json<StaffInvitation>) -> Result<Response> {
    let mut checks = Checks::new();
    let locale = check_invitation(&mut checks, &caller, &body.email, &body.name, body.locale.as_deref());
    checks.that(!body.capabilities.is_empty(), "/capabilities", "required").done()?;
    let new = NewInvitation {
        kind: InvitationKind::Staff,
        email: body.email.clone(),
        name: body.name.clone(),
        locale,
        capabilities: roles(&body.capabilities)?,
        categories: Vec::new(),
        company: None,
    };
    invite(caller, key, &body, new).await
}

pub(super) fn check_invitation(checks: &mut Checks, caller: &Caller, email: &str, name: &str, locale: Option<&str>) -> Locale {
    checks.email(email.trim(), "/email").name(name, 1, people::NAME_MAX, "/name");
    let chosen = locale.map_or(Ok(caller.locale), str::parse);
    checks.that(chosen.is_ok(), "/locale", "not_an_option");
    chosen.unwrap_or(caller.locale)
}

async fn invite(caller: Caller, key: IdempotencyKey, body: &impl Serialize, new: NewInvitation) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.invite", body).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    invitations::create(&mut cmd.tx, &caller, &new).await?;
    let view = invitation_list(&mut cmd.tx, &caller, new.kind).await?;
    cmd.finish(StatusCode::CREATED, &view).await
}

/// Withdraws an invitation of staff.
#[utoipa::path(delete, path = "/api/staff-invitations/{id}", operation_id = "revokeStaffInvitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = Vec<SentInvitation>)))]
async fn revoke_staff_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    revoke(caller, key, InvitationKind::Staff, id).await
}

async fn revoke(caller: Caller, key: IdempotencyKey, kind: InvitationKind, id: Uuid) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.revoke_invitation", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    invitations::revoke(&mut cmd.tx, &caller, kind, id).await?;
    let view = invitation_list(&mut cmd.tx, &caller, kind).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Sends an invitation of staff once more, with a new link.
#[utoipa::path(post, path = "/api/staff-invitations/{id}/resend", operation_id = "resendStaffInvitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = Vec<SentInvitation>)))]
async fn resend_staff_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    resend(caller, key, InvitationKind::Staff, id).await
}

async fn resend(caller: Caller, key: IdempotencyKey, kind: InvitationKind, id: Uuid) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.resend_invitation", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    invitations::resend(&mut cmd.tx, &caller, kind, id).await?;
    let view = invitation_list(&mut cmd.tx, &caller, kind).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Lists invitations of specialists, the newest first.
#[utoipa::path(get, path = "/api/specialist-invitations", operation_id = "listSpecialistInvitations", tag = "identity",
    responses((status = 200, body = Vec<SentInvitation>)))]
async fn list_specialist_invitations(caller: Caller) -> Result<Json<Vec<SentInvitation>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(invitation_list(&mut tx, &caller, InvitationKind::Specialist).await?))
}

/// A specialist to invite.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SpecialistInvitation {
    pub email: String,
    pub name: String,
    /// The language of the mail; the asking one's if absent.
    pub locale: Option<String>,
    /// The fields the specialist will work in: 1 to 10.
    pub category_ids: Vec<Uuid>,
}

/// Invites a specialist by mail.
#[utoipa::path(post, path = "/api/specialist-invitations", operation_id = "inviteSpecialist", tag = "identity",
    request_body = SpecialistInvitation, responses((status = 201, body = Vec<SentInvitation>)))]
async fn invite_specialist(caller: Caller, key: IdempotencyKey, Json(body): Json<SpecialistInvitation>) -> Result<Response> {
    let mut checks = Checks::new();
    let locale = check_invitation(&mut checks, &caller, &body.email, &body.name, body.locale.as_deref());
    let mut categories = body.category_ids.clone();
    categories.sort_unstable();
    categories.dedup();
    checks.that(!categories.is_empty(), "/category_ids", "required").that(categories.len() <= 10, "/category_ids", "too_many").done()?;
    let new = NewInvitation {
        kind: InvitationKind::Specialist,
        email: body.email.clone(),
        name: body.name.clone(),
        locale,
        capabilities: Vec::new(),
        categories,
        company: None,
    };
    invite(caller, key, &body, new).await
}

/// Withdraws an invitation of a specialist.
#[utoipa::path(delete, path = "/api/specialist-invitations/{id}", operation_id = "revokeSpecialistInvitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = Vec<SentInvitation>)))]
async fn revoke_specialist_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    revoke(caller, key, InvitationKind::Specialist, id).await
}

/// Sends an invitation of a specialist once more, with a new link.
#[utoipa::path(post, path = "/api/specialist-invitations/{id}/resend", operation_id = "resendSpecialistInvitation", tag = "identity",
    params(("id" = Uuid, Path)), responses((status = 200, body = Vec<SentInvitation>)))]
async fn resend_specialist_invitation(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    resend(caller, key, InvitationKind::Specialist, id).await
}

/// The secret of an invitation's link.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InvitationSecret {
    /// What follows the link's `#`.
    pub token: String,
}

/// What an invitation is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationContent {
    /// `bootstrap` (the first administrator), `specialist`, `hr` or `staff`.
    pub kind: &'static str,
    pub name: String,
    pub email: Option<String>,
    /// RFC 3339.
    pub expires_at: String,
    /// Whoever accepts it may be one who signs in at a company here.
    pub is_at_work: bool,
}

const TOKEN_MAX: usize = 100;

/// Reads an invitation by its secret.
#[utoipa::path(post, path = "/api/invitations/read", operation_id = "readInvitation", tag = "identity", request_body = InvitationSecret,
    responses((status = 200, body = InvitationContent)))]
async fn read_invitation(ctx: Ctx, Json(body): Json<InvitationSecret>) -> Result<Json<InvitationContent>> {
    Checks::new().text(&body.token, 1, TOKEN_MAX, "/token").done()?;
    let (open, is_at_work) = acceptance::look(&ctx.app, &body.token, ctx.address).await?;
    let expires_at = open.expires_at.to_string();
    Ok(Json(InvitationContent { kind: open.kind.name(), name: open.name, email: open.email, expires_at, is_at_work }))
}

/// What somebody who accepts an invitation says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Acceptance {
    /// What follows the link's `#`.
    pub token: String,
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
}

/// Accepts an invitation: makes the account and signs in.
#[utoipa::path(post, path = "/api/invitations/accept", operation_id = "acceptInvitation", tag = "identity", request_body = Acceptance,
    responses((status = 200, body = SignInDone)))]
async fn accept_invitation(ctx: Ctx, headers: HeaderMap, Json(body): Json<Acceptance>) -> Result<Response> {
    let mut checks = Checks::new();
    people::check(&mut checks, &body.display_name, &body.time_zone);
    checks.text(&body.token, 1, TOKEN_MAX, "/token").done()?;
    let entrant = entrant(&ctx, &headers, &body.display_name, &body.time_zone);
    Ok(done(&acceptance::accept(&ctx.app, &body.token, entrant).await?))
}
