//! What the clock ends: holds that nobody confirmed, and waiting that has become pointless.

use domain::booking::waiting::OFFERS_MISSED_MAX;
use jiff_sqlx::ToSqlx;

use super::{sql::appointments as sql, take::ask_to_offer};
use crate::{
    kernel::{app::App, error::Result},
    scheduling,
};

/// Does the job `booking.sweep`.
pub(super) async fn run(app: &App) -> anyhow::Result<()> {
    sweep(app).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

async fn sweep(app: &App) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let specialists = sql::specialists_with_overdue_holds(&mut tx, now).await?;
    tx.commit().await?;
    for specialist in specialists {
        // One at a time, so that nobody waits for more than one specialist's holds.
        let mut tx = app.db.begin_system().await?;
        let freed = sql::expire_holds(&mut tx, specialist, now).await?;
        if !freed.is_empty() {
            scheduling::changed(&mut tx, specialist).await?;
        }
        for visit in freed {
            ask_to_offer(&mut tx, now, specialist, visit).await?;
        }
        tx.commit().await?;
    }
    let mut tx = app.db.begin_system().await?;
    sqlx::query("UPDATE waiting_entries SET status = 'expired' WHERE status = 'waiting' AND (before <= $1 OR offers_missed >= $2)")
        .bind(now.to_sqlx())
        .bind(i32::try_from(OFFERS_MISSED_MAX).unwrap_or(i32::MAX))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
