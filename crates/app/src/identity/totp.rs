//! One-time passwords from an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, one step of tolerance each way, each step good once.

use std::net::IpAddr;

use domain::{identity::Loss, ids::PersonId};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use platform::{crypto::Place, db::Tx};
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::{
    challenge::{self, Kept, NewChallenge},
    passkeys::note,
    proof, recovery, session,
    throttle::{self, ANSWERS_FOR_ACCOUNT, ANSWERS_FROM_NETWORK, Counter},
};
use crate::{
    kernel::{
        app::App,
        ctx::{Caller, Principal},
        error::{Error, Result},
        sealing,
    },
    notifications::{NewMail, To, enqueue_mail},
};

const ENROL: &str = "totp.enrol";
const ENROL_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// Typing a first code wrong is easy while the app is new.
const ENROL_ANSWERS_MAX: i32 = 10;
/// RFC 4226 §4 R6 recommends 160 bits.
const SECRET_LEN: usize = 20;
/// The factor's name in sessions.
pub const FACTOR: &str = "totp";

/// A secret offered to an authenticator app.
#[derive(Debug)]
pub struct Offer {
    pub challenge: Kept,
    /// To be typed where no picture can be taken.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct EnrolState {
    secret: [u8; SECRET_LEN],
}

/// Offers a new secret. It is kept only once the app has shown a right code.
pub async fn start(app: &App, principal: &Principal) -> Result<Offer> {
    let mut tx = app.db.begin_system().await?;
    if proof::require(&mut tx, app, principal).await?.has_totp {
        return Err(Error::conflict("totp_exists"));
    }
    let secret: [u8; SECRET_LEN] = app.rng.bytes();
    let new = NewChallenge { kind: ENROL, person: Some(principal.person), code_hash: None, lifetime: ENROL_LIFETIME };
    let challenge = challenge::keep(&mut tx, app, new, &EnrolState { secret }).await?;
    tx.commit().await?;
    let totp = totp(secret, Some((app.packs.brand.name.get(app.default_locale()), &principal.display_name)))?;
    let uri = totp.to_url().map_err(|error| Error::internal(anyhow::anyhow!("otpauth: {error}")))?;
    Ok(Offer { challenge, secret: Secret::from(secret.to_vec()).to_base32(), uri })
}

/// What setting up gave.
#[derive(Debug)]
pub struct Enrolled {
    /// The session's new cookie.
    pub cookie: String,
    /// For the day the phone is lost. Shown once.
    pub recovery_codes: Vec<String>,
}

