//! The demo's mailbox: what would have been sent, as a plain page. Only in the demo, where every address is invented.

use app::App;
use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use mail_parser::{Message, MessageParser, MimeHeaders as _};

/// Newest first; older mail stays in the folder.
const SHOWN: usize = 100;

/// `/demo/mailbox` and one mail.
pub fn routes(app: App) -> Router {
    let one = app.clone();
    Router::new()
        .route("/demo/mailbox", get(move || list(app.clone())))
        .route("/demo/mailbox/{name}", get(move |path: Path<String>| show(one.clone(), path)))
}

async fn list(app: App) -> Response {
    let Some(folder) = app.mailer.kept_in() else { return StatusCode::NOT_FOUND.into_response() };
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
    let body = if rows.is_empty() { "<p>Писем ещё нет.</p>".to_owned() } else { format!("<ul>{rows}</ul>") };
    page("Письма демо", &body)
}

async fn show(app: App, Path(name): Path<String>) -> Response {
    let Some(folder) = app.mailer.kept_in() else { return StatusCode::NOT_FOUND.into_response() };
    // A name is letters, digits, hyphens and underscores: nothing that leaves the folder.
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(bytes) = std::fs::read(folder.join(format!("{name}.eml"))) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(mail) = MessageParser::default().parse(&bytes) else { return StatusCode::NOT_FOUND.into_response() };
    let text = mail.body_text(0).unwrap_or_default();
    let attachments: String = mail
        .attachments()
        .map(|part| {
            format!("<li>{}</li><pre>{}</pre>", escape(part.attachment_name().unwrap_or("—")), escape(part.text_contents().unwrap_or("")))
        })
        .collect();
    let body = format!(
        "<p><a href=\"/demo/mailbox\">Все письма</a></p><p>{}</p><h2>{}</h2><pre>{}</pre><ul>{attachments}</ul>",
        escape(&recipient(&mail)),
        escape(mail.subject().unwrap_or("—")),
        linked(&escape(&text))
    );
    page("Письмо демо", &body)
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

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><h1>{title}</h1>{body}</html>"
    );
    ([(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"), (header::CACHE_CONTROL, "no-store")], Html(html))
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
