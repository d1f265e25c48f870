//! What the signed-in person's account at Keycloak is signed in with: seen, named, and given up, on the product's own page.
//!
//! Of the very account by which the session was begun: a record may have a second one (decision 0029).

use domain::{
    identity::{Loss, WaysIn},
    ids::PersonId,
};
use jiff::Timestamp;
use keycloak::{
    client::Failure,
    held::{self, Credential, Kind as There},
    ways,
};
use platform::db::Tx;
use uuid::Uuid;

use super::{of, proof_id, seconds};
use crate::{
    identity::{
        email,
        factors::{Given, Held, Passkey},
        proof,
    },
    kernel::{
        app::App,
        ctx::{Caller, Principal},
        error::{Error, Result},
    },
    organisations::entry,
};

/// An account, looked at.
struct Account {
    subject: String,
    held: held::Held,
    /// The company whose own sign-in leads to one of its records now.
    company: Option<Uuid>,
    needs_second_factor: bool,
}

impl Account {
    fn all(&self, kind: There) -> impl Iterator<Item = &Credential> {
        self.held.credentials.iter().filter(move |one| one.kind == kind)
    }

    fn since(&self, kind: There) -> Option<Timestamp> {
        self.all(kind).map(made_at).next()
    }

    fn ways(&self) -> WaysIn {
        let has_password = self.held.is_named && self.all(There::Password).next().is_some();
        WaysIn {
            doors: u32::from(has_password) + u32::from(self.company.is_some()),
            passkeys: u32::try_from(self.all(There::Passkey).count()).unwrap_or(u32::MAX),
            has_totp: self.all(There::App).next().is_some(),
            needs_second_factor: self.needs_second_factor,
        }
    }
}

