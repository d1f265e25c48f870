//! The slice's routes.

mod companies;
mod directory;
mod eligible;
mod own;
mod passes;
mod scim;
mod sso;

use utoipa_axum::router::OpenApiRouter;

pub use self::directory::routes as directory_routes;
use crate::kernel::app::App;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(companies::routes())
        .merge(eligible::routes())
        .merge(own::routes())
        .merge(passes::routes())
        .merge(scim::routes())
        .merge(sso::routes())
}
