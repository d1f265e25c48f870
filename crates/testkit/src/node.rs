//! The real binary as a process of its own, which may be killed and started again at the same address.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{Ask, Durable, ROOT_KEY, Wire};

/// How to start a node.
#[derive(Debug)]
pub struct NodeSettings {
    binary: PathBuf,
    address: SocketAddr,
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl NodeSettings {
    /// A node of `binary` on a free port, with an embedded database until [`on`](Self::on) says otherwise. Nothing of this process's own settings
    /// reaches it.
    pub fn new(binary: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        fs::write(folder.path().join("key"), hex::encode(ROOT_KEY)).expect("a key file");
        Self { binary: binary.into(), address, folder, variables: Vec::new() }
            .with("PONIMAU_LOG", "warn")
            .with("PONIMAU_RATE_PER_SECOND", "0")
            .with("PONIMAU_RELAY_LISTEN", "off")
            .with("PONIMAU_RELAY_URLS", "turn:127.0.0.1:9?transport=udp")
    }

    /// Sets a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On that database.
    #[must_use]
    pub fn on(self, database: &Durable) -> Self {
        self.with("DATABASE_URL", &database.url())
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it, without waiting. Call it in the test's own function: the process dies with the thread that started it.
    pub fn start(&self) -> Node {
        let log = fs::File::options().create(true).append(true).open(self.log_path()).expect("a log");
        // setpriv (util-linux, on every Debian) has the kernel end the node if the test is killed.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&self.binary)
            .arg("serve")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", std::env::var_os("HOME").unwrap_or_default())
            .env("PONIMAU_DATA", self.folder.path().join("data"))
            .env("PONIMAU_KEY_FILE", self.folder.path().join("key"))
            .env("PONIMAU_LISTEN", self.address.to_string())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(log)
            .stdin(Stdio::null());
        let process = command.spawn().expect("the binary starts");
        Node { process, address: self.address }
    }

    /// Starts it and waits until it is ready.
    pub async fn start_ready(&self) -> Node {
        let mut node = self.start();
        if !node.is_ready_within(Duration::from_secs(60)).await {
            panic!("the node is not ready: {}", self.log());
        }
        node
    }

    /// Starts it where it should refuse to run: waits for its end and gives its last words.
    pub async fn start_refused(&self) -> String {
        let _ = fs::remove_file(self.log_path());
        let mut node = self.start();
        let status = node.ended_within(Duration::from_secs(60)).await;
        assert_eq!(status.and_then(|status| status.code()), Some(1), "it must refuse to run: {}", self.log());
        self.log()
    }

    /// What it has said so far, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

/// A running node; killed with this value.
#[derive(Debug)]
pub struct Node {
    process: Child,
    address: SocketAddr,
}

impl Node {
    /// `kill -9`.
    pub fn kill(mut self) {
        self.end();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        if let Some(pid) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM).expect("it runs");
        }
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its end.
    pub async fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < limit {
            if let Some(status) = self.process.try_wait().expect("a child") {
                assert_eq!(status.signal(), None, "nobody killed it");
                return Some(status);
            }
            sleep(Duration::from_millis(10)).await;
        }
        None
    }

    /// Waits until it says that it may be sent requests.
    pub async fn is_ready_within(&mut self, limit: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < limit && self.process.try_wait().expect("a child").is_none() {
            if let Ok(mut wire) = Wire::connect(self.address).await
                && let Ok(reply) = wire.ask(Ask::get("/health/ready", "")).await
                && reply.status == 200
            {
                return true;
            }
            sleep(Duration::from_millis(10)).await;
        }
        false
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}
