//! A record that gets another account: one of the time before Keycloak ([`super::moving`]), or one whose person has lost what they sign in with
//! ([`super::way_back`]), or whose company leads them in no longer ([`super::without_company`]). Its person proves here that it is theirs, and then sets up an account as a newcomer does, through the entrance.

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use keycloak::admin::{NewAccount, Prepared, prepare, remove_second_factors};
use platform::{crypto::token_hash, db::Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{logout, of, proof_id, seconds, told};
use crate::{
    identity::{
        challenge::{self, NewChallenge},
        email,
        sign_in::Ticket,
        totp,
    },
    kernel::{
        app::App,
        audit,
        ctx::Kind,
        error::{Error, Result},
        live,
    },
    notifications::{NewMail, To, enqueue_mail},
    organisations::entry as eligibility,
};

const RECORD: &str = "keycloak.record";
/// As long as a visit at Keycloak may take.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Why a record gets an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reason {
    Moving,
    WayBack,
    WithoutCompany,
}

/// A record whose person has shown that it is theirs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Proven {
    pub person: PersonId,
    kind: String,
    pub reason: Reason,
    /// The second factor is still to be shown: until then it is good for nothing else.
    pub owes: bool,
    /// A recovery code was shown in the place of the app: that is lost.
    #[serde(default)]
    has_lost_app: bool,
    /// The account it had when this was shown: it must have none other at the end.
    account: Option<String>,
    pub shown_at: Timestamp,
}

impl Proven {
    pub(super) async fn of(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, reason: Reason, owes: bool) -> Result<Self> {
        let account = account(tx, app, person).await?;
        Ok(Self { person, kind: kind.name().to_owned(), reason, owes, has_lost_app: false, account, shown_at: app.now() })
    }

    /// Nothing is left to show.
    pub(super) fn whole(self) -> Self {
        Self { owes: false, ..self }
    }

    pub(super) fn without_app(self) -> Self {
        Self { has_lost_app: true, ..self }
    }

    pub(super) const fn has_account(&self) -> bool {
        self.account.is_some()
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::parse(&self.kind).unwrap_or(Kind::Employee)
    }
}

/// The account at this Keycloak which a record has.
pub(super) async fn account(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT subject FROM person_logins WHERE person_id = $1 AND issuer = $2")
        .bind(person.0)
        .bind(of(app)?.realm.issuer())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|(subject,)| subject))
}

pub(super) async fn keep(tx: &mut Tx, app: &App, proven: &Proven) -> Result<Ticket> {
    let token = app.new_token();
    let new = NewChallenge { kind: RECORD, person: Some(proven.person), code_hash: Some(token_hash(&token)), lifetime: LIFETIME };
    let kept = challenge::keep(tx, app, new, proven).await?;
    Ok(Ticket { id: kept.id, token })
}

fn over() -> Error {
    Error::gone("code_expired")
}

/// What a ticket is for, without using it up.
pub(super) async fn peek(tx: &mut Tx, app: &App, id: Uuid, token: &str) -> Result<Proven> {
    let open = challenge::peek::<Proven>(tx, app, RECORD, id).await?.filter(|open| open.is_answered_by(token));
    open.map(|open| open.state).ok_or_else(over)
}

pub(super) async fn consume(tx: &mut Tx, app: &App, id: Uuid, token: &str) -> Result<Proven> {
    let open = challenge::consume::<Proven>(tx, app, RECORD, id).await?;
    // The transaction is undone: a wrong token uses nothing up.
    if open.is_answered_by(token) { Ok(open.state) } else { Err(over()) }
}

/// What the person may be called by at Keycloak without being asked: their address, unless it is their company's. At Keycloak it would stand beside whatever the
/// company's own sign-in asserts.
pub(super) async fn own_address(tx: &mut Tx, app: &App, proven: &Proven) -> Result<Option<String>> {
    let Some(address) = email::mailbox_of(tx, app, proven.person).await? else { return Ok(None) };
    let is_of_company = proven.kind() == Kind::Employee && eligibility::is_of_company(tx, app, &address).await?;
    Ok(Some(address).filter(|_| !is_of_company))
}

/// What our entrance calls the person in this: always the same, so that a second try finds the account of the first.
pub(super) fn subject(app: &App, proven: &Proven) -> String {
    subject_of(app, proven.person, proven.account.as_deref())
}

fn subject_of(app: &App, person: PersonId, former: Option<&str>) -> String {
    hex::encode(app.keys.lookup("account of a record", &format!("{person}:{}", former.unwrap_or("none"))))
}

