//! The form survives a reload, its photo included.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Browser, Kind, Provider, Relay, Site, in_each_browser, sample};
use serde_json::{Value, json};
use std::time::Duration;

in_each_browser!(a_reload_keeps_the_form; but_webkit: a_reload_keeps_the_photo);

const BACK: &str = "Your draft is back";

async fn is(page: &Browser, css: &str, property: &str, wanted: &str) {
    page.until(&format!("`{css}`.{property} is {wanted:?}"), || async {
        (page.property(css, property).await == wanted).then_some(())
    })
    .await;
}

/// All drafts that this browser keeps, files by their size.
async fn drafts(page: &Browser) -> Value {
    let script = "
        const done = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = no; });
        return indexedDB.databases().then(async (all) => {
            const found = [];
            for (const { name } of all) {
                const db = await done(indexedDB.open(name));
                if (db.objectStoreNames.contains('drafts'))
                    found.push(...await done(db.transaction('drafts').objectStore('drafts').getAll()));
                db.close();
            }
            return JSON.parse(JSON.stringify(found, (_, value) => value instanceof Blob ? value.size : value));
        });";
    page.run(script, vec![]).await
}

/// Waits until the browser keeps a draft of which this is so.
async fn kept(page: &Browser, so: impl Fn(&Value) -> bool) {
    page.until("the draft is kept", || async {
        drafts(page).await.as_array().unwrap().iter().any(&so).then_some(())
    })
    .await;
}

async fn a_reload_keeps_the_form(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    page.shown("#undo").await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a shelf").await;
    page.seed(7).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    page.reload().await;
    page.wait_for_text("#form-says", BACK).await;
    is(&page, "#prompt", "value", "On a shelf").await;
    is(&page, "#seed", "value", "7").await;
    // That is where the form begins.
    is(&page, "#undo", "ariaDisabled", "true").await;
    page.assert_quiet().await;
}

/// The driver's windows of WebKit are private ones, which keep no files.
async fn a_reload_keeps_the_photo(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    page.shown("#undo").await;
    page.drop_photo(&sample("coffee")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    page.reload().await;
    page.wait_for_text("#form-says", BACK).await;
    page.photo_is("coffee.jpg").await;
    page.screenshot("draft-back").await;
    page.click("#send").await;
    page.until_within(Duration::from_secs(40), "the picture is made of it", || async {
        (!page.all("#result").await.is_empty()).then_some(())
    })
    .await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn everything_of_the_form_comes_back_but_the_key() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.use_key(&provider.endpoint(), "SG_mine").await;
    page.shown("#undo").await;
    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("cat")]).await;
    page.wait_for_text("#reference", "cat.jpg").await;
    page.click("#clean").await;
    page.click("#keep-seed").await;
    page.click("#count-4").await;
    let size = std::fs::metadata(sample("coffee")).unwrap().len();
    kept(&page, |draft| {
        draft["photo"]["source"] == size && draft["count"] == 4 && draft["clean"] == false
    })
    .await;
    assert!(!drafts(&page).await.to_string().contains("SG_"), "a key is in the draft");
    page.reload().await;
    page.wait_for_text("#form-says", BACK).await;
    page.photo_is("coffee.jpg").await;
    page.wait_for_text("#reference", "cat.jpg").await;
    is(&page, "#background-reference", "checked", "true").await;
    is(&page, "#clean", "checked", "false").await;
    is(&page, "#keep-seed", "checked", "false").await;
    is(&page, "#count-4", "checked", "true").await;
    assert_eq!(page.destination().await, "Through this site");
    page.assert_quiet().await;
}

