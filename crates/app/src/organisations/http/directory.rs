//! SCIM 2.0 for a company's directory (RFC 7644). No session, no person: a token of the company's proves it. Errors are SCIM's own form, in English,
//! for a company's IT; they name attributes and never repeat values.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawPathParams, Request, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use domain::organisations::scim::{
    ERROR, GROUP, Kind, LIST, Refusal, USER,
    filter::{Of, read_filter},
    group::read_group,
    read_patch,
    schemas::{self, PAGE_MAX},
    user::read_user,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    kernel::{app::App, error, rate::RequestLimit, whole::to_its_end},
    organisations::scim::{self, Denied, Directory, Expected, Failure, Found, Outcome, Page, Resource, groups, users},
    router,
};

/// Bytes. A group of some thousand members fits.
const BODY_MAX: usize = 2 << 20;
/// Requests a second from one address, sustained: what Entra ID sends at most.
const PER_SECOND: u32 = 25;
/// Refusals a second from one address that are looked at and written down; beyond, the address has to wait.
const REFUSALS_PER_SECOND: u32 = 1;
const MEDIA_TYPE: &str = "application/scim+json";

struct Limits {
    requests: RequestLimit,
    refusals: RequestLimit,
}

/// The routes.
pub fn routes(app: App) -> Router {
    // As everywhere, nought switches the limit off.
    let is_limited = app.config.rate_per_second > 0;
    let limit = |per_second| RequestLimit::new(if is_limited { per_second } else { 0 });
    let limits = Arc::new(Limits { requests: limit(PER_SECOND), refusals: limit(REFUSALS_PER_SECOND) });
    let endpoint = Router::new()
        .route("/ServiceProviderConfig", get(config))
        .route("/ResourceTypes", get(resource_types))
        .route("/ResourceTypes/{name}", get(resource_type))
        .route("/Schemas", get(all_schemas))
        .route("/Schemas/{name}", get(one_schema))
        .route("/Users", get(list_users).post(create_user))
        .route("/Users/{id}", get(read_user_by_id).put(replace_user).patch(patch_user).delete(remove_user))
        .route("/Groups", get(list_groups).post(create_group))
        .route("/Groups/{id}", get(read_group_by_id).put(replace_group).patch(patch_group).delete(remove_group))
        .route("/.search", any(not_implemented))
        .route("/Users/.search", any(not_implemented))
        .route("/Groups/.search", any(not_implemented))
        .route("/Bulk", any(not_implemented))
        .route("/Me", any(not_implemented))
        .fallback(async || refuse(StatusCode::NOT_FOUND, None, "there is no such resource"))
        .method_not_allowed_fallback(async || refuse(StatusCode::METHOD_NOT_ALLOWED, None, "the resource does not take this method"))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn(move |params: RawPathParams, request: Request, next: Next| {
            let (app, limits) = (app.clone(), limits.clone());
            async move { admit(&app, &limits, &params, request, next).await }
        }))
        .layer(from_fn(to_its_end));
    Router::new().nest("/scim/v2/{company}", endpoint)
}

