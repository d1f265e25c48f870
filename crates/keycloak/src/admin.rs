//! What we ask of a realm's Admin API, as the client [`PROVISIONER`](crate::realm::PROVISIONER): people's means of proving who they are.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    client::{Failure, Realm},
    companies::provider,
    realm::{ENTRANCE, PROVISIONER, WORK_ADDRESS_VERIFIED, WORK_ADDRESSES},
    upkeep::Api,
};

/// What a second factor is kept as.
const SECOND_FACTORS: [&str; 3] = ["otp", "webauthn", "recovery-authn-codes"];

#[derive(Deserialize)]
struct Credential {
    id: String,
    r#type: String,
}

/// Whether we may ask at all: finds out without reading anybody.
pub async fn check(realm: &Realm, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let _: u64 = realm.read_admin(&token, "users/count").await?;
    Ok(())
}

/// The realm's Admin API for looking at how it is set up. What it may change there is people's and companies' alone.
pub async fn look_into(realm: &Realm, id: &str, now: i64) -> Result<Api, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let (url, name) = realm.place();
    Api::with_token(url, name, token).map_err(|error| Failure::Unreachable(error.to_string()))
}

/// An account of the realm, as far as it matters to whoever has proven its address.
#[derive(Debug)]
pub struct WithAddress {
    pub account: String,
    /// What our entrance calls its person, if it was made by it and nothing else leads to it.
    pub entrant: Option<String>,
}

