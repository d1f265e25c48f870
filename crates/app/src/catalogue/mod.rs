//! Slice: catalogue. Owns fields of specialists (categories) with their topics, specialists' cards, and the documents that were checked.
//!
//! Promises: a new field of specialists is data, never code; nothing of a card is public before the operator published it, and no education before its
//! document was verified; nobody verifies their own documents or enters a field by themselves (the database holds these too).

mod card;
mod card_edit;
mod categories;
mod category_check;
mod education;
mod files;
mod http;
mod jobs;
mod photo;
mod preview;
mod review;
mod specialists;
mod sql;
mod texts;
mod topics;

pub use self::{card::open_card, files::keep_demo_document, http::routes, jobs::run};
