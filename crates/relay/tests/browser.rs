//! Two real browsers, each in its own process, in one call through the relay and through nothing else.
//!
//! Chromium must be installed; `CHROMIUM` names another program than `chromium` on the path.

mod support;

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Html,
    routing::get,
};
use relay::{Certificate, Credentials, Refusal, RelayHandle, RelayServer, issue_credentials};
use serde_json::{Value, json};
use support::{NOW, any_port, config, credentials, secret};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::Notify,
};

/// Far more than a loaded machine needs. Reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// Letter boxes by name: the browsers' tasks, their signalling and their reports.
#[derive(Default)]
struct Post {
    boxes: Mutex<HashMap<String, VecDeque<Value>>>,
    arrived: Notify,
}

impl Post {
    fn put(&self, name: String, letter: Value) {
        self.boxes.lock().unwrap().entry(name).or_default().push_back(letter);
        self.arrived.notify_waiters();
    }

    async fn take(&self, name: &str) -> Value {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let letter = self.boxes.lock().unwrap().get_mut(name).and_then(VecDeque::pop_front);
            match letter {
                Some(letter) => return letter,
                None => arrived.await,
            }
        }
    }
}

/// Serves the page and the post at an address on the loopback network.
async fn serve(post: Arc<Post>) -> String {
    let take = async |State(post): State<Arc<Post>>, Path(name): Path<String>| Json(post.take(&name).await);
    let put = async |State(post): State<Arc<Post>>, Path(name): Path<String>, Json(letter): Json<Value>| {
        post.put(name, letter);
    };
    let router =
        Router::new().route("/", get(async || Html(include_str!("browser.html")))).route("/{*name}", get(take).post(put)).with_state(post);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A running browser with a profile of its own; both are gone with the value.
struct Browser {
    process: Child,
    profile: PathBuf,
}

impl Browser {
    fn open(url: &str, name: &str) -> Self {
        let program = std::env::var_os("CHROMIUM").unwrap_or_else(|| "chromium".into());
        let profile = std::env::temp_dir().join(format!("relay-browser-{}-{name}", std::process::id()));
        let process = Command::new(&program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"])
            // The relay's certificate in this test is self-signed.
            .arg("--ignore-certificate-errors")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let process = process.unwrap_or_else(|error| {
            panic!("cannot start {program:?}: {error}. Install Chromium (Debian: chromium) or set CHROMIUM to its path")
        });
        Self { process, profile }
    }

    /// Asks the browser to leave, so that its helpers are gone before the profile is.
    async fn close(mut self) {
        if let Some(id) = self.process.id() {
            let _ = Command::new("kill").arg(id.to_string()).status().await;
        }
        if tokio::time::timeout(PATIENCE, self.process.wait()).await.is_err() {
            self.process.kill().await.unwrap();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.start_kill();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// Two browsers, a relay, and the post between them.
struct Stage {
    post: Arc<Post>,
    relay: RelayHandle,
    tasks: u32,
}

const SIDES: [&str; 2] = ["anna", "boris"];

impl Stage {
    /// Gives both sides their part of a call. Returns its number.
    fn call(&mut self, urls: &[&str], credentials: [Credentials; 2]) -> u32 {
        self.tasks += 1;
        for (side, credentials) in SIDES.into_iter().zip(credentials) {
            let task = json!({
                "id": self.tasks,
                "peer": if side == SIDES[0] { SIDES[1] } else { SIDES[0] },
                "offers": side == SIDES[0],
                "iceServers": [{
                    "urls": urls,
                    "username": credentials.username,
                    "credential": credentials.password,
                }],
            });
            self.post.put(format!("task/{side}"), task);
        }
        self.tasks
    }

    /// Waits until a side's report satisfies `is_enough`.
    async fn report(&self, task: u32, side: &str, is_enough: impl Fn(&Value) -> bool) -> Value {
        let name = format!("report/{side}/{task}");
        let mut last = Value::Null;
        let enough = async {
            loop {
                last = self.post.take(&name).await;
                assert!(last.get("failure").is_none(), "{side}: {last:#}");
                if is_enough(&last) {
                    return;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, enough).await.is_err() {
            panic!("{side} did not get there: {last:#}\n{:#?}", self.relay.stats());
        }
        last
    }

    /// Both sides see each other's picture and get their text back, over the given transport and through the relay.
    async fn holds(&mut self, url: &str, transport: &str) {
        let call = format!("call-by-{transport}");
        let before = self.relay.stats();
        let task = self.call(&[url], SIDES.map(|side| credentials(&call, side)));
        for side in SIDES {
            let report = self.report(task, side, is_held).await;
            assert_eq!(report["width"], 320);
            assert_eq!(report["types"], json!(["relay", "relay"]));
            assert_eq!(report["relayProtocol"], transport);
            let candidates = report["candidates"].as_array().unwrap();
            assert!(!candidates.is_empty());
            for candidate in candidates {
                let candidate = candidate.as_str().unwrap();
                assert!(candidate.contains(" 192.0.2.1 ") && candidate.contains(" typ relay "), "{candidate}");
            }
        }
        let after = self.relay.stats();
        assert!(after.packets_relayed > before.packets_relayed + 40, "{after:?}");
        assert_eq!(after.refused(Refusal::ForbiddenPeer), 0);
    }
}

/// The other's picture is seen and the own text came back.
fn is_held(report: &Value) -> bool {
    report["frames"].as_u64() >= Some(20) && report["echo"] == true
}

fn contains(list: &Value, number: u16) -> bool {
    list.as_array().is_some_and(|list| list.contains(&json!(number)))
}

#[tokio::test]
async fn two_browsers_meet_through_the_relay() {
    let mut config = config();
    config.listen_udp = any_port();
    config.listen_tcp = any_port();
    config.listen_tls = any_port();
    config.tls = Some(Certificate::SelfSigned { names: vec!["localhost".to_owned()] });
    let relay = RelayServer::start(config).await.unwrap();
    let urls = relay.addresses().urls("localhost");
    let [udp, tcp, tls] = &urls[..] else { panic!("{urls:?}") };
    let post = Arc::new(Post::default());
    let page = serve(post.clone()).await;
    let browsers = SIDES.map(|side| Browser::open(&format!("{page}/?me={side}"), side));
    let mut stage = Stage { post, relay, tasks: 0 };

    stage.holds(udp, "udp").await;
    stage.holds(tcp, "tcp").await;
    stage.holds(tls, "tls").await;

    // Credentials that expired give no candidate at all.
    let expired = |side| issue_credentials(&secret(), "late", side, NOW).unwrap();
    let made = stage.relay.stats().allocations_made;
    let task = stage.call(&[udp], SIDES.map(expired));
    let report = stage.report(task, SIDES[0], |report| contains(&report["errors"], 401)).await;
    assert_eq!(report["candidates"], json!([]));
    let stats = stage.relay.stats();
    assert!(stats.refused(Refusal::ExpiredCredentials) >= 1);
    assert_eq!(stats.allocations_made, made);

    // Two people in different calls exchange candidates, and still nothing passes.
    let passed = stage.relay.stats().packets_relayed;
    let strangers = [credentials("monday", "anna"), credentials("tuesday", "boris")];
    stage.call(&[udp], strangers);
    let both_are_refused = async {
        while stage.relay.stats().refused(Refusal::ForbiddenPeer) < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, both_are_refused).await.expect("both are refused");
    assert_eq!(stage.relay.stats().packets_relayed, passed);

    // Revoked in the middle, a call is over for both.
    let task = stage.call(&[udp, tcp], SIDES.map(|side| credentials("revoked", side)));
    for side in SIDES {
        stage.report(task, side, is_held).await;
    }
    stage.relay.revoke_call("revoked");
    let passed = stage.relay.stats().packets_relayed;
    for side in SIDES {
        stage.report(task, side, |report| report["state"] != "connected").await;
    }
    assert_eq!(stage.relay.stats().packets_relayed, passed);

    for browser in browsers {
        browser.close().await;
    }
    stage.relay.shutdown().await;
}
