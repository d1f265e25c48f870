//! What an account is signed in with, as its person sees, names and removes it.
//!
//! `id` must be new, `now` is in seconds since 1970.

use reqwest::Method;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    client::{Failure, Realm},
    companies::of_provider,
    realm::PROVISIONER,
    ways::NOWHERE,
};

/// What of it there is in this realm. A security key that is a second step only is asked for by none of our flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Password,
    Passkey,
    /// An app with one-time codes.
    App,
    RecoveryCodes,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub id: String,
    pub kind: Kind,
    /// As its person has called it.
    pub label: Option<String>,
    /// Milliseconds since 1970.
    pub made_at: Option<i64>,
    /// Of recovery codes: how many have not been used.
    pub left: u32,
}

/// All that leads into an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The oldest first.
    pub credentials: Vec<Credential>,
    /// Companies to whose own sign-in the account is tied.
    pub companies: Vec<Uuid>,
    /// Its person knows what it is called by: else a password opens nothing.
    pub is_named: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    id: String,
    r#type: String,
    #[serde(default)]
    user_label: Option<String>,
    #[serde(default)]
    created_date: Option<i64>,
    /// JSON within text.
    #[serde(default)]
    credential_data: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    email: Option<String>,
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tie {
    identity_provider: String,
}

/// What Keycloak and we call accounts by of whose names their people know nothing.
const NAMELESS: [&str; 3] = ["entrance.", "company-", "left."];

fn is_named(account: &Account) -> bool {
    let has = |text: &Option<String>, is_known: fn(&str) -> bool| text.as_deref().is_some_and(|text| !text.is_empty() && is_known(text));
    has(&account.email, |address| !address.ends_with(NOWHERE))
        || has(&account.username, |name| !NAMELESS.iter().any(|start| name.starts_with(start)))
}

/// What there is. An account that is gone has nothing.
pub async fn look(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<Held, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let account: Account = match realm.read_admin(&token, &format!("users/{subject}")).await {
        Err(Failure::Denied(status)) if status == "404" => return Ok(Held::default()),
        other => other?,
    };
    let told: Vec<Told> = or_nothing(realm.read_admin(&token, &format!("users/{subject}/credentials")).await)?;
    let ties: Vec<Tie> = or_nothing(realm.read_admin(&token, &format!("users/{subject}/federated-identity")).await)?;
    let mut credentials: Vec<Credential> = told.into_iter().filter_map(credential).collect();
    credentials.sort_by(|one, other| (one.made_at, &one.id).cmp(&(other.made_at, &other.id)));
    let companies = ties.iter().filter_map(|tie| of_provider(&tie.identity_provider)).collect();
    Ok(Held { credentials, companies, is_named: is_named(&account) })
}

/// Gives one another name.
pub async fn rename(realm: &Realm, subject: &str, credential: &str, label: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    realm.put_admin_text(&token, &format!("users/{subject}/credentials/{credential}/userLabel"), label).await
}

/// Takes one away. Done twice it does no harm.
pub async fn remove(realm: &Realm, subject: &str, credential: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    match realm.send_admin(Method::DELETE, &token, &format!("users/{subject}/credentials/{credential}"), None).await {
        Err(Failure::Denied(status)) if status == "404" => Ok(()),
        other => other.map(drop),
    }
}

/// Whether the account has a session of this name.
pub async fn has_session(realm: &Realm, subject: &str, sid: &str, id: &str, now: i64) -> Result<bool, Failure> {
    #[derive(Deserialize)]
    struct Session {
        id: String,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let sessions: Vec<Session> = or_nothing(realm.read_admin(&token, &format!("users/{subject}/sessions")).await)?;
    Ok(sessions.iter().any(|one| one.id == sid))
}

fn or_nothing<T>(read: Result<Vec<T>, Failure>) -> Result<Vec<T>, Failure> {
    match read {
        Err(Failure::Denied(status)) if status == "404" => Ok(Vec::new()),
        other => other,
    }
}

fn credential(told: Told) -> Option<Credential> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Codes {
        remaining_codes: u32,
    }
    let kind = match told.r#type.as_str() {
        "password" => Kind::Password,
        "webauthn-passwordless" => Kind::Passkey,
        "otp" => Kind::App,
        "recovery-authn-codes" => Kind::RecoveryCodes,
        _ => return None,
    };
    let codes: Codes = told.credential_data.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let label = told.user_label.filter(|label| !label.trim().is_empty());
    Some(Credential { id: told.id, kind, label, made_at: told.created_date, left: codes.remaining_codes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_needs_a_name_that_its_person_knows() {
        let account =
            |username: &str, email: Option<&str>| Account { username: Some(username.to_owned()), email: email.map(str::to_owned) };
        for (username, email, expected) in [
            ("entrance.x1", None, false),
            ("entrance.x1", Some(""), false),
            ("entrance.x1", Some("anna@example.org"), true),
            ("company-6.anna", None, false),
            ("left.1", Some("1@left.invalid"), false),
            // Whoever left goes on by the name that was their address.
            ("anna@acme.example", None, true),
            ("anna", None, true),
        ] {
            assert_eq!(is_named(&account(username, email)), expected, "{username} {email:?}");
        }
    }
}
