//! People of a directory: each is a place on the roster, with what the directory calls them.

use domain::organisations::scim::{Operation, USER, filter::Test, user::User};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{
    crypto::Place,
    db::{Tx, violated_constraint},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Directory, Expected, Failure, Found, Outcome, Page, Resource, is_expected, taken};
use crate::{
    kernel::error::Result,
    organisations::{entry, leaving, roster},
};

const NAMED: &str = "scim userName";
const EXTERNAL: &str = "scim externalId";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    lookup: Vec<u8>,
    roster_id: Uuid,
    email_sealed: Vec<u8>,
    is_active: bool,
    user_name_sealed: Vec<u8>,
    external_id_sealed: Option<Vec<u8>>,
    version: i64,
    created_at: SqlTimestamp,
    changed_at: SqlTimestamp,
}

const fn place(column: &'static str, row: Uuid) -> Place<'static> {
    Place { table: "scim_users", column, row }
}

impl Row {
    fn user(&self, directory: &Directory) -> Result<User> {
        let external_id = self.external_id_sealed.as_deref();
        Ok(User {
            user_name: directory.open(place("user_name_sealed", self.id), &self.user_name_sealed)?,
            external_id: external_id.map(|sealed| directory.open(place("external_id_sealed", self.id), sealed)).transpose()?,
            address: directory.open(roster::place(self.roster_id), &self.email_sealed)?,
            is_active: self.is_active,
        })
    }

    fn resource(&self, directory: &Directory) -> Result<Resource> {
        let user = self.user(directory)?;
        let mut body = json!({
            "schemas": [USER],
            "id": self.id,
            "userName": user.user_name,
            "active": user.is_active,
            "emails": [{ "value": user.address, "type": "work" }],
            "meta": {
                "resourceType": "User",
                "created": self.created_at.to_jiff().to_string(),
                "lastModified": self.changed_at.to_jiff().to_string(),
                "location": format!("{}/Users/{}", directory.base(), self.id),
                "version": format!("W/\"{}\"", self.version),
            },
        });
        if let Some(external_id) = user.external_id {
            body["externalId"] = external_id.into();
        }
        Ok(Resource { id: self.id, version: self.version, body })
    }
}

/// What a list is narrowed to; a condition that is absent holds for everybody.
#[derive(Debug, Default)]
struct Wanted {
    id: Option<Uuid>,
    user_name: Option<Vec<u8>>,
    external_id: Option<Vec<u8>>,
    address: Option<Vec<u8>>,
    is_active: Option<bool>,
    is_nobody: bool,
}

impl Wanted {
    fn of(directory: &Directory, tests: &[Test]) -> Self {
        let mut wanted = Self::default();
        for test in tests {
            let agrees = match test {
                Test::Always => true,
                Test::Id(id) => only(&mut wanted.id, *id),
                Test::UserName(name) => only(&mut wanted.user_name, directory.lookup(NAMED, &name.to_lowercase())),
                Test::ExternalId(id) => only(&mut wanted.external_id, directory.lookup(EXTERNAL, id)),
                Test::Address(address) => only(&mut wanted.address, entry::roster_lookup(&directory.app, address)),
                Test::IsActive(is) => only(&mut wanted.is_active, *is),
                Test::DisplayName(_) | Test::Never => false,
            };
            wanted.is_nobody |= !agrees;
        }
        wanted
    }
}

/// Sets a condition; tells whether it agrees with what was set before.
pub(super) fn only<T: PartialEq>(slot: &mut Option<T>, value: T) -> bool {
    match slot {
        Some(before) => *before == value,
        None => {
            *slot = Some(value);
            true
        }
    }
}

const COLUMNS: &str =
    "u.id, u.lookup, r.id AS roster_id, r.email_sealed, r.removed_at IS NULL AS is_active, u.user_name_sealed, u.external_id_sealed,
       u.version, u.created_at, u.changed_at";
const MATCHES: &str = "FROM scim_users u JOIN roster_entries r ON r.company_id = u.company_id AND r.lookup = u.lookup
     WHERE u.company_id = $1 AND ($2::uuid IS NULL OR u.id = $2) AND ($3::bytea IS NULL OR u.user_name_lookup = $3)
       AND ($4::bytea IS NULL OR u.external_id_lookup = $4) AND ($5::bytea IS NULL OR u.lookup = $5)
       AND ($6::boolean IS NULL OR (r.removed_at IS NULL) = $6)";

/// The people that fulfil all of `tests`.
pub async fn list(directory: &Directory, tests: &[Test], page: Page) -> Outcome<Found> {
    let wanted = Wanted::of(directory, tests);
    if wanted.is_nobody {
        return Ok(Found { total: 0, resources: Vec::new() });
    }
    let mut tx = directory.begin().await?;
    let (total,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) {MATCHES}")))
        .bind(directory.company)
        .bind(wanted.id)
        .bind(&wanted.user_name)
        .bind(&wanted.external_id)
        .bind(&wanted.address)
        .bind(wanted.is_active)
        .fetch_one(&mut *tx)
        .await?;
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} {MATCHES} ORDER BY u.id OFFSET $7 LIMIT $8")))
        .bind(directory.company)
        .bind(wanted.id)
        .bind(&wanted.user_name)
        .bind(&wanted.external_id)
        .bind(&wanted.address)
        .bind(wanted.is_active)
        .bind(page.start - 1)
        .bind(page.count)
        .fetch_all(&mut *tx)
        .await?;
    tx.commit().await?;
    let resources = rows.iter().map(|row| Ok(row.resource(directory)?.body)).collect::<Result<_>>()?;
    Ok(Found { total, resources })
}

