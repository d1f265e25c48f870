//! The product as Keycloak's identity provider `entrance` (decision 0017): what it asserts, and how it knows that Keycloak is asking. Pure: keys and time
//! are given, and who may enter is the caller's to know.

use jsonwebtoken::jwk::JwkSet;
use serde::Serialize;

use crate::{
    client_key::ClientKey,
    tokens::{self, Refused},
};

/// The name under which Keycloak is a client here.
pub const CLIENT: &str = "keycloak";
/// Seconds for which Keycloak may take an assertion: it fetches it and looks at it in one breath.
const ASSERTION_AGE_MAX: i64 = 60;

/// What Keycloak asks for with the browser (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy)]
pub struct Authorize<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub response_type: &'a str,
    pub code_challenge_method: &'a str,
}

/// Whether it is Keycloak that asks, to be answered at the one address where Keycloak listens. Anything else is answered by an error page here: an address
/// that a stranger names is not redirected to (§3.1.2.6, RFC 9700 §4.11).
pub fn is_asked_rightly(asked: Authorize<'_>, issuer: &str) -> bool {
    asked.client_id == CLIENT
        && asked.redirect_uri == format!("{issuer}/broker/{}/endpoint", crate::realm::ENTRANCE)
        && asked.response_type == "code"
        && asked.code_challenge_method == "S256"
}

/// Somebody who has shown what they came with.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    /// Random, for this account alone: Keycloak's account is found again by it, and nothing of the product can be.
    pub subject: &'a str,
    /// What Keycloak gave to recognise the answer by.
    pub nonce: &'a str,
    pub locale: &'a str,
    /// An address only if a code sent to it came back.
    pub email: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    nonce: &'a str,
    iat: i64,
    auth_time: i64,
    exp: i64,
    locale: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

/// The ID token that Keycloak gets for a code. `entrance` is this provider's own issuer.
///
/// # Errors
/// The key cannot sign.
pub fn assert(key: &ClientKey, entrance: &str, entrant: Entrant<'_>, now: i64) -> anyhow::Result<String> {
    let claims = Claims {
        iss: entrance,
        aud: CLIENT,
        sub: entrant.subject,
        nonce: entrant.nonce,
        iat: now,
        auth_time: now,
        exp: now + ASSERTION_AGE_MAX,
        locale: entrant.locale,
        email: entrant.email,
        email_verified: entrant.email.map(|_| true),
    };
    key.sign("JWT", &claims)
}

/// Believes that it is Keycloak who redeems a code: by its own signature (RFC 7523 §3), for this endpoint. Gives the proof's `jti`, good once.
pub fn is_keycloak(assertion: &str, keys: &JwkSet, token_endpoint: &str, now: i64) -> Result<String, Refused> {
    tokens::client_assertion(assertion, keys, tokens::Expected { issuer: CLIENT, client: token_endpoint, now })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const ISSUER: &str = "https://auth.example/realms/ponimayu";
    const ENDPOINT: &str = "https://ponimayu.example/oidc/entrance/token";

    fn asked() -> Authorize<'static> {
        Authorize {
            client_id: "keycloak",
            redirect_uri: "https://auth.example/realms/ponimayu/broker/entrance/endpoint",
            response_type: "code",
            code_challenge_method: "S256",
        }
    }

    #[test]
    fn only_keycloak_is_answered_and_only_where_it_listens() {
        assert!(is_asked_rightly(asked(), ISSUER));
        for wrong in [
            Authorize { client_id: "somebody", ..asked() },
            Authorize { redirect_uri: "https://auth.example/realms/ponimayu/broker/acme/endpoint", ..asked() },
            Authorize { redirect_uri: "https://auth.example/realms/ponimayu/broker/entrance/endpoint/", ..asked() },
            Authorize { response_type: "token", ..asked() },
            Authorize { code_challenge_method: "plain", ..asked() },
        ] {
            assert!(!is_asked_rightly(wrong, ISSUER), "{wrong:?}");
        }
    }

    #[test]
    fn an_assertion_tells_the_subject_and_nothing_that_was_not_given() {
        let key = ClientKey::from_secret([3; 32]);
        let entrant = Entrant { subject: "random", nonce: "n", locale: "kk", email: None };
        let claims = |entrant| {
            use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
            let token = assert(&key, "https://ponimayu.example/oidc/entrance", entrant, NOW).unwrap();
            serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
        };
        assert_eq!(
            claims(entrant),
            json!({
                "iss": "https://ponimayu.example/oidc/entrance", "aud": "keycloak", "sub": "random", "nonce": "n", "iat": NOW, "auth_time": NOW,
                "exp": NOW + 60, "locale": "kk",
            })
        );
        let told = claims(Entrant { email: Some("anna@example.org"), ..entrant });
        assert_eq!((&told["email"], &told["email_verified"]), (&json!("anna@example.org"), &json!(true)));
    }

    #[test]
    fn keycloak_proves_itself_by_its_key_for_this_endpoint() {
        let key = ClientKey::from_secret([4; 32]);
        let keys: JwkSet = serde_json::from_value(json!({ "keys": [key.public_jwk()] })).unwrap();
        let right = json!({ "iss": CLIENT, "sub": CLIENT, "aud": ENDPOINT, "jti": "j", "iat": NOW, "exp": NOW + 60 });
        let believe = |claims: &Value| is_keycloak(&key.sign("JWT", claims).unwrap(), &keys, ENDPOINT, NOW);
        assert_eq!(believe(&right).as_deref(), Ok("j"));
        for (name, value, refused) in [
            ("iss", json!("ponimau"), Refused::Issuer),
            ("sub", json!("somebody"), Refused::Subject),
            ("aud", json!("https://elsewhere.example/token"), Refused::Audience),
            ("exp", json!(NOW - 60), Refused::Expired),
            ("jti", Value::Null, Refused::Malformed),
        ] {
            let mut claims = right.clone();
            claims[name] = value;
            assert_eq!(believe(&claims), Err(refused), "{name}");
        }
        let other = ClientKey::from_secret([5; 32]);
        assert_eq!(is_keycloak(&other.sign("JWT", &right).unwrap(), &keys, ENDPOINT, NOW), Err(Refused::UnknownKey));
    }
}
