//! The played Keycloak's Admin API for accounts, and its events of the console.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use platform::clock::Clock as _;
use serde_json::{Value, json};

use super::{Mood, PlayedKeycloak};

/// What it calls the product's own account.
pub(super) const US: &str = "the product";

/// The account of an address of which no more is said.
const SOMEBODY: &str = "somebody";

/// Accounts it has been given, and which of them are disabled.
#[derive(Debug, Default)]
pub(super) struct People {
    made: Vec<Value>,
    /// Those of which more is known than what is said of whoever signs in, by id.
    known: HashMap<String, Value>,
    disabled: Vec<String>,
    removed: Vec<String>,
    /// The newest first, as the real one tells them.
    events: Vec<Value>,
    asked_for_events: usize,
    /// When somebody did not get in by a company's sign-in, in milliseconds.
    failures: Vec<i64>,
}

impl PlayedKeycloak {
    /// The accounts that were made there by the Admin API.
    pub fn made_accounts(&self) -> Vec<Value> {
        self.play().people.made.clone()
    }

    /// From now on there is such an account: what it is called by, its verified address, and what the sign-in of `company` calls its person.
    pub fn account(&self, id: &str, email: &str, company: Option<(uuid::Uuid, &str)>) {
        let ties =
            company.map(|(company, user)| json!({ "identityProvider": format!("company-{company}"), "userId": user, "userName": user }));
        let account = json!({
            "id": id, "username": format!("entrance.{id}"), "email": email, "domain": company.and(email.split('@').nth(1)), "emailVerified": true, "enabled": true,
            "ties": ties.into_iter().collect::<Vec<_>>(), "credentials": [{ "id": "1", "type": "password" }, { "id": "2", "type": "otp" }],
        });
        self.play().people.known.insert(id.to_owned(), account);
    }

    /// From now on there is an account that is signed in to with this, as the Admin API tells it.
    pub fn holds(&self, id: &str, credentials: Value) {
        self.account(id, &format!("{id}@example.org"), None);
        self.play().people.known.get_mut(id).expect("it was given")["credentials"] = credentials;
    }

    /// The account has no address from now on, and nobody knows what it is called by.
    pub fn is_nameless(&self, id: &str) {
        self.play().people.known.get_mut(id).expect("it was given")["email"] = Value::Null;
    }

