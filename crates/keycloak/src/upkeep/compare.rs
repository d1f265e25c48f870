//! What differs between a thing as it should be and as it is there. Pure.
//!
//! What is wanted says only what matters to us: Keycloak fills in the rest, and that is left alone. Where every member is ours to name (a client's
//! attributes, the profile) a member that is not wanted differs too.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::realm::MAIL_PASSWORD;

/// How Keycloak writes a secret that is there.
pub(super) const MASK: &str = "**********";
/// Lists whose order says nothing; Keycloak gives them in any.
const SETS: [&str; 6] =
    ["supportedLocales", "eventsListeners", "redirectUris", "webOrigins", "defaultClientScopes", "optionalClientScopes"];
/// Attributes that Keycloak writes on clients by itself; what follows the last one are its own notes on secrets.
const OF_KEYCLOAK: [&str; 2] = ["realm_client", "client.secret."];

/// One setting that is not as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where in the thing, outermost first.
    pub(super) path: Vec<String>,
    /// Null where there is nothing.
    pub(super) from: Value,
    /// Null where nothing should be.
    pub(super) to: Value,
}

/// Which things may hold only what is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whole {
    /// What is not wanted is left alone.
    Nowhere,
    Client,
    Provider,
    Everywhere,
}

impl Whole {
    fn is_at(self, path: &[String]) -> bool {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match self {
            Self::Nowhere => false,
            Self::Client => matches!(path[..], ["attributes" | "authenticationFlowBindingOverrides" | "protocolMappers"]),
            Self::Provider => matches!(path[..], ["config" | "mappers"] | ["mappers", _, "config"]),
            Self::Everywhere => true,
        }
    }
}

/// All differences, in the order of their names.
pub(super) fn compare(wanted: &Value, there: &Value, whole: Whole) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(wanted, there, whole, &mut Vec::new(), &mut found);
    found
}

fn walk(wanted: &Value, there: &Value, whole: Whole, path: &mut Vec<String>, found: &mut Vec<Difference>) {
    if let (Value::Object(wanted), Value::Object(there)) = (wanted, there) {
        let extra = there.keys().filter(|name| whole.is_at(path) && !wanted.contains_key(*name) && is_ours_to_name(name));
        let names: Vec<&String> = wanted.keys().chain(extra).collect();
        for name in names {
            let (to, from) = (wanted.get(name).unwrap_or(&Value::Null), there.get(name).unwrap_or(&Value::Null));
            path.push(name.clone());
            if to.is_object() && from.is_object() {
                walk(to, from, whole, path, found);
            } else if !is_same(name, to, from) {
                found.push(Difference { path: path.clone(), from: ordered(name, from), to: ordered(name, to) });
            }
            path.pop();
        }
    } else if !is_same("", wanted, there) {
        found.push(Difference { path: path.clone(), from: there.clone(), to: wanted.clone() });
    }
}

/// Whether a member of something that is wholly ours is not one of Keycloak's notes for itself.
pub(super) fn is_ours_to_name(name: &str) -> bool {
    !OF_KEYCLOAK.iter().any(|one| name.starts_with(one))
}

/// To be switched off, or empty, is the same as not to be said: its console writes such when somebody only looks and saves.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => matches!(text.as_str(), "" | "false" | "{}" | "[]"),
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    }
}

fn is_same(name: &str, wanted: &Value, there: &Value) -> bool {
    if *wanted == json!(MAIL_PASSWORD) {
        // Keycloak tells only whether it has one.
        return *there == json!(MASK);
    }
    wanted == there || says_nothing(wanted) && says_nothing(there) || canonical(name, wanted) == canonical(name, there)
}

/// The one of several ways of writing the same.
fn canonical(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if name == "passwordPolicy" => {
            // Its console adds "(undefined)" to a rule without a value, and rearranges.
            let mut rules: Vec<&str> = text.split(" and ").map(|rule| rule.trim_end_matches("(undefined)")).collect();
            rules.sort_unstable();
            json!(rules)
        }
        // JSON within text: the key set, the levels.
        Value::String(text) if text.starts_with('{') => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => ordered(name, other),
    }
}

/// A list whose order says nothing in one that is always the same.
fn ordered(name: &str, value: &Value) -> Value {
    let mut value = value.clone();
    if let (Value::Array(values), true) = (&mut value, SETS.contains(&name)) {
        values.sort_unstable_by_key(ToString::to_string);
    }
    value
}

/// `there` with everything that is wanted put over it.
pub(super) fn overlaid(there: &Value, wanted: &Value) -> Value {
    match (there, wanted) {
        (Value::Object(there), Value::Object(wanted)) => {
            let mut all: Map<String, Value> = there.clone();
            for (name, value) in wanted {
                let under = all.get(name).unwrap_or(&Value::Null);
                all.insert(name.clone(), overlaid(under, value));
            }
            Value::Object(all)
        }
        (_, wanted) => wanted.clone(),
    }
}

impl Difference {
    pub(super) fn new(path: &[&str], from: impl Into<Value>, to: impl Into<Value>) -> Self {
        Self { path: path.iter().map(|&part| part.to_owned()).collect(), from: from.into(), to: to.into() }
    }

