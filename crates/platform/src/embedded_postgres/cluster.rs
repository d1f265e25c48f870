//! Making a cluster, running a postmaster on it, and stopping it.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ExitStatus, Stdio},
    sync::{Arc, OnceLock},
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::{
    EmbeddedConfig, SUPERUSER,
    account::run,
    archive::MAJOR,
    error::{At, EmbeddedError, Result},
    layout::{Layout, make_folder, write_private},
    process::{self, Postmaster, Status},
};

const POLL: Duration = Duration::from_millis(20);
/// After the fast shutdown's own limit: an immediate one does nothing but exit.
const QUIT_WAIT_MAX: Duration = Duration::from_secs(10);

/// Waits, holding no lock, until no process uses the server; then stops it, holding the lock so that a new user waits.
/// A shell and flock(1) instead of a thread: it must outlive us, however we die.
/// `$1` lock file, `$2` pid of the postmaster, `$3` its binary.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
exec 9<"$1" && flock -x 9 || exit 1
runs() { case "$(readlink "/proc/$1/exe")" in "$2"*) return 0 ;; esac; return 1; }
signal=INT
count=0
while runs "$2" "$3"; do
  [ $((count % 600)) -ne 0 ] || { kill -s "$signal" "$2"; signal=QUIT; }
  count=$((count + 1))
  sleep 0.1
done
"#;

/// Makes the cluster if there is none. A process killed midway leaves none, because the finished one is renamed.
pub(super) fn initialise(layout: &Layout, binaries: &Path, durable: bool) -> Result<()> {
    let data = layout.data();
    match fs::read_to_string(data.join("PG_VERSION")) {
        Ok(found) if found.trim() == MAJOR => return Ok(()),
        Ok(found) => {
            return Err(EmbeddedError::OtherMajor { path: data, found: found.trim().to_owned(), expected: MAJOR });
        }
        Err(_) => {}
    }
    let fresh = layout.root.join("initialising");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).at("remove", &fresh)?;
    }
    make_folder(&fresh, 0o700)?;
    // initdb reads the password from a file of its own account; a pipe of ours it could not open.
    let password = fresh.join("password");
    write_private(&password, &layout.new_password()?)?;
    layout.account.own(&password)?;
    layout.account.own(&fresh)?;
    let mut initdb = layout.account.command(binaries.join("bin/initdb"));
    initdb
        .arg("--pgdata")
        .arg(fresh.join("data"))
        .arg("--pwfile")
        .arg(&password)
        .args(["--username", SUPERUSER, "--auth=scram-sha-256"])
        // The provider inside PostgreSQL: the same order on every machine, and no system locale has to exist.
        .args(["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"])
        .args(["--builtin-locale=C.UTF-8", "--text-search-config=simple"])
        .arg("--no-instructions")
        .current_dir(&layout.root);
    if !durable {
        initdb.args(["--no-sync", "--no-data-checksums"]);
    }
    run(&mut initdb)?;
    fs::rename(fresh.join("data"), &data).at("rename", &fresh)?;
    fs::remove_dir_all(&fresh).at("remove", &fresh)?;
    if durable {
        let root = fs::File::open(&layout.root).at("open", &layout.root)?;
        root.sync_all().at("sync", &layout.root)?;
    }
    Ok(())
}

/// Starts a postmaster where none is alive, and waits until it accepts connections.
pub(super) async fn start(layout: &Layout, binaries: &Path, config: &EmbeddedConfig) -> Result<Postmaster> {
    clear_remains(layout).await?;
    loop {
        let port = layout.choose_port(config.port)?;
        let child = spawn(layout, binaries, config, port)?;
        let pid = child.id();
        let exit = reap(child);
        watch(layout, binaries, pid)?;
        match wait_ready(layout, pid, config.start_timeout, || exit.get().is_some()).await {
            // Somebody took the port between our look and the server's: it says so in its log, and we look again.
            Err(EmbeddedError::DidNotStart { .. }) if config.port.is_none() && layout.choose_port(Some(port)).is_err() => {}
            result => return result,
        }
    }
}

/// After `kill -9` of the postmaster its children may still hold the shared memory for a moment, and the pid file's
/// number may by now belong to another process, which PostgreSQL would take for a running server.
async fn clear_remains(layout: &Layout) -> Result<()> {
    let data = layout.data();
    let started = Instant::now();
    loop {
        let left = process::all_of(&data);
        if left.is_empty() {
            break;
        }
        for pid in left {
            process::signal(pid, Signal::QUIT);
        }
        if started.elapsed() > QUIT_WAIT_MAX {
            return Err(EmbeddedError::Timeout { what: "the end of a killed server's processes", limit: QUIT_WAIT_MAX });
        }
        tokio::time::sleep(POLL).await;
    }
    let stale = process::pid_file(&data);
    match fs::remove_file(&stale) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at("remove", stale),
        _ => Ok(()),
    }
}

