//! One-time codes by mail. The request does the same work for every address; only the job, later, finds out whether a code is to be sent at all. So
//! neither the answer nor its duration tells whether an address is known.

use std::net::IpAddr;

use domain::{identity::normalise_email, ids::PersonId, text::Locale};
use jiff::{SignedDuration, Timestamp};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{
    challenge::{self, NewChallenge},
    email,
    keycloak::without_company,
    throttle::{self, ANSWERS_FOR_ACCOUNT, ANSWERS_FROM_NETWORK, Counter, SENDS_FROM_NETWORK, SENDS_TO_ADDRESS},
};
use crate::{
    kernel::{
        app::App,
        error::{Error, FieldError, Result},
        validation::params,
    },
    notifications::{NewMail, To, enqueue_mail},
    organisations::entry,
};

/// How long a code may be typed.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How many answers to one code are looked at: a guess is right once in 200,000.
pub const ANSWERS_MAX: i32 = 5;
/// Digits of a code.
const DIGITS: u32 = 6;

/// What a code proves an address for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To sign in or to enter.
    SignIn,
    /// To become a person's new address.
    ChangeEmail,
    /// To show that the signed-in person is still there.
    StepUp,
    /// To be the name of a newcomer's password at Keycloak.
    Entrance,
}

impl Purpose {
    const fn kind(self) -> &'static str {
        match self {
            Self::SignIn => "code.sign_in",
            Self::ChangeEmail => "code.change_email",
            Self::StepUp => "code.step_up",
            Self::Entrance => "code.entrance",
        }
    }
}

/// What is sealed with a code's challenge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    /// Normalised.
    pub email: String,
    pub locale: Locale,
}

/// A code asked for.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    pub challenge: Uuid,
    pub expires_at: Timestamp,
}

/// Who asks for a code, for what, and to which address.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub purpose: Purpose,
    /// The signed-in person, for every purpose but signing in.
    pub person: Option<PersonId>,
    pub email: &'a str,
    pub locale: Locale,
    pub address: IpAddr,
}

/// Asks for a code.
///
/// # Errors
/// `too_many_attempts`.
pub async fn start(app: &App, asked: Asked<'_>) -> Result<Started> {
    let email = normalise_email(asked.email);
    throttle::count(app, &[Counter::of_network(app, &SENDS_FROM_NETWORK, asked.address), Counter::of(app, &SENDS_TO_ADDRESS, &email)])
        .await?;
    let mut tx = app.db.begin_system().await?;
    let new = NewChallenge { kind: asked.purpose.kind(), person: asked.person, code_hash: None, lifetime: LIFETIME };
    let kept = challenge::keep(&mut tx, app, new, &Sent { email, locale: asked.locale }).await?;
    let payload = json!({ "challenge": kept.id, "purpose": asked.purpose });
    let job = NewJob { kind: "identity.send_code", payload, unique_key: None, run_at: app.now() };
    jobs::enqueue(&mut tx, app.now(), job).await?;
    tx.commit().await?;
    Ok(Started { challenge: kept.id, expires_at: kept.expires_at })
}

/// The job: sends the code, if the address may have one. Done twice it sends one.
pub async fn send(app: &App, challenge: Uuid, purpose: Purpose) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let Some(open) = challenge::peek::<Sent>(&mut tx, app, purpose.kind(), challenge).await? else { return Ok(()) };
    if open.code_hash.is_some() {
        return Ok(());
    }
    let Sent { email, locale } = open.state;
    let may_have_one = match purpose {
        Purpose::SignIn => {
            !email::owners(&mut tx, app, &email).await?.is_empty()
                || entry::by_email(&mut tx, app, &email).await?.is_some()
                || entry::has_put_off(&mut tx, app, &email).await?
                || without_company::may_have_letter(&mut tx, app, &email).await?
        }
        Purpose::ChangeEmail | Purpose::StepUp | Purpose::Entrance => true,
    };
    if !may_have_one {
        return Ok(());
    }
    let code = format!("{:06}", app.rng.below(10_u32.pow(DIGITS)));
    sqlx::query("UPDATE login_challenges SET code_hash = $2 WHERE id = $1")
        .bind(challenge)
        .bind(hash(app, challenge, &code))
        .execute(&mut *tx)
        .await?;
    let template = match purpose {
        Purpose::SignIn => "sign_in_code",
        Purpose::ChangeEmail | Purpose::Entrance => "change_email_code",
        Purpose::StepUp => "step_up_code",
    };
    enqueue_mail(&mut tx, app, NewMail::new(To::Address { email, locale }, template).params(json!({ "code": code }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Looks at an answer. The challenge is not used up: [`challenge::consume`] does that, in the transaction of what the answer permits.
///
/// # Errors
/// `wrong_code` on `/code`; `code_expired` once it is over, used, or answered wrongly five times; `too_many_attempts`.
pub async fn check(app: &App, purpose: Purpose, challenge: Uuid, person: Option<PersonId>, code: &str, address: IpAddr) -> Result<Sent> {
    let mut tx = app.db.begin_system().await?;
    let open = challenge::count_answer::<Sent>(&mut tx, app, purpose.kind(), challenge, ANSWERS_MAX).await?;
    tx.commit().await?;
    let open = open.filter(|open| open.person == person).ok_or_else(|| Error::gone("code_expired"))?;
    let counters = counters(app, &open.state.email, address);
    throttle::count(app, &counters).await?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let right = open.code_hash.unwrap_or_else(|| hash(app, challenge, ""));
    let is_right = !typed.is_empty() && bool::from(right.ct_eq(&hash(app, challenge, &typed)));
    if !is_right {
        return Err(Error::invalid(vec![FieldError { pointer: "/code".into(), code: "wrong_code", params: params([]) }]));
    }
    let mut tx = app.db.begin_system().await?;
    throttle::forgive(&mut tx, &counters[..1]).await?;
    throttle::clear(&mut tx, &counters[1]).await?;
    tx.commit().await?;
    Ok(open.state)
}

fn counters(app: &App, email: &str, address: IpAddr) -> [Counter; 2] {
    [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address), Counter::of(app, &ANSWERS_FOR_ACCOUNT, email)]
}

fn hash(app: &App, challenge: Uuid, code: &str) -> Vec<u8> {
    app.keys.lookup("mailed code", &format!("{challenge}:{code}"))
}

/// Uses the challenge up, in the transaction of what its answer permits.
pub async fn consume(tx: &mut Tx, app: &App, purpose: Purpose, challenge: Uuid) -> Result<()> {
    challenge::consume::<Sent>(tx, app, purpose.kind(), challenge).await.map(|_| ())
}
