//! The demo's past and coming consultations, with the quota they used, outcomes and ratings.

use domain::{
    ids::PersonId,
    time::{WallTime, Zone, instant_of},
};
use jiff::{SignedDuration, Span, Timestamp};
use jiff_sqlx::ToSqlx as _;
use platform::crypto::Place;
use uuid::Uuid;

use super::{Maker, companies::Employee, specialists::Specialist};
use crate::kernel::{error::Result, sealing};

/// Days of the past and the future in which consultations lie.
const PAST_DAYS: i64 = 45;
const COMING_DAYS: i64 = 10;

pub(super) async fn make(maker: &mut Maker<'_>, specialists: &[Specialist], employees: &[Employee]) -> Result<()> {
    for (n, employee) in employees.iter().enumerate() {
        // The first employees are the ones people try: they have a history and something coming.
        let (past, coming) = if n < 6 { (3, 1) } else { (maker.below(4), usize::from(maker.below(3) == 0)) };
        let favourite = maker.pick(specialists).clone();
        grant(maker, employee, specialists).await?;
        for k in 0..past {
            let specialist = if k % 2 == 0 { favourite.clone() } else { maker.pick(specialists).clone() };
            let day = -(1 + i64::try_from(maker.below(PAST_DAYS as usize)).unwrap_or(1));
            if let Some(appointment) = consult(maker, &specialist, employee, day).await? {
                finish(maker, &specialist, employee, appointment).await?;
            }
        }
        for _ in 0..coming {
            let day = 1 + i64::try_from(maker.below(COMING_DAYS as usize)).unwrap_or(1);
            consult(maker, &favourite, employee, day).await?;
        }
        if n < 6 {
            talk(maker, &favourite, employee).await?;
        }
    }
    Ok(())
}

/// The balances of the contract's year, filled from the coverage.
async fn grant(maker: &mut Maker<'_>, employee: &Employee, _: &[Specialist]) -> Result<()> {
    sqlx::query(
        "INSERT INTO quota_balances (employee_id, contract_id, category_id, year_start) SELECT $1, contract_id, category_id, $3 FROM contract_coverage WHERE contract_id = $2",
    )
    .bind(employee.id.0)
    .bind(employee.contract.id)
    .bind(employee.contract.starts_on.to_sqlx())
    .execute(&mut *maker.tx)
    .await?;
    sqlx::query(
        "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, at)
         SELECT $1, contract_id, category_id, $3, 'grant', sessions_per_year, $4 FROM contract_coverage WHERE contract_id = $2 AND sessions_per_year > 0",
    )
    .bind(employee.id.0)
    .bind(employee.contract.id)
    .bind(employee.contract.starts_on.to_sqlx())
    .bind(maker.days_ago(60).to_sqlx())
    .execute(&mut *maker.tx)
    .await?;
    Ok(())
}

