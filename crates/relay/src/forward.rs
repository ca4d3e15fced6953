//! To the provider and back: the body goes through as it is, in pieces, and the key is added here.

use crate::failed::Failed;
use crate::metrics::{Metrics, UpstreamFailure};
use crate::origin::Origin;
use crate::pace::TooSlow;
use crate::secret::Key;
use crate::upstream::{CONNECT_WITHIN, Connections, Download, Progress, Upload, connections};
use crate::{request_id, trace};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use backdrop_contract::{KEY_HEADER, PATH};
use hyper_util::client::legacy;
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};
use tracing::Instrument as _;

/// What a reply of the provider may carry to the page. `content-encoding` belongs to the body: it
/// is passed through packed if it comes packed.
const PASSED: [&str; 9] = [
    "content-type",
    "content-encoding",
    "x-remaining-credits",
    "x-cost",
    "x-generation-time",
    "x-seed-value",
    "x-rate-limit-remaining",
    "x-rate-limit-reset-at-utc",
    "retry-after",
];

/// Forwards to one provider with one key.
#[derive(Clone)]
pub struct Forwarding {
    upstream: Origin,
    key: Key,
    answer_within: Duration,
    connections: Connections,
    metrics: Metrics,
}

impl Forwarding {
    /// Ready to forward; connects when the first request comes.
    #[must_use]
    pub fn new(upstream: Origin, key: Key, answer_within: Duration, metrics: Metrics) -> Self {
        Self { upstream, key, answer_within, connections: connections(), metrics }
    }

    /// The provider's origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.upstream
    }

    /// Sends a request on and brings the reply back. Dropping the future, as happens when the
    /// client goes away, closes the connection to the provider.
    ///
    /// # Errors
    /// 502 if the provider cannot be reached or redirects; 504 if it was sent all and gave no
    /// answer, which it may bill; 408 if the client stalls.
    pub async fn forward(&self, request: Request) -> Result<Response, Failed> {
        let (mut upload, progress) = Upload::new_from(request, self)?;
        let started = Instant::now();
        let span = trace::upstream(&self.upstream);
        trace::hand_on(&span, upload.headers_mut());
        let reply = tokio::select! {
            reply = self.connections.request(upload).instrument(span.clone()) => reply,
            () = progress.stalled(self.answer_within) => return Err(self.too_slow(&progress)),
        };
        trace::ended(&span, reply.as_ref().ok().map(|reply| reply.status()));
        match reply {
            Ok(reply) if is_answer(reply.status()) => {
                self.metrics.upstream_replied(reply.status(), started.elapsed());
                Ok(self.passed_on(reply))
            }
            Ok(reply) => Err(self.redirected(reply.status())),
            Err(error) => Err(self.broken(&error, &progress)),
        }
    }

    fn passed_on<B>(&self, reply: axum::http::Response<B>) -> Response
    where
        B: http_body::Body<Data = axum::body::Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let (parts, body) = reply.into_parts();
        let metrics = self.metrics.clone();
        let cut = move || metrics.upstream_failed(UpstreamFailure::Cut);
        let body = Body::new(Download::new(Body::new(body), self.answer_within, cut));
        let mut response = Response::new(body);
        *response.status_mut() = parts.status;
        *response.headers_mut() = only_passed(&parts.headers);
        response
    }

    /// Following it would send the key, or a photo, to whoever the redirect names.
    fn redirected(&self, status: StatusCode) -> Failed {
        self.metrics.upstream_failed(UpstreamFailure::Redirect);
        Failed::new(
            StatusCode::BAD_GATEWAY,
            format!(
                "{} answered with a redirect ({}), which is not followed; check --upstream",
                self.upstream,
                status.as_u16()
            ),
        )
    }

    fn too_slow(&self, progress: &Progress) -> Failed {
        let seconds = self.answer_within.as_secs();
        if progress.is_done() {
            self.metrics.upstream_failed(UpstreamFailure::Timeout);
            return Failed::new(
                StatusCode::GATEWAY_TIMEOUT,
                format!("the provider gave no answer in {seconds} s; it may have been billed"),
            );
        }
        Failed::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("the upload stood still for {seconds} s; nothing was billed"),
        )
    }

    fn broken(&self, error: &legacy::Error, progress: &Progress) -> Failed {
        if TooSlow::is_behind(error) {
            return Failed::new(StatusCode::REQUEST_TIMEOUT, TooSlow.to_string());
        }
        if progress.is_broken() {
            return Failed::bad("the request's body broke off");
        }
        tracing::warn!("{}: {}", self.upstream, chain(error));
        let origin = &self.upstream;
        self.metrics.upstream_failed(match error.is_connect() {
            true => UpstreamFailure::Unreachable,
            false => UpstreamFailure::Broken,
        });
        if error.is_connect() {
            let why = why_no_connection(error);
            return Failed::new(
                StatusCode::BAD_GATEWAY,
                format!("{origin} cannot be reached: {why}"),
            );
        }
        if progress.is_done() {
            // Sent whole: a 502 would be sent again, and could be paid twice.
            return Failed::new(
                StatusCode::GATEWAY_TIMEOUT,
                format!("{origin} broke off before it answered; it may have been billed"),
            );
        }
        Failed::new(
            StatusCode::BAD_GATEWAY,
            format!("{origin} broke off while the photo was being sent"),
        )
    }
}