/// Lets the company's own directory through.
async fn admit(app: &App, limits: &Limits, params: &RawPathParams, mut request: Request, next: Next) -> Response {
    let address = router::address(app, &request);
    if let Err(busy) = limits.requests.count(address) {
        return headers(fault(busy));
    }
    let company = params.iter().find(|(name, _)| *name == "company").and_then(|(_, id)| id.parse::<Uuid>().ok()).unwrap_or_default();
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let admitted = match token {
        Some(token) => scim::admit(app, company, token, address).await,
        None => Err(Denied::Refused("no_token")),
    };
    headers(match admitted {
        Ok(directory) => {
            request.extensions_mut().insert(directory);
            next.run(request).await
        }
        Err(Denied::Fault(error)) => fault(error),
        Err(Denied::Refused(reason)) => match limits.refusals.count(address) {
            // A stranger's requests do not fill the audit log.
            Err(busy) => fault(busy),
            Ok(()) => match scim::refused(app, company, reason).await {
                Ok(()) => denied(),
                Err(error) => fault(error),
            },
        },
    })
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// One answer for whoever is not let in: it says neither whether there is such a company nor what was wrong with the token.
fn denied() -> Response {
    let mut response = refuse(StatusCode::UNAUTHORIZED, None, "a token of this company is needed, from a network that it allows");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response()
}

/// A refusal in SCIM's form (RFC 7644 §3.12).
fn refuse(status: StatusCode, kind: Option<Kind>, detail: &str) -> Response {
    let mut body = json!({ "schemas": [ERROR], "status": status.as_u16().to_string(), "detail": detail });
    if let Some(kind) = kind {
        body["scimType"] = kind.name().into();
    }
    answer(status, &body)
}

async fn not_implemented() -> Response {
    refuse(StatusCode::NOT_IMPLEMENTED, None, "this is not supported: see ServiceProviderConfig")
}

fn fault(error: error::Error) -> Response {
    let status = match error.kind {
        // Two changes at once, of which one has to come again.
        error::Kind::Conflict => StatusCode::SERVICE_UNAVAILABLE,
        kind => kind.status(),
    };
    if let Some(source) = &error.source {
        tracing::error!(code = error.code, error = format!("{source:#}"), "a directory's request failed");
    }
    let wait = error.retry_after.map_or(1, |wait| wait.as_secs().max(1));
    let mut response =
        refuse(status, None, if status == StatusCode::INTERNAL_SERVER_ERROR { "a fault of ours" } else { "try again later" });
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

async fn failed(directory: &Directory, failure: Failure) -> Response {
    match failure {
        Failure::NotFound => refuse(StatusCode::NOT_FOUND, None, "there is no such resource"),
        Failure::Changed => refuse(StatusCode::PRECONDITION_FAILED, None, "the resource has another version"),
        Failure::Archived => refuse(StatusCode::FORBIDDEN, None, "the company is archived: nobody can be added, only removed"),
        Failure::OtherMedia => refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, "application/scim+json is expected"),
        Failure::TooLarge => refuse(StatusCode::PAYLOAD_TOO_LARGE, None, "the body is too large"),
        Failure::Fault(error) => fault(error),
        Failure::Refused(refusal) => {
            let status = if refusal.kind == Kind::Uniqueness { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
            match directory.note_refusal(&refusal).await {
                Ok(()) => refuse(status, Some(refusal.kind), &refusal.detail),
                Err(error) => fault(error),
            }
        }
    }
}

/// What a query asks for (RFC 7644 §3.4.2).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Query {
    filter: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

/// What is sent back of a resource.
#[derive(Debug, Default)]
struct Shown {
    only: Option<Vec<String>>,
    but: Vec<String>,
}

impl Query {
    fn of(request: &axum::http::Uri) -> Self {
        let pairs = url::form_urlencoded::parse(request.query().unwrap_or_default().as_bytes());
        let mut query = Self::default();
        for (name, value) in pairs {
            let value = Some(value.into_owned());
            match name.to_lowercase().as_str() {
                "filter" => query.filter = value,
                "startindex" => query.start_index = value,
                "count" => query.count = value,
                "attributes" => query.attributes = value,
                "excludedattributes" => query.excluded_attributes = value,
                _ => {}
            }
        }
        query
    }

    /// Values beyond the bounds mean the bound (RFC 7644 §3.4.2.4).
    fn page(&self) -> Outcome<Page> {
        let number = |text: &Option<String>, name: &str, absent: i64| match text {
            None => Ok(absent),
            Some(text) => text.trim().parse().map_err(|_| Refusal::new(Kind::InvalidValue, format!("{name} is to be a number"))),
        };
        let most = i64::try_from(PAGE_MAX).unwrap_or(i64::MAX);
        let start = number(&self.start_index, "startIndex", 1)?.clamp(1, i64::from(i32::MAX));
        Ok(Page { start, count: number(&self.count, "count", most)?.clamp(0, most) })
    }

    fn shown(&self) -> Shown {
        let names = |text: &String| text.split(',').map(top).filter(|name| !name.is_empty()).collect::<Vec<_>>();
        Shown { only: self.attributes.as_ref().map(names), but: self.excluded_attributes.as_ref().map(names).unwrap_or_default() }
    }
}

/// The attribute that a name is of: `urn:…:User:emails.value` → `emails`.
fn top(name: &str) -> String {
    let own = name.trim();
    let own = [USER, GROUP]
        .iter()
        .find_map(|urn| own.get(..urn.len()).filter(|start| start.eq_ignore_ascii_case(urn)).map(|_| &own[urn.len()..]))
        .unwrap_or(own);
    own.trim_start_matches(':').split(['.', '[']).next().unwrap_or_default().to_lowercase()
}

impl Shown {
    fn of(&self, mut resource: Value) -> Value {
        if let Value::Object(members) = &mut resource {
            members.retain(|name, _| {
                let name = name.to_lowercase();
                // Always returned (RFC 7643 §3.1, §7).
                let is_fixed = name == "schemas" || name == "id";
                is_fixed || (self.only.as_ref().is_none_or(|only| only.contains(&name)) && !self.but.contains(&name))
            });
        }
        resource
    }
}

fn one(status: StatusCode, resource: Resource, query: &Query) -> Response {
    let location = resource.body["meta"]["location"].as_str().and_then(|at| at.parse::<HeaderValue>().ok());
    let mut response = answer(status, &query.shown().of(resource.body));
    if let Ok(tag) = format!("W/\"{}\"", resource.version).parse() {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let (StatusCode::CREATED, Some(location)) = (status, location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn list(found: Found, page: Page, query: &Query) -> Response {
    let shown = query.shown();
    let resources: Vec<Value> = found.resources.into_iter().map(|resource| shown.of(resource)).collect();
    let body = json!({
        "schemas": [LIST], "totalResults": found.total, "startIndex": page.start, "itemsPerPage": resources.len(), "Resources": resources,
    });
    answer(StatusCode::OK, &body)
}

/// Lists of what we publish of ourselves are whole and cannot be searched (RFC 7644 §4).
fn published(uri: &axum::http::Uri, resources: Vec<Value>) -> Response {
    if Query::of(uri).filter.is_some() {
        return refuse(StatusCode::FORBIDDEN, None, "this list cannot be filtered");
    }
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    list(Found { total, resources }, Page { start: 1, count: total }, &Query::default())
}

type Tells = Extension<Directory>;

async fn config(Extension(directory): Tells, uri: axum::http::Uri) -> Response {
    if Query::of(&uri).filter.is_some() {
        return refuse(StatusCode::FORBIDDEN, None, "this resource cannot be filtered");
    }
    answer(StatusCode::OK, &schemas::config(&directory.base()))
}

async fn resource_types(Extension(directory): Tells, uri: axum::http::Uri) -> Response {
    published(&uri, schemas::resource_types(&directory.base()))
}

async fn all_schemas(Extension(directory): Tells, uri: axum::http::Uri) -> Response {
    published(&uri, schemas::schemas(&directory.base()))
}

fn named(all: Vec<Value>, name: &str) -> Response {
    match all.into_iter().find(|one| one["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(name))) {
        Some(found) => answer(StatusCode::OK, &found),
        None => refuse(StatusCode::NOT_FOUND, None, "there is no such resource"),
    }
}

async fn resource_type(Extension(directory): Tells, Path((_, name)): Path<(String, String)>) -> Response {
    named(schemas::resource_types(&directory.base()), &name)
}

async fn one_schema(Extension(directory): Tells, Path((_, name)): Path<(String, String)>) -> Response {
    named(schemas::schemas(&directory.base()), &name)
}

/// What is needed of a request that concerns one resource.
struct Asked {
    directory: Directory,
    id: Option<Uuid>,
    query: Query,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Some(directory) = parts.extensions.get::<Directory>().cloned() else { return Err(denied()) };
        let path =
            <Path<std::collections::HashMap<String, String>> as axum::extract::FromRequestParts<S>>::from_request_parts(&mut parts, state)
                .await;
        let id = path.ok().and_then(|Path(path)| path.get("id").and_then(|id| id.parse().ok()));
        let (query, headers) = (Query::of(&parts.uri), parts.headers.clone());
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        Ok(Self { directory, id, query, headers, body })
    }
}

impl Asked {
    fn id(&self) -> Outcome<Uuid> {
        // Ids are ours, so whatever is none is nobody's.
        self.id.ok_or(Failure::NotFound)
    }

    /// The body as JSON.
    fn json(&self) -> Outcome<Value> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(MEDIA_TYPE) && !kind.eq_ignore_ascii_case("application/json") {
            return Err(Failure::OtherMedia);
        }
        let body = self.body.as_ref().map_err(|_| Failure::TooLarge)?;
        Ok(serde_json::from_slice(body).map_err(|_| Refusal::new(Kind::InvalidSyntax, "the body is not JSON"))?)
    }

    /// `If-Match` (RFC 7644 §3.14): a tag that is none of ours fits no version.
    fn expected(&self) -> Expected {
        let tag = self.headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
        (tag != "*").then(|| version(tag).unwrap_or(-1))
    }

    fn knows(&self, version_now: i64) -> bool {
        let tags = self.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        tags.split(',').any(|tag| tag.trim() == "*" || version(tag.trim()) == Some(version_now))
    }

    async fn tell(self, status: StatusCode, outcome: Outcome<Resource>) -> Response {
        match outcome {
            Ok(resource) if status == StatusCode::OK && self.knows(resource.version) => StatusCode::NOT_MODIFIED.into_response(),
            Ok(resource) => one(status, resource, &self.query),
            Err(failure) => failed(&self.directory, failure).await,
        }
    }
}

fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"').parse().ok()
}

async fn list_users(asked: Asked) -> Response {
    let found = async {
        let page = asked.query.page()?;
        let tests = asked.query.filter.as_deref().map(|text| read_filter(text, Of::Users)).transpose()?.unwrap_or_default();
        users::list(&asked.directory, &tests, page).await.map(|found| (found, page))
    };
    match found.await {
        Ok((found, page)) => list(found, page, &asked.query),
        Err(failure) => failed(&asked.directory, failure).await,
    }
}

async fn create_user(asked: Asked) -> Response {
    let done = async { users::create(&asked.directory, &read_user(&asked.json()?, true)?).await }.await;
    asked.tell(StatusCode::CREATED, done).await
}

async fn read_user_by_id(asked: Asked) -> Response {
    let done = async { users::read(&asked.directory, asked.id()?).await }.await;
    asked.tell(StatusCode::OK, done).await
}

async fn replace_user(asked: Asked) -> Response {
    let done = async {
        let body = asked.json()?;
        let read = |was_active| read_user(&body, was_active);
        users::change(&asked.directory, asked.id()?, asked.expected(), users::Change::Replaced(&read)).await
    };
    let done = done.await;
    asked.tell(StatusCode::OK, done).await
}

async fn patch_user(asked: Asked) -> Response {
    let done = async {
        let operations = read_patch(&asked.json()?, USER)?;
        users::change(&asked.directory, asked.id()?, asked.expected(), users::Change::Patched(&operations)).await
    };
    let done = done.await;
    asked.tell(StatusCode::OK, done).await
}

async fn remove_user(asked: Asked) -> Response {
    let done = async { users::remove(&asked.directory, asked.id()?, asked.expected()).await };
    gone(&asked.directory, done.await).await
}

async fn gone(directory: &Directory, done: Outcome<()>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => failed(directory, failure).await,
    }
}

async fn list_groups(asked: Asked) -> Response {
    let found = async {
        let page = asked.query.page()?;
        let tests = asked.query.filter.as_deref().map(|text| read_filter(text, Of::Groups)).transpose()?.unwrap_or_default();
        groups::list(&asked.directory, &tests, page).await.map(|found| (found, page))
    };
    match found.await {
        Ok((found, page)) => list(found, page, &asked.query),
        Err(failure) => failed(&asked.directory, failure).await,
    }
}

async fn create_group(asked: Asked) -> Response {
    let done = async { groups::create(&asked.directory, &read_group(&asked.json()?)?).await }.await;
    asked.tell(StatusCode::CREATED, done).await
}

async fn read_group_by_id(asked: Asked) -> Response {
    let done = async { groups::read(&asked.directory, asked.id()?).await }.await;
    asked.tell(StatusCode::OK, done).await
}

async fn replace_group(asked: Asked) -> Response {
    let done = async {
        let group = read_group(&asked.json()?)?;
        groups::change(&asked.directory, asked.id()?, asked.expected(), groups::Change::Replaced(group)).await
    };
    let done = done.await;
    asked.tell(StatusCode::OK, done).await
}

async fn patch_group(asked: Asked) -> Response {
    let done = async {
        let operations = read_patch(&asked.json()?, GROUP)?;
        groups::change(&asked.directory, asked.id()?, asked.expected(), groups::Change::Patched(&operations)).await
    };
    let done = done.await;
    asked.tell(StatusCode::OK, done).await
}

async fn remove_group(asked: Asked) -> Response {
    let done = async { groups::remove(&asked.directory, asked.id()?, asked.expected()).await };
    gone(&asked.directory, done.await).await
}
