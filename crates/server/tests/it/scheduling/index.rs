//! The index in memory: as good as the database's own answer, and never lost for long.

use std::{collections::BTreeSet, time::Duration};

use app::scheduling::{Ask, Consultation, NextTimes, Who, nearest};
use domain::{ids::PersonId, scheduling::Window};
use jiff::{SignedDuration, Timestamp};
use sqlx::Connection as _;

use super::{World, at, tuesday, window};

impl World {
    fn consultation(&self) -> Consultation {
        Consultation { category: self.category, length_min: 50 }
    }

    async fn catch_up(&self) {
        self.app.app.slots.catch_up(&self.app.app).await.expect("the database answers");
    }

    fn indexed(&self, specialist: PersonId, window: Window) -> Vec<Timestamp> {
        let found = self.app.app.slots.starts(specialist, self.consultation(), window, self.app.now());
        found.map(|s| s.starts).unwrap_or_default()
    }

    /// The index says what the database says.
    async fn agrees(&self, about: &str) {
        for window in [tuesday(), window("2026-12-14T00:00:00Z", "2027-01-20T00:00:00Z")] {
            let vera = self.vera.id();
            assert_eq!(self.indexed(vera, window), self.free(vera, window).await, "{about}");
        }
    }
}

#[tokio::test]
async fn it_answers_as_the_database_does_after_every_kind_of_change() {
    let world = World::start().await;
    assert!(!world.app.app.slots.is_ready(), "an index that was never read is not believed");
    world.catch_up().await;
    world.agrees("at the start").await;
    for statement in [
        "UPDATE schedule_rules SET start_time = '12:00' WHERE specialist_id = $1",
        "INSERT INTO schedule_overrides VALUES ($1, '2026-12-15', '[{\"start\": \"20:00\", \"end\": \"22:00\"}]')",
        "INSERT INTO leaves VALUES (gen_random_uuid(), $1, '2026-12-21', '2026-12-22')",
        "INSERT INTO travel_periods VALUES (gen_random_uuid(), $1, '2026-12-15', NULL, 'Asia/Almaty')",
        "UPDATE schedules SET buffer_after_min = 30, min_notice_min = 1500, rolling_days = 9, max_per_day = 2 WHERE specialist_id = $1",
        "UPDATE specialists SET headline = '{}' WHERE person_id = $1",
    ] {
        world.change(statement).await;
        world.catch_up().await;
        world.agrees(statement).await;
    }
    let anna = world.app.employee("Анна").await;
    let first = world.free(world.vera.id(), window("2026-12-15T12:00:00Z", "2026-12-20T00:00:00Z")).await[0];
    world.book(&world.vera, &anna, first).await;
    world.catch_up().await;
    world.agrees("a booking").await;
    assert!(!world.indexed(world.vera.id(), window("2026-12-15T00:00:00Z", "2026-12-20T00:00:00Z")).contains(&first));
}

#[tokio::test]
async fn the_catalogue_is_noticed_without_being_told() {
    let world = World::start().await;
    let vera = world.vera.id();
    world.catch_up().await;
    let run = async |statement: &'static str| {
        let mut tx = world.system().await;
        sqlx::raw_sql(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        world.catch_up().await;
    };
    run("UPDATE categories SET interval_min = 60, alignment = 'free_start'").await;
    world.agrees("a step of 60 minutes").await;
    run("UPDATE specialists SET status = 'paused'").await;
    assert_eq!(world.indexed(vera, tuesday()), []);
    assert_eq!(world.app.app.slots.size(), 0);
    run("UPDATE specialists SET status = 'published'").await;
    world.agrees("published again").await;
    run("DELETE FROM specialist_categories").await;
    assert_eq!(world.indexed(vera, tuesday()), []);
    run("INSERT INTO specialist_categories SELECT person_id, c.id FROM specialists, categories c").await;
    world.agrees("in the category again").await;
    run("UPDATE categories SET status = 'archived'").await;
    assert_eq!(world.indexed(vera, tuesday()), []);
}

/// A transaction that began early and commits late: a reader that remembers the highest number it saw would miss it.
#[tokio::test]
async fn a_change_that_commits_late_is_not_missed() {
    let world = World::start().await;
    world.catch_up().await;
    let mut late = world.system().await;
    sqlx::query("UPDATE schedule_rules SET start_time = '15:00'").execute(&mut *late).await.unwrap();
    app::scheduling::changed(&mut late, world.vera.id()).await.unwrap();
    for _ in 0..3 {
        // Others commit meanwhile, with higher numbers.
        let other = world.specialist("Борис").await;
        world.catch_up().await;
        assert!(!world.indexed(other.id(), tuesday()).is_empty(), "the one that stays open holds nobody else up");
    }
    late.commit().await.unwrap();
    world.catch_up().await;
    world.agrees("the late change").await;
    assert_eq!(world.indexed(world.vera.id(), tuesday())[0], at("2026-12-15T12:00:00Z"));
}

