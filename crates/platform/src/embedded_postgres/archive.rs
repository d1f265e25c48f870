//! Fetching the PostgreSQL binaries: a Maven artefact whose digest is pinned here, unpacked once per machine.
//!
//! The artefact is a jar (zip) holding one xz-compressed tar with `bin/{initdb,pg_ctl,postgres}`, `lib`, `share`.

use std::{
    env,
    fs::{self, File, Permissions},
    io::{Cursor, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256};

use super::{
    error::{At, EmbeddedError, Result},
    locks,
};

/// Major version of every release below; a cluster of another one is refused.
pub(super) const MAJOR: &str = "18";

const MAVEN_CENTRAL: &str = "https://repo1.maven.org/maven2";
/// Four times the real size: a bound on memory when a server sends something else.
const ARCHIVE_BYTES_MAX: usize = 64 << 20;
const DOWNLOAD_ATTEMPTS: u32 = 4;

struct Release {
    arch: &'static str,
    classifier: &'static str,
    version: &'static str,
    sha256: &'static str,
}

/// The versions differ because upstream had published no 18.6.0 for arm64 when this was pinned.
const RELEASES: &[Release] = &[
    Release {
        arch: "x86_64",
        classifier: "linux-amd64",
        version: "18.6.0",
        sha256: "008ee189eaa7ca2b58bd01dd950291e638b998392cf982297acd4779ec898ac1",
    },
    Release {
        arch: "aarch64",
        classifier: "linux-arm64v8",
        version: "18.4.0",
        sha256: "a9ec284923b9a7d2db41509bfb88c3d0eeb9f4aa5e2b29ea0aac5e8dbaf4c335",
    },
];

/// Where the archive comes from. Its digest is checked in both cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveSource {
    /// A Maven repository, by its base address without a trailing slash.
    Maven(String),
    /// A local copy of the artefact (`.jar`), for machines without a network.
    Local(PathBuf),
}

impl Default for ArchiveSource {
    fn default() -> Self {
        Self::Maven(MAVEN_CENTRAL.to_owned())
    }
}

impl ArchiveSource {
    /// Reads `PONIMAU_POSTGRES_ARCHIVE` (a path, wins) and `PONIMAU_MAVEN_URL`; otherwise Maven Central.
    pub fn from_env() -> Self {
        let set = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        if let Some(path) = set("PONIMAU_POSTGRES_ARCHIVE") {
            return Self::Local(path.into());
        }
        set("PONIMAU_MAVEN_URL").map_or_else(Self::default, |url| Self::Maven(url.trim_end_matches('/').to_owned()))
    }
}

/// Gives the folder with `bin`, `lib` and `share`, fetching and unpacking it at the first use.
///
/// Safe for any number of processes at once: one works under a lock, and the finished tree appears by a rename.
pub(super) async fn install(cache: &Path, source: &ArchiveSource) -> Result<PathBuf> {
    let release = RELEASES
        .iter()
        .find(|release| env::consts::OS == "linux" && release.arch == env::consts::ARCH)
        .ok_or(EmbeddedError::NoBinaries { os: env::consts::OS, arch: env::consts::ARCH })?;
    let folder = cache.join("postgres");
    let installed = folder.join(format!("{}-{}", release.version, &release.sha256[..12]));
    if installed.is_dir() {
        return Ok(installed);
    }
    fs::create_dir_all(&folder).at("create", &folder)?;
    open_to_all(&folder)?;
    let lock = locks::open(&folder.join("lock"))?;
    locks::exclusive(&lock, "another process's download of PostgreSQL").await?;
    if installed.is_dir() {
        return Ok(installed);
    }
    let (name, bytes) = match source {
        ArchiveSource::Local(path) => (path.display().to_string(), fs::read(path).at("read", path.clone())?),
        ArchiveSource::Maven(base) => {
            let artefact = format!("embedded-postgres-binaries-{}", release.classifier);
            let version = release.version;
            let url = format!("{base}/io/zonky/test/postgres/{artefact}/{version}/{artefact}-{version}.jar");
            tracing::info!(version, %url, "downloading PostgreSQL (once per machine, 15 MB)");
            let bytes = download(&url).await?;
            (url, bytes)
        }
    };
    check_digest(&name, &bytes, release.sha256)?;
    let target = installed.clone();
    tokio::task::spawn_blocking(move || unpack(&bytes, &folder, &target))
        .await
        .map_err(|panic| EmbeddedError::Archive(panic.to_string()))??;
    Ok(installed)
}

