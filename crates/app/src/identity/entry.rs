//! An employee's first entry: by a proven company address, or by a company's access code. A nickname is all that is asked.

use std::net::IpAddr;

use domain::text::Locale;
use platform::crypto::token_hash;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{
    challenge, email,
    people::{self, NewPerson},
    sign_in::{Proof, SignedIn, TICKET, TicketState, complete},
    throttle::{self, ANSWERS_FROM_NETWORK, Counter},
};
use crate::{
    kernel::{
        app::App,
        ctx::Kind,
        error::{Error, Result},
    },
    organisations::entry,
};

/// What an entering person says of themselves, and where they ask from.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    pub display_name: &'a str,
    pub time_zone: &'a str,
    pub locale: Locale,
    pub address: IpAddr,
    pub user_agent: &'a str,
}

impl Entrant<'_> {
    const fn person(&self) -> NewPerson<'_> {
        NewPerson { kind: Kind::Employee, display_name: self.display_name, locale: self.locale, time_zone: self.time_zone }
    }
}

/// The name of the company whose access code this is, if it may be used now. Takes no use of it.
pub async fn look_at_code(app: &App, code: &str, address: IpAddr) -> Result<String> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let eligible = entry::by_code(&mut tx, app, code).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(eligible.company_name)
}

/// Enters by an access code, taking one of its uses.
pub async fn with_access_code(app: &App, code: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, entrant.address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let eligible = entry::use_code(&mut tx, app, code).await?;
    let person = people::create(&mut tx, app, entrant.person()).await?;
    entry::join(&mut tx, app, person, &eligible).await?;
    let signed_in = complete(&mut tx, app, person, Kind::Employee, Proof::AccessCode, entrant.user_agent).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Enters by a company address that was proven a moment ago.
///
/// The account keeps no trace of the company's address once the person has put another in its place: an employer who reads the mailbox could
/// otherwise find out who uses the service.
pub async fn with_ticket(app: &App, ticket: Uuid, token: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let mut tx = app.db.begin_system().await?;
    let open = challenge::consume::<TicketState>(&mut tx, app, TICKET, ticket).await?;
    let fits = open.code_hash.is_some_and(|hash| bool::from(hash.ct_eq(&token_hash(token))));
    if !fits {
        // The transaction is undone: a wrong token uses nothing up.
        return Err(Error::gone("code_expired"));
    }
    let eligible = entry::by_email(&mut tx, app, &open.state.email).await?.ok_or_else(|| Error::conflict("company_not_covered"))?;
    let person = people::create(&mut tx, app, entrant.person()).await?;
    email::set(&mut tx, app, person, Kind::Employee, &open.state.email).await?;
    entry::join(&mut tx, app, person, &eligible).await?;
    let signed_in = complete(&mut tx, app, person, Kind::Employee, Proof::EmailCode, entrant.user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}
