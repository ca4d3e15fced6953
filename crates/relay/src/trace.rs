//! Spans for OpenTelemetry: one for each request, and inside it one for what is asked of the
//! provider, or for the engine's work. Nothing personal is in them, as in the log.
//!
//! Where nobody collects them none is made: without the feature `otel`, or without a collector.

#[cfg_attr(feature = "otel", path = "trace/otlp.rs")]
#[cfg_attr(not(feature = "otel"), path = "trace/off.rs")]
mod collector;

pub use collector::{BadCollector, Collector, hand_on};

use crate::origin::Origin;
use axum::http::{HeaderMap, Method, StatusCode};
use tracing::Span;
use tracing::field::Empty;

/// The target of all spans, by which the log leaves them out.
pub const TARGET: &str = "backdrop_spans";

/// A request's span, inside that of whoever asks where `traceparent` names one.
#[must_use]
pub fn request(method: &Method, route: &str, id: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    if !span.is_disabled() {
        collector::follow(&span, headers);
    }
    span
}

/// From sending a request on to the head of the provider's answer.
#[must_use]
pub fn upstream(origin: &Origin) -> Span {
    tracing::info_span!(
        target: TARGET,
        "upstream",
        otel.name = "POST",
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = "POST",
        http.response.status_code = Empty,
        server.address = %origin,
    )
}

/// The engine's work on one picture.
#[must_use]
pub fn engine() -> Span {
    tracing::info_span!(target: TARGET, "engine")
}

/// Notes what a span came to; none if there was no answer. A server answers for 5xx only.
pub fn ended(span: &Span, status: Option<StatusCode>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if status.is_none_or(|status| status.is_server_error()) {
        span.record("otel.status_code", "ERROR");
    }
}
