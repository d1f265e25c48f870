//! A company's ways into an account: taken away when its person leaves the company, given back when they return. Everything here may be done twice.
//!
//! `id` must be new, `now` is in seconds since 1970.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Failure, Realm},
    companies::{generation_of, provider},
    realm::PROVISIONER,
};

/// Never a mail server's (RFC 2606).
pub(crate) const NOWHERE: &str = "left.invalid";

/// What of an account may be the company's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// The account's address: by a letter to it whoever reads the mailbox sets a new password.
    pub address: Option<String>,
    /// The company's own sign-in.
    pub tie: Option<Tie>,
}

impl Ways {
    /// Whether there is nothing to take.
    pub const fn is_empty(&self) -> bool {
        self.address.is_none() && self.tie.is_none()
    }
}

/// What the company's sign-in calls the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tie {
    pub user_id: String,
    pub user_name: String,
    /// Which of the company's sign-ins does: another server may call somebody else so.
    #[serde(default = "first")]
    pub generation: i32,
}

const fn first() -> i32 {
    1
}

/// What there is now. Whether the address is the company's is for the product to say.
pub async fn look(realm: &Realm, subject: &str, company: Uuid, id: &str, now: i64) -> Result<Ways, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Tied {
        identity_provider: String,
        user_id: String,
        user_name: String,
    }
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let Some(account) = account(realm, &token, subject).await? else { return Ok(Ways::default()) };
    // First: a tie that is read later is of this one, or there is none.
    let generation = generation(realm, &token, company).await?;
    let ties: Vec<Tied> = realm.read_admin(&token, &format!("users/{subject}/federated-identity")).await?;
    let tied = ties.into_iter().find(|one| one.identity_provider == provider(company));
    let tie = tied.map(|Tied { user_id, user_name, .. }| Tie { user_id, user_name, generation });
    Ok(Ways { address: address_of(&account).map(str::to_owned), tie })
}

/// Takes `ways` away and ends the account's sessions. A password goes on where it can: the address stays what the account is called by. `own` is an address of the person's own.
pub async fn take(realm: &Realm, subject: &str, company: Uuid, ways: &Ways, own: Option<&str>, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    // First: an account that is tied must have an address of the company.
    if ways.tie.is_some() {
        or_gone(realm.send_admin(Method::DELETE, &token, &tie_path(subject, company), None).await)?;
    }
    let Some(account) = account(realm, &token, subject).await? else { return Ok(()) };
    let address = ways.address.as_deref().filter(|address| account["email"] == **address);
    if address.is_some() || account["username"].as_str().is_some_and(|name| name.starts_with(&provider(company))) {
        rename(realm, &token, subject, account, address, own).await?;
    }
    or_gone(realm.send_admin(Method::POST, &token, &format!("users/{subject}/logout"), None).await)
}

/// What the account is called by is not the company's any more. Its mailbox stays as a name, for no letter is sent to one; what its sign-in calls the person does not: Keycloak would tell whoever comes by
/// that sign-in that somebody is here already. Whoever is a member of the company there must have an address (26.7): their own; else one that nobody has and nobody can name, because Keycloak would say
/// at its door that the letter did not go.
async fn rename(
    realm: &Realm,
    token: &str,
    subject: &str,
    mut account: Value,
    address: Option<&str>,
    own: Option<&str>,
) -> Result<(), Failure> {
    let nobodys = format!("{subject}@{NOWHERE}");
    let nameless = format!("left.{subject}");
    let as_it_is = account["email"].as_str().unwrap_or_default().to_owned();
    let first = address.map_or((nameless.as_str(), as_it_is.as_str()), |address| (address, ""));
    let choices = [Some(first), own.map(|own| (nameless.as_str(), own)), Some((nameless.as_str(), nobodys.as_str()))];
    let mut refused = Ok(());
    for (name, email) in choices.into_iter().flatten() {
        account["username"] = json!(name);
        account["email"] = json!(email);
        account["emailVerified"] = json!(Some(email) == own);
        match realm.send_admin(Method::PUT, token, &format!("users/{subject}"), Some(&account)).await {
            // Not without an address, or somebody is called so already.
            Err(Failure::Denied(status)) if status == "409" || status == "400" => refused = Err(Failure::Denied(status)),
            other => return other.map(drop),
        }
    }
    refused
}

/// The account's own address becomes `new`, a proven one, if the present one is what `is_former` says, or it was given up ([`give_up`]): what somebody signs in by follows them to another mailbox.
/// An account that never had an address gets none, and where another account has `new` already everything stays.
pub async fn follow(realm: &Realm, subject: &str, is_former: impl Fn(&str) -> bool, new: &str, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let Some(mut account) = account(realm, &token, subject).await? else { return Ok(()) };
    let present = address_of(&account);
    let was_given_up = present.is_none() && account["username"].as_str().is_some_and(|name| name.contains('@'));
    if !was_given_up && !present.is_some_and(is_former) {
        return Ok(());
    }
    account["email"] = json!(new);
    account["emailVerified"] = json!(true);
    or_taken(realm.send_admin(Method::PUT, &token, &format!("users/{subject}"), Some(&account)).await)
}

