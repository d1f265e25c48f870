//! Tests of the whole API, each on a fresh database.

mod authorisation;
mod booking;
mod identity;
mod scheduling;
mod sessions;
mod structure;
