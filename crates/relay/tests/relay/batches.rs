//! Batches, and workers that die in the middle of them.

mod choices;

use crate::help::{Relay, Reply, eventually, program, with_json};
use crate::provider::Provider;
use crate::worker::Worker;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PATH: &str = "/v1/batches";

async fn provider(takes: Duration) -> Provider {
    Provider::answering(move || async move {
        tokio::time::sleep(takes).await;
        let reply = Response::builder().header("content-type", "image/png");
        reply.body(Body::from(vec![7; 300_000])).unwrap()
    })
    .await
}

/// What begins a batch of so many addresses.
fn images(count: usize) -> Value {
    let images: Vec<_> = (0..count).map(|i| format!("https://shop.example/{i}.jpg")).collect();
    json!({ "images": images, "parameters": { "prompt": "on a table", "seed": 7 } })
}

async fn post(relay: &Relay, key: Option<&str>, body: &Value) -> Reply {
    let key: Vec<_> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
    let body = Body::from(body.to_string());
    relay.send(relay.request("POST", PATH, &with_json(&key), body)).await
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|_| panic!("{}", reply.text()))
}

async fn begun(relay: &Relay, count: usize) -> String {
    let reply = post(relay, None, &images(count)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    assert_eq!(reply.header("location"), json(&reply)["url"].as_str().unwrap());
    json(&reply)["url"].as_str().unwrap().to_owned()
}

/// The batch once nothing of it waits.
async fn ended(relay: &Relay, url: &str, within: Duration) -> Value {
    let until = Instant::now() + within;
    loop {
        let told = json(&relay.get(url).await);
        if told["status"] == "COMPLETED" {
            return told;
        }
        assert!(Instant::now() < until, "{told}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How often the provider was asked for each photo.
fn asked(provider: &Provider) -> HashMap<String, usize> {
    let mut asked = HashMap::new();
    for seen in provider.seen() {
        let body: Value = serde_json::from_slice(&seen.body).unwrap();
        *asked.entry(body["image"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    asked
}

fn journal(folder: &tempfile::TempDir) -> std::path::PathBuf {
    folder.path().join("journal")
}

#[tokio::test]
async fn a_batch_is_handed_over_watched_and_collected() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::from_millis(50)).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    assert_eq!(json(&relay.get("/healthz").await)["batches"], true);
    let url = begun(&relay, 12).await;
    let events = relay.get(&format!("{url}/events")).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert!(events.text().contains("event: done\ndata: {"), "{}", events.text());
    let told = ended(&relay, &url, Duration::from_secs(1)).await;
    assert_eq!((&told["total"], &told["done"]), (&json!(12), &json!(12)));
    for (image, count) in asked(&provider) {
        assert_eq!(count, 1, "{image}");
    }
    let sent: Value = serde_json::from_slice(&provider.seen()[0].body).unwrap();
    assert_eq!((&sent["prompt"], &sent["seed"]), (&json!("on a table"), &json!(7)));
    let one = relay.get(&format!("{url}/items/3")).await;
    assert_eq!((one.header("content-type"), one.body.len()), ("image/png", 300_000));
    let some = json(&relay.get(&format!("{url}/items?from=10")).await);
    assert_eq!(some["items"].as_array().unwrap().len(), 2);
    assert_eq!(some["items"][0]["number"], 10);
    let zip = relay.get(&format!("{url}/results.zip")).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
    assert_eq!(zip.len(), 12);
    let mut picture = Vec::new();
    zip.by_name("00011.png").unwrap().read_to_end(&mut picture).unwrap();
    assert_eq!(picture, vec![7; 300_000]);
}

#[tokio::test]
async fn photos_may_be_added_one_by_one_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::ZERO).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    let url = begun(&relay, 0).await;
    for _ in 0..2 {
        // The second time is the same again: nothing is added, and nothing paid.
        for (number, kind, body) in
            [(0, "image/jpeg", "a file"), (1, "application/json", r#"{"image":"YWI=","seed":9}"#)]
        {
            let item = format!("{url}/items/{number}");
            let headers = [("content-type", kind)];
            let reply = relay.send(relay.request("PUT", &item, &headers, Body::from(body))).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        }
        assert_eq!(ended(&relay, &url, Duration::from_secs(20)).await["done"], 2);
    }
    let mut sent: Vec<Value> =
        provider.seen().iter().map(|seen| serde_json::from_slice(&seen.body).unwrap()).collect();
    sent.sort_by_key(|sent| sent["seed"].as_u64());
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[0]["image"], &sent[1]["image"]), (&json!("YSBmaWxl"), &json!("YWI=")));
    assert_eq!((&sent[0]["seed"], &sent[1]["seed"]), (&json!(7), &json!(9)));
}

#[tokio::test]
async fn what_cannot_be_a_batch_is_refused_and_the_same_again_is_the_same_batch() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::ZERO).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    for (body, said) in [
        (json!({ "images": ["no picture!"] }), "image: is not base64 text (image 0)"),
        (json!({ "images": ["YWI="], "parameters": { "ref_images": "Y*" } }), "ref_images: "),
        (json!({ "images": [], "parameters": { "seed": -1 } }), "seed: "),
        (json!({ "images": [], "parameters": { "image": "YWI=" } }), "no image"),
        (json!({ "imagse": [] }), "imagse"),
    ] {
        let reply = post(&relay, None, &body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(reply.error().contains(said), "{}", reply.error());
    }
    let first = json(&post(&relay, Some("k"), &images(2)).await);
    assert_eq!(json(&post(&relay, Some("k"), &images(2)).await)["id"], first["id"]);
    assert_eq!(post(&relay, Some("k"), &images(3)).await.status, StatusCode::CONFLICT);
    let url = first["url"].as_str().unwrap();
    assert_eq!(ended(&relay, url, Duration::from_secs(20)).await["total"], 2);
    assert_eq!(provider.seen().len(), 2);
    for rest in ["no-such", "ID/items/2", "ID/items/x", "ID/items/4294967295"] {
        let url = format!("{PATH}/{}", rest.replace("ID", first["id"].as_str().unwrap()));
        assert_eq!(relay.get(&url).await.status, StatusCode::NOT_FOUND, "{url}");
    }
    for query in ["count=0", "count=1001", "count=-1", "from=100000", "from=x"] {
        let reply = relay.get(&format!("{url}/items?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(json(&relay.get(&format!("{url}/items?from=99999")).await)["items"], json!([]));
    let bad = Body::from(r#"{"image":"no picture!"}"#);
    let put = relay.request("PUT", &format!("{url}/items/2"), &with_json(&[]), bad);
    assert_eq!(relay.send(put).await.status, StatusCode::BAD_REQUEST);
    // A journal that ends with the relay keeps nothing to be collected later.
    let relay = Relay::forwarding(&provider.origin, &["--journal", ":memory:"]);
    assert_eq!(json(&relay.get("/healthz").await).get("batches"), None);
    assert_eq!(post(&relay, None, &images(1)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failed_photo_is_told_and_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let provider = Provider::answering(move || {
        let status = if count.fetch_add(1, Ordering::SeqCst) == 0 { 422 } else { 200 };
        async move { Response::builder().status(status).body(Body::from("words")).unwrap() }
    })
    .await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &["--batch-at-once", "1"]);
    let url = begun(&relay, 3).await;
    let told = ended(&relay, &url, Duration::from_secs(20)).await;
    assert_eq!((&told["done"], &told["failed"]), (&json!(2), &json!(1)));
    let items = json(&relay.get(&format!("{url}/items")).await);
    assert_eq!(
        (&items["items"][0]["status"], &items["items"][0]["error"]),
        (&json!("FAILED"), &json!("words"))
    );
    assert_eq!(relay.get(&format!("{url}/items/0")).await.status.as_u16(), 422);
}

/// The relay is killed in the middle and started again.
#[tokio::test]
async fn a_batch_outlives_its_relay() {
    let folder = tempfile::tempdir().unwrap();
    let provider = provider(Duration::from_millis(300)).await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    let url = begun(&relay, 20).await;
    eventually("some calls", || provider.seen().len() >= 6).await;
    relay.signal("KILL");
    drop(relay);
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    let told = ended(&relay, &url, Duration::from_secs(90)).await;
    assert_all_once(&relay, &url, &told, &provider, 4).await;
}

/// Each photo has one end, none was asked for twice, and at most so many were under way when their
/// worker died.
async fn assert_all_once(
    relay: &Relay,
    url: &str,
    told: &Value,
    provider: &Provider,
    under_way: u64,
) {
    let total = told["total"].as_u64().unwrap();
    let asked = asked(provider);
    assert!(asked.values().all(|count| *count == 1), "paid twice: {asked:?}");
    let (mut done, mut uncertain) = (0, 0);
    for item in json(&relay.get(&format!("{url}/items")).await)["items"].as_array().unwrap() {
        let photo = format!("https://shop.example/{}.jpg", item["number"]);
        match item["status"].as_str().unwrap() {
            "COMPLETED" => {
                assert!(asked.contains_key(&photo), "never asked for: {item}");
                done += 1;
            }
            // Also what was never sent: its worker had written down that it would, and died.
            "UNCERTAIN" => uncertain += 1,
            _ => panic!("{item}"),
        }
    }
    assert_eq!(done + uncertain, total, "{told}");
    assert_eq!((&told["done"], &told["uncertain"]), (&json!(done), &json!(uncertain)));
    assert!(uncertain <= under_way, "{told}");
}

async fn three_workers_one_killed(state: &str, relay: &Relay) {
    let provider = provider(Duration::from_millis(100)).await;
    let worker =
        || Worker::start(&mut program(), state, &provider.origin, &["--batch-at-once", "8"]);
    let mut workers = [worker(), worker(), worker()];
    let url = begun(relay, 600).await;
    eventually("some calls", || provider.seen().len() >= 100).await;
    workers[0].kill();
    let told = ended(relay, &url, Duration::from_secs(120)).await;
    assert_all_once(relay, &url, &told, &provider, 8).await;
}

fn sqlite(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[tokio::test]
async fn three_workers_on_one_file_one_of_them_killed() {
    let folder = tempfile::tempdir().unwrap();
    let state = sqlite(&journal(&folder));
    let relay =
        Relay::forwarding("http://127.0.0.1:9", &["--state", &state, "--batch-at-once", "0"]);
    three_workers_one_killed(&state, &relay).await;
}

/// No photo is asked for beyond the budget, however many workers there are.
#[tokio::test]
async fn workers_keep_to_the_budget_together() {
    let folder = tempfile::tempdir().unwrap();
    let state = sqlite(&journal(&folder));
    let provider = provider(Duration::from_millis(20)).await;
    let flags = ["--calls-per-day", "30", "--batch-at-once", "8"];
    let relay = Relay::forwarding(&provider.origin, &[&["--state", &state], &flags[..]].concat());
    let _workers =
        [(); 2].map(|()| Worker::start(&mut program(), &state, &provider.origin, &flags));
    let url = begun(&relay, 60).await;
    eventually("the budget", || provider.seen().len() == 30).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let told = json(&relay.get(&url).await);
    assert_eq!((&told["done"], &told["waiting"]), (&json!(30), &json!(30)));
    assert_eq!(provider.seen().len(), 30);
}

/// It says 429 for a while, without a word about how long.
#[tokio::test]
async fn a_provider_that_is_busy_for_a_while_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let busy = Arc::new(AtomicBool::new(true));
    let is_busy = Arc::clone(&busy);
    let provider = Provider::answering(move || {
        let status = if is_busy.load(Ordering::SeqCst) { 429 } else { 200 };
        async move { Response::builder().status(status).body(Body::from("png")).unwrap() }
    })
    .await;
    let relay = Relay::journaled(&provider.origin, &journal(&folder), &[]);
    let url = begun(&relay, 30).await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    // Four at once, each five seconds: it is not hammered.
    let refused = provider.seen().len();
    assert!(refused <= 16, "{refused}");
    busy.store(false, Ordering::SeqCst);
    let told = ended(&relay, &url, Duration::from_secs(30)).await;
    assert_eq!(told["done"], 30, "{told}");
    assert_eq!(provider.seen().len() - refused, 30);
}

#[cfg(feature = "redis")]
mod redis {
    use super::*;
    use crate::store::Store;

    /// Who is dead, and whose turn it is, goes by the store's clock.
    #[tokio::test]
    async fn three_workers_with_clocks_hours_apart_one_of_them_killed() {
        let store = Store::start();
        let provider = provider(Duration::from_millis(100)).await;
        let flags = ["--calls-per-day", "650"];
        let relay =
            store.relay(&provider.origin, &[&flags[..], &["--batch-at-once", "0"]].concat());
        let flags = [&flags[..], &["--batch-at-once", "8"]].concat();
        let mut workers = ["+30h", "-30h", "+0"].map(|clock| {
            Worker::start(&mut at_another_time(clock), &store.address(), &provider.origin, &flags)
        });
        let url = begun(&relay, 600).await;
        eventually("some calls", || provider.seen().len() >= 100).await;
        workers[0].kill();
        let told = ended(&relay, &url, Duration::from_secs(120)).await;
        assert_all_once(&relay, &url, &told, &provider, 8).await;
        // The day is the store's, too: one budget, wherever it is tomorrow already.
        let more = begun(&relay, 100).await;
        eventually("the budget", || provider.seen().len() >= 640).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let told = json(&relay.get(&more).await);
        assert!(told["waiting"].as_u64().unwrap() >= 50, "{told}");
        assert!((642..=650).contains(&provider.seen().len()), "{}", provider.seen().len());
    }

    /// The program, by a clock that is so far off.
    fn at_another_time(clock: &str) -> std::process::Command {
        let library = std::fs::read_dir("/usr/lib").unwrap().flatten().find_map(|folder| {
            let file = folder.path().join("faketime/libfaketimeMT.so.1");
            file.is_file().then_some(file)
        });
        let mut program = program();
        program
            .env("LD_PRELOAD", library.expect("libfaketime: `cargo xtask setup` installs it"))
            .env("FAKETIME", clock)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_NO_CACHE", "1");
        program
    }

    #[tokio::test]
    async fn three_workers_on_redis_one_of_them_killed() {
        let store = Store::start();
        let relay = store.relay("http://127.0.0.1:9", &["--batch-at-once", "0"]);
        three_workers_one_killed(&store.address(), &relay).await;
    }

    /// The store is away for longer than a worker is believed to live.
    #[tokio::test]
    async fn the_store_restarted_in_the_middle_loses_nothing_and_pays_nothing_twice() {
        let mut store = Store::start();
        let provider = provider(Duration::from_millis(200)).await;
        let relay = store.relay(&provider.origin, &["--batch-at-once", "0"]);
        let _workers = [(); 3].map(|()| store.worker(&provider.origin, &["--batch-at-once", "8"]));
        let url = begun(&relay, 300).await;
        eventually("some calls", || provider.seen().len() >= 60).await;
        store.kill();
        tokio::time::sleep(Duration::from_secs(18)).await;
        store.restart();
        let told = ended(&relay, &url, Duration::from_secs(120)).await;
        assert_all_once(&relay, &url, &told, &provider, 0).await;
        let zip = relay.get(&format!("{url}/results.zip")).await;
        let zip = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
        assert_eq!(zip.len(), 300);
    }
}
