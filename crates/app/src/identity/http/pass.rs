//! Passes: fetching one, entering with one, renewing by one.

use axum::{http::HeaderMap, response::Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        pass::{self, Proof},
        people,
    },
    sign_in::{SignInDone, TYPED_MAX, done, entrant},
};
use crate::{
    kernel::{
        app::App,
        ctx::{Caller, Ctx},
        error::{Error, Result},
        guard::{built_in, guarded},
        json::{Json, Path},
        validation::Checks,
    },
    organisations::passes::{Asked, Offer, Standing, TEXT_MAX},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SignIn, routes!(read_pass_key)))
        .routes(guarded(Action::SignIn, routes!(sign_pass)))
        .routes(guarded(Action::SignIn, routes!(look_at_pass)))
        .routes(guarded(Action::SignIn, built_in(routes!(enter_with_pass))))
        .routes(guarded(Action::RenewPass, routes!(renew_pass)))
}

/// What a company gives passes for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassOffer {
    /// By which its key is read.
    pub company_id: Uuid,
    /// Newcomers enter in no other way. Else passes are there for who came with one before.
    pub is_needed: bool,
}

impl From<Offer> for PassOffer {
    fn from(offer: Offer) -> Self {
        Self { company_id: offer.company, is_needed: offer.is_needed }
    }
}

/// The key with which a company's passes are signed today. The same for everybody who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassKey {
    /// `SubjectPublicKeyInfo` in base64url, for RSABSSA-SHA384-PSS-Randomized (RFC 9474).
    pub key: String,
    /// SHA-256 of it, in hexadecimal digits.
    pub fingerprint: String,
    pub starts_on: String,
    /// The last day on which passes are given with it.
    pub ends_on: String,
    /// The last day of access with such a pass.
    pub lets_in_until: String,
}

/// The key of a company's passes. Told to everybody, whoever asks.
#[utoipa::path(get, path = "/api/auth/pass/keys/{company}", operation_id = "readPassKey", tag = "identity", params(("company" = Uuid, Path)),
    responses((status = 200, body = PassKey)))]
async fn read_pass_key(ctx: Ctx, Path(company): Path<Uuid>) -> Result<Json<PassKey>> {
    let key = pass::key(&ctx.app, company).await?;
    Ok(Json(PassKey {
        key: URL_SAFE_NO_PAD.encode(&key.public),
        fingerprint: hex::encode(&key.fingerprint),
        starts_on: key.starts_on.to_string(),
        ends_on: key.ends_on.to_string(),
        lets_in_until: key.lets_in_until.to_string(),
    }))
}

/// What proves that somebody may have a pass.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PassProof {
    /// A company's access code.
    Code { code: String },
    /// A company address proven a moment ago, or the word of the company's own sign-in.
    Ticket { ticket_id: Uuid, ticket: String },
}

/// What is to be signed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignPass {
    pub proof: PassProof,
    /// Of the key for which it was blinded, in hexadecimal digits.
    pub fingerprint: String,
    /// In base64url.
    pub blinded: String,
}

/// What was signed, without having been seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedPass {
    /// The blind signature, in base64url.
    pub signature: String,
}

/// The longest of what is blinded, and of a secret.
const BLINDED_MAX: usize = 400;
const SECRET_MAX: usize = 100;

/// Signs a pass for somebody who has proven that they may have one, without seeing it. Once a period; the same again for the same. Nobody may be signed in.
#[utoipa::path(post, path = "/api/auth/pass/sign", operation_id = "signPass", tag = "identity", request_body = SignPass,
    responses((status = 200, body = SignedPass)))]
async fn sign_pass(ctx: Ctx, Json(body): Json<SignPass>) -> Result<Json<SignedPass>> {
    let mut checks = Checks::new();
    let proof = match &body.proof {
        PassProof::Code { code } => {
            checks.text(code, 1, TYPED_MAX, "/proof/code");
            Proof::Code(code)
        }
        PassProof::Ticket { ticket_id, ticket } => {
            checks.text(ticket, 1, SECRET_MAX, "/proof/ticket");
            Proof::Ticket { id: *ticket_id, token: ticket }
        }
    };
    checks.text(&body.fingerprint, 1, SECRET_MAX, "/fingerprint").text(&body.blinded, 1, BLINDED_MAX, "/blinded").done()?;
    let fingerprint = hex::decode(&body.fingerprint).map_err(|_| Error::conflict("pass_key_changed"))?;
    let blinded = URL_SAFE_NO_PAD.decode(&body.blinded).map_err(|_| Error::field("/blinded", "pass_not_blinded"))?;
    let asked = Asked { fingerprint: &fingerprint, blinded: &blinded };
    let signature = pass::sign(&ctx.app, proof, asked, ctx.address, ctx.principal.as_ref()).await?;
    Ok(Json(SignedPass { signature: URL_SAFE_NO_PAD.encode(signature) }))
}

/// A pass.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Pass {
    pub pass: String,
}

/// What a pass is good for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassSeen {
    pub company_name: String,
    /// The last day of access with it.
    pub lets_in_until: String,
}

/// Tells what a pass is good for. Does not use it up.
#[utoipa::path(post, path = "/api/auth/pass", operation_id = "lookAtPass", tag = "identity", request_body = Pass,
    responses((status = 200, body = PassSeen)))]
async fn look_at_pass(ctx: Ctx, Json(body): Json<Pass>) -> Result<Json<PassSeen>> {
    Checks::new().text(&body.pass, 1, TEXT_MAX, "/pass").done()?;
    let seen = pass::look(&ctx.app, &body.pass).await?;
    Ok(Json(PassSeen { company_name: seen.company_name, lets_in_until: seen.lets_in_until.to_string() }))
}

/// What a newcomer with a pass says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PassEntry {
    pub pass: String,
    /// A nickname suffices.
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
}

/// Makes an employee's account with a pass, using it up.
#[utoipa::path(post, path = "/api/auth/pass/enter", operation_id = "enterWithPass", tag = "identity", request_body = PassEntry,
    responses((status = 200, body = SignInDone)))]
async fn enter_with_pass(ctx: Ctx, headers: HeaderMap, Json(body): Json<PassEntry>) -> Result<Response> {
    let mut checks = Checks::new();
    people::check(&mut checks, &body.display_name, &body.time_zone);
    checks.text(&body.pass, 1, TEXT_MAX, "/pass").done()?;
    let entrant = entrant(&ctx, &headers, &body.display_name, &body.time_zone);
    Ok(done(&pass::enter(&ctx.app, &body.pass, entrant).await?))
}

/// How the access of somebody who came with a pass stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassStanding {
    /// The last day.
    pub ends_on: String,
    pub has_ended: bool,
    /// A pass that gives more days can be had today.
    pub can_renew: bool,
}

impl From<Standing> for PassStanding {
    fn from(standing: Standing) -> Self {
        Self { ends_on: standing.ends_on.to_string(), has_ended: standing.has_ended, can_renew: standing.can_renew }
    }
}

/// Lets one stay longer by a newer pass, using it up. One that gives no more days is not used up.
#[utoipa::path(post, path = "/api/me/pass", operation_id = "renewPass", tag = "identity", request_body = Pass,
    responses((status = 200, body = PassStanding)))]
async fn renew_pass(caller: Caller, Json(body): Json<Pass>) -> Result<Json<PassStanding>> {
    Checks::new().text(&body.pass, 1, TEXT_MAX, "/pass").done()?;
    Ok(Json(pass::renew(&caller, &body.pass).await?.into()))
}
