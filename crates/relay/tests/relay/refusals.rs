//! Without a key: requests that are wrong, each told by the field.

use crate::help::{Relay, eventually, with_json};
use axum::body::Body;
use axum::http::StatusCode;
use backdrop_contract::PATH;
use backdrop_relay::answer::{TURNS, WAITING};
use std::fmt::Write as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// A body, the status it earns, and the start of the text.
const TABLE: &[(&str, u16, &str)] = &[
    ("", 400, "the body is not JSON"),
    ("{", 400, "the body is not JSON"),
    ("{}}", 400, "the body is not JSON"),
    ("not json", 400, "the body is not JSON"),
    (r#"{"image":"YWI=",}"#, 400, "the body is not JSON"),
    ("[]", 400, "the body: "),
    ("\"YWI=\"", 400, "the body: "),
    ("null", 400, "the body: "),
    ("{}", 400, "image: is missing"),
    (r#"{"image":""}"#, 400, "image: is missing"),
    (r#"{"image":null}"#, 400, "image: is missing"),
    (r#"{"image":5}"#, 400, "image: "),
    (r#"{"image":["YWI="]}"#, 400, "image: "),
    (r#"{"image":"not base64!"}"#, 400, "image: is not base64 text"),
    (r#"{"image":"data:image/png;base64,"}"#, 400, "image: is not base64 text"),
    (r#"{"image":"https://a.example/b.png"}"#, 400, "image: is an address"),
    (r#"{"image":"HTTP://a.example/b.png"}"#, 400, "image: is an address"),
    (
        r#"{"image":"YWI=","ref_images":"https://a.example/b.png"}"#,
        400,
        "ref_images: is an address",
    ),
    (r#"{"image":"YWI=","ref_images":"&"}"#, 400, "ref_images: is not base64 text"),
    (r#"{"image":"YWI=","ref_images":[]}"#, 400, "ref_images: takes 1 to 10"),
    (r#"{"image":"YWI=","ref_images":[""]}"#, 400, "ref_images: takes 1 to 10"),
    (r#"{"image":"YWI=","ref_images":[7]}"#, 400, "ref_images: "),
    (r#"{"image":"YWI=","ref_images":{}}"#, 400, "ref_images: "),
    (r#"{"image":"YWI=","prompt":" "}"#, 400, "prompt: is missing"),
    (r#"{"image":"YWI=","prompt":7}"#, 400, "prompt: "),
    (r#"{"image":"YWI=","negative_prompt":false}"#, 400, "negative_prompt: "),
    (r#"{"image":"YWI=","seed":"7"}"#, 400, "seed: "),
    (r#"{"image":"YWI=","seed":1.5}"#, 400, "seed: "),
    (r#"{"image":"YWI=","seed":-1}"#, 400, "seed: must be a whole number from 0"),
    (r#"{"image":"YWI=","seed":2147483648}"#, 400, "seed: must be a whole number from 0"),
    (r#"{"image":"YWI=","seed":1e99}"#, 400, "seed: "),
    (r#"{"image":"YWI=","fast":1}"#, 400, "fast: "),
    (r#"{"image":"YWI=","fast":"true"}"#, 400, "fast: "),
    (r#"{"image":"YWI=","refine_prompt":"no"}"#, 400, "refine_prompt: "),
    (r#"{"image":"YWI=","original_quality":[]}"#, 400, "original_quality: "),
    (r#"{"image":"YWI=","promt":"sea"}"#, 400, "promt: no such parameter"),
    (r#"{"Image":"YWI="}"#, 400, "Image: no such parameter"),
    (r#"{"prompt":" ","seed":-1}"#, 400, "image: is missing; seed: must be"),
    (r#"{"image":"YWI="}"#, 415, "the photo"),
    // The first bytes of a GIF.
    (r#"{"image":"R0lGODlhAQABAAAAACw="}"#, 415, "the photo"),
];

#[tokio::test]
async fn each_wrong_request_is_told_by_its_field() {
    let relay = Relay::answering(&[]);
    for (body, status, start) in TABLE {
        let reply = relay.post(*body).await;
        let error = reply.error();
        assert_eq!(reply.status.as_u16(), *status, "{body} gave {error}");
        assert!(error.starts_with(start), "{body} gave {error}");
        assert!(!error.contains(" line "), "{error}");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_text_stays_short_even_if_a_name_is_a_whole_photo() {
    let relay = Relay::answering(&[]);
    let name = "A".repeat(1 << 20);
    let reply = relay.post(format!(r#"{{"{name}":1}}"#)).await;
    assert!(reply.error().starts_with("AAA") && reply.error().len() <= 600);
}

#[tokio::test]
async fn too_large_is_told_and_the_limit_itself_is_taken() {
    let relay = Relay::answering(&[]);
    let reply = relay.post(vec![b' '; (40 << 20) + 1]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(reply.error().contains("40 MiB"), "{}", reply.error());
    // The limit itself is taken, and read.
    let reply = relay.post(vec![b' '; 40 << 20]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

/// A browser shows "network error" if it is cut off before it has sent everything.
#[tokio::test]
async fn who_sends_everything_before_reading_still_gets_the_reply() {
    let relay = Relay::answering(&[]);
    let (foreign, text) = (("sec-fetch-site", "cross-site"), ("content-type", "text/plain"));
    for (headers, length, status, words) in [
        (vec![], 90 << 20, StatusCode::PAYLOAD_TOO_LARGE, "40 MiB"),
        (vec![foreign], 12 << 20, StatusCode::FORBIDDEN, "another site"),
        (vec![text], 12 << 20, StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json"),
        (vec![("host", "evil.example")], 12 << 20, StatusCode::MISDIRECTED_REQUEST, "localhost"),
    ] {
        let reply = relay.sent_whole(&headers, length).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(json["error"]["message"].as_str().unwrap().contains(words), "{json}");
    }
}

#[tokio::test]
async fn only_json_is_taken() {
    let relay = Relay::answering(&[]);
    for kind in [None, Some("text/plain"), Some("application/jsonp"), Some("image/png")] {
        let headers: Vec<_> = kind.map(|kind| ("content-type", kind)).into_iter().collect();
        let reply = relay.send(relay.request("POST", PATH, &headers, Body::from("{}"))).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind:?}");
        assert!(reply.error().starts_with("content-type: "));
    }
    let kind = [("content-type", "Application/JSON; charset=utf-8")];
    let reply = relay.send(relay.request("POST", PATH, &kind, Body::from("{}"))).await;
    assert_eq!(reply.error(), "image: is missing");
}

#[tokio::test]
async fn other_verbs_and_other_paths() {
    let relay = Relay::answering(&[]);
    for verb in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let reply = relay.send(relay.request(verb, PATH, &[], Body::empty())).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{verb}");
        assert_eq!(reply.header("allow"), "POST");
        assert!(reply.error().contains("POST"));
    }
    for path in ["/v1", "/v1/", "/v1/other", "/v1/bria-replace-background/x"] {
        let reply =
            relay.send(relay.request("POST", path, &with_json(&[]), Body::from("{}"))).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(reply.error().contains(PATH));
    }
}

#[tokio::test]
async fn a_foreign_name_for_this_machine_is_refused() {
    let relay = Relay::answering(&[]);
    let port = relay.host.rsplit_once(':').unwrap().1;
    for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
        for path in ["/", "/healthz", PATH] {
            let host = format!("{host}:{port}");
            let request = relay.request("GET", path, &[("host", &host)], Body::empty());
            let reply = relay.send(request).await;
            assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{host}{path}");
            assert!(reply.text().contains("localhost") && reply.text().contains("proxy"));
        }
    }
    for host in ["localhost", "LocalHost:1", "127.0.0.1", "[::1]:8080"] {
        let request = relay.request("GET", "/healthz", &[("host", host)], Body::empty());
        assert_eq!(relay.send(request).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn when_too_many_wait_the_next_is_told_when_to_come_back() {
    let relay = Relay::answering(&[]);
    let mut head = format!("POST {PATH} HTTP/1.1\r\nhost: {}\r\n", relay.host);
    write!(head, "content-type: application/json\r\ncontent-length: 9\r\n\r\n").unwrap();
    // One more than there are places: the reply that it gets says that all of them are taken.
    let mut waiting = Vec::new();
    for _ in 0..=TURNS + WAITING {
        let mut connection = TcpStream::connect(&relay.host).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        waiting.push(connection);
    }
    eventually("one is turned away", || {
        let mut start = [0; 12];
        waiting.iter().any(|connection| {
            connection.try_read(&mut start).is_ok_and(|_| start.ends_with(b"429"))
        })
    })
    .await;
    let last = relay.post("{}").await;
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(last.header("retry-after"), "5");
    assert!(last.error().contains("waiting"));
    // To who sends everything before reading, too.
    let last = relay.sent_whole(&[], 12 << 20).await;
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.error().contains("waiting"));
    // Who gives up makes room.
    drop(waiting);
    for _ in 0..100 {
        if relay.post("{}").await.status == StatusCode::BAD_REQUEST {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no room was made");
}
