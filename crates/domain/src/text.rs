//! Languages, and texts that exist in several of them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language of the interface (BCP 47 primary tag).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    Ru,
    Kk,
    En,
}

impl Locale {
    /// All languages, in the order of the first deployment.
    pub const ALL: [Self; 3] = [Self::Ru, Self::Kk, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::Kk => "kk",
            Self::En => "en",
        }
    }

    /// The best of our languages for an Accept-Language header (RFC 9110 §12.5.4), if it names one.
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or("").trim();
            let quality = parts.find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or("").to_ascii_lowercase();
            if let Ok(locale) = primary.parse::<Self>()
                && quality > 0.0
                && best.is_none_or(|(q, _)| quality > q)
            {
                best = Some((quality, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The tag names none of our languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the languages ru, kk, en")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|l| l.tag() == tag).ok_or(UnknownLocale)
    }
}

/// A text by language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<Locale, String>);

impl Localized {
    /// The text in `locale`, or in the first language that has one.
    pub fn get(&self, locale: Locale) -> &str {
        self.0
            .get(&locale)
            .filter(|text| !text.trim().is_empty())
            .or_else(|| Locale::ALL.iter().filter_map(|l| self.0.get(l)).find(|text| !text.trim().is_empty()))
            .map_or("", String::as_str)
    }

    /// Whether every language has a text.
    pub fn is_complete(&self) -> bool {
        Locale::ALL.iter().all(|l| self.0.get(l).is_some_and(|text| !text.trim().is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiates_by_quality_and_order() {
        let check = |header, expected| assert_eq!(Locale::negotiate(header), expected, "{header}");
        check("kk-KZ,kk;q=0.9,ru;q=0.8", Some(Locale::Kk));
        check("de, en;q=0.5, ru;q=0.7", Some(Locale::Ru));
        check("de", None);
        check("ru;q=0, en", Some(Locale::En));
        check("", None);
    }

    #[test]
    fn falls_back_to_a_filled_language() {
        let text = Localized([(Locale::En, "hello".into()), (Locale::Kk, " ".into())].into());
        assert_eq!(text.get(Locale::Kk), "hello");
        assert!(!text.is_complete());
    }
}
