//! The shape of the code, held by tests: who imports whom, who owns which table, how long a file grows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn crates_depend_in_one_direction() {
    let allowed: BTreeMap<&str, &[&str]> = [
        ("domain", &[][..]),
        ("relay", &[]),
        ("platform", &[]),
        ("app", &["domain", "platform", "relay"]),
        ("server", &["app", "domain", "platform", "relay", "testkit"]),
        ("testkit", &["app", "domain", "platform", "relay"]),
    ]
    .into();
    for (name, may_use) in &allowed {
        let manifest = fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap();
        for other in allowed.keys().filter(|other| *other != name && !may_use.contains(other)) {
            assert!(!manifest.lines().any(|l| l.starts_with(&format!("{other}."))), "{name} must not depend on {other}");
        }
    }
}

#[test]
fn the_domain_is_pure() {
    for path in rust_files(&root().join("crates/domain/src")) {
        let source = fs::read_to_string(&path).unwrap();
        // Tests may read files; the rules may not.
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for banned in ["async fn", "tokio", "sqlx", "axum", "std::fs", "std::net", "std::env", "SystemTime", "Timestamp::now", "use rand"] {
            assert!(!source.contains(banned), "{} uses {banned}", path.display());
        }
    }
}

#[test]
fn only_http_files_know_axum() {
    for path in rust_files(&root().join("crates/app/src")) {
        let name = path.display().to_string();
        let is_edge = name.contains("/kernel/") || name.ends_with("http.rs") || name.contains("/http/") || name.ends_with("router.rs");
        let source = fs::read_to_string(&path).unwrap();
        assert!(is_edge || !source.contains("use axum"), "{name} uses axum; only http.rs may");
    }
}

/// The slices in the order in which they may call: each those above it. `kernel` and `notifications` (which only asks for mail) are everybody's; `demo`
/// fills them all.
const SLICES: [&[&str]; 9] = [
    &["regions", "approvals"],
    &["audit"],
    &["organisations", "compliance"],
    &["identity"],
    &["catalogue"],
    &["scheduling"],
    &["booking"],
    &["sessions", "chat", "assessments"],
    &["notes"],
];

/// The slices that a file names: `crate::slice::…`, and `use crate::{slice::…, slice};`.
fn slices_in(source: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let first = |text: &str| text.chars().take_while(|c| is_part(*c)).collect::<String>();
    let mut found = Vec::new();
    for rest in source.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            found.push(first(rest));
            continue;
        };
        let (mut depth, mut is_start) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_start = true,
                c if depth == 0 && is_start && is_part(c) => {
                    found.push(first(&group[at..]));
                    is_start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn slices_call_in_one_order() {
    let place = |name: &str| SLICES.iter().position(|row| row.contains(&name));
    let folder = root().join("crates/app/src");
    let known = |name: &str| place(name).is_some() || ["kernel", "notifications", "demo"].contains(&name);
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let slice = entry.unwrap().file_name().into_string().unwrap();
        if !folder.join(&slice).is_dir() {
            continue;
        }
        assert!(known(&slice), "{slice} has no place in the order");
        let Some(own) = place(&slice) else { continue };
        for path in rust_files(&folder.join(&slice)) {
            for other in slices_in(&fs::read_to_string(&path).unwrap()) {
                if other != slice && (other == "demo" || place(&other).is_some_and(|other| other >= own)) {
                    wrong.push(format!("{} calls {other}", path.strip_prefix(&folder).unwrap().display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(
        slices_in("use crate::{\n kernel::{app::App, ctx},\n scheduling,\n}; crate::booking::x()"),
        ["kernel", "scheduling", "booking"]
    );
}

#[test]
fn every_migration_names_its_slice() {
    for entry in fs::read_dir(root().join("migrations")).unwrap() {
        let path = entry.unwrap().path();
        let first = fs::read_to_string(&path).unwrap().lines().next().unwrap_or_default().to_owned();
        assert!(first.starts_with("-- Slice"), "{} does not begin with its owning slice", path.display());
    }
}

/// A file longer than this hides a second subject. Lines.
const LONG: usize = 520;

#[test]
fn no_file_grows_past_reading() {
    let mut long = Vec::new();
    for folder in
        ["crates/app/src", "crates/domain/src", "crates/platform/src", "crates/relay/src", "crates/server/src", "crates/testkit/src"]
    {
        for path in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > LONG {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}
