//! Proving who one is: codes by mail, company codes, the demo's people.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        demo,
        entry::{self, Entrant},
        people::{self, Newcomer},
        sign_in::{self, CodeAnswer, SignedIn, Step},
    },
    moving::RecordOffer,
    pass::PassOffer,
};
use crate::kernel::{
    app::App,
    ctx::{Ctx, Kind},
    error::{Error, Result},
    guard::{built_in, guarded},
    json::Json,
    validation::Checks,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SignIn, routes!(ask_for_code)))
        .routes(guarded(Action::SignIn, routes!(answer_code)))
        .routes(guarded(Action::SignIn, built_in(routes!(register))))
        .routes(guarded(Action::SignIn, routes!(look_at_company_code)))
        .routes(guarded(Action::SignIn, built_in(routes!(enter_with_company_code))))
        .routes(guarded(Action::SignIn, routes!(demo_people)))
        .routes(guarded(Action::SignIn, built_in(routes!(demo_sign_in))))
}

/// The longest code anybody types, hyphens and spaces included.
pub(super) const TYPED_MAX: usize = 40;

/// Who is signed in now, and what is left to show.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInDone {
    pub person_id: Uuid,
    /// `employee`, `specialist`, `hr` or `staff`.
    pub kind: &'static str,
    /// `none`: nothing is left. `show`: a second factor must be shown. `enrol`: one must be set up first.
    pub second_factor: &'static str,
    /// Whether the person has passkeys.
    pub has_passkey: bool,
    /// Whether the person has an authenticator app set up.
    pub has_totp: bool,
}

impl SignInDone {
    fn of(signed_in: &SignedIn) -> Self {
        let second_factor = match (signed_in.is_strong, signed_in.factors.any()) {
            (true, _) => "none",
            (false, true) => "show",
            (false, false) => "enrol",
        };
        Self {
            person_id: signed_in.person.0,
            kind: signed_in.kind.name(),
            second_factor,
            has_passkey: signed_in.factors.passkeys > 0,
            has_totp: signed_in.factors.has_totp,
        }
    }
}

/// The answer to somebody who is signed in from now on: with the session's cookie.
pub(super) fn done(signed_in: &SignedIn) -> Response {
    with_cookie(&signed_in.opened.cookie, StatusCode::OK, SignInDone::of(signed_in))
}

/// An answer that gives a cookie.
pub(super) fn with_cookie(cookie: &str, status: StatusCode, body: impl Serialize) -> Response {
    (status, [(header::SET_COOKIE, cookie.to_owned())], axum::Json(body)).into_response()
}

/// The asking browser's User-Agent, for the coarse label of the session.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("")
}

/// An address to send a code to.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeRequest {
    pub email: String,
    /// Whoever could sign in at their company wants a code instead, where the company leaves them the choice.
    #[serde(default)]
    pub is_other_way: bool,
}

/// A code may be on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeAsked {
    /// To be given with the code.
    pub challenge_id: Uuid,
    /// RFC 3339.
    pub expires_at: String,
}

impl From<super::super::mailed_code::Started> for CodeAsked {
    fn from(started: super::super::mailed_code::Started) -> Self {
        Self { challenge_id: started.challenge, expires_at: started.expires_at.to_string() }
    }
}

/// Sends a code to an address that has an account or is entitled by a company. The answer is the same for every address.
#[utoipa::path(post, path = "/api/auth/code", operation_id = "askForCode", tag = "identity", request_body = CodeRequest,
    responses((status = 202, body = CodeAsked)))]
async fn ask_for_code(ctx: Ctx, Json(request): Json<CodeRequest>) -> Result<Response> {
    Checks::new().email(request.email.trim(), "/email").done()?;
    let started = sign_in::ask_for_code(&ctx.app, &request.email, request.is_other_way, ctx.locale, ctx.address).await?;
    Ok(super::accepted(CodeAsked::from(started)))
}

