//! Pictures that were made stay in the browser, and what a person does with them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::PATH;
use journeys::{
    Answer, Browser, FOLDER, Kind, Pixels, Provider, Relay, Site, file, in_each_browser, sample,
    site,
};
use serde_json::json;
use std::io::Read as _;

in_each_browser!(
    private_windows_are_told_once;
    but_webkit: a_picture_is_there_after_a_reload, what_is_deleted_comes_back, the_settings_are_used_again,
        it_goes_out_and_comes_in_as_a_zip
);

/// A studio of our own page, with a picture made.
async fn made(kind: Kind, provider: &Provider) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(provider.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a quiet beach").await;
    page.seed(77).await;
    page.send().await;
    page
}

async fn open_history(page: &Browser) {
    page.click("#history").await;
    page.shown("#history-drawer").await;
}

/// Waits until so many are in the list.
async fn count_is(page: &Browser, count: usize) {
    page.until(&format!("{count} are kept"), || async {
        (page.all(".kept > li").await.len() == count).then_some(())
    })
    .await;
}

async fn close(page: &Browser) {
    page.press("escape").await;
    page.gone("#history-drawer").await;
}

async fn a_picture_is_there_after_a_reload(kind: Kind) {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = made(kind, &provider).await;
    page.reload().await;
    page.shown("#send").await;
    assert!(page.all("#result").await.is_empty());
    open_history(&page).await;
    count_is(&page, 1).await;
    page.wait_for_text("#history-size", "1 picture, ").await;
    page.click(".kept .one").await;
    let about = page.wait_for_text(".about", "seed 77").await;
    assert!(about.contains("On a quiet beach") && about.contains("Made at 127.0.0.1"), "{about}");
    let drawn = "return [...document.querySelector('backdrop-studio').shadowRoot.querySelectorAll('.kept img')]
        .map((one) => one.naturalWidth)";
    page.until("the small picture is seen", || async {
        (page.run(drawn, vec![]).await == json!([320])).then_some(())
    })
    .await;
    page.screenshot("history").await;
    page.click("#kept-show").await;
    page.gone("#history-drawer").await;
    page.shown("#result").await;
    page.wait_for_text(".strip span", "seed 77").await;
    // Looked at again, it is the same one.
    open_history(&page).await;
    page.click(".kept .one").await;
    page.click("#kept-show").await;
    page.gone("#history-drawer").await;
    assert_eq!(page.all(".strip li").await.len(), 1);
    assert_eq!(provider.asked().len(), 1);
    page.assert_quiet().await;
}

async fn what_is_deleted_comes_back(kind: Kind) {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = made(kind, &provider).await;
    page.send().await;
    open_history(&page).await;
    count_is(&page, 2).await;
    page.click(".kept li:first-child .one").await;
    page.click("#kept-delete").await;
    count_is(&page, 1).await;
    page.wait_for_text("#history-says", "1 picture deleted.").await;
    page.until("the focus is where it helps", || async {
        page.has_focus("#history-undo").await.then_some(())
    })
    .await;
    page.press("enter").await;
    count_is(&page, 2).await;
    page.wait_for_text("#history-says", "It is back.").await;

    // All of them: asked first.
    page.click("#history-delete-all").await;
    page.wait_for_text("#history-question", "Delete all 2 kept pictures?").await;
    page.until("no is what Enter says", || async {
        page.has_focus("#history-stay").await.then_some(())
    })
    .await;
    page.press("enter").await;
    page.shown("#history-delete-all").await;
    count_is(&page, 2).await;
    page.click("#history-delete-all").await;
    page.click("#history-delete").await;
    count_is(&page, 0).await;
    page.wait_for_text(".none", "Nothing is kept yet").await;
    page.click("#history-undo").await;
    count_is(&page, 2).await;
    // It is a picture still.
    page.click(".kept li:first-child .one").await;
    page.click("#kept-show").await;
    page.shown("#result").await;
    page.reload().await;
    page.shown("#send").await;
    open_history(&page).await;
    count_is(&page, 2).await;
    page.assert_quiet().await;
}

