//! R22: SIGTERM under load loses nothing, and the node is gone within 30 seconds.

use std::time::Duration;

use jiff_sqlx::Timestamp as SqlTimestamp;
use testkit::{Ask, Durable, Wire};
use tokio::time::{Instant, sleep};

use super::{
    alone,
    load::{Load, World, faults, jobs_drain, summary},
    node, ready,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_loses_nothing() {
    let turn = alone().await;
    let database = Durable::start(&[]).await;
    let world = World::make(&database, 60).await;
    let settings = node().on(&database);
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    let load = Load::start(&world, settings.address());
    assert!(load.goes_on(20, Duration::from_secs(60)).await, "nobody is served: {}", settings.log());

    // Tabs that listen must not hold the stop up.
    let mut tabs = Vec::new();
    for person in &world.people[20..50] {
        let mut tab = Wire::connect(settings.address()).await.unwrap();
        assert_eq!(tab.open_stream(Ask::get("/api/live", person.cookie())).await.unwrap(), 200);
        tabs.push(tab);
    }

    // A booking that is in progress when the signal comes: it waits for a lock that we hold.
    let mut owner = database.connect().await;
    let specialist = world.specialists[0].id();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("BEGIN; SELECT FROM schedules WHERE specialist_id = '{specialist}' FOR UPDATE")))
        .execute(&mut owner)
        .await
        .unwrap();
    // The load may have taken any hour, and a taken one is refused before the lock. While we hold it no other is taken.
    let taken: Vec<(SqlTimestamp,)> =
        sqlx::query_as("SELECT starts_at FROM appointments WHERE specialist_id = $1 AND status IN ('held', 'booked')")
            .bind(specialist.0)
            .fetch_all(&mut owner)
            .await
            .unwrap();
    let taken: Vec<_> = taken.into_iter().map(|(at,)| at.to_jiff()).collect();
    let (cookie, wish, address) = (world.people[59].cookie().to_owned(), world.wish_beside(0, &taken), settings.address());
    let mut slow = Wire::connect(address).await.unwrap();
    let slow = tokio::spawn(async move { slow.ask(Ask::post("/api/appointments", &cookie, "in-progress", &wish)).await });
    let waits =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ponimau_app' AND wait_event_type = 'Lock' AND query LIKE '%schedules%'";
    // A connection of its own: within a transaction PostgreSQL shows who waits as of the first look.
    let mut onlooker = database.connect().await;
    let begun = Instant::now();
    loop {
        let (waiting,): (i64,) = sqlx::query_as(waits).fetch_one(&mut onlooker).await.unwrap();
        if waiting > 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the booking never waits for the lock");
        sleep(Duration::from_millis(20)).await;
    }

    node.terminate();
    let told = Instant::now();
    sleep(Duration::from_secs(1)).await;
    assert!(node.ended_within(Duration::ZERO).await.is_none(), "it waits for what is in progress");
    sqlx::raw_sql("COMMIT").execute(&mut owner).await.unwrap();
    let answered = slow.await.unwrap().expect("what was in progress is answered");
    assert!(matches!(answered.status, 201 | 409), "{} {}", answered.status, answered.json());
    let status = node.ended_within(Duration::from_secs(30)).await;
    assert!(status.is_some_and(|status| status.success()), "it ends by itself and content: {}", settings.log());
    println!("R22: stopped {:?} after the signal", told.elapsed());
    assert!(told.elapsed() < Duration::from_secs(30));

    let mut again = settings.start();
    ready(&mut again, &settings).await;
    assert!(load.goes_on(10, Duration::from_secs(60)).await, "nobody is served again: {}", settings.log());
    let diaries = load.end().await;
    println!("R22: {}", summary(&diaries));
    let mut found = faults(&world, &database, &diaries).await;
    // The one in progress is in nobody's diary.
    let own = answered.json()["id"].as_str().map(str::to_owned);
    found.retain(|fault| own.as_ref().is_none_or(|id| !fault.contains(id)));
    assert_eq!(found, Vec::<String>::new());
    drop(turn); // the next proof need not wait for a killed node's job to be taken over
    jobs_drain(&database, Duration::from_secs(60)).await;
    drop(again);
    database.end().await;
}
