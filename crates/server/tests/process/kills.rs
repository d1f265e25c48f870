//! R5, R6: `kill -9` of the application and of the database, again and again under load. Whatever was acknowledged is there, nothing is there twice, and
//! the work that was asked for is done.

use std::time::Duration;

use testkit::{Durable, NodeSettings};
use tokio::time::{Instant, sleep};

use super::{
    START_MAX, alone, is_whole,
    load::{Load, World, faults, jobs_drain, summary},
    node, ready,
};

/// A killed node's job is taken over after 45 seconds (`platform::jobs`); the bar is a minute, and a busy machine may be slow.
const DRAIN_MAX: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_application_loses_nothing() {
    let turn = alone().await;
    let kills = if is_whole() { 300 } else { 8 };
    let database = Durable::start(&[]).await;
    let world = World::make(&database, 40).await;
    let settings = node().on(&database);
    let load = Load::start(&world, settings.address());
    let begun = Instant::now();
    for _ in 0..kills {
        let started = Instant::now();
        let mut node = settings.start();
        // It must have done something, or the kill would prove nothing.
        assert!(load.goes_on(3, START_MAX).await, "nobody is served: {}", settings.log());
        sleep(Duration::from_secs(2).saturating_sub(started.elapsed())).await;
        assert!(node.ended_within(Duration::ZERO).await.is_none());
        node.kill();
    }
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    let diaries = load.end().await;
    println!("R5: {kills} kills of the application in {:?}: {}", begun.elapsed(), summary(&diaries));
    assert_eq!(faults(&world, &database, &diaries).await, Vec::<String>::new());
    drop(turn); // the next proof need not wait for a killed node's job to be taken over
    jobs_drain(&database, DRAIN_MAX).await;
    drop(node);
    database.end().await;
}

/// How the database is killed and comes back while a node serves.
async fn kill_the_database(database: &mut Durable, load: &Load, settings: &NodeSettings, node: &mut testkit::Node, with: &[(&str, &str)]) {
    assert!(load.goes_on(20, START_MAX).await, "nobody is served: {}", settings.log());
    sleep(Duration::from_millis(500)).await;
    database.kill();
    // Long enough that requests meet a database that is away.
    sleep(Duration::from_millis(300)).await;
    database.revive(with).await;
    let back = Instant::now();
    // The bar is 10 s; the tests' build on a busy machine is many times slower than a release.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 40 } else { 10 });
    assert!(node.is_ready_within(limit).await, "not ready {limit:?} after the database's return: {}", settings.log());
    println!("the database is back; ready after {:?}", back.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_database_loses_nothing() {
    let turn = alone().await;
    let kills = if is_whole() { 50 } else { 3 };
    let mut database = Durable::start(&[]).await;
    let world = World::make(&database, 40).await;
    let settings = node().on(&database);
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    let load = Load::start(&world, settings.address());
    for _ in 0..kills {
        kill_the_database(&mut database, &load, &settings, &mut node, &[]).await;
    }
    assert!(load.goes_on(20, START_MAX).await, "nobody is served afterwards: {}", settings.log());
    let diaries = load.end().await;
    println!("R6: {kills} kills of the database: {}", summary(&diaries));
    assert_eq!(faults(&world, &database, &diaries).await, Vec::<String>::new());
    drop(turn); // the next proof need not wait for a killed node's job to be taken over
    jobs_drain(&database, DRAIN_MAX).await;
    drop(node);
    database.end().await;
}

/// The control: with `synchronous_commit` off, set behind the running node's back (it refuses to start with it), the same harness finds what was lost.
/// The longest delay of the WAL writer makes that certain instead of likely.
#[tokio::test(flavor = "multi_thread")]
async fn the_harness_notices_a_database_that_acknowledges_too_early() {
    let _turn = alone().await;
    let lazy = [("wal_writer_delay", "10s"), ("wal_writer_flush_after", "1GB")];
    let mut database = Durable::start(&lazy).await;
    let world = World::make(&database, 40).await;
    let settings = node().on(&database);
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    database.run("ALTER SYSTEM SET synchronous_commit = off").await;
    database.run("SELECT pg_reload_conf()").await;
    let load = Load::start(&world, settings.address());
    for _ in 0..3 {
        kill_the_database(&mut database, &load, &settings, &mut node, &lazy).await;
    }
    let diaries = load.end().await;
    let found = faults(&world, &database, &diaries).await;
    println!("control: {} faults, such as {:?}", found.len(), found.first());
    assert!(found.iter().any(|fault| fault.starts_with("lost")), "acknowledged bookings must be missed: {found:?}");
    drop(node);
    database.end().await;
}

/// The product as it runs out of the box: the database is its own, and goes and comes with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_its_own_database_comes_back_after_a_kill() {
    let _turn = alone().await;
    let settings = node();
    for _ in 0..3 {
        let mut node = settings.start();
        ready(&mut node, &settings).await;
        node.kill();
    }
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    node.terminate();
    let ended = node.ended_within(Duration::from_secs(30)).await;
    assert!(ended.is_some_and(|status| status.success()), "it stops: {}", settings.log());
}
