//! Whose things those are whom the guard has let through: one's own are there, other people's are not.

use axum::http::Method;
use domain::access::{POLICY, Relation, Role, may};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::TestApp;

use super::{concrete, everybody, operations};

/// Readings of things which a consultation alone does not bring, or which need more than an id; their slices' tests have them.
const NEEDS_MORE: &[&str] = &["read_thread", "list_messages", "own_document", "free_slots"];

/// One's own things are there: each reading of one thing that a person has a right to is answered for one of the things of their own consultation.
#[tokio::test]
async fn what_is_ones_own_is_there() {
    let app = TestApp::start().await;
    let visit = app.visit(SignedDuration::from_mins(10)).await;
    let ids = [visit.id.to_string(), visit.employee.id().to_string(), visit.specialist.id().to_string(), visit.category.to_string()];
    let mut silent = Vec::new();
    for (role, client) in [(Role::Employee, &visit.employee), (Role::Specialist, &visit.specialist)] {
        for operation in operations().iter().filter(|o| o.method == Method::GET && o.path.contains('{')) {
            let rights = POLICY[operation.action as usize].rights;
            if !rights.iter().any(|(r, relation)| *r == role && *relation != Relation::Any) {
                continue;
            }
            let mut is_there = false;
            for id in &ids {
                is_there = is_there || client.get(&concrete(&operation.path, id)).await.status == 200;
            }
            if !is_there && !NEEDS_MORE.contains(&operation.id.as_str()) {
                silent.push(format!("{} {}", role.name(), operation.id));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new(), "one's own is not found");
}

/// Something of the shape that an operation takes, so that its answer is about whose thing it is, not about the body.
fn sample(description: &Value, schema: &Value, id: &str) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return sample(description, &description["components"]["schemas"][name.rsplit('/').next().unwrap()], id);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(all) = schema[choice].as_array() {
            let parts: Vec<Value> = all.iter().filter(|one| one["type"] != "null").map(|one| sample(description, one, id)).collect();
            if choice != "allOf" {
                return parts.into_iter().next().unwrap_or_default();
            }
            let mut whole = serde_json::Map::new();
            parts.into_iter().filter_map(|part| part.as_object().cloned()).for_each(|part| whole.extend(part));
            return whole.into();
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].as_array()?.first()?.as_str()).unwrap_or("object");
    match kind {
        "string" => match schema["format"].as_str() {
            Some("uuid") => json!(id),
            Some("date-time") => json!("2026-12-15T09:00:00Z"),
            Some("date") => json!("2026-12-15"),
            _ => json!("support"),
        },
        "integer" | "number" => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        "boolean" => json!(true),
        "array" => json!([sample(description, &schema["items"], id)]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required
                .map(|name| (name.to_owned(), sample(description, &schema["properties"][name], id)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
    }
}

/// Every id that stands anywhere in the database.
async fn every_id(app: &TestApp) -> Vec<String> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'uuid'::regtype AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (table, column) in columns {
        let rows: Vec<(Option<uuid::Uuid>,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT DISTINCT {column} FROM {table}"))).fetch_all(&mut *tx).await.unwrap();
        ids.extend(rows.into_iter().filter_map(|(id,)| Some(id?.to_string())));
    }
    ids.into_iter().collect()
}

/// What the two of a consultation, their company and its HR have, made by asking for it.
async fn a_company_at_work(app: &TestApp) -> Vec<String> {
    let visit = app.visit(SignedDuration::from_mins(10)).await;
    let contract = visit.contract.to_string();
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (company,): (uuid::Uuid,) =
        sqlx::query_as("SELECT company_id FROM contracts WHERE id = $1::uuid").bind(&contract).fetch_one(&mut *tx).await.unwrap();
    drop(tx);
    let (hr, admin) = (app.hr(company).await, app.staff(&["admin", "safety", "catalogue", "support"]).await);
    hr.post("/api/company/codes", json!({ "label": "", "count": 1, "max_uses": 40 })).await.is(201);
    admin.post(&format!("/api/operator/companies/{company}/codes"), json!({ "label": "", "count": 1, "max_uses": 40 })).await.is(201);
    let invited = json!({ "email": "kadry@firma.ru", "name": "Ольга" });
    admin.post(&format!("/api/operator/companies/{company}/hr-invitations"), invited).await.is(201);
    let thread = visit.employee.post("/api/threads", json!({ "with": visit.specialist.id() })).await.json();
    if let Some(thread) = thread["id"].as_str() {
        visit.employee.post(&format!("/api/threads/{thread}/messages"), json!({ "text": "слово-сотрудника" })).await.is(201);
    }
    visit.employee.put(&format!("/api/appointments/{}/note", visit.id), json!({ "text": "слово-сотрудника", "version": 0 })).await.is(200);
    visit
        .specialist
        .put(&format!("/api/appointments/{}/note", visit.id), json!({ "text": "слово-специалиста", "version": 0 }))
        .await
        .is(200);
    every_id(app).await
}

/// Of an action that reaches one's own things, or one's company's, alone: with every id there is of another company and its people, and a body that
/// fits. Nothing is told and nothing is done; and so that this says something, most operations get as far as looking for the thing.
#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    let app = TestApp::start().await;
    let ids = a_company_at_work(&app).await;
    let description = serde_json::to_value(app::router::openapi()).unwrap();
    let strangers = everybody(&app).await;
    let mut faults = Vec::new();
    let mut not_looked_for = std::collections::BTreeSet::new();
    for (role, client) in strangers.iter().filter(|(role, _)| *role != Role::Anonymous) {
        for operation in operations().iter().filter(|o| o.path.contains('{') && may(&[*role], o.action)) {
            let reaches_all = POLICY[operation.action as usize].rights.iter().any(|(r, relation)| r == role && *relation == Relation::Any);
            if reaches_all {
                continue;
            }
            let item = &description["paths"][&operation.path][operation.method.as_str().to_lowercase()];
            let schema = &item["requestBody"]["content"]["application/json"]["schema"];
            let mut is_looked_for = false;
            for id in &ids {
                let body =
                    (operation.method != Method::GET && operation.method != Method::DELETE).then(|| sample(&description, schema, id));
                let key = format!("others-{id}-{}", operation.id);
                let answer = client.ask(operation.method.clone(), &concrete(&operation.path, id), body, Some(key)).await;
                let status = answer.status.as_u16();
                is_looked_for = is_looked_for || status == 404;
                // What one gets may be what the thing is not asked for: refused before, or the same for everybody. Never a fault, never a word of others.
                let is_for_everybody = FOR_EVERYBODY.contains(&operation.id.as_str());
                let is_told = tells_of_others(&answer.text()) || !is_for_everybody && answer.text().contains("Мария");
                if status >= 500 || is_told || !is_for_everybody && answer.status.is_success() {
                    faults.push(format!("{} as {}: {status} {}", answer.asked, role.name(), answer.text()));
                }
            }
            if !is_looked_for {
                not_looked_for.insert(operation.id.clone());
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let not_looked_for: Vec<_> = not_looked_for.iter().map(String::as_str).collect();
    assert_eq!(not_looked_for, NOT_LOOKED_FOR);
}

/// Operations on a published specialist, who is there for every employee.
const FOR_EVERYBODY: &[&str] = &["read_specialist", "keep_favourite", "drop_favourite"];

/// Operations whose bodies want more than a shape (times, files, texts that fit): refused before the thing is looked for. Their slices' tests look.
const NOT_LOOKED_FOR: &[&str] = &[
    "answer_safety",
    "attach_document",
    "change_education",
    "extend_call",
    "free_slots",
    "move_appointment",
    "say_presence",
    "withdraw_consent",
];

fn tells_of_others(text: &str) -> bool {
    ["Анна", "слово-", "firma"].iter().any(|word| text.contains(word))
}
