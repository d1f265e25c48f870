//! A company's passes, as the administrator manages them.

use axum::response::Response;
use domain::access::Action;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    kernel::{
        app::App,
        command::{IdempotencyKey, once},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path},
    },
    organisations::passes::console::{self, PassesView, PassesWish},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageCompanies, routes!(read_passes)))
        .routes(guarded(Action::SetPasses, routes!(set_passes)))
}

/// Whether a company's newcomers enter with passes, and the keys that sign them.
#[utoipa::path(get, path = "/api/operator/companies/{id}/passes", operation_id = "read_passes", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = PassesView)))]
async fn read_passes(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<PassesView>> {
    let mut tx = caller.begin().await?;
    let passes = console::read(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok(Json(passes))
}

/// Switches passes on or off, or changes for how long they are good.
#[utoipa::path(put, path = "/api/operator/companies/{id}/passes", operation_id = "set_passes", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = PassesWish, responses((status = 200, body = PassesView)))]
async fn set_passes(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(wish): Json<PassesWish>) -> Result<Response> {
    once!(caller, key, "organisations.set_passes", &(id, &wish), OK, |tx| console::set(tx, &caller, id, &wish))
}
