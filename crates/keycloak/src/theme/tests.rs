use std::collections::BTreeSet;

use super::*;

const TOKENS: &str = include_str!("../../../../brands/ponimayu/tokens.json");
const URL: &str = "https://ponimayu.example";
/// A namespace is a name, not an address: nothing is fetched.
const SVG: &str = "http://www.w3.org/2000/svg";

/// Custom properties under the names which the web app's build gives the brand's tokens (web/build/tokens.mjs).
fn tokens_css() -> String {
    fn names(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
        let Some(group) = value.as_object() else { return };
        if group.contains_key("$value") {
            found.push(at.to_owned());
        }
        for (key, inner) in group.iter().filter(|(key, _)| !key.starts_with('$')) {
            let kebab: String =
                key.chars().map(|c| if c.is_ascii_uppercase() { format!("-{}", c.to_ascii_lowercase()) } else { c.to_string() }).collect();
            names(inner, &format!("{at}-{kebab}"), found);
        }
    }
    let tokens: serde_json::Value = serde_json::from_str(TOKENS).unwrap();
    let mut plain = Vec::new();
    for (key, group) in tokens.as_object().unwrap().iter().filter(|(key, _)| !key.starts_with('$') && *key != "color") {
        names(group, &format!("--{key}"), &mut plain);
    }
    let colours = |scheme: &str, value: &str| {
        let mut found = Vec::new();
        names(&tokens["color"][scheme], "--color", &mut found);
        found.iter().map(|name| format!("{name}: {value};\n")).collect::<String>()
    };
    let plain: String = plain.iter().map(|name| format!("{name}: 1rem;\n")).collect();
    format!(
        ":root {{ {plain} {} }} :root[data-theme='dark'] {{ color-scheme: dark; {} }}",
        colours("light", "#aaaaaa"),
        colours("dark", "#111111")
    )
}

fn theme() -> Theme {
    let tokens_css = tokens_css();
    Theme::of(&Look {
        brand: "ponimayu",
        public_url: URL,
        support_email: "help@ponimayu.example",
        tokens_css: &tokens_css,
        logo_svg: include_bytes!("../../../../brands/ponimayu/logo.svg"),
        icon_png: b"png",
        style_sheet: "a{b:c}@font-face{font-family:Golos;src:url(/assets/Ab.woff2)format(\"woff2\");unicode-range:U+20}@font-face{font-family:F;src:local(Arial)}",
        file: &|address| (address == "/assets/Ab.woff2").then(|| b"font".to_vec()),
    })
    .unwrap()
}

fn text<'a>(theme: &'a Theme, path: &str) -> &'a str {
    std::str::from_utf8(&theme.files[Path::new(path)]).unwrap()
}

fn messages(theme: &Theme, kind: &str, language: &str) -> BTreeMap<String, String> {
    let lines = text(theme, &format!("{kind}/messages/messages_{language}.properties")).lines();
    let pairs: Vec<_> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split_once('=').unwrap()).collect();
    let found: BTreeMap<_, _> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    assert_eq!(found.len(), pairs.len(), "{kind} {language}: a key stands there twice");
    found
}

/// `{0}`, `{1}` … in a message.
fn arguments(message: &str) -> BTreeSet<&str> {
    message
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| name.parse::<u8>().is_ok())
        .collect()
}

