//! Leptos always brings its server functions, and they bring `wasm-streams`, whose JavaScript
//! classes are exported and so can never be dropped by the linker: five kilobytes of first load for
//! streams that the studio never makes. This crate has what they compile against, and no streams.

use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::JsValue;
use web_sys::ReadableStream as RawStream;

/// A stream that is never read.
#[derive(Debug)]
pub struct ReadableStream(RawStream);

impl ReadableStream {
    /// Wraps a stream.
    #[must_use]
    pub fn from_raw(raw: RawStream) -> Self {
        Self(raw)
    }

    /// An aborted stream: nothing is read from `_source`.
    pub fn from_stream(_source: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        Self(JsValue::UNDEFINED.into())
    }

    /// The stream that was wrapped.
    #[must_use]
    pub fn into_raw(self) -> RawStream {
        self.0
    }

    /// A stream that is over.
    #[must_use]
    pub fn into_stream(self) -> Over {
        Over
    }
}

/// A stream without items.
#[derive(Debug)]
pub struct Over;

impl Stream for Over {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
