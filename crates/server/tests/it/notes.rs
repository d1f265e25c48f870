use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use platform::crypto::Place;
use serde_json::{Value, json};
use testkit::{TestApp, Visit};

const SOON: SignedDuration = SignedDuration::from_mins(10);
const EVERY_CAPABILITY: [&str; 6] = ["support", "safety", "finance", "catalogue", "admin", "auditor"];

fn note(visit: &Visit) -> String {
    format!("/api/appointments/{}/note", visit.id)
}

#[tokio::test]
async fn a_note_is_kept_and_grows_by_versions() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let empty = visit.specialist.get(&note(&visit)).await.is(200).json();
    assert_eq!(empty, json!({"text": "", "version": 0, "updated_at": null, "is_clinical": true}));
    let saved = visit.specialist.put(&note(&visit), json!({"text": "Первая встреча.", "version": 0})).await.is(200).json();
    assert_eq!(saved["version"], 1);
    app.pass(SignedDuration::from_mins(4));
    visit.specialist.put(&note(&visit), json!({"text": "Первая встреча. Цель: сон.", "version": 1})).await.is(200);
    let read = visit.specialist.get(&note(&visit)).await.is(200).json();
    assert_eq!(
        (read["text"].as_str().unwrap(), &read["version"], &read["updated_at"]),
        ("Первая встреча. Цель: сон.", &json!(2), &json!(app.now().to_string()))
    );
}

#[tokio::test]
async fn a_specialist_opens_what_is_written_with_recent_proof_alone() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let all = format!("/api/clients/{}/notes", visit.employee.id());
    visit.employee.put(&note(&visit), json!({"text": "для себя", "version": 0})).await.is(200);
    app.pass(SignedDuration::from_secs(5 * 60 + 1));
    // Nothing is written yet: nothing is shown, and the first line is not kept waiting; nor is who goes on writing.
    visit.specialist.get(&note(&visit)).await.is(200);
    visit.specialist.get(&all).await.is(200);
    visit.specialist.put(&note(&visit), json!({"text": "заметка", "version": 0})).await.is(200);
    visit.specialist.put(&note(&visit), json!({"text": "заметка дальше", "version": 1})).await.is(200);
    for path in [note(&visit), all] {
        let refused = visit.specialist.get(&path).await;
        assert!(!refused.text().contains("заметка"));
        refused.is_problem(403, "recent_proof_required");
    }
    // What was not opened is in nobody's record.
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (opened,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM audit_entries WHERE action = 'notes.read'").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(opened, 0);
    // An employee has no second factor to show, and reads what they wrote for themselves.
    visit.employee.get(&note(&visit)).await.is(200);
}

#[tokio::test]
async fn a_later_version_is_never_overwritten() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.specialist.put(&note(&visit), json!({"text": "а", "version": 0})).await.is(200);
    let second = visit.specialist.put(&note(&visit), json!({"text": "б", "version": 1})).await.is(200).json();
    let conflict = visit.specialist.put(&note(&visit), json!({"text": "в", "version": 1})).await.is_problem(409, "note_changed").json();
    assert_eq!((&conflict["version"], &conflict["updated_at"]), (&json!(2), &second["updated_at"]));
    visit.specialist.put(&note(&visit), json!({"text": "в", "version": 0})).await.is_problem(409, "note_changed");
    assert_eq!(visit.specialist.get(&note(&visit)).await.is(200).json()["text"], "б");
}

