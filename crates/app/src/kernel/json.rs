//! Request bodies and queries whose faults name the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use super::error::{Error, FieldError, Result};

/// A JSON body, in or out.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Error::unsupported("json_expected"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|e| {
            // The body limit (tower-http, axum) shows as 413.
            if e.into_response().status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                Error::too_large("body_too_large")
            } else {
                Error::unreadable("body_unreadable")
            }
        })?;
        let mut deserializer = serde_json::Deserializer::from_slice(&body);
        serde_path_to_error::deserialize(&mut deserializer).map(Self).map_err(|e| match e.inner().classify() {
            serde_json::error::Category::Data => Error::invalid(vec![FieldError {
                pointer: pointer_of(e.path(), &e.inner().to_string()),
                code: if e.inner().to_string().starts_with("missing field") { "required" } else { "wrong_type" },
                params: serde_json::Map::new(),
            }]),
            _ => Error::unreadable("body_unreadable"),
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// RFC 6901 pointer of a serde path; for a missing field its name is in the message only.
fn pointer_of(path: &serde_path_to_error::Path, message: &str) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        pointer.push_str(&format!("/{name}"));
    }
    pointer
}

/// A query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum_extra::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum_extra::extract::Query(value)) => Ok(Self(value)),
            Err(e) => Err(Error::field(query_pointer(&e.body_text()), "wrong_type")),
        }
    }
}

fn query_pointer(message: &str) -> String {
    // "…: missing field `from`" or "…: from: invalid digit…": the field's name is the best that serde tells.
    let name = message
        .split("missing field `")
        .nth(1)
        .and_then(|rest| rest.split('`').next())
        .or_else(|| message.split(": ").nth(1).filter(|name| !name.contains(' ')))
        .unwrap_or("");
    format!("?{name}")
}

/// A path's parameters. A value of the wrong form names nothing that exists: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(v)| Self(v))
            .map_err(|_| Error::not_found())
    }
}
