//! `ponimau keycloak`: the deployment's realm as code.

use std::io::{ErrorKind, Write as _, stdout};

use clap::{Args, Subcommand};

use crate::{realm, settings::Settings, start};

/// Arguments of `ponimau keycloak`.
#[derive(Debug, Args)]
pub struct Keycloak {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the realm for this deployment, for `kc.sh start --import-realm`.
    ///
    /// It holds no secret and nobody. Needs the deployment's key file: its clients are known by keys derived from it.
    Realm(Box<Settings>),
}

/// Runs the subcommand.
pub fn run(keycloak: Keycloak) -> anyhow::Result<()> {
    let Command::Realm(settings) = keycloak.command;
    let realm = ::keycloak::realm::realm(&realm::deployment(&settings, &start::keys(&settings)?)?);
    match writeln!(stdout(), "{}", serde_json::to_string_pretty(&realm)?) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
