//! The policy as people read it: `docs/policy.md`.

use std::fmt::Write as _;

use domain::access::{POLICY, Relation, Role, Rule};

use super::operations;

/// The policy as a table, for people: `docs/policy.md`. Write it anew with `UPDATE=1`.
#[test]
fn the_printed_policy_is_the_policy() {
    let mut table = String::from(
        "# Who may do what\nMade from `domain::access::POLICY` by a test. `any`: everybody's things · `own`: one's own · `booked`: of a consultation with oneself · `company`: of the company one acts for · ⏱: needs a second factor shown within five minutes · ½: also by whoever still owes it.\n\n| Action |",
    );
    for role in Role::ALL {
        let _ = write!(table, " {} |", role.name());
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(Role::ALL.len()));
    for rule in POLICY {
        let _ = write!(
            table,
            "\n| {}{} |",
            rule.action.name(),
            match (rule.needs_recent_proof, rule.before_second_factor) {
                (true, _) => " ⏱",
                (_, true) => " ½",
                _ => "",
            }
        );
        for role in Role::ALL {
            table.push_str(cell(rule, role));
        }
    }
    table.push_str(&endpoints());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        table,
        "docs/policy.md is stale: UPDATE=1 cargo test -p server --test it policy"
    );
}

/// Every endpoint with whom it lets through, and to whose things.
fn endpoints() -> String {
    let mut table = String::from(
        "\n\n## Endpoints\nEach is asked by each role in `it::authorisation`: with nothing of one's own, with one's own, and with every id of another company and its people. Empty: 403, or 401 without a session. `own`, `booked`, `company`: another person's, another specialist's, another company's thing does not exist: 404.\n\n| Endpoint | Action |",
    );
    for role in Role::ALL {
        let _ = write!(table, " {} |", role.name());
    }
    table.push_str("\n|---|---|");
    table.push_str(&"---|".repeat(Role::ALL.len()));
    let mut all = operations();
    all.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    for operation in all {
        let rule = &POLICY[operation.action as usize];
        let proof = if rule.needs_recent_proof { " ⏱" } else { "" };
        let _ = write!(table, "\n| `{} {}` | {}{proof} |", operation.method, operation.path, operation.action.name());
        for role in Role::ALL {
            table.push_str(cell(rule, role));
        }
    }
    table.push_str(&doors_of_machines());
    table
}

/// What asks without being a person, and so has no role: the door, what it has to bring, and the test in which everybody else is sent away.
const DOORS_OF_MACHINES: [(&str, &str, &str); 5] = [
    (
        "/scim/v2/{company}/…",
        "a company's directory: a token of that company",
        "organisations::scim::access::without_a_token_of_the_company_nothing_is_told",
    ),
    (
        "/scim/v2/{company}/…",
        "from that company's networks, if it named any",
        "organisations::scim::access::only_the_companys_networks_may_ask",
    ),
    (
        "POST /api/oidc/logout",
        "Keycloak: a logout token that it signed, each once",
        "identity::keycloak::sessions::a_logout_token_that_is_replayed_or_wrong_ends_nothing",
    ),
    (
        "GET /oidc/entrance/authorize",
        "a browser that proved itself here a moment before; back to Keycloak alone",
        "identity::keycloak::entrance::the_entrance_tells_keycloak_alone_and_once_and_no_name",
    ),
    (
        "POST /oidc/entrance/token",
        "Keycloak: an assertion that it signed, and the code it was given, each once",
        "identity::keycloak::entrance::the_entrance_tells_keycloak_alone_and_once_and_no_name",
    ),
];

fn doors_of_machines() -> String {
    let mut table = String::from(
        "\n\n## Doors of machines\nNo person asks here, and no session counts. `/oidc/entrance/keys` gives anybody the public keys.\n\n| Door | Who is let in | Proven by |\n|---|---|---|",
    );
    for (door, who, proof) in DOORS_OF_MACHINES {
        let _ = write!(table, "\n| `{door}` | {who} | `it::{proof}` |");
    }
    table.push('\n');
    table
}

/// What the page promises to be proven is: by a test of that name.
#[test]
fn the_printed_proofs_are_there() {
    for (_, _, proof) in DOORS_OF_MACHINES {
        let (module, name) = proof.rsplit_once("::").unwrap();
        let file = format!("{}/tests/it/{}.rs", env!("CARGO_MANIFEST_DIR"), module.replace("::", "/"));
        let tests = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(tests.contains(&format!("fn {name}()")), "{proof}");
    }
}

fn cell(rule: &Rule, role: Role) -> &'static str {
    match rule.rights.iter().find(|(r, _)| *r == role).map(|(_, relation)| relation) {
        Some(Relation::Any) => " any |",
        Some(Relation::Own) => " own |",
        Some(Relation::Booked) => " booked |",
        Some(Relation::Company) => " company |",
        None => " |",
    }
}
