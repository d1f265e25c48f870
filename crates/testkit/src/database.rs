//! A fresh database for each test, copied from a template that is migrated once per state of the migrations.

use std::path::PathBuf;

use platform::{
    crypto::{DeploymentKeys, sha256},
    embedded_postgres::{EmbeddedConfig, EmbeddedPostgres},
};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

/// A test's database.
pub(crate) struct Fresh {
    /// The owner's way in.
    pub url: String,
    /// The application's way in.
    pub login: PgConnectOptions,
}

struct Server {
    postgres: EmbeddedPostgres,
    template: String,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

pub(crate) async fn fresh() -> Fresh {
    let server = SERVER.get_or_init(start).await;
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let mut admin = admin(server).await;
    run(&mut admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY FILE_COPY", server.template)).await;
    let owner = server.postgres.superuser_options().database(&name);
    Fresh { url: server.postgres.database_url(&name), login: app::schema::app_login(&owner, &DeploymentKeys::from_root(super::ROOT_KEY)) }
}

async fn start() -> Server {
    let mut config = EmbeddedConfig::for_tests(folder());
    config.max_connections = 400;
    let postgres = EmbeddedPostgres::start(config).await.expect("the tests' PostgreSQL starts");
    let server = Server { template: format!("template_{}", fingerprint()), postgres };
    make_template(&server).await;
    server
}

/// Makes the template unless it is there. Other test processes may do the same: an advisory lock lets one of them.
async fn make_template(server: &Server) {
    let mut admin = admin(server).await;
    run(&mut admin, "SELECT pg_advisory_lock(4711)").await;
    // Databases of earlier runs, whose processes are gone.
    let old: Vec<(String,)> =
        sqlx::query_as("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+_'").fetch_all(&mut admin).await.expect("a list");
    for (name,) in old {
        let pid = name.split('_').nth(1).unwrap_or("0");
        if !std::path::Path::new("/proc").join(pid).exists() {
            run(&mut admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
    let there: Option<(String,)> = sqlx::query_as("SELECT datname FROM pg_database WHERE datname = $1")
        .bind(&server.template)
        .fetch_optional(&mut admin)
        .await
        .expect("an answer");
    if there.is_none() {
        let draft = format!("{}_draft", server.template);
        run(&mut admin, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
        run(&mut admin, &format!("CREATE DATABASE {draft}")).await;
        let owner = server.postgres.superuser_options().database(&draft);
        app::schema::migrate(&owner, &DeploymentKeys::from_root(super::ROOT_KEY)).await.expect("the migrations run");
        run(&mut admin, &format!("ALTER DATABASE {draft} RENAME TO {}", server.template)).await;
    }
    admin.close().await.expect("closes");
}

async fn admin(server: &Server) -> PgConnection {
    PgConnection::connect_with(&server.postgres.superuser_options().database("postgres")).await.expect("the tests' PostgreSQL answers")
}

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(connection).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
}

/// Beside the build's output, so that it goes with it; one for each checkout.
fn folder() -> PathBuf {
    target().join("test-postgres")
}

/// The build's output.
pub(crate) fn target() -> PathBuf {
    let executable = std::env::current_exe().expect("the test's path");
    executable.ancestors().find(|p| p.join("CACHEDIR.TAG").exists()).map(PathBuf::from).unwrap_or_else(std::env::temp_dir)
}

fn fingerprint() -> String {
    hex::encode(&sha256(app::schema::fingerprint().as_bytes())[..8])
}
