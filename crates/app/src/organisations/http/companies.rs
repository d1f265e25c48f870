//! Companies and contracts.

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
        json::{Json, Path, Query},
    },
    organisations::{
        companies::{self, ChangedCompany, CompaniesPage, CompaniesQuery, CompanyDetails, NewCompany},
        contracts::{self, ChangedContract, CompanyContract, ContractFields},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadCompanies, routes!(list_companies)))
        .routes(guarded(Action::ReadCompanies, routes!(read_company)))
        .routes(guarded(Action::ManageCompanies, routes!(create_company)))
        .routes(guarded(Action::ManageCompanies, routes!(change_company)))
        .routes(guarded(Action::ManageCompanies, routes!(create_contract)))
        .routes(guarded(Action::ManageCompanies, routes!(change_contract)))
        .routes(guarded(Action::ManageCompanies, routes!(end_contract)))
}

/// Client companies by name.
#[utoipa::path(get, path = "/api/operator/companies", operation_id = "list_companies", tag = "organisations", params(CompaniesQuery),
    responses((status = 200, body = CompaniesPage)))]
async fn list_companies(caller: Caller, Query(query): Query<CompaniesQuery>) -> Result<Json<CompaniesPage>> {
    companies::list(&caller, &query).await.map(Json)
}

/// A company with its contracts.
#[utoipa::path(get, path = "/api/operator/companies/{id}", operation_id = "read_company", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = CompanyDetails)))]
async fn read_company(caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CompanyDetails>> {
    let mut tx = caller.begin().await?;
    let company = companies::details(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok(Json(company))
}

/// Creates a company.
#[utoipa::path(post, path = "/api/operator/companies", operation_id = "create_company", tag = "organisations", request_body = NewCompany,
    responses((status = 201, body = CompanyDetails)))]
async fn create_company(caller: Caller, key: IdempotencyKey, Json(new): Json<NewCompany>) -> Result<Response> {
    once!(caller, key, "organisations.create_company", &new, CREATED, |tx| companies::create(tx, &caller, &new))
}

/// Renames a company, archives it, or brings it back.
#[utoipa::path(patch, path = "/api/operator/companies/{id}", operation_id = "change_company", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = ChangedCompany, responses((status = 200, body = CompanyDetails)))]
async fn change_company(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(changed): Json<ChangedCompany>,
) -> Result<Response> {
    once!(caller, key, "organisations.change_company", &(id, &changed), OK, |tx| companies::change(tx, &caller, id, &changed))
}

/// Creates a contract. Two contracts of a company never overlap.
#[utoipa::path(post, path = "/api/operator/companies/{id}/contracts", operation_id = "create_contract", tag = "organisations",
    params(("id" = Uuid, Path)), request_body = ContractFields, responses((status = 201, body = CompanyContract)))]
async fn create_contract(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(fields): Json<ContractFields>,
) -> Result<Response> {
    once!(caller, key, "organisations.create_contract", &(id, &fields), CREATED, |tx| contracts::create(tx, &caller, id, &fields))
}

/// Changes a contract.
#[utoipa::path(put, path = "/api/operator/contracts/{id}", operation_id = "change_contract", tag = "organisations", params(("id" = Uuid, Path)),
    request_body = ChangedContract, responses((status = 200, body = CompanyContract)))]
async fn change_contract(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(changed): Json<ChangedContract>,
) -> Result<Response> {
    once!(caller, key, "organisations.change_contract", &(id, &changed), OK, |tx| contracts::change(tx, &caller, id, &changed))
}

/// Ends a contract now.
#[utoipa::path(post, path = "/api/operator/contracts/{id}/end", operation_id = "end_contract", tag = "organisations", params(("id" = Uuid, Path)),
    responses((status = 200, body = CompanyContract)))]
async fn end_contract(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "organisations.end_contract", &id, OK, |tx| contracts::end(tx, &caller, id))
}
