//! What the relay shows of itself: ids, log, numbers, readiness, and its own description.

use crate::help::{KEY, ORDER, Relay, program};
use crate::provider::Provider;
use axum::http::StatusCode;
use backdrop_contract::PATH;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_sane_id_is_kept_and_any_other_replaced() {
    let relay = Relay::answering(&[]);
    let mine = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    let reply = relay.post_with(&[("x-request-id", mine)], "{}").await;
    assert_eq!(reply.header("x-request-id"), mine);
    relay.logged(&format!("id=\"{mine}\"")).await;
    for strange in ["a b", "a\" status=200", "", &"a".repeat(200)] {
        let reply = relay.post_with(&[("x-request-id", strange)], "{}").await;
        assert_eq!(reply.header("x-request-id").len(), 16, "{strange}");
    }
    let (first, second) = (relay.post("{}").await, relay.post("{}").await);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test]
async fn the_log_as_json_has_a_line_a_request_and_nothing_personal() {
    let provider = Provider::saying(StatusCode::OK, &[("x-request-id", "theirs")], "12345").await;
    // At the level that is usual, unlike the other tests'.
    let relay = Relay::start(program().env("SEGMIND_API_KEY", KEY).env("RUST_LOG", "info").args([
        "--listen",
        "127.0.0.1:0",
        "--log",
        "json",
        "--upstream",
        &provider.origin,
    ]));
    let personal = [
        ("user-agent", "a-browser-of-somebody"),
        ("referer", "http://a-page-of-somebody.example/"),
        ("x-forwarded-for", "203.0.113.9"),
        ("idempotency-key", "a-key-of-somebody"),
        ("cookie", "session=of-somebody"),
        ("x-request-id", "mine"),
    ];
    let path = format!("{PATH}?q=query-of-somebody");
    let body = r#"{"image":"c29tZWJvZHk=","prompt":"a-prompt-of-somebody"}"#;
    let headers = [&personal[..], &[("content-type", "application/json")]].concat();
    let reply = relay.send(relay.request("POST", &path, &headers, body.into())).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let stored = format!("{PATH}/a-key-of-somebody");
    relay.get(&stored).await;
    relay.logged("{key}").await;

    let log = relay.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["id"] == "mine").unwrap();
    assert_eq!(
        (&line["level"], &line["method"], &line["path"], &line["status"], &line["bytes"]),
        (&"INFO".into(), &"POST".into(), &PATH.into(), &200.into(), &5.into())
    );
    assert_eq!(line["upstream_id"], "theirs");
    assert!(line["ms"].is_u64() && line["timestamp"].is_string(), "{line}");
    for word in ["somebody", "203.0.113.9", "c29tZWJvZHk", "127.0.0.1:5", "session"] {
        assert!(!log.contains(word), "{word} is in {log}");
    }
    let client_ports = log.matches("127.0.0.1:").count();
    // The relay's own address and the provider's, and nobody else's.
    assert_eq!(client_ports, 2, "{log}");
}

async fn numbers(relay: &Relay) -> String {
    relay.logged("metrics at http://").await;
    let log = relay.log();
    let (_, rest) = log.split_once("metrics at http://").unwrap();
    let host = rest.split('/').next().unwrap();
    let mut connection = TcpStream::connect(host).await.unwrap();
    let head = format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(text.contains("content-type: application/openmetrics-text; version=1.0.0"), "{text}");
    text
}

