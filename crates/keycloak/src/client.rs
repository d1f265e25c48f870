//! Ourselves as a client of a realm: asking for a sign-in, redeeming its code, renewing and ending it.
//!
//! Everything secret goes from here to Keycloak directly; a browser carries only a name of the request (PAR, RFC 9126) and a code that needs our key
//! and the verifier (PKCE, RFC 7636).

use std::{sync::Arc, time::Duration};

use jsonwebtoken::jwk::JwkSet;
use reqwest::{Method, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{
    client_key::ClientKey,
    entrance,
    tokens::{self, Expected, IdToken, LogoutToken, Refused},
};

/// Seconds for which our proof of being the client holds: one request.
const ASSERTION_AGE_MAX: i64 = 60;
/// Seconds between two fetches of Keycloak's keys: tokens of invented keys must not make us ask each time.
const KEYS_AGE_MIN: i64 = 5;
const PATIENCE: Duration = Duration::from_secs(5);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a sign-in does not come about, or go on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Keycloak does not answer, or not as it should: to be tried again later, nothing is lost.
    #[error("Keycloak does not answer: {0}")]
    Unreachable(String),
    /// Keycloak says no, by an OAuth error code: the code, the session or the person is no longer good.
    #[error("Keycloak refuses: {0}")]
    Denied(String),
    /// What it answered is not to be believed.
    #[error("not believed: {0}")]
    NotBelieved(#[from] Refused),
}

/// A sign-in that is asked for. What it must be worth is the client's own rule in the realm: named here, Keycloak (26.7) would ask a company's sign-in
/// for it too, which knows no such worth.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a str,
    pub nonce: &'a str,
    /// S256 of the verifier.
    pub code_challenge: &'a str,
    /// Whatever Keycloak remembers, the person shows something again.
    pub is_anew: bool,
    pub locale: Option<&'a str>,
    /// Straight to this identity provider.
    pub provider: Option<&'a str>,
    /// Something to set up on the way (`webauthn-register-passwordless`, `CONFIGURE_TOTP`).
    pub action: Option<&'a str>,
    /// What to fill into the first field.
    pub login_hint: Option<&'a str>,
}

/// What a code was good for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Granted {
    pub person: IdToken,
    /// As it came: to end the session in the browser, Keycloak wants it back.
    pub id_token: String,
    /// Each use gives the next; once that was used, this one is stale.
    pub refresh_token: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    refresh_token: String,
}

#[derive(Debug)]
struct Keys {
    set: JwkSet,
    fetched_at: i64,
}

/// A realm, and the key by which it knows us.
#[derive(Debug, Clone)]
pub struct Realm {
    /// Its address as people and tokens name it: `https://auth.example/realms/<name>`.
    issuer: Arc<str>,
    /// The same as we reach it.
    inner: Arc<str>,
    key: Arc<ClientKey>,
    http: reqwest::Client,
    keys: Arc<Mutex<Option<Keys>>>,
}

