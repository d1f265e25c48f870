//! What is promised of bringing a realm up to date.

use keycloak::{
    client_key::ClientKey,
    realm,
    upkeep::{self, Administrator, Api, Failure, Parts, Plan},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    hands,
    house::{House, OWN_PASSWORD, PASSWORD, deployment},
    read_back::{differences, everything},
    sign_in,
};

pub async fn import_and_apply_give_the_same(house: &House) {
    let imported = everything(house, "imported").await;
    assert!(house.plan(&deployment("imported")).await.is_empty(), "{}", house.plan(&deployment("imported")).await);

    let plan = house.apply(&deployment("applied")).await;
    assert_eq!(plan.lines(), ["the realm, with all that belongs to it: missing"]);
    assert_eq!(differences(&imported, &everything(house, "applied").await, ""), [""; 0]);

    // One that is there already, empty, as the console makes it.
    house.make_realm("blank").await;
    let plan = house.apply(&deployment("blank")).await;
    assert!(plan.to_string().contains("make        client ponimau-staff"), "{plan}");
    let (mut imported, mut blank) = (imported, everything(house, "blank").await);
    // It has keys of its own, which stay, under names of their own.
    imported["keys"].take();
    blank["keys"].take();
    assert_eq!(differences(&imported, &blank, ""), [""; 0]);

    for name in ["imported", "applied", "blank"] {
        let again = house.plan(&deployment(name)).await;
        assert!(again.is_empty(), "{name}: {again}");
        assert!(house.plan_of_the_doctor(&deployment(name)).await.is_empty(), "{name}");
        sign_in::shows_its_form(house, name).await.unwrap();
        let account = reqwest::get(format!("{}/realms/{name}/account/", house.server.url())).await.unwrap();
        assert_eq!(account.status().as_u16(), 404, "{name}: Keycloak's own page of an account");
    }
}

