//! Files that people send: one part of a form, bounded.

use axum::{
    extract::{
        DefaultBodyLimit, Multipart,
        multipart::{MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use utoipa::ToSchema;
use utoipa_axum::router::UtoipaMethodRouter;

use super::{
    app::App,
    error::{Error, Result},
};

/// What a form adds around its file. Bytes.
const FORM_EXTRA: usize = 16 * 1024;

/// A form with a file.
#[derive(Debug, ToSchema)]
pub struct FileForm {
    /// Told by its content, whatever its name says.
    #[schema(value_type = String, format = Binary)]
    #[allow(dead_code, reason = "describes the form in the API's description; the form is read part by part")]
    pub file: Vec<u8>,
}

/// A file as it was sent.
#[derive(Debug)]
pub struct Upload {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Lets routes take forms with a file of that many bytes: `guarded(action, taking(BYTES_MAX, routes!(set_photo)))`.
pub fn taking(bytes_max: usize, (schemas, paths, methods): UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
    (schemas, paths, methods.layer(DefaultBodyLimit::max(bytes_max + FORM_EXTRA)))
}

/// Reads the part `file` of a form, at most `bytes_max` of it.
pub async fn receive(form: Result<Multipart, MultipartRejection>, bytes_max: usize) -> Result<Upload> {
    let mut form = form.map_err(|_| Error::unsupported("multipart_expected"))?;
    while let Some(mut part) = form.next_field().await.map_err(unreadable)? {
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().unwrap_or("").chars().take(200).collect();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > bytes_max {
                return Err(too_large(bytes_max));
            }
            bytes.extend_from_slice(&chunk);
        }
        if bytes.is_empty() {
            return Err(Error::field("/file", "empty_file"));
        }
        return Ok(Upload { name, bytes });
    }
    Err(Error::field("/file", "required"))
}

fn unreadable(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::too_large("body_too_large") } else { Error::unreadable("body_unreadable") }
}

/// The answer to a file that is too large.
pub fn too_large(bytes_max: usize) -> Error {
    Error::too_large("file_too_large").with("megabytes", bytes_max >> 20)
}
