//! A key is checked before it is used, without spending.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::{Dialect, KEY_HEADER};
use journeys::{Answer, Browser, Provider, Relay, Site, sample};
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

/// The dialog says this of the key that is kept.
const KEPT: &str = "Remembered on this device for";

/// The dialog with a key in it that is to be remembered, by keyboard.
async fn remember(page: &Browser, provider: &Provider) {
    open(page, provider).await;
    assert_eq!(page.property("#remember-key", "checked").await, "false");
    page.tab_to("#remember-key").await;
    page.press("space").await;
    page.wait_for_text("#remember-key-help", "unencrypted in this browser").await;
    page.wait_for_text("#key-help", "Kept in this browser until you forget it").await;
    page.screenshot("remember-key").await;
    page.tab_to("#connect-save").await;
    page.press("enter").await;
    page.gone("#connect").await;
}

/// All that this browser keeps of the page, but for files and databases.
async fn kept(page: &Browser) -> String {
    let script =
        "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";
    page.run(script, vec![]).await.as_str().unwrap().to_owned()
}

async fn goes_to(page: &Browser, provider: &Provider) {
    let host = provider.origin().trim_start_matches("http://").to_owned();
    page.until("photos go to the provider", || async {
        (page.destination().await == host).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_key_is_remembered_only_where_that_was_asked() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = with_key(&provider, &relay).await;
    assert_eq!(page.property("#remember-key", "checked").await, "false");
    page.click("#connect-save").await;
    page.gone("#connect").await;
    goes_to(&page, &provider).await;
    assert!(!kept(&page).await.contains("SG_mine"));
    page.reload().await;
    page.open_studio(relay.url()).await;
    assert_eq!(page.destination().await, "Through this site");

    remember(&page, &provider).await;
    goes_to(&page, &provider).await;
    assert!(kept(&page).await.contains("SG_mine"));
    page.reload().await;
    goes_to(&page, &provider).await;
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    let asked = provider.wait_for_request(1).await;
    assert_eq!(asked.header(KEY_HEADER), "SG_mine");
    // To the provider and nowhere else.
    assert!(!relay.log().contains("SG_mine"), "the key is in the relay's log");
    let addresses = "return performance.getEntriesByType('resource').map((one) => one.name)";
    let addresses = page.run(addresses, vec![]).await.to_string();
    assert!(!addresses.contains("SG_mine"), "{addresses}");

    page.click("#connection").await;
    page.wait_for_text("#kept-key", KEPT).await;
    assert_eq!(page.property("#remember-key", "checked").await, "true");
    assert_eq!(page.property("#key", "type").await, "password");
    let shown = page.text("#connect").await;
    assert!(!shown.contains("SG_mine"), "it is not masked: {shown}");
    // Another place is chosen: that holds after a reload, and the key stays for when it is wanted.
    page.click("#connect-site").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    page.reload().await;
    page.open_studio(relay.url()).await;
    page.shown("#undo").await;
    assert_eq!(page.destination().await, "Through this site");
    page.click("#connection").await;
    page.click("#connect-fal").await;
    assert_eq!(page.property("#key", "value").await, "");
    page.click("#connect-segmind").await;
    assert_eq!(page.property("#key", "value").await, "SG_mine");
    assert_eq!(page.property("#address", "value").await, provider.endpoint());
    page.click("#connect-save").await;
    page.gone("#connect").await;
    goes_to(&page, &provider).await;

    // It is asked not to be remembered any more.
    page.click("#connection").await;
    page.click("#remember-key").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    goes_to(&page, &provider).await;
    assert!(!kept(&page).await.contains("SG_mine"));
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_remembered_key_goes_nowhere_else() {
    let (provider, other) = (Provider::start().await, Provider::start().await);
    let relay = relay_beside(&provider);
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    remember(&page, &provider).await;
    page.reload().await;
    goes_to(&page, &provider).await;
    page.click("#connection").await;
    page.fill("#address", &other.endpoint()).await;
    for button in ["#connect-save", "#check-key"] {
        page.click(button).await;
        page.wait_for_text("#connect-error", "was given for 127.0.0.1").await;
    }
    page.screenshot("key-elsewhere").await;
    page.press("escape").await;
    page.gone("#connect").await;
    goes_to(&page, &provider).await;
    assert!(other.asked().is_empty() && other.credits_asked().is_empty());
    // Typed anew for the other one, it is the person's word.
    page.click("#connection").await;
    page.fill("#address", &other.endpoint()).await;
    page.fill("#key", "SG_other").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    goes_to(&page, &other).await;
    assert!(provider.asked().is_empty());
    // The policy of this relay's page names one provider.
    page.assert_quiet_but_for(&["Content Security Policy", "Content-Security-Policy"]).await;
}

#[tokio::test]
async fn one_press_forgets_it_in_every_tab() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    remember(&page, &provider).await;
    let first = page.client().window().await.unwrap();
    let second = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(second.clone()).await.unwrap();
    page.goto(relay.url()).await;
    goes_to(&page, &provider).await;
    page.client().switch_to_window(first).await.unwrap();
    page.click("#connection").await;
    page.wait_for_text("#kept-key", KEPT).await;
    page.click("#forget").await;
    page.gone("#kept-key").await;
    page.press("escape").await;
    page.gone("#connect").await;
    assert!(!kept(&page).await.contains("SG_mine"));
    assert_eq!(page.destination().await, "Through this site");
    page.client().switch_to_window(second).await.unwrap();
    page.wait_for_text("#status", "forgotten in another tab").await;
    assert_eq!(page.destination().await, "Through this site");
    page.assert_quiet().await;
}

/// A page of somebody else's that has the tag keeps no keys.
#[tokio::test]
async fn another_page_is_not_asked_to_remember() {
    let provider = Provider::start().await;
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#undo").await;
    // As if our own page at this address had left one.
    let left = "localStorage.setItem('backdrop:key', JSON.stringify([arguments[0], 'segmind', 'SG_left', true]))";
    page.run(left, vec![provider.endpoint().into()]).await;
    page.reload().await;
    page.shown("#undo").await;
    assert_ne!(page.destination().await, provider.origin().trim_start_matches("http://"));
    open(&page, &provider).await;
    page.shown("#key").await;
    page.gone("#remember-key").await;
    page.gone("#kept-key").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    assert!(!kept(&page).await.contains("SG_mine"));
}
