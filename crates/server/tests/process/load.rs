//! People who book and cancel without pause, and write down what they were told. As a good browser does, they repeat a command whose answer was lost
//! under its key until there is an answer. So what they were told must be exactly what the database holds in the end: nothing lost, nothing twice.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
use serde_json::{Value, json};
use testkit::{Ask, Client, Clinic, Durable, Wire};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};
use uuid::Uuid;

const PEOPLE: usize = 12;
const SPECIALISTS: usize = 8;
/// Nobody keeps more than this: they cancel the oldest, so that the weeks never fill up.
const KEPT_MAX: usize = 5;
/// After this a command without an answer is a fault.
const PATIENCE: Duration = Duration::from_secs(150);

/// A deployment in which people may book as often as they like.
pub struct World {
    pub clinic: Clinic,
    pub people: Vec<Client>,
    pub specialists: Vec<Client>,
}

impl World {
    pub async fn make(database: &Durable, people: usize) -> Self {
        let clinic = Clinic::open_beside_nodes(database).await;
        let mut specialists = Vec::new();
        for _ in 0..SPECIALISTS {
            specialists.push(clinic.specialist("Вера").await);
        }
        clinic.run("UPDATE contract_coverage SET sessions_per_year = 300 WHERE $1 IS NOT NULL", specialists[0].id()).await;
        let people = clinic.employees(people).await;
        Self { clinic, people, specialists }
    }

    /// What to ask for: the `n`th hour of the coming weeks at which a specialist can be booked, at least two days ahead, so that cancelling is free.
    pub fn wish(&self, specialist: usize, n: usize) -> String {
        wish(&self.clinic, &self.specialists[specialist % SPECIALISTS], &starts(self.clinic.app.now()), n)
    }

    /// What to ask of a specialist for at an hour that nobody has `taken`.
    pub fn wish_beside(&self, specialist: usize, taken: &[Timestamp]) -> String {
        let n = starts(self.clinic.app.now()).iter().position(|start| !taken.contains(start)).expect("an hour is left");
        self.wish(specialist, n)
    }
}

fn wish(clinic: &Clinic, specialist: &Client, starts: &[Timestamp], n: usize) -> String {
    clinic.wish(specialist, &starts[n % starts.len()].to_string()).to_string()
}

