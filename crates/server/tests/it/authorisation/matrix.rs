//! Whom a guard lets through.

use axum::http::Method;
use domain::access::{Action, POLICY, Relation, Role, Rule, may};
use jiff::SignedDuration;
use serde_json::json;
use testkit::{Client, TestApp};

use super::{Operation, concrete, everybody, operations};

/// What is wrong with an operation's answer to a role: whoever the policy does not name must be refused by the guard, whoever it names must get past it.
async fn fault(client: &Client, role: Role, operation: &Operation, of_others: &str) -> Option<String> {
    let body = (operation.method != Method::GET && operation.method != Method::DELETE).then(|| json!({}));
    let key = format!("matrix-{}-{}", role.name(), operation.id);
    let answer = client.ask(operation.method.clone(), &concrete(&operation.path, of_others), body, Some(key)).await;
    let status = answer.status.as_u16();
    let is_refused = match status {
        401 => true,
        // The guard's own words. What a use case forbids by the state of things has words of its own.
        403 => matches!(answer.json()["code"].as_str(), Some("not_allowed" | "recent_proof_required")),
        _ => false,
    };
    let is_right = if operation.action == Action::SignIn && role == Role::Anonymous {
        // Steps of signing in ask for whoever is half signed in: to nobody at all they answer 401.
        status < 500
    } else if may(&[role], operation.action) {
        status < 500 && !is_refused
    } else {
        is_refused && status == if role == Role::Anonymous { 401 } else { 403 }
    };
    (!is_right).then(|| format!("{} as {}: {status} {}", answer.asked, role.name(), answer.text()))
}

#[tokio::test]
async fn whoever_the_policy_does_not_name_is_refused() {
    let app = TestApp::start().await;
    let visit = app.visit(SignedDuration::from_mins(10)).await;
    let mut faults = Vec::new();
    for (role, client) in everybody(&app).await {
        for operation in operations() {
            // The event stream does not end, and signing out ends the session for what follows; their own tests have them.
            if matches!(operation.id.as_str(), "live" | "signOut") && may(&[role], operation.action) {
                continue;
            }
            faults.extend(fault(&client, role, &operation, &visit.id.to_string()).await);
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The control, for every guard: opened to everybody, it turns the matrix red. Where everybody signed in has the right, only a stranger could notice, and
/// to a stranger the handler itself says that nobody is signed in.
#[tokio::test]
async fn the_matrix_notices_every_open_guard() {
    const ANYBODY: &[(Role, Relation)] = &{
        let mut rights = [(Role::Anonymous, Relation::Any); Role::ALL.len()];
        let mut n = 0;
        while n < rights.len() {
            rights[n].0 = Role::ALL[n];
            n += 1;
        }
        rights
    };
    let app = TestApp::start().await;
    let visit = app.visit(SignedDuration::from_mins(10)).await;
    let people = everybody(&app).await;
    let mut unnoticed = Vec::new();
    for open in POLICY {
        let refused: Vec<_> = people.iter().filter(|(role, _)| *role != Role::Anonymous && !may(&[*role], open.action)).collect();
        if refused.is_empty() {
            continue;
        }
        let mut policy = POLICY.to_vec();
        policy[open.action as usize] = Rule { rights: ANYBODY, needs_recent_proof: false, ..*open };
        let router = app.router_under(policy.leak());
        let mut is_noticed = false;
        for operation in operations().iter().filter(|o| o.action == open.action && o.id != "live") {
            for (role, client) in &refused {
                is_noticed = is_noticed || fault(&client.at(&router), *role, operation, &visit.id.to_string()).await.is_some();
            }
        }
        if !is_noticed {
            unnoticed.push(open.action.name());
        }
    }
    assert!(unnoticed.is_empty(), "guards that nobody would miss: {unnoticed:?}");
}
