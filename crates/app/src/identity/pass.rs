//! Passes: what somebody has proven is exchanged for a signature on what they have blinded, in a request that nobody is signed in for; an account begins
//! with the pass, in another request, which brings nothing else.

use std::net::IpAddr;

use domain::ids::PersonId;
use platform::{crypto::token_hash, db::Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    challenge::{self, NewChallenge},
    entry::Entrant,
    people::{self, Newcomer},
    sign_in::{self, SignedIn, TICKET, TICKET_LIFETIME, Ticket, TicketState, complete},
    throttle::{self, ANSWERS_FROM_NETWORK, Counter},
};
use crate::{
    kernel::{
        app::App,
        ctx::{Caller, Kind, Principal},
        error::{Error, Result},
        live,
    },
    organisations::{
        entry,
        passes::{self, Asked, KeyOfToday, Seen, Standing},
    },
};

/// What somebody comes with.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// A company's access code.
    Code(&'a str),
    /// A company address proven a moment ago, or the word of a company's own sign-in.
    Ticket { id: Uuid, token: &'a str },
}

/// Somebody for whom their company has vouched.
const VOUCHED: &str = "pass.vouched";

#[derive(Debug, Serialize, Deserialize)]
struct Vouched {
    company: Uuid,
    subject: String,
    address: String,
}

/// A ticket for a pass, for somebody whom their company calls so.
pub(super) async fn vouched(tx: &mut Tx, app: &App, company: Uuid, subject: String, address: String) -> Result<Ticket> {
    let token = app.new_token();
    let new = NewChallenge { kind: VOUCHED, person: None, code_hash: Some(token_hash(&token)), lifetime: TICKET_LIFETIME };
    let kept = challenge::keep(tx, app, new, &Vouched { company, subject, address }).await?;
    Ok(Ticket { id: kept.id, token })
}

/// The key with which a company's passes are signed today: the same for everybody.
pub async fn key(app: &App, company: Uuid) -> Result<KeyOfToday> {
    let mut tx = app.db.begin_system().await?;
    passes::key_of_today(&mut tx, app, company).await
}

/// Signs what somebody has blinded. A ticket is not used up: the note of who has had a pass is what counts, and the answer may have to be given again.
///
/// # Errors
/// `pass_while_signed_in`: whoever is signed in would show whose the proof is. As for the proof, and as [`Asked`].
pub async fn sign(app: &App, proof: Proof<'_>, asked: Asked<'_>, address: IpAddr, principal: Option<&Principal>) -> Result<Vec<u8>> {
    if principal.is_some() {
        return Err(Error::conflict("pass_while_signed_in"));
    }
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let signature = match proof {
        Proof::Code(code) => asked.by_code(&mut tx, app, code).await?,
        Proof::Ticket { id, token } => {
            let by_mail = challenge::peek::<TicketState>(&mut tx, app, TICKET, id).await?.filter(|open| open.is_answered_by(token));
            let by_company = challenge::peek::<Vouched>(&mut tx, app, VOUCHED, id).await?.filter(|open| open.is_answered_by(token));
            match (by_mail, by_company) {
                (Some(open), _) => asked.by_address(&mut tx, app, &open.state.email).await?,
                (_, Some(open)) => {
                    let Vouched { company, subject, address } = open.state;
                    asked.by_sso(&mut tx, app, company, &subject, &address).await?
                }
                _ => return Err(Error::gone("code_expired")),
            }
        }
    };
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(signature)
}

/// What a pass is good for. Nothing counts these: no pass can be guessed, and a counter would stand beside the one of [`sign`].
pub async fn look(app: &App, pass: &str) -> Result<Seen> {
    let mut tx = app.db.begin_system().await?;
    passes::look(&mut tx, app, pass).await
}

/// Enters with a pass, using it up.
pub async fn enter(app: &App, pass: &str, entrant: Entrant<'_>) -> Result<SignedIn> {
    let mut tx = app.db.begin_system().await?;
    let person = admit(&mut tx, app, pass, entrant.newcomer).await?;
    let signed_in = complete(&mut tx, app, person, Kind::Employee, sign_in::Proof::Pass, entrant.user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Makes the account of whoever has a pass.
pub async fn admit(tx: &mut Tx, app: &App, pass: &str, newcomer: Newcomer<'_>) -> Result<PersonId> {
    let eligible = passes::take(tx, app, pass).await?;
    let person = people::create(tx, app, newcomer.account(Kind::Employee)).await?;
    entry::join(tx, app, person, &eligible).await?;
    Ok(person)
}

/// Lets the caller, who came with a pass, stay longer.
pub async fn renew(caller: &Caller, pass: &str) -> Result<Standing> {
    let app = &caller.app;
    let mut tx = app.db.begin_system().await?;
    let standing = passes::renew(&mut tx, app, caller.me(), pass).await?;
    live::emit(&mut tx, app.now(), &[caller.me()], "booking.changed", &serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(standing)
}

/// An error if an address would say whose an account is that nothing else leads to.
///
/// # Errors
/// `/email` `work_address`.
pub async fn check_own_address(tx: &mut Tx, app: &App, address: &str) -> Result<()> {
    if passes::is_work_address(tx, app, address).await? { Err(Error::field("/email", "work_address")) } else { Ok(()) }
}
