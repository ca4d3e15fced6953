//! How the tag comes to a page, and each way in which it cannot.

use journeys::{Browser, FOLDER, Fault, Kind, STRICT, Site, in_each_browser, site};
use serde_json::{Value, json};
use std::time::Duration;

in_each_browser!(
    its_files_come_once_however_many_there_are,
    a_lazy_one_waits_until_it_is_near,
    a_missing_file_is_named_and_comes_once_it_is_there,
    the_wrong_type_is_named,
    a_front_page_in_place_of_a_file_is_told_apart,
    a_changed_file_is_refused_by_its_name,
    a_connection_that_breaks_can_be_tried_again,
    a_policy_that_forbids_it_is_told_what_it_lacks,
    another_origin_must_let_the_page_read,
    a_server_that_is_gone_can_be_tried_again,
    a_browser_without_webassembly_is_told_so,
);

const TAG: &str = "<backdrop-studio id=one></backdrop-studio><p id=below>Below</p>";

async fn open(site: &Site) -> Browser {
    open_in(Kind::Chromium, site).await
}

async fn open_in(kind: Kind, site: &Site) -> Browser {
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    page
}

/// The details of every `backdrop-error` so far.
async fn errors(page: &Browser) -> Vec<Value> {
    let script = "return __told.filter((one) => one.kind == 'error').map((one) => one.detail)";
    page.run(script, vec![]).await.as_array().cloned().unwrap_or_default()
}

/// A failure's words in the element, once the one event has told of it too.
async fn fails(page: &Browser, reason: &str, says: &str) -> String {
    let words = page.wait_for_text("[role=alert]", says).await;
    let told = errors(page).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["kind"], &told[0]["reason"]), (&json!("load"), &json!(reason)));
    assert!(told[0]["message"].as_str().unwrap_or_default().contains(says), "{told:?}");
    words
}

/// After what kept it away is mended.
async fn comes_on_trying_again(page: &Browser) {
    page.click("button").await;
    page.shown("#send").await;
    page.assert_quiet_but_for(&CONSOLE).await;
}

/// What the console has of a file that does not come: from the browser, and from the element.
const CONSOLE: [&str; 5] =
    ["Failed to load", "Access to fetch", "integrity", "MIME type", "console-api"];

#[tokio::test]
async fn it_takes_its_room_at_once_and_nothing_jumps() {
    let sheet = format!("<link rel=stylesheet href={FOLDER}backdrop-studio.css>");
    let tag =
        TAG.replace("<backdrop-studio", "<backdrop-studio endpoint=/v1/bria-replace-background");
    let site = Site::start(&format!("{sheet}{tag}")).await;
    site.fault(".js", Fault::Slow(Duration::from_millis(400)));
    site.fault(&site.wasm(), Fault::Slow(Duration::from_millis(1500)));
    let page = open(&site).await;
    page.wait_for_text("[role=status]", "Loading Backdrop").await;
    page.find("progress").await;
    page.screenshot("load-placeholder").await;
    let below = "return document.querySelector('#below').getBoundingClientRect().top";
    let before = page.run(below, vec![]).await;
    page.shown("#send").await;
    assert_eq!(page.run(below, vec![]).await, before, "what is below has moved");
    let jumps = page.run("return __jumps", vec![]).await;
    // At times Chromium paints the placeholder's words a frame before they have their width, which
    // moves nothing else.
    let jumped: f64 = jumps.as_array().unwrap().iter().filter_map(|one| one[0].as_f64()).sum();
    assert!(jumped < 0.005, "the page has jumped: {jumps}");
    page.assert_quiet_but_for(&["healthz"]).await;
}

async fn its_files_come_once_however_many_there_are(kind: Kind) {
    let four = "<backdrop-studio></backdrop-studio>".repeat(4);
    let site = Site::start(&four).await;
    let page = open_in(kind, &site).await;
    page.until("all are there", || async {
        let count = "return [...document.querySelectorAll('backdrop-studio')]
            .filter((one) => one.shadowRoot.querySelector('#send')).length";
        (page.run(count, vec![]).await == 4).then_some(())
    })
    .await;
    assert_eq!(site.asked(&site.wasm()), 1);
    // Once to check it, once for the browser's import, as this server lets nothing be kept.
    assert_eq!(site.asked(&site.glue()), 2);
    page.assert_quiet_but_for(&["healthz", "bria-replace-background"]).await;
}

