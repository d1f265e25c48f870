//! Slice: approvals. Owns what takes two: asks of the staff, and what colleagues decided. Promises that nobody agrees to what they ask for themselves (the
//! database refuses it too), that reasons lie sealed, and that what was agreed to may be done for an hour by the one who asked. What then may be done is
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

fn place(id: ApprovalId) -> Place<'static> {
    Place { table: "approvals", column: "reason_sealed", row: id.0 }
}
