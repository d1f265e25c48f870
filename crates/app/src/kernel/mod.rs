//! What every slice stands on: the running application, who acts, errors, commands done once, audit, live hints.

pub mod app;
pub mod audit;
pub mod chain;
pub mod command;
pub mod ctx;
pub mod description;
pub mod error;
pub mod guard;
pub mod jobs;
pub mod json;
pub mod live;
pub mod messages;
pub mod problem;
pub mod rate;
pub mod sealing;
pub mod upload;
pub mod validation;
pub mod whole;
