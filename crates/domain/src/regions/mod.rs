//! Packs: what differs between deployments as data. A *brand* (name, wording, colours) and a *region* (law, money, languages, phones).
//!
//! Reading a pack checks all of it and tells every fault by file and field; a running node never meets a half-filled pack.

mod brand;
mod colour;
mod reader;
mod region;
mod urgent_help;

pub use self::{
    brand::{Brand, MailColours},
    reader::{Fault, Faults, Files},
    region::{ConsentDocument, Region},
    urgent_help::{HelpLine, LINES_MAX, UrgentHelp, is_line_id, is_phone},
};
