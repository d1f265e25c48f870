//! An own PostgreSQL 18, so that one command brings up the whole product.
//!
//! The binaries are fetched once per machine (digest pinned), the cluster is made at the first start, and the server
//! runs as a separate process that listens on 127.0.0.1 only. As root it runs under an account without rights.
//!
//! **Whose server it is.** Any number of processes may `start` on the same folder; the first starts the server, the
//! others join it, and the last to `stop` stops it. Each user holds a shared file lock, which the kernel releases when
//! it dies, even by `kill -9`; a watchdog process waits for the lock to be free and then stops the server. So a server
//! never outlives its users for long, and a server found alive without users (its watchdog killed too) is adopted.

mod account;
mod archive;
mod cluster;
mod error;
mod layout;
mod locks;
mod process;

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
};

pub use self::{
    archive::ArchiveSource,
    error::{EmbeddedError, Result},
};
use self::{
    layout::Layout,
    process::{Postmaster, Status},
};

/// Name of the superuser role of every embedded cluster.
pub const SUPERUSER: &str = "ponimau";

/// Settings the embedding owns; passing one is an error rather than a silent override.
const RESERVED_SETTINGS: &[&str] = &[
    "listen_addresses",
    "port",
    "unix_socket_directories",
    "max_connections",
    "password_encryption",
    "data_directory",
    "hba_file",
    "fsync",
    "full_page_writes",
    "synchronous_commit",
];

/// How to run the embedded database.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// Folder for the cluster and the files beside it; created. If we are root and the database's account cannot enter
    /// it (a checkout under `/root`), `/var/lib/ponimau/<name>-<hash of the path>` is used: see [`EmbeddedPostgres::folder`].
    pub data_dir: PathBuf,
    /// A fixed port, or `None` for a free one that is kept for later starts.
    pub port: Option<u16>,
    /// `false` gives up crash safety of the machine for speed: tests only.
    pub durable: bool,
    /// PostgreSQL's `max_connections`.
    pub max_connections: u32,
    /// Further PostgreSQL settings, name and value. Those the embedding owns are refused.
    pub settings: Vec<(String, String)>,
    /// Where the binaries come from.
    pub source: ArchiveSource,
    /// Where the unpacked binaries are kept; `None` for the user's cache (root: `/var/cache/ponimau`).
    pub cache_dir: Option<PathBuf>,
    /// Limit for a start, crash recovery included.
    pub start_timeout: Duration,
    /// Limit for a fast shutdown, after which the server is stopped hard.
    pub stop_timeout: Duration,
}

impl EmbeddedConfig {
    /// A durable server in `data_dir`: free port, 100 connections, archive by the environment.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            port: None,
            durable: true,
            max_connections: 100,
            settings: Vec::new(),
            source: ArchiveSource::from_env(),
            cache_dir: None,
            start_timeout: Duration::from_secs(300),
            stop_timeout: Duration::from_secs(30),
        }
    }

    /// The same without `fsync`, for tests.
    pub fn for_tests(data_dir: impl Into<PathBuf>) -> Self {
        Self { durable: false, ..Self::new(data_dir) }
    }
}

/// What [`EmbeddedPostgres::stop`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The server has ended.
    Ended,
    /// Another process still uses it, and will stop it.
    LeftToOthers,
}

/// A use of a running embedded server. Dropping it without [`stop`](Self::stop) gives the use up; if it was the last,
/// the watchdog stops the server a moment later.
pub struct EmbeddedPostgres {
    layout: Layout,
    port: u16,
    pid: u32,
    password: String,
    stop_timeout: Duration,
    users: File,
}

impl EmbeddedPostgres {
    /// Starts the server, or joins or adopts the one that runs in this folder. Returns when it accepts connections.
    ///
    /// Settings of a server that is joined or adopted stay as they are.
    ///
    /// # Errors
    /// Each [`EmbeddedError`] says what the operator can do.
    pub async fn start(config: EmbeddedConfig) -> Result<Self> {
        let reserved = |(name, _): &&(String, String)| RESERVED_SETTINGS.contains(&name.as_str());
        if let Some((name, _)) = config.settings.iter().find(reserved) {
            return Err(EmbeddedError::ReservedSetting(name.clone()));
        }
        let layout = Layout::prepare(&config.data_dir)?;
        let cache = layout::cache_folder(config.cache_dir.as_deref(), &layout.account)?;
        let binaries = archive::install(&cache, &config.source).await?;

        let starting = locks::open(&layout.root.join("start.lock"))?;
        locks::exclusive(&starting, "another process's start of the database").await?;
        let users = locks::open(&layout.root.join("users.lock"))?;
        let alone = locks::try_exclusive(&users)?;
        // The change from alone to shared is not atomic: a watchdog may come between and stop the server. Therefore
        // nothing is looked at before the shared lock is held.
        locks::shared(&users, "the stop of the database").await?;

        let server = Self::find_or_start(&layout, &binaries, &config, alone).await?;
        let password = layout.password()?;
        let this = Self { layout, port: server.port, pid: server.pid, password, stop_timeout: config.stop_timeout, users };
        this.check_login().await?;
        Ok(this)
    }

