//! Every endpoint against every role, generated from the API's own description: whoever the policy does not name is refused, whoever it names is not,
//! other people's things do not exist, and nothing answers with a fault of ours.

use std::{fmt::Write as _, time::Duration};

use axum::http::Method;
use domain::access::{Action, POLICY, Relation, Role, Rule, may};
use jiff::SignedDuration;
use serde_json::{Value, json};
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

/// The policy as a table, for people: `docs/policy.md`. Write it anew with `UPDATE=1`.
#[test]
fn the_printed_policy_is_the_policy() {
    let mut table = String::from(
        "# Who may do what\nMade from `domain::access::POLICY` by a test. `any`: everybody's things · `own`: one's own · `booked`: of a consultation with oneself · `company`: of the company one acts for · ⏱: needs a second factor shown within five minutes · ½: also by whoever still owes it.\n\n| Action |",
    );
    for role in Role::ALL {
        let _ = write!(table, " {} |", role.name());
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(Role::ALL.len()));
    for rule in POLICY {
        let _ = write!(
            table,
            "\n| {}{} |",
            rule.action.name(),
            match (rule.needs_recent_proof, rule.before_second_factor) {
                (true, _) => " ⏱",
                (_, true) => " ½",
                _ => "",
            }
        );
        for role in Role::ALL {
            table.push_str(cell(rule, role));
        }
    }
    table.push_str(&endpoints());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        table,
        "docs/policy.md is stale: UPDATE=1 cargo test -p server --test it policy"
    );
}

/// Every endpoint with whom it lets through, and to whose things.
fn endpoints() -> String {
    let mut table = String::from(
        "\n\n## Endpoints\nEach is asked by each role in `it::authorisation`: with nothing of one's own, with one's own, and with every id of another company and its people. Empty: 403, or 401 without a session. `own`, `booked`, `company`: another person's, another specialist's, another company's thing does not exist: 404.\n\n| Endpoint | Action |",
    );
    for role in Role::ALL {
        let _ = write!(table, " {} |", role.name());
    }
    table.push_str("\n|---|---|");
    table.push_str(&"---|".repeat(Role::ALL.len()));
    let mut all = operations();
    all.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    for operation in all {
        let rule = &POLICY[operation.action as usize];
        let proof = if rule.needs_recent_proof { " ⏱" } else { "" };
        let _ = write!(table, "\n| `{} {}` | {}{proof} |", operation.method, operation.path, operation.action.name());
        for role in Role::ALL {
            table.push_str(cell(rule, role));
        }
    }
    table.push_str(&doors_of_machines());
    table
}

/// What asks without being a person: the door, what it has to bring, and the tests in which everybody else is sent away.
const DOORS_OF_MACHINES: [(&str, &str, &str); 5] = [
    ("* /scim/v2/{company}/…", "a company's directory: a token of that company, from its networks", "it::organisations::scim::access"),
    ("POST /api/oidc/logout", "Keycloak: a logout token that it signed, each once", "it::identity::keycloak::sessions"),
    (
        "GET /oidc/entrance/authorize",
        "a browser that proved itself here a moment before, to Keycloak's address alone",
        "it::identity::keycloak::entrance",
    ),
    (
        "POST /oidc/entrance/token",
        "Keycloak: an assertion that it signed, and the code it was given, each once",
        "it::identity::keycloak::entrance",
    ),
    ("GET /oidc/entrance/keys", "anybody: public keys", "it::identity::keycloak::entrance"),
];

fn doors_of_machines() -> String {
    let mut table = String::from(
        "\n\n## Doors of machines\nNo person asks here, no session counts, and no role is named above.\n\n| Door | Who is let in | Proven in |\n|---|---|---|",
    );
    for (door, who, tests) in DOORS_OF_MACHINES {
        let _ = write!(table, "\n| `{door}` | {who} | `{tests}` |");
    }
    table.push('\n');
    table
}

/// Whoever is signed in, and brings nothing else, is a stranger at each of them.
#[tokio::test]
async fn a_session_opens_no_door_of_machines() {
    let (app, _keycloak) = TestApp::start_with_keycloak().await;
    for person in [app.anonymous(), app.employee("Анна").await, app.staff(&["admin"]).await] {
        for (door, _, _) in DOORS_OF_MACHINES {
            let (method, path) = door.split_once(' ').unwrap();
            let path = path.replace("{company}", &uuid::Uuid::nil().to_string()).replace('…', "Users");
            let answer = match method {
                "POST" => person.post(&path, json!({})).await,
                _ => person.get(&path).await,
            };
            let expected = if path.ends_with("/keys") { 200..=200 } else { 400..=499 };
            assert!(expected.contains(&answer.status.as_u16()) && answer.status != 404, "{door}: {}", answer.status);
        }
    }
}

