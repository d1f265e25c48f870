use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, TestApp, Visit};

const SOON: SignedDuration = SignedDuration::from_mins(10);
const NOT_SAFETY: [&str; 5] = ["support", "finance", "catalogue", "admin", "auditor"];

fn path(visit: &Visit, rest: &str) -> String {
    format!("/api/appointments/{}/{rest}", visit.id)
}

/// Five answers, "yes" to those named.
fn answers(yes: &[&str]) -> Value {
    let ids = ["outside", "contacts_or_money", "humiliating", "unsafe", "absent"];
    json!(ids.into_iter().map(|id| (id, yes.contains(&id))).collect::<std::collections::BTreeMap<_, _>>())
}

/// A consultation that is over, with the outcome that the join log gives.
async fn over(app: &TestApp, outcome: &str) -> Visit {
    let visit = app.visit(SOON).await;
    end(app, &visit, outcome).await;
    visit
}

async fn end(app: &TestApp, visit: &Visit, outcome: &str) {
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("UPDATE appointments SET status = 'completed' WHERE id = $1").bind(visit.id.0).execute(&mut *tx).await.unwrap();
    sqlx::query("INSERT INTO session_outcomes (appointment_id, outcome, decided_by, decided_at) VALUES ($1, $2, 'rule', now())")
        .bind(visit.id.0)
        .bind(outcome)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A report that says "yes" to a question, and a member of the safety role.
pub(crate) async fn reported(app: &TestApp) -> (Visit, Client, String) {
    let visit = over(app, "held").await;
    visit.employee.post(&path(&visit, "safety"), json!({"answers": answers(&["unsafe"]), "text": "слово-жалобы"})).await.is(201);
    let safety = app.staff(&["safety"]).await;
    let queue = safety.get("/api/safety-reports").await.is(200).json();
    let id = queue["reports"][0]["id"].as_str().unwrap().to_owned();
    (visit, safety, format!("/api/safety-reports/{id}"))
}

#[tokio::test]
async fn after_a_consultation_there_is_something_to_do_once() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let before = visit.employee.get(&path(&visit, "after")).await.is(200).json();
    assert_eq!((&before["can_rate"], &before["can_answer_safety"]), (&json!(false), &json!(false)));
    visit.employee.post(&path(&visit, "rating"), json!({"stars": 5})).await.is_problem(409, "nothing_to_rate");
    visit.employee.post(&path(&visit, "safety"), json!({"answers": answers(&[])})).await.is_problem(409, "nothing_to_report");

    end(&app, &visit, "held").await;
    let after = visit.employee.get(&path(&visit, "after")).await.is(200).json();
    assert_eq!(
        (&after["can_rate"], &after["can_answer_safety"], after["questions"].as_array().unwrap().len()),
        (&json!(true), &json!(true), 5)
    );
    visit.employee.post(&path(&visit, "rating"), json!({"stars": 4, "comment": "слово-отзыва"})).await.is(201);
    visit.employee.post(&path(&visit, "safety"), json!({"answers": answers(&[])})).await.is(201);
    let done = visit.employee.get(&path(&visit, "after")).await.is(200).json();
    assert_eq!(
        (&done["can_rate"], &done["stars"], &done["can_answer_safety"], &done["is_safety_answered"]),
        (&json!(false), &json!(4), &json!(false), &json!(true))
    );
    visit.employee.post(&path(&visit, "rating"), json!({"stars": 1})).await.is_problem(409, "already_rated");
    visit.employee.post(&path(&visit, "safety"), json!({"answers": answers(&["unsafe"])})).await.is_problem(409, "already_answered");
    assert!(!crate::lies_open(&app, "ratings", "comment_sealed", "слово-отзыва").await);
}

