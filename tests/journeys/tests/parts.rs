//! The part of the program that comes once the studio stands: it comes unasked, and where it does not,
//! that is said and nothing is lost.

use journeys::{Browser, Fault, Kind, Picture, Site, in_each_browser, picture};
use serde_json::json;
use std::time::Duration;

in_each_browser!(
    it_comes_once_and_unasked,
    without_it_nothing_is_lost,
    without_it_nothing_is_sent,
    sending_can_be_stopped_before_it_is_there,
    it_comes_from_where_the_script_is,
);

/// A studio that sends to the site, which notes what it gets.
const TAG: &str = "<backdrop-studio id=one endpoint=/pay></backdrop-studio>";

/// What the console has of a part that does not come, and of a server that knows no pictures.
const CONSOLE: [&str; 4] = ["Failed to load", "integrity", "console-api", "healthz"];

const SAYS: &str = "A part of Backdrop did not come, or was changed on its way";

async fn open(kind: Kind, site: &Site) -> Browser {
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    let part = site.part();
    page.until("the part is asked for", || async { (site.asked(&part) > 0).then_some(()) }).await;
    page
}

async fn with_picture() -> Site {
    let site = Site::start(TAG).await;
    site.file("/photo.png", "image/png", picture(Picture::Png, 48, 32));
    site
}

/// The photo by its address, which takes no part.
async fn give_address(page: &Browser, site: &Site) {
    page.fill("#photo-address", &format!("{}/photo.png", site.origin())).await;
    page.press("enter").await;
    page.photo_is("photo.png").await;
}

async fn it_comes_once_and_unasked(kind: Kind) {
    let site = Site::start(TAG).await;
    let page = open(kind, &site).await;
    // From here on the page is without its server.
    site.fault("", Fault::Missing);
    page.click("#code").await;
    page.shown("#code-drawer").await;
    page.wait_for_text("#snippet", "curl").await;
    page.press("escape").await;
    page.gone("#code-drawer").await;
    page.click("#connection").await;
    page.shown("#connect").await;
    assert_eq!(site.asked(&site.part()), 1);
    page.assert_quiet_but_for(&CONSOLE).await;
}

async fn without_it_nothing_is_lost(kind: Kind) {
    for fault in [Fault::Missing, Fault::Changed, Fault::CutOff] {
        let site = Site::start(TAG).await;
        site.fault(&site.part(), fault);
        let page = open(kind, &site).await;
        page.fill("#prompt", "a quiet beach").await;
        page.click("#code").await;
        page.wait_for_text("[role=alert]", SAYS).await;
        assert!(page.all("#code-drawer").await.is_empty());
        site.heal();
        page.click("#code").await;
        page.shown("#code-drawer").await;
        page.wait_for_text("#snippet", "a quiet beach").await;
        page.assert_quiet_but_for(&CONSOLE).await;
    }
}

async fn without_it_nothing_is_sent(kind: Kind) {
    let site = with_picture().await;
    site.fault(&site.part(), Fault::Missing);
    let page = open(kind, &site).await;
    give_address(&page, &site).await;
    page.fill("#prompt", "a quiet beach").await;
    page.click("#send").await;
    page.wait_for_text("[role=alert]", SAYS).await;
    page.until("it is told", || async {
        let script = "return __told.filter((one) => one.kind == 'error').map((one) => one.detail)";
        let told = page.run(script, vec![]).await;
        (told[0]["kind"] == json!("network")).then_some(())
    })
    .await;
    assert!(site.posted().is_empty());
    page.photo_is("photo.png").await;
    assert_eq!(page.property("#prompt", "value").await, "a quiet beach");

    site.heal();
    page.click("#send").await;
    page.wait_for_text("#failure", "The answer holds no picture").await;
    let sent = site.posted();
    assert_eq!(sent.len(), 1);
    let sent = String::from_utf8_lossy(&sent[0]).into_owned();
    assert!(sent.contains("a quiet beach"), "{sent}");
    page.assert_quiet_but_for(&CONSOLE).await;
}

async fn sending_can_be_stopped_before_it_is_there(kind: Kind) {
    let site = with_picture().await;
    site.fault(&site.part(), Fault::Slow(Duration::from_secs(6)));
    let page = open(kind, &site).await;
    give_address(&page, &site).await;
    page.fill("#prompt", "a quiet beach").await;
    page.click("#send").await;
    page.click("#cancel").await;
    page.wait_for_text("[role=alert]", "Stopped").await;
    assert!(page.all("#code-drawer").await.is_empty(), "the part is there already");
    page.click("#code").await;
    page.shown("#code-drawer").await;
    assert!(site.posted().is_empty(), "it was sent all the same");
    page.press("escape").await;
    page.gone("#code-drawer").await;
    page.click("#send").await;
    page.wait_for_text("#failure", "The answer holds no picture").await;
    assert_eq!(site.posted().len(), 1);
}

async fn it_comes_from_where_the_script_is(kind: Kind) {
    let files = Site::start("").await;
    files.allow_others();
    let site = Site::start("").await;
    site.page_with("/", TAG, &format!("{}/backdrop/backdrop-studio.js", files.origin()));
    let policy = journeys::STRICT;
    site.policy(&policy.replace("script-src", &format!("script-src {}", files.origin())));
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    page.click("#code").await;
    page.wait_for_text("#snippet", "curl").await;
    assert_eq!(files.asked(&files.part()), 1);
    assert_eq!(site.asked(".wasm"), 0);
}
