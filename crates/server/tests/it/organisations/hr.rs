//! A company's HR: comes by an invitation, keeps the roster and codes of one company, and learns nothing of anybody.

use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use super::{World, company, scim::Directory};
use crate::{
    act_as,
    identity::{
        passes::{by_code, enter, fetch, switch},
        world::add_passkey,
    },
    is_refused,
};

const ADDRESS: &str = "kadry@romashka.example";

fn code(people: i64) -> Value {
    json!({ "label": "Всем", "count": 1, "max_uses": people })
}

async fn invite(world: &World) -> Answer {
    let body = json!({ "email": ADDRESS, "name": "Ольга", "locale": "ru" });
    world.admin.post(&format!("{}/hr-invitations", world.company), body).await
}

async fn accept(browser: &Client, token: &str) -> Answer {
    let said = json!({ "token": token, "display_name": "Ольга", "time_zone": "Asia/Almaty" });
    browser.post("/api/invitations/accept", said).await
}

#[tokio::test]
async fn hr_comes_by_an_invitation_and_always_with_a_second_factor() {
    let world = World::start().await;
    let sent = invite(&world).await.is(201).json();
    assert_eq!((&sent["invitations"][0]["email"], &sent["managers"]), (&json!(ADDRESS), &json!([])));
    invite(&world).await.is_problem(409, "already_invited");
    world.app.do_jobs().await;
    let letter = &world.app.letters_to(ADDRESS)[0];
    assert!(!letter.subject.contains("Ольга") && !letter.subject.contains("Ромашка"), "{}", letter.subject);
    let (token, browser) = (letter.link_secret(), world.app.anonymous());
    assert_eq!(browser.post("/api/invitations/read", json!({ "token": token })).await.is(200).json()["kind"], "hr");
    let answer = accept(&browser, &token).await.is(200);
    assert_eq!((&answer.json()["kind"], &answer.json()["second_factor"]), (&json!("hr"), &json!("enrol")));
    let hr = browser.with_cookie_of(&answer);
    hr.get("/api/company").await.is_problem(403, "second_factor_required");
    let (_, hr, added) = add_passkey(&hr, "Ключ").await;
    assert!(!added.json()["recovery_codes"].as_array().unwrap().is_empty(), "the first factor brings the codes for its loss");
    let seen = hr.get("/api/company").await.is(200).json();
    assert_eq!(
        (&seen["name"], &seen["roster_size"], &seen["has_sso"], &seen["has_directory"]),
        (&json!("Ромашка"), &json!(0), &json!(false), &json!(false))
    );
    let listed = world.admin.get(&format!("{}/hr", world.company)).await.is(200).json();
    assert_eq!((&listed["managers"][0]["display_name"], &listed["invitations"][0]["state"]), (&json!("Ольга"), &json!("accepted")));
    invite(&world).await.is_problem(409, "already_member");
}

#[tokio::test]
async fn access_ends_at_once_and_the_address_may_be_invited_anew() {
    let world = World::start().await;
    invite(&world).await.is(201);
    world.app.do_jobs().await;
    let token = world.app.letters_to(ADDRESS)[0].link_secret();
    let answer = accept(&world.app.anonymous(), &token).await.is(200);
    let (_, hr, _) = add_passkey(&world.app.anonymous().with_cookie_of(&answer), "Ключ").await;
    hr.get("/api/company").await.is(200);
    let id = answer.json()["person_id"].as_str().unwrap().to_owned();
    let view = world.admin.post(&format!("/api/operator/hr/{id}/deactivate"), json!({})).await.is(200).json();
    assert!(view["managers"][0]["deactivated_at"].is_string());
    hr.get("/api/company").await.is(401);
    world.admin.post(&format!("/api/operator/hr/{id}/deactivate"), json!({})).await.is_problem(404, "not_found");
    invite(&world).await.is(201);
    world.app.do_jobs().await;
    // Withdrawn and sent anew: only the newest link leads anywhere.
    let invitation =
        world.admin.get(&format!("{}/hr", world.company)).await.is(200).json()["invitations"][0]["id"].as_str().unwrap().to_owned();
    world.admin.post(&format!("/api/operator/hr-invitations/{invitation}/resend"), json!({})).await.is(200);
    world.app.do_jobs().await;
    let letters = world.app.letters_to(ADDRESS);
    accept(&world.app.anonymous(), &letters[1].link_secret()).await.is_problem(410, "invitation_over");
    world.admin.delete(&format!("/api/operator/hr-invitations/{invitation}")).await.is(200);
    accept(&world.app.anonymous(), &letters[2].link_secret()).await.is_problem(410, "invitation_over");
}

