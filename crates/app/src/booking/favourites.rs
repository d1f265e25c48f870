//! Whom a person keeps close. Nobody else knows, the specialist included.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;

use crate::kernel::{
    command::Command,
    ctx::Caller,
    error::{Error, Result},
};

/// Adds to or takes from the caller's favourites. Doing it twice is as good as once.
pub(super) async fn set(cmd: &mut Command, caller: &Caller, specialist: PersonId, is_kept: bool) -> Result<()> {
    let (visible,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT FROM specialists WHERE person_id = $1)").bind(specialist.0).fetch_one(&mut *cmd.tx).await?;
    if !visible {
        return Err(Error::not_found());
    }
    if is_kept {
        sqlx::query("INSERT INTO favourites (employee_id, specialist_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(caller.me().0)
            .bind(specialist.0)
            .bind(caller.now().to_sqlx())
            .execute(&mut *cmd.tx)
            .await?;
    } else {
        sqlx::query("DELETE FROM favourites WHERE employee_id = $1 AND specialist_id = $2")
            .bind(caller.me().0)
            .bind(specialist.0)
            .execute(&mut *cmd.tx)
            .await?;
    }
    Ok(())
}
