//! Slice: booking. Owns appointments (holds included), the quota ledger, the waiting list and favourites; finds who can help, for the employee.
//! Promises that no two active appointments of a specialist or an employee overlap, that a benefit is never overdrawn, that the rule for cancelling is
//! the one that was shown, and that a taken time is answered with fresh alternatives.
//!
//! The order of locks in every transaction here: the employee's turn (`app.give_back_holds`) ‹ the specialist's schedule (`scheduling::lock`) ‹
//! appointments ‹ balances ‹ positions of live hints.
//!
//! For other slices: [`settle`] when a consultation is over, [`end_early`] when it is over before its time.

mod access_ended;
mod alternatives;
mod cancel;
mod card;
mod categories;
mod confirm;
mod desk;
mod end_early;
mod favourites;
mod find;
mod hold;
mod http;
mod intake;
mod invite;
pub mod jobs;
mod list;
mod notify;
mod offer;
mod operator;
mod quota;
mod readiness;
mod remind;
mod reschedule;
mod settle;
mod shelf;
mod sql;
mod sweep;
mod take;
mod today;
mod view;
mod waiting;

pub use end_early::end_early;
pub use http::routes;
pub use settle::{Settled, settle};
pub use shelf::{MOMENT, Shelf};
