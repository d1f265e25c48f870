//! `ponimau doctor`: checks a deployment's configuration and says in words what is wrong and what to do.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    os::unix::fs::PermissionsExt as _,
    process::ExitCode,
    time::Duration,
};

use ::keycloak::{
    client::{Failure, Realm, Request},
    realm::{PROVISIONER, STAFF, WEB},
    tokens::SKEW_MAX,
};
use app::identity::keycloak::{ANSWER_PAGE, client_key};
use platform::{
    clock::{Clock as _, SystemClock},
    rng::Rng,
};

use crate::{
    cli::keycloak::drift,
    settings::Settings,
    start::{self, Database},
};

/// Less space than this and the next days are in danger.
const FREE_MIN_MB: u64 = 1_000;
/// How long what holds our address may take to say what it is.
const ANSWER_MAX: Duration = Duration::from_secs(2);

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
    // Beside the running deployment its own ports are no fault.
    let is_running = is_ponimau(settings.listen);
    report.note("listening", listening(&settings, is_running));
    report.note("mail", mail(&settings).await);
    report.note("brand and region", packs(&settings));
    report.note("relay", relay(&settings, is_running));
    report.note("relay's certificate", certificate(&settings));
    report.note("data folder", data_folder(&settings));
    report.note("time zones", time_zones());
    if settings.keycloak_url().is_some() {
        let answers = keycloak(&settings).await;
        let knows_us = answers.is_ok();
        report.note("Keycloak", answers);
        if knows_us {
            report.note("Keycloak's realm", drift::check(&settings).await);
        }
    }
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

/// Whether the realm answers at both its addresses, keeps our time, and knows us by our key as each of its clients.
pub(super) async fn keycloak(settings: &Settings) -> Result<String, String> {
    let (issuer, inner) = settings.issuer().ok_or("not configured")?;
    let http = reqwest::Client::builder().timeout(ANSWER_MAX).build().map_err(|e| e.to_string())?;
    let known = http.get(format!("{inner}/.well-known/openid-configuration")).send().await.and_then(reqwest::Response::error_for_status);
    let known = known.map_err(|e| format!("the realm does not answer: {e}. Is PONIMAU_KEYCLOAK_URL right, and the realm imported?"))?;
    let now = SystemClock.now().as_second();
    let date = known.headers().get("date").and_then(|v| v.to_str().ok()).and_then(|v| jiff::fmt::rfc2822::parse(v).ok());
    if let Some(skew) = date.map(|date| (date.timestamp().as_second() - now).abs()).filter(|skew| *skew > SKEW_MAX) {
        return Err(format!("its clock and this machine's differ by {skew} s; at most {SKEW_MAX} s is borne. Synchronise both (NTP)"));
    }
    let known: serde_json::Value = known.json().await.map_err(|e| e.to_string())?;
    if known["issuer"] != serde_json::json!(issuer) {
        return Err(format!("it calls itself {}, not {issuer}: set its hostname (KC_HOSTNAME) or PONIMAU_KEYCLOAK_URL", known["issuer"]));
    }
    let keys = start::keys(settings).map_err(|e| format!("{e:#}"))?;
    let realm = Realm::new(&issuer, &inner, client_key(&keys)).map_err(|e| e.to_string())?;
    let id = || Rng::from_system().uuid(SystemClock.now()).to_string();
    let told = |who: &str, failure: Failure| match failure {
        Failure::Denied(code) => format!(
            "it refuses us as {who} ({code}): its realm is of another deployment or key, or was changed by hand. `ponimau keycloak apply --dry-run` says what differs"
        ),
        other => format!("{who}: {other}"),
    };
    let redirect = format!("{}{ANSWER_PAGE}", settings.public_url());
    // Any challenge of 43 characters: nobody goes on with this request.
    let request =
        Request { redirect_uri: &redirect, state: "doctor", nonce: "doctor", code_challenge: &"A".repeat(43), ..Request::default() };
    for client in [WEB, STAFF] {
        realm.ask(client, &request, &id(), now).await.map_err(|failure| told(client, failure))?;
    }
    ::keycloak::admin::check(&realm, &id(), now).await.map_err(|failure| told(PROVISIONER, failure))?;
    Ok(format!("{issuer} knows us by our key, and its clock is right"))
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

/// Whether what listens on `address` answers as this program does.
fn is_ponimau(address: SocketAddr) -> bool {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let ask = || -> io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::new(ip, address.port()), ANSWER_MAX)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(8_192).read_to_string(&mut answer)?;
        Ok(answer)
    };
    address.port() != 0 && ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\nlive"))
}

fn listening(settings: &Settings, is_running: bool) -> Result<String, String> {
    match TcpListener::bind(settings.listen) {
        Ok(_) => Ok(format!("{} is free", settings.listen)),
        Err(_) if is_running => Ok(format!("{} is served by a running ponimau", settings.listen)),
        Err(e) => Err(format!("{} cannot be served on ({e}); stop what uses it or set PONIMAU_LISTEN", settings.listen)),
    }
}

async fn mail(settings: &Settings) -> Result<String, String> {
    let Some(url) = &settings.smtp_url else {
        return Err("no SMTP server: mail stays as files and nobody gets a sign-in code. Set PONIMAU_SMTP_URL".into());
    };
    let mailer = start::mailer(settings).map_err(|e| format!("{e:#}"))?;
    mailer.check().await.map_err(|e| format!("{e:#}. Check PONIMAU_SMTP_URL and PONIMAU_SMTP_CREDENTIALS_FILE"))?;
    if is_reserved(&settings.mail_from) {
        return Err(format!(
            "letters would come from {}, a domain that nobody can have (RFC 2606). Set PONIMAU_MAIL_FROM",
            settings.mail_from
        ));
    }
    // The address may hold a password.
    Ok(format!("{} answers", url.rsplit_once('@').map_or(url.as_str(), |(_, host)| host)))
}

