//! Sign-in by Keycloak: sending the browser there, and taking what it brings back. 404 where the deployment has none.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use domain::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        demo, entry,
        keycloak::{self, Address, Answer, Answered, Browser, Hint, NewEntry, Proof, SetUp, Started, Way, left},
        people::{self, Newcomer},
    },
    sign_in::{CodeAsked, TYPED_MAX, user_agent},
};
use crate::{
    kernel::{
        app::App,
        ctx::{Ctx, Kind, Principal},
        error::{Error, Result},
        guard::guarded,
        json::Json,
        validation::Checks,
    },
    organisations::passes::TEXT_MAX,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::SignIn, routes!(start)))
        .routes(guarded(Action::SignIn, routes!(enter)))
        .routes(guarded(Action::SignIn, routes!(ask_for_entry_address)))
        .routes(guarded(Action::SignIn, routes!(choose_way)))
        .routes(guarded(Action::SignIn, routes!(enter_by_company)))
        .routes(guarded(Action::SignIn, routes!(go_to_company)))
        .routes(guarded(Action::SignIn, routes!(give_up)))
        .routes(guarded(Action::ProveSelf, routes!(start_step_up)))
        .routes(guarded(Action::ProveSelf, routes!(start_set_up)))
        .routes(guarded(Action::SignIn, routes!(answer)))
}

/// The longest secret or code that is taken, and the longest page address.
const SECRET_MAX: usize = 100;
const NEXT_MAX: usize = 500;
/// Keycloak's codes and names are far shorter.
const ANSWER_MAX: usize = 2000;

/// Where to send the browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoTo {
    /// A page of the deployment's Keycloak.
    pub address: String,
}

fn go_to(started: &Started) -> Result<Response> {
    let cookie = HeaderValue::from_str(&started.browser.cookie()).map_err(Error::internal)?;
    let mut response = Json(GoTo { address: started.address.clone() }).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn browser(headers: &HeaderMap) -> Option<Browser> {
    Browser::of(cookies(headers))
}

/// `name=value` pairs.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'))
}

/// The pages of this app begin with one slash; anything else would lead elsewhere.
fn check_next(next: Option<&str>) -> Result<()> {
    let is_ours =
        next.is_none_or(|next| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && next.len() <= NEXT_MAX);
    if is_ours { Ok(()) } else { Err(Error::field("/next", "not_an_option")) }
}

/// A sign-in to begin.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StartSignIn {
    /// As whom: `employee`, `specialist`, `hr` or `staff`.
    pub kind: String,
    /// The page to go on to.
    pub next: Option<String>,
    /// In a demo: the person to fill in at Keycloak.
    pub demo_person_id: Option<Uuid>,
    /// An employee's address at work: straight on to the company's own sign-in.
    pub work_address: Option<String>,
}

/// Begins a sign-in at Keycloak.
#[utoipa::path(post, path = "/api/auth/keycloak", operation_id = "startSignIn", tag = "identity", request_body = StartSignIn,
    responses((status = 200, body = GoTo)))]
async fn start(ctx: Ctx, headers: HeaderMap, Json(body): Json<StartSignIn>) -> Result<Response> {
    let kind = Kind::parse(&body.kind).ok_or_else(|| Error::field("/kind", "not_an_option"))?;
    check_next(body.next.as_deref())?;
    let demo_name = match body.demo_person_id {
        Some(person) => {
            demo::make_way(&ctx.app, ctx.principal.as_ref(), person).await?;
            Some(demo::keycloak_name(&ctx.app, person).await?)
        }
        None => None,
    };
    let is_anew = left::is_known(cookies(&headers));
    let hint = match body.work_address.as_deref().map(str::trim) {
        Some(address) => Hint { name: Some(address), company: Some(company_of(&ctx, address).await?), is_anew },
        None => Hint { name: demo_name.as_deref(), company: None, is_anew },
    };
    go_to(&keycloak::sign_in(&ctx.app, kind, ctx.locale, body.next.as_deref(), hint, browser(&headers), ctx.principal.as_ref()).await?)
}

async fn company_of(ctx: &Ctx, work_address: &str) -> Result<Uuid> {
    Checks::new().email(work_address, "/work_address").done()?;
    entry::company_of(&ctx.app, work_address, ctx.address).await
}

/// What a newcomer comes with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryProof {
    /// A company's access code.
    Code { code: String },
    /// A company address proven a moment ago.
    Ticket { ticket_id: Uuid, ticket: String },
    /// A pass, as it is kept.
    Pass { pass: String },
    /// What follows an invitation's `#`.
    Invitation { token: String },
    /// A record of one's own, to which one has just shown the right: it gets an account, and nothing begins anew.
    Record { ticket_id: Uuid, ticket: String },
}

