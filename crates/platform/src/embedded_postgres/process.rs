//! Looking at a running server: its `postmaster.pid` and `/proc`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustix::process::{Pid, Signal, kill_process};

/// What the last line of `postmaster.pid` says (PostgreSQL, `miscadmin.h`: `PM_STATUS_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Starting,
    Ready,
    Stopping,
}

/// A postmaster as its pid file describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    pub(super) port: u16,
    pub(super) status: Status,
}

/// The postmaster that is alive in `data`, if any. A pid file whose process is gone or is another program gives none:
/// after `kill -9` or a reboot the number may belong to anybody.
pub(super) fn find(data: &Path) -> Option<Postmaster> {
    let text = fs::read_to_string(pid_file(data)).ok()?;
    parse(&text).filter(|found| is_server_of(found.pid, data))
}

pub(super) fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
/// The port and the status appear while the server starts.
fn parse(text: &str) -> Option<Postmaster> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let port = lines.nth(2).and_then(|port| port.trim().parse().ok());
    let status = match lines.nth(3).map(str::trim) {
        Some("ready" | "standby") => Status::Ready,
        Some("stopping") => Status::Stopping,
        _ => Status::Starting,
    };
    Some(Postmaster { pid, port: port.unwrap_or_default(), status })
}

/// Every process of a server in `data`: the postmaster and its children, all of which work in that folder.
pub(super) fn all_of(data: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(|pid| is_server_of(*pid, data)).collect()
}

/// A zombie has no `exe`, so a dead server that nobody has reaped yet does not count.
fn is_server_of(pid: u32, data: &Path) -> bool {
    let link = |name| fs::read_link(format!("/proc/{pid}/{name}"));
    // The name, not the whole path: the binaries may have been replaced ("... (deleted)") under a running server.
    let is_postgres = link("exe").is_ok_and(|exe| exe.file_name().is_some_and(|name| name.to_string_lossy().starts_with("postgres")));
    is_postgres && link("cwd").is_ok_and(|cwd| cwd == data)
}

/// Sends a signal; a process that is already gone is no error.
pub(super) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_read_at_every_stage() {
        let whole = "4711\n/srv/data\n1764000000\n15432\n/srv/run\n127.0.0.1\n  1 2\nready   \n";
        let ready = Postmaster { pid: 4711, port: 15432, status: Status::Ready };
        assert_eq!(parse(whole), Some(ready));
        assert_eq!(parse(&whole.replace("ready   ", "stopping")).unwrap().status, Status::Stopping);
        let early = parse("4711\n/srv/data\n").unwrap();
        assert_eq!((early.port, early.status), (0, Status::Starting));
        assert_eq!(parse(""), None);
        assert_eq!(parse("garbage\n"), None);
    }

    #[test]
    fn a_pid_that_belongs_to_another_program_is_no_server() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::process::id();
        fs::write(pid_file(folder.path()), format!("{own}\n/x\n1\n5432\n\n\n\nready\n")).unwrap();
        assert_eq!(find(folder.path()), None);
        assert!(all_of(folder.path()).is_empty());
    }
}
