use super::*;
use crate::{realm, upkeep::compare::MASK};

fn wanted() -> Parts {
    Parts::wanted(&realm::realm(&realm::example()))
}

/// A realm as the wanted one is read back.
fn there() -> There {
    let mut parts = wanted();
    parts.settings["smtpServer"]["password"] = json!(MASK);
    There { parts, ..There::default() }
}

#[track_caller]
fn check(change: impl Fn(&mut There), expected: &[&str]) {
    let mut there = there();
    change(&mut there);
    let plan = Plan::new(&wanted(), Some(&there), false);
    assert_eq!(plan.lines(), expected);
    assert_eq!(plan.is_empty(), expected.is_empty());
}

#[test]
fn a_realm_as_it_should_be_needs_nothing() {
    check(|_| {}, &[]);
}

#[test]
fn a_realm_that_is_not_there_is_made_whole() {
    let plan = Plan::new(&wanted(), None, false);
    assert_eq!(plan.lines(), ["the realm, with all that belongs to it: missing"]);
    assert!(plan.needs_mail_password(&wanted()));
}

#[test]
fn each_kind_of_thing_that_differs_is_named_alone() {
    check(
        |there| there.parts.settings["ssoSessionIdleTimeout"] = json!(1800),
        &["settings of the realm: ssoSessionIdleTimeout: 1800 → 1209600"],
    );
    check(
        |there| there.parts.settings["attributes"]["acr.loa.map"] = json!(r#"{"mfa":2}"#),
        &[r#"settings of the realm: attributes · acr.loa.map: {"mfa":2} → {"pwd":1,"mfa":2}"#],
    );
    check(
        |there| there.parts.clients.get_mut("ponimau").unwrap()["redirectUris"] = json!(["*"]),
        &["client ponimau: redirectUris: * → http://localhost:8080/signed-in"],
    );
    check(
        |there| there.parts.clients.get_mut("ponimau").unwrap()["protocolMappers"] = json!({}),
        &[
            "client ponimau: protocolMappers · locale: missing",
            "client ponimau: protocolMappers · organizations: missing",
            "client ponimau: protocolMappers · provider: missing",
        ],
    );
    check(|there| drop(there.parts.clients.remove("ponimau-staff")), &["client ponimau-staff: missing"]);
    check(|there| drop(there.parts.providers.remove("entrance")), &["identity provider entrance: missing"]);
    check(
        |there| there.parts.providers.get_mut("entrance").unwrap()["config"]["clientSecret"] = json!("s"),
        &["identity provider entrance: config · clientSecret: (not shown) → nothing"],
    );
    check(
        |there| there.parts.actions.get_mut("CONFIGURE_TOTP").unwrap()["enabled"] = json!(false),
        &["required action CONFIGURE_TOTP: enabled: false → true"],
    );
    check(
        |there| there.parts.profile["attributes"].as_array_mut().unwrap().push(json!({ "name": "firstName" })),
        &["user profile: attributes · firstName: not ours"],
    );
    check(|there| there.parts.browser_flow = "browser".to_owned(), &["sign-in with a browser: browserFlow: browser → ponimau browser"]);
    check(
        |there| there.parts.flows.get_mut("ponimau first broker").unwrap().steps.clear(),
        &["flow \"ponimau first broker\": ponimau first broker · idp-create-user-if-unique: missing"],
    );
}

#[test]
fn the_service_account_may_do_neither_less_nor_more() {
    let change = |there: &mut There| {
        let rights = there.parts.rights.get_mut("ponimau-provisioner").unwrap();
        rights.remove("realm-management: view-users");
        rights.insert("realm-management: realm-admin".to_owned());
    };
    check(
        change,
        &[
            "rights of the service account of ponimau-provisioner: realm-management: view-users: nothing → given",
            "rights of the service account of ponimau-provisioner: realm-management: realm-admin: given → nothing",
        ],
    );
}

#[test]
fn keys_are_added_and_never_taken_away() {
    check(|there| there.parts.keys.retain(|key| key["providerId"] != json!("ecdsa-generated")), &["key ecdsa-generated: missing"]);
    // Keycloak's own of another name does as well; one that is switched off, or of another curve, does not.
    check(|there| there.parts.keys[0]["name"] = json!("fallback-ES256"), &[]);
    check(|there| there.parts.keys[0]["config"]["enabled"] = json!(["false"]), &["key ecdsa-generated: missing"]);
    check(|there| there.parts.keys[0]["config"]["ecdsaEllipticCurveKey"] = json!(["P-521"]), &["key ecdsa-generated: missing"]);
    check(|there| there.parts.keys.push(json!({ "name": "old", "providerId": "rsa", "config": {} })), &[]);
}

#[test]
fn what_is_not_ours_is_no_difference() {
    let change = |there: &mut There| {
        there.parts.settings.insert("scimApiEnabled".to_owned(), json!(true));
        there.parts.settings["attributes"]["theirs"] = json!("1");
        there.parts.actions.insert("their-action".to_owned(), json!({ "alias": "their-action", "enabled": true }));
        there.others.clients.push("hr-portal".to_owned());
    };
    check(change, &[]);
}

#[test]
fn the_mail_password_is_put_in_where_it_is_missing_where_the_server_is_another_and_where_it_is_asked_for() {
    check(
        |there| drop(there.parts.settings["smtpServer"].as_object_mut().unwrap().remove("password")),
        &["settings of the realm: smtpServer · password: nothing → (not shown)"],
    );
    check(
        |there| there.parts.settings["smtpServer"]["host"] = json!("old.example"),
        &[
            "settings of the realm: smtpServer · host: old.example → mail.example",
            "settings of the realm: smtpServer · password: (not shown) → (not shown)",
        ],
    );
    check(
        |there| there.parts.settings["smtpServer"]["fromDisplayName"] = json!("x"),
        &["settings of the realm: smtpServer · fromDisplayName: x → Понимаю"],
    );
    let mut without_server = there();
    without_server.parts.settings.remove("smtpServer");
    assert!(Plan::new(&wanted(), Some(&without_server), false).needs_mail_password(&wanted()));
    let asked_for = Plan::new(&wanted(), Some(&there()), true);
    assert_eq!(asked_for.lines(), ["settings of the realm: smtpServer · password: (not shown) → (not shown)"]);
    assert!(asked_for.needs_mail_password(&wanted()));
}

#[test]
fn a_flow_of_a_former_release_goes_unless_somebody_else_uses_it() {
    let former = |there: &mut There| {
        let flow = Flow { alias: "ponimau old".to_owned(), steps: Vec::new() };
        there.parts.flows.insert(flow.alias.clone(), flow);
    };
    check(former, &["flow \"ponimau old\": no longer of use"]);
    let in_use = |there: &mut There| {
        former(there);
        there.uses.entry("ponimau old".to_owned()).or_default().insert(User::Provider("acme".to_owned()));
    };
    check(in_use, &[]);
}

/// The run ended after a company had been moved to the copy.
#[test]
fn the_copy_of_an_unfinished_run_goes_whoever_uses_it() {
    let change = |there: &mut There| {
        let mut flow = there.parts.flows.remove("ponimau first broker").unwrap();
        flow.alias = format!("ponimau first broker{BESIDE}");
        there.uses.entry(flow.alias.clone()).or_default().insert(User::Provider("acme".to_owned()));
        there.parts.flows.insert(flow.alias.clone(), flow);
    };
    check(change, &["flow \"ponimau first broker\": missing", "flow \"ponimau first broker - copy\": no longer of use"]);
}

#[test]
fn a_realm_of_another_deployment_is_known_by_its_keys() {
    let set = |kid: &str| json!(format!(r#"{{"keys":[{{"kid":"{kid}"}}]}}"#));
    let mut of_another = there();
    for client in of_another.parts.clients.values_mut() {
        client["attributes"]["jwks.string"] = set("theirs");
    }
    let plan = Plan::new(&wanted(), Some(&of_another), false);
    assert!(plan.is_of_another());
    assert!(plan.to_string().contains("another key (theirs)"), "{plan}");
    // One client that was changed by hand does not make it another's.
    let mut changed = there();
    changed.parts.clients.get_mut("ponimau").unwrap()["attributes"]["jwks.string"] = set("theirs");
    assert!(!Plan::new(&wanted(), Some(&changed), false).is_of_another());
    // Nor does a realm in which the product is not set up at all.
    let mut empty = there();
    empty.parts.clients.clear();
    assert!(!Plan::new(&wanted(), Some(&empty), false).is_of_another());
}

#[test]
fn a_plan_says_what_is_done_and_what_is_left_alone() {
    let mut there = there();
    there.parts.settings["verifyEmail"] = json!(false);
    there.parts.clients.remove("ponimau");
    there.others = Others { people: 1, organizations: 2, clients: (0..10).map(|n| format!("c{n}")).collect(), ..Others::default() };
    let plan = Plan::new(&wanted(), Some(&there), false).to_string();
    assert_eq!(
        plan,
        "  change      settings of the realm\n                verifyEmail: false → true\n  make        client ponimau\n  \
         left alone  1 account, 2 organizations, everybody's sessions\n  left alone  clients c0, c1, c2, c3, c4, c5, c6, c7 and 2 more\n"
    );
}
