//! File locks (`flock(2)`): the kernel releases them when their holder dies, however it dies.

use std::{
    fs::{File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use super::error::{At, EmbeddedError, Result};

/// Longer than a first start on a slow disk, or a fast shutdown followed by an immediate one.
const WAIT_MAX: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(20);

/// Opens (creates) a lock file. Readable by all, whatever the umask: the watchdog locks it under the database's account.
pub(super) fn open(path: &Path) -> Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).at("open", path)?;
    file.set_permissions(Permissions::from_mode(0o644)).at("set permissions of", path)?;
    Ok(file)
}

pub(super) async fn exclusive(file: &File, what: &'static str) -> Result<()> {
    poll(what, || file.try_lock()).await
}

pub(super) async fn shared(file: &File, what: &'static str) -> Result<()> {
    poll(what, || file.try_lock_shared()).await
}

/// Whether the exclusive lock was free (and is now held).
pub(super) fn try_exclusive(file: &File) -> Result<bool> {
    taken(file.try_lock())
}

/// Whether the shared lock was free (and is now held).
pub(super) fn try_shared(file: &File) -> Result<bool> {
    taken(file.try_lock_shared())
}

fn taken(result: std::result::Result<(), TryLockError>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).at("lock", "a lock file"),
    }
}

async fn poll(what: &'static str, mut attempt: impl FnMut() -> std::result::Result<(), TryLockError>) -> Result<()> {
    let started = Instant::now();
    while !taken(attempt())? {
        if started.elapsed() > WAIT_MAX {
            return Err(EmbeddedError::Timeout { what, limit: WAIT_MAX });
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
