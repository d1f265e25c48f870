//! Doing what a plan says, one thing after the other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    api::{Api, Failure, segment},
    compare::{MASK, Whole, compare, is_ours_to_name, overlaid},
    flows,
    look::look,
    parts::{Parts, list, text},
    plan::{Change, Plan, There, Thing, What, is_mail_password},
};
use crate::realm::MAIL_PASSWORD;

/// Does all of it, and looks whether the realm then is as it should be. `realm` is the printed one; the mail server's password must be given where the plan
/// needs it. Can be repeated after a failure.
pub async fn carry_out(api: &Api, realm: &Value, plan: &Plan, mail_password: Option<&str>) -> Result<(), Failure> {
    let wanted = Parts::wanted(realm);
    let there = look(api, &wanted).await?.unwrap_or_default();
    for change in &plan.changes {
        tracing::debug!(thing = %change.thing, "bringing up to date");
        one(api, realm, &wanted, &there, change, mail_password).await?;
    }
    let rest = Plan::new(&wanted, look(api, &wanted).await?.as_ref(), false);
    if rest.is_empty() { Ok(()) } else { Err(Failure::StillDiffers(rest.lines().join("\n"))) }
}

async fn one(api: &Api, realm: &Value, wanted: &Parts, there: &There, change: &Change, mail_password: Option<&str>) -> Result<(), Failure> {
    match &change.thing {
        Thing::Realm => api.post_realm(&with_password(realm, mail_password)).await,
        Thing::Key(name) => match wanted.keys.iter().find(|key| key["name"] == json!(name)) {
            Some(key) => api.post("components", &overlaid(key, &json!({ "providerType": super::parts::KEY_PROVIDER }))).await.map(drop),
            None => Ok(()),
        },
        Thing::Settings => settings(api, wanted, &change.what, mail_password).await,
        Thing::Action(alias) => action(api, alias, &wanted.actions[alias]).await,
        Thing::Profile => api.put("users/profile", &wanted.profile).await,
        Thing::Flow(alias) => flows::bring(api, &wanted.flows[alias], there.parts.flows.get(alias)).await,
        Thing::Provider(alias) => provider(api, alias, &wanted.providers[alias]).await,
        Thing::Binding => {
            let realm = api.get("").await?;
            api.put("", &overlaid(&realm, &json!({ "browserFlow": wanted.browser_flow }))).await
        }
        Thing::Client(id) => client(api, id, &wanted.clients[id]).await,
        Thing::Rights(client) => rights(api, client, &wanted.rights[client]).await,
        Thing::FormerFlow(alias) => flows::remove_former(api, alias).await,
    }
}

/// The printed realm with the password in its place: Keycloak puts it in only where it imports a file.
fn with_password(realm: &Value, password: Option<&str>) -> Value {
    let mut realm = realm.clone();
    if realm["smtpServer"]["password"] == json!(MAIL_PASSWORD) {
        realm["smtpServer"]["password"] = json!(password);
    }
    realm
}

async fn settings(api: &Api, wanted: &Parts, what: &What, mail_password: Option<&str>) -> Result<(), Failure> {
    let mut realm = overlaid(&api.get("").await?, &Value::Object(wanted.settings.clone()));
    if realm["smtpServer"]["password"] == json!(MAIL_PASSWORD) {
        let is_put_in = matches!(what, What::Change(differences) if differences.iter().any(is_mail_password));
        // Keycloak keeps the one it has if it gets back what it shows in its place.
        realm["smtpServer"]["password"] = json!(mail_password.filter(|_| is_put_in).unwrap_or(MASK));
    }
    api.put("", &realm).await
}

async fn action(api: &Api, alias: &str, wanted: &Value) -> Result<(), Failure> {
    let path = format!("authentication/required-actions/{}", segment(alias));
    if api.find(&path).await?.is_none() {
        let new = json!({ "providerId": wanted["providerId"], "name": wanted["name"] });
        api.post("authentication/register-required-action", &new).await?;
    }
    let there = api.get(&path).await?;
    api.put(&path, &overlaid(&there, wanted)).await
}

async fn provider(api: &Api, alias: &str, wanted: &Value) -> Result<(), Failure> {
    let mut body = wanted.clone();
    let mappers = body.as_object_mut().and_then(|body| body.remove("mappers")).unwrap_or_default();
    let path = format!("identity-provider/instances/{}", segment(alias));
    match api.find(&path).await? {
        None => {
            api.post("identity-provider/instances", &body).await?;
        }
        Some(there) => {
            let config = body["config"].clone();
            let mut all = overlaid(&there, &body);
            all["config"] = config;
            api.put(&path, &all).await?;
        }
    }
    let there = api.get(&format!("{path}/mappers")).await?;
    for mapper in list(&there) {
        let path = format!("{path}/mappers/{}", text(&mapper["id"]));
        match mappers.get(text(&mapper["name"])) {
            None => api.delete(&path, &Value::Null).await?,
            Some(wanted) if compare(wanted, mapper, Whole::Nowhere).is_empty() && wanted["config"] == mapper["config"] => {}
            Some(wanted) => api.put(&path, &with_id(wanted, &mapper["id"])).await?,
        }
    }
    for (name, mapper) in mappers.as_object().into_iter().flatten() {
        if !list(&there).iter().any(|mapper| mapper["name"] == json!(name)) {
            api.post(&format!("{path}/mappers"), mapper).await?;
        }
    }
    Ok(())
}