async fn the_settings_are_used_again(kind: Kind) {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = made(kind, &provider).await;
    page.reload().await;
    page.shown("#send").await;
    open_history(&page).await;
    page.click(".kept .one").await;
    page.click("#kept-settings").await;
    page.gone("#history-drawer").await;
    assert_eq!(page.property("#prompt", "value").await, "On a quiet beach");
    assert_eq!(page.property("#seed", "value").await, "77");
    page.wait_for_text("#status", "The settings are as they were").await;
}

async fn it_goes_out_and_comes_in_as_a_zip(kind: Kind) {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = made(kind, &provider).await;
    page.send().await;
    open_history(&page).await;
    count_is(&page, 2).await;
    page.click("#history-export").await;
    page.wait_for_text("#history-says", "Saved.").await;
    let saved = page.next_download().await;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&saved).unwrap()).unwrap();
    let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["backdrop.json", "coffee-backdrop.png", "coffee-backdrop-2.png"]);
    let mut listing = String::new();
    zip.by_name("backdrop.json").unwrap().read_to_string(&mut listing).unwrap();
    let listing: serde_json::Value = serde_json::from_str(&listing).unwrap();
    assert_eq!(listing["entries"][0]["parameters"]["prompt"], "On a quiet beach");
    assert_eq!(listing["entries"][1]["file"], "coffee-backdrop-2.png");
    let mut picture = Vec::new();
    zip.by_name("coffee-backdrop.png").unwrap().read_to_end(&mut picture).unwrap();
    assert!(Pixels::of_bytes(&picture).size().0 > 0);

    // Again where they are: nothing is there twice.
    page.pick_files("#history-import", std::slice::from_ref(&saved)).await;
    page.wait_for_text("#history-says", "0 pictures added.").await;
    // In another browser.
    let other = Browser::start_as(kind).await;
    other.open_studio(provider.origin()).await;
    open_history(&other).await;
    other.wait_for_text(".none", "Nothing is kept yet").await;
    other.pick_files("#history-import", &[file("no.zip", b"no zip at all")]).await;
    other.wait_for_text("#history-says", "This is no zip").await;
    other.pick_files("#history-import", &[saved]).await;
    other.wait_for_text("#history-says", "2 pictures added.").await;
    count_is(&other, 2).await;
    other.click(".kept .one").await;
    other.click("#kept-show").await;
    other.shown("#result").await;
    other.assert_quiet().await;
}

/// WebKit is driven in a private session, which stores no files. Elsewhere the database is taken away.
async fn private_windows_are_told_once(kind: Kind) {
    let provider = Provider::start().await;
    let site = Site::start("").await;
    let forbid = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } });";
    // As a driver's WebKit has it of itself.
    let forbid = if kind == Kind::WebKit { "" } else { forbid };
    site.file("/forbid.js", "text/javascript", forbid);
    let html = format!(
        "<!doctype html><link rel=icon href='data:,'><script src=/forbid.js></script>
         <script type=module src={FOLDER}backdrop-studio.js></script>
         <backdrop-studio remember endpoint='{}'></backdrop-studio>",
        provider.endpoint()
    );
    site.file("/", "text/html", html);
    let page = Browser::start_as(kind).await;
    page.open_studio(site.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    page.wait_for_text("#notice", "This browser keeps nothing for this page").await;
    page.send().await;
    page.gone("#notice").await;
    open_history(&page).await;
    if kind != Kind::WebKit {
        page.wait_for_text(".none", "This browser keeps nothing for this page").await;
    }
    page.screenshot("history-private").await;
    close(&page).await;
    assert_eq!(page.all(".strip li").await.len(), 2);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_else_stops() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = Browser::with_photo(provider.origin(), &sample("coffee")).await;
    let quota = json!({ "origin": provider.origin(), "quotaSize": 1_000 });
    page.cdp("Storage.overrideQuotaForOrigin", quota).await;
    page.send().await;
    page.wait_for_text("#notice", "There is no more room for pictures on this device").await;
    page.screenshot("history-full").await;
    page.send().await;
    page.gone("#notice").await;
    page.download().await;
}

