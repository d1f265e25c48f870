//! A Keycloak that is played: it says what a test wants it to say, lies included, and at the test's own time. The real one has its own tests.

mod admin;
mod people;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use keycloak::client_key::ClientKey;
use platform::clock::{Clock as _, ManualClock};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

/// What it says of whoever signs in.
#[derive(Debug, Clone)]
pub struct Says {
    pub sub: String,
    pub sid: String,
    pub acr: &'static str,
    /// Seconds before now.
    pub shown_before: i64,
    /// The address by which its company calls it.
    pub email: Option<&'static str>,
    /// Nobody vouches for the address.
    pub is_unverified: bool,
    /// What its company calls it besides; none gives each account another.
    pub work_subject: Option<&'static str>,
    /// Claims put over the right ones; null takes one away.
    pub lies: Value,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            sub: "sub-1".to_owned(),
            sid: "sid-1".to_owned(),
            acr: "pwd",
            shown_before: 0,
            email: None,
            is_unverified: false,
            work_subject: None,
            lies: json!({}),
        }
    }
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// As for a person who has been disabled, or a token that is stale.
    Denies,
    /// As a proxy before a Keycloak that is down.
    Away,
    /// It answers when [`PlayedKeycloak::answer_now`] is called.
    Slow,
    /// It does what it is asked, and the answer is lost on its way.
    Lost,
}

/// The refresh tokens of a session: numbers.
#[derive(Debug, Default)]
struct Chain {
    given: u32,
    /// The newest that was used: those before it are stale.
    used: u32,
}

#[derive(Debug)]
struct Play {
    says: Says,
    mood: Mood,
    asked: Vec<HashMap<String, String>>,
    refresh: HashMap<String, Chain>,
    refreshes: usize,
    ended: Vec<String>,
    /// Addresses of accounts.
    addresses: Vec<String>,
    /// What a company's sign-in takes for the secret; none if it looks at the code first, whatever the secret is.
    company_secret: Option<String>,
    given: admin::Given,
    people: people::People,
}

#[derive(Debug)]
struct Shared {
    issuer: String,
    key: ClientKey,
    clock: ManualClock,
    play: Mutex<Play>,
    go: Notify,
}

/// The played Keycloak.
#[derive(Debug, Clone)]
pub struct PlayedKeycloak(Arc<Shared>);

impl PlayedKeycloak {
    pub(crate) async fn start(clock: ManualClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}/realms/ponimayu", listener.local_addr().expect("an address"));
        let play = Play {
            says: Says::default(),
            mood: Mood::Well,
            asked: Vec::new(),
            refresh: HashMap::new(),
            refreshes: 0,
            ended: Vec::new(),
            addresses: Vec::new(),
            company_secret: None,
            given: admin::Given::default(),
            people: people::People::default(),
        };
        let key = ClientKey::from_secret([9; 32]);
        let played = Self(Arc::new(Shared { issuer, key, clock, play: Mutex::new(play), go: Notify::new() }));
        let router = Router::new()
            .route("/realms/ponimayu/protocol/openid-connect/ext/par/request", post(ask))
            .route("/realms/ponimayu/protocol/openid-connect/token", post(token))
            .route("/realms/ponimayu/protocol/openid-connect/logout", post(end))
            .route("/realms/ponimayu/protocol/openid-connect/{certs}", get(certs))
            .route("/company/token", post(company_token))
            .merge(admin::routes())
            .merge(people::routes())
            .with_state(played.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        played
    }

