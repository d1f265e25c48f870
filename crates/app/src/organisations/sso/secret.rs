//! Whether a company's sign-in takes the secret that was set up. Nobody can be told by it (OpenID Connect has no such question), so it is asked to redeem a code that there never was:
//! a client that it does not know is refused as such, before or after the code is looked at. RFC 6749 does not say which, and providers differ; so it is asked once more by a secret that is
//! surely wrong, and only where that is refused and ours is not, ours is taken.

use platform::outbound::Outbound;
use serde::Deserialize;
use uuid::Uuid;

use super::set_up::place;
use crate::kernel::{
    app::App,
    error::{Error, Result},
};

/// What is known of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    /// The client or its secret is not the provider's.
    Refused,
    /// The provider is not reached from here, says nothing of it, or has no secret (SAML).
    Unknown,
}

/// Asks the company's provider, at the address that it has published, and nowhere else.
pub(super) async fn of(app: &App, company: Uuid) -> Result<Verdict> {
    let mut tx = app.db.begin_system().await?;
    let row: Option<(Option<String>, Option<Vec<u8>>, Option<String>)> =
        sqlx::query_as("SELECT client_id, secret_sealed, published ->> 'tokenUrl' FROM company_sign_ins WHERE company_id = $1")
            .bind(company)
            .fetch_optional(&mut *tx)
            .await?;
    drop(tx);
    let Some((Some(client), Some(sealed), Some(address))) = row else { return Ok(Verdict::Unknown) };
    let secret = String::from_utf8(app.keys.unseal(place(company), &sealed)?).map_err(Error::internal)?;
    let (Some(outbound), Some(keycloak)) = (&app.outbound, &app.keycloak) else { return Ok(Verdict::Unknown) };
    let redirect = format!("{}/broker/{}/endpoint", keycloak.realm().issuer(), keycloak::companies::provider(company));
    let asked = Question { outbound, address: &address, client: &client, redirect: &redirect, code: &app.new_token() };
    let ours = asked.with(&secret).await;
    // Not asked in vain: some lock a client whose secret is wrong too often.
    let wrong = if says(ours.as_deref()) == Says::NoSuchCode { asked.with(&app.new_token()).await } else { None };
    Ok(verdict(ours.as_deref(), wrong.as_deref()))
}

struct Question<'a> {
    outbound: &'a Outbound,
    address: &'a str,
    client: &'a str,
    redirect: &'a str,
    code: &'a str,
}

/// An OAuth error is far shorter.
const ANSWER_MAX: usize = 20_000;

impl Question<'_> {
    /// The OAuth error that comes back.
    async fn with(&self, secret: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Refused {
            error: String,
        }
        let form = [
            ("grant_type", "authorization_code"),
            ("code", self.code),
            ("redirect_uri", self.redirect),
            ("code_verifier", self.code),
            ("client_id", self.client),
            ("client_secret", secret),
        ];
        let answer = self.outbound.post_form(self.address, &form, ANSWER_MAX).await.ok()?;
        serde_json::from_slice::<Refused>(&answer).ok().map(|refused| refused.error)
    }
}

#[derive(PartialEq, Eq)]
enum Says {
    NoSuchClient,
    NoSuchCode,
    Nothing,
}

/// RFC 6749 §5.2. Keycloak says `unauthorized_client` for a wrong secret, Entra ID for a client that it does not know.
fn says(error: Option<&str>) -> Says {
    match error {
        Some("invalid_client" | "unauthorized_client") => Says::NoSuchClient,
        Some("invalid_grant") => Says::NoSuchCode,
        _ => Says::Nothing,
    }
}

/// From what came back by our secret, and by one that is surely wrong.
fn verdict(ours: Option<&str>, wrong: Option<&str>) -> Verdict {
    match (says(ours), says(wrong)) {
        (Says::NoSuchClient, _) => Verdict::Refused,
        (Says::NoSuchCode, Says::NoSuchClient) => Verdict::Taken,
        _ => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_where_another_one_is_not() {
        for (ours, wrong, expected) in [
            // Keycloak; AD FS, Okta.
            (Some("unauthorized_client"), None, Verdict::Refused),
            (Some("invalid_client"), None, Verdict::Refused),
            (Some("invalid_grant"), Some("unauthorized_client"), Verdict::Taken),
            (Some("invalid_grant"), Some("invalid_client"), Verdict::Taken),
            // Looks at the code first: whatever the secret is.
            (Some("invalid_grant"), Some("invalid_grant"), Verdict::Unknown),
            // Away the second time; another answer; not reached.
            (Some("invalid_grant"), None, Verdict::Unknown),
            (Some("invalid_request"), None, Verdict::Unknown),
            (None, None, Verdict::Unknown),
        ] {
            assert_eq!(verdict(ours, wrong), expected, "{ours:?} {wrong:?}");
        }
    }
}
