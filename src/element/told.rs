//! What the class is told, as JavaScript values.

use crate::endpoint::{Origin, PictureSource};
use crate::keep::record::of;
pub use crate::keep::record::{object, parameters, request};
use crate::photo::{Photo, Source};
use crate::session::Outcome;
use backdrop_contract::{Failure, FailureKind, Name, Request};
use js_sys::Object;
use wasm_bindgen::JsValue;

pub fn value(object: &Object, name: Name) -> JsValue {
    of(object, name)
}

pub fn photo(photo: Option<&Photo>) -> JsValue {
    match photo.map(|photo| &photo.source) {
        None => JsValue::NULL,
        Some(Source::File { blob, .. }) => blob.into(),
        Some(Source::Address(address)) => address.as_str().into(),
    }
}

/// The detail of `backdrop-result`. The class adds the file.
pub fn result(outcome: &Outcome, request: &Request) -> Object {
    let picture = &outcome.picture;
    let (engine, look) = match &picture.origin {
        Origin::Provider => (false, None),
        Origin::Engine { look } => (true, look.as_deref()),
    };
    let kind_of = match &picture.source {
        PictureSource::File { format, .. } => Some(format.mime()),
        PictureSource::Elsewhere(_) => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "31 bits; as i64 it would be a BigInt")]
    let seed = outcome.seed as f64;
    let metadata = object([
        ("width", picture.size.0.into()),
        ("height", picture.size.1.into()),
        ("type", kind_of.into()),
        ("seed", seed.into()),
        ("milliseconds", outcome.took.into()),
        ("engine", engine.into()),
        ("look", look.into()),
    ]);
    object([
        ("blob", picture.blob().map_or(JsValue::NULL, JsValue::from)),
        ("url", picture.url().into()),
        ("name", outcome.file_name().into()),
        ("parameters", parameters(request)),
        ("metadata", metadata.into()),
    ])
}

/// The detail of `backdrop-error`.
pub fn error(failure: &Failure, message: &str) -> Object {
    object([
        ("kind", kind(failure.kind).into()),
        ("status", failure.status.map_or(JsValue::NULL, JsValue::from)),
        ("text", failure.text.as_deref().map_or(JsValue::NULL, JsValue::from)),
        ("message", message.into()),
    ])
}

/// What keeps the form from being sent.
pub fn invalid(name: Name, message: &str) -> Object {
    object([
        ("kind", "invalid".into()),
        ("parameter", name.wire().into()),
        ("message", message.into()),
    ])
}

fn kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::BadRequest => "bad-request",
        FailureKind::Key => "key",
        FailureKind::Credits => "credits",
        FailureKind::Forbidden => "forbidden",
        FailureKind::NotFound => "not-found",
        FailureKind::Retired => "retired",
        FailureKind::TooLarge => "too-large",
        FailureKind::Unsupported => "unsupported",
        FailureKind::NotEndpoint => "not-endpoint",
        FailureKind::WordsRejected => "words-rejected",
        FailureKind::PhotoRejected => "photo-rejected",
        FailureKind::ResultRejected => "result-rejected",
        FailureKind::Rejected => "rejected",
        FailureKind::Refused => "refused",
        FailureKind::Offline => "offline",
        FailureKind::Blocked => "blocked",
        FailureKind::Lost => "lost",
        FailureKind::Deadline => "deadline",
        FailureKind::Cut => "cut",
        FailureKind::JobFailed => "job-failed",
        FailureKind::JobGone => "job-gone",
        FailureKind::Unknowable => "unknowable",
        FailureKind::Elsewhere => "elsewhere",
        FailureKind::RateLimited => "rate-limited",
        FailureKind::Unavailable => "unavailable",
        FailureKind::Timeout => "timeout",
        FailureKind::Network => "network",
        FailureKind::Unreadable => "unreadable",
        FailureKind::Cancelled => "cancelled",
        FailureKind::FileGone => "file-gone",
        FailureKind::Device => "device",
        // A kind that is new: a fault of the server's to everybody who does not know it.
        _ => "server",
    }
}
