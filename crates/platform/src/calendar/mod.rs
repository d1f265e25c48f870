//! Calendars: invitations and feeds written, foreign feeds read into busy time.
//!
//! Writing follows RFC 5545 (iCalendar), RFC 5546 (invitations) and what Outlook, Google and Apple in fact accept.
//! Reading trusts nothing: size, repetitions and work are bounded, and of an entry only its times are looked at.

mod busy;
mod content;
mod event;
mod recurrence;
#[cfg(test)]
mod recurrence_oracle;
mod rule;
mod write;
mod zones;

pub use busy::{Busy, FEED_BYTES_MAX, FeedError, Interval, read_busy};
pub use write::{Attendee, Event, Feed, Invite, Method, Party, Status};
