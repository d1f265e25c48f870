//! `ponimau keycloak`: the deployment's realm as code, and its look.

mod apply;
pub mod drift;

use std::{
    io::{ErrorKind, Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
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
    /// Bring the realm of a running Keycloak to the state of this release, and make it where it is not there.
    ///
    /// Shows what it will do, and asks. Never touches people, organizations, sessions, companies' identity providers, or other clients. Can be repeated;
    /// where all is as it should be, it does nothing. Exit status 0 if the realm is as it should be afterwards, 1 if not.
    Apply(Box<apply::Apply>),
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
pub async fn run(keycloak: Keycloak) -> anyhow::Result<ExitCode> {
    match keycloak.command {
        Command::Realm(settings) => print_realm(&settings)?,
        Command::Apply(apply) => return apply::run(*apply).await,
        Command::Theme { folder, settings } => realm::theme(&settings)?.write(&folder)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_realm(settings: &Settings) -> anyhow::Result<()> {
    let realm = ::keycloak::realm::realm(&realm::deployment(settings, &start::keys(settings)?)?);
    match writeln!(stdout(), "{}", serde_json::to_string_pretty(&realm)?) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
