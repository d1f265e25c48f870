//! Slice: audit. Shows the audit log to those who watch over the operator's staff, and whether its chain holds; carried away as a
//! file it takes two of them. Owns nothing: entries are appended by
//! every slice (`kernel::audit`) and chained by the kernel's sealing job. Promises that only staff are named; everybody else is a short id.

mod export;
mod http;
mod list;

pub use http::routes;