#[tokio::test]
async fn nobody_is_invited_for_an_archived_company_or_for_none() {
    let world = World::start().await;
    world.admin.patch(&world.company, json!({ "is_archived": true })).await.is(200);
    invite(&world).await.is_problem(409, "company_archived");
    let nowhere = format!("/api/operator/companies/{}", world.app.app.new_id());
    world.admin.get(&format!("{nowhere}/hr")).await.is_problem(404, "not_found");
    let body = json!({ "email": "нет", "name": "", "locale": "xx" });
    let refused = world.admin.post(&format!("{}/hr-invitations", world.company), body).await;
    for (pointer, code) in [("/email", "not_an_email"), ("/name", "required"), ("/locale", "not_an_option")] {
        refused.clone().names_field(pointer, code);
    }
}

#[tokio::test]
async fn hr_keeps_the_roster_of_its_own_company() {
    let world = World::start().await;
    world.contract().await;
    let hr = world.app.hr(world.id()).await;
    let file = "email\nivan@firma.ru\nanna@firma.ru\nнет";
    let seen = hr.upload("/api/company/roster/preview?mode=add", "r.csv", file.as_bytes()).await.is(200).json();
    assert_eq!((&seen["added"], &seen["fault_count"], &seen["size"]), (&json!(2), &json!(1), &json!(2)));
    assert_eq!(hr.get("/api/company").await.is(200).json()["roster_size"], 0);
    let done = hr.upload("/api/company/roster?mode=add", "r.csv", file.as_bytes()).await.is(200);
    assert_eq!(done.json()["size"], 2);
    assert!(!done.text().contains("firma.ru"));
    hr.upload("/api/company/roster?mode=remove", "r.csv", b"email\nivan@firma.ru").await.is(200);
    let own = hr.get("/api/company").await.is(200).json();
    assert_eq!((&own["roster_size"], &own["contracts"][0]["coverage"][0]["sessions_per_year"]), (&json!(1), &json!(8)));
    assert_eq!(world.details().await["roster_size"], 1);
    // Whoever may enter by it does.
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    assert!(app::organisations::entry::by_email(&mut tx, &world.app.app, "anna@firma.ru").await.unwrap().is_some());
    drop(tx);
    // Changes need proof; looking does not.
    world.app.pass(SignedDuration::from_secs(5 * 60 + 1));
    hr.upload("/api/company/roster/preview?mode=add", "r.csv", file.as_bytes()).await.is(200);
    hr.upload("/api/company/roster?mode=add", "r.csv", file.as_bytes()).await.is_problem(403, "recent_proof_required");
    hr.post("/api/company/codes", code(100)).await.is_problem(403, "recent_proof_required");
}

