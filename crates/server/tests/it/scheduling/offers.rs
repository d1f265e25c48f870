//! What may be booked, computed from the database.

use app::scheduling::{changed, check_start, free_starts, load, lock};
use domain::{
    ids::AppointmentId,
    scheduling::{Reason, Window},
};
use jiff::{SignedDuration, Timestamp};
use platform::db::DbRole;
use platform::rng::Rng;

use super::{World, at, monday, tuesday, window};

const LENGTH: u16 = 50;

#[tokio::test]
async fn a_working_day_is_offered_after_the_notice_and_around_bookings() {
    let world = World::start().await;
    // It is 09:00; two hours' notice; the last 50 minutes begin at 17:00.
    let free = world.free(world.vera.id(), monday()).await;
    assert_eq!((free[0], free[free.len() - 1], free.len()), (at("2026-12-14T08:00:00Z"), at("2026-12-14T14:00:00Z"), 13));

    let anna = world.app.employee("Анна").await;
    world.book(&world.vera, &anna, at("2026-12-14T10:00:00Z")).await;
    let around_booking: Vec<_> = world.free(world.vera.id(), monday()).await.into_iter().filter(|s| !free.contains(s)).collect();
    assert_eq!(around_booking, [], "busy time adds no start");
    let left = world.free(world.vera.id(), monday()).await;
    let gone: Vec<_> = free.iter().filter(|s| !left.contains(s)).map(ToString::to_string).collect();
    // 13:00–13:50 Moscow and ten minutes: not 12:30 (ends 13:20), 13:00, 13:30; 12:00 ends 12:50 and 14:00 begins after the ten minutes.
    assert_eq!(gone, ["2026-12-14T09:30:00Z", "2026-12-14T10:00:00Z", "2026-12-14T10:30:00Z"]);
}

#[tokio::test]
async fn exceptions_leave_travel_and_foreign_calendars_count() {
    let world = World::start().await;
    let vera = world.vera.id();
    world.change("INSERT INTO schedule_overrides VALUES ($1, '2026-12-15', '[{\"start\": \"20:00\", \"end\": \"21:00\"}]')").await;
    assert_eq!(world.free(vera, tuesday()).await, [at("2026-12-15T17:00:00Z")]);

    world.change("INSERT INTO travel_periods VALUES (gen_random_uuid(), $1, '2026-12-15', '2026-12-15', 'Asia/Almaty')").await;
    assert_eq!(world.free(vera, tuesday()).await, [at("2026-12-15T15:00:00Z")], "20:00 in Almaty");

    world
        .change(
            "WITH feed AS (INSERT INTO busy_feeds (id, specialist_id, label, url_sealed, tried_at, created_at)
                           VALUES (gen_random_uuid(), $1, 'Личный', '', '2026-12-14', '2026-12-14') RETURNING id)
             INSERT INTO busy_periods SELECT id, $1, tstzrange('2026-12-15T15:49:00Z', '2026-12-15T15:55:00Z') FROM feed",
        )
        .await;
    assert_eq!(world.free(vera, tuesday()).await, []);

    world.change("DELETE FROM busy_periods WHERE specialist_id = $1").await;
    world.change("INSERT INTO leaves VALUES (gen_random_uuid(), $1, '2026-12-15', '2026-12-20')").await;
    let week = window("2026-12-14T21:00:00Z", "2026-12-20T21:00:00Z");
    assert_eq!(world.free(vera, week).await, [], "leave closes even a date with hours of its own");
}

#[tokio::test]
async fn limits_count_the_bookings_of_the_whole_week() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    world.book(&world.vera, &anna, at("2026-12-21T07:00:00Z")).await;
    world.change("UPDATE schedules SET max_per_week = 1 WHERE specialist_id = $1").await;
    let sunday_to_friday = window("2026-12-25T07:00:00Z", "2026-12-26T00:00:00Z");
    assert_eq!(world.free(world.vera.id(), sunday_to_friday).await, [], "Monday's booking fills Friday");
    world.change("UPDATE schedules SET max_per_week = 2 WHERE specialist_id = $1").await;
    assert!(!world.free(world.vera.id(), sunday_to_friday).await.is_empty());
}

#[tokio::test]
async fn a_hold_blocks_until_it_runs_out_though_nobody_swept_it() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let start = at("2026-12-15T09:00:00Z");
    world.book(&world.vera, &anna, start).await;
    world.change("UPDATE appointments SET status = 'held', hold_expires_at = '2026-12-14T06:05:00Z' WHERE specialist_id = $1").await;
    assert!(!world.free(world.vera.id(), tuesday()).await.contains(&start));
    world.app.pass(SignedDuration::from_mins(5));
    assert!(world.free(world.vera.id(), tuesday()).await.contains(&start));
}

