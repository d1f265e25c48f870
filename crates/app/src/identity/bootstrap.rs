//! The way in for the first administrator: a link on the console of whoever started the deployment. There is no default password to forget.

use jiff_sqlx::ToSqlx;
use platform::crypto::token_hash;

use super::{
    acceptance::has_staff,
    invitations::{self, InvitationKind},
};
use crate::kernel::{app::App, error::Result};

/// A new one-time link for the first administrator, good for an hour; `None` where there is staff already. A former link leads nowhere from then on.
pub async fn link(app: &App) -> Result<Option<String>> {
    let mut tx = app.db.begin_system().await?;
    if has_staff(&mut tx).await? {
        return Ok(None);
    }
    let (now, token) = (app.now(), app.new_token());
    sqlx::query("UPDATE invitations SET revoked_at = $1 WHERE kind = 'bootstrap' AND accepted_at IS NULL AND revoked_at IS NULL")
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await?;
    // The first administrator may do what administrators may, and give themselves more: each step of that is in the audit log.
    sqlx::query(
        "INSERT INTO invitations (id, kind, token_hash, locale, capabilities, created_at, expires_at)
         VALUES ($1, 'bootstrap', $2, $3, '{admin}', $4, $5)",
    )
    .bind(app.new_id())
    .bind(token_hash(&token))
    .bind(app.default_locale().tag())
    .bind(now.to_sqlx())
    .bind((now + InvitationKind::Bootstrap.lifetime()).to_sqlx())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(invitations::link(app, &token)))
}
