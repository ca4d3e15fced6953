//! The sign of life: who answers, and whether there are batches.

use crate::app::Answers;
use crate::desk::Desk;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

/// `GET /healthz`.
pub async fn healthz(State(desk): State<Desk>) -> impl IntoResponse {
    let mut body = match &**desk.answers() {
        Answers::Engine(_) => serde_json::json!({ "status": "ok", "answers": "engine" }),
        Answers::Provider(provider) => serde_json::json!({
            "status": "ok",
            "answers": "provider",
            "upstream": provider.origin().to_string(),
        }),
    };
    if desk.store().is_some() {
        body["batches"] = true.into();
    }
    ([(header::CONTENT_TYPE, "application/json")], body.to_string())
}
