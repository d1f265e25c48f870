//! Reading what is in a realm.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    api::{Api, Failure, segment},
    parts::{Config, Does, Flow, KEY_PROVIDER, Named, Parts, Step, client_by_name, list, text, with_mappers},
    plan::{Others, There, User},
};

/// The clients that each realm has by itself, and keeps as they are.
const KEYCLOAKS_CLIENTS: [&str; 4] = ["admin-cli", "broker", "realm-management", "security-admin-console"];

/// What is in the realm; none if it is not there.
pub async fn look(api: &Api, wanted: &Parts) -> Result<Option<There>, Failure> {
    let Some(Value::Object(settings)) = api.find("").await? else { return Ok(None) };
    let providers = api.all("identity-provider/instances").await?;
    let clients = api.all("clients").await?;
    let keys = list(&api.get(&format!("components?type={KEY_PROVIDER}")).await?).to_vec();
    let flows = list(&api.get("authentication/flows").await?).to_vec();
    let browser_flow = settings.get("browserFlow").map(text).unwrap_or_default();
    let others = Others {
        people: api.get("users/count").await?.as_u64().unwrap_or_default(),
        // Not there while organizations are switched off.
        organizations: api.find("organizations/count").await?.and_then(|count| count.as_u64()).unwrap_or_default(),
        providers: names(&providers, "alias", |alias| !wanted.providers.contains_key(alias)),
        clients: names(&clients, "clientId", |id| !wanted.clients.contains_key(id) && !KEYCLOAKS_CLIENTS.contains(&id)),
        flows: names(flows.iter().filter(|flow| flow["builtIn"] == json!(false)), "alias", |alias| !Parts::is_our_flow(alias)),
        keys: names(&keys, "name", |name| !wanted.keys.iter().any(|key| key["name"] == name)),
    };
    let uses = uses(&browser_flow, &providers);
    let parts = Parts {
        settings,
        browser_flow,
        keys,
        actions: by(list(&api.get("authentication/required-actions").await?), "alias"),
        profile: api.get("users/profile").await?,
        flows: our_flows(api, &flows).await?,
        providers: our_providers(api, wanted, &providers).await?,
        rights: rights(api, wanted, &clients).await?,
        clients: by(&clients, "clientId")
            .into_iter()
            .filter(|(id, _)| wanted.clients.contains_key(id))
            .map(|(id, client)| (id, client_by_name(client)))
            .collect(),
    };
    Ok(Some(There { parts, uses, others }))
}

fn by(values: &[Value], name: &str) -> Named {
    values.iter().map(|value| (text(&value[name]), value.clone())).collect()
}

fn names<'a>(values: impl IntoIterator<Item = &'a Value>, name: &str, is_told: impl Fn(&str) -> bool) -> Vec<String> {
    values.into_iter().map(|value| text(&value[name])).filter(|name| is_told(name)).collect()
}

/// Who uses which flow of ours.
pub(super) fn uses(browser_flow: &str, providers: &[Value]) -> BTreeMap<String, BTreeSet<User>> {
    let mut uses: BTreeMap<String, BTreeSet<User>> = BTreeMap::new();
    uses.entry(browser_flow.to_owned()).or_default().insert(User::Realm);
    for provider in providers {
        for flow in FLOWS_OF_A_PROVIDER.iter().filter_map(|name| provider[*name].as_str()) {
            uses.entry(flow.to_owned()).or_default().insert(User::Provider(text(&provider["alias"])));
        }
    }
    uses.retain(|flow, _| Parts::is_our_flow(flow));
    uses
}

/// Where an identity provider names the flows it uses.
pub(super) const FLOWS_OF_A_PROVIDER: [&str; 2] = ["firstBrokerLoginFlowAlias", "postBrokerLoginFlowAlias"];

async fn our_flows(api: &Api, flows: &[Value]) -> Result<BTreeMap<String, Flow>, Failure> {
    let mut ours = BTreeMap::new();
    for alias in names(flows, "alias", Parts::is_our_flow) {
        let flow = flow(api, &alias).await?;
        ours.insert(alias, flow);
    }
    Ok(ours)
}

async fn flow(api: &Api, alias: &str) -> Result<Flow, Failure> {
    let executions = executions(api, alias).await?;
    let mut configs = BTreeMap::new();
    for id in executions.iter().filter_map(|execution| execution["authenticationConfig"].as_str()) {
        configs.insert(id.to_owned(), api.get(&format!("authentication/config/{id}")).await?);
    }
    Ok(Flow { alias: alias.to_owned(), steps: tree(&executions, 0, &configs) })
}

