//! Slice: identity. Owns people, their ways of proving who they are, and their sessions. Promises that every request knows who asks, and that a
//! revoked session is refused at once.

mod acceptance;
mod access_ended;
mod account;
pub mod bootstrap;
mod challenge;
mod change_email;
pub mod demo;
pub mod email;
mod entry;
mod factors;
mod hr;
mod http;
mod invitations;
mod jobs;
pub mod keycloak;
mod mailed_code;
mod pass;
mod passkeys;
pub mod people;
mod proof;
mod recovery;
mod reset;
pub mod session;
mod sessions;
mod sign_in;
mod staff;
mod step_up;
mod throttle;
mod totp;
mod webauthn;
pub mod wishes;

pub use self::{
    http::{machine_routes, routes},
    jobs::run,
    sessions::end_of_other_way as end_sessions_of_other_way,
};
