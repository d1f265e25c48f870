//! A brand's theme for Keycloak: its sign-in pages and letters look and speak like the product.
//!
//! Everything that a page needs lies in the theme: nothing is fetched from the product, let alone from elsewhere.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use include_dir::{Dir, include_dir};

/// What is the same for every brand.
static SOURCE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/theme");

/// Stands in the sources for the product's address.
const PRODUCT: &str = "@product@";
/// Stands in the letters for the address which people write to when they need help.
const SUPPORT: &str = "@support@";

/// A brand, as far as its theme shows it.
pub struct Look<'a> {
    /// The brand's id, and the theme's name.
    pub brand: &'a str,
    /// Where people reach the product, without a trailing slash.
    pub public_url: &'a str,
    /// Where people write to for help.
    pub support_email: &'a str,
    /// The brand's design tokens as custom properties, as the web app has them.
    pub tokens_css: &'a str,
    /// The mark.
    pub logo_svg: &'a [u8],
    /// The mark for the browser's tab.
    pub icon_png: &'a [u8],
    /// The web app's style sheet: its `@font-face` rules say which file holds which letters.
    pub style_sheet: &'a str,
    /// Gives one of the web app's files by the address in that style sheet.
    pub file: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// A theme: its name, and its files by their path below its folder.
#[derive(Debug, Clone)]
pub struct Theme {
    pub name: String,
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Theme {
    /// Puts the theme together.
    ///
    /// # Errors
    /// An address cannot stand in a page; a colour or a font is missing.
    pub fn of(look: &Look<'_>) -> anyhow::Result<Self> {
        // It is put into HTML, into Java's message patterns and into properties, none of which shall see anything but an address in it.
        let url = url::Url::parse(look.public_url).context("the product's address is not valid")?;
        let is_plain = look.public_url.chars().all(|char| char.is_ascii_alphanumeric() || ":/.-_~".contains(char));
        ensure!(is_plain && matches!(url.scheme(), "http" | "https"), "the product's address is not a plain one: {}", look.public_url);
        let is_plain = look.support_email.chars().all(|char| char.is_ascii_alphanumeric() || "@.-_+".contains(char));
        ensure!(is_plain && look.support_email.contains('@'), "the support's mail address is not a plain one: {}", look.support_email);
        let mut files = BTreeMap::new();
        add(&SOURCE, look, &mut files)?;
        let mut put = |path: String, content: Vec<u8>| files.insert(PathBuf::from("login/resources").join(path), content);
        put("css/tokens.css".to_owned(), look.tokens_css.as_bytes().to_vec());
        put("img/logo.svg".to_owned(), look.logo_svg.to_vec());
        put("img/favicon.png".to_owned(), look.icon_png.to_vec());
        let (rules, fonts) = fonts(look)?;
        put("css/fonts.css".to_owned(), rules.into_bytes());
        for (name, content) in fonts {
            put(format!("fonts/{name}"), content);
        }
        Ok(Self { name: look.brand.to_owned(), files })
    }

    /// Writes it into a folder of themes, in the place of what was there under its name: gives where it is then.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let home = folder.join(&self.name);
        if home.exists() {
            // A file that the theme no longer has would still be served, and a template of an older release still used.
            fs::remove_dir_all(&home).with_context(|| format!("{} cannot be written anew", home.display()))?;
        }
        for (path, content) in &self.files {
            let path = home.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
            }
            fs::write(&path, content).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        Ok(home)
    }
}

fn add(dir: &Dir<'static>, look: &Look<'_>, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> anyhow::Result<()> {
    for file in dir.files() {
        let content = match file.contents_utf8() {
            Some(text) => {
                coloured(&text.replace(PRODUCT, look.public_url).replace(SUPPORT, look.support_email), look.tokens_css)?.into_bytes()
            }
            None => file.contents().to_vec(),
        };
        files.insert(file.path().to_owned(), content);
    }
    dir.dirs().try_for_each(|inner| add(inner, look, files))
}

/// Puts colours in the place of `@light-…@` and `@dark-…@`: programs for mail know no custom properties.
fn coloured(text: &str, tokens_css: &str) -> anyhow::Result<String> {
    let mut text = text.to_owned();
    for (scheme, mark) in [("light", "@light-"), ("dark", "@dark-")] {
        while let Some(start) = text.find(mark) {
            let rest = &text[start + mark.len()..];
            let name = rest.split('@').next().unwrap_or_default().to_owned();
            let colour =
                colour(tokens_css, scheme, &name).with_context(|| format!("the brand has no {scheme} colour “{name}”"))?.to_owned();
            text = text.replace(&format!("{mark}{name}@"), &colour);
        }
    }
    Ok(text)
}

/// The tokens begin with the light colours; the dark ones follow in a block of their own.
fn colour<'a>(tokens_css: &'a str, scheme: &str, name: &str) -> Option<&'a str> {
    let (light, dark) = tokens_css.split_once("color-scheme: dark").unwrap_or((tokens_css, ""));
    let block = if scheme == "dark" { dark } else { light };
    block.split_once(&format!("--color-{name}:"))?.1.split(';').next().map(str::trim)
}

type Files = Vec<(String, Vec<u8>)>;

/// The web app's `@font-face` rules, with its font files beside them in the theme.
fn fonts(look: &Look<'_>) -> anyhow::Result<(String, Files)> {
    let mut rules = String::new();
    let mut files = Files::new();
    for rule in look.style_sheet.split("@font-face").skip(1) {
        let body = rule.split_inclusive('}').next().unwrap_or_default().trim_start();
        let mut body = body.to_owned();
        if let Some(address) = address(&body).map(str::to_owned) {
            let name = address.rsplit('/').next().unwrap_or_default().to_owned();
            let content = (look.file)(&address).with_context(|| format!("the web app lacks its font {address}"))?;
            body = body.replace(&address, &format!("../fonts/{name}"));
            files.push((name, content));
        }
        rules.push_str("@font-face");
        rules.push_str(&body);
        rules.push('\n');
    }
    ensure!(!files.is_empty(), "the web app has no fonts: is it built?");
    Ok((rules, files))
}

/// What stands in the first `url(…)`.
fn address(rule: &str) -> Option<&str> {
    let inner = rule.split_once("url(")?.1.split_once(')')?.0;
    Some(inner.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests;
