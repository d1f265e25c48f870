//! Keycloak as the identity centre: a deployment's realm as code, the keys by which we are its clients, and a Keycloak to run beside a demo or a test.
//!
//! Who may do what is never Keycloak's to say: it tells who somebody is and from which organization they come; rights live in our database.

pub mod admin;
pub mod client;
pub mod client_key;
pub mod companies;
pub mod console;
pub mod distribution;
pub mod entrance;
pub mod held;
pub mod realm;
pub mod server;
pub mod theme;
pub mod tokens;
pub mod upkeep;
pub mod ways;
