//! Where the embedded database keeps its things, and the small files beside the cluster.
//!
//! ```text
//! <root>/            0711, the caller's (root's if we are root: the database cannot swap the files we write here)
//!   data/            0700, the database account's: the cluster
//!   run/             0711, the database account's: the Unix socket
//!   password         0600, the superuser's password
//!   port             the port chosen at the first start
//!   server.log       what PostgreSQL writes
//!   start.lock       held while somebody starts or stops
//!   users.lock       held shared by every process that uses the server; the watchdog waits to hold it alone
//! ```

use std::{
    env,
    fs::{self, File, OpenOptions, Permissions},
    hash::{DefaultHasher, Hash, Hasher},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::{
    account::Account,
    error::{At, EmbeddedError, Result},
};

/// Root's places, used when the wished one cannot be entered by the database's account.
const SYSTEM_DATA: &str = "/var/lib/ponimau";
const SYSTEM_CACHE: &str = "/var/cache/ponimau";

/// Below the range from which systems take ports for outgoing connections, so that ours is still free tomorrow.
const PORT_FIRST: u16 = 15_000;
const PORT_SPAN: u16 = 15_000;

const LOG_BYTES_MAX: u64 = 8 << 20;
const LOG_TAIL_BYTES: u64 = 2048;

/// `sun_path` holds 108 bytes (unix(7)); the socket's own name takes `/.s.PGSQL.65535` and its NUL.
const SOCKET_FOLDER_BYTES_MAX: usize = 108 - 16;

#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) root: PathBuf,
    pub(super) account: Account,
}

impl Layout {
    /// Creates the folders for `wished`, or for a system folder named after it if the database cannot enter that.
    pub(super) fn prepare(wished: &Path) -> Result<Self> {
        let wished = std::path::absolute(wished).at("resolve", wished)?;
        let account = Account::choose(&wished.join("data"))?;
        let existed = wished.is_dir();
        make_folder(&wished, 0o711)?;
        let root = if account.reaches(&wished) {
            wished
        } else {
            if !existed {
                fs::remove_dir(&wished).at("remove", &wished)?;
            }
            let moved = system_folder(&wished);
            // Said aloud: a person looking for the data must find it.
            tracing::info!(
                account = account.name(), wished = %wished.display(), used = %moved.display(),
                "the database's account cannot enter the wished data folder"
            );
            make_folder(&moved, 0o711)?;
            if !account.reaches(&moved) {
                return Err(EmbeddedError::Unreachable { account: account.name().to_owned(), path: moved });
            }
            moved
        };
        let root = root.canonicalize().at("resolve", &root)?;
        // Again, because the place decides whose an existing cluster is.
        let account = Account::choose(&root.join("data"))?;
        let layout = Self { root, account };
        let run = layout.root.join("run");
        make_folder(&run, 0o711)?;
        layout.account.own(&run)?;
        Ok(layout)
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    /// Folder of the Unix socket, unless its path is too long for one.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        let run = self.root.join("run");
        (run.as_os_str().len() <= SOCKET_FOLDER_BYTES_MAX).then_some(run)
    }

    fn password_path(&self) -> PathBuf {
        self.root.join("password")
    }

    /// Makes a password: 256 random bits, hexadecimal. Only for a cluster that is about to be made.
    pub(super) fn new_password(&self) -> Result<String> {
        let path = self.password_path();
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::from).at("take random bytes for", &path)?;
        let password = hex::encode(bytes);
        write_private(&path, &password)?;
        Ok(password)
    }

    pub(super) fn password(&self) -> Result<String> {
        let path = self.password_path();
        match fs::read_to_string(&path) {
            Ok(password) => Ok(password),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(EmbeddedError::PasswordLost { path }),
            Err(error) => Err(error).at("read", path),
        }
    }

    /// The port to use: the configured one, else that of the last start, else the next free one. Persisted.
    pub(super) fn choose_port(&self, configured: Option<u16>) -> Result<u16> {
        let path = self.root.join("port");
        if let Some(port) = configured {
            return if is_free(port) { Ok(port) } else { Err(EmbeddedError::PortTaken { port }) };
        }
        let last = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
        let mut hasher = DefaultHasher::new();
        self.root.hash(&mut hasher);
        let offset = u16::try_from(hasher.finish() % u64::from(PORT_SPAN)).unwrap_or_default();
        let mut candidates = (0..PORT_SPAN).map(|step| PORT_FIRST + (offset + step) % PORT_SPAN);
        let port = last
            .filter(|port| is_free(*port))
            .or_else(|| candidates.find(|port| is_free(*port)))
            .ok_or(EmbeddedError::PortTaken { port: PORT_FIRST })?;
        fs::write(&path, format!("{port}\n")).at("write", &path)?;
        Ok(port)
    }

    /// The log to append to; a large one of earlier starts is set aside once, so the disk does not fill.
    pub(super) fn open_log(&self) -> Result<File> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
            fs::rename(&path, self.root.join("server.log.old")).at("rename", &path)?;
        }
        OpenOptions::new().create(true).append(true).mode(0o600).open(&path).at("open", &path)
    }

    pub(super) fn log_tail(&self) -> String {
        let read = || -> std::io::Result<String> {
            let mut log = File::open(self.log())?;
            let length = log.metadata()?.len();
            log.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
            let mut tail = Vec::new();
            log.read_to_end(&mut tail)?;
            Ok(String::from_utf8_lossy(&tail).trim().to_owned())
        };
        read().unwrap_or_else(|error| error.to_string())
    }
}

