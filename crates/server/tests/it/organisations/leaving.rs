//! A company says that somebody has left it: what ends, what stays, and that nobody learns whether there was such a person.

use std::time::Duration;

use app::{
    identity::email,
    kernel::ctx::Kind,
    organisations::entry::{self, Eligible, Via},
};
use axum::{body::Body, http::Request};
use domain::ids::CompanyId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Client, Clinic, TestApp};
use uuid::Uuid;

use crate::identity::world::{count, execute, get_code};

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";

/// A clinic whose company has a roster with Anna on it, who came by it.
struct World {
    clinic: Clinic,
    admin: Client,
    anna: Client,
}

const ANNA: &str = "anna@firma.ru";

impl World {
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let admin = clinic.app.staff(&["admin"]).await;
        let anna = came_by(&clinic.app, clinic.company, "Анна", ANNA).await;
        let world = Self { clinic, admin, anna };
        world.roster("add", &[ANNA, "never-entered@firma.ru"]).await;
        world.app().do_jobs().await;
        world
    }

    fn app(&self) -> &TestApp {
        &self.clinic.app
    }

    async fn roster(&self, mode: &str, addresses: &[&str]) {
        let path = format!("/api/operator/companies/{}/roster?mode={mode}", self.clinic.company);
        let file = format!("email\n{}", addresses.join("\n"));
        self.admin.upload(&path, "r.csv", file.as_bytes()).await.is(200);
    }

    /// Anna leaves, and everything that follows from it is done.
    async fn anna_leaves(&self) {
        self.roster("remove", &[ANNA]).await;
        self.app().do_jobs().await;
    }
}

/// A signed-in employee who came by an address on the roster of `company`.
pub async fn came_by(app: &TestApp, company: Uuid, name: &str, address: &str) -> Client {
    let client = app.employee(name).await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    email::set(&mut tx, &app.app, client.id(), Kind::Employee, address).await.unwrap();
    let came_by = Some(entry::roster_lookup(&app.app, address));
    let eligible =
        Eligible { company: CompanyId(company), company_name: String::new(), via: Via::Roster, domain: None, came_by, ends_on: None };
    entry::join(&mut tx, &app.app, client.id(), &eligible).await.unwrap();
    tx.commit().await.unwrap();
    client
}

