//! What is to be done so that a realm is as this release has it. Pure: what is wanted and what is there are given.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    compare::{Difference, Whole, compare, kids},
    parts::{Flow, Parts, profile_by_name, text},
    steps,
};
use crate::realm::MAIL_PASSWORD;

/// What goes on the name of a flow while it stands beside the one that it replaces.
pub(super) const BESIDE: &str = " - copy";

/// What is in a realm.
#[derive(Debug, Clone, Default)]
pub struct There {
    pub(super) parts: Parts,
    /// Who uses one of our flows, by the flow's name.
    pub(super) uses: BTreeMap<String, BTreeSet<User>>,
    pub(super) others: Others,
}

/// Who uses a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum User {
    Realm,
    Provider(String),
}

/// What is not ours, and is left alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    pub people: u64,
    pub organizations: u64,
    pub providers: Vec<String>,
    pub clients: Vec<String>,
    pub flows: Vec<String>,
    pub keys: Vec<String>,
}

/// A thing of a realm. Their order is the order of work: nothing is bound before it is whole, and sign-in goes on meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Realm,
    /// Before the settings say by which algorithm tokens are signed.
    Key(String),
    /// Before the clients, whose settings are held against them.
    Settings,
    Action(String),
    Profile,
    Flow(String),
    /// Names flows.
    Provider(String),
    /// The flow by which browsers sign in.
    Binding,
    Client(String),
    /// What a client's service account may do.
    Rights(String),
    /// A flow that is ours no more.
    FormerFlow(String),
}

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Make,
    Change(Vec<Difference>),
    Remove,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub(super) thing: Thing,
    pub(super) what: What,
}

/// All that is to be done, in the order in which it is done.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) changes: Vec<Change>,
    /// None where there was no realm.
    pub(super) others: Option<Others>,
    /// The keys by which the realm knows another deployment, if it is another's.
    pub(super) of_another: Option<Vec<String>>,
}

impl Plan {
    /// What makes `there` (nothing, if the realm is not there) what is wanted. `with_mail_password`: the mail server's password is put in although one is
    /// there; which one Keycloak does not tell.
    pub fn new(wanted: &Parts, there: Option<&There>, with_mail_password: bool) -> Self {
        let Some(There { parts, uses, others }) = there else {
            let change = Change { thing: Thing::Realm, what: What::Make };
            return Self { changes: vec![change], others: None, of_another: None };
        };
        let mut changes = Vec::new();
        changes.extend(keys(wanted, parts));
        changes.extend(settings(wanted, parts, with_mail_password));
        changes.extend(named(&wanted.actions, &parts.actions, Whole::Nowhere, Thing::Action));
        let (profile, other) = (profile_by_name(&wanted.profile), profile_by_name(&parts.profile));
        changes.extend(changed(Thing::Profile, compare(&profile, &other, Whole::Everywhere)));
        changes.extend(flows(&wanted.flows, &parts.flows));
        changes.extend(named(&wanted.providers, &parts.providers, Whole::Provider, Thing::Provider));
        changes.extend(binding(wanted, parts));
        changes.extend(named(&wanted.clients, &parts.clients, Whole::Client, Thing::Client));
        changes.extend(rights(wanted, parts));
        changes.extend(former_flows(wanted, parts, uses));
        changes.sort_by(|one, other| one.thing.cmp(&other.thing));
        Self { changes, others: Some(others.clone()), of_another: of_another(wanted, parts) }
    }

    /// Whether the realm is as it should be.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the realm knows another deployment, or this one by another key: it would be taken from that one.
    pub fn is_of_another(&self) -> bool {
        self.of_another.is_some()
    }

    /// Whether the mail server's password is needed.
    pub fn needs_mail_password(&self, wanted: &Parts) -> bool {
        let has_one = wanted.settings.get("smtpServer").is_some_and(|server| server["password"] == json!(MAIL_PASSWORD));
        let puts_in = |change: &Change| match &change.what {
            What::Make => change.thing == Thing::Realm,
            What::Change(differences) => change.thing == Thing::Settings && differences.iter().any(is_mail_password),
            What::Remove => false,
        };
        has_one && self.changes.iter().any(puts_in)
    }
}

pub(super) fn is_mail_password(difference: &Difference) -> bool {
    difference.path == ["smtpServer", "password"]
}

fn changed(thing: Thing, differences: Vec<Difference>) -> Option<Change> {
    (!differences.is_empty()).then_some(Change { thing, what: What::Change(differences) })
}

fn named(wanted: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>, whole: Whole, thing: impl Fn(String) -> Thing) -> Vec<Change> {
    let change = |(name, wanted): (&String, &Value)| match there.get(name) {
        None => Some(Change { thing: thing(name.clone()), what: What::Make }),
        Some(there) => changed(thing(name.clone()), compare(wanted, there, whole)),
    };
    wanted.iter().filter_map(change).collect()
}