#[tokio::test]
async fn starting_afresh_forgets_it_and_can_be_undone() {
    let relay = Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    kept(&page, |draft| draft["photo"]["name"] == "coffee.jpg").await;
    // As the notice of a newer version does: src/page/newer.js.
    page.run("location.reload()", vec![]).await;
    page.wait_for_text("#form-says", BACK).await;
    page.tab_to("#afresh").await;
    page.press("enter").await;
    page.shown(".welcome").await;
    page.wait_for_text("#status", "The form is empty").await;
    page.until("it is forgotten", || async { (drafts(&page).await == json!([])).then_some(()) })
        .await;
    assert!(page.has_focus("#undo").await, "the focus is on {}", page.focused().await);
    page.press("enter").await;
    page.photo_is("coffee.jpg").await;
    kept(&page, |draft| draft["photo"]["name"] == "coffee.jpg").await;
    page.click("#reset").await;
    page.until("it is forgotten", || async { (drafts(&page).await == json!([])).then_some(()) })
        .await;
    page.reload().await;
    page.shown("#undo").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    page.shown(".welcome").await;
    assert!(page.all("#form-says .note").await.is_empty());
    page.assert_quiet().await;
}

#[tokio::test]
async fn two_tabs_have_two_drafts_and_the_newest_that_was_left_comes_back() {
    let relay = Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    kept(&page, |draft| draft["photo"]["name"] == "coffee.jpg").await;
    let first = page.client().window().await.unwrap();
    let second = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(second.clone()).await.unwrap();
    page.open_studio(relay.url()).await;
    page.shown("#undo").await;
    page.shown(".welcome").await;
    page.drop_photo(&sample("cat")).await;
    kept(&page, |draft| draft["photo"]["name"] == "cat.jpg").await;
    page.reload().await;
    page.photo_is("cat.jpg").await;
    page.client().switch_to_window(first.clone()).await.unwrap();
    page.reload().await;
    page.photo_is("coffee.jpg").await;
    page.client().switch_to_window(second).await.unwrap();
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(first).await.unwrap();
    let third = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(third).await.unwrap();
    page.open_studio(relay.url()).await;
    page.wait_for_text("#form-says", BACK).await;
    page.photo_is("cat.jpg").await;
    page.assert_quiet().await;
}

/// A person who is quicker than the draft begins anew.
#[tokio::test]
async fn what_a_link_brings_goes_before_a_draft() {
    let relay = Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    kept(&page, |draft| draft["photo"]["name"] == "coffee.jpg").await;
    page.goto("about:blank").await;
    page.open_studio(&format!("{}/#seed=7", relay.url())).await;
    page.wait_for_text("#form-says", "The settings of the link").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    is(&page, "#seed", "value", "7").await;
    page.shown(".welcome").await;
    // It is a draft like any other from now on.
    kept(&page, |draft| draft["settings"]["seed"] == 7).await;
    page.reload().await;
    page.wait_for_text("#form-says", BACK).await;
    is(&page, "#seed", "value", "7").await;
    page.assert_quiet().await;
}

/// A page of somebody else's keeps nothing unless it says so.
#[tokio::test]
async fn another_page_keeps_drafts_only_where_it_says_so() {
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    site.page("/keeps", "<backdrop-studio remember></backdrop-studio>");
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#undo").await;
    page.drop_photo(&sample("coffee")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(drafts(&page).await, json!([]));
    page.goto(&format!("{}/keeps", site.origin())).await;
    page.shown("#undo").await;
    page.drop_photo(&sample("coffee")).await;
    kept(&page, |draft| draft["photo"]["name"] == "coffee.jpg").await;
    page.reload().await;
    page.wait_for_text("#form-says", BACK).await;
    page.photo_is("coffee.jpg").await;
    page.assert_quiet_but_for(&["status of 404"]).await;
}

#[tokio::test]
async fn without_a_database_everything_else_works() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    let forbid = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } });";
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": forbid })).await;
    page.open_studio(relay.url()).await;
    page.shown("#undo").await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a shelf").await;
    page.click("#undo").await;
    page.send().await;
    page.reload().await;
    page.shown("#undo").await;
    page.shown(".welcome").await;
    page.assert_quiet().await;
}
