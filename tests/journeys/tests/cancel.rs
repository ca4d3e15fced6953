//! Stopping what runs, and not sending twice.

use journeys::{Answer, Browser, Provider, Relay, sample};
use std::time::Duration;

fn slow() -> Answer {
    Answer::picture().after(Duration::from_secs(60))
}

async fn open(relay: &Relay) -> Browser {
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.retype("#prompt", "on a wooden table").await;
    page
}

#[tokio::test]
async fn a_request_is_stopped_and_the_next_one_works() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    provider.answers(slow());
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.wait_for_text("#send", "Working").await;
    page.screenshot("busy").await;
    page.click("#cancel").await;
    page.gone("#cancel").await;
    assert_eq!(page.focused().await, "button#send.primary");
    page.wait_for_text("#notice", "Stopped").await;
    page.wait_for_text("#status", "Stopped").await;
    assert_eq!(page.property("#prompt", "value").await, "on a wooden table");
    page.photo_is("coffee.jpg").await;
    assert!(page.all("#failure").await.is_empty());

    page.send().await;
    page.gone("#notice").await;
    assert_eq!(provider.asked().len(), 2);
    // The relay brings a call that may be billed to its end, whoever leaves.
    assert_eq!(provider.given_up(), 0);
    page.assert_quiet().await;
}

#[tokio::test]
async fn straight_to_a_provider_a_request_that_is_stopped_ends() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    page.use_key(&provider.endpoint(), "SG_mine").await;
    provider.answers(slow());
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.click("#cancel").await;
    provider.wait_for_given_up(1).await;
    page.wait_for_text("#notice", "Stopped").await;

    // And with the studio itself.
    provider.answers(slow());
    page.click("#send").await;
    provider.wait_for_request(2).await;
    page.ask_studio("studio.remove()").await;
    provider.wait_for_given_up(2).await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_focus_has_a_place_when_the_work_ends() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    provider.answers(Answer::picture().after(Duration::from_millis(800)));
    page.click("#send").await;
    page.press("tab").await;
    assert!(page.has_focus("#cancel").await, "the focus is on {}", page.focused().await);
    page.shown("#result").await;
    page.gone("#cancel").await;
    assert!(page.has_focus("#send").await, "the focus is on {}", page.focused().await);
    page.assert_quiet().await;
}

#[tokio::test]
async fn keys_send_once() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    provider.answers(Answer::picture().after(Duration::from_millis(600)));
    page.press("ctrl+enter").await;
    provider.wait_for_request(1).await;
    page.press("ctrl+enter").await;
    page.press("enter").await;
    page.click("#send").await;
    page.shown("#result").await;
    page.wait_for_text("#send", "Replace background").await;
    assert_eq!(provider.asked().len(), 1);
    assert_eq!(page.all(".strip li").await.len(), 1);
    page.assert_quiet().await;
}
