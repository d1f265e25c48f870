//! A company's directory keeps the roster by SCIM: what it may, what it is told, and that it never learns who has entered.

mod access;
mod protocol;
mod users;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};
use uuid::Uuid;

use super::{World, company, leaving};
use crate::{identity::world::count, lies_open};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A company's directory with a token.
pub(super) struct Directory {
    client: Client,
    /// `/scim/v2/{id}`
    base: String,
    token: String,
}

impl Directory {
    pub(super) async fn of(world: &World) -> Self {
        Self::at(&world.app, &world.admin, &world.company).await
    }

    async fn at(app: &TestApp, admin: &Client, company: &str) -> Self {
        let made = admin.post(&format!("{company}/scim/tokens"), json!({})).await.is(201).json();
        let base = format!("/scim/v2/{}", company.rsplit('/').next().unwrap());
        assert_eq!(made["scim"]["address"], format!("http://localhost:8080{base}"));
        Self { client: app.anonymous(), base, token: made["token"].as_str().unwrap().to_owned() }
    }

    fn with(&self, token: &str) -> Self {
        Self { client: self.client.clone(), base: self.base.clone(), token: token.to_owned() }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.ask_with(method, path, body, &[]).await
    }

    async fn ask_with(&self, method: Method, path: &str, body: Option<Value>, more: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8");
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.client.send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(super) async fn create(&self, user: Value) -> Answer {
        self.ask(Method::POST, "/Users", Some(user)).await
    }

    pub(super) async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(json!({ "schemas": [PATCH], "Operations": operations }))).await
    }

    async fn found(&self, filter: &str) -> Vec<String> {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self.get(&format!("/Users?filter={query}")).await.is(200).json();
        list["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
    }
}

fn ivan() -> Value {
    json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "userName": "Ivan.Petrov",
        "externalId": "a-42",
        "emails": [{ "value": "Ivan@Firma.ru", "type": "work", "primary": true }],
        "name": { "givenName": "Тайноимя" },
        "displayName": "Тайноимя",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Тайноцех" },
    })
}

fn person(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": format!("{name}@firma.ru") })
}

/// The path of a resource that was answered.
fn path(answer: &Answer, kind: &str) -> String {
    format!("/{kind}/{}", answer.json()["id"].as_str().unwrap())
}

/// What is told of a refusal.
#[track_caller]
fn refused(answer: Answer, status: u16, kind: &str, detail: &str) {
    let answer = answer.is(status);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/scim+json");
    let told = answer.json();
    assert_eq!((&told["schemas"][0], &told["status"]), (&json!("urn:ietf:params:scim:api:messages:2.0:Error"), &json!(status.to_string())));
    assert_eq!((&told["scimType"], &told["detail"]), (&json!(kind), &json!(detail)));
}

async fn may_enter(app: &TestApp, address: &str) -> bool {
    let mut tx = app.app.db.begin_system().await.unwrap();
    app::organisations::entry::by_email(&mut tx, &app.app, address).await.unwrap().is_some()
}

async fn reasons(app: &TestApp) -> Vec<String> {
    let mut tx = app.app.db.begin_system().await.unwrap();
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT detail ->> 'reason' FROM audit_entries WHERE action = 'organisations.scim_refused' ORDER BY id")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    rows.into_iter().map(|(reason,)| reason).collect()
}