fn check_digest(archive: &str, bytes: &[u8], expected: &str) -> Result<()> {
    let found = hex::encode(Sha256::digest(bytes));
    if found == expected {
        return Ok(());
    }
    Err(EmbeddedError::Checksum { archive: archive.to_owned(), found, expected: expected.to_owned() })
}

async fn download(url: &str) -> Result<Vec<u8>> {
    let failed = |reason: String| EmbeddedError::Download { url: url.to_owned(), reason };
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(30))
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let mut attempt = 1;
    loop {
        match download_once(&client, url).await {
            Ok(bytes) => return Ok(bytes),
            Err(reason) if attempt == DOWNLOAD_ATTEMPTS => return Err(failed(reason)),
            Err(reason) => {
                tracing::warn!(attempt, reason, "the download of PostgreSQL failed, trying again");
                tokio::time::sleep(Duration::from_secs(1 << attempt)).await;
                attempt += 1;
            }
        }
    }
}

async fn download_once(client: &reqwest::Client, url: &str) -> std::result::Result<Vec<u8>, String> {
    let mut response = client.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(|error| chain(&error))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| chain(&error))? {
        if bytes.len() + chunk.len() > ARCHIVE_BYTES_MAX {
            return Err(format!("the answer is longer than {ARCHIVE_BYTES_MAX} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// reqwest's own message stops at "error sending request"; the reason is in its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

/// Unpacks next to `target` and renames, so that a tree which exists is a whole one.
fn unpack(jar: &[u8], folder: &Path, target: &Path) -> Result<()> {
    let broken = |error: &dyn std::error::Error| EmbeddedError::Archive(error.to_string());
    let mut zip = zip::ZipArchive::new(Cursor::new(jar)).map_err(|error| broken(&error))?;
    let name = zip
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .find(|name| name.ends_with(".txz"))
        .ok_or_else(|| EmbeddedError::Archive("it holds no .txz".to_owned()))?;
    let mut txz = Vec::new();
    zip.by_name(&name)
        .map_err(|error| broken(&error))?
        .take(ARCHIVE_BYTES_MAX as u64)
        .read_to_end(&mut txz)
        .map_err(|error| broken(&error))?;
    // What a killed process left; nobody else works here while we hold the lock.
    let fresh = folder.join("unpacking");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).at("remove", &fresh)?;
    }
    fs::create_dir(&fresh).at("create", &fresh)?;
    tar::Archive::new(lzma_rust2::XzReader::new(Cursor::new(txz), true)).unpack(&fresh).map_err(|error| broken(&error))?;
    open_tree_to_all(&fresh)?;
    // The rename must not reach the disk before the files do.
    let handle = File::open(&fresh).at("open", &fresh)?;
    rustix::fs::syncfs(&handle).map_err(Into::into).at("sync", &fresh)?;
    fs::rename(&fresh, target).at("rename", &fresh)
}

/// Folders get 0755 whatever the umask: the server may run under another account than the one that unpacks.
fn open_tree_to_all(folder: &Path) -> Result<()> {
    open_to_all(folder)?;
    for entry in fs::read_dir(folder).at("list", folder)? {
        let entry = entry.at("list", folder)?;
        if entry.file_type().at("inspect", entry.path())?.is_dir() {
            open_tree_to_all(&entry.path())?;
        }
    }
    Ok(())
}

fn open_to_all(folder: &Path) -> Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).at("set permissions of", folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_archive_is_refused() {
        let error = check_digest("a.jar", b"other", RELEASES[0].sha256).unwrap_err();
        assert!(matches!(error, EmbeddedError::Checksum { .. }), "{error}");
        check_digest("a.jar", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").unwrap();
    }

    #[tokio::test]
    async fn a_local_archive_is_checked_and_nothing_is_installed_from_a_wrong_one() {
        let cache = tempfile::tempdir().unwrap();
        let archive = cache.path().join("wrong.jar");
        fs::write(&archive, b"PK not really").unwrap();
        let error = install(cache.path(), &ArchiveSource::Local(archive)).await.unwrap_err();
        assert!(matches!(error, EmbeddedError::Checksum { .. }), "{error}");
        let left: Vec<_> = fs::read_dir(cache.path().join("postgres")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"]);
    }

    #[test]
    fn a_jar_without_the_tar_is_an_error_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let error = unpack(b"not a zip", folder.path(), &folder.path().join("x")).unwrap_err();
        assert!(matches!(error, EmbeddedError::Archive(_)), "{error}");
    }
}
