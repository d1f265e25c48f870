//! What administrators do by hand in Keycloak's console.

use keycloak::realm::{ENTRANCE, PROVISIONER, STAFF, WEB};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::House;

/// Somebody, a company with them as its member, its identity provider, and another client: nobody's business here.
pub async fn people_and_companies(house: &House, realm: &str) {
    let at = |path: &str| format!("/{realm}{path}");
    house.post(&at("/users"), json!({ "username": "anna", "email": "anna@acme.example", "enabled": true })).await;
    house
        .post(&at("/organizations"), json!({ "name": "Acme", "alias": "acme", "domains": [{ "name": "acme.example", "verified": true }] }))
        .await;
    let organization = house.get(&at("/organizations")).await[0]["id"].as_str().unwrap().to_owned();
    let anna = house.get(&at("/users?username=anna")).await[0]["id"].clone();
    house.post(&at(&format!("/organizations/{organization}/members")), anna).await;
    let provider = json!({
        "alias": "acme-sso", "providerId": "oidc", "enabled": true,
        "firstBrokerLoginFlowAlias": "ponimau first broker", "postBrokerLoginFlowAlias": "ponimau after broker",
        "config": { "issuer": "https://acme.example", "authorizationUrl": "https://acme.example/a", "tokenUrl": "https://acme.example/t",
                    "clientId": "x", "clientSecret": "very secret", "kc.org.domain": "acme.example" },
    });
    house.post(&at("/identity-provider/instances"), provider).await;
    house.post(&at(&format!("/organizations/{organization}/identity-providers")), json!("acme-sso")).await;
    house.post(&at("/clients"), json!({ "clientId": "hr-portal", "enabled": true, "redirectUris": ["https://hr.example/*"] })).await;
    house.post(&at("/roles"), json!({ "name": "their-role" })).await;
}

/// All of them, ids too.
pub async fn what_is_of_others(house: &House, realm: &str) -> Value {
    let at = |path: &str| format!("/{realm}{path}");
    let organization = house.get(&at("/organizations")).await[0].clone();
    let id = organization["id"].as_str().unwrap().to_owned();
    json!({
        "people": house.get(&at("/users")).await,
        "organization": organization,
        "members": house.get(&at(&format!("/organizations/{id}/members"))).await,
        "its providers": house.get(&at(&format!("/organizations/{id}/identity-providers"))).await,
        "provider": house.get(&at("/identity-provider/instances/acme-sso")).await,
        "client": house.get(&house.client(realm, "hr-portal").await).await,
        "role": house.get(&at("/roles/their-role")).await,
        "keys": house.get(&at("/components?type=org.keycloak.keys.KeyProvider")).await,
    })
}

