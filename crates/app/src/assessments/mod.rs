//! Slice: assessments. Owns ratings, and the answers to the safety questions about a specialist. Promises that both are given once and only about what
//! took place, that texts lie sealed by the employee's data key, that nobody but the safety role reads a report (the database refuses everybody else) nor the address
//! behind one without a colleague who agrees,
//! and that a specialist learns a mean only where nobody is told by it.

mod after;
mod contact;
mod http;
mod jobs;
mod questions;
mod queue;
mod rating;
mod report;

pub use http::routes;
pub(crate) use jobs::run;
