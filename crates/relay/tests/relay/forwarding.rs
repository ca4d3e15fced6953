//! With a key: to the provider and back.

use crate::help::{KEY, ORDER, Relay, by_hand, eventually, send, with_json};
use crate::provider::{Provider, serve};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::routing::any;
use backdrop_contract::{KEY_HEADER, PATH};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

#[tokio::test]
async fn the_body_goes_through_byte_for_byte_and_the_key_is_the_relays() {
    let provider = Provider::saying(StatusCode::OK, &[("content-type", "image/png")], "png").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let letter = |i: u32| b'A' + (i.wrapping_mul(31) >> 3) as u8 % 26;
    let photo: Vec<u8> = (0..3_000_000).map(letter).collect();
    let start = br#"{"seed":7.0e0,"image":""#;
    let body = [&start[..], &photo, b"\",\"prompt\":\"a \\u00e9 \xc3\xa9\"}"].concat();
    let reply = relay
        .post_with(
            &[
                (KEY_HEADER, "SG_of-the-page"),
                ("cookie", "a=b"),
                ("authorization", "Bearer c"),
                ("origin", &format!("http://{}", relay.host)),
                ("referer", "http://127.0.0.1/"),
                ("x-forwarded-for", "10.0.0.1"),
                ("accept-encoding", "gzip, br"),
                ("sec-fetch-site", "same-origin"),
                ("user-agent", "a browser"),
            ],
            body.clone(),
        )
        .await;
    assert_eq!((reply.status, reply.text().as_str()), (StatusCode::OK, "png"));
    let [seen] = &provider.seen()[..] else {
        panic!("not one request: {:?}", provider.seen());
    };
    assert_eq!((seen.method.as_str(), seen.uri.as_str()), ("POST", PATH));
    assert!(seen.body == body, "the body was changed");
    let keys: Vec<_> = seen.headers.get_all(KEY_HEADER).iter().collect();
    assert_eq!(keys, [KEY]);
    let mut names: Vec<_> = seen.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-api-key"
        ]
    );
    assert_eq!(seen.headers["content-length"], body.len().to_string());
    assert_eq!(seen.headers["accept-encoding"], "identity");
    assert_eq!(format!("http://{}", seen.headers["host"].to_str().unwrap()), provider.origin);
}

#[tokio::test]
async fn of_the_replys_headers_only_the_listed_come_through() {
    let listed = [
        ("content-type", "image/webp"),
        ("x-remaining-credits", "12.5"),
        ("x-cost", "0.04"),
        ("x-generation-time", "9.1"),
        ("x-seed-value", "7"),
        ("x-rate-limit-remaining", "3"),
        ("x-rate-limit-reset-at-utc", "2026-01-01T00:00:00Z"),
        ("retry-after", "9"),
    ];
    let unlisted = [
        ("set-cookie", "a=b"),
        ("server", "nginx"),
        ("access-control-allow-origin", "*"),
        ("x-backdrop-engine", "not-so"),
        ("strict-transport-security", "max-age=1"),
        ("location", "https://evil.example"),
    ];
    let own_id = [("x-request-id", "the-providers-own")];
    let all = [&listed[..], &unlisted[..], &own_id].concat();
    // 429 is an answer like any other: status and body go through.
    let provider = Provider::saying(StatusCode::TOO_MANY_REQUESTS, &all, "slow down").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let reply = relay.post(ORDER).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.text(), "slow down");
    for (name, value) in listed {
        assert_eq!(reply.header(name), value, "{name}");
    }
    for (name, _) in unlisted {
        assert!(!reply.headers.contains_key(name), "{name}");
    }
    assert_eq!(reply.header("content-length"), "9");
    // Two names for one request: the relay's, and the one that the provider's support asks for.
    assert_eq!(reply.header("x-upstream-request-id"), "the-providers-own");
    assert_ne!(reply.header("x-request-id"), "the-providers-own");
    assert_eq!(reply.header("cache-control"), "no-store");
    relay.logged("status=429").await;
    relay.logged("upstream_id=\"the-providers-own\"").await;
}

#[tokio::test]
async fn a_packed_reply_stays_packed() {
    let headers = [("content-encoding", "gzip"), ("content-type", "image/png")];
    let provider = Provider::saying(StatusCode::OK, &headers, &b"\x1F\x8Bnot really"[..]).await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let reply = relay.post(ORDER).await;
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert_eq!(&reply.body[..], b"\x1F\x8Bnot really");
}

