//! Who has left a company, or come back, as its roster says. The request writes the roster and asks for one job, whoever is concerned; only the job,
//! later, finds out whether anybody is. So neither the answer nor its duration tells a company who of its people has entered.

use anyhow::Context as _;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::kernel::{app::App, error::Result};

/// Whose places on a company's roster changed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Changed {
    company: Uuid,
    /// [`super::entry::roster_lookup`] of each, in hexadecimal digits.
    lookups: Vec<String>,
    /// The last two are the former and the new name of one person.
    #[serde(default)]
    is_renamed: bool,
}

/// Asks for memberships to follow the roster, in the transaction that changes it.
pub(super) async fn follow(tx: &mut Tx, now: Timestamp, company: Uuid, lookups: impl IntoIterator<Item = &[u8]>) -> Result<()> {
    ask(tx, now, Changed { company, lookups: lookups.into_iter().map(hex::encode).collect(), is_renamed: false }).await
}

/// As [`follow`], for somebody whom the company calls by another address from now on: they stay who they are.
pub(super) async fn rename(tx: &mut Tx, now: Timestamp, company: Uuid, former: &[u8], new: &[u8]) -> Result<()> {
    ask(tx, now, Changed { company, lookups: vec![hex::encode(former), hex::encode(new)], is_renamed: true }).await
}

async fn ask(tx: &mut Tx, now: Timestamp, changed: Changed) -> Result<()> {
    let job = NewJob { kind: "organisations.follow_roster", payload: jobs::payload(&changed), unique_key: None, run_at: now };
    jobs::enqueue(tx, now, job).await?;
    Ok(())
}

/// The job of [`follow`] and [`rename`].
pub(super) async fn follow_roster(app: &App, changed: &Changed) -> anyhow::Result<()> {
    let lookups: Vec<Vec<u8>> = changed.lookups.iter().map(hex::decode).collect::<Result<_, _>>().context("no lookup")?;
    follow_now(app, changed.company, &lookups, changed.is_renamed).await.map_err(|e| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

/// Ends the memberships of those who are on the roster no longer, and opens those of who is again. By what the roster says now, so that jobs may come
/// late, twice and in any order.
async fn follow_now(app: &App, company: Uuid, lookups: &[Vec<u8>], is_renamed: bool) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin_system().await?;
    // One job of a company at a time: the later one sees what the roster was when it began, and what the earlier one did.
    sqlx::query("SELECT FROM companies WHERE id = $1 FOR UPDATE").bind(company).execute(&mut *tx).await?;
    if let ([former, new], true) = (lookups, is_renamed) {
        sqlx::query(
            "UPDATE memberships m SET came_by = $3
             WHERE m.company_id = $1 AND (m.came_by = $2 OR (m.came_by IS NULL AND m.via = 'roster'
                   AND EXISTS (SELECT FROM person_emails e WHERE e.person_id = m.person_id AND e.lookup = $2)))",
        )
        .bind(company)
        .bind(former)
        .bind(new)
        .execute(&mut *tx)
        .await?;
    }
    // A membership of before 0022 knows not by what its person came; their address does, if it still is the one.
    let changed: Vec<(Uuid, bool)> = sqlx::query_as(
        "UPDATE memberships m SET ended_at = CASE WHEN s.is_listed THEN NULL ELSE $3::timestamptz END
         FROM (SELECT k.person_id, EXISTS (SELECT FROM roster_entries r
                                           WHERE r.company_id = $1 AND r.lookup = coalesce(k.came_by, e.lookup) AND r.removed_at IS NULL) AS is_listed
               FROM memberships k LEFT JOIN person_emails e ON e.person_id = k.person_id
               WHERE k.company_id = $1 AND (k.came_by = ANY($2) OR (k.came_by IS NULL AND k.via = 'roster' AND e.lookup = ANY($2)))) s
         WHERE m.person_id = s.person_id AND s.is_listed = (m.ended_at IS NOT NULL)
         RETURNING m.person_id, m.ended_at IS NOT NULL",
    )
    .bind(company)
    .bind(lookups)
    .bind(now.to_sqlx())
    .fetch_all(&mut *tx)
    .await?;
    for (person, _) in changed.iter().filter(|(_, has_left)| !has_left) {
        // What was taken from their account at Keycloak is given back.
        let payload = json!({ "person": person });
        jobs::enqueue(&mut tx, now, NewJob { kind: "identity.mind_ways", payload, unique_key: None, run_at: now }).await?;
    }
    let left: Vec<Uuid> = changed.into_iter().filter_map(|(person, has_left)| has_left.then_some(person)).collect();
    if !left.is_empty() {
        let ended = NewJob { kind: "identity.access_ended", payload: json!({ "people": left }), unique_key: None, run_at: now };
        jobs::enqueue(&mut tx, now, ended).await?;
    }
    // Of however many people: the open calls first.
    for kind in ["sessions.access_ended", "booking.access_ended"] {
        for person in &left {
            let payload = json!({ "person": person, "company": company });
            jobs::enqueue(&mut tx, now, NewJob { kind, payload, unique_key: None, run_at: now }).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
