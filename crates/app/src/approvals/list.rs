//! Reading asks: all that the caller may know of, or one of their own.

use domain::{
    approvals::{Decision, Kind, State, state},
    ids::{ApprovalId, PersonId, SafetyReportId},
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp};
use platform::db::Tx;
use uuid::Uuid;

use super::place;
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
};

/// How many asks a list shows: what waits, and what was lately.
const LIST_MAX: i64 = 100;

/// An ask.
#[derive(Debug)]
pub struct Approval {
    pub id: ApprovalId,
    pub kind: Kind,
    pub report: Option<SafetyReportId>,
    /// The days of the log, both included.
    pub days: Option<(Date, Date)>,
    pub reason: String,
    /// Why it was refused; none of what was before that had to be said.
    pub refusal: Option<String>,
    pub asked_by: PersonId,
    pub asked_by_name: String,
    pub asked_at: Timestamp,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<Timestamp>,
    pub state: State,
    /// Whether the caller may agree to things of this kind, which are not their own.
    pub may_agree: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    report_id: Option<Uuid>,
    first_day: Option<SqlDate>,
    last_day: Option<SqlDate>,
    reason_sealed: Vec<u8>,
    refusal_sealed: Option<Vec<u8>>,
    asked_by: Uuid,
    asked_by_name: Option<String>,
    asked_at: SqlTimestamp,
    decision: Option<String>,
    decided_by_name: Option<String>,
    decided_at: Option<SqlTimestamp>,
    may_agree: bool,
}

impl Row {
    fn approval(self, caller: &Caller) -> Result<Approval> {
        let id = ApprovalId(self.id);
        let unknown = || Error::internal(anyhow::anyhow!("an ask of an unknown kind"));
        let read = |column, sealed: &[u8]| String::from_utf8(caller.app.keys.unseal(place(id, column), sealed)?).map_err(Error::internal);
        let decided_at = self.decided_at.map(SqlTimestamp::to_jiff);
        let decision = self.decision.map(|name| Decision::parse(&name).ok_or_else(unknown)).transpose()?;
        Ok(Approval {
            id,
            kind: Kind::parse(&self.kind).ok_or_else(unknown)?,
            report: self.report_id.map(SafetyReportId),
            days: self.first_day.zip(self.last_day).map(|(first, last)| (first.to_jiff(), last.to_jiff())),
            reason: read("reason_sealed", &self.reason_sealed)?,
            refusal: self.refusal_sealed.as_deref().map(|sealed| read("refusal_sealed", sealed)).transpose()?,
            asked_by: PersonId(self.asked_by),
            asked_by_name: self.asked_by_name.unwrap_or_default(),
            asked_at: self.asked_at.to_jiff(),
            decided_by_name: self.decided_by_name,
            decided_at,
            state: state(self.asked_at.to_jiff(), decision.zip(decided_at), caller.now()),
            may_agree: self.may_agree && self.asked_by != caller.me().0,
        })
    }
}

const APPROVAL: &str =
    "SELECT a.id, a.kind, a.report_id, a.first_day, a.last_day, a.reason_sealed, a.refusal_sealed, a.asked_by, p.display_name AS asked_by_name, a.asked_at,
        a.decision, d.display_name AS decided_by_name, a.decided_at, app.may_agree_to(a.kind) AS may_agree
 FROM approvals a LEFT JOIN people p ON p.id = a.asked_by LEFT JOIN people d ON d.id = a.decided_by";

/// The asks the caller may know of, the newest first.
pub(super) async fn list(tx: &mut Tx, caller: &Caller) -> Result<Vec<Approval>> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{APPROVAL} ORDER BY a.asked_at DESC, a.id DESC LIMIT $1")))
        .bind(LIST_MAX)
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(|row| row.approval(caller)).collect()
}

/// An ask of the caller's own.
pub async fn own(tx: &mut Tx, caller: &Caller, id: ApprovalId) -> Result<Option<Approval>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{APPROVAL} WHERE a.id = $1 AND a.asked_by = $2")))
        .bind(id.0)
        .bind(caller.me().0)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| row.approval(caller)).transpose()
}
