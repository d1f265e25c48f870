//! A QR code as an SVG path: the page draws it itself, so no picture is fetched and the content policy stays strict.

use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};

/// A QR code to be drawn: `<svg viewBox="0 0 size size"><path d=…>`.
#[derive(Debug, Serialize, ToSchema)]
pub struct QrPicture {
    /// Modules on a side, with the quiet zone of four on each.
    pub size: usize,
    /// SVG path data of the dark modules.
    pub path: String,
}

const QUIET: usize = 4;

/// Draws `text`.
pub(super) fn picture(text: &str) -> Result<QrPicture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let dark = code.to_colors();
    let path = dark
        .iter()
        .enumerate()
        .filter(|(_, colour)| **colour == qrcode::Color::Dark)
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET))
        .collect();
    Ok(QrPicture { size: width + 2 * QUIET, path })
}
