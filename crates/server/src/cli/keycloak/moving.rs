//! `ponimau keycloak move`: the accounts of the built-in sign-in go to Keycloak. Each is moved by its own person (decision 0024); this opens the window in
//! which they can, writes to those who have an address, and tells at any time how it stands. It names nobody.

use std::{fmt::Write as _, process::ExitCode, sync::Arc};

use anyhow::{Context as _, anyhow, ensure};
use app::{
    App,
    identity::keycloak::moving::{self, Standing, Survey},
    kernel::{ctx::Kind, error::Error},
    sessions::video::{BuiltIn, RelayNode},
};
use clap::Args;
use jiff::SignedDuration;
use relay::Secret;
use tokio::sync::watch;

use super::is_agreed;
use crate::{
    cli::doctor,
    settings::Settings,
    start::{self, Database},
};

/// What `--dry-run` ends with where somebody still waits.
const STILL_WAIT: u8 = 3;

/// Arguments of `ponimau keycloak move`.
#[derive(Debug, Args)]
pub struct Move {
    /// Show how it stands, and change nothing. Exit status 3 if somebody has not moved yet
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// For how many days from now people may move
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
    /// Write to nobody: people are told in another way
    #[arg(long)]
    no_letters: bool,
    /// Shut the window now
    #[arg(long, conflicts_with_all = ["days", "no_letters"])]
    close: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Shows how it stands, asks, and does it.
pub async fn run(arguments: Move) -> anyhow::Result<ExitCode> {
    ensure!(arguments.settings.keycloak_url().is_some(), "no Keycloak is configured. Set PONIMAU_KEYCLOAK_URL");
    let database = Database::start(&arguments.settings).await?;
    let done = on(&arguments, &database).await;
    database.stop().await;
    done
}

async fn on(arguments: &Move, database: &Database) -> anyhow::Result<ExitCode> {
    let settings = &arguments.settings;
    let keys = start::keys(settings)?;
    app::schema::check_keys(&database.owner, &keys).await?;
    let login = app::schema::app_login(&database.owner, &keys);
    let secret = Secret::new(keys.derive("relay credentials")).context("the relay's secret is too weak")?;
    // The deployment's relay is named, not started: nobody talks through a command.
    let video = Arc::new(BuiltIn::new(secret, vec![RelayNode { urls: vec![format!("turn:{}", settings.relay_host())] }], None));
    let (_stop, stopping) = watch::channel(false);
    let app = start::application(settings, false, login, keys, video, stopping)?;
    let done = work(arguments, &app).await;
    app.db.pool().close().await;
    done
}

async fn work(arguments: &Move, app: &App) -> anyhow::Result<ExitCode> {
    let keycloak = app.keycloak.as_ref().context("no Keycloak is configured")?;
    let before = moving::survey(app).await.map_err(told)?;
    println!("{}", report(keycloak.realm().issuer(), &before));
    if arguments.dry_run {
        return Ok(if before.waiting() == 0 { ExitCode::SUCCESS } else { ExitCode::from(STILL_WAIT) });
    }
    if arguments.close {
        if before.open_until.is_none() {
            println!("Nothing to do: the window is shut.");
            return Ok(ExitCode::SUCCESS);
        }
        println!("To be done: shut the window. Who waits then cannot come in until it is opened again; nothing of theirs is lost.");
    } else {
        if before.waiting() == 0 {
            println!("Nothing to do: nobody waits.");
            return Ok(ExitCode::SUCCESS);
        }
        // Whoever comes is sent there: it must be ready for them.
        doctor::keycloak(&arguments.settings)
            .await
            .map_err(|why| anyhow!("Keycloak is not ready for them: {why}. Nothing was changed; `ponimau doctor` tells the same"))?;
        ensure!(
            moving::is_in_use(app).await.map_err(told)?,
            "no running node signs people in at this Keycloak yet. Set PONIMAU_KEYCLOAK_URL for the product too, restart all its nodes, and say this again in a minute. Nothing was changed"
        );
        println!("{}", plan(arguments, &before));
    }
    if !arguments.yes && !is_agreed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    if arguments.close {
        moving::close(app).await.map_err(told)?;
    } else {
        let until = moving::open(app, SignedDuration::from_hours(24 * i64::from(arguments.days))).await.map_err(told)?;
        println!("The window is open until {until}.");
        let letters = if arguments.no_letters { 0 } else { write(app).await? };
        println!("Letters on their way: {letters}. The running product sends them.");
    }
    println!("Done. How it stands is told by `ponimau keycloak move --dry-run`.");
    Ok(ExitCode::SUCCESS)
}

async fn write(app: &App) -> anyhow::Result<u64> {
    let mut letters = 0;
    while moving::write_next(app).await.map_err(told).context("not all letters are asked for; the command can be repeated")? {
        letters += 1;
    }
    Ok(letters)
}

fn told(error: Error) -> anyhow::Error {
    error.source.unwrap_or_else(|| anyhow::anyhow!("{}", error.code))
}

fn plan(arguments: &Move, survey: &Survey) -> String {
    let days = arguments.days;
    let mut plan =
        format!("To be done:\n  open        the sign-in page offers to move a record, for {days} days from now; it signs nobody in\n");
    let _ = match (arguments.no_letters, survey.letters) {
        (true, _) => writeln!(plan, "  letters     none: people are to be told in another way"),
        (false, 0) => writeln!(plan, "  letters     none: nobody waits who has an address and was not written to"),
        (false, letters) => writeln!(plan, "  letters     {letters}, to those who wait and have an address; nobody gets a second one"),
    };
    plan + "Nobody is deleted, and no account is made before its person comes."
}

fn report(issuer: &str, survey: &Survey) -> String {
    let mut report = format!("Records and their accounts at {issuer}:\n");
    for (kind, standing) in &survey.standings {
        let name = match kind {
            Kind::Employee => "employees",
            Kind::Specialist => "specialists",
            Kind::Hr => "HR",
            Kind::Staff => "staff",
        };
        let Standing { moved, by_passkey, by_mail, by_mail_and_app, cannot } = *standing;
        let waiting = standing.waiting();
        let _ = writeln!(report, "  {name:<12}{moved} have one, {waiting} wait for their person, {cannot} cannot be moved");
        if waiting > 0 {
            let _ = writeln!(
                report,
                "              who waits shows: a passkey {by_passkey}, a mailed code {by_mail}, a mailed code and the app {by_mail_and_app}"
            );
        }
    }
    let cannot = |is_meant: fn(Kind) -> bool| survey.standings.iter().any(|(kind, standing)| is_meant(*kind) && standing.cannot > 0);
    if cannot(|_| true) {
        report += "  Who cannot be moved has neither a passkey nor an address of their own.\n";
    }
    if cannot(|kind| kind == Kind::Employee) {
        report += "  Such employees came back by their browser alone, and begin anew, as newcomers.\n";
    }
    if cannot(|kind| kind != Kind::Employee) {
        report += "  Such specialists, HR and staff are invited anew by an administrator.\n";
    }
    let _ = match survey.open_until {
        Some(until) => write!(report, "The window is open until {until}."),
        None => write!(report, "The window is shut."),
    };
    report
}
