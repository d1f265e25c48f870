use app::kernel::chain::{Verified, verify};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use testkit::{TestApp, Visit};

const SOON: SignedDuration = SignedDuration::from_mins(10);

/// A specialist's three entries about a person, sealed.
async fn written(app: &TestApp) -> Visit {
    let visit = app.visit(SOON).await;
    let note = format!("/api/appointments/{}/note", visit.id);
    visit.specialist.put(&note, json!({"text": "а", "version": 0})).await.is(200);
    visit.specialist.get(&note).await.is(200);
    visit.specialist.get(&format!("/api/clients/{}", visit.employee.id())).await.is(200);
    seal(app).await;
    visit
}

async fn seal(app: &TestApp) {
    while app::worker::step(&app.app).await.expect("the queue answers") {}
}

fn short(id: domain::ids::PersonId) -> String {
    id.0.simple().to_string()[20..].to_owned()
}

fn actions(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_log_is_searched_by_actor_subject_and_action() {
    let app = TestApp::start().await;
    let visit = written(&app).await;
    let auditor = app.staff(&["auditor"]).await;
    let all = auditor.get("/api/audit").await.is(200).json();
    assert_eq!(actions(&all), ["clients.read", "notes.read", "notes.write"]);
    assert!(all["entries"][0]["sequence"].is_number());
    // People are short ids; a name is nowhere.
    assert_eq!(
        (&all["entries"][0]["actor"], &all["entries"][0]["subject"]),
        (&json!(short(visit.specialist.id())), &json!(short(visit.employee.id())))
    );
    assert!(!all.to_string().contains("Анна") && !all.to_string().contains("Орлова"));

    for actor in [visit.specialist.id().to_string(), short(visit.specialist.id())] {
        assert_eq!(
            actions(&auditor.get(&format!("/api/audit?actor={actor}&action=notes.")).await.is(200).json()),
            ["notes.read", "notes.write"]
        );
    }
    // Several at once: a name that was looked for may be that of more than one.
    let both = format!("{},{}", short(visit.employee.id()), visit.specialist.id());
    assert_eq!(
        actions(&auditor.get(&format!("/api/audit?actor={both}&action=notes.")).await.is(200).json()),
        ["notes.read", "notes.write"]
    );
    let page = auditor.get("/api/audit?limit=1&action=notes").await.is(200).json();
    assert_eq!((actions(&page), &page["has_more"]), (vec!["notes.read"], &json!(true)));
    let next = auditor.get(&format!("/api/audit?limit=1&action=notes&after={}", page["entries"][0]["id"])).await.is(200).json();
    assert_eq!((actions(&next), &next["has_more"]), (vec!["notes.write"], &json!(false)));
    assert_eq!(actions(&auditor.get(&format!("/api/audit?actor={}", short(visit.employee.id()))).await.is(200).json()), [""; 0]);

    // Looking into one person's entries is an entry, and there staff have a name.
    auditor.get(&format!("/api/audit?subject={}", short(visit.employee.id()))).await.is(200);
    let own = auditor.get("/api/audit?action=audit.search").await.is(200).json();
    assert_eq!(
        (&own["entries"][0]["actor_name"], &own["entries"][0]["subject"]),
        (&json!("Сотрудник"), &json!(short(visit.employee.id())))
    );
}

#[tokio::test]
async fn only_auditors_and_administrators_read_the_log() {
    let app = TestApp::start().await;
    let visit = written(&app).await;
    for path in ["/api/audit", "/api/audit/chain", "/api/audit/verification"] {
        for capability in ["admin", "auditor"] {
            app.staff(&[capability]).await.get(path).await.is(200);
        }
        for capability in ["support", "safety", "finance", "catalogue"] {
            app.staff(&[capability]).await.get(path).await.is_problem(403, "not_allowed");
        }
        visit.employee.get(path).await.is_problem(403, "not_allowed");
        visit.specialist.get(path).await.is_problem(403, "not_allowed");
        app.anonymous().get(path).await.is(401);
    }
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_staff", visit.employee.id(), "support,safety,finance,catalogue").await;
    let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM audit_entries").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn what_is_looked_for_is_checked() {
    let app = TestApp::start().await;
    let auditor = app.staff(&["auditor"]).await;
    auditor.get("/api/audit?actor=anna").await.names_field("?actor", "not_an_id");
    auditor.get(&format!("/api/audit?actor={},anna", short(auditor.id()))).await.names_field("?actor", "not_an_id");
    auditor.get("/api/audit?subject=%27%3B--").await.names_field("?subject", "not_an_id");
    auditor.get("/api/audit?action=%25").await.names_field("?action", "not_a_choice");
    auditor.get("/api/audit?limit=0").await.names_field("?limit", "out_of_range");
    auditor.get("/api/audit?after=x").await.is(422);
}

#[tokio::test]
async fn the_application_cannot_change_the_log_at_all() {
    let app = TestApp::start().await;
    written(&app).await;
    for statement in [
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "UPDATE audit_seals SET hash = ''",
        "DELETE FROM audit_seals",
    ] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        assert!(crate::is_refused(&sqlx::query(statement).execute(&mut *tx).await), "{statement}");
    }
}

