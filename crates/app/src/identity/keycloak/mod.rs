//! Sign-in by Keycloak (decision 0017). It says who somebody is; which record that is, and what its person may do, stays here.
//!
//! The browser never holds a token: a sign-in that is on its way lies in the database, bound to the browser by a cookie, and the session's refresh token
//! lies there sealed.

mod answer;
mod ask;
mod company;
pub(in crate::identity) mod console;
pub(in crate::identity) mod entrance;
mod entry;
mod given_up;
mod held;
pub(in crate::identity) mod left;
pub(in crate::identity) mod logout;
pub mod moving;
pub(in crate::identity) mod password;
pub(in crate::identity) mod record;
mod reset;
mod spent;
pub(in crate::identity) mod unwanted;
mod validity;
pub(in crate::identity) mod vouched;
pub(in crate::identity) mod way_back;
pub(in crate::identity) mod ways;
pub(in crate::identity) mod without_company;

use std::sync::{Arc, atomic::AtomicI64};

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use keycloak::{
    client::{Failure, Realm},
    client_key::ClientKey,
    realm::{STAFF, WEB},
};
use platform::{
    crypto::DeploymentKeys,
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};

pub use self::{
    answer::{Answer, Answered, take_answer},
    ask::{Browser, Hint, SetUp, Started, set_up, sign_in, step_up},
    company::{enter_by_company, go_to_company},
    entry::{Address, NewEntry, Proof, Way, ask_for_address, begin as enter, with_way},
    given_up::{GivenUp, take as given_up},
    logout::{end, end_now},
    validity::{is_still_valid, is_valid_by_now},
};
pub(in crate::identity) use self::{
    held::{give_up, held, rename},
    logout::end_at_keycloak,
    reset::{reset, reset_at_keycloak},
    ways::ask as mind_ways,
};
use crate::kernel::{
    app::App,
    ctx::Kind,
    error::{Error, Kind as ErrorKind, Result},
};

/// The page to which Keycloak sends the browser back; it hands what it brought to [`take_answer`].
pub const ANSWER_PAGE: &str = "/signed-in";
/// Where the deployment's own entrance answers, below both its addresses.
pub const ENTRANCE_PATH: &str = "/oidc/entrance";

/// The deployment's Keycloak.
#[derive(Debug)]
pub struct Keycloak {
    realm: Realm,
    /// Where Keycloak reaches us.
    inner_url: String,
    /// Until when it need not be asked again after it did not answer, in seconds since 1970.
    away_until: Arc<AtomicI64>,
}

impl Keycloak {
    /// `issuer` is the realm's address as browsers reach it, `inner_issuer` as we do; `inner_url` is ours, as Keycloak reaches it.
    ///
    /// # Errors
    /// No TLS on this machine.
    pub fn new(issuer: &str, inner_issuer: &str, inner_url: &str, keys: &DeploymentKeys) -> anyhow::Result<Self> {
        let realm = Realm::new(issuer, inner_issuer, client_key(keys))?;
        Ok(Self { realm, inner_url: inner_url.to_owned(), away_until: Arc::default() })
    }

    /// Its realm, and ourselves as its client.
    pub const fn realm(&self) -> &Realm {
        &self.realm
    }
}

/// The key by which this deployment is a client of its realm.
pub fn client_key(keys: &DeploymentKeys) -> ClientKey {
    ClientKey::from_secret(keys.derive("keycloak client"))
}

/// The deployment's Keycloak, for what exists only with one.
fn of(app: &App) -> Result<&Keycloak> {
    app.keycloak.as_ref().ok_or_else(Error::not_found)
}

/// The realm's client for accounts of a kind. Specialists, companies' HR and staff, who answer for other people's affairs, always show two factors.
const fn client(kind: Kind) -> &'static str {
    match kind {
        Kind::Employee => WEB,
        Kind::Specialist | Kind::Hr | Kind::Staff => STAFF,
    }
}

/// What a sign-in of a kind is worth at least.
const fn least_worth(kind: Kind) -> &'static str {
    match kind {
        Kind::Employee => "pwd",
        Kind::Specialist | Kind::Hr | Kind::Staff => "mfa",
    }
}

/// Whether a sign-in worth `acr` is enough for `kind`.
fn is_worth(acr: &str, kind: Kind) -> bool {
    acr == "mfa" || acr == least_worth(kind)
}

