//! The played Keycloak's Admin API for companies: keeps what it is given, as the real one would.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Mood, PlayedKeycloak};

/// What it has been given: organizations by id, identity providers by alias.
#[derive(Debug, Default)]
pub(super) struct Given {
    organizations: HashMap<String, Value>,
    providers: HashMap<String, Value>,
    /// What a company's sign-in publishes; none cannot be read.
    published: Option<Value>,
    looked_for: usize,
    /// By the organization's id.
    members: HashMap<String, Vec<Value>>,
}

impl PlayedKeycloak {
    /// From now on a company's sign-in publishes this; null cannot be fetched, and a text is a page for people.
    pub fn publishes(&self, published: Value) {
        self.play().given.published = Some(published).filter(|published| !published.is_null());
    }

    /// How often a company was looked for.
    pub fn looked_for(&self) -> usize {
        self.play().given.looked_for
    }

    /// The organization of a company.
    pub fn organization(&self, company: uuid::Uuid) -> Option<Value> {
        self.play().given.organizations.values().find(|one| one["alias"] == company.to_string()).cloned()
    }

    /// From now on an account that was made at `at` is a member of the company.
    pub fn has_member(&self, company: uuid::Uuid, account: &str, at: jiff::Timestamp) {
        let id = format!("there-{company}");
        let mut play = self.play();
        play.given.organizations.entry(id.clone()).or_insert_with(|| json!({ "id": id, "alias": company.to_string() }));
        let member = json!({ "id": account, "createdTimestamp": at.as_millisecond() });
        play.given.members.entry(id).or_default().push(member);
    }

    /// It has this one of a company's sign-ins.
    pub fn keeps_provider(&self, company: uuid::Uuid, generation: i32) {
        let alias = format!("company-{company}");
        let provider = json!({ "alias": alias, "config": { "generation": generation.to_string() }, "mappers": [] });
        self.play().given.providers.insert(alias, provider);
    }

    /// The identity provider of a company.
    pub fn provider(&self, company: uuid::Uuid) -> Option<Value> {
        self.play().given.providers.get(&format!("company-{company}")).cloned()
    }
}

pub(super) fn routes() -> Router<PlayedKeycloak> {
    let router = Router::new()
        .route("/organizations", get(find).post(make))
        .route("/organizations/{id}", get(organization).put(keep))
        .route("/organizations/{id}/identity-providers", get(linked).post(link))
        .route("/organizations/{id}/members", get(members))
        .route("/identity-provider/import-config", post(read))
        .route("/identity-provider/instances", post(provide))
        .route("/identity-provider/instances/{alias}", get(provider).put(change).delete(remove))
        .route("/identity-provider/instances/{alias}/mappers", get(mappers).post(map));
    Router::new().nest("/admin/realms/ponimayu", router)
}

type Played = State<PlayedKeycloak>;

const MADE: StatusCode = StatusCode::CREATED;
const DONE: StatusCode = StatusCode::NO_CONTENT;

fn or_404(found: Option<Value>) -> Response {
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |found| Json(found).into_response())
}

async fn find(State(played): Played, Query(query): Query<HashMap<String, String>>) -> Response {
    let company = query["q"].strip_prefix("company:").unwrap_or_default().to_owned();
    played.play().given.looked_for += 1;
    let found: Vec<Value> = played.play().given.organizations.values().filter(|one| one["alias"] == company).cloned().collect();
    // What is found is told later, if that is the mood.
    super::mood(&played).await.unwrap_or_else(|| Json(found).into_response())
}

async fn make(State(played): Played, Json(mut organization): Json<Value>) -> StatusCode {
    if played.play().mood == Mood::Away {
        return StatusCode::BAD_GATEWAY;
    }
    let is_there = |one: &Value| one["alias"] == organization["alias"];
    if played.play().given.organizations.values().any(is_there) {
        return StatusCode::CONFLICT;
    }
    let id = format!("there-{}", organization["alias"].as_str().unwrap_or_default());
    organization["id"] = json!(id);
    played.play().given.organizations.insert(id, organization);
    MADE
}

async fn organization(State(played): Played, Path(id): Path<String>) -> Response {
    or_404(played.play().given.organizations.get(&id).cloned())
}

async fn keep(State(played): Played, Path(id): Path<String>, Json(organization): Json<Value>) -> StatusCode {
    played.play().given.organizations.insert(id, organization);
    DONE
}

async fn members(State(played): Played, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Response {
    let number = |name: &str| query[name].parse::<usize>().unwrap_or_default();
    let members = played.play().given.members.get(&id).cloned().unwrap_or_default();
    Json(members.into_iter().skip(number("first")).take(number("max")).collect::<Vec<_>>()).into_response()
}

async fn linked(State(played): Played, Path(id): Path<String>) -> Response {
    let found: Vec<Value> = played.play().given.providers.values().filter(|one| one["organizationId"] == id).cloned().collect();
    Json(found).into_response()
}

async fn link(State(played): Played, Path(id): Path<String>, Json(alias): Json<String>) -> StatusCode {
    match played.play().given.providers.get_mut(&alias) {
        Some(provider) => {
            provider["organizationId"] = json!(id);
            DONE
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn read(State(played): Played) -> Response {
    let refused = |error: &str| (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": error }))).into_response();
    match played.play().given.published.clone() {
        None => refused("unknown_error"),
        Some(Value::String(_)) => refused("invalid_request"),
        Some(published) => Json(published).into_response(),
    }
}

async fn provide(State(played): Played, Json(mut provider): Json<Value>) -> StatusCode {
    let alias = provider["alias"].as_str().unwrap_or_default().to_owned();
    provider["mappers"] = json!([]);
    played.play().given.providers.insert(alias, provider);
    MADE
}

async fn provider(State(played): Played, Path(alias): Path<String>) -> Response {
    or_404(played.play().given.providers.get(&alias).cloned())
}

async fn change(State(played): Played, Path(alias): Path<String>, Json(mut provider): Json<Value>) -> StatusCode {
    let mut play = played.play();
    provider["mappers"] = play.given.providers.get(&alias).map_or_else(|| json!([]), |one| one["mappers"].clone());
    play.given.providers.insert(alias, provider);
    DONE
}

async fn remove(State(played): Played, Path(alias): Path<String>) -> StatusCode {
    if played.play().given.providers.remove(&alias).is_some() { DONE } else { StatusCode::NOT_FOUND }
}

async fn mappers(State(played): Played, Path(alias): Path<String>) -> Response {
    or_404(played.play().given.providers.get(&alias).map(|one| one["mappers"].clone()))
}

async fn map(State(played): Played, Path(alias): Path<String>, Json(mapper): Json<Value>) -> StatusCode {
    if let Some(mappers) = played.play().given.providers.get_mut(&alias).and_then(|one| one["mappers"].as_array_mut()) {
        mappers.push(mapper);
    }
    MADE
}
