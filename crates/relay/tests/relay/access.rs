//! Who may ask, and how often.

use crate::help::{KEY, ORDER, Relay, Reply, program, with_json};
use crate::provider::Provider;
use axum::body::Body;
use axum::http::StatusCode;
use backdrop_contract::PATH;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::hmac;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const SHOP: &str = "https://shop.example";
const SECRET: &str = "a-secret-that-is-32-bytes-long-or-more";

async fn provider() -> Provider {
    Provider::saying(StatusCode::OK, &[("x-cost", "0.05")], "png").await
}

#[tokio::test]
async fn pages_of_named_origins_may_ask_and_read() {
    let provider = provider().await;
    let relay =
        Relay::forwarding(&provider.origin, &["--origin", SHOP, "--origin", "http://b.example:81"]);
    for origin in [SHOP, "http://b.example:81"] {
        let from = [("origin", origin), ("sec-fetch-site", "cross-site")];
        let ask = [
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,idempotency-key,authorization"),
        ];
        let preflight = relay.request("OPTIONS", PATH, &[&from[..], &ask].concat(), Body::empty());
        let reply = relay.send(preflight).await;
        assert!(reply.status.is_success());
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        let allowed = reply.header("access-control-allow-headers");
        for name in ["content-type", "idempotency-key", "authorization"] {
            assert!(allowed.contains(name), "{allowed}");
        }
        assert!(reply.header("access-control-allow-methods").contains("POST"));
        let headers = [&from[..], &[("idempotency-key", "k")]].concat();
        let reply = relay.post_with(&headers, ORDER).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_readable(&reply, origin);
        // Refusals can be read as well.
        let reply = relay.send(relay.request("POST", PATH, &from, Body::from(ORDER))).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_readable(&reply, origin);
        let collected = relay.request("GET", &format!("{PATH}/k"), &from, Body::empty());
        let reply = relay.send(collected).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_readable(&reply, origin);
    }
    assert_eq!(provider.seen().len(), 1);
    for origin in
        ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"]
    {
        let from = [("origin", origin), ("sec-fetch-site", "cross-site")];
        for request in [
            relay.request("POST", PATH, &with_json(&from), Body::from(ORDER)),
            relay.request("GET", &format!("{PATH}/k"), &from, Body::empty()),
        ] {
            let reply = relay.send(request).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{origin}");
            assert!(!reply.headers.contains_key("access-control-allow-origin"));
        }
    }
    assert_eq!(provider.seen().len(), 1);
}

fn assert_readable(reply: &Reply, origin: &str) {
    assert_eq!(reply.header("access-control-allow-origin"), origin);
    assert!(reply.header("vary").contains("origin"));
    let exposed = reply.header("access-control-expose-headers");
    for name in [
        "x-remaining-credits",
        "x-cost",
        "x-generation-time",
        "x-seed-value",
        "x-request-id",
        "idempotency-replayed",
        "retry-after",
        "x-rate-limit-remaining",
        "x-rate-limit-reset-at-utc",
    ] {
        assert!(exposed.contains(name), "{name} is not in {exposed}");
    }
}

