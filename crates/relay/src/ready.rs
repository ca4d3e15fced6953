//! Whether more requests should come here.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ready from the start, as nothing listens before the engine is there, until it is told to stop.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on no more requests should come.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// `GET /readyz`: 200, or 503 once it stops.
pub async fn readyz(State(readiness): State<Readiness>) -> impl IntoResponse {
    let (status, body) = if readiness.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopping"}"#)
    } else {
        (StatusCode::OK, r#"{"status":"ready"}"#)
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body)
}
