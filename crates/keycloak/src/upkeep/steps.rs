//! What differs between two flows, step by step. Pure.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    compare::{self, Difference, Whole},
    parts::{Config, Does, Flow, Step},
};

/// All differences: each names the flow it is in, and the step.
pub(super) fn compare(wanted: &Flow, there: &Flow) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(wanted, there, &mut found);
    found
}

/// The only difference, if it lies within a step and the steps are the right ones: one call mends it, and nobody's sign-in breaks off.
pub(super) fn is_within_one_step(wanted: &Flow, there: &Flow) -> bool {
    is_same_shape(wanted, there) && steps_that_differ(wanted, there) == 1
}

fn is_same_shape(wanted: &Flow, there: &Flow) -> bool {
    let is_same = |(one, other): (&Step, &Step)| match (&one.what, &other.what) {
        (Does::Flow(one), Does::Flow(other)) => one.alias == other.alias && is_same_shape(one, other),
        // A configuration is changed; one that is missing is made with the flow.
        (Does::Authenticator { name, config }, Does::Authenticator { name: other_name, config: other_config }) => {
            name == other_name && config.is_some() == other_config.is_some()
        }
        _ => false,
    };
    wanted.steps.len() == there.steps.len() && wanted.steps.iter().zip(&there.steps).all(is_same)
}

fn steps_that_differ(wanted: &Flow, there: &Flow) -> usize {
    let differ = |(one, other): (&Step, &Step)| {
        let below = match (&one.what, &other.what) {
            (Does::Flow(one), Does::Flow(other)) => steps_that_differ(one, other),
            _ => usize::from(one.what != other.what),
        };
        below + usize::from(one.need != other.need)
    };
    wanted.steps.iter().zip(&there.steps).map(differ).sum()
}

/// The steps by name and by how often the name has come before.
fn by_name(flow: &Flow) -> BTreeMap<(&str, usize), &Step> {
    let mut steps = BTreeMap::new();
    for step in &flow.steps {
        let before = steps.keys().filter(|(name, _)| *name == step.name()).count();
        steps.insert((step.name(), before), step);
    }
    steps
}

fn walk(wanted: &Flow, there: &Flow, found: &mut Vec<Difference>) {
    let difference = |name: &str, from: Value, to: Value| Difference::new(&[&wanted.alias, name], from, to);
    let (ours, theirs) = (by_name(wanted), by_name(there));
    let count = found.len();
    found.extend(ours.keys().filter(|key| !theirs.contains_key(key)).map(|(name, _)| difference(name, Value::Null, json!({}))));
    found.extend(theirs.keys().filter(|key| !ours.contains_key(key)).map(|(name, _)| difference(name, json!({}), Value::Null)));
    let names = |flow: &Flow| flow.steps.iter().map(|step| step.name().to_owned()).collect::<Vec<_>>();
    if count == found.len() && names(wanted) != names(there) {
        found.push(difference("order", json!(names(there)), json!(names(wanted))));
    }
    for step in &wanted.steps {
        let Some((key, ours)) = ours.iter().find(|(_, one)| std::ptr::eq(**one, step)) else { continue };
        let Some(theirs) = theirs.get(key) else { continue };
        if ours.need != theirs.need {
            found.push(difference(step.name(), json!(theirs.need), json!(ours.need)));
        }
        match (&ours.what, &theirs.what) {
            (Does::Flow(ours), Does::Flow(theirs)) => walk(ours, theirs, found),
            (Does::Authenticator { config: ours, .. }, Does::Authenticator { config: theirs, .. }) => {
                found.extend(configs(&wanted.alias, step.name(), ours.as_ref(), theirs.as_ref()));
            }
            // An authenticator and a flow of the same name: none of ours.
            _ => found.push(difference(step.name(), json!("another kind of step"), json!("ours"))),
        }
    }
}

fn configs(flow: &str, step: &str, wanted: Option<&Config>, there: Option<&Config>) -> Vec<Difference> {
    let values = |config: Option<&Config>| config.map_or(json!({}), |config| Value::Object(config.values.clone()));
    let mut found = compare::compare(&values(wanted), &values(there), Whole::Everywhere);
    for difference in &mut found {
        difference.path.splice(0..0, [flow.to_owned(), step.to_owned()]);
    }
    let alias = |config: Option<&Config>| config.map(|config| config.alias.clone());
    if alias(wanted) != alias(there) {
        found.push(Difference::new(&[flow, step, "alias"], alias(there), alias(wanted)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(name: &str, need: &str, config: Option<&str>) -> Step {
        let config = config.map(|level| {
            let values = json!({ "level": level }).as_object().cloned().unwrap();
            Config { alias: "c".to_owned(), values }
        });
        Step { need: need.to_owned(), what: Does::Authenticator { name: name.to_owned(), config } }
    }

    fn flow(alias: &str, steps: Vec<Step>) -> Flow {
        Flow { alias: alias.to_owned(), steps }
    }

    fn example() -> Flow {
        let below = flow("below", vec![does("level", "REQUIRED", Some("2")), does("otp", "ALTERNATIVE", None)]);
        flow("top", vec![does("cookie", "ALTERNATIVE", None), Step { need: "CONDITIONAL".to_owned(), what: Does::Flow(below) }])
    }

    fn below(flow: &mut Flow) -> &mut Vec<Step> {
        match &mut flow.steps[1].what {
            Does::Flow(below) => &mut below.steps,
            Does::Authenticator { .. } => unreachable!("the example has a flow there"),
        }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Flow), expected: &[&str], is_within: bool) {
        let mut there = example();
        change(&mut there);
        let found: Vec<String> = compare(&example(), &there).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
        assert_eq!(is_within_one_step(&example(), &there), is_within);
    }

    #[test]
    fn each_step_that_differs_is_named() {
        check(|_| {}, &[], false);
        check(|flow| flow.steps[0].need = "DISABLED".to_owned(), &["top · cookie: DISABLED → ALTERNATIVE"], true);
        check(|flow| below(flow)[0] = does("level", "REQUIRED", Some("1")), &["below · level · level: 1 → 2"], true);
        check(|flow| below(flow).truncate(1), &["below · otp: missing"], false);
        check(|flow| below(flow).push(does("deny", "REQUIRED", None)), &["below · deny: not ours"], false);
        check(|flow| below(flow).reverse(), &["below · order: otp, level → level, otp"], false);
        check(
            |flow| below(flow)[0] = does("level", "REQUIRED", None),
            &["below · level · level: nothing → 2", "below · level · alias: nothing → c"],
            false,
        );
    }

    #[test]
    fn two_steps_that_differ_are_not_mended_one_after_the_other() {
        let change = |flow: &mut Flow| {
            flow.steps[0].need = "DISABLED".to_owned();
            below(flow)[1].need = "REQUIRED".to_owned();
        };
        check(change, &["top · cookie: DISABLED → ALTERNATIVE", "below · otp: REQUIRED → ALTERNATIVE"], false);
    }

    #[test]
    fn a_step_that_comes_twice_is_told_from_the_first() {
        let two = |need| flow("f", vec![does("otp", "REQUIRED", None), does("otp", need, None)]);
        let found = compare(&two("REQUIRED"), &two("DISABLED"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "f · otp: DISABLED → REQUIRED");
    }
}
