//! What happens at the same moment. Every race is run for real: many requests at once against one database.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::{BuildHasher as _, Hasher as _},
    time::Duration,
};

use domain::ids::PersonId;
use futures::future::join_all;
use jiff::SignedDuration;
use platform::db::{PoolSize, Tx};
use serde_json::{Value, json};
use testkit::{Answer, Client, Clinic};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{book, id};

const FRIDAY_9: &str = "2026-12-18T06:00:00Z";
/// The tests' build on a busy machine is many times slower than a release: nobody is sent away with 503 where races are looked for.
const PATIENT: PoolSize = PoolSize { max_connections: 16, wait: Duration::from_secs(120) };

async fn all<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    join_all(tasks).await.into_iter().map(|task| task.expect("no task panics")).collect()
}

/// How many answers had which status; none of ours may be a fault.
#[track_caller]
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counted = BTreeMap::new();
    for answer in answers {
        assert!(answer.status.as_u16() < 500 || answer.status.as_u16() == 503, "{} answered {}", answer.asked, answer.text());
        *counted.entry(answer.status.as_u16()).or_default() += 1;
    }
    counted
}

/// R1 in small: 300 people want one start.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_start_one_gets_it() {
    let clinic = Clinic::open_with(PATIENT).await;
    let vera = clinic.specialist("Вера").await;
    clinic.app.app.slots.catch_up(&clinic.app.app).await.unwrap();
    let wish = clinic.wish(&vera, FRIDAY_9);
    let tasks = clinic.employees(300).await.into_iter().map(|who| {
        let wish = wish.clone();
        tokio::spawn(async move { who.post("/api/holds", wish).await })
    });
    let answers = all(tasks.collect()).await;
    assert_eq!(statuses(&answers), [(201, 1), (409, 299)].into());
    for refused in answers.iter().filter(|a| a.status == 409) {
        assert_eq!(refused.json()["code"], "time_taken");
        assert!(!refused.json()["alternatives"].as_array().unwrap().is_empty());
    }
    assert_eq!((clinic.count("held").await, clinic.overlapping_pairs().await, clinic.wrong_balances().await), (1, 0, 0));
}

/// R2: starts 15 minutes apart, of 30, 60 and 90 minutes, with buffers, of two kinds of help by the same two specialists, by people who also cancel, move,
/// give back and let holds run out. Whatever comes of it, no two active appointments stand too near, and the ledger agrees. `SEED=…` repeats a history,
/// `RACES=1000` plays as many.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_ever_overlaps() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let count = number("RACES").unwrap_or(2);
    println!("{count} histories from SEED={first}");
    for n in 0..count {
        race(first.wrapping_add(n)).await;
    }
}