    fn is_secret(&self) -> bool {
        let name = self.path.last().map(|name| name.to_lowercase()).unwrap_or_default();
        ["secret", "password", "privatekey"].iter().any(|word| name.ends_with(word))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.join(" · "))?;
        match (&self.from, &self.to) {
            (Value::Null, Value::Object(_)) => f.write_str("missing"),
            (_, Value::Null) if self.from.is_object() => f.write_str("not ours"),
            (from, to) if self.is_secret() => write!(f, "{} → {}", hidden(from), hidden(to)),
            (from, to) => write!(f, "{} → {}", said(from), said(to)),
        }
    }
}

fn hidden(value: &Value) -> &'static str {
    if value.is_null() { "nothing" } else { "(not shown)" }
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => key_names(text).unwrap_or_else(|| if text.is_empty() { "nothing".to_owned() } else { text.clone() }),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A key set is told by the names of its keys.
fn key_names(text: &str) -> Option<String> {
    let names = kids(text)?;
    Some(format!("the key {}", names.join(", ")))
}

/// The names of the keys of a JSON Web Key Set.
pub(super) fn kids(text: &str) -> Option<Vec<String>> {
    let set: Value = serde_json::from_str(text).ok()?;
    let keys = set.get("keys")?.as_array()?;
    Some(keys.iter().filter_map(|key| key["kid"].as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: Value, there: Value, whole: Whole, expected: &[&str]) {
        let found: Vec<String> = compare(&wanted, &there, whole).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_wanted_is_left_alone_unless_the_whole_is_ours() {
        let (wanted, there) = (json!({ "attributes": { "a": "1" } }), json!({ "attributes": { "a": "1", "b": "2" }, "c": 3 }));
        check(wanted.clone(), there.clone(), Whole::Nowhere, &[]);
        check(wanted.clone(), there.clone(), Whole::Client, &["attributes · b: 2 → nothing"]);
        check(wanted, there, Whole::Everywhere, &["attributes · b: 2 → nothing", "c: 3 → nothing"]);
    }

    #[test]
    fn what_says_nothing_and_what_keycloak_notes_for_itself_is_no_difference() {
        let there = json!({ "attributes": { "grant": "false", "x": "", "y": "{}", "realm_client": "true", "client.secret.rotated": "s" } });
        check(json!({ "attributes": {} }), there, Whole::Client, &[]);
        check(json!({ "description": "", "storeToken": false, "webOrigins": [] }), json!({}), Whole::Nowhere, &[]);
    }

    #[test]
    fn each_difference_is_named_with_what_was_and_what_will_be() {
        check(
            json!({ "redirectUris": ["https://b"], "time": 60, "deep": { "on": true }, "gone": null }),
            json!({ "redirectUris": ["https://a"], "time": 30, "gone": "x" }),
            Whole::Nowhere,
            &["deep: missing", "gone: x → nothing", "redirectUris: https://a → https://b", "time: 30 → 60"],
        );
    }

    #[test]
    fn the_same_written_otherwise_is_the_same() {
        for (name, wanted, there) in [
            ("supportedLocales", json!(["ru", "kk"]), json!(["kk", "ru"])),
            ("passwordPolicy", json!("length(12) and notEmail"), json!("notEmail(undefined) and length(12)")),
            ("acr.loa.map", json!(r#"{"pwd":1,"mfa":2}"#), json!(r#"{ "mfa": 2, "pwd": 1 }"#)),
            ("password", json!(MAIL_PASSWORD), json!(MASK)),
        ] {
            check(json!({ name: wanted }), json!({ name: there }), Whole::Nowhere, &[]);
        }
        // An order that says something.
        check(
            json!({ "webAuthnPolicySignatureAlgorithms": ["ES256", "RS256"] }),
            json!({ "webAuthnPolicySignatureAlgorithms": ["RS256", "ES256"] }),
            Whole::Nowhere,
            &["webAuthnPolicySignatureAlgorithms: RS256, ES256 → ES256, RS256"],
        );
    }

    #[test]
    fn no_secret_is_told() {
        check(json!({ "password": MAIL_PASSWORD }), json!({}), Whole::Nowhere, &["password: nothing → (not shown)"]);
        check(
            json!({ "resetPasswordAllowed": true }),
            json!({ "resetPasswordAllowed": false }),
            Whole::Nowhere,
            &["resetPasswordAllowed: false → true"],
        );
        check(
            json!({ "config": {} }),
            json!({ "config": { "clientSecret": "s3" } }),
            Whole::Provider,
            &["config · clientSecret: (not shown) → nothing"],
        );
    }

    #[test]
    fn a_key_set_is_told_by_its_names() {
        let set = |kid| json!(format!(r#"{{"keys":[{{"kty":"EC","kid":"{kid}"}}]}}"#));
        check(
            json!({ "jwks.string": set("a") }),
            json!({ "jwks.string": set("b") }),
            Whole::Nowhere,
            &["jwks.string: the key b → the key a"],
        );
    }

    #[test]
    fn overlaying_keeps_the_rest() {
        let there = json!({ "a": { "x": 1, "y": 2 }, "b": [1] });
        assert_eq!(overlaid(&there, &json!({ "a": { "y": 3 }, "b": [] })), json!({ "a": { "x": 1, "y": 3 }, "b": [] }));
    }
}