/// Keys are added only: what is signed by one that went away would be refused.
fn keys(wanted: &Parts, there: &Parts) -> Vec<Change> {
    let missing = wanted.keys.iter().filter(|key| !there.keys.iter().any(|other| is_such_a_key(key, other)));
    missing.map(|key| Change { thing: Thing::Key(text(&key["name"])), what: What::Make }).collect()
}

/// Whether a key provider does what the wanted one does. What it leaves unsaid is Keycloak's default, as ours is.
fn is_such_a_key(wanted: &Value, there: &Value) -> bool {
    let is_on = |name: &str| there["config"][name][0] != json!("false");
    let kind = wanted["config"].as_object().into_iter().flatten().filter(|(name, _)| *name != "priority");
    wanted["providerId"] == there["providerId"]
        && is_on("enabled")
        && is_on("active")
        && kind.into_iter().all(|(name, value)| there["config"][name].is_null() || there["config"][name] == *value)
}

fn settings(wanted: &Parts, there: &Parts, with_mail_password: bool) -> Option<Change> {
    let mut settings = there.settings.clone();
    // Setting by setting, also where there is no mail server yet: its password is asked for by its own.
    settings.entry("smtpServer").or_insert_with(|| json!({}));
    let mut differences = compare(&Value::Object(wanted.settings.clone()), &Value::Object(settings), Whole::Nowhere);
    let has_password = wanted.settings.get("smtpServer").is_some_and(|server| server["password"] == json!(MAIL_PASSWORD));
    // A password goes to the server that it is for, and to no other.
    let is_other_server = |difference: &Difference| {
        difference.path.first().is_some_and(|part| part == "smtpServer")
            && difference.path.get(1).is_some_and(|part| ["host", "port", "user"].contains(&part.as_str()))
    };
    let is_due = with_mail_password || differences.iter().any(is_other_server);
    if has_password && is_due && !differences.iter().any(is_mail_password) {
        differences.push(Difference::new(&["smtpServer", "password"], super::compare::MASK, MAIL_PASSWORD));
    }
    changed(Thing::Settings, differences)
}

fn flows(wanted: &BTreeMap<String, Flow>, there: &BTreeMap<String, Flow>) -> Vec<Change> {
    let change = |(alias, wanted): (&String, &Flow)| match there.get(alias) {
        None => Some(Change { thing: Thing::Flow(alias.clone()), what: What::Make }),
        Some(there) => changed(Thing::Flow(alias.clone()), steps::compare(wanted, there)),
    };
    wanted.iter().filter_map(change).collect()
}

fn binding(wanted: &Parts, there: &Parts) -> Option<Change> {
    let differs = wanted.browser_flow != there.browser_flow;
    let difference = || Difference::new(&["browserFlow"], there.browser_flow.as_str(), wanted.browser_flow.as_str());
    differs.then(|| Change { thing: Thing::Binding, what: What::Change(vec![difference()]) })
}

/// All rights of the service account are ours to name: one more would be power that nobody looks after.
fn rights(wanted: &Parts, there: &Parts) -> Vec<Change> {
    let nothing = BTreeSet::new();
    let change = |(client, wanted): (&String, &BTreeSet<String>)| {
        let has = there.rights.get(client).unwrap_or(&nothing);
        let given = wanted.difference(has).map(|right| Difference::new(&[right], Value::Null, "given"));
        let taken = has.difference(wanted).map(|right| Difference::new(&[right], "given", Value::Null));
        changed(Thing::Rights(client.clone()), given.chain(taken).collect())
    };
    wanted.rights.iter().filter_map(change).collect()
}

/// Ours of a former release, or left beside by a run that did not end. One that somebody else uses stays.
fn former_flows(wanted: &Parts, there: &Parts, uses: &BTreeMap<String, BTreeSet<User>>) -> Vec<Change> {
    let is_free = |alias: &str| {
        let is_taken_over = alias.strip_suffix(BESIDE).is_some_and(|final_one| wanted.flows.contains_key(final_one));
        let is_ours = |user: &User| match user {
            User::Realm => true,
            User::Provider(alias) => wanted.providers.contains_key(alias),
        };
        is_taken_over || uses.get(alias).is_none_or(|users| users.iter().all(is_ours))
    };
    let former = there.flows.keys().filter(|alias| Parts::is_our_flow(alias) && !wanted.flows.contains_key(*alias) && is_free(alias));
    former.map(|alias| Change { thing: Thing::FormerFlow(alias.clone()), what: What::Remove }).collect()
}

/// The realm is another deployment's if it knows all of our clients that it has by other keys.
fn of_another(wanted: &Parts, there: &Parts) -> Option<Vec<String>> {
    let keys = |client: &Value| kids(client["attributes"]["jwks.string"].as_str().unwrap_or_default()).unwrap_or_default();
    let mut others = BTreeSet::new();
    for (id, client) in &wanted.clients {
        let known = there.clients.get(id).map(keys).unwrap_or_default();
        if keys(client).iter().any(|kid| known.contains(kid)) {
            return None;
        }
        others.extend(known);
    }
    (!others.is_empty()).then(|| others.into_iter().collect())
}

#[cfg(test)]
mod tests;
