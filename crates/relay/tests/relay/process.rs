//! Starting and stopping.

use crate::help::{KEY, ORDER, Relay, Reply, program, send, with_json};
use crate::provider::Provider;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use backdrop_contract::PATH;
use http_body_util::BodyExt as _;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;

const SOON: Duration = Duration::from_secs(5);

fn json(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(&reply.body).unwrap()
}

#[tokio::test]
async fn the_sign_of_life_says_who_answers() {
    let relay = Relay::answering(&[]);
    let reply = relay.get("/healthz").await;
    assert_eq!(json(&reply), json!({ "status": "ok", "answers": "engine" }));
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("content-type"), "application/json");
    let relay = Relay::forwarding("https://api.segmind.com", &[]);
    let origin = "https://api.segmind.com";
    assert_eq!(
        json(&relay.get("/healthz").await),
        json!({ "status": "ok", "answers": "provider", "upstream": origin })
    );
}

#[test]
fn a_taken_port_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let end =
        program().env("RUST_LOG", "off").args(["--listen", &address.to_string()]).output().unwrap();
    assert_eq!(end.status.code(), Some(1));
    let told = String::from_utf8(end.stderr).unwrap();
    assert_eq!(told.trim().lines().count(), 1, "{told}");
    let next = format!("--listen 127.0.0.1:{}", address.port() + 1);
    assert!(told.contains("taken") && told.contains(&next), "{told}");
}

/// It may hold a password, which others of the machine would see among the flags.
#[tokio::test]
async fn the_state_may_be_named_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, state) = (folder.path().join("named"), folder.path().join("state"));
    std::fs::write(&file, format!("sqlite:{}\n", state.display())).unwrap();
    let _relay =
        Relay::start(program().env("BACKDROP_STATE_FILE", &file).args(["--listen", "127.0.0.1:0"]));
    assert!(state.is_file());
}

#[test]
fn flags_that_cannot_be_are_refused() {
    for (flag, value) in [
        ("--upstream", "api.segmind.com"),
        ("--upstream", "https://a:b@c.example"),
        ("--upstream", "https://a.example/v1"),
        ("--upstream", "file:///etc"),
        ("--listen", "8080"),
        ("--answer-within", "0"),
    ] {
        let end = program().args([flag, value]).output().unwrap();
        assert_eq!(end.status.code(), Some(2), "{flag} {value}");
        assert!(String::from_utf8(end.stderr).unwrap().contains(flag));
    }
}

/// `cargo xtask serve` gives flags of its own before the person's.
#[tokio::test]
async fn of_a_flag_given_twice_the_last_holds() {
    let relay = Relay::answering(&["--site", "dist", "--site", "no-such-folder"]);
    relay.logged("there is no page in no-such-folder").await;
}

#[test]
fn a_broken_key_is_refused_without_being_shown() {
    let end = program()
        .env("SEGMIND_API_KEY", format!("{KEY}\u{7}x"))
        .args(["--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(end.status.code(), Some(1));
    let told = String::from_utf8(end.stderr).unwrap();
    assert!(told.contains("SEGMIND_API_KEY") && !told.contains(KEY), "{told}");
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_end() {
    for signal in ["TERM", "INT"] {
        let (came, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (told, waiting) = (Arc::clone(&came), Arc::clone(&go_on));
        let provider = Provider::answering(move || {
            let (told, waiting) = (Arc::clone(&told), Arc::clone(&waiting));
            async move {
                told.notify_one();
                waiting.notified().await;
                Response::new(Body::from("the picture"))
            }
        })
        .await;
        let mut relay = Relay::forwarding(&provider.origin, &[]);
        let request = relay.request("POST", PATH, &with_json(&[]), Body::from(ORDER));
        let reply = tokio::spawn(send(request));
        came.notified().await;
        relay.signal(signal);
        relay.logged("stopping").await;
        crate::help::eventually("no new connections", || {
            std::net::TcpStream::connect(&relay.host).is_err()
        })
        .await;
        go_on.notify_one();
        let reply = reply.await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&body[..], b"the picture");
        assert_eq!(relay.end(SOON).await.code(), Some(0));
    }
}

#[tokio::test]
async fn a_stop_waits_as_long_as_an_answer_may_take() {
    let mut relay = Relay::forwarding("http://127.0.0.1:9", &["--answer-within", "200"]);
    relay.signal("TERM");
    relay.logged("at most 230 s").await;
    assert_eq!(relay.end(SOON).await.code(), Some(0));
    let mut relay = Relay::answering(&["--answer-within", "200"]);
    relay.signal("TERM");
    relay.logged("at most 30 s").await;
    assert_eq!(relay.end(SOON).await.code(), Some(0));
}

/// Browsers open connections before they need them, and keep them after.
#[tokio::test]
async fn connections_without_a_request_do_not_hold_it_up() {
    let mut relay = Relay::answering(&[]);
    let _silent = TcpStream::connect(&relay.host).await.unwrap();
    let mut kept = TcpStream::connect(&relay.host).await.unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", relay.host);
    kept.write_all(head.as_bytes()).await.unwrap();
    relay.logged("/healthz").await;
    let started = Instant::now();
    relay.signal("TERM");
    assert_eq!(relay.end(Duration::from_secs(40)).await.code(), Some(0));
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let came = Arc::new(Notify::new());
    let told = Arc::clone(&came);
    let provider = Provider::answering(move || {
        told.notify_one();
        std::future::pending()
    })
    .await;
    let mut relay = Relay::forwarding(&provider.origin, &[]);
    let request = relay.request("POST", PATH, &with_json(&[]), Body::from(ORDER));
    let waiting = tokio::spawn(send(request));
    came.notified().await;
    relay.signal("INT");
    relay.logged("stopping").await;
    relay.signal("INT");
    assert_eq!(relay.end(SOON).await.code(), Some(0));
    waiting.abort();
}
