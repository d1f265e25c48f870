//! One's own account: what one says of oneself, preferences, address and sessions.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{access::Action, ids::SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        account::{self, AccountChange, Preferences},
        change_email, keycloak, session, sessions,
    },
    pass::PassStanding,
    proof::ChallengedCode,
    sign_in::{CodeAsked, CodeRequest, TYPED_MAX},
};
use crate::kernel::{
    app::App,
    command::{self, Begun, IdempotencyKey},
    ctx::{Caller, Ctx},
    error::{Error, Result},
    guard::guarded,
    json::{Json, Path},
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::OwnAccount, routes!(read_account, change_account)))
        .routes(guarded(Action::OwnAccount, routes!(read_preferences, set_preferences)))
        .routes(guarded(Action::OwnAccount, routes!(start_email_change, remove_email)))
        .routes(guarded(Action::OwnAccount, routes!(finish_email_change)))
        .routes(guarded(Action::OwnAccount, routes!(list_sessions)))
        .routes(guarded(Action::OwnAccount, routes!(end_session)))
        .routes(guarded(Action::OwnAccount, routes!(end_other_sessions)))
        .routes(guarded(Action::SignIn, routes!(sign_out)))
}

/// The signed-in person's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    pub display_name: String,
    pub locale: &'static str,
    pub time_zone: String,
    /// The proven address, if there is one.
    pub email: Option<String>,
    /// An employee's company.
    pub company: Option<String>,
    /// One signs in at the company itself (SSO): it knows that one does.
    pub is_by_sso: bool,
    /// How one's access stands, if one came with a pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<PassStanding>,
}

impl From<account::Account> for AccountView {
    fn from(account: account::Account) -> Self {
        Self {
            display_name: account.display_name,
            locale: account.locale.tag(),
            time_zone: account.time_zone,
            email: account.email,
            company: account.company,
            is_by_sso: account.is_by_sso,
            pass: account.pass.map(PassStanding::from),
        }
    }
}

/// Reads one's own account.
#[utoipa::path(get, path = "/api/me/account", operation_id = "readAccount", tag = "identity", responses((status = 200, body = AccountView)))]
async fn read_account(caller: Caller) -> Result<Json<AccountView>> {
    let mut tx = caller.begin().await?;
    Ok(Json(account::read(&mut tx, &caller).await?.into()))
}

/// A change of one's own account; what is absent stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountPatch {
    pub display_name: Option<String>,
    /// `ru`, `kk` or `en`.
    pub locale: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
}

/// Changes one's own account.
#[utoipa::path(patch, path = "/api/me/account", operation_id = "changeAccount", tag = "identity", request_body = AccountPatch,
    responses((status = 200, body = AccountView)))]
async fn change_account(caller: Caller, key: IdempotencyKey, Json(body): Json<AccountPatch>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.change_account", &body).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let change = AccountChange { display_name: body.display_name, locale: body.locale, time_zone: body.time_zone };
    account::change(&mut cmd.tx, &caller, &change).await?;
    let view = AccountView::from(account::read(&mut cmd.tx, &caller).await?);
    cmd.finish(StatusCode::OK, &view).await
}

/// How one wants to be told things.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PreferencesView {
    /// Whether reminders and news come by mail. Codes and security notices always do.
    pub email: bool,
    /// Minutes before a consultation: of 1440, 60 and 10.
    pub reminders_min: Vec<i32>,
    /// `HH:MM` in one's own zone; both or neither. May cross midnight.
    pub quiet_from: Option<String>,
    pub quiet_to: Option<String>,
}

impl From<Preferences> for PreferencesView {
    fn from(p: Preferences) -> Self {
        Self { email: p.email, reminders_min: p.reminders_min, quiet_from: p.quiet_from, quiet_to: p.quiet_to }
    }
}

/// Reads one's own preferences.
#[utoipa::path(get, path = "/api/me/notifications", operation_id = "readPreferences", tag = "identity",
    responses((status = 200, body = PreferencesView)))]
async fn read_preferences(caller: Caller) -> Result<Json<PreferencesView>> {
    let mut tx = caller.begin().await?;
    Ok(Json(account::preferences(&mut tx, &caller).await?.into()))
}

/// Sets one's own preferences.
#[utoipa::path(put, path = "/api/me/notifications", operation_id = "setPreferences", tag = "identity", request_body = PreferencesView,
    responses((status = 200, body = PreferencesView)))]
async fn set_preferences(caller: Caller, key: IdempotencyKey, Json(body): Json<PreferencesView>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.set_preferences", &body).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let wanted = Preferences { email: body.email, reminders_min: body.reminders_min, quiet_from: body.quiet_from, quiet_to: body.quiet_to };
    account::set_preferences(&mut cmd.tx, &caller, &wanted).await?;
    let view = PreferencesView::from(account::preferences(&mut cmd.tx, &caller).await?);
    cmd.finish(StatusCode::OK, &view).await
}

