//! The sign of life, and who answers.

use crate::app::Answers;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;

/// `GET /healthz`.
pub async fn healthz(State(answers): State<Arc<Answers>>) -> impl IntoResponse {
    let body = match &*answers {
        Answers::Engine(_) => serde_json::json!({ "status": "ok", "answers": "engine" }),
        Answers::Provider(provider) => serde_json::json!({
            "status": "ok",
            "answers": "provider",
            "upstream": provider.origin().to_string(),
        }),
    };
    ([(header::CONTENT_TYPE, "application/json")], body.to_string())
}
