//! Several relays with one store, and what becomes of them when one of them, or the store, dies.

use crate::help::{ORDER, OTHER, Relay, eventually};
use crate::provider::Provider;
use crate::store::Store;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// A provider that takes so long.
async fn provider(takes: Duration) -> Provider {
    Provider::answering(move || async move {
        tokio::time::sleep(takes).await;
        Response::builder().header("x-cost", "0.05").body(Body::from("a picture")).unwrap()
    })
    .await
}

fn three(store: &Store, provider: &Provider, flags: &[&str]) -> Vec<Arc<Relay>> {
    (0..3).map(|_| Arc::new(store.relay(&provider.origin, flags))).collect()
}

/// So many requests in turn to each relay, all at once; the statuses.
async fn at_once(relays: &[Arc<Relay>], count: usize, key: Option<&'static str>) -> Vec<u16> {
    let all: Vec<_> = (0..count)
        .map(|i| {
            let relay = Arc::clone(&relays[i % relays.len()]);
            let key = key.map_or_else(|| fastrand::u64(..).to_string(), ToOwned::to_owned);
            tokio::spawn(async move { relay.keyed(&key, ORDER).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for one in all {
        statuses.push(one.await.unwrap());
    }
    statuses
}

#[tokio::test]
async fn one_key_is_one_call_at_whichever_relay_and_one_answer_for_all() {
    let store = Store::start();
    let provider = provider(Duration::from_millis(500)).await;
    let relays = three(&store, &provider, &[]);
    let statuses = at_once(&relays, 60, Some("same")).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(provider.seen().len(), 1);
    for relay in &relays {
        let again = relay.keyed("same", ORDER).await;
        assert!(again.is_replayed() && again.text() == "a picture");
        assert_eq!(relay.keyed("same", OTHER).await.status, StatusCode::CONFLICT);
        assert_eq!(relay.collect("same").await.text(), "a picture");
    }
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn the_days_budget_holds_exactly_for_all_together() {
    let store = Store::start();
    let provider = provider(Duration::from_millis(50)).await;
    let relays = three(&store, &provider, &["--calls-per-day", "50"]);
    let statuses = at_once(&relays, 200, None).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 50);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 150);
    assert_eq!(provider.seen().len(), 50);
}

#[tokio::test]
async fn credits_hold_for_all_together_also_while_no_price_is_known() {
    let store = Store::start();
    let provider = provider(Duration::from_millis(300)).await;
    let relays = three(&store, &provider, &["--credits-per-day", "0.5"]);
    // None is known: one may run.
    let first = at_once(&relays, 12, None).await;
    assert_eq!(first.iter().filter(|status| **status == 200).count(), 1, "{first:?}");
    let then = at_once(&relays, 60, None).await;
    assert_eq!(then.iter().filter(|status| **status == 200).count(), 9, "{then:?}");
    assert_eq!(provider.seen().len(), 10);
}

#[tokio::test]
async fn requests_a_minute_are_counted_for_all_together() {
    let store = Store::start();
    let provider = provider(Duration::ZERO).await;
    let relays = three(&store, &provider, &["--client-per-minute", "6"]);
    let statuses = at_once(&relays, 30, None).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 6, "{statuses:?}");
    let refused = relays[0].post(ORDER).await;
    assert_eq!(refused.code(), "limited");
    assert!((1..=10).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
}

/// While the dead one is believed to live the others say that it is made; then that it is
/// uncertain. It is never sent again.
#[tokio::test]
async fn a_relay_that_is_killed_leaves_an_uncertain_call_and_the_others_go_on() {
    let store = Store::start();
    let provider = provider(Duration::from_secs(60)).await;
    let relays = three(&store, &provider, &[]);
    let first = Arc::clone(&relays[0]);
    let waiting = tokio::spawn(async move { first.keyed("k", ORDER).await });
    eventually("the call", || provider.seen().len() == 1).await;
    relays[0].signal("KILL");
    waiting.abort();
    assert_eq!(relays[1].collect("k").await.status, StatusCode::ACCEPTED);
    let again = relays[2].keyed("k", ORDER).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "uncertain"));
    assert_eq!(relays[1].collect("k").await.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn without_the_store_nothing_is_spent_and_with_it_all_goes_on() {
    let mut store = Store::start();
    let provider = provider(Duration::from_millis(10)).await;
    let relays = three(&store, &provider, &["--calls-per-day", "5"]);
    assert_eq!(relays[0].keyed("a", ORDER).await.status, StatusCode::OK);
    store.kill();
    for relay in &relays {
        for reply in [relay.keyed("b", ORDER).await, relay.post(ORDER).await] {
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (503, "unavailable"));
            assert!(!reply.header("retry-after").is_empty());
        }
    }
    assert_eq!(provider.seen().len(), 1);
    store.restart();
    // Stalled: its connections stay open, and nothing comes.
    assert_eq!(relays[1].keyed("b", ORDER).await.status, StatusCode::OK);
    store.signal("STOP");
    assert_eq!(relays[2].keyed("c", ORDER).await.status.as_u16(), 503);
    store.signal("CONT");
    assert!(relays[2].keyed("a", ORDER).await.is_replayed());
    let mut statuses = at_once(&relays, 20, None).await;
    statuses.sort_unstable();
    // Two of five are spent, and not a third by the request that was refused.
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
    assert_eq!(provider.seen().len(), 5);
}

/// What was paid for is written once the store is back.
#[tokio::test]
async fn an_answer_that_comes_while_the_store_is_away_is_kept_when_it_returns() {
    let mut store = Store::start();
    let provider = provider(Duration::from_secs(2)).await;
    let relay = Arc::new(store.relay(&provider.origin, &[]));
    let same = Arc::clone(&relay);
    let waiting = tokio::spawn(async move { same.keyed("k", ORDER).await });
    eventually("the call", || provider.seen().len() == 1).await;
    store.kill();
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(!waiting.is_finished());
    store.restart();
    assert_eq!(waiting.await.unwrap().text(), "a picture");
    assert!(relay.keyed("k", ORDER).await.is_replayed());
    assert_eq!(provider.seen().len(), 1);
}

/// A store that comes back empty would renew the budget.
#[tokio::test]
async fn a_store_that_lost_what_was_spent_is_not_trusted() {
    let mut store = Store::start();
    let provider = provider(Duration::ZERO).await;
    let relay = store.relay(&provider.origin, &["--calls-per-day", "5"]);
    assert_eq!(relay.post(ORDER).await.status, StatusCode::OK);
    store.kill();
    store.lose_everything();
    store.restart();
    assert_eq!(relay.post(ORDER).await.status.as_u16(), 503);
    relay.logged("has lost what was written in it").await;
    assert_eq!(provider.seen().len(), 1);
}
