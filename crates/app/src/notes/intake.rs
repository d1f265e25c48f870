//! What a person said brings them, as the specialist they booked reads it: questions and options in words.

use std::collections::BTreeMap;

use domain::{
    ids::PersonId,
    text::{Locale, Localized},
};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use platform::{crypto::Place, db::Tx};
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::{
    ctx::Caller,
    error::{Error, Result},
    sealing::{data_key, open_text},
};

/// What a person said in one category.
#[derive(Debug)]
pub struct Intake {
    pub category: String,
    pub updated_at: Timestamp,
    pub topics: Vec<String>,
    /// Question and answer, in the reader's language.
    pub answers: Vec<(String, String)>,
}

/// What is sealed (written by the slice `booking`).
#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    topics: Vec<Uuid>,
    #[serde(default)]
    answers: BTreeMap<String, Value>,
}

/// A category's question, as far as its words are needed.
#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    #[serde(default)]
    label: Localized,
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    id: String,
    #[serde(default)]
    label: Localized,
}

/// The intakes of `client` that row security lets the caller read.
pub async fn of_client(tx: &mut Tx, caller: &Caller, client: PersonId) -> Result<Vec<Intake>> {
    let rows: Vec<(Uuid, Json<Localized>, Json<Vec<Question>>, Vec<u8>, SqlTimestamp)> = sqlx::query_as(
        "SELECT i.category_id, c.name, c.questionnaire, i.sealed, i.updated_at
         FROM intakes i JOIN categories c ON c.id = i.category_id WHERE i.employee_id = $1 ORDER BY c.position, c.id",
    )
    .bind(client.0)
    .fetch_all(&mut **tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = data_key(tx, &caller.app, client).await?;
    let mut intakes = Vec::new();
    for (category, name, questions, sealed, updated_at) in rows {
        let text = open_text(&key, Place { table: "intakes", column: "sealed", row: category }, &sealed)?;
        let said: Said = serde_json::from_str(&text).map_err(Error::internal)?;
        let topics: Vec<(Json<Localized>,)> = sqlx::query_as("SELECT name FROM topics WHERE id = ANY($1) ORDER BY position, id")
            .bind(&said.topics)
            .fetch_all(&mut **tx)
            .await?;
        intakes.push(Intake {
            category: name.0.get(caller.locale).to_owned(),
            updated_at: updated_at.to_jiff(),
            topics: topics.into_iter().map(|(name,)| name.0.get(caller.locale).to_owned()).collect(),
            answers: in_words(&questions.0, &said.answers, caller.locale),
        });
    }
    Ok(intakes)
}

/// Answers in the order of the questions. A question that the category no longer asks keeps its id for words.
fn in_words(questions: &[Question], answers: &BTreeMap<String, Value>, locale: Locale) -> Vec<(String, String)> {
    let known = questions.iter().filter_map(|q| answers.get(&q.id).map(|a| (q.label.get(locale).to_owned(), words(a, &q.options, locale))));
    let gone = answers.iter().filter(|(id, _)| !questions.iter().any(|q| q.id == **id)).map(|(id, a)| (id.clone(), words(a, &[], locale)));
    known.chain(gone).collect()
}

fn words(answer: &Value, options: &[Choice], locale: Locale) -> String {
    match answer {
        Value::String(text) => options.iter().find(|o| o.id == *text).map_or_else(|| text.clone(), |o| o.label.get(locale).to_owned()),
        Value::Array(all) => all.iter().map(|one| words(one, options, locale)).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_told_in_words_in_the_order_of_the_questions() {
        let questions: Vec<Question> = serde_json::from_value(json!([
            {"id": "since", "label": {"ru": "Давно ли"}, "options": [{"id": "w", "label": {"ru": "Недели"}}, {"id": "m", "label": {"ru": "Месяцы"}}]},
            {"id": "level", "label": {"ru": "Насколько тяжело"}},
        ]))
        .unwrap();
        let answers = serde_json::from_value(json!({"level": 7, "since": ["w", "m"], "older": "текст"})).unwrap();
        let said = in_words(&questions, &answers, Locale::Ru);
        let expected = [("Давно ли", "Недели, Месяцы"), ("Насколько тяжело", "7"), ("older", "текст")];
        assert_eq!(said, expected.map(|(q, a)| (q.to_owned(), a.to_owned())));
    }
}
