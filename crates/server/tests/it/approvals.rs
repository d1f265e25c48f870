//! What takes two: asking, agreeing, and what then may be done.

use app::{identity::email, kernel::ctx::Kind};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};
use testkit::{Client, TestApp, Visit};
use uuid::Uuid;

const REASON: &str = "Пишет, что ей угрожают: позвонить сегодня";
const REFUSAL: &str = "Сначала через специалиста: она её знает";

async fn has_address(app: &TestApp, person: &Client, kind: Kind, address: &str) {
    let mut tx = app.app.db.begin_system().await.unwrap();
    email::set(&mut tx, &app.app, person.id(), kind, address).await.unwrap();
    tx.commit().await.unwrap();
}

/// A report by somebody with an address, the safety role, and who may agree.
struct World {
    app: TestApp,
    visit: Visit,
    safety: Client,
    report: String,
    admin: Client,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (visit, safety, report) = crate::assessments::reported(&app).await;
        has_address(&app, &visit.employee, Kind::Employee, "anna@home.example").await;
        let admin = app.staff(&["admin"]).await;
        Self { app, visit, safety, report, admin }
    }

    fn contact(&self) -> String {
        format!("{}/contact", self.report)
    }

    async fn asked(&self) -> String {
        // The newest is the one asked for last.
        self.app.pass(SignedDuration::from_secs(1));
        self.safety.post(&format!("{}/contact-ask", self.report), json!({"reason": REASON})).await.is(201);
        newest(&self.safety).await["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, who: &Client, id: &str, decision: &str) -> testkit::Answer {
        let reason = if decision == "refused" { REFUSAL } else { "" };
        who.post(&format!("/api/approvals/{id}/decision"), json!({"decision": decision, "reason": reason})).await
    }
}

/// What comes round by the clock.
async fn sweep(app: &TestApp) {
    while app::worker::step(&app.app).await.expect("the queue answers") {}
}

async fn newest(who: &Client) -> Value {
    who.get("/api/approvals").await.is(200).json()["approvals"][0].clone()
}

async fn acts(app: &TestApp, like: &str) -> Vec<(String, Option<Uuid>, Option<Uuid>)> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query_as("SELECT action, actor_id, subject_id FROM audit_entries WHERE action LIKE $1 ORDER BY id")
        .bind(like)
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_address_opens_for_the_one_who_asked_within_the_hour_after_another_agreed() {
    let world = World::new().await;
    let (safety, admin) = (&world.safety, &world.admin);
    safety.get(&world.contact()).await.is_problem(409, "not_agreed");
    let id = world.asked().await;
    safety.get(&world.contact()).await.is_problem(409, "not_agreed");
    let seen = newest(admin).await;
    assert_eq!(
        (&seen["reason"], &seen["kind"], &seen["state"], &seen["may_decide"], &seen["is_mine"]),
        (&json!(REASON), &json!("contact"), &json!("waiting"), &json!(true), &json!(false))
    );
    assert_eq!(newest(safety).await["may_decide"], json!(false));
    assert!(!crate::lies_open(&world.app, "approvals", "reason_sealed", "угрожают").await);

    world.decide(admin, &id, "agreed").await.is(200);
    let mine = newest(safety).await;
    assert_eq!((&mine["state"], &mine["until"]), (&json!("open"), &json!((world.app.now() + SignedDuration::from_hours(1)).to_string())));
    for _ in 0..2 {
        assert_eq!(safety.get(&world.contact()).await.is(200).json()["email"], json!("anna@home.example"));
    }
    // Not for who agreed, nor for a colleague of the same right.
    admin.get(&world.contact()).await.is_problem(403, "not_allowed");
    world.app.staff(&["safety"]).await.get(&world.contact()).await.is_problem(409, "not_agreed");
    // The person reads that it was opened, each time.
    let person = world.visit.employee.id().0;
    assert_eq!(acts(&world.app, "safety.contact").await, vec![("safety.contact".to_owned(), Some(safety.id().0), Some(person)); 2]);
    let record = world.visit.employee.get("/api/me/record-access").await.is(200).json();
    assert_eq!(record["acts"][0]["action"], json!("safety.contact"));
    assert!(!record.to_string().contains("Сотрудник"));

    world.app.pass(SignedDuration::from_mins(59));
    let safety = world.app.back(safety).await;
    safety.get(&world.contact()).await.is(200);
    world.app.pass(SignedDuration::from_mins(1));
    safety.get(&world.contact()).await.is_problem(409, "not_agreed");
    assert_eq!(newest(&safety).await["state"], json!("over"));
}

