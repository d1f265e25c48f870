use serde_json::json;

use super::*;

fn reader(packs: &Packs, locale: Locale) -> Reader<'_> {
    Reader { locale, zone: Zone::parse("Europe/Moscow").unwrap(), packs, public_url: "https://app.example" }
}

/// Every mail in the folder: kit and frame are parts, not mails.
fn mails() -> impl Iterator<Item = &'static str> {
    FILES
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "jinja"))
        .filter_map(|f| f.path().file_stem().and_then(|s| s.to_str()))
}

#[test]
fn every_mail_has_a_subject_without_values() {
    for name in mails() {
        for locale in Locale::ALL {
            let subject =
                messages::find(locale, &format!("mails.{name}.subject")).unwrap_or_else(|| panic!("{name} has no subject in {locale}"));
            assert!(!subject.contains('{'), "{name}: the subject in {locale} takes a value");
        }
    }
}

#[test]
fn every_template_parses_and_imports_the_kit() {
    for name in mails() {
        for form in ["html", "txt"] {
            let template = TEMPLATES.get_template(&format!("{name}.{form}")).unwrap();
            assert!(template.source().contains("import kit as m"), "{name}");
        }
    }
}

#[test]
fn one_template_gives_html_and_text() {
    let packs = Packs::first();
    for locale in Locale::ALL {
        let mail = write("sign_in_code", &json!({ "code": "012345" }), &reader(&packs, locale)).unwrap();
        assert!(mail.html.contains("012345") && mail.text.contains("012345"));
        assert!(!mail.subject.contains("012345"));
        assert!(mail.html.contains(&format!("lang=\"{locale}\"")) && mail.html.contains(&packs.brand.mail_colours.accent));
        assert!(!mail.text.contains('<'), "{}", mail.text);
        // No picture, font or style sheet is fetched: a mail must not tell anybody that it was read.
        for outside in ["<img", "<link", "@import", "url("] {
            assert!(!mail.html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn values_are_escaped_in_html_only() {
    let packs = Packs::first();
    let mail = write("sign_in_code", &json!({ "code": "<b>&" }), &reader(&packs, Locale::Ru)).unwrap();
    assert!(mail.html.contains("&lt;b&gt;&amp;") && !mail.html.contains("<b>&"));
    assert!(mail.text.contains("<b>&"));
}

#[test]
fn a_missing_value_is_an_error_and_not_an_empty_place() {
    let packs = Packs::first();
    assert!(write("sign_in_code", &json!({}), &reader(&packs, Locale::Ru)).is_err());
    assert!(write("no_such_mail", &json!({}), &reader(&packs, Locale::Ru)).is_err());
}
