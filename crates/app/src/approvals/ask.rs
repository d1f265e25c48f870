//! Use case: ask for something that takes two.

use domain::{
    approvals::{Kind, WAITS},
    ids::{ApprovalId, SafetyReportId},
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use platform::db::{Tx, violated_constraint};
use serde_json::json;

use super::{REASON, jobs, place};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// The address of the person behind a report.
    Contact(SafetyReportId),
    /// The entries of the audit log from one day to another, both included.
    AuditExport(Date, Date),
}

impl Wanted {
    /// Its kind.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Contact(_) => Kind::Contact,
            Self::AuditExport(..) => Kind::AuditExport,
        }
    }
}

/// Asks for `wanted`, and has those told who may agree.
///
/// # Errors
/// `already_asked` while an ask of the caller's for the same kind of thing waits; `nobody_to_agree` if no colleague could.
pub async fn ask(tx: &mut Tx, caller: &Caller, wanted: Wanted, reason: &str) -> Result<ApprovalId> {
    Checks::new().text(reason, *REASON.start(), *REASON.end(), "/reason").done()?;
    let (kind, now) = (wanted.kind(), caller.now());
    let (report, days) = match wanted {
        Wanted::Contact(report) => (Some(report), None),
        Wanted::AuditExport(first, last) => (None, Some((first, last))),
    };
    let (others,): (i32,) = sqlx::query_as("SELECT app.others_who_agree($1)").bind(kind.name()).fetch_one(&mut **tx).await?;
    if others == 0 {
        return Err(Error::conflict("nobody_to_agree"));
    }
    // What nobody answered in time makes room for the next.
    sqlx::query(
        "UPDATE approvals SET decision = 'withdrawn', decided_by = $1, decided_at = $2 WHERE asked_by = $1 AND decision IS NULL AND asked_at <= $3",
    )
    .bind(caller.me().0)
    .bind(now.to_sqlx())
    .bind((now - WAITS).to_sqlx())
    .execute(&mut **tx)
    .await?;
    let id = ApprovalId(caller.app.new_id());
    sqlx::query(
        "INSERT INTO approvals (id, kind, report_id, first_day, last_day, reason_sealed, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.0)
    .bind(kind.name())
    .bind(report.map(|r| r.0))
    .bind(days.map(|(first, _)| first.to_sqlx()))
    .bind(days.map(|(_, last)| last.to_sqlx()))
    .bind(caller.app.keys.seal(&caller.app.rng, place(id, "reason_sealed"), reason.trim().as_bytes()))
    .bind(caller.me().0)
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("approvals_waiting") => Error::conflict("already_asked"),
        _ => error.into(),
    })?;
    let mut detail = json!({ "what": kind.name() });
    if let Some((first, last)) = days {
        detail["first_day"] = first.to_string().into();
        detail["last_day"] = last.to_string().into();
    }
    audit::append(tx, caller, audit::Entry::new("approvals.ask").on("approval", id).detail(detail)).await?;
    jobs::tell(tx, now, id).await?;
    Ok(id)
}
