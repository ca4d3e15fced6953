//! The harness itself, on a page of its own: what a journey relies on has to be true.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use journeys::{Answer, Browser, Provider, Surroundings, photo};
use std::time::Duration;

/// Serves the page under a Content-Security-Policy; returns its address.
async fn page() -> String {
    const POLICY: &str = "default-src 'self'; img-src data:; connect-src http://127.0.0.1:*; \
                          style-src 'self'; script-src 'self'";
    let html = include_str!("page/index.html");
    let file = |kind: &'static str, text: &'static str| {
        let headers = [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)];
        get(move || async move { (headers, text) })
    };
    let app = Router::new()
        .route("/", file("text/html", html))
        .route("/page.js", file("text/javascript", include_str!("page/page.js")))
        .route("/page.css", file("text/css", include_str!("page/page.css")));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

async fn open() -> Browser {
    let browser = Browser::start().await;
    browser.goto(&page().await).await;
    browser
}

#[tokio::test]
async fn files_arrive_by_drop_and_by_input() {
    let browser = open().await;
    let (cat, dog) = (photo("cat.png", 40, 30), photo("dog.png", 8, 8));
    let size = |path| std::fs::metadata(path).unwrap().len();

    browser.hold_files_over("#drop", std::slice::from_ref(&cat)).await;
    browser.find("#drop.over").await;
    browser.drop_files("#drop", std::slice::from_ref(&cat)).await;
    let dropped = format!("dropped cat.png {} image/png", size(&cat));
    assert_eq!(browser.wait_for_text("output", "dropped").await, dropped);

    let picked =
        format!("picked cat.png {} image/png, dog.png {} image/png", size(&cat), size(&dog));
    browser.pick_files("#file", &[cat, dog]).await;
    assert_eq!(browser.wait_for_text("output", "picked").await, picked);
    browser.assert_quiet().await;
}

#[tokio::test]
async fn keys_reach_the_field_that_has_the_focus() {
    let browser = open().await;
    browser.fill("textarea", "on a beach").await;
    assert_eq!(browser.property("textarea", "value").await, "on a beach");
    browser.press("ctrl+enter").await;
    browser.wait_for_text("output", "sent on a beach").await;
    browser.press("tab").await;
    assert_eq!(browser.focused().await, "button#save");
    browser.press("shift+tab").await;
    assert_eq!(browser.focused().await, "textarea");
}

#[tokio::test]
async fn what_the_page_saves_can_be_read() {
    let browser = open().await;
    browser.click("#save").await;
    let saved = browser.next_download().await;
    assert!(saved.ends_with("saved.txt"));
    assert_eq!(std::fs::read(saved).unwrap(), b"saved");
    browser.click("#save").await;
    assert!(browser.next_download().await.ends_with("saved (1).txt"));
}

#[tokio::test]
async fn complaints_are_noticed() {
    let browser = open().await;
    browser.assert_quiet().await;
    browser.click("#error").await;
    browser.click("#breach").await;
    let complaints = browser.complaints().await;
    for expected in [
        "it went wrong",
        "Content-Security-Policy: style-src-attr blocked inline",
        "Content-Security-Policy: script-src-elem blocked inline",
    ] {
        assert!(complaints.iter().any(|line| line.contains(expected)), "{complaints:#?}");
    }
    browser
        .assert_quiet_but_for(&["went wrong", "Content-Security-Policy", "Content Security Policy"])
        .await;
}

#[tokio::test]
async fn the_whole_page_is_pictured_as_its_surroundings_make_it() {
    let browser = open().await;
    let dark = Surroundings { dark: true, ..Surroundings::default() };
    browser.surroundings(dark).await;
    browser.viewport(400, 300).await;
    let shot = browser.screenshot("harness").await;
    let mut reader = png_reader(&shot);
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (400, 1200));
    let last = pixels.len() - 3;
    assert_eq!(pixels[last..], [0, 0, 0]);
}

fn png_reader(path: &std::path::Path) -> png::Reader<std::io::BufReader<std::fs::File>> {
    let file = std::fs::File::open(path).unwrap();
    png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap()
}

#[tokio::test]
async fn the_provider_plays_its_part() {
    let browser = open().await;
    let provider = Provider::start().await;
    let ask = async |rest: &str| {
        browser.fill("textarea", &format!("{} {rest}", provider.endpoint())).await;
        browser.run(CLEAR, vec![]).await;
        browser.click("#ask").await;
        browser.wait_for_text("output", " ").await
    };
    assert_eq!(ask("1234").await, "200 image/png true reset false");
    let asked = provider.wait_for_request(1).await;
    assert_eq!(asked.header("x-api-key"), "SG_mine");
    assert_eq!(asked.json()["seed"], 1234);

    assert_eq!(ask("429").await, "429 application/json true reset true");
    assert_eq!(ask("502").await, "502 text/html true reset false");
    assert_eq!(ask("1").await, "failed TypeError after 200");
    provider.answers(Answer::BadKey);
    assert_eq!(ask("1234").await, "401 application/json true reset false");

    provider.answers(Answer::picture().after(Duration::from_secs(60)));
    assert_eq!(ask("1234 300").await, "failed TimeoutError after nothing");
    provider.wait_for_given_up(1).await;
    assert_eq!(provider.asked().len(), 6);
}

const CLEAR: &str =
    "document.querySelector('backdrop-studio').shadowRoot.querySelector('output').textContent = ''";

#[tokio::test]
async fn without_cors_a_page_learns_nothing() {
    let browser = open().await;
    let provider = Provider::start_without_cors().await;
    browser.fill("textarea", &format!("{} 1234", provider.endpoint())).await;
    browser.click("#ask").await;
    browser.wait_for_text("output", "failed TypeError after nothing").await;
}

#[tokio::test]
async fn no_process_outlives_its_browser_even_when_a_test_panics() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let test = tokio::spawn(async move {
        let browser = Browser::start().await;
        let _ = tell.send(browser.profile().display().to_string());
        panic!("as a failing test does");
    });
    let profile = told.await.unwrap();
    assert!(test.await.unwrap_err().is_panic());
    for _ in 0..100 {
        if !running(&profile) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a process still uses {profile}");
}

/// Whether any process has this text in its command line. Elsewhere than on Linux nobody looks.
fn running(text: &str) -> bool {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(text))
}
