//! The brand pack: what makes a deployment look and sound like itself.

use serde::{Deserialize, Serialize};

use super::{
    colour::{ColourValue, hex},
    reader::{Faults, Files},
};
use crate::text::Localized;

/// A brand, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// `ponimayu`.
    pub id: String,
    pub name: Localized,
    /// Who runs the deployment, as consent documents and mails name it.
    pub legal_name: Localized,
    pub support_email: String,
    pub privacy_email: String,
    /// The sender's name in mails.
    pub mail_from_name: Localized,
    pub mail_colours: MailColours,
}

/// The light theme's colours as `#rrggbb`, for mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailColours {
    pub canvas: String,
    pub surface: String,
    pub ink: String,
    pub ink_muted: String,
    pub line: String,
    pub accent: String,
    pub ink_on_accent: String,
    pub accent_soft: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BrandFile {
    id: String,
    name: Localized,
    operator: Operator,
    mail: Mail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operator {
    legal_name: Localized,
    support_email: String,
    privacy_email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    from_name: Localized,
}

const FILE: &str = "brand.json";
const TOKENS: &str = "tokens.json";

impl Brand {
    /// Reads and checks the brand `id`.
    pub fn read(id: &str, files: &dyn Files) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let file: Option<BrandFile> = faults.json(files, FILE);
        let tokens: Option<serde_json::Value> = faults.json(files, TOKENS);
        if let Some(file) = &file {
            faults.that(file.id == id, FILE, "id", format!("is {}, but the folder is named {id}", file.id));
            faults.complete(&file.name, FILE, "name");
            faults.complete(&file.operator.legal_name, FILE, "operator.legalName");
            faults.complete(&file.mail.from_name, FILE, "mail.fromName");
            for (field, address) in
                [("operator.supportEmail", &file.operator.support_email), ("operator.privacyEmail", &file.operator.privacy_email)]
            {
                faults.that(address.contains('@'), FILE, field, "is no mail address");
            }
        }
        let colours = tokens.map(|tokens| MailColours {
            canvas: light(&tokens, "canvas", &mut faults),
            surface: light(&tokens, "surface", &mut faults),
            ink: light(&tokens, "ink", &mut faults),
            ink_muted: light(&tokens, "inkMuted", &mut faults),
            line: light(&tokens, "line", &mut faults),
            accent: light(&tokens, "accent", &mut faults),
            ink_on_accent: light(&tokens, "inkOnAccent", &mut faults),
            accent_soft: light(&tokens, "accentSoft", &mut faults),
        });
        match (file, colours) {
            (Some(file), Some(mail_colours)) if faults.0.is_empty() => Ok(Self {
                id: file.id,
                name: file.name,
                legal_name: file.operator.legal_name,
                support_email: file.operator.support_email,
                privacy_email: file.operator.privacy_email,
                mail_from_name: file.mail.from_name,
                mail_colours,
            }),
            _ => Err(faults),
        }
    }
}

/// A colour of the light theme; a fault and black where there is none.
fn light(tokens: &serde_json::Value, role: &str, faults: &mut Faults) -> String {
    let value = &tokens["color"]["light"][role]["$value"];
    let found = serde_json::from_value::<ColourValue>(value.clone()).ok().and_then(|colour| hex(&colour));
    faults.that(found.is_some(), TOKENS, &format!("color.light.{role}"), "is no OKLCH colour");
    found.unwrap_or_else(|| "#000000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{super::reader::tests::InMemory, *};

    fn pack() -> InMemory {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../brands/ponimayu");
        let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        InMemory([FILE, TOKENS].map(|name| (name.to_owned(), read(name))).into())
    }

    #[test]
    fn the_first_brand_is_whole() {
        let brand = Brand::read("ponimayu", &pack()).unwrap();
        assert_eq!(brand.mail_colours.canvas.len(), 7);
    }

    #[test]
    fn faults_name_file_and_field() {
        let mut files = pack();
        let broken = files.0[FILE]
            .replace("\"supportEmail\": \"help@", "\"supportEmail\": \"help")
            .replace("\"en\": \"Ponimau LLC\"", "\"en\": \" \"");
        files.0.insert(FILE.to_owned(), broken);
        files.0.insert(TOKENS.to_owned(), files.0[TOKENS].replacen("oklch", "lab", 1));
        let faults = Brand::read("ponimau", &files).unwrap_err().to_string();
        for expected in [
            "brand.json: id: is ponimayu, but the folder is named ponimau",
            "brand.json: operator.legalName.en: the text is missing",
            "brand.json: operator.supportEmail: is no mail address",
            "tokens.json: color.light.canvas: is no OKLCH colour",
        ] {
            assert!(faults.contains(expected), "{expected} is missing in\n{faults}");
        }
    }
}
