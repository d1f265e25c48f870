//! What a category's fields may be.

use domain::{
    catalogue::{FORMATS, ICONS, Question, faults},
    text::Localized,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::texts::Texts;
use crate::kernel::{
    error::{Error, FieldError, Result},
    validation::Checks,
};

/// The fields of a category.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CategoryFields {
    pub name: Texts,
    pub summary: Texts,
    /// One of the icons the interface draws.
    pub icon: String,
    /// Minutes, 1 to 6 different values of 10 to 240.
    pub session_lengths_min: Vec<i32>,
    /// Minutes between offered starts, 5 to 240.
    pub interval_min: i32,
    /// `video`, `audio`, `chat`.
    pub formats: Vec<String>,
    /// Notes are health data: stricter readers, longer retention.
    pub notes_clinical: bool,
    /// Consents a person gives before the first booking: purposes of which the region has a document.
    pub consent_purposes: Vec<String>,
    /// At most 20 questions, each may be skipped.
    pub questionnaire: Vec<CategoryQuestion>,
    /// `shared` or `sum`: how the pauses of two neighbouring consultations add up.
    pub buffer_policy: String,
    /// `window_start`, `free_start` or `free_start_rounded`: what offered starts are counted from.
    pub alignment: String,
    /// Hours before the start until which cancelling is free, 0 to 168.
    pub cancel_free_hours: i32,
    /// Smaller comes first.
    pub position: i32,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CategoryQuestionKind {
    Single,
    Multi,
    Scale,
    Text,
}

/// A question of a category.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CategoryQuestion {
    /// Stable: answers are kept under it.
    pub id: String,
    pub kind: CategoryQuestionKind,
    pub label: Texts,
    /// Of `single` and `multi`: 2 to 12.
    #[serde(default)]
    pub options: Vec<CategoryChoice>,
    #[serde(default)]
    pub optional: bool,
    /// Ends of a `scale`, within 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// An option of a question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CategoryChoice {
    pub id: String,
    pub label: Texts,
}

/// Notes on health are kept under a consent of their own (152-ФЗ art. 10 part 2).
const HEALTH_DATA: &str = "health_data";
const NAME_MAX: usize = 60;
const SUMMARY_MAX: usize = 400;

impl CategoryFields {
    /// Checks every field; pointers are below `/category`. A published category speaks every language.
    /// `consents` are the purposes there is a document for: without its text nobody could consent, and so nobody could book.
    pub(super) fn check(&self, is_published: bool, consents: &[&str]) -> Result<()> {
        let mut checks = Checks::new();
        self.name.check(&mut checks, NAME_MAX, is_published, true, "/category/name");
        self.summary.check(&mut checks, SUMMARY_MAX, is_published, false, "/category/summary");
        checks.that(ICONS.contains(&self.icon.as_str()), "/category/icon", "not_a_choice");
        self.check_times(&mut checks);
        choices(&mut checks, &self.formats, &FORMATS, "/category/formats");
        checks.that(!self.formats.is_empty(), "/category/formats", "required");
        choices(&mut checks, &self.consent_purposes, consents, "/category/consent_purposes");
        let is_agreed = !consents.contains(&HEALTH_DATA) || self.consent_purposes.iter().any(|purpose| purpose == HEALTH_DATA);
        checks.that(!self.notes_clinical || is_agreed, "/category/consent_purposes", "health_consent_required");
        checks.that(matches!(self.buffer_policy.as_str(), "shared" | "sum"), "/category/buffer_policy", "not_a_choice");
        let is_alignment = matches!(self.alignment.as_str(), "window_start" | "free_start" | "free_start_rounded");
        checks.that(is_alignment, "/category/alignment", "not_a_choice");
        checks.range(self.cancel_free_hours.into(), 0, 168, "/category/cancel_free_hours");
        checks.range(self.position.into(), 0, 1000, "/category/position");
        let wrong: Vec<FieldError> = faults(&self.questions())
            .into_iter()
            .map(|f| FieldError { pointer: format!("/category/questionnaire{}", f.pointer), code: f.code, params: serde_json::Map::new() })
            .collect();
        match checks.done() {
            Ok(()) if wrong.is_empty() => Ok(()),
            Ok(()) => Err(Error::invalid(wrong)),
            Err(mut error) => {
                error.fields.extend(wrong);
                Err(error)
            }
        }
    }

    fn check_times(&self, checks: &mut Checks) {
        let lengths = &self.session_lengths_min;
        checks.that(!lengths.is_empty(), "/category/session_lengths_min", "required");
        checks.that(lengths.len() <= 6, "/category/session_lengths_min", "too_many");
        for (index, length) in lengths.iter().enumerate().take(6) {
            let pointer = format!("/category/session_lengths_min/{index}");
            checks.range((*length).into(), 10, 240, &pointer);
            checks.that(!lengths[..index].contains(length), &pointer, "repeated");
        }
        checks.range(self.interval_min.into(), 5, 240, "/category/interval_min");
    }

    /// The questionnaire as the domain knows it.
    pub(super) fn questions(&self) -> Vec<Question> {
        use domain::catalogue::{Choice, QuestionKind};
        let label = |texts: &Texts| -> Localized { texts.localized() };
        self.questionnaire
            .iter()
            .map(|q| Question {
                id: q.id.clone(),
                kind: match q.kind {
                    CategoryQuestionKind::Single => QuestionKind::Single,
                    CategoryQuestionKind::Multi => QuestionKind::Multi,
                    CategoryQuestionKind::Scale => QuestionKind::Scale,
                    CategoryQuestionKind::Text => QuestionKind::Text,
                },
                label: label(&q.label),
                options: q.options.iter().map(|o| Choice { id: o.id.clone(), label: label(&o.label) }).collect(),
                optional: q.optional,
                min: q.min,
                max: q.max,
            })
            .collect()
    }
}

/// Each of `chosen` is known and named once.
pub(super) fn choices(checks: &mut Checks, chosen: &[String], known: &[&str], pointer: &str) {
    checks.that(chosen.len() <= known.len(), pointer, "too_many");
    for (index, one) in chosen.iter().enumerate().take(known.len()) {
        let at = format!("{pointer}/{index}");
        checks.that(known.contains(&one.as_str()), &at, "not_a_choice");
        checks.that(!chosen[..index].contains(one), &at, "repeated");
    }
}
