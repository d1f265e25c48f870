//! The slice's jobs: telling those who may agree, telling the one who asked, and forgetting asks after a year.

use domain::{
    approvals::{Kind, State, state},
    ids::{ApprovalId, PersonId},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use platform::{
    db::Tx,
    jobs::{self, Job, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
        live,
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// An ask with its reason is kept for a year; that there was one stays in the audit log.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 365);

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Payload {
    approval: ApprovalId,
}

/// Asks for everybody to be told whom the ask concerns, as it stands when the job is done.
pub(super) async fn tell(tx: &mut Tx, now: Timestamp, approval: ApprovalId) -> Result<()> {
    let job = NewJob { kind: "approvals.tell", payload: jobs::payload(&Payload { approval }), unique_key: None, run_at: now };
    jobs::enqueue(tx, now, job).await?;
    Ok(())
}

/// Does a job of this slice.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match job.kind.as_str() {
        "approvals.tell" => {
            let Payload { approval } = serde_json::from_value(job.payload.clone())?;
            let everybody: Vec<&str> = Kind::ALL.into_iter().flat_map(Kind::who_agrees).map(|role| role.name()).collect();
            live::emit_to_staff(app, &everybody, "approvals.changed").await?;
            write(app, approval).await.map_err(|e: Error| anyhow::anyhow!("{}: {:?}", e.code, e.source))
        }
        "approvals.sweep" => sweep(app).await.map_err(|e: Error| anyhow::anyhow!("{}: {:?}", e.code, e.source)),
        _ => anyhow::bail!("unknown kind of job"),
    }
}

/// Letters: to those who may agree while the ask waits, to the one who asked once a colleague has decided. Each once.
async fn write(app: &App, id: ApprovalId) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    let row: Option<(String, Uuid, SqlTimestamp, Option<String>, Option<SqlTimestamp>)> =
        sqlx::query_as("SELECT kind, asked_by, asked_at, decision, decided_at FROM approvals WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&mut *tx)
            .await?;
    let Some((kind, asked_by, asked_at, decision, decided_at)) = row else { return Ok(()) };
    let Some(kind) = Kind::parse(&kind) else { return Ok(()) };
    let decision = decision.as_deref().and_then(domain::approvals::Decision::parse);
    let link = format!("{}/desk/approvals", app.config.public_url);
    match state(asked_at.to_jiff(), decision.zip(decided_at.map(SqlTimestamp::to_jiff)), app.now()) {
        State::Waiting(until) => {
            let roles: Vec<&str> = kind.who_agrees().iter().map(|role| role.name()).collect();
            let colleagues: Vec<(Uuid,)> = sqlx::query_as(
                "SELECT DISTINCT c.person_id FROM staff_capabilities c WHERE c.capability = ANY($1) AND c.person_id <> $2 ORDER BY 1",
            )
            .bind(&roles)
            .bind(asked_by)
            .fetch_all(&mut *tx)
            .await?;
            for (colleague,) in colleagues {
                let mail = NewMail::new(To::Person(PersonId(colleague)), "approval_asked")
                    .params(json!({ "kind": kind.name(), "until": until.to_string(), "link": link }))
                    .once(format!("approvals.asked:{id}:{colleague}"));
                enqueue_mail(&mut tx, app, mail).await?;
            }
        }
        now @ (State::Open(_) | State::Refused) => {
            let mail = NewMail::new(To::Person(PersonId(asked_by)), "approval_decided")
                .params(json!({ "kind": kind.name(), "decision": now.name(), "until": now.until().map(|at| at.to_string()), "link": link }))
                .once(format!("approvals.decided:{id}"));
            enqueue_mail(&mut tx, app, mail).await?;
        }
        State::Over | State::Withdrawn | State::Lapsed => {}
    }
    tx.commit().await?;
    Ok(())
}

async fn sweep(app: &App) -> Result<()> {
    let mut tx = app.db.begin_system().await?;
    sqlx::query("DELETE FROM approvals WHERE asked_at < $1").bind((app.now() - KEPT).to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