/// Whether the address, with or without a name, lies in a domain for examples and tests (RFC 2606 section 2).
fn is_reserved(address: &str) -> bool {
    let domain = address.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
    let top = domain.rsplit('.').next().unwrap_or_default();
    ["example", "test", "invalid", "localhost"].iter().any(|reserved| top.eq_ignore_ascii_case(reserved))
}

fn packs(settings: &Settings) -> Result<String, String> {
    start::packs(settings).map(|_| format!("{} in {}, whole", settings.brand, settings.region)).map_err(|e| format!("{e:#}"))
}

fn relay(settings: &Settings, is_running: bool) -> Result<String, String> {
    if settings.relay_listen == "off" {
        return match settings.relay_urls.len() {
            0 => Err("this node runs no relay and knows no other: nobody can talk. Set PONIMAU_RELAY_URLS".into()),
            n => Ok(format!("{n} on other nodes")),
        };
    }
    let address: SocketAddr =
        settings.relay_listen.parse().map_err(|_| format!("PONIMAU_RELAY_LISTEN {} is no address", settings.relay_listen))?;
    let is_its_own = |e: &io::Error| is_running && e.kind() == io::ErrorKind::AddrInUse;
    let tcp = |address: SocketAddr| match TcpListener::bind(address) {
        Err(e) if !is_its_own(&e) => Err(e),
        _ => Ok(()),
    };
    match UdpSocket::bind(address) {
        Err(e) if !is_its_own(&e) => {
            return Err(format!("{address} cannot be used over UDP ({e}); calls would not connect. Free it or set PONIMAU_RELAY_LISTEN"));
        }
        _ => {}
    }
    tcp(address).map_err(|e| {
        format!("{address} cannot be used over TCP ({e}); closed networks would not connect. Free it or set PONIMAU_RELAY_LISTEN")
    })?;
    let how = if is_running { "is held by the running ponimau, or free," } else { "is free" };
    match settings.relay_tls_listen {
        None if settings.public_url().starts_with("https://") => {
            Err("no TLS: networks that let only HTTPS out cannot hold a call. Set PONIMAU_RELAY_TLS_LISTEN, port 443 at best".into())
        }
        None => Ok(format!("{address} {how} over UDP and TCP")),
        Some(tls) => {
            tcp(tls).map_err(|e| format!("{tls} cannot be used over TLS ({e})"))?;
            Ok(format!("{address} {how} over UDP and TCP, {tls} over TLS"))
        }
    }
}

fn certificate(settings: &Settings) -> Result<String, String> {
    match (settings.relay_tls_listen, &settings.tls_certificate, &settings.tls_key) {
        (None, _, _) => Ok("none needed".into()),
        (_, Some(chain), Some(key)) => {
            for file in [chain, key] {
                fs::read(file).map_err(|e| format!("{} cannot be read ({e})", file.display()))?;
            }
            Ok(format!("{} and its key can be read", chain.display()))
        }
        _ => Err("self-signed: browsers refuse it. Set PONIMAU_TLS_CERTIFICATE and PONIMAU_TLS_KEY".into()),
    }
}

/// Files of people and, if it is embedded, the database live there.
fn data_folder(settings: &Settings) -> Result<String, String> {
    let folder = &settings.data;
    if !folder.exists() {
        return Ok(format!("{} does not exist yet; the first start makes it", folder.display()));
    }
    tempfile::tempfile_in(folder).map_err(|e| format!("{} cannot be written to ({e})", folder.display()))?;
    let space = rustix::fs::statvfs(folder).map_err(|e| e.to_string())?;
    let free_mb = space.f_bavail * space.f_frsize / 1_000_000;
    if free_mb < FREE_MIN_MB {
        return Err(format!("{} has only {free_mb} MB left; at least {FREE_MIN_MB} MB are needed", folder.display()));
    }
    Ok(format!("{} can be written to and has {free_mb} MB left", folder.display()))
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
    // A check leaves no trace: what is not there yet is made by the first start.
    if settings.database_url.is_none() && !settings.data.join("postgres").exists() {
        return report.note("database", Ok("none yet; the first start makes an embedded one".into()));
    }
    let database = match Database::start(settings).await {
        Ok(database) => database,
        Err(e) => return report.note("database", Err(format!("{e:#}"))),
    };
    let which = if settings.database_url.is_some() { "external" } else { "embedded" };
    let checked = start::check_database(&database.owner).await;
    let answers = checked.is_ok();
    report.note("database", checked.map(|()| format!("{which}, durable, clocks agree")).map_err(|e| format!("{e:#}")));
    if !answers {
        return database.stop().await;
    }
    let schema = match app::schema::is_current(&database.owner).await {
        Ok(true) => Ok(format!("at migration {}", app::schema::newest())),
        Ok(false) => Err("behind this release; run: ponimau migrate (a start does it too)".into()),
        Err(e) => Err(format!("{e:#}")),
    };
    let is_current = schema.is_ok();
    report.note("schema", schema);
    if is_current && let Ok(keys) = start::keys(settings) {
        let checked = app::schema::check_keys(&database.owner, &keys).await;
        report.note("data", checked.map(|()| "can be read with this key".into()).map_err(|e| format!("{e:#}")));
    }
    database.stop().await;
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn a_sender_nobody_can_have_is_known() {
        for reserved in ["Понимаю <noreply@ponimayu.example>", "a@b.TEST", "a@localhost"] {
            assert!(is_reserved(reserved), "{reserved}");
        }
        for real in ["Понимаю <noreply@ponimayu.ru>", "a@example.kz"] {
            assert!(!is_reserved(real), "{real}");
        }
    }
}
