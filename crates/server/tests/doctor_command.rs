//! `ponimau doctor` as an operator runs it before the first start.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Command, Output},
    thread,
};

/// Asks about a deployment whose database does not answer, so that the rest is looked at alone; `settings` come on top.
fn doctor(settings: &[(&str, &str)]) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("deployment.key"), "11".repeat(32)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ponimau"))
        .arg("doctor")
        .env_clear()
        .env("PONIMAU_DATA", folder.path())
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .env("PONIMAU_LISTEN", "127.0.0.1:0")
        .env("PONIMAU_RELAY_LISTEN", "127.0.0.1:0")
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    (output, said)
}

/// The line about `topic`.
fn line<'a>(said: &'a str, topic: &str) -> &'a str {
    said.lines()
        .find(|line| line.get(7..).is_some_and(|rest| rest.starts_with(&format!("{topic}:"))))
        .unwrap_or_else(|| panic!("no {topic} in {said}"))
}

#[test]
fn says_what_is_wrong_and_what_to_do() {
    let (output, said) = doctor(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(line(&said, "database").starts_with("FAULT") && line(&said, "database").contains("does not answer"), "{said}");
    assert!(line(&said, "mail").starts_with("FAULT") && line(&said, "mail").contains("PONIMAU_SMTP_URL"), "{said}");
    // The key was written readable to all.
    assert!(line(&said, "key").starts_with("FAULT") && line(&said, "key").contains("chmod 600"), "{said}");
    for fine in ["public address", "listening", "time zones", "brand and region", "relay", "data folder"] {
        assert!(line(&said, fine).starts_with("ok"), "{said}");
    }
}

#[test]
fn an_address_without_https_a_taken_port_and_an_unknown_brand_are_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (_, said) = doctor(&[
        ("PONIMAU_PUBLIC_URL", "http://ponimayu.example"),
        ("PONIMAU_LISTEN", &address),
        ("PONIMAU_RELAY_LISTEN", &address),
        ("PONIMAU_BRAND", "unknown"),
    ]);
    for (topic, word) in
        [("public address", "https"), ("listening", "PONIMAU_LISTEN"), ("relay", "TCP"), ("brand and region", "brand.json")]
    {
        assert!(line(&said, topic).starts_with("FAULT") && line(&said, topic).contains(word), "{said}");
    }
}

/// Something that answers every request with `body`.
fn serve(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        }
    });
    address
}

#[test]
fn beside_a_running_deployment_its_own_ports_are_no_fault() {
    let (ours, other) = (serve("live"), serve("<html>another's page</html>"));
    let (_, said) = doctor(&[("PONIMAU_LISTEN", &ours), ("PONIMAU_RELAY_LISTEN", &ours)]);
    assert!(line(&said, "listening").starts_with("ok") && line(&said, "listening").contains("running"), "{said}");
    assert!(line(&said, "relay").starts_with("ok"), "{said}");
    let (_, said) = doctor(&[("PONIMAU_LISTEN", &other), ("PONIMAU_RELAY_LISTEN", &other)]);
    assert!(line(&said, "listening").starts_with("FAULT") && line(&said, "relay").starts_with("FAULT"), "{said}");
}

#[test]
fn closed_networks_need_the_relay_over_tls_with_a_certificate() {
    let (_, said) = doctor(&[("PONIMAU_PUBLIC_URL", "https://ponimayu.example")]);
    assert!(line(&said, "relay").contains("PONIMAU_RELAY_TLS_LISTEN"), "{said}");
    let (_, said) = doctor(&[("PONIMAU_PUBLIC_URL", "https://ponimayu.example"), ("PONIMAU_RELAY_TLS_LISTEN", "127.0.0.1:0")]);
    assert!(line(&said, "relay").starts_with("ok"), "{said}");
    assert!(line(&said, "relay's certificate").contains("self-signed"), "{said}");
}

#[test]
fn a_mail_server_that_does_not_answer_is_a_fault_and_its_password_stays_unsaid() {
    let (_, said) = doctor(&[("PONIMAU_SMTP_URL", "smtp://user:secret@127.0.0.1:1")]);
    assert!(line(&said, "mail").starts_with("FAULT") && line(&said, "mail").contains("does not answer"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn a_check_before_the_first_start_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_ponimau"))
        .arg("doctor")
        .env_clear()
        .env("PONIMAU_DATA", &data)
        .env("PONIMAU_LISTEN", "127.0.0.1:0")
        .env("PONIMAU_RELAY_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(line(&said, "database").starts_with("ok") && line(&said, "database").contains("first start"), "{said}");
    assert!(!data.exists(), "{said}");
}
