//! `ponimau slots` as a support engineer runs it: no configuration, no database, no folder of its own.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

const DOCUMENT: &str = r#"{"mode": "single", "specialists": [{"time_zone": "Asia/Almaty", "rules": [
    {"days": ["mon"], "start": "09:00", "end": "10:00"}], "overrides": [], "busy": []}], "length_min": 50, "interval_min": 30,
    "buffer_before_min": 0, "buffer_after_min": 0, "min_notice_min": 0, "alignment": "window_start",
    "window": {"from": "2026-12-14T00:00:00Z", "to": "2026-12-21T00:00:00Z"},
    "viewer_time_zone": "Asia/Almaty", "now": "2026-12-13T09:00:00Z"}"#;

fn slots(arguments: &[&str], document: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ponimau"))
        .arg("slots")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read; that is no failure of this test.
    let _ = command.stdin.take().unwrap().write_all(document.as_bytes());
    command.wait_with_output().unwrap()
}

#[test]
fn answers_on_standard_output() {
    let output = slots(&["-"], DOCUMENT);
    assert_eq!(output.status.code(), Some(0));
    let expected = r#"{"count":1,"slot_starts_utc":["2026-12-14T04:00:00Z"],"count_by_viewer_date":{"2026-12-14":1}}"#;
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{expected}\n"));
    assert!(output.stderr.is_empty());
}

#[test]
fn explains_with_the_option_before_or_after_the_file() {
    for arguments in [&["--explain", "2026-12-14T04:00:00Z", "-"][..], &["-", "--explain=2026-12-14T04:00:00Z"]] {
        let output = slots(arguments, DOCUMENT);
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8(output.stdout).unwrap().contains(r#""decided_by":"offered""#));
    }
}

#[test]
fn a_wrong_field_is_named_on_standard_error_with_status_2() {
    let output = slots(&["-"], &DOCUMENT.replace("Asia/Almaty\", \"rules", "Asia/Nowhere\", \"rules"));
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("specialists[0].time_zone: \"Asia/Nowhere\" is no time zone"), "{message}");
}

#[test]
fn wrong_arguments_end_with_status_2() {
    for arguments in [&[][..], &["--explain"], &["--unknown", "-"], &["/no/such/file"]] {
        let output = slots(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
