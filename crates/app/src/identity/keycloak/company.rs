//! Who comes through their company's own sign-in (SSO).

use domain::{ids::PersonId, text::Locale};
use keycloak::{admin::Named, client::Granted, companies};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::{Answered, end_there, is_refusal, noted, open},
    ask::{Browser, LIFETIME, Started, Why, Wish, ask},
    bind, of, over, proof_id, record,
    record::{account, keep_second},
    seconds, told, unwanted, vouched, ways,
};
use crate::{
    identity::{
        challenge::{self, NewChallenge},
        email,
        people::{self, Newcomer},
    },
    kernel::{
        app::App,
        audit,
        ctx::{Kind, Principal},
        error::{Error, Kind as ErrorKind, Result},
    },
    organisations::{
        entry::{self, Eligible},
        passes,
    },
};

/// Somebody for whom their company has vouched, before they have said what to call them.
const NEWCOMER: &str = "keycloak.newcomer";
/// Somebody who has signed in by what is their own, where their company wants its sign-in.
const MOVING: &str = "keycloak.moving";

#[derive(Debug, Serialize, Deserialize)]
struct Vouched {
    company: Uuid,
    granted: Granted,
}

#[derive(Debug, Serialize, Deserialize)]
struct Moving {
    person: PersonId,
    company: Uuid,
    /// The page to go on to.
    #[serde(default)]
    next: Option<String>,
}

