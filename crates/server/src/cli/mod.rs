//! One file a subcommand.

pub mod administrator;
pub mod audit;
pub mod doctor;
pub mod keycloak;
pub mod migrate;
pub mod openapi;
pub mod serve;
pub mod slots;
