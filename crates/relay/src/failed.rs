//! Every refusal of the relay's own, in the contract's shape: `{"error":"text"}`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backdrop_contract::Failure;

/// A request that brought nothing: the status, and what helps the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {text}")]
pub struct Failed {
    pub status: StatusCode,
    /// Plain words. At most [`Failure::LONGEST_TEXT`] characters of them are sent.
    pub text: String,
    /// When to try again, in seconds.
    pub retry_after: Option<u16>,
}

impl Failed {
    /// A refusal with a status and its text.
    #[must_use]
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), retry_after: None }
    }

    /// 400: a parameter or its format.
    #[must_use]
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// 500: a fault of the relay's own.
    #[must_use]
    pub fn own_fault(text: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, text)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        // A wrong value is named in the text, and it may be a whole photo.
        let text: String = self.text.chars().take(Failure::LONGEST_TEXT).collect();
        let body = serde_json::json!({ "error": text }).to_string();
        let json = [(header::CONTENT_TYPE, "application/json")];
        let mut response = (self.status, json, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
