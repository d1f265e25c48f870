//! The way back of an employee who loses the only passkey (decision 0025): a code they keep elsewhere. It opens no session, but lets them set up a new account for
//! their record, once; the lost one then opens nothing. Specialists and staff are known to the operator, who lets them in again.

use std::net::IpAddr;

use domain::{
    identity::{normalise_access_code, recovery_code_from_bytes},
    ids::PersonId,
};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use uuid::Uuid;

use super::{
    moving::{Offer, offered},
    of,
    record::{Proven, Reason},
};
use crate::{
    identity::{
        email,
        passkeys::note,
        throttle::{self, ANSWERS_FROM_NETWORK, Counter},
    },
    kernel::{
        app::App,
        ctx::{Caller, Kind},
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
    organisations::entry as eligibility,
};

/// What a person's own code is, and became.
#[derive(Debug, Clone, Copy)]
pub struct WayBack {
    pub made_at: Timestamp,
    /// Somebody has come back by it: it is good no more.
    pub used_at: Option<Timestamp>,
}

/// The person's own.
pub async fn read(tx: &mut Tx, person: PersonId) -> Result<Option<WayBack>> {
    let row: Option<(SqlTimestamp, Option<SqlTimestamp>)> =
        sqlx::query_as("SELECT made_at, used_at FROM ways_back WHERE person_id = $1").bind(person.0).fetch_optional(&mut **tx).await?;
    Ok(row.map(|(made_at, used_at)| WayBack { made_at: made_at.to_jiff(), used_at: used_at.map(|at| at.to_jiff()) }))
}

/// Whether nothing that is known here would lead the person back: neither an address, by which a password is set anew, nor their company's sign-in. What they
/// have at Keycloak (a password may have another address there) is not asked for this: who tells it to the person says "if".
pub async fn is_only_way(app: &App, person: PersonId) -> Result<bool> {
    // Neither is for the person's own role to read.
    let mut tx = app.db.begin_system().await?;
    Ok(email::mailbox_of(&mut tx, app, person).await?.is_none() && eligibility::comes_by_sso(&mut tx, person).await?.is_none())
}

/// Gives the person a new code in place of the former. Shown once. 100 bits: it is found by itself, without a name.
pub async fn renew(tx: &mut Tx, caller: &Caller) -> Result<String> {
    require_employee(caller)?;
    let app = &caller.app;
    let code = format!("{}-{}", recovery_code_from_bytes(app.rng.bytes()), recovery_code_from_bytes(app.rng.bytes()));
    // Not by `excluded`: for that the person would have to be allowed to read the hash.
    sqlx::query(
        "INSERT INTO ways_back (person_id, code_hash, made_at) VALUES ($1, $2, $3)
         ON CONFLICT (person_id) DO UPDATE SET code_hash = $2, made_at = $3, used_at = NULL",
    )
    .bind(caller.me().0)
    .bind(hash(app, &code))
    .bind(app.now().to_sqlx())
    .execute(&mut **tx)
    .await?;
    enqueue_mail(tx, app, NewMail::new(To::Person(caller.me()), "way_back_made")).await?;
    note(tx, app, &caller.principal, "identity.way_back_made").await?;
    Ok(code)
}

/// Takes the person's code away.
///
/// # Errors
/// Not found where there is none.
pub async fn remove(tx: &mut Tx, caller: &Caller) -> Result<()> {
    require_employee(caller)?;
    let removed = sqlx::query("DELETE FROM ways_back WHERE person_id = $1").bind(caller.me().0).execute(&mut **tx).await?.rows_affected();
    if removed == 0 {
        return Err(Error::not_found());
    }
    note(tx, &caller.app, &caller.principal, "identity.way_back_removed").await
}

fn require_employee(caller: &Caller) -> Result<()> {
    of(&caller.app)?;
    if caller.principal.kind == Kind::Employee { Ok(()) } else { Err(Error::not_found()) }
}

/// Takes a code from somebody who has lost the rest. Uses nothing up: that happens when their new account is set up.
///
/// # Errors
/// `wrong_way_back` on `/code`; `too_many_attempts`.
pub async fn with_code(app: &App, code: &str, address: IpAddr) -> Result<Offer> {
    of(app)?;
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let row: Option<(Uuid,)> = sqlx::query_as(
        "SELECT w.person_id FROM ways_back w JOIN people p ON p.id = w.person_id
         WHERE w.code_hash = $1 AND p.kind = 'employee' AND p.deactivated_at IS NULL",
    )
    .bind(hash(app, code))
    .fetch_optional(&mut *tx)
    .await?;
    let (person,) = row.ok_or_else(|| Error::field("/code", "wrong_way_back"))?;
    let proven = Proven::of(&mut tx, app, PersonId(person), Kind::Employee, Reason::WayBack, false).await?;
    let offer = offered(&mut tx, app, &proven).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(offer)
}

fn hash(app: &App, typed: &str) -> Vec<u8> {
    app.keys.lookup("way back", &normalise_access_code(typed))
}
