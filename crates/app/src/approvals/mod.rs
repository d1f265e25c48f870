//! Slice: approvals. Owns what takes two: asks of the staff, and what colleagues decided. Promises that nobody agrees to what they ask for themselves (the
//! database refuses it too), that reasons, for asking and for refusing, lie sealed, and that what was agreed to may be done for an hour by the one who asked. What then may be done is
//! the business of the slices that ask here: `audit` (the log as a file), `assessments` (the person behind a safety report). See decision 0027.

mod ask;
mod decide;
mod http;
mod jobs;
mod list;

pub use self::{
    ask::{Wanted, ask},
    http::{NewAsk, routes},
    jobs::run,
    list::own,
};

use domain::ids::ApprovalId;
use platform::crypto::Place;

/// The bounds of a reason, in characters: a word is none.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;

/// Where a reason lies: `reason_sealed` of the one who asks, `refusal_sealed` of the one who refuses.
fn place(id: ApprovalId, column: &'static str) -> Place<'static> {
    Place { table: "approvals", column, row: id.0 }
}
