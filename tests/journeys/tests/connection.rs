//! Where photos go: through the site, or straight to the provider with a person's own key.

use backdrop_contract::KEY_HEADER;
use journeys::{Answer, Browser, Provider, Relay, sample};

/// The relay names the provider in its Content-Security-Policy, so that the page may talk to it.
fn relay_beside(provider: &Provider) -> Relay {
    Relay::with_key("SG_of_the_relay", provider.origin()).start()
}

async fn open(relay: &Relay) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page
}

/// Opens the dialog and fills it in, without saving.
async fn fill(page: &Browser, address: &str, key: &str) {
    page.click("#connection").await;
    page.click("#connect-segmind").await;
    page.fill("#address", address).await;
    page.fill("#key", key).await;
}

#[tokio::test]
async fn a_key_goes_straight_to_the_provider_and_is_forgotten() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = open(&relay).await;
    let host = provider.origin().strip_prefix("http://").unwrap().to_owned();
    fill(&page, &provider.endpoint(), " SG_mine ").await;
    assert_eq!(page.property("#key", "type").await, "password");
    page.screenshot("connect").await;
    page.press("enter").await;
    page.gone("#connect").await;
    assert_eq!(page.focused().await, "button#connection.chip");
    assert_eq!(page.destination().await, host);
    page.wait_for_text("#promise", &format!("goes to {host}, with your key")).await;

    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let asked = provider.wait_for_request(1).await;
    assert_eq!(asked.header(KEY_HEADER), "SG_mine");
    assert_eq!(asked.header("origin"), relay.url());
    let keys: Vec<_> = asked.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["image", "prompt"]);

    // A failure is read as well as it is through the relay.
    provider.answers(Answer::BadKey);
    page.send_in_vain("not valid (status 401)").await;
    page.wait_for_text("#failure blockquote", "Invalid API key").await;

    page.click("#connection").await;
    assert_eq!(page.property("#key", "value").await, "SG_mine");
    page.click("#forget").await;
    page.gone("#key").await;
    page.until("the choice has the focus", || async {
        page.has_focus("#connect-site").await.then_some(())
    })
    .await;
    page.press("escape").await;
    page.gone("#connect").await;
    page.until("the site answers again", || async {
        (page.destination().await == "Through this site").then_some(())
    })
    .await;
    page.send().await;
    assert_eq!(provider.wait_for_request(3).await.header(KEY_HEADER), "SG_of_the_relay");
    page.click("#connection").await;
    page.click("#connect-segmind").await;
    assert_eq!(page.property("#key", "value").await, "", "the key is still there");

    // Nothing of it stays in the browser.
    let kept = page
        .run(
            "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
            vec![],
        )
        .await;
    assert!(!kept.to_string().contains("SG_mine"), "{kept}");
    assert!(!relay.log().contains("SG_"), "a key is in the relay's log");
    page.assert_quiet_but_for(&["status of 401"]).await;
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_words() {
    let provider = Provider::start().await;
    let relay = relay_beside(&provider);
    let page = open(&relay).await;
    let usual = provider.endpoint();
    for (address, key, says) in [
        (usual.as_str(), " ", "Enter a key"),
        (&usual, "SG_schlüssel", "stray characters"),
        (&usual, "SG two words", "stray characters"),
        ("http://provider.example/v1/x", "SG_mine", "must not travel unprotected"),
        ("provider.example", "SG_mine", "not a web address"),
        ("ftp://provider.example/", "SG_mine", "not a web address"),
    ] {
        fill(&page, address, key).await;
        page.press("enter").await;
        page.wait_for_text("#connect-error", says).await;
        assert!(page.has_focus("dialog[open] input").await, "{says}: {}", page.focused().await);
        assert_eq!(page.property("#key", "value").await, key);
        page.press("escape").await;
        page.gone("#connect").await;
        assert_eq!(page.focused().await, "button#connection.chip", "{says}");
        assert_eq!(page.destination().await, "Through this site", "{says}");
    }
    // Ctrl+Enter is the dialog's own here; the usual way to save it does.
    page.drop_photo(&sample("cat")).await;
    fill(&page, &usual, "SG_mine").await;
    page.press("ctrl+enter").await;
    page.press("escape").await;
    page.gone("#connect").await;
    assert!(provider.asked().is_empty());
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_provider_that_pages_cannot_read_is_told_in_plain_words() {
    let provider = Provider::start_without_cors().await;
    let relay = relay_beside(&provider);
    let page = open(&relay).await;
    fill(&page, &provider.endpoint(), "SG_mine").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    page.drop_photo(&sample("cat")).await;
    let text = page.send_in_vain("no answer of it could be read").await;
    assert!(text.contains("does not let pages read its answers"), "{text}");
    assert!(text.contains("go through a relay"), "{text}");
    page.click("#to-connection").await;
    page.click("#connect-site").await;
    page.click("#connect-save").await;
    page.send().await;
    page.assert_quiet_but_for(&["blocked by CORS policy", "net::ERR_FAILED", "status of 404"])
        .await;
}
