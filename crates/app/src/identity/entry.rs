//! An employee's first entry: by a proven company address, or by a company's access code. A nickname is all that is asked.

use std::net::IpAddr;

use domain::ids::PersonId;
use platform::db::Tx;
use uuid::Uuid;

use super::{
    challenge, email,
    people::{self, Newcomer},
    sign_in::{Proof, SignedIn, TICKET, TicketState, complete},
    throttle::{self, ANSWERS_FROM_NETWORK, Counter},
};
use crate::{
    kernel::{
        app::App,
        ctx::Kind,
        error::{Error, Result},
    },
    organisations::{
        entry,
        passes::{self, Offer},
    },
};

/// An entering person, and where they ask from.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    pub newcomer: Newcomer<'a>,
    pub address: IpAddr,
    pub user_agent: &'a str,
}

/// What an access code is good for.
#[derive(Debug)]
pub struct CodeSeen {
    pub company_name: String,
    /// It is for many people.
    pub is_shared: bool,
    /// The company's people may sign in at it.
    pub is_at_work: bool,
    pub pass: Option<Offer>,
}

/// Whose access code this is, if it may be used now. Takes no use of it.
pub async fn look_at_code(app: &App, code: &str, address: IpAddr) -> Result<CodeSeen> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let (eligible, is_shared) = entry::look_at_code(&mut tx, app, code).await?;
    let pass = passes::offer(&mut tx, eligible.company.0).await?;
    let is_at_work = entry::leads_at_work(&mut tx, app, Some(eligible.company.0)).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(CodeSeen { company_name: eligible.company_name, is_shared, is_at_work, pass })
}

/// The company whose own sign-in people with this address use.
///
/// # Errors
/// `/work_address` `no_company_sign_in`, or `company_sign_in_off` where there was one.
pub async fn company_of(app: &App, work_address: &str, address: IpAddr) -> Result<Uuid> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let own = entry::sso_of(&mut tx, work_address).await?.ok_or_else(|| Error::field("/work_address", "no_company_sign_in"))?;
    if !own.is_on {
        return Err(Error::field("/work_address", "company_sign_in_off"));
    }
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(own.company)
}

/// Enters by an access code, taking one of its uses.
pub async fn with_access_code(app: &App, code: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, entrant.address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let person = admit_by_code(&mut tx, app, code, entrant.newcomer).await?;
    let signed_in = complete(&mut tx, app, person, Kind::Employee, Proof::AccessCode, entrant.user_agent).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Makes the account of whoever has an access code, taking one of its uses.
pub async fn admit_by_code(tx: &mut Tx, app: &App, code: &str, newcomer: Newcomer<'_>) -> Result<PersonId> {
    let eligible = entry::use_code(tx, app, code).await?;
    passes::is_not_needed(tx, eligible.company.0).await?;
    let person = people::create(tx, app, newcomer.account(Kind::Employee)).await?;
    entry::join(tx, app, person, &eligible).await?;
    Ok(person)
}

/// Enters by a company address that was proven a moment ago.
pub async fn with_ticket(app: &App, ticket: Uuid, token: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let mut tx = app.db.begin_system().await?;
    let person = admit_by_ticket(&mut tx, app, ticket, token, entrant.newcomer).await?;
    let signed_in = complete(&mut tx, app, person, Kind::Employee, Proof::EmailCode, entrant.user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Makes the account of whoever has proven a company address, with it.
///
/// The account keeps no trace of the company's address once the person has put another in its place: an employer who reads the mailbox could
/// otherwise find out who uses the service.
pub async fn admit_by_ticket(tx: &mut Tx, app: &App, ticket: Uuid, token: &str, newcomer: Newcomer<'_>) -> Result<PersonId> {
    let open = challenge::consume::<TicketState>(tx, app, TICKET, ticket).await?;
    if !open.is_answered_by(token) {
        // The transaction is undone: a wrong token uses nothing up.
        return Err(Error::gone("code_expired"));
    }
    let eligible = entry::by_email(tx, app, &open.state.email).await?.ok_or_else(|| Error::conflict("company_not_covered"))?;
    passes::is_not_needed(tx, eligible.company.0).await?;
    let person = people::create(tx, app, newcomer.account(Kind::Employee)).await?;
    email::set(tx, app, person, Kind::Employee, &open.state.email).await?;
    entry::join(tx, app, person, &eligible).await?;
    Ok(person)
}
