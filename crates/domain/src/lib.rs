//! The rules of the platform, pure: no async, no input or output, no clock, no randomness.
//!
//! Time and random values are parameters, so every rule here can be tested as an equation.

pub mod access;
pub mod approvals;
pub mod assessments;
pub mod booking;
pub mod catalogue;
pub mod identity;
pub mod ids;
pub mod organisations;
pub mod regions;
pub mod scheduling;
pub mod sessions;
pub mod text;
pub mod time;
