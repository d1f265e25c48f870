//! Slice: sessions. Owns call rooms, the join log, signals and outcomes. Promises that only the two booked people enter, at their time; that the log
//! decides what became of a consultation; that signals are kept sealed and only while the call lasts.

mod access;
mod access_ended;
mod close;
mod end;
mod extend;
mod http;
mod jobs;
mod presence;
mod room;
mod signals;
mod sql;
pub mod video;

pub use http::routes;
pub(crate) use jobs::run;
