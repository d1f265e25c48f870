//! The operator's support: finding an appointment. Never what is said in one, nor why somebody came.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    hold::instant,
    list::{AppointmentsPage, page},
    sql::views::{self, Search},
};
use crate::kernel::{
    audit,
    ctx::Caller,
    error::{Error, Result},
    validation::Checks,
};

/// What to look for. At least one of appointment, specialist, employee, a name, or a day must narrow it. In the body, because names of people have no
/// place in an address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct AppointmentSearch {
    /// This one: its id stands in the link of every mail about it.
    id: Option<Uuid>,
    specialist: Option<Uuid>,
    /// A part of the specialist's name, 2 to 80 characters.
    specialist_name: Option<String>,
    employee: Option<Uuid>,
    /// A part of the name under which the person came, 2 to 80 characters.
    name: Option<String>,
    /// `held`, `booked`, `completed`, `canceled` or `expired`.
    status: Option<String>,
    /// Starts at or after this instant.
    from: Option<String>,
    /// Starts before this instant.
    to: Option<String>,
    /// 1 to 100; 20 if absent.
    limit: Option<i64>,
    after: Option<Uuid>,
}

/// The appointments that fit. Each person whose appointment is shown can see that it was.
pub(super) async fn search(caller: &Caller, asked: &AppointmentSearch) -> Result<AppointmentsPage> {
    let limit = asked.limit.unwrap_or(20);
    let [from, to] = [&asked.from, &asked.to].map(|text| text.as_deref().map(instant));
    let mut checks = Checks::new();
    checks
        .range(limit, 1, 100, "/limit")
        .that(from != Some(None), "/from", "not_an_instant")
        .that(to != Some(None), "/to", "not_an_instant")
        .that(asked.status.as_deref().is_none_or(is_status), "/status", "not_an_option");
    for (name, field) in [(&asked.name, "/name"), (&asked.specialist_name, "/specialist_name")] {
        if let Some(name) = name {
            checks.text(name, 2, 80, field);
        }
    }
    let is_narrow = [asked.id, asked.specialist, asked.employee].iter().any(Option::is_some)
        || asked.name.is_some()
        || asked.specialist_name.is_some()
        || (from.is_some() && to.is_some());
    checks.that(is_narrow, "/name", "required").done()?;
    let wanted = Search {
        id: asked.id,
        specialist: asked.specialist,
        specialist_name: asked.specialist_name.as_deref().map(pattern),
        employee: asked.employee,
        employee_name: asked.name.as_deref().map(pattern),
        status: asked.status.clone(),
        from: from.flatten(),
        to: to.flatten(),
        after: asked.after,
    };
    let mut tx = caller.begin().await?;
    let rows = views::search(&mut tx, &wanted, limit + 1).await?;
    let shown = rows.iter().take(usize::try_from(limit).unwrap_or(0)).map(|row| PersonId(row.employee_id)).collect();
    match asked.id {
        Some(id) => note_opening(&mut tx, caller, id, shown).await?,
        None => note_reading(&mut tx, caller, shown).await?,
    }
    tx.commit().await?;
    Ok(page(caller, rows, limit))
}

fn is_status(status: &str) -> bool {
    matches!(status, "held" | "booked" | "completed" | "canceled" | "expired")
}

/// Why the operator acts for somebody. A code, because the audit log keeps nothing else.
const CAUSES: [&str; 4] = ["employee_asked", "specialist_asked", "technical", "service"];

/// To when, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OperatorMove {
    /// RFC 3339, whole seconds.
    pub starts_at: String,
    /// `employee_asked`, `specialist_asked`, `technical` or `service`.
    pub cause: String,
}

/// Why it is called off or given back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OperatorCause {
    /// `employee_asked`, `specialist_asked`, `technical` or `service`.
    pub cause: String,
}

/// The cause, if it is one.
pub(super) fn cause(text: &str) -> Result<&'static str> {
    CAUSES.into_iter().find(|known| *known == text).ok_or_else(|| Error::field("/cause", "not_a_choice"))
}

/// A LIKE pattern that finds `text` anywhere.
fn pattern(text: &str) -> String {
    let mut out = String::from("%");
    for c in text.trim().chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// That this one was opened: an act of its own, told to the person as such.
async fn note_opening(tx: &mut Tx, caller: &Caller, id: Uuid, people: Vec<PersonId>) -> Result<()> {
    for person in people {
        audit::append(tx, caller, audit::Entry::new("booking.read").about(person).on("appointment", id)).await?;
    }
    Ok(())
}

/// One audit entry for each person, in one statement.
async fn note_reading(tx: &mut Tx, caller: &Caller, mut people: Vec<PersonId>) -> Result<()> {
    people.sort_unstable();
    people.dedup();
    let ids: Vec<Uuid> = people.into_iter().map(Uuid::from).collect();
    sqlx::query(
        "INSERT INTO audit_entries (at, actor_id, actor_role, action, subject_id)
         SELECT $1, $2, $3, 'booking.search', subject FROM unnest($4::uuid[]) subject",
    )
    .bind(caller.now().to_sqlx())
    .bind(caller.me().0)
    .bind(caller.principal.kind.name())
    .bind(ids)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
