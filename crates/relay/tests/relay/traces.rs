//! Spans of each request reach a collector, which is played here.

use crate::help::{KEY, ORDER, Relay, eventually, program};
use crate::provider::{Provider, Seen};
use axum::http::StatusCode;
use backdrop_contract::PATH;
use std::process::Command;
use std::time::Duration;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// What is looked at of a span. Ids are in hex.
#[derive(Debug)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    kind: u64,
    /// Names and texts, or numbers, of the attributes, as `name=value`.
    attributes: Vec<String>,
}

/// One field of a message in protobuf: its number, and its bytes or its whole number.
struct Field<'a> {
    number: u64,
    bytes: &'a [u8],
    whole: u64,
}

/// The fields of a message (<https://protobuf.dev/programming-guides/encoding/>).
fn fields(mut message: &[u8]) -> Vec<Field<'_>> {
    fn varint(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
    fn take<'a>(message: &mut &'a [u8], length: usize) -> &'a [u8] {
        let (taken, rest) = message.split_at(length);
        *message = rest;
        taken
    }
    let mut all = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let (mut bytes, mut whole) = (&[][..], 0);
        match tag & 7 {
            0 => whole = varint(&mut message),
            1 => bytes = take(&mut message, 8),
            2 => {
                let length = varint(&mut message);
                bytes = take(&mut message, length as usize);
            }
            5 => bytes = take(&mut message, 4),
            other => panic!("no such wire type: {other}"),
        }
        all.push(Field { number: tag >> 3, bytes, whole });
    }
    all
}

fn inside(messages: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(messages)
        .into_iter()
        .filter(move |field| field.number == number)
        .map(|field| field.bytes)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `KeyValue`, whose value is a text (1) or a whole number (3) here.
fn attribute(message: &[u8]) -> String {
    let name = inside(message, 1).map(text).next().unwrap();
    let value = inside(message, 2).next().unwrap();
    let value = fields(value).into_iter().next().unwrap();
    if value.number == 1 {
        format!("{name}={}", text(value.bytes))
    } else {
        format!("{name}={}", value.whole)
    }
}

/// The spans of an `ExportTraceServiceRequest` (opentelemetry/proto/trace/v1/trace.proto).
fn spans(request: &[u8]) -> Vec<Span> {
    let scopes = inside(request, 1).flat_map(|resource| inside(resource, 2));
    let span = |message| {
        let mut span = Span {
            trace: String::new(),
            id: String::new(),
            parent: String::new(),
            name: String::new(),
            kind: 0,
            attributes: Vec::new(),
        };
        for field in fields(message) {
            match field.number {
                1 => span.trace = hex(field.bytes),
                2 => span.id = hex(field.bytes),
                4 => span.parent = hex(field.bytes),
                5 => span.name = text(field.bytes),
                6 => span.kind = field.whole,
                9 => span.attributes.push(attribute(field.bytes)),
                _ => {}
            }
        }
        span
    };
    scopes.flat_map(|scope| inside(scope, 2)).map(span).collect()
}

fn collected(collector: &Provider) -> Vec<Span> {
    collector.seen().iter().flat_map(|seen: &Seen| spans(&seen.body)).collect()
}

fn relay(upstream: &str, collector: Option<&str>) -> Relay {
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0", "--upstream", upstream]).env("SEGMIND_API_KEY", KEY);
    collect(&mut command, collector);
    Relay::start(&mut command)
}

fn collect(command: &mut Command, collector: Option<&str>) {
    if let Some(collector) = collector {
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector).env("OTEL_BSP_SCHEDULE_DELAY", "100");
    }
}

