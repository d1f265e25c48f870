use std::io::Cursor;

use axum::http::{Request, header};
use image::{ImageFormat, RgbImage};
use jiff::SignedDuration;

use super::{PDF, World, entry_of, png};

const PHOTO: &str = "/api/card/photo";

#[tokio::test]
async fn a_photo_is_made_anew_without_what_the_camera_wrote() {
    let world = World::start().await;
    let mut jpeg = Vec::new();
    RgbImage::new(264, 248).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
    let exif = [b"\xFF\xE1\x00\x1EExif\x00\x00".as_slice(), b"55.7558N 37.6173E Vera"].concat();
    jpeg.splice(2..2, exif);
    let card = world.vera.upload(PHOTO, "IMG_0001.JPG", &jpeg).await.is(200).json();
    let photo = world.vera.get(card["photo"].as_str().unwrap()).await.is(200);
    assert!(!photo.body.windows(7).any(|w| w == b"37.6173") && !photo.body.windows(4).any(|w| w == b"Exif"));
    assert_eq!(image::load_from_memory(&photo.body).unwrap().width(), 264);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words() {
    let world = World::start().await;
    let upload = async |name: &str, content: &[u8]| world.vera.upload(PHOTO, name, content).await;
    upload("me.jpg", b"<html><script>alert(1)</script>").await.is_problem(415, "file_not_what_it_says");
    upload("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").await.is_problem(415, "file_kind_not_accepted");
    upload("me.png", &png(199, 300)).await.is_problem(422, "picture_too_small");
    upload("me.png", &png(240, 240)[..60]).await.is_problem(422, "file_damaged");
    upload("me.png", &bomb()).await.is_problem(413, "picture_too_many_pixels");
    upload("me.png", b"").await.names_field("/file", "empty_file");
    upload("me.png", &vec![0; (10 << 20) + 1]).await.is_problem(413, "file_too_large");
    upload("me.png", &vec![0; 12 << 20]).await.is(413);
    let plain = Request::post(PHOTO).header("x-ponimau-csrf", "1").header("idempotency-key", "not-a-form");
    let plain = plain.header(header::CONTENT_TYPE, "image/png").body(png(9, 9).into()).unwrap();
    world.vera.send(plain).await.is_problem(415, "multipart_expected");
    assert_eq!(world.vera.get("/api/card").await.json()["photo"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_document_is_told_by_its_content() {
    let world = World::start().await;
    world.fill(&world.vera).await;
    let id = entry_of(&world.vera.get("/api/card").await.json());
    let at = format!("/api/card/education/{id}/document");
    // A picture is a picture, whatever kind of picture its name says; a document under its name is another file.
    let card = world.vera.upload(&at, "diploma.jpg", &png(30, 30)).await.is(200).json();
    assert_eq!(card["education"][0]["document_type"], "image/jpeg");
    world.vera.upload(&at, "diploma.pdf", &png(30, 30)).await.is_problem(415, "file_not_what_it_says");
    world.vera.upload(&at, "diploma.pdf", b"MZ\x90\x00").await.is_problem(415, "file_not_what_it_says");
    world.vera.upload(&at, "diploma.docx", b"PK\x03\x04").await.is_problem(415, "file_kind_not_accepted");
    world.vera.upload(&at, "diploma.pdf", b"%PDF-1.7 cut off").await.is_problem(422, "file_damaged");
    world.vera.upload(&at, "diploma.pdf", &vec![b'%'; (15 << 20) + 1]).await.is_problem(413, "file_too_large");
    world.vera.upload(&at, "diploma.jpg", PDF).await.is_problem(415, "file_not_what_it_says");
    let card = world.vera.upload(&at, "diploma.pdf", PDF).await.is(200).json();
    assert_eq!(card["education"][0]["document_type"], "application/pdf");

    let answer = world.vera.get(&at).await.is(200);
    assert_eq!(answer.body, PDF);
    assert_eq!(answer.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"document.pdf\"");
    assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a_photo_is_everybodys_once_the_card_is_published() {
    let world = World::start().await;
    world.submit(&world.vera).await;
    let photo = world.vera.get("/api/card").await.json()["photo"].as_str().unwrap().to_owned();
    world.app.anonymous().get(&photo).await.is_problem(404, "not_found");
    world.app.employee("Анна").await.get(&photo).await.is_problem(404, "not_found");
    for owner in [&world.vera, &world.checker] {
        assert_eq!(owner.get(&photo).await.is(200).headers[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
    }
    // Whoever sees the list of specialists sees the photos in it.
    for capability in ["support", "safety"] {
        let reader = world.app.staff(&[capability]).await;
        assert_eq!(reader.get("/api/operator/specialists").await.is(200).json()["specialists"][0]["photo"], photo.as_str());
        reader.get(&photo).await.is(200);
    }
    world.app.staff(&["finance"]).await.get(&photo).await.is_problem(404, "not_found");
    world.verify(&world.vera).await;
    world.publish(&world.vera).await.is(200);
    let public = world.app.anonymous().get(&photo).await.is(200);
    assert_eq!(public.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(public.headers[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(public.headers[header::CONTENT_DISPOSITION], "inline");
    assert_eq!(public.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(public.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
}

#[tokio::test]
async fn a_document_is_never_served_as_a_photo() {
    let world = World::start().await;
    world.make_public(&world.vera).await;
    let mut tx = world.app.app.db.begin_system().await.unwrap();
    let (file,): (uuid::Uuid,) = sqlx::query_as("SELECT file_id FROM education").fetch_one(&mut *tx).await.unwrap();
    for client in [world.app.anonymous(), world.vera.clone(), world.checker.clone()] {
        client.get(&format!("/api/files/{file}")).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn what_is_stored_is_sealed_and_what_is_replaced_goes() {
    let world = World::start().await;
    world.fill(&world.vera).await;
    let stored = || {
        let folder = world.app.app.config.data_dir.join("files");
        let levels = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        levels.flat_map(|l| std::fs::read_dir(l).unwrap().map(|e| std::fs::read(e.unwrap().path()).unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(stored().len(), 2);
    assert!(stored().iter().all(|bytes| !bytes.starts_with(b"%PDF") && !bytes.starts_with(b"\xFF\xD8")));

    let first = world.vera.upload_with_key(PHOTO, "b.png", &png(250, 250), "second-photo").await.is(200).json();
    // A repeat stores bytes that no row will name.
    let again = world.vera.upload_with_key(PHOTO, "b.png", &png(250, 250), "second-photo").await.is(200).json();
    assert_eq!(first["photo"], again["photo"]);
    world.app.do_jobs().await;
    world.app.pass(SignedDuration::from_hours(2));
    world.app.do_jobs().await;
    assert_eq!(stored().len(), 2, "the former photo and the unnamed bytes are gone, the named ones are not");
    world.vera.get(first["photo"].as_str().unwrap()).await.is(200);
}

/// A PNG whose header promises 2.5 thousand million pixels.
fn bomb() -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    let crc = crc32(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&crc);
    bytes
}

/// The checksum of PNG chunks (ISO/IEC 15948, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 });
    !bytes.iter().fold(u32::MAX, step)
}
