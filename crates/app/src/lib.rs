//! The platform's use cases, one folder a slice, each of one shape: `mod.rs` (what it owns, promises and offers), one file for each use case,
//! `sql.rs`, `http.rs`, `jobs.rs`.
//!
//! Slices call in one order (a later one may call an earlier; `server/tests/it/structure.rs` holds it): approvals, audit ‹ organisations, compliance ‹
//! identity ‹ catalogue ‹ scheduling ‹ booking ‹ sessions, chat, assessments ‹ notes. Nobody calls `notifications`: it is asked through jobs.

pub mod approvals;
pub mod assessments;
pub mod audit;
pub mod booking;
pub mod catalogue;
pub mod chat;
pub mod compliance;
pub mod demo;
pub mod identity;
pub mod kernel;
pub mod notes;
pub mod notifications;
pub mod organisations;
pub mod regions;
pub mod router;
pub mod scheduling;
pub mod schema;
pub mod sessions;
pub mod worker;

pub use kernel::{
    app::{App, AppParts, Config},
    error::{Error, Result},
};
