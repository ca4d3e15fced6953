//! Each failure as a person sees it: what happened, what the server said, what helps; and nothing
//! that was typed or chosen is lost by it.

use journeys::{Answer, Browser, Provider, Relay, sample};
use serde_json::json;
use std::time::Duration;

const PROMPT: &str = "on a wooden table";

/// A page with a photo, words and a seed of the person's own.
async fn filled(relay: &Relay) -> Browser {
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.retype("#prompt", PROMPT).await;
    page.seed(4321).await;
    page
}

/// What holds after every failure.
async fn assert_nothing_is_lost(page: &Browser) {
    assert_eq!(page.property("#prompt", "value").await, PROMPT);
    assert_eq!(page.property("#seed", "value").await, "4321");
    page.photo_is("coffee.jpg").await;
    page.shown("#photo").await;
    assert_eq!(page.focused().await, "button#send.primary");
    // Read out when it comes: the card stands in a live region that was there before.
    page.find("[role=alert] #failure").await;
    assert!(!page.is_busy().await);
}

#[tokio::test]
async fn each_failure_says_what_happened_and_what_helps() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = filled(&relay).await;
    let text = |status, text: &str| Answer::Json(status, json!({ "error": text }));
    let html = |status, title: &str| {
        let page = format!("<html><title>{title}</title><body><h1>{title}</h1></body></html>");
        Answer::Text(status, "text/html", page)
    };
    let nothing = |status| Answer::Text(status, "text/plain", String::new());
    let rows = [
        (Answer::BadRequest, "refused a setting (status 400)", "value for `prompt`", "Change it"),
        (Answer::BadKey, "key is missing or not valid (status 401)", "Invalid API key", "owner"),
        (text(402, "Payment required"), "No credits are left (status 402)", "Payment", "Top up"),
        (Answer::NoCredits, "No credits are left (status 406)", "Insufficient credits", "Top up"),
        (text(406, "invalid content type"), "refused a setting (status 406)", "content", "Change"),
        (nothing(403), "This is not allowed (status 403)", "", "permission"),
        (html(404, "404 Not Found"), "no such endpoint (status 404)", "404 Not Found", "address"),
        (html(405, "405 Not Allowed"), "takes no photos (status 405)", "Not Allowed", "address"),
        (nothing(410), "model was retired (status 410)", "", "another address"),
        (html(413, "Too Large"), "photo is too large (status 413)", "Too Large", "smaller copy"),
        (text(415, "CMYK"), "format is not supported (status 415)", "CMYK", "JPEG, PNG or WEBP"),
        (text(418, "I am a teapot"), "refused the request (status 418)", "teapot", "own words"),
        (Answer::Moderated, "Your words did not pass", "failed content moderation", "other words"),
        (text(422, "visual_input_content_moderation"), "The photo did not pass", "", "another"),
        (text(422, "visual_output_content_moderation"), "picture did not pass", "", "seed"),
        (text(422, "No subject"), "turned down (status 422)", "No subject", "another photo"),
        (nothing(501), "The server had a fault (status 501)", "", "unusual value"),
        (nothing(200), "The answer holds no picture (status 200)", "", "may have been billed"),
        (text(200, "CUDA out of memory"), "holds no picture (status 200)", "CUDA", "billed"),
    ];
    let count = rows.len();
    for (answer, title, said, remedy) in rows {
        provider.answers(answer);
        let text = page.send_in_vain(title).await;
        assert!(text.contains(said) && text.contains(remedy), "{text}");
        assert!(!text.contains('<') && !text.contains('{'), "markup in: {text}");
        assert_nothing_is_lost(&page).await;
    }
    page.screenshot("failed").await;
    page.send().await;
    page.gone("#failure").await;
    assert_eq!(provider.asked().len(), count + 1, "each press sends once");
    page.assert_quiet_but_for(&["the server responded with a status of"]).await;
}

#[tokio::test]
async fn a_refused_setting_is_one_press_away_and_the_request_has_a_name() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = filled(&relay).await;
    let refused = json!({ "detail": [{ "loc": ["body", "seed"], "msg": "not a number" }] });
    provider.answers(Answer::Json(400, refused).with("x-request-id", "play-7"));
    let text = page.send_in_vain("refused a setting").await;
    assert!(text.contains("seed: not a number"), "{text}");
    page.click("#failure summary").await;
    // The provider's own name for it, which its support asks for, and not the relay's.
    page.wait_for_text("#failure .told", "Request: play-7").await;
    page.screenshot("failed-details").await;
    page.click("#to-field").await;
    assert!(page.has_focus("#seed").await, "the focus is on {}", page.focused().await);
    page.assert_quiet_but_for(&["status of 400"]).await;
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_told_by_the_relay() {
    let provider = Provider::start().await;
    let origin = provider.origin().to_owned();
    drop(provider);
    let relay = Relay::with_key("SG_test", &origin).start();
    let page = filled(&relay).await;
    page.click("#send").await;
    // It is tried again a few times first.
    let patience = Duration::from_secs(30);
    let text = page
        .until_within(patience, "it is given up", || async {
            page.all("#failure").await.first()?.text().await.ok()
        })
        .await;
    assert!(text.contains("away for a moment (status 502)"), "{text}");
    assert!(text.contains("cannot be reached: the connection was refused"), "{text}");
    assert_nothing_is_lost(&page).await;
    page.assert_quiet_but_for(&["status of 502"]).await;
}

#[tokio::test]
async fn a_relay_that_is_gone_is_told_by_the_page() {
    let relay = Relay::without_key().start();
    let page = filled(&relay).await;
    drop(relay);
    let text = page.send_in_vain("server does not answer").await;
    assert!(text.contains("You may be offline") && !text.contains("status"), "{text}");
    assert_nothing_is_lost(&page).await;
    // The remedy is at hand.
    page.click("#to-connection").await;
    page.shown("#connect").await;
    page.assert_quiet_but_for(&["net::ERR_CONNECTION_REFUSED"]).await;
}

#[tokio::test]
async fn a_file_that_has_gone_is_told_before_anything_is_sent() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    let file = journeys::photo("soon-gone.png", 64, 48);
    page.drop_photo(&file).await;
    std::fs::remove_file(file).unwrap();
    page.send_in_vain("The file cannot be read any more").await;
    assert!(provider.asked().is_empty());
    page.drop_photo(&sample("cat")).await;
    page.gone("#failure").await;
    page.send().await;
    page.assert_quiet_but_for(&["net::ERR_FILE_NOT_FOUND"]).await;
}

#[tokio::test]
async fn a_form_that_cannot_be_sent_says_why_where_it_is() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.click("#send").await;
    page.wait_for_text("#image-help", "Choose a photo first").await;
    page.until("the picker has the focus", || async {
        page.has_focus("#image").await.then_some(())
    })
    .await;

    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", " ").await;
    page.click("#send").await;
    page.wait_for_text("#prompt-help", "Say in a few words").await;
    page.until("the words have the focus", || async {
        page.has_focus("#prompt").await.then_some(())
    })
    .await;
    assert_eq!(page.property("#prompt", "ariaInvalid").await, "true");

    page.retype("#prompt", PROMPT).await;
    page.retype("#seed", "2147483648").await;
    page.click("#send").await;
    page.wait_for_text("#seed-help", "from 0 to 2147483647").await;
    assert!(provider.asked().is_empty());
    page.seed(1234).await;
    page.send().await;
    page.assert_quiet().await;
}
