//! `ponimau slots FILE...`: answers which starts can be offered for a schedule written as JSON, and why.
//!
//! Needs no configuration and no database: a support engineer replays here what a specialist complains about.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use clap::Args;
use domain::scheduling::wire;

/// The smallest document, to begin with; `domain::scheduling::wire` describes every field.
const EXAMPLE: &str = r#"A document:
  {
    "mode": "single",
    "specialists": [{"time_zone": "Europe/Moscow", "rules": [{"days": ["mon"], "start": "09:00", "end": "18:00"}], "overrides": [], "busy": []}],
    "length_min": 50, "interval_min": 30, "buffer_before_min": 0, "buffer_after_min": 10, "min_notice_min": 120, "alignment": "window_start",
    "window": {"from": "2026-12-14T00:00:00Z", "to": "2026-12-21T00:00:00Z"}, "viewer_time_zone": "Europe/Moscow", "now": "2026-12-13T09:00:00Z"
  }
A specialist may also have "travel": [{"from_date", "to_date", "time_zone"}]; a rule "end_day_offset": 1; an override {"date", "intervals": [{"start", "end"}]};
busy time {"start", "end", "kind": "booking" or "external", "own_buffer_before_min", "own_buffer_after_min"}. Besides: "buffer_policy": "shared" or "sum",
"rolling_days", "limits": {"max_per_day", "max_per_week", "max_minutes_per_day"}. Unknown fields are ignored."#;

/// What to replay.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub struct Slots {
    /// Print why this instant is or is not offered, instead of the starts (an instant such as 2026-12-14T07:00:00Z).
    #[arg(long, value_name = "INSTANT")]
    explain: Option<String>,
    /// Files with one JSON document each; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

/// Something was wrong with an argument, a file or a document; the status with which clap ends too.
const FAILURE: u8 = 2;

/// Runs the subcommand.
pub fn run(slots: &Slots) -> ExitCode {
    let status = run_with(slots, &mut io::stdin().lock(), &mut io::stdout().lock(), &mut io::stderr().lock());
    // If writing failed, nobody reads any further, and there is nobody to tell.
    ExitCode::from(status.unwrap_or(FAILURE))
}

fn run_with(slots: &Slots, stdin: &mut impl Read, stdout: &mut impl Write, stderr: &mut impl Write) -> io::Result<u8> {
    let mut status = 0;
    for file in &slots.files {
        match answer(file, slots.explain.as_deref(), stdin) {
            Ok(line) => writeln!(stdout, "{line}")?,
            Err(problem) => {
                writeln!(stderr, "{file}: {problem}")?;
                status = FAILURE;
            }
        }
    }
    stdout.flush()?;
    Ok(status)
}

fn answer(input: &str, explain: Option<&str>, stdin: &mut impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = match input {
        "-" => stdin.read_to_end(&mut bytes).map(drop),
        path => std::fs::read(path).map(|read| bytes = read),
    };
    read.map_err(|error| error.to_string())?;
    let json = String::from_utf8(bytes).map_err(|_| "the document is not UTF-8")?;
    match explain {
        Some(instant) => wire::explain(&json, instant),
        None => wire::run(&json),
    }
    .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_MORNING: &str = r#"{"specialists": [{"time_zone": "Europe/Moscow", "rules": [
        {"days": ["mon"], "start": "09:00", "end": "10:00"}]}], "length_min": 50, "interval_min": 30,
        "window": {"from": "2026-12-14T00:00:00Z", "to": "2026-12-21T00:00:00Z"},
        "viewer_time_zone": "Asia/Yekaterinburg", "now": "2026-12-13T09:00:00Z"}"#;
    const ANSWER: &str = r#"{"count":1,"slot_starts_utc":["2026-12-14T06:00:00Z"],"count_by_viewer_date":{"2026-12-14":1}}"#;

    /// Exit status, standard output, standard error.
    fn run_slots(files: &[&str], explain: Option<&str>, stdin: &[u8]) -> (u8, String, String) {
        let slots = Slots { explain: explain.map(Into::into), files: files.iter().map(ToString::to_string).collect() };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = run_with(&slots, &mut &*stdin, &mut out, &mut err).unwrap();
        (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn a_document_from_standard_input_is_answered_on_one_line() {
        let answered = run_slots(&["-"], None, ONE_MORNING.as_bytes());
        assert_eq!(answered, (0, format!("{ANSWER}\n"), String::new()));
    }

    #[test]
    fn each_file_gets_its_line_and_a_wrong_one_does_not_stop_the_others() {
        let folder = std::env::temp_dir().join(format!("ponimau-slots-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_string()
        };
        let good = file("good.json", ONE_MORNING);
        let wrong = file("wrong.json", &ONE_MORNING.replace("09:00\"", "9 o'clock\""));
        let (status, out, err) = run_slots(&[&good, &wrong, "no such file", &good], None, b"");
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((status, out), (2, format!("{ANSWER}\n{ANSWER}\n")));
        assert!(err.contains("wrong.json: specialists[0].rules[0].start: "), "{err}");
        assert!(err.contains("no such file: "), "{err}");
    }

    #[test]
    fn explain_says_what_decided() {
        let (status, out, _) = run_slots(&["-"], Some("2026-12-14T06:30:00Z"), ONE_MORNING.as_bytes());
        assert_eq!(status, 0);
        assert!(out.contains(r#""offered":false,"decided_by":"rule""#), "{out}");
        let (status, _, err) = run_slots(&["-"], Some("noon"), ONE_MORNING.as_bytes());
        assert_eq!(status, 2);
        assert!(err.contains("instant: \"noon\" is no instant"), "{err}");
    }

    #[test]
    fn bytes_that_are_no_document_end_with_status_2() {
        for input in [&b"\xff\xfe{}"[..], b"", b"[]", b"{} {}", b"null"] {
            let (status, out, err) = run_slots(&["-"], None, input);
            assert_eq!((status, out.as_str()), (2, ""));
            assert!(err.starts_with("-: "), "{err}");
        }
    }
}
