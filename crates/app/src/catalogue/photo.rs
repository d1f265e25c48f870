//! The picture on one's card.

use platform::db::Tx;
use uuid::Uuid;

use super::{
    card::{self, CardDetails},
    card_edit::lock,
    files::{self, Stored},
};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
};

/// Shows `stored` on the card, or nothing, in place of the former picture.
pub(super) async fn set(tx: &mut Tx, caller: &Caller, stored: Option<&Stored>) -> Result<CardDetails> {
    let me = caller.me();
    lock(tx, me).await?;
    let (former,): (Option<Uuid>,) =
        sqlx::query_as("SELECT photo_file_id FROM specialists WHERE person_id = $1").bind(me.0).fetch_one(&mut **tx).await?;
    if let Some(stored) = stored {
        files::name(tx, caller, stored, "photo").await?;
    } else {
        refuse_faceless(tx, caller).await?;
    }
    sqlx::query("UPDATE specialists SET photo_file_id = $2, version = version + 1 WHERE person_id = $1")
        .bind(me.0)
        .bind(stored.map(|s| s.id))
        .execute(&mut **tx)
        .await?;
    if let Some(former) = former {
        files::forget(tx, caller, former).await?;
    }
    let action = if stored.is_some() { "catalogue.set_photo" } else { "catalogue.remove_photo" };
    audit::append(tx, caller, Entry::new(action).about(me)).await?;
    card::details(tx, &caller.app, me).await
}

/// People who look for help see a face: a published card keeps one.
async fn refuse_faceless(tx: &mut Tx, caller: &Caller) -> Result<()> {
    let (status,): (String,) =
        sqlx::query_as("SELECT status FROM specialists WHERE person_id = $1").bind(caller.me().0).fetch_one(&mut **tx).await?;
    if status == "draft" { Ok(()) } else { Err(Error::conflict("photo_needed")) }
}