/// Keeps the offered secret once the app has shown a right code.
///
/// # Errors
/// `wrong_app_code` on `/code`; `code_expired`; `totp_exists`.
pub async fn confirm(app: &App, principal: &Principal, challenge: Uuid, code: &str) -> Result<Enrolled> {
    let mut tx = app.db.begin_system().await?;
    let open = challenge::count_answer::<EnrolState>(&mut tx, app, ENROL, challenge, ENROL_ANSWERS_MAX).await?;
    tx.commit().await?;
    let open = open.filter(|open| open.person == Some(principal.person)).ok_or_else(|| Error::gone("code_expired"))?;
    let step = step_of(app, open.state.secret, code)?.ok_or_else(|| Error::field("/code", "wrong_app_code"))?;

    let mut tx = app.db.begin_system().await?;
    proof::require(&mut tx, app, principal).await?;
    challenge::consume::<EnrolState>(&mut tx, app, ENROL, challenge).await?;
    let key = sealing::data_key(&mut tx, app, principal.person).await?;
    let inserted =
        sqlx::query("INSERT INTO totp_secrets (person_id, sealed, last_step, confirmed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(principal.person.0)
            .bind(key.seal(&app.rng, place(principal.person), &open.state.secret))
            .bind(step)
            .bind(app.now().to_sqlx())
            .execute(&mut *tx)
            .await?
            .rows_affected();
    if inserted == 0 {
        return Err(Error::conflict("totp_exists"));
    }
    let recovery_codes = recovery::renew(&mut tx, app, principal.person).await?;
    let cookie = session::strengthen(&mut tx, app, principal, FACTOR).await?;
    note(&mut tx, app, principal, "identity.totp_added").await?;
    enqueue_mail(&mut tx, app, NewMail::new(To::Person(principal.person), "totp_added")).await?;
    tx.commit().await?;
    Ok(Enrolled { cookie, recovery_codes })
}

/// Takes a code from the app as recent proof. Gives the session's new cookie.
///
/// # Errors
/// `wrong_app_code` on `/code`, also for a code that was used before; `too_many_attempts`; `no_totp`.
pub async fn show(app: &App, principal: &Principal, code: &str, address: IpAddr) -> Result<String> {
    let counters = counters(app, principal, address);
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    if !take(&mut tx, app, principal.person, code).await? {
        return Err(Error::field("/code", "wrong_app_code"));
    }
    let cookie = session::strengthen(&mut tx, app, principal, FACTOR).await?;
    throttle::forgive(&mut tx, &counters[..1]).await?;
    throttle::clear(&mut tx, &counters[1]).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// Uses up a code of `person`'s app. Tells whether it was right.
///
/// # Errors
/// `no_totp`.
pub(super) async fn take(tx: &mut Tx, app: &App, person: PersonId, code: &str) -> Result<bool> {
    let secret = secret(tx, app, person).await?.ok_or_else(|| Error::conflict("no_totp"))?;
    let Some(step) = step_of(app, secret, code)? else { return Ok(false) };
    // RFC 6238 §5.2: a code is accepted once. Of two requests with one code the row's lock lets one pass.
    let fresh = sqlx::query("UPDATE totp_secrets SET last_step = $2 WHERE person_id = $1 AND last_step < $2")
        .bind(person.0)
        .bind(step)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    Ok(fresh == 1)
}

async fn secret(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<[u8; SECRET_LEN]>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL")
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let key = sealing::data_key(tx, app, person).await?;
    let secret = key.unseal(place(person), &sealed)?;
    secret.try_into().map(Some).map_err(|_| Error::internal(anyhow::anyhow!("a secret of wrong length")))
}

/// The secret of `person`'s app in base 32, to be taken along to Keycloak.
pub(super) async fn secret_of(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<String>> {
    Ok(secret(tx, app, person).await?.map(|secret| Secret::from(secret.to_vec()).to_base32()))
}

/// What wrong answers of a signed-in person are counted by.
pub(super) fn counters(app: &App, principal: &Principal, address: IpAddr) -> [Counter; 2] {
    [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address), Counter::of(app, &ANSWERS_FOR_ACCOUNT, &principal.person.to_string())]
}

/// The step whose code this is, if it is one of the present three.
fn step_of(app: &App, secret: [u8; SECRET_LEN], code: &str) -> Result<Option<i64>> {
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(app.now().as_second()).unwrap_or(0);
    Ok(totp(secret, None)?.check(&typed, now).and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: [u8; SECRET_LEN], named: Option<(&str, &str)>) -> Result<Totp> {
    // Neither name may hold a colon: it separates them in the URI.
    let plain = |text: &str| text.replace(':', " ");
    let builder = Builder::new().with_secret(secret.to_vec()).with_skew(1);
    let builder = match named {
        Some((issuer, account)) => builder.with_issuer(Some(plain(issuer))).with_account_name(plain(account)),
        None => builder,
    };
    builder.build().map_err(|error| Error::internal(anyhow::anyhow!("totp: {error}")))
}

fn place(person: PersonId) -> Place<'static> {
    Place { table: "totp_secrets", column: "sealed", row: person.0 }
}

/// Removes the caller's app, unless a member of the staff would be left without a second factor. The person is told by mail.
///
/// # Errors
/// `last_second_factor`; not found where there is none.
pub async fn remove(tx: &mut Tx, caller: &Caller) -> Result<()> {
    proof::may_lose(tx, &caller.app, &caller.principal, Loss::Totp).await?;
    let removed =
        sqlx::query("DELETE FROM totp_secrets WHERE person_id = $1").bind(caller.me().0).execute(&mut **tx).await?.rows_affected();
    if removed == 0 { Err(Error::not_found()) } else { Ok(()) }
}
