//! Passkeys and second factors: setting them up, showing them. Ceremonies are good once by themselves, so they need no idempotency key; and whoever is on
//! the way to the second factor must reach them, so the guard lets everybody through and each asks who is signed in.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{
    super::{
        factors,
        passkeys::{self, Ceremony},
        recovery, step_up, totp,
    },
    qr::{QrPicture, picture},
    sign_in::{CodeAsked, TYPED_MAX, done, user_agent, with_cookie},
};
use crate::kernel::{
    app::App,
    ctx::{Caller, Ctx},
    error::{Error, Result},
    guard::{built_in, guarded},
    json::Json,
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SignIn, built_in(routes!(start_passkey_sign_in))))
        .routes(guarded(Action::SignIn, built_in(routes!(finish_passkey_sign_in))))
        .routes(guarded(Action::SignIn, built_in(routes!(start_passkey_registration))))
        .routes(guarded(Action::SignIn, built_in(routes!(finish_passkey_registration))))
        .routes(guarded(Action::SignIn, built_in(routes!(start_showing_passkey))))
        .routes(guarded(Action::SignIn, built_in(routes!(show_passkey))))
        .routes(guarded(Action::SignIn, built_in(routes!(start_totp))))
        .routes(guarded(Action::SignIn, built_in(routes!(confirm_totp))))
        .routes(guarded(Action::SignIn, built_in(routes!(show_totp))))
        .routes(guarded(Action::SignIn, built_in(routes!(show_recovery_code))))
        .routes(guarded(Action::SignIn, built_in(routes!(ask_for_step_up_code))))
        .routes(guarded(Action::SignIn, built_in(routes!(answer_step_up_code))))
        .routes(guarded(Action::SignIn, routes!(ways_to_prove)))
}

/// A passkey ceremony begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyCeremony {
    /// To be given with the browser's answer.
    pub challenge_id: Uuid,
    /// RFC 3339.
    pub expires_at: String,
    /// What `navigator.credentials` is called with: WebAuthn's JSON form (`PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON` in
    /// `publicKey`).
    #[schema(value_type = Object)]
    pub options: Value,
}

impl From<Ceremony> for PasskeyCeremony {
    fn from(ceremony: Ceremony) -> Self {
        Self { challenge_id: ceremony.challenge.id, expires_at: ceremony.challenge.expires_at.to_string(), options: ceremony.options }
    }
}

/// A passkey's answer to a ceremony.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PasskeyAnswer {
    pub challenge_id: Uuid,
    /// `PublicKeyCredential.toJSON()` of an assertion.
    #[schema(value_type = Object)]
    pub credential: Value,
}

impl PasskeyAnswer {
    fn credential(&self) -> Result<PublicKeyCredential> {
        serde_json::from_value(self.credential.clone()).map_err(|_| Error::field("/credential", "wrong_type"))
    }
}

/// A passkey made by the browser.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPasskey {
    pub challenge_id: Uuid,
    /// What its owner calls it.
    pub label: String,
    /// `PublicKeyCredential.toJSON()` of an attestation.
    #[schema(value_type = Object)]
    pub credential: Value,
}

/// The longest name of a passkey.
pub(super) const LABEL_MAX: usize = 80;

/// Codes for the day a factor is lost; shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorAdded {
    /// Empty unless this was the person's first second factor.
    pub recovery_codes: Vec<String>,
}

/// Recent proof was shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofShown {
    /// RFC 3339; until when actions that need recent proof may be done.
    pub good_until: String,
}

fn shown(ctx: &Ctx, cookie: &str) -> Response {
    let good_until = (ctx.now() + crate::kernel::ctx::RECENT_PROOF).to_string();
    with_cookie(cookie, StatusCode::OK, ProofShown { good_until })
}

/// Begins signing in with a passkey.
#[utoipa::path(post, path = "/api/auth/passkey/start", operation_id = "startPasskeySignIn", tag = "identity",
    responses((status = 200, body = PasskeyCeremony)))]
async fn start_passkey_sign_in(ctx: Ctx) -> Result<Json<PasskeyCeremony>> {
    Ok(Json(passkeys::start_sign_in(&ctx.app).await?.into()))
}