#[tokio::test]
async fn of_two_windows_saving_at_once_one_wins() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    for version in 0..3 {
        let saves: Vec<_> = (0..4)
            .map(|n| {
                let (who, path) = (visit.specialist.clone(), note(&visit));
                tokio::spawn(async move { who.put(&path, json!({"text": format!("{n}"), "version": version})).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for save in saves {
            statuses.push(save.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409], "version {version}");
    }
}

#[tokio::test]
async fn each_of_the_two_has_a_note_that_only_they_read() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.specialist.put(&note(&visit), json!({"text": "слово-специалиста", "version": 0})).await.is(200);
    visit.employee.put(&note(&visit), json!({"text": "слово-сотрудника", "version": 0})).await.is(200);
    let own = |answer: Value| (answer["text"].as_str().unwrap().to_owned(), answer["is_clinical"].as_bool().unwrap());
    assert_eq!(own(visit.employee.get(&note(&visit)).await.is(200).json()), ("слово-сотрудника".into(), false));
    assert_eq!(own(visit.specialist.get(&note(&visit)).await.is(200).json()), ("слово-специалиста".into(), true));

    let boris = app.employee("Борис").await;
    let olga = app.specialist("Ольга Белова", visit.category).await;
    for stranger in [&boris, &olga] {
        stranger.get(&note(&visit)).await.is_problem(404, "not_found");
        stranger.put(&note(&visit), json!({"text": "", "version": 0})).await.is_problem(404, "not_found");
    }
    app.anonymous().get(&note(&visit)).await.is(401);
    for capability in EVERY_CAPABILITY {
        app.staff(&[capability]).await.get(&note(&visit)).await.is_problem(403, "not_allowed");
    }

    for (role, person, sees) in [
        ("ponimau_employee", visit.employee.id(), 1),
        ("ponimau_specialist", visit.specialist.id(), 1),
        ("ponimau_employee", boris.id(), 0),
        ("ponimau_specialist", olga.id(), 0),
    ] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, person, "").await;
        let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM session_notes").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, sees, "{role}");
    }
    for role in ["ponimau_staff", "ponimau_anonymous"] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, visit.specialist.id(), &EVERY_CAPABILITY.join(",")).await;
        assert!(crate::is_refused(&sqlx::query("SELECT * FROM session_notes").execute(&mut *tx).await), "{role}");
    }
    for word in ["слово-специалиста", "слово-сотрудника"] {
        assert!(!crate::lies_open(&app, "session_notes", "sealed", word).await);
    }
}

#[tokio::test]
async fn whatever_a_specialist_opens_is_in_the_persons_record() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.specialist.put(&note(&visit), json!({"text": "заметка", "version": 0})).await.is(200);
    visit.specialist.get(&note(&visit)).await.is(200);
    visit.specialist.get(&format!("/api/clients/{}", visit.employee.id())).await.is(200);
    visit.specialist.get(&format!("/api/clients/{}/notes", visit.employee.id())).await.is(200);
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_employee", visit.employee.id(), "").await;
    let seen: Vec<(String,)> = sqlx::query_as("SELECT action FROM audit_entries WHERE actor_id = $1 ORDER BY id")
        .bind(visit.specialist.id().0)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    let seen: Vec<_> = seen.into_iter().map(|(action,)| action).collect();
    assert_eq!(seen, ["notes.write", "notes.read", "clients.read", "notes.read"]);
}

#[tokio::test]
async fn a_note_is_bounded() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.specialist.put(&note(&visit), json!({"text": "я".repeat(20_001), "version": 0})).await.names_field("/text", "too_long");
    visit.specialist.put(&note(&visit), json!({"text": "", "version": -1})).await.names_field("/version", "out_of_range");
    visit.specialist.put(&note(&visit), json!({"version": 0})).await.names_field("/text", "required");
    visit.specialist.put(&note(&visit), json!({"text": "я".repeat(20_000), "version": 0})).await.is(200);
}

