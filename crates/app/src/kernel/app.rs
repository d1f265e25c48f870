//! The running application: everything a use case may need, shared by all requests and jobs of a node.

use std::{ops::Deref, path::PathBuf, sync::Arc, time::Duration};

use domain::text::Locale;
use jiff::Timestamp;
use platform::{clock::Clock, crypto::DeploymentKeys, db::Db, files::Files, mail::Mailer, rng::Rng};
use tokio::sync::watch;
use uuid::Uuid;

use super::live::LiveHub;
use crate::{identity::keycloak::Keycloak, regions::Packs, sessions::video::VideoProvider};

/// How this deployment is set up. Read once at start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach the product, without a trailing slash: `https://app.example`.
    pub public_url: String,
    /// Generated demo data, one-click sign-in and the mailbox page. Never on in production.
    pub is_demo: bool,
    /// The folder for files and the demo's mail.
    pub data_dir: PathBuf,
    /// Addresses of proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Requests a second one address may make, sustained (a burst of four times that); 0 switches the limit off.
    pub rate_per_second: u32,
    /// How long what is the same for everybody who looks is kept after it was read; zero reads it each time.
    pub shared_for: Duration,
}

/// The parts the application is made of.
#[derive(Debug)]
pub struct AppParts {
    pub config: Config,
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub rng: Rng,
    pub keys: DeploymentKeys,
    pub mailer: Mailer,
    /// Brand and region.
    pub packs: Packs,
    /// Uploads. What is stored there is sealed.
    pub files: Files,
    pub live: LiveHub,
    pub rounds: Rounds,
    pub video: Arc<dyn VideoProvider>,
    /// Turns true when the node is asked to stop: endless answers end.
    pub stopping: watch::Receiver<bool>,
    /// Where people prove who they are; none with the built-in sign-in.
    pub keycloak: Option<Keycloak>,
    /// For addresses that people type in (their calendars). None where the machine has no trusted root certificates.
    pub outbound: Option<platform::outbound::Outbound>,
    /// Who is free, in memory.
    pub slots: crate::scheduling::Index,
    /// Who can be found, read once for everybody who looks at the same moment.
    pub shelf: crate::booking::Shelf,
}

/// Which round of each periodic job this node has already asked for.
#[derive(Debug, Default)]
pub struct Rounds(std::sync::Mutex<std::collections::HashMap<&'static str, i64>>);

impl Rounds {
    /// Whether `round` of `kind` begins now: it was not asked for before.
    pub fn begin(&self, kind: &'static str, round: i64) -> bool {
        self.0.lock().expect("no holder of the rounds panics").insert(kind, round) != Some(round)
    }
}

/// A handle on the application. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<AppParts>);

impl App {
    /// Puts the parts together.
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new time-ordered id.
    pub fn new_id(&self) -> Uuid {
        self.rng.uuid(self.now())
    }

    /// A random URL-safe token of 256 bits.
    pub fn new_token(&self) -> String {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        URL_SAFE_NO_PAD.encode(self.rng.bytes::<32>())
    }

    /// The absolute address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_url)
    }

    /// The language used where nothing else says one.
    pub fn default_locale(&self) -> Locale {
        self.packs.region.languages.first().copied().unwrap_or(Locale::Ru)
    }

    /// Today's date where the operator is: contracts count days there.
    pub fn today(&self) -> domain::time::Date {
        domain::time::local_date(&self.packs.region.default_zone, self.now())
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
