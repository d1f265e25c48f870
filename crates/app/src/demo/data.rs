//! The lists the demo is drawn from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

type Texts = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
pub(super) struct CategoryData {
    pub slug: String,
    pub icon: String,
    pub lengths: Vec<i32>,
    pub interval: i32,
    pub formats: Vec<String>,
    pub clinical: bool,
    pub consents: Vec<String>,
    pub cancel_free_hours: i32,
    pub name: Texts,
    pub summary: Texts,
    pub questions: Value,
    pub topics: Vec<Texts>,
    pub approaches: Vec<String>,
    pub titles: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CompanyData {
    pub name: String,
    pub sessions: i32,
}

#[derive(Debug, Deserialize)]
pub(super) struct PeopleData {
    pub women: Vec<String>,
    pub men: Vec<String>,
    pub surnames_women: Vec<String>,
    pub surnames_men: Vec<String>,
    pub nicknames: Vec<String>,
    pub zones: Vec<String>,
    pub institutions: Vec<String>,
    pub companies: Vec<CompanyData>,
    pub headlines: BTreeMap<String, Vec<String>>,
    pub about: Texts,
}

#[derive(Debug)]
pub(super) struct Data {
    pub categories: Vec<CategoryData>,
    pub people: PeopleData,
}

impl Data {
    pub(super) fn load() -> Self {
        Self {
            categories: serde_json::from_str(include_str!("data/categories.json")).expect("the demo's categories are valid"),
            people: serde_json::from_str(include_str!("data/people.json")).expect("the demo's people are valid"),
        }
    }
}
