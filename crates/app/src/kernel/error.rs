//! One error for every use case: a kind (which becomes the HTTP status), a stable code (which becomes the person's message), and what the caller
//! can do.

use std::time::Duration;

use serde_json::{Map, Value};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, by what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read (400).
    Unreadable,
    /// Sign in first (401).
    Unauthenticated,
    /// Not allowed (403).
    Forbidden,
    /// Does not exist, or not for the caller (404).
    NotFound,
    /// The state of things does not allow it now (409).
    Conflict,
    /// It was there and is over: a used link, an expired hold (410).
    Gone,
    /// Larger than allowed (413).
    TooLarge,
    /// Not of a kind that is taken (415).
    Unsupported,
    /// Fields are wrong (422).
    Invalid,
    /// Too often (429).
    TooMany,
    /// Our fault (500).
    Internal,
    /// Busy or starting; try again soon (503).
    Unavailable,
}

/// A wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 pointer into the request's body (`/starts_at`), or `?name` for a query parameter.
    pub pointer: String,
    /// Names the message `fields.<code>`.
    pub code: &'static str,
    pub params: Map<String, Value>,
}

/// Why a use case did not do what it was asked.
#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    /// Stable, snake_case; names the message `errors.<code>`.
    pub code: &'static str,
    pub fields: Vec<FieldError>,
    /// Values for the message.
    pub params: Map<String, Value>,
    /// Further members of the problem document, such as fresh alternatives.
    pub extra: Map<String, Value>,
    pub retry_after: Option<Duration>,
    /// For the log; never shown.
    pub source: Option<anyhow::Error>,
}

macro_rules! kinds {
    ($($name:ident => $kind:ident),+ $(,)?) => {$(
        #[doc = concat!("An error of kind [`Kind::", stringify!($kind), "`].")]
        pub fn $name(code: &'static str) -> Self {
            Self::new(Kind::$kind, code)
        }
    )+};
}

impl Error {
    /// An error of `kind`.
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, fields: Vec::new(), params: Map::new(), extra: Map::new(), retry_after: None, source: None }
    }

    kinds! {
        unreadable => Unreadable,
        forbidden => Forbidden,
        conflict => Conflict,
        gone => Gone,
        too_large => TooLarge,
        unsupported => Unsupported,
    }

    /// Nobody is signed in, or no longer.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "sign_in_required")
    }

    /// The thing does not exist, as far as the caller may know.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found")
    }

    /// Wrong fields.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "invalid_fields") }
    }

    /// One wrong field.
    pub fn field(pointer: impl Into<String>, code: &'static str) -> Self {
        Self::invalid(vec![FieldError { pointer: pointer.into(), code, params: Map::new() }])
    }

    /// Too often; may be tried again after `wait`.
    pub fn too_many(code: &'static str, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(Kind::TooMany, code) }
    }

    /// Our fault.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self { source: Some(source.into()), ..Self::new(Kind::Internal, "internal") }
    }

    /// Adds a value for the message.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a member to the problem document.
    #[must_use]
    pub fn extra(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if platform::db::is_conflict(&error) {
            return Self { source: Some(error.into()), ..Self::conflict("busy_try_again") };
        }
        match error {
            // The database is away or every connection is taken: bounded wait, then "come back soon".
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Self {
                retry_after: Some(Duration::from_secs(2)),
                source: Some(error.into()),
                ..Self::new(Kind::Unavailable, "unavailable")
            },
            // Shutting down or starting up (class 57P), or too many connections (53300).
            sqlx::Error::Database(ref e) if e.code().is_some_and(|c| c.starts_with("57P") || c == "53300") => Self {
                retry_after: Some(Duration::from_secs(2)),
                source: Some(error.into()),
                ..Self::new(Kind::Unavailable, "unavailable")
            },
            // Row security refused a write: to the caller the thing does not exist.
            sqlx::Error::Database(ref e) if e.code().as_deref() == Some("42501") => {
                Self { source: Some(error.into()), ..Self::not_found() }
            }
            _ => Self::internal(error),
        }
    }
}

impl From<platform::crypto::Unsealable> for Error {
    fn from(error: platform::crypto::Unsealable) -> Self {
        Self::internal(error)
    }
}
