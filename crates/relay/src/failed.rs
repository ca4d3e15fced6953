//! Every refusal of the relay's own, in one shape:
//! `{"error":{"code":"bad_request","message":"seed: must be …","field":"seed"}}`.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backdrop_contract::{Failure, Name};
use std::time::{Duration, SystemTime};

/// When a limit ends, as the provider's own header says it.
pub const RESET: HeaderName = HeaderName::from_static("x-rate-limit-reset-at-utc");

/// A request that brought nothing: the status, and what helps the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {text}")]
pub struct Failed {
    pub status: StatusCode,
    /// Plain words. At most [`Failure::LONGEST_TEXT`] characters of them are sent.
    pub text: String,
    /// When to try again, in seconds.
    pub retry_after: Option<u32>,
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

    /// 429: a limit that ends in so many seconds.
    #[must_use]
    pub fn limited(text: impl Into<String>, seconds: u32) -> Self {
        let retry_after = Some(seconds.max(1));
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    /// 503: nothing was sent, and it may go well in so many seconds.
    #[must_use]
    pub fn unavailable(text: impl Into<String>, seconds: u32) -> Self {
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, text) }
    }

    /// 500: a fault of the relay's own.
    #[must_use]
    pub fn own_fault(text: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, text)
    }

    /// 504: it was sent, and what became of it is not known.
    #[must_use]
    pub fn uncertain(text: impl Into<String>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, text)
    }
}

/// How the engine speaks of the pictures that it was given.
const PICTURES: [(&str, Name); 2] =
    [("the photo ", Name::Image), ("the reference ", Name::RefImages)];

/// The body of a refusal. The texts of parameters start with their name, and those of pictures as
/// the engine speaks of them; it is the `field` then.
#[must_use]
pub fn json(status: StatusCode, text: &str) -> String {
    // A wrong value is named in the text, and it may be a whole photo.
    let message: String = text.chars().take(Failure::LONGEST_TEXT).collect();
    let named = message.split_once(": ").and_then(|(name, _)| Name::of(name));
    let shown = || PICTURES.iter().find(|(start, _)| message.starts_with(start)).map(|row| row.1);
    let field = named.or_else(shown).map(Name::wire);
    let mut error = serde_json::json!({ "code": code(status), "message": message });
    if let (Some(field), Some(error)) = (field, error.as_object_mut()) {
        error.insert("field".to_owned(), field.into());
    }
    serde_json::json!({ "error": error }).to_string()
}

/// For programs: one word for each status that the relay gives by itself.
fn code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "too_slow",
        409 => "key_reused",
        413 => "too_large",
        415 => "unsupported",
        421 => "misdirected",
        422 => "rejected",
        429 => "limited",
        502 => "bad_gateway",
        503 => "unavailable",
        504 => "uncertain",
        400..=499 => "bad_request",
        _ => "own_fault",
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let always = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut response = (self.status, always, json(self.status, &self.text)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            if self.status == StatusCode::TOO_MANY_REQUESTS {
                let reset = SystemTime::now() + Duration::from_secs(seconds.into());
                let reset = humantime::format_rfc3339_seconds(reset).to_string();
                if let Ok(reset) = HeaderValue::try_from(reset) {
                    headers.insert(RESET, reset);
                }
            }
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_starts_with_a_parameter_names_its_field() {
        let error = |text: &str| {
            let json = json(StatusCode::BAD_REQUEST, text);
            serde_json::from_str::<serde_json::Value>(&json).unwrap()["error"].clone()
        };
        let seed = error("seed: must be a whole number");
        assert_eq!(seed["field"], "seed");
        assert_eq!(seed["message"], "seed: must be a whole number");
        assert_eq!(seed["code"], "bad_request");
        assert_eq!(error("the photo is GIF; send a JPEG")["field"], "image");
        assert_eq!(error("the reference cannot be decoded: cut")["field"], "ref_images");
        assert!(error("the body: is no object").get("field").is_none());
    }
}
