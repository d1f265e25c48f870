//! Answers, and what a test expects of them.

use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Expects the status and gives the answer on.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} answered {}", self.asked, self.text());
        self
    }

    /// Expects a problem of this status and code.
    #[track_caller]
    pub fn is_problem(self, status: u16, code: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.headers.get("content-type").map(|v| v.as_bytes()), Some(&b"application/problem+json"[..]), "{}", answer.asked);
        assert_eq!(answer.json()["code"], code, "{} answered {}", answer.asked, answer.text());
        answer
    }

    /// Expects that exactly this field is wrong, for this reason.
    #[track_caller]
    pub fn names_field(self, pointer: &str, code: &str) -> Self {
        let answer = self.is(422);
        let faults: Vec<(String, String)> = answer.json()["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|e| (e["pointer"].as_str().unwrap_or("").to_owned(), e["code"].as_str().unwrap_or("").to_owned()))
            .collect();
        assert!(faults.contains(&(pointer.to_owned(), code.to_owned())), "{} named {faults:?}", answer.asked);
        answer
    }

    /// The body as JSON (null if it is none).
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as a type.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{}: {e}: {}", self.asked, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
