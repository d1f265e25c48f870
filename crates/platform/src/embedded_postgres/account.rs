//! The account PostgreSQL runs under. It refuses to run as root, so root hands it to an account without rights.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use super::error::{At, EmbeddedError, Result};

/// Not `postgres`: that account may own another PostgreSQL, whose files ours must not be able to touch.
const OWN_ACCOUNT: &str = "ponimau-db";
/// Where the system does not let us add an account (a minimal container).
const SHARED_ACCOUNT: &str = "nobody";

/// An account to switch to, or the caller's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// We are not root: everything runs as who we are.
    Caller,
    /// We are root: the database's processes and files belong to this account.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// The account for a cluster in `data`: its present owner, or for a new one an own system account.
    pub(super) fn choose(data: &Path) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Caller);
        }
        if let Ok(owner) = fs::metadata(data)
            && owner.uid() != 0
        {
            return Ok(Self::Other { name: format!("uid {}", owner.uid()), uid: owner.uid(), gid: owner.gid() });
        }
        if let Some(account) = look_up(OWN_ACCOUNT)? {
            return Ok(account);
        }
        let added = run(Command::new("useradd").args([
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir=/nonexistent",
            "--shell=/usr/sbin/nologin",
            OWN_ACCOUNT,
        ]));
        // A second process may have added it between our look and our try, so look again whatever useradd said.
        if let Some(account) = look_up(OWN_ACCOUNT)? {
            return Ok(account);
        }
        if let Err(error) = added {
            tracing::warn!(%error, "cannot add the account {OWN_ACCOUNT}; the database runs as {SHARED_ACCOUNT}");
        }
        look_up(SHARED_ACCOUNT)?.ok_or_else(|| EmbeddedError::Program {
            program: "useradd".to_owned(),
            output: format!("neither {OWN_ACCOUNT} nor {SHARED_ACCOUNT} exists"),
        })
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Caller => "of this process",
            Self::Other { name, .. } => name,
        }
    }

    /// A command under this account, with nothing of our environment: it may hold the deployment's secrets.
    pub(super) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if let Self::Other { uid, gid, .. } = self {
            // Setting the uid as root also drops root's supplementary groups.
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Gives a file or folder to this account.
    pub(super) fn own(&self, path: &Path) -> Result<()> {
        match self {
            Self::Caller => Ok(()),
            Self::Other { uid, gid, .. } => chown(path, Some(*uid), Some(*gid)).at("change the owner of", path),
        }
    }

    /// Whether the account can enter `folder`. Asked of the kernel: modes alone miss ACLs, mounts and security modules.
    pub(super) fn reaches(&self, folder: &Path) -> bool {
        self.command("true").current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

fn look_up(name: &str) -> Result<Option<Account>> {
    let output = Command::new("getent")
        .args(["passwd", name])
        .output()
        .map_err(|error| EmbeddedError::Program { program: "getent".to_owned(), output: error.to_string() })?;
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

/// One line of passwd(5). Root is no account to drop to, whatever it is called.
fn parse(line: &str) -> Option<Account> {
    let mut fields = line.trim_end().split(':');
    let name = fields.next()?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    (uid != 0).then_some(Account::Other { name, uid, gid })
}

/// Runs to the end; a failure carries what the program wrote.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |output: String| EmbeddedError::Program { program: program.clone(), output };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let written = [output.stdout, output.stderr].concat();
    Err(failed(format!("{}: {}", output.status, String::from_utf8_lossy(&written).trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passwd_line_gives_the_account_but_never_root() {
        assert_eq!(
            parse("ponimau-db:x:998:997::/nonexistent:/usr/sbin/nologin\n"),
            Some(Account::Other { name: "ponimau-db".to_owned(), uid: 998, gid: 997 })
        );
        assert_eq!(parse("toor:x:0:0::/root:/bin/sh\n"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_failed_program_reports_what_it_wrote() {
        let error = run(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
    }
}
