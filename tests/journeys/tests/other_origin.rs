//! A tag on one site and its relay on another: requests have names there, too, so that nothing is
//! lost or paid twice.

use backdrop_contract::PATH;
use journeys::{Answer, Browser, Provider, Relay, STRICT, Site, sample, site};
use serde_json::json;
use std::time::Duration;

async fn open(here: &Site, endpoint: &str) -> Browser {
    here.page("/", &format!("<backdrop-studio endpoint='{endpoint}'></backdrop-studio>"));
    let page = Browser::start().await;
    page.goto(here.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    page
}

#[tokio::test]
async fn a_picture_under_way_is_collected_after_a_reload() {
    let (here, provider) = (Site::start("").await, Provider::start().await);
    let relay = Relay::with_key("SG_test", provider.origin()).arg("--origin").arg(here.origin());
    let relay = relay.start();
    let page = open(&here, &format!("{}{PATH}", relay.url())).await;
    provider
        .answers(Answer::picture().after(Duration::from_secs(4)).with("x-request-id", "play-9"));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.reload().await;
    page.shown("#result").await;
    page.wait_for_text("#facts", "320 × 240").await;
    page.click(".told summary").await;
    page.wait_for_text(".told", "Request: play-9").await;
    assert_eq!(provider.asked().len(), 1);
    assert_eq!(page.run("return localStorage.length", vec![]).await, 0);
    page.assert_quiet().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for() {
    let here = Site::start("").await;
    // It plays the relay, with a journal.
    let relay = Provider::start_with_site(&site(), 60).await;
    let page = open(&here, &relay.endpoint()).await;
    relay.answers(Answer::picture().after(Duration::from_secs(2)).lost());
    page.click("#send").await;
    page.wait_for_text(".phase", "Asking what came of it").await;
    page.shown("#result").await;
    let asked = relay.asked();
    assert_eq!(asked.len(), 1, "it was sent twice");
    assert_eq!(asked[0].header("idempotency-key").len(), 36);
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}

#[tokio::test]
async fn one_that_pages_may_not_read_is_told_before_long() {
    let (here, relay) = (Site::start("").await, Provider::start_without_cors().await);
    let page = open(&here, &relay.endpoint()).await;
    let text = page.send_in_vain("no answer of it could be read").await;
    assert!(text.contains("does not let pages read its answers"), "{text}");
    assert_eq!(page.run("return localStorage.length", vec![]).await, 0);
    page.assert_quiet_but_for(&["CORS policy", "net::ERR_FAILED", "status of"]).await;
}

#[tokio::test]
async fn what_a_browser_tells_nobody_apart_is_said_so() {
    let (here, provider) = (Site::start("").await, Provider::start().await);
    here.policy(&STRICT.replace("http://127.0.0.1:*", "http://127.0.0.1:* https:"));
    let gone = Provider::start().await.endpoint();
    let tls = provider.endpoint().replace("http:", "https:");
    let page = open(&here, &provider.endpoint()).await;
    page.ask_studio("studio.apiKey = 'SG_mine'").await;
    for endpoint in [gone, tls, format!("https://no-such-name.invalid{PATH}")] {
        page.ask_studio(&format!("studio.endpoint = '{endpoint}'")).await;
        let text = page.send_in_vain("The server cannot be reached").await;
        assert!(text.contains("certificate") && text.contains("not told which"), "{text}");
        assert_eq!(page.focused().await, "button#send.primary");
        page.photo_is("coffee.jpg").await;
    }
    // The key and the photo go nowhere that nobody chose.
    let elsewhere = Provider::start().await;
    page.ask_studio(&format!("studio.endpoint = '{}'", provider.endpoint())).await;
    provider.answers(Answer::Json(307, json!({})).with("location", elsewhere.endpoint()));
    let text = page.send_in_vain("no answer of it could be read").await;
    assert!(text.contains("redirects"), "{text}");
    assert!(elsewhere.asked().is_empty() && elsewhere.fetched().is_empty());
    page.send().await;
    page.assert_quiet_but_for(&["net::ERR_", "CORS policy", "status of"]).await;
}