/// One change in every kind of thing. Gives how each is to be named.
pub async fn change_everything(house: &House, realm: &str) -> Vec<&'static str> {
    let at = |path: &str| format!("/{realm}{path}");
    house
        .alter(&at(""), |realm| {
            realm["ssoSessionIdleTimeout"] = json!(86_400);
            realm["attributes"]["acr.loa.map"] = json!(r#"{"pwd":1,"mfa":3}"#);
            realm["browserSecurityHeaders"]["referrerPolicy"] = json!("origin");
        })
        .await;
    house
        .alter(&house.client(realm, WEB).await, |client| {
            client["redirectUris"].as_array_mut().unwrap().push(json!("https://elsewhere.example/*"));
            client["attributes"]["pkce.code.challenge.method"] = json!("plain");
            // Another way to sign in, which nobody here looks after.
            client["attributes"]["oauth2.device.authorization.grant.enabled"] = json!("true");
            client["protocolMappers"].as_array_mut().unwrap().retain(|mapper| mapper["name"] != json!("organizations"));
        })
        .await;
    // Keycloak's own page of an account, which leads past the product.
    house.alter(&house.client(realm, "account-console").await, |client| client["enabled"] = json!(true)).await;
    let provisioner = house.client(realm, PROVISIONER).await;
    house.alter(&provisioner, |client| client["attributes"]["access.token.lifespan"] = json!("3600")).await;
    let scopes = house.get(&at("/client-scopes")).await;
    let scope = |name: &str| {
        let found = scopes.as_array().unwrap().iter().find(|scope| scope["name"] == json!(name));
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    // Keycloak gave it with the change.
    house.ask(Method::DELETE, &format!("{provisioner}/default-client-scopes/{}", scope("service_account")), Value::Null).await;
    let staff = house.client(realm, STAFF).await;
    house.ask(Method::PUT, &format!("{staff}/default-client-scopes/{}", scope("email")), Value::Null).await;
    house.alter(&at("/authentication/required-actions/CONFIGURE_TOTP"), |action| action["enabled"] = json!(false)).await;
    house
        .alter(&at("/users/profile"), |profile| {
            profile["attributes"][1]["permissions"]["edit"] = json!(["admin", "user"]);
            profile["attributes"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "name": "firstName", "permissions": { "view": ["admin"], "edit": ["admin"] } }));
        })
        .await;
    require(house, realm, "ponimau%20browser", "webauthn-authenticator-passwordless", "DISABLED").await;
    house
        .alter(&at(&format!("/identity-provider/instances/{ENTRANCE}")), |provider| {
            provider["trustEmail"] = json!(false);
            provider["config"]["tokenUrl"] = json!("https://elsewhere.example/token");
        })
        .await;
    let mappers = house.get(&at(&format!("/identity-provider/instances/{ENTRANCE}/mappers"))).await;
    let mapper = mappers[0]["id"].as_str().unwrap();
    house.ask(Method::DELETE, &at(&format!("/identity-provider/instances/{ENTRANCE}/mappers/{mapper}")), Value::Null).await;
    take_right(house, realm, "view-events").await;
    give_right(house, realm, "manage-clients").await;
    vec![
        r#"settings of the realm: attributes · acr.loa.map: {"pwd":1,"mfa":3} → {"pwd":1,"mfa":2}"#,
        "settings of the realm: browserSecurityHeaders · referrerPolicy: origin → no-referrer",
        "settings of the realm: ssoSessionIdleTimeout: 86400 → 1209600",
        "required action CONFIGURE_TOTP: enabled: false → true",
        "user profile: attributes · email · permissions · edit: admin, user → admin",
        "user profile: attributes · firstName: not ours",
        "flow \"ponimau browser\": ponimau browser: second factor · webauthn-authenticator-passwordless: DISABLED → ALTERNATIVE",
        "identity provider entrance: config · tokenUrl: https://elsewhere.example/token → http://localhost:8080/oidc/entrance/token",
        "identity provider entrance: mappers · username: missing",
        "identity provider entrance: trustEmail: false → true",
        "client account-console: enabled: true → false",
        "client ponimau: attributes · pkce.code.challenge.method: plain → S256",
        "client ponimau: attributes · oauth2.device.authorization.grant.enabled: true → nothing",
        "client ponimau: protocolMappers · organizations: missing",
        "client ponimau: redirectUris: http://localhost:8080/signed-in, https://elsewhere.example/* → http://localhost:8080/signed-in",
        "client ponimau-staff: defaultClientScopes: acr, basic, email → acr, basic",
        "client ponimau-provisioner: attributes · access.token.lifespan: 3600 → 60",
        "rights of the service account of ponimau-provisioner: realm-management: view-events: nothing → given",
        "rights of the service account of ponimau-provisioner: realm-management: manage-clients: given → nothing",
    ]
}

/// Sets how a step of a flow is needed. `flow` as in an address.
pub async fn require(house: &House, realm: &str, flow: &str, authenticator: &str, need: &str) {
    let path = format!("/{realm}/authentication/flows/{flow}/executions");
    let steps = house.get(&path).await;
    let mut step = steps.as_array().unwrap().iter().find(|step| step["providerId"] == json!(authenticator)).cloned().unwrap();
    step["requirement"] = json!(need);
    house.ask(Method::PUT, &path, step).await;
}

/// Adds a step to a flow, and takes the named one away.
pub async fn exchange_steps(house: &House, realm: &str, flow: &str, goes: &str, comes: &str) {
    let path = format!("/{realm}/authentication/flows/{flow}/executions");
    let steps = house.get(&path).await;
    let step = steps.as_array().unwrap().iter().find(|step| step["providerId"] == json!(goes)).cloned().unwrap();
    house.ask(Method::DELETE, &format!("/{realm}/authentication/executions/{}", step["id"].as_str().unwrap()), Value::Null).await;
    house.post(&format!("{path}/execution"), json!({ "provider": comes })).await;
}

/// Takes a flow out of the one that it is a part of.
pub async fn remove_part(house: &House, realm: &str, flow: &str, part: &str) {
    let steps = house.get(&format!("/{realm}/authentication/flows/{flow}/executions")).await;
    let step = steps.as_array().unwrap().iter().find(|step| step["displayName"] == json!(part)).cloned().unwrap();
    house.ask(Method::DELETE, &format!("/{realm}/authentication/executions/{}", step["id"].as_str().unwrap()), Value::Null).await;
}

async fn rights(house: &House, realm: &str, role: &str) -> (String, Value) {
    let account = house.get(&format!("{}/service-account-user", house.client(realm, PROVISIONER).await)).await;
    let management = house.client(realm, "realm-management").await;
    let role = house.get(&format!("{management}/roles/{role}")).await;
    let management = management.rsplit('/').next().unwrap();
    (format!("/{realm}/users/{}/role-mappings/clients/{management}", account["id"].as_str().unwrap()), json!([role]))
}

pub async fn take_right(house: &House, realm: &str, role: &str) {
    let (path, roles) = rights(house, realm, role).await;
    house.ask(Method::DELETE, &path, roles).await;
}

pub async fn give_right(house: &House, realm: &str, role: &str) {
    let (path, roles) = rights(house, realm, role).await;
    house.post(&path, roles).await;
}
