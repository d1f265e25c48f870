use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};
use testkit::{TestApp, Visit};

fn path(visit: &Visit, rest: &str) -> String {
    format!("/api/calls/{}{rest}", visit.id)
}

const SOON: SignedDuration = SignedDuration::from_mins(10);

#[tokio::test]
async fn the_two_enter_from_a_quarter_of_an_hour_before() {
    let app = TestApp::start().await;
    let visit = app.visit(SignedDuration::from_mins(20)).await;
    let early = visit.employee.post(&path(&visit, "/access"), json!({})).await.is_problem(409, "too_early_to_join");
    assert_eq!(early.json()["opens_at"], (visit.starts_at - SignedDuration::from_mins(15)).to_string());

    app.pass(SignedDuration::from_mins(5));
    let employee = visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200).json();
    let specialist = visit.specialist.post(&path(&visit, "/access"), json!({})).await.is(200).json();
    assert_eq!((&employee["is_polite"], &specialist["is_polite"]), (&json!(true), &json!(false)));
    // Both meet in one room, under names that tell nothing, for as long as the room lasts.
    let name = |access: &Value| access["ice_servers"][0]["username"].as_str().unwrap().split(':').map(str::to_owned).collect::<Vec<_>>();
    let (e, s) = (name(&employee), name(&specialist));
    assert_eq!(e[1], s[1]);
    assert_eq!((e[2].as_str(), s[2].as_str()), ("employee", "specialist"));
    assert!(!e[1].contains(&visit.id.to_string()[..8]));
    // As long as the room may last: 50 minutes, a quarter of an hour, and the longest extension.
    assert_eq!(e[0].parse::<i64>().unwrap(), visit.starts_at.as_second() + (50 + 15 + 60) * 60);
}

#[tokio::test]
async fn nobody_else_finds_the_room() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let stranger = app.employee("Борис").await;
    for rest in ["", "/signals"] {
        stranger.get(&path(&visit, rest)).await.is_problem(404, "not_found");
        app.anonymous().get(&path(&visit, rest)).await.is(401);
        app.staff(&["support", "admin", "safety"]).await.get(&path(&visit, rest)).await.is(403);
    }
    stranger.post(&path(&visit, "/access"), json!({})).await.is(404);
    stranger.post(&path(&visit, "/presence"), json!({"sign": "joined"})).await.is(404);
    stranger.post(&path(&visit, "/signals"), json!({"signal": {}})).await.is(404);
    let other_specialist = app.specialist("Ольга Белова", visit.category).await;
    other_specialist.post(&path(&visit, "/end"), json!({})).await.is(404);
    visit.employee.post(&path(&visit, "/end"), json!({})).await.is_problem(403, "not_allowed");
    visit.employee.post(&path(&visit, "/extend"), json!({"minutes": 5})).await.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn signals_reach_the_other_in_order_and_stay_sealed() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.employee.post(&path(&visit, "/signals"), json!({"signal": {"n": 0}})).await.is_problem(409, "not_in_the_room");
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200);
    visit.specialist.post(&path(&visit, "/access"), json!({})).await.is(200);
    for n in 1..=3 {
        visit.employee.post(&path(&visit, "/signals"), json!({"signal": {"n": n, "sdp": "secret-line"}})).await.is(200);
    }
    visit.specialist.post(&path(&visit, "/signals"), json!({"signal": {"n": 99}})).await.is(200);

    let all = visit.specialist.get(&path(&visit, "/signals")).await.is(200).json();
    let numbers: Vec<i64> = all["signals"].as_array().unwrap().iter().map(|s| s["signal"]["n"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3], "one's own signals do not come back");
    let after = all["signals"][1]["position"].as_i64().unwrap();
    let rest = visit.specialist.get(&path(&visit, &format!("/signals?after={after}"))).await.is(200).json();
    assert_eq!(rest["signals"].as_array().unwrap().len(), 1);

    let mut tx = app.app.db.begin_system().await.unwrap();
    let (plain,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM call_signals WHERE position(convert_to('secret-line', 'UTF8') IN body) > 0")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(plain, 0);
}

