//! Slice: identity. Owns people, their ways of proving who they are, and their sessions. Promises that every request knows who asks, and that a
//! revoked session is refused at once.

mod http;
pub mod session;

pub use http::routes;
