//! Companies at Keycloak, and their own sign-in. What the real one makes of it: `crates/keycloak/tests/companies.rs`, `web/e2e/keycloak-companies.spec.ts`.

use app::kernel::ctx::Kind;
use platform::outbound::Reach;
use serde_json::{Value, json};
use testkit::{Client, Mood, PlayedKeycloak, Says, TestApp};
use uuid::Uuid;

use super::company;
use crate::identity::{
    keycloak::{known, sign_in},
    world::{count, empower},
};

struct World {
    app: TestApp,
    keycloak: PlayedKeycloak,
    admin: Client,
    id: Uuid,
    /// `/api/operator/companies/{id}/sso`
    at: String,
}

impl World {
    async fn start() -> Self {
        Self::start_and(Reach::Public).await
    }

    async fn start_and(reach: Reach) -> Self {
        let (app, keycloak) = TestApp::start_with_keycloak_and(reach).await;
        let admin = staff(&app, &keycloak, "admin").await;
        let company = company(&admin, "Ромашка").await;
        let id = company.rsplit('/').next().unwrap().parse().unwrap();
        admin.post(&format!("{company}/domains"), json!({ "domain": "romashka.example" })).await.is(201);
        keycloak.publishes(published());
        Self { app, keycloak, admin, id, at: format!("{company}/sso") }
    }

    async fn read(&self) -> Value {
        self.admin.get(&self.at).await.is(200).json()
    }

    fn demand(&self) -> String {
        self.at.replace("/sso", "/domains/romashka.example/sso")
    }
}

async fn staff(app: &TestApp, keycloak: &PlayedKeycloak, capability: &str) -> Client {
    let sub = format!("sub-{capability}");
    let person = known(app, keycloak, Kind::Staff, &sub).await;
    empower(app, person, capability).await;
    keycloak.says(Says { sub, acr: "mfa", sid: format!("sid-{capability}"), ..Says::default() });
    sign_in(app, keycloak, "staff").await
}

fn published() -> Value {
    json!({
        "issuer": "https://idp.example", "authorizationUrl": "https://idp.example/a", "tokenUrl": "https://idp.example/t",
        "jwksUrl": "https://idp.example/k", "logoutUrl": "https://idp.example/l",
    })
}

fn oidc() -> Value {
    json!({ "protocol": "oidc", "address": "https://idp.example", "client_id": "ponimau", "client_secret": "s3cret", "is_on": true })
}

#[tokio::test]
async fn a_company_appears_at_keycloak_and_every_change_of_it_follows() {
    let world = World::start().await;
    assert_eq!(world.read().await["state"], "waiting");
    world.app.do_jobs().await;
    let there = world.keycloak.organization(world.id).unwrap();
    assert_eq!((there["name"].as_str(), there["domains"][0]["name"].as_str()), (Some("Ромашка"), Some("romashka.example")));
    assert_eq!(world.read().await["state"], "done");
    world.admin.patch(&world.at.replace("/sso", ""), json!({ "is_archived": true })).await.is(200);
    assert_eq!(world.read().await["state"], "waiting");
    world.app.do_jobs().await;
    assert_eq!(world.keycloak.organization(world.id).unwrap()["enabled"], false);
}

#[tokio::test]
async fn while_keycloak_is_away_nothing_is_lost() {
    let world = World::start().await;
    world.keycloak.is(Mood::Away);
    while app::worker::do_next(&world.app.app).await.unwrap() {}
    let sso = world.read().await;
    assert_eq!((sso["state"].as_str(), sso["fault"].as_str()), (Some("failed"), Some("unreachable")));
    assert!(world.keycloak.organization(world.id).is_none());
    world.keycloak.is(Mood::Well);
    world.app.clock.advance(jiff::SignedDuration::from_mins(10));
    while app::worker::do_next(&world.app.app).await.unwrap() {}
    assert!(world.keycloak.organization(world.id).is_some());
    let sso = world.read().await;
    assert_eq!((sso["state"].as_str(), &sso["fault"]), (Some("done"), &Value::Null));
}

