//! Records of the time before Keycloak (decision 0024). Each gets its account by its own person, who shows once more what they signed in with here.
//! That opens no session: it is good for this alone, for a record that has no account yet, and only while the operator keeps the window open.

use std::net::IpAddr;

use domain::{identity::normalise_access_code, ids::PersonId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{
    of,
    record::{self, Proven, Reason},
};
use crate::{
    identity::{
        factors,
        passkeys::{self, Ceremony},
        recovery,
        sign_in::{Proof, Ticket},
        throttle::{self, ANSWERS_FOR_ACCOUNT, ANSWERS_FROM_NETWORK, Counter},
        totp,
    },
    kernel::{
        app::App,
        audit,
        ctx::Kind,
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
    organisations::entry as eligibility,
};

/// A recovery code is longer.
const APP_DIGITS: usize = 6;

/// A record that may be moved now.
#[derive(Debug)]
pub struct Offer {
    pub ticket: Ticket,
    pub kind: Kind,
    /// A code of the app, or a recovery code, is still to be shown.
    pub needs_code: bool,
    /// Their address, where it may be their name at Keycloak.
    pub email: Option<String>,
    /// They may sign in at a company.
    pub is_at_work: bool,
}

/// Until when records may be moved to this Keycloak; none if they may not be now.
pub async fn open_until(tx: &mut Tx, app: &App) -> Result<Option<Timestamp>> {
    let row: Option<(SqlTimestamp,)> = sqlx::query_as("SELECT closes_at FROM moving_windows WHERE issuer = $1 AND closes_at > $2")
        .bind(of(app)?.realm.issuer())
        .bind(app.now().to_sqlx())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|(at,)| at.to_jiff()))
}

/// # Errors
/// `sign_in_at_keycloak`: nothing but Keycloak's sign-in is open.
async fn require_open(tx: &mut Tx, app: &App) -> Result<()> {
    open_until(tx, app).await?.map(drop).ok_or_else(|| Error::conflict("sign_in_at_keycloak"))
}

/// What somebody who has shown `proof` of a record may do: move it.
///
/// # Errors
/// `sign_in_at_keycloak`: the window is shut, or the record has an account.
pub(in crate::identity) async fn offer(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, proof: Proof) -> Result<Offer> {
    require_open(tx, app).await?;
    let factors = factors::of(tx, person).await?;
    // As for signing in before: a mailbox alone, which others may read, is not enough for whoever has more.
    let owes = proof != Proof::Passkey && (factors.has_totp || (kind.needs_second_factor() && factors.any()));
    let proven = Proven::of(tx, app, person, kind, Reason::Moving, owes).await?;
    if proven.has_account() {
        return Err(Error::conflict("sign_in_at_keycloak"));
    }
    offered(tx, app, &proven).await
}

pub(super) async fn offered(tx: &mut Tx, app: &App, proven: &Proven) -> Result<Offer> {
    let email = if proven.owes { None } else { record::own_address(tx, app, proven).await? };
    let is_at_work = match (proven.kind(), eligibility::member_of(tx, proven.person).await?) {
        (Kind::Employee, Some((company, true))) => eligibility::leads_at_work(tx, app, Some(company)).await?,
        (Kind::Employee, _) => false,
        _ => eligibility::leads_at_work(tx, app, None).await?,
    };
    Ok(Offer { ticket: record::keep(tx, app, proven).await?, kind: proven.kind(), needs_code: proven.owes, email, is_at_work })
}

/// Begins showing a passkey of this site.
///
/// # Errors
/// `sign_in_at_keycloak`.
pub async fn start_passkey(app: &App) -> Result<Ceremony> {
    let mut tx = app.db.begin_system().await?;
    require_open(&mut tx, app).await?;
    drop(tx);
    passkeys::start_sign_in(app).await
}

/// Takes a shown passkey: nothing else is to be shown.
///
/// # Errors
/// `code_expired`; `passkey_refused`; `too_many_attempts`; `sign_in_at_keycloak`.
pub async fn with_passkey(app: &App, challenge: Uuid, shown: &PublicKeyCredential, address: IpAddr) -> Result<Offer> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    require_open(&mut tx, app).await?;
    let (person, kind) = passkeys::holder(&mut tx, app, challenge, shown).await?;
    let offer = offer(&mut tx, app, person, kind, Proof::Passkey).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(offer)
}