/// The code that came.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeAnswerBody {
    pub challenge_id: Uuid,
    pub code: String,
    /// One of the kinds offered by a former answer `choose`.
    pub kind: Option<String>,
}

/// Where a right code leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignInStep {
    /// Signed in; the session's cookie comes with the answer.
    SignedIn {
        #[serde(flatten)]
        done: SignInDone,
    },
    /// The address has several accounts: ask again with one of these kinds and the same code.
    Choose { kinds: Vec<&'static str> },
    /// The address is entitled and has no account yet: register with the ticket.
    Register {
        ticket_id: Uuid,
        ticket: String,
        company_name: String,
        /// Where the company gives passes.
        pass: Option<PassOffer>,
        /// One may sign in at the company.
        is_at_work: bool,
    },
    /// The address has a record of the time before Keycloak, or one whose company leads its person in no longer: it may be given an account there.
    Move {
        #[serde(flatten)]
        offer: RecordOffer,
    },
}

/// Takes a code sent by mail: signs in, or lets an entitled newcomer register.
#[utoipa::path(post, path = "/api/auth/code/answer", operation_id = "answerCode", tag = "identity", request_body = CodeAnswerBody,
    responses((status = 200, body = SignInStep)))]
async fn answer_code(ctx: Ctx, headers: HeaderMap, Json(body): Json<CodeAnswerBody>) -> Result<Response> {
    Checks::new().text(&body.code, 1, TYPED_MAX, "/code").done()?;
    let kind = match body.kind.as_deref() {
        Some(name) => Some(Kind::parse(name).ok_or_else(|| Error::field("/kind", "not_an_option"))?),
        None => None,
    };
    let answer =
        CodeAnswer { challenge: body.challenge_id, code: &body.code, kind, address: ctx.address, user_agent: user_agent(&headers) };
    Ok(match sign_in::with_code(&ctx.app, answer).await? {
        Step::SignedIn(signed_in) => {
            with_cookie(&signed_in.opened.cookie, StatusCode::OK, SignInStep::SignedIn { done: SignInDone::of(&signed_in) })
        }
        Step::Choose(kinds) => Json(SignInStep::Choose { kinds: kinds.into_iter().map(Kind::name).collect() }).into_response(),
        Step::Register { ticket, company_name, pass, is_at_work } => {
            let pass = pass.map(PassOffer::from);
            Json(SignInStep::Register { ticket_id: ticket.id, ticket: ticket.token, company_name, pass, is_at_work }).into_response()
        }
        Step::Move(offer) => Json(SignInStep::Move { offer: offer.into() }).into_response(),
    })
}

/// What a newcomer says of themselves after their company address was proven.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RegisterBody {
    pub ticket_id: Uuid,
    pub ticket: String,
    /// A nickname suffices.
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
}

/// Makes an employee's account after a company address was proven.
#[utoipa::path(post, path = "/api/auth/register", operation_id = "register", tag = "identity", request_body = RegisterBody,
    responses((status = 200, body = SignInDone)))]
async fn register(ctx: Ctx, headers: HeaderMap, Json(body): Json<RegisterBody>) -> Result<Response> {
    let mut checks = Checks::new();
    people::check(&mut checks, &body.display_name, &body.time_zone);
    checks.text(&body.ticket, 1, 100, "/ticket").done()?;
    let entrant = entrant(&ctx, &headers, &body.display_name, &body.time_zone);
    Ok(done(&entry::with_ticket(&ctx.app, body.ticket_id, &body.ticket, entrant).await?))
}

pub(super) fn entrant<'a>(ctx: &Ctx, headers: &'a HeaderMap, display_name: &'a str, time_zone: &'a str) -> Entrant<'a> {
    let newcomer = Newcomer { display_name, time_zone, locale: ctx.locale };
    Entrant { newcomer, address: ctx.address, user_agent: user_agent(headers) }
}