#[tokio::test]
async fn a_request_and_what_it_asks_of_the_provider_are_one_trace() {
    let collector = Provider::saying(StatusCode::OK, &[], "").await;
    let provider = Provider::saying(StatusCode::OK, &[], "a picture").await;
    let mut relay = relay(&provider.origin, Some(&collector.origin));
    let caller = format!("00-{TRACE}-{CALLER}-01");
    let headers = [
        ("traceparent", caller.as_str()),
        ("x-request-id", "mine"),
        // The call runs on by itself, and still belongs to its request.
        ("idempotency-key", "k"),
    ];
    assert_eq!(relay.post_with(&headers, ORDER).await.header("x-request-id"), "mine");
    eventually("two spans", || collected(&collector).len() >= 2).await;
    let all = collected(&collector);
    let find = |name: &str| all.iter().find(|span| span.name == name).unwrap();
    let (request, upstream) = (find(&format!("POST {PATH}")), find("POST"));
    // Server, and client.
    assert_eq!((request.kind, upstream.kind), (2, 3));
    assert_eq!((request.trace.as_str(), request.parent.as_str()), (TRACE, CALLER));
    assert_eq!((&upstream.trace, &upstream.parent), (&request.trace, &request.id));
    let has = |span: &Span, attribute: &str| {
        assert!(span.attributes.iter().any(|one| one == attribute), "{attribute}: {span:?}");
    };
    has(request, "request.id=mine");
    has(request, &format!("http.route={PATH}"));
    has(request, "http.response.status_code=200");
    has(upstream, "http.response.status_code=200");
    has(upstream, &format!("server.address={}", provider.origin));
    let handed_on = provider.seen()[0].headers["traceparent"].clone();
    assert_eq!(handed_on, format!("00-{TRACE}-{}-01", upstream.id));

    // One that nobody has begun begins here; and the last ones are sent at the end.
    relay.get("/healthz").await;
    relay.signal("TERM");
    assert_eq!(relay.end(Duration::from_secs(10)).await.code(), Some(0));
    let all = collected(&collector);
    let last = all.iter().find(|span| span.name == "GET /healthz").unwrap();
    assert!(last.parent.is_empty() && last.trace != TRACE, "{last:?}");
    for seen in collector.seen() {
        assert_eq!((seen.uri.as_str(), &seen.method), ("/v1/traces", &axum::http::Method::POST));
        let shown = format!("{:?}{}", seen.headers, String::from_utf8_lossy(&seen.body));
        assert!(!shown.contains(KEY), "the key is in a trace: {shown}");
        assert!(shown.contains("backdrop-relay"), "the service has no name: {shown}");
    }
}

#[tokio::test]
async fn the_engines_work_is_part_of_its_request() {
    let collector = Provider::saying(StatusCode::OK, &[], "").await;
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0"]);
    collect(&mut command, Some(&collector.origin));
    let relay = Relay::start(&mut command);
    relay.post(ORDER).await;
    eventually("two spans", || collected(&collector).len() >= 2).await;
    let all = collected(&collector);
    let engine = all.iter().find(|span| span.name == "engine").unwrap();
    assert!(all.iter().any(|span| span.kind == 2 && span.id == engine.parent), "{all:?}");
}

#[tokio::test]
async fn without_a_collector_nothing_is_collected_or_handed_on() {
    let provider = Provider::saying(StatusCode::OK, &[], "a picture").await;
    let relay = relay(&provider.origin, None);
    let caller = format!("00-{TRACE}-{CALLER}-01");
    assert_eq!(relay.post_with(&[("traceparent", &caller)], ORDER).await.status, StatusCode::OK);
    assert!(!provider.seen()[0].headers.contains_key("traceparent"));
    assert!(!relay.log().contains(backdrop_relay::trace::TARGET), "{}", relay.log());
}

/// A collector that is away costs a line in the log, and no request.
#[tokio::test]
async fn a_collector_that_is_away_holds_nothing_up() {
    let provider = Provider::saying(StatusCode::OK, &[], "a picture").await;
    let mut relay = relay(&provider.origin, Some("http://127.0.0.1:9"));
    assert_eq!(relay.post(ORDER).await.status, StatusCode::OK);
    relay.signal("TERM");
    assert_eq!(relay.end(Duration::from_secs(10)).await.code(), Some(0));
}