impl EntryProof {
    fn taken(self) -> Result<Proof> {
        let mut checks = Checks::new();
        Ok(match self {
            Self::Code { code } => {
                checks.text(&code, 1, TYPED_MAX, "/proof/code").done()?;
                Proof::Code(code)
            }
            Self::Ticket { ticket_id, ticket } => {
                checks.text(&ticket, 1, SECRET_MAX, "/proof/ticket").done()?;
                Proof::Ticket { id: ticket_id, token: ticket }
            }
            Self::Pass { pass } => {
                checks.text(&pass, 1, TEXT_MAX, "/proof/pass").done()?;
                Proof::Pass(pass)
            }
            Self::Invitation { token } => {
                checks.text(&token, 1, SECRET_MAX, "/proof/token").done()?;
                Proof::Invitation(token)
            }
            Self::Record { ticket_id, ticket } => {
                checks.text(&ticket, 1, SECRET_MAX, "/proof/ticket").done()?;
                Proof::Record { id: ticket_id, token: ticket }
            }
        })
    }
}

fn way(name: &str) -> Result<Way> {
    match name {
        "passkey" => Ok(Way::Passkey),
        "password" => Ok(Way::Password),
        "existing" => Ok(Way::Existing),
        _ => Err(Error::field("/way", "not_an_option")),
    }
}

/// An address to be the name of a password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EntryAddress {
    pub challenge_id: Uuid,
    /// The code that was sent to it.
    pub code: String,
}

/// A newcomer.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Enter {
    pub proof: EntryProof,
    /// A nickname suffices. Of a record that is there already nothing changes.
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
    /// How to sign in from then on: `passkey`; `password`; `existing`, for who signs in here already as somebody of another kind.
    pub way: String,
    /// For `password`, where what one comes with names no address, or another one is wished for.
    pub address: Option<EntryAddress>,
    /// For `existing`, where one signs in at a company: one's address there.
    pub work_address: Option<String>,
}

/// Begins a newcomer's entry: Keycloak makes the account, and the record begins when the browser comes back.
#[utoipa::path(post, path = "/api/auth/keycloak/enter", operation_id = "enterByKeycloak", tag = "identity", request_body = Enter,
    responses((status = 200, body = GoTo)))]
async fn enter(ctx: Ctx, headers: HeaderMap, Json(body): Json<Enter>) -> Result<Response> {
    let mut checks = Checks::new();
    if !matches!(body.proof, EntryProof::Record { .. }) {
        people::check(&mut checks, &body.display_name, &body.time_zone);
    }
    if let Some(address) = &body.address {
        checks.text(&address.code, 1, TYPED_MAX, "/address/code");
    }
    checks.done()?;
    let way = match (way(&body.way)?, body.work_address.as_deref().map(str::trim)) {
        (Way::Existing, Some(address)) => Way::AtCompany(company_of(&ctx, address).await?),
        (way, _) => way,
    };
    let new = NewEntry {
        proof: body.proof.taken()?,
        newcomer: Newcomer { display_name: &body.display_name, time_zone: &body.time_zone, locale: ctx.locale },
        way,
        address: body.address.as_ref().map(|address| Address { challenge: address.challenge_id, code: &address.code }),
    };
    go_to(&keycloak::enter(&ctx.app, new, ctx.address, browser(&headers)).await?)
}

/// An address that is to be the name of a password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EntryAddressWish {
    pub proof: EntryProof,
    pub email: String,
}

/// Sends a code to an address that a newcomer wants to sign in with.
#[utoipa::path(post, path = "/api/auth/keycloak/enter/address", operation_id = "askForEntryAddress", tag = "identity",
    request_body = EntryAddressWish, responses((status = 202, body = CodeAsked)))]
async fn ask_for_entry_address(ctx: Ctx, Json(body): Json<EntryAddressWish>) -> Result<Response> {
    Checks::new().email(body.email.trim(), "/email").done()?;
    let proof = body.proof.taken()?;
    let started = keycloak::ask_for_address(&ctx.app, &proof, &body.email, ctx.locale, ctx.address).await?;
    Ok(super::accepted(CodeAsked::from(started)))
}

/// A way in for an entry that has none yet.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChosenWay {
    pub entry_id: Uuid,
    /// `passkey` or `password`.
    pub way: String,
}

/// Goes on with an entry whose way in was not set up.
#[utoipa::path(post, path = "/api/auth/keycloak/enter/way", operation_id = "chooseWay", tag = "identity", request_body = ChosenWay,
    responses((status = 200, body = GoTo)))]
