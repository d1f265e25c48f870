//! Against a real Keycloak: one for all of this file.

mod support;

use keycloak::{
    admin,
    client::{Failure, Request},
    realm,
};
use serde_json::{Value, json};
use support::{now, start};

#[tokio::test]
async fn the_realm_is_imported_whole_and_knows_us_by_our_key() {
    let keycloak = start().await;
    let issuer = keycloak.issuer();
    let known: Value = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await.unwrap().json().await.unwrap();
    assert_eq!(known["issuer"], json!(issuer));
    // At hand before anybody asks: a key that is made within a request comes too late for it.
    let keys: Value = reqwest::get(format!("{issuer}/protocol/openid-connect/certs")).await.unwrap().json().await.unwrap();
    assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["alg"] == json!("ES256")), "{keys}");

    let realm = |secret| keycloak.realm(secret);
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
