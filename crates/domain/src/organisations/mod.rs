//! Rules of who may enter by a client company: mail domains, rosters.

mod mail_domain;
mod roster;

pub use self::{
    mail_domain::{DomainFault, mail_domain},
    roster::{LineFault, ROSTER_BYTES_MAX, ROSTER_LINES_MAX, Roster, RosterFault, read_roster},
};
