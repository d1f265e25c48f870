//! A company's ways into its people's accounts at Keycloak: its mailbox, by which a password is set anew, and its own sign-in. Who leaves the company has them taken away, because
//! others read the mailbox and hold the sign-in by then (decisions 0020, 0029); who returns is given them back.

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use keycloak::{
    admin::remove,
    ways::{self, Ways},
};
use platform::{
    crypto::Place,
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AboutPerson, ask_for_job, failed, of, proof_id, seconds};
use crate::{
    identity::email,
    kernel::{
        app::App,
        error::{Error, Result},
        sealing,
    },
    organisations::entry as eligibility,
};

/// Asks for the ways into `person`'s accounts to be as their membership says.
pub(in crate::identity) async fn ask(tx: &mut Tx, app: &App, person: PersonId) -> Result<()> {
    ask_for_job(tx, app, "identity.mind_ways", person).await
}

/// Whose address has become another one.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct AddressChanged {
    person: PersonId,
    /// By which the former one is known, in hexadecimal digits: a job holds no address. None where there was none.
    former: Option<String>,
}

/// Asks for the accounts that bear the former address of `person` to bear the present one, or none where there is none any more.
pub(in crate::identity) async fn ask_to_follow(tx: &mut Tx, app: &App, person: PersonId, former: Option<&str>) -> Result<()> {
    if app.keycloak.is_none() {
        return Ok(());
    }
    let payload = AddressChanged { person, former: former.map(|former| hex::encode(email::lookup(app, former))) };
    let payload = serde_json::to_value(payload).map_err(Error::internal)?;
    jobs::enqueue(tx, app.now(), NewJob { kind: "identity.follow_address", payload, unique_key: None, run_at: app.now() })
        .await
        .map_err(Into::into)
}

/// That job: whoever signs in with a password goes on by the address which they have proven here. One that was given up opens nothing by a letter.
pub(in crate::identity) async fn follow(app: &App, changed: AddressChanged) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let mut tx = app.db.begin_system().await?;
    let new = email::mailbox_of(&mut tx, app, changed.person).await.map_err(failed)?;
    let mut subjects = accounts(&mut tx, app, changed.person).await?;
    if new.is_none() {
        // What another record of the account has still stays there.
        let borne: Vec<(String,)> = sqlx::query_as(
            "SELECT l.subject FROM logins l JOIN person_emails e USING (person_id)
             WHERE l.issuer = $1 AND l.subject = ANY($2) AND l.person_id <> $3 AND encode(e.lookup, 'hex') = $4",
        )
        .bind(keycloak.realm().issuer())
        .bind(&subjects)
        .bind(changed.person.0)
        .bind(&changed.former)
        .fetch_all(&mut *tx)
        .await?;
        subjects.retain(|subject| !borne.iter().any(|(one,)| one == subject));
    }
    drop(tx);
    let is_former = |address: &str| changed.former == Some(hex::encode(email::lookup(app, address)));
    let (realm, now) = (keycloak.realm(), seconds(app.now()));
    for subject in subjects {
        match &new {
            Some(new) => ways::follow(realm, &subject, is_former, new, &proof_id(app), now).await?,
            None => ways::give_up(realm, &subject, is_former, &proof_id(app), now).await?,
        }
    }
    Ok(())
}

/// The job. By what the membership says now, so that it may come late, twice and in any order.
pub(in crate::identity) async fn mind(app: &App, payload: AboutPerson) -> anyhow::Result<()> {
    if app.keycloak.is_none() {
        return Ok(());
    }
    mind_now(app, payload.person).await
}

