//! What one signs in with: seen, named, given up.

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    identity::{Loss, Refusal},
};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        factors::{self, Given, Held},
        passkeys, proof, recovery,
    },
    proof::LABEL_MAX,
};
use crate::kernel::{
    app::App,
    command::{self, Begun, IdempotencyKey},
    ctx::Caller,
    error::{Error, Result},
    guard::{built_in, guarded},
    json::{Json, Path},
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::OwnAccount, routes!(list_factors)))
        .routes(guarded(Action::OwnAccount, routes!(rename_passkey)))
        .routes(guarded(Action::OwnAccount, routes!(remove_passkey)))
        .routes(guarded(Action::OwnAccount, routes!(remove_totp)))
        .routes(guarded(Action::OwnAccount, routes!(remove_password)))
        .routes(guarded(Action::OwnAccount, built_in(routes!(renew_recovery_codes))))
}

/// What one signs in with. The same for what is kept here and for what is kept at Keycloak.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorList {
    pub passkeys: Vec<PasskeyView>,
    /// RFC 3339. There are passwords at Keycloak alone.
    pub password_set_at: Option<String>,
    /// A password would open the door: the account has a name that its person knows.
    pub can_have_password: bool,
    /// The company whose own sign-in leads in.
    pub company_name: Option<String>,
    /// RFC 3339.
    pub totp_added_at: Option<String>,
    pub recovery_codes_left: i64,
    pub has_email: bool,
    pub kept: Kept,
}

/// Why something of it may not be given up now; none where it may.
#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    pub passkey: Option<WhyKept>,
    pub password: Option<WhyKept>,
    pub totp: Option<WhyKept>,
}

/// The codes by which giving it up is refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyKept {
    LastWayIn,
    LastSecondFactor,
}

impl From<Refusal> for WhyKept {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::LastWayIn => Self::LastWayIn,
            Refusal::LastFactor => Self::LastSecondFactor,
        }
    }
}

/// A passkey of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    pub id: Uuid,
    /// May be empty at Keycloak.
    pub label: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339. Keycloak does not tell.
    pub last_used_at: Option<String>,
}

async fn factor_list(tx: &mut Tx, caller: &Caller, held: Held) -> Result<FactorList> {
    let view = |one: factors::Passkey| PasskeyView {
        id: one.id,
        label: one.label,
        created_at: one.created_at.to_string(),
        last_used_at: one.last_used_at.map(|at| at.to_string()),
    };
    let kept = |loss| held.refusal(loss).map(WhyKept::from);
    Ok(FactorList {
        kept: Kept { passkey: kept(Loss::Passkey), password: held.refusal_of_password().map(WhyKept::from), totp: kept(Loss::Totp) },
        passkeys: held.passkeys.into_iter().map(view).collect(),
        password_set_at: held.password_set_at.map(|at| at.to_string()),
        can_have_password: held.can_have_password,
        company_name: held.company_name,
        totp_added_at: held.totp_added_at.map(|at| at.to_string()),
        recovery_codes_left: held.recovery_codes_left,
        has_email: proof::has_email(tx, caller.me()).await?,
    })
}

/// Lists one's own ways of proving who one is.
#[utoipa::path(get, path = "/api/me/factors", operation_id = "listFactors", tag = "identity", responses((status = 200, body = FactorList)))]
async fn list_factors(caller: Caller) -> Result<Json<FactorList>> {
    let held = factors::held(&caller).await?;
    let mut tx = caller.begin().await?;
    Ok(Json(factor_list(&mut tx, &caller, held).await?))
}

/// A passkey's new name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PasskeyLabel {
    pub label: String,
}

/// Renames one of one's own passkeys.
#[utoipa::path(patch, path = "/api/me/passkeys/{id}", operation_id = "renamePasskey", tag = "identity", request_body = PasskeyLabel,
    params(("id" = Uuid, Path)), responses((status = 200, body = FactorList)))]
async fn rename_passkey(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(body): Json<PasskeyLabel>) -> Result<Response> {
    Checks::new().name(&body.label, 1, LABEL_MAX, "/label").done()?;
    let mut cmd = match command::begin(&caller, &key, "identity.rename_passkey", &(id, &body)).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let held = factors::rename(&mut cmd.tx, &caller, id, body.label.trim()).await?;
    let view = factor_list(&mut cmd.tx, &caller, held).await?;
    cmd.finish(StatusCode::OK, &view).await
}

async fn give_up(caller: Caller, key: IdempotencyKey, operation: &str, what: Given, request: &impl Serialize) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, operation, request).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    proof::require(&mut cmd.tx, &caller.app, &caller.principal).await?;
    let left = factors::give_up(&mut cmd.tx, &caller, what).await?;
    let view = factor_list(&mut cmd.tx, &caller, left).await?;
    cmd.finish(StatusCode::OK, &view).await
}

/// Removes one of one's own passkeys, unless it is the last way in, or the only second factor of who needs one. Needs recent proof.
#[utoipa::path(delete, path = "/api/me/passkeys/{id}", operation_id = "removePasskey", tag = "identity", params(("id" = Uuid, Path)),
    responses((status = 200, body = FactorList)))]
async fn remove_passkey(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    give_up(caller, key, "identity.remove_passkey", Given::Passkey(id), &id).await
}

/// Removes the authenticator app, unless it is the only second factor of who needs one. Needs recent proof.
#[utoipa::path(delete, path = "/api/me/totp", operation_id = "removeTotp", tag = "identity", responses((status = 200, body = FactorList)))]
async fn remove_totp(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    give_up(caller, key, "identity.remove_totp", Given::Totp, &()).await
}

/// Removes the password, unless it is the last way in. Needs recent proof. There are passwords at Keycloak alone.
#[utoipa::path(delete, path = "/api/me/password", operation_id = "removePassword", tag = "identity", responses((status = 200, body = FactorList)))]
async fn remove_password(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    give_up(caller, key, "identity.remove_password", Given::Password, &()).await
}

/// New recovery codes; shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// Gives new recovery codes in place of the former ones. Needs recent proof.
#[utoipa::path(post, path = "/api/me/recovery-codes", operation_id = "renewRecoveryCodes", tag = "identity",
    responses((status = 201, body = RecoveryCodes)))]
async fn renew_recovery_codes(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    let mut cmd = match command::begin(&caller, &key, "identity.renew_recovery_codes", &()).await? {
        Begun::Fresh(cmd) => cmd,
        Begun::Repeated(answer) => return Ok(answer),
    };
    if !proof::require(&mut cmd.tx, &caller.app, &caller.principal).await?.any() {
        return Err(Error::conflict("no_second_factor"));
    }
    let codes = recovery::renew(&mut cmd.tx, &caller.app, caller.me()).await?;
    passkeys::note(&mut cmd.tx, &caller.app, &caller.principal, "identity.recovery_codes_renewed").await?;
    cmd.finish(StatusCode::CREATED, &RecoveryCodes { codes }).await
}
