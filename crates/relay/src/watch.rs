//! Each request from its head to its reply's last byte: one line in the log, and its part in the
//! numbers. No body, no header, no query, no address and no key of a stored answer is logged.

use crate::batch::desk::BATCHES;
use crate::metrics::{InFlight, Metrics};
use crate::{request_id, trace};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use backdrop_contract::PATH;
use http_body::{Frame, SizeHint};
use prometheus_client::metrics::counter::Counter;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tracing::{Instrument as _, Span};

/// The route of the page and its files.
const PAGE: &str = "page";

/// The longest path that is logged, in characters.
const LONGEST_PATH: usize = 120;

/// Gives each reply the request's id, and notes its end: its last byte is out, or the client gone.
pub async fn each(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let route = route(request.uri().path());
    let numbers = metrics.begin(route);
    let received = numbers.received.clone();
    let id = request_id::of(request.headers());
    let header = HeaderValue::from_str(&id).ok();
    if let Some(header) = header.clone() {
        request.headers_mut().insert(request_id::HEADER, header);
    }
    let span = trace::request(request.method(), route, &id, request.headers());
    let mut watched = Watched {
        started: Instant::now(),
        method: request.method().clone(),
        // Only files are told apart: what follows the endpoint's path is somebody's key.
        path: (route == PAGE)
            .then(|| request.uri().path().chars().take(LONGEST_PATH).collect::<String>()),
        route,
        numbers,
        status: None,
        bytes: 0,
        id,
        upstream_id: None,
        span: span.clone(),
    };
    let request = request.map(|body| Body::new(Received { body, received }));
    let mut response = next.run(request).instrument(span).await;
    let headers = response.headers_mut();
    watched.upstream_id = headers
        .get(request_id::UPSTREAM)
        .map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    if let Some(header) = header {
        headers.insert(request_id::HEADER, header);
    }
    watched.status = Some(response.status());
    response.map(|body| Body::new(Sent { body, watched }))
}

/// A request's route, for labels: few, whatever is asked for.
fn route(path: &str) -> &'static str {
    match path {
        PATH => PATH,
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/openapi.json" => "/openapi.json",
        // A stored answer, by its key.
        _ if path.starts_with(PATH) => "/v1/bria-replace-background/{key}",
        _ if path == BATCHES => BATCHES,
        // The id is for whoever began it.
        _ if path.strip_prefix(BATCHES).is_some_and(|rest| rest.starts_with('/')) => {
            "/v1/batches/{id}"
        }
        _ if path == "/v1" || path.starts_with("/v1/") => "/v1",
        _ => PAGE,
    }
}

/// Noted when it is dropped: that happens exactly once however a request ends.
struct Watched {
    started: Instant,
    method: Method,
    route: &'static str,
    path: Option<String>,
    numbers: InFlight,
    /// None while there is no reply.
    status: Option<StatusCode>,
    bytes: u64,
    id: String,
    upstream_id: Option<String>,
    span: Span,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let status = self.status.map(|status| status.as_u16());
        self.numbers.end(status, took);
        trace::ended(&self.span, self.status);
        tracing::info!(
            method = self.method.as_str(),
            path = self.path.as_deref().unwrap_or(self.route),
            status,
            ms = took.as_millis() as u64,
            bytes = self.bytes,
            id = self.id,
            upstream_id = self.upstream_id,
            "{}",
            if status.is_some() { "answered" } else { "the client has gone" }
        );
    }
}

/// A request's body, counted.
struct Received {
    body: Body,
    received: Counter,
}

/// A reply's body, counted.
struct Sent {
    body: Body,
    watched: Watched,
}

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        this.received.inc_by(length(&polled));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl http_body::Body for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        let length = length(&polled);
        this.watched.bytes += length;
        this.watched.numbers.sent.inc_by(length);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn length<E>(polled: &Poll<Option<Result<Frame<Bytes>, E>>>) -> u64 {
    match polled {
        Poll::Ready(Some(Ok(frame))) => frame.data_ref().map_or(0, |data| data.len() as u64),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_few_and_hide_keys() {
        for (path, expected) in [
            (PATH, PATH),
            ("/v1/bria-replace-background/a-key", "/v1/bria-replace-background/{key}"),
            ("/v1", "/v1"),
            ("/v1/other", "/v1"),
            ("/v1/batches", "/v1/batches"),
            ("/v1/batches/an-id/events", "/v1/batches/{id}"),
            ("/readyz", "/readyz"),
            ("/", PAGE),
            ("/v1x", PAGE),
        ] {
            assert_eq!(route(path), expected, "{path}");
        }
        assert!(route("/v1/bria-replace-background/{key}").starts_with(PATH));
    }
}