/// Sends a code to a new address of one's own. The challenge is good once, so no idempotency key is needed.
#[utoipa::path(post, path = "/api/me/email", operation_id = "startEmailChange", tag = "identity", request_body = CodeRequest,
    responses((status = 202, body = CodeAsked)))]
async fn start_email_change(ctx: Ctx, caller: Caller, Json(body): Json<CodeRequest>) -> Result<Response> {
    Checks::new().email(body.email.trim(), "/email").done()?;
    let started = change_email::start(&caller.app, &caller.principal, &body.email, ctx.locale, ctx.address).await?;
    Ok(super::accepted(CodeAsked::from(started)))
}

/// Takes the code: the new address is one's own.
#[utoipa::path(post, path = "/api/me/email/answer", operation_id = "finishEmailChange", tag = "identity", request_body = ChallengedCode,
    responses((status = 200, body = AccountView)))]
async fn finish_email_change(ctx: Ctx, caller: Caller, Json(body): Json<ChallengedCode>) -> Result<Json<AccountView>> {
    Checks::new().text(&body.code, 1, TYPED_MAX, "/code").done()?;
    change_email::answer(&caller.app, &caller.principal, body.challenge_id, &body.code, ctx.address).await?;
    let mut tx = caller.begin().await?;
    Ok(Json(account::read(&mut tx, &caller).await?.into()))
}

/// Gives one's address up.
#[utoipa::path(delete, path = "/api/me/email", operation_id = "removeEmail", tag = "identity", responses((status = 200, body = AccountView)))]
async fn remove_email(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.remove_email", &()).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    change_email::remove(&mut cmd.tx, &caller).await?;
    let view = AccountView::from(account::read(&mut cmd.tx, &caller).await?);
    cmd.finish(StatusCode::OK, &view).await
}

/// A session of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    pub id: Uuid,
    /// Coarse: `Firefox · Windows`; may be empty.
    pub device: String,
    /// What was shown in it: `email`, `passkey`, `totp`, `recovery`, `access_code`, `invitation`, `demo`.
    pub factors: Vec<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339, exact to a minute.
    pub seen_at: String,
    /// The one that asks.
    pub is_current: bool,
}

async fn session_list(tx: &mut platform::db::Tx, caller: &Caller) -> Result<Vec<SessionView>> {
    let current = caller.principal.session.0;
    let view = |row: sessions::SessionRow| SessionView {
        is_current: row.id == current,
        id: row.id,
        device: row.device,
        factors: row.factors,
        created_at: row.created_at.to_jiff().to_string(),
        seen_at: row.seen_at.to_jiff().to_string(),
    };
    Ok(sessions::list(tx, caller).await?.into_iter().map(view).collect())
}

/// Lists one's own sessions, the latest seen first.
#[utoipa::path(get, path = "/api/me/sessions", operation_id = "listSessions", tag = "identity", responses((status = 200, body = Vec<SessionView>)))]
async fn list_sessions(caller: Caller) -> Result<Json<Vec<SessionView>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(session_list(&mut tx, &caller).await?))
}

/// Ends one of one's own sessions; gives those that are left.
#[utoipa::path(delete, path = "/api/me/sessions/{id}", operation_id = "endSession", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<SessionView>)))]
async fn end_session(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.end_session", &id).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    sessions::revoke(&mut cmd.tx, &caller, SessionId(id)).await?;
    let view = session_list(&mut cmd.tx, &caller).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Ends all of one's own sessions but the asking one.
#[utoipa::path(post, path = "/api/me/sessions/end-others", operation_id = "endOtherSessions", tag = "identity",
    responses((status = 200, body = Vec<SessionView>)))]
async fn end_other_sessions(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.end_other_sessions", &()).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    sessions::revoke_others(&mut cmd.tx, &caller).await?;
    let view = session_list(&mut cmd.tx, &caller).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Ends the session and empties the browser of what it kept. Done twice it does no harm.
#[utoipa::path(post, path = "/api/auth/sign-out", operation_id = "signOut", tag = "identity", responses((status = 204)))]
async fn sign_out(ctx: Ctx) -> Result<Response> {
    if let Some(principal) = &ctx.principal {
        sessions::sign_out(&ctx.app, principal).await?;
    }
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let cookie = HeaderValue::from_str(&session::forget_cookie()).map_err(Error::internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    if ctx.app.keycloak.is_some() && ctx.principal.is_some() {
        let left = HeaderValue::from_str(&keycloak::left::cookie()).map_err(Error::internal)?;
        response.headers_mut().append(header::SET_COOKIE, left);
    }
    // W3C Clear Site Data §3.1: drafts and cached answers must not wait for the next person at the device.
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