#[tokio::test]
async fn a_hold_that_runs_out_is_free_again_without_a_word() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let start = at("2026-12-15T09:00:00Z");
    world.book(&world.vera, &anna, start).await;
    world.change("UPDATE appointments SET status = 'held', hold_expires_at = '2026-12-14T06:05:00Z' WHERE specialist_id = $1").await;
    world.catch_up().await;
    assert!(!world.indexed(world.vera.id(), tuesday()).contains(&start));
    world.app.pass(SignedDuration::from_mins(5));
    world.catch_up().await;
    assert!(world.indexed(world.vera.id(), tuesday()).contains(&start));
}

#[tokio::test]
async fn time_passes_without_the_index_growing_wrong() {
    let world = World::start().await;
    world.catch_up().await;
    for _ in 0..14 {
        world.app.pass(SignedDuration::from_hours(5));
        world.catch_up().await;
        world.agrees("later").await;
    }
    world.app.pass(SignedDuration::from_hours(-24));
    world.catch_up().await;
    world.agrees("the clock was put back").await;
}

#[tokio::test]
async fn a_new_node_knows_what_an_old_one_knew() {
    let world = World::start().await;
    world.change("UPDATE schedule_rules SET start_time = '16:00' WHERE specialist_id = $1").await;
    world.catch_up().await;
    let restarted = app::scheduling::Index::default();
    restarted.catch_up(&world.app.app).await.unwrap();
    let found = restarted.starts(world.vera.id(), world.consultation(), tuesday(), world.app.now()).unwrap();
    assert_eq!(found.starts, world.indexed(world.vera.id(), tuesday()));
    assert_eq!(found.time_zone, "Europe/Moscow");
}

/// Notifications come from other connections, and may be lost with the listener's own: reading on by the clock finds the change all the same.
#[tokio::test]
async fn it_follows_other_connections_and_survives_lost_notifications() {
    let world = World::start().await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let following = tokio::spawn(app::scheduling::keep_fresh(world.app.app.clone(), stopping));
    until(|| world.app.app.slots.is_ready()).await;

    world.change("UPDATE schedule_rules SET start_time = '16:00' WHERE specialist_id = $1").await;
    until(|| world.indexed(world.vera.id(), tuesday()).first() == Some(&at("2026-12-15T13:00:00Z"))).await;

    // The change is written without a notification, as if it had been lost.
    let mut other = sqlx::PgConnection::connect(&world.app.database_url).await.unwrap();
    sqlx::raw_sql(
        "UPDATE schedule_rules SET start_time = '10:00'; INSERT INTO schedule_changes (specialist_id) SELECT specialist_id FROM schedules",
    )
    .execute(&mut other)
    .await
    .unwrap();
    until(|| world.indexed(world.vera.id(), tuesday()).first() == Some(&at("2026-12-15T07:00:00Z"))).await;

    // Every connection of the node is cut, the listener's too.
    sqlx::raw_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .execute(&mut other)
        .await
        .unwrap();
    sqlx::raw_sql("UPDATE schedule_rules SET start_time = '14:00'; SELECT app.schedule_changed(specialist_id) FROM schedules")
        .execute(&mut other)
        .await
        .unwrap();
    until(|| world.indexed(world.vera.id(), tuesday()).first() == Some(&at("2026-12-15T11:00:00Z"))).await;
    stop.send(true).unwrap();
    following.await.unwrap();
}

/// Waits until `holds`; a test that waits in vain fails by the runner's own limit.
async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_nearest_times_are_the_same_with_and_without_the_index() {
    let world = World::start().await;
    let (boris, clara) = (world.specialist("Борис").await, world.specialist("Клара").await);
    let stranger = world.app.employee("Анна").await;
    let anna = world.app.employee("Анна").await;
    for start in world.free(boris.id(), tuesday()).await.into_iter().step_by(2) {
        world.book(&boris, &anna, start).await;
    }
    let evenings = [window("2026-12-15T12:00:00Z", "2026-12-15T16:00:00Z"), window("2026-12-16T12:00:00Z", "2026-12-16T16:00:00Z")];
    let these = [clara.id(), boris.id(), stranger.id()];
    for who in [Who::These(&these), Who::Anyone { at_most: 2 }, Who::Anyone { at_most: 50 }] {
        let ask = Ask { consultation: world.consultation(), who, within: &evenings, now: world.app.now(), starts_each: 3 };
        let mut tx = world.system().await;
        assert!(!world.app.app.slots.is_ready());
        let direct = nearest(&mut tx, &world.app.app, ask).await.unwrap();
        let index = app::scheduling::Index::default();
        index.catch_up(&world.app.app).await.unwrap();
        let remembered = index.nearest(ask).unwrap();
        assert_eq!(remembered, direct);
        assert!(remembered.iter().all(|times: &NextTimes| times.starts.len() <= 3));
    }
    let everybody: BTreeSet<_> = [world.vera.id(), boris.id(), clara.id()].into();
    let mut tx = world.system().await;
    let who = Who::Anyone { at_most: 50 };
    let ask = Ask { consultation: world.consultation(), who, within: &evenings, now: world.app.now(), starts_each: 1 };
    let found: BTreeSet<_> = nearest(&mut tx, &world.app.app, ask).await.unwrap().into_iter().map(|t| t.specialist).collect();
    assert_eq!(found, everybody);
}