/// A company's access code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompanyCode {
    /// In whatever case, with or without hyphens.
    pub code: String,
}

/// Whose code it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyOfCode {
    pub company_name: String,
    /// The code is for many people: whoever fetches a pass by it may fetch another one by another of its uses.
    pub is_shared: bool,
    /// Where it gives passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<PassOffer>,
    /// One may sign in at the company.
    pub is_at_work: bool,
}

/// Tells whose access code this is, if it may be used now.
#[utoipa::path(post, path = "/api/auth/company-code", operation_id = "lookAtCompanyCode", tag = "identity", request_body = CompanyCode,
    responses((status = 200, body = CompanyOfCode)))]
async fn look_at_company_code(ctx: Ctx, Json(body): Json<CompanyCode>) -> Result<Json<CompanyOfCode>> {
    Checks::new().text(&body.code, 1, TYPED_MAX, "/code").done()?;
    let entry::CodeSeen { company_name, is_shared, is_at_work, pass } = entry::look_at_code(&ctx.app, &body.code, ctx.address).await?;
    Ok(Json(CompanyOfCode { company_name, is_shared, is_at_work, pass: pass.map(PassOffer::from) }))
}

/// What a newcomer with an access code says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompanyCodeEntry {
    pub code: String,
    /// A nickname suffices.
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
}

/// Makes an employee's account by an access code.
#[utoipa::path(post, path = "/api/auth/company-code/enter", operation_id = "enterWithCompanyCode", tag = "identity",
    request_body = CompanyCodeEntry, responses((status = 200, body = SignInDone)))]
async fn enter_with_company_code(ctx: Ctx, headers: HeaderMap, Json(body): Json<CompanyCodeEntry>) -> Result<Response> {
    let mut checks = Checks::new();
    people::check(&mut checks, &body.display_name, &body.time_zone);
    checks.text(&body.code, 1, TYPED_MAX, "/code").done()?;
    let entrant = entrant(&ctx, &headers, &body.display_name, &body.time_zone);
    Ok(done(&entry::with_access_code(&ctx.app, &body.code, entrant).await?))
}

/// A person one may try the demo as.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemoPersonView {
    pub id: Uuid,
    /// `employee`, `specialist`, `hr` or `staff`.
    pub kind: String,
    pub display_name: String,
    pub capabilities: Vec<String>,
    pub company: Option<String>,
    /// In the language asked for.
    pub categories: Vec<String>,
}

/// The demo's people. 404 where this is no demo.
#[utoipa::path(get, path = "/api/demo/people", operation_id = "demoPeople", tag = "identity", responses((status = 200, body = Vec<DemoPersonView>)))]
async fn demo_people(ctx: Ctx) -> Result<Json<Vec<DemoPersonView>>> {
    let people = demo::people(&ctx.app).await?;
    let named = |value: serde_json::Value| {
        serde_json::from_value::<domain::text::Localized>(value).map(|name| name.get(ctx.locale).to_owned()).unwrap_or_default()
    };
    Ok(Json(
        people
            .into_iter()
            .map(|p| DemoPersonView {
                id: p.id,
                kind: p.kind,
                display_name: p.display_name,
                capabilities: p.capabilities,
                company: p.company,
                categories: p.categories.into_iter().map(named).collect(),
            })
            .collect(),
    ))
}

/// Whom to try the demo as.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DemoSignIn {
    pub person_id: Uuid,
}

/// Signs in as one of the demo's people. 404 where this is no demo.
#[utoipa::path(post, path = "/api/demo/sign-in", operation_id = "demoSignIn", tag = "identity", request_body = DemoSignIn,
    responses((status = 200, body = SignInDone)))]
async fn demo_sign_in(ctx: Ctx, headers: HeaderMap, Json(body): Json<DemoSignIn>) -> Result<Response> {
    Ok(done(&demo::sign_in(&ctx.app, body.person_id, user_agent(&headers)).await?))
}
