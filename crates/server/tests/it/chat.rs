use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, TestApp, Visit};

const SOON: SignedDuration = SignedDuration::from_mins(10);

/// Opens the thread of a visit, from the employee's side.
async fn thread(visit: &Visit) -> String {
    let thread = visit.employee.post("/api/threads", json!({"with": visit.specialist.id()})).await.is(200).json();
    assert_eq!(thread["with"]["name"], "Мария Орлова");
    format!("/api/threads/{}", thread["id"].as_str().unwrap())
}

async fn send(client: &Client, thread: &str, text: &str) -> Value {
    client.post(&format!("{thread}/messages"), json!({"text": text})).await.is(201).json()
}

async fn read(client: &Client, thread: &str, query: &str) -> Value {
    client.get(&format!("{thread}/messages{query}")).await.is(200).json()
}

#[tokio::test]
async fn the_two_of_a_consultation_write_to_each_other() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let reachable = visit.specialist.get("/api/threads").await.is(200).json();
    assert_eq!(reachable["reachable"][0]["name"], "Анна");
    let thread = thread(&visit).await;
    assert_eq!(send(&visit.employee, &thread, "Здравствуйте\n").await["number"], 1);
    assert_eq!(send(&visit.specialist, &thread, "Добрый день").await["number"], 2);

    let page = read(&visit.employee, &thread, "").await;
    assert_eq!(page["has_earlier"], false);
    let seen: Vec<_> =
        page["messages"].as_array().unwrap().iter().map(|m| (m["text"].as_str().unwrap(), m["is_mine"].as_bool().unwrap())).collect();
    assert_eq!(seen, [("Здравствуйте", true), ("Добрый день", false)]);

    // Opened from the other side it is the same thread, and nobody is offered twice.
    let again = visit.specialist.post("/api/threads", json!({"with": visit.employee.id()})).await.is(200).json();
    assert!(thread.ends_with(again["id"].as_str().unwrap()));
    assert_eq!(visit.specialist.get("/api/threads").await.is(200).json()["reachable"], json!([]));
}

#[tokio::test]
async fn unread_messages_are_counted_until_they_are_read() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    for text in ["раз", "два", "три"] {
        send(&visit.employee, &thread, text).await;
    }
    let unread = |who: Client| async move { who.get("/api/threads").await.is(200).json()["threads"][0]["unread"].as_i64().unwrap() };
    assert_eq!((unread(visit.employee.clone()).await, unread(visit.specialist.clone()).await), (0, 3));
    visit.specialist.post(&format!("{thread}/read"), json!({"number": 2})).await.is(200);
    visit.specialist.post(&format!("{thread}/read"), json!({"number": 2})).await.is(200);
    assert_eq!(unread(visit.specialist.clone()).await, 1);
    let read_at: Vec<bool> =
        read(&visit.employee, &thread, "").await["messages"].as_array().unwrap().iter().map(|m| m["read_at"].is_string()).collect();
    assert_eq!(read_at, [true, true, false]);
    // One's own messages do not become read by oneself.
    visit.employee.post(&format!("{thread}/read"), json!({"number": 3})).await.is(200);
    assert_eq!(unread(visit.specialist.clone()).await, 1);
}

#[tokio::test]
async fn pages_go_back_by_number() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    for number in 1..=7 {
        send(&visit.employee, &thread, &format!("сообщение {number}")).await;
    }
    let numbers = |page: &Value| page["messages"].as_array().unwrap().iter().map(|m| m["number"].as_i64().unwrap()).collect::<Vec<_>>();
    let newest = read(&visit.specialist, &thread, "?limit=3").await;
    assert_eq!((numbers(&newest), &newest["has_earlier"]), (vec![5, 6, 7], &json!(true)));
    let earlier = read(&visit.specialist, &thread, "?limit=4&before=5").await;
    assert_eq!((numbers(&earlier), &earlier["has_earlier"]), (vec![1, 2, 3, 4], &json!(false)));
    visit.employee.get(&format!("{thread}/messages?limit=101")).await.names_field("?limit", "out_of_range");
}