fn spawn(layout: &Layout, binaries: &Path, config: &EmbeddedConfig, port: u16) -> Result<Child> {
    let socket = layout.socket().unwrap_or_default();
    let mut settings: Vec<(&str, String)> = vec![
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("unix_socket_directories", socket.display().to_string()),
        ("max_connections", config.max_connections.to_string()),
        ("password_encryption", "scram-sha-256".to_owned()),
        ("cluster_name", "ponimau".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        // Invariant 10: a DETAIL ("Key (email)=...") or a statement would carry personal data into the log.
        ("log_error_verbosity", "terse".to_owned()),
        ("log_min_error_statement", "panic".to_owned()),
        ("log_checkpoints", "off".to_owned()),
    ];
    if !config.durable {
        let fast = [
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
        ];
        settings.extend(fast.map(|(name, value)| (name, value.to_owned())));
    }
    let extra = config.settings.iter();
    settings.extend(extra.map(|(name, value)| (name.as_str(), value.clone())));

    let log = layout.open_log()?;
    let mut postgres = layout.account.command(binaries.join("bin/postgres"));
    postgres.arg("-D").arg(layout.data()).current_dir(&layout.root);
    for (name, value) in settings {
        postgres.arg("-c").arg(format!("{name}={value}"));
    }
    postgres
        .stdout(log.try_clone().at("open", layout.log())?)
        .stderr(log)
        // An own group: Ctrl-C must reach us first, so that requests in progress still have their database.
        .process_group(0)
        .spawn()
        .at("run", binaries.join("bin/postgres"))
}

/// Collects the exit status on a thread of its own, independent of any async runtime's life.
fn reap(mut child: Child) -> Arc<OnceLock<ExitStatus>> {
    let exit = Arc::new(OnceLock::new());
    let seen = Arc::clone(&exit);
    thread::spawn(move || {
        if let Ok(status) = child.wait() {
            if !status.success() {
                tracing::error!(%status, "the embedded PostgreSQL ended");
            }
            let _ = seen.set(status);
        }
    });
    exit
}

/// Starts the watchdog for a postmaster.
pub(super) fn watch(layout: &Layout, binaries: &Path, pid: u32) -> Result<()> {
    let child = layout
        .account
        .command("sh")
        .args(["-c", WATCHDOG, "ponimau-db-watchdog"])
        .arg(layout.root.join("users.lock"))
        .arg(pid.to_string())
        .arg(binaries.join("bin/postgres"))
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| EmbeddedError::Program { program: "sh".to_owned(), output: error.to_string() })?;
    reap(child);
    Ok(())
}

/// Waits until the postmaster `pid` accepts connections; crash recovery counts into `limit`. `ended` tells whether its
/// process is gone.
pub(super) async fn wait_ready(layout: &Layout, pid: u32, limit: Duration, ended: impl Fn() -> bool) -> Result<Postmaster> {
    let started = Instant::now();
    loop {
        // Asked before the pid file is read: a server that wrote "ready" and then ended must not be waited for again.
        let ended = ended();
        match process::find(&layout.data()) {
            Some(found) if found.pid == pid && found.status == Status::Ready => return Ok(found),
            _ if ended => {
                return Err(EmbeddedError::DidNotStart { log: layout.log(), tail: layout.log_tail() });
            }
            _ if started.elapsed() > limit => {
                return Err(EmbeddedError::Timeout { what: "the start of PostgreSQL", limit });
            }
            _ => tokio::time::sleep(POLL).await,
        }
    }
}

/// Stops whatever runs in the data folder: fast (open transactions roll back, a checkpoint is written), after `limit`
/// immediately (the next start recovers).
pub(super) async fn stop(layout: &Layout, limit: Duration) -> Result<()> {
    for (signal, wait) in [(Signal::INT, limit), (Signal::QUIT, QUIT_WAIT_MAX)] {
        let Some(server) = process::find(&layout.data()) else {
            return Ok(());
        };
        process::signal(server.pid, signal);
        let started = Instant::now();
        while process::find(&layout.data()).is_some_and(|now| now.pid == server.pid) {
            if started.elapsed() > wait {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
    }
    match process::find(&layout.data()) {
        None => Ok(()),
        Some(_) => Err(EmbeddedError::Timeout { what: "the stop of PostgreSQL", limit: limit + QUIT_WAIT_MAX }),
    }
}
