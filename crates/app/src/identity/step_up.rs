//! Showing that one is still there by a code to one's own address: recent proof for employees and specialists. Staff show their second factor.

use std::net::IpAddr;

use domain::text::Locale;
use uuid::Uuid;

use super::{
    email,
    mailed_code::{self, Asked, Purpose, Started},
    session,
    sign_in::Proof,
};
use crate::kernel::{
    app::App,
    ctx::{Kind, Principal},
    error::{Error, Result},
};

/// Sends a code to the person's own address.
///
/// # Errors
/// `no_email`; `second_factor_required` for staff; `too_many_attempts`.
pub async fn ask_for_code(app: &App, principal: &Principal, locale: Locale, address: IpAddr) -> Result<Started> {
    only_without_second_factor(principal)?;
    let mut tx = app.db.begin_system().await?;
    let email = email::address_of(&mut tx, app, principal.person).await?.ok_or_else(|| Error::conflict("no_email"))?;
    drop(tx);
    mailed_code::start(app, Asked { purpose: Purpose::StepUp, person: Some(principal.person), email: &email, locale, address }).await
}

/// Takes the code as recent proof. Gives the session's new cookie.
pub async fn answer_code(app: &App, principal: &Principal, challenge: Uuid, code: &str, address: IpAddr) -> Result<String> {
    only_without_second_factor(principal)?;
    mailed_code::check(app, Purpose::StepUp, challenge, Some(principal.person), code, address).await?;
    let mut tx = app.db.begin_system().await?;
    mailed_code::consume(&mut tx, app, Purpose::StepUp, challenge).await?;
    let cookie = session::strengthen(&mut tx, app, principal, Proof::EmailCode.name()).await?;
    tx.commit().await?;
    Ok(cookie)
}

fn only_without_second_factor(principal: &Principal) -> Result<()> {
    if principal.kind == Kind::Staff { Err(Error::forbidden("second_factor_required")) } else { Ok(()) }
}
