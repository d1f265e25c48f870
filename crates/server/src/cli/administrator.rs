//! `ponimau administrator`: a way in where every administrator has lost theirs.

use std::sync::Arc;

use anyhow::Context as _;
use app::{
    identity::bootstrap,
    sessions::video::{BuiltIn, RelayNode},
};
use platform::crypto::DeploymentKeys;
use relay::Secret;
use tokio::sync::watch;

use crate::{
    settings::Settings,
    start::{self, Database},
};

/// Prints a one-time link by which one more administrator enters.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let keys = start::keys(&settings)?;
    let database = Database::start(&settings).await?;
    let link = link(&settings, &database, keys).await;
    database.stop().await;
    println!("One more administrator enters by this link, once and within an hour:\n  {}", link?);
    Ok(())
}

async fn link(settings: &Settings, database: &Database, keys: DeploymentKeys) -> anyhow::Result<String> {
    app::schema::check_keys(&database.owner, &keys).await?;
    let login = app::schema::app_login(&database.owner, &keys);
    let secret = Secret::new(keys.derive("relay credentials")).context("the relay's secret is too weak")?;
    // The deployment's relay is named, not started: nobody talks through a command.
    let relay = RelayNode { urls: vec![format!("turn:{}", settings.relay_host())] };
    let video = Arc::new(BuiltIn::new(secret, vec![relay], None));
    let (_stop, stopping) = watch::channel(false);
    let app = start::application(settings, false, login, keys, video, stopping)?;
    let link = bootstrap::administrator_link(&app).await.map_err(|e| anyhow::anyhow!("{} {:?}", e.code, e.source));
    app.db.pool().close().await;
    link
}
