//! Slice: regions. Owns the packs: which brand and which region this deployment is. Promises that a node only starts with whole packs.
//!
//! The packs in the repository are compiled in; an operator may put a folder of the same shape in their place.

use std::path::{Path, PathBuf};

use domain::regions::{Brand, Faults, Files, Region};
use include_dir::{Dir, include_dir};

static BRANDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../brands");
static REGIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../regions");

/// The deployment's packs.
#[derive(Debug, Clone)]
pub struct Packs {
    pub brand: Brand,
    pub region: Region,
}

impl Packs {
    /// Reads the packs by their names. A `folder` with `brands/` and `regions/` takes the place of the compiled-in ones.
    pub fn read(brand: &str, region: &str, folder: Option<&Path>) -> Result<Self, Faults> {
        let found_brand = Brand::read(brand, &Source::of(&BRANDS, folder.map(|f| f.join("brands")), brand));
        let found_region = Region::read(region, &Source::of(&REGIONS, folder.map(|f| f.join("regions")), region));
        match (found_brand, found_region) {
            (Ok(brand), Ok(mut region)) => {
                region.consents = region.consents.into_iter().map(|document| document.to_operator(&brand.legal_name)).collect();
                Ok(Self { brand, region })
            }
            (first, second) => Err(Faults([first.err(), second.err()].into_iter().flatten().flat_map(|f| f.0).collect())),
        }
    }

    /// The packs of the first deployment.
    pub fn first() -> Self {
        Self::read("ponimayu", "ru", None).expect("a test checks the packs in the repository")
    }
}

/// Where a pack's files are.
enum Source {
    Embedded { files: &'static Dir<'static>, pack: String },
    Folder(PathBuf),
}

impl Source {
    fn of(files: &'static Dir<'static>, folder: Option<PathBuf>, pack: &str) -> Self {
        match folder {
            Some(folder) => Self::Folder(folder.join(pack)),
            None => Self::Embedded { files, pack: pack.to_owned() },
        }
    }
}

impl Files for Source {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Self::Embedded { files, pack } => files.get_file(format!("{pack}/{path}")).map(|file| file.contents().to_vec()),
            Self::Folder(folder) => std::fs::read(folder.join(path)).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Locale;

    use super::*;

    #[test]
    fn the_compiled_in_packs_are_whole() {
        let names = |dir: &Dir<'static>| dir.dirs().map(|folder| folder.path().display().to_string()).collect::<Vec<_>>();
        for brand in names(&BRANDS) {
            for region in names(&REGIONS) {
                Packs::read(&brand, &region, None).unwrap_or_else(|faults| panic!("{brand} {region}:\n{faults}"));
            }
        }
    }

    #[test]
    fn a_consent_names_to_whom_it_is_given() {
        let packs = Packs::first();
        for (document, locale) in packs.region.consents.iter().flat_map(|d| Locale::ALL.map(|locale| (d, locale))) {
            let text = document.text.get(locale);
            assert!(text.contains(packs.brand.legal_name.get(locale)) && !text.contains('{'), "{} {locale}", document.purpose);
        }
    }

    #[test]
    fn a_folder_takes_the_place_of_the_compiled_in_packs() {
        let faults = Packs::read("ponimayu", "ru", Some(Path::new("/nowhere"))).unwrap_err().to_string();
        assert!(faults.contains("brand.json: the file is missing") && faults.contains("region.json: the file is missing"), "{faults}");
    }
}
