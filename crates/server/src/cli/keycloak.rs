//! `ponimau keycloak`: the deployment's realm as code, and its look.

use std::{
    io::{ErrorKind, Write as _, stdout},
    path::PathBuf,
};

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
    /// Write the look of this deployment's brand for Keycloak's pages and letters, for its folder of themes.
    ///
    /// It depends on the brand and on the public URL. Keycloak reads it at its start.
    Theme {
        /// Keycloak's folder `themes`; the brand's is made in it, or made anew.
        folder: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Runs the subcommand.
pub fn run(keycloak: Keycloak) -> anyhow::Result<()> {
    match keycloak.command {
        Command::Realm(settings) => print_realm(&settings),
        Command::Theme { folder, settings } => realm::theme(&settings)?.write(&folder),
    }
}

fn print_realm(settings: &Settings) -> anyhow::Result<()> {
    let realm = ::keycloak::realm::realm(&realm::deployment(settings, &start::keys(settings)?)?);
    match writeln!(stdout(), "{}", serde_json::to_string_pretty(&realm)?) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
