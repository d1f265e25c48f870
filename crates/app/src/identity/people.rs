//! Making an account: the person and their data key, always together.

use domain::{ids::PersonId, text::Locale};
use jiff_sqlx::ToSqlx;
use platform::db::Tx;

use crate::kernel::{app::App, ctx::Kind, error::Result, validation::Checks};

/// An account to make.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    pub kind: Kind,
    /// Chosen by the person; an employee's is a nickname.
    pub display_name: &'a str,
    pub locale: Locale,
    /// IANA name.
    pub time_zone: &'a str,
}

/// What somebody who comes for the first time says of themselves.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    pub display_name: &'a str,
    /// IANA name.
    pub time_zone: &'a str,
    pub locale: Locale,
}

impl<'a> Newcomer<'a> {
    /// Their account of a kind.
    pub const fn account(self, kind: Kind) -> NewPerson<'a> {
        NewPerson { kind, display_name: self.display_name, locale: self.locale, time_zone: self.time_zone }
    }
}

/// The longest display name.
pub const NAME_MAX: usize = 80;

/// Checks what a new person says of themselves.
pub fn check(checks: &mut Checks, display_name: &str, time_zone: &str) {
    checks.name(display_name, 1, NAME_MAX, "/display_name").time_zone(time_zone, "/time_zone");
}

/// Makes the account in a system transaction.
pub async fn create(tx: &mut Tx, app: &App, new: NewPerson<'_>) -> Result<PersonId> {
    let id = PersonId(app.new_id());
    sqlx::query("INSERT INTO people (id, kind, display_name, locale, time_zone, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id.0)
        .bind(new.kind.name())
        .bind(new.display_name.trim())
        .bind(new.locale.tag())
        .bind(new.time_zone)
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    let (_, wrapped) = app.keys.new_data_key(&app.rng, id.0);
    sqlx::query("INSERT INTO data_keys (person_id, wrapped, created_at) VALUES ($1, $2, $3)")
        .bind(id.0)
        .bind(wrapped)
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(id)
}
