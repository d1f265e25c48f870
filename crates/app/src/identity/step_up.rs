//! Showing that one is still there by a code to one's own address: recent proof for whoever has no authenticator app. The others show that, and staff
//! their second factor: a mailbox is a weaker proof.

use std::net::IpAddr;

use domain::text::Locale;
use platform::db::Tx;
use uuid::Uuid;

use super::{
    email,
    factors::{self, Factors},
    mailed_code::{self, Asked, Purpose, Started},
    session,
    sign_in::Proof,
};
use crate::kernel::{
    app::App,
    ctx::Principal,
    error::{Error, Result},
};

/// Sends a code to the person's own address.
///
/// # Errors
/// `no_email`; `second_factor_required` where [`is_enough`] says no; `too_many_attempts`.
pub async fn ask_for_code(app: &App, principal: &Principal, locale: Locale, address: IpAddr) -> Result<Started> {
    let mut tx = app.db.begin_system().await?;
    require_enough(&mut tx, principal).await?;
    let email = email::address_of(&mut tx, app, principal.person).await?.ok_or_else(|| Error::conflict("no_email"))?;
    drop(tx);
    mailed_code::start(app, Asked { purpose: Purpose::StepUp, person: Some(principal.person), email: &email, locale, address }).await
}

/// Takes the code as recent proof. Gives the session's new cookie.
pub async fn answer_code(app: &App, principal: &Principal, challenge: Uuid, code: &str, address: IpAddr) -> Result<String> {
    mailed_code::check(app, Purpose::StepUp, challenge, Some(principal.person), code, address).await?;
    let mut tx = app.db.begin_system().await?;
    require_enough(&mut tx, principal).await?;
    mailed_code::consume(&mut tx, app, Purpose::StepUp, challenge).await?;
    let cookie = session::strengthen(&mut tx, app, principal, Proof::EmailCode.name()).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// Whether a code to the person's own address is proof enough.
pub const fn is_enough(principal: &Principal, factors: Factors) -> bool {
    !principal.kind.needs_second_factor() && !factors.has_totp
}

async fn require_enough(tx: &mut Tx, principal: &Principal) -> Result<()> {
    let factors = factors::of(tx, principal.person).await?;
    if is_enough(principal, factors) { Ok(()) } else { Err(Error::forbidden("second_factor_required")) }
}
