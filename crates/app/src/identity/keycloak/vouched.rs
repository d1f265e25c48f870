//! A company's own sign-in as the proof for a pass (decision 0030): what the company says of somebody is good for one signature, and nothing of it stays.

use jiff::Timestamp;
use keycloak::admin::{named, remove};
use keycloak::{client::Granted, companies};
use platform::db::Tx;
use uuid::Uuid;

use super::{
    answer::{Answered, end_there},
    ask::{Browser, LIFETIME},
    company::entitled,
    of, proof_id, seconds, told,
};
use crate::{
    identity::{challenge, pass},
    kernel::{
        app::App,
        ctx::{Kind, Principal},
        error::{Error, Result},
    },
};

/// Takes the word of a company whose newcomers enter with passes. Session and account are gone at Keycloak before a pass can be asked for: the one that
/// is opened with it is another. The browser is not known by what it was known by meanwhile.
///
/// # Errors
/// `pass_while_signed_in`; as [`entitled`]; `sign_in_unavailable`.
pub(super) async fn for_pass(
    app: &App,
    company: Uuid,
    granted: &Granted,
    browser: &Browser,
    principal: Option<&Principal>,
) -> Result<Answered> {
    let realm = &of(app)?.realm;
    let account = &granted.person.sub;
    let named = named(realm, company, account, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    end_there(app, Kind::Employee, granted).await.map_err(told)?;
    let mut tx = app.db.begin_system().await?;
    let is_of_nobody = without_record(&mut tx, app, vec![account.clone()]).await?.len() == 1;
    drop(tx);
    if is_of_nobody {
        remove(realm, account, &proof_id(app), seconds(app.now())).await.map_err(told)?;
    }
    if principal.is_some() {
        return Err(Error::conflict("pass_while_signed_in"));
    }
    let mut tx = app.db.begin_system().await?;
    let eligible = entitled(&mut tx, app, company, &named).await?;
    let (Some(subject), Some(address)) = (named.subject, named.address) else { return Err(Error::forbidden("work_address_elsewhere")) };
    challenge::forget(&mut tx, &browser.hash()).await?;
    let ticket = pass::vouched(&mut tx, app, company, subject, address).await?;
    tx.commit().await?;
    Ok(Answered::Pass { company, company_name: eligible.company_name, ticket })
}

/// Removes what was left behind by whoever broke off on the way here: accounts of companies that give passes, which lead to no record. The job of every hour.
pub(in crate::identity) async fn clear(app: &App) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    let companies: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT p.company_id FROM company_passes p JOIN company_sign_ins s ON s.company_id = p.company_id WHERE p.is_on ORDER BY 1",
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    // Whoever is on the way has this long.
    let before = app.now() - LIFETIME;
    for (company,) in companies {
        let members = companies::members(&keycloak.realm, company, &proof_id(app), seconds(app.now())).await?;
        let is_old = |member: &companies::Member| Timestamp::from_millisecond(member.created_timestamp).is_ok_and(|at| at < before);
        let old = members.into_iter().filter(is_old).map(|member| member.id).collect();
        let mut tx = app.db.begin_system().await?;
        let left = without_record(&mut tx, app, old).await.map_err(|error| anyhow::anyhow!(error.code))?;
        drop(tx);
        for account in left {
            remove(&keycloak.realm, &account, &proof_id(app), seconds(app.now())).await?;
        }
    }
    Ok(())
}

/// Which of these accounts lead to no record of any kind.
pub(super) async fn without_record(tx: &mut Tx, app: &App, accounts: Vec<String>) -> Result<Vec<String>> {
    let left: Vec<(String,)> = sqlx::query_as(
        "SELECT account FROM unnest($2::text[]) AS account
         WHERE NOT EXISTS (SELECT FROM logins l WHERE l.issuer = $1 AND l.subject = account)",
    )
    .bind(of(app)?.realm.issuer())
    .bind(accounts)
    .fetch_all(&mut **tx)
    .await?;
    Ok(left.into_iter().map(|(account,)| account).collect())
}