#[tokio::test]
async fn nobody_else_finds_a_thread_or_opens_one() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    send(&visit.employee, &thread, "Только для вас").await;
    let boris = app.employee("Борис").await;
    let olga = app.specialist("Ольга Белова", visit.category).await;
    for stranger in [&boris, &olga] {
        stranger.get(&thread).await.is_problem(404, "not_found");
        stranger.get(&format!("{thread}/messages")).await.is_problem(404, "not_found");
        stranger.post(&format!("{thread}/messages"), json!({"text": "?"})).await.is_problem(404, "not_found");
        stranger.post(&format!("{thread}/read"), json!({"number": 1})).await.is_problem(404, "not_found");
        assert_eq!(stranger.get("/api/threads").await.is(200).json(), json!({"threads": [], "reachable": [], "has_more": false}));
    }
    // No consultation in common: there is nobody.
    boris.post("/api/threads", json!({"with": visit.specialist.id()})).await.is_problem(404, "not_found");
    olga.post("/api/threads", json!({"with": visit.employee.id()})).await.is_problem(404, "not_found");
    visit.employee.post("/api/threads", json!({"with": olga.id()})).await.is_problem(404, "not_found");
    app.anonymous().get("/api/threads").await.is(401);
    app.staff(&["support", "safety", "catalogue", "finance", "admin", "auditor"]).await.get(&thread).await.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn the_database_itself_keeps_others_out_and_what_was_said_as_it_was() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    send(&visit.employee, &thread, "тайна-слово").await;
    let boris = app.employee("Борис").await;
    let olga = app.specialist("Ольга Белова", visit.category).await;
    for (role, person) in [("ponimau_employee", boris.id()), ("ponimau_specialist", olga.id())] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, role, person, "").await;
        let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM messages").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{role}");
        let forged = sqlx::query("INSERT INTO threads (id, employee_id, specialist_id, created_at) VALUES ($1, $2, $3, now())")
            .bind(app.app.new_id())
            .bind(if role == "ponimau_employee" { boris.id() } else { visit.employee.id() }.0)
            .bind(if role == "ponimau_employee" { visit.specialist.id() } else { olga.id() }.0)
            .execute(&mut *tx)
            .await;
        assert!(crate::is_refused(&forged), "{role}: {forged:?}");
    }
    for statement in ["SELECT * FROM messages", "SELECT * FROM threads"] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, "ponimau_staff", visit.employee.id(), "support,safety,admin,auditor").await;
        assert!(crate::is_refused(&sqlx::query(statement).execute(&mut *tx).await), "{statement}");
    }
    // Neither of the two changes words, nor puts words into the other's mouth.
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_employee", visit.employee.id(), "").await;
    assert!(crate::is_refused(&sqlx::query("UPDATE messages SET sealed = ''").execute(&mut *tx).await));
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_employee", visit.employee.id(), "").await;
    let forged = sqlx::query(
        "INSERT INTO messages (id, thread_id, number, author_id, sealed, sent_at) SELECT $1, id, 9, $2, '', now() FROM threads",
    )
    .bind(app.app.new_id())
    .bind(visit.specialist.id().0)
    .execute(&mut *tx)
    .await;
    assert!(crate::is_refused(&forged), "{forged:?}");
    assert!(!crate::lies_open(&app, "messages", "sealed", "тайна-слово").await);
    assert!(!crate::lies_open(&app, "idempotency_keys", "body", "тайна-слово").await);
}