    /// The kinds of what leads into an account.
    pub fn kinds_of(&self, id: &str) -> Vec<String> {
        let account = self.account_of(id).expect("it was given");
        let kinds = account["credentials"].as_array().into_iter().flatten();
        kinds.map(|one| one["type"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// From now on the account has a session of this name.
    pub fn has_session(&self, id: &str, sid: &str) {
        self.play().people.known.get_mut(id).expect("it was given")["sessions"] = json!([{ "id": sid }]);
    }

    /// From now on there is an account that our entrance has begun under this address, and nobody has come back from.
    pub fn left_by_entrance(&self, id: &str, email: &str) {
        self.account(id, email, None);
        let tie = json!({ "identityProvider": "entrance", "userId": id, "userName": id });
        self.play().people.known.get_mut(id).expect("it was given")["ties"] = json!([tie]);
    }

    /// Such an account as it is now.
    pub fn account_of(&self, id: &str) -> Option<Value> {
        self.play().people.known.get(id).cloned()
    }

    /// Somebody does not get in by a company's sign-in, and is left on a page of Keycloak's.
    pub fn company_fails(&self) {
        let now = self.0.clock.now().as_millisecond();
        self.play().people.failures.push(now);
    }

    /// Who was disabled.
    pub fn disabled(&self) -> Vec<String> {
        self.play().people.disabled.clone()
    }

    /// Who was removed.
    pub fn removed(&self) -> Vec<String> {
        self.play().people.removed.clone()
    }

    /// Somebody does something at its console: `path` is what the event names, `kind` CREATE, UPDATE, DELETE or ACTION.
    pub fn console(&self, kind: &str, path: &str) {
        let now = self.0.clock.now().as_millisecond();
        let mut play = self.play();
        let id = format!("event-{}", play.people.events.len());
        let resource = if path.starts_with("organizations/") { "ORGANIZATION" } else { "USER" };
        let event = json!({
            "id": id, "time": now, "operationType": kind, "resourceType": resource, "resourcePath": path,
            "authDetails": { "clientId": "security-admin-console", "userId": "an administrator" },
        });
        play.people.events.insert(0, event);
    }

    /// As [`Self::console`], done by the product's own client.
    pub fn console_by_us(&self, kind: &str, path: &str) {
        self.console(kind, path);
        self.play().people.events[0]["authDetails"] = json!({ "clientId": "ours", "userId": US });
    }

    /// How often its events were asked for.
    pub fn asked_for_events(&self) -> usize {
        self.play().people.asked_for_events
    }
}

pub(super) fn routes() -> Router<PlayedKeycloak> {
    let router = Router::new()
        .route("/users", get(users).post(make))
        .route("/users/{id}", get(user).put(change).delete(remove))
        .route("/users/{id}/credentials", get(credentials))
        .route("/users/{id}/credentials/{credential}", axum::routing::delete(remove_credential))
        .route("/users/{id}/credentials/{credential}/userLabel", axum::routing::put(rename_credential))
        .route("/users/{id}/sessions", get(sessions))
        .route("/users/{id}/federated-identity", get(ties))
        .route("/users/{id}/federated-identity/{provider}", post(tie).delete(untie))
        .route("/events", get(failures))
        .route("/users/{id}/logout", post(log_out))
        .route("/admin-events", get(events));
    Router::new().nest("/admin/realms/ponimayu", router)
}

type Played = State<PlayedKeycloak>;

async fn users(State(played): Played, Query(query): Query<HashMap<String, String>>) -> Response {
    let play = played.play();
    let by = |name: &str| query.get(name).cloned().unwrap_or_default();
    let known = play.addresses.iter().filter(|one| **one == by("email")).map(|email| json!({ "id": SOMEBODY, "email": email }));
    if let Some(user) = query.get("idpUserId") {
        let has = |one: &&Value| one["ties"].as_array().is_some_and(|ties| ties.iter().any(|tie| tie["userId"] == json!(user)));
        return Json(play.people.known.values().filter(has).cloned().collect::<Vec<_>>()).into_response();
    }
    let made = play.people.made.iter().filter(|one| one["email"] == by("email") || one["username"] == by("username"));
    let left = play.people.known.values().filter(|one| one["email"] == by("email"));
    Json(known.chain(made.cloned()).chain(left.cloned()).collect::<Vec<_>>()).into_response()
}

async fn make(State(played): Played, Json(mut account): Json<Value>) -> StatusCode {
    let mut play = played.play();
    if play.mood == Mood::Away {
        return StatusCode::BAD_GATEWAY;
    }
    let is_taken = |play: &super::Play| {
        let has = |name: &str| !account[name].is_null() && play.people.made.iter().any(|one| one[name] == account[name]);
        has("username") || has("email") || play.addresses.iter().any(|one| account["email"] == json!(one))
    };
    if is_taken(&play) {
        return StatusCode::CONFLICT;
    }
    account["id"] = json!(format!("made-{}", play.people.made.len()));
    for (at, credential) in account["credentials"].as_array_mut().into_iter().flatten().enumerate() {
        credential["id"] = json!(at.to_string());
    }
    play.people.made.push(account);
    StatusCode::CREATED
}

async fn user(State(played): Played, Path(id): Path<String>) -> Response {
    let play = played.play();
    if play.mood == Mood::Away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let work_address: Vec<_> = play.says.email.into_iter().collect();
    let attributes = json!({ "work_address": work_address, "work_address_verified": [(!play.says.is_unverified).to_string()] });
    let username = format!("{}.work-{id}", play.says.lies["idp"].as_str().unwrap_or("entrance"));
    let said = json!({ "id": id, "username": username, "enabled": true, "attributes": attributes });
    Json(play.people.known.get(&id).cloned().unwrap_or(said)).into_response()
}

async fn remove(State(played): Played, Path(id): Path<String>) -> StatusCode {
    let mut play = played.play();
    if play.mood == Mood::Away {
        return StatusCode::BAD_GATEWAY;
    }
    play.people.known.remove(&id);
    play.people.removed.push(id);
    StatusCode::NO_CONTENT
}

impl People {
    /// An account that is known, or was made by the Admin API.
    fn account(&mut self, id: &str) -> Option<&mut Value> {
        self.known.get_mut(id).or_else(|| self.made.iter_mut().find(|one| one["id"] == json!(id)))
    }
}

/// What of an account lies in a list.
fn listed(played: &PlayedKeycloak, id: &str, name: &str) -> Vec<Value> {
    played.play().people.account(id).and_then(|one| one[name].as_array().cloned()).unwrap_or_default()
}

fn relist(played: &PlayedKeycloak, id: &str, name: &str, change: impl FnOnce(&mut Vec<Value>)) -> StatusCode {
    match played.play().people.account(id).and_then(|one| one[name].as_array_mut()) {
        Some(list) => {
            change(list);
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn sessions(State(played): Played, Path(id): Path<String>) -> Response {
    Json(listed(&played, &id, "sessions")).into_response()
}

async fn credentials(State(played): Played, Path(id): Path<String>) -> Response {
    if played.play().mood == Mood::Away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    Json(listed(&played, &id, "credentials")).into_response()
}

async fn remove_credential(State(played): Played, Path((id, credential)): Path<(String, String)>) -> StatusCode {
    let done = relist(&played, &id, "credentials", |list| list.retain(|one| one["id"] != json!(credential)));
    // What is done is done, however late it is told.
    super::mood(&played).await;
    done
}

async fn rename_credential(State(played): Played, Path((id, credential)): Path<(String, String)>, label: String) -> StatusCode {
    relist(&played, &id, "credentials", |list| {
        for one in list.iter_mut().filter(|one| one["id"] == json!(credential)) {
            one["userLabel"] = json!(label);
        }
    })
}

/// What companies call the person of an account. Of somebody of whom no more is known than what is said of whoever signs in: the same, whichever account they
/// get here.
async fn ties(State(played): Played, Path(id): Path<String>) -> Response {
    if id == SOMEBODY {
        return Json(json!([])).into_response();
    }
    if played.play().people.known.contains_key(&id) {
        return Json(listed(&played, &id, "ties")).into_response();
    }
    let says = played.play().says.clone();
    if says.lies["idp"].is_null() {
        return Json(json!([])).into_response();
    }
    let subject = says.work_subject.map_or_else(|| format!("work-{id}"), str::to_owned);
    Json(json!([{ "identityProvider": says.lies["idp"], "userId": subject, "userName": says.email }])).into_response()
}

async fn tie(State(played): Played, Path((id, _)): Path<(String, String)>, Json(tie): Json<Value>) -> StatusCode {
    relist(&played, &id, "ties", |list| list.push(tie))
}

async fn untie(State(played): Played, Path((id, provider)): Path<(String, String)>) -> StatusCode {
    relist(&played, &id, "ties", |list| list.retain(|one| one["identityProvider"] != json!(provider)))
}

async fn failures(State(played): Played) -> Response {
    let play = played.play();
    let event = |time: &i64| json!({ "time": time, "type": "IDENTITY_PROVIDER_LOGIN_ERROR", "ipAddress": "192.0.2.1", "details": {} });
    Json(play.people.failures.iter().map(event).collect::<Vec<_>>()).into_response()
}

async fn change(State(played): Played, Path(id): Path<String>, Json(account): Json<Value>) -> StatusCode {
    let mut play = played.play();
    if play.mood == Mood::Away {
        return StatusCode::BAD_GATEWAY;
    }
    if account["enabled"] == json!(false) {
        play.people.disabled.push(id.clone());
    }
    if play.addresses.iter().any(|one| account["email"] == json!(one)) {
        return StatusCode::CONFLICT;
    }
    if let Some(known) = play.people.known.get_mut(&id) {
        // As the real one does with members of a company that it has made members itself.
        let is_of_company =
            || known["domain"].as_str().is_some_and(|domain| account["email"].as_str().is_some_and(|one| one.ends_with(domain)));
        let is_tied = known["ties"].as_array().is_some_and(|ties| !ties.is_empty());
        if !known["domain"].is_null() && (account["email"] == "" || (is_tied && !is_of_company())) {
            return StatusCode::BAD_REQUEST;
        }
        for name in ["username", "email", "emailVerified", "enabled"] {
            known[name] = account[name].clone();
        }
        return StatusCode::NO_CONTENT;
    }
    if let Some(made) = play.people.made.iter_mut().find(|one| one["id"] == json!(id)) {
        *made = account;
    }
    StatusCode::NO_CONTENT
}

async fn log_out(State(played): Played, Path(_): Path<String>) -> StatusCode {
    if played.play().mood == Mood::Away { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT }
}

async fn events(State(played): Played, Query(query): Query<HashMap<String, String>>) -> Response {
    let mut play = played.play();
    play.people.asked_for_events += 1;
    if play.mood == Mood::Away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let number = |name: &str, default: usize| query.get(name).and_then(|n| n.parse().ok()).unwrap_or(default);
    let from: i64 = query.get("dateFrom").and_then(|n| n.parse().ok()).unwrap_or(0);
    let found = play.people.events.iter().filter(|event| event["time"].as_i64().is_some_and(|at| at >= from));
    Json(found.skip(number("first", 0)).take(number("max", 100)).cloned().collect::<Vec<_>>()).into_response()
}