/// Signs in with a passkey.
#[utoipa::path(post, path = "/api/auth/passkey/finish", operation_id = "finishPasskeySignIn", tag = "identity", request_body = PasskeyAnswer,
    responses((status = 200, body = super::sign_in::SignInDone)))]
async fn finish_passkey_sign_in(ctx: Ctx, headers: HeaderMap, Json(body): Json<PasskeyAnswer>) -> Result<Response> {
    let credential = body.credential()?;
    Ok(done(&passkeys::sign_in(&ctx.app, body.challenge_id, &credential, ctx.address, user_agent(&headers)).await?))
}

/// Begins setting up a passkey for the signed-in person.
#[utoipa::path(post, path = "/api/me/passkeys/start", operation_id = "startPasskeyRegistration", tag = "identity",
    responses((status = 200, body = PasskeyCeremony)))]
async fn start_passkey_registration(caller: Caller) -> Result<Json<PasskeyCeremony>> {
    Ok(Json(passkeys::start_registration(&caller.app, &caller.principal).await?.into()))
}

/// Keeps the passkey the browser made. Counts as showing it.
#[utoipa::path(post, path = "/api/me/passkeys", operation_id = "finishPasskeyRegistration", tag = "identity", request_body = NewPasskey,
    responses((status = 201, body = FactorAdded)))]
async fn finish_passkey_registration(caller: Caller, Json(body): Json<NewPasskey>) -> Result<Response> {
    Checks::new().name(&body.label, 1, LABEL_MAX, "/label").done()?;
    let made: RegisterPublicKeyCredential =
        serde_json::from_value(body.credential).map_err(|_| Error::field("/credential", "wrong_type"))?;
    let registered = passkeys::finish_registration(&caller.app, &caller.principal, body.challenge_id, &made, &body.label).await?;
    Ok(with_cookie(&registered.cookie, StatusCode::CREATED, FactorAdded { recovery_codes: registered.recovery_codes }))
}

/// Begins showing one of the signed-in person's passkeys.
#[utoipa::path(post, path = "/api/auth/proof/passkey/start", operation_id = "startShowingPasskey", tag = "identity",
    responses((status = 200, body = PasskeyCeremony)))]
async fn start_showing_passkey(caller: Caller) -> Result<Json<PasskeyCeremony>> {
    Ok(Json(passkeys::start_showing(&caller.app, &caller.principal).await?.into()))
}

/// Shows a passkey as second factor or recent proof.
#[utoipa::path(post, path = "/api/auth/proof/passkey", operation_id = "showPasskey", tag = "identity", request_body = PasskeyAnswer,
    responses((status = 200, body = ProofShown)))]
async fn show_passkey(ctx: Ctx, caller: Caller, Json(body): Json<PasskeyAnswer>) -> Result<Response> {
    let credential = body.credential()?;
    Ok(shown(&ctx, &passkeys::show(&caller.app, &caller.principal, body.challenge_id, &credential).await?))
}

/// A secret for an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpOffer {
    pub challenge_id: Uuid,
    /// RFC 3339.
    pub expires_at: String,
    /// Base 32, to be typed.
    pub secret: String,
    /// `otpauth://totp/…`, to be opened on the same phone.
    pub uri: String,
    /// The URI as a picture.
    pub qr: QrPicture,
}

/// Offers a secret for an authenticator app.
#[utoipa::path(post, path = "/api/me/totp/start", operation_id = "startTotp", tag = "identity", responses((status = 200, body = TotpOffer)))]
async fn start_totp(caller: Caller) -> Result<Json<TotpOffer>> {
    let offer = totp::start(&caller.app, &caller.principal).await?;
    Ok(Json(TotpOffer {
        challenge_id: offer.challenge.id,
        expires_at: offer.challenge.expires_at.to_string(),
        qr: picture(&offer.uri)?,
        secret: offer.secret,
        uri: offer.uri,
    }))
}

/// A code, with the challenge it answers.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChallengedCode {
    pub challenge_id: Uuid,
    pub code: String,
}

/// A code from an authenticator app, or a recovery code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BareCode {
    pub code: String,
}

