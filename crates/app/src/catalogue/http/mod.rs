//! The slice's routes.

mod card;
mod categories;
mod review;
mod transfer;

use utoipa_axum::router::OpenApiRouter;

use crate::kernel::app::App;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(categories::routes()).merge(card::routes()).merge(review::routes())
}