#[tokio::test]
async fn clients_are_those_who_booked() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let boris = app.employee("Борис").await;
    let later = app.book(boris.clone(), visit.specialist.clone(), visit.category, visit.contract, SignedDuration::from_hours(30)).await;
    let list = visit.specialist.get("/api/clients").await.is(200).json();
    let names: Vec<_> =
        list["clients"].as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["next_at"].as_str().unwrap())).collect();
    assert_eq!(names, [("Борис", later.starts_at.to_string().as_str()), ("Анна", visit.starts_at.to_string().as_str())]);
    let first = visit.specialist.get("/api/clients?limit=1").await.is(200).json();
    assert_eq!((&first["clients"][0]["name"], &first["has_more"]), (&json!("Борис"), &json!(true)));
    let second = visit.specialist.get(&format!("/api/clients?limit=1&after={}", boris.id())).await.is(200).json();
    assert_eq!((&second["clients"][0]["name"], &second["has_more"]), (&json!("Анна"), &json!(false)));

    let stranger = app.employee("Вера").await;
    visit.specialist.get(&format!("/api/clients/{}", stranger.id())).await.is_problem(404, "not_found");
    visit.specialist.get(&format!("/api/clients/{}/notes", stranger.id())).await.is_problem(404, "not_found");
    visit.employee.get("/api/clients").await.is_problem(403, "not_allowed");
    app.staff(&EVERY_CAPABILITY).await.get("/api/clients").await.is_problem(403, "not_allowed");
    app.anonymous().get("/api/clients").await.is(401);
}

#[tokio::test]
async fn a_client_page_tells_the_history_and_what_brought_them() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    say_why(&app, &visit).await;
    visit.specialist.put(&note(&visit), json!({"text": "заметка", "version": 0})).await.is(200);
    let page = visit.specialist.get(&format!("/api/clients/{}", visit.employee.id())).await.is(200).json();
    assert_eq!(page["client"]["name"], "Анна");
    assert_eq!((&page["visits"][0]["appointment_id"], &page["visits"][0]["has_note"]), (&json!(visit.id), &json!(true)));
    assert_eq!(page["intakes"][0]["answers"], json!([{"question": "Давно ли", "answer": "Недели"}]));
    let notes = visit.specialist.get(&format!("/api/clients/{}/notes", visit.employee.id())).await.is(200).json();
    assert_eq!((&notes["notes"][0]["text"], &notes["notes"][0]["starts_at"]), (&json!("заметка"), &json!(visit.starts_at.to_string())));
    // Another specialist, whom the person booked in another category, is told nothing of it.
    let other = app.category("lawyer").await;
    let olga = app.specialist("Ольга Белова", other).await;
    app.book(visit.employee.clone(), olga.clone(), other, visit.contract, SignedDuration::from_hours(5)).await;
    let page = olga.get(&format!("/api/clients/{}", visit.employee.id())).await.is(200).json();
    assert_eq!((page["visits"].as_array().unwrap().len(), &page["intakes"]), (1, &json!([])));
    assert_eq!(olga.get(&format!("/api/clients/{}/notes", visit.employee.id())).await.is(200).json()["notes"], json!([]));
}

/// The person's answers, as the slice `booking` keeps them.
async fn say_why(app: &TestApp, visit: &Visit) {
    let (keys, rng) = (&app.app.keys, &app.app.rng);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (wrapped,): (Vec<u8>,) =
        sqlx::query_as("SELECT wrapped FROM data_keys WHERE person_id = $1").bind(visit.employee.id().0).fetch_one(&mut *tx).await.unwrap();
    let key = keys.unwrap_data_key(visit.employee.id().0, &wrapped).unwrap();
    let said = json!({"topics": [], "answers": {"since": "w"}}).to_string();
    sqlx::query("UPDATE categories SET questionnaire = $2 WHERE id = $1")
        .bind(visit.category)
        .bind(json!([{"id": "since", "kind": "single", "label": {"ru": "Давно ли"}, "options": [{"id": "w", "label": {"ru": "Недели"}}]}]))
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("INSERT INTO intakes (employee_id, category_id, sealed, updated_at) VALUES ($1, $2, $3, $4)")
        .bind(visit.employee.id().0)
        .bind(visit.category)
        .bind(key.seal(rng, Place { table: "intakes", column: "sealed", row: visit.category }, said.as_bytes()))
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