    fn play(&self) -> MutexGuard<'_, Play> {
        self.0.play.lock().expect("no player panics")
    }

    /// The realm's address.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// From now on it says this of whoever signs in.
    pub fn says(&self, says: Says) {
        self.play().says = says;
    }

    /// As it says already, of an address for which nobody vouches.
    pub fn says_it_is_unverified(&self) {
        self.play().says.is_unverified = true;
    }

    /// From now on it answers like this.
    pub fn is(&self, mood: Mood) {
        self.play().mood = mood;
        self.0.go.notify_waiters();
    }

    /// The form of the last request for a sign-in.
    pub fn last_asked(&self) -> HashMap<String, String> {
        self.play().asked.last().cloned().expect("it was asked")
    }

    /// From now on an account has the address.
    pub fn has_account(&self, email: &str) {
        self.play().addresses.push(email.to_owned());
    }

    /// From now on the token endpoint of a company's sign-in ([`Self::company_token_endpoint`]) takes this secret; none looks at the code first.
    pub fn company_takes(&self, secret: Option<&str>) {
        self.play().company_secret = secret.map(str::to_owned);
    }

    /// The token endpoint of a company's sign-in.
    pub fn company_token_endpoint(&self) -> String {
        self.0.issuer.replace("/realms/ponimayu", "/company/token")
    }

    /// How often it was asked whether a session is still good.
    pub fn refreshes(&self) -> usize {
        self.play().refreshes
    }

    /// The sessions it was told are over.
    pub fn ended(&self) -> Vec<String> {
        self.play().ended.clone()
    }

    /// From now on whoever signs in comes through the sign-in of `company`, as a member of it.
    pub fn vouches(&self, sub: &str, company: uuid::Uuid, email: &'static str) {
        let lies = json!({ "idp": format!("company-{company}"), "orgs": { company.to_string(): { "id": "any" } } });
        self.says(Says { sub: sub.to_owned(), sid: format!("sid-{sub}"), email: Some(email), lies, ..Says::default() });
    }

    /// The code for the last request.
    pub fn code(&self) -> String {
        format!("code-{}", self.play().asked.len() - 1)
    }

    /// A logout token for a session, `lies` put over its claims.
    pub fn logout_token(&self, sid: &str, jti: &str, lies: &Value) -> String {
        let now = self.0.clock.now().as_second();
        let claims = json!({
            "iss": self.0.issuer, "aud": "ponimau", "iat": now, "exp": now + 120, "jti": jti, "sid": sid, "sub": "sub-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        self.sign("logout+jwt", claims, lies)
    }

    /// A proof of being the client `keycloak` of the entrance.
    pub fn proof(&self, endpoint: &str, jti: &str, lies: &Value) -> String {
        let now = self.0.clock.now().as_second();
        let claims = json!({ "iss": "keycloak", "sub": "keycloak", "aud": endpoint, "jti": jti, "iat": now, "exp": now + 60 });
        self.sign("JWT", claims, lies)
    }

    fn sign(&self, typ: &str, mut claims: Value, lies: &Value) -> String {
        let claims_map = claims.as_object_mut().expect("an object");
        for (name, value) in lies.as_object().expect("an object") {
            match value {
                Value::Null => claims_map.remove(name),
                value => claims_map.insert(name.clone(), value.clone()),
            };
        }
        self.0.key.sign(typ, &claims).expect("signs")
    }

    fn tokens(&self, asked: &HashMap<String, String>) -> Response {
        let (says, number) = {
            let mut play = self.play();
            let says = play.says.clone();
            let chain = play.refresh.entry(says.sid.clone()).or_default();
            chain.given += 1;
            (says.clone(), chain.given)
        };
        let now = self.0.clock.now().as_second();
        let claims = json!({
            "iss": self.0.issuer, "aud": asked["client_id"], "azp": asked["client_id"], "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "sub": says.sub, "sid": says.sid, "acr": says.acr, "auth_time": now - says.shown_before,
        });
        let id_token = self.sign("JWT", claims, &says.lies);
        Json(json!({ "id_token": id_token, "refresh_token": format!("{}.{number}", says.sid) })).into_response()
    }
}

fn denied(code: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": code }))).into_response()
}

type Asked = Form<HashMap<String, String>>;

async fn mood(played: &PlayedKeycloak) -> Option<Response> {
    loop {
        let mood = played.play().mood;
        let changed = played.0.go.notified();
        match mood {
            Mood::Well | Mood::Lost => return None,
            Mood::Denies => return Some(denied("invalid_grant")),
            Mood::Away => return Some((StatusCode::BAD_GATEWAY, "<html>").into_response()),
            Mood::Slow => changed.await,
        }
    }
}

async fn ask(State(played): State<PlayedKeycloak>, Form(form): Asked) -> Response {
    if played.play().mood == Mood::Away {
        return (StatusCode::BAD_GATEWAY, "<html>").into_response();
    }
    let mut play = played.play();
    play.asked.push(form);
    (StatusCode::CREATED, Json(json!({ "request_uri": format!("urn:{}", play.asked.len() - 1), "expires_in": 60 }))).into_response()
}

async fn token(State(played): State<PlayedKeycloak>, Form(form): Asked) -> Response {
    if form["grant_type"] == "client_credentials" {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let token = format!("head.{}.signature", URL_SAFE_NO_PAD.encode(json!({ "sub": people::US }).to_string()));
        return Json(json!({ "access_token": token })).into_response();
    }
    if form["grant_type"] == "authorization_code" {
        let asked = form["code"].strip_prefix("code-").and_then(|n| played.play().asked.get(n.parse::<usize>().ok()?).cloned());
        // PKCE is checked as the real one does; without it a code of another sign-in would fit.
        let fits = |asked: &HashMap<String, String>| {
            use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
            asked["code_challenge"] == URL_SAFE_NO_PAD.encode(platform::crypto::sha256(form["code_verifier"].as_bytes()))
        };
        return match asked.filter(fits) {
            Some(asked) => played.tokens(&asked),
            None => denied("invalid_grant"),
        };
    }
    played.play().refreshes += 1;
    if let Some(answer) = mood(&played).await {
        return answer;
    }
    let token = form["refresh_token"].clone();
    let (sid, number) = token.rsplit_once('.').expect("a token of ours");
    let mut play = played.play();
    let is_lost = play.mood == Mood::Lost;
    let chain = play.refresh.get_mut(sid).expect("a session");
    let number = number.parse().expect("a number");
    if number < chain.used {
        return denied("invalid_grant");
    }
    chain.used = number;
    chain.given += 1;
    if is_lost {
        return (StatusCode::GATEWAY_TIMEOUT, "<html>").into_response();
    }
    Json(json!({ "refresh_token": format!("{sid}.{}", chain.given) })).into_response()
}

async fn end(State(played): State<PlayedKeycloak>, Form(form): Asked) -> Response {
    if played.play().mood == Mood::Away {
        return (StatusCode::BAD_GATEWAY, "<html>").into_response();
    }
    let sid = form["refresh_token"].rsplit_once('.').map_or("", |(sid, _)| sid).to_owned();
    played.play().ended.push(sid);
    StatusCode::NO_CONTENT.into_response()
}

/// RFC 6749 §5.2, as Keycloak says it.
async fn company_token(State(played): State<PlayedKeycloak>, Form(form): Asked) -> Response {
    let takes = played.play().company_secret.clone();
    match takes {
        Some(secret) if secret != form["client_secret"] => {
            (StatusCode::UNAUTHORIZED, Json(json!({ "error": "unauthorized_client" }))).into_response()
        }
        _ => denied("invalid_grant"),
    }
}

async fn certs(State(played): State<PlayedKeycloak>, Path(_): Path<String>) -> Response {
    Json(json!({ "keys": [played.0.key.public_jwk()] })).into_response()
}