#[tokio::test]
async fn a_signal_too_large_is_refused_and_a_wrong_sign_named() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200);
    visit.employee.post(&path(&visit, "/signals"), json!({"signal": {"sdp": "x".repeat(90_000)}})).await.is_problem(413, "body_too_large");
    visit.employee.post(&path(&visit, "/presence"), json!({"sign": "dancing"})).await.names_field("/sign", "not_a_choice");
    visit.employee.post(&path(&visit, "/presence"), json!({})).await.names_field("/sign", "required");
}

#[tokio::test]
async fn a_canceled_consultation_closes_its_room() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200);
    visit.employee.post(&path(&visit, "/signals"), json!({"signal": {}})).await.is(200);
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("UPDATE appointments SET status = 'canceled', canceled_at = $2, canceled_by = 'operator' WHERE id = $1")
        .bind(visit.id.0)
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is_problem(410, "consultation_canceled");
    visit.specialist.get(&path(&visit, "/signals")).await.is_problem(410, "consultation_canceled");
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (left,): (i64,) = sqlx::query_as("SELECT count(*) FROM call_signals").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_moved_consultation_meets_in_a_new_room() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let room = |access: &Value| access["ice_servers"][0]["username"].as_str().unwrap().split(':').nth(1).unwrap().to_owned();
    let before = room(&visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200).json());
    visit.employee.post(&path(&visit, "/signals"), json!({"signal": {}})).await.is(200);
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query(
        "UPDATE appointments SET starts_at = starts_at + interval '2 h', ends_at = ends_at + interval '2 h',
                blocked = tstzrange(lower(blocked) + interval '2 h', upper(blocked) + interval '2 h') WHERE id = $1",
    )
    .bind(visit.id.0)
    .execute(&mut *tx)
    .await
    .unwrap();
    let (left,): (i64,) = sqlx::query_as("SELECT count(*) FROM call_signals").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(left, 0);
    tx.commit().await.unwrap();
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is_problem(409, "too_early_to_join");
    app.pass(SignedDuration::from_hours(2));
    let after = room(&visit.employee.post(&path(&visit, "/access"), json!({})).await.is(200).json());
    assert_ne!(before, after, "who kept the old token stays outside");
}

#[tokio::test]
async fn the_specialist_extends_only_into_free_time() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    // The next visit begins 25 minutes after this one ends; with the buffer of ten, fifteen minutes are free.
    let boris = app.employee("Борис").await;
    app.book(boris, visit.specialist.clone(), visit.category, visit.contract, SOON + SignedDuration::from_mins(75)).await;
    visit.specialist.post(&path(&visit, "/extend"), json!({"minutes": 10})).await.is_problem(409, "not_in_the_room");
    visit.specialist.post(&path(&visit, "/access"), json!({})).await.is(200);
    visit.specialist.post(&path(&visit, "/extend"), json!({"minutes": 7})).await.names_field("/minutes", "not_a_choice");
    visit.specialist.post(&path(&visit, "/extend"), json!({"minutes": 30})).await.is_problem(409, "not_free_to_extend");
    let extended = visit.specialist.post(&path(&visit, "/extend"), json!({"minutes": 15})).await.is(200).json();
    assert_eq!(extended["ends_at"], (visit.ends_at + SignedDuration::from_mins(15)).to_string());
    assert_eq!(visit.employee.get(&path(&visit, "")).await.is(200).json()["ends_at"], extended["ends_at"]);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let told: (i32, bool) = sqlx::query_as("SELECT ical_sequence, changed_at = $2 FROM appointments WHERE id = $1")
        .bind(visit.id.0)
        .bind(app.now().to_sqlx())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(told, (1, true), "calendars take the new end (RFC 5546 §2.1.4)");
    drop(tx);
    visit.specialist.post(&path(&visit, "/extend"), json!({"minutes": 5})).await.is_problem(409, "not_free_to_extend");
}