#[tokio::test]
async fn a_code_of_hr_is_for_many_and_nobody_is_told_how_often_it_was_used() {
    let world = World::start().await;
    world.contract().await;
    let hr = world.app.hr(world.id()).await;
    // A code for one person would tell by its refusal that the person came.
    hr.post("/api/company/codes", code(9)).await.names_field("/max_uses", "out_of_range");
    hr.post("/api/company/codes", json!({ "count": 50, "max_uses": 1 })).await.names_field("/count", "out_of_range");
    let made = hr.post("/api/company/codes", code(40)).await.is(201).json();
    let batch = made["batch"]["id"].as_str().unwrap().to_owned();
    for n in 0..12 {
        let said = json!({ "code": made["codes"][0], "display_name": format!("Лён {n}"), "time_zone": "Europe/Moscow" });
        world.app.anonymous().post("/api/auth/company-code/enter", said).await.is(200);
    }
    let of_operator = world.admin.get(&format!("{}/codes", world.company)).await.is(200).json();
    assert_eq!(of_operator["batches"][0]["uses_at_least"], 10);
    let of_hr = hr.get("/api/company/codes").await.is(200).json();
    assert_eq!((&of_hr["batches"][0]["max_uses"], &of_hr["batches"][0]["uses_at_least"]), (&json!(40), &Value::Null));
    hr.post(&format!("/api/company/codes/{batch}/revoke"), json!({})).await.is(200);
    world.app.anonymous().post("/api/auth/company-code", json!({ "code": made["codes"][0] })).await.is_problem(410, "access_code_expired");
}

#[tokio::test]
async fn hr_is_told_that_people_enter_with_passes_and_by_which_key() {
    let world = World::start().await;
    world.contract().await;
    let (hr, support) = (world.app.hr(world.id()).await, world.app.staff(&["support"]).await);
    assert_eq!(hr.get("/api/company").await.is(200).json()["passes"], Value::Null);
    switch(&world.app, world.id(), true, 3).await.is(200);
    let told = hr.get("/api/company").await.is(200).json()["passes"].clone();
    // Whoever fetches a pass, HR and staff compare the same key.
    let key = world.app.anonymous().get(&format!("/api/auth/pass/keys/{}", world.id())).await.is(200).json();
    assert_eq!(told["is_on"], true);
    for name in ["fingerprint", "starts_on", "ends_on", "lets_in_until"] {
        assert_eq!(told["key"][name], key[name], "{name}");
    }
    assert_eq!(world.details().await["passes"], told);
    assert_eq!(support.get(&world.company).await.is(200).json()["passes"], told);
    // Nothing of it tells that somebody came: neither by a pass that was given, nor by one that was used.
    let made = hr.post("/api/company/codes", code(40)).await.is(201).json();
    let read = async || (hr.get("/api/company").await.is(200).text(), hr.get("/api/company/codes").await.is(200).text());
    let before = read().await;
    let pass = fetch(&world.app, world.id(), &by_code(made["codes"][0].as_str().unwrap())).await;
    assert_eq!(read().await, before);
    enter(&world.app.anonymous(), &pass).await.is(200);
    assert_eq!(read().await, before);
    // Switched off: who came with one renews, and HR is told.
    switch(&world.app, world.id(), false, 3).await.is(200);
    assert_eq!(hr.get("/api/company").await.is(200).json()["passes"], json!({ "is_on": false, "key": told["key"] }));
    // The database says no as well, and of other companies nothing.
    let other = company(&world.admin, "Василёк").await;
    switch(&world.app, other.rsplit('/').next().unwrap().parse().unwrap(), true, 3).await.is(200);
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    act_as(&mut tx, "ponimau_hr", hr.id(), "").await;
    for table in ["company_passes", "pass_keys"] {
        let (seen,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT count(company_id) FROM {table}"))).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 1, "{table}");
    }
    tx.rollback().await.unwrap();
    for statement in [
        "SELECT secret_sealed FROM pass_keys",
        "SELECT changed_at FROM company_passes",
        "SELECT company_id FROM passes_given",
        "SELECT company_id FROM passes_used",
    ] {
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        act_as(&mut tx, "ponimau_hr", hr.id(), "").await;
        assert!(is_refused(&sqlx::query(statement).execute(&mut *tx).await), "{statement}");
    }
}

#[tokio::test]
async fn a_last_day_that_is_over_is_told_at_its_field() {
    let world = World::start().await;
    world.contract().await;
    let hr = world.app.hr(world.id()).await;
    let mut wish = code(40);
    wish["expires_at"] = json!("2020-01-01T00:00:00Z");
    hr.post("/api/company/codes", wish.clone()).await.names_field("/expires_at", "in_the_past");
    world.admin.post(&format!("{}/codes", world.company), wish).await.names_field("/expires_at", "in_the_past");
}

#[tokio::test]
async fn nobody_knows_when_the_last_use_of_a_code_of_hr_is_taken() {
    let world = World::start().await;
    world.contract().await;
    let hr = world.app.hr(world.id()).await;
    // How many each of several codes really lets in.
    let mut limits = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let made = hr.post("/api/company/codes", code(10)).await.is(201).json();
        let typed = made["codes"][0].as_str().unwrap();
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        let mut entered = 0;
        while app::organisations::entry::use_code(&mut tx, &world.app.app, typed).await.is_ok() {
            entered += 1;
        }
        assert!((10..=20).contains(&entered), "{entered}");
        limits.insert(entered);
        tx.rollback().await.unwrap();
    }
    assert!(limits.len() > 1, "the number is no secret: {limits:?}");
    // The operator's are exact: who makes them sees a coarse figure anyway.
    let made = world.admin.post(&format!("{}/codes", world.company), code(10)).await.is(201).json();
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    for _ in 0..10 {
        app::organisations::entry::use_code(&mut tx, &world.app.app, made["codes"][0].as_str().unwrap()).await.unwrap();
    }
    assert_eq!(
        app::organisations::entry::use_code(&mut tx, &world.app.app, made["codes"][0].as_str().unwrap()).await.unwrap_err().code,
        "access_code_used_up"
    );
    drop(tx);
    // The hidden number is read by neither HR nor staff.
    for role in ["ponimau_hr", "ponimau_staff"] {
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, hr.id(), "admin,support").await;
        assert!(crate::is_refused(&sqlx::query("SELECT more_uses FROM access_codes").execute(&mut *tx).await), "{role}");
    }
}

