//! A picture that was under way when the page was left is collected.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::KEY_HEADER;
use journeys::{Answer, Browser, Job, JobShape, Provider, sample, site};
use serde_json::json;
use std::time::Duration;

async fn open(provider: &Provider) -> Browser {
    let page = Browser::with_photo(provider.origin(), &sample("coffee")).await;
    page.retype("#prompt", "On a quiet beach").await;
    page.seed(77).await;
    page
}

fn long(polls: usize) -> Answer {
    let end = Box::new(Answer::picture());
    Answer::Job(Job { shape: JobShape::Segmind, polls, relative: false, end })
}

/// All that the browser keeps of this page.
async fn kept(page: &Browser) -> String {
    let script =
        "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";
    page.run(script, vec![]).await.as_str().unwrap().to_owned()
}

async fn assert_collected(page: &Browser) {
    page.shown("#result").await;
    page.wait_for_text(".strip span", "seed 77").await;
    page.wait_for_text("#status", "Done in").await;
    page.gone("#cancel").await;
    let (file, _) = page.download().await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.png");
    assert!(kept(page).await.starts_with("[{},{}"), "it is forgotten: {}", kept(page).await);
}

#[tokio::test]
async fn a_job_goes_on_after_a_reload() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(long(4));
    page.click("#send").await;
    page.wait_for_text(".phase", "In the queue").await;
    page.until("it is asked about", || async { (!provider.fetched().is_empty()).then_some(()) })
        .await;
    let kept = kept(&page).await;
    assert!(kept.contains("/jobs/0/status") && kept.contains("coffee.jpg"), "{kept}");
    assert!(kept.len() < 600, "no photo is kept: {kept}");
    page.reload().await;
    page.wait_for_text(".phase", "picture that was under way").await;
    page.screenshot("resuming").await;
    let said = page.text("#status").await;
    assert!(said.contains("coffee.jpg. It is being fetched"), "{said}");
    assert_collected(&page).await;
    page.screenshot("resumed").await;
    // There is nothing to compare it with.
    assert!(page.all("#compare").await.is_empty());
    assert_eq!(provider.asked().len(), 1);
    // It is in the history with what it was made of.
    page.click("#history").await;
    page.click(".kept .one").await;
    let about = page.wait_for_text(".about", "seed 77").await;
    assert!(about.contains("On a quiet beach"), "{about}");
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_request_goes_on_after_a_reload() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::picture().after(Duration::from_secs(4)));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.reload().await;
    assert_collected(&page).await;
    assert_eq!(provider.asked().len(), 1);
    // Once is enough.
    page.reload().await;
    page.shown("#send").await;
    assert!(!page.is_busy().await);
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_server_that_keeps_no_journal_cannot_say() {
    let provider = Provider::start_plain_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::picture().after(Duration::from_secs(60)));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    page.reload().await;
    page.wait_for_text("#failure", "Nobody can say what came of the request").await;
    assert!(kept(&page).await.starts_with("[{},"));
    page.assert_quiet_but_for(&["status of 405"]).await;
}

#[tokio::test]
async fn a_job_that_needs_the_key_asks_for_it() {
    let here = Provider::start_with_site(&site(), 60).await;
    let provider = Provider::start().await;
    let page = open(&here).await;
    page.use_key(&provider.endpoint(), "SG_mine").await;
    provider.answers(long(3));
    page.click("#send").await;
    page.until("it is asked about", || async { (!provider.fetched().is_empty()).then_some(()) })
        .await;
    assert!(!kept(&page).await.contains("SG_mine"));
    page.reload().await;
    let text = page.wait_for_text("#notice", "the key is not kept").await;
    assert!(text.contains("coffee.jpg") && text.contains("open the connection"), "{text}");
    let asked = provider.fetched().len();
    page.use_key(&provider.endpoint(), "SG_mine").await;
    assert_collected(&page).await;
    assert!(provider.fetched()[asked..].iter().all(|asked| asked.header(KEY_HEADER) == "SG_mine"));
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_job_that_is_gone_is_told_and_forgotten() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    let place = format!("{}/jobs/99/status", provider.origin());
    provider.answers(Answer::Json(202, json!({ "status": "QUEUED", "poll_url": place })));
    let text = page.send_in_vain("The picture is not kept there any more (status 404)").await;
    assert!(text.contains("No such job") && text.contains("may have been billed"), "{text}");
    assert!(kept(&page).await.starts_with("[{},"));
    page.assert_quiet_but_for(&["status of 404"]).await;
}

#[tokio::test]
async fn another_tab_leaves_it_alone() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(long(5));
    page.click("#send").await;
    page.until("it is asked about", || async { (!provider.fetched().is_empty()).then_some(()) })
        .await;
    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(other).await.unwrap();
    page.open_studio(provider.origin()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!page.is_busy().await, "the other tab takes it, too");
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(first).await.unwrap();
    page.shown("#result").await;
    assert_eq!(page.all(".strip li").await.len(), 1);
}

#[tokio::test]
async fn without_storage_or_locks_everything_else_works() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = Browser::start().await;
    let forbid = "
        for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError'); } });
        Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });";
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": forbid })).await;
    page.open_studio(provider.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    provider.answers(long(1));
    page.send().await;
    provider.answers(Answer::picture().lost());
    page.send().await;
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}
