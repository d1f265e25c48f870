//! Passes: with one somebody enters of whom is known that they may, and not who they are (decision 0023). What proves that they may is looked at when a
//! pass is given; the account begins with the pass, and neither leads to the other.

pub mod console;
mod give;
mod keys;
mod take;
mod text;
mod upkeep;

use platform::db::Tx;
use uuid::Uuid;

use crate::kernel::error::{Error, Result};

pub(super) use self::upkeep::upkeep;
pub use self::{
    give::Asked,
    keys::{KeyOfToday, key_of_today},
    take::{Seen, Standing, is_work_address, look, renew, standing, take},
    text::TEXT_MAX,
};

/// What a company gives passes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub company: Uuid,
    /// Newcomers enter in no other way. Else they are there for who came with one before.
    pub is_needed: bool,
}

/// Whether a company gives passes.
pub async fn offer(tx: &mut Tx, company: Uuid) -> Result<Option<Offer>> {
    let row: Option<(bool,)> =
        sqlx::query_as("SELECT is_on FROM company_passes WHERE company_id = $1").bind(company).fetch_optional(&mut **tx).await?;
    Ok(row.map(|(is_needed,)| Offer { company, is_needed }))
}

/// An error where newcomers enter with passes.
///
/// # Errors
/// `pass_needed`.
pub async fn is_not_needed(tx: &mut Tx, company: Uuid) -> Result<()> {
    match offer(tx, company).await? {
        Some(Offer { is_needed: true, .. }) => Err(Error::conflict("pass_needed")),
        _ => Ok(()),
    }
}
