//! Slice: organisations. Owns client companies, their contracts, and who may enter. Promises that no path leads from a company to an employee.

mod codes;
mod companies;
mod contracts;
mod domains;
pub mod entry;
mod http;
mod jobs;
mod leaving;
mod own;
pub mod passes;
mod roster;
pub mod scim;
mod sso;

pub use self::{
    companies::{exists, in_use},
    http::{directory_routes, routes},
    jobs::run,
    sso::failures as sign_in_failures,
};
