//! Lost second factors: an administrator takes them away, and the person sets up new ones. Nobody sees or sets another's factor (ASVS 6.4.6).

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use platform::db::Tx;
use serde_json::json;

use super::keycloak;
use crate::{
    kernel::{
        audit,
        ctx::Caller,
        error::{Error, Result},
        live,
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// Takes the factors and sessions of a member of the staff, a specialist or a company's HR: they sign in by a code to their address and set up new ones. Never an
/// employee's: nobody could tell who asks, and the employer may read their mail.
///
/// # Errors
/// `own_admin` for oneself; `no_email`, where there would be no way in at all; not found for everybody else.
pub async fn reset_factors(tx: &mut Tx, caller: &Caller, person: PersonId) -> Result<()> {
    let known: Option<(i32,)> =
        sqlx::query_as("SELECT 1 FROM people WHERE id = $1 AND kind IN ('staff', 'specialist', 'hr') AND deactivated_at IS NULL")
            .bind(person.0)
            .fetch_optional(&mut **tx)
            .await?;
    known.ok_or_else(Error::not_found)?;
    if person == caller.me() {
        return Err(Error::conflict("own_admin"));
    }
    let (has_email,): (bool,) =
        sqlx::query_as("SELECT app.reset_factors($1, $2)").bind(person.0).bind(caller.now().to_sqlx()).fetch_one(&mut **tx).await?;
    // At Keycloak the password or passkey stays, and is the way back.
    if !has_email && caller.app.keycloak.is_none() {
        return Err(Error::conflict("no_email"));
    }
    audit::append(tx, caller, audit::Entry::new("identity.reset_factors").about(person)).await?;
    // Whoever it was done to learns of it, also where somebody was talked into doing it.
    enqueue_mail(tx, &caller.app, NewMail::new(To::Person(person), "factors_reset")).await?;
    live::emit(tx, caller.now(), &[person], "identity.sessions", &json!({})).await?;
    keycloak::end(tx, &caller.app, person).await?;
    keycloak::reset(tx, &caller.app, person).await
}