fn cell(rule: &Rule, role: Role) -> &'static str {
    match rule.rights.iter().find(|(r, _)| *r == role).map(|(_, relation)| relation) {
        Some(Relation::Any) => " any |",
        Some(Relation::Own) => " own |",
        Some(Relation::Booked) => " booked |",
        Some(Relation::Company) => " company |",
        None => " |",
    }
}

/// Every table is guarded: row security on and forced, at least one policy, and nothing granted to the login role or to PUBLIC.
#[tokio::test]
async fn every_table_is_guarded_by_row_security() {
    let app = TestApp::start().await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let open: Vec<(String,)> = sqlx::query_as(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(open.is_empty(), "tables without row security: {open:?}");
    let granted: Vec<(String, String)> = sqlx::query_as(
        "SELECT grantee::text, table_name::text FROM information_schema.role_table_grants
         WHERE table_schema = 'public' AND grantee IN ('PUBLIC', 'ponimau_app')",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(granted.is_empty(), "granted past the actor roles: {granted:?}");
}

/// Content is granted to no member of staff at all, whatever the policies say.
#[tokio::test]
async fn staff_have_no_grant_on_content() {
    let app = TestApp::start().await;
    let mut tx = app
        .app
        .db
        .begin(&platform::db::DbActor {
            role: platform::db::DbRole::Staff,
            person: None,
            capabilities: "admin,support,safety,catalogue,finance,auditor".into(),
        })
        .await
        .unwrap();
    for table in ["messages", "threads", "session_notes", "intakes", "call_signals", "favourites"] {
        sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
        let error = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT 1 FROM {table}"))).execute(&mut *tx).await.expect_err(table);
        assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{table}");
        sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
    }
}

/// A transaction that says nobody acts sees nothing of anybody.
#[tokio::test]
async fn nobody_sees_nobodys_rows() {
    let app = TestApp::start().await;
    let _visit = app.visit(SignedDuration::from_mins(10)).await;
    for role in [platform::db::DbRole::Employee, platform::db::DbRole::Specialist, platform::db::DbRole::Hr, platform::db::DbRole::Staff] {
        let actor = platform::db::DbActor { role, person: None, capabilities: String::new() };
        let mut tx = app.app.db.begin(&actor).await.unwrap();
        for table in ["appointments", "quota_balances", "consents", "sessions", "person_emails", "memberships"] {
            sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
            let count: Result<(i64,), _> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&mut *tx).await;
            // Either no grant at all, or no row.
            assert!(count.map_or(true, |(n,)| n == 0), "{role:?} sees {table}");
            sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_goes_away_while_it_begins_leaves_nobody_acting() {
    let app = TestApp::start().await;
    let anna = app.employee("Анна").await.id().0;
    for step in 0..150 {
        let db = app.app.db.clone();
        // What the request does and when its connection breaks: while it begins, in its middle, or never.
        let request = tokio::spawn(async move {
            let actor = platform::db::DbActor { role: platform::db::DbRole::Employee, person: Some(anna), capabilities: "safety".into() };
            let mut tx = db.begin(&actor).await?;
            sqlx::query("UPDATE people SET display_name = 'Никто' WHERE id = $1").bind(anna).execute(&mut *tx).await?;
            std::future::pending::<sqlx::Result<()>>().await
        });
        tokio::time::sleep(Duration::from_micros(step * 13)).await;
        request.abort();
        let mut tx = app
            .app
            .db
            .begin(&platform::db::DbActor { role: platform::db::DbRole::Anonymous, person: None, capabilities: String::new() })
            .await
            .unwrap();
        let (role, nobody, no_right): (String, bool, bool) =
            sqlx::query_as("SELECT current_user::text, app.me() IS NULL, NOT app.can('safety')").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((role.as_str(), nobody, no_right), ("ponimau_anonymous", true, true));
        tx.commit().await.unwrap();
    }
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (name,): (String,) = sqlx::query_as("SELECT display_name FROM people WHERE id = $1").bind(anna).fetch_one(&mut *tx).await.unwrap();
    assert_eq!(name, "Анна", "nothing half done was committed by whoever took the connection next");
}
