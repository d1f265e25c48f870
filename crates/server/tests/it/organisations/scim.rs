//! A company's directory keeps the roster by SCIM: what it may, what it is told, and that it never learns who has entered.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};
use uuid::Uuid;

use super::{World, company};
use crate::{identity::world::count, lies_open};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A company's directory with a token.
struct Directory {
    client: Client,
    /// `/scim/v2/{id}`
    base: String,
    token: String,
}

impl Directory {
    async fn of(world: &World) -> Self {
        Self::at(&world.app, &world.admin, &world.company).await
    }

    async fn at(app: &TestApp, admin: &Client, company: &str) -> Self {
        let made = admin.post(&format!("{company}/scim/tokens"), json!({})).await.is(201).json();
        let base = format!("/scim/v2/{}", company.rsplit('/').next().unwrap());
        assert_eq!(made["scim"]["address"], format!("http://localhost:8080{base}"));
        Self { client: app.anonymous(), base, token: made["token"].as_str().unwrap().to_owned() }
    }

    fn with(&self, token: &str) -> Self {
        Self { client: self.client.clone(), base: self.base.clone(), token: token.to_owned() }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.ask_with(method, path, body, &[]).await
    }

    async fn ask_with(&self, method: Method, path: &str, body: Option<Value>, more: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8");
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.client.send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    async fn create(&self, user: Value) -> Answer {
        self.ask(Method::POST, "/Users", Some(user)).await
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(json!({ "schemas": [PATCH], "Operations": operations }))).await
    }

    async fn found(&self, filter: &str) -> Vec<String> {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self.get(&format!("/Users?filter={query}")).await.is(200).json();
        list["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
    }
}

fn ivan() -> Value {
    json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "userName": "Ivan.Petrov",
        "externalId": "a-42",
        "emails": [{ "value": "Ivan@Firma.ru", "type": "work", "primary": true }],
        "name": { "givenName": "Тайноимя" },
        "displayName": "Тайноимя",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Тайноцех" },
    })
}

fn person(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": format!("{name}@firma.ru") })
}

/// The path of a resource that was answered.
fn path(answer: &Answer, kind: &str) -> String {
    format!("/{kind}/{}", answer.json()["id"].as_str().unwrap())
}

/// What is told of a refusal.
#[track_caller]
fn refused(answer: Answer, status: u16, kind: &str, detail: &str) {
    let answer = answer.is(status);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/scim+json");
    let told = answer.json();
    assert_eq!((&told["schemas"][0], &told["status"]), (&json!("urn:ietf:params:scim:api:messages:2.0:Error"), &json!(status.to_string())));
    assert_eq!((&told["scimType"], &told["detail"]), (&json!(kind), &json!(detail)));
}

async fn may_enter(app: &TestApp, address: &str) -> bool {
    let mut tx = app.app.db.begin_system().await.unwrap();
    app::organisations::entry::by_email(&mut tx, &app.app, address).await.unwrap().is_some()
}

async fn reasons(app: &TestApp) -> Vec<String> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT detail ->> 'reason' FROM audit_entries WHERE action = 'organisations.scim_refused' ORDER BY id")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    rows.into_iter().map(|(reason,)| reason).collect()
}