/// The account that was made for a record which has none, if its person has not got as far as to tie it.
pub(super) async fn untied(app: &App, person: PersonId) -> anyhow::Result<Option<String>> {
    let Some(keycloak) = &app.keycloak else { return Ok(None) };
    let found = ::keycloak::admin::prepared(&keycloak.realm, &subject_of(app, person, None), &proof_id(app), seconds(app.now())).await?;
    let Some(account) = found else { return Ok(None) };
    let mut tx = app.db.begin_system().await?;
    Ok(if has_record(&mut tx, keycloak.realm.issuer(), &account).await? { None } else { Some(account) })
}

/// Makes the account before its person comes to it: the app they have goes with them, so that nothing less opens it than before. A lost one does not: Keycloak has
/// them set up another.
///
/// # Errors
/// `address_has_account`; `sign_in_unavailable`.
pub(super) async fn prepare_account(app: &App, proven: &Proven, subject: &str, email: Option<&str>, locale: &str) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    // Only of those is a second factor ever asked at Keycloak.
    let shows_two = proven.kind() != Kind::Employee;
    let secret = match shows_two && !proven.has_lost_app {
        true => totp::secret_of(&mut tx, app, proven.person).await?,
        false => None,
    };
    drop(tx);
    let new = NewAccount { subject, email, locale, totp_secret: secret.as_deref() };
    let realm = &of(app)?.realm;
    match prepare(realm, &new, &proof_id(app), seconds(app.now())).await.map_err(told)? {
        Prepared::Ready => Ok(()),
        // What a try before this one left there may be lost since.
        Prepared::Found(account) if shows_two && secret.is_none() => {
            let mut tx = app.db.begin_system().await?;
            if has_record(&mut tx, realm.issuer(), &account).await? {
                return Ok(());
            }
            drop(tx);
            remove_second_factors(realm, &account, &proof_id(app), seconds(app.now())).await.map_err(told)
        }
        Prepared::Found(_) => Ok(()),
        Prepared::AddressTaken => Err(Error::conflict("address_has_account")),
    }
}

/// Uses a ticket up, in the transaction in which the record gets its account. Of two tickets for one record the later one is refused.
///
/// # Errors
/// `code_expired`.
pub(super) async fn admit(tx: &mut Tx, app: &App, id: Uuid, token: &str) -> Result<Proven> {
    let proven = consume(tx, app, id, token).await?;
    let active: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM people WHERE id = $1 AND deactivated_at IS NULL FOR UPDATE")
        .bind(proven.person.0)
        .fetch_optional(&mut **tx)
        .await?;
    if proven.owes || active.is_none() || account(tx, app, proven.person).await? != proven.account {
        return Err(over());
    }
    if proven.reason == Reason::WayBack {
        // A code that was taken away or renewed meanwhile is good no more.
        let used = sqlx::query(
            "UPDATE ways_back SET code_hash = NULL, used_at = $3 WHERE person_id = $1 AND code_hash IS NOT NULL AND made_at <= $2",
        )
        .bind(proven.person.0)
        .bind(proven.shown_at.to_sqlx())
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?
        .rows_affected();
        if used == 0 {
            return Err(over());
        }
    }
    Ok(proven)
}

/// Ties a proven record to the account of `subject`, and tells its person. Whatever it was opened by before opens it no longer.
///
/// # Errors
/// `already_has_record`.
pub(super) async fn settle(tx: &mut Tx, app: &App, proven: &Proven, subject: &str, entrance_subject: &str) -> Result<()> {
    let (person, kind) = (proven.person, proven.kind());
    match super::record(tx, app, subject, kind).await? {
        Some(other) if other != person => return Err(Error::conflict("already_has_record")),
        _ => forget_second(tx, app, subject).await?,
    }
    let done = sqlx::query(
        "INSERT INTO person_logins (issuer, subject, kind, person_id, entrance_subject, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (person_id) DO UPDATE SET issuer = excluded.issuer, subject = excluded.subject,
                                               entrance_subject = excluded.entrance_subject, created_at = excluded.created_at",
    )
    .bind(of(app)?.realm.issuer())
    .bind(subject)
    .bind(kind.name())
    .bind(person.0)
    .bind(entrance_subject)
    .bind(app.now().to_sqlx())
    .execute(&mut **tx)
    .await;
    match done {
        Err(error) if platform::db::violated_constraint(&error) == Some("person_logins_pkey") => {
            return Err(Error::conflict("already_has_record"));
        }
        other => other.map(drop)?,
    }
    let (action, letter) = match proven.reason {
        Reason::Moving => ("identity.moved_to_keycloak", "sign_in_moved"),
        Reason::WayBack => ("identity.way_back_used", "way_back_used"),
        Reason::WithoutCompany => ("identity.left_company_sign_in", "company_sign_in_left"),
    };
    audit::append_as(tx, app.now(), Some(person), kind.name(), audit::Entry::new(action).about(person).detail(json!({}))).await?;
    enqueue_mail(tx, app, NewMail::new(To::Person(person), letter)).await?;
    sqlx::query("UPDATE sessions SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL")
        .bind(person.0)
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    logout::end(tx, app, person).await?;
    live::emit(tx, app.now(), &[person], "identity.sessions", &json!({})).await?;
    match (proven.reason, &proven.account) {
        (Reason::WayBack, Some(former)) => part_with(tx, app, person, former).await,
        // Nothing of it was lost. Should the company's sign-in come back, it leads to this record again.
        (Reason::WithoutCompany, Some(former)) => keep_second(tx, app, former, person).await,
        _ => Ok(()),
    }
}