#[tokio::test]
async fn another_companys_things_do_not_exist() {
    let world = World::start().await;
    world.contract().await;
    let other = World { app: world.app, company: company(&world.admin, "Василёк").await, admin: world.admin };
    let hr = other.app.hr(other.id()).await;
    let first =
        other.admin.get("/api/operator/companies?name=Ромашка").await.is(200).json()["companies"][0]["id"].as_str().unwrap().to_owned();
    let made = other.admin.post(&format!("/api/operator/companies/{first}/codes"), code(40)).await.is(201).json();
    let batch = made["batch"]["id"].as_str().unwrap().to_owned();
    hr.post(&format!("/api/company/codes/{batch}/revoke"), json!({})).await.is_problem(404, "not_found");
    assert_eq!(hr.get("/api/company/codes").await.is(200).json()["batches"], json!([]));
    assert_eq!(hr.get("/api/company").await.is(200).json()["contracts"], json!([]));
    // The database says the same, whatever is asked of it.
    other.admin.upload(&format!("/api/operator/companies/{first}/roster?mode=add"), "r.csv", b"email\nivan@firma.ru").await.is(200);
    for (table, own) in [
        ("access_codes", 0),
        ("roster_entries", 0),
        ("companies", 1),
        ("contracts", 0),
        ("contract_coverage", 0),
        ("hr_managers", -1),
        ("memberships", -1),
        ("people", 1),
    ] {
        let mut tx = other.app.app.db.begin_system().await.unwrap();
        act_as(&mut tx, "ponimau_hr", hr.id(), "").await;
        let column = if matches!(table, "companies" | "access_codes" | "roster_entries") { "count(id)" } else { "count(*)" };
        let seen: Result<(i64,), _> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}"))).fetch_one(&mut *tx).await;
        match own {
            -1 => assert!(seen.is_err(), "{table}"),
            n => assert_eq!(seen.unwrap().0, n, "{table}"),
        }
    }
    let mut tx = other.app.app.db.begin_system().await.unwrap();
    act_as(&mut tx, "ponimau_hr", hr.id(), "").await;
    let add = "INSERT INTO roster_entries (id, company_id, lookup, email_sealed, added_at) VALUES (gen_random_uuid(), $1::uuid, '\\x00', '\\x00', now())";
    assert!(is_refused(&sqlx::query(add).bind(&first).execute(&mut *tx).await));
}

