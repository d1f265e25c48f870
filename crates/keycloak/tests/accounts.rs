//! Accounts made before their people come, and what is done to them in the console: against a real Keycloak.

mod support;

use keycloak::{
    admin::{NewAccount, Prepared, disable, prepare, prepared, remove_second_factors},
    client::{Answer, Failure, Granted, Realm, Request},
    console::{About, since},
    held,
    realm::WEB,
    ways,
};
use platform::{
    clock::{Clock as _, SystemClock},
    rng::Rng,
};
use reqwest::Method;
use serde_json::{Value, json};
use support::{Started, now, start};

/// Asks the Admin API as its console does.
async fn console(started: &Started, method: Method, path: &str, body: Value) -> Value {
    let http = reqwest::Client::new();
    let form = "grant_type=password&client_id=admin-cli&username=admin&password=only%20here";
    let request = http.post(format!("{}/realms/master/protocol/openid-connect/token", started.server.url())).body(form);
    let token: Value = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap().json().await.unwrap();
    let request = http.request(method, format!("{}/admin/realms/ponimayu/{path}", started.server.url()));
    let response = request.bearer_auth(token["access_token"].as_str().unwrap()).json(&body).send().await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default()
}

fn id() -> String {
    Rng::from_system().uuid(SystemClock.now()).to_string()
}

