//! Categories, specialists' cards and their check.

mod card;
mod categories;
mod files;
mod review;
mod rows;

use std::io::Cursor;

use axum::http::Method;
use domain::ids::CategoryId;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp};
use uuid::Uuid;

/// The fields of a category that may be published.
pub fn category() -> Value {
    json!({
        "name": texts("Психолог"), "summary": texts("Поговорить о том, что тревожит."), "icon": "psychologist",
        "session_lengths_min": [50, 80], "interval_min": 30, "formats": ["video", "audio"], "notes_clinical": true,
        "consent_purposes": ["health_data"],
        "questionnaire": [{
            "id": "how_long", "kind": "single", "label": texts("Как давно?"), "optional": true,
            "options": [{ "id": "days", "label": texts("Несколько дней") }, { "id": "months", "label": texts("Несколько месяцев") }],
        }],
        "buffer_policy": "shared", "alignment": "window_start", "cancel_free_hours": 24, "position": 1,
    })
}

/// The same text in every language.
pub fn texts(text: &str) -> Value {
    json!({ "ru": text, "kk": text, "en": text })
}

/// A PNG of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    RgbImage::from_pixel(width, height, image::Rgb([90, 140, 120])).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// A small PDF, as far as its marks go.
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n";

/// A published category with a topic, a specialist with an empty card let into it, and somebody who checks cards.
pub struct World {
    pub app: TestApp,
    pub category: Uuid,
    pub topic: Uuid,
    pub vera: Client,
    pub checker: Client,
}

impl World {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let checker = app.staff(&["catalogue"]).await;
        let (category, topic) = published_category(&checker, "psychologist").await;
        let vera = specialist(&app, "Вера", &[category]).await;
        Self { app, category, topic, vera, checker }
    }

    /// Fills everything a card needs.
    pub async fn fill(&self, specialist: &Client) {
        let change = json!({
            "gender": "female", "languages": ["ru", "kk"], "formats": ["video"], "headline": texts("Помогаю пережить перемены"),
            "about": texts("Пятнадцать лет работаю с тревогой."), "approaches": ["КПТ"], "practising_since": 2011, "price_minor": 350_000,
            "topics": [self.topic],
        });
        specialist.patch("/api/card", change).await.is(200);
        specialist.upload("/api/card/photo", "me.png", &png(240, 230)).await.is(200);
        let education = json!({ "title": "Психолог", "institution": "МГУ", "year": 2010 });
        let added = specialist.post("/api/card/education", education).await.is(201);
        let id = entry_of(&added.json());
        specialist.upload(&format!("/api/card/education/{id}/document"), "diploma.pdf", PDF).await.is(200);
    }

    /// Fills the card and hands it in.
    pub async fn submit(&self, specialist: &Client) {
        self.fill(specialist).await;
        specialist.post("/api/card/submit", json!({})).await.is(200);
    }

    /// The card as the checker sees it.
    pub async fn seen(&self, specialist: &Client) -> Value {
        self.checker.get(&format!("/api/operator/specialists/{}", specialist.id())).await.is(200).json()
    }

    /// Verifies the only document.
    pub async fn verify(&self, specialist: &Client) {
        let id = entry_of(&self.seen(specialist).await);
        self.checker.post(&format!("/api/operator/education/{id}/check"), json!({ "state": "verified" })).await.is(200);
    }

    /// Publishes as it is now.
    pub async fn publish(&self, specialist: &Client) -> Answer {
        let version = self.seen(specialist).await["version"].clone();
        let publication = json!({ "version": version, "categories": [self.category] });
        self.checker.post(&format!("/api/operator/specialists/{}/publish", specialist.id()), publication).await
    }

    /// From the empty card to the published one.
    pub async fn make_public(&self, specialist: &Client) {
        self.submit(specialist).await;
        self.verify(specialist).await;
        self.publish(specialist).await.is(200);
    }
}

/// A published category with one topic.
pub async fn published_category(checker: &Client, slug: &str) -> (Uuid, Uuid) {
    let created = checker.post("/api/operator/categories", json!({ "slug": slug, "category": category() })).await.is(201).json();
    let id = created["id"].as_str().unwrap().to_owned();
    let with_topic = checker.post(&format!("/api/operator/categories/{id}/topics"), json!({ "name": texts("Тревога") })).await.is(201);
    checker.post(&format!("/api/operator/categories/{id}/publish"), json!({})).await.is(200);
    (id.parse().unwrap(), with_topic.json()["topics"][0]["id"].as_str().unwrap().parse().unwrap())
}

/// A specialist whose invitation was just accepted.
pub async fn specialist(app: &TestApp, name: &str, categories: &[Uuid]) -> Client {
    let client = app.specialist_account(name).await;
    let categories: Vec<CategoryId> = categories.iter().copied().map(CategoryId).collect();
    let mut tx = app.app.db.begin_system().await.unwrap();
    app::catalogue::open_card(&mut tx, &app.app, client.id(), &categories).await.unwrap();
    tx.commit().await.unwrap();
    client
}

/// The id of the newest education entry.
pub fn entry_of(card: &Value) -> String {
    card["education"][0]["id"].as_str().unwrap().to_owned()
}

/// Asks everything under a fresh key.
pub async fn send(client: &Client, method: Method, path: &str, body: Value, key: &str) -> Answer {
    client.ask(method, path, Some(body), Some(key.to_owned())).await
}