async fn a_lazy_one_waits_until_it_is_near(kind: Kind) {
    let far = "<p>Far<br><br><br></p>".repeat(200);
    let site = Site::start(&format!("{far}<backdrop-studio loading=lazy></backdrop-studio>")).await;
    let page = open_in(kind, &site).await;
    page.find("progress").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(site.asked(&site.wasm()), 0);
    page.run("document.querySelector('backdrop-studio').scrollIntoView()", vec![]).await;
    page.shown("#send").await;
    page.assert_quiet_but_for(&["healthz", "bria-replace-background"]).await;
}

async fn a_missing_file_is_named_and_comes_once_it_is_there(kind: Kind) {
    let site = Site::start(TAG).await;
    for name in [site.glue(), site.wasm()] {
        site.fault(&name, Fault::Missing);
        let page = open_in(kind, &site).await;
        let words = fails(&page, "missing", &format!("{name} is not on the server")).await;
        assert!(words.contains("status 404"), "{words}");
        page.screenshot("load-missing").await;
        site.heal();
        comes_on_trying_again(&page).await;
    }
}

#[tokio::test]
async fn trying_again_at_one_tries_again_at_all() {
    let two = "<backdrop-studio></backdrop-studio><backdrop-studio id=two></backdrop-studio>";
    let site = Site::start(two).await;
    site.fault(&site.wasm(), Fault::Missing);
    let mut page = open(&site).await;
    page.wait_for_text("[role=alert]", "404").await;
    site.heal();
    page.click("button").await;
    page.shown("#send").await;
    page.within("#two");
    page.shown("#send").await;
    assert_eq!(site.asked(&site.wasm()), 2);
}

async fn the_wrong_type_is_named(kind: Kind) {
    let site = Site::start(TAG).await;
    site.fault(&site.glue(), Fault::Type("text/plain"));
    let page = open_in(kind, &site).await;
    fails(&page, "type", &format!("The server sent text/plain in place of {}", site.glue())).await;
    site.heal();
    comes_on_trying_again(&page).await;

    // As many servers do that have not heard of wasm. It is checked by its hash, so it may run.
    site.fault(&site.wasm(), Fault::Type("application/octet-stream"));
    page.reload().await;
    page.shown("#send").await;
    assert!(errors(&page).await.is_empty());
}

async fn a_front_page_in_place_of_a_file_is_told_apart(kind: Kind) {
    let site = Site::start(TAG).await;
    for name in [site.glue(), site.wasm()] {
        site.fault(&name, Fault::FrontPage);
        let page = open_in(kind, &site).await;
        fails(&page, "type", &format!("The server sent text/html in place of {name}")).await;
        site.heal();
        comes_on_trying_again(&page).await;
    }
}

async fn a_changed_file_is_refused_by_its_name(kind: Kind) {
    let site = Site::start(TAG).await;
    for name in [site.glue(), site.wasm()] {
        site.fault(&name, Fault::Changed);
        let page = open_in(kind, &site).await;
        fails(&page, "integrity", &format!("{name} was changed, so it was not run")).await;
        assert!(page.all("#send").await.is_empty());
        site.heal();
        comes_on_trying_again(&page).await;
    }
}

#[tokio::test]
async fn a_module_that_changes_after_it_was_checked_is_refused() {
    let site = Site::start(TAG).await;
    site.fault(&site.glue(), Fault::ChangedLater);
    let page = open(&site).await;
    fails(&page, "integrity", &format!("{} was changed", site.glue())).await;
    site.heal();
    comes_on_trying_again(&page).await;
}

