//! A company as its HR sees it: what it is entitled to, and by what its people come in. No figure of use: whoever changes a roster and looks at a figure
//! before and after learns about a person, however coarse the figure is.

use domain::access::Role;
use platform::db::Tx;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    contracts::{self, CompanyContract},
    domains,
    passes::console::{self, CompanyPasses},
};
use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
};

/// A company as its HR sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnCompany {
    pub id: Uuid,
    pub name: String,
    /// The programme is over for the company: nobody comes in, and nothing here can be changed.
    pub is_archived: bool,
    /// Newest first.
    pub contracts: Vec<CompanyContract>,
    /// Mail domains whose people may enter.
    pub domains: Vec<String>,
    /// How many addresses the roster holds.
    pub roster_size: i64,
    /// The company's own sign-in is connected.
    pub has_sso: bool,
    /// The company's directory keeps the roster, by SCIM.
    pub has_directory: bool,
    /// People enter, or have entered, with passes: the roster says who may, and not who has.
    pub passes: Option<CompanyPasses>,
}

/// The company for which the caller keeps the roster.
pub(super) async fn id(tx: &mut Tx, caller: &Caller) -> Result<Uuid> {
    // The guard has let nobody else through; to anybody else the function is closed.
    if !caller.is(Role::Hr) {
        return Err(Error::not_found());
    }
    let (company,): (Option<Uuid>,) = sqlx::query_as("SELECT app.my_company()").fetch_one(&mut **tx).await?;
    company.ok_or_else(Error::not_found)
}

/// The caller's company.
pub(super) async fn details(tx: &mut Tx, caller: &Caller) -> Result<OwnCompany> {
    let id = id(tx, caller).await?;
    let (name, is_archived, roster_size, has_sso, has_directory): (String, bool, i64, bool, bool) = sqlx::query_as(
        "SELECT c.name, c.archived_at IS NOT NULL,
                (SELECT count(*) FROM roster_entries r WHERE r.company_id = c.id AND r.removed_at IS NULL),
                EXISTS (SELECT FROM company_sign_ins s WHERE s.company_id = c.id AND s.is_on),
                EXISTS (SELECT FROM scim_tokens t WHERE t.company_id = c.id AND t.ended_at IS NULL)
         FROM companies c WHERE c.id = $1",
    )
    .bind(id)
    .fetch_one(&mut **tx)
    .await?;
    Ok(OwnCompany {
        id,
        name,
        is_archived,
        contracts: contracts::list(tx, caller, id).await?,
        domains: domains::list(tx, id).await?,
        roster_size,
        has_sso,
        has_directory,
        passes: console::told(tx, caller, id).await?,
    })
}
