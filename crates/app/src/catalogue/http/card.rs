//! A specialist's own card, and public photos.

use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    response::Response,
};
use domain::access::Action;
use platform::{
    crypto::sha256,
    images::{UploadLimits, document, picture},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::transfer::{Serve, serve};
use crate::{
    catalogue::{
        card::{self, CardDetails},
        card_edit::{self, CardChange},
        education::{self, EducationFields},
        files, photo,
        preview::{self, CardPreview},
        sql,
    },
    kernel::{
        app::App,
        command::{IdempotencyKey, once},
        ctx::{Caller, Ctx},
        error::{Error, Result},
        guard::guarded,
        json::{Json, Path},
        upload::{FileForm, receive, taking},
    },
};

const PHOTO: UploadLimits = UploadLimits::PORTRAIT;
const DOCUMENT: UploadLimits = UploadLimits { bytes_max: 15 << 20, ..UploadLimits::DOCUMENT };

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::OwnCard, routes!(read_card)))
        .routes(guarded(Action::OwnCard, routes!(change_card)))
        .routes(guarded(Action::OwnCard, routes!(preview_card)))
        .routes(guarded(Action::OwnCard, routes!(submit_card)))
        .routes(guarded(Action::OwnCard, taking(PHOTO.bytes_max, routes!(set_photo))))
        .routes(guarded(Action::OwnCard, routes!(remove_photo)))
        .routes(guarded(Action::OwnCard, routes!(add_education)))
        .routes(guarded(Action::OwnCard, routes!(change_education)))
        .routes(guarded(Action::OwnCard, routes!(remove_education)))
        .routes(guarded(Action::OwnCard, taking(DOCUMENT.bytes_max, routes!(attach_document))))
        .routes(guarded(Action::OwnCard, routes!(own_document)))
        .routes(guarded(Action::ReadPublic, routes!(read_photo)))
}

/// One's own card.
#[utoipa::path(get, path = "/api/card", operation_id = "read_card", tag = "catalogue", responses((status = 200, body = CardDetails)))]
async fn read_card(caller: Caller) -> Result<Json<CardDetails>> {
    let mut tx = caller.begin().await?;
    let card = card::details(&mut tx, &caller.app, caller.me()).await?;
    tx.commit().await?;
    Ok(Json(card))
}

/// Changes what is given of one's card. A published card stays published.
#[utoipa::path(patch, path = "/api/card", operation_id = "change_card", tag = "catalogue", request_body = CardChange,
    responses((status = 200, body = CardDetails)))]
async fn change_card(caller: Caller, key: IdempotencyKey, Json(change): Json<CardChange>) -> Result<Response> {
    once!(caller, key, "catalogue.change_card", &change, OK, |tx| card_edit::change(tx, &caller, &change))
}

/// One's card as people see it.
#[utoipa::path(get, path = "/api/card/preview", operation_id = "preview_card", tag = "catalogue", responses((status = 200, body = CardPreview)))]
async fn preview_card(caller: Caller) -> Result<Json<CardPreview>> {
    let mut tx = caller.begin().await?;
    let card = preview::preview(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(Json(card))
}

/// Hands the card in for a check. What is missing is named.
#[utoipa::path(post, path = "/api/card/submit", operation_id = "submit_card", tag = "catalogue", responses((status = 200, body = CardDetails)))]
async fn submit_card(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    once!(caller, key, "catalogue.submit_card", &(), OK, |tx| card_edit::submit(tx, &caller))
}

/// Shows a picture on one's card: JPEG, PNG or WebP of at most 10 MB. It is encoded anew, without what the camera wrote beside the pixels.
#[utoipa::path(post, path = "/api/card/photo", operation_id = "set_photo", tag = "catalogue",
    request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = CardDetails)))]
