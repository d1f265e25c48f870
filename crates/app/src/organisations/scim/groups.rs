//! Groups of a directory: kept because directories send them and want them back. They mean nothing here.

use domain::organisations::scim::{GROUP, Kind, Operation, Refusal, filter::Test, group::Group};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{crypto::Place, db::Tx};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Directory, Expected, Failure, Found, Outcome, Page, Resource, is_expected, users};
use crate::kernel::error::Result;

const NAMED: &str = "scim displayName";
const EXTERNAL: &str = "scim group externalId";
/// Most groups of one company: directories send the few that somebody chose.
const GROUPS_MAX: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name_sealed: Vec<u8>,
    external_id_sealed: Option<Vec<u8>>,
    version: i64,
    created_at: SqlTimestamp,
    changed_at: SqlTimestamp,
    members: Vec<Uuid>,
}

const fn place(column: &'static str, row: Uuid) -> Place<'static> {
    Place { table: "scim_groups", column, row }
}

impl Row {
    fn group(&self, directory: &Directory) -> Result<Group> {
        let external_id = self.external_id_sealed.as_deref();
        Ok(Group {
            display_name: directory.open(place("name_sealed", self.id), &self.name_sealed)?,
            external_id: external_id.map(|sealed| directory.open(place("external_id_sealed", self.id), sealed)).transpose()?,
            members: self.members.iter().copied().collect(),
        })
    }

    fn resource(&self, directory: &Directory) -> Result<Resource> {
        let group = self.group(directory)?;
        let members: Vec<Value> = group.members.iter().map(|id| users::reference(directory, *id)).collect();
        let mut body = json!({
            "schemas": [GROUP],
            "id": self.id,
            "displayName": group.display_name,
            "members": members,
            "meta": {
                "resourceType": "Group",
                "created": self.created_at.to_jiff().to_string(),
                "lastModified": self.changed_at.to_jiff().to_string(),
                "location": format!("{}/Groups/{}", directory.base(), self.id),
                "version": format!("W/\"{}\"", self.version),
            },
        });
        if let Some(external_id) = group.external_id {
            body["externalId"] = external_id.into();
        }
        Ok(Resource { id: self.id, version: self.version, body })
    }
}

const COLUMNS: &str = "g.id, g.name_sealed, g.external_id_sealed, g.version, g.created_at, g.changed_at,
       ARRAY(SELECT m.user_id FROM scim_group_members m WHERE m.group_id = g.id ORDER BY 1) AS members";

#[derive(Debug, Default)]
struct Wanted {
    id: Option<Uuid>,
    name: Option<Vec<u8>>,
    external_id: Option<Vec<u8>>,
}

/// The groups that fulfil all of `tests`.
pub async fn list(directory: &Directory, tests: &[Test], page: Page) -> Outcome<Found> {
    let mut wanted = Wanted::default();
    for test in tests {
        let agrees = match test {
            Test::Always => true,
            Test::Id(id) => users::only(&mut wanted.id, *id),
            Test::DisplayName(name) => users::only(&mut wanted.name, directory.lookup(NAMED, &name.to_lowercase())),
            Test::ExternalId(id) => users::only(&mut wanted.external_id, directory.lookup(EXTERNAL, id)),
            _ => false,
        };
        if !agrees {
            return Ok(Found { total: 0, resources: Vec::new() });
        }
    }
    let mut tx = directory.begin().await?;
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM scim_groups g
         WHERE g.company_id = $1 AND ($2::uuid IS NULL OR g.id = $2) AND ($3::bytea IS NULL OR g.name_lookup = $3)
           AND ($4::bytea IS NULL OR g.external_id_lookup = $4) ORDER BY g.id"
    )))
    .bind(directory.company)
    .bind(wanted.id)
    .bind(wanted.name)
    .bind(wanted.external_id)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let index = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    let shown = rows.iter().skip(index(page.start - 1)).take(index(page.count));
    Ok(Found { total, resources: shown.map(|row| Ok(row.resource(directory)?.body)).collect::<Result<_>>()? })
}

async fn one(tx: &mut Tx, directory: &Directory, id: Uuid, lock: &str) -> Outcome<Row> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM scim_groups g WHERE g.company_id = $1 AND g.id = $2 {lock}")))
        .bind(directory.company)
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Failure::NotFound)
}

