//! The slice's endpoints.

use axum::{http::StatusCode, response::Response};
use domain::{
    access::Action,
    regions::{HelpLine, UrgentHelp},
    text::{Locale, Localized},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{consents, record, urgent_help};
use crate::kernel::{
    app::App,
    command::{Begun, IdempotencyKey, begin},
    ctx::{Caller, Ctx},
    error::{Error, Result},
    guard::guarded,
    json::{Json, Path},
};

/// How many acts the page shows.
const ACTS_SHOWN: i64 = 200;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::Consent, routes!(list_consents, give_consent)))
        .routes(guarded(Action::Consent, routes!(withdraw_consent)))
        .routes(guarded(Action::SeeOwnRecord, routes!(record_access)))
        .routes(guarded(Action::ReadPublic, routes!(read_urgent_help)))
        .routes(guarded(Action::EditUrgentHelp, routes!(set_urgent_help)))
}

/// A document one may consent to, in the person's language.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentView {
    pub purpose: String,
    pub version: String,
    /// `ru`, `kk` or `en`: the language of `text`.
    pub language: &'static str,
    pub title: String,
    /// Markdown: paragraphs and bold words.
    pub text: String,
    /// SHA-256 of the text, hexadecimal; sent back when the consent is given.
    pub text_hash: String,
    /// What withdrawing means.
    pub withdrawal: String,
    /// When it was given, if it is in force.
    pub given_at: Option<String>,
    /// The text has changed since it was given.
    pub is_outdated: bool,
}

/// All documents.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentList {
    pub consents: Vec<ConsentView>,
}

/// Lists what one may consent to, and what one has.
#[utoipa::path(get, path = "/api/consents", operation_id = "list_consents", tag = "compliance", responses((status = 200, body = ConsentList)))]
async fn list_consents(caller: Caller) -> Result<Json<ConsentList>> {
    let mut tx = caller.begin().await?;
    let standing = consents::list(&mut tx, &caller.app, &caller).await?;
    tx.commit().await?;
    let locale = caller.locale;
    let view = |s: consents::Standing<'_>| ConsentView {
        purpose: s.document.purpose.clone(),
        version: s.document.version.clone(),
        language: locale.tag(),
        title: s.document.title.get(locale).to_owned(),
        text: s.document.text.get(locale).to_owned(),
        text_hash: hex::encode(consents::text_hash(s.document, locale)),
        withdrawal: s.document.withdrawal.get(locale).to_owned(),
        is_outdated: s.given.as_ref().is_some_and(|(_, version)| *version != s.document.version),
        given_at: s.given.map(|(at, _)| at.to_string()),
    };
    Ok(Json(ConsentList { consents: standing.into_iter().map(view).collect() }))
}

/// The document as it was on the screen.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentGiven {
    pub purpose: String,
    pub version: String,
    pub language: String,
    pub text_hash: String,
}

/// Gives a consent. 409 `consent_changed` if the text on the screen is no longer in force.
#[utoipa::path(post, path = "/api/consents", operation_id = "give_consent", tag = "compliance", request_body = ConsentGiven, responses((status = 200)))]
async fn give_consent(caller: Caller, key: IdempotencyKey, Json(body): Json<ConsentGiven>) -> Result<Response> {
    let language: Locale = body.language.parse().map_err(|_| Error::field("/language", "not_a_choice"))?;
    let text_hash = hex::decode(&body.text_hash).map_err(|_| Error::field("/text_hash", "wrong_type"))?;
    let mut command = match begin(&caller, &key, "give_consent", &body).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    let shown = consents::Shown { purpose: &body.purpose, version: &body.version, language, text_hash };
    consents::give(&mut command.tx, &caller.app, &caller, &shown).await?;
    command.finish(StatusCode::OK, &serde_json::json!({})).await
}

/// Withdraws a consent.
#[utoipa::path(post, path = "/api/consents/{purpose}/withdraw", operation_id = "withdraw_consent", tag = "compliance",
    params(("purpose" = String, Path)), responses((status = 200)))]
