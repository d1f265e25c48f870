//! Companies at a real Keycloak: brought there, put right, and never more than is theirs.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};

use keycloak::ways;
use keycloak::{
    client::{Failure, Realm},
    companies::{Company, Protocol, Published, SignIn, Source, Unreadable, bring, organization, provider, read},
};
use serde_json::{Value, json};
use support::{Started, now, start};
use uuid::{Uuid, uuid};

const ROMASHKA: Uuid = uuid!("0190a000-0000-7000-8000-000000000001");
const VASILEK: Uuid = uuid!("0190a000-0000-7000-8000-000000000002");

/// Keycloak's own administrator, who sees everything and may change it by hand.
struct Console {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Console {
    async fn of(keycloak: &Started) -> Self {
        let http = reqwest::Client::new();
        let url = keycloak.server.url();
        let form = "grant_type=password&client_id=admin-cli&username=admin&password=only%20here";
        let asked = http.post(format!("{url}/realms/master/protocol/openid-connect/token"));
        let asked = asked.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap();
        let token: Value = asked.json().await.unwrap();
        Self { http, base: format!("{url}/admin/realms/ponimayu"), token: token["access_token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}/{path}", self.base)).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    async fn put(&self, path: &str, body: &Value) {
        let sent = self.http.put(format!("{}/{path}", self.base)).bearer_auth(&self.token).json(body).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.status());
    }

    async fn post(&self, path: &str, body: &Value) {
        let sent = self.http.post(format!("{}/{path}", self.base)).bearer_auth(&self.token).json(body).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.status());
    }

    async fn delete(&self, path: &str) {
        let sent = self.http.delete(format!("{}/{path}", self.base)).bearer_auth(&self.token).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.status());
    }

    async fn organization(&self, company: Uuid) -> Value {
        let found = self.get(&format!("organizations?q=company:{company}")).await;
        let found = found.as_array().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        self.get(&format!("organizations/{}", found[0]["id"].as_str().unwrap())).await
    }

    async fn provider(&self, company: Uuid) -> Value {
        self.get(&format!("identity-provider/instances/{}", provider(company))).await
    }

    /// How often something was changed by an administrator or by us.
    async fn changes(&self) -> usize {
        self.get("admin-events?max=1000").await.as_array().unwrap().len()
    }
}

/// A name of a proof, new each time.
fn id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("proof-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn brought(realm: &Realm, company: &Company<'_>, is_whole: bool) -> Result<(), Failure> {
    bring(realm, company, is_whole, &id(), now()).await
}

async fn published(realm: &Realm, source: Source<'_>) -> Result<Published, Unreadable> {
    read(realm, source, &id(), now()).await
}