/// Keeps an account that leads to the record beside its new one.
pub(super) async fn keep_second(tx: &mut Tx, app: &App, subject: &str, person: PersonId) -> Result<()> {
    sqlx::query("INSERT INTO second_logins (issuer, subject, person_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(of(app)?.realm.issuer())
        .bind(subject)
        .bind(person.0)
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// An account that is a record's first one from now on.
pub(super) async fn forget_second(tx: &mut Tx, app: &App, subject: &str) -> Result<()> {
    sqlx::query("DELETE FROM second_logins WHERE issuer = $1 AND subject = $2")
        .bind(of(app)?.realm.issuer())
        .bind(subject)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What was lost leads here no longer. Only where their company still leads a person in, its account stays, for that alone: the company's word was not lost.
async fn part_with(tx: &mut Tx, app: &App, person: PersonId, former: &str) -> Result<()> {
    let issuer = of(app)?.realm.issuer();
    let others: Vec<(String,)> = sqlx::query_as("DELETE FROM second_logins WHERE issuer = $1 AND person_id = $2 RETURNING subject")
        .bind(issuer)
        .bind(person.0)
        .fetch_all(&mut **tx)
        .await?;
    let is_by_company = eligibility::comes_by_sso(tx, person).await?.is_some();
    for subject in others.iter().map(|(subject,)| subject.as_str()).chain([former]) {
        if is_by_company {
            keep_second(tx, app, subject, person).await?;
            ask_about(tx, app, "identity.leave_to_company", subject).await?;
        } else {
            ask_about(tx, app, "identity.leave_account", subject).await?;
        }
    }
    Ok(())
}

/// An account that no record has any more: what was lost with it opens nothing, and is to open nothing.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct Left {
    subject: String,
}

async fn ask_about(tx: &mut Tx, app: &App, kind: &'static str, subject: &str) -> Result<()> {
    let payload = serde_json::to_value(Left { subject: subject.to_owned() }).map_err(Error::internal)?;
    let job = platform::jobs::NewJob { kind, payload, unique_key: None, run_at: app.now() };
    platform::jobs::enqueue(tx, app.now(), job).await?;
    Ok(())
}

/// The job: an account by which its person has lost what they had leads in by their company alone. Done twice it does no harm.
pub(in crate::identity) async fn leave_to_company(app: &App, payload: Left) -> anyhow::Result<()> {
    let Ok(keycloak) = of(app) else { return Ok(()) };
    Ok(::keycloak::admin::leave_to_company(&keycloak.realm, &payload.subject, &proof_id(app), seconds(app.now())).await?)
}

/// The job: disables the account there, unless it has a record of another kind. Done twice it does no harm.
pub(in crate::identity) async fn leave_account(app: &App, payload: Left) -> anyhow::Result<()> {
    let Ok(keycloak) = of(app) else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    if has_record(&mut tx, keycloak.realm.issuer(), &payload.subject).await? {
        return Ok(());
    }
    drop(tx);
    Ok(::keycloak::admin::disable(&keycloak.realm, &payload.subject, &proof_id(app), seconds(app.now())).await?)
}

/// Whether a record of any kind is tied to an account.
pub(super) async fn has_record(tx: &mut Tx, issuer: &str, subject: &str) -> sqlx::Result<bool> {
    let (has_record,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM logins WHERE issuer = $1 AND subject = $2)")
        .bind(issuer)
        .bind(subject)
        .fetch_one(&mut **tx)
        .await?;
    Ok(has_record)
}