    async fn find_or_start(layout: &Layout, binaries: &Path, config: &EmbeddedConfig, alone: bool) -> Result<Postmaster> {
        let data = layout.data();
        if let Some(found) = process::find(&data) {
            // Port 0: it is so early in its start that it has not written one.
            let wished = config.port.is_none_or(|port| [0, port].contains(&found.port));
            if found.status != Status::Stopping && (wished || !alone) {
                if alone {
                    cluster::watch(layout, binaries, found.pid)?;
                }
                let gone = || process::find(&data).is_none_or(|now| now.pid != found.pid);
                match cluster::wait_ready(layout, found.pid, config.start_timeout, gone).await {
                    // It died while we looked; then it is like one that was never there.
                    Err(EmbeddedError::DidNotStart { .. }) => {}
                    joined => return joined,
                }
            }
            cluster::stop(layout, config.stop_timeout).await?;
        }
        cluster::initialise(layout, binaries, config.durable)?;
        let server = cluster::start(layout, binaries, config).await?;
        tracing::info!(
            pid = server.pid, port = server.port, folder = %layout.root.display(),
            account = layout.account.name(), "started PostgreSQL"
        );
        Ok(server)
    }

    async fn check_login(&self) -> Result<()> {
        let failed = |error: sqlx::Error| EmbeddedError::Program {
            program: "log in to the embedded database".to_owned(),
            output: error.to_string(),
        };
        let connection = PgConnection::connect_with(&self.superuser_options()).await.map_err(failed)?;
        connection.close().await.map_err(failed)
    }

    /// Connection options of the superuser to the maintenance database `postgres`, over TCP.
    pub fn superuser_options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(SUPERUSER)
            .password(&self.password)
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
    }

    /// Address of the maintenance database `postgres` for the superuser. It holds the password: never log it.
    pub fn superuser_url(&self) -> String {
        self.database_url("postgres")
    }

    /// Address of `database` for the superuser. It holds the password: never log it.
    pub fn database_url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}:{}@127.0.0.1:{}/{database}?sslmode=disable", self.password, self.port)
    }

    /// Port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id of the postmaster.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Folder of the Unix socket, unless the data folder's path is too long for one.
    pub fn socket_dir(&self) -> Option<PathBuf> {
        self.layout.socket()
    }

    /// The folder in use: `data_dir`, or where it had to be placed.
    pub fn folder(&self) -> &Path {
        &self.layout.root
    }

    /// Gives up this use; if it was the last, stops the server: fast, and hard after the configured limit.
    ///
    /// # Errors
    /// If the server is still there after both.
    pub async fn stop(self) -> Result<Stopped> {
        let starting = locks::open(&self.layout.root.join("start.lock"))?;
        locks::exclusive(&starting, "another process's start of the database").await?;
        let Self { layout, users, stop_timeout, .. } = self;
        drop(users);
        let users = locks::open(&layout.root.join("users.lock"))?;
        let started = Instant::now();
        let limit = stop_timeout * 2;
        loop {
            if locks::try_exclusive(&users)? {
                cluster::stop(&layout, stop_timeout).await?;
                return Ok(Stopped::Ended);
            }
            if locks::try_shared(&users)? {
                return Ok(Stopped::LeftToOthers);
            }
            // Neither: the watchdog was quicker and is stopping the server.
            if started.elapsed() > limit {
                return Err(EmbeddedError::Timeout { what: "the watchdog's stop of PostgreSQL", limit });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Without the password.
impl fmt::Debug for EmbeddedPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedPostgres")
            .field("folder", &self.layout.root)
            .field("port", &self.port)
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}
