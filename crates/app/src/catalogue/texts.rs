//! A text by language, in the API.

use domain::text::{Locale, Localized};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::validation::Checks;

/// A text in each language; empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Texts {
    #[serde(default)]
    pub ru: String,
    #[serde(default)]
    pub kk: String,
    #[serde(default)]
    pub en: String,
}

impl Texts {
    const fn by_language(&self) -> [(Locale, &String); 3] {
        [(Locale::Ru, &self.ru), (Locale::Kk, &self.kk), (Locale::En, &self.en)]
    }

    /// As it is kept: trimmed, without the empty ones.
    pub fn localized(&self) -> Localized {
        Localized(self.by_language().into_iter().map(|(l, t)| (l, t.trim().to_owned())).filter(|(_, t)| !t.is_empty()).collect())
    }

    /// Checks the length in each language. `needs_all` asks for every language, otherwise `needs_any` for one.
    pub fn check(&self, checks: &mut Checks, max: usize, needs_all: bool, needs_any: bool, pointer: &str) {
        for (locale, text) in self.by_language() {
            checks.text(text, usize::from(needs_all), max, &format!("{pointer}/{locale}"));
        }
        if needs_any && !needs_all {
            checks.that(!self.localized().0.is_empty(), &format!("{pointer}/ru"), "required");
        }
    }
}

impl From<&Localized> for Texts {
    fn from(text: &Localized) -> Self {
        let get = |locale| text.0.get(&locale).cloned().unwrap_or_default();
        Self { ru: get(Locale::Ru), kk: get(Locale::Kk), en: get(Locale::En) }
    }
}
