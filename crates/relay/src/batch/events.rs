//! A batch's progress as server-sent events: one at once, one for each change, and one at its end.

use super::{Store, desk};
use crate::ready::Readiness;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked for a change.
const LOOKED_EACH: Duration = Duration::from_millis(500);

/// After so many looks without a change a comment keeps the connection open.
const QUIET: u32 = 30;

struct Watching {
    store: Arc<dyn Store>,
    id: String,
    readiness: Readiness,
    last: Option<String>,
    done: bool,
}

/// Events until the batch has ended, or the relay stops.
pub fn stream(store: Arc<dyn Store>, id: String, readiness: Readiness) -> Response {
    let watching = Watching { store, id, readiness, last: None, done: false };
    let events = stream::unfold(watching, |mut watching| async {
        let event = watching.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(event)), watching))
    });
    // nginx would keep events back until there are many.
    let head = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (head, Body::from_stream(events)).into_response()
}

impl Watching {
    async fn next(&mut self) -> Option<String> {
        if self.done {
            return None;
        }
        for _ in 0..QUIET {
            if self.readiness.is_stopping() {
                return None;
            }
            // Out of reach: there is nothing to tell for a while.
            if let Ok(batch) = self.store.batch(&self.id).await {
                let progress = batch?.progress;
                let told = desk::event(&self.id, progress);
                if self.last.as_ref() != Some(&told) {
                    self.done = progress.waiting == 0 && progress.total > 0;
                    let name = if self.done { "done" } else { "progress" };
                    let event = format!("event: {name}\ndata: {told}\n\n");
                    self.last = Some(told);
                    return Some(event);
                }
            }
            tokio::time::sleep(LOOKED_EACH).await;
        }
        Some(": still here\n\n".to_owned())
    }
}
