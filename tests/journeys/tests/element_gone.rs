//! Gone means gone: what is removed leaves nothing behind.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, FOLDER, Provider, Site};
use serde_json::json;
use std::time::Duration;

/// Counts object URLs, timers and listeners of the window, and keeps the wasm's memory at hand,
/// before anything else runs.
const COUNT: &str = "
    window.urls = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => { const url = createObjectURL.call(URL, blob); urls.add(url); return url; };
    URL.revokeObjectURL = (url) => { urls.delete(url); revokeObjectURL.call(URL, url); };
    window.timers = new Set();
    const { setInterval, clearInterval } = window;
    window.setInterval = (...all) => { const id = setInterval(...all); timers.add(id); return id; };
    window.clearInterval = (id) => { timers.delete(id); clearInterval(id); };
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...all) {
      const instance = new Instance(...all);
      window.memory = instance.exports.memory;
      return instance;
    };
    WebAssembly.Instance.prototype = Instance.prototype;
    const ready = (studio) => new Promise((then) => studio.addEventListener('backdrop-ready', then, { once: true }));
    const until = async (is) => { while (!is()) await new Promise((then) => setTimeout(then, 5)); };
    window.mount = async (count, endpoint) => {
      const canvas = document.createElement('canvas');
      const photo = await new Promise((then) => canvas.toBlob(then));
      for (let at = 0; at < count; at++) {
        const studio = document.createElement('backdrop-studio');
        studio.setAttribute('endpoint', endpoint);
        studio.variant = ['full', 'compact', 'button'][at % 3];
        studio.photo = photo;
        document.body.append(studio);
        await ready(studio);
        await until(() => studio.photo);
        if (at % 10 == 0) {
          // Removed in the middle of a request.
          const gone = studio.send().catch((error) => error.kind);
          await until(() => studio.matches(':state(busy)'));
          studio.remove();
          if (await gone != 'cancelled') throw new Error('it was not cancelled');
        }
        studio.remove();
        await new Promise((then) => setTimeout(then));
      }
    };";

/// What is held after everything that can go has gone.
#[derive(Debug)]
struct Held {
    heap: f64,
    nodes: f64,
    listeners: f64,
    wasm: f64,
    urls: f64,
    timers: f64,
}

async fn held(page: &Browser) -> Held {
    for _ in 0..3 {
        page.cdp("HeapProfiler.collectGarbage", json!({})).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let metrics = page.cdp("Performance.getMetrics", json!({})).await;
    let metric = |name: &str| {
        let metrics = metrics["metrics"].as_array().unwrap();
        metrics.iter().find(|one| one["name"] == name).unwrap()["value"].as_f64().unwrap()
    };
    let own = page.run("return [memory.buffer.byteLength, urls.size, timers.size]", vec![]).await;
    Held {
        heap: metric("JSHeapUsedSize"),
        nodes: metric("Nodes"),
        listeners: metric("JSEventListeners"),
        wasm: own[0].as_f64().unwrap(),
        urls: own[1].as_f64().unwrap(),
        timers: own[2].as_f64().unwrap(),
    }
}

#[tokio::test]
async fn five_hundred_that_come_and_go_leave_nothing() {
    let provider = Provider::start().await;
    for _ in 0..120 {
        provider.answers(Answer::picture().after(Duration::from_secs(600)));
    }
    let site = Site::start("").await;
    site.file("/count.js", "text/javascript", COUNT);
    // Nothing else on it, which might keep what it hears.
    let html = format!(
        "<!doctype html><link rel=icon href='data:,'><script src=/count.js></script>
         <script type=module src={FOLDER}backdrop-studio.js></script>
         <backdrop-studio endpoint='{}'></backdrop-studio>",
        provider.endpoint()
    );
    site.file("/", "text/html", html);
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#send").await;
    page.run("document.querySelector('backdrop-studio').remove()", vec![]).await;
    page.cdp("Performance.enable", json!({})).await;
    page.cdp("HeapProfiler.enable", json!({})).await;

    let mount = |count: u32| {
        page.run("return mount(...arguments)", vec![count.into(), provider.endpoint().into()])
    };
    // Until the engine has compiled all that it will compile, and the allocator has its last page: it is
    // the same after 1,500 more.
    for _ in 0..12 {
        mount(50).await;
    }
    let warm = held(&page).await;
    for _ in 0..10 {
        mount(50).await;
    }
    let after = held(&page).await;
    println!("before: {warm:?}\nafter 500 more: {after:?}");
    assert_eq!((after.urls, after.timers), (0.0, 0.0));
    assert_eq!(after.wasm, warm.wasm, "wasm memory grows in pages and never shrinks");
    // A studio is some 400 nodes and 60 listeners: one in fifty that stayed would show.
    assert!(after.nodes <= warm.nodes + 200.0, "nodes: {warm:?} {after:?}");
    assert!(after.listeners <= warm.listeners + 50.0, "listeners: {warm:?} {after:?}");
    // One studio is some 200 kB of it; the browser's own records of a request are a few bytes.
    assert!(after.heap <= warm.heap + 100_000.0, "heap: {warm:?} {after:?}");
    page.assert_quiet_but_for(&["healthz"]).await;
}
