//! What a person says of themselves, and how they want to be told things.

use domain::text::Locale;
use platform::db::{Tx, violated_constraint};

use super::{email, people::NAME_MAX};
use crate::{
    kernel::{
        ctx::{Caller, Kind},
        error::{Error, Result},
        validation::Checks,
    },
    organisations::passes::{self, Standing},
};

/// A person's own account.
#[derive(Debug, Clone)]
pub struct Account {
    pub display_name: String,
    pub locale: Locale,
    pub time_zone: String,
    pub email: Option<String>,
    /// An employee's company, while they belong to one.
    pub company: Option<String>,
    /// They sign in at the company itself (SSO): it knows that they do.
    pub is_by_sso: bool,
    /// How their access stands, if they came with a pass.
    pub pass: Option<Standing>,
}

/// A change of it; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    pub display_name: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
}

/// Reads the caller's account.
pub async fn read(tx: &mut Tx, caller: &Caller) -> Result<Account> {
    let principal = &caller.principal;
    let company: Option<(String, bool)> =
        match principal.kind {
            Kind::Employee => sqlx::query_as(
                "SELECT co.name, m.via = 'sso' FROM memberships m JOIN companies co ON co.id = m.company_id WHERE m.person_id = $1 AND m.ended_at IS NULL",
            )
            .bind(caller.me().0)
            .fetch_optional(&mut **tx)
            .await?,
            _ => None,
        };
    let pass = match principal.kind {
        Kind::Employee => passes::standing(tx, &caller.app, caller.me()).await?,
        _ => None,
    };
    let (display_name, locale, time_zone): (String, String, String) =
        sqlx::query_as("SELECT display_name, locale, time_zone FROM people WHERE id = $1").bind(caller.me().0).fetch_one(&mut **tx).await?;
    Ok(Account {
        display_name,
        locale: locale.parse().unwrap_or(principal.locale),
        time_zone,
        email: email::address_of(tx, &caller.app, caller.me()).await?,
        is_by_sso: company.as_ref().is_some_and(|(_, is_by_sso)| *is_by_sso),
        company: company.map(|(name, _)| name),
        pass,
    })
}

/// Changes the caller's account.
///
/// # Errors
/// `/display_name name_is_checked`: a specialist's card with that name waits for its check or is shown.
pub async fn change(tx: &mut Tx, caller: &Caller, change: &AccountChange) -> Result<()> {
    let mut checks = Checks::new();
    if let Some(name) = &change.display_name {
        checks.name(name, 1, NAME_MAX, "/display_name");
    }
    if let Some(locale) = &change.locale {
        checks.that(locale.parse::<Locale>().is_ok(), "/locale", "not_an_option");
    }
    if let Some(zone) = &change.time_zone {
        checks.time_zone(zone, "/time_zone");
    }
    checks.done()?;
    sqlx::query(
        "UPDATE people SET display_name = coalesce($2, display_name), locale = coalesce($3, locale), time_zone = coalesce($4, time_zone)
         WHERE id = $1",
    )
    .bind(caller.me().0)
    .bind(change.display_name.as_deref().map(str::trim))
    .bind(&change.locale)
    .bind(&change.time_zone)
    .execute(&mut **tx)
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("checked_name") => Error::field("/display_name", "name_is_checked"),
        _ => error.into(),
    })?;
    Ok(())
}

/// How a person wants to be told things.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Preferences {
    /// Whether reminders and news come by mail. Codes and security notices always do.
    pub email: bool,
    /// Minutes before a consultation: of 1440, 60 and 10.
    pub reminders_min: Vec<i32>,
    /// `HH:MM` in the person's zone; both or neither. May cross midnight.
    pub quiet_from: Option<String>,
    pub quiet_to: Option<String>,
}

/// When a reminder may come before a consultation. Minutes.
pub const REMINDERS_MIN: [i32; 3] = [1440, 60, 10];

impl Default for Preferences {
    fn default() -> Self {
        Self { email: true, reminders_min: REMINDERS_MIN.to_vec(), quiet_from: None, quiet_to: None }
    }
}

/// Reads the caller's preferences.
pub async fn preferences(tx: &mut Tx, caller: &Caller) -> Result<Preferences> {
    let row = sqlx::query_as("SELECT email, reminders_min, quiet_from, quiet_to FROM notification_preferences WHERE person_id = $1")
        .bind(caller.me().0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.unwrap_or_default())
}

/// Sets the caller's preferences.
pub async fn set_preferences(tx: &mut Tx, caller: &Caller, new: &Preferences) -> Result<()> {
    let mut reminders = new.reminders_min.clone();
    reminders.sort_unstable_by(|a, b| b.cmp(a));
    reminders.dedup();
    let mut checks = Checks::new();
    checks.that(reminders.iter().all(|m| REMINDERS_MIN.contains(m)), "/reminders_min", "not_an_option");
    for (time, pointer) in [(&new.quiet_from, "/quiet_from"), (&new.quiet_to, "/quiet_to")] {
        let fits = time.as_ref().is_none_or(|t| t != "24:00" && t.parse::<domain::time::WallTime>().is_ok());
        checks.that(fits, pointer, "not_a_time");
    }
    checks.that(new.quiet_from.is_some() || new.quiet_to.is_none(), "/quiet_from", "required");
    checks.that(new.quiet_to.is_some() || new.quiet_from.is_none(), "/quiet_to", "required");
    checks.that(new.quiet_from.is_none() || new.quiet_from != new.quiet_to, "/quiet_to", "quiet_all_day").done()?;
    sqlx::query(
        "INSERT INTO notification_preferences (person_id, email, reminders_min, quiet_from, quiet_to) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person_id) DO UPDATE SET email = excluded.email, reminders_min = excluded.reminders_min,
           quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to",
    )
    .bind(caller.me().0)
    .bind(new.email)
    .bind(reminders)
    .bind(&new.quiet_from)
    .bind(&new.quiet_to)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