async fn race(seed: u64) {
    let clinic = Clinic::open_with(PATIENT).await;
    let specialists = [clinic.specialist("Вера").await, clinic.specialist("Ольга").await];
    for (specialist, (before, after)) in specialists.iter().zip([(0, 10), (15, 5)]) {
        let mut tx = clinic.system().await;
        sqlx::query("UPDATE schedules SET buffer_before_min = $2, buffer_after_min = $3 WHERE specialist_id = $1")
            .bind(specialist.id().0)
            .bind(before)
            .bind(after)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    clinic.run("UPDATE categories SET interval_min = 15 WHERE $1 IS NOT NULL", specialists[0].id()).await;
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 300 WHERE $1 IS NOT NULL", specialists[0].id()).await;
    let lawyer = another_category(&clinic).await;
    let people = clinic.employees(24).await;
    let mut tasks = Vec::new();
    for (n, who) in people.into_iter().enumerate() {
        let mut random = Random(seed.wrapping_add(n as u64 * 7919));
        let ids: Vec<_> = specialists.iter().map(Client::id).collect();
        let (categories, clock) = ([clinic.category.0, lawyer], clinic.app.clock.clone());
        tasks.push(tokio::spawn(async move {
            let mut mine: Vec<String> = Vec::new();
            let mut answers = Vec::new();
            for _ in 0..25 {
                let start = clock_start(&mut random);
                let which = random.below(2);
                let length = [30, 60, 90][random.below(3)];
                let wish = json!({
                    "specialist_id": ids[which], "category_id": categories[random.below(2)], "starts_at": start,
                    "length_min": length, "format": "video",
                });
                let known = mine.get(random.below(mine.len().max(1))).cloned();
                let answer = match (random.below(10), known) {
                    (0..=3, _) | (_, None) => who.post("/api/holds", wish).await,
                    (4, _) => who.post("/api/appointments", wish).await,
                    (5 | 6, Some(id)) => who.post(&format!("/api/appointments/{id}/confirm"), json!({})).await,
                    (7, Some(id)) => who.post(&format!("/api/appointments/{id}/cancel"), json!({ "expects_counted": true })).await,
                    (8, Some(id)) => who.post(&format!("/api/appointments/{id}/move"), json!({ "starts_at": start })).await,
                    (_, Some(id)) => {
                        // Holds run out while others confirm and take them.
                        clock.advance(SignedDuration::from_secs(100));
                        who.delete(&format!("/api/holds/{id}")).await
                    }
                };
                if answer.status == 201 {
                    mine.push(id(&answer));
                }
                answers.push(answer);
            }
            answers
        }));
    }
    let answers: Vec<Answer> = all(tasks).await.into_iter().flatten().collect();
    let counted = statuses(&answers);
    assert!(counted.get(&201).copied().unwrap_or(0) > 50, "the test books: {counted:?}");
    // 422: to the time where it is already.
    assert!(counted.keys().all(|status| matches!(status, 200 | 201 | 409 | 410 | 422)), "{counted:?}");
    assert_eq!(clinic.overlapping_pairs().await, 0, "SEED={seed}");
    assert_eq!(clinic.wrong_balances().await, 0, "SEED={seed}");
}

/// The same specialists also help with something else, under the same contract.
async fn another_category(clinic: &Clinic) -> Uuid {
    let id = clinic.app.category("lawyer").await;
    for statement in [
        "UPDATE categories SET session_lengths_min = '{30,60,90}', interval_min = 15 WHERE id = $1",
        "INSERT INTO specialist_categories (specialist_id, category_id) SELECT person_id, $1 FROM specialists",
        "INSERT INTO contract_coverage (contract_id, category_id, sessions_per_year) SELECT id, $1, 300 FROM contracts",
    ] {
        clinic.run(statement, PersonId(id)).await;
    }
    id
}

fn clock_start(random: &mut Random) -> String {
    // Wednesday to Friday, 09:00 to 17:45 in Moscow.
    let minute = 15 * random.below(36);
    format!("2026-12-{}T{:02}:{:02}:00Z", 16 + random.below(3), 6 + minute / 60, minute % 60)
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }
}

/// R2: a hold runs out at the very moment when its owner confirms and somebody else takes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn confirming_races_with_running_out() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    for n in 0..15 {
        let start = (clinic.at(FRIDAY_9) + SignedDuration::from_hours(n % 8)).to_string();
        let held = id(&anna.post("/api/holds", clinic.wish(&vera, &start)).await.is(201));
        clinic.app.pass(SignedDuration::from_millis(299_950));
        let (confirming, taking, clock) = (anna.clone(), boris.clone(), clinic.app.clock.clone());
        let wish = clinic.wish(&vera, &start);
        let (confirmed, taken, ()) = tokio::join!(
            async move { confirming.post(&format!("/api/appointments/{held}/confirm"), json!({})).await },
            async move { taking.post("/api/holds", wish).await },
            async move { clock.advance(SignedDuration::from_millis(50)) },
        );
        let won = [confirmed.status == 200, taken.status == 201];
        assert!(won != [true, true], "both had it: {} {}", confirmed.text(), taken.text());
        statuses(&[confirmed, taken]);
        assert_eq!((clinic.overlapping_pairs().await, clinic.wrong_balances().await), (0, 0));
        clinic.run("UPDATE appointments SET status = 'canceled', canceled_at = now(), canceled_by = 'system' WHERE status = 'booked' AND $1 IS NOT NULL", vera.id()).await;
        clinic.run("SELECT app.settle_quota(a.id, 'release', 'test', now()) FROM appointments a WHERE status = 'canceled' AND app.last_quota_step(a.id) = 'hold' AND $1 IS NOT NULL", vera.id()).await;
        clinic.app.pass(SignedDuration::from_mins(6));
    }
}