#[tokio::test]
async fn two_nodes_bring_a_company_one_after_the_other() {
    let world = World::start().await;
    world.keycloak.is(Mood::Slow);
    let node = || {
        let app = world.app.app.clone();
        tokio::spawn(async move { while app::worker::do_next(&app).await.unwrap() {} })
    };
    let nodes = [node(), node()];
    let looked = async {
        while world.keycloak.looked_for() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), looked).await.expect("one of them looks");
    // Time for the other one to look as well, if nothing held it back.
    for _ in 0..2000 {
        tokio::task::yield_now().await;
    }
    world.keycloak.is(Mood::Well);
    for node in nodes {
        node.await.unwrap();
    }
    world.app.do_jobs().await;
    assert_eq!(world.read().await["state"], "done");
}

#[tokio::test]
async fn a_sign_in_is_set_up_changed_and_taken_away() {
    let world = World::start().await;
    let set = world.admin.put(&world.at, oidc()).await.is(200);
    assert!(!set.text().contains("s3cret"), "a secret is never told");
    assert_eq!(set.json()["sign_in"]["entity"], "https://idp.example");
    world.app.do_jobs().await;
    let config = |world: &World| world.keycloak.provider(world.id).unwrap()["config"].clone();
    assert_eq!(
        (config(&world)["clientSecret"].as_str(), config(&world)["tokenUrl"].as_str()),
        (Some("s3cret"), Some("https://idp.example/t"))
    );
    assert_eq!(
        count(&world.app, "SELECT count(*) FROM company_sign_ins WHERE strpos(encode(secret_sealed, 'escape'), 's3cret') > 0").await,
        0
    );
    // What is not said stays as it was.
    let mut changed = oidc();
    changed["client_id"] = json!("other");
    changed.as_object_mut().unwrap().remove("client_secret");
    world.admin.put(&world.at, &changed).await.is(200);
    world.app.do_jobs().await;
    assert_eq!((config(&world)["clientSecret"].as_str(), config(&world)["clientId"].as_str()), (Some("s3cret"), Some("other")));
    // What its people need is not taken away from under them.
    world.admin.put(&world.demand(), json!({ "needs_sso": true })).await.is(200);
    world.admin.delete(&world.at).await.is_problem(409, "sso_is_needed");
    changed["is_on"] = json!(false);
    world.admin.put(&world.at, &changed).await.is_problem(409, "sso_is_needed");
    world.admin.put(&world.demand(), json!({ "needs_sso": false })).await.is(200);
    world.admin.delete(&world.at).await.is(200);
    world.app.do_jobs().await;
    let left = world.keycloak.provider(world.id).unwrap();
    assert_eq!(
        (&left["enabled"], &left["config"]["clientSecret"]),
        (&json!(false), &Value::Null),
        "it leads nobody in, and keeps no secret"
    );
    world.admin.put(&world.demand(), json!({ "needs_sso": true })).await.is_problem(409, "sso_is_missing");
    world.admin.delete(&world.at).await.is_problem(404, "not_found");
    world.admin.put(&world.at, &changed).await.names_field("/client_secret", "required");
}

#[tokio::test]
async fn the_same_server_goes_on_after_it_was_removed_and_another_one_begins_anew() {
    let world = World::start().await;
    let generation = async || {
        world.app.do_jobs().await;
        world.keycloak.provider(world.id).unwrap()["config"]["generation"].clone()
    };
    let at = |issuer: &str| {
        let mut wish = oidc();
        wish["address"] = json!(issuer);
        let mut document = published();
        document["issuer"] = json!(issuer);
        world.keycloak.publishes(document);
        wish
    };
    world.admin.put(&world.at, oidc()).await.is(200);
    assert_eq!(generation().await, "1");
    world.admin.delete(&world.at).await.is(200);
    world.app.do_jobs().await;
    world.admin.put(&world.at, oidc()).await.is(200);
    assert_eq!(generation().await, "1", "whom it called what is still known");
    let on = world.keycloak.provider(world.id).unwrap();
    assert_eq!((&on["enabled"], &on["config"]["clientSecret"]), (&json!(true), &json!("s3cret")));
    // Changed at once, or set up anew after it was removed: another server's names are other people's.
    world.admin.put(&world.at, at("https://new.example")).await.is(200);
    assert_eq!(generation().await, "2");
    world.admin.delete(&world.at).await.is(200);
    world.admin.put(&world.at, at("https://newer.example")).await.is(200);
    assert_eq!(generation().await, "3");
    // And back: Keycloak has not kept whom the first one called what.
    world.admin.put(&world.at, at("https://idp.example")).await.is(200);
    assert_eq!(generation().await, "4");
    let saml = json!({ "protocol": "saml", "address": "https://idp.example/metadata", "is_on": true });
    world.keycloak.publishes(entity("https://idp.example"));
    world.admin.put(&world.at, &saml).await.is(200);
    assert_eq!(generation().await, "5");
    // Its metadata speak of another one since: a check takes that over.
    world.keycloak.publishes(entity("https://other.example"));
    world.admin.post(&format!("{}/check", world.at), json!({})).await.is(200);
    assert_eq!(generation().await, "6");
}

