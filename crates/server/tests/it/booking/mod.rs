//! The employee's way to a consultation, from looking around to what happens when plans change.

mod changes;
mod discovery;
mod ended_early;
mod holds;
mod mails;
mod operator;
mod own_records;
mod quota;
mod races;
mod rights;
mod waiting;

use serde_json::{Value, json};
use testkit::{Answer, Client, Clinic};

/// The id of a held or booked appointment in an answer.
fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("no id in {}", answer.text())).to_owned()
}

/// Holds 50 minutes and confirms them.
async fn book(clinic: &Clinic, who: &Client, with: &Client, start: &str) -> String {
    let held = who.post("/api/holds", clinic.wish(with, start)).await.is(201);
    let id = id(&held);
    who.post(&format!("/api/appointments/{id}/confirm"), json!({})).await.is(200);
    id
}

async fn appointment(who: &Client, id: &str) -> Value {
    who.get(&format!("/api/appointments/{id}")).await.is(200).json()
}

/// The starts that an answer offers instead.
fn alternatives(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let all = json["alternatives"].as_array().unwrap_or_else(|| panic!("no alternatives in {}", answer.text()));
    all.iter().map(|a| a["starts_at"].as_str().unwrap_or_default().to_owned()).collect()
}