/// One group.
pub async fn read(directory: &Directory, id: Uuid) -> Outcome<Resource> {
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

/// Adds a group.
pub async fn create(directory: &Directory, group: &Group) -> Outcome<Resource> {
    let (now, id) = (directory.app.now(), directory.app.new_id());
    let mut tx = directory.begin().await?;
    let (count,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM scim_groups WHERE company_id = $1").bind(directory.company).fetch_one(&mut *tx).await?;
    if count >= GROUPS_MAX {
        return Err(Refusal::new(Kind::TooMany, format!("a company has at most {GROUPS_MAX} groups")).into());
    }
    let external_id = group.external_id.as_deref();
    sqlx::query(
        "INSERT INTO scim_groups (id, company_id, name_lookup, name_sealed, external_id_lookup, external_id_sealed, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
    )
    .bind(id)
    .bind(directory.company)
    .bind(directory.lookup(NAMED, &group.display_name.to_lowercase()))
    .bind(directory.seal(place("name_sealed", id), &group.display_name))
    .bind(external_id.map(|e| directory.lookup(EXTERNAL, e)))
    .bind(external_id.map(|e| directory.seal(place("external_id_sealed", id), e)))
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await?;
    set_members(&mut tx, directory, id, group).await?;
    directory.note(&mut tx, "scim_group", id, "created").await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

async fn set_members(tx: &mut Tx, directory: &Directory, id: Uuid, group: &Group) -> Outcome<()> {
    let members: Vec<Uuid> = group.members.iter().copied().collect();
    if users::known(tx, directory, &members).await? != i64::try_from(members.len()).unwrap_or(i64::MAX) {
        return Err(Refusal::new(Kind::InvalidValue, "members.value is not the id of a user").into());
    }
    sqlx::query("DELETE FROM scim_group_members WHERE company_id = $1 AND group_id = $2 AND NOT user_id = ANY($3)")
        .bind(directory.company)
        .bind(id)
        .bind(&members)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO scim_group_members (company_id, group_id, user_id) SELECT $1, $2, * FROM unnest($3::uuid[]) ON CONFLICT DO NOTHING",
    )
    .bind(directory.company)
    .bind(id)
    .bind(&members)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a group becomes.
pub enum Change<'a> {
    Replaced(Group),
    Patched(&'a [Operation]),
}

/// Changes a group.
pub async fn change(directory: &Directory, id: Uuid, expected: Expected, change: Change<'_>) -> Outcome<Resource> {
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "FOR UPDATE OF g").await?;
    is_expected(row.version, expected)?;
    let before = row.group(directory)?;
    let after = match change {
        Change::Replaced(group) => group,
        Change::Patched(operations) => before.clone().patched(operations)?,
    };
    if after == before {
        return Ok(row.resource(directory)?);
    }
    let external_id = after.external_id.as_deref();
    sqlx::query(
        "UPDATE scim_groups SET name_lookup = $3, name_sealed = $4, external_id_lookup = $5, external_id_sealed = $6, version = version + 1,
                changed_at = $7 WHERE company_id = $1 AND id = $2",
    )
    .bind(directory.company)
    .bind(id)
    .bind(directory.lookup(NAMED, &after.display_name.to_lowercase()))
    .bind(directory.seal(place("name_sealed", id), &after.display_name))
    .bind(external_id.map(|e| directory.lookup(EXTERNAL, e)))
    .bind(external_id.map(|e| directory.seal(place("external_id_sealed", id), e)))
    .bind(directory.app.now().to_sqlx())
    .execute(&mut *tx)
    .await?;
    set_members(&mut tx, directory, id, &after).await?;
    directory.note(&mut tx, "scim_group", id, "changed").await?;
    let row = one(&mut tx, directory, id, "").await?;
    tx.commit().await?;
    Ok(row.resource(directory)?)
}

/// Forgets a group. Its people stay.
pub async fn remove(directory: &Directory, id: Uuid, expected: Expected) -> Outcome<()> {
    let mut tx = directory.begin().await?;
    let row = one(&mut tx, directory, id, "FOR UPDATE OF g").await?;
    is_expected(row.version, expected)?;
    sqlx::query("DELETE FROM scim_groups WHERE company_id = $1 AND id = $2").bind(directory.company).bind(id).execute(&mut *tx).await?;
    directory.note(&mut tx, "scim_group", id, "removed").await?;
    tx.commit().await?;
    Ok(())
}
