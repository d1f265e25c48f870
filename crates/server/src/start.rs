//! Puts a node together: key, database, application.

use std::{
    fs, io::Write as _, net::SocketAddr, os::unix::fs::OpenOptionsExt as _, path::Path, str::FromStr as _, sync::Arc, time::Duration,
};

use anyhow::{Context as _, bail};
use app::{
    App, AppParts, Config,
    identity::keycloak::Keycloak,
    kernel::{app::Rounds, live::LiveHub},
    regions::Packs,
    sessions::video::{BuiltIn, RelayNode, VideoProvider},
};
use platform::{
    clock::SystemClock,
    crypto::DeploymentKeys,
    db::{Db, PoolSize},
    embedded_postgres::{EmbeddedConfig, EmbeddedPostgres},
    files::{Files, FilesPlace},
    mail::Mailer,
    outbound::{Outbound, Reach, TIME_LIMIT},
    rng::Rng,
};
use relay::{Certificate, RelayConfig, RelayHandle, RelayServer, Secret, Secrets, StartError, WallClock};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::watch;

use crate::settings::Settings;

/// The oldest PostgreSQL that has everything the schema uses (NULLS NOT DISTINCT, role options of GRANT).
const POSTGRES_MIN: i32 = 160_000;
/// The largest difference between this machine's clock and the database's.
const CLOCK_SKEW_MAX_SEC: f64 = 2.0;

/// The database a node uses: the operator's, or an embedded one which ends with the node.
pub struct Database {
    pub owner: PgConnectOptions,
    embedded: Option<EmbeddedPostgres>,
}

impl Database {
    /// Starts the embedded database, or takes the operator's.
    pub async fn start(settings: &Settings) -> anyhow::Result<Self> {
        if let Some(url) = &settings.database_url {
            let owner = PgConnectOptions::from_str(url).context("DATABASE_URL is not a PostgreSQL address")?;
            return Ok(Self { owner, embedded: None });
        }
        let mut config = EmbeddedConfig::new(settings.data.join("postgres"));
        config.max_connections = settings.database_connections + 40;
        let embedded = EmbeddedPostgres::start(config).await.context("the embedded PostgreSQL does not start")?;
        let mut connection = PgConnection::connect_with(&embedded.superuser_options().database("postgres")).await?;
        let there: Option<(i32,)> =
            sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = 'ponimau'").fetch_optional(&mut connection).await?;
        if there.is_none() {
            sqlx::raw_sql("CREATE DATABASE ponimau").execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(Self { owner: embedded.superuser_options().database("ponimau"), embedded: Some(embedded) })
    }

    /// Stops the embedded database, if it is one.
    pub async fn stop(self) {
        if let Some(embedded) = self.embedded
            && let Err(error) = embedded.stop().await
        {
            tracing::warn!(error = format!("{error:#}"), "the embedded PostgreSQL did not stop cleanly");
        }
    }
}

/// Refuses a database that would lose acknowledged bookings, is too old, or lives in another time. `login` is any way into it: settings may differ by
/// role, so the application's is asked as well as the owner's.
pub async fn check_database(login: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(login).await.context("the database does not answer")?;
    let (version, fsync, commit, pages, skew): (i32, String, String, String, f64) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('fsync'), current_setting('synchronous_commit'),
                current_setting('full_page_writes'), extract(epoch FROM clock_timestamp())::float8 - $1",
    )
    .bind({
        use platform::clock::Clock as _;
        SystemClock.now().as_microsecond() as f64 / 1e6
    })
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    if version < POSTGRES_MIN {
        bail!("PostgreSQL 16 or newer is needed; this is {}", version / 10_000);
    }
    for (name, value) in [("fsync", fsync), ("full_page_writes", pages), ("synchronous_commit", commit)] {
        if value == "off" || (name == "synchronous_commit" && value == "local") {
            bail!("the database has {name} = {value}: a crash would lose bookings that people were told are made. Set it to on");
        }
    }
    if skew.abs() > CLOCK_SKEW_MAX_SEC {
        bail!("this machine's clock and the database's differ by {skew:.1} s; at most {CLOCK_SKEW_MAX_SEC} s is allowed");
    }
    Ok(())
}

/// The deployment's keys from the key file; the first start makes one.
pub fn keys(settings: &Settings) -> anyhow::Result<DeploymentKeys> {
    let path = settings.key_file.clone().unwrap_or_else(|| settings.data.join("deployment.key"));
    if !path.exists() {
        if settings.key_file.is_some() || settings.database_url.is_some() {
            bail!("the key file {} does not exist. Make one with: openssl rand -hex 32 > {0}", path.display());
        }
        make_key(&path)?;
    }
    let text = fs::read_to_string(&path).with_context(|| format!("the key file {} cannot be read", path.display()))?;
    let bytes = hex::decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    Ok(DeploymentKeys::from_root(bytes.with_context(|| format!("the key file {} does not hold 64 hexadecimal digits", path.display()))?))
}

fn make_key(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(hex::encode(Rng::from_system().bytes::<32>()).as_bytes())?;
    Ok(())
}

