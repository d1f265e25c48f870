//! The hash chain over the audit log: sealing entries a moment after they were made, and telling whether the chain still holds.
//!
//! h(n) = SHA-256(h(n-1) || n || entry). Changing, removing or inserting an entry breaks the link with its number. What a chain cannot show by itself
//! is its end being cut off: for that the newest link is published as metrics, for whoever collects them elsewhere to remember.

use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::{crypto::sha256, db::Db};

use super::app::App;

#[derive(Debug, sqlx::FromRow)]
struct EntryRow {
    id: i64,
    at: SqlTimestamp,
    actor_id: Option<uuid::Uuid>,
    actor_role: String,
    action: String,
    subject_id: Option<uuid::Uuid>,
    resource: Option<String>,
    detail: serde_json::Value,
}

impl EntryRow {
    /// The bytes that are hashed: JSON of a fixed shape.
    fn canonical(&self) -> Vec<u8> {
        serde_json::json!([
            self.id,
            self.at.to_jiff().as_microsecond(),
            self.actor_id,
            self.actor_role,
            self.action,
            self.subject_id,
            self.resource,
            self.detail
        ])
        .to_string()
        .into_bytes()
    }
}

/// An entry together with its link.
#[derive(Debug, sqlx::FromRow)]
struct SealedRow {
    sequence: i64,
    hash: Vec<u8>,
    #[sqlx(flatten)]
    entry: EntryRow,
}

const ENTRY_COLUMNS: &str = "e.id, e.at, e.actor_id, e.actor_role, e.action, e.subject_id, e.resource, e.detail";
/// Entries handled at a time.
const BATCH: i64 = 5000;

fn link(previous: &[u8], sequence: i64, entry: &EntryRow) -> Vec<u8> {
    sha256(&[previous, &sequence.to_be_bytes(), &entry.canonical()].concat())
}

/// Chains the entries committed since the last time. One sealer at a time: an advisory lock for the transaction.
pub(super) async fn seal(app: &App) -> anyhow::Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    let (mine,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_xact_lock(hashtext('audit_seals'))").fetch_one(&mut *tx).await?;
    if !mine {
        return Ok(());
    }
    let head: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT sequence, hash FROM audit_seals ORDER BY sequence DESC LIMIT 1").fetch_optional(&mut *tx).await?;
    let (mut sequence, mut hash) = head.unwrap_or((0, Vec::new()));
    // Entries commit out of order, so "not yet sealed" is asked, not "above the last id".
    let entries: Vec<EntryRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {ENTRY_COLUMNS} FROM audit_entries e WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT {BATCH}"
    )))
    .fetch_all(&mut *tx)
    .await?;
    for entry in entries {
        sequence += 1;
        hash = link(&hash, sequence, &entry);
        sqlx::query("INSERT INTO audit_seals (sequence, entry_id, hash, sealed_at) VALUES ($1, $2, $3, $4)")
            .bind(sequence)
            .bind(entry.id)
            .bind(&hash)
            .bind(now.to_sqlx())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    publish(sequence, &hash);
    Ok(())
}

/// The newest link as metrics: its number, and the first 48 bits of its hash, which a float holds exactly.
fn publish(sequence: i64, hash: &[u8]) {
    let head = hash.iter().take(6).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    metrics::gauge!("audit_sealed_entries").set(sequence as f64);
    metrics::gauge!("audit_sealed_head").set(head as f64);
}

/// What recomputing the chain has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Every link holds.
    Intact {
        links: i64,
        /// The newest link's hash; empty if nothing is chained.
        head: Vec<u8>,
    },
    /// The first link that does not hold, by its number.
    BrokenAt(i64),
}

/// Recomputes the whole chain.
pub async fn verify(db: &Db) -> anyhow::Result<Verified> {
    let mut tx = db.begin_system().await?;
    let (mut links, mut head) = (0, Vec::new());
    loop {
        let rows: Vec<SealedRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT s.sequence, s.hash, {ENTRY_COLUMNS} FROM audit_seals s JOIN audit_entries e ON e.id = s.entry_id
             WHERE s.sequence > $1 ORDER BY s.sequence LIMIT {BATCH}"
        )))
        .bind(links)
        .fetch_all(&mut *tx)
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            head = link(&head, row.sequence, &row.entry);
            // A link whose entry is gone is missing here: the next number does not follow.
            if row.sequence != links + 1 || row.hash != head {
                return Ok(Verified::BrokenAt(links + 1));
            }
            links = row.sequence;
        }
    }
    // Links at the end whose entries are gone.
    let (sealed,): (Option<i64>,) = sqlx::query_as("SELECT max(sequence) FROM audit_seals").fetch_one(&mut *tx).await?;
    Ok(if sealed.unwrap_or(0) > links { Verified::BrokenAt(links + 1) } else { Verified::Intact { links, head } })
}
