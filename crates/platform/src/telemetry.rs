//! Structured logs and Prometheus metrics. Neither ever carries personal data: ids of requests, routes as templates, codes and counts.

use std::io::IsTerminal as _;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging to standard error: lines for people, coloured on a terminal, or JSON. `filter` as in RUST_LOG.
pub fn start_logs(filter: &str, as_json: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).with_target(false);
    // A second start (tests in one process) keeps the first subscriber.
    let _ = if as_json { registry.with(layer.json()).try_init() } else { registry.with(layer.compact()).try_init() };
}

/// Starts collecting metrics and gives the handle that renders them.
pub fn start_metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    handle
}
