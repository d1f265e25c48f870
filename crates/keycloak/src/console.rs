//! What somebody has done in Keycloak's console, from its admin events: ids and what was done to them, never what the change was.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::{
    client::{Failure, Realm},
    realm::PROVISIONER,
};

const PAGE: usize = 100;

/// What of ours it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An account, in whatever way: whether it is still good is to be asked.
    Account(String),
    /// An account got a new password from an administrator: whoever is in by the old one must not go on.
    Password(String),
    /// An organization itself, its members or its identity providers.
    Organization,
    /// None of these.
    Other,
}

/// Something done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub about: Vec<About>,
    /// By the product itself.
    pub is_ours: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    id: String,
    time: i64,
    #[serde(default)]
    resource_path: String,
    #[serde(default)]
    auth_details: Option<Who>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Who {
    #[serde(default)]
    user_id: Option<String>,
}

/// All that was done since `from` (milliseconds since 1970), oldest first.
pub async fn since(realm: &Realm, from: i64, id: &str, now: i64) -> Result<Vec<Event>, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let us = subject_of(&token);
    let mut events = Vec::new();
    loop {
        let path = format!("admin-events?dateFrom={from}&first={}&max={PAGE}&direction=asc", events.len());
        let page: Vec<Told> = realm.read_admin(&token, &path).await?;
        let is_last = page.len() < PAGE;
        events.extend(page);
        if is_last {
            break;
        }
    }
    let event = |told: Told| Event {
        is_ours: us.is_some() && told.auth_details.and_then(|who| who.user_id) == us,
        about: about(&told.resource_path),
        id: told.id,
        at: told.time,
    };
    let mut events: Vec<Event> = events.into_iter().map(event).collect();
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// Whether somebody has not got in by a company's sign-in since `from` (milliseconds since 1970), because it did not work: Keycloak does not tell which company's (26.7).
pub async fn has_failed_since(realm: &Realm, from: i64, id: &str, now: i64) -> Result<bool, Failure> {
    #[derive(Deserialize)]
    struct When {
        time: i64,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let path = format!("events?type=IDENTITY_PROVIDER_LOGIN_ERROR&dateFrom={from}&max={PAGE}");
    let found: Vec<When> = realm.read_admin(&token, &path).await?;
    Ok(found.iter().any(|event| event.time >= from))
}

fn about(path: &str) -> Vec<About> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["users", account, "reset-password"] => vec![About::Password(account.to_owned())],
        ["users", account, ..] => vec![About::Account(account.to_owned())],
        ["organizations", _, "members", account, ..] => vec![About::Account(account.to_owned()), About::Organization],
        ["organizations", ..] => vec![About::Organization],
        _ => vec![About::Other],
    }
}

/// Whose a token is that has just come from Keycloak itself: our own account there.
fn subject_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: Option<String>,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Claims>(&claims).ok()?.sub
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_is_about_is_in_its_path() {
        let account = || About::Account("a".to_owned());
        for (path, expected) in [
            ("users/a", vec![account()]),
            ("users/a/logout", vec![account()]),
            ("users/a/role-mappings/realm", vec![account()]),
            ("users/a/reset-password", vec![About::Password("a".to_owned())]),
            ("organizations/o", vec![About::Organization]),
            ("organizations/o/members/a", vec![account(), About::Organization]),
            ("clients/c", vec![About::Other]),
            ("", vec![About::Other]),
        ] {
            assert_eq!(about(path), expected, "{path}");
        }
    }

    #[test]
    fn our_own_token_tells_who_we_are() {
        let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(r#"{"sub":"we"}"#));
        assert_eq!(subject_of(&token).as_deref(), Some("we"));
        for broken in ["", "admin", "a.b.c", "a..c"] {
            assert_eq!(subject_of(broken), None, "{broken}");
        }
    }
}
