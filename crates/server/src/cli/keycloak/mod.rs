//! `ponimau keycloak`: the deployment's realm as code, and its look.

mod apply;
pub mod drift;
mod moving;

use std::{
    io::{ErrorKind, IsTerminal as _, Write as _, stdin, stdout},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
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
    /// Have the people of the built-in sign-in move to Keycloak.
    ///
    /// Shows how it stands, in numbers, and asks. Opens a window in which each moves their own record by showing once more what they signed in with, and
    /// writes to those who have an address. Deletes nobody; can be repeated, and broken off. Exit status 0 if all is done, 3 of --dry-run if somebody waits.
    Move(Box<moving::Move>),
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
        Command::Move(arguments) => return moving::run(*arguments).await,
        Command::Theme { folder, settings } => {
            let home = realm::theme(&settings)?.write(&folder)?;
            println!("Written to {}. Keycloak reads it at its start.", home.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the operator agrees to what they were shown.
fn is_agreed() -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("nobody can be asked here: say --yes to do it, or --dry-run to look only. Nothing was changed");
    }
    print!("Do this? [y/N] ");
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

fn print_realm(settings: &Settings) -> anyhow::Result<()> {
    let realm = ::keycloak::realm::realm(&realm::deployment(settings, &start::keys(settings)?)?);
    match writeln!(stdout(), "{}", serde_json::to_string_pretty(&realm)?) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