async fn choose_way(ctx: Ctx, headers: HeaderMap, Json(body): Json<ChosenWay>) -> Result<Response> {
    go_to(&keycloak::with_way(&ctx.app, body.entry_id, way(&body.way)?, ctx.locale, browser(&headers)).await?)
}

/// What somebody says of themselves for whom their company has vouched.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompanyNewcomer {
    pub entry_id: Uuid,
    /// A nickname suffices.
    pub display_name: String,
    /// IANA zone of the browser.
    pub time_zone: String,
}

/// Makes the account of somebody for whom their company has vouched. The session's cookie comes with the answer.
#[utoipa::path(post, path = "/api/auth/keycloak/enter/company", operation_id = "enterByCompany", tag = "identity", request_body = CompanyNewcomer,
    responses((status = 200, body = KeycloakStep)))]
async fn enter_by_company(ctx: Ctx, headers: HeaderMap, Json(body): Json<CompanyNewcomer>) -> Result<Response> {
    let mut checks = Checks::new();
    people::check(&mut checks, &body.display_name, &body.time_zone);
    checks.done()?;
    let newcomer = Newcomer { display_name: &body.display_name, time_zone: &body.time_zone, locale: ctx.locale };
    let browser = browser(&headers);
    Ok(told(keycloak::enter_by_company(&ctx.app, body.entry_id, newcomer, browser.as_ref(), user_agent(&headers)).await?))
}

/// An entry of somebody whose company wants its own sign-in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompanyEntry {
    pub entry_id: Uuid,
}

/// Goes on to the sign-in of the company that wants it.
#[utoipa::path(post, path = "/api/auth/keycloak/company", operation_id = "goToCompany", tag = "identity", request_body = CompanyEntry,
    responses((status = 200, body = GoTo)))]
async fn go_to_company(ctx: Ctx, headers: HeaderMap, Json(body): Json<CompanyEntry>) -> Result<Response> {
    go_to(&keycloak::go_to_company(&ctx.app, body.entry_id, ctx.locale, browser(&headers)).await?)
}

/// What became of a sign-in that ended on a page of Keycloak's.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenUpSignIn {
    /// `secret`: the company's sign-in does not take the secret that was set up. `other`: it does not work for another reason. `none`: nothing is known.
    pub failure: &'static str,
    /// Whose sign-in it was.
    pub company_name: Option<String>,
}

/// The browser comes back from a page of Keycloak's with nothing. Good once.
#[utoipa::path(post, path = "/api/auth/keycloak/given-up", operation_id = "giveUpSignIn", tag = "identity",
    responses((status = 200, body = GivenUpSignIn)))]
async fn give_up(ctx: Ctx, headers: HeaderMap) -> Result<Json<GivenUpSignIn>> {
    let given_up = keycloak::given_up(&ctx.app, browser(&headers).as_ref()).await?;
    Ok(Json(match given_up {
        Some(keycloak::GivenUp { failure, company_name }) => GivenUpSignIn { failure: failure.name(), company_name: Some(company_name) },
        None => GivenUpSignIn { failure: "none", company_name: None },
    }))
}

fn signed_in(ctx: &Ctx) -> Result<&Principal> {
    ctx.principal.as_ref().ok_or_else(Error::unauthenticated)
}

/// Where to go on afterwards.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StartStepUp {
    pub next: Option<String>,
}

/// Begins to show again who one is.
#[utoipa::path(post, path = "/api/auth/keycloak/step-up", operation_id = "startStepUp", tag = "identity", request_body = StartStepUp,
    responses((status = 200, body = GoTo)))]
async fn start_step_up(ctx: Ctx, headers: HeaderMap, Json(body): Json<StartStepUp>) -> Result<Response> {
    check_next(body.next.as_deref())?;
    go_to(&keycloak::step_up(&ctx.app, signed_in(&ctx)?, ctx.locale, body.next.as_deref(), browser(&headers)).await?)
}

/// Something to set up at Keycloak.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StartSetUp {
    /// `passkey`, `password`, `totp` or `recovery_codes`.
    pub what: String,
    pub next: Option<String>,
}

/// Begins to set up a way of proving who one is.
#[utoipa::path(post, path = "/api/auth/keycloak/set-up", operation_id = "startSetUp", tag = "identity", request_body = StartSetUp,
    responses((status = 200, body = GoTo)))]
async fn start_set_up(ctx: Ctx, headers: HeaderMap, Json(body): Json<StartSetUp>) -> Result<Response> {
    check_next(body.next.as_deref())?;
    let what = match body.what.as_str() {
        "passkey" => SetUp::Passkey,
        "password" => SetUp::Password,
        "totp" => SetUp::Totp,
        "recovery_codes" => SetUp::RecoveryCodes,
        _ => return Err(Error::field("/what", "not_an_option")),
    };
    go_to(&keycloak::set_up(&ctx.app, signed_in(&ctx)?, what, ctx.locale, body.next.as_deref(), browser(&headers)).await?)
}

