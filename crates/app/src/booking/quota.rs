//! The person's benefit: what the company's contract covers on a day, and setting sessions aside. Contracts count days where the operator is.

use domain::{
    booking::quota::{Balance, year_end, year_start},
    ids::{AppointmentId, CategoryId, ContractId, PersonId},
    time::{Date, local_date},
};
use jiff::Timestamp;
use platform::db::{Tx, violated_constraint};

use super::{
    categories::Programme,
    sql::quota::{self as sql, Account, Covering},
};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    organisations::passes,
};

/// A person's right to sessions of one category in one contract year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Benefit {
    pub contract: ContractId,
    pub year_start: Date,
    /// The last day of the contract year.
    pub year_end: Date,
    /// As it is booked; opened and filled up to the contract by the first hold.
    balance: Option<Balance>,
    /// What the contract says.
    sessions_per_year: i32,
}

impl Benefit {
    /// The balance as the next hold will find it.
    pub fn balance(&self) -> Balance {
        let balance = self.balance.unwrap_or_default();
        Balance { granted: balance.granted + self.grant(), ..balance }
    }

    fn grant(&self) -> i32 {
        self.balance.unwrap_or_default().grant_to(self.sessions_per_year)
    }

    fn read(covering: &Covering, day: Date) -> Result<Self> {
        let sessions_per_year = covering.sessions_per_year.ok_or_else(|| Error::conflict("category_not_covered"))?;
        let year_start = year_start(covering.starts_on, day).ok_or_else(|| Error::conflict("contract_not_in_force"))?;
        let balance = covering.balances.iter().find(|(year, _)| *year == year_start).map(|(_, balance)| *balance);
        let year_end = year_end(covering.starts_on, covering.ends_on, year_start);
        Ok(Self { contract: covering.contract, year_start, year_end, balance, sessions_per_year })
    }
}

/// What `employee` is entitled to for a session of `category` at `start`.
pub(super) async fn benefit(tx: &mut Tx, app: &App, employee: PersonId, category: CategoryId, start: Timestamp) -> Result<Benefit> {
    let day = day_of(app, start);
    let covering = sql::covering(tx, employee, category, day, start).await?;
    Benefit::read(&covering.ok_or_else(|| Error::conflict("contract_not_in_force"))?, day)
}

/// What `employee` is entitled to today, by category.
pub(super) async fn benefits_today(tx: &mut Tx, app: &App, employee: PersonId) -> Result<Vec<(CategoryId, Benefit)>> {
    let (now, day) = (app.now(), app.today());
    let covered = sql::covered_today(tx, employee, day, now).await?;
    covered.into_iter().map(|(category, covering)| Ok((category, Benefit::read(&covering, day)?))).collect()
}

/// How the contract of `employee`'s company stands today.
pub(super) async fn programme_today(tx: &mut Tx, app: &App, employee: PersonId) -> Result<Programme> {
    let (now, day) = (app.now(), app.today());
    let contracts = sql::contracts_of(tx, employee).await?;
    let is_ended = |ended_at: Option<Timestamp>| ended_at.is_some_and(|at| at <= now);
    let lasting = || contracts.iter().filter(|c| !is_ended(c.ended_at) && day <= c.ends_on);
    let next = lasting().map(|c| c.starts_on).min();
    Ok(match next {
        Some(start) if start <= day => Programme { state: "in_force", starts_on: None },
        Some(start) => Programme { state: "future", starts_on: Some(start.to_string()) },
        None => Programme { state: without(tx, app, employee, contracts.is_empty()).await?, starts_on: None },
    })
}

/// Why nothing is paid for.
async fn without(tx: &mut Tx, app: &App, employee: PersonId, has_none: bool) -> Result<&'static str> {
    let pass = passes::standing(tx, app, employee).await?.filter(|standing| standing.has_ended);
    Ok(match pass {
        Some(standing) if standing.can_renew => "lapsed",
        // No pass is given, so there is nothing to renew with.
        Some(_) => "over",
        None if sql::has_left(tx, employee).await? => "left",
        None if has_none => "none",
        None => "over",
    })
}

/// Sets one session of `benefit` aside for `appointment`.
pub(super) async fn hold(
    tx: &mut Tx,
    employee: PersonId,
    category: CategoryId,
    benefit: &Benefit,
    appointment: AppointmentId,
    now: Timestamp,
) -> Result<()> {
    let account = Account { employee, contract: benefit.contract, category, year_start: benefit.year_start };
    if benefit.balance.is_none() {
        sql::open(tx, account).await?;
    }
    if benefit.grant() != 0 {
        sql::grant(tx, account, benefit.grant(), now).await?;
    }
    sql::hold(tx, account, appointment, now).await.map_err(|e| overdraft(e, benefit))
}

/// Carries the session of a booked appointment along to `start`, into another contract year if need be. Gives the contract it is then under.
pub(super) async fn carry(tx: &mut Tx, app: &App, appointment: AppointmentId, start: Timestamp) -> Result<ContractId> {
    let day = day_of(app, start);
    let covering = sql::covering_of(tx, appointment, day, start).await?.ok_or_else(|| Error::conflict("contract_not_in_force"))?;
    // Within the same contract year nothing changes, even if the category is no longer covered: the session was set aside when it was.
    let year = year_start(covering.starts_on, day).ok_or_else(|| Error::conflict("contract_not_in_force"))?;
    if sql::year_of(tx, appointment).await? == Some((covering.contract, year)) {
        return Ok(covering.contract);
    }
    let benefit = Benefit::read(&covering, day)?;
    sql::transfer(tx, appointment, benefit.contract, benefit.year_start, benefit.grant(), app.now())
        .await
        .map_err(|e| overdraft(e, &benefit))?;
    Ok(benefit.contract)
}

/// The date of a session as contracts count it.
pub(super) fn day_of(app: &App, start: Timestamp) -> Date {
    local_date(&app.packs.region.default_zone, start)
}

fn overdraft(error: sqlx::Error, benefit: &Benefit) -> Error {
    if violated_constraint(&error) == Some("quota_is_enough") {
        return Error::conflict("quota_exhausted")
            .extra("granted", benefit.balance().granted)
            .extra("year_end", benefit.year_end.to_string());
    }
    error.into()
}
