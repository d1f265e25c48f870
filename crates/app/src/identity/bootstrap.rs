//! The way in for the first administrator: a link on the console of whoever started the deployment. There is no default password to forget.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{crypto::token_hash, db::Tx};
use serde_json::json;
use uuid::Uuid;

use super::{
    acceptance::staff_has_way_in,
    invitations::{self, InvitationKind},
};
use crate::kernel::{app::App, audit, error::Result};

/// A new one-time link for the first administrator, good for an hour; `None` where somebody of the staff can enter already. A former link leads nowhere
/// from then on. Whoever lost the way in half-way (no passkey yet, no address) starts the deployment anew and gets another link.
pub async fn link(app: &App) -> Result<Option<String>> {
    let mut tx = app.db.begin_system().await?;
    if staff_has_way_in(&mut tx, app, None).await? {
        return Ok(None);
    }
    revoke(&mut tx, app.now(), None).await?;
    let (_, link) = invite_administrator(&mut tx, app, InvitationKind::Bootstrap).await?;
    tx.commit().await?;
    Ok(Some(link))
}

/// A new one-time link for one more administrator, good for an hour, whoever is on the staff: every administrator may have lost their way in. Only
/// who may run the program over the deployment's database and key can ask for it, and the audit log keeps that it was asked for.
pub async fn administrator_link(app: &App) -> Result<String> {
    let mut tx = app.db.begin_system().await?;
    let (id, link) = invite_administrator(&mut tx, app, InvitationKind::Staff).await?;
    let detail = json!({ "kind": "staff", "capabilities": ["admin"] });
    audit::append_as(&mut tx, app.now(), None, "system", audit::Entry::new("identity.invite").on("invitation", id).detail(detail)).await?;
    tx.commit().await?;
    Ok(link)
}

/// An invitation that is shown instead of mailed, and so is good for an hour only, with its link. Whoever accepts it may do what administrators may,
/// and give themselves more: each step of that is in the audit log.
async fn invite_administrator(tx: &mut Tx, app: &App, kind: InvitationKind) -> Result<(Uuid, String)> {
    let (id, now, token) = (app.new_id(), app.now(), app.new_token());
    sqlx::query(
        "INSERT INTO invitations (id, kind, token_hash, locale, capabilities, created_at, expires_at) VALUES ($1, $2, $3, $4, '{admin}', $5, $6)",
    )
    .bind(id)
    .bind(kind.name())
    .bind(token_hash(&token))
    .bind(app.default_locale().tag())
    .bind(now.to_sqlx())
    .bind((now + InvitationKind::Bootstrap.lifetime()).to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok((id, invitations::link(app, &token)))
}

/// No open link leads in any more, except the one being accepted.
pub(super) async fn revoke(tx: &mut Tx, now: Timestamp, except: Option<Uuid>) -> Result<()> {
    sqlx::query(
        "UPDATE invitations SET revoked_at = $1 WHERE kind = 'bootstrap' AND accepted_at IS NULL AND revoked_at IS NULL AND id IS DISTINCT FROM $2",
    )
    .bind(now.to_sqlx())
    .bind(except)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
