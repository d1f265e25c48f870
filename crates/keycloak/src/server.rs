//! A Keycloak of one's own: beside a demo, or for the tests. In production the operator runs it as a cluster of its own (docs/keycloak.md).

use std::{
    fs,
    os::unix::{fs::symlink, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::theme::Theme;

/// First start with a new database on a loaded machine.
const START_MAX: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(200);
/// Runs Keycloak until our end of the pipe closes, however we end, so that it never outlives us.
const WATCH: &str = r#"trap : TERM; "$@" & cat > /dev/null; kill 0; wait"#;

/// How to run it.
#[derive(Debug, Clone)]
pub struct Config {
    /// The built distribution.
    pub distribution: PathBuf,
    /// Folder for its data; kept for later starts.
    pub data: PathBuf,
    /// Where browsers and the product reach it: 127.0.0.1.
    pub port: u16,
    /// Where it says how it is.
    pub management_port: u16,
    /// Imported at the first start. Keycloak leaves a realm that exists as it is.
    pub realm: Value,
    /// The look of its pages and letters: those that the realm names.
    pub themes: Vec<Theme>,
    /// The first start's administrator of the whole Keycloak, for the console.
    pub admin_password: String,
}

/// A Keycloak that runs as long as this is kept.
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it, and waits until it is ready.
    ///
    /// # Errors
    /// It does not start within five minutes; what it said is in `keycloak.log` in its data folder.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        let home = home(config)?;
        let url = format!("http://localhost:{}", config.port);
        let log = config.data.join("keycloak.log");
        let mut command = Command::new("sh");
        command
            .args(["-c", WATCH, "sh"])
            .arg(home.join("bin/kc.sh"))
            .args(["start", "--optimized", "--import-realm", "--http-enabled=true", "--http-host=127.0.0.1"])
            .arg(format!("--hostname={url}"))
            .arg(format!("--http-port={}", config.port))
            .arg(format!("--http-management-port={}", config.management_port))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
            .env("KC_BOOTSTRAP_ADMIN_PASSWORD", &config.admin_password)
            // One node: without this it looks for others on the network.
            .env("KC_CACHE", "local")
            .env("JAVA_OPTS_KC_HEAP", "-Xms128m -Xmx512m")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(fs::File::create(&log)?)
            .stderr(Stdio::null());
        if let Some(java) = std::env::var_os("JAVA_HOME") {
            command.env("JAVA_HOME", java);
        }
        let mut server = Self { child: command.spawn()?, url };
        server.wait_until_ready(config, &log).await?;
        Ok(server)
    }

    /// Its address, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port answers before Keycloak can; its health does not.
    async fn wait_until_ready(&mut self, config: &Config, log: &Path) -> anyhow::Result<()> {
        let started = Instant::now();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let health = format!("http://127.0.0.1:{}/health/ready", config.management_port);
        loop {
            if client.get(&health).send().await.is_ok_and(|response| response.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("Keycloak ended ({status}); see {}", log.display());
            }
            if started.elapsed() > START_MAX {
                bail!("Keycloak is not ready after {} s; see {}", START_MAX.as_secs(), log.display());
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A home of its own over the shared distribution: Keycloak keeps data, themes and what it imports below its home.
fn home(config: &Config) -> anyhow::Result<PathBuf> {
    let home = config.data.join("home");
    let import = home.join("data/import");
    fs::create_dir_all(&import).with_context(|| format!("{} cannot be made", import.display()))?;
    // The script takes the folder above its own for the home, and looks through links: a copy.
    let bin = home.join("bin");
    fs::create_dir_all(&bin)?;
    fs::copy(config.distribution.join("bin/kc.sh"), bin.join("kc.sh"))?;
    for name in ["lib", "conf", "providers"] {
        let link = home.join(name);
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        symlink(config.distribution.join(name), &link)?;
    }
    let themes = home.join("themes");
    if themes.is_symlink() {
        // An earlier version of ours took the distribution's folder, which holds nothing.
        fs::remove_file(&themes)?;
    }
    fs::create_dir_all(&themes)?;
    config.themes.iter().try_for_each(|theme| theme.write(&themes).map(drop))?;
    fs::write(import.join("realm.json"), serde_json::to_vec_pretty(&config.realm)?)?;
    Ok(home)
}
