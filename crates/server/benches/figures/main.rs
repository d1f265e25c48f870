//! `make bench`: the figures of "Speed and size to reach", measured on the real binary over real connections, on a real PostgreSQL with everything that
//! keeps bookings safe switched on. Machines are noisy by a factor of ten, so each figure stands beside a baseline measured in turns with it, and what
//! counts is the ratio. Writes docs/benchmarks.md. `FIGURES=quick` tries everything once and small, and writes nothing.

mod by_hand;
mod index;
mod load;
mod report;

use std::{
    process::Command,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};
use jiff_sqlx::ToSqlx as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use testkit::{Ask, Client, Clinic, Durable, Node, NodeSettings, Wire};
use tokio::{
    sync::Barrier,
    time::{Instant, sleep},
};

use self::{
    by_hand::Booking,
    load::{Outcome, Wanted, load},
    report::{Report, Spread, ms},
};

const LASTS: Duration = Duration::from_secs(2);
/// As the product's default.
const POOL: &str = "10";
const SPECIALISTS: usize = 100;
/// After which memory that is no longer needed has been given back.
const SETTLED: Duration = Duration::from_secs(20);
/// Besides, with nothing booked: for measuring bookings.
const FRESH_SPECIALISTS: usize = 200;

/// How much is measured.
struct Size {
    rounds: usize,
    employees: usize,
    streams: usize,
    stampede: usize,
    is_quick: bool,
}

