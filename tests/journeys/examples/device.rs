//! Whether the page keeps up while this device makes a picture of 12 megapixels, and how soon it stops:
//! `cargo xtask bench device` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench fails by panicking and speaks by printing"
)]

use journeys::{Browser, STRICT, Site, enlarged};
use serde_json::Value;
use std::time::Duration;

const RUNS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(120);

/// Tasks of more than 50 ms, of which browsers tell.
const WATCH: &str = "
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({ type: 'longtask', buffered: true });";

/// Clicks Cancel once the worker is at work; how long until the button can send again.
const CANCEL: &str = "
    const root = document.querySelector('backdrop-studio').shadowRoot;
    const [send, cancel] = ['#send', '#cancel'].map((css) => root.querySelector(css));
    const start = performance.now();
    cancel.click();
    return new Promise((done) => {
        const look = () => send.ariaDisabled === 'true'
            ? setTimeout(look)
            : done(performance.now() - start);
        look();
    });";

#[tokio::main]
async fn main() {
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    // Workers want the one policy that a page with Trusted Types allows.
    site.policy(&STRICT.replace("trusted-types 'none'", "trusted-types backdrop"));
    let page = Browser::start().await;
    page.open_studio(site.origin()).await;
    page.run(WATCH, vec![]).await;
    page.drop_photo(&enlarged("twelve.jpg", "coffee", 7)).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
    page.click("#original_quality").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("12 megapixels, kept                      longest task   tasks over 50 ms");
    forget(&page).await;
    made(&page).await;
    tell(&page, "the first picture, with the engine").await;
    page.click(".swatch[aria-label=Peach]").await;
    made(&page).await;
    tell(&page, "another colour").await;

    page.click("#correct").await;
    page.until_within(PATIENCE, "the outline", || async {
        page.all(".left-out").await.into_iter().next()
    })
    .await;
    tell(&page, "its outline").await;
    let (x, y) = page.middle_of("#cut-canvas").await;
    for step in 0..60 {
        let kind = match step {
            0 => "mousePressed",
            59 => "mouseReleased",
            _ => "mouseMoved",
        };
        let at = x + 200.0 * (f64::from(step) / 10.0).sin();
        let held = serde_json::json!({
            "type": kind, "x": at, "y": y, "button": "left", "buttons": 1, "clickCount": 1,
        });
        page.cdp("Input.dispatchMouseEvent", held).await;
    }
    page.wait_for_text("#status", "The cut-out has changed").await;
    tell(&page, "a stroke of 60 points").await;
    page.click("#cut-cancel").await;

    let mut waits = Vec::new();
    for run in 0..RUNS {
        // Looked at otherwise, the subject is found anew, which takes longest.
        page.click("#fast").await;
        page.click("#send").await;
        page.wait_for_text("#send", "Working").await;
        tokio::time::sleep(Duration::from_millis(150 * (run as u64 + 1))).await;
        let wait = page.run(CANCEL, vec![]).await;
        waits.push(wait.as_f64().unwrap());
    }
    waits.sort_by(f64::total_cmp);
    let (median, most) = (waits[RUNS / 2], waits[RUNS - 1]);
    println!(
        "stopped, from the click to a page that can send: median {median:.0} ms, most {most:.0} ms"
    );
    tell(&page, "all of that").await;
    made(&page).await;
}

async fn made(page: &Browser) {
    let before = page.all(".strip li").await.len();
    page.click("#send").await;
    page.until_within(PATIENCE, "a result", || async {
        (page.all(".strip li").await.len() > before && !page.is_busy().await).then_some(())
    })
    .await;
}

async fn forget(page: &Browser) -> Value {
    let script = "const seen = [...window.tasks]; window.tasks.length = 0; return seen;";
    page.run(script, vec![]).await
}

/// What was seen since it was last told.
async fn tell(page: &Browser, what: &str) {
    // Long tasks are told a moment later.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let tasks: Vec<f64> = serde_json::from_value(forget(page).await).unwrap();
    let longest = tasks.iter().copied().fold(0.0, f64::max);
    println!("{what:40} {longest:9.0} ms   {:16}", tasks.len());
}
