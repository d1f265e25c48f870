//! The slice's routes.

mod companies;
mod eligible;
mod sso;

use utoipa_axum::router::OpenApiRouter;

use crate::kernel::app::App;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(companies::routes()).merge(eligible::routes()).merge(sso::routes())
}
