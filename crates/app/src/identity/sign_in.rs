//! Signing in: from a proof to a session.

use std::net::IpAddr;

use domain::{identity::device_label, ids::PersonId, text::Locale};
use jiff::SignedDuration;
use platform::{crypto::token_hash, db::Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    challenge::{self, NewChallenge},
    email,
    factors::{self, Factors},
    keycloak::{
        moving::{self, Offer},
        without_company,
    },
    mailed_code::{self, Purpose},
    session::{self, Opened},
};
use crate::{
    kernel::{
        app::App,
        audit,
        ctx::Kind,
        error::{Error, Result},
    },
    organisations::{entry, passes},
};

/// How a session began. Kept with it, and named in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    EmailCode,
    /// A passkey which verified its holder (a finger, a face, a PIN): two factors in one.
    Passkey,
    AccessCode,
    /// A pass, which says that somebody may enter and not who they are.
    Pass,
    /// An invitation's link: the same as a code by mail.
    Invitation,
    /// The demo's one click.
    Demo,
    /// Whatever Keycloak asked for.
    Keycloak,
}

impl Proof {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmailCode => "email",
            Self::Passkey => "passkey",
            Self::AccessCode => "access_code",
            Self::Pass => "pass",
            Self::Invitation => "invitation",
            Self::Demo => "demo",
            Self::Keycloak => "keycloak",
        }
    }
}

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    pub person: PersonId,
    pub kind: Kind,
    pub opened: Opened,
    pub factors: Factors,
    /// Nothing is left to show.
    pub is_strong: bool,
}

/// Opens a session for somebody who has shown `proof`, in a system transaction.
///
/// A session is strong when nothing is left to show: after a passkey; and after a mailed code, unless the person has an authenticator app, which they set up
/// so that whoever reads their mail gets no further (an employer's address is read by the employer's IT). Staff and companies' HR,
/// who answer for other people's affairs, always show a second factor.
pub async fn complete(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, proof: Proof, user_agent: &str) -> Result<SignedIn> {
    let factors = factors::of(tx, person).await?;
    let owes_second_factor = kind.needs_second_factor() || factors.has_totp;
    let is_strong = !owes_second_factor || matches!(proof, Proof::Passkey | Proof::Demo);
    let opened = session::open(tx, app, person, kind, &[proof.name()], is_strong, &device_label(user_agent)).await?;
    let entry = audit::Entry::new("identity.sign_in").about(person).detail(json!({ "proof": proof.name() }));
    audit::append_as(tx, app.now(), Some(person), kind.name(), entry).await?;
    Ok(SignedIn { person, kind, opened, factors, is_strong })
}

/// Where a right code leads.
#[derive(Debug)]
pub enum Step {
    SignedIn(SignedIn),
    /// The address has accounts of several kinds: ask again with one of these. The code stays good.
    Choose(Vec<Kind>),
    /// The address is entitled by a company and has no account yet.
    Register {
        ticket: Ticket,
        company_name: String,
        pass: Option<passes::Offer>,
        /// Its people may sign in at the company.
        is_at_work: bool,
    },
    /// People prove who they are at Keycloak, where this record has no account yet, or none that leads in: it may be given one.
    Move(Offer),
}

/// The right to make an employee's account, after an address was proven.
#[derive(Debug)]
pub struct Ticket {
    pub id: Uuid,
    pub token: String,
}

/// What is sealed with a ticket.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TicketState {
    pub email: String,
}

pub(super) const TICKET: &str = "entry";
pub(super) const TICKET_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// An answer to a code sent for signing in.
#[derive(Debug, Clone)]
pub struct CodeAnswer<'a> {
    pub challenge: Uuid,
    pub code: &'a str,
    /// Which of the address's accounts, where there are several.
    pub kind: Option<Kind>,
    pub address: IpAddr,
    pub user_agent: &'a str,
}

