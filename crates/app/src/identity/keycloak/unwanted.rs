//! Accounts that a company's sign-in has made of somebody whom we then refuse: nothing of them stays (decision 0030 has the same for passes).

use keycloak::{
    admin::{is_of_company_alone, remove},
    client::Granted,
};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ask::LIFETIME, company, failed, proof_id, seconds, vouched::without_record};
use crate::{
    kernel::{
        app::App,
        error::{Error, Result},
    },
    organisations::passes,
};

/// An account, and at whose sign-in it was shown.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct Unwanted {
    company: Uuid,
    account: String,
}

/// Asks for the end of the account by which somebody was refused, if a company's sign-in has made it and it leads to no record.
pub(super) async fn ask(app: &App, granted: &Granted) -> Result<()> {
    let Some(company) = granted.person.provider_company() else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    // Where passes are given nothing may say here which account it was; what is left there goes by the job of every hour.
    if passes::offer(&mut tx, company).await?.is_some_and(|offer| offer.is_needed) {
        return Ok(());
    }
    if is_of_nobody(&mut tx, app, &granted.person.sub).await? {
        enqueue(&mut tx, app, &Unwanted { company, account: granted.person.sub.clone() }, app.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn enqueue(tx: &mut Tx, app: &App, unwanted: &Unwanted, run_at: jiff::Timestamp) -> Result<()> {
    let payload = serde_json::to_value(unwanted).map_err(Error::internal)?;
    jobs::enqueue(tx, app.now(), NewJob { kind: "identity.remove_unwanted", payload, unique_key: None, run_at }).await?;
    Ok(())
}

async fn is_of_nobody(tx: &mut Tx, app: &App, account: &str) -> Result<bool> {
    Ok(without_record(tx, app, vec![account.to_owned()]).await?.len() == 1)
}

/// The job. By what holds when it is done: who has got in meanwhile keeps the account, and who is on the way has their time.
pub(in crate::identity) async fn clear(app: &App, unwanted: Unwanted) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let Unwanted { company, account } = &unwanted;
    let mut tx = app.db.begin_system().await?;
    if !is_of_nobody(&mut tx, app, account).await.map_err(failed)? {
        return Ok(());
    }
    if company::is_entering(&mut tx, app, account).await.map_err(failed)? {
        enqueue(&mut tx, app, &unwanted, app.now() + LIFETIME).await.map_err(failed)?;
        tx.commit().await?;
        return Ok(());
    }
    drop(tx);
    if is_of_company_alone(&keycloak.realm, *company, account, &proof_id(app), seconds(app.now())).await? {
        remove(&keycloak.realm, account, &proof_id(app), seconds(app.now())).await?;
    }
    Ok(())
}
