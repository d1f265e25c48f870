//! A realm as its Admin API reads it back, without what is of this one alone: ids, secrets, times.

use keycloak::realm::{ENTRANCE, PROVISIONER, STAFF, WEB};
use serde_json::{Map, Value, json};

use crate::house::House;

const OF_ONE_ALONE: [&str; 13] = [
    "id",
    "internalId",
    "flowId",
    "authenticationConfig",
    "containerId",
    "parentId",
    "secret",
    "client.secret.creation.time",
    "realm",
    "defaultRole",
    "createdTimestamp",
    "access",
    "subType",
];

/// Everything of the realm that the printed one speaks of.
pub async fn everything(house: &House, realm: &str) -> Value {
    let get = async |path: &str| house.get(&format!("/{realm}{path}")).await;
    let mut all = json!({
        "realm": get("").await,
        "actions": get("/authentication/required-actions").await,
        "providers": get("/identity-provider/instances").await,
        "mappers": get(&format!("/identity-provider/instances/{ENTRANCE}/mappers")).await,
        "profile component": profile_component(get("/components?type=org.keycloak.userprofile.UserProfileProvider").await),
        "keys": get("/components?type=org.keycloak.keys.KeyProvider").await,
        "flows": flows(house, realm).await,
    });
    for id in [WEB, STAFF, PROVISIONER, "account", "account-console"] {
        all[id] = house.get(&house.client(realm, id).await).await;
    }
    let account = house.get(&format!("{}/service-account-user", house.client(realm, PROVISIONER).await)).await;
    all["rights"] = get(&format!("/users/{}/role-mappings", account["id"].as_str().unwrap())).await;
    without(&mut all);
    // In its order, which is that of the fields on Keycloak's pages.
    all["profile"] = get("/users/profile").await;
    all
}

async fn flows(house: &House, realm: &str) -> Value {
    let mut flows = Map::new();
    for flow in house.get(&format!("/{realm}/authentication/flows")).await.as_array().unwrap() {
        let alias = flow["alias"].as_str().unwrap();
        let mut steps = house.get(&format!("/{realm}/authentication/flows/{}/executions", alias.replace(' ', "%20"))).await;
        for step in steps.as_array_mut().unwrap() {
            if let Some(id) = step["authenticationConfig"].as_str() {
                step["config"] = house.get(&format!("/{realm}/authentication/config/{id}")).await;
            }
        }
        flows.insert(alias.to_owned(), json!({ "flow": flow, "steps": steps }));
    }
    Value::Object(flows)
}

/// The profile is text within it.
fn profile_component(mut components: Value) -> Value {
    let text = &mut components[0]["config"]["kc.user.profile.config"][0];
    *text = serde_json::from_str(text.as_str().unwrap()).unwrap();
    components
}

fn without(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !OF_ONE_ALONE.contains(&name.as_str()));
            members.values_mut().for_each(without);
        }
        Value::Array(values) => {
            values.iter_mut().for_each(without);
            // Keycloak lists things in any order; those that have one tell it (priority, index, level).
            values.sort_by_key(|value| format!("{} {}", value["level"], value));
        }
        _ => {}
    }
}

/// Where two of them differ.
pub fn differences(one: &Value, other: &Value, path: &str) -> Vec<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            let below = |name: &&String| {
                differences(a.get(*name).unwrap_or(&Value::Null), b.get(*name).unwrap_or(&Value::Null), &format!("{path}.{name}"))
            };
            names.iter().flat_map(below).collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().flat_map(|(index, (a, b))| differences(a, b, &format!("{path}[{index}]"))).collect()
        }
        _ if one == other => Vec::new(),
        _ => vec![format!("{path}: {one} ≠ {other}")],
    }
}