async fn set_photo(caller: Caller, key: IdempotencyKey, form: Result<Multipart, MultipartRejection>) -> Result<Response> {
    let upload = receive(form, PHOTO.bytes_max).await?;
    let hash = hex::encode(sha256(&upload.bytes));
    let accepted = files::accept(upload, PHOTO.bytes_max, |bytes, name| picture(bytes, name, PHOTO)).await?;
    let stored = files::store(&caller, accepted).await?;
    once!(caller, key, "catalogue.set_photo", &hash, OK, |tx| photo::set(tx, &caller, Some(&stored)))
}

/// Takes the picture off a card that is still a draft.
#[utoipa::path(delete, path = "/api/card/photo", operation_id = "remove_photo", tag = "catalogue", responses((status = 200, body = CardDetails)))]
async fn remove_photo(caller: Caller, key: IdempotencyKey) -> Result<Response> {
    once!(caller, key, "catalogue.remove_photo", &(), OK, |tx| photo::set(tx, &caller, None))
}

/// Adds a degree or course.
#[utoipa::path(post, path = "/api/card/education", operation_id = "add_education", tag = "catalogue", request_body = EducationFields,
    responses((status = 201, body = CardDetails)))]
async fn add_education(caller: Caller, key: IdempotencyKey, Json(fields): Json<EducationFields>) -> Result<Response> {
    once!(caller, key, "catalogue.add_education", &fields, CREATED, |tx| education::add(tx, &caller, &fields))
}

/// Changes a degree or course: it waits for a check again.
#[utoipa::path(put, path = "/api/card/education/{id}", operation_id = "change_education", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = EducationFields, responses((status = 200, body = CardDetails)))]
async fn change_education(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(fields): Json<EducationFields>,
) -> Result<Response> {
    once!(caller, key, "catalogue.change_education", &(id, &fields), OK, |tx| education::change(tx, &caller, id, &fields))
}

/// Removes a degree or course with its document.
#[utoipa::path(delete, path = "/api/card/education/{id}", operation_id = "remove_education", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = CardDetails)))]
async fn remove_education(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "catalogue.remove_education", &id, OK, |tx| education::remove(tx, &caller, id))
}

/// Puts a document to a degree or course: PDF, JPEG or PNG of at most 15 MB. It waits for a check again.
#[utoipa::path(post, path = "/api/card/education/{id}/document", operation_id = "attach_document", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = CardDetails)))]
async fn attach_document(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response> {
    let upload = receive(form, DOCUMENT.bytes_max).await?;
    let hash = hex::encode(sha256(&upload.bytes));
    let accepted = files::accept(upload, DOCUMENT.bytes_max, |bytes, name| document(bytes, name, DOCUMENT)).await?;
    let stored = files::store(&caller, accepted).await?;
    once!(caller, key, "catalogue.attach_document", &(id, hash), OK, |tx| education::attach(tx, &caller, id, &stored))
}

/// The document of one's own degree or course, to be saved.
#[utoipa::path(get, path = "/api/card/education/{id}/document", operation_id = "own_document", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf")))))]
async fn own_document(caller: Caller, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = caller.begin().await?;
    let entry = education::own(&mut tx, &caller, id).await?;
    let file = sql::file(&mut tx, entry.file_id.ok_or_else(Error::not_found)?, "document").await?.ok_or_else(Error::not_found)?;
    tx.commit().await?;
    serve(&caller.app, &file, Serve::Attachment).await
}

/// A photo: of a published card for everybody, of another for its owner and those of the staff who see the list of specialists.
#[utoipa::path(get, path = "/api/files/{id}", operation_id = "read_photo", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "image/jpeg")))]
async fn read_photo(ctx: Ctx, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = ctx.begin().await?;
    let file = sql::file(&mut tx, id, "photo").await?.ok_or_else(Error::not_found)?;
    let is_public = files::is_public_photo(&mut tx, id).await?;
    tx.commit().await?;
    serve(&ctx.app, &file, if is_public { Serve::PublicPicture } else { Serve::PrivatePicture }).await
}
