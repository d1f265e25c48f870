//! The outside world without business words: database, jobs, clock, randomness, sealing, mail.
//!
//! Nothing here knows what an appointment is. `app` decides; this crate carries out.

pub mod blind;
pub mod calendar;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod embedded_postgres;
pub mod files;
pub mod images;
pub mod jobs;
pub mod mail;
pub mod outbound;
pub mod rng;
pub mod telemetry;
