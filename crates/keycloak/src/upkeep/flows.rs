//! Building flows, and putting one in the place of another without a moment in which nobody can sign in.
//!
//! A flow cannot be changed at once: it is a dozen of calls, and between two of them a step may be missing. So the new one is built beside the one in
//! use, whoever uses the old one is moved over, and the old one goes. Names must be unique, therefore this is done twice: by way of a copy.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    api::{Api, Failure, segment},
    look::{FLOWS_OF_A_PROVIDER, executions, uses},
    parts::{Config, Does, Flow, list, text},
    plan::{BESIDE, User},
    steps,
};

/// What in an authenticator's configuration names a flow.
const NAMES_A_FLOW: &str = "flow_to_check";

/// Makes the flow what it should be, whatever is there; `there` is what was found under its name.
pub(super) async fn bring(api: &Api, wanted: &Flow, there: Option<&Flow>) -> Result<(), Failure> {
    if there.is_some_and(|there| steps::is_within_one_step(wanted, there)) {
        return mend(api, wanted).await;
    }
    let copy = named_beside(wanted);
    let mut has_copy = id(api, &copy.alias).await?.is_some();
    if let Some(old) = id(api, &wanted.alias).await? {
        let users = users(api, &wanted.alias).await?;
        if !users.is_empty() {
            // One that is in use was whole: it is only taken into use then.
            if has_copy && self::users(api, &copy.alias).await?.is_empty() {
                remove(api, &copy.alias).await?;
                has_copy = false;
            }
            if !has_copy {
                build(api, &copy).await?;
                has_copy = true;
            }
            move_users(api, &users, &wanted.alias, &copy.alias).await?;
        }
        delete(api, &old, &wanted.alias).await?;
    }
    build(api, wanted).await?;
    if has_copy {
        move_users(api, &users(api, &copy.alias).await?, &copy.alias, &wanted.alias).await?;
        remove(api, &copy.alias).await?;
    }
    Ok(())
}

/// Removes a flow that is ours no more. If it was the copy of one that is, its users go back there.
pub(super) async fn remove_former(api: &Api, alias: &str) -> Result<(), Failure> {
    if let Some(final_one) = alias.strip_suffix(BESIDE)
        && id(api, final_one).await?.is_some()
    {
        move_users(api, &users(api, alias).await?, alias, final_one).await?;
    }
    remove(api, alias).await
}

async fn remove(api: &Api, alias: &str) -> Result<(), Failure> {
    match id(api, alias).await? {
        Some(id) => delete(api, &id, alias).await,
        None => Ok(()),
    }
}

async fn delete(api: &Api, id: &str, alias: &str) -> Result<(), Failure> {
    // Of one in use Keycloak says only that something went wrong (26.7).
    api.delete(&format!("authentication/flows/{id}"), &Value::Null).await.map_err(|failure| match failure {
        Failure::Refused { .. } => Failure::InUse(alias.to_owned()),
        other => other,
    })
}

/// Which requirement or configuration differs is set, step by step, in a flow of the same steps.
async fn mend(api: &Api, wanted: &Flow) -> Result<(), Failure> {
    let path = format!("authentication/flows/{}/executions", segment(&wanted.alias));
    let mut flat = Vec::new();
    flatten(wanted, &mut flat);
    for ((need, config), mut execution) in flat.into_iter().zip(executions(api, &wanted.alias).await?) {
        if execution["requirement"] != json!(need) {
            execution["requirement"] = json!(need);
            api.put(&path, &execution).await?;
        }
        if let (Some(config), Some(id)) = (config, execution["authenticationConfig"].as_str()) {
            let there = api.get(&format!("authentication/config/{id}")).await?;
            if there["alias"] != json!(config.alias) || there["config"] != json!(config.values) {
                let changed = json!({ "id": id, "alias": config.alias, "config": config.values });
                api.put(&format!("authentication/config/{id}"), &changed).await?;
            }
        }
    }
    Ok(())
}

/// The steps in the order in which Keycloak lists them.
fn flatten<'a>(flow: &'a Flow, flat: &mut Vec<(&'a str, Option<&'a Config>)>) {
    for step in &flow.steps {
        match &step.what {
            Does::Authenticator { config, .. } => flat.push((&step.need, config.as_ref())),
            Does::Flow(below) => {
                flat.push((&step.need, None));
                flatten(below, flat);
            }
        }
    }
}

