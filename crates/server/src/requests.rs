//! Counts and logs requests: method, route as a template, status and time. Never an address, a query or an id.

use std::time::Instant;

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
};
use tower::ServiceExt as _;
use tower_http::{catch_panic::CatchPanicLayer, compression::Compression};

/// Surrounds `service` with counting, compression (not of event streams) and a net for panics.
pub fn observed(service: Router) -> Router {
    service.layer(from_fn(compress)).layer(CatchPanicLayer::custom(panicked)).layer(from_fn(observe))
}

async fn compress(request: Request, next: Next) -> Response {
    // A stream of events is never compressed, and stays open for hours: it need not carry the six kilobytes of a compressor.
    if request.uri().path() == "/api/live" {
        return next.run(request).await;
    }
    match Compression::new(next).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    metrics::counter!("http_requests_total", "route" => route.clone(), "method" => method.to_string(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("http_request_seconds", "route" => route.clone(), "method" => method.to_string()).record(elapsed.as_secs_f64());
    tracing::debug!(%method, route, status, ms = elapsed.as_millis(), "request");
    response
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    // The panic's message, which may quote data, was printed by the panic hook; the person gets the ordinary problem.
    app::Error::internal(anyhow::anyhow!("panicked")).into_response()
}
