//! `ponimau keycloak apply`: brings a running Keycloak's realm to the state of this release.

use std::{fs, path::PathBuf, process::ExitCode};

use ::keycloak::{
    realm::realm,
    upkeep::{self, Administrator, Api, Parts, Plan},
};
use anyhow::{Context as _, bail};
use clap::Args;

use super::is_agreed;
use crate::{realm as of_deployment, settings::Settings, start};

/// The administrator's password; never an argument, which everybody on the machine can read.
const PASSWORD: &str = "PONIMAU_KEYCLOAK_ADMIN_PASSWORD";
/// The mail server's, where it is not in the file with its credentials. The same name as in the printed realm.
const MAIL_PASSWORD: &str = "PONIMAU_SMTP_PASSWORD";
/// What `--dry-run` ends with where something would change.
const WOULD_CHANGE: u8 = 3;

/// Arguments of `ponimau keycloak apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// Show what would change, and change nothing. Exit status 3 if something would
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Also if the realm knows another deployment's key, which then is refused
    #[arg(long)]
    take_over: bool,
    /// Put the mail server's password in although Keycloak has one: it does not tell which
    #[arg(long)]
    mail_password: bool,
    /// An administrator of the whole Keycloak (realm master)
    #[arg(long, env = "PONIMAU_KEYCLOAK_ADMIN", default_value = "admin")]
    admin: String,
    /// The administrator is a client with a service account, and its password a client secret
    #[arg(long, env = "PONIMAU_KEYCLOAK_ADMIN_IS_CLIENT")]
    admin_is_client: bool,
    /// File with the administrator's password; else it is taken from PONIMAU_KEYCLOAK_ADMIN_PASSWORD
    #[arg(long, env = "PONIMAU_KEYCLOAK_ADMIN_PASSWORD_FILE")]
    admin_password_file: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Shows the plan, asks, and does it.
pub async fn run(apply: Apply) -> anyhow::Result<ExitCode> {
    let settings = &apply.settings;
    let outer = settings.keycloak_url().context("no Keycloak is configured. Set PONIMAU_KEYCLOAK_URL")?;
    let url = settings.keycloak_inner_url.as_deref().unwrap_or(outer);
    let printed = realm(&of_deployment::deployment(settings, &start::keys(settings)?)?);
    let wanted = Parts::wanted(&printed);
    let administrator = Administrator { name: apply.admin.clone(), password: password(&apply)?, is_client: apply.admin_is_client };
    let api = Api::administrator(url, settings.keycloak_realm(), administrator)?;

    let plan = Plan::new(&wanted, upkeep::look(&api, &wanted).await?.as_ref(), apply.mail_password);
    let place = format!("The realm {} at {url}", settings.keycloak_realm());
    if plan.is_empty() {
        println!("{place} is as this release has it.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{place} is to be brought up to date:\n\n{plan}");
    if apply.dry_run {
        return Ok(ExitCode::from(WOULD_CHANGE));
    }
    if plan.is_of_another() && !apply.take_over {
        bail!("the realm is another deployment's, or this is not its key file. Nothing was changed; --take-over takes it nevertheless");
    }
    let mail_password = if plan.needs_mail_password(&wanted) { Some(mail_password(settings)?) } else { None };
    if !apply.yes && !is_agreed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    upkeep::carry_out(&api, &printed, &plan, mail_password.as_deref()).await.context("not all is done; the command can be repeated")?;
    println!("Done: {place} is as this release has it.");
    Ok(ExitCode::SUCCESS)
}

fn password(apply: &Apply) -> anyhow::Result<String> {
    let Some(path) = &apply.admin_password_file else {
        return std::env::var(PASSWORD).with_context(|| {
            format!("the password of {} is not given: name a file with --admin-password-file, or set {PASSWORD}", apply.admin)
        });
    };
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn mail_password(settings: &Settings) -> anyhow::Result<String> {
    if let Ok(password) = std::env::var(MAIL_PASSWORD) {
        return Ok(password);
    }
    let credentials = start::smtp_credentials(settings)?;
    let (_, password) = credentials.with_context(|| format!("the mail server's password is not given: set {MAIL_PASSWORD}"))?;
    Ok(password)
}
