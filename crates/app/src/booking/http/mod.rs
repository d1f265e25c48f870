//! The slice's endpoints.

mod appointments;
mod discovery;
mod operator;
mod waiting;

use utoipa_axum::router::OpenApiRouter;

use crate::kernel::app::App;

/// The slice's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(appointments::routes()).merge(discovery::routes()).merge(waiting::routes()).merge(operator::routes())
}
