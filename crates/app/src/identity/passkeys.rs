//! Passkeys: setting one up, signing in with one, showing one again. All must verify their holder (a finger, a face, a PIN), so one counts as two factors.

use domain::{identity::Loss, ids::PersonId};
use jiff::SignedDuration;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use platform::db::Tx;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};

use super::{
    challenge::{self, Kept, NewChallenge},
    factors, proof, recovery, session,
    sign_in::{Proof, SignedIn, complete},
    throttle::{self, ANSWERS_FROM_NETWORK, Counter},
    webauthn::relying_party,
};
use crate::{
    kernel::{
        app::App,
        audit,
        ctx::{Caller, Kind, Principal},
        error::{Error, Result},
    },
    notifications::{NewMail, To, enqueue_mail},
};

/// How long a ceremony may take: the browser's dialog stays open about as long.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// How many passkeys a person may have.
const PASSKEYS_MAX: i64 = 20;

const REGISTER: &str = "passkey.register";
const SIGN_IN: &str = "passkey.sign_in";
const SHOW: &str = "passkey.show";

/// A ceremony begun: what `navigator.credentials` is called with (its `publicKey`).
#[derive(Debug)]
pub struct Ceremony {
    pub challenge: Kept,
    pub options: Value,
}

/// What setting up a passkey gave.
#[derive(Debug)]
pub struct Registered {
    /// The session's new cookie: setting up has shown the passkey.
    pub cookie: String,
    /// The first second factor of a member of staff comes with codes for the day it is lost.
    pub recovery_codes: Vec<String>,
}

/// Begins setting up a passkey.
pub async fn start_registration(app: &App, principal: &Principal) -> Result<Ceremony> {
    let mut tx = app.db.begin_system().await?;
    let factors = proof::require(&mut tx, app, principal).await?;
    if factors.passkeys >= PASSKEYS_MAX {
        return Err(Error::conflict("too_many_passkeys"));
    }
    let known = of_person(&mut tx, principal.person).await?.into_iter().map(|(_, key)| key.cred_id().clone()).collect();
    let name = &principal.display_name;
    let (creation, state) = relying_party(app)?
        .start_passkey_registration(principal.person.0, name, name, Some(known))
        .map_err(|error| Error::internal(anyhow::Error::new(error)))?;
    let mut options = serde_json::to_value(creation).map_err(Error::internal)?;
    // Signing in asks for no name, so the key must know whose it is (WebAuthn Level 3 §5.4.6).
    options["publicKey"]["authenticatorSelection"]["residentKey"] = json!("required");
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(true);
    let challenge = keep(&mut tx, app, REGISTER, Some(principal.person), &state).await?;
    tx.commit().await?;
    Ok(Ceremony { challenge, options })
}