impl Realm {
    /// # Errors
    /// No TLS on this machine.
    pub fn new(issuer: &str, inner: &str, key: ClientKey) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { issuer: issuer.into(), inner: inner.into(), key: Arc::new(key), http, keys: Arc::default() })
    }

    /// The realm's address as people and tokens name it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Believes that it is Keycloak itself who redeems a code of our entrance ([`entrance::is_keycloak`]). Gives the proof's name, good once.
    pub async fn believe_keycloak(&self, assertion: &str, token_endpoint: &str, now: i64) -> Result<String, Failure> {
        self.with_keys(now, |keys| entrance::is_keycloak(assertion, keys, token_endpoint, now)).await
    }

    /// Hands in a request beforehand. Gives the address to send the browser to.
    ///
    /// `id` must be new: it names the proof that we are the client. `now` is in seconds since 1970, here and below.
    pub async fn ask(&self, client: &str, request: &Request<'_>, id: &str, now: i64) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Pushed {
            request_uri: String,
        }
        let mut form = vec![
            ("response_type", "code"),
            // All of a person's organizations: for one of several Keycloak would ask which.
            ("scope", "openid organization:*"),
            ("redirect_uri", request.redirect_uri),
            ("state", request.state),
            ("nonce", request.nonce),
            ("code_challenge", request.code_challenge),
            ("code_challenge_method", "S256"),
        ];
        let given = [
            ("prompt", request.is_anew.then_some("login")),
            ("ui_locales", request.locale),
            ("kc_idp_hint", request.provider),
            ("kc_action", request.action),
            ("login_hint", request.login_hint),
        ];
        form.extend(given.into_iter().filter_map(|(name, value)| Some((name, value?))));
        let Pushed { request_uri } = self.post("ext/par/request", client, &form, id, now).await?;
        let query = form_urlencoded(&[("client_id", client), ("request_uri", &request_uri)]);
        Ok(format!("{}/protocol/openid-connect/auth?{query}", self.issuer))
    }

    /// Redeems a code. `issuer` is the `iss` of the answer (RFC 9207): of another realm it is refused before the code goes anywhere.
    pub async fn redeem(&self, client: &str, answer: Answer<'_>, id: &str, now: i64) -> Result<Granted, Failure> {
        if answer.issuer != &*self.issuer {
            return Err(Refused::Issuer.into());
        }
        let form = [
            ("grant_type", "authorization_code"),
            ("code", answer.code),
            ("redirect_uri", answer.redirect_uri),
            ("code_verifier", answer.verifier),
        ];
        let Tokens { id_token, refresh_token } = self.post("token", client, &form, id, now).await?;
        let expected = Expected { issuer: &self.issuer, client, now };
        let person = self.with_keys(now, |keys| tokens::id_token(&id_token, keys, expected, answer.nonce)).await?;
        Ok(Granted { person, id_token, refresh_token })
    }

    /// Asks whether the session is still good. Gives the next refresh token. The same may be asked again as long as the next was not used
    /// (decision 0037): an answer may be lost.
    pub async fn renew(&self, client: &str, refresh_token: &str, id: &str, now: i64) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Renewed {
            refresh_token: String,
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let Renewed { refresh_token } = self.post("token", client, &form, id, now).await?;
        Ok(refresh_token)
    }

    /// Ends Keycloak's session.
    pub async fn end(&self, client: &str, refresh_token: &str, id: &str, now: i64) -> Result<(), Failure> {
        self.send("logout", client, &[("refresh_token", refresh_token)], id, now).await.map(drop)
    }

    /// A token of our own for the Admin API, good for a minute.
    pub(crate) async fn service_token(&self, client: &str, id: &str, now: i64) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Service {
            access_token: String,
        }
        let Service { access_token } = self.post("token", client, &[("grant_type", "client_credentials")], id, now).await?;
        Ok(access_token)
    }

    pub(crate) async fn read_admin<T: for<'de> Deserialize<'de>>(&self, token: &str, path: &str) -> Result<T, Failure> {
        self.send_admin(Method::GET, token, path, None).await?.json().await.map_err(unreachable)
    }

    /// A request of the Admin API. 4xx is [`Failure::Denied`] by its status.
    pub(crate) async fn send_admin(&self, method: Method, token: &str, path: &str, body: Option<&Value>) -> Result<Response, Failure> {
        admitted(self.ask_admin(method, token, path, body).await?)
    }

    /// As [`Self::send_admin`], whatever the answer is.
    pub(crate) async fn ask_admin(&self, method: Method, token: &str, path: &str, body: Option<&Value>) -> Result<Response, Failure> {
        let mut request = self.http.request(method, self.admin_url(path)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.map_err(unreachable)
    }

    /// As [`Self::send_admin`], with a text that is no JSON.
    pub(crate) async fn put_admin_text(&self, token: &str, path: &str, text: &str) -> Result<(), Failure> {
        let request = self.http.put(self.admin_url(path)).bearer_auth(token).header("content-type", "text/plain; charset=utf-8");
        admitted(request.body(text.to_owned()).send().await.map_err(unreachable)?).map(drop)
    }

    /// As [`Self::ask_admin`], with a file.
    pub(crate) async fn upload_admin(&self, token: &str, path: &str, form: reqwest::multipart::Form) -> Result<Response, Failure> {
        self.http.post(self.admin_url(path)).bearer_auth(token).multipart(form).send().await.map_err(unreachable)
    }

    /// The Keycloak as we reach it, and the realm's name.
    pub(crate) fn place(&self) -> (&str, &str) {
        self.inner.rsplit_once("/realms/").unwrap_or((&self.inner, ""))
    }

    fn admin_url(&self, path: &str) -> String {
        format!("{}/{path}", self.inner.replacen("/realms/", "/admin/realms/", 1))
    }

    /// Believes what Keycloak says of a session that is over.
    pub async fn over(&self, client: &str, token: &str, now: i64) -> Result<LogoutToken, Failure> {
        let expected = Expected { issuer: &self.issuer, client, now };
        self.with_keys(now, |keys| tokens::logout_token(token, keys, expected)).await
    }

    async fn post<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        client: &str,
        form: &[(&str, &str)],
        id: &str,
        now: i64,
    ) -> Result<T, Failure> {
        let response = self.send(path, client, form, id, now).await?;
        response.json().await.map_err(unreachable)
    }

    async fn send(&self, path: &str, client: &str, form: &[(&str, &str)], id: &str, now: i64) -> Result<Response, Failure> {
        #[derive(Deserialize)]
        struct OauthError {
            error: String,
        }
        let proof = json!({ "iss": client, "sub": client, "aud": &*self.issuer, "jti": id, "iat": now, "exp": now + ASSERTION_AGE_MAX });
        let proof = self.key.sign("JWT", &proof).map_err(|error| Failure::Unreachable(error.to_string()))?;
        let mut form = form.to_vec();
        form.extend([("client_id", client), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &proof)]);
        let response = self
            .http
            .post(format!("{}/protocol/openid-connect/{path}", self.inner))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form_urlencoded(&form))
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        // A proxy's page, or Keycloak while it starts, is no OAuth error.
        match response.json::<OauthError>().await {
            Ok(OauthError { error }) if status.is_client_error() => Err(Failure::Denied(error)),
            _ => Err(Failure::Unreachable(status.to_string())),
        }
    }

    /// Looks with the keys at hand, and once more with fresh ones if the key is not among them: Keycloak changes its keys.
    async fn with_keys<T>(&self, now: i64, look: impl Fn(&JwkSet) -> Result<T, Refused>) -> Result<T, Failure> {
        let mut keys = self.keys.lock().await;
        if let Some(known) = &*keys {
            match look(&known.set) {
                Err(Refused::UnknownKey) if now - known.fetched_at >= KEYS_AGE_MIN => {}
                other => return Ok(other?),
            }
        }
        let set = self.fetch_keys().await?;
        let looked = look(&set);
        *keys = Some(Keys { set, fetched_at: now });
        Ok(looked?)
    }

    async fn fetch_keys(&self) -> Result<JwkSet, Failure> {
        let url = format!("{}/protocol/openid-connect/certs", self.inner);
        let response = self.http.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(unreachable)?;
        let published: Value = response.json().await.map_err(unreachable)?;
        // Keycloak also publishes keys of kinds we do not use; one that cannot be read is left out.
        let keys = published["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(JwkSet { keys: keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect() })
    }
}

/// What the browser brings back, and what we kept meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub code: &'a str,
    pub issuer: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
}

fn admitted(response: Response) -> Result<Response, Failure> {
    match response.status() {
        status if status.is_success() => Ok(response),
        status if status.is_client_error() => Err(Failure::Denied(status.as_str().to_owned())),
        status => Err(Failure::Unreachable(status.to_string())),
    }
}

fn unreachable(error: reqwest::Error) -> Failure {
    // Without the address: it may hold what must not be logged.
    Failure::Unreachable(error.without_url().to_string())
}

fn form_urlencoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
