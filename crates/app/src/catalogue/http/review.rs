//! The operator's check of specialists.

use axum::response::Response;
use domain::{access::Action, ids::PersonId};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::transfer::{Serve, serve};
use crate::{
    catalogue::{
        card::CardDetails,
        review::{self, CardNote, CardPublication, EducationCheck},
        specialists::{self, SpecialistsPage, SpecialistsQuery},
    },
    kernel::{
        app::App,
        command::{IdempotencyKey, once},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path, Query},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadSpecialists, routes!(list_specialists)))
        .routes(guarded(Action::ReviewSpecialists, routes!(read_specialist)))
        .routes(guarded(Action::ReviewSpecialists, routes!(read_document)))
        .routes(guarded(Action::ReviewSpecialists, routes!(check_education)))
        .routes(guarded(Action::ReviewSpecialists, routes!(publish_card)))
        .routes(guarded(Action::ReviewSpecialists, routes!(return_card)))
        .routes(guarded(Action::ReviewSpecialists, routes!(pause_card)))
}

/// Specialists: those who wait for a check first, then by name.
#[utoipa::path(get, path = "/api/operator/specialists", operation_id = "list_specialists", tag = "catalogue", params(SpecialistsQuery),
    responses((status = 200, body = SpecialistsPage)))]
async fn list_specialists(caller: Caller, Query(query): Query<SpecialistsQuery>) -> Result<Json<SpecialistsPage>> {
    specialists::list(&caller, &query).await.map(Json)
}

/// A specialist's card with everything to be checked.
#[utoipa::path(get, path = "/api/operator/specialists/{id}", operation_id = "review_specialist", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = CardDetails)))]
async fn read_specialist(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CardDetails>> {
    let mut tx = caller.begin().await?;
    let card = review::read(&mut tx, &caller, PersonId(id)).await?;
    tx.commit().await?;
    Ok(Json(card))
}

/// The document of a degree or course, to be saved.
#[utoipa::path(get, path = "/api/operator/education/{id}/document", operation_id = "read_document", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf")))))]
async fn read_document(caller: Caller, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = caller.begin().await?;
    let file = review::document(&mut tx, &caller, id).await?;
    tx.commit().await?;
    serve(&caller.app, &file, Serve::Attachment).await
}

/// Verifies or rejects a degree or course.
#[utoipa::path(post, path = "/api/operator/education/{id}/check", operation_id = "check_education", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = EducationCheck, responses((status = 200, body = CardDetails)))]
async fn check_education(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(check): Json<EducationCheck>) -> Result<Response> {
    once!(caller, key, "catalogue.check_education", &(id, &check), OK, |tx| review::check_education(tx, &caller, id, &check))
}

/// Shows a card to people, in the given fields.
#[utoipa::path(post, path = "/api/operator/specialists/{id}/publish", operation_id = "publish_card", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = CardPublication, responses((status = 200, body = CardDetails)))]
async fn publish_card(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(publication): Json<CardPublication>,
) -> Result<Response> {
    once!(caller, key, "catalogue.publish_card", &(id, &publication), OK, |tx| review::publish(tx, &caller, PersonId(id), &publication))
}

/// Gives a submitted card back to be changed.
#[utoipa::path(post, path = "/api/operator/specialists/{id}/return", operation_id = "return_card", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = CardNote, responses((status = 200, body = CardDetails)))]
async fn return_card(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(note): Json<CardNote>) -> Result<Response> {
    once!(caller, key, "catalogue.return_card", &(id, &note), OK, |tx| review::give_back(tx, &caller, PersonId(id), &note))
}

/// Takes a card out of the search. What is booked stays booked.
#[utoipa::path(post, path = "/api/operator/specialists/{id}/pause", operation_id = "pause_card", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = CardNote, responses((status = 200, body = CardDetails)))]
async fn pause_card(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(note): Json<CardNote>) -> Result<Response> {
    once!(caller, key, "catalogue.pause_card", &(id, &note), OK, |tx| review::pause(tx, &caller, PersonId(id), &note))
}
