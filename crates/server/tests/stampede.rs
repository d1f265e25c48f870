//! R1: ten thousand open connections want one start. Exactly one gets it (201), everybody else is told so (409), nothing fails. A real server on a port,
//! real connections, each of another employee. `STAMPEDE_CONNECTIONS` and `STAMPEDE_SLOTS` change the size; the bench reads the printed line.
//!
//! The negative controls turn the same harness red: a check before the insert without a constraint books twice, and a plain insert against the exclusion
//! constraint deadlocks (facts: 42–71 answers a second instead of thousands).

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::State, http::StatusCode, routing::post, serve::ListenerExt as _};
use jiff::SignedDuration;
use platform::db::{Db, PoolSize};
use rustix::process::{Resource, getrlimit, setrlimit};
use testkit::Clinic;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Barrier, Semaphore},
    time::Instant,
};

/// What a stampede came to: how many answers had which status, and how long the slowest hundredth waited.
#[derive(Debug)]
struct Outcome {
    statuses: BTreeMap<u16, usize>,
    elapsed: Duration,
    p99: Duration,
}

impl Outcome {
    /// What is wrong with it, if anything.
    fn faults(&self, wanted: usize) -> Option<String> {
        let one = self.statuses.get(&201) == Some(&1);
        let rest = self.statuses.get(&409) == Some(&(wanted - 1));
        (!one || !rest || self.statuses.len() > 2).then(|| format!("{:?}", self.statuses))
    }
}

/// A server, and how many more connections may knock before it has let some in. A queue that overflows on a busy machine would be answered by the kernel
/// with SYN cookies, and late ones with a reset: a fault of the harness, not of what it tests.
#[derive(Debug, Clone)]
struct Door {
    address: SocketAddr,
    room: Arc<Semaphore>,
}

/// Below any backlog.
const KNOCKING: usize = 100;

/// Opens a connection for each request, waits until all are open, sends all at once and reads the answers' status lines.
async fn stampede(door: &Door, requests: Vec<String>) -> Outcome {
    let gate = Arc::new(Barrier::new(requests.len() + 1));
    let clients: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let (gate, door) = (gate.clone(), door.clone());
            tokio::spawn(async move {
                // Given back by the server, when it has let this one in.
                door.room.acquire().await.expect("open").forget();
                let mut stream = TcpStream::connect(door.address).await.expect("a connection");
                gate.wait().await;
                let begun = Instant::now();
                stream.write_all(request.as_bytes()).await.expect("sent");
                let mut head = [0; 12]; // HTTP/1.1 201
                stream.read_exact(&mut head).await.expect("an answer");
                let status = std::str::from_utf8(&head[9..12]).expect("digits").parse::<u16>().expect("a status");
                // The connection stays open until everybody has an answer.
                (status, begun.elapsed(), stream)
            })
        })
        .collect();
    gate.wait().await;
    let begun = Instant::now();
    let mut open = Vec::new();
    let (mut statuses, mut waits) = (BTreeMap::new(), Vec::new());
    for client in clients {
        let (status, wait, stream) = client.await.expect("a client");
        *statuses.entry(status).or_default() += 1;
        waits.push(wait);
        open.push(stream);
    }
    waits.sort();
    let p99 = waits[(waits.len() * 99 / 100).min(waits.len() - 1)];
    Outcome { statuses, elapsed: begun.elapsed(), p99 }
}

/// Serves `router` on a port of its own.
async fn serve(router: Router) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let door = Door { address: listener.local_addr().expect("an address"), room: Arc::new(Semaphore::new(KNOCKING)) };
    let room = door.room.clone();
    let listener = listener.tap_io(move |_| room.add_permits(1));
    tokio::spawn(async move { axum::serve(listener, router).await });
    door
}