/// Only secure pages can make hashes; on others the browser's own check has to do.
#[tokio::test]
async fn a_changed_file_is_refused_on_a_page_that_is_not_secure() {
    let site = Site::start(TAG).await;
    let page = Browser::start().await;
    // A name that Chromium does not take for this machine, and that leads to it.
    let origin = site.origin().replace("127.0.0.1", "backdrop.test");
    for name in [site.glue(), site.wasm()] {
        site.fault(&name, Fault::Changed);
        page.goto(&format!("{origin}/")).await;
        assert_eq!(page.run("return isSecureContext", vec![]).await, false);
        fails(&page, "integrity", &format!("{name} was changed, so it was not run")).await;
        site.heal();
        comes_on_trying_again(&page).await;
    }
}

async fn a_connection_that_breaks_can_be_tried_again(kind: Kind) {
    let site = Site::start(TAG).await;
    site.fault(&site.wasm(), Fault::CutOff);
    let page = open_in(kind, &site).await;
    fails(&page, "network", &format!("{} did not arrive", site.wasm())).await;
    site.heal();
    comes_on_trying_again(&page).await;
}

async fn a_policy_that_forbids_it_is_told_what_it_lacks(kind: Kind) {
    let site = Site::start(TAG).await;
    for (without, needs) in [
        (" 'wasm-unsafe-eval'", "'wasm-unsafe-eval' in script-src"),
        ("connect-src 'self' http://127.0.0.1:*; ", "(or 'self') in connect-src"),
    ] {
        site.policy(&STRICT.replace(without, ""));
        let page = open_in(kind, &site).await;
        let words = page.wait_for_text("[role=alert]", "Content-Security-Policy stopped").await;
        assert!(words.contains(needs), "{words}");
        assert_eq!(errors(&page).await[0]["reason"], "policy");
        assert!(page.all("button").await.is_empty(), "only the site can help, not the visitor");
    }
}

async fn another_origin_must_let_the_page_read(kind: Kind) {
    let files = Site::start("").await;
    let site = Site::start("").await;
    let script = format!("{}{FOLDER}backdrop-studio.js", files.origin());
    let policy = STRICT.replace("script-src", &format!("script-src {}", files.origin()));
    // The script comes from here and its files from there: `base` says so.
    site.page("/", &format!("<backdrop-studio base={}{FOLDER}></backdrop-studio>", files.origin()));
    site.policy(&policy);
    let page = open_in(kind, &site).await;
    let says = format!("{} does not let this page read", files.origin());
    fails(&page, "cors", &says).await;
    files.allow_others();
    comes_on_trying_again(&page).await;

    // All of it from there.
    site.page_with("/", TAG, &script);
    page.reload().await;
    page.shown("#send").await;
    assert_eq!(site.asked(".wasm"), 0);
}

async fn a_server_that_is_gone_can_be_tried_again(kind: Kind) {
    let site = Site::start("<backdrop-studio base=http://127.0.0.1:9/></backdrop-studio>").await;
    site.policy(&STRICT.replace("script-src", "script-src http://127.0.0.1:*"));
    let page = open_in(kind, &site).await;
    fails(&page, "network", "did not arrive").await;
    page.find("button").await;
}

async fn a_browser_without_webassembly_is_told_so(kind: Kind) {
    let site = Site::start("").await;
    site.file("/old.js", "text/javascript", "delete globalThis.WebAssembly;");
    site.page("/", &format!("<script src=/old.js></script>{TAG}"));
    let page = open_in(kind, &site).await;
    fails(&page, "unsupported", "This browser cannot run Backdrop").await;
    assert!(page.all("button").await.is_empty());
    assert_eq!(site.asked(".wasm"), 0);
}

/// Browsers run no module from disk, so no script can say it: what stands inside the tag does.
#[tokio::test]
async fn a_page_from_disk_says_what_to_do() {
    let page = Browser::start().await;
    page.goto(&format!("file://{}/index.html", site().display())).await;
    let mut page = page;
    page.within("body");
    page.wait_for_text("backdrop-studio", "opened this page from disk").await;
    page.screenshot("load-from-disk").await;
}
