//! What the kind of consultation asks for, and for which window the question is.

use std::num::NonZeroU16;

use crate::time::{Timestamp, Zone, local_date};

/// How starts are found within opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRules {
    /// How long the consultation lasts.
    pub length: SlotMinutes,
    /// The step of the grid of starts, in elapsed minutes.
    pub interval: SlotMinutes,
    /// Minutes that the new consultation keeps free before it; they may lie outside opening hours.
    pub buffer_before_min: u32,
    /// Minutes that the new consultation keeps free after it; they may lie outside opening hours.
    pub buffer_after_min: u32,
    /// How these meet the buffers of what is in the calendar already.
    pub buffer_policy: BufferPolicy,
    /// Minutes between now and the earliest start that is offered, which is offered itself.
    pub min_notice_min: u32,
    /// Only the local dates from today to today + this many are offered; none: no end.
    pub rolling_days: Option<u32>,
    /// How much one specialist takes on.
    pub limits: Limits,
    /// Where the grid of starts begins.
    pub alignment: Alignment,
}

impl SlotRules {
    /// The product's defaults: shared buffers of no length, no notice, no horizon, no limits, a grid that begins
    /// with the opening hours.
    #[must_use]
    pub const fn new(length: SlotMinutes, interval: SlotMinutes) -> Self {
        Self {
            length,
            interval,
            buffer_before_min: 0,
            buffer_after_min: 0,
            buffer_policy: BufferPolicy::Shared,
            min_notice_min: 0,
            rolling_days: None,
            limits: Limits { max_per_day: None, max_per_week: None, max_minutes_per_day: None },
            alignment: Alignment::WindowStart,
        }
    }
}

/// A length or a step: 1 minute to 7 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotMinutes {
    minutes: NonZeroU16,
}

/// The number of minutes is not from 1 to 10080.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to {} minutes (7 days)", SlotMinutes::MAX)]
pub struct SlotMinutesError;

impl SlotMinutes {
    /// Seven days. Nobody talks longer; the bound keeps one question's work small.
    pub const MAX: u16 = 7 * 24 * 60;

    /// # Errors
    /// [`SlotMinutesError`] unless `minutes` is 1 to [`SlotMinutes::MAX`].
    pub fn new(minutes: u16) -> Result<Self, SlotMinutesError> {
        NonZeroU16::new(minutes).filter(|minutes| minutes.get() <= Self::MAX).map(|minutes| Self { minutes }).ok_or(SlotMinutesError)
    }

    /// The number of minutes.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.minutes.get()
    }

    pub(super) fn as_sec(self) -> i64 {
        i64::from(self.get()) * 60
    }
}

/// How the buffers of a new consultation meet those of a busy period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferPolicy {
    /// They may not overlap: the gap is at least their sum.
    Sum,
    /// They may be the same minutes: the gap is at least the larger of the two.
    Shared,
}

/// Where the grid of starts begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// At the beginning of the merged opening hours; busy time removes starts and never shifts the rest.
    WindowStart,
    /// At the beginning of every free gap.
    FreeStart,
    /// At the beginning of every free gap, or at now + notice if later, rounded up to a round minute of the local
    /// hour.
    FreeStartRounded,
}

/// How much one specialist takes on, by the local date or ISO week (home zone) on which bookings start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bookings on one date.
    pub max_per_day: Option<u32>,
    /// Bookings in one ISO week, Monday first.
    pub max_per_week: Option<u32>,
    /// Minutes of bookings on one date, the new one included.
    pub max_minutes_per_day: Option<u32>,
}

/// The instants that are asked about, `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: Timestamp,
    to: Timestamp,
}

/// The window makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// `to` lies before `from`.
    #[error("ends before it begins")]
    Backwards,
    /// Nobody looks that far, and the work grows with the window.
    #[error("is longer than {} days", Window::MAX_DAYS)]
    TooLong,
    /// Zone data says nothing of use there.
    #[error("is outside the years {} to {}", Window::FIRST_YEAR, Window::LAST_YEAR)]
    OutOfRange,
}

impl Window {
    /// The longest window, in days of 24 hours.
    pub const MAX_DAYS: i64 = 400;
    /// Before it, zone data is guesswork.
    pub const FIRST_YEAR: i16 = 1900;
    /// Far enough from the end of the calendar that no sum of dates can pass it.
    pub const LAST_YEAR: i16 = 9000;

    /// # Errors
    /// [`WindowError`] if the window is backwards, too long, or outside the years that make sense.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, WindowError> {
        let year_fits = |at| (Self::FIRST_YEAR..=Self::LAST_YEAR).contains(&local_date(&Zone::UTC, at).year());
        if !year_fits(from) || !year_fits(to) {
            return Err(WindowError::OutOfRange);
        }
        if to < from {
            return Err(WindowError::Backwards);
        }
        if to.duration_since(from).as_secs() > Self::MAX_DAYS * 86_400 {
            return Err(WindowError::TooLong);
        }
        Ok(Self { from, to })
    }

    /// The first instant inside.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant after it.
    #[must_use]
    pub const fn to(&self) -> Timestamp {
        self.to
    }
}
