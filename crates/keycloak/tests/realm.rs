//! Against a real Keycloak: one for all of this file.

use std::net::TcpListener;

use keycloak::{
    admin,
    client::{Failure, Realm, Request},
    client_key::ClientKey,
    distribution, realm,
    server::{Config, Server},
};
use platform::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn now() -> i64 {
    SystemClock.now().as_second()
}

#[tokio::test]
async fn the_realm_is_imported_whole_and_knows_us_by_our_key() {
    let data = tempfile::tempdir().unwrap();
    let deployment = realm::Deployment {
        name: "ponimayu".to_owned(),
        display_name: "Понимаю".to_owned(),
        theme: None,
        public_url: "http://localhost:8080".to_owned(),
        inner_url: "http://localhost:8080".to_owned(),
        locales: ["ru", "kk", "en"].map(str::to_owned).to_vec(),
        client_keys: json!({ "keys": [ClientKey::from_secret([7; 32]).public_jwk()] }),
        mail: None,
    };
    let server = Server::start(&Config {
        distribution: distribution::install(&distribution::cache()).await.unwrap(),
        data: data.path().to_owned(),
        port: free_port(),
        management_port: free_port(),
        realm: realm::realm(&deployment),
        themes: Vec::new(),
        admin_password: "only here".to_owned(),
    })
    .await
    .unwrap();
    let issuer = format!("{}/realms/ponimayu", server.url());
    let known: Value = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await.unwrap().json().await.unwrap();
    assert_eq!(known["issuer"], json!(issuer));
    // At hand before anybody asks: a key that is made within a request comes too late for it.
    let keys: Value = reqwest::get(format!("{issuer}/protocol/openid-connect/certs")).await.unwrap().json().await.unwrap();
    assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["alg"] == json!("ES256")), "{keys}");

    let realm = |secret| Realm::new(&issuer, &issuer, ClientKey::from_secret([secret; 32])).unwrap();
    let request = Request {
        redirect_uri: "http://localhost:8080/signed-in",
        state: "s",
        nonce: "n",
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ..Request::default()
    };
    let plain = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for client in [realm::WEB, realm::STAFF] {
        let address = realm(7).ask(client, &request, &format!("{client}-1"), now()).await.unwrap();
        let answer = plain.get(&address).send().await.unwrap();
        // Its page wants a browser's cookies; an error would be a page at once.
        let page = answer.headers()["location"].to_str().unwrap();
        assert!(page.starts_with(&format!("{issuer}/login-actions/authenticate?client_id={client}&")), "{page}");
    }
    admin::check(&realm(7), "admin-1", now()).await.unwrap();
    // Neither another key, nor another address to come back to, nor a proof that was used.
    let denied = |asked: Result<String, Failure>| matches!(asked, Err(Failure::Denied(_)));
    assert!(denied(realm(8).ask(realm::WEB, &request, "other-key", now()).await));
    let elsewhere = Request { redirect_uri: "http://elsewhere.example/", ..request.clone() };
    assert!(denied(realm(7).ask(realm::WEB, &elsewhere, "elsewhere", now()).await));
    assert!(denied(realm(7).ask(realm::WEB, &request, "ponimau-1", now()).await));
    assert!(matches!(admin::check(&realm(8), "admin-2", now()).await, Err(Failure::Denied(_))));
}
