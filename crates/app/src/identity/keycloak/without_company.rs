//! Whoever came by their company's own sign-in, and whose company leads them in no longer: an address that is theirs gives the record another account, as a code that was kept does
//! ([`super::way_back`]). It opens no session, and nothing is begun anew (decision 0029).

use domain::ids::PersonId;
use platform::db::Tx;

use super::{
    moving::{Offer, offered},
    record::{Proven, Reason},
    ways,
};
use crate::{
    identity::email,
    kernel::{
        app::App,
        ctx::Kind,
        error::{Error, Result},
    },
    organisations::{entry as eligibility, passes},
};

/// Whether a letter to the address could lead to a record: to one that has it as an address of its own and has lost its company's way, or to one that came under it.
pub(in crate::identity) async fn may_have_letter(tx: &mut Tx, app: &App, address: &str) -> Result<bool> {
    Ok(app.keycloak.is_some() && by_work_address(tx, app, address).await?.is_some())
}

/// Whose record a proven address of their company leads to.
///
/// # Errors
/// `company_sign_in`: they have one, and sign in at the company.
pub(in crate::identity) async fn by_proven_address(tx: &mut Tx, app: &App, address: &str) -> Result<Option<PersonId>> {
    if app.keycloak.is_none() {
        return Ok(None);
    }
    match by_work_address(tx, app, address).await? {
        Some((_, true)) => Err(signs_in_there(tx, address).await?),
        Some((person, false)) => Ok(Some(person)),
        None => Ok(None),
    }
}

/// A record whose person has put an address of their own beside it is reached by that: their company's mailbox may be read by others.
async fn by_work_address(tx: &mut Tx, app: &App, address: &str) -> Result<Option<(PersonId, bool)>> {
    let Some((person, is_on)) = eligibility::member_by_work_address(tx, app, address).await? else { return Ok(None) };
    let has_own = match email::mailbox_of(tx, app, person).await? {
        Some(own) => !eligibility::is_of_company(tx, app, &own).await?,
        None => false,
    };
    Ok(Some((person, is_on)).filter(|_| is_on || !has_own))
}

/// That people with this address sign in at their company, whether there is another way, and whether newcomers come back from there with a pass.
pub(in crate::identity) async fn signs_in_there(tx: &mut Tx, address: &str) -> Result<Error> {
    let own = eligibility::sso_of(tx, address).await?;
    let error = Error::conflict("company_sign_in");
    let Some(own) = own else { return Ok(error) };
    let gives_pass = passes::offer(tx, own.company).await?.is_some_and(|offer| offer.is_needed);
    Ok(error
        .extra("company_name", own.company_name)
        .extra("is_needed", own.is_needed && !own.has_moved)
        .extra("has_moved", own.has_moved)
        .extra("gives_pass", gives_pass))
}

/// What somebody may do who has shown an address of a record: give it another account.
///
/// # Errors
/// `sign_in_at_keycloak`: the record is reached as before.
pub(in crate::identity) async fn offer(tx: &mut Tx, app: &App, person: PersonId) -> Result<Offer> {
    if !eligibility::has_lost_sso(tx, person).await? && !ways::are_taken(tx, app, person).await? {
        return Err(Error::conflict("sign_in_at_keycloak"));
    }
    let proven = Proven::of(tx, app, person, Kind::Employee, Reason::WithoutCompany, false).await?;
    offered(tx, app, &proven).await
}
