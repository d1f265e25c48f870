//! Slice: chat. Owns the threads between an employee and a specialist who have a consultation in common, and their messages. Promises that nobody else
//! reads them, that they lie sealed by the employee's data key, that each has a number and none is skipped, and that hints carry ids only.

mod http;
mod messages;
mod notice;
mod threads;

pub use self::{http::routes, notice::run};
