//! Records that get another account at Keycloak: those of the time before it, and whoever has lost what they sign in with. 404 where the deployment has none.

use axum::{http::StatusCode, response::Response};
use domain::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        keycloak::{
            moving::{self, Offer},
            way_back,
        },
        proof,
        sign_in::Ticket,
    },
    proof::{PasskeyAnswer, PasskeyCeremony},
    sign_in::TYPED_MAX,
};
use crate::kernel::{
    app::App,
    command::{self, Begun, IdempotencyKey},
    ctx::{Caller, Ctx, Kind},
    error::{Error, Result},
    guard::guarded,
    json::Json,
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SignIn, routes!(start_moving_by_passkey)))
        .routes(guarded(Action::SignIn, routes!(move_by_passkey)))
        .routes(guarded(Action::SignIn, routes!(move_by_code)))
        .routes(guarded(Action::SignIn, routes!(come_back)))
        .routes(guarded(Action::OwnAccount, routes!(read_way_back, make_way_back, remove_way_back)))
}

/// The longest secret that is taken.
const SECRET_MAX: usize = 100;

/// A record that may be given an account at Keycloak now: enter with the proof `record`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordOffer {
    pub ticket_id: Uuid,
    pub ticket: String,
    /// `employee`, `specialist` or `staff`.
    pub kind: &'static str,
    /// A code of the app, or a recovery code, is to be shown first.
    pub needs_code: bool,
    /// The person's own address, if they have one.
    pub email: Option<String>,
    /// They may sign in at a company from then on.
    pub is_at_work: bool,
}

impl From<Offer> for RecordOffer {
    fn from(offer: Offer) -> Self {
        Self {
            ticket_id: offer.ticket.id,
            ticket: offer.ticket.token,
            kind: offer.kind.name(),
            needs_code: offer.needs_code,
            email: offer.email,
            is_at_work: offer.is_at_work,
        }
    }
}

/// Begins showing a passkey of the time before Keycloak. Refused unless the operator has records moved now.
#[utoipa::path(post, path = "/api/auth/move/passkey/start", operation_id = "startMovingByPasskey", tag = "identity",
    responses((status = 200, body = PasskeyCeremony)))]
async fn start_moving_by_passkey(ctx: Ctx) -> Result<Json<PasskeyCeremony>> {
    Ok(Json(moving::start_passkey(&ctx.app).await?.into()))
}

/// Takes a passkey of the time before Keycloak. Signs nobody in: it lets its holder set up an account for their record.
#[utoipa::path(post, path = "/api/auth/move/passkey", operation_id = "moveByPasskey", tag = "identity", request_body = PasskeyAnswer,
    responses((status = 200, body = RecordOffer)))]
async fn move_by_passkey(ctx: Ctx, Json(body): Json<PasskeyAnswer>) -> Result<Json<RecordOffer>> {
    let credential = body.credential()?;
    Ok(Json(moving::with_passkey(&ctx.app, body.challenge_id, &credential, ctx.address).await?.into()))
}

/// The second code of whoever has an app.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SecondCode {
    pub ticket_id: Uuid,
    pub ticket: String,
    /// Of the app, or a recovery code.
    pub code: String,
}

/// Takes a code of the app, or a recovery code, after the mailed one.
#[utoipa::path(post, path = "/api/auth/move/code", operation_id = "moveByCode", tag = "identity", request_body = SecondCode,
    responses((status = 200, body = RecordOffer)))]
async fn move_by_code(ctx: Ctx, Json(body): Json<SecondCode>) -> Result<Json<RecordOffer>> {
    Checks::new().text(&body.code, 1, TYPED_MAX, "/code").text(&body.ticket, 1, SECRET_MAX, "/ticket").done()?;
    let ticket = Ticket { id: body.ticket_id, token: body.ticket };
    Ok(Json(moving::with_second_code(&ctx.app, &ticket, &body.code, ctx.address).await?.into()))
}

/// The code of somebody who has lost what they sign in with.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WayBackCode {
    /// In whatever case, with or without hyphens.
    pub code: String,
}

/// Takes the code of somebody who has lost what they sign in with: it lets them set up another account for their record.
#[utoipa::path(post, path = "/api/auth/way-back", operation_id = "comeBack", tag = "identity", request_body = WayBackCode,
    responses((status = 200, body = RecordOffer)))]
async fn come_back(ctx: Ctx, Json(body): Json<WayBackCode>) -> Result<Json<RecordOffer>> {
    Checks::new().text(&body.code, 1, TYPED_MAX, "/code").done()?;
    Ok(Json(way_back::with_code(&ctx.app, &body.code, ctx.address).await?.into()))
}

/// What one has for the day one loses what one signs in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayBackView {
    /// RFC 3339; absent without a code.
    pub made_at: Option<String>,
    /// RFC 3339; somebody came back by it then, and it is good no more.
    pub used_at: Option<String>,
    /// Nothing else that is known here would lead one back: neither an address nor one's company. A password at Keycloak may.
    pub is_only_way: bool,
}

async fn view(tx: &mut platform::db::Tx, caller: &Caller) -> Result<WayBackView> {
    let found = way_back::read(tx, caller.me()).await?;
    Ok(WayBackView {
        made_at: found.map(|found| found.made_at.to_string()),
        used_at: found.and_then(|found| found.used_at).map(|at| at.to_string()),
        is_only_way: way_back::is_only_way(&caller.app, caller.me()).await?,
    })
}

/// Tells whether one has a code for the way back.
#[utoipa::path(get, path = "/api/me/way-back", operation_id = "readWayBack", tag = "identity", responses((status = 200, body = WayBackView)))]
async fn read_way_back(caller: Caller) -> Result<Json<WayBackView>> {
    if caller.principal.kind != Kind::Employee {
        return Err(Error::not_found());
    }
    let mut tx = caller.begin().await?;
    Ok(Json(view(&mut tx, &caller).await?))
}

/// A code for the way back; shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayBackMade {
    pub code: String,
}

/// Gives a new code for the way back in place of the former. Needs recent proof.
#[utoipa::path(post, path = "/api/me/way-back", operation_id = "makeWayBack", tag = "identity", responses((status = 201, body = WayBackMade)))]
async fn make_way_back(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.make_way_back", &()).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    proof::require(&mut cmd.tx, &caller.app, &caller.principal).await?;
    let code = way_back::renew(&mut cmd.tx, &caller).await?;
    cmd.finish(StatusCode::CREATED, &WayBackMade { code }).await
}

/// Takes one's code for the way back away. Needs recent proof.
#[utoipa::path(delete, path = "/api/me/way-back", operation_id = "removeWayBack", tag = "identity", responses((status = 200, body = WayBackView)))]
async fn remove_way_back(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.remove_way_back", &()).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    proof::require(&mut cmd.tx, &caller.app, &caller.principal).await?;
    way_back::remove(&mut cmd.tx, &caller).await?;
    let view = view(&mut cmd.tx, &caller).await?;
    cmd.finish(StatusCode::OK, &view).await
}
