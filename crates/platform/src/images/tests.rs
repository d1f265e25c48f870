use image::{Rgb, RgbImage, Rgba, RgbaImage};
use proptest::{collection::vec, prelude::*};

use super::*;

const LIMITS: UploadLimits = UploadLimits { bytes_max: 1 << 20, pixels_max: 1_000_000, edge_min: 1, edge_max: 100 };
const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];

/// Left half red, right half blue.
fn flag(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE })).into()
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn decoded(accepted: &Accepted) -> RgbImage {
    image::load_from_memory(&accepted.bytes).unwrap().to_rgb8()
}

/// Near enough after a lossy encoding.
fn is(pixel: &Rgb<u8>, colour: [u8; 3]) -> bool {
    pixel.0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 30)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// A JPEG with an EXIF block (orientation, and a maker's text where a place could stand) and a comment.
fn with_metadata(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    // TIFF, little endian: two entries, orientation (0x0112, SHORT) and make (0x010F, ASCII at offset 38).
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(b"\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0");
    tiff.extend([0x12, 0x01, 0x03, 0x00, 0x01, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend(b"\0\0\0\0HomeAlley\0");
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], length.as_slice(), body].concat()
    };
    let exif = segment(0xe1, &[b"Exif\0\0", tiff.as_slice()].concat());
    let comment = segment(0xfe, b"SecretRemark");
    [&jpeg[..2], &exif, &comment, &jpeg[2..]].concat()
}

#[test]
fn metadata_is_dropped_and_the_picture_stands_upright() {
    let upload = with_metadata(&file(&flag(64, 32), ImageFormat::Jpeg), 6);
    assert!(contains(&upload, b"HomeAlley") && contains(&upload, b"SecretRemark"));
    let accepted = picture(&upload, "me.jpg", LIMITS).unwrap();
    for trace in [b"Exif".as_slice(), b"HomeAlley", b"SecretRemark"] {
        assert!(!contains(&accepted.bytes, trace));
    }
    assert_eq!((accepted.media_type, accepted.size), ("image/jpeg", Some((32, 64))));
    // Orientation 6: the camera was turned, the left side of the file is the top.
    let pixels = decoded(&accepted);
    assert!(is(pixels.get_pixel(16, 8), RED) && is(pixels.get_pixel(16, 56), BLUE));
}

#[test]
fn a_large_picture_is_scaled_and_a_small_one_is_not() {
    for (width, height, size) in [(900, 300, (100, 33)), (120, 240, (50, 100)), (40, 30, (40, 30)), (100, 1, (100, 1)), (900, 1, (100, 1))]
    {
        let accepted = picture(&file(&flag(width, height), ImageFormat::Png), "a.png", LIMITS).unwrap();
        assert_eq!(accepted.size, Some(size), "{width}×{height}");
        assert_eq!(decoded(&accepted).dimensions(), size);
    }
}

#[test]
fn what_would_show_nothing_is_refused_before_it_is_decoded() {
    let limits = UploadLimits { edge_min: 20, ..LIMITS };
    assert!(picture(&file(&flag(20, 20), ImageFormat::Png), "a.png", limits).is_ok());
    for (width, height) in [(19, 40), (40, 19)] {
        assert_eq!(picture(&file(&flag(width, height), ImageFormat::Png), "a.png", limits), Err(UploadError::TooSmall));
    }
}

#[test]
fn each_kind_is_taken_and_transparency_is_kept() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let accepted = picture(&file(&flag(20, 20), format), "photo", LIMITS).unwrap();
        assert_eq!(accepted.media_type, "image/jpeg", "{format:?}");
    }
    let opaque = RgbaImage::from_pixel(20, 20, Rgba([1, 2, 3, 255]));
    assert_eq!(picture(&file(&opaque.into(), ImageFormat::Png), "a.png", LIMITS).unwrap().media_type, "image/jpeg");
    let clear = RgbaImage::from_pixel(20, 20, Rgba([1, 2, 3, 0]));
    let accepted = picture(&file(&clear.into(), ImageFormat::Png), "a.png", LIMITS).unwrap();
    assert_eq!(accepted.media_type, "image/webp");
    assert_eq!(image::load_from_memory(&accepted.bytes).unwrap().to_rgba8().get_pixel(3, 3)[3], 0);
}