#[tokio::test]
async fn a_person_is_added_found_changed_and_removed() {
    let world = World::start().await;
    world.contract().await;
    let directory = Directory::of(&world).await;
    let created = directory.create(ivan()).await.is(201);
    let at = path(&created, "Users");
    let body = created.json();
    assert_eq!(created.headers[header::LOCATION], format!("http://localhost:8080{}{at}", directory.base));
    assert_eq!(created.headers[header::ETAG], "W/\"1\"");
    assert_eq!(
        body,
        json!({
            "schemas": [USER],
            "id": body["id"],
            "externalId": "a-42",
            "userName": "Ivan.Petrov",
            "active": true,
            "emails": [{ "value": "ivan@firma.ru", "type": "work" }],
            "meta": {
                "resourceType": "User", "version": "W/\"1\"", "location": format!("http://localhost:8080{}{at}", directory.base),
                "created": world.app.now().to_string(), "lastModified": world.app.now().to_string(),
            },
        }),
        "what else was sent is neither kept nor sent back"
    );
    assert_eq!(directory.get(&at).await.is(200).json(), body);
    assert!(may_enter(&world.app, "ivan@firma.ru").await);
    assert_eq!(world.details().await["roster_size"], 1);

    for filter in [
        "userName eq \"ivan.petrov\"",
        "externalId eq \"a-42\" and active eq true",
        "emails.value eq \"IVAN@firma.ru\"",
        "emails[type eq \"work\" and value eq \"ivan@firma.ru\"]",
        &format!("id eq \"{}\"", body["id"].as_str().unwrap()),
    ] {
        assert_eq!(directory.found(filter).await, ["Ivan.Petrov"], "{filter}");
    }
    for filter in ["userName eq \"ivan\"", "externalId eq \"A-42\"", "active eq false", "userName eq \"ivan.petrov\" and userName eq \"x\""]
    {
        assert!(directory.found(filter).await.is_empty(), "{filter}");
    }

    // As Entra ID says it.
    let off = directory.patch(&at, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await.is(200);
    assert_eq!((&off.json()["active"], &off.headers[header::ETAG]), (&json!(false), &"W/\"2\"".parse().unwrap()));
    assert!(!may_enter(&world.app, "ivan@firma.ru").await);
    assert_eq!(directory.found("active eq false").await, ["Ivan.Petrov"]);

    let mut whole = ivan();
    whole["userName"] = json!("petrov");
    assert_eq!(directory.ask(Method::PUT, &at, Some(whole.clone())).await.is(200).json()["active"], false, "what is not said stays");
    whole["active"] = json!(true);
    assert_eq!(directory.ask(Method::PUT, &at, Some(whole)).await.is(200).json()["userName"], "petrov");
    assert!(may_enter(&world.app, "ivan@firma.ru").await);

    directory.ask(Method::DELETE, &at, None).await.is(204);
    for method in [Method::GET, Method::DELETE] {
        directory.ask(method, &at, None).await.is(404);
    }
    assert!(!may_enter(&world.app, "ivan@firma.ru").await && directory.found("userName eq \"petrov\"").await.is_empty());
    directory.create(ivan()).await.is(201);
    assert!(may_enter(&world.app, "ivan@firma.ru").await, "whoever is back may enter");
}

#[tokio::test]
async fn a_file_and_the_directory_keep_one_roster() {
    let world = World::start().await;
    world.contract().await;
    let directory = Directory::of(&world).await;
    let upload = async |mode: &str| {
        world.admin.upload(&format!("{}/roster?mode={mode}", world.company), "r.csv", b"email\nivan@firma.ru").await.is(200).json()
    };
    upload("add").await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    assert_eq!(world.details().await["roster_size"], 1, "one place for one address");
    upload("remove").await;
    assert_eq!(directory.get(&at).await.is(200).json()["active"], false);
    directory.patch(&at, json!([{ "op": "replace", "value": { "active": true } }])).await.is(200);
    assert!(may_enter(&world.app, "ivan@firma.ru").await);
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_within_seconds_and_nobody_is_told_who_was_in() {
    let world = World::start().await;
    world.contract().await;
    let directory = Directory::of(&world).await;
    let (anna, other) = (directory.create(person("anna")).await.is(201), directory.create(person("other")).await.is(201));
    let company: Uuid = world.company.rsplit('/').next().unwrap().parse().unwrap();
    let browser = super::leaving::came_by(&world.app, company, "Анна", "anna@firma.ru").await;
    world.app.do_jobs().await;
    browser.get("/api/today").await.is(200);

    // On the real clock, with the worker beside it.
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(app::worker::work(world.app.app.clone(), stopping));
    let mut told = Vec::new();
    for one in [&anna, &other] {
        let answer = directory.patch(&path(one, "Users"), json!([{ "op": "replace", "path": "active", "value": false }])).await.is(200);
        let (id, name) = (one.json()["id"].clone(), one.json()["userName"].clone());
        let neutral = |text: &str| text.replace(id.as_str().unwrap(), "ID").replace(name.as_str().unwrap(), "NAME");
        told.push((neutral(&answer.text()), answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>()));
    }
    assert_eq!(told[0], told[1], "the answers differ in nothing but the name");
    let out = async {
        while browser.get("/api/today").await.status == 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), out).await.expect("out within five seconds");
    browser.get("/api/today").await.is_problem(401, "access_ended");
    stop.send(true).unwrap();
    worker.await.unwrap();

    // Back on the list, and removed from it.
    directory.patch(&path(&anna, "Users"), json!([{ "op": "replace", "path": "active", "value": true }])).await.is(200);
    world.app.do_jobs().await;
    assert_eq!(count(&world.app, "SELECT count(*) FROM memberships WHERE ended_at IS NULL").await, 1);
    directory.ask(Method::DELETE, &path(&anna, "Users"), None).await.is(204);
    world.app.do_jobs().await;
    assert_eq!(count(&world.app, "SELECT count(*) FROM memberships WHERE ended_at IS NULL").await, 0);
    assert_eq!(
        count(&world.app, "SELECT count(*) FROM audit_entries WHERE subject_id IS NOT NULL AND action LIKE 'organisations%'").await,
        0
    );
}

#[tokio::test]
async fn another_address_is_the_same_person() {
    let world = World::start().await;
    world.contract().await;
    let directory = Directory::of(&world).await;
    let at = path(
        &directory.create(json!({ "schemas": [USER], "userName": "anna", "emails": [{ "value": "anna@firma.ru" }] })).await.is(201),
        "Users",
    );
    let company: Uuid = world.company.rsplit('/').next().unwrap().parse().unwrap();
    let browser = super::leaving::came_by(&world.app, company, "Анна", "anna@firma.ru").await;
    let new = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a.ivanova@firma.ru" }]);
    directory.patch(&at, new).await.is(200);
    world.app.do_jobs().await;
    browser.get("/api/today").await.is(200);
    assert!(may_enter(&world.app, "a.ivanova@firma.ru").await && !may_enter(&world.app, "anna@firma.ru").await);

    directory.patch(&at, json!([{ "op": "replace", "path": "active", "value": false }])).await.is(200);
    world.app.do_jobs().await;
    browser.get("/api/today").await.is_problem(401, "access_ended");
    // The former mailbox is the company's too.
    crate::identity::world::ask_for_code(&world.app.anonymous(), "anna@firma.ru").await;
    world.app.do_jobs().await;
    assert!(world.app.letters_to("anna@firma.ru").is_empty());
}

#[tokio::test]
async fn nothing_of_a_person_lies_open_and_nothing_else_is_kept() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let user = directory.create(ivan()).await.is(201);
    let group =
        json!({ "schemas": [GROUP], "displayName": "Тайногруппа", "externalId": "g-7", "members": [{ "value": user.json()["id"] }] });
    directory.ask(Method::POST, "/Groups", Some(group)).await.is(201);
    for (table, column, words) in [
        ("scim_users", "user_name_sealed || user_name_lookup", ["Ivan", "petrov"]),
        ("scim_users", "external_id_sealed || external_id_lookup", ["a-42", "a-42"]),
        ("roster_entries", "email_sealed || lookup", ["ivan", "firma"]),
        ("scim_groups", "name_sealed || name_lookup", ["Тайно", "группа"]),
    ] {
        for word in words {
            assert!(!lies_open(&world.app, table, column, word).await, "{word} in {table}");
        }
    }
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (rows,): (String,) = sqlx::query_as(
        "SELECT (SELECT coalesce(string_agg(u::text, ''), '') FROM scim_users u) || (SELECT coalesce(string_agg(a::text, ''), '') FROM audit_entries a)
                || (SELECT coalesce(string_agg(j::text, ''), '') FROM jobs j)",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    for word in ["Тайно", "van", "firma", "a-42", "g-7"] {
        assert!(!rows.contains(word), "{word}");
    }
    // The same names in another company look otherwise.
    let second = company(&world.admin, "Василёк").await;
    Directory::at(&world.app, &world.admin, &second).await.create(ivan()).await.is(201);
    assert_eq!(count(&world.app, "SELECT count(DISTINCT user_name_lookup) FROM scim_users").await, 2);
}

