//! The slot calculator against its contract, sentence by sentence, and against a reference that knows no shortcuts.

mod ask;
mod limits;
mod naive;
mod offered_starts;
mod opening_hours;
mod properties;
mod random;
mod reasons;
mod several;
mod traps;
mod who_is_free;
