//! What whoever handed a batch over may decide: to send again, to cancel, to delete; and what the
//! relay does where there is no room for more pictures.

use super::*;

async fn ask(relay: &Relay, method: &str, path: &str) -> Reply {
    relay.send(relay.request(method, path, &[], Body::empty())).await
}

/// Answers with these statuses one after another, then with pictures.
async fn saying(statuses: &'static [u16]) -> Provider {
    let count = Arc::new(AtomicUsize::new(0));
    Provider::answering(move || {
        let status = statuses.get(count.fetch_add(1, Ordering::SeqCst)).copied().unwrap_or(200);
        async move { Response::builder().status(status).body(Body::from("words")).unwrap() }
    })
    .await
}

async fn is_sent_again(relay: &Relay, provider: &Provider) {
    let url = begun(relay, 3).await;
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    assert_eq!(
        (&told["done"], &told["failed"], &told["uncertain"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(provider.seen().len(), 3);
    let items = json(&relay.get(&format!("{url}/items")).await);
    for item in items["items"].as_array().unwrap() {
        let reply = ask(relay, "POST", &format!("{}/again", item["url"].as_str().unwrap())).await;
        let has_one = item["status"] == "COMPLETED";
        assert_eq!(reply.status.as_u16(), if has_one { 409 } else { 202 }, "{}", reply.text());
    }
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    assert_eq!(
        (&told["done"], &told["failed"], &told["uncertain"]),
        (&json!(3), &json!(0), &json!(0))
    );
    assert_eq!(provider.seen().len(), 5);
    for number in 0..3 {
        assert_eq!(relay.get(&format!("{url}/items/{number}")).await.text(), "words");
    }
    let again = ask(relay, "POST", &format!("{url}/items/3/again")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_has_no_picture_is_sent_again_when_somebody_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let provider = saying(&[504, 422]).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    is_sent_again(&relay, &provider).await;
}

async fn is_cancelled(relay: &Relay, provider: &Provider) {
    let url = begun(relay, 1200).await;
    eventually("some calls", || provider.seen().len() >= 4).await;
    let one = json(&ask(relay, "POST", &format!("{url}/items/1199/cancel")).await);
    assert_eq!(one["status"], "CANCELLED");
    ask(relay, "POST", &format!("{url}/cancel")).await;
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    // What was under way came to its end.
    let made = provider.seen().len();
    assert_eq!((&told["done"], &told["cancelled"]), (&json!(made), &json!(1200 - made)));
    assert!(made < 100, "{told}");
    assert_eq!(relay.get(&format!("{url}/items/1199")).await.status, StatusCode::CONFLICT);
    assert_eq!(ask(relay, "POST", &format!("{url}/items/1199/again")).await.status.as_u16(), 202);
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    assert_eq!((&told["done"], provider.seen().len()), (&json!(made + 1), made + 1));
    // Its pictures go with it, and nobody else's.
    let other = begun(relay, 1).await;
    ended(relay, &other, Duration::from_secs(20)).await;
    assert_eq!(ask(relay, "DELETE", &url).await.status, StatusCode::NO_CONTENT);
    for gone in [&url, &format!("{url}/items/1199"), &format!("{url}/items")] {
        assert_eq!(relay.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    assert_eq!(ask(relay, "DELETE", &url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(relay.get(&format!("{other}/items/0")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_waits_is_cancelled_and_what_is_deleted_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::from_millis(300)).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    is_cancelled(&relay, &provider).await;
}

/// A worker holds some of it, and waits for a busy provider.
async fn is_cancelled_while_a_worker_waits(relay: &Relay, provider: &Provider, busy: &AtomicBool) {
    let url = begun(relay, 20).await;
    eventually("refusals", || provider.seen().len() >= 4).await;
    ask(relay, "POST", &format!("{url}/cancel")).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = provider.seen().len();
    busy.store(false, Ordering::SeqCst);
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    assert_eq!(told["cancelled"], 20, "{told}");
    assert_eq!(provider.seen().len(), refused);
}

async fn busy() -> (Provider, Arc<AtomicBool>) {
    let busy = Arc::new(AtomicBool::new(true));
    let is_busy = Arc::clone(&busy);
    let provider = Provider::answering(move || {
        let status = if is_busy.load(Ordering::SeqCst) { 429 } else { 200 };
        async move { Response::builder().status(status).body(Body::from("png")).unwrap() }
    })
    .await;
    (provider, busy)
}

#[tokio::test]
async fn what_a_worker_holds_back_is_cancelled_too() {
    let folder = tempfile::tempdir().unwrap();
    let (provider, busy) = busy().await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    is_cancelled_while_a_worker_waits(&relay, &provider, &busy).await;
}

/// What is paid for is kept: so nothing more is paid for than there is room for.
async fn begins_no_more_than_there_is_room_for(relay: &Relay, provider: &Provider) {
    let url = begun(relay, 40).await;
    let until = Instant::now() + Duration::from_secs(20);
    while json(&relay.get(&url).await).get("full").is_none() {
        assert!(Instant::now() < until, "{}", relay.get(&url).await.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Two at once, each a third of a second, for the second until it is looked again.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let told = json(&relay.get(&url).await);
    let made = told["done"].as_u64().unwrap();
    assert!((5..=14).contains(&made), "{told}");
    assert_eq!(provider.seen().len() as u64, made);
    // None of them was forgotten for it.
    for number in 0..made {
        assert_eq!(relay.get(&format!("{url}/items/{number}")).await.body.len(), 300_000);
    }
    ask(relay, "DELETE", &url).await;
    let url = begun(relay, 3).await;
    let told = ended(relay, &url, Duration::from_secs(20)).await;
    assert_eq!((&told["done"], told.get("full")), (&json!(3), None));
}

/// Room for five pictures of batches.
const SMALL: [&str; 4] = ["--keep-bytes", "2MB", "--batch-at-once", "2"];

#[tokio::test]
async fn no_more_is_begun_than_there_is_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::from_millis(300)).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &SMALL);
    begins_no_more_than_there_is_room_for(&relay, &provider).await;
}

#[tokio::test]
async fn pages_of_named_origins_may_hand_over_watch_and_delete() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::ZERO).await;
    let shop = "https://shop.example";
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &["--origin", shop]);
    let from = [("origin", shop), ("sec-fetch-site", "cross-site")];
    let url = begun(&relay, 2).await;
    let item = format!("{url}/items/0");
    let again = format!("{item}/again");
    let (events, zip) = (format!("{url}/events"), format!("{url}/results.zip"));
    for (method, path) in [
        ("GET", "/healthz"),
        ("POST", PATH),
        ("GET", &events),
        ("PUT", &item),
        ("POST", &again),
        ("GET", &zip),
        ("DELETE", &url),
    ] {
        let ask = [
            ("access-control-request-method", method),
            ("access-control-request-headers", "content-type,idempotency-key,authorization"),
        ];
        let preflight = relay.request("OPTIONS", path, &[&from[..], &ask].concat(), Body::empty());
        let reply = relay.send(preflight).await;
        assert!(reply.status.is_success(), "{method} {path}");
        assert_eq!(reply.header("access-control-allow-origin"), shop);
        assert!(reply.header("access-control-allow-methods").contains(method), "{reply:?}");
        let (headers, body) = match path == PATH {
            true => (with_json(&from), Body::from(images(1).to_string())),
            false => (from.to_vec(), Body::empty()),
        };
        let reply = relay.send(relay.request(method, path, &headers, body)).await;
        assert_eq!(reply.header("access-control-allow-origin"), shop, "{method} {path}");
        assert!(reply.header("access-control-expose-headers").contains("location"));
        if path == events {
            assert_eq!(reply.header("content-type"), "text/event-stream");
            assert!(reply.text().contains("event: done"), "{}", reply.text());
        }
        let evil = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let reply = relay.send(relay.request(method, path, &with_json(&evil), Body::empty())).await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{method} {path}");
        assert!(reply.status == StatusCode::FORBIDDEN || path == "/healthz", "{method} {path}");
    }
}

#[cfg(feature = "redis")]
mod redis {
    use super::*;
    use crate::store::Store;
    use backdrop_relay::batch::{Batches as _, End, New, key};
    use backdrop_relay::journal::{Budget, Call, Head, Journal as _, Keep, Redis};

    #[tokio::test]
    async fn what_has_no_picture_is_sent_again_when_somebody_says_so() {
        let store = Store::start();
        let provider = saying(&[504, 422]).await;
        let relay = store.relay(&provider.origin, &[]);
        is_sent_again(&relay, &provider).await;
    }

    #[tokio::test]
    async fn what_waits_is_cancelled_and_what_is_deleted_is_gone() {
        let store = Store::start();
        let provider = provider(Duration::from_millis(300)).await;
        let relay = store.relay(&provider.origin, &[]);
        is_cancelled(&relay, &provider).await;
    }

    #[tokio::test]
    async fn what_a_worker_holds_back_is_cancelled_too() {
        let store = Store::start();
        let (provider, busy) = busy().await;
        let relay = store.relay(&provider.origin, &[]);
        is_cancelled_while_a_worker_waits(&relay, &provider, &busy).await;
    }

    #[tokio::test]
    async fn no_more_is_begun_than_there_is_room_for() {
        let store = Store::start();
        let provider = provider(Duration::from_millis(300)).await;
        let relay = store.relay(&provider.origin, &SMALL);
        begins_no_more_than_there_is_room_for(&relay, &provider).await;
    }

    /// A batch goes as a whole, so long after its last photo came to its end.
    #[tokio::test]
    async fn a_picture_is_kept_as_long_as_its_batch() {
        let server = Store::start();
        let age = Duration::from_secs(3);
        let store = Redis::new(&server.address(), age).unwrap();
        let keep = Keep { age, bytes: 1 << 30 };
        let new = New { id: "b".into(), owner: None, hash: [7; 32], parameters: "{}".into() };
        store.begin(new).await.unwrap();
        store.add("b", (0..4).map(|number| (number, "{}".into())).collect()).await.unwrap();
        for task in store.take(4).await.unwrap() {
            let name = key("b", task.number, 0);
            let call = Call { key: Some(name), hash: [7; 32], budget: Budget::default() };
            let ticket = store.send(call).await.unwrap().unwrap();
            let head = Head {
                status: StatusCode::OK,
                headers: axum::http::HeaderMap::new(),
                pieces: 1,
                length: 5,
            };
            store.settle(ticket, head, Some("bytes".into()), None).await.unwrap();
            store.end(&task, End::Done).await.unwrap();
            store.prune(keep, Vec::new()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
        assert_eq!(store.bytes().await.unwrap(), 20);
        let first = store.find(&key("b", 0, 0)).await.unwrap().unwrap();
        assert_eq!(&store.read(first.number, 0).await.unwrap().unwrap()[..], b"bytes");
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert!(store.batch("b").await.unwrap().is_none());
        store.prune(keep, vec![first.number]).await.unwrap();
        assert!(store.read(first.number, 0).await.unwrap().is_some(), "it is being read");
        store.prune(keep, Vec::new()).await.unwrap();
        assert!(store.find(&key("b", 0, 0)).await.unwrap().is_none());
        assert_eq!(store.bytes().await.unwrap(), 0);
    }
}
