//! People who ask. Made directly in the database (the journeys by which people really come are tested in their own slices).

use app::{identity::session, kernel::ctx::Kind};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use domain::ids::PersonId;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{Answer, TestApp};

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    cookie: Option<String>,
    /// Absent for somebody not signed in.
    pub person: Option<PersonId>,
    /// The language the browser asks for.
    pub language: &'static str,
}

impl TestApp {
    /// Somebody not signed in.
    pub fn anonymous(&self) -> Client {
        Client { router: self.router.clone(), cookie: None, person: None, language: "ru" }
    }

    /// A signed-in employee, member of no company.
    pub async fn employee(&self, name: &str) -> Client {
        self.person(Kind::Employee, name, &[]).await
    }

    /// A signed-in specialist's account, without a card.
    pub async fn specialist_account(&self, name: &str) -> Client {
        self.person(Kind::Specialist, name, &[]).await
    }

    /// One of a company's HR, second factor shown.
    pub async fn hr(&self, company: Uuid) -> Client {
        let client = self.person(Kind::Hr, "Кадры", &[]).await;
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        sqlx::query("INSERT INTO hr_managers (person_id, company_id) VALUES ($1, $2)")
            .bind(client.id().0)
            .bind(company)
            .execute(&mut *tx)
            .await
            .expect("HR");
        tx.commit().await.expect("commits");
        client
    }

    /// A member of the operator's staff with capabilities, second factor shown.
    pub async fn staff(&self, capabilities: &[&str]) -> Client {
        self.person(Kind::Staff, "Сотрудник", capabilities).await
    }

    /// Makes a person and signs them in.
    pub async fn person(&self, kind: Kind, name: &str, capabilities: &[&str]) -> Client {
        let app = &self.app;
        let id = PersonId(app.new_id());
        let mut tx = app.db.begin_system().await.expect("a transaction");
        sqlx::query(
            "INSERT INTO people (id, kind, display_name, locale, time_zone, created_at) VALUES ($1, $2, $3, 'ru', 'Europe/Moscow', $4)",
        )
        .bind(id.0)
        .bind(kind.name())
        .bind(name)
        .bind(app.now().to_sqlx())
        .execute(&mut *tx)
        .await
        .expect("a person");
        let (_, wrapped) = app.keys.new_data_key(&app.rng, id.0);
        sqlx::query("INSERT INTO data_keys (person_id, wrapped, created_at) VALUES ($1, $2, $3)")
            .bind(id.0)
            .bind(wrapped)
            .bind(app.now().to_sqlx())
            .execute(&mut *tx)
            .await
            .expect("a data key");
        for capability in capabilities {
            sqlx::query("INSERT INTO staff_capabilities (person_id, capability) VALUES ($1, $2)")
                .bind(id.0)
                .bind(capability)
                .execute(&mut *tx)
                .await
                .expect("a capability");
        }
        let opened = session::open(&mut tx, app, id, kind, &["passkey"], true, "test").await.expect("a session");
        tx.commit().await.expect("commits");
        Client { cookie: Some(opened.cookie.split(';').next().unwrap_or_default().to_owned()), person: Some(id), ..self.anonymous() }
    }

    /// Signs somebody in anew: sessions of specialists and staff do not outlast the days a test passes, nor proofs its minutes.
    pub async fn back(&self, who: &Client) -> Client {
        let mut tx = self.app.db.begin_system().await.expect("a transaction");
        let (kind,): (String,) =
            sqlx::query_as("SELECT kind FROM people WHERE id = $1").bind(who.id().0).fetch_one(&mut *tx).await.expect("a person");
        let kind = Kind::parse(&kind).expect("a kind");
        let opened = session::open(&mut tx, &self.app, who.id(), kind, &["passkey"], true, "test").await.expect("a session");
        tx.commit().await.expect("commits");
        who.signed_in(who.id(), opened.cookie.split(';').next().unwrap_or_default())
    }
}

impl Client {
    /// The person's id.
    pub fn id(&self) -> PersonId {
        self.person.expect("somebody signed in")
    }

    /// The same kind of browser with somebody's session cookie.
    pub(crate) fn signed_in(&self, person: PersonId, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), person: Some(person), ..self.clone() }
    }

    /// The same person at another router.
    pub fn at(&self, router: &Router) -> Self {
        Self { router: router.clone(), ..self.clone() }
    }

    /// The session cookie, `name=value`: for tests over a real connection.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().expect("somebody signed in")
    }

    /// The same browser after it was given cookies, each in the place of the former of its name.
    pub fn with_cookie_of(&self, answer: &Answer) -> Self {
        let given = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()?.split(';').next());
        let mut jar: Vec<String> = self.cookie.iter().flat_map(|cookie| cookie.split("; ")).map(str::to_owned).collect();
        for pair in given {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            jar.retain(|kept| kept.split_once('=').is_none_or(|(other, _)| other != name));
            jar.push(pair.to_owned());
        }
        Self { cookie: (!jar.is_empty()).then(|| jar.join("; ")), ..self.clone() }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, None).await
    }

    /// POST of JSON, with a new `Idempotency-Key`.
    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::POST, path, Some(json(body)), Some(new_key())).await
    }

    /// POST of JSON under a given key.
    pub async fn post_with_key(&self, path: &str, body: impl Serialize, key: &str) -> Answer {
        self.ask(Method::POST, path, Some(json(body)), Some(key.to_owned())).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::PUT, path, Some(json(body)), Some(new_key())).await
    }

    /// PATCH of JSON.
    pub async fn patch(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::PATCH, path, Some(json(body)), Some(new_key())).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None, Some(new_key())).await
    }

    /// POST of a form with one file, with a new `Idempotency-Key`.
    pub async fn upload(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.upload_with_key(path, name, content, &new_key()).await
    }

    /// POST of a form with one file under a given key.
    pub async fn upload_with_key(&self, path: &str, name: &str, content: &[u8], key: &str) -> Answer {
        let head = format!(
            "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--part--\r\n"].concat();
        let request = Request::post(path)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header("x-ponimau-csrf", "1")
            .header("idempotency-key", key)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body));
        self.send(request.expect("a valid request")).await
    }

    /// Any request, as the web app would send it.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>, key: Option<String>) -> Answer {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header("x-ponimau-csrf", "1");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a valid request")).await
    }

    /// Sends a request as it is, with the person's cookie if it carries none.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let (Some(cookie), false) = (&self.cookie, request.headers().contains_key(header::COOKIE)) {
            request.headers_mut().insert(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        let asked = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 * 1024 * 1024).await.expect("a body").to_vec();
        Answer { asked, status: parts.status, headers: parts.headers, body }
    }
}

fn json(body: impl Serialize) -> Value {
    serde_json::to_value(body).expect("plain data")
}

fn new_key() -> String {
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    format!("test-key-{}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}
