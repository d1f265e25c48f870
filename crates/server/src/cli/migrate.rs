//! `ponimau migrate`.

use crate::{
    settings::Settings,
    start::{self, Database},
};

/// Brings the schema up to this release.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let keys = start::keys(&settings)?;
    let database = Database::start(&settings).await?;
    let done = app::schema::migrate(&database.owner, &keys).await;
    database.stop().await;
    done?;
    println!("The schema is at migration {}.", app::schema::newest());
    Ok(())
}