fn account<'a>(subject: &'a str, email: Option<&'a str>) -> NewAccount<'a> {
    NewAccount { subject, email, locale: "kk", totp_secret: Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") }
}

/// Signs in by the form as a browser does, but without one.
async fn sign_in(realm: &Realm, name: &str, password: &str) -> Granted {
    let redirect_uri = "http://localhost:8080/signed-in";
    // RFC 7636, appendix B.
    let (verifier, code_challenge) = ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let request = Request { redirect_uri, state: "s", nonce: "n", code_challenge, ..Request::default() };
    let address = realm.ask(WEB, &request, &id(), now()).await.unwrap();
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let first = browser.get(&address).send().await.unwrap();
    let cookies: Vec<&str> = first.headers().get_all("set-cookie").iter().filter_map(|one| one.to_str().ok()?.split(';').next()).collect();
    let cookies = cookies.join("; ");
    let page = browser.get(first.headers()["location"].to_str().unwrap()).header("cookie", &cookies).send().await.unwrap();
    let page = page.text().await.unwrap();
    let form = page.split("id=\"kc-form-login\"").nth(1).unwrap();
    let action = form.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let shown = browser.post(action).header("cookie", &cookies).header("content-type", "application/x-www-form-urlencoded");
    let typed =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("username", name).append_pair("password", password).finish();
    let answered = shown.body(typed).send().await.unwrap();
    let back = url::Url::parse(answered.headers()["location"].to_str().unwrap()).unwrap();
    let said = |name: &str| back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let (code, issuer) = (said("code"), said("iss"));
    realm.redeem(WEB, Answer { code: &code, issuer: &issuer, redirect_uri, verifier, nonce: "n" }, &id(), now()).await.unwrap()
}

/// An answer that is lost on its way must not cost anybody their session; a token from before the last one must.
async fn a_session_outlives_answers_that_are_lost(started: &Started, realm: &Realm) {
    let password = json!([{ "type": "password", "value": "a long enough phrase" }]);
    let user = json!({ "username": "lost", "email": "lost@example.org", "emailVerified": true, "enabled": true, "credentials": password });
    console(started, Method::POST, "users", user).await;
    let first = sign_in(realm, "lost@example.org", "a long enough phrase").await.refresh_token;
    let renew = async |token: &str| realm.renew(WEB, token, &id(), now()).await;
    for _ in 0..5 {
        renew(&first).await.expect("asked once more, its answer having been lost");
    }
    // Keycloak counts in seconds.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let second = renew(&first).await.unwrap();
    let third = renew(&second).await.unwrap();
    assert!(matches!(renew(&first).await, Err(Failure::Denied(code)) if code == "invalid_grant"), "stale: stolen, or from a backup");
    assert!(matches!(renew(&third).await, Err(Failure::Denied(code)) if code == "invalid_grant"), "which ends the session");
}

/// An address that was given up is still what one signs in by, with the password; a letter finds nobody. The next one takes its place.
async fn an_address_is_given_up(started: &Started, realm: &Realm) {
    let password = json!([{ "type": "password", "value": "a long enough phrase" }]);
    let user =
        json!({ "username": "entrance.zoe", "email": "zoe@work.example", "emailVerified": true, "enabled": true, "credentials": password });
    console(started, Method::POST, "users", user).await;
    let of = async || console(started, Method::GET, "users?username=zoe@work.example&exact=true", Value::Null).await[0].clone();
    let zoe =
        console(started, Method::GET, "users?username=entrance.zoe&exact=true", Value::Null).await[0]["id"].as_str().unwrap().to_owned();
    ways::give_up(realm, &zoe, |address| address == "zoe@else.example", &id(), now()).await.unwrap();
    assert_eq!(of().await, Value::Null, "another one stays");
    for _ in 0..2 {
        ways::give_up(realm, &zoe, |address| address == "zoe@work.example", &id(), now()).await.unwrap();
        assert_eq!((of().await["id"].as_str(), of().await["email"].as_str()), (Some(&*zoe), None));
    }
    sign_in(realm, "zoe@work.example", "a long enough phrase").await;
    ways::follow(realm, &zoe, |_| false, "zoe@home.example", &id(), now()).await.unwrap();
    assert_eq!(of().await["email"], "zoe@home.example");
    sign_in(realm, "zoe@home.example", "a long enough phrase").await;
}

#[tokio::test]
async fn an_account_is_made_once_with_its_app_and_what_is_done_to_it_is_heard() {
    let started = start().await;
    let realm: Realm = started.realm(7);
    let began = now() * 1000;
    assert_eq!(prepare(&realm, &account("abc123", None), &id(), now()).await.unwrap(), Prepared::Ready);
    // Broken off, and begun again with an address: the same account.
    let again = prepare(&realm, &account("abc123", Some("maria@example.org")), &id(), now()).await.unwrap();
    let found = console(&started, Method::GET, "users?username=entrance.abc123&exact=true", Value::Null).await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let made = &found[0];
    assert_eq!(
        (made["email"].as_str(), made["emailVerified"].as_bool(), made["enabled"].as_bool()),
        (Some("maria@example.org"), Some(true), Some(true))
    );
    assert_eq!(made["attributes"]["locale"], json!(["kk"]));
    let subject = made["id"].as_str().unwrap().to_owned();
    assert_eq!(again, Prepared::Found(subject.clone()));
    assert_eq!(prepared(&realm, "abc123", &id(), now()).await.unwrap(), Some(subject.clone()));
    assert_eq!(prepared(&realm, "abc12", &id(), now()).await.unwrap(), None);
    let credentials = console(&started, Method::GET, &format!("users/{subject}/credentials"), Value::Null).await;
    assert_eq!(credentials.as_array().unwrap().len(), 1, "{credentials}");
    assert_eq!(credentials[0]["type"], "otp");
    let ties = console(&started, Method::GET, &format!("users/{subject}/federated-identity"), Value::Null).await;
    assert_eq!((ties[0]["identityProvider"].as_str(), ties[0]["userId"].as_str()), (Some("entrance"), Some("abc123")));
    // The app is lost: it is gone from there, the account stays.
    remove_second_factors(&realm, &subject, &id(), now()).await.unwrap();
    let credentials = console(&started, Method::GET, &format!("users/{subject}/credentials"), Value::Null).await;
    assert!(credentials.as_array().unwrap().is_empty(), "{credentials}");
    // Somebody has the address already.
    assert_eq!(prepare(&realm, &account("other", Some("maria@example.org")), &id(), now()).await.unwrap(), Prepared::AddressTaken);
    assert_eq!(prepare(&realm, &account("third", None), &id(), now()).await.unwrap(), Prepared::Ready);
    assert_eq!(prepare(&realm, &account("third", Some("maria@example.org")), &id(), now()).await.unwrap(), Prepared::AddressTaken);
    // What its person sees on the product's page, and takes away there.
    let third = prepared(&realm, "third", &id(), now()).await.unwrap().unwrap();
    let has = held::look(&realm, &third, &id(), now()).await.unwrap();
    let [app] = &has.credentials[..] else { panic!("{has:?}") };
    assert_eq!((app.kind, has.companies.len(), has.is_named), (held::Kind::App, 0, false));
    assert!(app.made_at.unwrap() >= began - 1000, "{app:?}");
    held::rename(&realm, &third, &app.id, "Телефон Марии", &id(), now()).await.unwrap();
    let has = held::look(&realm, &third, &id(), now()).await.unwrap();
    assert_eq!(has.credentials[0].label.as_deref(), Some("Телефон Марии"));
    held::remove(&realm, &subject, &app.id, &id(), now()).await.unwrap();
    assert_eq!(held::look(&realm, &third, &id(), now()).await.unwrap(), has, "another's is not there");
    for _ in 0..2 {
        held::remove(&realm, &third, &app.id, &id(), now()).await.unwrap();
        assert_eq!(held::look(&realm, &third, &id(), now()).await.unwrap(), held::Held::default());
    }
    assert!(!held::has_session(&realm, &third, "any", &id(), now()).await.unwrap());

    // All of that was ours.
    let events = since(&realm, began - 60_000, &id(), now()).await.unwrap();
    assert!(events.len() >= 3 && events.iter().all(|event| event.is_ours), "{events:?}");

    // What an administrator does is not.
    let user = format!("users/{subject}");
    let mut disabled = made.clone();
    disabled["enabled"] = json!(false);
    console(&started, Method::PUT, &user, disabled).await;
    console(&started, Method::PUT, &format!("{user}/reset-password"), json!({ "type": "password", "value": "a long enough phrase" })).await;
    console(&started, Method::POST, &format!("{user}/logout"), Value::Null).await;
    console(&started, Method::POST, "organizations", json!({ "name": "Acme", "alias": "acme", "domains": [{ "name": "acme.example" }] }))
        .await;
    console(&started, Method::DELETE, &user, Value::Null).await;
    let events = since(&realm, began - 60_000, &id(), now()).await.unwrap();
    let theirs: Vec<About> = events.into_iter().filter(|event| !event.is_ours).flat_map(|event| event.about).collect();
    for expected in [About::Account(subject.clone()), About::Password(subject.clone()), About::Organization] {
        assert!(theirs.contains(&expected), "{expected:?} in {theirs:?}");
    }
    assert!(theirs.iter().filter(|about| **about == About::Account(subject.clone())).count() >= 3, "{theirs:?}");
    // From a moment on.
    assert!(since(&realm, now() * 1000 + 60_000, &id(), now()).await.unwrap().is_empty());

    // An account that is given up; one that is gone is as good.
    let third =
        console(&started, Method::GET, "users?username=entrance.third&exact=true", Value::Null).await[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        disable(&realm, &third, &id(), now()).await.unwrap();
    }
    assert_eq!(console(&started, Method::GET, &format!("users/{third}"), Value::Null).await["enabled"], false);
    disable(&realm, &subject, &id(), now()).await.unwrap();

    a_session_outlives_answers_that_are_lost(&started, &realm).await;
    an_address_is_given_up(&started, &realm).await;
}
