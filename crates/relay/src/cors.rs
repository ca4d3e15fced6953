//! Pages of other origins that may use the relay, as browsers want to be told.

use axum::http::{HeaderName, HeaderValue, Method, header};
use backdrop_contract::{ENGINE_HEADER, LOOK_HEADER};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The key under which a client asks once, and may ask again without paying again.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Marks an answer that was stored.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a page may read beside the body.
const EXPOSED: [HeaderName; 14] = [
    HeaderName::from_static("x-remaining-credits"),
    HeaderName::from_static("x-cost"),
    HeaderName::from_static("x-generation-time"),
    HeaderName::from_static("x-seed-value"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-upstream-request-id"),
    HeaderName::from_static("x-rate-limit-remaining"),
    crate::failed::RESET,
    HeaderName::from_static(ENGINE_HEADER),
    HeaderName::from_static(LOOK_HEADER),
    REPLAYED,
    header::RETRY_AFTER,
    // Of batches.
    header::LOCATION,
    header::CONTENT_DISPOSITION,
];

/// Answers preflights and marks replies for these origins; none where there are none.
///
/// No credentials: a cookie means nothing here, and a token is put into its header by the page.
#[must_use]
pub fn layer(origins: &[HeaderValue]) -> Option<CorsLayer> {
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins.iter().cloned()))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION, IDEMPOTENCY_KEY])
            .expose_headers(EXPOSED)
            .max_age(Duration::from_secs(2 * 60 * 60))
    })
}
