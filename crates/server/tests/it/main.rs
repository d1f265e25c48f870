//! Tests of the whole API, each on a fresh database.

mod identity;
mod scheduling;
mod sessions;
