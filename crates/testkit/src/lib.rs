//! Tests that read as prose: an application on a fresh database, a clock that is moved, and people who do things.
//!
//! ```ignore
//! let app = TestApp::start().await;
//! let anna = app.employee("Анна").await;
//! anna.get("/api/me").await.is(200);
//! ```

mod clinic;
mod database;
mod durable;
mod keycloak;
mod letters;
mod node;
mod passkey;
mod people;
mod response;
mod visits;
mod wire;

use std::{net::SocketAddr, sync::Arc};

use app::{
    App, AppParts, Config,
    identity::keycloak::Keycloak,
    kernel::{app::Rounds, live::LiveHub},
    regions::Packs,
    sessions::video::{BuiltIn, RelayNode},
};
use axum::{Router, extract::connect_info::MockConnectInfo};
use jiff::{SignedDuration, Timestamp};
use platform::{
    clock::{Clock as _, ManualClock, SystemClock},
    crypto::DeploymentKeys,
    db::{Db, PoolSize},
    files::{Files, FilesPlace},
    mail::Mailer,
    outbound::{Outbound, Reach},
    rng::Rng,
};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use self::database::Fresh;

pub use self::{
    clinic::Clinic,
    durable::Durable,
    keycloak::{Mood, PlayedKeycloak, Says},
    letters::Letter,
    node::{Node, NodeSettings},
    passkey::SoftPasskey,
    people::Client,
    response::Answer,
    visits::Visit,
    wire::{Ask, Reply, Wire},
};

/// When every test begins: a Monday morning in Moscow (09:00), no clock change near.
pub const START: &str = "2026-12-14T06:00:00Z";

/// The root secret of every test's deployment.
pub const ROOT_KEY: [u8; 32] = [42; 32];

/// An application on its own fresh database.
#[derive(Debug)]
pub struct TestApp {
    pub app: App,
    pub clock: ManualClock,
    /// The API, called in process.
    pub router: Router,
    pub database_url: String,
    folder: TempDir,
    /// Kept: without it the node would seem to stop, and every stream would end at once.
    _stop: tokio::sync::watch::Sender<bool>,
}

impl TestApp {
    /// Starts one with the ordinary pool.
    pub async fn start() -> Self {
        Self::start_with(PoolSize::default()).await
    }

    /// Starts one with a pool of the given size.
    pub async fn start_with(size: PoolSize) -> Self {
        Self::start_as(size, |_| {}).await
    }

    /// Starts one as a demo deployment.
    pub async fn start_demo() -> Self {
        Self::start_as(PoolSize::default(), |config| config.is_demo = true).await
    }

    /// Starts one where people sign in at a Keycloak, which is played.
    pub async fn start_with_keycloak() -> (Self, PlayedKeycloak) {
        Self::start_with_keycloak_and(Reach::Public).await
    }

    /// The same, with requests to the outside that go so far.
    pub async fn start_with_keycloak_and(reach: Reach) -> (Self, PlayedKeycloak) {
        platform::telemetry::start_logs(&std::env::var("RUST_LOG").unwrap_or_else(|_| "error".into()), false);
        let clock = ManualClock::at(START.parse().expect("a valid instant"));
        let played = PlayedKeycloak::start(clock.clone()).await;
        let issuer = played.issuer().to_owned();
        let app = Self::start_at(database::fresh().await, clock, PoolSize::default(), reach, |_| {}, Some(&issuer));
        (app, played)
    }

    /// Starts two on one database: one as it was with the built-in sign-in, and one after the switch to a Keycloak, which is played.
    pub async fn start_switched() -> (Self, Self, PlayedKeycloak) {
        platform::telemetry::start_logs(&std::env::var("RUST_LOG").unwrap_or_else(|_| "error".into()), false);
        let clock = ManualClock::at(START.parse().expect("a valid instant"));
        let played = PlayedKeycloak::start(clock.clone()).await;
        let issuer = played.issuer().to_owned();
        let database = database::fresh().await;
        let same = Fresh { url: database.url.clone(), login: database.login.clone() };
        let before = Self::start_seeded(same, clock.clone(), 8, PoolSize::default(), Reach::Public, |_| {}, None);
        let after = Self::start_at(database, clock, PoolSize::default(), Reach::Public, |_| {}, Some(&issuer));
        (before, after, played)
    }

    /// Starts one that is set up differently.
    pub async fn start_as(size: PoolSize, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_whole(size, Reach::Public, change).await
    }

    /// Starts one whose requests to the outside go anywhere: for a test that plays the other side on this machine.
    pub async fn start_reaching_anywhere() -> Self {
        Self::start_whole(PoolSize::default(), Reach::Anywhere, |_| {}).await
    }

    /// Starts one on a database which real nodes serve too, at their present time.
    pub async fn start_beside_nodes(database: &Durable) -> Self {
        platform::telemetry::start_logs(&std::env::var("RUST_LOG").unwrap_or_else(|_| "error".into()), false);
        let login = app::schema::migrate(&database.owner(), &DeploymentKeys::from_root(ROOT_KEY)).await.expect("the migrations run");
        Self::start_on(Fresh { url: database.url(), login }, SystemClock.now(), PoolSize::default(), Reach::Public, |_| {})
    }