/// What Keycloak sent the browser back with.
#[derive(Debug, Deserialize, ToSchema)]
pub struct KeycloakAnswer {
    pub state: String,
    pub code: Option<String>,
    /// `iss` (RFC 9207).
    pub iss: String,
    /// An OAuth error in the place of a code.
    pub error: Option<String>,
    /// `kc_action_status`.
    pub action_status: Option<String>,
}

/// Where an answer leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeycloakStep {
    /// Signed in; the session's cookie comes with the answer.
    SignedIn {
        person_id: Uuid,
        /// `employee`, `specialist`, `hr` or `staff`.
        kind: &'static str,
        /// Just entered for the first time.
        is_new: bool,
        next: Option<String>,
    },
    /// What was asked for has been shown.
    Shown { next: Option<String> },
    /// Something was set up, or not.
    SetUp { is_done: bool, next: Option<String> },
    /// The company has vouched for somebody who has no account here yet: ask what to call them.
    Newcomer {
        entry_id: Uuid,
        company_name: String,
        /// The company has changed its server since: ask first whether they were here before. Says nothing of anybody.
        has_moved: bool,
    },
    /// The company has vouched for somebody who may now fetch a pass, by this ticket. Nothing else is kept of it, in the browser neither.
    Pass { company_id: Uuid, company_name: String, ticket_id: Uuid, ticket: String },
    /// The company wants its own sign-in: go on to it.
    CompanyWanted { entry_id: Uuid, company_name: String },
    /// The account has no way to come back to it yet: choose one.
    NoWayIn {
        entry_id: Uuid,
        can_have_password: bool,
        /// It is for a record that is there already, of which nothing is lost.
        has_record: bool,
    },
    /// Somebody else was signed in there; their session is over: go there again.
    Again { address: String },
}

/// Takes what Keycloak sent the browser back with. Good once, in the browser that began it.
#[utoipa::path(post, path = "/api/auth/keycloak/answer", operation_id = "answerFromKeycloak", tag = "identity", request_body = KeycloakAnswer,
    responses((status = 200, body = KeycloakStep)))]
async fn answer(ctx: Ctx, headers: HeaderMap, Json(body): Json<KeycloakAnswer>) -> Result<Response> {
    let mut checks = Checks::new();
    checks.text(&body.state, 1, SECRET_MAX, "/state").text(&body.iss, 1, ANSWER_MAX, "/iss");
    if let Some(code) = &body.code {
        checks.text(code, 1, ANSWER_MAX, "/code");
    }
    checks.done()?;
    let taken = Answer {
        state: &body.state,
        code: body.code.as_deref(),
        issuer: &body.iss,
        error: body.error.as_deref(),
        action_status: body.action_status.as_deref(),
        address: ctx.address,
        user_agent: user_agent(&headers),
        locale: ctx.locale,
    };
    let browser = browser(&headers);
    Ok(told(keycloak::take_answer(&ctx.app, taken, browser.as_ref(), ctx.principal.as_ref()).await?))
}

fn told(answered: Answered) -> Response {
    let (step, cookies) = match answered {
        Answered::SignedIn { person, kind, cookie, next, is_new } => {
            (KeycloakStep::SignedIn { person_id: person.0, kind: kind.name(), is_new, next }, vec![cookie, left::no_cookie()])
        }
        Answered::Shown { cookie, next } => (KeycloakStep::Shown { next }, vec![cookie]),
        Answered::SetUp { is_done, next } => (KeycloakStep::SetUp { is_done, next }, vec![]),
        Answered::Newcomer { entry, company_name, has_moved } => {
            (KeycloakStep::Newcomer { entry_id: entry, company_name, has_moved }, vec![])
        }
        Answered::Pass { company, company_name, ticket } => {
            let step = KeycloakStep::Pass { company_id: company, company_name, ticket_id: ticket.id, ticket: ticket.token };
            (step, vec![Browser::no_cookie()])
        }
        Answered::CompanyWanted { entry, company_name } => (KeycloakStep::CompanyWanted { entry_id: entry, company_name }, vec![]),
        Answered::NoWayIn { entry, can_have_password, has_record } => {
            (KeycloakStep::NoWayIn { entry_id: entry, can_have_password, has_record }, vec![])
        }
        Answered::Again { address, browser } => (KeycloakStep::Again { address }, vec![browser.cookie()]),
    };
    (AppendHeaders(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie))), Json(step)).into_response()
}
