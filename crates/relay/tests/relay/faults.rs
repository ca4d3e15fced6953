//! Killed, without room on the disk, and under load: nothing is lost, nothing is paid for twice.

use crate::help::{KEY, ORDER, Relay, program, send, with_json};
use crate::provider::{Provider, serve};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use backdrop_contract::PATH;
use http_body_util::{BodyExt as _, Collected};
use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How often the relay is killed. Most of an answer's life is 60 ms.
const KILLS: usize = 30;

/// The answer to a body: its own text, many times, in pieces with pauses.
fn slow_answer(text: Bytes) -> Response<Body> {
    let (pieces, body) = crate::help::by_hand();
    let most = fastrand::u64(..12);
    tokio::spawn(async move {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(most)).await;
            if pieces.send(text.repeat(2000).into()).await.is_err() {
                return;
            }
        }
    });
    Response::builder().header("x-cost", "0.05").body(body).unwrap()
}

fn whole_answer(text: &str) -> String {
    text.repeat(10_000)
}

/// What a client saw of one request.
#[derive(Debug, PartialEq)]
enum Saw {
    Whole { replayed: bool },
    Status(u16),
    Nothing,
}

async fn ask(host: &str, key: &str) -> Saw {
    let body = format!(r#"{{"image":{key:?}}}"#);
    let request = axum::http::Request::post(format!("http://{host}{PATH}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.clone()))
        .unwrap();
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new());
    let Ok(reply) = client.build_http().request(request).await else { return Saw::Nothing };
    let (parts, reply) = reply.into_parts();
    if parts.status != StatusCode::OK {
        return Saw::Status(parts.status.as_u16());
    }
    match reply.collect().await.map(Collected::to_bytes) {
        Ok(text) if text == whole_answer(&body) => {
            Saw::Whole { replayed: parts.headers.contains_key("idempotency-replayed") }
        }
        Ok(text) => panic!("an answer of {} bytes looks whole", text.len()),
        Err(_) => Saw::Nothing,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_loses_no_answer_and_asks_nothing_twice() {
    let seen: Arc<std::sync::Mutex<HashMap<Bytes, usize>>> = Arc::default();
    let counting = Arc::clone(&seen);
    let origin = serve(Router::new().fallback(move |request: Request| {
        let seen = Arc::clone(&counting);
        async move {
            // Half a request is none.
            let Ok(body) = request.into_body().collect().await else { return Response::default() };
            let body = body.to_bytes();
            *seen.lock().unwrap().entry(body.clone()).or_default() += 1;
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..20))).await;
            slow_answer(body)
        }
    }))
    .await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let calls = |key: &str| {
        let body = Bytes::from(format!(r#"{{"image":{key:?}}}"#));
        seen.lock().unwrap().get(&body).copied().unwrap_or_default()
    };
    let (mut answered, mut uncertain, mut never_sent) = (0, 0, 0);
    for round in 0..KILLS {
        let relay = Relay::journaled(&origin, &journal, &[]);
        let host = relay.host.clone();
        let keys: Vec<String> = (0..4).map(|i| format!("{round}-{i}")).collect();
        // Now and then before anything can have been sent; a fast machine would never get there.
        if round % 5 == 0 {
            relay.signal("KILL");
        }
        let asking: Vec<_> = keys
            .iter()
            .map(|key| {
                let (host, key) = (host.clone(), key.clone());
                tokio::spawn(async move { ask(&host, &key).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..90))).await;
        relay.signal("KILL");
        let mut saw = Vec::new();
        for one in asking {
            saw.push(one.await.unwrap());
        }
        drop(relay);
        let relay = Relay::journaled(&origin, &journal, &[]);
        for (key, saw) in keys.iter().zip(saw) {
            let sent = calls(key);
            assert!(sent <= 1);
            let now = ask(&relay.host, key).await;
            match (&saw, sent, &now) {
                (Saw::Whole { .. }, 1, Saw::Whole { replayed: true }) => answered += 1,
                // It was kept, though the client had not read the end of it.
                (Saw::Nothing, 1, Saw::Whole { replayed: true }) => answered += 1,
                (Saw::Nothing, _, Saw::Status(504)) => uncertain += 1,
                (Saw::Nothing, 0, Saw::Whole { replayed: false }) => never_sent += 1,
                _ => panic!("{key}: first {saw:?}, sent {sent} times, then {now:?}"),
            }
            assert!(calls(key) <= 1, "{key} was paid for twice");
            // And so it stays.
            let again = ask(&relay.host, key).await;
            match now {
                Saw::Status(504) => assert_eq!(again, Saw::Status(504)),
                _ => assert_eq!(again, Saw::Whole { replayed: true }),
            }
        }
        relay.signal("KILL");
    }
    println!("{answered} answered, {uncertain} uncertain, {never_sent} never sent");
    // Otherwise the moments were badly chosen, and this has tested nothing.
    assert!(answered > 0 && uncertain > 0 && never_sent > 0);
}

/// A relay whose journal lies on a disk of this size, and of its own.
fn with_small_disk(origin: &str, disk: &Path, size: &str) -> Option<Relay> {
    std::fs::create_dir_all(disk).unwrap();
    let mount = format!("mount -t tmpfs -o size={size} tmpfs '{}'", disk.display());
    // As root, or as nobody in particular where the system lets one be root at home.
    let unshare = ["--mount", "--user", "--map-root-user"];
    let unshare = [&unshare[..1], &unshare[..]].into_iter().find(|flags| {
        let tried = Command::new("unshare")
            .args(*flags)
            .args(["sh", "-c", &mount])
            .stderr(Stdio::null())
            .status();
        tried.is_ok_and(|status| status.success())
    })?;
    let relay = program();
    let mut command = Command::new("unshare");
    command.args(unshare).args(["sh", "-c", &format!("{mount} && exec \"$0\" \"$@\"")]);
    command.arg(relay.get_program()).args(["--listen", "127.0.0.1:0", "--upstream", origin]);
    command.arg("--journal").arg(disk.join("journal"));
    command.env("SEGMIND_API_KEY", KEY).env("RUST_LOG", "info").stderr(Stdio::piped());
    Some(Relay::start(&mut command))
}

#[tokio::test]
async fn a_full_disk_spends_nothing_and_withholds_nothing() {
    let large = Bytes::from(vec![7; 3 << 20]);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let answer = large.clone();
    let origin = serve(Router::new().fallback(move |request: Request| {
        let (counted, answer) = (Arc::clone(&counted), answer.clone());
        async move {
            if request.into_body().collect().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
            answer
        }
    }))
    .await;
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    let Some(relay) = with_small_disk(&origin, &disk, "16m") else {
        assert!(std::env::var_os("CI").is_none(), "CI must let a test mount a tmpfs");
        println!("skipped: this machine lets nobody mount a tmpfs");
        return;
    };
    let inside = format!("/proc/{}/root{}/filler", relay.id(), disk.display());
    let fill = |most: usize| {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&inside).unwrap();
        let mut pieces = 0..most / 512;
        while pieces.next().is_some() && std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
    };
    // The answer is larger than the room: it is delivered whole, and then not known any more.
    fill(14 << 20);
    let reply = relay.keyed("large", ORDER).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.body == large, "the answer was withheld");
    let again = relay.keyed("large", ORDER).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "uncertain"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // Now nothing at all fits.
    let mut refused = 0;
    for i in 0..200 {
        fill(usize::MAX);
        let before = asked.load(Ordering::SeqCst);
        let reply = relay.keyed(&format!("small-{i}"), ORDER).await;
        if reply.status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(reply.error().contains("nothing was sent or billed"), "{}", reply.error());
            assert_eq!(reply.header("retry-after"), "30");
            assert_eq!(asked.load(Ordering::SeqCst), before, "money was spent");
            refused += 1;
        } else {
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
            assert!(reply.body == large);
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the disk was never full");
    // Without a key nothing is written.
    assert_eq!(relay.post(ORDER).await.status, StatusCode::OK);
    // Room again: what was refused can be sent.
    std::fs::remove_file(&inside).unwrap();
    assert_eq!(relay.keyed("small-199", ORDER).await.status, StatusCode::OK);
    let again = relay.keyed("small-199", ORDER).await;
    assert!(again.is_replayed() && again.body == large);
}

#[tokio::test]
async fn a_storm_of_429_is_passed_on_and_settles_nothing() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let provider = Provider::answering(move || {
        let nth = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match nth % 4 {
                0 => Response::new(Body::from("png")),
                _ => Response::builder()
                    .status(429)
                    .header("x-rate-limit-reset-at-utc", "2026-01-01T00:00:00Z")
                    .body(Body::from("slow down"))
                    .unwrap(),
            }
        }
    })
    .await;
    let relay = Arc::new(Relay::forwarding(&provider.origin, &["--calls-per-day", "40"]));
    let asking: Vec<_> = (0..40)
        .map(|i| {
            let relay = Arc::clone(&relay);
            tokio::spawn(async move {
                let mut tries = 1;
                loop {
                    let reply = relay.keyed(&i.to_string(), ORDER).await;
                    match reply.status.as_u16() {
                        200 => return tries,
                        429 if reply.text() == "slow down" => {
                            assert!(!reply.header("x-rate-limit-reset-at-utc").is_empty());
                        }
                        // All of the budget is in flight at this moment.
                        429 => assert_eq!(reply.code(), "limited"),
                        _ => panic!("{}", reply.text()),
                    }
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            })
        })
        .collect();
    let mut tries = 0;
    for one in asking {
        tries += one.await.unwrap();
    }
    assert!(tries > 40);
    // 40 answers were paid for, and no more may be.
    assert_eq!(relay.keyed("one-more", ORDER).await.code(), "limited");
    let mut paid = 0;
    for i in 0..40 {
        paid += usize::from(relay.keyed(&i.to_string(), ORDER).await.is_replayed());
    }
    assert_eq!(paid, 40);
    assert_eq!(calls.load(Ordering::SeqCst), provider.seen().len());
}

fn memory(relay: &Relay, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
    let kib = status.lines().find(|known| known.starts_with(line)).unwrap();
    kib.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// With all that looks into a body: the rules, the hash, the journal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_large_uploads_at_once_stay_small() {
    const PHOTO: usize = 12 << 20;
    let whole = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&whole);
    let origin = serve(Router::new().fallback(move |request: Request| {
        let counted = Arc::clone(&counted);
        async move {
            let mut body = request.into_body();
            let mut length = 0;
            while let Some(Ok(frame)) = body.frame().await {
                length += frame.data_ref().map_or(0, Bytes::len);
            }
            assert!(length > PHOTO);
            counted.fetch_add(1, Ordering::SeqCst);
            // All of them are here at once.
            while counted.load(Ordering::SeqCst) < 64 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Bytes::from(vec![7; 2 << 20])
        }
    }))
    .await;
    let folder = tempfile::tempdir().unwrap();
    let flags =
        ["--set", "fast=true", "--forbid", "seed", "--urls", "public", "--calls-per-day", "64"];
    let relay = Relay::journaled(&origin, &folder.path().join("journal"), &flags);
    let at_rest = memory(&relay, "VmRSS");
    let body = Bytes::from(format!(r#"{{"image":"{}"}}"#, "QUJD".repeat(PHOTO / 4)));
    let asking: Vec<_> = (0..64)
        .map(|i| {
            let key = i.to_string();
            let headers = with_json(&[("idempotency-key", key.as_str())]);
            let request = relay.request("POST", PATH, &headers, Body::from(body.clone()));
            tokio::spawn(async move {
                let reply = send(request).await;
                assert_eq!(reply.status(), StatusCode::OK);
                reply.into_body().collect().await.unwrap().to_bytes().len()
            })
        })
        .collect();
    for one in asking {
        assert_eq!(one.await.unwrap(), 2 << 20);
    }
    assert_eq!(whole.load(Ordering::SeqCst), 64);
    let most = memory(&relay, "VmHWM");
    println!("at rest {} MiB, at most {} MiB", at_rest >> 20, most >> 20);
    assert!(most < 256 << 20, "{} MiB", most >> 20);
}
