//! Tests of the whole API, each on a fresh database.

mod identity;
mod sessions;
