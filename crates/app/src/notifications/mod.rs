//! Slice: notifications. Owns mail: what it looks like, in which language it is written, and that it goes out after the transaction which asked for it.
//! Promises that no address, code or link lies open in the queue, and that no subject says anything about a person.
//!
//! A mail is a template `mails/<name>.jinja` (structure, both as HTML and as plain text) and texts `locales/<language>/mails.json`
//! (`<name>.subject`, `<name>.…`). See [`render`] for what a template may use.

mod jobs;
mod moment;
mod render;
mod send;

pub use self::{
    jobs::run,
    send::{Calendar, NewMail, To, enqueue_mail},
};