#[tokio::test]
async fn whoever_owns_the_database_and_changes_an_entry_is_found_out() {
    let app = TestApp::start().await;
    written(&app).await;
    let auditor = app.staff(&["auditor"]).await;
    let intact = auditor.get("/api/audit/verification").await.is(200).json();
    assert_eq!((&intact["is_intact"], &intact["links"]), (&json!(true), &json!(3)));
    let head = auditor.get("/api/audit/chain").await.is(200).json();
    let Verified::Intact { links: 3, head: hash } = verify(&app.app.db).await.unwrap() else { panic!("intact") };
    assert_eq!((&head["sequence"], &head["hash"]), (&json!(3), &json!(hex(&hash))));

    let mut owner = PgConnection::connect(&app.database_url).await.unwrap();
    for (change, undo, broken) in [
        (
            "UPDATE audit_entries SET actor_role = 'staff' WHERE id = (SELECT entry_id FROM audit_seals WHERE sequence = 2)",
            "UPDATE audit_entries SET actor_role = 'specialist' WHERE id = (SELECT entry_id FROM audit_seals WHERE sequence = 2)",
            2,
        ),
        (
            "UPDATE audit_entries SET at = at + interval '1 second' WHERE id = (SELECT entry_id FROM audit_seals WHERE sequence = 1)",
            "UPDATE audit_entries SET at = at - interval '1 second' WHERE id = (SELECT entry_id FROM audit_seals WHERE sequence = 1)",
            1,
        ),
        ("UPDATE audit_seals SET sequence = 9 WHERE sequence = 3", "UPDATE audit_seals SET sequence = 3 WHERE sequence = 9", 3),
    ] {
        tamper(&mut owner, change).await;
        assert_eq!(verify(&app.app.db).await.unwrap(), Verified::BrokenAt(broken), "{change}");
        let told = auditor.get("/api/audit/verification").await.is(200).json();
        assert_eq!((&told["is_intact"], &told["broken_at"]), (&json!(false), &json!(broken)));
        tamper(&mut owner, undo).await;
        assert!(matches!(verify(&app.app.db).await.unwrap(), Verified::Intact { links: 3, .. }), "{undo}");
    }
    // An entry in the middle removed together with its link.
    tamper(&mut owner, "WITH gone AS (DELETE FROM audit_seals WHERE sequence = 2 RETURNING entry_id) SELECT * FROM gone").await;
    assert_eq!(verify(&app.app.db).await.unwrap(), Verified::BrokenAt(2));
}

/// What only the owner of the database can do: switch the triggers off.
async fn tamper(owner: &mut PgConnection, statement: &str) {
    let all = format!(
        "BEGIN; ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER; {statement};
         ALTER TABLE audit_entries ENABLE TRIGGER USER; ALTER TABLE audit_seals ENABLE TRIGGER USER; COMMIT"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(all)).execute(owner).await.unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
