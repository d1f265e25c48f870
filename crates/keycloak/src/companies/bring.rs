//! Bringing companies to the realm, as the client [`PROVISIONER`]. Everything here may be done twice.

use reqwest::{Method, Response, multipart::Form};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Company, Published, SignIn, provider,
    written::{COMPANY, generation_of, has, mappers_of, organization_of, provider_of, shut},
};
use crate::{
    client::{Failure, Realm},
    realm::PROVISIONER,
};

/// Where a company's sign-in publishes what it is.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The issuer of an OpenID provider.
    Issuer(&'a str),
    /// The address of SAML metadata.
    MetadataAddress(&'a str),
    /// SAML metadata.
    Metadata(&'a str),
}

/// Why it is not known.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Keycloak gets no answer there, or one that says that there is nothing.
    #[error("nothing answers")]
    NoAnswer,
    /// There is something else: a page for people, or a document of another kind.
    #[error("it is something else")]
    NotADocument,
    /// The document is of another issuer.
    #[error("it is of another issuer: {0}")]
    OtherIssuer(String),
    #[error(transparent)]
    Keycloak(#[from] Failure),
}

/// The admin requests of one piece of work.
struct Work<'a> {
    realm: &'a Realm,
    token: String,
}

impl Work<'_> {
    async fn begin<'a>(realm: &'a Realm, id: &str, now: i64) -> Result<Work<'a>, Failure> {
        Ok(Work { realm, token: realm.service_token(PROVISIONER, id, now).await? })
    }

    async fn read<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, Failure> {
        self.realm.read_admin(&self.token, path).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<(), Failure> {
        self.realm.send_admin(method, &self.token, path, Some(body)).await.map(drop)
    }
}

/// Brings a company to the realm as it should be: one at a time, because Keycloak (26.7) answers 500 where two make the same. With `is_whole` also what cannot be read back is written: the secret of its sign-in.
///
/// `id` must be new, `now` is in seconds since 1970, here and below.
///
/// # Errors
/// [`Failure::Denied`] by `409` or `400`: another Organization has the name or a domain still.
pub async fn bring(realm: &Realm, company: &Company<'_>, is_whole: bool, id: &str, now: i64) -> Result<(), Failure> {
    let work = Work::begin(realm, id, now).await?;
    let organization = bring_organization(&work, company).await?;
    match &company.sign_in {
        Some(sign_in) => bring_provider(&work, company, sign_in, &organization, is_whole).await,
        None => shut_provider(&work, company.id).await,
    }
}

/// Gives Keycloak's id of it.
async fn bring_organization(work: &Work<'_>, company: &Company<'_>) -> Result<String, Failure> {
    let found = find_organization(work, company.id).await?;
    let mut wanted = organization_of(company);
    let Some(found) = found else {
        work.send(Method::POST, "organizations", &wanted).await?;
        let made = find_organization(work, company.id).await?;
        return made.and_then(|made| id_of(&made)).ok_or_else(|| Failure::Unreachable("an organization is not found again".to_owned()));
    };
    let id = id_of(&found).ok_or_else(|| Failure::Unreachable("an organization without an id".to_owned()))?;
    if !has(&found, &wanted) {
        wanted["id"] = json!(id);
        work.send(Method::PUT, &format!("organizations/{id}"), &wanted).await?;
    }
    Ok(id)
}

async fn find_organization(work: &Work<'_>, company: Uuid) -> Result<Option<Value>, Failure> {
    let found: Vec<Value> = work.read(&format!("organizations?q={COMPANY}:{company}&briefRepresentation=true")).await?;
    let Some(id) = found.first().and_then(id_of) else { return Ok(None) };
    // The list leaves domains out.
    work.read(&format!("organizations/{id}")).await.map(Some)
}

