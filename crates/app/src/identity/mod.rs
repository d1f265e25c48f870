//! Slice: identity. Owns people, their ways of proving who they are, and their sessions. Promises that every request knows who asks, and that a
//! revoked session is refused at once.

mod challenge;
mod demo;
pub mod email;
mod entry;
mod factors;
mod http;
mod jobs;
mod mailed_code;
pub mod people;
pub mod session;
mod sign_in;
mod throttle;

pub use self::{http::routes, jobs::run};
