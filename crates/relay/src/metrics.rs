//! What is counted and timed, for Prometheus.

use axum::http::StatusCode;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The text's type.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From a refusal at once to the longest that a provider may take, in seconds.
const BUCKETS: [f64; 14] =
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];

/// All numbers of one relay; a clone is the same numbers.
#[derive(Clone)]
pub struct Metrics(Arc<All>);

/// Why a request to the provider brought no answer that could be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamFailure {
    /// No connection came about.
    Unreachable,
    /// It broke off before an answer.
    Broken,
    /// It took the request and gave no answer in time.
    Timeout,
    /// It answered with a redirect, which is not followed.
    Redirect,
    /// It broke off, or stood still, in the middle of its answer.
    Cut,
}

struct All {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    received: Family<Route, Counter>,
    sent: Family<Route, Counter>,
    in_flight: Family<Route, Gauge>,
    connections: Gauge,
    upstream_failures: Family<Kind, Counter>,
    upstream_replies: Family<Status, Counter>,
    upstream_seconds: Histogram,
    engine_seconds: Histogram,
    engine_waiting: Gauge,
    engine_busy: Gauge,
    budget_left: Family<BudgetUnit, Gauge<f64, AtomicU64>>,
    batch_waiting: Gauge,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: &'static str,
    outcome: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Status {
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct BudgetUnit {
    unit: &'static str,
}

fn seconds() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut all = All {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            received: Family::default(),
            sent: Family::default(),
            in_flight: Family::default(),
            connections: Gauge::default(),
            upstream_failures: Family::default(),
            upstream_replies: Family::default(),
            upstream_seconds: seconds(),
            engine_seconds: seconds(),
            engine_waiting: Gauge::default(),
            engine_busy: Gauge::default(),
            budget_left: Family::default(),
            batch_waiting: Gauge::default(),
        };
        all.register();
        Self(Arc::new(all))
    }
}

impl All {
    fn register(&mut self) {
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let started = Gauge::<f64, AtomicU64>::default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        started.set(now.as_secs_f64());
        self.registry.register_with_unit(
            "process_start_time",
            "When the process started, since 1970",
            Unit::Seconds,
            started,
        );
        self.registry.register_collector(Box::new(crate::memory::Resident));
        let own = self.registry.sub_registry_with_prefix("backdrop");
        own.register("build", "The version that runs", version);
        own.register(
            "requests",
            "Requests that ended, by route, outcome and status (0: the client left before a reply)",
            self.requests.clone(),
        );
        own.register_with_unit(
            "request_duration",
            "From a request's head to its reply's last byte",
            Unit::Seconds,
            self.seconds.clone(),
        );
        own.register_with_unit(
            "received",
            "Bytes of requests' bodies",
            Unit::Bytes,
            self.received.clone(),
        );
        own.register_with_unit("sent", "Bytes of replies' bodies", Unit::Bytes, self.sent.clone());
        own.register("requests_in_flight", "Requests that have not ended", self.in_flight.clone());
        own.register("connections", "Connections of clients", self.connections.clone());
        own.register(
            "upstream_failures",
            "Requests to the provider without an answer that could be passed on",
            self.upstream_failures.clone(),
        );
        own.register(
            "upstream_replies",
            "Answers of the provider, by status",
            self.upstream_replies.clone(),
        );
        own.register_with_unit(
            "upstream_duration",
            "From sending a request on to the head of the provider's answer",
            Unit::Seconds,
            self.upstream_seconds.clone(),
        );
        own.register_with_unit(
            "engine_duration",
            "The engine's work on one picture",
            Unit::Seconds,
            self.engine_seconds.clone(),
        );
        own.register(
            "engine_waiting",
            "Requests that wait for the engine, or still arrive",
            self.engine_waiting.clone(),
        );
        own.register("engine_busy", "Pictures that the engine makes now", self.engine_busy.clone());
        own.register(
            "budget_left",
            "What is left of today's budget; absent without one",
            self.budget_left.clone(),
        );
        own.register(
            "batch_waiting",
            "Items of batches that wait or are under way, at all workers",
            self.batch_waiting.clone(),
        );
    }
}

