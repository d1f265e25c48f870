//! People whom the directory adds, changes and takes away.

use super::*;

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
    let browser = leaving::came_by(&world.app, company, "Анна", "anna@firma.ru").await;
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
    let browser = leaving::came_by(&world.app, company, "Анна", "anna@firma.ru").await;
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