#[tokio::test]
async fn nobody_agrees_to_their_own_and_the_database_says_so_too() {
    let app = TestApp::start().await;
    let (visit, _, report) = crate::assessments::reported(&app).await;
    app.staff(&["admin"]).await;
    let both = app.staff(&["safety", "admin"]).await;
    both.post(&format!("{report}/contact-ask"), json!({"reason": REASON})).await.is(201);
    let id = newest(&both).await["id"].as_str().unwrap().to_owned();
    both.post(&format!("/api/approvals/{id}/decision"), json!({"decision": "agreed"})).await.is_problem(409, "own_ask");
    let id: Uuid = id.parse().unwrap();
    let now = app.now().to_sqlx();
    // Nor in the database: by any name, for who may ask and who may agree at once.
    for (decision, by) in [("agreed", both.id().0), ("agreed", visit.employee.id().0), ("refused", both.id().0)] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, "ponimau_staff", both.id(), "safety,admin").await;
        let done = sqlx::query("UPDATE approvals SET decision = $2, decided_by = $3, decided_at = $4 WHERE id = $1")
            .bind(id)
            .bind(decision)
            .bind(by)
            .bind(now)
            .execute(&mut *tx)
            .await;
        assert!(done.is_err(), "{decision} by {by}");
    }
    // A stranger to the matter neither sees nor decides it; nobody puts an ask into another's mouth.
    for capabilities in ["support", "finance,catalogue", "auditor"] {
        let mut tx = app.app.db.begin_system().await.unwrap();
        crate::act_as(&mut tx, "ponimau_staff", visit.specialist.id(), capabilities).await;
        let (seen,): (i64,) = sqlx::query_as("SELECT count(*) FROM approvals").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{capabilities}");
        let forged = sqlx::query(
            "INSERT INTO approvals (id, kind, report_id, reason_sealed, asked_by, asked_at) SELECT gen_random_uuid(), 'contact', report_id, '', $1, $2 FROM (SELECT $3::uuid AS report_id) r",
        )
        .bind(both.id().0)
        .bind(now)
        .bind(report.rsplit('/').next().unwrap().parse::<Uuid>().unwrap())
        .execute(&mut *tx)
        .await;
        assert!(crate::is_refused(&forged), "{capabilities}");
    }
    // The sealed address itself: not without an agreed ask of one's own.
    let mut tx = app.app.db.begin_system().await.unwrap();
    crate::act_as(&mut tx, "ponimau_staff", both.id(), "safety,admin").await;
    let rows = sqlx::query("SELECT * FROM app.contact_behind($1, $2)")
        .bind(report.rsplit('/').next().unwrap().parse::<Uuid>().unwrap())
        .bind(now)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn an_ask_is_decided_once_and_waits_for_a_day() {
    let world = World::new().await;
    let colleague = world.app.staff(&["safety"]).await;
    let id = world.asked().await;
    let ask = format!("{}/contact-ask", world.report);
    world.safety.post(&ask, json!({"reason": REASON})).await.is_problem(409, "already_asked");
    // Two press at once: one decides.
    let (one, other) = tokio::join!(world.decide(&world.admin, &id, "refused"), world.decide(&colleague, &id, "refused"));
    let codes = [one.status.as_u16(), other.status.as_u16()];
    assert!(codes == [200, 409] || codes == [409, 200], "{codes:?}");
    world.decide(&world.admin, &id, "agreed").await.is_problem(409, "ask_decided");
    assert_eq!(acts(&world.app, "approvals.%").await.len(), 2, "asked, and decided once");

    // Another: taken back by the asker alone, and decided no longer.
    let id = world.asked().await;
    world.admin.post(&format!("/api/approvals/{id}/withdraw"), json!({})).await.is_problem(404, "not_found");
    world.safety.post(&format!("/api/approvals/{id}/withdraw"), json!({})).await.is(200);
    world.decide(&world.admin, &id, "agreed").await.is_problem(409, "ask_decided");
    world.safety.get(&world.contact()).await.is_problem(409, "not_agreed");

    // A third: nobody answers for a day, and it makes room for the next.
    let id = world.asked().await;
    world.app.pass(SignedDuration::from_hours(24));
    let (safety, admin) = (world.app.back(&world.safety).await, world.app.back(&world.admin).await);
    assert_eq!(newest(&admin).await["state"], json!("lapsed"));
    world.decide(&admin, &id, "agreed").await.is_problem(409, "ask_decided");
    safety.post(&ask, json!({"reason": REASON})).await.is(201);
}