#[test]
fn the_content_decides_not_the_name() {
    let page = b"<!doctype html><script>alert(1)</script>";
    assert_eq!(picture(page, "photo.JPG", LIMITS), Err(UploadError::NotWhatItsNameSays));
    assert_eq!(picture(page, "page.html", LIMITS), Err(UploadError::KindNotAccepted));
    assert_eq!(picture(b"", "photo.png", LIMITS), Err(UploadError::NotWhatItsNameSays));
    assert_eq!(picture(b"GIF89a\x01\0\x01\0\0\0\0;", "a.gif", LIMITS), Err(UploadError::KindNotAccepted));
    assert_eq!(picture(b"%PDF-1.7 %%EOF", "a.png", LIMITS), Err(UploadError::NotWhatItsNameSays));
    assert_eq!(document(page, "diploma.pdf", LIMITS), Err(UploadError::NotWhatItsNameSays));
    // A PNG that is called a JPEG is still a picture, and becomes a new one anyway.
    assert!(picture(&file(&flag(20, 20), ImageFormat::Png), "a.jpg", LIMITS).is_ok());
}

#[test]
fn a_document_is_a_whole_pdf_or_a_picture() {
    let pdf = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";
    let accepted = document(pdf, "diploma.pdf", LIMITS).unwrap();
    assert_eq!((accepted.media_type, accepted.bytes.as_slice()), ("application/pdf", pdf.as_slice()));
    assert_eq!(document(&pdf[..20], "diploma.pdf", LIMITS), Err(UploadError::Undecodable));
    let behind = [b"<html>", pdf.as_slice()].concat();
    assert_eq!(document(&behind, "diploma.pdf", LIMITS), Err(UploadError::NotWhatItsNameSays));
    let scan = file(&flag(20, 20), ImageFormat::Png);
    assert_eq!(document(&scan, "scan.png", LIMITS).unwrap().media_type, "image/jpeg");
    // One under the other's name is the wrong file, most likely.
    assert_eq!(document(&scan, "Diploma.PDF", LIMITS), Err(UploadError::NotWhatItsNameSays));
    assert_eq!(document(pdf, "scan.jpeg", LIMITS), Err(UploadError::NotWhatItsNameSays));
    assert!(document(&scan, "scan", LIMITS).is_ok(), "a name that promises nothing");
}

#[test]
fn a_file_over_its_limit_is_not_even_looked_at() {
    let limits = UploadLimits { bytes_max: 10, ..LIMITS };
    assert_eq!(picture(&[0; 11], "a.png", limits), Err(UploadError::TooLarge));
    assert_eq!(document(&[0; 11], "a.pdf", limits), Err(UploadError::TooLarge));
}

/// A PNG whose header promises `width` × `height`, with a valid checksum, and hardly any data behind it.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = file(&flag(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = u32::MAX;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    assert_eq!(picture(&png_bomb(100_000, 100_000), "a.png", LIMITS), Err(UploadError::TooManyPixels));
    assert_eq!(picture(&png_bomb(1_000_001, 1), "a.png", LIMITS), Err(UploadError::TooManyPixels));
    // Within the limit the header is believed, and the missing pixels are noticed.
    assert_eq!(picture(&png_bomb(1000, 1000), "a.png", LIMITS), Err(UploadError::Undecodable));
    // JPEG: the size stands in the SOF0 segment.
    let mut jpeg = file(&flag(16, 16), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(picture(&jpeg, "a.jpg", LIMITS), Err(UploadError::TooManyPixels));
}

#[test]
fn a_cut_file_is_damaged() {
    let png = file(&flag(64, 64), ImageFormat::Png);
    assert_eq!(picture(&png[..png.len() / 2], "a.png", LIMITS), Err(UploadError::Undecodable));
    assert_eq!(picture(&png[..20], "a.png", LIMITS), Err(UploadError::Undecodable));
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(kind in 0usize..3, hits in vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
        let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP][kind];
        let mut upload = file(&flag(24, 24), format);
        for (index, byte) in hits {
            let at = index.index(upload.len());
            upload[at] = byte;
        }
        let whole = picture(&upload, "a", LIMITS);
        if let Ok(accepted) = whole {
            prop_assert!(accepted.bytes.len() < LIMITS.bytes_max);
        }
        let _ = document(&upload[..cut.index(upload.len())], "a", LIMITS);
    }
}
