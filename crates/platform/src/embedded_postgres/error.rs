//! What can go wrong with the embedded database, each with what the operator can do about it.

use std::{io, path::PathBuf, time::Duration};

/// A failure to fetch, prepare, start or stop the embedded database.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No PostgreSQL build is published for this processor.
    #[error("there is no embedded PostgreSQL for {os}/{arch}; set DATABASE_URL to an external server")]
    NoBinaries {
        /// Operating system as Rust names it.
        os: &'static str,
        /// Processor as Rust names it.
        arch: &'static str,
    },
    /// The archive could not be downloaded.
    #[error(
        "could not download {url}: {reason}. Set PONIMAU_MAVEN_URL to a reachable Maven repository, \
         PONIMAU_POSTGRES_ARCHIVE to a downloaded copy, or DATABASE_URL to an external server"
    )]
    Download {
        /// What was asked for.
        url: String,
        /// The last failure.
        reason: String,
    },
    /// The archive is not the one this release was tested with.
    #[error("{archive} has SHA-256 {found}, expected {expected}: it is damaged or not the release named here")]
    Checksum {
        /// Path or URL of the archive.
        archive: String,
        /// Digest of what was read, hexadecimal.
        found: String,
        /// Digest which this release pins, hexadecimal.
        expected: String,
    },
    /// The archive has the right digest but not the expected content.
    #[error("the PostgreSQL archive cannot be unpacked: {0}")]
    Archive(String),
    /// A file or folder could not be read or written.
    #[error("{action} {path}: {source}", path = path.display())]
    File {
        /// What was being done.
        action: &'static str,
        /// To which path.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A program could not be run or failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Which one.
        program: String,
        /// What it wrote, or why it could not start.
        output: String,
    },
    /// The unprivileged account cannot enter a folder it must use.
    #[error("the account {account} cannot enter {path}; choose a folder whose parents it may enter", path = path.display())]
    Unreachable {
        /// Account of the database.
        account: String,
        /// The folder.
        path: PathBuf,
    },
    /// A cluster of another major version lies in the data folder.
    #[error("{path} holds a PostgreSQL {found} cluster, this release runs {expected}: dump it with the old version first", path = path.display())]
    OtherMajor {
        /// Cluster folder.
        path: PathBuf,
        /// Its `PG_VERSION`.
        found: String,
        /// What this release runs.
        expected: &'static str,
    },
    /// The cluster exists but its password file does not.
    #[error("{path} is missing, so the existing database cannot be entered; restore the file from the backup", path = path.display())]
    PasswordLost {
        /// Where the password should be.
        path: PathBuf,
    },
    /// The configured port is used by something else.
    #[error("port {port} on 127.0.0.1 is taken by another program; choose another or leave it unset")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// A setting that the embedding decides itself was passed in.
    #[error("the setting {0} is decided by the embedded database itself")]
    ReservedSetting(String),
    /// The server ended before it accepted connections.
    #[error("PostgreSQL did not start; its log {log} ends with: {tail}", log = log.display())]
    DidNotStart {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// Something took longer than its limit.
    #[error("{what} took longer than {} s", limit.as_secs())]
    Timeout {
        /// What was waited for.
        what: &'static str,
        /// The limit.
        limit: Duration,
    },
}

/// Short result of this module.
pub type Result<T> = std::result::Result<T, EmbeddedError>;

/// Turns an [`io::Error`] into [`EmbeddedError::File`].
pub(super) trait At<T> {
    fn at(self, action: &'static str, path: impl Into<PathBuf>) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: impl Into<PathBuf>) -> Result<T> {
        self.map_err(|source| EmbeddedError::File { action, path: path.into(), source })
    }
}