#[tokio::test]
async fn a_reply_arrives_while_it_is_still_being_sent() {
    let go_on = Arc::new(Notify::new());
    let waiting = Arc::clone(&go_on);
    let provider = Provider::answering(move || {
        let waiting = Arc::clone(&waiting);
        async move {
            let (pieces, body) = by_hand();
            tokio::spawn(async move {
                pieces.send(Bytes::from_static(b"first ")).await.unwrap();
                waiting.notified().await;
                pieces.send(Bytes::from_static(b"second")).await.unwrap();
            });
            Response::new(body)
        }
    })
    .await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let request = relay.request("POST", PATH, &with_json(&[]), Body::from(ORDER));
    let mut reply = send(request).await.into_body();
    let first = reply.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&first[..], b"first ");
    // Only now does the provider go on: the first piece was not held back.
    go_on.notify_one();
    assert_eq!(&reply.collect().await.unwrap().to_bytes()[..], b"second");
}

#[tokio::test]
async fn a_request_is_passed_on_while_it_is_still_being_sent() {
    let first_came = Arc::new(Notify::new());
    let told = Arc::clone(&first_came);
    let origin = serve(Router::new().fallback(move |request: Request| {
        let told = Arc::clone(&told);
        async move {
            let mut body = request.into_body();
            let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
            told.notify_one();
            let rest = body.collect().await.unwrap().to_bytes();
            [first, rest].concat()
        }
    }))
    .await;
    let relay = Relay::forwarding(&origin, &[]);
    let (pieces, body) = by_hand();
    let request = relay.request("POST", PATH, &with_json(&[]), body);
    let reply = tokio::spawn(send(request));
    pieces.send(Bytes::from_static(b"{\"image\":\"")).await.unwrap();
    // Two at first: the last that has come is held back until the next, or the end.
    let some = Bytes::from("A".repeat(50_000));
    for _ in 0..2 {
        pieces.send(some.clone()).await.unwrap();
    }
    first_came.notified().await;
    pieces.send(Bytes::from_static(b"\"}")).await.unwrap();
    drop(pieces);
    let reply = reply.await.unwrap().into_body().collect().await.unwrap();
    let whole = format!(r#"{{"image":"{}"}}"#, "A".repeat(100_000));
    assert!(reply.to_bytes() == whole.as_bytes(), "the body was changed");
}

/// A wrong key is told from the head alone. The person must see that, and no "network error".
#[tokio::test]
async fn an_answer_before_the_end_of_the_upload_reaches_who_sends_everything_first() {
    let json = r#"{"error":"no such key"}"#;
    let origin = serve(Router::new().fallback(move || async move {
        (StatusCode::UNAUTHORIZED, [("content-type", "application/json")], json)
    }))
    .await;
    let relay = Relay::forwarding(&origin, &[]);
    for _ in 0..20 {
        let reply = relay.sent_whole(&[], 12 << 20).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text());
        assert_eq!(reply.text(), json);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Provider::saying(StatusCode::OK, &[], "the target").await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}{PATH}", target.origin);
        let status = StatusCode::from_u16(status).unwrap();
        let provider = Provider::saying(status, &[("location", &to)], "moved").await;
        let relay = Relay::forwarding(&provider.origin, &[]);
        let reply = relay.post(ORDER).await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
        assert!(reply.error().contains("redirect"), "{}", reply.error());
        assert_eq!(provider.seen().len(), 1);
    }
    assert!(target.seen().is_empty(), "the redirect was followed");
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_told_in_plain_words() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let plain = Provider::saying(StatusCode::OK, &[], "").await;
    let no_tls = plain.origin.replace("http://", "https://");
    for (upstream, words) in [
        (format!("http://{closed}"), "refused"),
        (format!("https://{closed}"), "refused"),
        (no_tls, "TLS"),
        ("http://no-such-name.invalid".to_owned(), "no such name"),
    ] {
        let relay = Relay::forwarding(&upstream, &[]);
        let reply = relay.post(ORDER).await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY, "{upstream}");
        let error = reply.error();
        assert!(error.contains(words) && error.contains(&upstream), "{error}");
    }
    assert!(plain.seen().is_empty());
}

