//! Reading a pack's files, collecting every fault.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::text::{Locale, Localized};

/// The files of a pack: gives a file's content by its path inside the pack.
pub trait Files {
    /// The file's content, if there is such a file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

/// Something wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// Dotted path of the field; empty for the file as a whole.
    pub field: String,
    /// In words, for whoever writes the pack.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "{}: {}", self.file, self.problem),
            field => write!(f, "{}: {field}: {}", self.file, self.problem),
        }
    }
}

/// Everything wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes `problem` unless `holds`.
    pub fn that(&mut self, holds: bool, file: &str, field: &str, problem: impl Into<String>) {
        if !holds {
            self.0.push(Fault { file: file.to_owned(), field: field.to_owned(), problem: problem.into() });
        }
    }

    /// Every language must have a text.
    pub fn complete(&mut self, text: &Localized, file: &str, field: &str) {
        for locale in Locale::ALL {
            let is_there = text.0.get(&locale).is_some_and(|t| !t.trim().is_empty());
            self.that(is_there, file, &format!("{field}.{locale}"), "the text is missing");
        }
    }

    /// Reads a JSON file; a fault is noted and gives `None`.
    pub fn json<T: DeserializeOwned>(&mut self, files: &dyn Files, file: &str) -> Option<T> {
        let Some(bytes) = files.read(file) else {
            self.that(false, file, "", "the file is missing");
            return None;
        };
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        match serde_path_to_error::deserialize(&mut deserializer) {
            Ok(value) => Some(value),
            Err(e) => {
                let path = e.path().to_string();
                self.that(false, file, if path == "." { "" } else { &path }, e.inner().to_string());
                None
            }
        }
    }

    /// Reads a text file.
    pub fn text(&mut self, files: &dyn Files, file: &str) -> Option<String> {
        let text = files.read(file).map(String::from_utf8);
        match text {
            Some(Ok(text)) if !text.trim().is_empty() => Some(text),
            Some(Ok(_)) => {
                self.that(false, file, "", "the file is empty");
                None
            }
            Some(Err(_)) => {
                self.that(false, file, "", "the file is not UTF-8");
                None
            }
            None => {
                self.that(false, file, "", "the file is missing");
                None
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A pack in memory.
    #[derive(Debug, Clone, Default)]
    pub struct InMemory(pub BTreeMap<String, String>);

    impl Files for InMemory {
        fn read(&self, path: &str) -> Option<Vec<u8>> {
            self.0.get(path).map(|text| text.clone().into_bytes())
        }
    }

    #[test]
    fn a_fault_names_file_and_field() {
        #[derive(Debug, serde::Deserialize)]
        struct Data {
            #[expect(dead_code)]
            list: Vec<u32>,
        }
        let files = InMemory([("a.json".to_owned(), r#"{"list": [1, "x"]}"#.to_owned())].into());
        let mut faults = Faults::default();
        assert!(faults.json::<Data>(&files, "a.json").is_none());
        assert!(faults.json::<Data>(&files, "b.json").is_none());
        assert!(faults.to_string().starts_with("a.json: list[1]: invalid type"), "{faults}");
        assert_eq!(faults.0[1].to_string(), "b.json: the file is missing");
    }
}
