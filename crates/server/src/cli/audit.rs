//! `ponimau audit verify`: recomputes the audit log's chain.

use app::kernel::chain::{self, Verified};
use clap::{Args, Subcommand};
use platform::db::{Db, PoolSize};

use crate::{
    settings::Settings,
    start::{self, Database},
};

/// What to do with the audit log.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Recompute the chain over the log. Fails with the number of the first link that does not hold.
    Verify(Box<Settings>),
}

/// Runs the subcommand.
pub async fn run(audit: Audit) -> anyhow::Result<()> {
    let Command::Verify(settings) = audit.command;
    let keys = start::keys(&settings)?;
    let database = Database::start(&settings).await?;
    let db = Db::connect(app::schema::app_login(&database.owner, &keys), PoolSize { max_connections: 1, ..PoolSize::default() });
    let verified = chain::verify(&db).await;
    db.pool().close().await;
    database.stop().await;
    match verified? {
        Verified::Intact { links, head } => {
            println!("The audit log holds: {links} entries, head {}.", if head.is_empty() { "none".into() } else { hex::encode(head) });
            Ok(())
        }
        Verified::BrokenAt(sequence) => anyhow::bail!("the audit log does not hold: link {sequence} was changed, removed or inserted"),
    }
}