/// The account of the realm that has the address: it would not get a second one.
///
/// To be told only to whoever has proven that the address is theirs.
pub async fn with_address(realm: &Realm, email: &str, id: &str, now: i64) -> Result<Option<WithAddress>, Failure> {
    #[derive(Deserialize)]
    struct Account {
        id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Link {
        identity_provider: String,
        user_id: String,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", email).append_pair("exact", "true").finish();
    let found: Vec<Account> = realm.read_admin(&token, &format!("users?{query}")).await?;
    let Some(Account { id: account }) = found.into_iter().next() else { return Ok(None) };
    let links: Vec<Link> = realm.read_admin(&token, &format!("users/{account}/federated-identity")).await?;
    let entrant = match <[Link; 1]>::try_from(links) {
        Ok([link]) if link.identity_provider == ENTRANCE => Some(link.user_id),
        _ => None,
    };
    Ok(Some(WithAddress { account, entrant }))
}

/// What a company's own sign-in calls somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name that never changes: OpenID's subject, SAML's NameID.
    pub subject: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The company says nothing against the address being the person's: whose server lets people change it themselves says that nobody has verified it.
    pub is_vouched_for: bool,
}

/// What the sign-in of `company` calls the person of an account.
pub async fn named(realm: &Realm, company: Uuid, account: &str, id: &str, now: i64) -> Result<Named, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account {
        /// Of accounts made when companies' addresses were kept here.
        email: Option<String>,
        #[serde(default)]
        email_verified: bool,
        #[serde(default)]
        attributes: BTreeMap<String, Vec<String>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Link {
        identity_provider: String,
        user_id: String,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let mut kept: Account = realm.read_admin(&token, &format!("users/{account}")).await?;
    let links: Vec<Link> = realm.read_admin(&token, &format!("users/{account}/federated-identity")).await?;
    let of_company = links.into_iter().find(|link| link.identity_provider == provider(company));
    let mut attribute = |name| kept.attributes.remove(name).and_then(|values| values.into_iter().next());
    let verified = attribute(WORK_ADDRESS_VERIFIED);
    let address = WORK_ADDRESSES.into_iter().find_map(attribute);
    let is_vouched_for = if address.is_some() { verified.as_deref() != Some("false") } else { kept.email_verified };
    Ok(Named { subject: of_company.map(|link| link.user_id), address: address.or(kept.email), is_vouched_for })
}

/// Whether the sign-in of `company` has made an account, and nothing else leads to it: it is called as that calls accounts, and has no other tie and nothing of its person's own.
/// False for one that is gone.
pub async fn is_of_company_alone(realm: &Realm, company: Uuid, account: &str, id: &str, now: i64) -> Result<bool, Failure> {
    #[derive(Deserialize)]
    struct Account {
        #[serde(default)]
        username: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Link {
        identity_provider: String,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let kept: Account = match realm.read_admin(&token, &format!("users/{account}")).await {
        Err(Failure::Denied(status)) if status == "404" => return Ok(false),
        other => other?,
    };
    if !kept.username.starts_with(&format!("{}.", provider(company))) {
        return Ok(false);
    }
    let links: Vec<Link> = realm.read_admin(&token, &format!("users/{account}/federated-identity")).await?;
    if !matches!(links.as_slice(), [link] if link.identity_provider == provider(company)) {
        return Ok(false);
    }
    let credentials: Vec<Credential> = realm.read_admin(&token, &format!("users/{account}/credentials")).await?;
    Ok(credentials.is_empty())
}

/// Removes an account, and whatever Keycloak keeps of it. One that is gone is as good.
pub async fn remove(realm: &Realm, account: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    match realm.send_admin(Method::DELETE, &token, &format!("users/{account}"), None).await {
        Err(Failure::Denied(status)) if status == "404" => Ok(()),
        other => other.map(drop),
    }
}

/// An account that is made before its person comes to it through our entrance.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// What the entrance will call the person.
    pub subject: &'a str,
    /// Proven.
    pub email: Option<&'a str>,
    pub locale: &'a str,
    /// Of the app they have already, in base 32: six digits, 30 seconds, SHA-1, as the realm has it.
    pub totp_secret: Option<&'a str>,
}

/// What became of a [`NewAccount`].
#[derive(Debug, PartialEq, Eq)]
pub enum Prepared {
    Ready,
    /// So called: of a try before this one, with whatever that one gave it.
    Found(String),
    /// Another account has the address.
    AddressTaken,
}

/// Makes an account, which has nothing yet to sign in with. Done twice it does no harm.
pub async fn prepare(realm: &Realm, new: &NewAccount<'_>, id: &str, now: i64) -> Result<Prepared, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let name = name_of(new.subject);
    let mut body = json!({
        "username": name, "enabled": true, "attributes": { "locale": [new.locale] },
        "federatedIdentities": [{ "identityProvider": ENTRANCE, "userId": new.subject, "userName": new.subject }],
    });
    if let Some(email) = new.email {
        body["email"] = json!(email);
        body["emailVerified"] = json!(true);
    }
    if let Some(secret) = new.totp_secret {
        let kept =
            json!({ "subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1", "secretEncoding": "BASE32" });
        body["credentials"] = json!([{
            "type": "otp", "secretData": json!({ "value": secret }).to_string(), "credentialData": kept.to_string(),
        }]);
    }
    match realm.send_admin(Method::POST, &token, "users", Some(&body)).await {
        Ok(_) => return Ok(Prepared::Ready),
        Err(Failure::Denied(status)) if status == "409" => {}
        Err(failure) => return Err(failure),
    }
    // Of a try before this one; or nobody's, and then it is the address that is taken.
    let Some(mut account) = named_so(realm, &token, &name).await? else { return Ok(Prepared::AddressTaken) };
    let found = account["id"].as_str().unwrap_or_default().to_owned();
    let Some(email) = new.email else { return Ok(Prepared::Found(found)) };
    account["email"] = json!(email);
    account["emailVerified"] = json!(true);
    match realm.send_admin(Method::PUT, &token, &format!("users/{found}"), Some(&account)).await {
        Ok(_) => Ok(Prepared::Found(found)),
        Err(Failure::Denied(status)) if status == "409" => Ok(Prepared::AddressTaken),
        Err(failure) => Err(failure),
    }
}

/// The account that was made for whom our entrance calls `subject`.
pub async fn prepared(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<Option<String>, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let account = named_so(realm, &token, &name_of(subject)).await?;
    Ok(account.and_then(|account| account["id"].as_str().map(str::to_owned)))
}

fn name_of(subject: &str) -> String {
    format!("{ENTRANCE}.{subject}")
}

async fn named_so(realm: &Realm, token: &str, name: &str) -> Result<Option<serde_json::Value>, Failure> {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("username", name).append_pair("exact", "true").finish();
    let found: Vec<serde_json::Value> = realm.read_admin(token, &format!("users?{query}")).await?;
    Ok(found.into_iter().next())
}

/// Disables an account, and ends its sessions. One that is gone is as good. Done twice it does no harm.
pub async fn disable(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let path = format!("users/{subject}");
    let mut account: serde_json::Value = match realm.read_admin(&token, &path).await {
        Err(Failure::Denied(status)) if status == "404" => return Ok(()),
        other => other?,
    };
    account["enabled"] = json!(false);
    realm.send_admin(Method::PUT, &token, &path, Some(&account)).await?;
    realm.send_admin(Method::POST, &token, &format!("{path}/logout"), None).await.map(drop)
}

/// Takes an account's second factors away: the next sign-in that needs one sets up a new one. Password and passkeys stay. Done twice it does no harm.
///
/// `id` must be new, `now` is in seconds since 1970.
pub async fn remove_second_factors(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    remove_credentials(realm, &token, subject, |kind| SECOND_FACTORS.contains(&kind)).await
}

/// Takes everything away by which an account is signed in to here, and ends its sessions: its company's sign-in alone leads to it. Done twice it does no harm.
///
/// As above.
pub async fn leave_to_company(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    remove_credentials(realm, &token, subject, |_| true).await?;
    realm.send_admin(Method::POST, &token, &format!("users/{subject}/logout"), None).await.map(drop)
}

async fn remove_credentials(realm: &Realm, token: &str, subject: &str, is_meant: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let credentials: Vec<Credential> = realm.read_admin(token, &format!("users/{subject}/credentials")).await?;
    for credential in credentials.into_iter().filter(|one| is_meant(&one.r#type)) {
        realm.send_admin(Method::DELETE, token, &format!("users/{subject}/credentials/{}", credential.id), None).await?;
    }
    Ok(())
}