/// Keycloak (26.7) forgets with a provider whom it called what, and refuses them a second account: it stays.
async fn shut_provider(work: &Work<'_>, company: Uuid) -> Result<(), Failure> {
    let path = provider_path(company);
    match work.read::<Value>(&path).await {
        Ok(is) => match shut(&is) {
            Some(wanted) => work.send(Method::PUT, &path, &wanted).await,
            None => Ok(()),
        },
        Err(Failure::Denied(status)) if status == "404" => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn bring_provider(
    work: &Work<'_>,
    company: &Company<'_>,
    sign_in: &SignIn<'_>,
    organization: &str,
    is_whole: bool,
) -> Result<(), Failure> {
    let path = provider_path(company.id);
    let wanted = provider_of(company, sign_in);
    match work.read::<Value>(&path).await {
        Ok(is) if is["providerId"] == wanted["providerId"] && generation_of(&is) == sign_in.generation => {
            if is_whole || !has(&is, &wanted) {
                // Keycloak replaces the whole, and forgets the organization of one that does not name it.
                let mut wanted = wanted;
                for name in ["internalId", "organizationId"] {
                    if let Some(value) = is.get(name) {
                        wanted[name] = value.clone();
                    }
                }
                work.send(Method::PUT, &path, &wanted).await?;
            }
        }
        Ok(_) => {
            // Of another server, whose names for people are nobody's here: the ties that Keycloak has must not be its.
            work.realm.send_admin(Method::DELETE, &work.token, &path, None).await?;
            work.send(Method::POST, "identity-provider/instances", &wanted).await?;
        }
        Err(Failure::Denied(status)) if status == "404" => work.send(Method::POST, "identity-provider/instances", &wanted).await?,
        Err(failure) => return Err(failure),
    }
    bring_mappers(work, &path, mappers_of(company, sign_in)).await?;
    let linked: Vec<Value> = work.read(&format!("organizations/{organization}/identity-providers")).await?;
    if !linked.iter().any(|one| one["alias"] == provider(company.id).as_str()) {
        let alias = json!(provider(company.id));
        work.send(Method::POST, &format!("organizations/{organization}/identity-providers"), &alias).await?;
    }
    Ok(())
}

async fn bring_mappers(work: &Work<'_>, provider: &str, wanted: Vec<Value>) -> Result<(), Failure> {
    let path = format!("{provider}/mappers");
    let are: Vec<Value> = work.read(&path).await?;
    for is in are.iter().filter(|is| !wanted.iter().any(|wanted| has(is, wanted))) {
        let id = id_of(is).unwrap_or_default();
        work.realm.send_admin(Method::DELETE, &work.token, &format!("{path}/{id}"), None).await?;
    }
    for wanted in wanted.iter().filter(|wanted| !are.iter().any(|is| has(is, wanted))) {
        work.send(Method::POST, &path, wanted).await?;
    }
    Ok(())
}

/// An account that has come through a company's sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub id: String,
    /// Milliseconds since 1970.
    pub created_timestamp: i64,
}

/// The accounts that are members of a company.
pub async fn members(realm: &Realm, company: Uuid, id: &str, now: i64) -> Result<Vec<Member>, Failure> {
    const PAGE: usize = 100;
    let work = Work::begin(realm, id, now).await?;
    let Some(organization) = find_organization(&work, company).await?.and_then(|found| id_of(&found)) else { return Ok(Vec::new()) };
    let mut members = Vec::new();
    loop {
        let path = format!("organizations/{organization}/members?first={}&max={PAGE}", members.len());
        let page: Vec<Member> = work.read(&path).await?;
        let is_last = page.len() < PAGE;
        members.extend(page);
        if is_last {
            return Ok(members);
        }
    }
}

/// Has Keycloak read what a company's sign-in publishes: it is Keycloak that must reach it later.
pub async fn read(realm: &Realm, source: Source<'_>, id: &str, now: i64) -> Result<Published, Unreadable> {
    let work = Work::begin(realm, id, now).await?;
    let response = match source {
        Source::Issuer(issuer) => {
            import(&work, "oidc", &format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).await?
        }
        Source::MetadataAddress(address) => import(&work, "saml", address).await?,
        Source::Metadata(xml) => {
            let file = reqwest::multipart::Part::text(xml.to_owned()).file_name("metadata.xml");
            realm.upload_admin(&work.token, IMPORT, Form::new().text("providerId", "saml").part("file", file)).await?
        }
    };
    let needed = match source {
        Source::Issuer(_) => ["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"].as_slice(),
        Source::MetadataAddress(_) | Source::Metadata(_) => &["idpEntityId", "singleSignOnServiceUrl", "signingCertificate"],
    };
    if !response.status().is_success() {
        return Err(why_not(&work, response, source).await);
    }
    let published: Published = response.json().await.map_err(|_| Unreadable::NotADocument)?;
    if !needed.iter().all(|name| published.contains_key(*name)) {
        return Err(Unreadable::NotADocument);
    }
    match (source, published.get("issuer")) {
        // Discovery §4.3: the issuer must be the one that was asked, else one could speak for another.
        (Source::Issuer(issuer), Some(named)) if named != issuer && named != issuer.trim_end_matches('/') => {
            Err(Unreadable::OtherIssuer(named.clone()))
        }
        _ => Ok(published),
    }
}

const IMPORT: &str = "identity-provider/import-config";

async fn import(work: &Work<'_>, provider: &str, address: &str) -> Result<Response, Failure> {
    let body = json!({ "providerId": provider, "fromUrl": address });
    work.realm.ask_admin(Method::POST, &work.token, IMPORT, Some(&body)).await
}

/// Keycloak (26.7) answers 500 for whatever it cannot fetch or read. Only what it has fetched and cannot parse as JSON it names by another error: by that it is also
/// found out, of SAML metadata, whether anything answers.
async fn why_not(work: &Work<'_>, response: Response, source: Source<'_>) -> Unreadable {
    #[derive(Deserialize)]
    struct Named {
        error: String,
    }
    let is_fetched = async |response: Response| {
        response.status().is_success() || response.json::<Named>().await.is_ok_and(|named| named.error == "invalid_request")
    };
    if response.status().as_u16() > 500 {
        return Failure::Unreachable(response.status().to_string()).into();
    }
    let is_there = match source {
        Source::Issuer(_) => is_fetched(response).await,
        Source::Metadata(_) => true,
        Source::MetadataAddress(address) => match import(work, "oidc", address).await {
            Ok(response) => is_fetched(response).await,
            Err(failure) => return failure.into(),
        },
    };
    if is_there { Unreadable::NotADocument } else { Unreadable::NoAnswer }
}

fn provider_path(company: Uuid) -> String {
    format!("identity-provider/instances/{}", provider(company))
}

fn id_of(value: &Value) -> Option<String> {
    value["id"].as_str().map(str::to_owned)
}
