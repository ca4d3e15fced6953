//! With a key of its own a request is paid for once, however often it is sent.

use crate::help::{ORDER, OTHER, Relay, Reply, eventually, program, send, with_json};
use crate::provider::Provider;
use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use backdrop_contract::PATH;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, Semaphore};

const PAID: [(&str, &str); 5] = [
    ("content-type", "image/png"),
    ("x-cost", "0.05"),
    ("x-seed-value", "7"),
    ("x-remaining-credits", "12.5"),
    ("x-generation-time", "8.1"),
];

/// A provider that answers each request once it is let to.
async fn held(
    answer: impl Fn() -> Response<Body> + Clone + Send + Sync + 'static,
) -> (Provider, Arc<Semaphore>) {
    let go = Arc::new(Semaphore::new(0));
    let waiting = Arc::clone(&go);
    let provider = Provider::answering(move || {
        let (waiting, answer) = (Arc::clone(&waiting), answer.clone());
        async move {
            waiting.acquire().await.unwrap().forget();
            answer()
        }
    })
    .await;
    (provider, go)
}

fn picture() -> Response<Body> {
    Response::builder().header("x-cost", "0.05").body(Body::from("the picture")).unwrap()
}

fn assert_paid(reply: &Reply, body: &[u8]) {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert!(reply.body == body);
    for (name, value) in PAID {
        assert_eq!(reply.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn the_same_again_is_the_stored_answer_and_another_body_a_conflict() {
    let picture: Vec<u8> =
        (0..3_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let provider = Provider::saying(StatusCode::OK, &PAID, picture.clone()).await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let first = relay.keyed("a-key", ORDER).await;
    assert_paid(&first, &picture);
    assert!(!first.is_replayed());
    for again in [relay.keyed("a-key", ORDER).await, relay.collect("a-key").await] {
        assert_paid(&again, &picture);
        assert!(again.is_replayed());
        assert_eq!(again.header("content-length"), "3000000");
    }
    let other = relay.keyed("a-key", OTHER).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::CONFLICT, "key_reused"));
    assert_eq!(provider.seen().len(), 1);
    assert!(!provider.seen()[0].headers.contains_key("idempotency-key"));
    // Another key is another request; none is one each time.
    assert!(!relay.keyed("b-key", ORDER).await.is_replayed());
    relay.post(ORDER).await;
    relay.post(ORDER).await;
    assert_eq!(provider.seen().len(), 4);
}

#[tokio::test]
async fn two_hundred_at_once_are_one_call() {
    let body = "0123456789".repeat(100_000);
    let paid = body.clone();
    let answer = move || Response::new(Body::from(paid.clone()));
    let (provider, go) = held(answer).await;
    let relay = Arc::new(Relay::forwarding(&provider.origin, &[]));
    let all: Vec<_> = (0..200)
        .map(|_| {
            let relay = Arc::clone(&relay);
            tokio::spawn(async move { relay.keyed("one", ORDER).await })
        })
        .collect();
    eventually("a call", || provider.seen().len() == 1).await;
    go.add_permits(200);
    let mut first = 0;
    for one in all {
        let reply = one.await.unwrap();
        assert!(reply.status == StatusCode::OK && reply.text() == body);
        first += usize::from(!reply.is_replayed());
    }
    assert_eq!((first, provider.seen().len()), (1, 1));
}

#[tokio::test]
async fn while_it_runs_it_is_said_so() {
    let (provider, go) = held(picture).await;
    let relay = Arc::new(Relay::forwarding(&provider.origin, &[]));
    assert_eq!(relay.collect("a/b?").await.status, StatusCode::NOT_FOUND);
    let same = Arc::clone(&relay);
    let waiting = tokio::spawn(async move { same.keyed("a:b", ORDER).await });
    eventually("a call", || provider.seen().len() == 1).await;
    let reply = relay.collect("a%3Ab").await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let expected =
        serde_json::json!({ "status": "PROCESSING", "poll_url": format!("{PATH}/a%3Ab") });
    assert_eq!(json, expected);
    assert_eq!(reply.header("retry-after"), "2");
    assert_eq!(reply.header("cache-control"), "no-store");
    // Another body is told at once.
    assert_eq!(relay.keyed("a:b", OTHER).await.status, StatusCode::CONFLICT);
    go.add_permits(1);
    assert_eq!(waiting.await.unwrap().text(), "the picture");
    let reply = relay.get(json["poll_url"].as_str().unwrap()).await;
    assert_eq!((reply.status, reply.text().as_str()), (StatusCode::OK, "the picture"));
}

#[tokio::test]
async fn a_client_that_vanished_collects_what_it_paid_for() {
    let (provider, go) = held(picture).await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let headers = with_json(&[("idempotency-key", "mine")]);
    let request = relay.request("POST", PATH, &headers, Body::from(ORDER));
    let waiting = tokio::spawn(send(request));
    eventually("a call", || provider.seen().len() == 1).await;
    waiting.abort();
    relay.logged("gone").await;
    assert_eq!(relay.collect("mine").await.status, StatusCode::ACCEPTED);
    go.add_permits(1);
    let mut reply = relay.collect("mine").await;
    while reply.status == StatusCode::ACCEPTED {
        tokio::time::sleep(Duration::from_millis(20)).await;
        reply = relay.collect("mine").await;
    }
    assert_eq!((reply.text().as_str(), reply.is_replayed()), ("the picture", true));
    let again = relay.keyed("mine", ORDER).await;
    assert_eq!((again.text().as_str(), again.is_replayed()), ("the picture", true));
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_settles_nothing() {
    for status in [400, 401, 402, 406, 422, 429, 500, 502, 503] {
        let status = StatusCode::from_u16(status).unwrap();
        let failing = move || {
            let reply = Response::builder().status(status).header("retry-after", "9");
            reply.body(Body::from(r#"{"error":"no"}"#)).unwrap()
        };
        let (provider, go) = held(failing).await;
        let relay = Arc::new(Relay::forwarding(&provider.origin, &[]));
        let all: Vec<_> = (0..5)
            .map(|_| {
                let relay = Arc::clone(&relay);
                tokio::spawn(async move { relay.keyed("k", ORDER).await })
            })
            .collect();
        eventually("a call", || provider.seen().len() == 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        go.add_permits(1);
        for one in all {
            let reply = one.await.unwrap();
            assert_eq!((reply.status, reply.text().as_str()), (status, r#"{"error":"no"}"#));
            assert_eq!(reply.header("retry-after"), "9");
        }
        assert_eq!(provider.seen().len(), 1);
        assert_eq!(relay.collect("k").await.status, StatusCode::NOT_FOUND);
        go.add_permits(1);
        assert_eq!(relay.keyed("k", ORDER).await.status, status);
        assert_eq!(provider.seen().len(), 2, "the key is free again");
    }
}

/// What was sent and has no whole answer is not sent again.
#[tokio::test]
async fn an_outcome_that_is_not_known_is_said_and_not_repeated() {
    let hangs = Provider::answering(std::future::pending).await;
    let gave_up = Provider::saying(StatusCode::GATEWAY_TIMEOUT, &[], "a proxy gave up").await;
    let too_slow = Provider::saying(StatusCode::REQUEST_TIMEOUT, &[], "a proxy gave up").await;
    for (provider, status) in [(hangs, 504), (gave_up, 504), (too_slow, 408)] {
        let relay = Relay::forwarding(&provider.origin, &["--answer-within", "1"]);
        let first = relay.keyed("k", ORDER).await;
        assert_eq!(first.status.as_u16(), status, "{}", first.text());
        assert_uncertain(&relay).await;
        assert_eq!(provider.seen().len(), 1);
    }
}

async fn assert_uncertain(relay: &Relay) {
    for reply in [relay.keyed("k", ORDER).await, relay.collect("k").await] {
        assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(reply.code(), "uncertain");
        assert!(reply.error().contains("may have been billed"), "{}", reply.error());
    }
    assert_eq!(relay.keyed("k", OTHER).await.status, StatusCode::CONFLICT);
}

/// A provider below HTTP: says these bytes once it has the whole request, and closes. Counts.
async fn raw(says: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut all = Vec::new();
                while !all.ends_with(ORDER.as_bytes()) {
                    if connection.read_buf(&mut all).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = connection.write_all(says).await;
                let _ = connection.shutdown().await;
            });
        }
    });
    (origin, asked)
}

#[tokio::test]
async fn an_answer_that_is_cut_or_garbage_is_uncertain() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of the picture";
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal";
    let cut_failure = b"HTTP/1.1 500 Oh\r\ncontent-length: 100\r\n\r\nhalf of it";
    for (says, begins) in [
        (&b"\x16\x03\x01 this is not HTTP at all\r\n\r\n"[..], None),
        (b"", None),
        (b"HTTP/1.1 200 OK\r\ncontent-le", None),
        (cut, Some(StatusCode::OK)),
        (chunked, Some(StatusCode::OK)),
        (cut_failure, None),
    ] {
        let (origin, asked) = raw(says).await;
        let relay = Relay::forwarding(&origin, &[]);
        let headers = with_json(&[("idempotency-key", "k")]);
        let reply = send(relay.request("POST", PATH, &headers, Body::from(ORDER))).await;
        match begins {
            None => assert_eq!(reply.status(), StatusCode::GATEWAY_TIMEOUT),
            Some(status) => {
                assert_eq!(reply.status(), status);
                assert!(reply.into_body().collect().await.is_err(), "it ended as if it were whole");
            }
        }
        assert_uncertain(&relay).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn what_never_reached_the_provider_leaves_the_key_free() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let relay = Relay::forwarding(&format!("http://{closed}"), &[]);
    for _ in 0..2 {
        let reply = relay.keyed("k", ORDER).await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
        assert!(reply.error().contains("refused"));
    }
    assert_eq!(relay.collect("k").await.status, StatusCode::NOT_FOUND);
}

/// Half a request is none: it is not held against its key.
#[tokio::test]
async fn a_client_that_vanishes_during_its_upload_has_sent_nothing() {
    let provider = Provider::saying(StatusCode::OK, &[], "png").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let (pieces, body) = crate::help::by_hand();
    let headers = with_json(&[("idempotency-key", "k")]);
    let waiting = tokio::spawn(send(relay.request("POST", PATH, &headers, body)));
    pieces.send(Bytes::from_static(b"{\"image\":")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(relay.collect("k").await.status, StatusCode::ACCEPTED);
    waiting.abort();
    let mut reply = relay.collect("k").await;
    while reply.status == StatusCode::ACCEPTED {
        tokio::time::sleep(Duration::from_millis(20)).await;
        reply = relay.collect("k").await;
    }
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(relay.keyed("k", OTHER).await.status, StatusCode::OK);
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn keys_that_cannot_be_are_refused_before_anything_is_sent() {
    let provider = Provider::saying(StatusCode::OK, &[], "png").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let longest = "k".repeat(128);
    for key in ["", "a b", "a\tb", &format!("{longest}k")] {
        let reply = relay.keyed(key, ORDER).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{key:?}");
        assert!(reply.error().starts_with("idempotency-key: "));
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    assert_eq!(relay.post_with(&twice, ORDER).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(relay.keyed("k", "").await.status, StatusCode::BAD_REQUEST);
    assert!(provider.seen().is_empty());
    for key in [longest.as_str(), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"] {
        assert_eq!(relay.keyed(key, ORDER).await.status, StatusCode::OK, "{key:?}");
        assert!(relay.keyed(key, ORDER).await.is_replayed(), "{key:?}");
    }
}

#[tokio::test]
async fn the_engines_answers_are_kept_too_and_end_with_their_last_client() {
    let relay = Relay::answering(&[]);
    let small = {
        use base64::Engine as _;
        let base64 = base64::prelude::BASE64_STANDARD.encode(crate::engine::photo(160, 120));
        format!(r##"{{"image":"{base64}","prompt":"#ff5733"}}"##)
    };
    let first = relay.keyed("k", small.clone()).await;
    assert!(first.status == StatusCode::OK && !first.is_replayed(), "{}", first.text());
    let again = relay.keyed("k", small.clone()).await;
    assert!(again.is_replayed() && again.body == first.body);
    assert_eq!(again.header("x-backdrop-engine"), "u2netp");
    assert_eq!(relay.keyed("k", ORDER).await.status, StatusCode::CONFLICT);
    assert_eq!(relay.keyed("wrong", "{}").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(relay.collect("wrong").await.status, StatusCode::NOT_FOUND);
    // An upload that stands still, and is given up.
    let (pieces, body) = crate::help::by_hand();
    let headers = with_json(&[("idempotency-key", "given-up")]);
    let waiting = tokio::spawn(send(relay.request("POST", PATH, &headers, body)));
    pieces.send(Bytes::from_static(b"{\"image\":")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(relay.collect("given-up").await.status, StatusCode::ACCEPTED);
    waiting.abort();
    for _ in 0..500 {
        if relay.collect("given-up").await.status == StatusCode::NOT_FOUND {
            assert_eq!(relay.keyed("given-up", small).await.status, StatusCode::OK);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it still runs");
}

#[tokio::test]
async fn the_journal_outlives_the_relay_and_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::saying(StatusCode::OK, &PAID, "png").await;
    let state = || {
        let mut command = program();
        command.env("SEGMIND_API_KEY", crate::help::KEY).env("XDG_STATE_HOME", folder.path());
        command.args(["--listen", "127.0.0.1:0", "--upstream", &provider.origin]);
        command
    };
    let relay = Relay::start(&mut state());
    assert_paid(&relay.keyed("k", ORDER).await, b"png");
    let journal = folder.path().join("backdrop/journal.sqlite");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&journal).unwrap().permissions().mode() & 0o777, 0o600);
    // A second relay goes without, and says so; one that was told this file does not start.
    let second = Relay::start(&mut state());
    second.logged("in memory").await;
    let told = state().arg("--journal").arg(&journal).output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("another program uses it"));
    drop(relay);
    let relay = Relay::start(&mut state());
    let again = relay.keyed("k", ORDER).await;
    assert_paid(&again, b"png");
    assert!(again.is_replayed());
    assert_eq!(provider.seen().len(), 1);
    for file in std::fs::read_dir(folder.path().join("backdrop")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let key = crate::help::KEY.as_bytes();
        assert!(!bytes.windows(key.len()).any(|part| part == key), "the key is in the journal");
    }
}

#[tokio::test]
async fn a_stop_waits_for_a_call_whose_client_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let (provider, go) = held(picture).await;
    let mut relay = Relay::journaled(&provider.origin, &journal, &[]);
    let headers = with_json(&[("idempotency-key", "k")]);
    let waiting = tokio::spawn(send(relay.request("POST", PATH, &headers, Body::from(ORDER))));
    eventually("a call", || provider.seen().len() == 1).await;
    waiting.abort();
    relay.logged("gone").await;
    relay.signal("TERM");
    relay.logged("stopping").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    go.add_permits(1);
    assert_eq!(relay.end(Duration::from_secs(5)).await.code(), Some(0));
    let relay = Relay::journaled(&provider.origin, &journal, &[]);
    let reply = relay.collect("k").await;
    assert_eq!((reply.status, reply.text().as_str()), (StatusCode::OK, "the picture"));
    assert_eq!(provider.seen().len(), 1);
}

/// The first pieces are with the client while the provider still sends the last.
#[tokio::test]
async fn an_answer_is_passed_on_while_it_is_kept() {
    let go_on = Arc::new(Notify::new());
    let waiting = Arc::clone(&go_on);
    let provider = Provider::answering(move || {
        let waiting = Arc::clone(&waiting);
        async move {
            let (pieces, body) = crate::help::by_hand();
            tokio::spawn(async move {
                for _ in 0..8 {
                    pieces.send(Bytes::from(vec![7; 100_000])).await.unwrap();
                }
                waiting.notified().await;
                pieces.send(Bytes::from_static(b"the end")).await.unwrap();
            });
            Response::new(body)
        }
    })
    .await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let headers = with_json(&[("idempotency-key", "k")]);
    let mut reply =
        send(relay.request("POST", PATH, &headers, Body::from(ORDER))).await.into_body();
    let mut came = 0;
    while came < 400_000 {
        came += reply.frame().await.unwrap().unwrap().into_data().unwrap().len();
    }
    go_on.notify_one();
    let rest = reply.collect().await.unwrap().to_bytes();
    assert_eq!(came + rest.len(), 800_007);
    assert!(rest.ends_with(b"the end"));
    assert!(relay.keyed("k", ORDER).await.body.ends_with(b"the end"));
}
