//! A company's SCIM endpoint, as the administrator manages it.

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
    organisations::scim::console::{self, MadeScimToken, NewScimToken, ScimNetworks, ScimView},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageCompanies, routes!(read_scim)))
        .routes(guarded(Action::MakeScimTokens, routes!(make_scim_token)))
        .routes(guarded(Action::ManageCompanies, routes!(end_scim_token)))
        .routes(guarded(Action::ManageCompanies, routes!(set_scim_networks)))
}

/// A company's SCIM endpoint: where it is, which tokens open it, from where it may be asked.
#[utoipa::path(get, path = "/api/operator/companies/{id}/scim", operation_id = "read_scim", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = ScimView)))]
async fn read_scim(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<ScimView>> {
    let mut tx = caller.begin().await?;
    let scim = console::read(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok(Json(scim))
}

/// Makes a token for a company's directory, beside at most one other. The answer is the only place where it can be read.
#[utoipa::path(post, path = "/api/operator/companies/{id}/scim/tokens", operation_id = "make_scim_token", tag = "organisations",
    params(("id" = Uuid, Path)), request_body = NewScimToken, responses((status = 201, body = MadeScimToken)))]
async fn make_scim_token(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(new): Json<NewScimToken>) -> Result<Response> {
    once!(caller, key, "organisations.make_scim_token", &(id, &new), CREATED, |tx| console::make_token(tx, &caller, id, &new))
}

/// Ends a token: the next request with it is refused.
#[utoipa::path(post, path = "/api/operator/scim-tokens/{id}/end", operation_id = "end_scim_token", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = ScimView)))]
async fn end_scim_token(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "organisations.end_scim_token", &id, OK, |tx| console::end_token(tx, &caller, id))
}

/// Says from which networks a company's directory may ask.
#[utoipa::path(put, path = "/api/operator/companies/{id}/scim/networks", operation_id = "set_scim_networks", tag = "organisations",
    params(("id" = Uuid, Path)), request_body = ScimNetworks, responses((status = 200, body = ScimView)))]
async fn set_scim_networks(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(asked): Json<ScimNetworks>) -> Result<Response> {
    once!(caller, key, "organisations.set_scim_networks", &(id, &asked), OK, |tx| console::set_networks(tx, &caller, id, &asked))
}