/// Each connection takes two descriptors of this process, the server's end included. As many as the machine allows, at most what was asked for.
fn affordable(asked: usize) -> usize {
    let limits = getrlimit(Resource::Nofile);
    let hard = limits.maximum.unwrap_or(u64::MAX);
    let wanted = (asked as u64 * 2 + 1000).min(hard);
    if limits.current.is_some_and(|now| now < wanted) {
        setrlimit(Resource::Nofile, rustix::process::Rlimit { current: Some(wanted), maximum: limits.maximum })
            .expect("up to the hard limit");
    }
    let possible = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX).saturating_sub(1000) / 2;
    asked.min(usize::try_from(possible).unwrap_or(usize::MAX))
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_connections_on_one_start() {
    let connections = affordable(number("STAMPEDE_CONNECTIONS", 10_000));
    // The tests' build is many times slower than a release: a request may wait longer for a connection of the pool than in production.
    let wait = Duration::from_secs(if cfg!(debug_assertions) { 120 } else { 5 });
    let clinic = Clinic::open_with(PoolSize { wait, ..PoolSize::default() }).await;
    let vera = clinic.specialist("Вера").await;
    let people = clinic.employees(connections).await;
    clinic.app.app.slots.catch_up(&clinic.app.app).await.expect("the index reads");
    let door = serve(clinic.app.router.clone()).await;
    for round in 0..number("STAMPEDE_SLOTS", 1) {
        let start =
            (clinic.at("2026-12-16T06:00:00Z") + SignedDuration::from_hours(24 * (round as i64 / 8) + round as i64 % 8)).to_string();
        let body = clinic.wish(&vera, &start).to_string();
        let request = |(n, cookie): (usize, &str)| {
            format!(
                "POST /api/holds HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-ponimau-csrf: 1\r\ncookie: {cookie}\r\n\
                 idempotency-key: stampede-{round}-{n}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        let outcome = stampede(&door, people.iter().map(testkit::Client::cookie).enumerate().map(request).collect()).await;
        let rate = connections as f64 / outcome.elapsed.as_secs_f64();
        println!("stampede: {connections} connections, {rate:.0} answers/s, p99 {:?}", outcome.p99);
        assert_eq!(outcome.faults(connections), None);
        assert_eq!(clinic.overlapping_pairs().await, 0);
        clinic.app.pass(SignedDuration::from_mins(6));
    }
}

/// Serves a naive booking of one start in place of ours.
async fn naive(clinic: &Clinic, statement: &'static str) -> Door {
    let employee = clinic.employee("Анна").await;
    let specialist = clinic.specialist("Вера").await;
    let values = (employee.id().0, specialist.id().0, clinic.category.0, clinic.contract.0);
    let state = (clinic.app.app.db.clone(), values);
    let handler = move |State((db, (employee, specialist, category, contract))): State<(Db, _)>| async move {
        let attempt = async {
            let mut tx = db.begin_system().await?;
            let rows = sqlx::query(statement)
                .bind::<uuid::Uuid>(employee)
                .bind::<uuid::Uuid>(specialist)
                .bind::<uuid::Uuid>(category)
                .bind::<uuid::Uuid>(contract)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            tx.commit().await?;
            Ok::<_, sqlx::Error>(rows)
        };
        match attempt.await {
            Ok(1) => StatusCode::CREATED,
            Ok(_) => StatusCode::CONFLICT,
            Err(error) if error.as_database_error().and_then(|e| e.code()).is_some_and(|c| c == "23P01") => StatusCode::CONFLICT,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    };
    serve(Router::new().route("/", post(handler)).with_state(state)).await
}

/// Drops guards of the schema, as its owner.
async fn without(clinic: &Clinic, guards: &[&'static str]) {
    use sqlx::Connection as _;
    let mut owner = sqlx::PgConnection::connect(&clinic.app.database_url).await.expect("the owner");
    for guard in guards {
        sqlx::raw_sql(*guard).execute(&mut owner).await.expect("dropped");
    }
}

const ONE_START: &str = "DROP INDEX one_start";
const ONE_EMPLOYEE: &str = "ALTER TABLE appointments DROP CONSTRAINT employee_is_free";
const NO_OVERLAP: &str = "ALTER TABLE appointments DROP CONSTRAINT specialist_is_free";

/// Rounds of a control until it is noticed; each round has a start of its own.
async fn is_noticed(clinic: &Clinic, statement: &'static str) -> bool {
    let door = naive(clinic, statement).await;
    for _ in 0..10 {
        let requests = vec!["POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n".to_owned(); 200];
        if stampede(&door, requests).await.faults(200).is_some() {
            return true;
        }
        clinic.run("DELETE FROM appointments WHERE $1 IS NOT NULL", clinic.employee("Уборка").await.id()).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn the_harness_notices_a_check_without_a_constraint() {
    let clinic = Clinic::open().await;
    without(&clinic, &[ONE_START, ONE_EMPLOYEE, NO_OVERLAP]).await;
    let statement = "
        INSERT INTO appointments (id, employee_id, specialist_id, category_id, contract_id, status, format, starts_at, ends_at, blocked,
                                  buffer_before_min, buffer_after_min, cancel_free_until, created_at)
        SELECT gen_random_uuid(), $1, $2, $3, $4, 'booked', 'video', s, s + interval '50 min', tstzrange(s, s + interval '1 h'), 0, 10, s, s
        FROM (SELECT timestamptz '2026-12-16 06:00Z' AS s) x
        WHERE NOT EXISTS (SELECT FROM appointments a WHERE a.specialist_id = $2 AND a.starts_at = s)";
    assert!(is_noticed(&clinic, statement).await, "two rows on one start must be seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_harness_notices_a_plain_insert_against_the_constraint() {
    let clinic = Clinic::open().await;
    without(&clinic, &[ONE_START, ONE_EMPLOYEE]).await;
    let statement = "
        INSERT INTO appointments (id, employee_id, specialist_id, category_id, contract_id, status, format, starts_at, ends_at, blocked,
                                  buffer_before_min, buffer_after_min, cancel_free_until, created_at)
        SELECT gen_random_uuid(), $1, $2, $3, $4, 'booked', 'video', s, s + interval '50 min', tstzrange(s, s + interval '1 h'), 0, 10, s, s
        FROM (SELECT timestamptz '2026-12-16 06:00Z' AS s) x";
    assert!(is_noticed(&clinic, statement).await, "deadlocks (40P01) must be seen");
}
