//! A key is checked before it is used, without spending.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::{Dialect, KEY_HEADER};
use journeys::{Answer, Browser, Provider, Relay};
use serde_json::json;
use std::time::Duration;

/// The dialog with a key in it, and the provider's address.
async fn with_key(provider: &Provider, relay: &Relay) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    open(&page, provider).await;
    page
}

async fn open(page: &Browser, provider: &Provider) {
    page.click("#connection").await;
    page.click("#connect-segmind").await;
    page.fill("#address", &provider.endpoint()).await;
    page.fill("#key", "SG_mine").await;
}

fn relay_beside(provider: &Provider) -> Relay {
    Relay::with_key("SG_of_the_relay", provider.origin()).start()
}

#[tokio::test]
async fn each_outcome_is_told() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    assert_eq!(page.property("#checked", "role").await, "status");
    assert_eq!(page.text("#checked").await, "");
    for (answer, says) in [
        (Answer::Json(200, json!({ "credits": 12.5 })), "The key is good. Credits left: 12.5"),
        (Answer::Json(200, json!({ "user": { "remaining_credits": 3 } })), "Credits left: 3"),
        (Answer::Json(200, json!({ "plan": "free" })), "The key is good"),
        (Answer::BadKey, "missing or not valid (status 401): Invalid API key."),
        (Answer::Json(200, json!({ "error": "Invalid API key" })), "Invalid API key"),
        (
            Answer::TooMany { wait_seconds: 2 },
            "Too many requests (status 429): Rate limit exceeded. The key may be good",
        ),
        (
            Answer::BadGateway,
            "away for a moment (status 502): 502 Bad Gateway. The key may be good",
        ),
    ] {
        provider.answers_credits(answer);
        page.click("#check-key").await;
        let text = page.wait_for_text("#checked", says).await;
        assert!(!text.contains('<') && !text.contains('{'), "markup in: {text}");
    }
    page.screenshot("key-checked").await;
    // It went to the configured origin with the key in its header, and nothing was spent.
    let asked = provider.credits_asked();
    assert_eq!(asked.len(), 7);
    for one in asked {
        assert_eq!(one.path, "/v1/get-user-credits");
        assert_eq!(one.header(KEY_HEADER), "SG_mine");
        assert_eq!(one.header("origin"), relay.url());
    }
    assert!(provider.asked().is_empty());

    // What was found out is forgotten with the key that it was about.
    page.type_into("#key", "x").await;
    page.until("nothing is said", || async {
        page.text("#checked").await.is_empty().then_some(())
    })
    .await;
    // What cannot be sent is refused as it is by the button that saves.
    page.fill("#key", "SG_schlüssel").await;
    page.click("#check-key").await;
    page.wait_for_text("#connect-error", "stray characters").await;
    assert_eq!(provider.credits_asked().len(), 7);
    page.assert_quiet_but_for(&["status of 401", "status of 429", "status of 502"]).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_honestly() {
    let provider = Provider::start_without_cors().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    page.click("#check-key").await;
    let text = page.wait_for_text("#checked", "no answer of it could be read").await;
    assert!(text.contains("The key may be good all the same"), "{text}");
    page.assert_quiet_but_for(&[
        "blocked by CORS policy",
        "net::ERR_FAILED",
        "status of 404",
        "status of 405",
    ])
    .await;
}

#[tokio::test]
async fn a_provider_that_is_gone_is_told_honestly() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    drop(provider);
    page.click("#check-key").await;
    let text = page.wait_for_text("#checked", "The server cannot be reached").await;
    assert!(text.contains("You may be offline"), "{text}");
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}

#[tokio::test]
async fn closing_the_dialog_ends_the_question() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    provider.answers_credits(Answer::BadKey.after(Duration::from_secs(60)));
    page.click("#check-key").await;
    page.wait_for_text("#checked", "Asking").await;
    page.until("the provider was asked", || async {
        (provider.credits_asked().len() == 1).then_some(())
    })
    .await;
    page.press("escape").await;
    page.gone("#connect").await;
    provider.wait_for_given_up(1).await;
    open(&page, &provider).await;
    assert_eq!(page.text("#checked").await, "");
    page.assert_quiet().await;
}

#[tokio::test]
async fn other_hosts_say_that_they_have_no_free_check() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    for dialect in [Dialect::BriaV2, Dialect::Fal] {
        page.click(&format!("#connect-{}", dialect.host().name)).await;
        page.wait_for_text("#checked", "no free check").await;
        page.gone("#check-key").await;
    }
    page.click("#connect-segmind").await;
    page.shown("#check-key").await;
    assert!(provider.credits_asked().is_empty());
    page.assert_quiet().await;
}
