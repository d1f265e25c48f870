//! The binary `ponimau`: one release for every deployment, configured by environment variables or flags.

mod assets;
mod cli;
mod health;
mod mailbox;
mod realm;
mod requests;
mod settings;
mod start;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::settings::Settings;

/// Gives memory back after a rush: the system's allocator kept what ten thousand connections had needed (docs/benchmarks.md).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Confidential support for employees of client companies.
#[derive(Debug, Parser)]
#[command(name = "ponimau", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the product. The first start prints a one-time link for the first administrator.
    Serve(Box<Settings>),
    /// Serve the product with generated demo data, one-click sign-in and a mailbox page. For trying only.
    Demo(Box<cli::serve::Demo>),
    /// Bring the database's schema up to this release.
    Migrate(Box<Settings>),
    /// Check this deployment's configuration and say what is wrong.
    Doctor(Box<Settings>),
    /// Print a one-time link for one more administrator, for when every administrator has lost their way in.
    ///
    /// Needs the deployment's database and key file; works beside the running product.
    Administrator(Box<Settings>),
    /// The realm of this deployment's Keycloak, as code; and bringing a running one up to date.
    Keycloak(cli::keycloak::Keycloak),
    /// Look after the audit log.
    Audit(cli::audit::Audit),
    /// Print the API's description (OpenAPI 3.1).
    Openapi,
    /// Answer which starts can be offered for a schedule written as JSON, and why.
    ///
    /// Prints one line of JSON for each file. Needs no configuration: a support engineer replays here what a specialist complains
    /// about. Exit status 2 if an argument, a file or a field is wrong.
    Slots(cli::slots::Slots),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = match cli.command {
        Command::Serve(settings) => runtime.block_on(cli::serve::run(*settings, None)),
        Command::Demo(demo) => runtime.block_on(cli::serve::demo(*demo)),
        Command::Migrate(settings) => runtime.block_on(cli::migrate::run(*settings)),
        Command::Doctor(settings) => return runtime.block_on(cli::doctor::run(*settings)),
        Command::Administrator(settings) => runtime.block_on(cli::administrator::run(*settings)),
        Command::Keycloak(keycloak) => {
            return runtime.block_on(cli::keycloak::run(keycloak)).unwrap_or_else(|error| failed(&error));
        }
        Command::Audit(audit) => runtime.block_on(cli::audit::run(audit)),
        Command::Openapi => cli::openapi::run(),
        Command::Slots(slots) => return cli::slots::run(&slots),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("ponimau: {error:#}");
    ExitCode::FAILURE
}