#[tokio::test]
async fn without_a_token_of_the_company_nothing_is_told() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    let second = company(&world.admin, "Василёк").await;
    let theirs = Directory::at(&world.app, &world.admin, &second).await;
    let strangers = [
        directory.with(&theirs.token),
        directory.with("scim_nonsense"),
        directory.with(""),
        Directory { base: format!("/scim/v2/{}", Uuid::nil()), ..directory.with(&directory.token) },
        Directory { base: "/scim/v2/firma".into(), ..directory.with(&directory.token) },
    ];
    let mut told = Vec::new();
    for stranger in strangers {
        for (method, path) in [
            (Method::GET, "/ServiceProviderConfig"),
            (Method::GET, "/Schemas"),
            (Method::GET, "/ResourceTypes"),
            (Method::GET, "/Users"),
            (Method::POST, "/Users"),
            (Method::GET, &at),
            (Method::PUT, &at),
            (Method::PATCH, &at),
            (Method::DELETE, &at),
            (Method::GET, "/Groups"),
            (Method::POST, "/Groups"),
            (Method::DELETE, "/Groups/x"),
            (Method::POST, "/Bulk"),
            (Method::GET, "/nothing"),
        ] {
            let answer = stranger.ask(method, path, None).await.is(401);
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
            told.push(answer.text());
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    // Whoever is signed in, too: a session is no token.
    let mut signed_in = vec![world.admin.clone(), world.app.employee("Анна").await];
    signed_in.push(world.app.staff(&["support", "safety", "finance", "catalogue", "auditor"]).await);
    for person in signed_in {
        person.get(&format!("{}/Users", directory.base)).await.is(401);
    }
    assert_eq!(directory.get(&at).await.is(200).json()["active"], true, "nothing was done");
    theirs.get(&at).await.is(404);
    theirs.ask(Method::DELETE, &at, None).await.is(404);
    assert!(theirs.found("userName eq \"ivan.petrov\"").await.is_empty());
    let group = json!({ "schemas": [GROUP], "displayName": "x", "members": [{ "value": at.rsplit('/').next().unwrap() }] });
    refused(theirs.ask(Method::POST, "/Groups", Some(group)).await, 400, "invalidValue", "members.value is not the id of a user");
}

/// What the code might forget, the database does not: under a directory's role other companies' rows, and whatever people do here, are not there.
#[tokio::test]
async fn the_database_itself_keeps_companies_apart() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    directory.create(ivan()).await.is(201);
    let second: Uuid = company(&world.admin, "Василёк").await.rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_company", domain::ids::PersonId(second), "").await;
    for table in ["scim_users", "scim_groups", "scim_group_members", "roster_entries"] {
        let (seen,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
    for table in
        ["memberships", "people", "sessions", "appointments", "person_emails", "contracts", "access_codes", "scim_networks", "jobs"]
    {
        sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
        let seen = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT 1 FROM {table}"))).execute(&mut *tx).await;
        assert!(crate::is_refused(&seen), "{table}");
        sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
    }
}

#[tokio::test]
async fn tokens_are_two_at_most_shown_once_and_exchanged_without_a_gap() {
    let world = World::start().await;
    let first = Directory::of(&world).await;
    let tokens = format!("{}/scim/tokens", world.company);
    let made = world.admin.post(&tokens, json!({ "expires_on": "2026-12-20" })).await.is(201).json();
    let second = first.with(made["token"].as_str().unwrap());
    world.admin.post(&tokens, json!({})).await.is_problem(409, "two_scim_tokens");
    first.get("/Users").await.is(200);
    second.get("/Users").await.is(200);
    let seen = world.admin.get(&format!("{}/scim", world.company)).await.is(200);
    assert!(!seen.text().contains(&first.token) && !seen.text().contains(&second.token));
    let seen = seen.json()["tokens"].clone();
    assert_eq!(
        (&seen[0]["state"], &seen[0]["last_used_on"], &seen[1]["expires_on"]),
        (&json!("active"), &json!("2026-12-14"), &json!("2026-12-20"))
    );
    assert_eq!(seen[0]["hint"], first.token[first.token.len() - 4..]);
    assert!(!lies_open(&world.app, "scim_tokens", "token_hash", &first.token).await);

    let end = format!("/api/operator/scim-tokens/{}/end", seen[0]["id"].as_str().unwrap());
    assert_eq!(world.admin.post(&end, json!({})).await.is(200).json()["tokens"].as_array().unwrap().len(), 1);
    world.admin.post(&end, json!({})).await.is(404);
    first.get("/Users").await.is(401);
    second.get("/Users").await.is(200);
    let third = first.with(world.admin.post(&tokens, json!({})).await.is(201).json()["token"].as_str().unwrap());

    world.app.pass(SignedDuration::from_hours(24 * 6));
    second.get("/Users").await.is(200);
    world.app.pass(SignedDuration::from_hours(24));
    second.get("/Users").await.is(401);
    third.get("/Users").await.is(200);
    let admin = world.app.staff(&["admin"]).await;
    assert_eq!(admin.get(&format!("{}/scim", world.company)).await.is(200).json()["tokens"][0]["state"], "expired");
    admin.post(&tokens, json!({})).await.is(201);
    assert_eq!(reasons(&world.app).await, ["token_ended", "token_expired"]);
}

#[tokio::test]
async fn making_a_token_asks_for_recent_proof_and_for_an_administrator() {
    let world = World::start().await;
    let tokens = format!("{}/scim/tokens", world.company);
    world.admin.post(&tokens, json!({ "expires_on": "yesterday" })).await.names_field("/expires_on", "wrong_date");
    world.admin.post(&tokens, json!({ "expires_on": "2026-12-14" })).await.names_field("/expires_on", "in_the_past");
    world.admin.post(&tokens, json!({ "expires_on": "2040-01-01" })).await.names_field("/expires_on", "too_far");
    world.admin.post(&format!("/api/operator/companies/{}/scim/tokens", Uuid::nil()), json!({})).await.is(404);
    let support = world.app.staff(&["support", "finance", "auditor"]).await;
    support.get(&format!("{}/scim", world.company)).await.is_problem(403, "not_allowed");
    world.app.pass(SignedDuration::from_mins(6));
    world.admin.post(&tokens, json!({})).await.is_problem(403, "recent_proof_required");
    world.admin.get(&format!("{}/scim", world.company)).await.is(200);
}

#[tokio::test]
async fn only_the_companys_networks_may_ask() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let set = async |networks: Value| world.admin.put(&format!("{}/scim/networks", world.company), json!({ "networks": networks })).await;
    let seen = set(json!(["203.0.113.9/24", "203.0.113.0/24", "2001:db8::/32"])).await.is(200).json();
    assert_eq!(seen["networks"], json!(["2001:db8::/32", "203.0.113.0/24"]));
    directory.get("/Users").await.is(401);
    // Where requests of a test come from.
    set(json!(["127.0.0.1"])).await.is(200);
    directory.get("/Users").await.is(200);
    set(json!([])).await.is(200);
    directory.get("/Users").await.is(200);
    set(json!(["firma.ru", "10.0.0.0/8"])).await.names_field("/networks/0", "not_a_network");
    set(json!(vec!["10.0.0.0/8"; 51])).await.names_field("/networks", "too_many");
    assert_eq!(reasons(&world.app).await, ["address"]);
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (entry,): (String,) = sqlx::query_as("SELECT e::text FROM audit_entries e WHERE action = 'organisations.scim_refused'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(!entry.contains("127.0.0"), "{entry}");
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_scims_words_whole_and_written_down() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    let mut strange = ivan();
    strange["shoeSize"] = json!(43);
    refused(directory.create(strange.clone()).await, 400, "invalidValue", "shoeSize is not known here");
    refused(directory.ask(Method::PUT, &at, Some(strange)).await, 400, "invalidValue", "shoeSize is not known here");
    let half = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "add", "path": "shoeSize", "value": 43 }]);
    refused(directory.patch(&at, half).await, 400, "invalidPath", "shoesize is not known here");
    assert_eq!(directory.get(&at).await.is(200).json()["active"], true, "all or nothing");
    refused(directory.create(ivan()).await, 409, "uniqueness", "another user of this company has the same address in emails");
    let mut other = ivan();
    other["emails"] = json!([{ "value": "other@firma.ru" }]);
    refused(directory.create(other.clone()).await, 409, "uniqueness", "another user of this company has the same userName");
    assert_eq!(world.details().await["roster_size"], 1, "nothing half done");
    for filter in [
        "userName%20sw%20%22i%22",
        "userName%20eq%20%22x%22%20or%20userName%20pr",
        "x",
        "userName%20eq%20%22x%22);DROP%20TABLE%20people;--",
    ] {
        directory.get(&format!("/Users?filter={filter}")).await.is(400);
    }
    assert!(directory.found("userName eq \"x' OR '1'='1\"").await.is_empty());
    refused(directory.get("/Users?startIndex=one").await, 400, "invalidValue", "startIndex is to be a number");
    let raw = |kind: &'static str, body: &'static str| {
        let request =
            Request::post(format!("{}/Users", directory.base)).header(header::AUTHORIZATION, format!("bearer {}", directory.token));
        directory.client.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
    };
    refused(raw("application/json", "{").await, 400, "invalidSyntax", "the body is not JSON");
    raw("text/xml", "<user/>").await.is(415);
    let huge = json!({ "schemas": [USER], "userName": "a".repeat(3 << 20) });
    directory.create(huge).await.is(413);
    directory.get("/nothing").await.is(404);
    directory.get("/Users/not-an-id").await.is(404);
    directory.ask(Method::PUT, "/Users", None).await.is(405);
    directory.ask(Method::POST, "/Schemas", None).await.is(405);
    for path in ["/Bulk", "/.search", "/Users/.search", "/Me"] {
        directory.ask(Method::POST, path, Some(json!({}))).await.is(501);
    }
    let kinds = reasons(&world.app).await;
    assert_eq!(kinds[..5], ["invalidValue", "invalidValue", "invalidPath", "uniqueness", "uniqueness"]);
    assert_eq!(kinds.iter().filter(|kind| *kind == "invalidFilter").count(), 4);
}