/// Takes a code of the app, or a recovery code, after a mailed one.
///
/// # Errors
/// `wrong_app_code` or `wrong_recovery_code` on `/code`; `code_expired`; `too_many_attempts`; `sign_in_at_keycloak`.
pub async fn with_second_code(app: &App, ticket: &Ticket, code: &str, address: IpAddr) -> Result<Offer> {
    let mut tx = app.db.begin_system().await?;
    require_open(&mut tx, app).await?;
    let person = record::peek(&mut tx, app, ticket.id, &ticket.token).await?.person;
    drop(tx);
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address), Counter::of(app, &ANSWERS_FOR_ACCOUNT, &person.to_string())];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let proven = record::consume(&mut tx, app, ticket.id, &ticket.token).await?;
    let typed = normalise_access_code(code);
    let (proven, wrong) = if typed.len() == APP_DIGITS && typed.chars().all(|c| c.is_ascii_digit()) {
        (totp::take(&mut tx, app, person, code).await?.then_some(proven), "wrong_app_code")
    } else {
        (recovery::take(&mut tx, app, person, code).await?.then(|| proven.without_app()), "wrong_recovery_code")
    };
    let proven = proven.ok_or_else(|| Error::field("/code", wrong))?;
    let offer = offered(&mut tx, app, &proven.whole()).await?;
    throttle::forgive(&mut tx, &counters[..1]).await?;
    throttle::clear(&mut tx, &counters[1]).await?;
    tx.commit().await?;
    Ok(offer)
}

/// How it stands with the records of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub moved: i64,
    /// Wait for their person, who has a passkey to show.
    pub by_passkey: i64,
    /// Wait for their person, who gets a code by mail, and shows the app too where they have one.
    pub by_mail: i64,
    pub by_mail_and_app: i64,
    /// Nothing is left to show: neither a passkey nor an address.
    pub cannot: i64,
}

impl Standing {
    pub const fn waiting(self) -> i64 {
        self.by_passkey + self.by_mail + self.by_mail_and_app
    }
}

/// How it stands with all records in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// By kind: employees, specialists, companies' HR, staff.
    pub standings: [(Kind, Standing); 4],
    pub open_until: Option<Timestamp>,
    /// Who waits, has an address and has not been written to.
    pub letters: i64,
}

impl Survey {
    /// All who wait for their person.
    pub fn waiting(&self) -> i64 {
        self.standings.iter().map(|(_, standing)| standing.waiting()).sum()
    }
}

/// Who has what to show, of records without an account here ($1). Left out: people whose service has ended.
const RECORDS: &str = "
    SELECT p.id, p.kind, l.person_id IS NOT NULL AS is_moved,
           EXISTS (SELECT FROM passkeys k WHERE k.person_id = p.id) AS has_passkey,
           EXISTS (SELECT FROM totp_secrets t WHERE t.person_id = p.id AND t.confirmed_at IS NOT NULL) AS has_app,
           e.person_id IS NOT NULL AS has_mailbox
    FROM people p
    LEFT JOIN person_logins l ON l.person_id = p.id AND l.issuer = $1
    LEFT JOIN person_emails e ON e.person_id = p.id AND e.verified_at IS NOT NULL AND NOT app.is_left_mailbox(e.person_id, e.lookup)
    WHERE p.deactivated_at IS NULL";

/// Looks how it stands. Names nobody.
pub async fn survey(app: &App) -> Result<Survey> {
    let mut tx = app.db.begin_system().await?;
    let issuer = of(app)?.realm.issuer();
    let rows: Vec<(String, i64, i64, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT kind, count(*) FILTER (WHERE is_moved),
                count(*) FILTER (WHERE NOT is_moved AND has_passkey),
                count(*) FILTER (WHERE NOT is_moved AND NOT has_passkey AND has_mailbox AND NOT has_app),
                count(*) FILTER (WHERE NOT is_moved AND NOT has_passkey AND has_mailbox AND has_app),
                count(*) FILTER (WHERE NOT is_moved AND NOT has_passkey AND NOT has_mailbox)
         FROM ({RECORDS}) r GROUP BY kind"
    )))
    .bind(issuer)
    .fetch_all(&mut *tx)
    .await?;
    let of_kind = |kind: Kind| {
        let row = rows.iter().find(|row| row.0 == kind.name());
        row.map_or_else(Standing::default, |&(_, moved, by_passkey, by_mail, by_mail_and_app, cannot)| Standing {
            moved,
            by_passkey,
            by_mail,
            by_mail_and_app,
            cannot,
        })
    };
    let (letters,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM ({RECORDS}) r WHERE {UNTOLD}")))
        .bind(issuer)
        .fetch_one(&mut *tx)
        .await?;
    Ok(Survey {
        standings: [Kind::Employee, Kind::Specialist, Kind::Hr, Kind::Staff].map(|kind| (kind, of_kind(kind))),
        open_until: open_until(&mut tx, app).await?,
        letters,
    })
}

