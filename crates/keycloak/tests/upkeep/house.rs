//! A Keycloak, and its administrator.

use std::net::TcpListener;

use keycloak::{
    admin,
    client::Realm,
    client_key::ClientKey,
    distribution,
    realm::{self, Deployment},
    server::{Config, Server},
    upkeep::{self, Administrator, Api, Failure, Parts, Plan},
};
use platform::clock::{Clock as _, SystemClock};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub const PASSWORD: &str = "only here";
/// Of somebody in a realm of the product's.
pub const OWN_PASSWORD: &str = "long enough for it";

pub struct House {
    pub server: Server,
    http: reqwest::Client,
    pub data: tempfile::TempDir,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn now() -> i64 {
    SystemClock.now().as_second()
}

pub fn key() -> ClientKey {
    ClientKey::from_secret([7; 32])
}

/// The deployment whose realm has this name.
pub fn deployment(name: &str) -> Deployment {
    Deployment {
        name: name.to_owned(),
        display_name: "Понимаю".to_owned(),
        theme: None,
        public_url: "http://localhost:8080".to_owned(),
        inner_url: "http://localhost:8080".to_owned(),
        locales: ["ru", "kk", "en"].map(str::to_owned).to_vec(),
        client_keys: json!({ "keys": [key().public_jwk()] }),
        mail: None,
        password_list: None,
    }
}

impl House {
    /// Starts it, with the realm `imported` out of a file.
    pub async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = Server::start(&Config {
            distribution: distribution::install(&distribution::cache()).await.unwrap(),
            data: data.path().to_owned(),
            port: free_port(),
            management_port: free_port(),
            realm: realm::realm(&deployment("imported")),
            themes: Vec::new(),
            admin_password: PASSWORD.to_owned(),
        })
        .await
        .unwrap();
        Self { server, http: reqwest::Client::new(), data }
    }

    /// What the console does: asks below `/admin/realms`.
    pub async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, text) = self.try_to_ask(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn try_to_ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, String) {
        let form = format!("grant_type=password&client_id=admin-cli&username=admin&password={PASSWORD}");
        let token = self.http.post(format!("{}/realms/master/protocol/openid-connect/token", self.server.url()));
        let token = token.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap();
        let token: Value = token.json().await.unwrap();
        let request = self.http.request(method, format!("{}/admin/realms{path}", self.server.url()));
        let request = request.bearer_auth(token["access_token"].as_str().unwrap());
        let request = if body.is_null() { request } else { request.json(&body) };
        let response = request.send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    /// What the account's own page does: somebody puts an address in the place of theirs.
    pub async fn take_address(&self, realm: &str, name: &str, address: &str) -> (StatusCode, String) {
        let form = format!("grant_type=password&client_id=admin-cli&username={name}&password={OWN_PASSWORD}");
        let url = format!("{}/realms/{realm}", self.server.url());
        let request = self.http.post(format!("{url}/protocol/openid-connect/token")).body(form);
        let token = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap().text().await.unwrap();
        let token: Value = serde_json::from_str(&token).unwrap();
        let body = json!({ "username": name, "email": address, "attributes": {} });
        let request = self.http.post(format!("{url}/account")).header("accept", "application/json").json(&body);
        let response = request.bearer_auth(token["access_token"].as_str().unwrap()).send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) {
        self.ask(Method::POST, path, body).await;
    }

    /// Reads what is there, lets `change` alter it, and writes it back.
    pub async fn alter(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut thing = self.get(path).await;
        change(&mut thing);
        self.ask(Method::PUT, path, thing).await;
    }

    /// An empty realm, as its console makes one.
    pub async fn make_realm(&self, name: &str) {
        self.post("", json!({ "realm": name, "enabled": true })).await;
    }

    /// The address of one of a realm's clients.
    pub async fn client(&self, realm: &str, id: &str) -> String {
        let found = self.get(&format!("/{realm}/clients?clientId={id}")).await;
        format!("/{realm}/clients/{}", found[0]["id"].as_str().unwrap())
    }

    pub fn api(&self, realm: &str) -> Api {
        self.api_as(realm, "admin", PASSWORD)
    }

    pub fn api_as(&self, realm: &str, name: &str, password: &str) -> Api {
        let administrator = Administrator { name: name.to_owned(), password: password.to_owned(), is_client: false };
        Api::administrator(self.server.url(), realm, administrator).unwrap()
    }

    pub async fn plan(&self, deployment: &Deployment) -> Plan {
        let wanted = Parts::wanted(&realm::realm(deployment));
        let there = upkeep::look(&self.api(&deployment.name), &wanted).await.unwrap();
        Plan::new(&wanted, there.as_ref(), false)
    }

    /// What the product's own client finds, as the doctor does.
    pub async fn plan_of_the_doctor(&self, deployment: &Deployment) -> Plan {
        let issuer = format!("{}/realms/{}", self.server.url(), deployment.name);
        let realm = Realm::new(&issuer, &issuer, key()).unwrap();
        let api = admin::look_into(&realm, &format!("doctor-{}", platform::rng::Rng::from_system().uuid(SystemClock.now())), now())
            .await
            .unwrap();
        let wanted = Parts::wanted(&realm::realm(deployment));
        Plan::new(&wanted, upkeep::look(&api, &wanted).await.unwrap().as_ref(), false)
    }

    pub async fn try_to_apply(&self, deployment: &Deployment) -> Result<Plan, Failure> {
        let plan = self.plan(deployment).await;
        upkeep::carry_out(&self.api(&deployment.name), &realm::realm(deployment), &plan, None).await?;
        Ok(plan)
    }

    /// Brings the realm up to date. Gives the plan that was carried out.
    pub async fn apply(&self, deployment: &Deployment) -> Plan {
        self.try_to_apply(deployment).await.unwrap()
    }
}
