//! The web app, embedded in the binary (read from `web/dist` in debug builds).

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Web;

/// A file of the web app, by its path.
pub fn file(path: &str) -> Option<Vec<u8>> {
    Web::get(path).map(|file| file.data.into_owned())
}

/// The web app's style sheets, one after another.
pub fn style_sheets() -> String {
    let sheets = Web::iter().filter(|path| path.starts_with("assets/") && path.ends_with(".css"));
    sheets.filter_map(|path| file(&path)).map(|sheet| String::from_utf8_lossy(&sheet).into_owned()).collect()
}

/// Only what is ours runs, nothing is asked from elsewhere, nobody frames us (CSP level 3; Trusted Types).
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
     manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types app";

/// Serves files, and the app's page for every other address that a person may open.
pub fn routes(public_url: &str) -> Router {
    let is_https = public_url.starts_with("https://");
    Router::new().fallback(move |request: Request| async move { with_headers(answer(&request), is_https) })
}

fn answer(request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    match Web::get(path).filter(|_| !path.is_empty()) {
        Some(file) => file_answer(path, &file, request.headers()),
        // An asset that is gone is an error, not a page: an old tab must notice and reload. So is a probe's address with a slip in it.
        None if ["assets/", "brand/", "health", "metrics"].iter().any(|start| path.starts_with(start)) => {
            StatusCode::NOT_FOUND.into_response()
        }
        None => match Web::get("index.html") {
            Some(page) => file_answer("index.html", &page, request.headers()),
            None => (StatusCode::SERVICE_UNAVAILABLE, "The web app is not built: make web").into_response(),
        },
    }
}

fn file_answer(path: &str, file: &EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    // Names below assets/ carry a hash of their content.
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == tag.as_bytes());
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, caching.to_owned())];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let kind = match path.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json",
        Some("js") => "text/javascript; charset=utf-8",
        _ => file.metadata.mimetype(),
    };
    (headers, [(header::CONTENT_TYPE, kind.to_owned())], file.data.clone()).into_response()
}

fn with_headers(mut response: Response, is_https: bool) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set("content-security-policy", CONTENT_POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()");
    if is_https {
        set("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_page_for_people_and_an_error_for_machines() {
        let status = |path: &str| answer(&Request::builder().uri(path).body(Body::empty()).unwrap()).status();
        for gone in ["/assets/old.js", "/brand/none.svg", "/health", "/healthz", "/metrics"] {
            assert_eq!(status(gone), StatusCode::NOT_FOUND, "{gone}");
        }
        for page in ["/", "/today", "/no/such/place"] {
            assert_ne!(status(page), StatusCode::NOT_FOUND, "{page}");
        }
    }
}
