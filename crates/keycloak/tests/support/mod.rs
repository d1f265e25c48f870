//! A real Keycloak for a file of tests.

use std::net::TcpListener;

use keycloak::{
    client::Realm,
    client_key::ClientKey,
    distribution, realm,
    server::{Config, Server},
};
use platform::clock::{Clock as _, SystemClock};
use serde_json::json;
use tempfile::TempDir;

/// A Keycloak with the realm of a deployment, and the folder of its data.
pub struct Started {
    pub server: Server,
    _data: TempDir,
}

/// Starts one. Its administrator's password is `only here`.
pub async fn start() -> Started {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(&Config {
        distribution: distribution::install(&distribution::cache()).await.unwrap(),
        data: data.path().to_owned(),
        port: free_port(),
        management_port: free_port(),
        realm: realm::realm(&deployment()),
        themes: Vec::new(),
        admin_password: "only here".to_owned(),
    })
    .await
    .unwrap();
    Started { server, _data: data }
}

impl Started {
    /// The realm's address.
    pub fn issuer(&self) -> String {
        format!("{}/realms/ponimayu", self.server.url())
    }

    /// The realm for whoever has the key of this secret; the deployment's is 7.
    pub fn realm(&self, secret: u8) -> Realm {
        Realm::new(&self.issuer(), &self.issuer(), ClientKey::from_secret([secret; 32])).unwrap()
    }
}

pub fn deployment() -> realm::Deployment {
    realm::Deployment {
        name: "ponimayu".to_owned(),
        display_name: "Понимаю".to_owned(),
        theme: None,
        public_url: "http://localhost:8080".to_owned(),
        inner_url: "http://localhost:8080".to_owned(),
        locales: ["ru", "kk", "en"].map(str::to_owned).to_vec(),
        client_keys: json!({ "keys": [ClientKey::from_secret([7; 32]).public_jwk()] }),
        mail: None,
        password_list: None,
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemClock.now().as_second()
}