/// R2: one moves to where another books; one cancels while another takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn moving_and_cancelling_race_with_booking() {
    let clinic = Clinic::open().await;
    let (vera, anna, boris) = (clinic.specialist("Вера").await, clinic.employee("Анна").await, clinic.employee("Борис").await);
    for n in 0..8 {
        let hour = SignedDuration::from_hours(n);
        let (from, to) = ((clinic.at("2026-12-16T06:00:00Z") + hour).to_string(), (clinic.at("2026-12-17T06:00:00Z") + hour).to_string());
        let booked = book(&clinic, &anna, &vera, &from).await;
        let (moving, canceling) = (format!("/api/appointments/{booked}/move"), format!("/api/appointments/{booked}/cancel"));
        let (moved, held) =
            tokio::join!(anna.post(&moving, json!({ "starts_at": to })), boris.post("/api/holds", clinic.wish(&vera, &to)),);
        assert!((moved.status == 200) != (held.status == 201), "exactly one: {} {}", moved.text(), held.text());
        let at = if moved.status == 200 { &to } else { &from };
        let (canceled, taken) = tokio::join!(anna.post(&canceling, json!({})), boris.post("/api/holds", clinic.wish(&vera, at)),);
        assert_eq!(canceled.status, 200, "{}", canceled.text());
        assert!(matches!(taken.status.as_u16(), 201 | 409), "{}", taken.text());
        assert_eq!((clinic.overlapping_pairs().await, clinic.wrong_balances().await), (0, 0));
        if taken.status == 201 {
            boris.delete(&format!("/api/holds/{}", id(&taken))).await.is(200);
        }
    }
}

/// R3: a double click, two tabs, and a lost answer with many retries.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_intent_is_one_appointment() {
    let clinic = Clinic::open().await;
    let (vera, anna) = (clinic.specialist("Вера").await, clinic.employee("Анна").await);
    let wish = clinic.wish(&vera, FRIDAY_9);
    let tasks = (0..10).map(|_| {
        let (anna, wish) = (anna.clone(), wish.clone());
        tokio::spawn(async move { anna.post_with_key("/api/appointments", wish, "double-click").await })
    });
    let answers = all(tasks.collect()).await;
    let first: Vec<&Answer> = answers.iter().filter(|a| a.status == 201).collect();
    assert_eq!(first.len(), 10, "{:?}", statuses(&answers));
    assert!(first.iter().all(|a| a.body == first[0].body), "each repeat has the first answer");
    assert_eq!((clinic.count("booked").await, clinic.balance(&anna).await), (1, (8, 1, 0)));

    // Two tabs confirm one hold under keys of their own.
    let held = id(&anna.post("/api/holds", clinic.wish(&vera, "2026-12-18T08:00:00Z")).await.is(201));
    let path = format!("/api/appointments/{held}/confirm");
    let (one, two) = tokio::join!(anna.post(&path, json!({})), anna.post(&path, json!({})));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409], "{} {}", one.text(), two.text());
    // Two tabs hold different times: one hold is left.
    let (one, two) = tokio::join!(
        anna.post("/api/holds", clinic.wish(&vera, "2026-12-18T10:00:00Z")),
        anna.post("/api/holds", clinic.wish(&vera, "2026-12-18T12:00:00Z")),
    );
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (201, 201), "{} {}", one.text(), two.text());
    assert_eq!((clinic.count("held").await, clinic.balance(&anna).await), (1, (8, 3, 0)));
    // Two tabs cancel: once.
    let path = format!("/api/appointments/{held}/cancel");
    let (one, two) = tokio::join!(anna.post(&path, json!({})), anna.post(&path, json!({})));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409], "{} {}", one.text(), two.text());
    assert_eq!(clinic.wrong_balances().await, 0);
}

