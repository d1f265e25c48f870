//! Companies at Keycloak, and their own sign-in.

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
    organisations::sso::{
        self, CompanySso,
        check::{self, SsoCheck},
        set_up::{self, SsoRequirement, SsoWish},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageCompanies, routes!(read_sso)))
        .routes(guarded(Action::ManageSso, routes!(set_sso)))
        .routes(guarded(Action::ManageSso, routes!(remove_sso)))
        .routes(guarded(Action::ManageSso, routes!(demand_sso)))
        .routes(guarded(Action::ManageSso, routes!(check_sso)))
}

/// A company at Keycloak, and its own sign-in.
#[utoipa::path(get, path = "/api/operator/companies/{id}/sso", operation_id = "read_sso", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = CompanySso)))]
async fn read_sso(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CompanySso>> {
    let mut tx = caller.begin().await?;
    let sso = sso::read(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok(Json(sso))
}

/// Sets a company's sign-in up, or changes it. Keycloak reads what it publishes before anything is kept.
#[utoipa::path(put, path = "/api/operator/companies/{id}/sso", operation_id = "set_sso", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = SsoWish, responses((status = 200, body = CompanySso)))]
async fn set_sso(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(wish): Json<SsoWish>) -> Result<Response> {
    let published = set_up::look(&caller.app, &wish).await?;
    once!(caller, key, "organisations.set_sso", &(id, &wish), OK, |tx| set_up::set(tx, &caller, id, &wish, &published))
}

/// Takes a company's sign-in away.
#[utoipa::path(delete, path = "/api/operator/companies/{id}/sso", operation_id = "remove_sso", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = CompanySso)))]
async fn remove_sso(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "organisations.remove_sso", &id, OK, |tx| set_up::remove(tx, &caller, id))
}

/// Lets a domain's people in by the company's sign-in alone, or in other ways too.
#[utoipa::path(put, path = "/api/operator/companies/{id}/domains/{domain}/sso", operation_id = "demand_sso", tag = "organisations",
    params(("id" = Uuid, Path), ("domain" = String, Path)), request_body = SsoRequirement, responses((status = 200, body = CompanySso)))]
async fn demand_sso(
    caller: Caller,
    key: IdempotencyKey,
    Path((id, domain)): Path<(Uuid, String)>,
    Json(wish): Json<SsoRequirement>,
) -> Result<Response> {
    once!(caller, key, "organisations.demand_sso", &(id, &domain, &wish), OK, |tx| set_up::demand(tx, &caller, id, &domain, &wish))
}

/// Tries a company's sign-in out, without anybody signing in.
#[utoipa::path(post, path = "/api/operator/companies/{id}/sso/check", operation_id = "check_sso", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = SsoCheck)))]
async fn check_sso(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<SsoCheck>> {
    check::check(&caller, id).await.map(Json)
}
