//! What is changed in the form is undone and redone, and emptying it too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::Name;
use journeys::{Browser, Kind, Provider, Relay, Site, in_each_browser, sample};
use std::time::Duration;

in_each_browser!(steps_go_back_and_forth);

async fn open(kind: Kind, url: &str) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(url).await;
    page.shown("#undo").await;
    page
}

/// Waits until a property of a field is this.
async fn is(page: &Browser, css: &str, property: &str, wanted: &str) {
    page.until(&format!("`{css}`.{property} is {wanted:?}"), || async {
        (page.property(css, property).await == wanted).then_some(())
    })
    .await;
}

async fn steps_go_back_and_forth(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = open(kind, relay.url()).await;
    is(&page, "#undo", "ariaDisabled", "true").await;
    is(&page, "#redo", "ariaDisabled", "true").await;
    page.drop_photo(&sample("coffee")).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("cat")]).await;
    page.wait_for_text("#reference", "cat.jpg").await;

    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Reference picture").await;
    page.gone("#reference .photo").await;
    page.click("#undo").await;
    page.find(".swatch[aria-label=Sage][aria-pressed=true]").await;
    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Colour").await;
    page.find(".swatch[aria-label=White][aria-pressed=true]").await;
    page.click("#undo").await;
    is(&page, "#background-describe", "checked", "true").await;
    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Photo").await;
    page.shown(".welcome").await;
    is(&page, "#undo", "ariaDisabled", "true").await;
    assert!(page.has_focus("#undo").await, "the focus is on {}", page.focused().await);

    for _ in 0..5 {
        page.click("#redo").await;
    }
    page.photo_is("coffee.jpg").await;
    page.wait_for_text("#reference", "cat.jpg").await;
    is(&page, "#redo", "ariaDisabled", "true").await;
    page.screenshot("redone").await;
    page.assert_quiet().await;
}

/// Typing is one step until it pauses or the field is left; inside the field the browser undoes.
#[tokio::test]
async fn typing_is_one_step() {
    let relay = Relay::without_key().start();
    let page = open(Kind::Chromium, relay.url()).await;
    let usual = page.property("#prompt", "value").await;
    page.retype("#prompt", "On a shelf").await;
    page.press("tab").await;
    page.retype("#prompt", "On a chair").await;
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    page.type_here(", at night").await;
    page.click("#undo").await;
    is(&page, "#prompt", "value", "On a chair").await;
    page.wait_for_text("#status", "Undone: Describe the new background").await;
    page.click("#undo").await;
    is(&page, "#prompt", "value", "On a shelf").await;
    page.click("#undo").await;
    is(&page, "#prompt", "value", &usual).await;
    is(&page, "#undo", "ariaDisabled", "true").await;

    // The browser's own, and what it does is a change like any other.
    page.retype("#prompt", "On a roof").await;
    page.press("ctrl+z").await;
    page.until("the text is another", || async {
        (page.property("#prompt", "value").await != "On a roof").then_some(())
    })
    .await;
    assert!(page.has_focus("#prompt").await);
    page.until("the status is not the form's", || async {
        (!page.text("#status").await.contains("Redone")).then_some(())
    })
    .await;
    let sent = page.ask_studio("return studio.parameters.prompt").await;
    assert_eq!(sent.as_str().unwrap(), page.property("#prompt", "value").await);
    page.assert_quiet().await;
}

#[tokio::test]
async fn emptying_the_form_is_undone_too() {
    let relay = Relay::without_key().start();
    let page = open(Kind::Chromium, relay.url()).await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "On a shelf").await;
    page.seed(7).await;
    page.click("#fast").await;
    page.tab_to("#reset").await;
    page.press("enter").await;
    page.wait_for_text("#status", "The form is empty. Undo brings it back.").await;
    page.shown(".welcome").await;
    is(&page, "#seed", "value", "1234").await;
    is(&page, "#fast", "checked", "false").await;
    // One step.
    page.press("ctrl+z").await;
    page.photo_is("coffee.jpg").await;
    is(&page, "#prompt", "value", "On a shelf").await;
    is(&page, "#seed", "value", "7").await;
    is(&page, "#fast", "checked", "true").await;
    assert!(page.has_focus("#reset").await, "the focus is on {}", page.focused().await);
    page.assert_quiet().await;
}

/// What changes by itself is no step: a new seed with each press, a photo that is read once more.
#[tokio::test]
async fn only_what_a_person_does_is_a_step() {
    let relay = Relay::without_key().start();
    let page = open(Kind::Chromium, relay.url()).await;
    page.drop_photo(&sample("coffee")).await;
    page.click("#keep-seed").await;
    page.send().await;
    assert_ne!(page.property("#seed", "value").await, "1234");
    page.click("#clean").await;
    page.photo_is("coffee.jpg").await;
    page.until("the photo was read once more", || async {
        let script = "return studio.shadowRoot.querySelector('.photo img').src";
        Some(page.ask_studio(script).await)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Remove metadata").await;
    is(&page, "#clean", "checked", "true").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Keep the seed").await;
    page.click("#undo").await;
    page.wait_for_text("#status", "Undone: Photo").await;
    is(&page, "#undo", "ariaDisabled", "true").await;
    page.assert_quiet().await;
}

/// What the page around has locked is not changed by a step back either.
#[tokio::test]
async fn what_is_locked_stays() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let tag = format!("<backdrop-studio endpoint='{}'></backdrop-studio>", provider.endpoint());
    site.page("/", &tag);
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#undo").await;
    page.click("#fast").await;
    page.seed(7).await;
    page.ask_studio("studio.lock = 'fast'").await;
    page.click("#undo").await;
    is(&page, "#seed", "value", "1234").await;
    page.click("#undo").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    is(&page, &format!("#{}", Name::Fast.wire()), "checked", "true").await;
    page.assert_quiet().await;
}
