//! Settings travel: in a link, under a name, in a file.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Browser, Relay, Site, sample};
use serde_json::{Value, json};

const OAK: &str = "https://a.example/oak.png";

async fn open(relay: &Relay) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.shown("#share").await;
    page
}

async fn is(page: &Browser, css: &str, property: &str, wanted: &str) {
    page.until(&format!("`{css}`.{property} is {wanted:?}"), || async {
        (page.property(css, property).await == wanted).then_some(())
    })
    .await;
}

/// A page of its own that is opened with this after the `#`.
async fn opened(relay: &Relay, fragment: &str) -> Browser {
    let page = Browser::start().await;
    page.open_studio(&format!("{}/#{fragment}", relay.url())).await;
    page
}

async fn axe(page: &Browser) {
    let axe = std::fs::read_to_string(journeys::npm("axe-core/axe.min.js")).unwrap();
    page.run(&axe, vec![]).await;
    let script =
        "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => [id, target.flat()])))";
    assert_eq!(page.run(script, vec![]).await, json!([]), "axe");
}

#[tokio::test]
async fn a_link_brings_the_settings_and_nothing_else() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.allow_clipboard().await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a shelf & by a “window” 100% #1").await;
    page.seed(7).await;
    page.click("#fast").await;
    // By keyboard alone.
    page.tab_to("#share").await;
    page.press("enter").await;
    page.wait_for_text("#share-settings", "The photo and the key are never in it").await;
    page.tab_to("#copy-link").await;
    page.press("enter").await;
    page.wait_for_text("#link-copied", "The link is on the clipboard").await;
    assert_eq!(page.property("#link-copied", "role").await, "status");
    axe(&page).await;
    page.screenshot("share").await;
    let link = page.run("return navigator.clipboard.readText()", vec![]).await;
    let link = link.as_str().unwrap();
    assert_eq!(link, page.property("#share-link", "value").await);
    assert!(link.starts_with(&format!("{}/#", relay.url())), "{link}");
    assert!(!link.contains("coffee"), "the photo is in it: {link}");
    page.press("escape").await;
    page.gone("#share-settings").await;
    assert!(page.has_focus("#share").await);

    let (_, fragment) = link.split_once('#').unwrap();
    let other = opened(&relay, fragment).await;
    other.wait_for_text("#form-says", "The settings of the link are in the form").await;
    is(&other, "#prompt", "value", "On a shelf & by a “window” 100% #1").await;
    is(&other, "#seed", "value", "7").await;
    is(&other, "#fast", "checked", "true").await;
    is(&other, "#background-describe", "checked", "true").await;
    other.shown(".welcome").await;
    assert_eq!(other.property("#form-says", "role").await, "status");
    axe(&other).await;
    other.screenshot("link-taken").await;
    // A reload does not bring it again, and it can be undone.
    let address = other.run("return location.href", vec![]).await;
    assert_eq!(address, format!("{}/", relay.url()));
    other.click("#undo").await;
    is(&other, "#seed", "value", "1234").await;
    other.click("#form-says .note button").await;
    other.gone("#form-says .note").await;
    assert!(other.has_focus("#undo").await);
    page.assert_quiet().await;
    other.assert_quiet().await;
}

#[tokio::test]
async fn what_a_stranger_writes_into_a_link_is_checked() {
    let relay = Relay::without_key().start();
    let long = "x".repeat(4_001);
    for (fragment, says) in [
        (
            "seed=-1&fast=true",
            "Not taken: seed, as it has to be a whole number from 0 to 2147483647",
        ),
        ("fast=yes&seed=7", "Not taken: fast, as it is not of the right kind"),
        ("api_key=SG_x&seed=7", "Not taken: api_key, as there is no such setting"),
        ("image=https://a.example/b.png&seed=7", "Not taken: image, as a photo is never taken"),
        (&format!("prompt={long}&seed=7"), "Not taken: prompt, as it is too long"),
        (
            "ref_images=javascript:alert(1)&seed=7",
            "Not taken: ref_images. That is not a web address",
        ),
        ("seed=7&seed=8", "Not taken: seed, as it is there twice"),
        ("%E0%A4%A=%&seed=7", "Not taken: "),
        ("<img src=x onerror=alert(1)>=1&seed=7", "as there is no such setting"),
        ("x=1", "The link had no settings that can be used"),
        (&format!("prompt={}", "x".repeat(16_001)), "The link is too long to be one of Backdrop’s"),
    ] {
        let page = opened(&relay, fragment).await;
        let text = page.wait_for_text("#form-says", says).await;
        let seed = page.property("#seed", "value").await;
        let kept = fragment.contains("seed=7");
        assert_eq!(seed, if kept { "7" } else { "1234" }, "{fragment}: {text}");
        assert!(page.all("#form-says img").await.is_empty());
        page.assert_quiet().await;
    }
    // What is no setting is somebody else's.
    let page = opened(&relay, "top").await;
    page.shown("#undo").await;
    assert!(page.all("#form-says .note").await.is_empty());
    let address = page.run("return location.hash", vec![]).await;
    assert_eq!(address, "#top");
}