#[tokio::test]
async fn of_two_who_create_one_person_at_once_one_does() {
    let world = World::start().await;
    let directory = std::sync::Arc::new(Directory::of(&world).await);
    for round in 0..5 {
        let name = format!("p{round}");
        let both: Vec<_> = (0..6)
            .map(|_| {
                let (directory, name) = (directory.clone(), name.clone());
                tokio::spawn(async move { directory.create(person(&name)).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for one in both {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    }
    assert_eq!(world.details().await["roster_size"], 5);
}

#[tokio::test]
async fn a_change_that_knows_another_version_is_refused() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    let off = || Some(json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "active", "value": false }] }));
    for tag in ["W/\"7\"", "nonsense"] {
        directory.ask_with(Method::PATCH, &at, off(), &[("if-match", tag)]).await.is(412);
        directory.ask_with(Method::DELETE, &at, None, &[("if-match", tag)]).await.is(412);
    }
    directory.ask_with(Method::GET, &at, None, &[("if-none-match", "W/\"1\"")]).await.is(304);
    directory.ask_with(Method::PATCH, &at, off(), &[("if-match", "W/\"1\"")]).await.is(200);
    // The same again changes nothing, and so no version.
    assert_eq!(directory.ask_with(Method::PATCH, &at, off(), &[("if-match", "W/\"2\"")]).await.is(200).headers[header::ETAG], "W/\"2\"");
    directory.ask_with(Method::DELETE, &at, None, &[("if-match", "*")]).await.is(204);
}

