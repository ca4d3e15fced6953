//! Jobs: they are begun, asked about, and collected.

use crate::answer::{Job, JobShape, reply};
use crate::book::Book;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// 202, and where to ask.
pub(crate) fn begin(book: &Book, job: Job) -> Response {
    let shape = job.shape;
    let relative = job.relative;
    let id = book.begin_job(job);
    said(202, &state(book, shape, relative, id, false))
}

/// `GET /jobs/{id}/status` and `GET /jobs/{id}/response`.
pub(crate) async fn ask(book: &Book, path: &str) -> Response {
    let mut steps = path.split('/').skip(2);
    let id = steps.next().and_then(|id| id.parse().ok());
    let Some((id, (job, ready))) = id.and_then(|id| Some((id, book.ask_job(id)?))) else {
        return (StatusCode::NOT_FOUND, r#"{"error":"No such job"}"#).into_response();
    };
    let state = state(book, job.shape, job.relative, id, ready);
    match steps.next() {
        Some("status") if !ready || job.shape == JobShape::Fal => said(200, &state),
        Some(_) if ready => Box::pin(job.end.give(book)).await,
        _ => said(400, &json!({ "detail": "Request is still in progress" })),
    }
}

fn state(book: &Book, shape: JobShape, relative: bool, id: usize, ready: bool) -> Value {
    let origin = if relative { "" } else { book.origin() };
    let at = |what| format!("{origin}/jobs/{id}/{what}");
    let first = book.job_asked(id) < 2;
    match shape {
        JobShape::Segmind => json!({
            "request_id": format!("job-{id}"),
            "status": if first { "QUEUED" } else { "PROCESSING" },
            "poll_url": at("status"),
            "status_url": at("status"),
            "response_url": at("response"),
        }),
        JobShape::Bria => json!({ "status": "IN_PROGRESS", "status_url": at("status") }),
        JobShape::Fal => json!({
            "status": if ready { "COMPLETED" } else if first { "IN_QUEUE" } else { "IN_PROGRESS" },
            "queue_position": 2,
            "status_url": at("status"),
            "response_url": at("response"),
        }),
    }
}

fn said(status: u16, json: &Value) -> Response {
    reply(status, "application/json", json.to_string().into())
}