/// Signs in by a mailed code.
///
/// # Errors
/// As [`mailed_code::check`]; `not_an_option` on `/kind`; `company_access_ended`: the company has put the address off its roster; `sign_in_at_keycloak` for
/// who has an account, where that is how one signs in; `company_sign_in` for who has come by their company's own sign-in.
pub async fn with_code(app: &App, answer: CodeAnswer<'_>) -> Result<Step> {
    let sent = mailed_code::check(app, Purpose::SignIn, answer.challenge, None, answer.code, answer.address).await?;
    let mut tx = app.db.begin_system().await?;
    let mut owners = email::owners(&mut tx, app, &sent.email).await?;
    if owners.iter().all(|(_, kind)| *kind != Kind::Employee)
        && let Some(person) = without_company::by_proven_address(&mut tx, app, &sent.email).await?
    {
        owners.push((person, Kind::Employee));
    }
    let entitled = match owners.iter().any(|(_, kind)| *kind == Kind::Employee) {
        true => None,
        false => entry::by_email(&mut tx, app, &sent.email).await?,
    };
    let options: Vec<Kind> = owners.iter().map(|(_, kind)| *kind).chain(entitled.iter().map(|_| Kind::Employee)).collect();
    let chosen = match (answer.kind, options.as_slice()) {
        (_, []) if entry::has_put_off(&mut tx, app, &sent.email).await? => return Err(Error::forbidden("company_access_ended")),
        // The account or the entitlement has gone since the code was sent.
        (_, []) => return Err(Error::gone("code_expired")),
        (None, [only]) => *only,
        (None, _) => return Ok(Step::Choose(options)),
        (Some(kind), _) if options.contains(&kind) => kind,
        (Some(_), _) => return Err(Error::field("/kind", "not_an_option")),
    };
    mailed_code::consume(&mut tx, app, Purpose::SignIn, answer.challenge).await?;
    let step = match (owners.iter().find(|(_, kind)| *kind == chosen), entitled) {
        // Where there is nothing to move the code is not used up: the transaction is undone.
        (Some((person, kind)), _) if app.keycloak.is_some() => {
            let offer = match moving::offer(&mut tx, app, *person, *kind, Proof::EmailCode).await {
                Err(error) if error.code == "sign_in_at_keycloak" && *kind == Kind::Employee => {
                    without_company::offer(&mut tx, app, *person).await?
                }
                other => other?,
            };
            Step::Move(offer)
        }
        (Some((person, kind)), _) => Step::SignedIn(complete(&mut tx, app, *person, *kind, Proof::EmailCode, answer.user_agent).await?),
        (None, Some(eligible)) => {
            let ticket = issue_ticket(&mut tx, app, sent.email).await?;
            let pass = passes::offer(&mut tx, eligible.company.0).await?;
            let is_at_work = entry::leads_at_work(&mut tx, app, Some(eligible.company.0)).await?;
            Step::Register { ticket, company_name: eligible.company_name, pass, is_at_work }
        }
        (None, None) => return Err(Error::gone("code_expired")),
    };
    tx.commit().await?;
    Ok(step)
}

async fn issue_ticket(tx: &mut Tx, app: &App, email: String) -> Result<Ticket> {
    let token = app.new_token();
    let new = NewChallenge { kind: TICKET, person: None, code_hash: Some(token_hash(&token)), lifetime: TICKET_LIFETIME };
    let kept = challenge::keep(tx, app, new, &TicketState { email }).await?;
    Ok(Ticket { id: kept.id, token })
}

/// Asks for a code to sign in or to enter.
///
/// # Errors
/// `company_sign_in`: people with this address sign in at their company. Where they may do otherwise, `is_other_way` says that they want to.
pub async fn ask_for_code(app: &App, email: &str, is_other_way: bool, locale: Locale, address: IpAddr) -> Result<mailed_code::Started> {
    if app.keycloak.is_some() {
        let mut tx = app.db.begin_system().await?;
        if entry::sso_of(&mut tx, email).await?.is_some_and(|own| own.is_on && ((own.is_needed && !own.has_moved) || !is_other_way)) {
            return Err(without_company::signs_in_there(&mut tx, email).await?);
        }
    }
    mailed_code::start(app, mailed_code::Asked { purpose: Purpose::SignIn, person: None, email, locale, address }).await
}
