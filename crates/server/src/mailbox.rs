//! The demo's mailbox: what would have been sent, as plain pages in the browser's language. Only in the demo, where every address is invented.

use app::{App, kernel::messages};
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use domain::text::Locale;
use mail_parser::{Message, MessageParser, MimeHeaders as _};

/// Newest first; older mail stays in the folder.
const SHOWN: usize = 100;

/// Long lines of a mail wrap on a phone; links can be hit with a finger; dark where the browser is.
const STYLE: &str = "
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 44rem; margin-inline: auto; padding: 1rem; }
h1 { font-size: 1.5rem; }
ul { padding: 0; list-style: none; }
li + li { border-block-start: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
li { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center; justify-content: space-between; }
li > a, p > a { display: inline-flex; align-items: center; min-block-size: 2.75rem; }
span { font-size: 0.9rem; opacity: 0.75; overflow-wrap: anywhere; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
";

/// `/demo/mailbox`, one mail, and how a mail program shows it.
pub fn routes(app: App) -> Router {
    let (one, look) = (app.clone(), app.clone());
    Router::new()
        .route("/demo/mailbox", get(move |headers: HeaderMap| list(app.clone(), locale(&headers))))
        .route("/demo/mailbox.css", get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }))
        .route("/demo/mailbox/{name}", get(move |headers: HeaderMap, path: Path<String>| show(one.clone(), locale(&headers), path)))
        .route("/demo/mailbox/{name}/look", get(move |path: Path<String>| look_of(look.clone(), path)))
}

fn locale(headers: &HeaderMap) -> Locale {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Locale::negotiate).unwrap_or(Locale::Ru)
}

fn say(locale: Locale, key: &str) -> String {
    messages::text(locale, &format!("mailbox.{key}"), &serde_json::Map::new())
}

async fn list(app: App, locale: Locale) -> Response {
    let to_sign_in = format!("<p><a href=\"/sign-in\">{}</a></p>", say(locale, "to_sign_in"));
    let Some(folder) = app.mailer.kept_in() else {
        return page(locale, &say(locale, "title"), &format!("<p>{}</p>{to_sign_in}", say(locale, "sent")));
    };
    let mut mails: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "eml"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    mails.sort();
    let rows: String = mails
        .iter()
        .rev()
        .take(SHOWN)
        .filter_map(|(_, path)| {
            let bytes = std::fs::read(path).ok()?;
            let mail = MessageParser::default().parse(&bytes)?;
            let name = path.file_stem()?.to_str()?;
            Some(format!(
                "<li><a href=\"/demo/mailbox/{}\">{}</a> <span>{}</span></li>",
                escape(name),
                escape(mail.subject().unwrap_or("—")),
                escape(&recipient(&mail))
            ))
        })
        .collect();
    let body = if rows.is_empty() { format!("<p>{}</p>", say(locale, "empty")) } else { format!("<ul>{rows}</ul>") };
    page(locale, &say(locale, "title"), &format!("{body}{to_sign_in}"))
}

async fn show(app: App, locale: Locale, Path(name): Path<String>) -> Response {
    let Some(bytes) = kept(&app, &name) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(mail) = MessageParser::default().parse(&bytes) else { return StatusCode::NOT_FOUND.into_response() };
    let text = mail.body_text(0).unwrap_or_default();
    let attachments: String = mail
        .attachments()
        .map(|part| {
            format!("<li>{}</li><pre>{}</pre>", escape(part.attachment_name().unwrap_or("—")), escape(part.text_contents().unwrap_or("")))
        })
        .collect();
    let body = format!(
        "<p><a href=\"/demo/mailbox\">{}</a></p><p>{}</p><h2>{}</h2><pre>{}</pre><ul>{attachments}</ul><p><a href=\"/demo/mailbox/{}/look\">{}</a></p>",
        say(locale, "all"),
        escape(&recipient(&mail)),
        escape(mail.subject().unwrap_or("—")),
        linked(&escape(&text)),
        escape(&name),
        say(locale, "look"),
    );
    page(locale, &say(locale, "one"), &body)
}

/// The mail's HTML, as strangers' HTML is served: nothing of it runs, nothing is fetched.
async fn look_of(app: App, Path(name): Path<String>) -> Response {
    let Some(bytes) = kept(&app, &name) else { return StatusCode::NOT_FOUND.into_response() };
    let html = MessageParser::default().parse(&bytes).and_then(|mail| mail.body_html(0).map(|html| html.into_owned()));
    let Some(html) = html else { return StatusCode::NOT_FOUND.into_response() };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

/// A kept mail. A name is letters, digits, hyphens and underscores: nothing that leaves the folder.
fn kept(app: &App, name: &str) -> Option<Vec<u8>> {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_name { std::fs::read(app.mailer.kept_in()?.join(format!("{name}.eml"))).ok() } else { None }
}

fn recipient(mail: &Message<'_>) -> String {
    mail.to().and_then(|to| to.first()).and_then(|a| a.address()).unwrap_or("—").to_owned()
}

/// Addresses of our own pages in an escaped text become links.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let address = word.trim_end();
            if address.starts_with("http://") || address.starts_with("https://") {
                format!("<a href=\"{address}\">{address}</a>{}", &word[address.len()..])
            } else {
                word.to_owned()
            }
        })
        .collect()
}

fn page(locale: Locale, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><link rel=\"stylesheet\" href=\"/demo/mailbox.css\"><h1>{title}</h1>{body}</html>",
        locale.tag()
    );
    (
        [
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        Html(html),
    )
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
