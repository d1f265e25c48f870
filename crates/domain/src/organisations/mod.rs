//! Rules of who may enter by a client company: mail domains, rosters, passes, what its directory says by SCIM.

mod mail_domain;
pub mod passes;
mod roster;
pub mod scim;
mod spreadsheet;

pub use self::{
    mail_domain::{DomainFault, mail_domain},
    roster::{LineFault, ROSTER_BYTES_MAX, ROSTER_LINES_MAX, Repeat, Roster, RosterFault, read_roster},
    spreadsheet::is_one as is_spreadsheet,
};
