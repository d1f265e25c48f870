//! Slice: notes. Owns what a specialist and an employee write down for themselves about a consultation, and a specialist's view of their clients.
//! Promises that only the author reads a note (the database refuses everybody else), that it lies sealed by the employee's data key, that a later
//! version is never overwritten unseen, and that whatever a specialist reads or writes about a person is in that person's record of access.

mod clients;
mod http;
mod intake;
mod note;

pub use http::routes;