#[tokio::test]
async fn who_refuses_says_why_and_those_of_the_matter_read_it() {
    let world = World::new().await;
    let id = world.asked().await;
    let door = format!("/api/approvals/{id}/decision");
    for (reason, code) in [("", "required"), ("  нет   ", "too_short"), (&*"а".repeat(501), "too_long")] {
        world.admin.post(&door, json!({"decision": "refused", "reason": reason})).await.names_field("/reason", code);
    }
    assert_eq!(newest(&world.admin).await["state"], json!("waiting"));
    world.decide(&world.admin, &id, "refused").await.is(200);
    for who in [&world.safety, &world.admin] {
        let ask = newest(who).await;
        assert_eq!((&ask["state"], &ask["refusal"], &ask["reason"]), (&json!("refused"), &json!(REFUSAL), &json!(REASON)));
    }
    assert!(!crate::lies_open(&world.app, "approvals", "refusal_sealed", "специалиста").await);
    // Who agrees gives no reason, and none is kept.
    let id = world.asked().await;
    world.admin.post(&format!("/api/approvals/{id}/decision"), json!({"decision": "agreed", "reason": REFUSAL})).await.is(200);
    assert_eq!(newest(&world.safety).await["refusal"], Value::Null);
}

#[tokio::test]
async fn bad_asks_are_refused_with_the_field() {
    let world = World::new().await;
    let ask = format!("{}/contact-ask", world.report);
    for reason in ["", "надо", "   короче   "] {
        world.safety.post(&ask, json!({"reason": reason})).await.is(422);
    }
    world.safety.post(&ask, json!({"reason": "а".repeat(501)})).await.names_field("/reason", "too_long");
    let unknown = format!("/api/safety-reports/{}", Uuid::nil());
    world.safety.post(&format!("{unknown}/contact-ask"), json!({"reason": REASON})).await.is_problem(404, "not_found");
    world.safety.get(&format!("{unknown}/contact")).await.is_problem(404, "not_found");
    world.admin.post(&ask, json!({"reason": REASON})).await.is_problem(403, "not_allowed");
    let id = world.asked().await;
    for decision in ["", "withdrawn", "open"] {
        world.decide(&world.admin, &id, decision).await.names_field("/decision", "not_a_choice");
    }
    for (first, last, field, code) in [
        ("2026-06-31", "2026-07-01", "/first_day", "not_a_date"),
        ("2026-06-01", "", "/last_day", "not_a_date"),
        ("2026-06-02", "2026-06-01", "/last_day", "ends_before_start"),
        ("2025-06-01", "2026-06-02", "/last_day", "longer_than_a_year"),
    ] {
        let body = json!({"first_day": first, "last_day": last, "reason": REASON});
        world.app.staff(&["auditor"]).await.post("/api/audit/exports", body).await.names_field(field, code);
    }
}

