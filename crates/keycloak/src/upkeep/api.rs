//! The Admin API of a Keycloak, for one of its realms.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

/// Making a realm takes Keycloak some seconds on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The client which Keycloak has for administrators without a browser.
const ADMIN_CLIENT: &str = "admin-cli";
/// Of what Keycloak says about a refusal, so much is told.
const SAID_MAX: usize = 300;

/// Why a realm cannot be looked at, or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("Keycloak does not answer at {url}: {reason}")]
    Unreachable { url: String, reason: String },
    #[error("Keycloak does not let {who} in: {said}")]
    SignIn { who: String, said: String },
    #[error("{who} may not do this ({what}): it takes an administrator of the whole Keycloak")]
    Forbidden { who: String, what: String },
    #[error("Keycloak refuses {what}: {said}")]
    Refused { what: String, said: String },
    /// Its answer is not what this release knows.
    #[error("Keycloak's answer to {what} is not understood")]
    Answer { what: String },
    #[error("flow \"{0}\" is used by something else than this realm's sign-in and its identity providers; take it from there first")]
    InUse(String),
    #[error("afterwards the realm still is not as it should be:\n{0}")]
    StillDiffers(String),
}

/// Who asks: an administrator of the whole Keycloak.
#[derive(Clone)]
pub struct Administrator {
    pub name: String,
    pub password: String,
    /// Whether it is a client with a service account, and not a person.
    pub is_client: bool,
}

/// Whoever may look into the realm.
enum Entry {
    Administrator(Administrator),
    /// A token of the realm's own, good for a minute.
    Token(String),
}

/// A realm's Admin API.
pub struct Api {
    http: reqwest::Client,
    url: String,
    realm: String,
    entry: Entry,
    token: Mutex<Option<String>>,
}

impl Api {
    /// As an administrator of the Keycloak at `url`.
    ///
    /// # Errors
    /// No TLS on this machine.
    pub fn administrator(url: &str, realm: &str, administrator: Administrator) -> anyhow::Result<Self> {
        Self::new(url, realm, Entry::Administrator(administrator))
    }

    /// By a token of the realm's own.
    ///
    /// # Errors
    /// No TLS on this machine.
    pub(crate) fn with_token(url: &str, realm: &str, token: String) -> anyhow::Result<Self> {
        Self::new(url, realm, Entry::Token(token))
    }

