//! Health for load balancers, metrics for Prometheus.

use std::time::Duration;

use app::App;
use axum::{Router, http::StatusCode, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;

/// `/health/live`: the process answers. `/health/ready`: it should be sent requests (the database answers, and it is not stopping).
pub fn routes(app: App) -> Router {
    Router::new().route("/health/live", get(|| async { "live" })).route("/health/ready", get(move || ready(app.clone())))
}

async fn ready(app: App) -> (StatusCode, &'static str) {
    if *app.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    let asked = sqlx::query("SELECT 1").execute(app.db.pool());
    match tokio::time::timeout(Duration::from_secs(2), asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

/// `/metrics`, for the operator's own network only.
pub fn metrics(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || std::future::ready(handle.render())))
}