#[tokio::test]
async fn with_nobody_to_agree_asking_is_refused_at_once() {
    let app = TestApp::start().await;
    let (_, safety, report) = crate::assessments::reported(&app).await;
    let ask = format!("{report}/contact-ask");
    safety.post(&ask, json!({"reason": REASON})).await.is_problem(409, "nobody_to_agree");
    // An auditor is none for a person's address; nor is a colleague who has left.
    app.staff(&["auditor"]).await;
    let left = app.staff(&["safety"]).await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    sqlx::query("UPDATE people SET deactivated_at = $2 WHERE id = $1")
        .bind(left.id().0)
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    safety.post(&ask, json!({"reason": REASON})).await.is_problem(409, "nobody_to_agree");
    app.staff(&["admin"]).await;
    safety.post(&ask, json!({"reason": REASON})).await.is(201);
}

#[tokio::test]
async fn who_may_agree_is_told_by_mail_and_so_is_the_one_who_asked() {
    let world = World::new().await;
    let (support, auditor) = (world.app.staff(&["support"]).await, world.app.staff(&["auditor"]).await);
    for (who, address) in [
        (&world.safety, "safety@team.example"),
        (&world.admin, "admin@team.example"),
        (&support, "support@team.example"),
        (&auditor, "auditor@team.example"),
    ] {
        has_address(&world.app, who, Kind::Staff, address).await;
    }
    let id = world.asked().await;
    world.app.do_jobs().await;
    let letters = world.app.letters_to("admin@team.example");
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains("/desk/approvals") && letters[0].text.contains("второго сотрудника"), "{}", letters[0].text);
    for word in ["угрожают", "Анна", "anna@"] {
        assert!(!letters[0].text.contains(word) && !letters[0].subject.contains(word), "{word}");
    }
    for stranger in ["safety@team.example", "support@team.example", "auditor@team.example"] {
        assert!(world.app.letters_to(stranger).is_empty(), "{stranger}");
    }
    world.decide(&world.admin, &id, "refused").await.is(200);
    world.app.do_jobs().await;
    let answer = world.app.letters_to("safety@team.example");
    assert_eq!(answer.len(), 1);
    assert!(answer[0].text.contains("не согласен"), "{}", answer[0].text);
    assert_eq!(world.app.letters_to("admin@team.example").len(), 1);
}

#[tokio::test]
async fn the_log_leaves_as_a_file_only_with_a_colleague_who_agreed() {
    let world = World::new().await;
    let auditor = world.app.staff(&["auditor"]).await;
    // Somebody on the staff has called themselves a formula.
    let formula = world.app.person(Kind::Staff, "=1+1", &["safety"]).await;
    formula.get(&world.report).await.is(200);
    let day = world.app.now().to_zoned(jiff::tz::TimeZone::get("Europe/Moscow").unwrap()).date();
    let body = json!({"first_day": day.to_string(), "last_day": day.to_string(), "reason": "Проверка по запросу заказчика"});
    world.safety.post("/api/audit/exports", &body).await.is_problem(403, "not_allowed");
    auditor.post("/api/audit/exports", &body).await.is(201);
    let id = newest(&auditor).await["id"].as_str().unwrap().to_owned();
    let file = format!("/api/audit/exports/{id}/file");
    auditor.get(&file).await.is_problem(409, "not_agreed");
    // It is nothing of the safety role's.
    assert_eq!(world.safety.get("/api/approvals").await.is(200).json()["approvals"], json!([]));
    world.decide(&world.safety, &id, "agreed").await.is_problem(404, "not_found");
    world.decide(&world.admin, &id, "agreed").await.is(200);
    world.admin.get(&file).await.is_problem(409, "not_agreed");

    let text = auditor.get(&file).await.is(200).text();
    let mut lines = text.trim_start_matches('\u{FEFF}').split("\r\n");
    assert_eq!(lines.next(), Some("id,at,actor,actor_name,actor_role,action,subject,resource,detail,sequence,hash"));
    assert!(text.contains(",'=1+1,staff,safety.read,") && text.contains("audit.export"), "{text}");
    // People are short numbers.
    let person = world.visit.employee.id().0.simple().to_string();
    assert!(text.contains(&person[20..]) && !text.contains(&person) && !text.contains("Анна"));
    let entries = acts(&world.app, "audit.export").await;
    assert_eq!(entries, [("audit.export".to_owned(), Some(auditor.id().0), None)]);
    // Only the days that were agreed to.
    world.app.pass(SignedDuration::from_mins(59));
    let auditor = world.app.back(&auditor).await;
    auditor.get(&file).await.is(200);
    world.app.pass(SignedDuration::from_mins(1));
    auditor.get(&file).await.is_problem(409, "not_agreed");
}