const UNTOLD: &str = "NOT r.is_moved AND r.has_mailbox
    AND NOT EXISTS (SELECT FROM moving_letters s WHERE s.person_id = r.id AND s.issuer = $1)";

/// How long ago a node that runs has asked this Keycloak at the latest: it does so every few seconds.
const LATELY: SignedDuration = SignedDuration::from_mins(5);

/// Whether the running product signs people in here already: nobody is to be sent to a door that is not there.
pub async fn is_in_use(app: &App) -> Result<bool> {
    let mut tx = app.db.begin_system().await?;
    let (is,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM console_positions WHERE issuer = $1 AND look_at > $2)")
        .bind(of(app)?.realm.issuer())
        .bind((app.now() - LATELY).to_sqlx())
        .fetch_one(&mut *tx)
        .await?;
    Ok(is)
}

/// Opens the window, or moves its end.
pub async fn open(app: &App, lasts: SignedDuration) -> Result<Timestamp> {
    let closes_at = app.now() + lasts;
    let mut tx = app.db.begin_system().await?;
    sqlx::query(
        "INSERT INTO moving_windows (issuer, opened_at, closes_at) VALUES ($1, $2, $3)
         ON CONFLICT (issuer) DO UPDATE SET closes_at = excluded.closes_at",
    )
    .bind(of(app)?.realm.issuer())
    .bind(app.now().to_sqlx())
    .bind(closes_at.to_sqlx())
    .execute(&mut *tx)
    .await?;
    let detail = serde_json::json!({ "last_day": closes_at.to_zoned(jiff::tz::TimeZone::UTC).date() });
    note(&mut tx, app, audit::Entry::new("identity.moving_opened").detail(detail)).await?;
    tx.commit().await?;
    Ok(closes_at)
}

/// Shuts the window: whoever has not moved cannot, until it is opened again.
pub async fn close(app: &App) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let now = app.now().to_sqlx();
    sqlx::query("UPDATE moving_windows SET closes_at = $2 WHERE issuer = $1 AND closes_at > $2")
        .bind(of(app)?.realm.issuer())
        .bind(now)
        .execute(&mut *tx)
        .await?;
    note(&mut tx, app, audit::Entry::new("identity.moving_closed")).await?;
    tx.commit().await?;
    Ok(())
}

async fn note(tx: &mut Tx, app: &App, entry: audit::Entry<'_>) -> Result<()> {
    audit::append_as(tx, app.now(), None, "system", entry).await
}

/// Asks for one more letter to somebody who waits, each in a transaction of its own: a run that breaks off writes to nobody twice. Tells whether there was one.
pub async fn write_next(app: &App) -> Result<bool> {
    let mut tx = app.db.begin_system().await?;
    let issuer = of(app)?.realm.issuer();
    let next: Option<(Uuid,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "INSERT INTO moving_letters (person_id, issuer, sent_at)
         SELECT r.id, $1, $2 FROM ({RECORDS}) r WHERE {UNTOLD} ORDER BY r.id LIMIT 1
         ON CONFLICT DO NOTHING RETURNING person_id"
    )))
    .bind(issuer)
    .bind(app.now().to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((person,)) = next else { return Ok(false) };
    let Some(until) = open_until(&mut tx, app).await? else { return Err(Error::conflict("sign_in_at_keycloak")) };
    let params = serde_json::json!({ "until": until.to_string() });
    enqueue_mail(&mut tx, app, NewMail::new(To::Person(PersonId(person)), "sign_in_moves").params(params)).await?;
    tx.commit().await?;
    Ok(true)
}
