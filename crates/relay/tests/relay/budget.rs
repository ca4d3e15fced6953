//! What may be spent in a day.

use crate::help::{ORDER, Relay, Reply};
use crate::provider::Provider;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A provider that takes a while, so that requests meet; a call costs this much.
async fn provider(cost: Option<&'static str>) -> Provider {
    Provider::answering(move || async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let reply = Response::builder();
        let reply = cost.into_iter().fold(reply, |reply, cost| reply.header("x-cost", cost));
        reply.body(Body::from("png")).unwrap()
    })
    .await
}

/// The statuses of so many requests at once; every second has a key.
async fn at_once(relay: &Arc<Relay>, count: usize) -> Vec<Reply> {
    let all: Vec<_> = (0..count)
        .map(|i| {
            let relay = Arc::clone(relay);
            tokio::spawn(async move {
                match i % 2 {
                    0 => relay.keyed(&fastrand::u64(..).to_string(), ORDER).await,
                    _ => relay.post(ORDER).await,
                }
            })
        })
        .collect();
    let mut replies = Vec::new();
    for one in all {
        replies.push(one.await.unwrap());
    }
    replies
}

fn count(replies: &[Reply], status: StatusCode) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

fn assert_used_up(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.code(), "limited");
    assert!(reply.error().contains("budget for today"), "{}", reply.error());
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=86_400).contains(&wait));
    let reset = reply.header("x-rate-limit-reset-at-utc");
    assert!(reset.ends_with("T00:00:00Z") || reset.contains("T00:00:0"), "{reset}");
}

fn relay(provider: &Provider, journal: &Path, flags: &[&str]) -> Arc<Relay> {
    Arc::new(Relay::journaled(&provider.origin, journal, flags))
}

#[tokio::test]
async fn exactly_so_many_calls_at_once_and_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let provider = provider(None).await;
    let flags = ["--calls-per-day", "7"];
    let first = relay(&provider, &journal, &flags);
    let replies = at_once(&first, 4).await;
    assert_eq!(count(&replies, StatusCode::OK), 4);
    first.signal("KILL");
    drop(first);
    let second = relay(&provider, &journal, &flags);
    let replies = at_once(&second, 60).await;
    assert_eq!(count(&replies, StatusCode::OK), 3);
    assert_eq!(count(&replies, StatusCode::TOO_MANY_REQUESTS), 57);
    assert_eq!(provider.seen().len(), 7);
    assert_used_up(&second.post(ORDER).await);
    assert_used_up(&second.keyed("k", ORDER).await);
    assert_eq!(provider.seen().len(), 7);
}

#[tokio::test]
async fn a_replay_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(None).await;
    let relay = relay(&provider, &folder.path().join("j"), &["--calls-per-day", "1"]);
    assert_eq!(relay.keyed("k", ORDER).await.status, StatusCode::OK);
    assert!(relay.keyed("k", ORDER).await.is_replayed());
    assert_used_up(&relay.keyed("other", ORDER).await);
}

#[tokio::test]
async fn a_definite_failure_gives_its_share_back_and_an_uncertain_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let answer = Arc::new(AtomicUsize::new(500));
    let status = Arc::clone(&answer);
    let provider = Provider::answering(move || {
        let status = StatusCode::from_u16(status.load(Ordering::SeqCst) as u16).unwrap();
        async move { Response::builder().status(status).body(Body::empty()).unwrap() }
    })
    .await;
    let relay = relay(&provider, &folder.path().join("j"), &["--calls-per-day", "2"]);
    for i in 0..6 {
        assert_eq!(relay.keyed(&i.to_string(), ORDER).await.status.as_u16(), 500);
        assert_eq!(relay.post(ORDER).await.status.as_u16(), 500);
    }
    answer.store(504, Ordering::SeqCst);
    assert_eq!(relay.keyed("lost", ORDER).await.status.as_u16(), 504);
    assert_eq!(relay.post(ORDER).await.status.as_u16(), 504);
    answer.store(200, Ordering::SeqCst);
    assert_used_up(&relay.post(ORDER).await);
    assert_eq!(provider.seen().len(), 14);
}

/// Until the first answer says what a call costs, no second one may run beside it.
#[tokio::test]
async fn credits_are_counted_by_what_calls_cost() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let provider = provider(Some("0.3")).await;
    let flags = ["--credits-per-day", "1"];
    let first = relay(&provider, &journal, &flags);
    let replies = at_once(&first, 30).await;
    assert_eq!(count(&replies, StatusCode::OK), 1);
    let waits = |reply: &&Reply| reply.status == StatusCode::TOO_MANY_REQUESTS;
    assert!(replies.iter().filter(waits).all(|reply| reply.header("retry-after") == "10"));
    drop(first);
    let second = relay(&provider, &journal, &flags);
    let replies = at_once(&second, 30).await;
    // 0.3 is spent; 0.3 and 0.3 fit.
    assert_eq!(count(&replies, StatusCode::OK), 2);
    assert_eq!(provider.seen().len(), 3);
    assert_used_up(&second.post(ORDER).await);
}

/// A first call that is lost does not block the day.
#[tokio::test]
async fn a_price_that_is_never_told_blocks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let silent = provider(None).await;
    let flags = ["--credits-per-day", "1", "--answer-within", "1"];
    let relay_ = relay(&silent, &journal, &flags);
    for _ in 0..3 {
        assert_eq!(relay_.post(ORDER).await.status, StatusCode::OK);
    }
    drop(relay_);
    let hangs = Provider::answering(std::future::pending).await;
    let relay_ = relay(&hangs, &journal, &flags);
    for _ in 0..2 {
        assert_eq!(relay_.post(ORDER).await.status, StatusCode::GATEWAY_TIMEOUT);
    }
    // Killed while all that is left is set aside.
    let same = Arc::clone(&relay_);
    let waiting = tokio::spawn(async move { same.post(ORDER).await });
    crate::help::eventually("a call", || hangs.seen().len() == 3).await;
    relay_.signal("KILL");
    waiting.abort();
    drop(relay_);
    let relay_ = relay(&silent, &journal, &flags);
    assert_eq!(relay_.post(ORDER).await.status, StatusCode::OK);
}