/// The application over a migrated database. `stopping` turns true when the node is asked to stop.
pub fn application(
    settings: &Settings,
    is_demo: bool,
    login: PgConnectOptions,
    keys: DeploymentKeys,
    video: Arc<dyn VideoProvider>,
    stopping: watch::Receiver<bool>,
) -> anyhow::Result<App> {
    let keycloak = match settings.issuer() {
        Some((issuer, inner)) => Some(Keycloak::new(&issuer, &inner, &settings.inner_url(), &keys)?),
        None => None,
    };
    Ok(App::new(AppParts {
        config: Config {
            public_url: settings.public_url(),
            is_demo,
            data_dir: settings.data.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            rate_per_second: settings.rate_per_second,
            shared_for: app::booking::MOMENT,
        },
        db: Db::connect(login, PoolSize { max_connections: settings.database_connections, wait: Duration::from_secs(5) }),
        clock: Arc::new(SystemClock),
        rng: Rng::from_system(),
        keys,
        mailer: mailer(settings)?,
        packs: packs(settings)?,
        files: Files::open(&FilesPlace::Folder(settings.data.join("files")))?,
        live: LiveHub::default(),
        rounds: Rounds::default(),
        video,
        keycloak,
        outbound: outbound(),
        slots: app::scheduling::Index::default(),
        shelf: app::booking::Shelf::default(),
        stopping,
    }))
}

/// The brand and the region of the deployment.
pub fn packs(settings: &Settings) -> anyhow::Result<Packs> {
    Packs::read(&settings.brand, &settings.region, settings.packs.as_deref()).context("the brand or region pack is not whole")
}

/// User and password for the SMTP server.
pub fn smtp_credentials(settings: &Settings) -> anyhow::Result<Option<(String, String)>> {
    let Some(path) = &settings.smtp_credentials_file else { return Ok(None) };
    let text = fs::read_to_string(path).context("the SMTP credentials file cannot be read")?;
    let (user, password) = text.trim().split_once(':').context("the SMTP credentials file must hold user:password")?;
    Ok(Some((user.to_owned(), password.to_owned())))
}

/// What sends mail: the operator's SMTP server, or a folder of files.
pub fn mailer(settings: &Settings) -> anyhow::Result<Mailer> {
    let credentials = smtp_credentials(settings)?;
    match &settings.smtp_url {
        Some(url) => Mailer::smtp(&settings.mail_from, url, credentials),
        None => Mailer::folder(&settings.mail_from, &settings.data.join("mail")),
    }
}

/// Starts this node's relay and the video provider over the deployment's relays.
pub async fn video(settings: &Settings, keys: &DeploymentKeys) -> anyhow::Result<(Arc<dyn VideoProvider>, Option<RelayHandle>)> {
    let secret = Secret::new(keys.derive("relay credentials")).context("the relay's secret is too weak")?;
    if settings.relay_listen == "off" {
        anyhow::ensure!(!settings.relay_urls.is_empty(), "without a relay of its own a node needs PONIMAU_RELAY_URLS");
        let nodes = settings.relay_urls.iter().map(|urls| RelayNode { urls: urls.split('|').map(str::to_owned).collect() }).collect();
        return Ok((Arc::new(BuiltIn::new(secret, nodes, None)), None));
    }
    let listen: SocketAddr = settings.relay_listen.parse().context("PONIMAU_RELAY_LISTEN is neither an address nor \"off\"")?;
    let mut config = RelayConfig::new("ponimau", Secrets::new(secret.clone()), wall_clock());
    config.listen_udp = vec![listen];
    config.listen_tcp = vec![listen];
    if let Some(address) = &settings.relay_tls_listen {
        config.listen_tls = vec![*address];
        config.tls = Some(match (&settings.tls_certificate, &settings.tls_key) {
            (Some(chain), Some(key)) => Certificate::PemFiles { chain: chain.clone(), key: key.clone() },
            _ => Certificate::SelfSigned { names: vec![settings.relay_host()] },
        });
    }
    let handle = RelayServer::start(config).await.map_err(|error| {
        let why = match &error {
            StartError::Listen { address, .. } if *address == listen => {
                "the relay does not start: free the address or set PONIMAU_RELAY_LISTEN"
            }
            StartError::Listen { .. } => "the relay does not start: free the address or set PONIMAU_RELAY_TLS_LISTEN",
            _ => "the relay does not start",
        };
        anyhow::Error::new(error).context(why)
    })?;
    let nodes = if settings.relay_urls.is_empty() {
        vec![RelayNode { urls: handle.addresses().urls(&settings.relay_host()) }]
    } else {
        settings.relay_urls.iter().map(|urls| RelayNode { urls: urls.split('|').map(str::to_owned).collect() }).collect()
    };
    Ok((Arc::new(BuiltIn::new(secret, nodes, Some(handle.clone()))), Some(handle)))
}

fn wall_clock() -> WallClock {
    use platform::clock::Clock as _;
    WallClock::new(|| u64::try_from(SystemClock.now().as_second()).unwrap_or(0))
}

/// Without root certificates the product runs; only foreign calendars cannot be read, and their owners are told so.
fn outbound() -> Option<Outbound> {
    Outbound::new(Reach::Public, "Ponimau", TIME_LIMIT)
        .inspect_err(|error| tracing::warn!(error = error.to_string(), "foreign calendars cannot be read"))
        .ok()
}
