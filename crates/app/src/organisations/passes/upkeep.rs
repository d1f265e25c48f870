//! What comes round by the clock: keys before they are needed, the end of what is over, and the order of what was given.

use domain::{
    ids::PersonId,
    organisations::passes::{AHEAD, TOLD_BEFORE},
};
use jiff::Span;
use jiff_sqlx::{Date as SqlDate, ToSqlx};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde_json::json;
use uuid::Uuid;

use super::keys;
use crate::{
    kernel::{app::App, audit, error::Result},
    notifications::{NewMail, To, enqueue_mail},
};

/// The job.
pub(in crate::organisations) async fn upkeep(app: &App) -> anyhow::Result<()> {
    let done = async {
        let mut tx = app.db.begin_system().await?;
        make_keys(&mut tx, app).await?;
        end_access(&mut tx, app).await?;
        tell(&mut tx, app).await?;
        forget(&mut tx, app).await?;
        mix(&mut tx).await?;
        tx.commit().await?;
        Result::Ok(())
    };
    done.await.map_err(|e: crate::kernel::error::Error| anyhow::anyhow!("{}: {:?}", e.code, e.source))
}

/// Keys are there a week before their period: somebody's coming is not what makes one, as its entry in the audit log has an instant.
async fn make_keys(tx: &mut Tx, app: &App) -> Result<()> {
    let companies: Vec<(Uuid, i16, Option<SqlDate>)> = sqlx::query_as(
        "SELECT p.company_id, p.months, (SELECT max(k.ends_on) FROM pass_keys k WHERE k.company_id = p.company_id)
         FROM company_passes p JOIN companies c ON c.id = p.company_id AND c.archived_at IS NULL",
    )
    .fetch_all(&mut **tx)
    .await?;
    let today = app.today();
    for (company, months, last) in companies {
        let months = i8::try_from(months).unwrap_or(0);
        let mut last = last.map(|day| day.to_jiff());
        for day in [today, today.saturating_add(Span::new().days(AHEAD))] {
            if last.is_some_and(|last| last >= day) {
                continue;
            }
            if let Some(entry) = keys::make(tx, app, company, day, months, last).await? {
                audit::append_as(tx, app.now(), None, "system", entry).await?;
            }
            let until: (Option<SqlDate>,) =
                sqlx::query_as("SELECT max(ends_on) FROM pass_keys WHERE company_id = $1").bind(company).fetch_one(&mut **tx).await?;
            last = until.0.map(|day| day.to_jiff());
        }
    }
    Ok(())
}

/// Whoever has not renewed is entitled no longer. What is planned is called off; what is theirs stays, and so do their sessions: it is there that they
/// renew.
async fn end_access(tx: &mut Tx, app: &App) -> Result<()> {
    let now = app.now();
    let ended: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "UPDATE memberships SET ended_at = $1 WHERE via = 'pass' AND ended_at IS NULL AND ends_on < $2 RETURNING person_id, company_id",
    )
    .bind(now.to_sqlx())
    .bind(app.today().to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    for (person, company) in ended {
        let payload = json!({ "person": person, "company": company });
        jobs::enqueue(tx, now, NewJob { kind: "booking.access_ended", payload, unique_key: None, run_at: now }).await?;
    }
    Ok(())
}

/// Whoever can have a newer pass and has not renewed is written to, some days before their access ends: once, and only if they want mail. Those without an
/// address read it in the app.
async fn tell(tx: &mut Tx, app: &App) -> Result<()> {
    let today = app.today();
    let told: Vec<(Uuid, SqlDate)> = sqlx::query_as(
        "UPDATE memberships m SET told_of = m.ends_on
         WHERE m.via = 'pass' AND m.ended_at IS NULL AND m.ends_on <= $2 AND m.told_of IS DISTINCT FROM m.ends_on
           AND EXISTS (SELECT FROM pass_keys k
                       WHERE k.company_id = m.company_id AND $1 BETWEEN k.starts_on AND k.ends_on AND k.lets_in_until > m.ends_on)
         RETURNING person_id, ends_on",
    )
    .bind(today.to_sqlx())
    .bind(today.saturating_add(Span::new().days(TOLD_BEFORE)).to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    for (person, ends_on) in told {
        let mail =
            NewMail::new(To::Person(PersonId(person)), "pass_ends").params(json!({ "ends_on": ends_on.to_jiff().to_string() })).chosen();
        enqueue_mail(tx, app, mail).await?;
    }
    Ok(())
}

/// What can open nothing any more is not kept: secret halves of keys that give no passes, notes of who has had one, hashes of those that were used.
async fn forget(tx: &mut Tx, app: &App) -> Result<()> {
    let today = app.today();
    for statement in [
        "UPDATE pass_keys SET secret_sealed = NULL WHERE secret_sealed IS NOT NULL AND ends_on < $1",
        "DELETE FROM passes_given g USING pass_keys k WHERE k.company_id = g.company_id AND k.starts_on = g.starts_on AND k.ends_on < $1",
        "DELETE FROM passes_used u USING pass_keys k WHERE k.company_id = u.company_id AND k.starts_on = u.starts_on AND k.lets_in_until < $1",
    ] {
        sqlx::query(statement).bind(today.to_sqlx()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Writes what a proof has written anew, in the order of its hashes, in one transaction: neither a row's place in the table nor the transaction that
/// wrote it tells any longer when somebody came. Whoever writes meanwhile waits, and then finds the new rows.
async fn mix(tx: &mut Tx) -> Result<()> {
    for statement in [
        "LOCK TABLE passes_given, access_codes IN SHARE ROW EXCLUSIVE MODE",
        "WITH taken AS (DELETE FROM passes_given RETURNING *)
         INSERT INTO passes_given SELECT * FROM taken ORDER BY entitlement",
        "WITH taken AS (DELETE FROM access_codes WHERE company_id IN (SELECT company_id FROM company_passes) RETURNING *)
         INSERT INTO access_codes SELECT * FROM taken ORDER BY code_hash",
    ] {
        sqlx::query(statement).execute(&mut **tx).await?;
    }
    Ok(())
}
