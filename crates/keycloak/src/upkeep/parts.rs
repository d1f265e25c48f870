//! What of a realm is ours, in one shape: out of the realm as it is printed, or as it is read from a running Keycloak. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The component types of the printed realm.
pub(super) const KEY_PROVIDER: &str = "org.keycloak.keys.KeyProvider";
const PROFILE_PROVIDER: &str = "org.keycloak.userprofile.UserProfileProvider";
/// In the profile's component: the profile, as text.
const PROFILE_CONFIG: &str = "kc.user.profile.config";

/// What of a printed realm is not among its own settings.
const NO_SETTINGS: [&str; 10] = [
    "realm",
    "authenticationFlows",
    "authenticatorConfig",
    "browserFlow",
    "clients",
    "components",
    "identityProviderMappers",
    "identityProviders",
    "requiredActions",
    "users",
];

/// Values by their names.
pub(super) type Named = BTreeMap<String, Value>;

/// Everything of a realm that is ours to keep.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts {
    pub(super) settings: Map<String, Value>,
    /// The flow by which browsers sign in.
    pub(super) browser_flow: String,
    pub(super) keys: Vec<Value>,
    /// Required actions, by alias.
    pub(super) actions: Named,
    /// As Keycloak has it: the order of its attributes is that of the fields on its pages.
    pub(super) profile: Value,
    /// The flows of the top, by alias.
    pub(super) flows: BTreeMap<String, Flow>,
    /// Identity providers by alias, with their mappers by name under `mappers`.
    pub(super) providers: Named,
    /// Clients by client id, their mappers by name.
    pub(super) clients: Named,
    /// What the service account of a client may do: `<client>: <role>`, or the name of a role of the realm.
    pub(super) rights: BTreeMap<String, BTreeSet<String>>,
}

/// A way through sign-in, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow {
    pub alias: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    /// `REQUIRED`, `ALTERNATIVE`, `CONDITIONAL` or `DISABLED`.
    pub need: String,
    pub what: Does,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Does {
    Authenticator { name: String, config: Option<Config> },
    Flow(Flow),
}

/// How an authenticator is set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Config {
    pub alias: String,
    pub values: Map<String, Value>,
}

impl Step {
    /// What it is called: the authenticator, or the flow below.
    pub(super) fn name(&self) -> &str {
        match &self.what {
            Does::Authenticator { name, .. } => name,
            Does::Flow(flow) => &flow.alias,
        }
    }
}

impl Parts {
    /// The parts of the realm as it is printed ([`realm`](crate::realm::realm)).
    pub fn wanted(realm: &Value) -> Self {
        let Value::Object(all) = realm else { return Self::default() };
        let settings = all.iter().filter(|(name, _)| !NO_SETTINGS.contains(&name.as_str()));
        Self {
            settings: settings.map(|(name, value)| (name.clone(), value.clone())).collect(),
            browser_flow: text(&realm["browserFlow"]),
            keys: list(&realm["components"][KEY_PROVIDER]).to_vec(),
            actions: by(&realm["requiredActions"], "alias"),
            profile: realm["components"][PROFILE_PROVIDER][0]["config"][PROFILE_CONFIG][0]
                .as_str()
                .and_then(|profile| serde_json::from_str(profile).ok())
                .unwrap_or_default(),
            flows: flows(realm),
            providers: by(&realm["identityProviders"], "alias")
                .into_iter()
                .map(|(alias, provider)| {
                    let mappers = list(&realm["identityProviderMappers"]).iter().filter(|mapper| mapper["identityProviderAlias"] == alias);
                    let provider = with_mappers(provider, mappers);
                    (alias, provider)
                })
                .collect(),
            clients: by(&realm["clients"], "clientId").into_iter().map(|(id, client)| (id, client_by_name(client))).collect(),
            rights: list(&realm["users"]).iter().filter_map(rights).collect(),
        }
    }

    /// Whether a flow of this name is ours: those of former releases too, and those that an unfinished run left.
    pub(super) fn is_our_flow(alias: &str) -> bool {
        alias.starts_with("ponimau ")
    }
}

/// A client with its mappers by name.
pub(super) fn client_by_name(mut client: Value) -> Value {
    let mappers = by(&client["protocolMappers"], "name").into_iter().map(|(name, mapper)| (name, without_id(mapper)));
    client["protocolMappers"] = Value::Object(mappers.collect());
    client
}