#[tokio::test]
async fn a_company_is_brought_put_right_and_shut() {
    let keycloak = start().await;
    let realm = keycloak.realm(7);
    let console = Console::of(&keycloak).await;
    // Any realm can be a company's sign-in: here it is this Keycloak's own.
    let issuer = format!("{}/realms/master", keycloak.server.url());
    let oidc = published(&realm, Source::Issuer(&issuer)).await.unwrap();
    let domains = ["romashka.example".to_owned(), "romashka.test".to_owned()];
    let protocol = Protocol::Oidc { client_id: "ponimau", client_secret: "one", address_claim: "email" };
    let sign_in = SignIn { is_on: true, generation: 1, protocol, published: &oidc };
    let company = Company { id: ROMASHKA, name: "Ромашка", is_active: true, domains: &domains, sign_in: Some(sign_in.clone()) };
    brought(&realm, &company, true).await.unwrap();
    let organization_there = console.organization(ROMASHKA).await;
    assert_eq!(organization_there["alias"], organization(ROMASHKA));
    assert_eq!(organization_there["domains"].as_array().unwrap().len(), 2);
    let provider_there = console.provider(ROMASHKA).await;
    assert_eq!(provider_there["organizationId"], organization_there["id"], "they belong together");
    assert_eq!(provider_there["config"]["authorizationUrl"], json!(oidc["authorizationUrl"]));
    assert_eq!(provider_there["config"]["logoutUrl"], Value::Null);
    assert_eq!(provider_there["hideOnLogin"], true, "companies do not learn of one another");

    // Looked after again, nothing is written.
    let before = console.changes().await;
    brought(&realm, &company, false).await.unwrap();
    assert_eq!(console.changes().await, before);

    // Whatever was changed by hand is put right, and what is Keycloak's own stays.
    let mut by_hand = provider_there.clone();
    by_hand["config"]["validateSignature"] = json!("false");
    by_hand["firstBrokerLoginFlowAlias"] = json!("first broker login");
    console.put(&format!("identity-provider/instances/{}", provider(ROMASHKA)), &by_hand).await;
    let mappers = format!("identity-provider/instances/{}/mappers", provider(ROMASHKA));
    // Those among them by which a company's address would become an account's own.
    for mapper in console.get(&mappers).await.as_array().unwrap() {
        console.delete(&format!("{mappers}/{}", mapper["id"].as_str().unwrap())).await;
    }
    let organization_id = organization_there["id"].as_str().unwrap();
    console.delete(&format!("organizations/{organization_id}/identity-providers/{}", provider(ROMASHKA))).await;
    brought(&realm, &company, false).await.unwrap();
    let mended = console.provider(ROMASHKA).await;
    assert_eq!(mended["config"]["validateSignature"], "true");
    assert_eq!(mended["firstBrokerLoginFlowAlias"], "ponimau first company");
    assert_eq!(mended["organizationId"], organization_there["id"]);
    let are = console.get(&mappers).await;
    let config = |name: &str| are.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["config"].clone();
    assert_eq!(config("username")["template"], "${ALIAS}.${CLAIM.sub}");
    assert_eq!((&config("address")["claim"], &config("address")["user.attribute"]), (&json!("email"), &json!("work_address")));
    assert_eq!((&config("no email")["attribute"], &config("no email")["attribute.value"]), (&json!("email"), &Value::Null));

    // A domain leads to one company: the other one waits until it is free.
    let taken = ["romashka.test".to_owned()];
    let other = Company { id: VASILEK, name: "Василёк", is_active: true, domains: &taken, sign_in: None };
    assert!(matches!(brought(&realm, &other, true).await, Err(Failure::Denied(status)) if status == "400"));
    let fewer = ["romashka.example".to_owned()];
    let company = Company { name: "Ромашка и сыновья", domains: &fewer, ..company };
    brought(&realm, &company, true).await.unwrap();
    assert_eq!(console.organization(ROMASHKA).await["name"], "Ромашка и сыновья");
    brought(&realm, &other, true).await.unwrap();

    // Another server's is another provider, at the same place: whom the first one called what leads to nobody.
    let one_of = |generation| Company { sign_in: Some(SignIn { generation, ..company.sign_in.clone().unwrap() }), ..company.clone() };
    let account = json!({ "username": "anna", "enabled": true });
    console.post("users", &account).await;
    let anna = console.get("users?username=anna").await[0]["id"].as_str().unwrap().to_owned();
    let ties = format!("users/{anna}/federated-identity");
    console.post(&format!("{ties}/{}", provider(ROMASHKA)), &json!({ "userId": "1", "userName": "1" })).await;
    let kept = ways::look(&realm, &anna, ROMASHKA, &id(), now()).await.unwrap();
    // Removed and set up anew it is the same.
    brought(&realm, &Company { sign_in: None, ..company.clone() }, true).await.unwrap();
    let shut = console.provider(ROMASHKA).await;
    assert_eq!((&shut["enabled"], &shut["config"]["clientSecret"]), (&json!(false), &Value::Null));
    let before = console.changes().await;
    brought(&realm, &Company { sign_in: None, ..company.clone() }, false).await.unwrap();
    assert_eq!(console.changes().await, before, "shut once");
    brought(&realm, &one_of(1), true).await.unwrap();
    assert_eq!(console.provider(ROMASHKA).await["enabled"], true);
    assert_eq!(console.get(&ties).await.as_array().unwrap().len(), 1);
    brought(&realm, &one_of(2), true).await.unwrap();
    assert_eq!(console.get(&ties).await, json!([]));
    let are = console.get(&mappers).await;
    let names = are.as_array().unwrap().iter().find(|one| one["name"] == "username").unwrap();
    assert_eq!(names["config"]["template"], "${ALIAS}_2.${CLAIM.sub}");
    assert_eq!(console.provider(ROMASHKA).await["organizationId"], organization_there["id"]);
    // Nor is a tie of the first one given back.
    ways::give_back(&realm, &anna, ROMASHKA, &kept, &id(), now()).await.unwrap();
    assert_eq!(console.get(&ties).await, json!([]));
    let before = console.changes().await;
    brought(&realm, &one_of(2), false).await.unwrap();
    assert_eq!(console.changes().await, before, "looked after again, nothing is written");

    let metadata = format!("{issuer}/protocol/saml/descriptor");
    let saml = published(&realm, Source::MetadataAddress(&metadata)).await.unwrap();
    let by_saml = SignIn { is_on: true, generation: 3, protocol: Protocol::Saml, published: &saml };
    brought(&realm, &Company { sign_in: Some(by_saml), ..company.clone() }, true).await.unwrap();
    let provider_there = console.provider(ROMASHKA).await;
    assert_eq!((provider_there["providerId"].as_str(), &provider_there["organizationId"]), (Some("saml"), &organization_there["id"]));
    assert_eq!(console.get(&mappers).await.as_array().unwrap().len(), 5);

    // Archived: nobody comes in, and the name is free for another.
    brought(&realm, &Company { is_active: false, ..company.clone() }, true).await.unwrap();
    assert_eq!(console.organization(ROMASHKA).await["enabled"], false);
    assert_eq!(console.provider(ROMASHKA).await["enabled"], false);
    brought(&realm, &Company { name: "Ромашка", domains: &[], ..other.clone() }, true).await.unwrap();
}

