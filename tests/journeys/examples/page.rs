//! How fast the page comes, and whether it keeps up with a person: Lighthouse, and the longest task
//! and the layout shifts while it is used. `cargo xtask bench page` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench fails by panicking and speaks by printing"
)]

use journeys::{Answer, Browser, Provider, Relay, enlarged};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Runs of Lighthouse for each preset; the median is told.
const RUNS: usize = 5;

/// What Lighthouse measures in time, with how many of its unit a millisecond is.
const TIMES: [(&str, &str); 4] = [
    ("FCP", "first-contentful-paint"),
    ("LCP", "largest-contentful-paint"),
    ("TBT", "total-blocking-time"),
    ("SI", "speed-index"),
];

/// Watches what the browser says of itself.
const WATCH: &str = r#"
    window.seen = { longtask: [], shift: 0, shifted: [] };
    new PerformanceObserver((list) => seen.longtask.push(...list.getEntries().map((one) => one.duration)))
        .observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
        for (const one of list.getEntries().filter((one) => !one.hadRecentInput)) {
            seen.shift += one.value;
            const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
            seen.shifted.push(...one.sources.map((one) =>
                `${place(one.previousRect)} to ${place(one.currentRect)}`));
        }
    }).observe({ type: "layout-shift", buffered: true });"#;

const FORGET: &str = "Object.assign(seen, { longtask: [], shift: 0, shifted: [] })";

#[tokio::main]
async fn main() {
    let provider = Provider::start().await;
    let local = Relay::without_key().start();
    // Without it, only what comes after.
    if let Some(lighthouse) = std::env::var_os("LIGHTHOUSE") {
        for (preset, arguments) in [("desktop", &["--preset=desktop"][..]), ("mobile", &[])] {
            audit(Path::new(&lighthouse), preset, arguments, local.url());
        }
    }
    println!("\nwhile                                     longest task   tasks over 50 ms   shift");
    for (name, width, height) in [("wide", 1440, 900), ("narrow", 412, 823)] {
        let page = Browser::start().await;
        page.viewport(width, height).await;
        page.open_studio(local.url()).await;
        page.run(WATCH, vec![]).await;
        page.shown(".ideas .chips").await;
        tell(&page, &format!("the page opens, {name}")).await;
    }

    let relay = Relay::with_key("SG_bench", provider.origin()).start();
    provider.answers(Answer::Picture { width: 4000, height: 3000, colour: [240, 190, 120] });
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.shown(".ideas .chips").await;
    page.run(WATCH, vec![]).await;
    page.run(FORGET, vec![]).await;

    page.click("#prompt").await;
    page.type_here("On a beach in the evening, with soft light from the left and long shadows")
        .await;
    tell(&page, "80 letters are typed").await;

    page.drop_photo(&enlarged("twelve.jpg", "coffee", 7)).await;
    tell(&page, "a photo of 12 megapixels is chosen").await;
    page.send().await;
    tell(&page, "it is sent, and its picture is shown").await;

    drag(&page).await;
    tell(&page, "the slider is dragged over it").await;

    page.fill_history(500, 1_000).await;
    page.run(FORGET, vec![]).await;
    page.click("#history").await;
    page.shown(".kept > li").await;
    tell(&page, "a history of 500 is opened").await;
    page.type_into("#history-search", "kept-77.png").await;
    page.gone(".kept > li:nth-child(2)").await;
    tell(&page, "a picture in it is searched for").await;
}

/// The slider's handle, to both sides, as a hand does it.
async fn drag(page: &Browser) {
    let (x, y) = page.middle_of(".pair").await;
    let mouse = |kind: &'static str, x: f64, held: u32| {
        let held = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", held)
    };
    mouse("mousePressed", x, 1).await;
    for step in 0..120 {
        mouse("mouseMoved", x + 300.0 * (f64::from(step) / 10.0).sin(), 1).await;
    }
    mouse("mouseReleased", x, 0).await;
}

/// What was seen since it was last told.
async fn tell(page: &Browser, what: &str) {
    // Long tasks are told a moment later.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let seen = page.run("return window.seen", vec![]).await;
    page.run(FORGET, vec![]).await;
    let tasks: Vec<f64> = serde_json::from_value(seen["longtask"].clone()).unwrap();
    let longest = tasks.iter().copied().fold(0.0, f64::max);
    let shift = seen["shift"].as_f64().unwrap();
    println!("{what:40}  {longest:9.0} ms   {:16}   {shift:.4}", tasks.len());
    if shift > 0.0 {
        println!("    moved (x y width height): {}", seen["shifted"]);
    }
}

/// The scores of a preset, each the median of its runs.
fn audit(lighthouse: &Path, preset: &str, arguments: &[&str], url: &str) {
    // Now and then the browser gives no usable trace, and Lighthouse asks to be run again.
    let runs = std::iter::repeat_with(|| run(lighthouse, arguments, url)).take(2 * RUNS);
    let runs: Vec<Value> = runs.flatten().take(RUNS).collect();
    assert_eq!(runs.len(), RUNS, "Lighthouse does not come through");
    let median = |read: &dyn Fn(&Value) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(read).collect();
        values.sort_by(f64::total_cmp);
        values[RUNS / 2]
    };
    print!("Lighthouse, {preset}:");
    for name in ["performance", "accessibility", "best-practices"] {
        let score = |run: &Value| run["categories"][name]["score"].as_f64().unwrap_or_default();
        print!(" {name} {:.0},", 100.0 * median(&score));
    }
    for (short, name) in TIMES {
        let time = |run: &Value| run["audits"][name]["numericValue"].as_f64().unwrap_or_default();
        print!(" {short} {:.0} ms,", median(&time));
    }
    let shift = |run: &Value| {
        run["audits"]["cumulative-layout-shift"]["numericValue"].as_f64().unwrap_or_default()
    };
    println!(" CLS {:.4}", median(&shift));
}

/// What Lighthouse reports, if it comes through.
fn run(lighthouse: &Path, arguments: &[&str], url: &str) -> Option<Value> {
    let mut node = Command::new("node");
    node.arg(lighthouse).arg(url).args(arguments).args([
        "--output=json",
        "--quiet",
        "--only-categories=performance,accessibility,best-practices",
        "--chrome-flags=--headless=new --no-sandbox",
    ]);
    if let Some(chrome) = std::env::var_os("CHROME") {
        node.env("CHROME_PATH", chrome);
    }
    let output = node.output().unwrap();
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}
