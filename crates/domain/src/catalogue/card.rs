//! What a specialist's card needs before people may see it.

use serde::Serialize;

/// What is known of a card, as far as its completeness goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CardFacts {
    pub has_photo: bool,
    pub has_headline: bool,
    pub has_about: bool,
    pub languages: usize,
    pub formats: usize,
    pub categories: usize,
    pub topics: usize,
    pub has_practice: bool,
    pub education: usize,
    /// Entries whose document is still to be added.
    pub education_without_document: usize,
}

/// A part of the card that is still to be filled. The price is the operator's business with each specialist and may stay open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Photo,
    Headline,
    About,
    Languages,
    Formats,
    Categories,
    Topics,
    PractisingSince,
    Education,
    EducationDocument,
}

/// What is missing, in the order in which the card is filled.
pub fn missing(card: CardFacts) -> Vec<Missing> {
    let parts = [
        (card.has_photo, Missing::Photo),
        (card.has_headline, Missing::Headline),
        (card.has_about, Missing::About),
        (card.languages > 0, Missing::Languages),
        (card.formats > 0, Missing::Formats),
        (card.categories > 0, Missing::Categories),
        (card.topics > 0, Missing::Topics),
        (card.has_practice, Missing::PractisingSince),
        (card.education > 0, Missing::Education),
        (card.education_without_document == 0, Missing::EducationDocument),
    ];
    parts.into_iter().filter(|(is_there, _)| !is_there).map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: CardFacts = CardFacts {
        has_photo: true,
        has_headline: true,
        has_about: true,
        languages: 1,
        formats: 1,
        categories: 1,
        topics: 1,
        has_practice: true,
        education: 1,
        education_without_document: 0,
    };

    #[test]
    fn a_whole_card_misses_nothing() {
        assert_eq!(missing(WHOLE), []);
    }

    #[test]
    fn each_part_is_missed_by_itself() {
        let check = |card, part| assert_eq!(missing(card), [part]);
        check(CardFacts { has_photo: false, ..WHOLE }, Missing::Photo);
        check(CardFacts { has_headline: false, ..WHOLE }, Missing::Headline);
        check(CardFacts { has_about: false, ..WHOLE }, Missing::About);
        check(CardFacts { languages: 0, ..WHOLE }, Missing::Languages);
        check(CardFacts { formats: 0, ..WHOLE }, Missing::Formats);
        check(CardFacts { categories: 0, ..WHOLE }, Missing::Categories);
        check(CardFacts { topics: 0, ..WHOLE }, Missing::Topics);
        check(CardFacts { has_practice: false, ..WHOLE }, Missing::PractisingSince);
        check(CardFacts { education: 0, ..WHOLE }, Missing::Education);
        check(CardFacts { education_without_document: 1, ..WHOLE }, Missing::EducationDocument);
    }
}
