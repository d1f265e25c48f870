//! `ponimau doctor`: checks a deployment's configuration and says in words what is wrong and what to do.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt as _, process::ExitCode};

use platform::mail::Mailer;

use crate::{
    settings::Settings,
    start::{self, Database},
};

struct Report {
    faults: u32,
}

impl Report {
    fn note(&mut self, topic: &str, result: Result<String, String>) {
        match result {
            Ok(text) => println!("ok     {topic}: {text}"),
            Err(text) => {
                self.faults += 1;
                println!("FAULT  {topic}: {text}");
            }
        }
    }
}

/// Checks everything that can be checked from here. Exit status 1 if anything is wrong.
pub async fn run(settings: Settings) -> ExitCode {
    let mut report = Report { faults: 0 };
    report.note("public address", public_address(&settings));
    report.note("key", key(&settings));
    report.note("listening", listening(&settings));
    report.note("mail", mail(&settings));
    report.note("time zones", time_zones());
    database(&settings, &mut report).await;
    if report.faults == 0 {
        println!("\nNothing is wrong.");
        ExitCode::SUCCESS
    } else {
        println!("\n{} to mend.", report.faults);
        ExitCode::FAILURE
    }
}

fn public_address(settings: &Settings) -> Result<String, String> {
    let url = settings.public_url();
    let local = url.starts_with("http://localhost") || url.starts_with("http://127.0.0.1");
    if url.starts_with("https://") || local {
        Ok(url)
    } else {
        Err(format!("{url} is not https: browsers give no camera, passkey or cookie there. Set PONIMAU_PUBLIC_URL to the https address"))
    }
}

fn key(settings: &Settings) -> Result<String, String> {
    let path = settings.key_file.clone().unwrap_or_else(|| settings.data.join("deployment.key"));
    if !path.exists() && settings.key_file.is_none() && settings.database_url.is_none() {
        return Ok("none yet; the first start makes one".into());
    }
    start::keys(settings).map_err(|e| format!("{e:#}"))?;
    let mode = fs::metadata(&path).map_err(|e| e.to_string())?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!("{} can be read by others (mode {mode:o}); chmod 600 it", path.display()));
    }
    Ok(format!("{} is readable to this account alone; keep a copy apart from the backups", path.display()))
}

fn listening(settings: &Settings) -> Result<String, String> {
    match TcpListener::bind(settings.listen) {
        Ok(_) => Ok(format!("{} is free", settings.listen)),
        Err(e) => Err(format!("{} cannot be served on ({e}); stop what uses it or set PONIMAU_LISTEN", settings.listen)),
    }
}

fn mail(settings: &Settings) -> Result<String, String> {
    match &settings.smtp_url {
        Some(url) => Mailer::smtp(&settings.mail_from, url, None).map(|_| format!("will be sent by {url}")).map_err(|e| format!("{e:#}")),
        None => Err("no SMTP server: mail stays as files and nobody gets a sign-in code. Set PONIMAU_SMTP_URL".into()),
    }
}

fn time_zones() -> Result<String, String> {
    // Almaty moved to UTC+5 in 2024 (tzdata 2024a): older zone data would offer wrong times.
    let zone = domain::time::Zone::parse("Asia/Almaty").map_err(|_| "the system has no zone data; install tzdata".to_owned())?;
    let offset = domain::time::offset_sec(&zone, "2026-01-01T00:00:00Z".parse().map_err(|_| "no instant".to_owned())?);
    if offset == 5 * 3600 {
        Ok("up to date".into())
    } else {
        Err("the system's zone data is older than 2024; update the package tzdata".into())
    }
}

async fn database(settings: &Settings, report: &mut Report) {
    let database = match Database::start(settings).await {
        Ok(database) => database,
        Err(e) => return report.note("database", Err(format!("{e:#}"))),
    };
    let which = if settings.database_url.is_some() { "external" } else { "embedded" };
    report.note(
        "database",
        start::check_database(&database.owner).await.map(|()| format!("{which}, durable, clocks agree")).map_err(|e| format!("{e:#}")),
    );
    let schema = match app::schema::is_current(&database.owner).await {
        Ok(true) => Ok(format!("at migration {}", app::schema::newest())),
        Ok(false) => Err("behind this release; run: ponimau migrate (a start does it too)".into()),
        Err(e) => Err(format!("{e:#}")),
    };
    report.note("schema", schema);
    database.stop().await;
}
