//! Who may ask: tokens, networks, the database role, limits.

use super::*;

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