/// The steps of a flow and of all below it, one after the other, each with its depth.
pub(super) async fn executions(api: &Api, alias: &str) -> Result<Vec<Value>, Failure> {
    Ok(list(&api.get(&format!("authentication/flows/{}/executions", segment(alias))).await?).to_vec())
}

/// The steps at `level`, up to the first one above it.
fn tree(executions: &[Value], level: u64, configs: &Named) -> Vec<Step> {
    let depth = |execution: &Value| execution["level"].as_u64().unwrap_or_default();
    let mut steps = Vec::new();
    for (index, execution) in executions.iter().enumerate().take_while(|(_, execution)| depth(execution) >= level) {
        if depth(execution) > level {
            continue;
        }
        let what = if execution["authenticationFlow"] == json!(true) {
            let alias = text(&execution["displayName"]);
            Does::Flow(Flow { alias, steps: tree(&executions[index + 1..], level + 1, configs) })
        } else {
            let config = execution["authenticationConfig"].as_str().and_then(|id| configs.get(id));
            let config = config.map(|config| Config { alias: text(&config["alias"]), values: object(&config["config"]) });
            Does::Authenticator { name: text(&execution["providerId"]), config }
        };
        steps.push(Step { need: text(&execution["requirement"]), what });
    }
    steps
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

async fn our_providers(api: &Api, wanted: &Parts, providers: &[Value]) -> Result<Named, Failure> {
    let mut ours = Named::new();
    for (alias, provider) in by(providers, "alias").into_iter().filter(|(alias, _)| wanted.providers.contains_key(alias)) {
        let mappers = api.get(&format!("identity-provider/instances/{}/mappers", segment(&alias))).await?;
        ours.insert(alias, with_mappers(provider, list(&mappers).iter()));
    }
    Ok(ours)
}

async fn rights(api: &Api, wanted: &Parts, clients: &[Value]) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
    let mut rights = BTreeMap::new();
    for id in wanted.rights.keys() {
        let client = clients.iter().find(|client| client["clientId"] == json!(id));
        let Some(client) = client.filter(|client| client["serviceAccountsEnabled"] == json!(true)) else { continue };
        let account = api.get(&format!("clients/{}/service-account-user", text(&client["id"]))).await?;
        let mappings = api.get(&format!("users/{}/role-mappings", text(&account["id"]))).await?;
        rights.insert(id.clone(), granted(&mappings));
    }
    Ok(rights)
}

fn granted(mappings: &Value) -> BTreeSet<String> {
    let of_clients = mappings["clientMappings"].as_object().into_iter().flatten();
    let of_clients = of_clients
        .flat_map(|(client, roles)| list(&roles["mappings"]).iter().map(move |role| format!("{client}: {}", text(&role["name"]))));
    of_clients.chain(list(&mappings["realmMappings"]).iter().map(|role| text(&role["name"]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_put_back_under_the_flow_they_are_of() {
        let step = |level: u64, name: &str| json!({ "level": level, "providerId": name, "requirement": "REQUIRED" });
        let below = |level: u64, name: &str| json!({ "level": level, "authenticationFlow": true, "displayName": name, "requirement": "CONDITIONAL" });
        let executions = [step(0, "a"), below(0, "one"), step(1, "b"), below(1, "two"), step(2, "c"), step(1, "d"), step(0, "e")];
        let steps = tree(&executions, 0, &Named::new());
        fn told(steps: &[Step]) -> String {
            let one = |step: &Step| match &step.what {
                Does::Authenticator { name, .. } => name.clone(),
                Does::Flow(flow) => format!("{}({})", flow.alias, told(&flow.steps)),
            };
            steps.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        assert_eq!(told(&steps), "a one(b two(c) d) e");
    }

    #[test]
    fn the_users_of_our_flows_are_known() {
        let providers = [
            json!({ "alias": "acme", "firstBrokerLoginFlowAlias": "ponimau first broker" }),
            json!({ "alias": "other", "firstBrokerLoginFlowAlias": "first broker login" }),
        ];
        let uses = uses("ponimau browser", &providers);
        assert_eq!(uses.len(), 2);
        assert!(uses["ponimau browser"].contains(&User::Realm));
        assert!(uses["ponimau first broker"].contains(&User::Provider("acme".to_owned())));
    }
}
