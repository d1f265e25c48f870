//! `ponimau keycloak move` beside a running deployment: it tells how it stands in numbers, and changes nothing before Keycloak is ready and somebody has agreed.
//! What it does then: `it::identity::keycloak::moving`, and with a real Keycloak `keycloak-moving.spec.ts`.

use std::{fs, process::Command};

use testkit::{Durable, ROOT_KEY, TestApp};

use super::node;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_counts_and_waits_for_keycloak_and_for_a_word() {
    let database = Durable::start(&[]).await;
    let before = TestApp::start_beside_nodes(&database).await;
    before.employee("Клён").await;
    before.specialist_account("Мария").await;
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], keycloak: Option<&str>, key: [u8; 32]| {
        fs::write(folder.path().join("key"), hex::encode(key)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ponimau"));
        command.args(["keycloak", "move"]).args(arguments).env_clear();
        if let Some(keycloak) = keycloak {
            command.env("PONIMAU_KEYCLOAK_URL", keycloak);
        }
        let output = command
            .env("PONIMAU_DATA", folder.path())
            .env("PONIMAU_KEY_FILE", folder.path().join("key"))
            .env("DATABASE_URL", database.url())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let away = Some("http://127.0.0.1:1");
    let (code, said) = run(&["--dry-run"], None, ROOT_KEY);
    assert!(code == Some(1) && said.contains("PONIMAU_KEYCLOAK_URL"), "{said}");
    // Neither has anything to show: there is nobody to wait for.
    let (code, said) = run(&["--dry-run"], away, ROOT_KEY);
    assert!(code == Some(0) && said.contains("employees   0 have one, 0 wait for their person, 1 cannot be moved"), "{said}");
    assert!(said.contains("The window is shut.") && !said.contains("Клён"), "{said}");
    let (code, said) = run(&["--yes"], away, ROOT_KEY);
    assert!(code == Some(0) && said.contains("nobody waits"), "{said}");

    let login =
        "INSERT INTO person_emails (person_id, kind, lookup, sealed, verified_at) SELECT id, kind, id::text::bytea, '', now() FROM people";
    database.run(login).await;
    let (code, said) = run(&["--dry-run"], away, ROOT_KEY);
    assert!(code == Some(3) && said.contains("a mailed code 1"), "{said}");
    let (code, said) = run(&["--yes"], away, ROOT_KEY);
    assert!(
        code == Some(1)
            && said.contains("Keycloak is not ready for them: the realm does not answer")
            && said.contains("Nothing was changed"),
        "{said}"
    );
    for wrong in [&["--days", "0"][..], &["--days", "366"], &["--yes", "--dry-run"], &["--close", "--days", "3"]] {
        assert_eq!(run(wrong, away, ROOT_KEY).0, Some(2), "{wrong:?}");
    }
    let (code, said) = run(&["--dry-run"], away, [9; 32]);
    assert!(code == Some(1) && !said.contains("employees"), "{said}");
    let (_, said) = run(&["--dry-run"], away, ROOT_KEY);
    assert!(said.contains("The window is shut."), "{said}");
    database.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_with_keycloak_ends_the_built_in_sessions_also_for_the_way_back() {
    let database = Durable::start(&[]).await;
    let built_in = TestApp::start_beside_nodes(&database).await;
    let person = built_in.employee("Клён").await;
    let is_in = async || person.get("/api/me").await.is(200).json()["person"].is_object();
    // Named and empty is not named.
    drop(node().on(&database).with("PONIMAU_KEYCLOAK_URL", "").start_ready().await);
    assert!(is_in().await);
    drop(node().on(&database).with("PONIMAU_KEYCLOAK_URL", "http://127.0.0.1:1").start_ready().await);
    assert!(!is_in().await);
    database.end().await;
}