#[tokio::test]
async fn who_did_not_meet_has_nothing_to_rate_but_may_report_an_absence() {
    let app = TestApp::start().await;
    let absent = over(&app, "specialist_absent").await;
    absent.employee.post(&path(&absent, "rating"), json!({"stars": 1})).await.is_problem(409, "nothing_to_rate");
    absent.employee.post(&path(&absent, "safety"), json!({"answers": answers(&["absent"])})).await.is(201);
    let alone = over(&app, "employee_absent").await;
    alone.employee.post(&path(&alone, "rating"), json!({"stars": 1})).await.is_problem(409, "nothing_to_rate");
    alone.employee.post(&path(&alone, "safety"), json!({"answers": answers(&[])})).await.is_problem(409, "nothing_to_report");
}

#[tokio::test]
async fn sent_at_once_from_two_windows_one_rating_and_one_report_stand() {
    let app = TestApp::start().await;
    let visit = over(&app, "held").await;
    for (rest, body) in [("rating", json!({"stars": 5})), ("safety", json!({"answers": answers(&[])}))] {
        let sends: Vec<_> = (0..6)
            .map(|_| {
                let (who, path, body) = (visit.employee.clone(), path(&visit, rest), body.clone());
                tokio::spawn(async move { who.post(&path, body).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for sending in sends {
            statuses.push(sending.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409], "{rest}");
    }
}

#[tokio::test]
async fn answers_are_checked() {
    let app = TestApp::start().await;
    let visit = over(&app, "held").await;
    let rate = |body: Value| {
        let (who, path) = (visit.employee.clone(), path(&visit, "rating"));
        async move { who.post(&path, body).await }
    };
    rate(json!({"stars": 0})).await.names_field("/stars", "out_of_range");
    rate(json!({"stars": 6})).await.names_field("/stars", "out_of_range");
    rate(json!({})).await.names_field("/stars", "required");
    rate(json!({"stars": 5, "comment": "я".repeat(2001)})).await.names_field("/comment", "too_long");
    let report = |body: Value| {
        let (who, path) = (visit.employee.clone(), path(&visit, "safety"));
        async move { who.post(&path, body).await }
    };
    report(json!({"answers": {"outside": true}})).await.names_field("/answers/unsafe", "required");
    let mut more = answers(&[]);
    more["liked"] = json!(true);
    report(json!({"answers": more})).await.names_field("/answers", "not_a_choice");
    report(json!({"answers": answers(&[]), "text": "я".repeat(4001)})).await.names_field("/text", "too_long");
    report(json!({"answers": {"outside": "yes"}})).await.is(422);
}

#[tokio::test]
async fn nobody_else_assesses() {
    let app = TestApp::start().await;
    let visit = over(&app, "held").await;
    let boris = app.employee("Борис").await;
    boris.get(&path(&visit, "after")).await.is_problem(404, "not_found");
    boris.post(&path(&visit, "rating"), json!({"stars": 1})).await.is_problem(404, "not_found");
    boris.post(&path(&visit, "safety"), json!({"answers": answers(&[])})).await.is_problem(404, "not_found");
    visit.specialist.post(&path(&visit, "rating"), json!({"stars": 5})).await.is_problem(403, "not_allowed");
    visit.specialist.get(&path(&visit, "after")).await.is_problem(403, "not_allowed");
    app.staff(&["safety"]).await.get(&path(&visit, "after")).await.is_problem(403, "not_allowed");
    app.anonymous().get(&path(&visit, "after")).await.is(401);
}

#[tokio::test]
async fn a_specialist_learns_a_mean_only_of_five() {
    let app = TestApp::start().await;
    let first = over(&app, "held").await;
    first.employee.post(&path(&first, "rating"), json!({"stars": 5, "comment": "Спасибо"})).await.is(201);
    for n in 1..=4 {
        let own = first.specialist.get("/api/own-rating").await.is(200).json();
        assert_eq!(own, json!({"mean_tenths": null, "comments": []}), "after {n}");
        let next = app
            .book(app.employee("Борис").await, first.specialist.clone(), first.category, first.contract, SignedDuration::from_hours(2 * n))
            .await;
        end(&app, &next, "held").await;
        next.employee.post(&path(&next, "rating"), json!({"stars": 4})).await.is(201);
    }
    let own = first.specialist.get("/api/own-rating").await.is(200).json();
    assert_eq!(own, json!({"mean_tenths": 42, "comments": ["Спасибо"]}));
    first.employee.get("/api/own-rating").await.is_problem(403, "not_allowed");
    // The specialist's own rights reach no single rating.
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_specialist", first.specialist.id(), "").await;
    assert!(crate::is_refused(&sqlx::query("SELECT * FROM ratings").execute(&mut *tx).await));
}

#[tokio::test]
async fn the_safety_role_reads_what_was_reported_and_the_person_sees_that_it_was() {
    let app = TestApp::start().await;
    let (visit, safety, report) = reported(&app).await;
    let queue = safety.get("/api/safety-reports").await.is(200).json();
    let line = &queue["reports"][0];
    assert_eq!((&line["is_flagged"], &line["state"], &line["flagged_about_specialist"]), (&json!(true), &json!("open"), &json!(1)));
    assert_eq!(line["due_at"], (app.now() + SignedDuration::from_hours(24)).to_string());
    assert!(!queue.to_string().contains("слово-жалобы"));

    let opened = safety.get(&report).await.is(200).json();
    assert_eq!(
        (&opened["text"], &opened["employee_name"], &opened["category"]),
        (&json!("слово-жалобы"), &json!("Анна"), &json!("Психолог"))
    );
    let yes: Vec<bool> = opened["answers"].as_array().unwrap().iter().map(|a| a["is_yes"].as_bool().unwrap()).collect();
    assert_eq!(yes, [false, false, false, true, false]);

    let mut tx = app.app.db.begin_system().await.unwrap();
    let (readings,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM audit_entries WHERE action = 'safety.read' AND actor_id = $1 AND subject_id = $2")
            .bind(safety.id().0)
            .bind(visit.employee.id().0)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(readings, 1);
    assert!(!crate::lies_open(&app, "safety_reports", "sealed", "слово-жалобы").await);
}

#[tokio::test]
async fn nobody_without_the_safety_role_reads_a_report() {
    let app = TestApp::start().await;
    let (visit, _, report) = reported(&app).await;
    for capability in NOT_SAFETY {
        let staff = app.staff(&[capability]).await;
        staff.get("/api/safety-reports").await.is_problem(403, "not_allowed");
        staff.get(&report).await.is_problem(403, "not_allowed");
        staff.post(&format!("{report}/take"), json!({})).await.is_problem(403, "not_allowed");
        staff.post(&format!("{report}/close"), json!({"resolution": "x"})).await.is_problem(403, "not_allowed");
    }
    for person in [&visit.employee, &visit.specialist] {
        person.get("/api/safety-reports").await.is_problem(403, "not_allowed");
        person.get(&report).await.is_problem(403, "not_allowed");
    }
    app.anonymous().get(&report).await.is(401);

    // The database refuses too: not even the two of the consultation, not even every other capability together.
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_staff", visit.employee.id(), &NOT_SAFETY.join(",")).await;
    let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM safety_reports").fetch_one(&mut *tx).await.unwrap();
    let (keys,): (i64,) = sqlx::query_as("SELECT count(*) FROM data_keys WHERE person_id <> app.me()").fetch_one(&mut *tx).await.unwrap();
    assert_eq!((seen, keys), (0, 0));
    for (role, person) in [("ponimau_employee", visit.employee.id()), ("ponimau_specialist", visit.specialist.id())] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, person, "safety").await;
        assert!(crate::is_refused(&sqlx::query("SELECT * FROM safety_reports").execute(&mut *tx).await), "{role}");
    }
    // And nobody, the safety role included, rewrites what was reported.
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_staff", visit.employee.id(), "safety").await;
    assert!(crate::is_refused(&sqlx::query("UPDATE safety_reports SET is_flagged = false").execute(&mut *tx).await));
}

#[tokio::test]
async fn five_times_no_waits_for_nobody_and_the_flagged_come_first() {
    let app = TestApp::start().await;
    let quiet = over(&app, "held").await;
    quiet.employee.post(&path(&quiet, "safety"), json!({"answers": answers(&[])})).await.is(201);
    let worded = over(&app, "held").await;
    worded.employee.post(&path(&worded, "safety"), json!({"answers": answers(&[]), "text": "Было шумно."})).await.is(201);
    app.pass(SOON);
    let flagged = over(&app, "held").await;
    flagged.employee.post(&path(&flagged, "safety"), json!({"answers": answers(&["outside"])})).await.is(201);
    let safety = app.staff(&["safety"]).await;
    let flags = |page: Value| page["reports"].as_array().unwrap().iter().map(|r| r["is_flagged"].as_bool().unwrap()).collect::<Vec<_>>();
    assert_eq!(flags(safety.get("/api/safety-reports").await.is(200).json()), [true, false]);
    let first = safety.get("/api/safety-reports?limit=1").await.is(200).json();
    let second =
        safety.get(&format!("/api/safety-reports?limit=1&after={}", first["reports"][0]["id"].as_str().unwrap())).await.is(200).json();
    assert_eq!((flags(first), flags(second)), (vec![true], vec![false]));
    app.pass(SignedDuration::from_hours(25));
    // The staff's session has run out meanwhile: another one looks.
    let later = app.staff(&["safety"]).await.get("/api/safety-reports").await.is(200).json();
    assert_eq!((&later["reports"][0]["is_overdue"], &later["reports"][1]["is_overdue"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_report_is_taken_by_one_handed_over_and_closed_with_what_was_done() {
    let app = TestApp::start().await;
    let (_, first, report) = reported(&app).await;
    let second = app.staff(&["safety"]).await;
    first.post(&format!("{report}/close"), json!({"resolution": "Рано"})).await.is_problem(409, "report_not_taken");

    let takes: Vec<_> = [first.clone(), second.clone()]
        .into_iter()
        .map(|who| {
            let path = format!("{report}/take");
            tokio::spawn(async move { who.post(&path, json!({})).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for taking in takes {
        statuses.push(taking.await.unwrap());
    }
    let (mine, other) = if statuses[0] == 200 { (&first, &second) } else { (&second, &first) };
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);

    other.post(&format!("{report}/close"), json!({"resolution": "Чужое"})).await.is_problem(409, "report_taken");
    other.post(&format!("{report}/take"), json!({"from": mine.id()})).await.is(200);
    mine.post(&format!("{report}/close"), json!({"resolution": "Поздно"})).await.is_problem(409, "report_taken");
    other.post(&format!("{report}/close"), json!({"resolution": " "})).await.names_field("/resolution", "required");
    other.post(&format!("{report}/close"), json!({"resolution": "слово-решения"})).await.is(200);
    other.post(&format!("{report}/close"), json!({"resolution": "Ещё раз"})).await.is_problem(409, "report_closed");
    mine.post(&format!("{report}/take"), json!({"from": other.id()})).await.is_problem(409, "report_closed");
    assert_eq!(other.get("/api/safety-reports").await.is(200).json()["reports"], json!([]));
    let closed = other.get("/api/safety-reports?closed=true").await.is(200).json();
    assert_eq!((&closed["reports"][0]["state"], &closed["reports"][0]["due_at"]), (&json!("closed"), &Value::Null));
    assert_eq!(other.get(&report).await.is(200).json()["resolution"], "слово-решения");
    assert!(!crate::lies_open(&app, "safety_reports", "resolution_sealed", "слово-решения").await);
}

#[tokio::test]
async fn the_safety_role_is_told_and_nobody_else() {
    let app = TestApp::start().await;
    let safety = app.staff(&["safety"]).await;
    app.staff(&["support"]).await;
    let visit = over(&app, "held").await;
    visit.employee.post(&path(&visit, "safety"), json!({"answers": answers(&["outside"])})).await.is(201);
    app.do_jobs().await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    let told: Vec<(uuid::Uuid, Value)> =
        sqlx::query_as("SELECT recipient_id, payload FROM live_events WHERE kind = 'safety.changed'").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(told, [(safety.id().0, json!({}))]);
}