fn made_at(one: &Credential) -> Timestamp {
    one.made_at.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What there is.
///
/// # Errors
/// `ways_unavailable`.
pub async fn held(app: &App, principal: &Principal) -> Result<Held> {
    shown(app, principal.person, look(app, subject(app, principal).await?).await?).await
}

async fn shown(app: &App, person: PersonId, account: Account) -> Result<Held> {
    let can_have_password = account.held.is_named || mailbox(app, person).await?.is_some();
    let company_name = match account.company {
        Some(company) => {
            let mut tx = app.db.begin_system().await?;
            let (name,): (String,) = sqlx::query_as("SELECT name FROM companies WHERE id = $1").bind(company).fetch_one(&mut *tx).await?;
            Some(name)
        }
        None => None,
    };
    let passkey = |one: &Credential| {
        let id = Uuid::try_parse(&one.id).ok()?;
        Some(Passkey { id, label: one.label.clone().unwrap_or_default(), created_at: made_at(one), last_used_at: None })
    };
    Ok(Held {
        passkeys: account.all(There::Passkey).filter_map(passkey).collect(),
        password_set_at: account.since(There::Password),
        can_have_password,
        company_name,
        totp_added_at: account.since(There::App),
        recovery_codes_left: account.all(There::RecoveryCodes).map(|one| i64::from(one.left)).sum(),
        ways: account.ways(),
    })
}

async fn mailbox(app: &App, person: PersonId) -> Result<Option<String>> {
    email::mailbox_of(&mut app.db.begin_system().await?, app, person).await
}

/// Gives the account the person's own address for a name, if it has none that they know: a password would open nothing without.
///
/// # Errors
/// `not_an_option` on `/what`: they have no address; `address_has_account`; `ways_unavailable`.
pub async fn be_named(app: &App, principal: &Principal) -> Result<()> {
    let subject = subject(app, principal).await?;
    let realm = of(app)?.realm();
    if held::look(realm, &subject, &proof_id(app), seconds(app.now())).await.map_err(told)?.is_named {
        return Ok(());
    }
    let address = mailbox(app, principal.person).await?.ok_or_else(|| Error::field("/what", "not_an_option"))?;
    let is_free = ways::name(realm, &subject, &address, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    if is_free { Ok(()) } else { Err(Error::conflict("address_has_account")) }
}

/// Gives a passkey another name there. Gives all there is.
///
/// # Errors
/// `not_found`, `ways_unavailable`.
pub async fn rename(caller: &Caller, passkey: Uuid, label: &str) -> Result<Held> {
    let app = &caller.app;
    let mut account = look(app, subject(app, &caller.principal).await?).await?;
    let is_meant = |one: &&mut Credential| one.kind == There::Passkey && Uuid::try_parse(&one.id) == Ok(passkey);
    let meant = account.held.credentials.iter_mut().find(is_meant).ok_or_else(Error::not_found)?;
    meant.label = Some(label.to_owned());
    held::rename(of(app)?.realm(), &account.subject, &meant.id, label, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    shown(app, caller.me(), account).await
}

/// Takes something away there. Two requests at once, whichever record of the account they are of, are looked at one after the other. Gives what is left.
///
/// # Errors
/// `not_found`, `last_way_in`, `last_second_factor`, `ways_unavailable`.
pub async fn give_up(tx: &mut Tx, caller: &Caller, what: Given) -> Result<Held> {
    let app = &caller.app;
    let subject = subject(app, &caller.principal).await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('identity.held', 0) # hashtextextended($1, 0))")
        .bind(&subject)
        .execute(&mut **tx)
        .await?;
    let mut account = look(app, subject).await?;
    let (kind, loss) = match what {
        Given::Passkey(_) => (There::Passkey, Some(Loss::Passkey)),
        Given::Totp => (There::App, Some(Loss::Totp)),
        // One that opens nothing is no loss.
        Given::Password => (There::Password, account.held.is_named.then_some(Loss::Door)),
    };
    let is_meant = |one: &Credential| {
        one.kind == kind
            && match what {
                Given::Passkey(id) => Uuid::try_parse(&one.id) == Ok(id),
                // Keycloak lets one connect several apps.
                Given::Totp | Given::Password => true,
            }
    };
    let (meant, left) = account.held.credentials.iter().cloned().partition::<Vec<_>, _>(is_meant);
    if meant.is_empty() {
        return Err(Error::not_found());
    }
    if let Some(loss) = loss {
        proof::refuse(account.ways(), loss)?;
    }
    account.held.credentials = left;
    let (subject, left) = (account.subject.clone(), shown(app, caller.me(), account).await?);
    for one in meant {
        held::remove(of(app)?.realm(), &subject, &one.id, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    }
    Ok(left)
}

/// As [`super::told`], in the words for somebody who is in: that nobody can sign in now is not their concern.
fn told(failure: Failure) -> Error {
    match super::told(failure) {
        error if error.code == "sign_in_unavailable" => Error { code: "ways_unavailable", ..error },
        error => error,
    }
}

async fn look(app: &App, subject: String) -> Result<Account> {
    let realm = of(app)?.realm();
    let held = held::look(realm, &subject, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    let mut tx = app.db.begin_system().await?;
    let records: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT p.id, l.kind FROM logins l JOIN people p ON p.id = l.person_id WHERE l.issuer = $1 AND l.subject = $2 AND p.deactivated_at IS NULL",
    )
    .bind(realm.issuer())
    .bind(&subject)
    .fetch_all(&mut *tx)
    .await?;
    // Of whichever record: who signs in as an employee must not take away what the specialist's door asks for.
    let needs_second_factor = records.iter().any(|(_, kind)| kind != "employee");
    let mut company = None;
    for (person, _) in records {
        let leads_in = entry::comes_by_sso(&mut tx, person.into()).await?;
        company = company.or(leads_in.filter(|company| held.companies.contains(company)));
    }
    Ok(Account { subject, held, company, needs_second_factor })
}

/// The account by which the session was begun. Keycloak is asked only where it may be one of two.
async fn subject(app: &App, principal: &Principal) -> Result<String> {
    let realm = of(app)?.realm();
    let mut tx = app.db.begin_system().await?;
    let accounts: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT l.subject, s.oidc_sid FROM logins l JOIN sessions s ON s.person_id = l.person_id WHERE s.id = $1 AND l.issuer = $2 ORDER BY 1",
    )
    .bind(principal.session.0)
    .bind(realm.issuer())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    if let [(only, _)] = &accounts[..] {
        return Ok(only.clone());
    }
    for (subject, sid) in accounts {
        let sid = sid.ok_or_else(Error::not_found)?;
        if held::has_session(realm, &subject, &sid, &proof_id(app), seconds(app.now())).await.map_err(told)? {
            return Ok(subject);
        }
    }
    Err(Error::not_found())
}
