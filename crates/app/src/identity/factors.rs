//! What a person has set up to prove who they are, beyond their mailbox.

use domain::ids::PersonId;
use platform::db::Tx;

use crate::kernel::error::Result;

/// A person's stronger proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    pub passkeys: i64,
    pub has_totp: bool,
}

impl Factors {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.passkeys > 0 || self.has_totp
    }
}

/// What `person` has set up.
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Factors> {
    let (passkeys, has_totp): (i64, bool) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM passkeys WHERE person_id = $1),
                EXISTS (SELECT FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL)",
    )
    .bind(person.0)
    .fetch_one(&mut **tx)
    .await?;
    Ok(Factors { passkeys, has_totp })
}
