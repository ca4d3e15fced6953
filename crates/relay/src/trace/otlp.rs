//! With the feature `otel`: spans go to a collector, as OTLP over HTTP, by the relay's own client.
//! The usual variables say where and how: `OTEL_EXPORTER_OTLP_ENDPOINT` and the others of
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.

use super::TARGET;
use crate::upstream::{Connections, Upload, connections};
use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, HeaderInjector, HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{Layer, Registry};

/// Each of them turns spans on.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// How spans name this program, where `OTEL_SERVICE_NAME` does not.
const NAME: &str = "backdrop-relay";

/// How long the collector may take for one batch.
const WITHIN: Duration = Duration::from_secs(10);

/// How much of a collector's answer is read.
const LONGEST_ANSWER: usize = 64 << 10;

/// Where spans go, if anywhere.
#[derive(Debug)]
pub struct Collector(Option<SdkTracerProvider>);

/// The collector's address, or how to reach it, cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("OpenTelemetry: {0}; look at the variables that begin with OTEL_EXPORTER_OTLP")]
pub struct BadCollector(#[from] ExporterBuildError);

impl Collector {
    /// The collector that the environment names. Must be called inside the runtime.
    ///
    /// # Errors
    /// [`BadCollector`].
    pub fn from_environment() -> Result<Self, BadCollector> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if !ENDPOINTS.iter().any(|name| set(name).is_some()) {
            return Ok(Self(None));
        }
        let sender = Sender { connections: connections(), runtime: Handle::current() };
        let exporter = SpanExporter::builder().with_http().with_http_client(sender).build()?;
        let name = set("OTEL_SERVICE_NAME").unwrap_or_else(|| NAME.to_owned());
        let resource = Resource::builder().with_service_name(name).build();
        let spans = SdkTracerProvider::builder().with_batch_exporter(exporter);
        Ok(Self(Some(spans.with_resource(resource).build())))
    }

    /// What hears of spans.
    #[must_use]
    pub fn layer(&self) -> Option<impl Layer<Registry> + use<>> {
        let tracer = self.0.as_ref()?.tracer(NAME);
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(Targets::new().with_target(TARGET, tracing::Level::INFO)))
    }

    /// Sends what is left.
    pub fn end(self) {
        if let Some(Err(error)) = self.0.map(|spans| spans.shutdown()) {
            tracing::warn!("the last spans were not collected: {error}");
        }
    }
}

/// Puts a span inside that of whoever asks.
pub fn follow(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    if parent.span().span_context().is_valid() {
        // It fails where nobody collects.
        let _ = span.set_parent(parent);
    }
}

/// Tells the next one which span it is asked in.
pub fn hand_on(span: &Span, headers: &mut HeaderMap) {
    let context = span.context();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(headers));
}

/// The exporter has a thread of its own; what it sends goes over the runtime.
#[derive(Debug)]
struct Sender {
    connections: Connections,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let connections = self.connections.clone();
        let sending = async move {
            let request = request.map(|bytes| Upload::new(Body::from(bytes)).0);
            let (parts, body) = connections.request(request).await?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        };
        self.runtime.spawn(async { tokio::time::timeout(WITHIN, sending).await }).await??
    }
}