/// Keeps the passkey that the browser made.
///
/// # Errors
/// `code_expired`, `passkey_refused`, `passkey_known`.
pub async fn finish_registration(
    app: &App,
    principal: &Principal,
    challenge: Uuid,
    made: &RegisterPublicKeyCredential,
    label: &str,
) -> Result<Registered> {
    let mut tx = app.db.begin_system().await?;
    let factors = proof::require(&mut tx, app, principal).await?;
    let open = challenge::consume::<PasskeyRegistration>(&mut tx, app, REGISTER, challenge).await?;
    if open.person != Some(principal.person) {
        return Err(Error::gone("code_expired"));
    }
    let key = relying_party(app)?.finish_passkey_registration(made, &open.state).map_err(refused)?;
    let id = app.new_id();
    let inserted = sqlx::query(
        "INSERT INTO passkeys (id, person_id, credential_id, credential, label, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(principal.person.0)
    .bind(key.cred_id().as_slice())
    .bind(Json(&key))
    .bind(label.trim())
    .bind(app.now().to_sqlx())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if inserted == 0 {
        return Err(Error::conflict("passkey_known"));
    }
    let recovery_codes = match principal.kind.needs_second_factor() && !factors.any() {
        true => recovery::renew(&mut tx, app, principal.person).await?,
        false => Vec::new(),
    };
    let cookie = session::strengthen(&mut tx, app, principal, Proof::Passkey.name()).await?;
    note(&mut tx, app, principal, "identity.passkey_added").await?;
    enqueue_mail(&mut tx, app, NewMail::new(To::Person(principal.person), "passkey_added")).await?;
    tx.commit().await?;
    Ok(Registered { cookie, recovery_codes })
}

/// Begins signing in with whichever passkey of this site the browser offers.
pub async fn start_sign_in(app: &App) -> Result<Ceremony> {
    let (request, state) =
        relying_party(app)?.start_discoverable_authentication().map_err(|error| Error::internal(anyhow::Error::new(error)))?;
    let mut tx = app.db.begin_system().await?;
    let challenge = keep(&mut tx, app, SIGN_IN, None, &state).await?;
    tx.commit().await?;
    Ok(Ceremony { challenge, options: serde_json::to_value(request).map_err(Error::internal)? })
}

/// Signs in with a passkey.
///
/// # Errors
/// `code_expired`, `passkey_refused`, `too_many_attempts`.
pub async fn sign_in(
    app: &App,
    challenge: Uuid,
    shown: &PublicKeyCredential,
    address: std::net::IpAddr,
    user_agent: &str,
) -> Result<SignedIn> {
    let counters = [Counter::of_network(app, &ANSWERS_FROM_NETWORK, address)];
    throttle::count(app, &counters).await?;
    let mut tx = app.db.begin_system().await?;
    let (person, kind) = holder(&mut tx, app, challenge, shown).await?;
    let signed_in = complete(&mut tx, app, person, kind, Proof::Passkey, user_agent).await?;
    throttle::forgive(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Whose passkey was shown. Uses the ceremony up.
///
/// # Errors
/// `code_expired`, `passkey_refused`.
pub async fn holder(tx: &mut Tx, app: &App, challenge: Uuid, shown: &PublicKeyCredential) -> Result<(PersonId, Kind)> {
    let party = relying_party(app)?;
    let open = challenge::consume::<DiscoverableAuthentication>(tx, app, SIGN_IN, challenge).await?;
    let (person, credential_id) = party.identify_discoverable_authentication(shown).map_err(refused)?;
    // Locked, so that two answers with one counter value are looked at one after the other.
    let row: Option<(Uuid, Json<Passkey>, String)> = sqlx::query_as(
        "SELECT k.id, k.credential, p.kind FROM passkeys k JOIN people p ON p.id = k.person_id
         WHERE k.credential_id = $1 AND k.person_id = $2 AND p.deactivated_at IS NULL FOR UPDATE OF k",
    )
    .bind(credential_id)
    .bind(person)
    .fetch_optional(&mut **tx)
    .await?;
    let (id, Json(key), kind) = row.ok_or_else(|| Error::forbidden("passkey_refused"))?;
    let kind = Kind::parse(&kind).ok_or_else(|| Error::forbidden("passkey_refused"))?;
    let result = party.finish_discoverable_authentication_v2(shown, open.state, &key).map_err(refused)?;
    used(tx, app, id, key, &result).await?;
    Ok((PersonId(person), kind))
}

/// Begins showing one of the signed-in person's own passkeys.
pub async fn start_showing(app: &App, principal: &Principal) -> Result<Ceremony> {
    let mut tx = app.db.begin_system().await?;
    let keys: Vec<Passkey> = of_person(&mut tx, principal.person).await?.into_iter().map(|(_, key)| key).collect();
    if keys.is_empty() {
        return Err(Error::conflict("no_passkey"));
    }
    let (request, state) =
        relying_party(app)?.start_passkey_authentication(&keys).map_err(|error| Error::internal(anyhow::Error::new(error)))?;
    let challenge = keep(&mut tx, app, SHOW, Some(principal.person), &state).await?;
    tx.commit().await?;
    Ok(Ceremony { challenge, options: serde_json::to_value(request).map_err(Error::internal)? })
}

/// Takes a shown passkey as recent proof. Gives the session's new cookie.
pub async fn show(app: &App, principal: &Principal, challenge: Uuid, shown: &PublicKeyCredential) -> Result<String> {
    let mut tx = app.db.begin_system().await?;
    let open = challenge::consume::<PasskeyAuthentication>(&mut tx, app, SHOW, challenge).await?;
    if open.person != Some(principal.person) {
        return Err(Error::gone("code_expired"));
    }
    let result = relying_party(app)?.finish_passkey_authentication(shown, &open.state).map_err(refused)?;
    let row: Option<(Uuid, Json<Passkey>)> =
        sqlx::query_as("SELECT id, credential FROM passkeys WHERE credential_id = $1 AND person_id = $2 FOR UPDATE")
            .bind(result.cred_id().as_slice())
            .bind(principal.person.0)
            .fetch_optional(&mut *tx)
            .await?;
    // It was removed meanwhile.
    let (id, Json(key)) = row.ok_or_else(|| Error::forbidden("passkey_refused"))?;
    used(&mut tx, app, id, key, &result).await?;
    let cookie = session::strengthen(&mut tx, app, principal, Proof::Passkey.name()).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// The passkeys of a person, oldest first.
pub async fn list(tx: &mut Tx, person: PersonId) -> Result<Vec<factors::Passkey>> {
    let rows: Vec<(Uuid, String, SqlTimestamp, Option<SqlTimestamp>)> =
        sqlx::query_as("SELECT id, label, created_at, last_used_at FROM passkeys WHERE person_id = $1 ORDER BY created_at, id")
            .bind(person.0)
            .fetch_all(&mut **tx)
            .await?;
    let passkey = |(id, label, created_at, last_used_at): (Uuid, String, SqlTimestamp, Option<SqlTimestamp>)| factors::Passkey {
        id,
        label,
        created_at: created_at.to_jiff(),
        last_used_at: last_used_at.map(|at| at.to_jiff()),
    };
    Ok(rows.into_iter().map(passkey).collect())
}

/// Renames a passkey of `person`.
pub async fn rename(tx: &mut Tx, person: PersonId, id: Uuid, label: &str) -> Result<()> {
    let renamed = sqlx::query("UPDATE passkeys SET label = $3 WHERE id = $1 AND person_id = $2")
        .bind(id)
        .bind(person.0)
        .bind(label.trim())
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if renamed == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// Removes a passkey of the caller's, unless it is the last way in.
pub async fn remove(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    // Somebody else's, or removed before: it does not exist, whatever else holds.
    let there: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM passkeys WHERE id = $1 AND person_id = $2")
        .bind(id)
        .bind(caller.me().0)
        .fetch_optional(&mut **tx)
        .await?;
    there.ok_or_else(Error::not_found)?;
    proof::may_lose(tx, &caller.app, &caller.principal, Loss::Passkey).await?;
    sqlx::query("DELETE FROM passkeys WHERE id = $1 AND person_id = $2").bind(id).bind(caller.me().0).execute(&mut **tx).await?;
    Ok(())
}

/// Appends an entry about a change of the person's own proofs.
pub(super) async fn note(tx: &mut Tx, app: &App, principal: &Principal, action: &str) -> Result<()> {
    let entry = audit::Entry::new(action).about(principal.person);
    audit::append_as(tx, app.now(), Some(principal.person), principal.kind.name(), entry).await
}

async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<(Uuid, Passkey)>> {
    let rows: Vec<(Uuid, Json<Passkey>)> =
        sqlx::query_as("SELECT id, credential FROM passkeys WHERE person_id = $1").bind(person.0).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(id, Json(key))| (id, key)).collect())
}

/// Keeps the key's new counter and backup state (WebAuthn Level 3 §7.2, steps 22 and 24).
async fn used(tx: &mut Tx, app: &App, id: Uuid, mut key: Passkey, result: &AuthenticationResult) -> Result<()> {
    key.update_credential(result);
    sqlx::query("UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE id = $1")
        .bind(id)
        .bind(Json(key))
        .bind(app.now().to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn keep(tx: &mut Tx, app: &App, kind: &str, person: Option<PersonId>, state: &impl serde::Serialize) -> Result<Kept> {
    challenge::keep(tx, app, NewChallenge { kind, person, code_hash: None, lifetime: LIFETIME }, state).await
}

/// Whatever is wrong with a shown key, the person can only try again or take another way.
fn refused(error: WebauthnError) -> Error {
    Error { source: Some(error.into()), ..Error::forbidden("passkey_refused") }
}
