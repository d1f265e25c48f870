//! Access codes. Shown once, when they are made; afterwards only their last characters and coarse counts: whoever handed a code to somebody must not
//! learn from us that they came.

use domain::identity::{access_code_hint, format_access_code};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{companies, entry};
use crate::kernel::{
    audit::{self, Entry},
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// Codes to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCodes {
    /// For the operator: where the codes go.
    #[serde(default)]
    pub label: String,
    /// How many codes, 1 to 1000.
    pub count: i32,
    /// How many people may enter by each: 1 to 100000 for a single code, 1 for several.
    pub max_uses: i32,
    /// RFC 3339; never if absent.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// New codes. They are never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeCodes {
    pub batch: CodeBatch,
    /// As they are handed out: `K7QM-X2D9-ABCD`.
    pub codes: Vec<String>,
}

/// Codes that were made together.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeBatch {
    pub id: Uuid,
    pub label: String,
    /// Codes in the batch.
    pub count: i64,
    /// The last characters of a single code.
    pub hint: Option<String>,
    /// How many people may enter by all of them together.
    pub max_uses: i64,
    /// At least so many have; absent when fewer than ten, and for a company's HR.
    pub uses_at_least: Option<i32>,
    /// Codes taken back.
    pub revoked: i64,
    pub expires_at: Option<String>,
    pub created_at: String,
    /// `active`, `expired` or `revoked`.
    pub state: &'static str,
}

/// A company's codes, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeBatches {
    pub batches: Vec<CodeBatch>,
}

/// Which codes of a batch are taken back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CodeRevocation {
    /// One code that was lost; all of the batch if absent.
    #[serde(default)]
    pub code: Option<String>,
}

const COUNT_MAX: i64 = 1000;
const BATCHES_SHOWN: i64 = 200;

#[derive(Debug, sqlx::FromRow)]
struct Row {
    batch_id: Uuid,
    label: String,
    count: i64,
    hint: String,
    max_uses: i64,
    uses_at_least: Option<i32>,
    revoked: i64,
    expires_at: Option<SqlTimestamp>,
    created_at: SqlTimestamp,
}

/// The fewest people for whom HR makes a code. Whoever gave a code to one person would only have to try it later to learn that it was used.
const MANY: i64 = 10;

/// Makes one code for many, as a company's HR may.
pub(super) async fn make_for_many(tx: &mut Tx, caller: &Caller, company: Uuid, new: &NewCodes) -> Result<MadeCodes> {
    let mut checks = Checks::new();
    checks.range(new.count.into(), 1, 1, "/count");
    checks.range(new.max_uses.into(), MANY, 100_000, "/max_uses").done()?;
    // Up to twice as many: with the exact number one could use up all but the last, give that to one person, and see later whether it was used.
    let more = caller.app.rng.below(u32::try_from(new.max_uses).unwrap_or(0) + 1);
    make_with(tx, caller, company, new, more).await
}

/// Makes codes.
pub(super) async fn make(tx: &mut Tx, caller: &Caller, company: Uuid, new: &NewCodes) -> Result<MadeCodes> {
    make_with(tx, caller, company, new, 0).await
}

async fn make_with(tx: &mut Tx, caller: &Caller, company: Uuid, new: &NewCodes, more_uses: u32) -> Result<MadeCodes> {
    let expires_at = check(caller, new)?;
    companies::in_use(tx, company).await?;
    let app = &caller.app;
    let batch = app.new_id();
    let count = usize::try_from(new.count).unwrap_or(1);
    let codes: Vec<String> = (0..count).map(|_| entry::new_code(app)).collect();
    let ids: Vec<Uuid> = codes.iter().map(|_| app.new_id()).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| entry::code_hash(app, code)).collect();
    let hints: Vec<String> = codes.iter().map(|code| access_code_hint(code)).collect();
    sqlx::query(
        "INSERT INTO access_codes (id, company_id, batch_id, label, code_hash, hint, max_uses, expires_at, created_at, more_uses)
         SELECT u.id, $1, $2, $3, u.hash, u.hint, $4, $5, $6, $10 FROM unnest($7::uuid[], $8::bytea[], $9::text[]) AS u(id, hash, hint)",
    )
    .bind(company)
    .bind(batch)
    .bind(new.label.trim())
    .bind(new.max_uses)
    .bind(expires_at.map(|at| at.to_sqlx()))
    .bind(caller.now().to_sqlx())
    .bind(ids)
    .bind(hashes)
    .bind(hints)
    .bind(i32::try_from(more_uses).unwrap_or(0))
    .execute(&mut **tx)
    .await?;
    let detail = json!({ "company": company, "count": new.count, "max_uses": new.max_uses });
    audit::append(tx, caller, Entry::new("organisations.make_codes").on("codes", batch).detail(detail)).await?;
    let batch = read(tx, caller, batch).await?;
    Ok(MadeCodes { batch, codes: codes.iter().map(|code| format_access_code(code)).collect() })
}

