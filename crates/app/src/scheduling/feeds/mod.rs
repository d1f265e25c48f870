//! Calendars in and out: one's own feed under a secret address, and other calendars read into busy time.

pub(super) mod busy;
pub(super) mod fetch;
pub(super) mod subscription;