impl Upload {
    /// A new request for the provider: of what came, only the body and its type go on. Cookies,
    /// credentials, and a key that the page may have sent, stay behind.
    fn new_from(
        request: Request,
        to: &Forwarding,
    ) -> Result<(axum::http::Request<Self>, Progress), Failed> {
        let own_fault = |_| Failed::own_fault("the request to the provider cannot be written");
        let key = to.key.header().map_err(own_fault)?;
        let (parts, body) = request.into_parts();
        let (upload, progress) = Self::new(body);
        let mut outgoing = axum::http::Request::post(to.upstream.at(PATH).map_err(own_fault)?)
            .header(header::USER_AGENT, concat!("backdrop-relay/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "*/*")
            .header(header::ACCEPT_ENCODING, "identity")
            .body(upload)
            .map_err(own_fault)?;
        let headers = outgoing.headers_mut();
        headers.insert(KEY_HEADER, key);
        let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
        headers.insert(
            header::CONTENT_TYPE,
            kind.unwrap_or(HeaderValue::from_static("application/json")),
        );
        Ok((outgoing, progress))
    }
}

fn is_answer(status: StatusCode) -> bool {
    !status.is_redirection() && !status.is_informational()
}

fn only_passed(all: &HeaderMap) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for name in PASSED {
        if let Some(value) = all.get(name) {
            passed.insert(name, value.clone());
        }
    }
    // The relay has an id of its own for the request; the provider's is what its support asks for.
    if let Some(id) = all.get(request_id::HEADER) {
        passed.insert(request_id::UPSTREAM, id.clone());
    }
    passed
}

/// In plain words, from the innermost cause that is known.
fn why_no_connection(error: &legacy::Error) -> String {
    let chain: Vec<_> = causes(error).collect();
    let timed_out = chain.iter().any(|cause| cause.is::<tower::timeout::error::Elapsed>());
    if timed_out {
        return format!("no connection in {} s", CONNECT_WITHIN.as_secs());
    }
    let io = chain.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>()).map(unwrapped);
    let named = chain.iter().any(|cause| cause.to_string() == "dns error");
    match io.map(io::Error::kind) {
        _ if named => "no such name; check the address and the network".to_owned(),
        Some(io::ErrorKind::ConnectionRefused) => "the connection was refused".to_owned(),
        Some(io::ErrorKind::TimedOut) => "no connection in time".to_owned(),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            "there is no way there; check the network".to_owned()
        }
        // What rustls reports: a certificate, or a server that speaks no TLS.
        Some(io::ErrorKind::InvalidData) => {
            let text = io.map(ToString::to_string).unwrap_or_default();
            format!("no safe connection (TLS): {text}")
        }
        _ => "the connection failed".to_owned(),
    }
}

/// The TLS library's error comes inside another one, which hides its kind.
fn unwrapped(error: &io::Error) -> &io::Error {
    error.get_ref().and_then(|inner| inner.downcast_ref()).unwrap_or(error)
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
    texts.join(": ")
}
