//! What Keycloak itself asks, and the one page to which it sends the browser. No session, no person: each proves itself by what it brings.

use axum::{
    Form, Json, Router,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use keycloak::entrance::Authorize;
use serde::Deserialize;
use serde_json::json;

use super::super::keycloak::{
    Browser, ENTRANCE_PATH, client_key,
    entrance::{self, Question, Redeem},
    logout::{self, Rejected},
};
use crate::kernel::{app::App, whole::to_its_end};

/// Bytes; tokens are a few thousand.
const BODY_MAX: usize = 32 * 1024;

/// The routes, if the deployment has a Keycloak.
pub fn routes(app: App) -> Router {
    if app.keycloak.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/api/oidc/logout", post(over))
        .route(&format!("{ENTRANCE_PATH}/authorize"), get(authorize))
        .route(&format!("{ENTRANCE_PATH}/token"), post(token))
        .route(&format!("{ENTRANCE_PATH}/keys"), get(keys))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn(to_its_end))
        .with_state(app)
}

#[derive(Deserialize)]
struct Logout {
    logout_token: String,
}

async fn over(State(app): State<App>, Form(form): Form<Logout>) -> Response {
    unkept(match logout::over(&app, &form.logout_token).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Rejected::Token(why)) => {
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request", "error_description": why }))).into_response()
        }
        Err(Rejected::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    })
}

#[derive(Deserialize)]
struct AuthorizeQuery {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
}

async fn authorize(State(app): State<App>, headers: HeaderMap, Query(query): Query<AuthorizeQuery>) -> Response {
    let browser = Browser::of(cookies(&headers));
    let question = Question {
        asked: Authorize {
            client_id: &query.client_id,
            redirect_uri: &query.redirect_uri,
            response_type: &query.response_type,
            code_challenge_method: &query.code_challenge_method,
        },
        state: &query.state,
        nonce: &query.nonce,
        code_challenge: &query.code_challenge,
    };
    unkept(match entrance::authorize(&app, question, browser.as_ref()).await {
        Ok(Some(address)) => Redirect::to(&address).into_response(),
        Ok(None) => StatusCode::BAD_REQUEST.into_response(),
        Err(error) => error.into_response(),
    })
}

#[derive(Deserialize)]
struct TokenForm {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    client_assertion: String,
}

async fn token(State(app): State<App>, Form(form): Form<TokenForm>) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if form.grant_type != "authorization_code" {
        return unkept(refuse("unsupported_grant_type"));
    }
    let asked = Redeem {
        code: &form.code,
        redirect_uri: &form.redirect_uri,
        verifier: &form.code_verifier,
        client_assertion: &form.client_assertion,
    };
    unkept(match entrance::redeem(&app, asked).await {
        // There is nothing to be fetched with the access token: all that is told is in the ID token.
        Ok(Ok(id_token)) => {
            Json(json!({ "access_token": app.new_token(), "token_type": "Bearer", "expires_in": 60, "id_token": id_token })).into_response()
        }
        Ok(Err(denied)) => refuse(denied),
        Err(error) => error.into_response(),
    })
}

async fn keys(State(app): State<App>) -> Response {
    Json(json!({ "keys": [client_key(&app.keys).public_jwk()] })).into_response()
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'))
}

fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