#[tokio::test]
async fn lists_have_pages_and_show_what_is_asked_for() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    for n in 0..5 {
        directory.create(person(&format!("p{n}"))).await.is(201);
        world.app.pass(SignedDuration::from_secs(1));
    }
    let list = async |query: &str| directory.get(&format!("/Users?{query}")).await.is(200).json();
    let names = |list: &Value| {
        list["Resources"].as_array().unwrap().iter().map(|u| u["userName"].as_str().unwrap()[..2].to_owned()).collect::<Vec<_>>()
    };
    let page = list("startIndex=2&count=2").await;
    assert_eq!((&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]), (&json!(5), &json!(2), &json!(2)));
    assert_eq!(names(&page), ["p1", "p2"]);
    assert_eq!(names(&list("startIndex=-3&count=1").await), ["p0"]);
    assert_eq!(names(&list("startIndex=9").await), Vec::<String>::new());
    let none = list("count=-1").await;
    assert_eq!((&none["totalResults"], names(&none).len()), (&json!(5), 0));
    assert_eq!(list("count=9999").await["itemsPerPage"], 5);
    let shown = |list: &Value| list["Resources"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(shown(&list("attributes=userName").await), ["id", "schemas", "userName"]);
    assert_eq!(shown(&list(&format!("attributes={USER}:emails.value,Active")).await), ["active", "emails", "id", "schemas"]);
    assert_eq!(shown(&list("excludedAttributes=emails,meta,id").await), ["active", "id", "schemas", "userName"]);
}

