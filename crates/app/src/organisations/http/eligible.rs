//! Who may enter by a company: access codes, mail domains, rosters.

use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    response::Response,
};
use domain::{access::Action, organisations::ROSTER_BYTES_MAX};
use platform::crypto::sha256;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    kernel::{
        app::App,
        command::{IdempotencyKey, once},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path, Query},
        upload::{FileForm, receive, taking},
    },
    organisations::{
        codes::{self, CodeBatch, CodeBatches, CodeRevocation, MadeCodes, NewCodes},
        companies::CompanyDetails,
        domains::{self, NewDomain},
        roster::{self, RosterQuery, RosterReport},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageAccessCodes, routes!(list_codes)))
        .routes(guarded(Action::ManageAccessCodes, routes!(make_codes)))
        .routes(guarded(Action::ManageAccessCodes, routes!(revoke_codes)))
        .routes(guarded(Action::ManageCompanies, routes!(add_domain)))
        .routes(guarded(Action::ManageCompanies, routes!(remove_domain)))
        .routes(guarded(Action::ManageCompanies, taking(ROSTER_BYTES_MAX, routes!(preview_roster))))
        .routes(guarded(Action::ManageCompanies, taking(ROSTER_BYTES_MAX, routes!(apply_roster))))
}

/// A company's access codes, newest first.
#[utoipa::path(get, path = "/api/operator/companies/{id}/codes", operation_id = "list_codes", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = CodeBatches)))]
async fn list_codes(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CodeBatches>> {
    let mut tx = caller.begin().await?;
    let batches = codes::list(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok(Json(batches))
}

/// Makes access codes. The answer is the only place where they can be read.
#[utoipa::path(post, path = "/api/operator/companies/{id}/codes", operation_id = "make_codes", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = NewCodes, responses((status = 201, body = MadeCodes)))]
async fn make_codes(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(new): Json<NewCodes>) -> Result<Response> {
    once!(caller, key, "organisations.make_codes", &(id, &new), CREATED, |tx| codes::make(tx, &caller, id, &new))
}

/// Takes codes back.
#[utoipa::path(post, path = "/api/operator/codes/{id}/revoke", operation_id = "revoke_codes", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = CodeRevocation, responses((status = 200, body = CodeBatch)))]
async fn revoke_codes(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(which): Json<CodeRevocation>) -> Result<Response> {
    once!(caller, key, "organisations.revoke_codes", &(id, &which), OK, |tx| codes::revoke(tx, &caller, id, &which))
}

/// Lets everybody with an address of a mail domain enter.
#[utoipa::path(post, path = "/api/operator/companies/{id}/domains", operation_id = "add_domain", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = NewDomain, responses((status = 201, body = CompanyDetails)))]
async fn add_domain(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(new): Json<NewDomain>) -> Result<Response> {
    once!(caller, key, "organisations.add_domain", &(id, &new), CREATED, |tx| domains::add(tx, &caller, id, &new))
}

/// Lets nobody in by a mail domain any more.
#[utoipa::path(delete, path = "/api/operator/companies/{id}/domains/{domain}", operation_id = "remove_domain", tag = "organisations",
    params(("id" = Uuid, Path), ("domain" = String, Path)), responses((status = 200, body = CompanyDetails)))]
async fn remove_domain(caller: Caller, key: IdempotencyKey, Path((id, domain)): Path<(Uuid, String)>) -> Result<Response> {
    once!(caller, key, "organisations.remove_domain", &(id, &domain), OK, |tx| domains::remove(tx, &caller, id, &domain))
}

/// What a roster would do: a CSV or XLSX file with a column of mail addresses, at most 50 000 lines and 5 MB. Changes nothing.
#[utoipa::path(post, path = "/api/operator/companies/{id}/roster/preview", operation_id = "preview_roster", tag = "organisations",
    params(("id" = Uuid, Path), RosterQuery), request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = RosterReport)))]
async fn preview_roster(
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<RosterQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<RosterReport>> {
    let read = roster::read(receive(form, ROSTER_BYTES_MAX).await?).await?;
    roster::preview(&caller, id, query.mode, &read).await.map(Json)
}

/// Adds the people of a roster, removes them, or makes the company's roster what the file is.
#[utoipa::path(post, path = "/api/operator/companies/{id}/roster", operation_id = "apply_roster", tag = "organisations",
    params(("id" = Uuid, Path), RosterQuery), request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = RosterReport)))]
async fn apply_roster(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Query(query): Query<RosterQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response> {
    let file = receive(form, ROSTER_BYTES_MAX).await?;
    let hash = hex::encode(sha256(&file.bytes));
    let read = roster::read(file).await?;
    once!(caller, key, "organisations.apply_roster", &(id, &query, hash), OK, |tx| roster::apply(tx, &caller, id, &query, &read))
}
