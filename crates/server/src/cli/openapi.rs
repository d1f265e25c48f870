//! `ponimau openapi`.

use std::io::{ErrorKind, Write as _, stdout};

/// Prints the API's description. A reader who has seen enough (`| head`) is no failure.
pub fn run() -> anyhow::Result<()> {
    match writeln!(stdout(), "{}", app::router::openapi().to_pretty_json()?) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
