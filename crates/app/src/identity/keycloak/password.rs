//! A password at Keycloak that has become another one, by whatever way. "Forgot password?" and the console of Keycloak tell us nothing; its person is to
//! hear of it (ASVS 6.3.7), so at each sign-in a job looks since when there is the present one.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use keycloak::held::{self, Kind};
use platform::{
    db::Tx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{failed, proof_id, seconds, ways::accounts};
use crate::{
    kernel::{
        app::App,
        audit,
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// Whose passwords to look at.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct Look {
    person: PersonId,
    /// The present one was set by way of the product, which has told of it.
    is_told: bool,
}

/// Asks for a look.
pub(super) async fn ask(tx: &mut Tx, app: &App, person: PersonId, is_told: bool) -> Result<()> {
    let payload = serde_json::to_value(Look { person, is_told }).map_err(Error::internal)?;
    jobs::enqueue(tx, app.now(), NewJob { kind: "identity.look_at_password", payload, unique_key: None, run_at: app.now() }).await?;
    Ok(())
}

/// The job. The first look at an account says nothing: whoever has it chose the password, or got it with it.
pub(in crate::identity) async fn look(app: &App, look: Look) -> anyhow::Result<()> {
    let Some(keycloak) = &app.keycloak else { return Ok(()) };
    let realm = keycloak.realm();
    let accounts = accounts(&mut app.db.begin_system().await?, app, look.person).await?;
    for subject in accounts {
        let held = held::look(realm, &subject, &proof_id(app), seconds(app.now())).await?;
        let password = held.credentials.iter().find(|one| one.kind == Kind::Password);
        let set_at = password.and_then(|one| Timestamp::from_millisecond(one.made_at?).ok());
        let mut tx = app.db.begin_system().await?;
        if is_another(&mut tx, look.person, realm.issuer(), &subject, set_at).await? && !look.is_told {
            tell(&mut tx, app, look.person).await.map_err(failed)?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Writes down since when there is the password, and gives whether another one was seen before.
async fn is_another(tx: &mut Tx, person: PersonId, issuer: &str, subject: &str, set_at: Option<Timestamp>) -> sqlx::Result<bool> {
    let seen: Option<(Option<SqlTimestamp>,)> =
        sqlx::query_as("SELECT set_at FROM passwords_seen WHERE person_id = $1 AND issuer = $2 AND subject = $3 FOR UPDATE")
            .bind(person.0)
            .bind(issuer)
            .bind(subject)
            .fetch_optional(&mut **tx)
            .await?;
    sqlx::query(
        "INSERT INTO passwords_seen (person_id, issuer, subject, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, issuer, subject) DO UPDATE SET set_at = excluded.set_at",
    )
    .bind(person.0)
    .bind(issuer)
    .bind(subject)
    .bind(set_at.map(ToSqlx::to_sqlx))
    .execute(&mut **tx)
    .await?;
    Ok(seen.is_some_and(|(seen,)| set_at > seen.map(SqlTimestamp::to_jiff)))
}

async fn tell(tx: &mut Tx, app: &App, person: PersonId) -> Result<()> {
    enqueue_mail(tx, app, NewMail::new(To::Person(person), "password_set")).await?;
    let entry = audit::Entry::new("identity.password_set").about(person).detail(json!({ "by": "keycloak" }));
    audit::append_as(tx, app.now(), None, "system", entry).await
}
