//! Files on their way out.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

use crate::{
    catalogue::{files, sql::FileRow},
    kernel::{
        app::App,
        error::{Error, Result},
    },
};

/// How a browser takes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Serve {
    /// A picture we encoded ourselves, seen by everybody: kept by every cache, for its id never means another content.
    PublicPicture,
    /// The same, seen by its owner and the operator only.
    PrivatePicture,
    /// A document: saved, never shown among our pages.
    Attachment,
}

/// Opens and serves a file. Sandboxed and never sniffed (the router adds both to every answer).
pub(super) async fn serve(app: &App, row: &FileRow, how: Serve) -> Result<Response> {
    let bytes = files::open(app, row).await?;
    let (disposition, cache) = match how {
        Serve::PublicPicture => ("inline".to_owned(), "public, max-age=31536000, immutable"),
        Serve::PrivatePicture => ("inline".to_owned(), "private, max-age=31536000, immutable"),
        Serve::Attachment => (format!("attachment; filename=\"document.{}\"", ending(&row.media_type)), "no-store"),
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&row.media_type).map_err(Error::internal)?);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(response)
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "pdf",
        "image/webp" => "webp",
        _ => "jpg",
    }
}
