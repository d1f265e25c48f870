//! Use cases: ask for the log as a file, and take it once a colleague has agreed. Page by page it may be read by the auditor alone; carried away as a
//! whole it takes two.

use domain::{
    approvals::State,
    ids::ApprovalId,
    time::{WallTime, instant_of},
};
use futures::{Stream, stream::try_unfold};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx as _;
use platform::db::Tx;
use serde_json::json;

use super::list::{ENTRY, Row, short};
use crate::{
    approvals::{self, Wanted},
    kernel::{
        audit,
        ctx::Caller,
        error::{Error, Result},
        validation::Checks,
    },
};

/// The longest span of a file, in days: a year.
const DAYS_MAX: i32 = 366;
/// Entries read at a time.
const BATCH: i64 = 2000;

/// Asks for the entries from `first` to `last`, both included, by the calendar of the deployment's own zone.
pub async fn ask(tx: &mut Tx, caller: &Caller, first: &str, last: &str, reason: &str) -> Result<ApprovalId> {
    let (from, to) = (first.parse::<Date>(), last.parse::<Date>());
    let mut checks = Checks::new();
    checks.that(from.is_ok(), "/first_day", "not_a_date").that(to.is_ok(), "/last_day", "not_a_date").done()?;
    let (Ok(from), Ok(to)) = (from, to) else { return Err(Error::field("/first_day", "not_a_date")) };
    let span = (to - from).get_days();
    Checks::new().that(span >= 0, "/last_day", "ends_before_start").that(span < DAYS_MAX, "/last_day", "longer_than_a_year").done()?;
    approvals::ask(tx, caller, Wanted::AuditExport(from, to), reason).await
}

/// What a file holds: entries made in a span of time.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    pub first_day: Date,
    pub last_day: Date,
    from: Timestamp,
    until: Timestamp,
}

/// What the caller may take now. Taking it is an entry of its own.
///
/// # Errors
/// `not_agreed` unless it is the caller's own ask, and a colleague agreed within the hour.
pub async fn open(tx: &mut Tx, caller: &Caller, id: ApprovalId) -> Result<Export> {
    let approval = approvals::own(tx, caller, id).await?.filter(|approval| matches!(approval.state, State::Open(_)));
    let Some((first_day, last_day)) = approval.and_then(|approval| approval.days) else { return Err(Error::conflict("not_agreed")) };
    let zone = &caller.app.packs.region.default_zone;
    let midnight = WallTime::from_minute_of_day(0).ok_or_else(|| Error::internal(anyhow::anyhow!("no midnight")))?;
    let after = last_day.checked_add(1.day()).map_err(Error::internal)?;
    let detail = json!({ "first_day": first_day.to_string(), "last_day": last_day.to_string() });
    audit::append(tx, caller, audit::Entry::new("audit.export").on("approval", id).detail(detail)).await?;
    Ok(Export { first_day, last_day, from: instant_of(zone, first_day, midnight), until: instant_of(zone, after, midnight) })
}

/// The file, piece by piece: CSV (RFC 4180) in UTF-8 with its mark, the oldest entry first, people as on the screen. Each piece is read in a transaction of its
/// own under the caller's rights, so that a year of entries neither fills memory nor holds the database.
pub fn pieces(caller: Caller, export: Export) -> impl Stream<Item = Result<Vec<u8>>> {
    try_unfold((caller, Some(None)), move |(caller, after): (Caller, Option<Option<i64>>)| async move {
        let Some(after) = after else { return Ok(None) };
        let mut tx = caller.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {ENTRY}
             WHERE e.at >= $1 AND e.at < $2 AND ($3::bigint IS NULL OR e.id > $3) ORDER BY e.id LIMIT $4"
        )))
        .bind(export.from.to_sqlx())
        .bind(export.until.to_sqlx())
        .bind(after)
        .bind(BATCH)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let is_last = i64::try_from(rows.len()).unwrap_or(0) < BATCH;
        let newest = rows.last().map(|row| row.id);
        let piece = written(after.is_none(), rows)?;
        Ok(Some((piece, (caller, (!is_last).then_some(newest)))))
    })
}

const COLUMNS: [&str; 11] =
    ["id", "at", "actor", "actor_name", "actor_role", "action", "subject", "resource", "detail", "sequence", "hash"];

fn written(is_first: bool, rows: Vec<Row>) -> Result<Vec<u8>> {
    let mut begun = Vec::new();
    if is_first {
        // The mark tells spreadsheets that it is UTF-8.
        begun.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun);
    if is_first {
        csv.write_record(COLUMNS).map_err(Error::internal)?;
    }
    for row in rows {
        let record = [
            row.id.to_string(),
            row.at.to_jiff().to_string(),
            row.actor_id.map(short).unwrap_or_default(),
            row.actor_name.map(|name| inert(&name)).unwrap_or_default(),
            row.actor_role,
            row.action,
            row.subject_id.map(short).unwrap_or_default(),
            row.resource.map(|resource| inert(&resource)).unwrap_or_default(),
            row.detail.to_string(),
            row.sequence.map(|n| n.to_string()).unwrap_or_default(),
            row.hash.map(hex::encode).unwrap_or_default(),
        ];
        csv.write_record(record).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(|error| Error::internal(anyhow::anyhow!("{error}")))
}

/// A cell that a spreadsheet takes for text: somebody may have called themselves a formula (OWASP, "CSV Injection").
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(inert("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(inert("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(inert("Анна-Мария"), "Анна-Мария");
    }
}
