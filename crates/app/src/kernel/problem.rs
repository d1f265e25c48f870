//! Errors as `application/problem+json` (RFC 9457) in the person's language.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::text::Locale;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    error::{Error, Kind},
    messages,
};

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says more than a page could.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The message for the person, in their language.
    pub title: String,
    pub status: u16,
    /// Stable name of the problem.
    pub code: &'static str,
    /// Wrong fields, if the request's content is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// Members particular to the code, such as `alternatives`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub extra: Map<String, Value>,
}

/// A wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// RFC 6901 pointer into the request's body, or `?name` for a query parameter.
    pub pointer: String,
    pub code: &'static str,
    /// What is wrong, in the person's language.
    pub detail: String,
}

impl Kind {
    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

tokio::task_local! {
    /// The language of the request being answered. Set by the outermost middleware, so that an error knows it wherever it arises.
    pub static SPOKEN: Locale;
}

/// The language of the request being answered.
pub fn spoken() -> Locale {
    SPOKEN.try_with(|locale| *locale).unwrap_or(Locale::Ru)
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let locale = spoken();
        let status = self.kind.status();
        match (&self.source, self.kind) {
            (Some(source), Kind::Internal) => tracing::error!(code = self.code, error = format!("{source:#}"), "request failed"),
            (Some(source), _) => tracing::debug!(code = self.code, error = format!("{source:#}"), "request refused"),
            (None, _) => {}
        }
        let errors = self
            .fields
            .into_iter()
            .map(|f| ProblemField {
                detail: messages::text(locale, &format!("fields.{}", f.code), &f.params),
                pointer: f.pointer,
                code: f.code,
            })
            .collect();
        let problem = Problem {
            kind: "about:blank",
            title: messages::text(locale, &format!("errors.{}", self.code), &self.params),
            status: status.as_u16(),
            code: self.code,
            errors,
            extra: self.extra,
        };
        let body = serde_json::to_vec(&problem).expect("a problem document is plain data");
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}
