//! Finding who can help.

use axum::{http::StatusCode, response::Response};
use domain::{access::Action, ids::PersonId};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    booking::{
        card::{self, SpecialistCard},
        categories::{self, CategoryList},
        favourites,
        find::{self, FindPage, FindRequest},
        intake::{self, Intake, IntakeQuery, IntakeRequest},
        today::{self, Today},
    },
    kernel::{
        app::App,
        command::{Begun, IdempotencyKey, begin},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path, Query},
    },
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::FindHelp, routes!(today)))
        .routes(guarded(Action::FindHelp, routes!(list_categories)))
        .routes(guarded(Action::FindHelp, routes!(find_specialists)))
        .routes(guarded(Action::FindHelp, routes!(read_specialist)))
        .routes(guarded(Action::KeepFavourites, routes!(keep_favourite)))
        .routes(guarded(Action::KeepFavourites, routes!(drop_favourite)))
        .routes(guarded(Action::SayWhy, routes!(save_intake)))
        .routes(guarded(Action::SayWhy, routes!(read_intake)))
}

/// The next consultation, what is left of the benefit, and one next step.
#[utoipa::path(get, path = "/api/today", operation_id = "today", tag = "booking", responses((status = 200, body = Today)))]
async fn today(caller: Caller) -> Result<Json<Today>> {
    today::today(&caller).await.map(Json)
}

/// The kinds of help: those my contract covers first, with what is left.
#[utoipa::path(get, path = "/api/categories", operation_id = "list_categories", tag = "booking", responses((status = 200, body = CategoryList)))]
async fn list_categories(caller: Caller) -> Result<Json<CategoryList>> {
    categories::list(&caller).await.map(Json)
}

/// Who can help, best first, with the reasons and the nearest free times.
#[utoipa::path(post, path = "/api/find", operation_id = "find_specialists", tag = "booking", request_body = FindRequest,
    responses((status = 200, body = FindPage)))]
async fn find_specialists(caller: Caller, Json(request): Json<FindRequest>) -> Result<Json<FindPage>> {
    find::find(&caller, &request).await.map(Json)
}

/// A specialist's card.
#[utoipa::path(get, path = "/api/specialists/{id}", operation_id = "read_specialist", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200, body = SpecialistCard)))]
async fn read_specialist(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<SpecialistCard>> {
    card::read(&caller, PersonId(id)).await.map(Json)
}

/// Keeps a specialist close.
#[utoipa::path(put, path = "/api/favourites/{id}", operation_id = "keep_favourite", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200)))]
async fn keep_favourite(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    set_favourite(&caller, &key, id, true).await
}

/// No longer keeps a specialist close.
#[utoipa::path(delete, path = "/api/favourites/{id}", operation_id = "drop_favourite", tag = "booking", params(("id" = Uuid, Path)),
    responses((status = 200)))]
async fn drop_favourite(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    set_favourite(&caller, &key, id, false).await
}

async fn set_favourite(caller: &Caller, key: &IdempotencyKey, id: Uuid, is_kept: bool) -> Result<Response> {
    let mut cmd = match begin(caller, key, "booking.favourite", &(id, is_kept)).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    favourites::set(&mut cmd, caller, PersonId(id), is_kept).await?;
    cmd.finish(StatusCode::OK, &json!({ "is_favourite": is_kept })).await
}

/// Says what brings one here. Everything may be left out. Sealed: read by oneself and by the specialist whom one books in that category.
#[utoipa::path(post, path = "/api/intake", operation_id = "save_intake", tag = "booking", request_body = IntakeRequest,
    responses((status = 200, body = Intake)))]
async fn save_intake(caller: Caller, key: IdempotencyKey, Json(request): Json<IntakeRequest>) -> Result<Response> {
    let mut cmd = match begin(&caller, &key, "booking.intake", &request).await? {
        Begun::Repeated(answer) => return Ok(answer),
        Begun::Fresh(cmd) => cmd,
    };
    let intake = intake::save(&mut cmd, &caller, &request).await?;
    cmd.finish(StatusCode::OK, &intake).await
}

/// What one has said before; empty if nothing.
#[utoipa::path(get, path = "/api/intake", operation_id = "read_intake", tag = "booking", params(IntakeQuery),
    responses((status = 200, body = Intake)))]
async fn read_intake(caller: Caller, Query(query): Query<IntakeQuery>) -> Result<Json<Intake>> {
    intake::read(&caller, &query).await.map(Json)
}
