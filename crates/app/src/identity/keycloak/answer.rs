//! The browser comes back from Keycloak: what its answer is good for.

use std::net::IpAddr;

use domain::{identity::device_label, ids::PersonId, text::Locale};
use jiff_sqlx::ToSqlx;
use keycloak::{
    admin::prepared,
    client::{Answer as Code, Failure, Granted},
    tokens::SKEW_MAX,
};
use platform::{crypto::Place, db::Tx};
use serde_json::json;
use uuid::Uuid;

use super::{
    ANSWER_PAGE,
    ask::{Asked, Browser, CHALLENGE, SetUp, Why},
    client, company,
    entry::{self, Way},
    instant, is_worth, of, over, password, proof_id, record, seconds, told, unwanted,
};
use crate::{
    identity::{
        challenge, factors,
        session::{self, Opened},
        sign_in::{Proof, Ticket},
        throttle::{self, ANSWERS_FROM_NETWORK, Counter},
    },
    kernel::{
        app::App,
        audit,
        ctx::{Kind, Principal},
        error::{Error, Kind as ErrorKind, Result},
    },
};

/// What the browser brings back (RFC 6749 §4.1.2, RFC 9207).
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub state: &'a str,
    pub code: Option<&'a str>,
    pub issuer: &'a str,
    /// An OAuth error in the place of a code.
    pub error: Option<&'a str>,
    /// What became of something that was to be set up: `success`, `cancelled`, `error`.
    pub action_status: Option<&'a str>,
    pub address: IpAddr,
    pub user_agent: &'a str,
    pub locale: Locale,
}

/// What an answer led to.
#[derive(Debug)]
pub enum Answered {
    SignedIn {
        person: PersonId,
        kind: Kind,
        cookie: String,
        next: Option<String>,
        is_new: bool,
    },
    /// The signed-in person has shown what was asked for.
    Shown {
        cookie: String,
        next: Option<String>,
    },
    /// Something was set up, or not.
    SetUp {
        is_done: bool,
        next: Option<String>,
    },
    /// Somebody for whom their company has vouched, who has no record yet.
    Newcomer {
        entry: Uuid,
        company_name: String,
        /// The company's sign-in was another server's once: this one does not know whom that one knew.
        has_moved: bool,
    },
    /// Somebody for whom their company has vouched, who may fetch a pass by this ticket. Nothing else of it is kept.
    Pass {
        company: Uuid,
        company_name: String,
        ticket: Ticket,
    },
    /// Their company wants its own sign-in.
    CompanyWanted {
        entry: Uuid,
        company_name: String,
    },
    /// A newcomer has an account, and no way to come back to it yet.
    NoWayIn {
        entry: Uuid,
        can_have_password: bool,
        /// It is for a record that is there already.
        has_record: bool,
    },
    /// Somebody else was signed in at Keycloak in this browser: their session has been ended, and the newcomer goes there again.
    Again {
        address: String,
        browser: Browser,
    },
}

/// Takes the answer. Good once.
///
/// # Errors
/// `sign_in_over`: used, too old, or of another browser; `sign_in_cancelled`; `sign_in_refused`; `sign_in_unavailable`; `no_record`;
/// `other_account`; for newcomers as for what they came with.
pub async fn take_answer(app: &App, answer: Answer<'_>, browser: Option<&Browser>, principal: Option<&Principal>) -> Result<Answered> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, answer.address)];
    throttle::count(app, &counters).await?;
    let answered = noted(app, take(app, answer, browser, principal).await).await?;
    let mut tx = app.db.begin_system().await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(answered)
}

/// Writes down that somebody was refused, and why; not whom. Whoever turned back themselves was not, nor whom Keycloak's silence keeps out.
pub(super) async fn noted<T>(app: &App, done: Result<T>) -> Result<T> {
    if let Err(error) = &done
        && is_refusal(error)
        && error.code != "sign_in_cancelled"
    {
        let mut tx = app.db.begin_system().await?;
        let entry = audit::Entry::new("identity.sign_in_refused").detail(json!({ "reason": error.code }));
        audit::append_as(&mut tx, app.now(), None, "anonymous", entry).await?;
        tx.commit().await?;
    }
    done
}

pub(super) const fn is_refusal(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::Gone)
}

