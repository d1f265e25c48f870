//! The product as Keycloak's identity provider.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};

use super::entry;
use crate::identity::world::{access_code, company};

/// What the entrance answers the browser with.
async fn at_the_entrance(browser: &Client, redirect_uri: &str) -> Answer {
    let query = [
        ("client_id", "keycloak"),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("state", "s&1"),
        ("nonce", "n-1"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let query = query.map(|(name, value)| format!("{name}={}", value.replace('&', "%26"))).join("&");
    browser.get(&format!("/oidc/entrance/authorize?{query}")).await
}

async fn redeem(app: &TestApp, code: &str, redirect_uri: &str, verifier: &str, proof: &str) -> Answer {
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}&code_verifier={verifier}&client_assertion={proof}\
         &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let request = Request::post("/oidc/entrance/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    app.anonymous().send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_entrance_tells_keycloak_alone_and_once_and_no_name() {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let broker = format!("{}/broker/entrance/endpoint", keycloak.issuer());
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    // A stranger's address is not redirected to; a browser that has shown nothing is sent back with nothing.
    at_the_entrance(&browser, "https://evil.example/").await.is(400);
    let nothing = at_the_entrance(&app.anonymous(), &broker).await.is(303);
    assert_eq!(nothing.headers[header::LOCATION].to_str().unwrap(), format!("{broker}?state=s%261&error=access_denied"));
    let answered = at_the_entrance(&browser, &broker).await.is(303);
    let location = answered.headers[header::LOCATION].to_str().unwrap().to_owned();
    let code = location.strip_prefix(&format!("{broker}?state=s%261&code=")).unwrap();
    let endpoint = format!("{}/oidc/entrance/token", app.app.config.public_url);
    let proof = |jti: &str, lies: Value| keycloak.proof(&endpoint, jti, &lies);
    for lies in [json!({ "iss": "ponimau" }), json!({ "aud": "https://elsewhere.example" }), json!({ "exp": 1 })] {
        redeem(&app, code, &broker, VERIFIER, &proof("x", lies)).await.is(400);
    }
    let redeemed = redeem(&app, code, &broker, VERIFIER, &proof("j-1", json!({}))).await.is(200).json();
    let claims = claims(redeemed["id_token"].as_str().unwrap());
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["locale"], "ru");
    assert!(claims["sub"].as_str().unwrap().len() == 43, "a random name");
    assert!(claims.get("email").is_none() && claims.get("name").is_none() && !claims.to_string().contains("Лисица"));
    // Neither the code nor the proof a second time; nor a code with another verifier.
    redeem(&app, code, &broker, VERIFIER, &proof("j-2", json!({}))).await.is(400);
    let next = at_the_entrance(&browser, &broker).await;
    let location = next.headers[header::LOCATION].to_str().unwrap().to_owned();
    let code = location.rsplit_once("code=").unwrap().1;
    redeem(&app, code, &broker, VERIFIER, &proof("j-1", json!({}))).await.is(400);
    redeem(&app, code, &broker, "another", &proof("j-3", json!({}))).await.is(400);
}

#[tokio::test]
async fn whoever_comes_back_from_keycloak_and_goes_again_is_the_same_there() {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let (app, keycloak) = TestApp::start_with_keycloak().await;
    let company = company(&app, "Ромашка").await;
    let code = access_code(&app, company, 5, None).await;
    let broker = format!("{}/broker/entrance/endpoint", keycloak.issuer());
    let endpoint = format!("{}/oidc/entrance/token", app.app.config.public_url);
    let called = async |browser: &Client, jti: &str| {
        let location = at_the_entrance(browser, &broker).await.is(303).headers[header::LOCATION].to_str().unwrap().to_owned();
        let code = location.rsplit_once("code=").unwrap().1.to_owned();
        let redeemed = redeem(&app, &code, &broker, VERIFIER, &keycloak.proof(&endpoint, jti, &json!({}))).await.is(200).json();
        claims(redeemed["id_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned()
    };
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    let browser = app.anonymous().with_cookie_of(&started);
    let first = called(&browser, "j-1").await;
    browser.post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    assert_eq!(called(&browser, "j-2").await, first);
    // Somebody else in the same browser, with the same code, is not; nor is anybody in another browser.
    let mut other = entry(&code, "passkey");
    other["display_name"] = json!("Ёж");
    browser.post("/api/auth/keycloak/enter", other).await.is(200);
    assert_ne!(called(&browser, "j-3").await, first);
    let started = app.anonymous().post("/api/auth/keycloak/enter", entry(&code, "passkey")).await.is(200);
    assert_ne!(called(&app.anonymous().with_cookie_of(&started), "j-4").await, first);
}

fn claims(token: &str) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}