#[tokio::test]
async fn messages_sent_at_once_are_numbered_without_gaps() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    let sends: Vec<_> = (0..24)
        .map(|n| {
            let (who, thread) = (if n % 2 == 0 { visit.employee.clone() } else { visit.specialist.clone() }, thread.clone());
            tokio::spawn(async move { send(&who, &thread, &format!("{n}")).await["number"].as_i64().unwrap() })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for sending in sends {
        numbers.insert(sending.await.unwrap());
    }
    assert_eq!(numbers, (1..=24).collect::<BTreeSet<i64>>());
}

#[tokio::test]
async fn a_message_sent_twice_under_one_key_is_one() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    let path = format!("{thread}/messages");
    let sends: Vec<_> = (0..6)
        .map(|_| {
            let (who, path) = (visit.employee.clone(), path.clone());
            tokio::spawn(async move { who.post_with_key(&path, json!({"text": "Один раз"}), "one-intent-1").await })
        })
        .collect();
    for sending in sends {
        let answer = sending.await.unwrap();
        assert_eq!(answer.is(201).json()["number"], 1);
    }
    assert_eq!(read(&visit.specialist, &thread, "").await["messages"].as_array().unwrap().len(), 1);
    visit.employee.post_with_key(&path, json!({"text": "Другое"}), "one-intent-1").await.is_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn both_opening_a_thread_at_once_open_one() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let opens: Vec<_> = (0..10)
        .map(|n| {
            let (who, with) =
                if n % 2 == 0 { (visit.employee.clone(), visit.specialist.id()) } else { (visit.specialist.clone(), visit.employee.id()) };
            tokio::spawn(
                async move { who.post("/api/threads", json!({"with": with})).await.is(200).json()["id"].as_str().unwrap().to_owned() },
            )
        })
        .collect();
    let mut ids = BTreeSet::new();
    for opening in opens {
        ids.insert(opening.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_message_is_bounded_and_says_something() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let path = format!("{}/messages", thread(&visit).await);
    visit.employee.post(&path, json!({"text": " \n "})).await.names_field("/text", "required");
    visit.employee.post(&path, json!({"text": "я".repeat(4001)})).await.names_field("/text", "too_long");
    visit.employee.post(&path, json!({"text": "а\u{0}б"})).await.names_field("/text", "control_characters");
    visit.employee.post(&path, json!({})).await.names_field("/text", "required");
    visit.employee.post(&path, json!({"text": "я".repeat(4000)})).await.is(201);
}

#[tokio::test]
async fn hints_carry_ids_and_no_words() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    let thread = thread(&visit).await;
    send(&visit.employee, &thread, "ни слова").await;
    visit.specialist.post(&format!("{thread}/read"), json!({"number": 1})).await.is(200);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let hints: Vec<(String, Value)> = sqlx::query_as("SELECT kind, payload FROM live_events WHERE recipient_id = $1 ORDER BY position")
        .bind(visit.specialist.id().0)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    let id = thread.rsplit('/').next().unwrap();
    let expected = json!({"thread_id": id, "number": 1});
    assert_eq!(hints, [("chat.message".to_owned(), expected.clone()), ("chat.read".to_owned(), expected)]);
}

/// Gives the specialist of a visit a proven address.
async fn address(app: &TestApp, visit: &Visit) {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let kind = app::kernel::ctx::Kind::Specialist;
    app::identity::email::set(&mut tx, &app.app, visit.specialist.id(), kind, "maria@example.org").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_message_not_read_for_a_while_is_told_of_by_one_mail_without_a_word_of_it() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    address(&app, &visit).await;
    let thread = thread(&visit).await;
    send(&visit.employee, &thread, "Мне тревожно").await;
    app.pass(SignedDuration::from_mins(5));
    send(&visit.employee, &thread, "Очень").await;
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 0, "there is still time to read it");

    app.pass(SignedDuration::from_mins(10));
    app.do_jobs().await;
    let letters = app.letters_to("maria@example.org");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].subject, "Для вас есть сообщение");
    assert!(letters[0].text.contains(&thread.replace("/api/threads/", "/work/messages/")));
    for word in ["тревожно", "Очень", "Анна"] {
        assert!(!letters[0].text.contains(word) && !letters[0].html.contains(word), "the mail says {word}");
    }

    // One who has been told is not told again of what is added, only after having read.
    send(&visit.employee, &thread, "И ещё").await;
    app.pass(SignedDuration::from_mins(30));
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 1);
    visit.specialist.post(&format!("{thread}/read"), json!({"number": 3})).await.is(200);
    send(&visit.employee, &thread, "Спасибо").await;
    app.pass(SignedDuration::from_mins(15));
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 2);
}

#[tokio::test]
async fn a_notice_waits_for_the_end_of_quiet_hours_and_is_not_sent_of_what_was_read() {
    let app = TestApp::start().await;
    let visit = app.visit(SOON).await;
    address(&app, &visit).await;
    let thread = thread(&visit).await;
    let now = app.app.now();
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let hour =
        |hours: i64| now.checked_add(SignedDuration::from_hours(hours)).unwrap().to_zoned(zone.clone()).strftime("%H:00").to_string();
    let quiet = json!({"email": true, "reminders_min": [60], "quiet_from": hour(-1), "quiet_to": hour(3)});
    visit.specialist.put("/api/me/notifications", quiet).await.is(200);

    send(&visit.employee, &thread, "Добрый вечер").await;
    app.pass(SignedDuration::from_hours(1));
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 0, "it is quiet");
    app.pass(SignedDuration::from_hours(3));
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 1);

    visit.specialist.post(&format!("{thread}/read"), json!({"number": 1})).await.is(200);
    send(&visit.employee, &thread, "До встречи").await;
    visit.specialist.post(&format!("{thread}/read"), json!({"number": 2})).await.is(200);
    app.pass(SignedDuration::from_mins(15));
    app.do_jobs().await;
    assert_eq!(app.letters_to("maria@example.org").len(), 1);
}
