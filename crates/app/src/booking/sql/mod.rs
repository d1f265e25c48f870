//! The slice's statements.

pub mod appointments;
pub mod discovery;
pub mod quota;
pub mod views;
pub mod waiting;