async fn take(app: &App, answer: Answer<'_>, browser: Option<&Browser>, principal: Option<&Principal>) -> Result<Answered> {
    let browser = browser.ok_or_else(over)?;
    let asked = asked(app, answer.state, browser).await?;
    let kind = Kind::parse(&asked.kind).ok_or_else(over)?;
    let code = match (answer.error, answer.code) {
        (None, Some(code)) => code,
        (Some("temporarily_unavailable" | "server_error"), _) => return Err(told(Failure::Unreachable("server_error".to_owned()))),
        _ => return Err(Error::conflict("sign_in_cancelled")),
    };
    let redirect_uri = app.url(ANSWER_PAGE);
    let code = Code { code, issuer: answer.issuer, redirect_uri: &redirect_uri, verifier: &asked.verifier, nonce: &asked.nonce };
    let realm = &of(app)?.realm;
    let granted = realm.redeem(client(kind), code, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    if !is_worth(&granted.person.acr, kind) {
        return Err(Error::forbidden("sign_in_refused"));
    }
    let done = grant(app, &asked, kind, &granted, answer, browser, principal).await;
    if let Err(error) = &done {
        // Whoever got no session here keeps none there: else the next try would end the same way, unasked.
        let _ = end_there(app, kind, &granted).await;
        if is_refusal(error) {
            unwanted::ask(app, &granted).await?;
        }
    }
    done
}

async fn grant(
    app: &App,
    asked: &Asked,
    kind: Kind,
    granted: &Granted,
    answer: Answer<'_>,
    browser: &Browser,
    principal: Option<&Principal>,
) -> Result<Answered> {
    let next = asked.next.clone();
    match asked.why {
        Why::SignIn => sign_in(app, asked, granted, kind, answer, browser, principal).await,
        Why::Enter(id) => Box::pin(enter(app, id, granted, answer, browser)).await,
        Why::Move(id) => company::moved(app, id, granted, browser, answer.user_agent).await,
        Why::StepUp(session) => shown(app, same_person(app, session, principal, granted, kind).await?, granted, next).await,
        Why::SetUp(session, what) => {
            let principal = same_person(app, session, principal, granted, kind).await?;
            let mut tx = app.db.begin_system().await?;
            attach(&mut tx, app, principal.session.0, kind, granted).await?;
            let is_done = answer.action_status == Some("success");
            if is_done {
                factors::set_up(&mut tx, app, principal, what).await?;
                if what == SetUp::Password {
                    password::ask(&mut tx, app, principal.person, true).await?;
                }
            }
            tx.commit().await?;
            Ok(Answered::SetUp { is_done, next })
        }
    }
}

/// What was asked for by this browser. Used up by that.
async fn asked(app: &App, state: &str, browser: &Browser) -> Result<Asked> {
    let id = Uuid::parse_str(state).map_err(|_| over())?;
    let mut tx = app.db.begin_system().await?;
    let open = challenge::consume::<Asked>(&mut tx, app, CHALLENGE, id).await.map_err(|_| over())?;
    if !open.is_answered_by(browser.secret()) {
        // Undone: another browser uses nothing up.
        return Err(over());
    }
    tx.commit().await?;
    Ok(open.state)
}

/// Ends Keycloak's session of a sign-in.
pub(super) async fn end_there(app: &App, kind: Kind, granted: &Granted) -> std::result::Result<(), Failure> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    keycloak.realm.end(client(kind), &granted.refresh_token, &proof_id(app), seconds(app.now())).await
}

async fn sign_in(
    app: &App,
    asked: &Asked,
    granted: &Granted,
    kind: Kind,
    answer: Answer<'_>,
    browser: &Browser,
    principal: Option<&Principal>,
) -> Result<Answered> {
    let mut tx = app.db.begin_system().await?;
    let person = match (record(&mut tx, app, &granted.person.sub, kind).await?, granted.person.company()) {
        (Some(person), _) if is_active(&mut tx, person).await? => person,
        (None, Some(company)) if kind == Kind::Employee => {
            drop(tx);
            return company::newcomer(app, company, granted, browser, principal).await;
        }
        _ => return Err(Error::forbidden("no_record")),
    };
    drop(tx);
    if kind == Kind::Employee
        && let Some(first) = company::admits(app, person, granted, asked.next.as_deref(), answer.locale, browser).await?
    {
        return Ok(first);
    }
    let mut tx = app.db.begin_system().await?;
    let opened = open(&mut tx, app, person, kind, granted, answer.user_agent).await?;
    tx.commit().await?;
    Ok(Answered::SignedIn { person, kind, cookie: opened.cookie, next: asked.next.clone(), is_new: false })
}

