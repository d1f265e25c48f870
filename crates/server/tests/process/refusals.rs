//! R7: a node does not start on a database that would lose what people were told, is too old, or lives in another time; it says which and why.

use std::process::Command;

use platform::{crypto::DeploymentKeys, rng::Rng};
use sqlx::{Connection as _, PgConnection};
use testkit::{Durable, ROOT_KEY};

use super::{node, ready};

/// Settings under which a crash loses acknowledged bookings, as the database's owner would make them.
const UNSAFE: &[(&str, &str, &str)] = &[
    ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM RESET fsync", "the database has fsync = off"),
    ("ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM RESET full_page_writes", "the database has full_page_writes = off"),
    ("ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM RESET synchronous_commit", "the database has synchronous_commit = off"),
    (
        "ALTER DATABASE ponimau SET synchronous_commit = local",
        "ALTER DATABASE ponimau RESET synchronous_commit",
        "the database has synchronous_commit = local",
    ),
    // The owner commits safely, the application would not.
    (
        "ALTER ROLE ponimau_app SET synchronous_commit = off",
        "ALTER ROLE ponimau_app RESET synchronous_commit",
        "the database has synchronous_commit = off",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_trusted_is_refused() {
    let database = Durable::start(&[]).await;
    app::schema::migrate(&database.owner(), &DeploymentKeys::from_root(ROOT_KEY)).await.unwrap();
    let settings = node().on(&database);
    for (break_it, mend_it, expected) in UNSAFE {
        database.run(break_it).await;
        database.run("SELECT pg_reload_conf()").await;
        said(&settings.start_refused().await, &[expected, "would lose bookings that people were told are made", "Set it to on"]);
        database.run(mend_it).await;
        database.run("SELECT pg_reload_conf()").await;
    }

    // A database that lies about its version and its clock: functions of these names stand before PostgreSQL's own.
    database
        .run(
            "CREATE SCHEMA lies;
             CREATE FUNCTION lies.current_setting(name text) RETURNS text LANGUAGE sql AS
               $$ SELECT CASE name WHEN 'server_version_num' THEN '150004' ELSE pg_catalog.current_setting(name) END $$;
             ALTER DATABASE ponimau SET search_path = lies, pg_catalog, public",
        )
        .await;
    said(&settings.start_refused().await, &["PostgreSQL 16 or newer is needed; this is 15"]);
    for (skew, says) in [("3 seconds", "differ by 3."), ("-3 seconds", "differ by -")] {
        database
            .run(&format!(
                "DROP FUNCTION IF EXISTS lies.current_setting(text);
                 CREATE OR REPLACE FUNCTION lies.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
                   $$ SELECT pg_catalog.clock_timestamp() + interval '{skew}' $$"
            ))
            .await;
        said(&settings.start_refused().await, &["this machine's clock and the database's differ by", says, "at most 2 s is allowed"]);
    }
    database.run("DROP SCHEMA lies CASCADE; ALTER DATABASE ponimau RESET search_path").await;

    // Mended, the same node starts.
    let mut node = settings.start();
    ready(&mut node, &settings).await;
    drop(node);
    database.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_which_the_data_was_not_sealed_is_refused() {
    let database = Durable::start(&[]).await;
    let (ours, theirs) = (DeploymentKeys::from_root(ROOT_KEY), DeploymentKeys::from_root([7; 32]));
    app::schema::migrate(&database.owner(), &theirs).await.unwrap();
    let person = uuid::Uuid::from_u128(1);
    let (_, wrapped) = theirs.new_data_key(&Rng::from_system(), person);
    database
        .run(&format!(
            "INSERT INTO people (id, kind, display_name, locale, time_zone, created_at) VALUES ('{person}', 'employee', 'Анна', 'ru', 'UTC', now());
             INSERT INTO data_keys (person_id, wrapped, created_at) VALUES ('{person}', '\\x{}', now())",
            hex::encode(wrapped)
        ))
        .await;
    said(&node().on(&database).start_refused().await, &["the key file is not the one with which this database's data was sealed"]);
    assert!(app::schema::check_keys(&database.owner(), &theirs).await.is_ok());
    assert!(app::schema::check_keys(&database.owner(), &ours).await.is_err());
    // Nothing was changed by the refusal: the application still enters with its own key.
    assert!(PgConnection::connect_with(&app::schema::app_login(&database.owner(), &theirs)).await.is_ok());
    database.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_is_named() {
    let settings = node().with("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nowhere");
    said(&settings.start_refused().await, &["the database does not answer"]);
}

/// Of a demo, whose people have no accounts at a Keycloak that is there already.
#[test]
fn a_demo_with_somebodys_keycloak_says_what_to_set() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ponimau"))
        .arg("demo")
        .env_clear()
        .env("PONIMAU_DATA", folder.path())
        .env("PONIMAU_KEYCLOAK_URL", "http://127.0.0.1:9")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    said(&String::from_utf8_lossy(&output.stderr), &["PONIMAU_WITH_KEYCLOAK=true", "take PONIMAU_KEYCLOAK_URL away", "ponimau serve"]);
    assert!(folder.path().read_dir().unwrap().next().is_none(), "nothing was begun");
}

#[track_caller]
fn said(log: &str, parts: &[&str]) {
    for part in parts {
        assert!(log.contains(part), "{part:?} is not in: {log}");
    }
}
