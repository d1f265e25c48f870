//! The region pack: law, money, languages and phones of the country a deployment serves.

use serde::Deserialize;

use super::reader::{Faults, Files};
use crate::{text::Locale, time::Zone};

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
        let zone = Zone::parse(&file.default_time_zone);
        faults.that(zone.is_ok(), FILE, "default_time_zone", "is no IANA time zone");
        match zone {
            Ok(default_zone) if faults.0.is_empty() => {
                Ok(Self { id: file.id, currency: file.currency, languages: file.languages, default_zone })
            }
            _ => Err(faults),
        }
    }
}
