//! Tests of the whole API, each on a fresh database.

mod authorisation;
mod catalogue;
mod compliance;
mod identity;
mod organisations;
mod scheduling;
mod sessions;
mod structure;