/// An identity provider with its mappers by name.
pub(super) fn with_mappers<'a>(mut provider: Value, mappers: impl Iterator<Item = &'a Value>) -> Value {
    provider["mappers"] = Value::Object(mappers.map(|mapper| (text(&mapper["name"]), without_id(mapper.clone()))).collect());
    provider
}

/// A profile with its attributes and groups by name, to be compared.
pub(super) fn profile_by_name(profile: &Value) -> Value {
    let mut profile = profile.clone();
    for part in ["attributes", "groups"] {
        profile[part] = Value::Object(by(&profile[part], "name").into_iter().collect());
    }
    profile
}

fn without_id(mut value: Value) -> Value {
    if let Value::Object(value) = &mut value {
        value.remove("id");
    }
    value
}

/// The members of a list by what each calls itself.
fn by(values: &Value, name: &str) -> Named {
    list(values).iter().map(|value| (text(&value[name]), value.clone())).collect()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn rights(user: &Value) -> Option<(String, BTreeSet<String>)> {
    let client = user["serviceAccountClientId"].as_str()?;
    let of_clients = user["clientRoles"].as_object().into_iter().flatten();
    let roles = of_clients.flat_map(|(client, roles)| list(roles).iter().map(move |role| format!("{client}: {}", text(role))));
    Some((client.to_owned(), roles.chain(list(&user["realmRoles"]).iter().map(text)).collect()))
}

fn flows(realm: &Value) -> BTreeMap<String, Flow> {
    let written = by(&realm["authenticationFlows"], "alias");
    let configs = by(&realm["authenticatorConfig"], "alias");
    let is_top = |flow: &Value| flow["topLevel"] == Value::Bool(true);
    written.iter().filter(|(_, flow)| is_top(flow)).map(|(alias, _)| (alias.clone(), flow(alias, &written, &configs))).collect()
}

fn flow(alias: &str, written: &Named, configs: &Named) -> Flow {
    let steps = written.get(alias).map_or(&[][..], |flow| list(&flow["authenticationExecutions"]));
    let steps = steps.iter().map(|step| {
        let what = match step["flowAlias"].as_str() {
            Some(below) => Does::Flow(flow(below, written, configs)),
            None => Does::Authenticator {
                name: text(&step["authenticator"]),
                config: step["authenticatorConfig"].as_str().map(|alias| Config {
                    alias: alias.to_owned(),
                    values: configs.get(alias).and_then(|config| config["config"].as_object()).cloned().unwrap_or_default(),
                }),
            },
        };
        Step { need: text(&step["requirement"]), what }
    });
    Flow { alias: alias.to_owned(), steps: steps.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realm;

    /// A new kind of thing in the printed realm would else be held against the realm's own settings, and differ for ever.
    #[test]
    fn every_setting_of_the_printed_realm_is_a_setting() {
        for (name, value) in Parts::wanted(&realm::realm(&realm::example())).settings {
            let is_plain = match &value {
                Value::Array(values) => values.iter().all(Value::is_string),
                Value::Object(values) => values.values().all(Value::is_string),
                _ => true,
            };
            assert!(is_plain, "{name}: the upkeep does not know this kind of thing");
        }
    }

    #[test]
    fn the_parts_of_the_printed_realm_are_all_found() {
        let parts = Parts::wanted(&realm::realm(&realm::example()));
        assert_eq!(
            parts.clients.keys().collect::<Vec<_>>(),
            ["account", "account-console", "ponimau", "ponimau-provisioner", "ponimau-staff"]
        );
        assert_eq!(
            parts.flows.keys().collect::<Vec<_>>(),
            ["ponimau after broker", "ponimau browser", "ponimau first broker", "ponimau first company"]
        );
        assert!(parts.rights["ponimau-provisioner"].contains("realm-management: manage-users"));
        assert!(parts.providers["entrance"]["mappers"].get("username").is_some());
        assert!(profile_by_name(&parts.profile)["attributes"].get("email").is_some());
        assert!(parts.flows.keys().all(|alias| Parts::is_our_flow(alias)));
        assert!(!parts.keys.is_empty() && !parts.actions.is_empty());
    }
}