#[test]
fn every_message_is_there_in_all_languages() {
    let theme = theme();
    for kind in ["login", "email"] {
        let russian = messages(&theme, kind, "ru");
        for language in ["kk", "en"] {
            let other = messages(&theme, kind, language);
            assert_eq!(russian.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{kind} {language}");
            for (key, message) in &other {
                assert_eq!(message.is_empty(), russian[key].is_empty(), "{kind} {language} {key}");
                assert_eq!(arguments(message), arguments(&russian[key]), "{kind} {language} {key}");
                // Java reads it as the beginning of a quotation, in which no argument is put in.
                assert!(!message.contains('\''), "{kind} {language} {key}");
            }
        }
    }
}

#[test]
fn subjects_hold_no_data() {
    let theme = theme();
    for language in ["ru", "kk", "en"] {
        for (key, subject) in messages(&theme, "email", language).iter().filter(|(key, _)| key.ends_with("Subject")) {
            assert!(arguments(subject).is_empty(), "{language} {key}: {subject}");
        }
    }
}

#[test]
fn a_locked_account_reads_like_a_wrong_password() {
    let theme = theme();
    for language in ["ru", "kk", "en"] {
        let messages = messages(&theme, "login", language);
        for locked in ["accountTemporarilyDisabledMessage", "accountPermanentlyDisabledMessage", "invalidUsernameOrEmailMessage"] {
            assert_eq!(messages[locked], messages["invalidUserMessage"], "{language} {locked}");
        }
        for locked in ["accountTemporarilyDisabledMessageTotp", "accountPermanentlyDisabledMessageTotp"] {
            assert_eq!(messages[locked], messages["invalidTotpMessage"], "{language} {locked}");
        }
    }
}

#[test]
fn nothing_is_fetched_from_another_host() {
    for (path, content) in &theme().files {
        let Ok(text) = std::str::from_utf8(content) else { continue };
        let text = text.replace(SVG, "").replace(URL, "");
        for (at, _) in text.match_indices("//") {
            let (before, after) = (&text[..at], &text[at + 2..]);
            let is_script = path.extension().is_some_and(|end| end == "js");
            let is_comment = is_script && before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()) && after.starts_with(' ');
            // Opens the app on the same device.
            assert!(is_comment || before.ends_with("otpauth:"), "{}: //{}", path.display(), after.chars().take(40).collect::<String>());
        }
    }
}

#[test]
fn every_custom_property_is_defined() {
    let theme = theme();
    let sheets = || {
        theme.files.keys().filter(|path| path.extension().is_some_and(|end| end == "css")).map(|path| text(&theme, path.to_str().unwrap()))
    };
    let all: String = sheets().collect();
    for sheet in sheets() {
        for used in sheet.split("var(").skip(1) {
            let name = used.split([')', ',']).next().unwrap().trim();
            assert!(all.contains(&format!("{name}:")), "{name}");
        }
    }
}

#[test]
fn every_file_which_a_style_sheet_names_is_there() {
    let theme = theme();
    for (path, content) in theme.files.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "css")) {
        let sheet = std::str::from_utf8(content).unwrap();
        for named in sheet.split("url(").skip(1) {
            let name = named.split(')').next().unwrap().trim_matches(['"', '\'']).strip_prefix("../").unwrap();
            assert!(theme.files.contains_key(&Path::new("login/resources").join(name)), "{}: {name}", path.display());
        }
    }
    assert!(theme.files.contains_key(Path::new("login/resources/fonts/Ab.woff2")));
}

#[test]
fn the_brand_is_in_it() {
    let theme = theme();
    assert_eq!(theme.name, "ponimayu");
    assert!(text(&theme, "login/theme.properties").contains(&format!("productUrl={URL}")));
    assert!(messages(&theme, "login", "kk")["loginTitleHtml"].contains(&format!("{URL}/urgent")));
    let letter = text(&theme, "email/html/template.ftl");
    let words = messages(&theme, "email", "kk");
    assert!(words["support"].contains("mailto:help@ponimayu.example") && words["passwordResetBody"].contains("help@ponimayu.example"));
    assert!(letter.contains("#aaaaaa") && letter.contains("#111111"), "{letter}");
    for (path, content) in &theme.files {
        for mark in ["@product@", "@support@", "@light-", "@dark-"] {
            assert!(!String::from_utf8_lossy(content).contains(mark), "{}: {mark}", path.display());
        }
    }
}

#[test]
fn an_address_that_is_more_than_an_address_is_refused() {
    let refused = |public_url| {
        let look = Look {
            brand: "b",
            public_url,
            support_email: "help@b.example",
            tokens_css: "",
            logo_svg: b"",
            icon_png: b"",
            style_sheet: "",
            file: &|_| None,
        };
        Theme::of(&look).unwrap_err().to_string()
    };
    for url in ["https://a.example/'x", "https://a.example/{0}", "https://a.example/\"><b>", "javascript:alert", "https://a.example/${x}"] {
        assert!(refused(url).contains("address"), "{url}");
    }
}

#[test]
fn what_an_older_theme_had_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let theme = theme();
    theme.write(folder.path()).unwrap();
    let old = folder.path().join("ponimayu/login/old.ftl");
    fs::write(&old, "").unwrap();
    theme.write(folder.path()).unwrap();
    assert!(!old.exists());
    assert_eq!(fs::read(folder.path().join("ponimayu/login/resources/img/favicon.png")).unwrap(), b"png");
}
