//! Rules of the catalogue: what a questionnaire may ask, what a card needs before it is shown to people.

mod card;
mod category;
mod questionnaire;

pub use self::{
    card::{CardFacts, Missing, missing},
    category::{FORMATS, ICONS, LANGUAGES},
    questionnaire::{Choice, Fault, QUESTIONS_MAX, Question, QuestionKind, faults},
};
