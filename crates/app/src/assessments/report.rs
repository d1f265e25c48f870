//! Use case: answer the safety questions about the specialist. Nobody but the safety role will read them, not even the person again.

use std::collections::BTreeMap;

use domain::{
    assessments::ReportState,
    ids::{AppointmentId, SafetyReportId},
};
use jiff_sqlx::ToSqlx as _;
use platform::{
    crypto::Place,
    db::{Tx, violated_constraint},
    jobs,
};
use serde::{Deserialize, Serialize};

use super::{after, questions};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    sealing::{data_key, seal_text},
    validation::Checks,
};

/// The longest text beside the answers, in characters.
pub const REPORT_MAX: usize = 4000;

/// What is sealed of a report.
#[derive(Debug, Serialize, Deserialize)]
pub struct Content {
    /// By question id: whether it was answered "yes".
    pub answers: BTreeMap<String, bool>,
    pub text: String,
}

/// Keeps the caller's answers about the specialist of `id`. Once.
pub async fn answer(tx: &mut Tx, caller: &Caller, id: AppointmentId, answers: &BTreeMap<String, bool>, text: Option<&str>) -> Result<()> {
    let text = text.unwrap_or("").trim();
    let mut checks = Checks::new();
    for question in questions::all() {
        checks.that(answers.contains_key(&question.id), &format!("/answers/{}", question.id), "required");
    }
    checks.that(answers.len() <= questions::all().len(), "/answers", "not_a_choice");
    checks.text(text, 0, REPORT_MAX, "/text").done()?;
    let (app, now, me) = (&caller.app, caller.now(), caller.me());
    let after = after::find(tx, caller, id).await?;
    if !after.asked().safety {
        return Err(Error::conflict("nothing_to_report"));
    }
    let is_flagged = answers.values().any(|yes| *yes);
    let state = ReportState::first(is_flagged, !text.is_empty());
    let report = SafetyReportId(app.new_id());
    let content = Content { answers: answers.clone(), text: text.to_owned() };
    let sealed = seal_text(app, &data_key(tx, app, me).await?, place(report), &serde_json::to_string(&content).map_err(Error::internal)?);
    sqlx::query(
        "INSERT INTO safety_reports (id, appointment_id, specialist_id, employee_id, is_flagged, sealed, state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(report.0)
    .bind(id.0)
    .bind(after.specialist.0)
    .bind(me.0)
    .bind(is_flagged)
    .bind(sealed)
    .bind(state.name())
    .bind(now.to_sqlx())
    .execute(&mut **tx)
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("safety_reports_appointment_id_key") => Error::conflict("already_answered"),
        _ => error.into(),
    })?;
    // The entry says that the questions were answered, not how.
    audit::append(tx, caller, audit::Entry::new("assessments.safety").about(me).on("appointment", id)).await?;
    if state == ReportState::Open {
        ask_to_tell(tx, now).await?;
    }
    Ok(())
}

/// Asks for the safety role's open pages to be told that the queue changed: who they are, the caller may not know.
pub async fn ask_to_tell(tx: &mut Tx, now: jiff::Timestamp) -> Result<()> {
    let job = jobs::NewJob { kind: "assessments.tell_safety", payload: serde_json::json!({}), unique_key: None, run_at: now };
    jobs::enqueue(tx, now, job).await?;
    Ok(())
}

/// Where a report's content is sealed.
pub fn place(report: SafetyReportId) -> Place<'static> {
    Place { table: "safety_reports", column: "sealed", row: report.0 }
}