#[tokio::test]
async fn a_connection_that_never_comes_about_ends_after_ten_seconds() {
    // It takes the connection and stays silent where TLS should begin.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = Relay::forwarding(&format!("https://{}", silent.local_addr().unwrap()), &[]);
    let started = Instant::now();
    let reply = relay.post(ORDER).await;
    assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
    assert!(reply.error().contains("no connection in 10 s"), "{}", reply.error());
    assert!((9..20).contains(&started.elapsed().as_secs()));
}

#[tokio::test]
async fn no_answer_in_time_may_have_been_billed() {
    let provider = Provider::answering(std::future::pending).await;
    let relay = Relay::forwarding(&provider.origin, &["--answer-within", "1"]);
    let reply = relay.post(ORDER).await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(reply.error().contains("may have been billed"), "{}", reply.error());
}

#[tokio::test]
async fn an_upload_that_stands_still_was_not_billed() {
    let provider = Provider::saying(StatusCode::OK, &[], "").await;
    let relay = Relay::forwarding(&provider.origin, &["--answer-within", "1"]);
    let (pieces, body) = by_hand();
    pieces.send(Bytes::from_static(b"{\"image\":")).await.unwrap();
    let request = relay.request("POST", PATH, &with_json(&[]), body);
    let reply = relay.send(request).await;
    assert_eq!(reply.status, StatusCode::REQUEST_TIMEOUT);
    assert!(reply.error().contains("nothing was billed"), "{}", reply.error());
    assert!(provider.seen().is_empty());
}

/// Neither is sent again by itself: the second could be paid for as well.
#[tokio::test]
async fn a_provider_that_breaks_off_is_asked_once_and_may_have_billed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 4096];
            let _ = tokio::io::AsyncReadExt::read(&mut connection, &mut head).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let relay = Relay::forwarding(&origin, &[]);
    let reply = relay.post(ORDER).await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(reply.error().contains("may have been billed"), "{}", reply.error());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_that_goes_away_takes_the_providers_request_with_it() {
    struct Told(Arc<AtomicUsize>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let came = Arc::new(Notify::new());
    let dropped = Arc::new(AtomicUsize::new(0));
    let (told, counted) = (Arc::clone(&came), Arc::clone(&dropped));
    let provider = Provider::answering(move || {
        let guard = Told(Arc::clone(&counted));
        told.notify_one();
        async move {
            let _guard = guard;
            std::future::pending::<Response<Body>>().await
        }
    })
    .await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let request = relay.request("POST", PATH, &with_json(&[]), Body::from(ORDER));
    let waiting = tokio::spawn(send(request));
    came.notified().await;
    waiting.abort();
    eventually("the provider's request is dropped", || dropped.load(Ordering::SeqCst) == 1).await;
    relay.logged("gone").await;
}

#[tokio::test]
async fn a_foreign_page_cannot_spend_the_key() {
    let provider = Provider::saying(StatusCode::OK, &[], "").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let own = format!("http://{}", relay.host);
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "cross-site"), ("origin", own.as_str())],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "same-site")],
    ] {
        let reply = relay.post_with(&headers, ORDER).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(reply.error().contains("another site"), "{}", reply.error());
    }
    // What a foreign form can send without being asked first.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let form = relay.request("POST", PATH, &[("content-type", kind)], Body::from(ORDER));
        let reply = relay.send(form).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let preflight = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
    let reply = relay.send(relay.request("OPTIONS", PATH, &preflight, Body::empty())).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("access-control")));
    assert!(provider.seen().is_empty());
    for headers in [
        vec![("sec-fetch-site", "same-origin"), ("origin", own.as_str())],
        vec![("sec-fetch-site", "none")],
        // Behind a proxy that puts its own name into `Host`.
        vec![
            ("host", "127.0.0.1"),
            ("origin", "http://127.0.0.1:8090"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        assert_eq!(relay.post_with(&headers, ORDER).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_log_has_a_line_a_request_without_its_query() {
    let origin = serve(Router::new().fallback(any(|| async { "12345" }))).await;
    let relay = Relay::forwarding(&origin, &[]);
    let path = format!("{PATH}?token=in-the-query");
    let request = relay.request("POST", &path, &with_json(&[]), Body::from(ORDER));
    let reply = relay.send(request).await;
    relay.logged(reply.header("x-request-id")).await;
    let log = relay.log();
    let line = log.lines().find(|line| line.contains(reply.header("x-request-id"))).unwrap();
    for part in ["method=\"POST\"", PATH, " status=200 ", " ms=", " bytes=5 "] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(!log.contains("in-the-query"), "{log}");
}