#[tokio::test]
async fn groups_are_kept_and_mean_nothing() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let a = directory.create(person("a")).await.is(201).json()["id"].clone();
    world.app.pass(SignedDuration::from_secs(1));
    let b = directory.create(person("b")).await.is(201).json()["id"].clone();
    let group = json!({ "schemas": [GROUP], "displayName": "Продажи", "externalId": "g1", "members": [{ "value": a }] });
    let created = directory.ask(Method::POST, "/Groups", Some(group)).await.is(201);
    let at = path(&created, "Groups");
    let reference = |id: &Value| json!({ "value": id, "$ref": format!("http://localhost:8080{}/Users/{}", directory.base, id.as_str().unwrap()), "type": "User" });
    assert_eq!(created.json()["members"], json!([reference(&a)]));
    let filter: String = url::form_urlencoded::byte_serialize("displayName eq \"продажи\"".as_bytes()).collect();
    let found = directory.get(&format!("/Groups?filter={filter}&excludedAttributes=members")).await.is(200).json();
    assert_eq!((&found["totalResults"], found["Resources"][0].get("members")), (&json!(1), None));
    let grown = directory.patch(&at, json!([{ "op": "Add", "path": "members", "value": [{ "value": b }] }])).await.is(200).json();
    assert_eq!(grown["members"], json!([reference(&a), reference(&b)]));
    let strange = json!([{ "op": "Add", "path": "members", "value": [{ "value": Uuid::nil() }] }]);
    refused(directory.patch(&at, strange).await, 400, "invalidValue", "members.value is not the id of a user");
    let whole = json!({ "schemas": [GROUP], "displayName": "Сбыт", "members": [{ "value": b }] });
    assert_eq!(directory.ask(Method::PUT, &at, Some(whole)).await.is(200).json()["members"], json!([reference(&b)]));
    directory.ask(Method::DELETE, &format!("/Users/{}", b.as_str().unwrap()), None).await.is(204);
    assert_eq!(directory.get(&at).await.is(200).json()["members"], json!([]), "whoever is removed leaves their groups");
    directory.ask(Method::DELETE, &at, None).await.is(204);
    directory.get(&at).await.is(404);
    assert_eq!(world.details().await["roster_size"], 1);
}

