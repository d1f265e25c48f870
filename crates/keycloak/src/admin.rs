//! What we ask of a realm's Admin API, as the client [`PROVISIONER`](crate::realm::PROVISIONER): people's means of proving who they are.

use reqwest::Method;
use serde::Deserialize;

use crate::{
    client::{Failure, Realm},
    realm::PROVISIONER,
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

/// Whether an account of the realm has the address: it would not get a second one.
///
/// To be told only to whoever has proven that the address is theirs.
pub async fn has_account(realm: &Realm, email: &str, id: &str, now: i64) -> Result<bool, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", email).append_pair("exact", "true").finish();
    let found: Vec<serde_json::Value> = realm.read_admin(&token, &format!("users?{query}")).await?;
    Ok(!found.is_empty())
}

/// The address of an account, if Keycloak has a verified one.
pub async fn verified_address(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account {
        email: Option<String>,
        #[serde(default)]
        email_verified: bool,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let account: Account = realm.read_admin(&token, &format!("users/{subject}")).await?;
    Ok(account.email.filter(|_| account.email_verified))
}

/// Takes an account's second factors away: the next sign-in that needs one sets up a new one. Password and passkeys stay. Done twice it does no harm.
///
/// `id` must be new, `now` is in seconds since 1970.
pub async fn remove_second_factors(realm: &Realm, subject: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let credentials: Vec<Credential> = realm.read_admin(&token, &format!("users/{subject}/credentials")).await?;
    for credential in credentials.into_iter().filter(|one| SECOND_FACTORS.contains(&one.r#type.as_str())) {
        realm.send_admin(Method::DELETE, &token, &format!("users/{subject}/credentials/{}", credential.id), None).await?;
    }
    Ok(())
}