/// The record of `kind` of an account, if there is one.
async fn record(tx: &mut Tx, app: &App, subject: &str, kind: Kind) -> Result<Option<PersonId>> {
    let row: Option<(uuid::Uuid,)> = sqlx::query_as("SELECT person_id FROM logins WHERE issuer = $1 AND subject = $2 AND kind = $3")
        .bind(of(app)?.realm.issuer())
        .bind(subject)
        .bind(kind.name())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|(id,)| PersonId(id)))
}

/// What a person is told when Keycloak does not do what it should. The log has the rest.
fn told(failure: Failure) -> Error {
    match failure {
        Failure::Unreachable(why) => {
            tracing::warn!(why, "Keycloak does not answer");
            Error::new(ErrorKind::Unavailable, "sign_in_unavailable")
        }
        // The code was used, or is of another sign-in.
        Failure::Denied(code) if code == "invalid_grant" => Error::gone("sign_in_over"),
        Failure::Denied(code) => {
            tracing::error!(code, "Keycloak refuses us: is its realm of this deployment?");
            Error::new(ErrorKind::Unavailable, "sign_in_unavailable")
        }
        Failure::NotBelieved(why) => {
            tracing::error!(why = why.to_string(), "what Keycloak says is not believed");
            Error::forbidden("sign_in_refused")
        }
    }
}

/// Whatever somebody brings that is used, too old, or of another browser.
fn over() -> Error {
    Error::gone("sign_in_over")
}

/// A job about a person's account at Keycloak.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct AboutPerson {
    person: PersonId,
}

/// Asks for such a job, tried until it is done; for nothing where there is no Keycloak.
async fn ask_for_job(tx: &mut Tx, app: &App, kind: &'static str, person: PersonId) -> Result<()> {
    if app.keycloak.is_some() {
        let payload = serde_json::to_value(AboutPerson { person }).map_err(Error::internal)?;
        jobs::enqueue(tx, app.now(), NewJob { kind, payload, unique_key: None, run_at: app.now() }).await?;
    }
    Ok(())
}

/// Why a job has failed.
fn failed(error: Error) -> anyhow::Error {
    error.source.unwrap_or_else(|| anyhow::anyhow!(error.code))
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}

fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN)
}

/// A name for one of our proofs to Keycloak.
fn proof_id(app: &App) -> String {
    app.new_id().to_string()
}

/// Whether a member of staff can come back: by an account of this realm. `person` none asks for anybody.
pub async fn staff_has_account(tx: &mut Tx, app: &App, person: Option<PersonId>) -> Result<bool> {
    let (has,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT FROM person_logins l JOIN people p ON p.id = l.person_id
                        WHERE l.issuer = $1 AND l.kind = 'staff' AND p.deactivated_at IS NULL AND ($2::uuid IS NULL OR p.id = $2))",
    )
    .bind(of(app)?.realm.issuer())
    .bind(person.map(|p| p.0))
    .fetch_one(&mut **tx)
    .await?;
    Ok(has)
}

/// Ties a record to an account. A record has one account, and an account one record of a kind.
///
/// # Errors
/// `already_has_record`.
async fn bind(tx: &mut Tx, app: &App, subject: &str, kind: Kind, person: PersonId, entrance_subject: Option<&str>) -> Result<()> {
    if record(tx, app, subject, kind).await?.is_some() {
        return Err(Error::conflict("already_has_record"));
    }
    let done = sqlx::query(
        "INSERT INTO person_logins (issuer, subject, kind, person_id, entrance_subject, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (issuer, subject, kind) DO NOTHING",
    )
    .bind(of(app)?.realm.issuer())
    .bind(subject)
    .bind(kind.name())
    .bind(person.0)
    .bind(entrance_subject)
    .bind(app.now().to_sqlx())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if done == 1 { Ok(()) } else { Err(Error::conflict("already_has_record")) }
}

/// As [`bind`] for one of the demo's people, whose account has the person's id. Done twice it does no harm.
pub(in crate::identity) async fn bind_demo(tx: &mut Tx, app: &App, person: PersonId, kind: Kind) -> Result<()> {
    sqlx::query(
        "INSERT INTO person_logins (issuer, subject, kind, person_id, created_at) VALUES ($1, $2::text, $3, $2, $4)
         ON CONFLICT (person_id) DO UPDATE SET issuer = excluded.issuer",
    )
    .bind(of(app)?.realm.issuer())
    .bind(person.0)
    .bind(kind.name())
    .bind(app.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
