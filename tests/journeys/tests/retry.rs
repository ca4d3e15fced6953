//! What is sent again by itself, what is asked first, and that it can be stopped at any moment.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Provider, sample, site};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

async fn open(provider: &Provider) -> Browser {
    Browser::with_photo(provider.origin(), &sample("coffee")).await
}

fn too_many() -> Answer {
    Answer::Json(429, json!({ "error": "Rate limit exceeded" }))
}

/// Milliseconds since 1970, so many from now.
fn in_milliseconds(wait: u64) -> u128 {
    (SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(wait))
        .as_millis()
}

/// Waits longer than a journey usually does: back-offs take seconds.
async fn wait_for(page: &Browser, css: &str, part: &str) -> String {
    page.until_within(Duration::from_secs(40), &format!("`{css}` says `{part}`"), || async {
        let text = page.all(css).await.first()?.text().await.ok()?;
        text.contains(part).then_some(text)
    })
    .await
}

#[tokio::test]
async fn a_limit_is_counted_down_and_then_it_is_sent() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    let reset = "x-rate-limit-reset-at-utc";
    type Row = (&'static str, fn() -> String);
    let rows: [Row; 4] = [
        (reset, || (in_milliseconds(2_000) / 1_000).to_string()),
        (reset, || in_milliseconds(2_000).to_string()),
        ("retry-after", || "2".to_owned()),
        ("retry-after", || "2.5".to_owned()),
    ];
    for (at, (header, value)) in rows.into_iter().enumerate() {
        provider.answers(too_many().with(header, value()));
        page.listen().await;
        page.click("#send").await;
        let text = page.wait_for_text(".phase", "Sending again in").await;
        assert!(text.starts_with("Too many requests. Sending again in"), "{text}");
        page.shown("#cancel").await;
        assert!(page.is_busy().await);
        page.gone(".phase").await;
        page.shown("#result").await;
        page.wait_for_text("#status", "Done in").await;
        let asked = provider.asked();
        let [first, again] = &asked[2 * at..] else { panic!("{} requests", asked.len()) };
        assert_eq!(first.header("idempotency-key"), again.header("idempotency-key"));
        assert_eq!(first.header("idempotency-key").len(), 36);
        assert_eq!(first.body, again.body);
        // The live region says it once, not every second.
        let mut heard = page.heard().await;
        // Setting a text is told as what goes and what comes.
        heard.dedup();
        let counts = heard.iter().filter(|text| text.contains("Sending again in")).count();
        assert_eq!(counts, 1, "{heard:?}");
    }
    let names: std::collections::HashSet<_> =
        provider.asked().iter().map(|asked| asked.header("idempotency-key").to_owned()).collect();
    assert_eq!(names.len(), 4, "each press has a name of its own");
    page.assert_quiet_but_for(&["status of 429"]).await;
}

#[tokio::test]
async fn waiting_can_be_cancelled_and_is_never_too_long() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(too_many().with("retry-after", "60"));
    page.click("#send").await;
    page.wait_for_text(".phase", "Sending again in 5").await;
    page.screenshot("counting-down").await;
    page.press("tab").await;
    assert!(page.has_focus("#cancel").await);
    page.press("enter").await;
    page.wait_for_text("#notice", "Stopped").await;
    page.gone("#cancel").await;
    assert_eq!(page.focused().await, "button#send.primary");
    assert_eq!(provider.asked().len(), 1);

    provider.answers(too_many().with("retry-after", "86400"));
    let text = page.send_in_vain("Too many requests (status 429)").await;
    assert!(text.contains("Rate limit exceeded") && text.contains("Nothing was billed"), "{text}");
    page.send().await;
    assert_eq!(provider.asked().len(), 3);
    page.assert_quiet_but_for(&["status of 429"]).await;
}

#[tokio::test]
async fn a_service_that_is_away_is_asked_a_few_times() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::BadGateway);
    provider.answers(Answer::Text(503, "text/plain", String::new()));
    page.click("#send").await;
    page.wait_for_text(".phase", "away for a moment. Sending again in").await;
    page.shown("#result").await;
    assert_eq!(provider.asked().len(), 3);

    provider.always(Answer::BadGateway);
    page.click("#send").await;
    let text = wait_for(&page, "#failure", "away for a moment (status 502)").await;
    assert!(text.contains("502 Bad Gateway") && !text.contains('<'), "{text}");
    assert_eq!(provider.asked().len(), 3 + 4);

    provider.always(Answer::Broken);
    page.click("#send").await;
    let text = wait_for(&page, "#failure", "The server had a fault (status 500)").await;
    assert!(text.contains("unusual value"), "{text}");
    assert_eq!(provider.asked().len(), 7 + 2);
    page.assert_quiet_but_for(&["status of 50"]).await;
}

