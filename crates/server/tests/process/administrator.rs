//! Where every administrator has lost their way in, whoever runs the program lets one more in, beside the running node.

use std::{fs, process::Command};

use testkit::{Durable, ROOT_KEY};

use super::node;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_a_link_of_the_running_deployment() {
    let database = Durable::start(&[]).await;
    let running = node().on(&database).start_ready().await;
    let folder = tempfile::tempdir().unwrap();
    let run = |key: [u8; 32]| {
        fs::write(folder.path().join("key"), hex::encode(key)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_ponimau"))
            .arg("administrator")
            .env_clear()
            .env("PONIMAU_DATA", folder.path())
            .env("PONIMAU_KEY_FILE", folder.path().join("key"))
            .env("PONIMAU_PUBLIC_URL", "https://ponimayu.example")
            .env("DATABASE_URL", database.url())
            .output()
            .unwrap()
    };
    let output = run(ROOT_KEY);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("https://ponimayu.example/invitation#"), "{said} {output:?}");
    // With a key that is not the deployment's nobody comes in.
    let other = run([9; 32]);
    assert_eq!((other.status.code(), other.stdout.as_slice()), (Some(1), &b""[..]), "{other:?}");
    drop(running);
    database.end().await;
}