#[tokio::test]
async fn names_that_are_given_are_answered_to() {
    let provider = provider().await;
    let relay = Relay::forwarding(&provider.origin, &["--name", "photos.example"]);
    for (host, status) in [
        ("photos.example", StatusCode::OK),
        ("Photos.Example:443", StatusCode::OK),
        ("127.0.0.1", StatusCode::OK),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("photos.example.evil.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let reply = relay.post_with(&[("host", host)], ORDER).await;
        assert_eq!(reply.status, status, "{host}");
    }
    // On an address that others reach, too.
    let flags = ["--listen", "0.0.0.0:0", "--name", "photos.example"];
    let open = Relay::forwarding(&provider.origin, &flags);
    let port = open.host.rsplit_once(':').unwrap().1;
    for (host, status) in [("photos.example", 200), ("10.0.0.1", 421)] {
        let address = format!("http://127.0.0.1:{port}/healthz");
        let request = axum::http::Request::get(address).header("host", host);
        let reply = open.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{host}");
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made where they are handed over")]
fn token(secret: &str, header: serde_json::Value, claims: serde_json::Value) -> String {
    let text =
        format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = BASE64.encode(hmac::sign(&key, text.as_bytes()));
    format!("{text}.{signature}")
}

fn hs256() -> serde_json::Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

fn in_seconds(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() as i64 + seconds
}

async fn with_token(relay: &Relay, token: &str, key: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    relay.post_with(&[("authorization", &bearer), ("idempotency-key", key)], ORDER).await
}

fn guarded(provider: &Provider, flags: &[&str]) -> Relay {
    let mut command = program();
    command.env("SEGMIND_API_KEY", KEY).env("BACKDROP_TOKEN_SECRET", SECRET);
    command.args(["--listen", "127.0.0.1:0", "--upstream", &provider.origin]).args(flags);
    Relay::start(&mut command)
}

#[tokio::test]
async fn only_who_has_a_token_of_the_site_may_ask() {
    let provider = provider().await;
    let relay = guarded(&provider, &["--token-audience", "backdrop"]);
    let claims = |more: serde_json::Value| {
        let mut claims = json!({ "exp": in_seconds(300), "aud": "backdrop" });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };
    let good = token(SECRET, hs256(), claims(json!({})));
    assert_eq!(with_token(&relay, &good, "k").await.status, StatusCode::OK);
    let tampered = format!("{}x{}", &good[..40], &good[41..]);
    let wrong = [
        ("forged", token("another-secret-that-is-32-bytes-long", hs256(), claims(json!({})))),
        ("ended", token(SECRET, hs256(), claims(json!({ "exp": in_seconds(-60) })))),
        ("too long", token(SECRET, hs256(), claims(json!({ "exp": in_seconds(7200) })))),
        ("no end", token(SECRET, hs256(), json!({ "aud": "backdrop" }))),
        ("for others", token(SECRET, hs256(), claims(json!({ "aud": "shop" })))),
        ("for nobody", token(SECRET, hs256(), json!({ "exp": in_seconds(300) }))),
        ("not yet", token(SECRET, hs256(), claims(json!({ "nbf": in_seconds(200) })))),
        ("none", token(SECRET, json!({ "alg": "none" }), claims(json!({})))),
        ("another algorithm", token(SECRET, json!({ "alg": "HS512" }), claims(json!({})))),
        ("a public one", token(SECRET, json!({ "alg": "RS256" }), claims(json!({})))),
        ("tampered", tampered),
        ("unsigned", good.rsplit_once('.').unwrap().0.to_owned() + "."),
        ("nonsense", "a.b.c".to_owned()),
        ("empty", String::new()),
    ];
    for (what, token) in &wrong {
        let reply = with_token(&relay, token, "k").await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (StatusCode::UNAUTHORIZED, "unauthorized"),
            "{what}"
        );
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        assert!(reply.error().contains("token"), "{}", reply.error());
    }
    assert_eq!(relay.keyed("k", ORDER).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(relay.collect("k").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.seen().len(), 1);
    assert!(!relay.log().contains(SECRET) && !relay.log().contains(&good));
}

#[tokio::test]
async fn keys_and_limits_belong_to_whom_the_token_names() {
    let provider = provider().await;
    let relay = guarded(&provider, &["--client-per-minute", "2"]);
    let of = |sub: &str| token(SECRET, hs256(), json!({ "exp": in_seconds(300), "sub": sub }));
    let (ann, bob) = (of("ann"), of("bob"));
    assert!(!with_token(&relay, &ann, "k").await.is_replayed());
    assert!(with_token(&relay, &ann, "k").await.is_replayed());
    // The same key of another one is another request, and nobody's answer is collected by others.
    assert!(!with_token(&relay, &bob, "k").await.is_replayed());
    assert_eq!(provider.seen().len(), 2);
    let cid = format!("Bearer {}", of("cid"));
    let collected =
        relay.request("GET", &format!("{PATH}/k"), &[("authorization", &cid)], Body::empty());
    assert_eq!(relay.send(collected).await.status, StatusCode::NOT_FOUND);
    let third = with_token(&relay, &ann, "k").await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(with_token(&relay, &bob, "k").await.status, StatusCode::OK);
}

#[tokio::test]
async fn limits_are_told_with_their_end() {
    let provider = provider().await;
    let relay = Relay::forwarding(&provider.origin, &["--client-per-minute", "3"]);
    for _ in 0..3 {
        // A client cannot make itself another one.
        let reply = relay.post_with(&[("x-forwarded-for", "8.8.8.8")], ORDER).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    let reply = relay.post_with(&[("x-forwarded-for", "9.9.9.9")], ORDER).await;
    assert_eq!((reply.status, reply.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "limited"));
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert!(reply.header("x-rate-limit-reset-at-utc").ends_with('Z'));
    assert_eq!(provider.seen().len(), 3);

    let behind = Relay::forwarding(
        &provider.origin,
        &["--client-per-minute", "1", "--all-per-minute", "3", "--trusted-proxy", "127.0.0.0/8"],
    );
    for (client, status) in
        [("8.8.8.8", 200), ("9.9.9.9", 200), ("8.8.8.8", 429), ("7.7.7.7", 200), ("6.6.6.6", 429)]
    {
        let reply = behind.post_with(&[("x-forwarded-for", client)], ORDER).await;
        assert_eq!(reply.status.as_u16(), status, "{client}");
    }
}

#[tokio::test]
async fn no_more_than_so_many_at_once_and_none_too_large() {
    let provider = Provider::answering(std::future::pending).await;
    let relay = Relay::forwarding(&provider.origin, &["--at-once", "2", "--largest", "1MiB"]);
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            tokio::spawn(crate::help::send(relay.request(
                "POST",
                PATH,
                &with_json(&[]),
                Body::from(ORDER),
            )))
        })
        .collect();
    crate::help::eventually("two calls", || provider.seen().len() == 2).await;
    let third = relay.post(ORDER).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.header("retry-after"), "5");
    for one in waiting {
        one.abort();
    }
    relay.logged("gone").await;
    for key in [None, Some("k")] {
        let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        for _ in 0..3 {
            let reply = relay
                .post_with(&headers, format!("{{\"image\":\"{}\"}}", "A".repeat(1 << 20)))
                .await;
            assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert!(reply.error().contains("1 MiB"), "{}", reply.error());
        }
    }
    assert_eq!(provider.seen().len(), 2);
}

#[tokio::test]
async fn the_key_may_lie_in_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    let provider = provider().await;
    let start = |mode: u32, by_flag: bool| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut command = program();
        command.args(["--listen", "127.0.0.1:0", "--upstream", &provider.origin]);
        match by_flag {
            true => command.arg("--key-file").arg(&file),
            false => command.env("SEGMIND_API_KEY_FILE", &file),
        };
        Relay::start(&mut command)
    };
    for by_flag in [true, false] {
        let relay = start(0o600, by_flag);
        assert_eq!(relay.post(ORDER).await.status, StatusCode::OK);
        assert!(!relay.log().contains("other users"), "{}", relay.log());
        assert!(start(0o644, by_flag).log().contains("other users"));
    }
    let seen = provider.seen();
    assert!(seen.len() == 2 && seen.iter().all(|seen| seen.headers["x-api-key"] == KEY));
    let missing = program().args(["--key-file", "/no/such/file"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/no/such/file"));
}