#[tokio::test]
async fn the_join_log_decides_and_the_quota_follows() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    app.pass(SOON);
    for person in [&visit.employee, &visit.specialist] {
        person.post(&path(&visit, "/access"), json!({})).await.is(200);
        person.post(&path(&visit, "/presence"), json!({"sign": "joined"})).await.is(204);
    }
    for _ in 0..24 {
        app.pass(SignedDuration::from_secs(30));
        for person in [&visit.employee, &visit.specialist] {
            person.post(&path(&visit, "/presence"), json!({"sign": "seen"})).await.is(204);
        }
    }
    assert_eq!(visit.employee.get(&path(&visit, "")).await.is(200).json()["is_other_present"], true);
    visit.specialist.post(&path(&visit, "/end"), json!({})).await.is(200);
    app.do_jobs().await;
    assert_eq!(outcome(&app, &visit).await, "held");
    assert_eq!(balance(&app, &visit).await, (0, 1));
    visit.employee.post(&path(&visit, "/access"), json!({})).await.is_problem(410, "consultation_over");
}

#[tokio::test]
async fn an_absent_specialist_costs_nothing_and_an_absent_employee_does() {
    let app = TestApp::start().await;
    for (comes, expected, quota) in
        [("employee", "specialist_absent", (0, 0)), ("specialist", "employee_absent", (0, 1)), ("nobody", "both_absent", (0, 0))]
    {
        let visit = app.visit(SOON).await;
        app.pass(SOON);
        let who = match comes {
            "employee" => Some(&visit.employee),
            "specialist" => Some(&visit.specialist),
            _ => None,
        };
        if let Some(who) = who {
            who.post(&path(&visit, "/access"), json!({})).await.is(200);
            who.post(&path(&visit, "/presence"), json!({"sign": "joined"})).await.is(204);
        }
        app.pass(SignedDuration::from_mins(66));
        while app::worker::step(&app.app).await.unwrap() {}
        assert_eq!(outcome(&app, &visit).await, expected);
        assert_eq!(balance(&app, &visit).await, quota, "{expected}");
    }
}

#[tokio::test]
async fn ending_before_the_employee_is_late_costs_them_nothing() {
    let app = TestApp::start().await;
    for (minutes, expected, quota) in [(9, "cut_short", (0, 0)), (10, "employee_absent", (0, 1))] {
        let visit = app.visit(SOON).await;
        app.pass(SOON);
        visit.specialist.post(&path(&visit, "/access"), json!({})).await.is(200);
        visit.specialist.post(&path(&visit, "/presence"), json!({"sign": "joined"})).await.is(204);
        let call = visit.specialist.get(&path(&visit, "")).await.is(200).json();
        assert_eq!(
            (&call["enough_min"], &call["absent_from"]),
            (&json!(10), &json!((visit.starts_at + SignedDuration::from_mins(10)).to_string()))
        );
        app.pass(SignedDuration::from_mins(minutes));
        visit.specialist.post(&path(&visit, "/end"), json!({})).await.is(200);
        app.do_jobs().await;
        assert_eq!(outcome(&app, &visit).await, expected);
        assert_eq!(balance(&app, &visit).await, quota, "{expected}");
    }
}

async fn outcome(app: &TestApp, visit: &Visit) -> String {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (outcome,): (String,) = sqlx::query_as("SELECT outcome FROM session_outcomes WHERE appointment_id = $1")
        .bind(visit.id.0)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    outcome
}

/// What is held and what is used of the employee's benefit.
async fn balance(app: &TestApp, visit: &Visit) -> (i32, i32) {
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query_as("SELECT held, used FROM quota_balances WHERE employee_id = $1")
        .bind(visit.employee.id().0)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}
