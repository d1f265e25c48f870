//! Writing a mail: one template gives the HTML and the plain text.
//!
//! A template `mails/<name>.jinja` begins with `{% import kit as m %}` and is made of the kit's macros: `m.p(text)`, `m.heading(text)`, `m.code(text)`,
//! `m.button(url, text)`, `m.facts([[name, value], …])`, `m.small(text)`. It may use
//! - `t("key", name=value…)`: the text `mails.<template>.<key>` in the reader's language, `t("common.key")` for shared ones;
//! - `when(instant)`: an RFC 3339 instant in the reader's zone and language; `day(date)`: an ISO 8601 date in their language;
//! - `url("/path")`: the absolute address of a page;
//! - its parameters, `brand` (the name) and `support` (the support address).
//!
//! A subject is the text `mails.<template>.subject`. It takes no values: a subject is seen on locked screens and by whoever runs the mailbox.

use std::sync::LazyLock;

use domain::{
    text::Locale,
    time::{Timestamp, Zone},
};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value as JinjaValue, context,
    syntax::SyntaxConfig,
    value::{Kwargs, Serde},
};
use serde_json::{Map, Value};

use super::moment::{day, moment};
use crate::{kernel::messages, regions::Packs};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/mails");

/// What a mail is written for.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    pub locale: Locale,
    pub zone: Zone,
    pub packs: &'a Packs,
    pub public_url: &'a str,
}

/// A written mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the usual delimiters");
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    for file in FILES.files() {
        let name = file.path().file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let source = file.contents_utf8().unwrap_or_default();
        let add = |environment: &mut Environment<'static>, name: String| {
            environment.add_template_owned(name.clone(), source).unwrap_or_else(|e| panic!("mails/{name}: {e:#}"));
        };
        match file.path().extension().and_then(|e| e.to_str()) {
            // The kit and the frame exist in both forms.
            Some("html") => add(&mut environment, format!("{name}.html")),
            Some("txt") => add(&mut environment, format!("{name}.txt")),
            _ => {
                add(&mut environment, format!("{name}.html"));
                add(&mut environment, format!("{name}.txt"));
            }
        }
    }
    environment
});

/// Writes the mail `template`. An error names what is missing in the template, never a value.
pub(super) fn write(template: &str, params: &Value, reader: &Reader<'_>) -> anyhow::Result<Written> {
    let locale = reader.locale;
    let subject = messages::find(locale, &format!("mails.{template}.subject"))
        .ok_or_else(|| anyhow::anyhow!("the mail {template} has no subject"))?
        .to_owned();
    let html = body(template, "html", params, reader)?;
    let text = body(template, "txt", params, reader)?;
    Ok(Written { subject, text: tidy(&text), html })
}

fn body(template: &str, form: &str, params: &Value, reader: &Reader<'_>) -> anyhow::Result<String> {
    let (locale, zone) = (reader.locale, reader.zone.clone());
    let prefix = template.to_owned();
    let t = JinjaValue::from_function(move |key: &str, values: Kwargs| translate(locale, &prefix, key, &values));
    let when = JinjaValue::from_function(move |at: &str| {
        at.parse::<Timestamp>()
            .map(|at| moment(at, &zone, locale))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, "when() takes an instant"))
    });
    let day = JinjaValue::from_function(move |date: &str| {
        date.parse::<Date>().map(|date| day(date, locale)).map_err(|_| Error::new(ErrorKind::InvalidOperation, "day() takes a date"))
    });
    let base = reader.public_url.to_owned();
    let url = JinjaValue::from_function(move |path: &str| format!("{base}{path}"));
    let brand = &reader.packs.brand;
    let kit = context! {
        kit => format!("kit.{form}"),
        t, when, day, url,
        lang => locale.tag(),
        brand => brand.name.get(locale),
        legal_name => brand.legal_name.get(locale),
        support => brand.support_email.as_str(),
        colour => Serde(&brand.mail_colours),
    };
    let context = context! { ..kit, ..JinjaValue::from(Serde(params)) };
    let inner = TEMPLATES.get_template(&format!("{template}.{form}"))?.render(context.clone())?;
    let inner = if form == "html" { JinjaValue::from_safe_string(inner) } else { JinjaValue::from(inner) };
    Ok(TEMPLATES.get_template(&format!("frame.{form}"))?.render(context! { inner, ..context })?)
}

/// The text of `key`, of the template or of all mails (`common.…`).
fn translate(locale: Locale, template: &str, key: &str, values: &Kwargs) -> Result<String, Error> {
    let full = if key.starts_with("common.") { format!("mails.{key}") } else { format!("mails.{template}.{key}") };
    if messages::find(locale, &full).is_none() {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("there is no text {full}")));
    }
    let mut params = Map::new();
    for name in values.args() {
        let value: JinjaValue = values.get(name)?;
        params.insert(name.to_owned(), Value::String(value.to_string()));
    }
    Ok(messages::text(locale, &full, &params))
}

/// At most one empty line between paragraphs.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut blank = 0;
    for line in text.trim().lines() {
        blank = if line.trim().is_empty() { blank + 1 } else { 0 };
        if blank < 2 {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests;
