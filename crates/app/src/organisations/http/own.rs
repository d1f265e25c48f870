//! A company's HR about its own company. No address names a company: which it is follows from who asks.

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
        own::{self, OwnCompany},
        roster::{self, RosterQuery, RosterReport},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadOwnCompany, routes!(read_own_company)))
        .routes(guarded(Action::ReadOwnCompany, taking(ROSTER_BYTES_MAX, routes!(preview_own_roster))))
        .routes(guarded(Action::KeepOwnCompany, taking(ROSTER_BYTES_MAX, routes!(apply_own_roster))))
        .routes(guarded(Action::ReadOwnCompany, routes!(list_own_codes)))
        .routes(guarded(Action::KeepOwnCompany, routes!(make_own_codes)))
        .routes(guarded(Action::KeepOwnCompany, routes!(revoke_own_codes)))
}

/// One's company.
#[utoipa::path(get, path = "/api/company", operation_id = "read_own_company", tag = "organisations", responses((status = 200, body = OwnCompany)))]
async fn read_own_company(caller: Caller) -> Result<Json<OwnCompany>> {
    let mut tx = caller.begin().await?;
    Ok(Json(own::details(&mut tx, &caller).await?))
}

/// What a roster would do: a CSV or XLSX file with a column of mail addresses, at most 50 000 lines and 5 MB. Changes nothing.
#[utoipa::path(post, path = "/api/company/roster/preview", operation_id = "preview_own_roster", tag = "organisations", params(RosterQuery),
    request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = RosterReport)))]
async fn preview_own_roster(
    caller: Caller,
    Query(query): Query<RosterQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<RosterReport>> {
    let read = roster::read(receive(form, ROSTER_BYTES_MAX).await?).await?;
    let mut tx = caller.begin().await?;
    let company = own::id(&mut tx, &caller).await?;
    tx.commit().await?;
    roster::preview(&caller, company, query.mode, &read).await.map(Json)
}

/// Adds the people of a roster, removes them, or makes the company's roster what the file is.
#[utoipa::path(post, path = "/api/company/roster", operation_id = "apply_own_roster", tag = "organisations", params(RosterQuery),
    request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = RosterReport)))]
async fn apply_own_roster(
    caller: Caller,
    key: IdempotencyKey,
    Query(query): Query<RosterQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response> {
    let file = receive(form, ROSTER_BYTES_MAX).await?;
    let hash = hex::encode(sha256(&file.bytes));
    let read = roster::read(file).await?;
    once!(caller, key, "organisations.apply_roster", &(&query, hash), OK, |tx| async {
        let company = own::id(tx, &caller).await?;
        roster::apply(tx, &caller, company, &query, &read).await
    })
}

/// One's company's access codes, newest first. How many were used is told to nobody who hands them out.
#[utoipa::path(get, path = "/api/company/codes", operation_id = "list_own_codes", tag = "organisations", responses((status = 200, body = CodeBatches)))]
async fn list_own_codes(caller: Caller) -> Result<Json<CodeBatches>> {
    let mut tx = caller.begin().await?;
    let company = own::id(&mut tx, &caller).await?;
    Ok(Json(codes::list(&mut tx, &caller, company).await?))
}

/// Makes one access code for many people. The answer is the only place where it can be read.
#[utoipa::path(post, path = "/api/company/codes", operation_id = "make_own_codes", tag = "organisations", request_body = NewCodes,
    responses((status = 201, body = MadeCodes)))]
async fn make_own_codes(caller: Caller, key: IdempotencyKey, Json(new): Json<NewCodes>) -> Result<Response> {
    once!(caller, key, "organisations.make_codes", &new, CREATED, |tx| async {
        let company = own::id(tx, &caller).await?;
        codes::make_for_many(tx, &caller, company, &new).await
    })
}

/// Takes a code back.
#[utoipa::path(post, path = "/api/company/codes/{id}/revoke", operation_id = "revoke_own_codes", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = CodeRevocation, responses((status = 200, body = CodeBatch)))]
async fn revoke_own_codes(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(which): Json<CodeRevocation>,
) -> Result<Response> {
    once!(caller, key, "organisations.revoke_codes", &(id, &which), OK, |tx| codes::revoke(tx, &caller, id, &which))
}
