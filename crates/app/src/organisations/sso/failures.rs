//! When a company's sign-in last did not let somebody in, and why: for the operator, who must have it put right. Never who.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::secret::{self, Verdict};
use crate::kernel::{app::App, error::Result};

/// Why a company's sign-in does not let people in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It does not take the secret that was set up.
    Secret,
    /// Something else: its server is away, or its answers are not what they should be.
    Other,
}

impl Failure {
    /// The name in the database, and outside.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Other => "other",
        }
    }
}

/// Whoever comes meanwhile has the company's server asked nothing: an office may come at once.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(1);

/// Somebody has not got in by it: finds out why, as far as that can be known, and writes it down. Gives the company's name too; none if the company has no sign-in any more.
pub async fn find(app: &App, company: Uuid) -> Result<Option<(Failure, String)>> {
    let mut tx = app.db.begin_system().await?;
    let known: Option<(String, String)> = sqlx::query_as(
        "SELECT s.failure, c.name FROM company_sign_ins s JOIN companies c ON c.id = s.company_id WHERE s.company_id = $1 AND s.failed_at > $2",
    )
    .bind(company)
    .bind((app.now() - KNOWN_FOR).to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    drop(tx);
    if let Some((failure, name)) = known {
        return Ok(Some((if failure == Failure::Secret.name() { Failure::Secret } else { Failure::Other }, name)));
    }
    let failure = match secret::of(app, company).await? {
        Verdict::Refused => Failure::Secret,
        Verdict::Taken | Verdict::Unknown => Failure::Other,
    };
    let mut tx = app.db.begin_system().await?;
    let row: Option<(String,)> = sqlx::query_as(
        "UPDATE company_sign_ins s SET failed_at = $2, failure = $3 FROM companies c WHERE s.company_id = $1 AND c.id = s.company_id RETURNING c.name",
    )
    .bind(company)
    .bind(app.now().to_sqlx())
    .bind(failure.name())
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.map(|(name,)| (failure, name)))
}
