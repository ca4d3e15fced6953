//! The journal of a relay, played: a request with a name is answered once, whoever listens.

use crate::answer::reply;
use crate::book::Book;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;

/// Answers by name; none while one is being made.
#[derive(Default)]
pub(crate) struct Journal(Mutex<HashMap<String, Option<Kept>>>);

#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Journal {
    pub fn begin(&self, name: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), None);
    }

    /// Keeps an answer, and gives it on.
    pub async fn keep(&self, name: &str, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let kept = Kept {
            status: parts.status,
            headers: parts.headers.clone(),
            body: to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec(),
        };
        self.0.lock().unwrap().insert(name.to_owned(), Some(kept.clone()));
        Response::from_parts(parts, Body::from(kept.body))
    }

    /// `GET {endpoint}/{name}`: the answer as it was, or where to ask again.
    pub fn ask(&self, book: &Book, path: &str) -> Response {
        let name = path.rsplit('/').next().unwrap_or_default();
        match self.0.lock().unwrap().get(name) {
            None => reply(404, "application/json", r#"{"error":"no such request"}"#.into()),
            Some(None) => {
                let poll_url = format!("{}{path}", book.origin());
                let said = json!({ "status": "PROCESSING", "poll_url": poll_url });
                reply(202, "application/json", said.to_string().into())
            }
            Some(Some(kept)) => {
                let mut response = Response::new(Body::from(kept.body.clone()));
                *response.status_mut() = kept.status;
                *response.headers_mut() = kept.headers.clone();
                response.headers_mut().insert("idempotency-replayed", true_value());
                response
            }
        }
    }
}

fn true_value() -> axum::http::HeaderValue {
    axum::http::HeaderValue::from_static("true")
}