fn with_id(thing: &Value, id: &Value) -> Value {
    overlaid(thing, &json!({ "id": id }))
}

async fn client(api: &Api, client_id: &str, wanted: &Value) -> Result<(), Failure> {
    let mut wanted = wanted.clone();
    wanted["protocolMappers"] = wanted["protocolMappers"].as_object().into_iter().flatten().map(|(_, mapper)| mapper.clone()).collect();
    if found(api, client_id).await?.is_none() {
        api.post("clients", &wanted).await?;
    }
    let there = api_client(api, client_id).await?;
    let path = format!("clients/{}", text(&there["id"]));
    let mut body = overlaid(&there, &wanted);
    for part in ["attributes", "authenticationFlowBindingOverrides"] {
        body[part] = without_others(&wanted[part], &there[part]);
    }
    api.put(&path, &body).await?;
    // To a client with a service account each change gives a scope (26.7).
    scopes(api, &path, &wanted, &api.get(&path).await?).await
}

/// What is wanted; what else is there is emptied, which is how Keycloak is told to take it away.
fn without_others(wanted: &Value, there: &Value) -> Value {
    let others = there.as_object().into_iter().flatten().map(|(name, _)| name);
    let others = others.filter(|name| wanted.get(*name).is_none() && is_ours_to_name(name));
    let emptied: Map<String, Value> = others.map(|name| (name.clone(), json!(""))).collect();
    overlaid(&overlaid(there, wanted), &Value::Object(emptied))
}

async fn found(api: &Api, client_id: &str) -> Result<Option<Value>, Failure> {
    let clients = api.get(&format!("clients?clientId={}", segment(client_id))).await?;
    Ok(list(&clients).first().cloned())
}

async fn api_client(api: &Api, client_id: &str) -> Result<Value, Failure> {
    found(api, client_id).await?.ok_or_else(|| Failure::Answer { what: format!("client {client_id}") })
}

/// A client's scopes are not changed with it.
async fn scopes(api: &Api, client: &str, wanted: &Value, there: &Value) -> Result<(), Failure> {
    let all = api.get("client-scopes").await?;
    let id = |name: &str| {
        let scope = list(&all).iter().find(|scope| scope["name"] == json!(name));
        scope.map(|scope| text(&scope["id"])).ok_or_else(|| Failure::Answer { what: format!("client scope {name}") })
    };
    // Those that go first: a scope cannot be of both kinds.
    let kinds = [("defaultClientScopes", "default-client-scopes"), ("optionalClientScopes", "optional-client-scopes")];
    let names = |client: &Value, kind: &str| list(&client[kind]).iter().map(text).collect::<BTreeSet<_>>();
    for (kind, part) in kinds {
        for name in names(there, kind).difference(&names(wanted, kind)) {
            api.delete(&format!("{client}/{part}/{}", id(name)?), &Value::Null).await?;
        }
    }
    for (kind, part) in kinds {
        for name in names(wanted, kind).difference(&names(there, kind)) {
            api.put(&format!("{client}/{part}/{}", id(name)?), &Value::Null).await?;
        }
    }
    Ok(())
}

async fn rights(api: &Api, client_id: &str, wanted: &BTreeSet<String>) -> Result<(), Failure> {
    let client = api_client(api, client_id).await?;
    let account = api.get(&format!("clients/{}/service-account-user", text(&client["id"]))).await?;
    let path = format!("users/{}/role-mappings", text(&account["id"]));
    let mappings = api.get(&path).await?;
    let others: Vec<&Value> = list(&mappings["realmMappings"]).iter().filter(|role| !wanted.contains(&text(&role["name"]))).collect();
    if !others.is_empty() {
        api.delete(&format!("{path}/realm"), &json!(others)).await?;
    }
    for (client, roles) in mappings["clientMappings"].as_object().into_iter().flatten() {
        let others: Vec<&Value> =
            list(&roles["mappings"]).iter().filter(|role| !wanted.contains(&format!("{client}: {}", text(&role["name"])))).collect();
        if !others.is_empty() {
            api.delete(&format!("{path}/clients/{}", text(&roles["id"])), &json!(others)).await?;
        }
    }
    for right in wanted {
        // All of ours are roles of a client.
        let Some((client, role)) = right.split_once(": ") else { continue };
        let client = text(&api_client(api, client).await?["id"]);
        let role = api.get(&format!("clients/{client}/roles/{}", segment(role))).await?;
        api.post(&format!("{path}/clients/{client}"), &json!([role])).await?;
    }
    Ok(())
}
