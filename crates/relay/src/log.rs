//! The log: one line a request, on standard error. No body, no query and no header is logged, so
//! neither a photo nor a key can be.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The header that names a request, for finding it in a log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Starts the log. `RUST_LOG` says how much: a level, or levels by part, as `info,hyper=debug`.
pub fn start() {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    // A second start, as tests of the library may make, keeps the first log.
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)))
        .try_init();
}

/// Gives each reply an id and logs it once its last byte is out, or the client is gone.
///
/// An id that comes with the request is not used: it could be made to look like another's. The
/// provider's own id is kept, as its support asks for that one.
pub async fn one_line_each(request: Request, next: Next) -> Response {
    let mut line = Line {
        started: Instant::now(),
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        status: None,
        bytes: 0,
        id: format!("{:016x}", fastrand::u64(..)),
    };
    let mut response = next.run(request).await;
    match response.headers().get(REQUEST_ID) {
        Some(provider) => line.id = String::from_utf8_lossy(provider.as_bytes()).into_owned(),
        None => {
            if let Ok(id) = HeaderValue::from_str(&line.id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
        }
    }
    line.status = Some(response.status().as_u16());
    response.map(|body| Body::new(Counted { body, line }))
}

/// One line of the log, written when it is dropped: that happens exactly once however a request
/// ends.
struct Line {
    started: Instant,
    method: Method,
    path: String,
    /// None while there is no reply.
    status: Option<u16>,
    bytes: u64,
    id: String,
}

impl Drop for Line {
    fn drop(&mut self) {
        let ms = self.started.elapsed().as_millis();
        let (method, path, bytes, id) = (&self.method, &self.path, self.bytes, &self.id);
        match self.status {
            Some(status) => {
                tracing::info!("{method} {path:?} {status} {ms} ms {bytes} bytes {id:?}");
            }
            None => tracing::info!("{method} {path:?} gone {ms} ms 0 bytes {id:?}"),
        }
    }
}

/// A reply's body that counts what leaves.
struct Counted {
    body: Body,
    line: Line,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            this.line.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