#[tokio::test]
async fn a_file_holds_each_entry_of_its_days_once_however_many_there_are() {
    let app = TestApp::start().await;
    let (auditor, admin) = (app.staff(&["auditor"]).await, app.staff(&["admin"]).await);
    let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let day = app.now().to_zoned(zone.clone()).date();
    let midnight = day.to_zoned(zone).unwrap().timestamp();
    let mut tx = app.app.db.begin_system().await.unwrap();
    // More than are read at a time, and one just outside at each end.
    for (at, count) in [(midnight - SignedDuration::from_secs(1), 1), (midnight, 4001), (midnight + SignedDuration::from_hours(24), 1)] {
        sqlx::query(
            "INSERT INTO audit_entries (at, actor_role, action, detail) SELECT $1, 'system', 'booking.search', '{}' FROM generate_series(1, $2)",
        )
        .bind(at.to_sqlx())
        .bind(count)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    auditor
        .post(
            "/api/audit/exports",
            json!({"first_day": day.to_string(), "last_day": day.to_string(), "reason": "Проверка по запросу заказчика"}),
        )
        .await
        .is(201);
    let id = newest(&auditor).await["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/api/approvals/{id}/decision"), json!({"decision": "agreed"})).await.is(200);
    let text = auditor.get(&format!("/api/audit/exports/{id}/file")).await.is(200).text();
    assert_eq!(text.matches(",booking.search,").count(), 4001);
}

#[tokio::test]
async fn asking_agreeing_and_taking_want_recent_proof() {
    let world = World::new().await;
    let id = world.asked().await;
    world.app.pass(SignedDuration::from_mins(6));
    world.decide(&world.admin, &id, "agreed").await.is_problem(403, "recent_proof_required");
    let admin = world.app.back(&world.admin).await;
    world.decide(&admin, &id, "agreed").await.is(200);
    world.safety.get(&world.contact()).await.is_problem(403, "recent_proof_required");
    let ask = format!("{}/contact-ask", world.report);
    world.safety.post(&ask, json!({"reason": REASON})).await.is_problem(403, "recent_proof_required");
    let body = json!({"first_day": "2026-06-01", "last_day": "2026-06-01", "reason": REASON});
    world.admin.post("/api/audit/exports", body).await.is_problem(403, "recent_proof_required");
    // Reading the list and taking one's own back want none.
    world.safety.get("/api/approvals").await.is(200);
}

#[tokio::test]
async fn an_ask_is_forgotten_after_a_year_and_a_person_without_an_address_has_none() {
    let world = World::new().await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    sqlx::query("DELETE FROM person_emails WHERE person_id = $1").bind(world.visit.employee.id().0).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let id = world.asked().await;
    world.decide(&world.admin, &id, "agreed").await.is(200);
    assert_eq!(world.safety.get(&world.contact()).await.is(200).json()["email"], Value::Null);
    let person = world.visit.employee.id().0;
    let looked = ("safety.contact_none".to_owned(), Some(world.safety.id().0), Some(person));
    assert!(acts(&world.app, "safety.contact").await.is_empty(), "nothing was opened");
    assert_eq!(acts(&world.app, "safety.contact_none").await, [looked]);

    world.app.pass(SignedDuration::from_hours(24 * 364));
    sweep(&world.app).await;
    let admin = world.app.back(&world.admin).await;
    assert_eq!(newest(&admin).await["id"], json!(id));
    world.app.pass(SignedDuration::from_hours(48));
    sweep(&world.app).await;
    let admin = world.app.back(&admin).await;
    assert_eq!(admin.get("/api/approvals").await.is(200).json()["approvals"], json!([]));
}