#[tokio::test]
async fn nobody_is_added_to_an_archived_company_but_people_can_be_removed() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let at = path(&directory.create(ivan()).await.is(201), "Users");
    world.admin.patch(&world.company, json!({ "is_archived": true })).await.is(200);
    directory.create(person("new")).await.is(403);
    directory.get(&at).await.is(200);
    directory.patch(&at, json!([{ "op": "replace", "path": "active", "value": false }])).await.is(200);
    directory.patch(&at, json!([{ "op": "replace", "path": "active", "value": true }])).await.is(403);
    directory.ask(Method::DELETE, &at, None).await.is(204);
    world.admin.post(&format!("{}/scim/tokens", world.company), json!({})).await.is_problem(409, "company_archived");
}

#[tokio::test]
async fn a_client_run_wild_has_to_wait_and_a_stranger_does_not_fill_the_log() {
    let app = TestApp::start_as(platform::db::PoolSize::default(), |config| config.rate_per_second = 40).await;
    let admin = app.staff(&["admin"]).await;
    let company = company(&admin, "Ромашка").await;
    let directory = Directory::at(&app, &admin, &company).await;
    let stranger = directory.with("scim_nonsense");
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(stranger.get("/Users").await.status.as_u16());
    }
    assert!(statuses.contains(&429) && statuses.contains(&401), "{statuses:?}");
    assert!(reasons(&app).await.len() < 10, "{:?}", reasons(&app).await);
    let mut waits = 0;
    for _ in 0..150 {
        let answer = directory.get("/ServiceProviderConfig").await;
        waits += usize::from(answer.status == 429 && answer.headers.contains_key(header::RETRY_AFTER));
    }
    assert!(waits > 0);
}