fn entity(id: &str) -> Value {
    json!({ "idpEntityId": id, "singleSignOnServiceUrl": "https://idp.example/s", "signingCertificate": "MII" })
}

#[tokio::test]
async fn what_cannot_be_right_is_named_and_nothing_is_kept() {
    let world = World::start().await;
    let with = |name: &str, value: Value| {
        let mut wish = oidc();
        wish[name] = value;
        wish
    };
    for (name, value, pointer, code) in [
        ("address", json!(null), "/address", "required"),
        ("address", json!("ftp://idp.example"), "/address", "not_https"),
        ("client_id", json!(""), "/client_id", "required"),
        ("client_secret", json!("x".repeat(501)), "/client_secret", "too_long"),
    ] {
        world.admin.put(&world.at, with(name, value)).await.names_field(pointer, code);
    }
    let saml = |name: &str, value: &str| json!({ "protocol": "saml", name: value, "is_on": true });
    // Nothing answers.
    world.keycloak.publishes(Value::Null);
    world.admin.put(&world.at, oidc()).await.names_field("/address", "sso_unreachable");
    world.admin.put(&world.at, saml("address", "https://idp.example/metadata")).await.names_field("/address", "sso_unreachable");
    // A page for people answers; a file cannot be out of reach.
    for (page, is_fetched) in [(json!("<html>"), true), (Value::Null, false)] {
        world.keycloak.publishes(page);
        world.admin.put(&world.at, saml("metadata", "<nothing/>")).await.names_field("/metadata", "sso_no_metadata");
        if is_fetched {
            world.admin.put(&world.at, oidc()).await.names_field("/address", "sso_no_issuer");
            world.admin.put(&world.at, saml("address", "https://idp.example/")).await.names_field("/address", "sso_no_metadata");
        }
    }
    // A document that lacks something; one of another issuer, which is named.
    world.keycloak.publishes(json!({ "issuer": "https://idp.example", "authorizationUrl": "https://idp.example/a" }));
    world.admin.put(&world.at, oidc()).await.names_field("/address", "sso_no_issuer");
    let mut another = published();
    another["issuer"] = json!("https://another.example");
    world.keycloak.publishes(another);
    let answer = world.admin.put(&world.at, oidc()).await.names_field("/address", "sso_other_issuer");
    assert!(answer.text().contains("https://another.example"));
    assert_eq!(count(&world.app, "SELECT count(*) FROM company_sign_ins").await, 0);
}

