//! The whole API as one router, and what surrounds every request: who asks, in which language, headers, limits, cross-site defence.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Extension, Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use domain::{
    access::{POLICY, Policy},
    text::Locale,
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    approvals, assessments, audit, booking, catalogue, chat, compliance, identity,
    kernel::{
        app::App,
        ctx::{Principal, RequestInfo},
        description::refuses_with_problems,
        error::{Error, Result},
        guard::unknown_route,
        problem::SPOKEN,
        rate::RequestLimit,
        whole::to_its_end,
    },
    notes, organisations, scheduling, sessions,
};

/// The largest body a request may have unless its route says otherwise (uploads do). Bytes.
const BODY_MAX_BYTES: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ponimau",
        description = "Confidential support for employees of client companies. Errors are RFC 9457 problem documents."
    ),
    components(schemas(crate::kernel::problem::Problem, crate::kernel::problem::ProblemField))
)]
struct Description;

/// Every slice's routes.
fn slices() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(identity::routes())
        .merge(compliance::routes())
        .merge(scheduling::routes())
        .merge(booking::routes())
        .merge(sessions::routes())
        .merge(catalogue::routes())
        .merge(organisations::routes())
        .merge(chat::routes())
        .merge(notes::routes())
        .merge(assessments::routes())
        .merge(audit::routes())
        .merge(approvals::routes())
}

/// The API's description (OpenAPI 3.1).
pub fn openapi() -> utoipa::openapi::OpenApi {
    refuses_with_problems(slices().into_openapi())
}

/// The API of `app`, to be served below `/`.
pub fn api(app: App) -> Router {
    api_under(app, POLICY)
}

/// The API whose guards go by `policy`: a test opens one guard after the other and expects to see it.
pub fn api_under(app: App, policy: Policy) -> Router {
    let (router, _) = slices().split_for_parts();
    router
        .route("/api/{*rest}", axum::routing::any(unknown_route))
        .method_not_allowed_fallback(unknown_route)
        .with_state(app.clone())
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(from_fn(surround))
        .layer(from_fn(to_its_end))
        .layer(Extension(Arc::new(RequestLimit::new(app.config.rate_per_second))))
        .layer(Extension(policy))
        .layer(Extension(app))
}

/// Finds out who asks and in which language, refuses cross-site commands, and adds the headers every answer of the API carries.
async fn surround(mut request: Request, next: Next) -> Response {
    let Some(app) = request.extensions().get::<App>().cloned() else {
        return Error::internal(anyhow::anyhow!("no application")).into_response();
    };
    let asked = asked_locale(request.headers());
    let address = address(&app, &request);
    let limited = request.extensions().get::<Arc<RequestLimit>>().map_or(Ok(()), |limit| limit.count(address));
    let found = match (limited, session_token(request.headers())) {
        (Err(error), _) => Err(error),
        (Ok(()), Some(token)) => signed_in(&app, &token).await,
        (Ok(()), None) => Ok(Found::Nobody),
    };
    let locale = match &found {
        _ if asked.is_some() => asked,
        Ok(Found::Somebody(principal)) => Some(principal.locale),
        _ => None,
    };
    let locale = locale.unwrap_or(app.default_locale());
    SPOKEN
        .scope(locale, async move {
            let response = match (found, refuse_cross_site(&app, request.method(), request.headers())) {
                (_, Err(error)) | (Err(error), _) => error.into_response(),
                (Ok(found), Ok(())) => {
                    let is_access_ended = matches!(found, Found::AccessEnded);
                    let principal = if let Found::Somebody(principal) = found { Some(*principal) } else { None };
                    request.extensions_mut().insert(RequestInfo { app, principal, is_access_ended, locale, address });
                    next.run(request).await
                }
            };
            with_headers(response)
        })
        .await
}

/// Whom a session's token stands for.
enum Found {
    Somebody(Box<Principal>),
    Nobody,
    /// Somebody whose company said that they have left.
    AccessEnded,
}

/// Whose session it is, if it is in force and, with Keycloak, still good there.
async fn signed_in(app: &App, token: &str) -> Result<Found> {
    let Some(principal) = identity::session::find(app, token, app.now()).await? else {
        let is_ended = identity::session::is_access_ended(app, token).await?;
        return Ok(if is_ended { Found::AccessEnded } else { Found::Nobody });
    };
    let is_good = identity::keycloak::is_still_valid(app, &principal).await?;
    Ok(if is_good { Found::Somebody(Box::new(principal)) } else { Found::Nobody })
}

/// Answers of the API are personal: nothing keeps them (ASVS 14.3.2).
fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// RFC 10017 §6.1: SameSite=Strict, plus a header that a foreign page cannot send without a preflight, plus Origin and Sec-Fetch-Site.
fn refuse_cross_site(app: &App, method: &Method, headers: &HeaderMap) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let has_header = headers.get("x-ponimau-csrf").is_some_and(|v| v == "1");
    let site_fits = headers.get("sec-fetch-site").is_none_or(|v| v == "same-origin" || v == "none");
    let origin_fits = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).is_none_or(|origin| {
        origin == app.config.public_url
            || headers.get(header::HOST).and_then(|h| h.to_str().ok()).is_some_and(|host| origin.ends_with(&format!("://{host}")))
    });
    if has_header && site_fits && origin_fits { Ok(()) } else { Err(Error::forbidden("cross_site")) }
}

fn session_token(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(identity::session::COOKIE)?.strip_prefix('=').map(str::to_owned))
}

/// The language the app asks for. The web app always sends the chosen one.
fn asked_locale(headers: &HeaderMap) -> Option<Locale> {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Locale::negotiate)
}

/// The asking address: the connection's, or what a trusted proxy says (the last address in X-Forwarded-For that is no trusted proxy).
pub(crate) fn address(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([127, 0, 0, 1]), |c| c.0.ip());
    if !app.config.trusted_proxies.contains(&peer) {
        return peer;
    }
    request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .filter_map(|v| v.trim().parse::<IpAddr>().ok())
        .rfind(|ip| !app.config.trusted_proxies.contains(ip))
        .unwrap_or(peer)
}