async fn build(api: &Api, flow: &Flow) -> Result<(), Failure> {
    let top = json!({ "alias": flow.alias, "description": "", "providerId": "basic-flow", "topLevel": true, "builtIn": false });
    api.post("authentication/flows", &top).await?;
    fill(api, flow).await
}

async fn fill(api: &Api, flow: &Flow) -> Result<(), Failure> {
    let path = format!("authentication/flows/{}/executions", segment(&flow.alias));
    for step in &flow.steps {
        match &step.what {
            Does::Authenticator { name, .. } => api.post(&format!("{path}/execution"), &json!({ "provider": name })).await?,
            Does::Flow(below) => {
                let below = json!({ "alias": below.alias, "type": "basic-flow", "description": "", "provider": "" });
                api.post(&format!("{path}/flow"), &below).await?
            }
        };
    }
    // They are made switched off, in this order.
    for (index, (step, mut made)) in flow.steps.iter().zip(executions(api, &flow.alias).await?).enumerate() {
        if let Does::Authenticator { config: Some(config), .. } = &step.what {
            let path = format!("authentication/executions/{}/config", text(&made["id"]));
            let id = api.post(&path, &json!({ "alias": config.alias, "config": config.values })).await?;
            made["authenticationConfig"] = json!(id);
        }
        made["requirement"] = json!(step.need);
        // As the printed realm numbers them.
        made["priority"] = json!((index + 1) * 10);
        api.put(&path, &made).await?;
    }
    for step in &flow.steps {
        if let Does::Flow(below) = &step.what {
            Box::pin(fill(api, below)).await?;
        }
    }
    Ok(())
}

/// The same flow under other names.
fn named_beside(flow: &Flow) -> Flow {
    let beside = |name: &str| format!("{name}{BESIDE}");
    let mut flow = flow.clone();
    flow.alias = beside(&flow.alias);
    for step in &mut flow.steps {
        match &mut step.what {
            Does::Flow(below) => *below = named_beside(below),
            Does::Authenticator { config: Some(config), .. } => {
                config.alias = beside(&config.alias);
                if let Some(named) = config.values.get_mut(NAMES_A_FLOW) {
                    *named = json!(beside(&text(named)));
                }
            }
            Does::Authenticator { config: None, .. } => {}
        }
    }
    flow
}

async fn id(api: &Api, alias: &str) -> Result<Option<String>, Failure> {
    let flows = api.get("authentication/flows").await?;
    Ok(list(&flows).iter().find(|flow| flow["alias"] == json!(alias)).map(|flow| text(&flow["id"])))
}

async fn users(api: &Api, alias: &str) -> Result<BTreeSet<User>, Failure> {
    let realm = api.get("").await?;
    let providers = api.all("identity-provider/instances").await?;
    Ok(uses(&text(&realm["browserFlow"]), &providers).remove(alias).unwrap_or_default())
}

/// Nothing else of them changes: also a company's identity provider is written back as it was read (Keycloak keeps a secret that comes back masked).
async fn move_users(api: &Api, users: &BTreeSet<User>, from: &str, to: &str) -> Result<(), Failure> {
    for user in users {
        let (path, names): (String, &[&str]) = match user {
            User::Realm => (String::new(), &["browserFlow"]),
            User::Provider(alias) => (format!("identity-provider/instances/{}", segment(alias)), &FLOWS_OF_A_PROVIDER),
        };
        let mut user = api.get(&path).await?;
        for name in names {
            if user[*name] == json!(from) {
                user[*name] = json!(to);
            }
        }
        api.put(&path, &user).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{realm, upkeep::Parts};

    /// A copy that looked at the original's part would let people through without a second factor.
    #[test]
    fn a_copy_names_nothing_of_the_original() {
        let parts = Parts::wanted(&realm::realm(&realm::example()));
        let mut flat = Vec::new();
        let copy = named_beside(&parts.flows["ponimau browser"]);
        flatten(&copy, &mut flat);
        let configs: Vec<&Config> = flat.iter().filter_map(|(_, config)| *config).collect();
        assert!(configs.iter().all(|config| config.alias.ends_with(BESIDE)));
        let named: Vec<_> = configs.iter().filter_map(|config| config.values.get(NAMES_A_FLOW)).collect();
        assert_eq!(named, [&json!("ponimau browser: second factor - copy")]);
        assert_eq!(copy.alias, "ponimau browser - copy");
    }
}
