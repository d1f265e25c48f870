//! A person's own address: adding or changing it by a code to the new one, and giving it up.

use std::net::IpAddr;

use domain::{identity::Loss, text::Locale};
use platform::db::Tx;
use uuid::Uuid;

use super::{
    email, keycloak,
    mailed_code::{self, Asked, Purpose, Started},
    pass,
    passkeys::note,
    proof,
};
use crate::{
    kernel::{
        app::App,
        ctx::{Caller, Principal},
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
    organisations::passes,
};

/// Sends a code to the new address. Nothing is kept of it until the code has come back.
///
/// # Errors
/// `recent_proof_required`; `too_many_attempts`; `/email` `work_address` for who came with a pass.
pub async fn start(app: &App, principal: &Principal, new: &str, locale: Locale, address: IpAddr) -> Result<Started> {
    let mut tx = app.db.begin_system().await?;
    proof::require(&mut tx, app, principal).await?;
    if passes::standing(&mut tx, app, principal.person).await?.is_some() {
        pass::check_own_address(&mut tx, app, new).await?;
    }
    drop(tx);
    mailed_code::start(app, Asked { purpose: Purpose::ChangeEmail, person: Some(principal.person), email: new, locale, address }).await
}

/// Takes the code: the new address is the person's. The former one is told.
///
/// # Errors
/// As [`mailed_code::check`]; `email_taken`.
pub async fn answer(app: &App, principal: &Principal, challenge: Uuid, code: &str, address: IpAddr) -> Result<()> {
    let sent = mailed_code::check(app, Purpose::ChangeEmail, challenge, Some(principal.person), code, address).await?;
    let mut tx = app.db.begin_system().await?;
    mailed_code::consume(&mut tx, app, Purpose::ChangeEmail, challenge).await?;
    let former = email::address_of(&mut tx, app, principal.person).await?;
    email::set(&mut tx, app, principal.person, principal.kind, &sent.email).await?;
    keycloak::ways::ask_to_follow(&mut tx, app, principal.person, former.as_deref()).await?;
    if let Some(former) = former.filter(|former| *former != sent.email) {
        tell_former(&mut tx, app, principal, former).await?;
    }
    note(&mut tx, app, principal, "identity.email_changed").await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the address up, in the caller's transaction.
///
/// # Errors
/// `no_email`, `last_way_in`, `recent_proof_required`.
pub async fn remove(tx: &mut Tx, caller: &Caller) -> Result<()> {
    let (app, principal) = (&caller.app, &caller.principal);
    proof::require(tx, app, principal).await?;
    let former = email::address_of(tx, app, principal.person).await?.ok_or_else(|| Error::conflict("no_email"))?;
    proof::may_lose(tx, app, principal, Loss::Door).await?;
    sqlx::query("DELETE FROM person_emails WHERE person_id = $1").bind(principal.person.0).execute(&mut **tx).await?;
    keycloak::ways::ask_to_follow(tx, app, principal.person, Some(&former)).await?;
    tell_former(tx, app, principal, former).await?;
    note(tx, app, principal, "identity.email_removed").await
}

async fn tell_former(tx: &mut Tx, app: &App, principal: &Principal, email: String) -> Result<()> {
    let to = To::Address { email, locale: principal.locale };
    enqueue_mail(tx, app, NewMail::new(to, "email_changed")).await
}
