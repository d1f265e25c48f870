//! Tokens that are good once.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{crypto::token_hash, db::Tx};

use crate::kernel::error::Result;

/// Uses a token's name up, until `expires_at`. Tells whether it was good.
pub async fn spend(tx: &mut Tx, name: &str, expires_at: Timestamp) -> Result<bool> {
    let done = sqlx::query("INSERT INTO spent_tokens (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(token_hash(name))
        .bind(expires_at.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
