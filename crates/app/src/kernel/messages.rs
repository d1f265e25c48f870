//! Texts the server speaks: problem messages and mails, in every language. `locales/<language>/<slice>.json`, keys `slice.name`.

use std::{collections::HashMap, sync::LazyLock};

use domain::text::Locale;
use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/locales");

static TEXTS: LazyLock<HashMap<(Locale, String), String>> = LazyLock::new(|| {
    let mut texts = HashMap::new();
    for locale in Locale::ALL {
        let Some(folder) = FILES.get_dir(locale.tag()) else { continue };
        for file in folder.files() {
            let slice = file.path().file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            let content: HashMap<String, String> =
                serde_json::from_slice(file.contents()).unwrap_or_else(|e| panic!("locales/{}: {e}", file.path().display()));
            texts.extend(content.into_iter().map(|(key, text)| ((locale, format!("{slice}.{key}")), text)));
        }
    }
    texts
});

/// The text of `key` (`slice.name`) in `locale`, if there is one.
pub fn find(locale: Locale, key: &str) -> Option<&'static str> {
    TEXTS.get(&(locale, key.to_owned())).map(String::as_str)
}

/// The text of `key` with each `{name}` replaced from `params`. A missing text shows its key: a test makes sure that none is.
pub fn text(locale: Locale, key: &str, params: &Map<String, Value>) -> String {
    let mut out = find(locale, key).unwrap_or(key).to_owned();
    for (name, value) in params {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out = out.replace(&format!("{{{name}}}"), &value);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(locale: Locale) -> BTreeSet<String> {
        TEXTS.keys().filter(|(l, _)| *l == locale).map(|(_, key)| key.clone()).collect()
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        for locale in Locale::ALL {
            assert_eq!(keys(locale), keys(Locale::Ru), "{locale}");
            for key in keys(locale) {
                let (ours, ru) = (find(locale, &key).unwrap(), find(Locale::Ru, &key).unwrap());
                assert!(!ours.trim().is_empty(), "{locale} {key} is empty");
                assert_eq!(placeholders(ours), placeholders(ru), "{locale} {key}");
            }
        }
    }

    /// Every code that the sources hand to a person has its message.
    #[test]
    fn every_code_has_a_message() {
        let constructors = ["unreadable", "forbidden", "conflict", "gone", "too_large", "unsupported", "too_many"];
        let mut missing = Vec::new();
        for (path, source) in sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
            for name in constructors {
                for code in literals_after(&source, &format!("Error::{name}(\"")) {
                    if find(Locale::Ru, &format!("errors.{code}")).is_none() {
                        missing.push(format!("{path}: errors.{code}"));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    fn literals_after<'a>(source: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
        source.match_indices(start).filter_map(move |(at, _)| source[at + start.len()..].split('"').next())
    }

    fn sources(folder: &std::path::Path) -> Vec<(String, String)> {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"))
            .flat_map(|path| match path.is_dir() {
                true => sources(&path),
                false => vec![(path.display().to_string(), std::fs::read_to_string(&path).unwrap())],
            })
            .collect()
    }
}
