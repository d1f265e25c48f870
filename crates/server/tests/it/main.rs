//! Tests of the whole API, each on a fresh database.

mod authorisation;
mod identity;
mod sessions;
mod structure;