#[tokio::test]
async fn a_check_says_what_is_missing_and_takes_new_keys_over() {
    let world = World::start().await;
    let at = format!("{}/check", world.at);
    world.admin.post(&at, json!({})).await.is_problem(404, "not_found");
    world.admin.put(&world.at, oidc()).await.is(200);
    let check = async || {
        let found = world.admin.post(&at, json!({})).await.is(200).json();
        let good = found["findings"].as_array().unwrap().iter().filter(|one| one["is_good"] == true);
        good.map(|one| one["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(check().await, ["readable", "unchanged", "brought", "is_on", "has_domain"], "no contract is in force");
    let mut anew = published();
    anew["jwksUrl"] = json!("https://idp.example/new");
    world.keycloak.publishes(anew);
    assert_eq!(check().await, ["readable", "brought", "is_on", "has_domain"]);
    world.app.do_jobs().await;
    assert_eq!(world.keycloak.provider(world.id).unwrap()["config"]["jwksUrl"], "https://idp.example/new");
    assert_eq!(check().await, ["readable", "unchanged", "brought", "is_on", "has_domain"]);
    world.keycloak.publishes(Value::Null);
    assert_eq!(check().await, ["brought", "is_on", "has_domain"]);
}

/// Keycloak says nothing before somebody signs in; the company's own token endpoint does.
#[tokio::test]
async fn a_check_finds_a_wrong_secret_and_says_what_it_cannot_know() {
    let world = World::start_and(Reach::Anywhere).await;
    let mut document = published();
    document["tokenUrl"] = json!(world.keycloak.company_token_endpoint());
    world.keycloak.publishes(document.clone());
    world.keycloak.company_takes(Some("s3cret"));
    world.admin.put(&world.at, oidc()).await.is(200);
    let secret = async || {
        let found = world.admin.post(&format!("{}/check", world.at), json!({})).await.is(200).json();
        found["findings"].as_array().unwrap().iter().find(|one| one["what"] == "secret").unwrap()["is_good"].clone()
    };
    assert_eq!(secret().await, true);
    world.keycloak.company_takes(Some("another"));
    assert_eq!(secret().await, false);
    // It looks at the code first: any secret would do.
    world.keycloak.company_takes(None);
    assert_eq!(secret().await, Value::Null);
    // It is not there.
    document["tokenUrl"] = json!("http://127.0.0.1:1/t");
    world.keycloak.publishes(document);
    assert_eq!(secret().await, Value::Null);
}

/// Whatever a company has published is asked for from here by the guard that everything typed in goes by.
#[tokio::test]
async fn a_check_asks_nothing_inside_the_network() {
    let world = World::start().await;
    let mut document = published();
    document["tokenUrl"] = json!(world.keycloak.company_token_endpoint());
    world.keycloak.publishes(document);
    world.keycloak.company_takes(Some("another"));
    world.admin.put(&world.at, oidc()).await.is(200);
    let found = world.admin.post(&format!("{}/check", world.at), json!({})).await.is(200).json();
    let secret = found["findings"].as_array().unwrap().iter().find(|one| one["what"] == "secret").unwrap();
    assert_eq!(secret["is_good"], Value::Null);
}

#[tokio::test]
async fn when_it_last_failed_is_seen_until_it_is_changed() {
    let world = World::start().await;
    world.admin.put(&world.at, oidc()).await.is(200);
    let failed = "UPDATE company_sign_ins SET failed_at = now(), failure = 'secret'";
    crate::identity::world::execute(&world.app, sqlx::query(failed)).await;
    let sign_in = world.read().await["sign_in"].clone();
    assert_eq!((sign_in["failure"].as_str(), sign_in["failed_at"].is_string()), (Some("secret"), true));
    world.admin.put(&world.at, oidc()).await.is(200);
    assert_eq!(world.read().await["sign_in"]["failure"], Value::Null);
}

#[tokio::test]
async fn only_administrators_who_have_just_shown_themselves_may() {
    let world = World::start().await;
    let support = staff(&world.app, &world.keycloak, "support").await;
    support.get(&world.at).await.is_problem(403, "not_allowed");
    support.put(&world.at, oidc()).await.is_problem(403, "not_allowed");
    world.app.clock.advance(jiff::SignedDuration::from_mins(6));
    for answer in [
        world.admin.put(&world.at, oidc()).await,
        world.admin.delete(&world.at).await,
        world.admin.put(&world.demand(), json!({ "needs_sso": true })).await,
        world.admin.post(&format!("{}/check", world.at), json!({})).await,
    ] {
        answer.is_problem(403, "recent_proof_required");
    }
    world.read().await;
}

#[tokio::test]
async fn without_keycloak_there_is_nothing_to_set_up() {
    let app = TestApp::start().await;
    let admin = app.staff(&["admin"]).await;
    let at = format!("{}/sso", company(&admin, "Ромашка").await);
    assert_eq!(admin.get(&at).await.is(200).json()["state"], "none");
    admin.put(&at, oidc()).await.is_problem(409, "no_keycloak");
    assert_eq!(count(&app, "SELECT count(*) FROM jobs WHERE kind = 'organisations.bring'").await, 0);
}