#[tokio::test]
async fn a_link_is_taken_by_a_page_that_is_open_too() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&sample("coffee")).await;
    page.run("location.hash = '#prompt=%23ff5733'", vec![]).await;
    page.wait_for_text("#form-says", "The settings of the link are in the form").await;
    is(&page, "#background-colour", "checked", "true").await;
    is(&page, "#prompt", "value", "#ff5733").await;
    // The photo stays, as it is none of the settings.
    page.photo_is("coffee.jpg").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn references_go_along_only_as_addresses_and_that_is_said() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("cat")]).await;
    page.wait_for_text("#reference", "cat.jpg").await;
    page.click("#share").await;
    page.wait_for_text("#share-settings", "1 reference is a file and stays here").await;
    assert!(!page.property("#share-link", "value").await.contains("cat"));
    page.press("escape").await;
    page.gone("#share-settings").await;
    page.fill("#reference-address", OAK).await;
    page.press("enter").await;
    page.wait_for_text("#reference", "oak.png").await;
    page.click("#share").await;
    let says = "The address of 1 reference is in it: whoever opens the link sees that picture";
    page.wait_for_text("#share-settings", says).await;
    let link = page.property("#share-link", "value").await;
    let other = opened(&relay, link.split_once('#').unwrap().1).await;
    other.wait_for_text("#form-says", "with its references: pictures at addresses").await;
    other.wait_for_text("#reference", "oak.png").await;
    page.assert_quiet_but_for(&["a.example"]).await;
}

#[tokio::test]
async fn presets_are_kept_used_renamed_deleted_and_brought_back() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.retype("#prompt", "On a shelf").await;
    page.seed(7).await;
    page.tab_to("#presets").await;
    page.press("enter").await;
    page.wait_for_text("#presets-list", "None yet").await;
    page.click("#keep-preset").await;
    page.wait_for_text("#presets-say", "Give it a name first").await;
    assert!(page.has_focus("#preset-name").await);
    page.type_here(" My   shelf ").await;
    page.press("enter").await;
    page.wait_for_text("#presets-say", "“My shelf” is kept").await;
    axe(&page).await;
    page.screenshot("presets").await;
    page.press("escape").await;
    page.gone("#presets-list").await;
    assert!(page.has_focus("#presets").await);

    page.click("#reset").await;
    is(&page, "#seed", "value", "1234").await;
    page.reload().await;
    page.shown("#presets").await;
    page.click("#presets").await;
    page.click(".presets li button").await;
    page.gone("#presets-list").await;
    page.wait_for_text("#form-says", "The settings of “My shelf” are in the form").await;
    is(&page, "#prompt", "value", "On a shelf").await;
    is(&page, "#seed", "value", "7").await;

    page.click("#presets").await;
    page.click("[aria-label='Rename “My shelf”']").await;
    page.until("the name has the focus", || async {
        page.has_focus("#preset-new-name").await.then_some(())
    })
    .await;
    page.press("ctrl+a").await;
    page.type_here("Oak <b>").await;
    page.press("enter").await;
    page.wait_for_text("#presets-say", "“Oak <b>” is kept").await;
    assert_eq!(page.all(".presets li").await.len(), 1);
    page.click("[aria-label^='Delete']").await;
    page.wait_for_text("#presets-say", "is deleted").await;
    page.wait_for_text("#presets-list", "None yet").await;
    page.until("the way back has the focus", || async {
        page.has_focus("#bring-back").await.then_some(())
    })
    .await;
    page.press("enter").await;
    page.wait_for_text(".presets", "Oak <b>").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn presets_go_into_a_file_and_come_from_one() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.retype("#prompt", "On a shelf").await;
    page.seed(7).await;
    page.click("#fast").await;
    page.click("#presets").await;
    page.fill("#preset-name", "Shelf").await;
    page.press("enter").await;
    page.wait_for_text(".presets", "Shelf").await;
    page.click("#export-presets").await;
    let file = page.next_download().await;
    assert!(file.ends_with("backdrop-presets.json"), "{}", file.display());
    let text = std::fs::read_to_string(&file).unwrap();
    let made: Value = serde_json::from_str(&text).unwrap();
    let settings = json!({ "prompt": "On a shelf", "seed": 7, "fast": true });
    assert_eq!(made, json!({ "presets": [{ "name": "Shelf", "settings": settings }] }));
    assert!(text.contains("\n  "), "a person can read it: {text}");

    let other = open(&relay).await;
    other.click("#presets").await;
    let bad = file.with_file_name("bad.json");
    for content in ["", "[]", "{\"presets\": 7}", "{\"presets\": [1, {\"name\": \" \"}]}", "\u{1}"]
    {
        std::fs::write(&bad, content).unwrap();
        other.pick_files("#import-presets", std::slice::from_ref(&bad)).await;
        other.wait_for_text("#presets-say", "This file has no presets").await;
    }
    other.pick_files("#import-presets", &[file]).await;
    other.wait_for_text("#presets-say", "1 preset is imported").await;
    let strange = json!({ "presets": [
        { "name": "Strange", "settings": { "seed": -1, "fast": "maybe", "image": "x", "prompt": "On a roof", "deep": {} } },
    ] });
    std::fs::write(&bad, strange.to_string()).unwrap();
    other.pick_files("#import-presets", &[bad]).await;
    let says = other.wait_for_text("#presets-say", "“Strange”: Not taken: seed").await;
    assert!(says.contains("Not taken: fast") && says.contains("Not taken: image"), "{says}");
    other.screenshot("presets-imported").await;
    other.click(".presets li:last-child button").await;
    is(&other, "#prompt", "value", "On a roof").await;
    is(&other, "#seed", "value", "1234").await;
    page.assert_quiet().await;
    other.assert_quiet().await;
}

/// Where the tag is one thing among others, the address is the page's own.
#[tokio::test]
async fn another_page_keeps_its_address_to_itself() {
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    let page = Browser::start().await;
    page.goto(&format!("{}/#seed=7", site.origin())).await;
    page.shown("#undo").await;
    is(&page, "#seed", "value", "1234").await;
    assert!(page.all("#share, #presets").await.is_empty());
    assert_eq!(page.run("return location.hash", vec![]).await, "#seed=7");
}
