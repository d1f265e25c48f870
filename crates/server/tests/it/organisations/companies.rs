use serde_json::{Value, json};

use super::{World, company, contract, over};

#[tokio::test]
async fn a_company_is_created_renamed_archived_and_brought_back() {
    let world = World::start().await;
    let changed = world.admin.patch(&world.company, json!({ "name": "Василёк" })).await.is(200).json();
    assert_eq!(changed["name"], "Василёк");
    assert_eq!(world.admin.patch(&world.company, json!({ "is_archived": true })).await.is(200).json()["is_archived"], true);
    assert_eq!(world.admin.get("/api/operator/companies").await.is(200).json()["companies"], json!([]));
    assert_eq!(world.admin.get("/api/operator/companies?archived=true").await.json()["companies"][0]["name"], "Василёк");
    // An archived company's name is free; then it cannot come back under it.
    company(&world.admin, "василёк").await;
    world.admin.patch(&world.company, json!({ "is_archived": false })).await.names_field("/name", "taken");
    world.admin.patch(&world.company, json!({ "is_archived": false, "name": "Лютик" })).await.is(200);
    world.admin.post("/api/operator/companies", json!({ "name": "ЛЮТИК" })).await.names_field("/name", "taken");
    world.admin.post("/api/operator/companies", json!({ "name": "" })).await.names_field("/name", "required");
    world.admin.post("/api/operator/companies", json!({ "name": "x".repeat(121) })).await.names_field("/name", "too_long");
    world.admin.get(&format!("/api/operator/companies/{}", world.app.app.new_id())).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn nothing_new_begins_with_an_archived_company() {
    let world = World::start().await;
    let category = world.app.category("psychologist").await.to_string();
    world.admin.patch(&world.company, json!({ "is_archived": true })).await.is(200);
    let at = |rest: &str| format!("{}/{rest}", world.company);
    world.admin.post(&at("contracts"), contract("1", "2026-01-01", "2026-12-31", &category)).await.is_problem(409, "company_archived");
    world.admin.post(&at("codes"), json!({ "count": 1, "max_uses": 5 })).await.is_problem(409, "company_archived");
    world.admin.post(&at("domains"), json!({ "domain": "firma.ru" })).await.is_problem(409, "company_archived");
    world.admin.upload(&at("roster?mode=add"), "r.csv", b"email\na@b.ru").await.is_problem(409, "company_archived");
}

#[tokio::test]
async fn contracts_of_a_company_never_overlap() {
    let world = World::start().await;
    let category = world.app.category("psychologist").await.to_string();
    let at = format!("{}/contracts", world.company);
    let first = world.admin.post(&at, contract("1", "2026-01-01", "2026-12-31", &category)).await.is(201).json();
    assert_eq!((first["state"].as_str(), first["coverage"][0]["sessions_per_year"].as_i64()), (Some("in_force"), Some(8)));
    // The last day is still covered by the first.
    world.admin.post(&at, contract("2", "2026-12-31", "2027-12-31", &category)).await.is_problem(409, "contracts_overlap");
    let next = world.admin.post(&at, contract("2", "2027-01-01", "2027-12-31", &category)).await.is(201).json();
    assert_eq!(next["state"], "future");
    let change = format!("/api/operator/contracts/{}", next["id"].as_str().unwrap());
    world.admin.put(&change, over(&next, contract("2", "2026-06-01", "2027-12-31", &category))).await.is_problem(409, "contracts_overlap");
    world.admin.put(&change, over(&next, contract("1", "2027-01-01", "2027-12-31", &category))).await.names_field("/number", "taken");

    // Another company's contract is no obstacle.
    let other = company(&world.admin, "Другая").await;
    world.admin.post(&format!("{other}/contracts"), contract("1", "2026-01-01", "2026-12-31", &category)).await.is(201);

    // Two that overlap at once: one is kept.
    let third = company(&world.admin, "Третья").await;
    let at = format!("{third}/contracts");
    let (a, b) = tokio::join!(
        world.admin.post(&at, contract("A", "2026-01-01", "2026-12-31", &category)),
        world.admin.post(&at, contract("B", "2026-05-01", "2027-04-30", &category))
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn a_contract_is_changed_and_ended_early() {
    let world = World::start().await;
    let made = world.contract().await;
    let at = format!("/api/operator/contracts/{}", made["id"].as_str().unwrap());
    let (law, mind) = (world.app.category("law").await.to_string(), made["coverage"][0]["category_id"].as_str().unwrap().to_owned());
    let mut fields = contract("Д-1", "2026-01-01", "2027-01-31", &mind);
    fields["coverage"].as_array_mut().unwrap().push(json!({ "category_id": law, "sessions_per_year": 2 }));
    let widened = world.admin.put(&at, over(&made, fields)).await.is(200).json();
    assert_eq!(widened["coverage"].as_array().unwrap().len(), 2);
    let fields = contract("Д-1", "2026-01-01", "2027-01-31", &law);
    // Another administrator, who has not seen the second category, does not take it away unknowing.
    world.admin.put(&at, over(&made, fields.clone())).await.is_problem(409, "changed_meanwhile");
    world.admin.put(&at, &fields).await.names_field("/version", "required");
    assert_eq!(world.details().await["contracts"][0], widened);
    let changed = world.admin.put(&at, over(&widened, fields.clone())).await.is(200).json();
    assert_eq!((changed["coverage"][0]["category_id"].as_str(), changed["coverage"][1].is_null()), (Some(law.as_str()), true));

    assert_eq!(changed["ended_at"], Value::Null);
    let ended = world.admin.post(&format!("{at}/end"), json!({})).await.is(200).json();
    assert_eq!((&ended["state"], &ended["ended_at"]), (&json!("ended"), &json!(world.app.app.now().to_string())));
    world.admin.post(&format!("{at}/end"), json!({})).await.is_problem(409, "contract_ended");
    world.admin.put(&at, over(&ended, fields)).await.is_problem(409, "contract_ended");
    // Its days are free for the next.
    world.admin.post(&format!("{}/contracts", world.company), contract("Д-2", "2026-06-01", "2027-05-31", &law)).await.is(201);
}

#[tokio::test]
async fn an_archived_category_stays_where_it_is_and_comes_nowhere_new() {
    let world = World::start().await;
    let made = world.contract().await;
    let mind = made["coverage"][0]["category_id"].as_str().unwrap().to_owned();
    world.admin.post(&format!("/api/operator/categories/{mind}/archive"), json!({})).await.is(200);
    let at = format!("/api/operator/contracts/{}", made["id"].as_str().unwrap());
    world.admin.put(&at, over(&made, contract("Д-1", "2026-01-01", "2026-11-30", &mind))).await.is(200);
    let anew = contract("Д-2", "2027-01-01", "2027-12-31", &mind);
    world.admin.post(&format!("{}/contracts", world.company), anew).await.names_field("/coverage/0/category_id", "not_a_choice");
}

#[tokio::test]
async fn every_field_of_a_contract_is_checked() {
    let world = World::start().await;
    let category = world.app.category("psychologist").await.to_string();
    let at = format!("{}/contracts", world.company);
    let check = async |change: &dyn Fn(&mut Value), pointer: &str, code: &str| {
        let mut wrong = contract("1", "2026-01-01", "2026-12-31", &category);
        change(&mut wrong);
        world.admin.post(&at, wrong).await.names_field(pointer, code);
    };
    check(&|c| c["number"] = json!(" "), "/number", "required").await;
    check(&|c| c["starts_on"] = json!("2026-02-30"), "/starts_on", "wrong_date").await;
    check(&|c| c["ends_on"] = json!("31.12.2026"), "/ends_on", "wrong_date").await;
    check(&|c| c["ends_on"] = json!("2025-12-31"), "/ends_on", "ends_before_start").await;
    check(&|c| c["ends_on"] = json!("2099-12-31"), "/ends_on", "too_far").await;
    check(&|c| c["coverage"] = json!([]), "/coverage", "required").await;
    // A category that is covered by nothing is not covered: it would stand on everybody's screen with nothing to take.
    check(&|c| c["coverage"][0]["sessions_per_year"] = json!(0), "/coverage/0/sessions_per_year", "out_of_range").await;
    check(&|c| c["coverage"][0]["sessions_per_year"] = json!(367), "/coverage/0/sessions_per_year", "out_of_range").await;
    check(&|c| c["coverage"][0]["category_id"] = json!(world.app.app.new_id()), "/coverage/0/category_id", "not_a_choice").await;
    let repeated = json!({ "category_id": category, "sessions_per_year": 1 });
    check(&|c| c["coverage"].as_array_mut().unwrap().push(repeated.clone()), "/coverage/1/category_id", "repeated").await;
}

#[tokio::test]
async fn figures_about_members_tell_of_nobody() {
    let world = World::start().await;
    let id: uuid::Uuid = world.company.rsplit('/').next().unwrap().parse().unwrap();
    let join = async |count: usize| {
        for _ in 0..count {
            let person = world.app.employee("Кто-то").await;
            let mut tx = world.app.app.db.begin_system().await.unwrap();
            sqlx::query("INSERT INTO memberships (person_id, company_id, via, joined_on) VALUES ($1, $2, 'domain', date '2026-12-01')")
                .bind(person.id().0)
                .bind(id)
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
    };
    join(9).await;
    assert_eq!(world.details().await["members_at_least"], Value::Null);
    join(1).await;
    assert_eq!(world.details().await["members_at_least"], 10);
    join(4).await;
    assert_eq!(world.details().await["members_at_least"], 10, "one more is not seen");
    join(1).await;
    assert_eq!(world.admin.get("/api/operator/companies").await.json()["companies"][0]["members_at_least"], 15);
    // Not even by asking the database as the administrator.
    let actor =
        platform::db::DbActor { role: platform::db::DbRole::Staff, person: Some(world.admin.id().0), capabilities: "admin,support".into() };
    for statement in ["SELECT count(*) FROM memberships", "SELECT sum(uses) FROM access_codes"] {
        let mut tx = world.app.app.db.begin(&actor).await.unwrap();
        let error = sqlx::query(statement).execute(&mut *tx).await.expect_err(statement);
        assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn only_administrators_change_companies() {
    let world = World::start().await;
    let made = world.contract().await;
    let end = format!("/api/operator/contracts/{}/end", made["id"].as_str().unwrap());
    for capability in ["support", "finance", "auditor"] {
        let staff = world.app.staff(&[capability]).await;
        let seen = staff.get(&world.company).await.is(200).json();
        assert_eq!((&seen["domains"], &seen["roster_size"]), (&Value::Null, &Value::Null));
        staff.patch(&world.company, json!({ "name": "Моя" })).await.is_problem(403, "not_allowed");
        staff.post(&end, json!({})).await.is_problem(403, "not_allowed");
    }
    for client in [world.app.staff(&["catalogue"]).await, world.app.employee("Анна").await, world.app.specialist_account("Вера").await]
    {
        client.get(&world.company).await.is_problem(403, "not_allowed");
    }
    world.app.anonymous().get(&world.company).await.is_problem(401, "sign_in_required");
}
