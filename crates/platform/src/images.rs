//! Uploaded pictures and documents: known by their content, bounded, and made anew.
//!
//! A picture is decoded and encoded again. That drops everything beside its pixels (EXIF with the place and the camera,
//! colour profiles, comments, further frames) and leaves nothing of a file that was built to attack a viewer.
//! Decoding costs processor time and up to four bytes per pixel: call this on a blocking thread, a few at a time.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, codecs::webp::WebPEncoder,
    error::LimitErrorKind, imageops::FilterType, metadata::Orientation,
};

/// Out of 100; above it files grow faster than anybody sees a difference.
const JPEG_QUALITY: u8 = 85;
/// Room for the decoder's own tables beside the pixels.
const DECODER_BYTES_EXTRA: u64 = 16 << 20;
/// Where ISO 32000-1 annex H, note 18 has viewers look for the end mark.
const PDF_TAIL_BYTES: usize = 1024;

/// Bounds of one upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Largest file.
    pub bytes_max: usize,
    /// Most pixels of a picture before it is scaled; four bytes of memory each.
    pub pixels_max: u64,
    /// Shortest edge that still shows something.
    pub edge_min: u32,
    /// Longest edge of the picture that is kept.
    pub edge_max: u32,
}

impl UploadLimits {
    /// A portrait on a card.
    pub const PORTRAIT: Self = Self { bytes_max: 10 << 20, pixels_max: 40_000_000, edge_min: 200, edge_max: 1024 };
    /// A page that must stay readable.
    pub const DOCUMENT: Self = Self { bytes_max: 20 << 20, pixels_max: 40_000_000, edge_min: 1, edge_max: 2400 };
}

/// What is kept of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The content to store.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Width and height in pixels, of a picture.
    pub size: Option<(u32, u32)>,
}

/// Why an upload is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// More bytes than allowed.
    #[error("the file is too large")]
    TooLarge,
    /// The name promises a kind that we take, the content is something else.
    #[error("the file is not what its name says")]
    NotWhatItsNameSays,
    /// A kind that we do not take.
    #[error("files of this kind are not accepted")]
    KindNotAccepted,
    /// The right kind, but damaged.
    #[error("the file is damaged")]
    Undecodable,
    /// An edge is shorter than [`UploadLimits::edge_min`].
    #[error("the picture is too small")]
    TooSmall,
    /// More pixels than allowed.
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

/// Makes a picture anew from an uploaded JPEG, PNG or WebP: upright, without metadata, at most `edge_max` long, never
/// enlarged. It becomes a JPEG, or a WebP if parts of it are transparent. `name` is the uploaded file's name.
///
/// # Errors
/// See [`UploadError`].
pub fn picture(upload: &[u8], name: &str, limits: UploadLimits) -> Result<Accepted, UploadError> {
    within_bytes(upload, limits)?;
    match kind(upload) {
        Some(Kind::Picture(format)) => remake(upload, format, limits),
        _ => Err(refusal(name, PICTURE_ENDINGS)),
    }
}

/// Takes a document: a PDF as it is, or a picture of pages as [`picture`] does.
///
/// A PDF is only recognised, not judged: it must be served as an attachment, sandboxed.
///
/// # Errors
/// See [`UploadError`].
pub fn document(upload: &[u8], name: &str, limits: UploadLimits) -> Result<Accepted, UploadError> {
    within_bytes(upload, limits)?;
    match kind(upload) {
        // Harmless, but whoever sent it meant another file.
        Some(Kind::Picture(_)) if ends_with(name, &["pdf"]) => Err(UploadError::NotWhatItsNameSays),
        Some(Kind::Pdf) if ends_with(name, PICTURE_ENDINGS) => Err(UploadError::NotWhatItsNameSays),
        Some(Kind::Picture(format)) => remake(upload, format, limits),
        Some(Kind::Pdf) => {
            let tail = &upload[upload.len().saturating_sub(PDF_TAIL_BYTES)..];
            let whole = tail.windows(5).any(|window| window == b"%%EOF");
            if !whole {
                return Err(UploadError::Undecodable);
            }
            Ok(Accepted { bytes: upload.to_vec(), media_type: "application/pdf", size: None })
        }
        None => Err(refusal(name, &[PICTURE_ENDINGS, &["pdf"]].concat())),
    }
}

const PICTURE_ENDINGS: &[&str] = &["jpg", "jpeg", "png", "webp"];

enum Kind {
    Picture(ImageFormat),
    Pdf,
}

/// By the first bytes, never by a name or a declared type. The mark must stand at the very start: a file that is also
/// something else (HTML before `%PDF-`) is none of ours.
fn kind(upload: &[u8]) -> Option<Kind> {
    if upload.starts_with(b"%PDF-1.") || upload.starts_with(b"%PDF-2.") {
        return Some(Kind::Pdf);
    }
    let format = image::guess_format(upload).ok()?;
    matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP).then_some(Kind::Picture(format))
}

fn within_bytes(upload: &[u8], limits: UploadLimits) -> Result<(), UploadError> {
    if upload.len() > limits.bytes_max { Err(UploadError::TooLarge) } else { Ok(()) }
}

fn refusal(name: &str, endings: &[&str]) -> UploadError {
    if ends_with(name, endings) { UploadError::NotWhatItsNameSays } else { UploadError::KindNotAccepted }
}

fn ends_with(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

fn remake(upload: &[u8], format: ImageFormat, limits: UploadLimits) -> Result<Accepted, UploadError> {
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    let mut bounds = Limits::default();
    bounds.max_alloc = Some(limits.pixels_max.saturating_mul(4).saturating_add(DECODER_BYTES_EXTRA));
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(undecodable)?;
    // The header's promise is checked before any pixel is decoded.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels_max {
        return Err(UploadError::TooManyPixels);
    }
    if width.min(height) < limits.edge_min {
        return Err(UploadError::TooSmall);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(undecodable)?;
    picture = shrink(picture, limits.edge_max);
    picture.apply_orientation(orientation);
    encode(&picture)
}

fn undecodable(error: ImageError) -> UploadError {
    match error {
        ImageError::Limits(limit) if matches!(limit.kind(), LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory) => {
            UploadError::TooManyPixels
        }
        _ => UploadError::Undecodable,
    }
}

/// Averages a very large picture down first, which is quick, and leaves the last factor of two to the good filter.
fn shrink(picture: DynamicImage, edge_max: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    if longest <= edge_max {
        return picture;
    }
    let scaled = |edge: u32| {
        let exact = u64::from(edge) * u64::from(edge_max);
        let rounded = (exact + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(edge_max).max(1)
    };
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let (double_width, double_height) = (width.saturating_mul(2), height.saturating_mul(2));
    let picture = if longest > edge_max.saturating_mul(2) { picture.thumbnail_exact(double_width, double_height) } else { picture };
    picture.resize_exact(width, height, FilterType::Lanczos3)
}

fn encode(picture: &DynamicImage) -> Result<Accepted, UploadError> {
    let size = Some((picture.width(), picture.height()));
    let transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel[3] < u8::MAX);
    let mut bytes = Vec::new();
    if transparent {
        let encoder = WebPEncoder::new_lossless(&mut bytes);
        picture.to_rgba8().write_with_encoder(encoder).map_err(undecodable)?;
        return Ok(Accepted { bytes, media_type: "image/webp", size });
    }
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).map_err(undecodable)?;
    Ok(Accepted { bytes, media_type: "image/jpeg", size })
}

#[cfg(test)]
mod tests;
