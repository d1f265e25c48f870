//! Tests of the whole API, each on a fresh database.

mod authorisation;
mod compliance;
mod identity;
mod scheduling;
mod sessions;
mod structure;