#[tokio::test]
async fn hr_has_no_grant_on_anything_that_people_do() {
    let world = World::start().await;
    let visit = world.app.visit(SignedDuration::from_mins(10)).await;
    let (company,): (uuid::Uuid,) = {
        let mut tx = world.app.app.db.begin_system().await.unwrap();
        sqlx::query_as("SELECT company_id FROM memberships WHERE person_id = $1")
            .bind(visit.employee.id().0)
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    let hr = world.app.hr(company).await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    act_as(&mut tx, "ponimau_hr", hr.id(), "admin,support,safety,catalogue,finance,auditor").await;
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND has_any_column_privilege('ponimau_hr', c.oid, 'SELECT') ORDER BY 1",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let tables: Vec<_> = tables.into_iter().map(|(name,)| name).collect();
    // The whole list, so that a new grant is seen by whoever reviews it.
    assert_eq!(
        tables,
        [
            "access_codes",
            "categories",
            "companies",
            "company_domains",
            "company_passes",
            "company_sign_ins",
            "contract_coverage",
            "contracts",
            "data_keys",
            "idempotency_keys",
            "notification_preferences",
            "pass_keys",
            "passkeys",
            "people",
            "person_emails",
            "recovery_codes",
            "roster_entries",
            "scim_tokens",
            "sessions",
            "settings",
            "totp_secrets",
        ]
    );
    // Neither figures nor people, though every capability is claimed: the functions that count ask who counts.
    let (people,): (i64,) = sqlx::query_as("SELECT count(*) FROM people").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(people, 1);
    for column in ["uses", "email_sealed"] {
        let table = if column == "uses" { "access_codes" } else { "roster_entries" };
        sqlx::query("SAVEPOINT here").execute(&mut *tx).await.unwrap();
        assert!(
            is_refused(&sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}"))).execute(&mut *tx).await),
            "{table}.{column}"
        );
        sqlx::query("ROLLBACK TO here").execute(&mut *tx).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_does_not_bring_back_whom_the_directory_has_put_off() {
    let world = World::start().await;
    let directory = Directory::of(&world).await;
    let made =
        directory.create(json!({ "schemas": [super::scim::USER], "userName": "ivan@firma.ru", "active": true })).await.is(201).json();
    directory
        .patch(&format!("/Users/{}", made["id"].as_str().unwrap()), json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .is(200);
    let hr = world.app.hr(world.id()).await;
    assert_eq!(hr.get("/api/company").await.is(200).json()["has_directory"], true);
    let file = b"email\nivan@firma.ru\nanna@firma.ru";
    for who in [&hr, &world.admin] {
        let path = if who.id() == hr.id() { "/api/company" } else { &world.company };
        for mode in ["add", "replace"] {
            let seen = who.upload(&format!("{path}/roster/preview?mode={mode}"), "r.csv", file).await.is(200).json();
            assert_eq!((&seen["added"], &seen["put_off"], &seen["size"]), (&json!(1), &json!(1), &json!(1)), "{mode}");
        }
    }
    hr.upload("/api/company/roster?mode=add", "r.csv", file).await.is(200);
    assert_eq!(world.details().await["roster_size"], 1);
    // Whom no directory knows comes back by a file, as ever.
    hr.upload("/api/company/roster?mode=remove", "r.csv", b"email\nanna@firma.ru").await.is(200);
    let seen = hr.upload("/api/company/roster?mode=add", "r.csv", file).await.is(200).json();
    assert_eq!((&seen["added"], &seen["put_off"]), (&json!(1), &json!(1)));
}
