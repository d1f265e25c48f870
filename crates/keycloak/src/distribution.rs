//! Fetching Keycloak: one pinned release, unpacked and built once per machine.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};

/// The release. Newer ones of the same minor version change no behaviour that the realm relies on; the tests against it say so.
pub const VERSION: &str = "26.7.5";
const SHA256: &str = "30ef87fb7101c43d29688d1ae80c0588ff4a151b3330e9f664bf9692d398658a";
const MAVEN_CENTRAL: &str = "https://repo1.maven.org/maven2";
const DOWNLOAD_ATTEMPTS: u32 = 4;
/// What is fixed when Keycloak is built; the rest is said at its start.
const BUILD: [&str; 4] = ["build", "--db=dev-file", "--health-enabled=true", "--metrics-enabled=true"];

/// Where the caller keeps what is downloaded (XDG Base Directory Specification), as for PostgreSQL.
pub fn cache() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).unwrap_or_else(std::env::temp_dir).join("ponimau")
}

/// Gives the folder of the built distribution, fetching it at the first use (175 MB; `PONIMAU_KEYCLOAK_ARCHIVE` names a local copy, `PONIMAU_MAVEN_URL`
/// another repository). Any number of processes may ask at once.
///
/// # Errors
/// No network, another digest than the pinned one, no Java.
pub async fn install(cache: &Path) -> anyhow::Result<PathBuf> {
    let folder = cache.join("keycloak");
    let installed = folder.join(format!("{VERSION}-{}", &SHA256[..12]));
    if installed.is_dir() {
        return Ok(installed);
    }
    fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("lock"))?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    if installed.is_dir() {
        return Ok(installed);
    }
    let archive = match std::env::var_os("PONIMAU_KEYCLOAK_ARCHIVE") {
        Some(path) => PathBuf::from(path),
        None => download(&folder).await?,
    };
    let target = installed.clone();
    tokio::task::spawn_blocking(move || {
        check(&archive)?;
        unpack(&archive, &folder, &target)
    })
    .await??;
    drop(lock);
    Ok(installed)
}

async fn download(folder: &Path) -> anyhow::Result<PathBuf> {
    let base = std::env::var("PONIMAU_MAVEN_URL").unwrap_or_else(|_| MAVEN_CENTRAL.to_owned());
    let url = format!("{base}/org/keycloak/keycloak-quarkus-dist/{VERSION}/keycloak-quarkus-dist-{VERSION}.zip");
    let archive = folder.join("keycloak.zip");
    tracing::info!(version = VERSION, %url, "downloading Keycloak (once per machine, 175 MB)");
    let client = reqwest::Client::builder().connect_timeout(Duration::from_secs(15)).read_timeout(Duration::from_secs(60)).build()?;
    let mut attempt = 1;
    loop {
        match download_once(&client, &url, &archive).await {
            Ok(()) => return Ok(archive),
            Err(error) if attempt == DOWNLOAD_ATTEMPTS => return Err(error).with_context(|| format!("{url} cannot be fetched")),
            Err(error) => {
                tracing::warn!(attempt, error = format!("{error:#}"), "the download of Keycloak failed, trying again");
                tokio::time::sleep(Duration::from_secs(1 << attempt)).await;
                attempt += 1;
            }
        }
    }
}

async fn download_once(client: &reqwest::Client, url: &str, archive: &Path) -> anyhow::Result<()> {
    let mut response = client.get(url).send().await?.error_for_status()?;
    let mut file = File::create(archive)?;
    while let Some(chunk) = response.chunk().await? {
        file.write_all(&chunk)?;
    }
    Ok(())
}

fn check(archive: &Path) -> anyhow::Result<()> {
    let mut file = File::open(archive).with_context(|| format!("{} cannot be read", archive.display()))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => digest.update(&buffer[..read]),
        }
    }
    let found = hex::encode(digest.finalize());
    ensure!(found == SHA256, "{} has the digest {found}, not {SHA256}: it is not Keycloak {VERSION}", archive.display());
    Ok(())
}

/// Unpacks and builds beside `target` and renames, so that a tree which exists is a whole one.
fn unpack(archive: &Path, folder: &Path, target: &Path) -> anyhow::Result<()> {
    let fresh = folder.join("unpacking");
    if fresh.exists() {
        // What a killed process left; nobody else works here while we hold the lock.
        fs::remove_dir_all(&fresh)?;
    }
    zip::ZipArchive::new(File::open(archive)?)?.extract(&fresh)?;
    let home = fresh.join(format!("keycloak-{VERSION}"));
    let mut command = Command::new(home.join("bin/kc.sh"));
    let output = command.args(BUILD).stdin(Stdio::null()).output().context("Keycloak cannot be built: is Java 17 or newer installed?")?;
    if !output.status.success() {
        bail!("Keycloak cannot be built: {}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim());
    }
    fs::rename(&home, target)?;
    fs::remove_dir_all(&fresh)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_archive_is_refused() {
        let archive = tempfile::NamedTempFile::new().unwrap();
        assert!(check(archive.path()).unwrap_err().to_string().contains("is not Keycloak"));
    }
}
