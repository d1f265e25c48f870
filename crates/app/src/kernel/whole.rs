//! A request that has begun is done to its end.

use std::panic::resume_unwind;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::error::Error;

/// Does the request by a task of its own. The server drops what it does for a connection that is gone: a closed tab or a lost network would cut the work wherever it
/// stands, with another system (Keycloak) told already and nothing of it written down here.
pub async fn to_its_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        // The net for panics is further out.
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(stopped) => Error::internal(stopped).into_response(),
        },
    }
}