impl Metrics {
    /// All of it as text.
    ///
    /// # Errors
    /// None: a text takes all that is written.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut all = String::new();
        text::encode(&mut all, &self.0.registry)?;
        Ok(all)
    }

    /// A request began; it ends with what is returned.
    #[must_use]
    pub fn begin(&self, route: &'static str) -> InFlight {
        let label = Route { route };
        let in_flight = self.0.in_flight.get_or_create_owned(&label);
        in_flight.inc();
        InFlight {
            metrics: self.clone(),
            in_flight,
            received: self.0.received.get_or_create_owned(&label),
            sent: self.0.sent.get_or_create_owned(&label),
            route,
        }
    }

    /// What came over a connection was no request.
    pub fn malformed(&self, status: StatusCode) {
        self.ended("malformed", Some(status.as_u16()));
    }

    /// A connection is open until what is returned is dropped.
    #[must_use]
    pub fn connected(&self) -> Counted {
        Counted::new(self.0.connections.clone())
    }

    /// The provider brought no answer.
    pub fn upstream_failed(&self, why: UpstreamFailure) {
        let kind = match why {
            UpstreamFailure::Unreachable => "unreachable",
            UpstreamFailure::Broken => "broken",
            UpstreamFailure::Timeout => "timeout",
            UpstreamFailure::Redirect => "redirect",
            UpstreamFailure::Cut => "cut",
        };
        self.0.upstream_failures.get_or_create(&Kind { kind }).inc();
    }

    /// The head of the provider's answer came.
    pub fn upstream_replied(&self, status: StatusCode, took: Duration) {
        let status = status.as_u16();
        self.0.upstream_replies.get_or_create(&Status { status }).inc();
        self.0.upstream_seconds.observe(took.as_secs_f64());
    }

    /// The engine made a picture.
    pub fn engine_took(&self, took: Duration) {
        self.0.engine_seconds.observe(took.as_secs_f64());
    }

    /// One more waits for the engine, until what is returned is dropped.
    #[must_use]
    pub fn engine_waiting(&self) -> Counted {
        Counted::new(self.0.engine_waiting.clone())
    }

    /// The engine is at work until what is returned is dropped.
    #[must_use]
    pub fn engine_busy(&self) -> Counted {
        Counted::new(self.0.engine_busy.clone())
    }

    /// What is left of the day's budget, in `calls` or `credits`.
    pub fn budget_left(&self, unit: &'static str, left: f64) {
        self.0.budget_left.get_or_create(&BudgetUnit { unit }).set(left);
    }

    /// Items of batches that have no end yet.
    pub fn batch_waiting(&self, waiting: u64) {
        self.0.batch_waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    fn ended(&self, route: &'static str, status: Option<u16>) {
        let outcome = match status {
            None => "gone",
            Some(..=399) => "ok",
            Some(429) => "limited",
            Some(400..=499) => "refused",
            Some(_) => "failed",
        };
        let status = status.unwrap_or_default();
        self.0.requests.get_or_create(&Request { route, outcome, status }).inc();
    }
}

/// One request's part in the numbers.
pub struct InFlight {
    metrics: Metrics,
    in_flight: Gauge,
    /// Bytes of its body.
    pub received: Counter,
    /// Bytes of its reply's body.
    pub sent: Counter,
    route: &'static str,
}

impl InFlight {
    /// It ended with this status; none if the client left before.
    pub fn end(&self, status: Option<u16>, took: Duration) {
        self.in_flight.dec();
        self.metrics.ended(self.route, status);
        let label = Route { route: self.route };
        self.metrics.0.seconds.get_or_create(&label).observe(took.as_secs_f64());
    }
}

/// Counts one while it lives.
pub struct Counted(Gauge);

impl Counted {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::default();
        let request = metrics.begin("/a");
        request.received.inc_by(3);
        request.sent.inc_by(5);
        assert!(metrics.text().unwrap().contains("backdrop_requests_in_flight{route=\"/a\"} 1\n"));
        request.end(Some(200), Duration::from_millis(20));
        metrics.begin("/a").end(Some(429), Duration::ZERO);
        metrics.begin("/a").end(None, Duration::ZERO);
        metrics.malformed(StatusCode::BAD_REQUEST);
        metrics.upstream_failed(UpstreamFailure::Timeout);
        metrics.upstream_replied(StatusCode::BAD_GATEWAY, Duration::from_secs(3));
        let busy = metrics.engine_busy();
        drop(metrics.engine_waiting());
        let text = metrics.text().unwrap();
        for line in [
            r#"backdrop_requests_total{route="/a",outcome="ok",status="200"} 1"#,
            r#"backdrop_requests_total{route="/a",outcome="limited",status="429"} 1"#,
            r#"backdrop_requests_total{route="/a",outcome="gone",status="0"} 1"#,
            r#"backdrop_requests_total{route="malformed",outcome="refused",status="400"} 1"#,
            r#"backdrop_request_duration_seconds_bucket{le="0.05",route="/a"} 3"#,
            r#"backdrop_received_bytes_total{route="/a"} 3"#,
            r#"backdrop_sent_bytes_total{route="/a"} 5"#,
            r#"backdrop_requests_in_flight{route="/a"} 0"#,
            r#"backdrop_upstream_failures_total{kind="timeout"} 1"#,
            r#"backdrop_upstream_replies_total{status="502"} 1"#,
            "backdrop_upstream_duration_seconds_count 1",
            "backdrop_engine_busy 1",
            "backdrop_engine_waiting 0",
            "# EOF",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("backdrop_budget_left{"), "{text}");
        metrics.budget_left("credits", 12.5);
        drop(busy);
        let text = metrics.text().unwrap();
        assert!(text.contains("\nbackdrop_budget_left{unit=\"credits\"} 12.5\n"), "{text}");
        assert!(text.contains("\nbackdrop_engine_busy 0\n"));
    }
}