async fn one(tx: &mut Tx, directory: &Directory, id: Uuid, lock: &str) -> Outcome<Row> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM scim_users u JOIN roster_entries r ON r.company_id = u.company_id AND r.lookup = u.lookup
         WHERE u.company_id = $1 AND u.id = $2 {lock}"
    )))
    .bind(directory.company)
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Failure::NotFound)
}

/// What is kept of what a directory calls a person: keyed hashes to find them by, and the names sealed.
struct Names {
    user_lookup: Vec<u8>,
    user_sealed: Vec<u8>,
    external_lookup: Option<Vec<u8>>,
    external_sealed: Option<Vec<u8>>,
}

impl Names {
    fn of(directory: &Directory, id: Uuid, user: &User) -> Self {
        let external = user.external_id.as_deref();
        Self {
            user_lookup: directory.lookup(NAMED, &user.user_name.to_lowercase()),
            user_sealed: directory.seal(place("user_name_sealed", id), &user.user_name),
            external_lookup: external.map(|name| directory.lookup(EXTERNAL, name)),
            external_sealed: external.map(|name| directory.seal(place("external_id_sealed", id), name)),
        }
    }
}

/// One person.
pub async fn read(directory: &Directory, id: Uuid) -> Outcome<Resource> {
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

/// Adds a person. Whoever is on the roster already, by a file, keeps their place.
pub async fn create(directory: &Directory, user: &User) -> Outcome<Resource> {
    if user.is_active && directory.is_archived {
        return Err(Failure::Archived);
    }
    let (app, now, id) = (&directory.app, directory.app.now(), directory.app.new_id());
    let mut tx = directory.begin().await?;
    let lookup = put_on_roster(&mut tx, directory, user).await?;
    let names = Names::of(directory, id, user);
    let inserted = sqlx::query(
        "INSERT INTO scim_users (id, company_id, lookup, user_name_lookup, user_name_sealed, external_id_lookup, external_id_sealed, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(id)
    .bind(directory.company)
    .bind(&lookup)
    .bind(names.user_lookup)
    .bind(names.user_sealed)
    .bind(names.external_lookup)
    .bind(names.external_sealed)
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await;
    unique(inserted)?;
    leaving::follow(&mut tx, app.now(), directory.company, [lookup.as_slice()]).await?;
    directory.note(&mut tx, "scim_user", id, "created").await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

/// Puts a person on the roster, or marks their place as left, as they are active. Gives what the place is found by.
async fn put_on_roster(tx: &mut Tx, directory: &Directory, user: &User) -> Outcome<Vec<u8>> {
    let (app, id) = (&directory.app, directory.app.new_id());
    let lookup = entry::roster_lookup(app, &user.address);
    sqlx::query(
        "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at, removed_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (company_id, lookup) DO UPDATE SET removed_at = excluded.removed_at",
    )
    .bind(id)
    .bind(directory.company)
    .bind(&lookup)
    .bind(directory.seal(roster::place(id), &user.address))
    .bind(app.now().to_sqlx())
    .bind((!user.is_active).then(|| app.now().to_sqlx()))
    .execute(&mut **tx)
    .await?;
    Ok(lookup)
}

async fn take_off_roster(tx: &mut Tx, directory: &Directory, lookup: &[u8]) -> Outcome<()> {
    sqlx::query("UPDATE roster_entries SET removed_at = $3 WHERE company_id = $1 AND lookup = $2 AND removed_at IS NULL")
        .bind(directory.company)
        .bind(lookup)
        .bind(directory.app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What a person becomes.
pub enum Change<'a> {
    /// What was sent, read with whether they were active: a PUT.
    Replaced(&'a (dyn Fn(bool) -> domain::organisations::scim::Result<User> + Send + Sync)),
    /// What the operations make of them: a PATCH.
    Patched(&'a [Operation]),
}

/// Changes a person.
pub async fn change(directory: &Directory, id: Uuid, expected: Expected, change: Change<'_>) -> Outcome<Resource> {
    let now = directory.app.now();
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "FOR UPDATE OF u").await?;
    is_expected(row.version, expected)?;
    let before = row.user(directory)?;
    let after = match change {
        Change::Replaced(read) => read(before.is_active)?,
        Change::Patched(operations) => before.clone().patched(operations)?,
    };
    if after.is_active && !before.is_active && directory.is_archived {
        return Err(Failure::Archived);
    }
    if after == before {
        return Ok(row.resource(directory)?);
    }
    let lookup = put_on_roster(&mut tx, directory, &after).await?;
    let names = Names::of(directory, id, &after);
    let updated = sqlx::query(
        "UPDATE scim_users SET lookup = $3, user_name_lookup = $4, user_name_sealed = $5, external_id_lookup = $6, external_id_sealed = $7,
                version = version + 1, changed_at = $8 WHERE company_id = $1 AND id = $2",
    )
    .bind(directory.company)
    .bind(id)
    .bind(&lookup)
    .bind(names.user_lookup)
    .bind(names.user_sealed)
    .bind(names.external_lookup)
    .bind(names.external_sealed)
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await;
    unique(updated)?;
    if lookup == row.lookup {
        leaving::follow(&mut tx, now, directory.company, [lookup.as_slice()]).await?;
    } else {
        take_off_roster(&mut tx, directory, &row.lookup).await?;
        leaving::rename(&mut tx, now, directory.company, &row.lookup, &lookup).await?;
    }
    let did = match (before.is_active, after.is_active) {
        (true, false) => "deactivated",
        (false, true) => "activated",
        _ => "changed",
    };
    directory.note(&mut tx, "scim_user", id, did).await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

/// Forgets a person, who is on the roster no longer.
pub async fn remove(directory: &Directory, id: Uuid, expected: Expected) -> Outcome<()> {
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "FOR UPDATE OF u").await?;
    is_expected(row.version, expected)?;
    sqlx::query("DELETE FROM scim_users WHERE company_id = $1 AND id = $2").bind(directory.company).bind(id).execute(&mut *tx).await?;
    take_off_roster(&mut tx, directory, &row.lookup).await?;
    leaving::follow(&mut tx, directory.app.now(), directory.company, [row.lookup.as_slice()]).await?;
    directory.note(&mut tx, "scim_user", id, "removed").await?;
    tx.commit().await?;
    Ok(())
}

fn unique(done: sqlx::Result<sqlx::postgres::PgQueryResult>) -> Outcome<()> {
    match done {
        Err(error) if violated_constraint(&error) == Some("scim_users_name") => Err(taken("userName")),
        Err(error) if violated_constraint(&error) == Some("scim_users_address") => Err(taken("address in emails")),
        other => Ok(other.map(|_| ())?),
    }
}

/// Those of `ids` who are people of this directory.
pub(super) async fn known(tx: &mut Tx, directory: &Directory, ids: &[Uuid]) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM scim_users WHERE company_id = $1 AND id = ANY($2)")
        .bind(directory.company)
        .bind(ids)
        .fetch_one(&mut **tx)
        .await?;
    Ok(count)
}

/// The address of a person's resource, for what refers to them.
pub(super) fn reference(directory: &Directory, id: Uuid) -> Value {
    json!({ "value": id, "$ref": format!("{}/Users/{id}", directory.base()), "type": "User" })
}
