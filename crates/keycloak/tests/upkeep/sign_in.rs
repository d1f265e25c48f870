//! The page of a sign-in, asked for as a browser does, but without one.

use keycloak::{
    client::{Realm, Request},
    realm::WEB,
};
use platform::{
    clock::{Clock as _, SystemClock},
    rng::Rng,
};

use crate::house::{House, key, now};

/// Whether somebody who wants to sign in now gets the form.
pub async fn shows_its_form(house: &House, name: &str) -> Result<(), String> {
    let issuer = format!("{}/realms/{name}", house.server.url());
    let realm = Realm::new(&issuer, &issuer, key()).unwrap();
    let request = Request {
        redirect_uri: "http://localhost:8080/signed-in",
        state: "s",
        nonce: "n",
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ..Request::default()
    };
    let id = Rng::from_system().uuid(SystemClock.now()).to_string();
    let address = realm.ask(WEB, &request, &id, now()).await.map_err(|failure| failure.to_string())?;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let first = browser.get(&address).send().await.unwrap();
    let cookies: Vec<&str> =
        first.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next()).collect();
    let cookies = cookies.join("; ");
    let Some(next) = first.headers().get("location") else {
        return page(first).await;
    };
    page(browser.get(next.to_str().unwrap()).header("cookie", cookies).send().await.unwrap()).await
}

async fn page(response: reqwest::Response) -> Result<(), String> {
    let status = response.status();
    let text = response.text().await.unwrap();
    if status.is_success() && text.contains("name=\"username\"") { Ok(()) } else { Err(format!("{status}: {text}")) }
}