pub async fn what_was_changed_by_hand_is_named_and_mended(house: &House) {
    let realm = "imported";
    hands::people_and_companies(house, realm).await;
    let (as_it_was, of_others) = (everything(house, realm).await, hands::what_is_of_others(house, realm).await);
    let expected = hands::change_everything(house, realm).await;

    let plan = house.plan(&deployment(realm)).await;
    assert_eq!(sorted(plan.lines()), sorted(expected.into_iter().map(str::to_owned).collect()));
    let told = plan.to_string();
    for left_alone in ["1 account, 1 organization", "identity providers acme-sso", "clients hr-portal"] {
        assert!(told.contains(left_alone), "{told}");
    }
    assert_eq!(house.plan_of_the_doctor(&deployment(realm)).await.lines(), plan.lines());

    house.apply(&deployment(realm)).await;
    assert!(house.plan(&deployment(realm)).await.is_empty());
    assert_eq!(differences(&as_it_was, &everything(house, realm).await, ""), [""; 0]);
    assert_eq!(differences(&of_others, &hands::what_is_of_others(house, realm).await, ""), [""; 0]);
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

pub async fn sign_in_goes_on_while_its_flow_is_replaced(house: &House) {
    let realm = "imported";
    let (as_it_was, of_others) = (everything(house, realm).await, hands::what_is_of_others(house, realm).await);
    hands::exchange_steps(house, realm, "ponimau%20browser", "auth-recovery-authn-code-form", "auth-spnego").await;
    hands::exchange_steps(house, realm, "ponimau%20first%20broker", "idp-create-user-if-unique", "idp-auto-link").await;
    hands::remove_part(house, realm, "ponimau%20browser", "ponimau browser: first second factor").await;
    // It takes longer than the administrator's token is good for.
    house.alter("/master", |master| master["accessTokenLifespan"] = json!(1)).await;

    let deployment = deployment(realm);
    let applying = house.apply(&deployment);
    let mut applying = std::pin::pin!(applying);
    let mut seen = 0;
    let plan = loop {
        tokio::select! {
            biased;
            plan = &mut applying => break plan,
            page = sign_in::shows_its_form(house, realm) => {
                page.unwrap();
                seen += 1;
            }
        }
    };
    house.alter("/master", |master| master["accessTokenLifespan"] = json!(60)).await;
    assert!(seen > 3, "the form was looked at {seen} times only");
    assert_eq!(
        sorted(plan.lines()),
        [
            "flow \"ponimau browser\": ponimau browser · auth-spnego: not ours",
            "flow \"ponimau browser\": ponimau browser: mfa · ponimau browser: first second factor: missing",
            "flow \"ponimau browser\": ponimau browser: second factor · auth-recovery-authn-code-form: missing",
            "flow \"ponimau first broker\": ponimau first broker · idp-auto-link: not ours",
            "flow \"ponimau first broker\": ponimau first broker · idp-create-user-if-unique: missing",
        ]
    );
    assert_eq!(differences(&as_it_was, &everything(house, realm).await, ""), [""; 0]);
    // The company's provider was on the way through the copy of its flow.
    assert_eq!(differences(&of_others, &hands::what_is_of_others(house, realm).await, ""), [""; 0]);
}

pub async fn a_run_that_failed_is_repeated(house: &House) {
    let realm = "applied";
    let as_it_was = everything(house, realm).await;
    // Somebody's client signs in by our flow: the old one cannot go.
    house.post(&format!("/{realm}/clients"), json!({ "clientId": "theirs" })).await;
    let flows = house.get(&format!("/{realm}/authentication/flows")).await;
    let ours = flows.as_array().unwrap().iter().find(|flow| flow["alias"] == json!("ponimau browser")).unwrap()["id"].clone();
    let theirs = house.client(realm, "theirs").await;
    house.alter(&theirs, |client| client["authenticationFlowBindingOverrides"]["browser"] = ours).await;
    hands::exchange_steps(house, realm, "ponimau%20browser", "auth-cookie", "auth-spnego").await;

    let failed = house.try_to_apply(&deployment(realm)).await.unwrap_err();
    assert!(matches!(&failed, Failure::InUse(flow) if flow == "ponimau browser"), "{failed}");
    // By way of the copy.
    sign_in::shows_its_form(house, realm).await.unwrap();
    let bound = house.get(&format!("/{realm}")).await["browserFlow"].clone();
    assert_eq!(bound, json!("ponimau browser - copy"));

    house.ask(Method::DELETE, &theirs, Value::Null).await;
    house.apply(&deployment(realm)).await;
    assert!(house.plan(&deployment(realm)).await.is_empty());
    assert_eq!(differences(&as_it_was, &everything(house, realm).await, ""), [""; 0]);
}

pub async fn a_realm_of_another_deployment_is_told(house: &House) {
    let mut other = deployment("blank");
    other.client_keys = json!({ "keys": [ClientKey::from_secret([8; 32]).public_jwk()] });
    let plan = house.plan(&other).await;
    assert!(plan.is_of_another());
    let kid = ClientKey::from_secret([7; 32]).kid();
    assert!(plan.to_string().contains(&format!("by another key ({kid})")), "{plan}");
    assert!(!house.plan(&deployment("blank")).await.is_of_another());
}

pub async fn a_common_password_is_refused(house: &House) {
    let mut wanted = deployment("applied");
    wanted.password_list = Some("common.txt".to_owned());
    // The list is not there yet: nothing is done by halves.
    let missing = house.try_to_apply(&wanted).await.unwrap_err();
    assert!(matches!(&missing, Failure::Refused { .. }), "{missing}");
    assert!(house.plan(&deployment("applied")).await.is_empty());

    let lists = house.data.path().join("home/data/password-blacklists");
    std::fs::create_dir_all(&lists).unwrap();
    std::fs::write(lists.join("common.txt"), "парольпароль\n").unwrap();
    house.apply(&wanted).await;
    assert!(house.plan(&wanted).await.is_empty());
    house.post("/applied/users", json!({ "username": "careless", "enabled": true })).await;
    let found = house.get("/applied/users?username=careless").await;
    let password = format!("/applied/users/{}/reset-password", found[0]["id"].as_str().unwrap());
    let choose = |value: &'static str| house.try_to_ask(Method::PUT, &password, json!({ "type": "password", "value": value }));
    let (status, said) = choose("ПарольПароль").await;
    assert_eq!((status.as_u16(), said.contains("invalidPasswordBlacklistedMessage")), (400, true), "{said}");
    assert_eq!(choose("длинная фраза для входа").await.0.as_u16(), 204);

    // The setting is gone, and so is the rule.
    house.apply(&deployment("applied")).await;
    assert_eq!(choose("парольпароль").await.0.as_u16(), 204);
}

pub async fn nobody_takes_an_address_there(house: &House) {
    house.apply(&deployment("applied")).await;
    let account = |name: &str| {
        let credentials = json!([{ "type": "password", "value": OWN_PASSWORD }]);
        json!({ "username": name, "email": format!("{name}@own.example"), "emailVerified": true, "enabled": true, "credentials": credentials })
    };
    for name in ["ivan.one", "olga.one"] {
        house.post("/applied/users", account(name)).await;
    }
    // With no page of ours: as anybody who knows Keycloak could.
    for address in ["olga.one@own.example", "nobody@own.example"] {
        let said = house.take_address("applied", "ivan.one", address).await;
        assert_eq!(said.0.as_u16(), 404, "the same for who is there and who is not: {}", said.1);
        let is = house.get("/applied/users?username=ivan.one&exact=true").await;
        assert_eq!(is[0]["email"], json!("ivan.one@own.example"));
    }
}

pub async fn who_may_not_is_told(house: &House) {
    let wanted = Parts::wanted(&realm::realm(&deployment("blank")));
    let failed = |name: &'static str, password: &'static str| {
        let wanted = &wanted;
        async move { upkeep::look(&house.api_as("blank", name, password), wanted).await.unwrap_err() }
    };
    let wrong = failed("admin", "guessed").await;
    assert!(matches!(&wrong, Failure::SignIn { who, .. } if who == "admin"), "{wrong}");
    house
        .post("/master/users", json!({ "username": "guest", "enabled": true, "credentials": [{ "type": "password", "value": PASSWORD }] }))
        .await;
    let guest = failed("guest", PASSWORD).await;
    assert!(matches!(guest, Failure::Forbidden { .. }), "{guest}");
    assert!(!wrong.to_string().contains("guessed"));

    // A client of the realm master may be one too, where people need a second factor.
    let client = json!({ "clientId": "upkeep", "serviceAccountsEnabled": true, "secret": PASSWORD });
    house.post("/master/clients", client).await;
    let account = house.get(&format!("{}/service-account-user", house.client("master", "upkeep").await)).await;
    let admin = house.get("/master/roles/admin").await;
    house.post(&format!("/master/users/{}/role-mappings/realm", account["id"].as_str().unwrap()), json!([admin])).await;
    let administrator = Administrator { name: "upkeep".to_owned(), password: PASSWORD.to_owned(), is_client: true };
    let api = Api::administrator(house.server.url(), "blank", administrator).unwrap();
    assert!(Plan::new(&wanted, upkeep::look(&api, &wanted).await.unwrap().as_ref(), false).is_empty());
}
