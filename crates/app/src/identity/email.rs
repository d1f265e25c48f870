//! A person's mail address: sealed under their data key, found by a keyed hash, and only ever kept once it has been proven.

use domain::{identity::normalise_email, ids::PersonId};
use jiff_sqlx::ToSqlx;
use platform::{crypto::Place, db::Tx};
use uuid::Uuid;

use crate::kernel::{
    app::App,
    ctx::Kind,
    error::{Error, Result},
    sealing,
};

/// The address of `person`, as far as the transaction's actor may read it.
pub async fn address_of(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<String>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM person_emails WHERE person_id = $1 AND verified_at IS NOT NULL")
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        Some((sealed,)) => open(tx, app, person, &sealed).await.map(Some),
        None => Ok(None),
    }
}

/// Opens the sealed address of `person`, in a transaction that may read their data key.
pub async fn open(tx: &mut Tx, app: &App, person: PersonId, sealed: &[u8]) -> Result<String> {
    let key = sealing::data_key(tx, app, person).await?;
    sealing::open_text(&key, place(person), sealed)
}

/// Where mail to `person` goes, in a system transaction: their address, unless it is the mailbox of a company which they have left.
pub async fn mailbox_of(tx: &mut Tx, app: &App, person: PersonId) -> Result<Option<String>> {
    let (is_left,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM person_emails e WHERE e.person_id = $1 AND app.is_left_mailbox(e.person_id, e.lookup))")
            .bind(person.0)
            .fetch_one(&mut **tx)
            .await?;
    if is_left { Ok(None) } else { address_of(tx, app, person).await }
}

/// Keeps a proven address for `person`, in place of the former.
///
/// # Errors
/// `email_taken` if another account of the same kind has it. Only somebody who reads that mailbox gets to see this.
pub async fn set(tx: &mut Tx, app: &App, person: PersonId, kind: Kind, address: &str) -> Result<()> {
    let address = normalise_email(address);
    let key = sealing::data_key(tx, app, person).await?;
    let result = sqlx::query(
        "INSERT INTO person_emails (person_id, kind, lookup, sealed, verified_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person_id) DO UPDATE SET lookup = excluded.lookup, sealed = excluded.sealed, verified_at = excluded.verified_at",
    )
    .bind(person.0)
    .bind(kind.name())
    .bind(lookup(app, &address))
    .bind(sealing::seal_text(app, &key, place(person), &address))
    .bind(app.now().to_sqlx())
    .execute(&mut **tx)
    .await;
    match result {
        Err(error) if platform::db::violated_constraint(&error) == Some("person_emails_kind_lookup_key") => {
            Err(Error::conflict("email_taken"))
        }
        other => other.map(|_| ()).map_err(Into::into),
    }
}

/// The accounts in use that have the address: at most one of each kind. Not of whoever has left the company whose mailbox it is: that is read by
/// others now.
pub async fn owners(tx: &mut Tx, app: &App, address: &str) -> Result<Vec<(PersonId, Kind)>> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT e.person_id, e.kind FROM person_emails e JOIN people p ON p.id = e.person_id
         WHERE e.lookup = $1 AND e.verified_at IS NOT NULL AND p.deactivated_at IS NULL AND NOT app.is_left_mailbox(e.person_id, e.lookup)
         ORDER BY e.kind",
    )
    .bind(lookup(app, address))
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().filter_map(|(id, kind)| Some((PersonId(id), Kind::parse(&kind)?))).collect())
}

/// What an address is found by.
pub fn lookup(app: &App, address: &str) -> Vec<u8> {
    app.keys.lookup("email", &normalise_email(address))
}

fn place(person: PersonId) -> Place<'static> {
    Place { table: "person_emails", column: "sealed", row: person.0 }
}
