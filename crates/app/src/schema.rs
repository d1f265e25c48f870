//! The database's schema: migrations are forward-only and compiled into the binary.

use platform::crypto::DeploymentKeys;
use sqlx::{
    Connection as _, PgConnection,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The newest migration this release knows.
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Changes whenever a migration does.
pub fn fingerprint() -> String {
    MIGRATIONS.iter().map(|m| hex::encode(&m.checksum)).collect()
}

/// Brings the database at `owner` (the schema's owner) up to this release, lets the application's role log in, and gives the way in for it.
///
/// Refuses a key with which the data cannot be read, before anything is sealed with it. The role's password is derived from the deployment's key, so it is nowhere written down and the same on every node.
pub async fn migrate(owner: &PgConnectOptions, keys: &DeploymentKeys) -> anyhow::Result<PgConnectOptions> {
    let mut connection = PgConnection::connect_with(owner).await?;
    // A migration that waits for a lock would stop everybody behind it.
    sqlx::query("SET lock_timeout = '5s'").execute(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await?;
    check_key(&mut connection, keys).await?;
    let app = app_login(owner, keys);
    let password = hex::encode(keys.derive("database login"));
    // Quoted by hand because ALTER ROLE takes no parameters; the password is hexadecimal.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("ALTER ROLE ponimau_app LOGIN PASSWORD '{password}'"))).execute(&mut connection).await?;
    connection.close().await?;
    Ok(app)
}

/// Whether the data at `owner` was sealed with these keys; an error says what to do if not.
pub async fn check_keys(owner: &PgConnectOptions, keys: &DeploymentKeys) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let checked = check_key(&mut connection, keys).await;
    connection.close().await?;
    checked
}

async fn check_key(connection: &mut PgConnection, keys: &DeploymentKeys) -> anyhow::Result<()> {
    let some: Option<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT person_id, wrapped FROM app.some_data_key()").fetch_optional(connection).await?;
    let is_right = some.is_none_or(|(person, wrapped)| keys.unwrap_data_key(person, &wrapped).is_ok());
    anyhow::ensure!(
        is_right,
        "the key file is not the one with which this database's data was sealed: nothing could be read with it. Bring back the copy of the key that belongs to this database"
    );
    Ok(())
}

/// The application's own way into the database at `owner`.
pub fn app_login(owner: &PgConnectOptions, keys: &DeploymentKeys) -> PgConnectOptions {
    owner.clone().username("ponimau_app").password(&hex::encode(keys.derive("database login")))
}

/// Whether the database has every migration of this release.
pub async fn is_current(owner: &PgConnectOptions) -> anyhow::Result<bool> {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(owner.clone()).await?;
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT max(version) FROM _sqlx_migrations WHERE success").fetch_optional(&pool).await.unwrap_or(None);
    Ok(row.is_some_and(|(version,)| version >= newest()))
}
