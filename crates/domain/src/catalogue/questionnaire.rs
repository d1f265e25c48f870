//! The short questionnaire of a category: "what brings you here". Written by the operator, every question may be skipped.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::Localized;

/// Nobody answers more on a phone in the evening.
pub const QUESTIONS_MAX: usize = 20;
const OPTIONS_MIN: usize = 2;
const OPTIONS_MAX: usize = 12;
const LABEL_MAX: usize = 300;
const ID_MAX: usize = 40;
/// A scale's steps are buttons in one row.
const SCALE_MIN: i64 = 0;
const SCALE_MAX: i64 = 10;

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// One of the options.
    Single,
    /// Some of the options.
    Multi,
    /// A whole number between `min` and `max`.
    Scale,
    /// One's own words.
    Text,
}

impl QuestionKind {
    const fn has_options(self) -> bool {
        matches!(self, Self::Single | Self::Multi)
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable within the category: answers are kept under it.
    pub id: String,
    pub kind: QuestionKind,
    pub label: Localized,
    /// Of single and multi.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Marked as optional on the screen.
    #[serde(default)]
    pub optional: bool,
    /// Ends of a scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable within the question.
    pub id: String,
    pub label: Localized,
}

/// What is wrong, and where: an RFC 6901 pointer below the questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub pointer: String,
    pub code: &'static str,
}

/// Everything that is wrong with a questionnaire. Empty if it may be asked.
pub fn faults(questions: &[Question]) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut fault = |holds: bool, pointer: String, code| {
        if !holds {
            found.push(Fault { pointer, code });
        }
    };
    fault(questions.len() <= QUESTIONS_MAX, String::new(), "too_many");
    let mut ids = BTreeSet::new();
    for (index, question) in questions.iter().enumerate().take(QUESTIONS_MAX) {
        let at = format!("/{index}");
        fault(is_id(&question.id), format!("{at}/id"), "wrong_type");
        fault(ids.insert(&question.id), format!("{at}/id"), "taken");
        label_faults(&question.label, &format!("{at}/label"), &mut fault);
        let count = question.options.len();
        if question.kind.has_options() {
            fault(count >= OPTIONS_MIN, format!("{at}/options"), "too_few");
            fault(count <= OPTIONS_MAX, format!("{at}/options"), "too_many");
        } else {
            fault(count == 0, format!("{at}/options"), "too_many");
        }
        let mut option_ids = BTreeSet::new();
        for (n, option) in question.options.iter().enumerate().take(OPTIONS_MAX) {
            fault(is_id(&option.id), format!("{at}/options/{n}/id"), "wrong_type");
            fault(option_ids.insert(&option.id), format!("{at}/options/{n}/id"), "taken");
            label_faults(&option.label, &format!("{at}/options/{n}/label"), &mut fault);
        }
        match (question.kind, question.min, question.max) {
            (QuestionKind::Scale, Some(min), Some(max)) => {
                fault((SCALE_MIN..SCALE_MAX).contains(&min), format!("{at}/min"), "wrong_scale");
                fault(max > min && max <= SCALE_MAX, format!("{at}/max"), "wrong_scale");
            }
            (QuestionKind::Scale, min, _) => fault(false, format!("{at}/{}", if min.is_none() { "min" } else { "max" }), "required"),
            (_, min, max) => fault(min.is_none() && max.is_none(), format!("{at}/min"), "wrong_scale"),
        }
    }
    found
}

fn label_faults(label: &Localized, pointer: &str, fault: &mut impl FnMut(bool, String, &'static str)) {
    for (locale, text) in &label.0 {
        fault(text.chars().count() <= LABEL_MAX, format!("{pointer}/{locale}"), "too_long_text");
    }
    for locale in crate::text::Locale::ALL {
        let is_there = label.0.get(&locale).is_some_and(|text| !text.trim().is_empty());
        fault(is_there, format!("{pointer}/{locale}"), "required");
    }
}

/// Short, lower-case ASCII: ids are keys of answers.
fn is_id(id: &str) -> bool {
    (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Locale;

    fn label(text: &str) -> Localized {
        Localized(Locale::ALL.into_iter().map(|l| (l, text.to_owned())).collect())
    }

    fn question(kind: QuestionKind, options: usize) -> Question {
        let options = (0..options).map(|n| Choice { id: format!("o{n}"), label: label("да") }).collect();
        let scale = (kind == QuestionKind::Scale).then_some(());
        Question {
            id: "mood".into(),
            kind,
            label: label("Как вы?"),
            options,
            optional: true,
            min: scale.map(|()| 0),
            max: scale.map(|()| 10),
        }
    }

    fn codes(questions: &[Question]) -> Vec<(String, &'static str)> {
        faults(questions).into_iter().map(|f| (f.pointer, f.code)).collect()
    }

    #[test]
    fn each_kind_is_fine_as_it_should_be() {
        let kinds = [(QuestionKind::Single, 2), (QuestionKind::Multi, 12), (QuestionKind::Scale, 0), (QuestionKind::Text, 0)];
        for (kind, options) in kinds {
            assert_eq!(codes(&[question(kind, options)]), [], "{kind:?}");
        }
    }

    #[test]
    fn names_what_is_wrong() {
        let check = |change: &dyn Fn(&mut Question), base: Question, pointer: &str, code| {
            let mut changed = base;
            change(&mut changed);
            assert_eq!(codes(&[changed]), [(pointer.to_owned(), code)]);
        };
        let single = || question(QuestionKind::Single, 2);
        check(&|q| q.options.truncate(1), single(), "/0/options", "too_few");
        check(&|q| q.kind = QuestionKind::Text, single(), "/0/options", "too_many");
        check(&|_| {}, question(QuestionKind::Single, 13), "/0/options", "too_many");
        check(&|q| q.options[1].id = "o0".into(), single(), "/0/options/1/id", "taken");
        check(&|q| q.options[1].label.0.remove(&Locale::Kk).map_or((), drop), single(), "/0/options/1/label/kk", "required");
        check(&|q| q.label.0.insert(Locale::En, " ".into()).map_or((), drop), single(), "/0/label/en", "required");
        check(&|q| q.label.0.insert(Locale::En, "x".repeat(301)).map_or((), drop), single(), "/0/label/en", "too_long_text");
        check(&|q| q.id = "Привет".into(), single(), "/0/id", "wrong_type");
        check(&|q| q.max = Some(11), question(QuestionKind::Scale, 0), "/0/max", "wrong_scale");
        check(&|q| q.max = Some(0), question(QuestionKind::Scale, 0), "/0/max", "wrong_scale");
        check(&|q| q.min = None, question(QuestionKind::Scale, 0), "/0/min", "required");
        check(&|q| q.max = Some(3), question(QuestionKind::Text, 0), "/0/min", "wrong_scale");
    }

    #[test]
    fn ids_are_told_apart_and_the_number_is_bounded() {
        assert_eq!(codes(&[question(QuestionKind::Text, 0), question(QuestionKind::Text, 0)]), [("/1/id".to_owned(), "taken")]);
        let many: Vec<_> = (0..=QUESTIONS_MAX).map(|n| Question { id: format!("q{n}"), ..question(QuestionKind::Text, 0) }).collect();
        assert_eq!(codes(&many), [(String::new(), "too_many")]);
    }
}
