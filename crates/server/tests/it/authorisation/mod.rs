//! Every endpoint against every role, generated from the API's own description: whoever the policy does not name is refused, whoever it names is not,
//! other people's things do not exist, and nothing answers with a fault of ours.

mod database;
mod matrix;
mod printed;
mod whose;

use axum::http::Method;
use domain::access::{Action, POLICY, Role};
use testkit::{Client, TestApp};

struct Operation {
    method: Method,
    path: String,
    id: String,
    action: Action,
}

/// Every operation of the API's description. An operation without an action fails the test: it would be unguarded.
fn operations() -> Vec<Operation> {
    let description = serde_json::to_value(app::router::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !operation.is_object() || operation["operationId"].is_null() {
                continue;
            }
            let name = operation["x-action"].as_str().unwrap_or_else(|| panic!("{method} {path} has no action: put it behind guarded(…)"));
            let action = POLICY.iter().map(|r| r.action).find(|a| a.name() == name).unwrap();
            found.push(Operation { method, path: path.clone(), id: operation["operationId"].as_str().unwrap().to_owned(), action });
        }
    }
    assert!(found.len() > 8, "the description lists the API");
    found
}

/// The path with each parameter replaced by an id which exists, but belongs to others.
fn concrete(path: &str, of_others: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { of_others } else { part }).collect::<Vec<_>>().join("/")
}

async fn everybody(app: &TestApp) -> Vec<(Role, Client)> {
    let category = app.category("somewhere").await;
    let mut people = vec![
        (Role::Anonymous, app.anonymous()),
        (Role::Employee, app.employee("Анна").await),
        (Role::Specialist, app.specialist("Мария Орлова", category).await),
    ];
    let company = app.app.new_id();
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("INSERT INTO companies (id, name, created_at) VALUES ($1, 'Где-то', now())").bind(company).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    people.push((Role::Hr, app.hr(company).await));
    for role in Role::STAFF {
        people.push((role, app.staff(&[role.name()]).await));
    }
    people
}
