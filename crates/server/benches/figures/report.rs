//! The report: docs/benchmarks.md.

use std::{fmt, fs, process::Command, time::Duration};

use platform::clock::{Clock as _, SystemClock};

use crate::load::Outcome;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/benchmarks.md");

/// The middle of several rounds, and how far they lie apart.
pub struct Spread {
    low: f64,
    median: f64,
    high: f64,
}

impl Spread {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: values[0], median: values[values.len() / 2], high: values[values.len() - 1] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.high < 10.0 { 2 } else { 0 };
        write!(f, "{:.digits$} ({:.digits$}–{:.digits$})", self.median, self.low, self.high)
    }
}

/// Milliseconds, with one digit where it matters.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 1.0 {
        format!("{ms:.3} ms")
    } else if ms < 100.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

pub struct Report {
    text: String,
    blocks: String,
}

impl Report {
    pub fn begin() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let processor =
            read("/proc/cpuinfo").lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1.to_owned()));
        let load = read("/proc/loadavg").split_whitespace().next().unwrap_or("?").to_owned();
        let commit = Command::new("git")
            .args(["rev-parse", "--short", "HEAD"])
            .output()
            .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let busy = if load.parse().is_ok_and(|load: f64| load > 0.5 * cores as f64) {
            "\n\n**The machine was busy with other work while this was measured: the figures are low and restless, the ratios nearer to the truth.**"
        } else {
            ""
        };
        let text = format!(
            "# Benchmarks\n\
             Written by `make bench`. {}, {cores} cores of {}, load before the start {load}, commit {}. Server, database and whoever asks share the machine.\n\n\
             Machines are noisy by a factor of ten, so a figure is the median of five rounds in turns with its baseline, with the lowest and highest in \
             brackets, and the ratio is what to compare. PostgreSQL keeps its promises (`fsync`, `synchronous_commit`, `full_page_writes` on). Data: 100 \
             specialists with 36,000 bookings over 60 days, 50,000 employees.{busy}\n\n\
             | What | Target | Measured | Baseline | Ratio |\n|---|---|---|---|---|\n",
            SystemClock.now().strftime("%Y-%m-%d %H:%M UTC"),
            processor.unwrap_or_else(|| "an unnamed processor".into()),
            commit.unwrap_or_default(),
        );
        Self { text, blocks: String::new() }
    }

    pub fn row(&mut self, what: &str, target: &str, measured: &str, baseline: &str, ratio: &str) {
        let line = format!("| {what} | {target} | {measured} | {baseline} | {ratio} |\n");
        eprint!("{line}");
        self.text.push_str(&line);
    }

    /// A figure and its baseline, round by round.
    pub fn compared(&mut self, what: &str, target: &str, baseline: &str, rounds: &[(Outcome, Outcome)]) {
        let of = |value: &dyn Fn(&(Outcome, Outcome)) -> f64| Spread::of(rounds.iter().map(value).collect());
        let own = of(&|(own, _)| own.per_second);
        let its = of(&|(_, its)| its.per_second);
        let p99 = of(&|(own, _)| own.p99.as_secs_f64() * 1e3);
        let its_p99 = of(&|(_, its)| its.p99.as_secs_f64() * 1e3);
        let ratio = of(&|(own, its)| own.per_second / its.per_second);
        self.row(what, target, &format!("{own}/s, p99 {p99} ms"), &format!("{baseline}: {its}/s, p99 {its_p99} ms"), &ratio.to_string());
    }

    pub fn block(&mut self, title: &str, text: &str) {
        self.blocks.push_str(&format!("\n## {title}\n```text\n{}\n```\n", text.trim_end()));
    }

    /// Writes the file, or only shows it.
    pub fn end(self, is_quick: bool) {
        let text = self.text + &self.blocks;
        if is_quick {
            println!("{text}");
        } else {
            fs::write(PATH, text).expect("docs/benchmarks.md");
            eprintln!("written: docs/benchmarks.md");
        }
    }
}