#[tokio::test]
async fn every_session_is_over_at_once_and_says_why() {
    let world = World::open().await;
    let phone = world.clinic.back(&world.anna).await;
    // A tab that listens.
    let stream = Request::get("/api/live").body(Body::empty()).unwrap();
    let listening = tokio::spawn({
        let anna = world.anna.clone();
        async move { anna.send(stream).await }
    });
    while world.app().app.live.listeners() == 0 {
        assert!(!listening.is_finished(), "the stream has ended: {:?}", listening.await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    world.anna.get("/api/today").await.is(200);
    world.app().app.live.wake(Some(world.anna.id().0));
    world.anna.get("/api/today").await.is(200);
    assert!(!listening.is_finished(), "whoever is in goes on listening");

    world.anna_leaves().await;
    for browser in [&world.anna, &phone] {
        browser.get("/api/today").await.is_problem(401, "access_ended");
        browser.post("/api/holds", json!({})).await.is_problem(401, "access_ended");
        let me = browser.get("/api/me").await.is(200).json();
        assert_eq!((&me["person"], &me["is_access_ended"]), (&Value::Null, &json!(true)));
    }
    // Nobody tells this node's streams of what happened here: the test's database has no listener.
    world.app().app.live.wake(Some(world.anna.id().0));
    let ended = tokio::time::timeout(Duration::from_secs(20), listening).await;
    let said = ended.expect("the stream ends").unwrap().is(200).text();
    assert!(said.ends_with("event: ended\ndata: {}\n\n"), "the tab need not open it again to learn why: {said}");
    // Whoever merely was signed out is told nothing of the kind.
    let boris = world.app().employee("Борис").await;
    boris.post("/api/me/sign-out", json!({})).await;
    let stranger = world.app().anonymous();
    stranger.get("/api/today").await.is_problem(401, "sign_in_required");
    assert_eq!(stranger.get("/api/me").await.is(200).json()["is_access_ended"], false);
}

#[tokio::test]
async fn of_many_who_leave_the_open_calls_come_first() {
    let world = World::open().await;
    came_by(world.app(), world.clinic.company, "Вера", "vera@firma.ru").await;
    world.roster("add", &["vera@firma.ru"]).await;
    world.app().do_jobs().await;
    world.roster("remove", &[ANNA, "vera@firma.ru"]).await;
    world.app().do_jobs_of(&["organisations.follow_roster"]).await;
    let mut tx = world.app().app.db.begin_system().await.unwrap();
    let waiting: Vec<(String,)> =
        sqlx::query_as("SELECT kind FROM jobs WHERE kind LIKE '%.access_ended' ORDER BY run_at, id").fetch_all(&mut *tx).await.unwrap();
    let waiting: Vec<&str> = waiting.iter().map(|(kind,)| kind.as_str()).collect();
    let expected =
        ["identity.access_ended", "sessions.access_ended", "sessions.access_ended", "booking.access_ended", "booking.access_ended"];
    assert_eq!(waiting, expected);
}

#[tokio::test]
async fn only_who_came_by_the_roster_leaves_with_it() {
    let world = World::open().await;
    let app = world.app();
    let by_code = world.clinic.employee("Борис").await;
    let mut tx = app.app.db.begin_system().await.unwrap();
    email::set(&mut tx, &app.app, by_code.id(), Kind::Employee, "boris@firma.ru").await.unwrap();
    tx.commit().await.unwrap();
    let elsewhere = came_by(app, app.contract(world.clinic.category.into(), 4).await.0, "Вера", "vera@firma.ru").await;
    let old = came_by(app, world.clinic.company, "Галя", "galya@firma.ru").await;
    world.clinic.run("UPDATE memberships SET came_by = NULL WHERE person_id = $1", old.id()).await;
    world.roster("add", &["boris@firma.ru", "vera@firma.ru", "galya@firma.ru"]).await;
    world.roster("remove", &["boris@firma.ru", "vera@firma.ru", "galya@firma.ru"]).await;
    app.do_jobs().await;
    for stays in [&by_code, &elsewhere, &world.anna] {
        stays.get("/api/today").await.is(200);
    }
    old.get("/api/today").await.is_problem(401, "access_ended");
}

#[tokio::test]
async fn an_address_of_ones_own_does_not_keep_somebody_in_who_has_left() {
    let world = World::open().await;
    let app = world.app();
    let mut tx = app.app.db.begin_system().await.unwrap();
    email::set(&mut tx, &app.app, world.anna.id(), Kind::Employee, "anna@home.example").await.unwrap();
    tx.commit().await.unwrap();
    world.anna_leaves().await;
    world.anna.get("/api/today").await.is_problem(401, "access_ended");

    // By it she comes back to what stays hers, and to nothing at the company's expense.
    let anna = crate::identity::world::sign_in(app, "anna@home.example").await;
    let today = anna.get("/api/today").await.is(200).json();
    assert_eq!((&today["is_access_ended"], &today["left"]), (&json!(true), &json!([])));
    assert_eq!(anna.get("/api/categories").await.is(200).json()["programme"], json!({ "state": "left" }));
    for own in ["/api/appointments?when=past", "/api/threads", "/api/me/account", "/api/consents", "/api/me/record-access"] {
        anna.get(own).await.is(200);
    }
    let vera = world.clinic.specialist("Вера").await;
    anna.post("/api/holds", world.clinic.wish(&vera, FRIDAY_9)).await.is_problem(409, "contract_not_in_force");
}

#[tokio::test]
async fn the_mailbox_of_the_company_opens_nothing_any_more_and_is_written_to_no_more() {
    let world = World::open().await;
    let app = world.app();
    let vera = world.clinic.specialist("Вера").await;
    world.anna.post("/api/appointments", world.clinic.wish(&vera, FRIDAY_9)).await.is(201);
    app.do_jobs().await;
    let (challenge, code) = get_code(app, &app.anonymous(), ANNA).await;
    let before = app.letters_to(ANNA).len();
    world.anna_leaves().await;
    // A code that was sent before, one that is asked for now, and the news that the consultation is off: all would be read by others.
    crate::identity::world::answer_code(&app.anonymous(), &challenge, &code).await.is_problem(410, "code_expired");
    crate::identity::world::ask_for_code(&app.anonymous(), ANNA).await;
    app.do_jobs().await;
    assert_eq!(app.letters_to(ANNA).len(), before);

    world.roster("add", &[ANNA]).await;
    app.do_jobs().await;
    let anna = crate::identity::world::sign_in(app, ANNA).await;
    assert_eq!(anna.get("/api/today").await.is(200).json()["is_access_ended"], false, "who is back is back");
    assert_eq!(count(app, "SELECT count(*) FROM memberships WHERE ended_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_is_planned_at_the_companys_expense_is_off_and_costs_nothing() {
    let world = World::open().await;
    let app = world.app();
    let [vera, olga] = [world.clinic.specialist("Вера").await, world.clinic.specialist("Ольга").await];
    let mut tx = app.app.db.begin_system().await.unwrap();
    email::set(&mut tx, &app.app, vera.id(), Kind::Specialist, "vera@clinic.example").await.unwrap();
    tx.commit().await.unwrap();
    let hold = async |with: &Client, start: &str| {
        let held = world.anna.post("/api/holds", world.clinic.wish(with, start)).await.is(201).json();
        held["id"].as_str().unwrap().to_owned()
    };
    // Tomorrow at nine: late for calling off freely, had she done it herself.
    let booked = hold(&vera, "2026-12-14T12:00:00Z").await;
    world.anna.post(&format!("/api/appointments/{booked}/confirm"), json!({})).await.is(200);
    hold(&olga, FRIDAY_9).await;
    let wish = json!({ "category_id": world.clinic.category, "length_min": 50, "format": "video", "before": FRIDAY_9 });
    world.anna.post("/api/waiting", wish).await.is(201);
    assert_eq!(world.clinic.balance(&world.anna).await, (8, 2, 0));
    let boris = world.clinic.employee("Борис").await;
    boris.post("/api/holds", world.clinic.wish(&vera, "2026-12-14T12:00:00Z")).await.is_problem(409, "time_taken");
    app.do_jobs().await;
    let told = app.letters_to("vera@clinic.example").len();

    world.anna_leaves().await;
    assert_eq!(world.clinic.balance(&world.anna).await, (8, 0, 0));
    assert_eq!((world.clinic.count("canceled").await, world.clinic.count("expired").await), (1, 1));
    assert_eq!(count(app, "SELECT count(*) FROM waiting_entries WHERE status = 'left'").await, 1);
    assert_eq!(app.letters_to("vera@clinic.example").len(), told + 1, "the specialist is told");
    let seen = vera.get(&format!("/api/appointments/{booked}")).await.is(200).json();
    assert_eq!(seen["status"], "canceled");
    boris.post("/api/holds", world.clinic.wish(&vera, "2026-12-14T12:00:00Z")).await.is(201);
    assert_eq!(world.clinic.wrong_balances().await, 0);
}

#[tokio::test]
async fn an_open_call_ends_for_both_and_the_specialist_reads_why() {
    let world = World::open().await;
    let app = world.app();
    let vera = world.clinic.specialist("Вера").await;
    let contract: (Uuid,) = {
        let mut tx = app.app.db.begin_system().await.unwrap();
        sqlx::query_as("SELECT id FROM contracts").fetch_one(&mut *tx).await.unwrap()
    };
    let ten = SignedDuration::from_mins(10);
    let visit = app.book(world.anna.clone(), vera.clone(), world.clinic.category.into(), contract.0, ten).await;
    app.pass(ten);
    let call = format!("/api/calls/{}", visit.id);
    for person in [&world.anna, &vera] {
        person.post(&format!("{call}/access"), json!({})).await.is(200);
        person.post(&format!("{call}/presence"), json!({ "sign": "joined" })).await.is(204);
    }
    world.anna.post(&format!("{call}/signals"), json!({ "signal": {} })).await.is(200);
    for _ in 0..24 {
        app.pass(SignedDuration::from_secs(30));
        for person in [&world.anna, &vera] {
            person.post(&format!("{call}/presence"), json!({ "sign": "seen" })).await.is(204);
        }
    }
    let mut rooms = app.app.db.listen("rooms").await.unwrap();

    world.anna_leaves().await;
    world.anna.post(&format!("{call}/presence"), json!({ "sign": "seen" })).await.is_problem(401, "access_ended");
    vera.post(&format!("{call}/access"), json!({})).await.is_problem(410, "consultation_over");
    let seen = vera.get(&call).await.is(200).json();
    assert_eq!((&seen["is_ended"], &seen["is_access_ended"]), (&json!(true), &json!(true)));
    let told = rooms.recv().await.unwrap();
    assert_eq!(count(app, "SELECT count(*) FROM call_signals").await, 0);
    let mut tx = app.app.db.begin_system().await.unwrap();
    let (room, hints): (String, i64) =
        sqlx::query_as("SELECT room, (SELECT count(*) FROM live_events WHERE recipient_id = $1 AND kind = 'call.ended') FROM call_rooms")
            .bind(vera.id().0)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!((told.payload(), hints), (room.as_str(), 1), "every relay lets go of the room");
    // Twelve minutes together: by the rule for every consultation it was held, and is used.
    let (outcome,): (String,) = sqlx::query_as("SELECT outcome FROM session_outcomes").fetch_one(&mut *tx).await.unwrap();
    assert_eq!((outcome.as_str(), world.clinic.balance(&world.anna).await.2), ("held", 1));
}

#[tokio::test]
async fn who_waits_at_the_door_of_one_called_off_reads_why() {
    let world = World::open().await;
    let vera = world.clinic.specialist("Вера").await;
    let booked = world.anna.post("/api/appointments", world.clinic.wish(&vera, FRIDAY_9)).await.is(201).json();
    let call = format!("/api/calls/{}", booked["id"].as_str().unwrap());
    assert_eq!(vera.get(&call).await.is(200).json()["is_access_ended"], false);
    world.anna_leaves().await;
    let seen = vera.get(&call).await.is(200).json();
    assert_eq!((&seen["status"], &seen["is_access_ended"]), (&json!("canceled"), &json!(true)));
}

/// What the request does must be the same for everybody, and what follows must name nobody where staff look.
#[tokio::test]
async fn nobody_learns_whether_there_was_such_a_person() {
    let world = World::open().await;
    let app = world.app();
    let left = async |address: &str| {
        let before = count(app, "SELECT coalesce(max(id), 0) FROM jobs").await;
        world.roster("remove", &[address]).await;
        let mut tx = app.app.db.begin_system().await.unwrap();
        let asked: Vec<(String, i64)> = sqlx::query_as("SELECT kind, length(payload::text)::bigint FROM jobs WHERE id > $1")
            .bind(before)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        asked
    };
    let before = count(app, "SELECT coalesce(max(id), 0) FROM audit_entries").await;
    assert_eq!(left(ANNA).await, left("never-entered@firma.ru").await);
    app.do_jobs().await;
    world.anna.get("/api/today").await.is_problem(401, "access_ended");
    let mut tx = app.app.db.begin_system().await.unwrap();
    let written: Vec<(String, Option<Uuid>)> = sqlx::query_as("SELECT action, subject_id FROM audit_entries WHERE id > $1 ORDER BY id")
        .bind(before)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(written, vec![("organisations.apply_roster".to_owned(), None); 2]);
}

/// On the real clock: a job which hangs keeps the ordinary hand busy, and the person is out all the same.
#[tokio::test(flavor = "multi_thread")]
async fn within_five_seconds_whatever_else_is_to_be_done() {
    let world = World::open().await;
    let app = &world.app().app;
    let mut stuck = app.db.begin_system().await.unwrap();
    sqlx::query("LOCK TABLE spent_tokens").execute(&mut *stuck).await.unwrap();
    execute(
        world.app(),
        sqlx::query("INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('kernel.sweep', '{}', $1, $1)")
            .bind(jiff_sqlx::ToSqlx::to_sqlx(app.now())),
    )
    .await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(app::worker::work(app.clone(), stopping));
    while count(world.app(), "SELECT count(*) FROM jobs WHERE kind = 'kernel.sweep' AND attempts = 1").await == 0 {
        tokio::task::yield_now().await;
    }
    world.roster("remove", &[ANNA]).await;
    let out = async {
        while world.anna.get("/api/today").await.status == 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), out).await.expect("out within five seconds");
    drop(stuck);
    stop.send(true).unwrap();
    worker.await.unwrap();
}