    fn new(url: &str, realm: &str, entry: Entry) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), realm: realm.to_owned(), entry, token: Mutex::new(None) })
    }

    fn who(&self) -> &str {
        match &self.entry {
            Entry::Administrator(administrator) => &administrator.name,
            Entry::Token(_) => "the product's client",
        }
    }

    /// What is at a path below the realm; none if nothing is. An empty path is the realm.
    pub(super) async fn find(&self, path: &str) -> Result<Option<Value>, Failure> {
        let what = format!("GET {path}");
        let response = self.ask(&Method::GET, path, None).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let response = self.admitted(response, &what).await?;
        response.json().await.map(Some).map_err(|_| Failure::Answer { what })
    }

    /// What must be there.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.find(path).await?.ok_or_else(|| Failure::Answer { what: format!("GET {path}") })
    }

    /// All of a list that comes in pages.
    pub(super) async fn all(&self, path: &str) -> Result<Vec<Value>, Failure> {
        const PAGE: usize = 100;
        let mut all = Vec::new();
        loop {
            let page = self.get(&format!("{path}?first={}&max={PAGE}", all.len())).await?;
            let Value::Array(page) = page else { return Err(Failure::Answer { what: format!("GET {path}") }) };
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Gives the last part of the new thing's address, its id, where Keycloak tells it.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Option<String>, Failure> {
        let response = self.send(&Method::POST, path, body).await?;
        let address = response.headers().get("location").and_then(|address| address.to_str().ok());
        Ok(address.and_then(|address| address.rsplit('/').next()).map(str::to_owned))
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.send(&Method::PUT, path, body).await.map(drop)
    }

    pub(super) async fn delete(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.send(&Method::DELETE, path, body).await.map(drop)
    }

    /// Makes the realm itself.
    pub(super) async fn post_realm(&self, realm: &Value) -> Result<(), Failure> {
        let response = self.ask_at(&Method::POST, format!("{}/admin/realms", self.url), Some(realm)).await?;
        self.admitted(response, "POST realm").await?;
        // What the administrator may do there is in a new token.
        *self.token.lock().await = None;
        Ok(())
    }

    async fn send(&self, method: &Method, path: &str, body: &Value) -> Result<reqwest::Response, Failure> {
        let response = self.ask(method, path, Some(body)).await?;
        self.admitted(response, &format!("{method} {path}")).await
    }

    async fn ask(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<reqwest::Response, Failure> {
        let slash = if path.is_empty() { "" } else { "/" };
        self.ask_at(method, format!("{}/admin/realms/{}{slash}{path}", self.url, self.realm), body).await
    }

    async fn ask_at(&self, method: &Method, address: String, body: Option<&Value>) -> Result<reqwest::Response, Failure> {
        let mut is_first = true;
        loop {
            let mut request = self.http.request(method.clone(), &address).bearer_auth(self.token().await?);
            if let Some(body) = body.filter(|body| !body.is_null()) {
                request = request.json(body);
            }
            let response = request.send().await.map_err(|error| self.unreachable(error))?;
            if response.status() != StatusCode::UNAUTHORIZED || !is_first || matches!(self.entry, Entry::Token(_)) {
                return Ok(response);
            }
            // An administrator's token is good for a minute, which is less than a long plan takes.
            is_first = false;
            *self.token.lock().await = None;
        }
    }

    async fn token(&self) -> Result<String, Failure> {
        let mut token = self.token.lock().await;
        if let Some(token) = &*token {
            return Ok(token.clone());
        }
        let new = match &self.entry {
            Entry::Token(token) => token.clone(),
            Entry::Administrator(administrator) => self.sign_in(administrator).await?,
        };
        *token = Some(new.clone());
        Ok(new)
    }

    async fn sign_in(&self, administrator: &Administrator) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Token {
            access_token: String,
        }
        let (name, password) = (administrator.name.as_str(), administrator.password.as_str());
        let form = if administrator.is_client {
            [("grant_type", "client_credentials"), ("client_id", name), ("client_secret", password)].to_vec()
        } else {
            [("grant_type", "password"), ("client_id", ADMIN_CLIENT), ("username", name), ("password", password)].to_vec()
        };
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}/realms/master/protocol/openid-connect/token", self.url));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        if response.status().is_client_error() {
            let said = said(response).await;
            return Err(Failure::SignIn { who: name.to_owned(), said });
        }
        let response = self.admitted(response, "signing in").await?;
        let token: Token = response.json().await.map_err(|_| Failure::Answer { what: "signing in".to_owned() })?;
        Ok(token.access_token)
    }

    async fn admitted(&self, response: reqwest::Response, what: &str) -> Result<reqwest::Response, Failure> {
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::FORBIDDEN => Err(Failure::Forbidden { who: self.who().to_owned(), what: what.to_owned() }),
            // A proxy before a Keycloak that is away, or that starts.
            status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) => {
                Err(Failure::Unreachable { url: self.url.clone(), reason: status.to_string() })
            }
            _ => Err(Failure::Refused { what: what.to_owned(), said: said(response).await }),
        }
    }

    fn unreachable(&self, error: reqwest::Error) -> Failure {
        let error = error.without_url();
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            reason = cause.to_string();
            source = cause.source();
        }
        Failure::Unreachable { url: self.url.clone(), reason }
    }
}

/// What Keycloak says about its refusal: an error of OAuth, or of the Admin API.
async fn said(response: reqwest::Response) -> String {
    let status = response.status().to_string();
    let Ok(body) = response.json::<Value>().await else { return status };
    let said = ["error_description", "errorMessage", "error"].iter().find_map(|name| body[*name].as_str());
    said.map_or(status, |said| said.chars().take(SAID_MAX).collect())
}

/// A name as part of a path.
pub(super) fn segment(name: &str) -> String {
    // As a form has it, but for blanks, which a path has otherwise.
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}