/// Where the binaries are kept: the wished folder, else root's or the caller's cache.
pub(super) fn cache_folder(wished: Option<&Path>, account: &Account) -> Result<PathBuf> {
    let folder = match (wished, account) {
        (Some(wished), _) => std::path::absolute(wished).at("resolve", wished)?,
        (None, Account::Other { .. }) => PathBuf::from(SYSTEM_CACHE),
        (None, Account::Caller) => {
            let set = |name| env::var_os(name).filter(|value| !value.is_empty());
            set("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")))
                .unwrap_or_else(env::temp_dir)
                .join("ponimau")
        }
    };
    make_folder(&folder, 0o755)?;
    if account.reaches(&folder) {
        // The watchdog compares paths below it with what /proc says, which knows no symbolic links.
        folder.canonicalize().at("resolve", &folder)
    } else {
        Err(EmbeddedError::Unreachable { account: account.name().to_owned(), path: folder })
    }
}

/// The same wished folder always gives the same system folder; two checkouts give two.
fn system_folder(wished: &Path) -> PathBuf {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(wished.as_os_str().as_encoded_bytes());
    let name = wished.file_name().unwrap_or_default().to_string_lossy();
    Path::new(SYSTEM_DATA).join(format!("{name}-{}", hex::encode(&digest[..6])))
}

/// Creates the folder with its parents (entered by all) and sets its own mode, whatever the umask says.
pub(super) fn make_folder(path: &Path, mode: u32) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o755).create(path).at("create", path)?;
    fs::set_permissions(path, Permissions::from_mode(mode)).at("set permissions of", path)
}

/// Writes a file only its owner may read, whole or not at all.
pub(super) fn write_private(path: &Path, content: &str) -> Result<()> {
    let fresh = path.with_extension("new");
    if fresh.exists() {
        fs::remove_file(&fresh).at("remove", &fresh)?;
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&fresh).at("create", &fresh)?;
    file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).at("write", &fresh)?;
    fs::rename(&fresh, path).at("rename", &fresh)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(root: &Path) -> Layout {
        Layout { root: root.to_owned(), account: Account::Caller }
    }

    #[test]
    fn the_port_is_kept_while_it_is_free_and_replaced_when_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(folder.path());
        let first = layout.choose_port(None).unwrap();
        assert_eq!(layout.choose_port(None).unwrap(), first);
        let _squatter = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        let second = layout.choose_port(None).unwrap();
        assert_ne!(second, first);
        assert!(matches!(
            layout.choose_port(Some(first)),
            Err(EmbeddedError::PortTaken { port }) if port == first
        ));
    }

    #[test]
    fn the_password_is_private_and_its_loss_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(folder.path());
        assert!(matches!(layout.password(), Err(EmbeddedError::PasswordLost { .. })));
        let password = layout.new_password().unwrap();
        assert_eq!(password.len(), 64);
        assert_eq!(layout.password().unwrap(), password);
        let mode = fs::metadata(folder.path().join("password")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        assert_ne!(layout.new_password().unwrap(), password);
    }

    #[test]
    fn a_path_too_long_for_a_socket_goes_without_one() {
        assert!(layout(Path::new("/srv/db")).socket().is_some());
        let long = PathBuf::from("/").join("x".repeat(100));
        assert!(layout(&long).socket().is_none());
    }

    #[test]
    fn two_checkouts_do_not_share_a_system_folder() {
        let one = system_folder(Path::new("/root/a/db"));
        assert_eq!(one, system_folder(Path::new("/root/a/db")));
        assert_ne!(one, system_folder(Path::new("/root/b/db")));
        assert!(one.starts_with(SYSTEM_DATA));
    }

    #[test]
    fn a_large_log_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(folder.path());
        let log = layout.open_log().unwrap();
        log.set_len(LOG_BYTES_MAX + 1).unwrap();
        assert_eq!(layout.open_log().unwrap().metadata().unwrap().len(), 0);
        assert!(folder.path().join("server.log.old").exists());
    }
}