#[tokio::test]
async fn who_cannot_be_booked_is_not_offered() {
    let world = World::start().await;
    let other = domain::ids::CategoryId(world.app.category("lawyer").await);
    let start = at("2026-12-15T09:00:00Z");
    let mut tx = world.system().await;
    let app = &world.app.app;
    let code = |e: app::Error| e.code;
    let vera = world.vera.id();
    assert_eq!(check_start(&mut tx, app, vera, other, LENGTH, start, None).await.map(drop).map_err(code), Err("consultation_not_offered"));
    assert_eq!(
        check_start(&mut tx, app, vera, world.category, 45, start, None).await.map(drop).map_err(code),
        Err("consultation_not_offered")
    );
    sqlx::query("UPDATE specialists SET status = 'paused' WHERE person_id = $1").bind(vera.0).execute(&mut *tx).await.unwrap();
    assert_eq!(
        check_start(&mut tx, app, vera, world.category, LENGTH, start, None).await.map(drop).map_err(code),
        Err("specialist_unavailable")
    );
}

#[tokio::test]
async fn the_check_says_why_and_ignores_the_appointment_that_is_moved() {
    let world = World::start().await;
    let anna = world.app.employee("Анна").await;
    let (vera, category, app) = (world.vera.id(), world.category, &world.app.app);
    let id = world.book(&world.vera, &anna, at("2026-12-15T09:00:00Z")).await;
    let mut tx = world.tx_of(&anna, DbRole::Employee).await;
    lock(&mut tx, vera).await.expect("an employee may queue for a published specialist");

    let start = at("2026-12-15T09:30:00Z");
    let why = check_start(&mut tx, app, vera, category, LENGTH, start, None).await.unwrap().unwrap_err();
    assert!(matches!(why.reasons[..], [Reason::Busy { index: 0, .. }]), "{why:?}");
    assert_eq!(check_start(&mut tx, app, vera, category, LENGTH, start, Some(id)).await.unwrap().map(drop), Ok(()));
    // Another's appointment is none of this schedule's.
    assert!(check_start(&mut tx, app, vera, category, LENGTH, start, Some(AppointmentId(vera.0))).await.unwrap().is_err());
    let soon = check_start(&mut tx, app, vera, category, LENGTH, at("2026-12-14T07:00:00Z"), None).await.unwrap().unwrap_err();
    assert!(matches!(soon.reasons[..], [Reason::Notice { .. }]), "{soon:?}");
}

#[tokio::test]
async fn only_a_visible_schedule_is_read_and_locked() {
    let world = World::start().await;
    let (anna, boris) = (world.app.employee("Анна").await, world.specialist("Борис").await);
    let support = world.app.staff(&["support"]).await;
    world.change("UPDATE specialists SET status = 'draft' WHERE person_id = $1").await;
    let (vera, now) = (world.vera.id(), world.app.now());
    for (client, role, sees) in [
        (&anna, DbRole::Employee, false),
        (&boris, DbRole::Specialist, false),
        (&world.vera, DbRole::Specialist, true),
        (&support, DbRole::Staff, true),
    ] {
        let mut tx = world.tx_of(client, role).await;
        assert_eq!(load(&mut tx, now, vera, tuesday()).await.unwrap().is_some(), sees, "{role:?}");
        assert_eq!(lock(&mut tx, vera).await.is_ok(), sees, "{role:?}");
        changed(&mut tx, vera).await.expect("anybody's change may move a specialist's times");
    }
}

/// Whatever the schedule: each start that is offered passes the check, and no other instant near it does.
#[tokio::test]
async fn what_is_offered_can_be_booked_and_nothing_else() {
    let world = World::start().await;
    let rng = Rng::from_seed(26);
    let (vera, category, app) = (world.vera.id(), world.category, &world.app.app);
    for round in 0..24 {
        let window = random_schedule(&world, &rng, round).await;
        let mut tx = world.system().await;
        let offered = free_starts(&mut tx, app, vera, category, LENGTH, window, None).await.unwrap();
        let mut asked: Vec<Timestamp> = offered.clone();
        asked.truncate(40);
        for _ in 0..20 {
            asked.push(window.from() + SignedDuration::from_mins(5 * i64::from(rng.below(14 * 24 * 12))));
        }
        for start in asked {
            let checked = check_start(&mut tx, app, vera, category, LENGTH, start, None).await.unwrap();
            assert_eq!(checked.is_ok(), offered.contains(&start), "round {round}: {start}: {checked:?}");
        }
    }
}