async fn enter(app: &App, id: Uuid, granted: &Granted, answer: Answer<'_>, browser: &Browser) -> Result<Answered> {
    let mut tx = app.db.begin_system().await?;
    let entry = entry::peek(&mut tx, app, id, browser).await?;
    let is_of_company = entry.is_by_pass() && granted.person.came_by_company();
    if is_of_company || is_of_before(app, &entry, granted).await? {
        // A session of somebody who sat here before: their account is not the newcomer's. Nor is one that a company has made theirs who comes with a pass.
        drop(tx);
        end_there(app, entry.kind(), granted).await.map_err(told)?;
        let way = if entry.email.is_some() { Way::Password } else { Way::Passkey };
        let started = entry::go_on(app, id, entry.kind(), entry.locale(), way, browser.clone()).await?;
        return Ok(Answered::Again { address: started.address, browser: started.browser });
    }
    if answer.action_status.is_some_and(|status| status != "success") {
        // No session is left behind for whoever sits here next; a try that fails is no reason to lose the newcomer.
        let _ = end_there(app, entry.kind(), granted).await;
        return Ok(Answered::NoWayIn { entry: id, can_have_password: entry.email.is_some(), has_record: entry.has_record() });
    }
    drop(tx);
    let vouched = company::vouched_for(app, entry.kind(), granted).await?;
    let mut tx = app.db.begin_system().await?;
    let entry::Admitted { person, kind, is_new } = entry::admit(&mut tx, app, id, &entry, &granted.person.sub, vouched.as_ref()).await?;
    let opened = open(&mut tx, app, person, kind, granted, answer.user_agent).await?;
    tx.commit().await?;
    Ok(Answered::SignedIn { person, kind, cookie: opened.cookie, next: None, is_new })
}

/// Whether the session was begun before the entry, by somebody else: a try before this one leads to the account of the very newcomer.
async fn is_of_before(app: &App, entry: &entry::Entry, granted: &Granted) -> Result<bool> {
    if granted.person.auth_time >= entry.began_at - SKEW_MAX {
        return Ok(false);
    }
    let own = prepared(&of(app)?.realm, &entry.subject, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    Ok(own.as_ref() != Some(&granted.person.sub))
}

async fn is_active(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let (is,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM people WHERE id = $1 AND deactivated_at IS NULL)")
        .bind(person.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(is)
}

pub(super) async fn open(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, granted: &Granted, user_agent: &str) -> Result<Opened> {
    let opened = session::open(tx, app, person, kind, &[Proof::Keycloak.name()], true, &device_label(user_agent)).await?;
    attach(tx, app, opened.session.0, kind, granted).await?;
    password::ask(tx, app, person, false).await?;
    let entry = audit::Entry::new("identity.sign_in").about(person).detail(json!({ "proof": Proof::Keycloak.name() }));
    audit::append_as(tx, app.now(), Some(person), kind.name(), entry).await?;
    Ok(opened)
}

/// Keeps with a session what it needs to be renewed and ended. What counts as shown, and when, is what Keycloak says.
async fn attach(tx: &mut Tx, app: &App, session: Uuid, kind: Kind, granted: &Granted) -> Result<()> {
    let shown_at = instant(granted.person.auth_time).min(app.now());
    sqlx::query(
        "UPDATE sessions SET oidc_client = $2, oidc_sid = $3, refresh_sealed = $4, checked_at = $5, checked_by_turn = NULL, strong_at = $6
         WHERE id = $1",
    )
    .bind(session)
    .bind(client(kind))
    .bind(&granted.person.sid)
    .bind(app.keys.seal(&app.rng, place(session), granted.refresh_token.as_bytes()))
    .bind(app.now().to_sqlx())
    .bind(shown_at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) fn place(session: Uuid) -> Place<'static> {
    Place { table: "sessions", column: "refresh_sealed", row: session }
}

/// That who came back is who is signed in, in the session that asked.
async fn same_person<'a>(
    app: &App,
    session: domain::ids::SessionId,
    principal: Option<&'a Principal>,
    granted: &Granted,
    kind: Kind,
) -> Result<&'a Principal> {
    let principal = principal.filter(|p| p.session == session && p.kind == kind).ok_or_else(over)?;
    let mut tx = app.db.begin_system().await?;
    match record(&mut tx, app, &granted.person.sub, kind).await? {
        Some(person) if person == principal.person => Ok(principal),
        _ => Err(Error::forbidden("other_account")),
    }
}

async fn shown(app: &App, principal: &Principal, granted: &Granted, next: Option<String>) -> Result<Answered> {
    let mut tx = app.db.begin_system().await?;
    let cookie = session::strengthen(&mut tx, app, principal, Proof::Keycloak.name()).await?;
    attach(&mut tx, app, principal.session.0, principal.kind, granted).await?;
    tx.commit().await?;
    Ok(Answered::Shown { cookie, next })
}
