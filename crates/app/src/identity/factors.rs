//! What a person proves who they are with: here, beyond their mailbox; at Keycloak, all of it.

use domain::{
    identity::{Loss, Refusal, WaysIn},
    ids::PersonId,
};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::db::Tx;
use uuid::Uuid;

use super::{
    keycloak::{self, SetUp},
    passkeys, proof, recovery, totp,
};
use crate::{
    kernel::{
        app::App,
        ctx::{Caller, Principal},
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

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

/// What `person` has set up here.
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

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct Passkey {
    pub id: Uuid,
    pub label: String,
    pub created_at: Timestamp,
    /// Keycloak does not tell.
    pub last_used_at: Option<Timestamp>,
}

/// All that a person signs in with, wherever it is kept.
#[derive(Debug, Clone)]
pub struct Held {
    pub passkeys: Vec<Passkey>,
    pub password_set_at: Option<Timestamp>,
    /// A password would open the door: there are some, and the account has a name that its person knows.
    pub can_have_password: bool,
    /// The company whose own sign-in leads in.
    pub company_name: Option<String>,
    pub totp_added_at: Option<Timestamp>,
    pub recovery_codes_left: i64,
    pub ways: WaysIn,
}

impl Held {
    /// Why something may not be given up; none if it may.
    pub fn refusal(&self, loss: Loss) -> Option<Refusal> {
        self.ways.refusal(loss)
    }

    /// As [`Self::refusal`]. One that opens nothing may go.
    pub fn refusal_of_password(&self) -> Option<Refusal> {
        self.ways.refusal(Loss::Door).filter(|_| self.can_have_password)
    }
}

/// What the caller signs in with. No transaction waits for Keycloak.
///
/// # Errors
/// `ways_unavailable`.
pub async fn held(caller: &Caller) -> Result<Held> {
    if caller.app.keycloak.is_some() {
        return keycloak::held(&caller.app, &caller.principal).await;
    }
    held_here(&mut caller.begin().await?, caller).await
}

/// With the built-in sign-in: what is kept here.
async fn held_here(tx: &mut Tx, caller: &Caller) -> Result<Held> {
    let totp: Option<(SqlTimestamp,)> =
        sqlx::query_as("SELECT confirmed_at FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL")
            .bind(caller.me().0)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(Held {
        passkeys: passkeys::list(tx, caller.me()).await?,
        password_set_at: None,
        can_have_password: false,
        company_name: None,
        totp_added_at: totp.map(|(at,)| at.to_jiff()),
        recovery_codes_left: recovery::left(tx, caller.me()).await?,
        ways: proof::ways_in(tx, &caller.principal).await?,
    })
}

/// Gives a passkey of the caller's another name. Gives all there is.
///
/// # Errors
/// `not_found`, also for what is somebody else's; `sign_in_unavailable`.
pub async fn rename(tx: &mut Tx, caller: &Caller, passkey: Uuid, label: &str) -> Result<Held> {
    if caller.app.keycloak.is_some() {
        return keycloak::rename(caller, passkey, label).await;
    }
    passkeys::rename(tx, caller.me(), passkey, label).await?;
    held_here(tx, caller).await
}

/// Writes down what a person has set up at Keycloak, and tells them: it may have been somebody else.
pub async fn set_up(tx: &mut Tx, app: &App, principal: &Principal, what: SetUp) -> Result<()> {
    let (mail, action) = match what {
        SetUp::Passkey => (Some("passkey_added"), "identity.passkey_added"),
        SetUp::Password => (Some("password_set"), "identity.password_set"),
        SetUp::Totp => (Some("totp_added"), "identity.totp_added"),
        SetUp::RecoveryCodes => (None, "identity.recovery_codes_renewed"),
    };
    if let Some(mail) = mail {
        enqueue_mail(tx, app, NewMail::new(To::Person(principal.person), mail)).await?;
    }
    passkeys::note(tx, app, principal, action).await
}

/// Something to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    Passkey(Uuid),
    Totp,
    /// There are none but at Keycloak.
    Password,
}

/// Gives up something of the caller's, who is told by mail. Gives what is left.
///
/// # Errors
/// `not_found`, also for what is somebody else's; `last_way_in`, `last_second_factor`.
pub async fn give_up(tx: &mut Tx, caller: &Caller, what: Given) -> Result<Held> {
    let (mail, action) = match what {
        Given::Passkey(_) => ("passkey_removed", "identity.passkey_removed"),
        Given::Totp => ("totp_removed", "identity.totp_removed"),
        Given::Password => ("password_removed", "identity.password_removed"),
    };
    enqueue_mail(tx, &caller.app, NewMail::new(To::Person(caller.me()), mail)).await?;
    passkeys::note(tx, &caller.app, &caller.principal, action).await?;
    if caller.app.keycloak.is_some() {
        // Last: what is removed there is not given back if the rest fails.
        return keycloak::give_up(tx, caller, what).await;
    }
    match what {
        Given::Passkey(id) => passkeys::remove(tx, caller, id).await?,
        Given::Totp => totp::remove(tx, caller).await?,
        Given::Password => return Err(Error::not_found()),
    }
    held_here(tx, caller).await
}