#[tokio::test]
async fn the_oldest_go_first_and_favourites_stay() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = Browser::with_photo(provider.origin(), &sample("coffee")).await;
    // 45 MB each; they are not as large as they say.
    page.fill_history(12, 45_000_000).await;
    open_history(&page).await;
    count_is(&page, 12).await;
    page.wait_for_text("#history-size", "12 pictures, 540.0 MB").await;
    // The oldest of all.
    page.click(".kept li:last-child .one").await;
    page.click("#kept-favourite").await;
    page.until("it is marked", || async {
        (page.property("#kept-favourite", "ariaPressed").await == "true").then_some(())
    })
    .await;
    close(&page).await;
    page.send().await;
    open_history(&page).await;
    // 500 MB is the limit: twelve and the new one.
    count_is(&page, 12).await;
    page.type_into("#history-search", "kept-0.png").await;
    count_is(&page, 1).await;
    page.fill("#history-search", "kept-1.png").await;
    page.wait_for_text(".none", "Nothing kept fits").await;
    page.click("#history-search").await;
    page.press("ctrl+a").await;
    page.press("backspace").await;
    page.click("#history-favourites").await;
    count_is(&page, 1).await;
    page.click("#history-favourites").await;
    page.run(
        "const limit = document.querySelector('backdrop-studio').shadowRoot.querySelector('#history-limit');
        limit.value = '100'; limit.dispatchEvent(new Event('change', { bubbles: true }));",
        vec![],
    )
    .await;
    // The favourite, one more, and the small new one.
    count_is(&page, 3).await;
    page.reload().await;
    page.shown("#send").await;
    open_history(&page).await;
    count_is(&page, 3).await;
    assert_eq!(page.property("#history-limit", "value").await, "100");
    page.assert_quiet().await;
}

#[tokio::test]
async fn another_tab_sees_it_at_once() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = made(Kind::Chromium, &provider).await;
    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(other).await.unwrap();
    page.open_studio(provider.origin()).await;
    open_history(&page).await;
    page.click(".kept .one").await;
    page.click("#kept-delete").await;
    count_is(&page, 0).await;
    page.client().switch_to_window(first).await.unwrap();
    open_history(&page).await;
    count_is(&page, 0).await;
    page.fill_history(3, 1_000).await;
    count_is(&page, 3).await;
}

/// Five hundred: what is seen is drawn, the rest when it is scrolled to.
#[tokio::test]
async fn five_hundred_open_without_a_long_task() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = Browser::start().await;
    page.open_studio(provider.origin()).await;
    page.fill_history(500, 1_000).await;
    page.reload().await;
    page.shown("#send").await;
    open_history(&page).await;
    page.wait_for_text("#history-size", "500 pictures").await;
    let drawn = page.all(".kept > li").await.len();
    assert!((20..200).contains(&drawn), "{drawn} are drawn");
    let end = "document.querySelector('backdrop-studio').shadowRoot.querySelector('.kept > li:last-child').scrollIntoView()";
    page.until("more come when they are scrolled to", || async {
        page.run(end, vec![]).await;
        (page.all(".kept > li").await.len() > drawn).then_some(())
    })
    .await;
    page.fill("#history-search", "kept-7.png").await;
    count_is(&page, 1).await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn other_sites_keep_nothing_unless_they_say_so() {
    for (tag, keeps) in [("", false), ("remember", true)] {
        let provider = Provider::start().await;
        let site = Site::start("").await;
        let relay = Relay::with_key("SG_test", provider.origin())
            .arg("--origin")
            .arg(site.origin())
            .start();
        site.page(
            "/",
            &format!("<backdrop-studio {tag} endpoint='{}{PATH}'></backdrop-studio>", relay.url()),
        );
        let page = Browser::start().await;
        page.goto(&format!("{}/", site.origin())).await;
        page.drop_photo(&sample("coffee")).await;
        provider.answers(Answer::picture());
        page.send().await;
        let names = "return indexedDB.databases().then((all) => all.map(({ name }) => name))";
        let names = page.run(names, vec![]).await;
        assert_eq!(names, if keeps { json!(["backdrop"]) } else { json!([]) }, "{tag}");
        assert_eq!(page.all("#history").await[0].is_displayed().await.unwrap(), keeps);
        assert_eq!(site.asked(&site.room()) > 0, keeps);
    }
}