async fn mind_now(app: &App, person: PersonId) -> anyhow::Result<()> {
    let mut tx = app.db.begin_system().await?;
    // One at a time: of two that read what there is, the later would find nothing left to keep.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('identity.mind_ways', 0) # hashtextextended($1::text, 0))")
        .bind(person.0)
        .execute(&mut *tx)
        .await?;
    let company = eligibility::member_of(&mut tx, person).await.map_err(failed)?;
    match company {
        Some((company, false)) => {
            for subject in accounts(&mut tx, app, person).await? {
                take(app, person, company, &subject).await?;
            }
        }
        _ => give_back(&mut tx, app, person).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// What is taken is written down first: a node that dies in between has lost nothing.
async fn take(app: &App, person: PersonId, company: Uuid, subject: &str) -> anyhow::Result<()> {
    let realm = of(app).map_err(failed)?.realm();
    let (issuer, now) = (realm.issuer(), seconds(app.now()));
    let mut is = ways::look(realm, subject, company, &proof_id(app), now).await?;
    let mut tx = app.db.begin_system().await?;
    if let Some(address) = &is.address
        && !eligibility::is_mailbox_of(&mut tx, app, company, address).await.map_err(failed)?
    {
        is.address = None;
    }
    let kept = kept(&mut tx, app, issuer, subject, person).await?;
    if is.is_empty() && kept.is_none() {
        return Ok(());
    }
    let kept = kept.unwrap_or_default();
    let ways = Ways { address: is.address.or(kept.address), tie: is.tie.or(kept.tie) };
    let own = own_address(&mut tx, app, person, company).await.map_err(failed)?;
    let key = sealing::data_key(&mut tx, app, person).await.map_err(failed)?;
    sqlx::query(
        "INSERT INTO taken_ways (issuer, subject, person_id, company_id, kept_sealed, taken_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (issuer, subject) DO UPDATE SET kept_sealed = excluded.kept_sealed",
    )
    .bind(issuer)
    .bind(subject)
    .bind(person.0)
    .bind(company)
    .bind(sealing::seal_text(app, &key, place(person), &serde_json::to_string(&ways)?))
    .bind(app.now().to_sqlx())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(ways::take(realm, subject, company, &ways, own.as_deref(), &proof_id(app), now).await?)
}

/// The address that the person has put beside their record, unless it is the company's too.
async fn own_address(tx: &mut Tx, app: &App, person: PersonId, company: Uuid) -> Result<Option<String>> {
    let Some(own) = email::mailbox_of(tx, app, person).await? else { return Ok(None) };
    let is_companys = eligibility::is_mailbox_of(tx, app, company, &own).await?;
    Ok(Some(own).filter(|_| !is_companys))
}

async fn give_back(tx: &mut Tx, app: &App, person: PersonId) -> anyhow::Result<()> {
    let realm = of(app).map_err(failed)?.realm();
    let (issuer, now) = (realm.issuer(), seconds(app.now()));
    let taken: Vec<(String, Uuid)> =
        sqlx::query_as("SELECT subject, company_id FROM taken_ways WHERE person_id = $1 AND issuer = $2 ORDER BY 1")
            .bind(person.0)
            .bind(issuer)
            .fetch_all(&mut **tx)
            .await?;
    for (subject, company) in taken {
        let Some(ways) = kept(tx, app, issuer, &subject, person).await? else { continue };
        if let Some(tie) = &ways.tie
            && let Some(other) = ways::holder(realm, company, tie, &proof_id(app), now).await?
            && other != subject
        {
            // Made by a try to come in meanwhile. One tie leads to one account.
            if leads_to_record(tx, issuer, &other).await? {
                continue;
            }
            remove(realm, &other, &proof_id(app), now).await?;
        }
        ways::give_back(realm, &subject, company, &ways, &proof_id(app), now).await?;
        sqlx::query("DELETE FROM taken_ways WHERE issuer = $1 AND subject = $2").bind(issuer).bind(&subject).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Whether something was taken from what leads to a record: its person may have nothing left to come in by.
pub(super) async fn are_taken(tx: &mut Tx, app: &App, person: PersonId) -> Result<bool> {
    let (are,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM taken_ways WHERE person_id = $1 AND issuer = $2)")
        .bind(person.0)
        .bind(of(app)?.realm.issuer())
        .fetch_one(&mut **tx)
        .await?;
    Ok(are)
}

/// The accounts that lead to a person's record.
pub(super) async fn accounts(tx: &mut Tx, app: &App, person: PersonId) -> anyhow::Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT subject FROM logins WHERE person_id = $1 AND issuer = $2 ORDER BY 1")
        .bind(person.0)
        .bind(of(app).map_err(failed)?.realm.issuer())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|(subject,)| subject).collect())
}

async fn kept(tx: &mut Tx, app: &App, issuer: &str, subject: &str, person: PersonId) -> anyhow::Result<Option<Ways>> {
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT kept_sealed FROM taken_ways WHERE issuer = $1 AND subject = $2 AND person_id = $3")
            .bind(issuer)
            .bind(subject)
            .bind(person.0)
            .fetch_optional(&mut **tx)
            .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let key = sealing::data_key(tx, app, person).await.map_err(failed)?;
    let text = sealing::open_text(&key, place(person), &sealed).map_err(failed)?;
    Ok(Some(serde_json::from_str(&text)?))
}

async fn leads_to_record(tx: &mut Tx, issuer: &str, subject: &str) -> anyhow::Result<bool> {
    let (leads,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT FROM logins WHERE issuer = $1 AND subject = $2)")
        .bind(issuer)
        .bind(subject)
        .fetch_one(&mut **tx)
        .await?;
    Ok(leads)
}

fn place(person: PersonId) -> Place<'static> {
    Place { table: "taken_ways", column: "kept_sealed", row: person.0 }
}
