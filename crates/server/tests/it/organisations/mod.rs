//! Companies, contracts, and who may enter.

mod codes;
mod companies;
mod domains;
mod hr;
mod leaving;
mod roster;
mod scim;
mod sso;

use serde_json::{Value, json};
use testkit::{Client, TestApp};
use uuid::Uuid;

/// A company of an administrator's.
pub struct World {
    pub app: TestApp,
    pub admin: Client,
    /// `/api/operator/companies/{id}`
    pub company: String,
}

impl World {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.staff(&["admin"]).await;
        let company = company(&admin, "Ромашка").await;
        Self { app, admin, company }
    }

    /// A contract in force that covers one category.
    pub async fn contract(&self) -> Value {
        let category = self.app.category(&format!("c{}", self.app.app.new_id().simple())[..30]).await;
        let fields = contract("Д-1", "2026-01-01", "2026-12-31", &category.to_string());
        self.admin.post(&format!("{}/contracts", self.company), fields).await.is(201).json()
    }

    /// The company's id.
    pub fn id(&self) -> Uuid {
        self.company.rsplit('/').next().unwrap().parse().unwrap()
    }

    pub async fn details(&self) -> Value {
        self.admin.get(&self.company).await.is(200).json()
    }
}

pub async fn company(admin: &Client, name: &str) -> String {
    let created = admin.post("/api/operator/companies", json!({ "name": name })).await.is(201).json();
    format!("/api/operator/companies/{}", created["id"].as_str().unwrap())
}

/// The fields of a contract, laid over the version `before`.
pub fn over(before: &Value, mut fields: Value) -> Value {
    fields["version"] = before["version"].clone();
    fields
}

pub fn contract(number: &str, starts_on: &str, ends_on: &str, category: &str) -> Value {
    json!({ "number": number, "starts_on": starts_on, "ends_on": ends_on, "coverage": [{ "category_id": category, "sessions_per_year": 8 }] })
}
