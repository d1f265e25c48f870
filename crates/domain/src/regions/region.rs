//! The region pack: law, money, languages and phones of the country a deployment serves.

use serde::Deserialize;

use super::{
    reader::{Faults, Files},
    urgent_help::{self, UrgentHelp},
};
use crate::{
    text::{Locale, Localized},
    time::Zone,
};

/// A region, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// `ru`.
    pub id: String,
    /// ISO 4217.
    pub currency: String,
    /// All languages, the country's first one first.
    pub languages: Vec<Locale>,
    /// Where the operator's days begin and end: contracts and reports count days here. People have zones of their own.
    pub default_zone: Zone,
    /// What people are asked to consent to: one document for one purpose (152-ФЗ art. 9).
    pub consents: Vec<ConsentDocument>,
    /// The first list of phones for urgent help; an administrator may put another in its place.
    pub urgent_help: UrgentHelp,
}

/// A document that a person may consent to. A changed text is a new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentDocument {
    /// Stable name of the purpose: `personal_data`, `health_data`.
    pub purpose: String,
    pub version: String,
    pub title: Localized,
    /// What withdrawing means, shown before it is done.
    pub withdrawal: Localized,
    /// Markdown: paragraphs and bold words only.
    pub text: Localized,
}

/// Where a document names who processes the data (152-ФЗ art. 9 § 4); a region does not know whose deployment it serves.
const OPERATOR: &str = "{operator}";

impl ConsentDocument {
    /// The document as given to `operator`.
    #[must_use]
    pub fn to_operator(mut self, operator: &Localized) -> Self {
        for (locale, text) in &mut self.text.0 {
            *text = text.replace(OPERATOR, operator.get(*locale));
        }
        self
    }
}

#[derive(Deserialize)]
struct ConsentsFile {
    documents: Vec<ConsentEntry>,
}

#[derive(Deserialize)]
struct ConsentEntry {
    purpose: String,
    version: String,
    title: Localized,
    withdrawal: Localized,
}

const CONSENTS_FILE: &str = "consents.json";

fn read_consents(files: &dyn Files, faults: &mut Faults) -> Vec<ConsentDocument> {
    let Some(file) = faults.json::<ConsentsFile>(files, CONSENTS_FILE) else { return Vec::new() };
    let mut documents = Vec::new();
    for entry in file.documents {
        let is_name = !entry.purpose.is_empty() && entry.purpose.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        faults.that(is_name, CONSENTS_FILE, "purpose", format!("{} is no name of lower-case letters", entry.purpose));
        faults.complete(&entry.title, CONSENTS_FILE, &format!("{}.title", entry.purpose));
        faults.complete(&entry.withdrawal, CONSENTS_FILE, &format!("{}.withdrawal", entry.purpose));
        let texts = Locale::ALL.into_iter().filter_map(|locale| {
            let path = format!("consents/{}.{locale}.md", entry.purpose);
            let text = faults.text(files, &path)?;
            faults.that(text.contains(OPERATOR), &path, "text", format!("must say {OPERATOR}: a consent names to whom it is given"));
            Some((locale, text))
        });
        let text = Localized(texts.collect());
        documents.push(ConsentDocument {
            purpose: entry.purpose,
            version: entry.version,
            title: entry.title,
            withdrawal: entry.withdrawal,
            text,
        });
    }
    documents
}

#[derive(Deserialize)]
struct RegionFile {
    id: String,
    currency: String,
    languages: Vec<Locale>,
    default_time_zone: String,
}

const FILE: &str = "region.json";

impl Region {
    /// Reads and checks the region `id`.
    pub fn read(id: &str, files: &dyn Files) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let file: Option<RegionFile> = faults.json(files, FILE);
        let Some(file) = file else { return Err(faults) };
        faults.that(file.id == id, FILE, "id", format!("is {}, but the folder is named {id}", file.id));
        let is_code = file.currency.len() == 3 && file.currency.bytes().all(|b| b.is_ascii_uppercase());
        faults.that(is_code, FILE, "currency", "is no ISO 4217 code");
        for locale in Locale::ALL {
            let count = file.languages.iter().filter(|l| **l == locale).count();
            faults.that(count == 1, FILE, "languages", format!("{locale} must be named once"));
        }
        let consents = read_consents(files, &mut faults);
        let urgent_help = urgent_help::read(files, &mut faults);
        let zone = Zone::parse(&file.default_time_zone);
        faults.that(zone.is_ok(), FILE, "default_time_zone", "is no IANA time zone");
        match (zone, urgent_help) {
            (Ok(default_zone), Some(urgent_help)) if faults.0.is_empty() => {
                Ok(Self { id: file.id, currency: file.currency, languages: file.languages, default_zone, consents, urgent_help })
            }
            _ => Err(faults),
        }
    }
}