#[tokio::test]
async fn what_a_sign_in_publishes_is_read_or_refused() {
    let keycloak = start().await;
    let realm = keycloak.realm(7);
    let issuer = format!("{}/realms/master", keycloak.server.url());
    let other_issuer = issuer.replace("localhost", "127.0.0.1");
    let page = format!("{}/realms/master/account", keycloak.server.url());
    let is = |read: Result<Published, Unreadable>| match read.unwrap_err() {
        Unreadable::NoAnswer => "no answer".to_owned(),
        Unreadable::NotADocument => "no document".to_owned(),
        Unreadable::OtherIssuer(named) => named,
        Unreadable::Keycloak(failure) => failure.to_string(),
    };
    for (source, expected) in [
        (Source::Issuer("http://127.0.0.1:1"), "no answer"),
        (Source::Issuer(&format!("{}/realms/none", keycloak.server.url())), "no answer"),
        // One that calls itself by another name than it is asked by could speak for that other one.
        (Source::Issuer(&other_issuer), issuer.as_str()),
        (Source::MetadataAddress("http://127.0.0.1:1"), "no answer"),
        (Source::MetadataAddress(&page), "no document"),
        (Source::MetadataAddress(&format!("{issuer}/.well-known/openid-configuration")), "no document"),
        (Source::Metadata("<hello/>"), "no document"),
    ] {
        assert_eq!(is(published(&realm, source).await), expected, "{source:?}");
    }
    let xml = reqwest::get(format!("{issuer}/protocol/saml/descriptor")).await.unwrap().text().await.unwrap();
    assert_eq!(published(&realm, Source::Metadata(&xml)).await.unwrap()["idpEntityId"], issuer);
    // Another deployment's key may not even ask.
    assert!(matches!(published(&keycloak.realm(8), Source::Issuer(&issuer)).await, Err(Unreadable::Keycloak(Failure::Denied(_)))));
}