fn check_code(code: &str) -> Result<()> {
    Checks::new().text(code, 1, TYPED_MAX, "/code").done()
}

/// Keeps the offered secret once the app has shown a right code. Counts as showing it.
#[utoipa::path(post, path = "/api/me/totp", operation_id = "confirmTotp", tag = "identity", request_body = ChallengedCode,
    responses((status = 201, body = FactorAdded)))]
async fn confirm_totp(caller: Caller, Json(body): Json<ChallengedCode>) -> Result<Response> {
    check_code(&body.code)?;
    let enrolled = totp::confirm(&caller.app, &caller.principal, body.challenge_id, &body.code).await?;
    Ok(with_cookie(&enrolled.cookie, StatusCode::CREATED, FactorAdded { recovery_codes: enrolled.recovery_codes }))
}

/// Shows a code from the authenticator app as second factor or recent proof.
#[utoipa::path(post, path = "/api/auth/proof/totp", operation_id = "showTotp", tag = "identity", request_body = BareCode,
    responses((status = 200, body = ProofShown)))]
async fn show_totp(ctx: Ctx, caller: Caller, Json(body): Json<BareCode>) -> Result<Response> {
    check_code(&body.code)?;
    Ok(shown(&ctx, &totp::show(&caller.app, &caller.principal, &body.code, ctx.address).await?))
}

/// Shows a recovery code as second factor or recent proof. It is good once.
#[utoipa::path(post, path = "/api/auth/proof/recovery-code", operation_id = "showRecoveryCode", tag = "identity", request_body = BareCode,
    responses((status = 200, body = ProofShown)))]
async fn show_recovery_code(ctx: Ctx, caller: Caller, Json(body): Json<BareCode>) -> Result<Response> {
    check_code(&body.code)?;
    Ok(shown(&ctx, &recovery::show(&caller.app, &caller.principal, &body.code, ctx.address).await?))
}

/// Sends a code to the signed-in person's own address.
#[utoipa::path(post, path = "/api/auth/proof/code/start", operation_id = "askForStepUpCode", tag = "identity",
    responses((status = 202, body = CodeAsked)))]
async fn ask_for_step_up_code(ctx: Ctx, caller: Caller) -> Result<Response> {
    let started = step_up::ask_for_code(&caller.app, &caller.principal, ctx.locale, ctx.address).await?;
    Ok(super::accepted(CodeAsked::from(started)))
}

/// Shows that code as recent proof. Neither for staff nor for whoever has an authenticator app.
#[utoipa::path(post, path = "/api/auth/proof/code", operation_id = "answerStepUpCode", tag = "identity", request_body = ChallengedCode,
    responses((status = 200, body = ProofShown)))]
async fn answer_step_up_code(ctx: Ctx, caller: Caller, Json(body): Json<ChallengedCode>) -> Result<Response> {
    check_code(&body.code)?;
    let cookie = step_up::answer_code(&caller.app, &caller.principal, body.challenge_id, &body.code, ctx.address).await?;
    Ok(shown(&ctx, &cookie))
}

/// What the signed-in person can show as proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaysToProve {
    pub has_passkey: bool,
    pub has_totp: bool,
    pub has_recovery_codes: bool,
    /// A code to the person's own address. Neither for staff nor for whoever has an authenticator app.
    pub has_email_code: bool,
    /// Whether proof was shown within the last minutes.
    pub is_recent: bool,
}

/// Tells what the signed-in person can show as proof.
#[utoipa::path(get, path = "/api/auth/proof", operation_id = "waysToProve", tag = "identity", responses((status = 200, body = WaysToProve)))]
async fn ways_to_prove(caller: Caller) -> Result<Json<WaysToProve>> {
    let mut tx = caller.begin().await?;
    let factors = factors::of(&mut tx, caller.me()).await?;
    Ok(Json(WaysToProve {
        has_passkey: factors.passkeys > 0,
        has_totp: factors.has_totp,
        has_recovery_codes: recovery::left(&mut tx, caller.me()).await? > 0,
        has_email_code: step_up::is_enough(&caller.principal, factors) && super::super::proof::has_email(&mut tx, caller.me()).await?,
        is_recent: caller.principal.has_recent_proof(caller.now()),
    }))
}
