use serde_json::{Value, json};

use super::World;

#[tokio::test]
async fn codes_are_shown_once_and_let_people_in() {
    let world = World::start().await;
    world.contract().await;
    let at = format!("{}/codes", world.company);
    let made = world.admin.post(&at, json!({ "label": "Склад", "count": 3, "max_uses": 1 })).await.is(201).json();
    let codes: Vec<String> = serde_json::from_value(made["codes"].clone()).unwrap();
    assert_eq!(codes.len(), 3);
    assert!(codes.iter().all(|code| code.len() == 14 && code.matches('-').count() == 2), "{codes:?}");

    let listed = world.admin.get(&at).await.is(200).text();
    assert!(codes.iter().all(|code| !listed.contains(code.as_str())), "a code is never shown again");
    let batch = &serde_json::from_str::<Value>(&listed).unwrap()["batches"][0];
    assert_eq!((batch["count"].as_i64(), batch["max_uses"].as_i64(), batch["state"].as_str()), (Some(3), Some(3), Some("active")));

    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let eligible = app::organisations::entry::use_code(&mut tx, &world.app.app, &codes[1].to_lowercase()).await.unwrap();
    assert_eq!(eligible.company_name, "Ромашка");
    assert_eq!(app::organisations::entry::use_code(&mut tx, &world.app.app, &codes[1]).await.unwrap_err().code, "access_code_used_up");
    tx.commit().await.unwrap();
    // Whoever handed the code out does not learn that its holder came.
    assert_eq!(world.admin.get(&at).await.json()["batches"][0]["uses_at_least"], Value::Null);
}

#[tokio::test]
async fn a_shared_code_counts_coarsely() {
    let world = World::start().await;
    world.contract().await;
    let at = format!("{}/codes", world.company);
    let made = world.admin.post(&at, json!({ "count": 1, "max_uses": 100 })).await.is(201).json();
    let code = made["codes"][0].as_str().unwrap();
    assert_eq!(made["batch"]["hint"].as_str().unwrap(), &code[code.len() - 4..]);
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    for _ in 0..13 {
        app::organisations::entry::use_code(&mut tx, &world.app.app, code).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.admin.get(&at).await.json()["batches"][0]["uses_at_least"], 10);
}

#[tokio::test]
async fn codes_are_taken_back_one_or_all() {
    let world = World::start().await;
    world.contract().await;
    let made = world.admin.post(&format!("{}/codes", world.company), json!({ "count": 2, "max_uses": 1 })).await.is(201).json();
    let (one, two) = (made["codes"][0].as_str().unwrap(), made["codes"][1].as_str().unwrap());
    let at = format!("/api/operator/codes/{}/revoke", made["batch"]["id"].as_str().unwrap());
    world.admin.post(&at, json!({ "code": "AAAA-AAAA-AAAA" })).await.names_field("/code", "not_of_this_batch");
    assert_eq!(world.admin.post(&at, json!({ "code": one })).await.is(200).json()["revoked"], 1);
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    assert_eq!(app::organisations::entry::by_code(&mut tx, &world.app.app, one).await.unwrap_err().code, "access_code_expired");
    app::organisations::entry::by_code(&mut tx, &world.app.app, two).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.admin.post(&at, json!({})).await.is(200).json()["state"], "revoked");
    world.admin.post(&at, json!({})).await.is_problem(409, "codes_already_revoked");
}

#[tokio::test]
async fn a_repeated_request_gives_the_same_codes() {
    let world = World::start().await;
    let at = format!("{}/codes", world.company);
    let body = json!({ "count": 5, "max_uses": 1 });
    let (one, two) = tokio::join!(world.admin.post_with_key(&at, &body, "make-codes"), world.admin.post_with_key(&at, &body, "make-codes"));
    assert_eq!(one.is(201).json(), two.is(201).json());
    assert_eq!(world.admin.get(&at).await.json()["batches"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_field_of_codes_is_checked() {
    let world = World::start().await;
    let at = format!("{}/codes", world.company);
    let check = async |body: Value, pointer: &str, code: &str| {
        world.admin.post(&at, body).await.names_field(pointer, code);
    };
    check(json!({ "count": 0, "max_uses": 1 }), "/count", "out_of_range").await;
    check(json!({ "count": 1001, "max_uses": 1 }), "/count", "out_of_range").await;
    check(json!({ "count": 2, "max_uses": 2 }), "/max_uses", "out_of_range").await;
    check(json!({ "count": 1, "max_uses": 100_001 }), "/max_uses", "out_of_range").await;
    check(json!({ "count": 1, "max_uses": 1, "label": "x".repeat(81) }), "/label", "too_long").await;
    check(json!({ "count": 1, "max_uses": 1, "expires_at": "tomorrow" }), "/expires_at", "wrong_date").await;
    check(json!({ "count": 1, "max_uses": 1, "expires_at": "2026-12-13T00:00:00Z" }), "/expires_at", "in_the_past").await;
    let made = world.admin.post(&at, json!({ "count": 1000, "max_uses": 1, "expires_at": "2027-01-01T00:00:00Z" })).await.is(201).json();
    let codes: std::collections::BTreeSet<String> = serde_json::from_value(made["codes"].clone()).unwrap();
    assert_eq!(codes.len(), 1000, "no code twice");
}

#[tokio::test]
async fn support_makes_codes_and_others_do_not() {
    let world = World::start().await;
    let at = format!("{}/codes", world.company);
    let body = json!({ "count": 1, "max_uses": 1 });
    world.app.staff(&["support"]).await.post(&at, &body).await.is(201);
    world.app.staff(&["finance"]).await.post(&at, &body).await.is_problem(403, "not_allowed");
    world.app.staff(&["finance"]).await.get(&at).await.is_problem(403, "not_allowed");
    world.app.employee("Анна").await.post(&at, &body).await.is_problem(403, "not_allowed");
    world.app.anonymous().post(&at, &body).await.is_problem(401, "sign_in_required");
    let nowhere = format!("/api/operator/companies/{}/codes", world.app.app.new_id());
    world.admin.post(&nowhere, &body).await.is_problem(404, "not_found");
    world.admin.get(&nowhere).await.is_problem(404, "not_found");
}
