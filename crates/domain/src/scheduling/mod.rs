//! Which starts of a consultation can be offered: one pure function, used by the pages, the API, the check at
//! booking and the command `ponimau slots`.
//!
//! - [`SpecialistAvailability`]: what one specialist set up, and what already fills the calendar.
//! - [`SlotRules`]: what the kind of consultation asks for.
//! - [`slots`], [`is_offered`], [`explain`]: the starts; one start; why (not). They cannot disagree: the second asks
//!   the first, and a property test holds the third to both.
//! - [`availability`]: the opening hours alone, as merged intervals.
//! - [`slots_of_any`], [`slots_of_all`], [`count_by_date`]: several specialists, and the viewer's calendar.
//! - [`index`]: who is free, over thousands of specialists, kept in memory.
//! - [`wire`]: the same as a JSON document, for replaying a schedule that somebody complains about.
//!
//! How it works: wall-clock rules become UTC intervals once per local date ([`crate::time::instant_of`]), these are
//! merged, and one sweep walks openings, busy periods and starts in order: O(A + B + S) after sorting. Inside,
//! instants are whole seconds since 1970 (`i64`); busy periods are rounded outward to them.
//!
//! What the contract of the calculator leaves open, and the choices made: `docs/decisions/0009-slot-calculator.md`.

mod explain;
mod grid;
pub mod index;
mod limits;
mod open;
mod plan;
mod rules;
mod schedule;
mod several;
mod span;
pub mod wire;

pub use explain::{Explanation, OpenedBy, Reason, explain};
pub use open::{Source, availability};
pub use plan::{is_offered, slots};
pub use rules::{Alignment, BufferPolicy, Limits, SlotMinutes, SlotMinutesError, SlotRules, Window, WindowError};
pub use schedule::{Busy, BusyKind, DateOverride, Hours, SpecialistAvailability, Travel, Weekdays, WeeklyRule};
pub use several::{count_by_date, slots_of_all, slots_of_any};
pub use span::{Interval, difference, union};
