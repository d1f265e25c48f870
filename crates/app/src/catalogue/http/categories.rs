//! Categories and topics.

use axum::response::Response;
use domain::{access::Action, ids::CategoryId};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    catalogue::{
        categories::{self, CatalogueCategories, CatalogueCategory, ChangedCategory, NewCategory},
        topics::{self, ChangedTopic, NewTopic, TopicOrder},
    },
    kernel::{
        app::App,
        command::{IdempotencyKey, once},
        ctx::Caller,
        error::Result,
        guard::guarded,
        json::{Json, Path},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReadCatalogue, routes!(list_catalogue)))
        .routes(guarded(Action::ManageCatalogue, routes!(create_category)))
        .routes(guarded(Action::ManageCatalogue, routes!(change_category)))
        .routes(guarded(Action::ManageCatalogue, routes!(publish_category)))
        .routes(guarded(Action::ManageCatalogue, routes!(archive_category)))
        .routes(guarded(Action::ManageCatalogue, routes!(add_topic)))
        .routes(guarded(Action::ManageCatalogue, routes!(change_topic)))
        .routes(guarded(Action::ManageCatalogue, routes!(order_topics)))
}

/// All categories with their topics, in every state.
#[utoipa::path(get, path = "/api/operator/categories", operation_id = "list_catalogue", tag = "catalogue",
    responses((status = 200, body = CatalogueCategories)))]
async fn list_catalogue(caller: Caller) -> Result<Json<CatalogueCategories>> {
    categories::list(&caller).await.map(Json)
}

/// Creates a category as a draft.
#[utoipa::path(post, path = "/api/operator/categories", operation_id = "create_category", tag = "catalogue", request_body = NewCategory,
    responses((status = 201, body = CatalogueCategory)))]
async fn create_category(caller: Caller, key: IdempotencyKey, Json(new): Json<NewCategory>) -> Result<Response> {
    once!(caller, key, "catalogue.create_category", &new, CREATED, |tx| categories::create(tx, &caller, &new))
}

/// Changes a category.
#[utoipa::path(put, path = "/api/operator/categories/{id}", operation_id = "change_category", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = ChangedCategory, responses((status = 200, body = CatalogueCategory)))]
async fn change_category(
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(changed): Json<ChangedCategory>,
) -> Result<Response> {
    once!(caller, key, "catalogue.change_category", &(id, &changed), OK, |tx| categories::change(tx, &caller, CategoryId(id), &changed))
}

/// Publishes a category: it speaks every language, and employees see it.
#[utoipa::path(post, path = "/api/operator/categories/{id}/publish", operation_id = "publish_category", tag = "catalogue",
    params(("id" = Uuid, Path)), responses((status = 200, body = CatalogueCategory)))]
async fn publish_category(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "catalogue.publish_category", &id, OK, |tx| categories::set_status(tx, &caller, CategoryId(id), true))
}

/// Offers a category no more. What is booked stays booked.
#[utoipa::path(post, path = "/api/operator/categories/{id}/archive", operation_id = "archive_category", tag = "catalogue",
    params(("id" = Uuid, Path)), responses((status = 200, body = CatalogueCategory)))]
async fn archive_category(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>) -> Result<Response> {
    once!(caller, key, "catalogue.archive_category", &id, OK, |tx| categories::set_status(tx, &caller, CategoryId(id), false))
}

/// Adds a topic to a category, at the end.
#[utoipa::path(post, path = "/api/operator/categories/{id}/topics", operation_id = "add_topic", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = NewTopic, responses((status = 201, body = CatalogueCategory)))]
async fn add_topic(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(new): Json<NewTopic>) -> Result<Response> {
    once!(caller, key, "catalogue.add_topic", &(id, &new), CREATED, |tx| topics::add(tx, &caller, CategoryId(id), &new))
}

/// Renames a topic, archives it, or brings it back.
#[utoipa::path(patch, path = "/api/operator/topics/{id}", operation_id = "change_topic", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = ChangedTopic, responses((status = 200, body = CatalogueCategory)))]
async fn change_topic(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(changed): Json<ChangedTopic>) -> Result<Response> {
    once!(caller, key, "catalogue.change_topic", &(id, &changed), OK, |tx| topics::change(tx, &caller, id, &changed))
}

/// Puts a category's topics in order.
#[utoipa::path(put, path = "/api/operator/categories/{id}/topics", operation_id = "order_topics", tag = "catalogue", params(("id" = Uuid, Path)),
    request_body = TopicOrder, responses((status = 200, body = CatalogueCategory)))]
async fn order_topics(caller: Caller, key: IdempotencyKey, Path(id): Path<Uuid>, Json(order): Json<TopicOrder>) -> Result<Response> {
    once!(caller, key, "catalogue.order_topics", &(id, &order), OK, |tx| topics::reorder(tx, &caller, CategoryId(id), &order))
}