/// Fills Vera's calendar at random and gives two weeks near a clock change to look at.
async fn random_schedule(world: &World, rng: &Rng, round: u32) -> Window {
    let zones = ["Europe/Moscow", "Europe/Berlin", "Asia/Almaty", "America/Santiago"];
    let alignments = ["window_start", "free_start", "free_start_rounded"];
    let policies = ["shared", "sum"];
    let from = at(["2026-10-19T00:00:00Z", "2027-03-20T00:00:00Z", "2026-12-20T00:00:00Z"][round as usize % 3]);
    let window = Window::new(from, from + SignedDuration::from_hours(14 * 24)).unwrap();
    world.app.clock.set(from + SignedDuration::from_mins(i64::from(rng.below(3000))));
    let vera = world.vera.id().0;
    let mut tx = world.system().await;
    for table in ["schedule_rules", "schedule_overrides", "leaves", "travel_periods", "busy_periods", "busy_feeds"] {
        let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE specialist_id = $1"));
        sqlx::query(delete).bind(vera).execute(&mut *tx).await.unwrap();
    }
    sqlx::query("UPDATE appointments SET status = 'expired' WHERE specialist_id = $1").bind(vera).execute(&mut *tx).await.unwrap();
    sqlx::query(
        "UPDATE schedules SET time_zone = $2, buffer_before_min = $3, buffer_after_min = $4, min_notice_min = $5, rolling_days = $6,
                max_per_day = $7, max_per_week = $8, max_minutes_per_day = $9 WHERE specialist_id = $1",
    )
    .bind(vera)
    .bind(zones[rng.below(4) as usize])
    .bind(rng.below(4) as i32 * 5)
    .bind(rng.below(4) as i32 * 5)
    .bind(rng.below(3) as i32 * 700)
    .bind(5 + rng.below(20) as i32)
    .bind((rng.below(2) == 0).then_some(3))
    .bind((rng.below(2) == 0).then_some(9))
    .bind((rng.below(2) == 0).then_some(200))
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("UPDATE categories SET alignment = $2, buffer_policy = $3, interval_min = $4 WHERE id = $1")
        .bind(world.category.0)
        .bind(alignments[rng.below(3) as usize])
        .bind(policies[rng.below(2) as usize])
        .bind([15, 30, 50][rng.below(3) as usize])
        .execute(&mut *tx)
        .await
        .unwrap();
    for days in ["{mon,wed,fri}", "{tue,thu,sat,sun}", "{sun}"] {
        let start = rng.below(20);
        sqlx::query("INSERT INTO schedule_rules VALUES (gen_random_uuid(), $1, $2::text[], $3, $4, $5)")
            .bind(vera)
            .bind(days)
            .bind(format!("{start:02}:15"))
            .bind(format!("{:02}:00", (start + 7) % 24))
            .bind(i32::from(start + 7 >= 24))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    let day = |n: u32| format!("({}::date + {n})", "'2026-01-01'").replace("'2026-01-01'", &format!("'{}'", &from.to_string()[..10]));
    for statement in [
        format!("INSERT INTO schedule_overrides VALUES ($1, {}, '[{{\"start\": \"06:00\", \"end\": \"11:30\"}}]')", day(rng.below(10))),
        format!("INSERT INTO leaves VALUES (gen_random_uuid(), $1, {}, {})", day(10), day(11)),
        format!("INSERT INTO travel_periods VALUES (gen_random_uuid(), $1, {}, {}, 'Asia/Tokyo')", day(3), day(3 + rng.below(4))),
        "INSERT INTO busy_feeds (id, specialist_id, label, url_sealed, tried_at, created_at) VALUES ($1, $1, 'x', '', '2026-12-14', '2026-12-14')".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(vera).execute(&mut *tx).await.unwrap();
    }
    for _ in 0..rng.below(12) {
        let start = from + SignedDuration::from_mins(i64::from(rng.below(14 * 24 * 60)));
        let busy = format!("[{start}, {})", start + SignedDuration::from_mins(5 + i64::from(rng.below(120))));
        sqlx::query("INSERT INTO busy_periods VALUES ($1, $1, $2::tstzrange)").bind(vera).bind(busy).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let anna = world.app.employee("Анна").await;
    for start in world.free(world.vera.id(), window).await.into_iter().step_by(9) {
        world.book(&world.vera, &anna, start).await;
    }
    window
}
