//! Slice: compliance. Owns consents, the person's view of who opened their record, and the phones for urgent help. Promises that a consent is one document for one purpose, kept with
//! the very text and language that were shown, and that withdrawing is as easy as giving.

mod consents;
mod http;
mod record;
mod urgent_help;

pub use consents::text_hash;
pub use http::routes;
pub(crate) use urgent_help::read as urgent_help;