#[tokio::test]
async fn what_may_be_billed_is_asked_first() {
    let here = Provider::start_with_site(&site(), 2).await;
    let provider = Provider::start_with_site(&site(), 2).await;
    let page = open(&here).await;
    // Straight to a provider, who keeps no journal that a page could ask.
    page.use_key(&provider.endpoint(), "SG_mine").await;
    let slow = Answer::picture().after(Duration::from_secs(60));
    let half = png_without_end();
    let rows = [
        (Answer::TimedOut, "gave no answer in time (status 504)", "billed all the same"),
        (Answer::picture().lost(), "no answer of it could be read", "may have been billed"),
        (slow, "No answer came within the time set here", "billed all the same"),
        (Answer::Cut, "came only in part (status 200)", "billed again"),
        (Answer::Bytes(200, "image/png", half), "came only in part (status 200)", "billed again"),
    ];
    for (at, (answer, title, remedy)) in rows.into_iter().enumerate() {
        let before = provider.asked().len();
        provider.answers(answer);
        let text = page.send_in_vain(title).await;
        assert!(text.contains(remedy) && text.contains("Send again all the same"), "{at}: {text}");
        assert!(page.all(".strip li").await.is_empty());
        assert_eq!(page.focused().await, "button#send.primary");
        assert_eq!(provider.asked().len(), before + 1, "{title}: it was sent again unasked");
    }
    page.screenshot("asked-first").await;
    page.click("#send-again").await;
    page.shown("#result").await;
    page.assert_quiet_but_for(&["status of 504", "net::ERR_"]).await;
}

fn png_without_end() -> Vec<u8> {
    let mut half = journeys::png(320, 240, [240, 160, 60]);
    half.truncate(half.len() - 12);
    half
}

#[tokio::test]
async fn a_lost_answer_is_fetched_from_the_relays_journal() {
    let provider = Provider::start_with_site(&site(), 3).await;
    let page = open(&provider).await;
    // The line breaks; the answer does not begin in time; it breaks off.
    let made = Answer::picture().after(Duration::from_secs(2));
    provider.answers(made.lost());
    page.click("#send").await;
    page.wait_for_text(".phase", "Asking what came of it").await;
    page.screenshot("asking").await;
    page.shown("#result").await;
    provider.answers(Answer::picture().after(Duration::from_secs(5)));
    page.send().await;
    // What a journal kept of a failure is that failure.
    provider.answers(Answer::Moderated.lost());
    page.send_in_vain("Your words did not pass the content check (status 422)").await;
    assert_eq!(provider.asked().len(), 3, "nothing was sent twice");
    assert_eq!(page.left_to_fetch().await, 0);
    page.assert_quiet_but_for(&["net::ERR_", "status of 422"]).await;
}

#[tokio::test]
async fn without_a_journal_nobody_can_say() {
    let provider = Provider::start_plain_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::picture().lost());
    let text = page.send_in_vain("Nobody can say what came of the request").await;
    assert!(text.contains("may have been billed"), "{text}");
    provider.answers(Answer::TimedOut);
    let text = page.send_in_vain("Nobody can say what came of the request (status 504)").await;
    assert!(text.contains("Gateway timeout"), "{text}");
    assert_eq!(provider.asked().len(), 2);
    page.assert_quiet_but_for(&["net::ERR_", "status of 504", "status of 405"]).await;
}

#[tokio::test]
async fn offline_is_said_and_nothing_is_sent() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    page.offline(true).await;
    let text = page.send_in_vain("You are offline").await;
    assert!(text.contains("Nothing was sent"), "{text}");
    assert!(provider.asked().is_empty());
    page.offline(false).await;
    page.send().await;
    page.assert_quiet_but_for(&["net::ERR_INTERNET_DISCONNECTED"]).await;
}

#[tokio::test]
async fn a_server_that_is_gone_can_be_asked_again_later() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::picture().after(Duration::from_secs(3)));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.offline(true).await;
    provider.break_connections();
    let text = wait_for(&page, "#failure", "The connection was lost before the answer came").await;
    assert!(text.contains("Ask for the picture again"), "{text}");
    assert_eq!(page.left_to_fetch().await, 1);
    page.offline(false).await;
    page.click("#collect").await;
    page.shown("#result").await;
    assert_eq!(provider.asked().len(), 1);
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}