impl Size {
    fn asked_for() -> Self {
        if std::env::var("FIGURES").is_ok_and(|wanted| wanted == "quick") {
            Self { rounds: 1, employees: 1_500, streams: 50, stampede: 100, is_quick: true }
        } else {
            Self { rounds: 5, employees: 50_000, streams: 5_000, stampede: 10_000, is_quick: false }
        }
    }
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` would run this too; it is no test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (size, files) = (Size::asked_for(), affordable_files());
    let mut report = Report::begin();
    let database = Durable::start(&[]).await;
    let clinic = Clinic::open_beside_nodes(&database).await;
    let settings = NodeSettings::new(env!("CARGO_BIN_EXE_ponimau")).on(&database).with("PONIMAU_DATABASE_CONNECTIONS", POOL);

    say("people and bookings");
    let world = World::make(&clinic, &database, size.employees).await;
    say("start");
    let node = start(&mut report, &settings, size.rounds).await;
    sleep(Duration::from_secs(3)).await;
    let idle = resident_mb(&node);
    report.row("server memory, idle", "≤ 60 MB", &format!("{idle} MB"), "", "");
    say("reading");
    reading(&mut report, &settings, &world, size.rounds).await;
    say("booking");
    booking(&mut report, &settings, &clinic, &world, size.rounds).await;
    say("the index");
    who_is_free(&mut report);
    say("one start");
    stampede(&mut report, &settings, &world, size.stampede.min(files / 2)).await;
    sleep(SETTLED).await;
    report.row("server memory after that rush", "", &format!("{} MB", resident_mb(&node)), "", "");
    say("streams");
    let streams = open_streams(&settings, &world, size.streams.min(files / 2)).await;
    let with_streams = resident_mb(&node);
    let what = format!("server memory, {} employees, {} open streams", size.employees, streams.len());
    report.row(
        &what,
        "≤ 150 MB",
        &format!("{with_streams} MB"),
        "",
        &format!("{:.1} kB a stream", kb_each(with_streams, idle, streams.len())),
    );
    drop(streams);
    drop(node);
    database.end().await;
    say("the relay");
    relay(&mut report);
    report.end(size.is_quick);
}

fn say(what: &str) {
    eprintln!("measuring: {what}");
}

/// Raises the limit of open files as far as it goes; the node inherits it.
fn affordable_files() -> usize {
    let limits = getrlimit(Resource::Nofile);
    let wanted = limits.maximum.unwrap_or(100_000).min(100_000);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limits.maximum });
    usize::try_from(getrlimit(Resource::Nofile).current.unwrap_or(1024)).unwrap_or(usize::MAX).saturating_sub(500)
}

struct World {
    clinic_category: uuid::Uuid,
    contract: uuid::Uuid,
    specialists: Vec<Client>,
    employees: Vec<Client>,
    now: Timestamp,
}

impl World {
    /// The data of the peers' measurements: 100 specialists with six bookings on each of 60 days. And 50,000 employees.
    async fn make(clinic: &Clinic, database: &Durable, count: usize) -> Self {
        let mut employees = Vec::new();
        while employees.len() < count {
            employees.extend(clinic.employees(5_000.min(count)).await);
        }
        let mut specialists = Vec::new();
        for _ in 0..SPECIALISTS {
            specialists.push(clinic.specialist("Вера").await);
        }
        let now = clinic.app.now();
        let mut tx = clinic.system().await;
        // Employee n goes to specialist n, so that nobody is in two places.
        sqlx::query(
            "INSERT INTO appointments (id, employee_id, specialist_id, category_id, contract_id, status, format, starts_at, ends_at, blocked,
                                       buffer_before_min, buffer_after_min, booked_at, cancel_free_until, created_at)
             SELECT gen_random_uuid(), pair.employee, pair.specialist, $3, $4, 'booked', 'video', s, s + interval '30 min',
                    tstzrange(s, s + interval '40 min'), 0, 10, $5, s, $5
             FROM unnest($1::uuid[], $2::uuid[]) AS pair(employee, specialist),
                  generate_series(0, 59) AS days, generate_series(0, 5) AS hours,
                  LATERAL (SELECT date_trunc('day', $5::timestamptz, 'UTC') + make_interval(days => days, hours => 6 + hours)) AS t(s)",
        )
        .bind(employees.iter().take(SPECIALISTS).map(|e| e.id().0).collect::<Vec<_>>())
        .bind(specialists.iter().map(|s| s.id().0).collect::<Vec<_>>())
        .bind(clinic.category.0)
        .bind(clinic.contract.0)
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("bookings");
        tx.commit().await.expect("commits");
        database.run("VACUUM ANALYZE").await;
        let (clinic_category, contract) = (clinic.category.0, clinic.contract.0);
        Self { clinic_category, contract, specialists, employees, now }
    }

    fn get(&self, path: impl Fn(usize) -> String) -> Arc<Vec<Wanted>> {
        self.ask(path, "")
    }

    /// The same of many people; an empty `body` makes it a GET.
    fn ask(&self, path: impl Fn(usize) -> String, body: &str) -> Arc<Vec<Wanted>> {
        let asked = (0..1_000).map(|n| Wanted {
            path: path(n),
            cookie: self.employees[SPECIALISTS + n].cookie().to_owned(),
            body: body.to_owned(),
        });
        Arc::new(asked.collect())
    }
}

/// Nine to sixteen in Moscow, Monday to Friday, of the coming four weeks.
fn starts(now: Timestamp) -> Vec<Timestamp> {
    let today = now.to_zoned(TimeZone::UTC).date();
    (2..29)
        .map(|days| today.saturating_add(jiff::Span::new().days(days)))
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .flat_map(|day| (6..14).map(move |hour| day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day").timestamp()))
        .collect()
}

/// From the start of the process to the first answer, the database being up. The last one goes on.
async fn start(report: &mut Report, settings: &NodeSettings, rounds: usize) -> Node {
    // The first start brings nothing up to date any more; it warms the file cache.
    drop(settings.start_ready().await);
    let mut took = Vec::new();
    let mut node = None;
    for _ in 0..rounds {
        drop(node.take());
        let begun = Instant::now();
        node = Some(settings.start_ready().await);
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let took = Spread::of(took);
    report.row("start to first answer, database up", "< 1 s", &format!("{took} ms"), "", "");
    node.expect("the last one")
}

async fn reading(report: &mut Report, settings: &NodeSettings, world: &World, count: usize) {
    let (from, to) = (world.now + SignedDuration::from_hours(2), world.now + SignedDuration::from_hours(2 + 24 * 14));
    let category = world.clinic_category;
    let by_key = world.get(|_| "/api/me/notifications".into());
    let account = world.get(|_| "/api/me/account".into());
    let slots = world.get(|n| {
        let specialist = world.specialists[n % SPECIALISTS].id();
        format!("/api/specialists/{specialist}/slots?category={category}&length=50&from={from}&to={to}")
    });
    let cards = world.ask(|_| "/api/find".into(), &serde_json::json!({"category_id": category, "limit": 50}).to_string());
    let figures = [
        ("free slots of 1 specialist, 14 days, authenticated, c=16", "≥ 1,500/s, p99 ≤ 40 ms; within 3 × a key read", &slots, 16),
        ("next free time on the cards of 100 specialists, 50 shown, c=8", "≥ 1,000/s; ≤ 10 ms alone", &cards, 8),
        ("authenticated read (own account), c=16", "≥ 1,000/s and vCPU", &account, 16),
    ];
    let next = Arc::new(AtomicUsize::new(0));
    let address = settings.address();
    // Everything once, so that plans and caches are as they will be.
    for wanted in [&by_key, &slots, &cards, &account] {
        load(address, 8, Duration::from_millis(500), wanted, &next).await;
    }
    for (what, target, wanted, connections) in figures {
        let mut rounds = Vec::new();
        for _ in 0..count {
            let baseline = load(address, connections, LASTS, &by_key, &next).await;
            rounds.push((load(address, connections, LASTS, wanted, &next).await, baseline));
        }
        assert!(rounds.iter().all(|(own, _)| own.statuses.keys().all(|status| *status == 200)), "{what}: {:?}", rounds[0].0.statuses);
        report.compared(what, target, "one primary-key read through the same stack", &rounds);
    }
    let alone = load(address, 1, LASTS, &cards, &next).await;
    report.row("the same cards, asked alone", "≤ 10 ms", &format!("p50 {}, p99 {}", ms(alone.p50), ms(alone.p99)), "", "");
}

async fn booking(report: &mut Report, settings: &NodeSettings, clinic: &Clinic, world: &World, count: usize) {
    let mut fresh = Vec::new();
    for _ in 0..FRESH_SPECIALISTS {
        fresh.push(clinic.specialist("Ольга").await);
    }
    let people = &world.employees[SPECIALISTS..][..19_997.min(world.employees.len() - SPECIALISTS)];
    let starts = starts(world.now);
    let wanted = (0..starts.len() * fresh.len()).map(|n| (&people[n % people.len()], &fresh[n % fresh.len()], starts[n / fresh.len()]));
    let by_api = wanted.clone().map(|(employee, specialist, start)| Wanted {
        path: "/api/appointments".into(),
        cookie: employee.cookie().to_owned(),
        body: clinic.wish(specialist, &start.to_string()).to_string(),
    });
    let by_api = Arc::new(by_api.collect::<Vec<_>>());
    let by_hand = wanted.map(|(employee, specialist, start)| Booking {
        employee: employee.id().0,
        specialist: specialist.id().0,
        category: world.clinic_category,
        contract: world.contract,
        start: start.to_sqlx(),
    });
    let by_hand = Arc::new(by_hand.collect::<Vec<_>>());
    let next = Arc::new(AtomicUsize::new(0));
    let mut rounds = Vec::new();
    for _ in 0..count {
        let baseline = by_hand::load(&clinic.app.app.db, 32, LASTS, &by_hand, &next).await;
        rounds.push((load(settings.address(), 32, LASTS, &by_api, &next).await, baseline));
    }
    let statuses: Vec<_> = rounds.iter().map(|(own, _)| own.statuses.clone()).collect();
    assert!(statuses.iter().all(|s| s.keys().all(|status| matches!(status, 201 | 503))), "not every booking was made: {statuses:?}");
    assert_eq!(clinic.overlapping_pairs().await, 0);
    let what = "full booking (rights, idempotency, hold, quota, audit, outbox; fsync on), c=32";
    report.compared(
        what,
        "≥ 70 % of the same writes by hand, p99 ≤ 100 ms",
        "the same writes in one transaction by hand, same pool",
        &rounds,
    );
}

fn who_is_free(report: &mut Report) {
    for (count, days, target) in [(1_000, 14, "p99 < 10 ms"), (10_000, 30, "p99 < 60 ms")] {
        let speed = index::measure(count, days);
        report.row(
            &format!("who is free among {count} × {days} days, in memory"),
            target,
            &format!(
                "p99 {}; the 20 soonest {}; a row is built in {:.0?}",
                ms(speed.who_is_free_p99),
                ms(speed.soonest_20),
                speed.build_a_row
            ),
            &format!("the engine, one after the other: {}", ms(speed.by_engine)),
            &format!("{:.0} × faster", speed.by_engine.as_secs_f64() / speed.who_is_free_p99.as_secs_f64()),
        );
    }
}

/// R1 on the real binary.
async fn stampede(report: &mut Report, settings: &NodeSettings, world: &World, connections: usize) {
    // 16 o'clock in Moscow: after the six bookings of the day.
    let (specialist, start) = (world.specialists[7].id(), starts(world.now)[7]);
    let body = serde_json::json!({
        "specialist_id": specialist, "category_id": world.clinic_category, "starts_at": start.to_string(), "length_min": 50, "format": "video",
    })
    .to_string();
    let gate = Arc::new(Barrier::new(connections + 1));
    let opening = Arc::new(tokio::sync::Semaphore::new(400));
    let clients: Vec<_> = world.employees[world.employees.len() - connections..]
        .iter()
        .map(|person| {
            let (gate, opening, address, cookie, body) =
                (gate.clone(), opening.clone(), settings.address(), person.cookie().to_owned(), body.clone());
            tokio::spawn(async move {
                let permit = opening.acquire().await.expect("open");
                let mut wire = Wire::connect(address).await.expect("a connection");
                drop(permit);
                gate.wait().await;
                let asked = Instant::now();
                let reply = wire.ask(Ask::post("/api/holds", &cookie, "stampede", &body)).await.expect("an answer");
                (asked.elapsed(), reply.status, wire)
            })
        })
        .collect();
    gate.wait().await;
    let begun = Instant::now();
    let (mut waits, mut open) = (Vec::new(), Vec::new());
    for client in clients {
        let (wait, status, wire) = client.await.expect("a client");
        waits.push((wait, status));
        open.push(wire);
    }
    let outcome = Outcome::of(waits, begun.elapsed());
    report.row(
        &format!("{connections} connections on one start"),
        "one 201, the rest 409, no 5xx, p99 ≤ 2.5 s",
        &format!("{:?}, p99 {}, {:.0}/s", outcome.statuses, ms(outcome.p99), outcome.per_second),
        "",
        "",
    );
}

async fn open_streams(settings: &NodeSettings, world: &World, count: usize) -> Vec<Wire> {
    let mut streams = Vec::new();
    for chunk in world.employees[..count].chunks(100) {
        let opening = chunk.iter().map(|person| async {
            let mut wire = Wire::connect(settings.address()).await.expect("a connection");
            assert_eq!(wire.open_stream(Ask::get("/api/live", person.cookie())).await.expect("an answer"), 200);
            wire
        });
        streams.extend(futures::future::join_all(opening).await);
    }
    sleep(SETTLED).await;
    streams
}

/// VmRSS of `/proc/PID/status` (proc_pid_status(5)).
fn resident_mb(node: &Node) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.pid())).expect("it runs");
    let kb = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kb.expect("a size") / 1024
}

fn kb_each(with: u64, without: u64, count: usize) -> f64 {
    with.saturating_sub(without) as f64 * 1024.0 / count.max(1) as f64
}

/// The relay's own measurement, against a bare forwarder in turns.
fn relay(report: &mut Report) {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let run = Command::new(cargo).args(["run", "--release", "--quiet", "-p", "relay", "--example", "load", "--", "30", "4"]).output();
    match run {
        Ok(output) if output.status.success() => report.block("A relayed packet", &String::from_utf8_lossy(&output.stdout)),
        other => panic!("the relay was not measured: {other:?}"),
    }
}