/// Lists a company's codes.
pub(super) async fn list(tx: &mut Tx, caller: &Caller, company: Uuid) -> Result<CodeBatches> {
    companies::exists(tx, company).await?;
    let rows = rows(tx, Some(company), None).await?;
    Ok(CodeBatches { batches: rows.into_iter().map(|row| view(caller, row)).collect() })
}

/// Takes codes back: nobody enters by them any more, whoever has entered stays.
pub(super) async fn revoke(tx: &mut Tx, caller: &Caller, batch: Uuid, revocation: &CodeRevocation) -> Result<CodeBatch> {
    read(tx, caller, batch).await?;
    Checks::new().text(revocation.code.as_deref().unwrap_or("-"), 1, 60, "/code").done()?;
    let revoked = sqlx::query(
        "UPDATE access_codes SET revoked_at = $2 WHERE batch_id = $1 AND revoked_at IS NULL AND ($3::bytea IS NULL OR code_hash = $3)",
    )
    .bind(batch)
    .bind(caller.now().to_sqlx())
    .bind(revocation.code.as_deref().map(|code| entry::code_hash(&caller.app, code)))
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if revoked == 0 {
        return Err(match revocation.code {
            Some(_) => Error::field("/code", "not_of_this_batch"),
            None => Error::conflict("codes_already_revoked"),
        });
    }
    audit::append(tx, caller, Entry::new("organisations.revoke_codes").on("codes", batch).detail(json!({ "count": revoked }))).await?;
    read(tx, caller, batch).await
}

fn check(caller: &Caller, new: &NewCodes) -> Result<Option<Timestamp>> {
    let expires_at: Option<Option<Timestamp>> = new.expires_at.as_deref().map(|at| at.parse().ok());
    let mut checks = Checks::new();
    checks.name(&new.label, 0, 80, "/label");
    checks.range(new.count.into(), 1, COUNT_MAX, "/count");
    checks.range(new.max_uses.into(), 1, if new.count > 1 { 1 } else { 100_000 }, "/max_uses");
    match expires_at {
        Some(None) => _ = checks.that(false, "/expires_at", "wrong_date"),
        Some(Some(at)) => _ = checks.that(at > caller.now(), "/expires_at", "in_the_past"),
        None => {}
    }
    checks.done()?;
    Ok(expires_at.flatten())
}

async fn rows(tx: &mut Tx, company: Option<Uuid>, batch: Option<Uuid>) -> Result<Vec<Row>> {
    Ok(sqlx::query_as(
        "SELECT a.batch_id, min(a.label) AS label, count(*) AS count, min(a.hint) AS hint, sum(a.max_uses) AS max_uses,
                app.code_uses(a.batch_id) AS uses_at_least, count(a.revoked_at) AS revoked, min(a.expires_at) AS expires_at,
                min(a.created_at) AS created_at
         FROM access_codes a WHERE ($1::uuid IS NULL OR a.company_id = $1) AND ($2::uuid IS NULL OR a.batch_id = $2)
         GROUP BY a.batch_id ORDER BY min(a.created_at) DESC, a.batch_id DESC LIMIT $3",
    )
    .bind(company)
    .bind(batch)
    .bind(BATCHES_SHOWN)
    .fetch_all(&mut **tx)
    .await?)
}

async fn read(tx: &mut Tx, caller: &Caller, batch: Uuid) -> Result<CodeBatch> {
    let row = rows(tx, None, Some(batch)).await?.pop().ok_or_else(Error::not_found)?;
    Ok(view(caller, row))
}

fn view(caller: &Caller, row: Row) -> CodeBatch {
    let expires_at = row.expires_at.map(|at| at.to_jiff());
    let state = if row.revoked == row.count {
        "revoked"
    } else if expires_at.is_some_and(|at| at <= caller.now()) {
        "expired"
    } else {
        "active"
    };
    CodeBatch {
        id: row.batch_id,
        label: row.label,
        count: row.count,
        hint: (row.count == 1).then_some(row.hint),
        max_uses: row.max_uses,
        uses_at_least: row.uses_at_least,
        revoked: row.revoked,
        expires_at: expires_at.map(|at| at.to_string()),
        created_at: row.created_at.to_jiff().to_string(),
        state,
    }
}
