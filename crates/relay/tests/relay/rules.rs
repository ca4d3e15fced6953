//! What a site fixes, on the way to the provider.

use crate::help::{Relay, program};
use crate::provider::Provider;
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn provider() -> Provider {
    Provider::saying(StatusCode::OK, &[], "png").await
}

fn last(provider: &Provider) -> Value {
    serde_json::from_slice(&provider.seen().last().unwrap().body).unwrap()
}

#[tokio::test]
async fn what_the_site_sets_reaches_the_provider_and_what_it_forbids_does_not() {
    let provider = provider().await;
    let relay = Relay::forwarding(
        &provider.origin,
        &[
            "--set",
            "fast=true",
            "--set",
            "prompt_content_moderation=true",
            "--prompt-template",
            "{prompt}, in studio light",
            "--forbid",
            "seed",
        ],
    );
    for key in [None, Some("k")] {
        let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        let body = r#"{"image":"YWI=","prompt":"a cup","prompt_content_moderation":false}"#;
        let reply = relay.post_with(&headers, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let expected = json!({
            "image": "YWI=", "fast": true, "prompt_content_moderation": true,
            "prompt": "a cup, in studio light",
        });
        assert_eq!(last(&provider), expected);
        let seen = provider.seen();
        let seen = seen.last().unwrap();
        assert_eq!(seen.headers["content-length"], seen.body.len().to_string());
    }
    assert!(
        relay
            .keyed("k", r#"{"image":"YWI=","prompt":"a cup","prompt_content_moderation":false}"#)
            .await
            .is_replayed()
    );
    assert_eq!(provider.seen().len(), 2);
    for (body, field, text) in [
        (r#"{"image":"YWI=","seed":7}"#, Some("seed"), "seed: is fixed by this site"),
        (r#"{"image":"YWI=","prompt":7}"#, Some("prompt"), "prompt: invalid type"),
        (r#"{"prompt":"a"}"#, Some("image"), "image: is missing"),
        (r#"{"image":"YWI=","promt":"a"}"#, None, "promt: no such parameter"),
        ("[]", None, "the body: "),
        ("{", None, "the body is not JSON"),
        ("", None, "the body is not JSON"),
    ] {
        for key in [None, Some("wrong")] {
            let headers: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
            let reply = relay.post_with(&headers, body).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}: {}", reply.text());
            assert!(reply.error().starts_with(text), "{}", reply.error());
            let json: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(json["error"].get("field").and_then(Value::as_str), field, "{json}");
        }
    }
    assert_eq!(provider.seen().len(), 2, "money was spent on a wrong request");
}

#[tokio::test]
async fn addresses_are_refused_or_must_be_public() {
    let provider = provider().await;
    let public = Relay::forwarding(&provider.origin, &["--urls", "public"]);
    for address in ["https://8.8.8.8/a.png", "http://[2a00:1450::1]/a.png"] {
        let body = json!({ "image": "YWI=", "ref_images": [address, "YWI="] });
        assert_eq!(public.post(body.to_string()).await.status, StatusCode::OK);
        assert_eq!(last(&provider), body);
    }
    for address in [
        "http://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "http://0x7f.1/",
        "http://localhost:8080/",
        "http://10.1.2.3/",
        "https://100.64.0.1/",
        "https://a:b@8.8.8.8/",
        "https://no-such-name.invalid/",
        "file:///etc/passwd",
        "ftp://8.8.8.8/a.png",
        "//8.8.8.8/a.png",
    ] {
        for (body, field) in [
            (json!({ "image": address }), "image: "),
            (json!({ "image": "YWI=", "ref_images": address }), "ref_images: "),
            (json!({ "image": "YWI=", "ref_images": ["YWI=", address] }), "ref_images: "),
        ] {
            let reply = public.post(body.to_string()).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
            assert!(reply.error().starts_with(field), "{}", reply.error());
        }
    }
    let none = Relay::forwarding(&provider.origin, &["--urls", "refuse"]);
    let reply = none.post(r#"{"image":"https://8.8.8.8/a.png"}"#).await;
    assert!(reply.error().contains("choose the file itself"), "{}", reply.error());
    let reply = none.post("").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let kind = [("content-type", "application/json; charset=utf-16")];
    let photo = none.request("POST", backdrop_contract::PATH, &kind, r#"{"image":"YWI="}"#.into());
    assert_eq!(none.send(photo).await.status, StatusCode::OK);
    assert_eq!(provider.seen().last().unwrap().headers["content-type"], "application/json");
    let large = format!(r#"{{"image":"{}"}}"#, "QUJD".repeat(1 << 20));
    assert_eq!(none.post(large.clone()).await.status, StatusCode::OK);
    assert!(provider.seen().last().unwrap().body == large.as_bytes());
    assert_eq!(provider.seen().len(), 4);
}

#[test]
fn rules_that_cannot_hold_are_refused_at_the_start() {
    for (flags, words) in [
        (&["--set", "fast"][..], "NAME=VALUE"),
        (&["--set", "fast=1"], "fast: "),
        (&["--set", "seed=-1"], "seed: must be a whole number"),
        (&["--set", "seed=null"], "seed: "),
        (&["--set", "promt=a"], "promt: no such parameter"),
        (&["--forbid", "promt"], "promt: no such parameter"),
        (&["--forbid", "seed", "--set", "seed=1"], "seed: both"),
        (&["--urls", "some"], "public"),
        (&["--largest", "40"], "40MiB"),
        (&["--keep-answers", "1m"], "2h"),
        (&["--credits-per-day", "many"], "credits"),
        (&["--origin", "shop.example"], "https://"),
        (&["--trusted-proxy", "proxy"], "address"),
        (&["--token-secret-file", "/dev/null"], "empty"),
    ] {
        let end = program().args(["--listen", "127.0.0.1:0"]).args(flags).output().unwrap();
        assert!(!end.status.success(), "{flags:?}");
        let told = String::from_utf8_lossy(&end.stderr).into_owned();
        assert!(told.contains(words), "{flags:?}: {told}");
    }
}