async fn shows(relay: &Relay, lines: &[&str]) {
    // A request's end is counted when its connection is done with it.
    for _ in 0..100 {
        let text = numbers(relay).await;
        if lines.iter().all(|line| text.lines().any(|one| one == *line)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not all of {lines:#?} in\n{}", numbers(relay).await);
}

#[tokio::test]
async fn the_numbers_follow_what_happens() {
    let provider = Provider::saying(StatusCode::OK, &[], "12345").await;
    let flags = ["--metrics", "127.0.0.1:0"];
    let relay = Relay::forwarding(&provider.origin, &flags);
    relay.post(r#"{"image":"YWI="}"#).await;
    relay.send(relay.request("POST", PATH, &[], "{}".into())).await;
    relay.get("/missing").await;
    // Not on the address that the world reaches.
    assert_eq!(relay.get("/metrics").await.status, StatusCode::NOT_FOUND);
    shows(
        &relay,
        &[
            &format!(r#"backdrop_requests_total{{route="{PATH}",outcome="ok",status="200"}} 1"#),
            &format!(
                r#"backdrop_requests_total{{route="{PATH}",outcome="refused",status="415"}} 1"#
            ),
            r#"backdrop_requests_total{route="page",outcome="refused",status="404"} 1"#,
            &format!(r#"backdrop_requests_in_flight{{route="{PATH}"}} 0"#),
            &format!(r#"backdrop_request_duration_seconds_count{{route="{PATH}"}} 2"#),
            r#"backdrop_upstream_replies_total{status="200"} 1"#,
            "backdrop_upstream_duration_seconds_count 1",
        ],
    )
    .await;
    let text = numbers(&relay).await;
    for part in ["backdrop_received_bytes_total", "backdrop_sent_bytes_total"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(text.contains("process_resident_memory_bytes "), "{text}");

    for (upstream, kind) in
        [("http://127.0.0.1:9", "unreachable"), (&*redirecting().await, "redirect")]
    {
        let relay = Relay::forwarding(upstream, &flags);
        relay.post(r#"{"image":"YWI="}"#).await;
        let line = format!(r#"backdrop_upstream_failures_total{{kind="{kind}"}} 1"#);
        shows(&relay, &[&line]).await;
    }
}

#[tokio::test]
async fn what_is_left_of_the_budget_is_among_the_numbers() {
    let cost = [("x-cost", "0.05")];
    let provider = Provider::saying(StatusCode::OK, &cost, "a picture").await;
    let budget = ["--calls-per-day", "10", "--credits-per-day", "2"];
    let flags = [&["--metrics", "127.0.0.1:0"], &budget[..]].concat();
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::journaled(&provider.origin, &folder.path().join("journal"), &flags);
    let left = |unit: &str, left: &str| format!(r#"backdrop_budget_left{{unit="{unit}"}} {left}"#);
    shows(&relay, &[&left("calls", "10.0"), &left("credits", "2.0")]).await;
    assert_eq!(relay.post(ORDER).await.status, StatusCode::OK);
    shows(&relay, &[&left("calls", "9.0"), &left("credits", "1.95")]).await;
}

/// By it the number of workers goes (deploy/kubernetes.yaml).
#[tokio::test]
async fn the_numbers_say_how_many_photos_wait() {
    let folder = tempfile::tempdir().unwrap();
    let state = format!("sqlite:{}", folder.path().join("state").display());
    let flags = ["--metrics", "127.0.0.1:0", "--state", &state, "--batch-at-once", "0"];
    let relay = Relay::forwarding("http://127.0.0.1:9", &flags);
    shows(&relay, &["backdrop_batch_waiting 0"]).await;
    let body = r#"{"images":["YWI=","YWJj"]}"#;
    let headers = [("content-type", "application/json")];
    let reply = relay.send(relay.request("POST", "/v1/batches", &headers, body.into())).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    shows(&relay, &["backdrop_batch_waiting 2"]).await;
}

async fn redirecting() -> String {
    Provider::saying(StatusCode::FOUND, &[("location", "http://127.0.0.1:9")], "").await.origin
}

#[tokio::test]
async fn the_engines_queue_is_among_the_numbers() {
    let relay = Relay::answering(&["--metrics", "127.0.0.1:0"]);
    let mut half = TcpStream::connect(&relay.host).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: 9\r\n\r\n{{",
        relay.host
    );
    half.write_all(head.as_bytes()).await.unwrap();
    let in_flight = format!(r#"backdrop_requests_in_flight{{route="{PATH}"}} 1"#);
    shows(&relay, &["backdrop_engine_waiting 1", "backdrop_engine_busy 0", &in_flight]).await;
    drop(half);
    shows(&relay, &["backdrop_engine_waiting 0"]).await;
}

#[tokio::test]
async fn it_is_ready_until_it_is_told_to_stop() {
    let mut relay = Relay::answering(&["--lame-duck", "2"]);
    let host = relay.host.clone();
    let check = || program().args(["--check", "--listen", &host]).status().unwrap().code();
    assert_eq!(check(), Some(0));
    let ready = relay.get("/readyz").await;
    assert_eq!((ready.status, ready.text().as_str()), (StatusCode::OK, r#"{"status":"ready"}"#));
    relay.signal("TERM");
    relay.logged("stopping").await;
    let stopping = relay.get("/readyz").await;
    assert_eq!(stopping.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stopping.text(), r#"{"status":"stopping"}"#);
    assert_eq!(check(), Some(1));
    // Who has not noticed yet is served.
    assert_eq!(relay.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(relay.end(Duration::from_secs(10)).await.code(), Some(0));
    assert_eq!(check(), Some(1));
}

#[tokio::test]
async fn the_description_is_the_tables() {
    let relay = Relay::answering(&[]);
    let reply = relay.get("/openapi.json").await;
    assert_eq!(reply.header("content-type"), "application/json");
    let served: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(served, backdrop_relay::openapi::document());
}