/// Monday to Friday, 9 to 17 o'clock in Moscow.
fn starts(now: Timestamp) -> Vec<Timestamp> {
    let today = now.to_zoned(TimeZone::UTC).date();
    (3..28)
        .map(|days| today.saturating_add(jiff::Span::new().days(days)))
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .flat_map(|day| (6..14).map(move |hour| day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day of this year").timestamp()))
        .collect()
}

/// What one person was told.
#[derive(Debug, Default)]
pub struct Diary {
    /// The state of each appointment as last told.
    told: HashMap<Uuid, &'static str>,
    /// How many answers had which status.
    pub answers: BTreeMap<u16, u64>,
    /// How many commands had to be repeated, because their answer was lost or a node was not there.
    pub repeated: u64,
    faults: Vec<String>,
}

/// The running load.
pub struct Load {
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<Diary>>,
    acknowledged: Arc<AtomicU64>,
}

impl Load {
    pub fn start(world: &World, address: SocketAddr) -> Self {
        let (stop, stopping) = watch::channel(false);
        let acknowledged = Arc::new(AtomicU64::new(0));
        let starts = Arc::new(starts(world.clinic.app.now()));
        let wishes: Arc<Vec<String>> =
            Arc::new(world.specialists.iter().flat_map(|s| (0..starts.len()).map(|n| wish(&world.clinic, s, &starts, n))).collect());
        let workers = world.people.iter().take(PEOPLE).enumerate().map(|(n, person)| {
            let worker = Worker {
                address,
                cookie: person.cookie().to_owned(),
                name: format!("person-{n}"),
                wishes: wishes.clone(),
                // Spread over the weeks; the sequence visits every wish once before any again.
                next: n * wishes.len() / PEOPLE,
                commands: 0,
                wire: None,
                diary: Diary::default(),
                kept: Vec::new(),
                acknowledged: acknowledged.clone(),
            };
            tokio::spawn(worker.live(stopping.clone()))
        });
        Self { workers: workers.collect(), stop, acknowledged }
    }

    /// Bookings and cancellations acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Waits until at least `count` more were acknowledged.
    pub async fn goes_on(&self, count: u64, within: Duration) -> bool {
        let (begun, before) = (Instant::now(), self.acknowledged());
        while self.acknowledged() < before + count {
            if begun.elapsed() > within {
                return false;
            }
            sleep(Duration::from_millis(5)).await;
        }
        true
    }

    /// Everybody ends what they have begun.
    pub async fn end(self) -> Vec<Diary> {
        let _ = self.stop.send(true);
        let mut diaries = Vec::new();
        for worker in self.workers {
            diaries.push(worker.await.expect("nobody panics"));
        }
        diaries
    }
}

struct Worker {
    address: SocketAddr,
    cookie: String,
    name: String,
    wishes: Arc<Vec<String>>,
    next: usize,
    commands: u64,
    wire: Option<Wire>,
    diary: Diary,
    kept: Vec<Uuid>,
    acknowledged: Arc<AtomicU64>,
}

impl Worker {
    async fn live(mut self, stopping: watch::Receiver<bool>) -> Diary {
        while !*stopping.borrow() {
            if self.kept.len() >= KEPT_MAX {
                self.cancel().await
            } else {
                self.book().await
            }
            // A moment, so that the machine also gets on with what was asked for.
            sleep(Duration::from_millis(10)).await;
        }
        self.diary
    }

    async fn book(&mut self) {
        self.next = (self.next + 7) % self.wishes.len();
        let wish = self.wishes[self.next].clone();
        match self.command("/api/appointments", &wish).await {
            Some((201, answer)) => match answer["id"].as_str().and_then(|id| id.parse().ok()) {
                Some(id) => {
                    self.kept.push(id);
                    self.is_told(id, "booked");
                }
                None => self.diary.faults.push(format!("an answer without an id: {answer}")),
            },
            Some((409, _)) | None => {}
            Some((status, answer)) => self.diary.faults.push(format!("booking was answered {status}: {answer}")),
        }
    }

    async fn cancel(&mut self) {
        let id = self.kept.remove(0);
        match self.command(&format!("/api/appointments/{id}/cancel"), "{}").await {
            Some((200, _)) => self.is_told(id, "canceled"),
            Some((status, answer)) => self.diary.faults.push(format!("{id} could not be canceled: {status} {answer}")),
            None => {}
        }
    }

    fn is_told(&mut self, id: Uuid, state: &'static str) {
        if state == "booked" && self.diary.told.contains_key(&id) {
            self.diary.faults.push(format!("{id} was booked twice"));
        }
        self.diary.told.insert(id, state);
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
    }

    /// Does a command once, however often it must be asked for.
    async fn command(&mut self, path: &str, body: &str) -> Option<(u16, Value)> {
        self.commands += 1;
        let key = format!("{}-command-{}", self.name, self.commands);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.ask(path, &key, body).await {
                Some((status, answer)) if status < 500 && answer["code"] != "busy_try_again" => {
                    *self.diary.answers.entry(status).or_default() += 1;
                    return Some((status, answer));
                }
                _ => {}
            }
            self.diary.repeated += 1;
            sleep(Duration::from_millis(50)).await;
        }
        self.diary.faults.push(format!("{key} was never answered"));
        None
    }

    async fn ask(&mut self, path: &str, key: &str, body: &str) -> Option<(u16, Value)> {
        let mut wire = match self.wire.take() {
            Some(wire) => wire,
            None => Wire::connect(self.address).await.ok()?,
        };
        let reply = wire.ask(Ask::post(path, &self.cookie, key, body)).await.ok()?;
        self.wire = Some(wire);
        Some((reply.status, reply.json()))
    }
}

/// What is wrong, comparing what people were told with what the database holds.
pub async fn faults(world: &World, database: &Durable, diaries: &[Diary]) -> Vec<String> {
    use sqlx::Connection as _;
    let mut owner = database.connect().await;
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, status FROM appointments").fetch_all(&mut owner).await.expect("appointments");
    owner.close().await.expect("closes");
    let held: HashMap<Uuid, String> = rows.into_iter().collect();
    let told: HashMap<Uuid, &str> = diaries.iter().flat_map(|d| d.told.iter().map(|(id, state)| (*id, *state))).collect();
    let mut faults: Vec<String> = diaries.iter().flat_map(|d| d.faults.clone()).collect();
    for (id, state) in &told {
        match held.get(id) {
            None => faults.push(format!("lost: {id} was acknowledged as {state} and is not there")),
            Some(status) if status != state => faults.push(format!("lost: {id} was acknowledged as {state} and is {status}")),
            Some(_) => {}
        }
    }
    for (id, status) in held.iter().filter(|(id, _)| !told.contains_key(id)) {
        faults.push(format!("more than once: nobody was told of {id}, which is {status}"));
    }
    let (overlaps, balances) = (world.clinic.overlapping_pairs().await, world.clinic.wrong_balances().await);
    if (overlaps, balances) != (0, 0) {
        faults.push(format!("{overlaps} overlapping pairs, {balances} wrong balances"));
    }
    faults
}

/// Waits until every job that is due was done, and expects none to have been given up.
pub async fn jobs_drain(database: &Durable, within: Duration) {
    use sqlx::Connection as _;
    let mut owner = database.connect().await;
    let begun = Instant::now();
    loop {
        let (due, dead, kinds): (i64, i64, Value) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE dead_at IS NULL), count(dead_at), coalesce(jsonb_object_agg(kind, 1), '{}') FROM jobs
             WHERE run_at <= clock_timestamp() AND coalesce(unique_key, '') NOT LIKE 'periodic:%'",
        )
        .fetch_one(&mut owner)
        .await
        .expect("jobs");
        assert_eq!(dead, 0, "jobs were given up: {kinds}");
        if due == 0 {
            break;
        }
        assert!(begun.elapsed() < within, "{due} jobs are still due after {within:?}: {kinds}");
        sleep(Duration::from_millis(100)).await;
    }
    owner.close().await.expect("closes");
}

/// Totals for the line that the bench reads.
pub fn summary(diaries: &[Diary]) -> Value {
    let mut answers: BTreeMap<u16, u64> = BTreeMap::new();
    for (status, count) in diaries.iter().flat_map(|d| &d.answers) {
        *answers.entry(*status).or_default() += count;
    }
    json!({ "answers": answers, "repeated": diaries.iter().map(|d| d.repeated).sum::<u64>() })
}
