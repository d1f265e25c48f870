//! Use case: say that one is there. The page says it on entering, each half a minute, and on leaving; the log decides what became of the consultation.

use domain::ids::AppointmentId;
use serde_json::json;

use super::{jobs, room, sql};
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
    live,
};

/// What a page may say.
const SIGNS: [&str; 4] = ["joined", "seen", "connected", "left"];

/// Writes the caller's sign into the join log, and tells the other of coming and going.
pub async fn say(caller: &Caller, id: AppointmentId, sign: &str) -> Result<()> {
    let Some(sign) = SIGNS.into_iter().find(|known| *known == sign) else {
        return Err(Error::field("/sign", "not_a_choice"));
    };
    let now = caller.now();
    let mut tx = caller.begin().await?;
    let visit = sql::visit(&mut tx, id, caller.me()).await?;
    // Leaving is always heard: the last sign may come a moment after the end.
    if sign != "left" {
        room::check_open(&visit, now)?;
    }
    sql::log(&mut tx, id, visit.me, sign, now).await?;
    if sign != "seen" {
        jobs::ask_to_tell_desk(&mut tx, now).await?;
        live::emit(&mut tx, now, &[visit.other()], "call.presence", &json!({ "appointment_id": id, "sign": sign })).await?;
    }
    tx.commit().await?;
    Ok(())
}