/// One session is left, and many times are wanted at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_session_is_used_once() {
    let clinic = Clinic::open().await;
    let specialists = [clinic.specialist("Вера").await, clinic.specialist("Ольга").await, clinic.specialist("Инна").await];
    let anna = clinic.employee("Анна").await;
    clinic.run("UPDATE contract_coverage SET sessions_per_year = 1 WHERE $1 IS NOT NULL", anna.id()).await;
    let tasks = (0..9).map(|n: usize| {
        let wish = clinic.wish(&specialists[n % 3], &format!("2026-12-1{}T06:00:00Z", 6 + n / 3));
        let anna = anna.clone();
        tokio::spawn(async move { anna.post("/api/appointments", wish).await })
    });
    let answers = all(tasks.collect()).await;
    assert_eq!(statuses(&answers).get(&201), Some(&1), "{:?}", answers.iter().map(Answer::text).collect::<Vec<_>>());
    assert_eq!(clinic.balance(&anna).await, (1, 1, 0));
}

/// R4: with a pool of one and of five connections, 200 bookings at once are all answered: no request waits for a second connection while it holds one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_small_pool_stalls_nobody() {
    for max_connections in [1, 5] {
        let clinic = Clinic::open_with(PoolSize { max_connections, ..PoolSize::default() }).await;
        let specialists: Vec<_> = join_all((0..4).map(|n| clinic.specialist(["А", "Б", "В", "Г"][n]))).await;
        let tasks = clinic.employees(200).await.into_iter().enumerate().map(|(n, who)| {
            let start = format!("2026-12-1{}T{:02}:00:00Z", 6 + n % 3, 6 + n / 3 % 8);
            let wish: Value = clinic.wish(&specialists[n % 4], &start);
            tokio::spawn(async move { who.post("/api/appointments", wish).await })
        });
        let answered = tokio::time::timeout(Duration::from_secs(30), all(tasks.collect())).await;
        let answers = answered.expect("all are answered in 30 seconds");
        for busy in answers.iter().filter(|a| a.status == 503) {
            assert!(busy.headers.contains_key("retry-after"), "{}", busy.text());
        }
        let counted = statuses(&answers);
        assert!(counted.get(&201).copied().unwrap_or(0) > 0, "{counted:?}");
        assert!(counted.keys().all(|s| matches!(s, 201 | 409 | 503)), "{counted:?}");
        assert_eq!((clinic.overlapping_pairs().await, clinic.wrong_balances().await), (0, 0));
    }
}

#[tokio::test]
async fn the_loser_of_a_deadlock_is_told_to_try_again() {
    let clinic = Clinic::open().await;
    let lock = async |tx: &mut Tx, key: i64| sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(key).execute(&mut **tx).await;
    let (mut one, mut other) = (clinic.app.app.db.begin_system().await.unwrap(), clinic.app.app.db.begin_system().await.unwrap());
    lock(&mut one, 1).await.unwrap();
    lock(&mut other, 2).await.unwrap();
    let (first, second) = tokio::join!(lock(&mut one, 2), lock(&mut other, 1));
    let lost = first.err().or(second.err()).expect("PostgreSQL ends a deadlock (40P01)");
    let told = app::kernel::error::Error::from(lost);
    assert_eq!((told.kind, told.code), (app::kernel::error::Kind::Conflict, "busy_try_again"));
}