/// The account's own address, if it is what `is_former` says, stays what it is called by and is a mailbox no longer: a password goes on, and no letter sets another one. The address of
/// a company's member stays (26.7): it is the company's to name.
pub async fn give_up(realm: &Realm, subject: &str, is_former: impl Fn(&str) -> bool, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let Some(mut account) = account(realm, &token, subject).await? else { return Ok(()) };
    let Some(address) = address_of(&account).filter(|address| is_former(address)).map(str::to_owned) else { return Ok(()) };
    account["username"] = json!(address);
    account["email"] = json!("");
    account["emailVerified"] = json!(false);
    or_taken(realm.send_admin(Method::PUT, &token, &format!("users/{subject}"), Some(&account)).await)
}

/// An account without an address is called by `address` from now on, a proven one. Tells whether no other account is.
pub async fn name(realm: &Realm, subject: &str, address: &str, id: &str, now: i64) -> Result<bool, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let Some(mut account) = account(realm, &token, subject).await? else { return Ok(true) };
    account["email"] = json!(address);
    account["emailVerified"] = json!(true);
    match realm.send_admin(Method::PUT, &token, &format!("users/{subject}"), Some(&account)).await {
        Err(Failure::Denied(status)) if status == "409" => Ok(false),
        other => other.map(|_| true),
    }
}

/// Gives back what was taken. What somebody else has meanwhile stays theirs.
pub async fn give_back(realm: &Realm, subject: &str, company: Uuid, ways: &Ways, id: &str, now: i64) -> Result<(), Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    let Some(mut account) = account(realm, &token, subject).await? else { return Ok(()) };
    if let Some(address) = &ways.address {
        account["email"] = json!(address);
        account["emailVerified"] = json!(true);
        or_taken(realm.send_admin(Method::PUT, &token, &format!("users/{subject}"), Some(&account)).await)?;
    }
    if let Some(tie) = &ways.tie
        && generation(realm, &token, company).await? == tie.generation
    {
        let body = json!({ "identityProvider": provider(company), "userId": tie.user_id, "userName": tie.user_name });
        or_taken(realm.send_admin(Method::POST, &token, &tie_path(subject, company), Some(&body)).await)?;
        // Another server's may have come between.
        if generation(realm, &token, company).await? != tie.generation {
            or_gone(realm.send_admin(Method::DELETE, &token, &tie_path(subject, company), None).await)?;
        }
    }
    Ok(())
}

/// Which of the company's sign-ins Keycloak has now.
async fn generation(realm: &Realm, token: &str, company: Uuid) -> Result<i32, Failure> {
    match realm.read_admin::<Value>(token, &format!("identity-provider/instances/{}", provider(company))).await {
        Err(Failure::Denied(status)) if status == "404" => Ok(first()),
        other => other.map(|is| generation_of(&is)),
    }
}

/// The account to which the company's sign-in leads the person whom it calls so.
pub async fn holder(realm: &Realm, company: Uuid, tie: &Tie, id: &str, now: i64) -> Result<Option<String>, Failure> {
    let token = realm.service_token(PROVISIONER, id, now).await?;
    if generation(realm, &token, company).await? != tie.generation {
        return Ok(None);
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("idpAlias", &provider(company))
        .append_pair("idpUserId", &tie.user_id)
        .finish();
    let found: Vec<Value> = realm.read_admin(&token, &format!("users?{query}")).await?;
    Ok(found.first().and_then(|one| one["id"].as_str()).map(str::to_owned))
}

async fn account(realm: &Realm, token: &str, subject: &str) -> Result<Option<Value>, Failure> {
    match realm.read_admin(token, &format!("users/{subject}")).await {
        Err(Failure::Denied(status)) if status == "404" => Ok(None),
        other => other.map(Some),
    }
}

fn address_of(account: &Value) -> Option<&str> {
    account["email"].as_str().filter(|address| !address.is_empty())
}

fn tie_path(subject: &str, company: Uuid) -> String {
    format!("users/{subject}/federated-identity/{}", provider(company))
}

fn or_gone<T>(done: Result<T, Failure>) -> Result<(), Failure> {
    match done {
        Err(Failure::Denied(status)) if status == "404" => Ok(()),
        other => other.map(drop),
    }
}

fn or_taken<T>(done: Result<T, Failure>) -> Result<(), Failure> {
    match done {
        Err(Failure::Denied(status)) if status == "409" || status == "400" => Ok(()),
        other => other.map(drop),
    }
}