    async fn start_whole(size: PoolSize, reach: Reach, change: impl FnOnce(&mut Config)) -> Self {
        platform::telemetry::start_logs(&std::env::var("RUST_LOG").unwrap_or_else(|_| "error".into()), false);
        Self::start_on(database::fresh().await, START.parse().expect("a valid instant"), size, reach, change)
    }

    fn start_on(database: Fresh, at: Timestamp, size: PoolSize, reach: Reach, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(database, ManualClock::at(at), size, reach, change, None)
    }

    fn start_at(
        database: Fresh,
        clock: ManualClock,
        size: PoolSize,
        reach: Reach,
        change: impl FnOnce(&mut Config),
        issuer: Option<&str>,
    ) -> Self {
        Self::start_seeded(database, clock, 7, size, reach, change, issuer)
    }

    fn start_seeded(
        database: Fresh,
        clock: ManualClock,
        seed: u64,
        size: PoolSize,
        reach: Reach,
        change: impl FnOnce(&mut Config),
        issuer: Option<&str>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = DeploymentKeys::from_root(ROOT_KEY);
        let mut config = Config {
            public_url: "http://localhost:8080".into(),
            is_demo: false,
            data_dir: folder.path().to_owned(),
            trusted_proxies: Vec::new(),
            rate_per_second: 0,
            // What a test has just changed, it sees at once.
            shared_for: std::time::Duration::ZERO,
        };
        change(&mut config);
        let keycloak = issuer.map(|issuer| Keycloak::new(issuer, issuer, &config.public_url, &keys).expect("a Keycloak"));
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let app = App::new(AppParts {
            config,
            db: Db::connect(database.login, size),
            clock: Arc::new(clock.clone()),
            rng: Rng::from_seed(seed),
            mailer: Mailer::folder("Понимаю <noreply@ponimayu.example>", &folder.path().join("mail")).expect("a mail folder"),
            files: Files::open(&FilesPlace::Folder(folder.path().join("files"))).expect("a folder for files"),
            keys,
            packs: Packs::first(),
            live: LiveHub::default(),
            rounds: Rounds::default(),
            video: Arc::new(BuiltIn::new(
                relay::Secret::new([7; 32]).expect("a strong secret"),
                vec![RelayNode { urls: vec!["turn:127.0.0.1:3478?transport=udp".into()] }],
                None,
            )),
            stopping,
            keycloak,
            outbound: Outbound::new(reach, "Ponimau", platform::outbound::TIME_LIMIT).ok(),
            slots: app::scheduling::Index::default(),
            shelf: app::booking::Shelf::default(),
        });
        let machines = app::identity::machine_routes(app.clone()).merge(app::organisations::directory_routes(app.clone()));
        let router = in_process(app::router::api(app.clone()).merge(machines));
        Self { app, clock, router, database_url: database.url, folder, _stop: stop }
    }

    /// The API as it would be under another policy.
    pub fn router_under(&self, policy: domain::access::Policy) -> Router {
        in_process(app::router::api_under(self.app.clone(), policy))
    }

    /// The present instant of the test.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Moves the clock on.
    pub fn pass(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// As [`Self::do_jobs`], of these kinds alone.
    pub async fn do_jobs_of(&self, kinds: &[&str]) {
        while app::worker::do_next_of(&self.app, Some(kinds)).await.expect("the queue answers") {}
    }

    /// Does every job that is due now, and those they ask for. A job that fails fails the test.
    pub async fn do_jobs(&self) {
        while app::worker::do_next(&self.app).await.expect("the queue answers") {}
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        let failed: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT kind, last_error FROM jobs WHERE last_error IS NOT NULL").fetch_all(&mut *tx).await.expect("jobs");
        assert!(failed.is_empty(), "jobs failed: {failed:?}");
    }

    /// Until somebody waits for a lock in this test's database: whoever it is has come so far, and stands still.
    pub async fn until_somebody_waits(&self) {
        let mut owner = PgConnection::connect(&self.database_url).await.expect("the owner");
        let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut owner).await.expect("an answer") {
            tokio::task::yield_now().await;
        }
    }

    /// The mails sent so far, as RFC 5322 text, oldest first.
    pub fn mails(&self) -> Vec<String> {
        let mut paths: Vec<_> = std::fs::read_dir(self.folder.path().join("mail"))
            .expect("the mail folder")
            .map(|e| e.expect("an entry").path())
            .filter(|p| p.extension().is_some_and(|e| e == "eml"))
            .collect();
        // Names are ids of one standing clock; only the files know in which order they came.
        paths.sort_by_key(|p| (std::fs::metadata(p).and_then(|m| m.modified()).expect("a file"), p.clone()));
        paths.iter().map(|p| std::fs::read_to_string(p).expect("a mail")).collect()
    }
}

/// Requests made in process come from one address.
fn in_process(router: Router) -> Router {
    router.layer(MockConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4711))))
}
