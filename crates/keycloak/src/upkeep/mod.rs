//! Keeping a realm as this release has it: what differs between the realm as it is printed and a running one (drift), said as a plan, and done.
//!
//! Deciding is pure ([`Parts`], [`Plan`]); the Admin API is asked at the edge ([`look`], [`carry_out`]). People, organizations, companies' identity
//! providers, other clients and keys are nobody's business here: no call that could remove one is made.

mod act;
mod api;
mod compare;
mod flows;
mod look;
mod parts;
mod plan;
mod steps;
mod words;

pub use self::{
    act::carry_out,
    api::{Administrator, Api, Failure},
    look::look,
    parts::Parts,
    plan::{Plan, There},
};
