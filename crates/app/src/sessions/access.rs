//! Use case: enter the room, and stay in it. Asked at the click and again before the credentials run out.

use domain::{
    ids::AppointmentId,
    sessions::{CLOSES_AFTER, EXTENSION_MAX},
};
use jiff::Timestamp;

use super::{room, sql, sql::Visit, video::Entry};
use crate::kernel::{ctx::Caller, error::Result};

/// What the page needs to be in the call.
#[derive(Debug)]
pub struct Access {
    pub visit: Visit,
    pub entry: Entry,
    pub closes_at: Timestamp,
}

/// Lets the caller into the room of `id`, after checking person, state and time.
pub async fn enter(caller: &Caller, id: AppointmentId) -> Result<Access> {
    let (app, now) = (&caller.app, caller.now());
    let mut tx = caller.begin().await?;
    let visit = sql::visit(&mut tx, id, caller.me()).await?;
    room::check_open(&visit, now)?;
    let name = room::ensure(&mut tx, app, &visit, now).await?;
    tx.commit().await?;
    let closes_at = visit.ends_at + CLOSES_AFTER;
    let entry = app.video.enter(&name, visit.me, closes_at + EXTENSION_MAX).await?;
    Ok(Access { visit, entry, closes_at })
}
