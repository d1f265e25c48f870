//! A PostgreSQL of the test's own that keeps its promises, whose server may be killed.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use platform::embedded_postgres::{EmbeddedConfig, EmbeddedPostgres};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

use tempfile::TempDir;

use super::database::target;

const DATABASE: &str = "ponimau";

/// The server; stopped and deleted with this value.
#[derive(Debug)]
pub struct Durable {
    postgres: EmbeddedPostgres,
    folder: TempDir,
}

impl Durable {
    /// Starts one, with `settings` besides the usual ones.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        // On the disk of the build, not on a memory file system; the database's account may enter it also when we are root.
        let folder = tempfile::Builder::new().prefix("test-durable-").permissions(Permissions::from_mode(0o711)).tempdir_in(target());
        let folder = folder.expect("a folder");
        let postgres = EmbeddedPostgres::start(config(folder.path(), settings)).await.expect("a PostgreSQL");
        let this = Self { postgres, folder };
        let mut admin = PgConnection::connect_with(&this.postgres.superuser_options()).await.expect("the superuser");
        sqlx::raw_sql("CREATE DATABASE ponimau").execute(&mut admin).await.expect("a database");
        admin.close().await.expect("closes");
        this
    }

    /// The owner's way in.
    pub fn owner(&self) -> PgConnectOptions {
        self.postgres.superuser_options().database(DATABASE)
    }

    /// The same as an address.
    pub fn url(&self) -> String {
        self.postgres.database_url(DATABASE)
    }

    /// The owner.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect_with(&self.owner()).await.expect("the owner")
    }

    /// Does something as the owner.
    pub async fn run(&self, statements: &str) {
        let mut owner = self.connect().await;
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut owner).await;
        done.unwrap_or_else(|error| panic!("{statements}: {error}"));
        owner.close().await.expect("closes");
    }

    /// `kill -9` of the server and everything that belongs to it.
    pub fn kill(&self) {
        let postmaster = self.postgres.pid();
        let children = children_of(postmaster);
        for pid in [postmaster].into_iter().chain(children) {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }

    /// Starts it again after [`kill`](Self::kill); returns when it has recovered and takes connections, on the same port.
    pub async fn revive(&mut self, settings: &[(&str, &str)]) {
        let port = self.postgres.port();
        self.postgres = EmbeddedPostgres::start(config(self.folder.path(), settings)).await.expect("PostgreSQL recovers");
        assert_eq!(self.postgres.port(), port, "clients look for it where it was");
    }

    /// Stops it and deletes it.
    pub async fn end(self) {
        let placed = self.postgres.folder().to_owned();
        self.postgres.stop().await.expect("stops");
        let _ = fs::remove_dir_all(placed);
    }
}

fn config(folder: &Path, settings: &[(&str, &str)]) -> EmbeddedConfig {
    let mut config = EmbeddedConfig::new(folder);
    config.settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    config
}

/// From `/proc/*/stat`: the fourth field is the parent (proc_pid_stat(5)).
fn children_of(parent: u32) -> Vec<u32> {
    let is_child = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after_name.split_whitespace().nth(1).and_then(|field| field.parse().ok()) == Some(parent)
    };
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(is_child).collect()
}