async fn withdraw_consent(caller: Caller, key: IdempotencyKey, Path(purpose): Path<String>) -> Result<Response> {
    let mut command = match begin(&caller, &key, "withdraw_consent", &purpose).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    consents::withdraw(&mut command.tx, &caller.app, &caller, &purpose).await?;
    command.finish(StatusCode::OK, &serde_json::json!({})).await
}

/// An act of somebody else about one's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordAct {
    pub at: String,
    /// `specialist`, `staff` or `system`.
    pub actor: String,
    /// Of a specialist; the staff are not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `slice.verb`; the page says it in words.
    pub action: String,
}

/// Who did what with one's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordAccess {
    pub acts: Vec<RecordAct>,
}

/// Tells who opened one's record.
#[utoipa::path(get, path = "/api/me/record-access", operation_id = "record_access", tag = "compliance", responses((status = 200, body = RecordAccess)))]
async fn record_access(caller: Caller) -> Result<Json<RecordAccess>> {
    let mut tx = caller.begin().await?;
    let acts = record::list(&mut tx, &caller, ACTS_SHOWN).await?;
    tx.commit().await?;
    Ok(Json(RecordAccess {
        acts: acts.into_iter().map(|a| RecordAct { at: a.at.to_string(), actor: a.actor, name: a.name, action: a.action }).collect(),
    }))
}

/// Phones for urgent help.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UrgentHelpView {
    /// In a request the version that was edited.
    pub version: i64,
    /// `YYYY-MM-DD`: when all numbers were last checked.
    pub verified_on: String,
    /// 1 to 12; the first is the most general.
    pub lines: Vec<HelpLineView>,
}

/// A phone for urgent help.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HelpLineView {
    /// Stable within the list: lower-case letters, digits and hyphens.
    pub id: String,
    /// As people write it.
    pub number: String,
    /// A short number that works from mobile or fixed phones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// By language.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub name: Localized,
    /// When it answers, and whom; by language.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub about: Localized,
}

impl From<(i64, UrgentHelp)> for UrgentHelpView {
    fn from((version, help): (i64, UrgentHelp)) -> Self {
        let line = |l: HelpLine| HelpLineView { id: l.id, number: l.number, short: l.short, name: l.name, about: l.about };
        Self { version, verified_on: help.verified_on.to_string(), lines: help.lines.into_iter().map(line).collect() }
    }
}

impl HelpLineView {
    fn line(&self) -> HelpLine {
        let short = self.short.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
        HelpLine { id: self.id.clone(), number: self.number.trim().to_owned(), short, name: self.name.clone(), about: self.about.clone() }
    }
}

/// The phones for urgent help. Read by everybody, signed in or not.
#[utoipa::path(get, path = "/api/public/urgent-help", operation_id = "read_urgent_help", tag = "compliance", responses((status = 200, body = UrgentHelpView)))]
async fn read_urgent_help(ctx: Ctx) -> Result<Json<UrgentHelpView>> {
    let mut tx = ctx.begin().await?;
    Ok(Json(urgent_help::read(&mut tx, &ctx.app).await?.into()))
}

/// Puts another list of phones for urgent help in force.
#[utoipa::path(put, path = "/api/settings/urgent-help", operation_id = "set_urgent_help", tag = "compliance", request_body = UrgentHelpView,
    responses((status = 200, body = UrgentHelpView)))]
async fn set_urgent_help(caller: Caller, key: IdempotencyKey, Json(body): Json<UrgentHelpView>) -> Result<Response> {
    let verified_on = body.verified_on.parse().map_err(|_| Error::field("/verified_on", "wrong_type"))?;
    let help = UrgentHelp { verified_on, lines: body.lines.iter().map(HelpLineView::line).collect() };
    let mut command = match begin(&caller, &key, "set_urgent_help", &body).await? {
        Begun::Fresh(command) => command,
        Begun::Repeated(answer) => return Ok(answer),
    };
    urgent_help::set(&mut command.tx, &caller, body.version, &help).await?;
    command.finish(StatusCode::OK, &UrgentHelpView::from((body.version + 1, help))).await
}
