//! The safety questions. Data: a question may be added or reworded; one whose meaning changes gets a new id, because reports keep the ids.

use std::sync::LazyLock;

use domain::text::{Locale, Localized};
use serde::Deserialize;

/// A yes-or-no question about the specialist.
#[derive(Debug, Clone, Deserialize)]
pub struct Question {
    pub id: String,
    pub text: Localized,
}

static QUESTIONS: LazyLock<Vec<Question>> =
    LazyLock::new(|| serde_json::from_str(include_str!("safety_questions.json")).expect("the safety questions are well formed"));

/// Every question, in the order in which they are asked.
pub fn all() -> &'static [Question] {
    &QUESTIONS
}

/// The words of a question; its id if it is no longer asked.
pub fn words(id: &str, locale: Locale) -> &str {
    all().iter().find(|q| q.id == id).map_or(id, |q| q.text.get(locale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_asked_in_every_language_under_its_own_id() {
        let mut ids: Vec<_> = all().iter().map(|q| q.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
        for question in all() {
            assert!(Locale::ALL.iter().all(|l| question.text.0.get(l).is_some_and(|t| t.ends_with('?'))), "{}", question.id);
        }
    }
}