/// Books a consultation about `day` days from today, within the specialist's hours. None if the time is taken or the specialist does not work then.
async fn consult(maker: &mut Maker<'_>, specialist: &Specialist, employee: &Employee, day: i64) -> Result<Option<Uuid>> {
    let Some((starts_at, length)) = a_time(maker, specialist, day) else { return Ok(None) };
    let is_past = starts_at < maker.now;
    let ends_at = starts_at + SignedDuration::from_mins(i64::from(length));
    let blocked_until = ends_at + SignedDuration::from_mins(10);
    let id = maker.id();
    let booked_at = starts_at.min(maker.now) - SignedDuration::from_hours(72);
    let made = sqlx::query(
        "INSERT INTO appointments (id, specialist_id, employee_id, category_id, contract_id, status, format, starts_at, ends_at, buffer_before_min,
                                   buffer_after_min, blocked, cancel_free_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'video', $7, $8, 0, 10, tstzrange($7, $9), $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(specialist.id.0)
    .bind(employee.id.0)
    .bind(specialist.category.id)
    .bind(employee.contract.id)
    .bind(if is_past { "completed" } else { "booked" })
    .bind(starts_at.to_sqlx())
    .bind(ends_at.to_sqlx())
    .bind(blocked_until.to_sqlx())
    .bind((starts_at - SignedDuration::from_hours(i64::from(specialist.category.cancel_free_hours))).to_sqlx())
    .bind(booked_at.to_sqlx())
    .execute(&mut *maker.tx)
    .await?
    .rows_affected()
        == 1;
    if !made {
        return Ok(None);
    }
    for kind in if is_past { &["hold", "confirm"][..] } else { &["hold"] } {
        sqlx::query(
            "INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)",
        )
        .bind(employee.id.0)
        .bind(employee.contract.id)
        .bind(specialist.category.id)
        .bind(employee.contract.starts_on.to_sqlx())
        .bind(kind)
        .bind(id)
        .bind(booked_at.to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    }
    Ok(is_past.then_some(id))
}

/// A start on the specialist's own grid, on the first working day at or after `day` days from today.
fn a_time(maker: &Maker<'_>, specialist: &Specialist, day: i64) -> Option<(Timestamp, i32)> {
    let zone = Zone::parse(&specialist.zone).ok()?;
    let length = *maker.pick(&specialist.category.lengths);
    (0..7).find_map(|further| {
        let date = maker.today().saturating_add(Span::new().days(day + further));
        let name = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][date.weekday().to_monday_zero_offset() as usize];
        let rule = specialist.rules.iter().find(|r| r.days.contains(&name))?;
        let (from, to) =
            (instant_of(&zone, date, rule.start.parse::<WallTime>().ok()?), instant_of(&zone, date, rule.end.parse::<WallTime>().ok()?));
        let minutes = to.duration_since(from).as_mins() - i64::from(length);
        let steps = usize::try_from(minutes / i64::from(specialist.category.interval)).ok()? + 1;
        let start = from + SignedDuration::from_mins(i64::from(specialist.category.interval) * i64::try_from(maker.below(steps)).ok()?);
        // Past days stay past, coming days stay coming.
        ((start > maker.now + SignedDuration::from_hours(3)) == (day > 0)).then_some((start, length))
    })
}

/// What follows a past consultation: the outcome, and often a rating.
async fn finish(maker: &mut Maker<'_>, specialist: &Specialist, employee: &Employee, appointment: Uuid) -> Result<()> {
    sqlx::query("INSERT INTO session_outcomes (appointment_id, outcome, decided_by, decided_at) VALUES ($1, 'held', 'rule', $2)")
        .bind(appointment)
        .bind(maker.now.to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    if maker.below(3) > 0 {
        sqlx::query("INSERT INTO ratings (appointment_id, specialist_id, employee_id, stars, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(appointment)
            .bind(specialist.id.0)
            .bind(employee.id.0)
            .bind(i32::try_from(4 + maker.below(2)).unwrap_or(5))
            .bind(maker.now.to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
    }
    Ok(())
}

/// A few messages, sealed like any other.
async fn talk(maker: &mut Maker<'_>, specialist: &Specialist, employee: &Employee) -> Result<()> {
    let (thread, from) = (maker.id(), maker.now - SignedDuration::from_hours(30));
    sqlx::query("INSERT INTO threads (id, employee_id, specialist_id, last_at, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(thread)
        .bind(employee.id.0)
        .bind(specialist.id.0)
        .bind((from + SignedDuration::from_hours(1)).to_sqlx())
        .bind(from.to_sqlx())
        .execute(&mut *maker.tx)
        .await?;
    let key = sealing::data_key(&mut maker.tx, maker.app, employee.id).await?;
    let lines: [(PersonId, &str); 2] = [
        (employee.id, "Здравствуйте. Можно ли на встрече обсудить сон?"),
        (specialist.id, "Здравствуйте. Конечно. Понаблюдайте, пожалуйста, когда вы засыпаете легче всего, и расскажете об этом."),
    ];
    for (n, (author, text)) in lines.into_iter().enumerate() {
        let id = maker.id();
        let sealed = sealing::seal_text(maker.app, &key, Place { table: "messages", column: "sealed", row: id }, text);
        sqlx::query("INSERT INTO messages (id, thread_id, number, author_id, sealed, sent_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(thread)
            .bind(i64::try_from(n).unwrap_or(0) + 1)
            .bind(author.0)
            .bind(sealed)
            .bind((from + SignedDuration::from_hours(i64::try_from(n).unwrap_or(0))).to_sqlx())
            .execute(&mut *maker.tx)
            .await?;
    }
    Ok(())
}