/// A company's entry for somebody it vouches for now.
async fn eligible(app: &App, company: Uuid, granted: &Granted) -> Result<Eligible> {
    let realm = of(app)?.realm();
    let named = ::keycloak::admin::named(realm, company, &granted.person.sub, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    let mut tx = app.db.begin_system().await?;
    entitled(&mut tx, app, company, &named).await
}

/// Whom a company vouches for, who enters by what they have shown besides.
///
/// # Errors
/// As [`eligible`]; `sign_in_refused`: its provider made nobody a member.
pub(super) async fn vouched_for(app: &App, kind: Kind, granted: &Granted) -> Result<Option<Eligible>> {
    match (kind, granted.person.company()) {
        (Kind::Employee, Some(company)) => eligible(app, company, granted).await.map(Some),
        (Kind::Employee, None) if granted.person.came_by_company() => Err(Error::forbidden("sign_in_refused")),
        _ => Ok(None),
    }
}

/// What the company's word is worth: an address of its own domains, on its roster where it keeps one, and nothing said against it.
///
/// # Errors
/// As [`entry::by_sso`]; `work_address_unverified`.
pub(super) async fn entitled(tx: &mut Tx, app: &App, company: Uuid, named: &Named) -> Result<Eligible> {
    let eligible = entry::by_sso(tx, app, company, named.address.as_deref()).await?;
    if named.is_vouched_for { Ok(eligible) } else { Err(Error::forbidden("work_address_unverified")) }
}

/// Who has no record yet says first what to call them: nothing is made before. Where newcomers enter with passes, nothing is made at all.
pub(super) async fn newcomer(
    app: &App,
    company: Uuid,
    granted: &Granted,
    browser: &Browser,
    principal: Option<&Principal>,
) -> Result<Answered> {
    let mut tx = app.db.begin_system().await?;
    if passes::offer(&mut tx, company).await?.is_some_and(|offer| offer.is_needed) {
        drop(tx);
        return vouched::for_pass(app, company, granted, browser, principal).await;
    }
    drop(tx);
    let eligible = eligible(app, company, granted).await?;
    let has_moved = entry::has_moved(&mut app.db.begin_system().await?, company).await?;
    let id = keep(app, NEWCOMER, browser, &Vouched { company, granted: granted.clone() }).await?;
    Ok(Answered::Newcomer { entry: id, company_name: eligible.company_name, has_moved })
}

/// Whether somebody for whom their company has vouched by this account is being asked what to call them.
pub(super) async fn is_entering(tx: &mut Tx, app: &App, account: &str) -> Result<bool> {
    let open: Vec<Vouched> = challenge::all_open(tx, app, NEWCOMER).await?;
    Ok(open.iter().any(|vouched| vouched.granted.person.sub == account))
}

/// Makes the record of somebody for whom their company has vouched.
///
/// # Errors
/// `sign_in_over`; `company_not_covered`; `company_access_ended`; `work_address_elsewhere`; `work_address_unverified`; `pass_needed`, switched on meanwhile;
/// `already_has_record`; `sign_in_unavailable`.
pub async fn enter_by_company(
    app: &App,
    id: Uuid,
    newcomer: Newcomer<'_>,
    browser: Option<&Browser>,
    user_agent: &str,
) -> Result<Answered> {
    noted(app, make_record(app, id, newcomer, browser, user_agent).await).await
}

async fn make_record(app: &App, id: Uuid, newcomer: Newcomer<'_>, browser: Option<&Browser>, user_agent: &str) -> Result<Answered> {
    let browser = browser.ok_or_else(over)?;
    let mut tx = app.db.begin_system().await?;
    let Vouched { company, granted } = peek(&mut tx, app, NEWCOMER, id, browser).await?;
    drop(tx);
    let eligible = match eligible(app, company, &granted).await {
        Err(error) if is_refusal(&error) => {
            unwanted::ask(app, &granted).await?;
            return Err(error);
        }
        other => other?,
    };
    let mut tx = app.db.begin_system().await?;
    passes::is_not_needed(&mut tx, company).await?;
    challenge::consume::<Vouched>(&mut tx, app, NEWCOMER, id).await.map_err(|_| over())?;
    let person = people::create(&mut tx, app, newcomer.account(Kind::Employee)).await?;
    entry::join(&mut tx, app, person, &eligible).await?;
    bind(&mut tx, app, &granted.person.sub, Kind::Employee, person, None).await?;
    let opened = open(&mut tx, app, person, Kind::Employee, &granted, user_agent).await?;
    tx.commit().await?;
    Ok(Answered::SignedIn { person, kind: Kind::Employee, cookie: opened.cookie, next: None, is_new: true })
}

/// Whether somebody with a record may come in as they came. Gives what is to be done first, if anything.
///
/// # Errors
/// `other_company`: the record is of another company's employee. `company_access_ended`: the company speaks for somebody who has left it.
pub(super) async fn admits(
    app: &App,
    person: PersonId,
    granted: &Granted,
    next: Option<&str>,
    locale: Locale,
    browser: &Browser,
) -> Result<Option<Answered>> {
    let mut tx = app.db.begin_system().await?;
    let Some(company) = granted.person.company() else {
        let Some(needed) = entry::needed_sso(&mut tx, person).await? else { return Ok(None) };
        drop(tx);
        end_there(app, Kind::Employee, granted).await.map_err(told)?;
        let id = keep(app, MOVING, browser, &Moving { person, company: needed.company.0, next: next.map(str::to_owned) }).await?;
        if needed.is_known {
            // They have read what it means when they came by it first, and go on to it.
            let Started { address, browser } = go_on(app, id, locale, Some(browser.clone())).await?;
            return Ok(Some(Answered::Again { address, browser }));
        }
        return Ok(Some(Answered::CompanyWanted { entry: id, company_name: needed.company_name }));
    };
    match entry::member_of(&mut tx, person).await? {
        Some((of, true)) if of == company => Ok(None),
        Some((of, false)) if of == company => {
            drop(tx);
            // Back at work, if the company lists them again. Else its word opens nothing any more, as its mailbox does not (decision 0029).
            let eligible = match eligible(app, company, granted).await.map_err(has_left) {
                Ok(eligible) => eligible,
                Err(error) => {
                    // By a tie that was made anew, or has not been taken yet.
                    let mut tx = app.db.begin_system().await?;
                    ways::ask(&mut tx, app, person).await?;
                    tx.commit().await?;
                    return Err(error);
                }
            };
            let mut tx = app.db.begin_system().await?;
            entry::come_by_sso(&mut tx, app, person, &eligible).await?;
            tx.commit().await?;
            Ok(None)
        }
        // What somebody has by one company is nothing that another one's word may open.
        _ => Err(Error::forbidden("other_company")),
    }
}

/// Whatever else is missing, for whoever has left this is why.
fn has_left(error: Error) -> Error {
    match error.kind {
        ErrorKind::Forbidden | ErrorKind::Conflict => Error::forbidden("company_access_ended"),
        _ => error,
    }
}

/// Goes to the sign-in of the company that wants it.
///
/// # Errors
/// `sign_in_over`; `sign_in_unavailable`.
pub async fn go_to_company(app: &App, id: Uuid, locale: Locale, browser: Option<Browser>) -> Result<Started> {
    noted(app, go_on(app, id, locale, browser).await).await
}

async fn go_on(app: &App, id: Uuid, locale: Locale, browser: Option<Browser>) -> Result<Started> {
    let browser = browser.ok_or_else(over)?;
    let mut tx = app.db.begin_system().await?;
    let moving: Moving = peek(&mut tx, app, MOVING, id, &browser).await?;
    drop(tx);
    let provider = companies::provider(moving.company);
    let wish = Wish::of(Why::Move(id), Kind::Employee, locale, None);
    // What is shown there is tied to the record: not by the session that somebody else still has at the company in this browser.
    ask(app, Wish { provider: Some(&provider), is_anew: true, ..wish }, Some(browser)).await
}

/// Refuses to tie a record to a colleague's account: the address that the company vouches for is the one its person came by, if that is known.
///
/// # Errors
/// `other_colleague`.
async fn is_their_own(tx: &mut Tx, app: &App, person: PersonId, eligible: &Eligible) -> Result<()> {
    let known = match entry::came_by(tx, person, eligible.company.0).await? {
        (Some(came_by), _) => Some(came_by),
        // An address of their own that is not of the company says nothing.
        (None, domain) => email::mailbox_of(tx, app, person)
            .await?
            .filter(|own| domain.as_deref() == Some(entry::domain_of(own)))
            .map(|own| entry::roster_lookup(app, &own)),
    };
    if known.is_none() || known == eligible.came_by { Ok(()) } else { Err(Error::forbidden("other_colleague")) }
}

/// Who signed in by what is their own, and then at their company: from now on the company's sign-in leads to their record.
///
/// # Errors
/// `other_colleague`; `other_company`; `already_has_record`; `sign_in_over`; as for a newcomer.
pub(super) async fn moved(app: &App, id: Uuid, granted: &Granted, browser: &Browser, user_agent: &str) -> Result<Answered> {
    let company = granted.person.company().ok_or_else(|| Error::forbidden("sign_in_refused"))?;
    let eligible = eligible(app, company, granted).await?;
    let mut tx = app.db.begin_system().await?;
    let moving: Moving = peek(&mut tx, app, MOVING, id, browser).await?;
    if moving.company != company {
        return Err(Error::forbidden("other_company"));
    }
    challenge::consume::<Moving>(&mut tx, app, MOVING, id).await.map_err(|_| over())?;
    match record(&mut tx, app, &granted.person.sub, Kind::Employee).await? {
        Some(person) if person == moving.person => {}
        Some(_) => return Err(Error::conflict("already_has_record")),
        None => {
            is_their_own(&mut tx, app, moving.person, &eligible).await?;
            // What they had before leads to the same record: on to the company while it wants that, and in by itself when the company's way has gone.
            if let Some(own) = account(&mut tx, app, moving.person).await? {
                keep_second(&mut tx, app, &own, moving.person).await?;
            }
            sqlx::query("UPDATE person_logins SET subject = $3, entrance_subject = NULL WHERE person_id = $1 AND issuer = $2")
                .bind(moving.person.0)
                .bind(of(app)?.realm.issuer())
                .bind(&granted.person.sub)
                .execute(&mut *tx)
                .await?;
        }
    }
    entry::come_by_sso(&mut tx, app, moving.person, &eligible).await?;
    let entry = audit::Entry::new("identity.move_to_sso").about(moving.person).detail(json!({}));
    audit::append_as(&mut tx, app.now(), Some(moving.person), Kind::Employee.name(), entry).await?;
    let opened = open(&mut tx, app, moving.person, Kind::Employee, granted, user_agent).await?;
    tx.commit().await?;
    Ok(Answered::SignedIn { person: moving.person, kind: Kind::Employee, cookie: opened.cookie, next: moving.next, is_new: false })
}

async fn keep(app: &App, kind: &'static str, browser: &Browser, state: &impl Serialize) -> Result<Uuid> {
    let mut tx = app.db.begin_system().await?;
    let new = NewChallenge { kind, person: None, code_hash: Some(browser.hash()), lifetime: LIFETIME };
    let kept = challenge::keep(&mut tx, app, new, state).await?;
    tx.commit().await?;
    Ok(kept.id)
}

/// What is kept for this browser.
async fn peek<S: serde::de::DeserializeOwned>(tx: &mut Tx, app: &App, kind: &str, id: Uuid, browser: &Browser) -> Result<S> {
    let open = challenge::peek::<S>(tx, app, kind, id).await?.ok_or_else(over)?;
    if open.is_answered_by(browser.secret()) { Ok(open.state) } else { Err(over()) }
}
