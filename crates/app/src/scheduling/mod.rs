//! Slice: scheduling. Owns when specialists work (hours, exceptions, leave, journeys, limits), calendars in and out, and the answer to "when is
//! somebody free". Promises that every start it offers passed the slot engine, that the check at booking is the same engine on fresh data, and that
//! a specialist's change of hours never moves a booking.
//!
//! For other slices: [`free_starts`], [`nearest`], [`check_start`] under [`lock`], [`changed`] after anything that moves free times, and
//! [`ask_to_offer`] after what may be offered to who waits. The catalogue, which this slice builds on, asks by the job `scheduling.card_appeared`.

mod change;
mod feeds;
mod http;
pub mod index;
mod jobs;
mod offer;
mod opened;
mod schedule;
mod search;
mod settings;
mod sql;
mod view;
mod words;

pub use http::routes;
pub use index::{Ask, Consultation, Index, NextTimes, Starts, Who, keep_fresh};
pub(crate) use jobs::run;
pub use offer::{ask_to_offer, changed, check_start, free_starts, lock};
pub use schedule::{Offer, Schedule, Terms, load, load_many};
pub use search::{nearest, slots_of};
