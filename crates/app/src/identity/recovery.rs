//! Recovery codes: ten one-time codes on paper, for the day the phone or the key is lost.

use std::net::IpAddr;

use domain::{
    identity::{normalise_access_code, recovery_code_from_bytes},
    ids::PersonId,
};
use jiff_sqlx::ToSqlx;
use platform::db::Tx;

use super::{passkeys::note, session, throttle, totp};
use crate::{
    kernel::{
        app::App,
        ctx::Principal,
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// How many codes a person gets.
const CODES: usize = 10;
/// The factor's name in sessions.
const FACTOR: &str = "recovery";

/// Gives `person` new codes in place of the former ones.
pub async fn renew(tx: &mut Tx, app: &App, person: PersonId) -> Result<Vec<String>> {
    sqlx::query("DELETE FROM recovery_codes WHERE person_id = $1").bind(person.0).execute(&mut **tx).await?;
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code_from_bytes(app.rng.bytes())).collect();
    for code in &codes {
        sqlx::query("INSERT INTO recovery_codes (person_id, code_hash) VALUES ($1, $2)")
            .bind(person.0)
            .bind(hash(app, person, code))
            .execute(&mut **tx)
            .await?;
    }
    Ok(codes)
}

/// How many codes are left.
pub async fn left(tx: &mut Tx, person: PersonId) -> Result<i64> {
    let (left,): (i64,) = sqlx::query_as("SELECT count(*) FROM recovery_codes WHERE person_id = $1 AND used_at IS NULL")
        .bind(person.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(left)
}

/// Takes a recovery code as recent proof. Gives the session's new cookie. The person is told by mail.
///
/// # Errors
/// `wrong_recovery_code` on `/code`, also for a code that was used before; `too_many_attempts`.
pub async fn show(app: &App, principal: &Principal, code: &str, address: IpAddr) -> Result<String> {
    let counters = totp::counters(app, principal, address);
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    if !take(&mut tx, app, principal.person, code).await? {
        return Err(Error::field("/code", "wrong_recovery_code"));
    }
    let cookie = session::strengthen(&mut tx, app, principal, FACTOR).await?;
    note(&mut tx, app, principal, "identity.recovery_code_used").await?;
    enqueue_mail(&mut tx, app, NewMail::new(To::Person(principal.person), "recovery_code_used")).await?;
    throttle::forgive(&mut tx, &counters[..1]).await?;
    throttle::clear(&mut tx, &counters[1]).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// Uses up one of `person`'s codes. Tells whether it was right.
pub(super) async fn take(tx: &mut Tx, app: &App, person: PersonId, code: &str) -> Result<bool> {
    let used = sqlx::query("UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL")
        .bind(person.0)
        .bind(hash(app, person, code))
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// A keyed hash: the codes are short enough to be found from a plain one.
fn hash(app: &App, person: PersonId, typed: &str) -> Vec<u8> {
    app.keys.lookup("recovery code", &format!("{person}:{}", normalise_access_code(typed)))
}
