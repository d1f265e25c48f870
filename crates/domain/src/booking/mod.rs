//! Booking: from a held time to a used (or returned) session of the benefit.
//!
//! - [`Appointment`]: its states; a transition consumes the old state, so an illegal history does not compile.
//! - [`CancelRule`]: until when a cancellation or a move costs nothing; computed once, shown before the tap, stored.
//! - [`blocked`]: which part of a specialist's time no other visit may touch, for the database's constraint.
//! - [`quota`]: contract years, and what is left of a benefit.
//! - [`ranking`]: who fits a person's wish, and the reasons why.
//! - [`waiting`]: who is offered a freed time.
//! - [`reminders`]: when somebody is reminded, quiet hours respected.

mod appointment;
mod blocked;
mod policy;
pub mod quota;
pub mod ranking;
pub mod reminders;
pub mod waiting;

pub use appointment::{Appointment, Booked, By, Canceled, Completed, Expired, Held, QuotaStep, Refused, Visit};
pub use blocked::{Buffers, blocked};
pub use policy::{CancelRule, GRACE};

use jiff::SignedDuration;

/// By which means the two talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Video,
    Audio,
    Chat,
}

impl Format {
    /// Every format, the usual one first.
    pub const ALL: [Self; 3] = [Self::Video, Self::Audio, Self::Chat];

    /// The name in the database and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Chat => "chat",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How long a time is held for somebody who chose it.
pub const HOLD: SignedDuration = SignedDuration::from_mins(5);

/// How long a freed time is held for somebody on the waiting list, who must first see the mail.
pub const OFFER: SignedDuration = SignedDuration::from_mins(30);

/// How early the two may open the room.
pub const JOIN_EARLY: SignedDuration = SignedDuration::from_mins(15);
