//! The keys that there are, listed where `?` opens the list.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Browser, Kind, Relay, Site, in_each_browser, photo};

in_each_browser!(a_question_mark_lists_the_keys; but_webkit: letters_stay_letters);

/// The studio with what comes after it.
async fn open(kind: Kind, url: &str) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(url).await;
    page.shown("#keys").await;
    page
}

async fn a_question_mark_lists_the_keys(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = open(kind, relay.url()).await;
    page.press("shift+?").await;
    page.shown("#keys-list").await;
    let list = page.text("#keys-list").await;
    for says in ["Make the picture", "Undo", "Redo", "Zoom in", "Full screen", "This list"] {
        assert!(list.contains(says), "{says} is not in: {list}");
    }
    page.screenshot("keys-list").await;
    page.press("escape").await;
    page.gone("#keys-list").await;
    // Round the page to its start, but where Tab leads out of the page and not back.
    match kind {
        Kind::Chromium => page.tab_to("#keys").await,
        _ => drop(page.ask_studio("studio.shadowRoot.querySelector('#keys').focus()").await),
    }
    page.press("enter").await;
    page.shown("#keys-list").await;
    page.press("escape").await;
    page.gone("#keys-list").await;
    assert!(page.has_focus("#keys").await, "the focus is on {}", page.focused().await);
    page.assert_quiet().await;
}

/// Each key of the list, pressed: it does what stands beside it.
#[tokio::test]
async fn what_is_listed_is_so() {
    let relay = Relay::without_key().start();
    let page = open(Kind::Chromium, relay.url()).await;
    // Larger than the stage, so that its own pixels are closer than what fits.
    page.drop_photo(&photo("large.png", 1600, 1200)).await;
    page.choose_background("background-colour").await;
    page.press("ctrl+z").await;
    page.wait_for_text("#status", "Undone: New background").await;
    page.press("ctrl+shift+z").await;
    page.wait_for_text("#status", "Redone: New background").await;
    page.press("ctrl+z").await;
    page.wait_for_text("#status", "Undone: New background").await;
    page.press("ctrl+y").await;
    page.wait_for_text("#status", "Redone: New background").await;
    page.press("left").await;
    assert!(page.has_focus("#background-reference").await);
    page.press("left").await;
    assert!(page.has_focus("#background-describe").await);
    page.press("ctrl+enter").await;
    page.shown("#result").await;
    page.wait_for_text("#status", "The picture is ready").await;

    page.tab_to("#compare").await;
    page.press("right").await;
    assert_eq!(page.property("#compare", "value").await, "51");
    page.press("left").await;
    assert_eq!(page.property("#compare", "value").await, "50");
    page.press("0").await;
    let fits = page.text("#zoom").await;
    page.type_here("+").await;
    assert_ne!(page.text("#zoom").await, fits);
    page.tab_to("#fit").await;
    page.press("0").await;
    assert_eq!(page.text("#zoom").await, fits);
    page.press("1").await;
    assert_eq!(page.text("#zoom").await, "100 %");
    let moved =
        "getComputedStyle(studio.shadowRoot.querySelector('.zoomed')).getPropertyValue('--x')";
    let moved = format!("return {moved}");
    page.type_here("+").await;
    page.type_here("+").await;
    let before = page.ask_studio(&moved).await;
    page.press("right").await;
    assert_ne!(page.ask_studio(&moved).await, before);
    page.press("-").await;
    page.assert_quiet().await;
}

async fn letters_stay_letters(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = open(kind, relay.url()).await;
    page.retype("#prompt", "on a shelf").await;
    page.type_here("?").await;
    assert_eq!(page.property("#prompt", "value").await, "on a shelf?");
    page.gone("#keys-list").await;
    page.assert_quiet().await;
}

/// A page that has the tag among other things has its own keys.
#[tokio::test]
async fn in_another_page_keys_hold_inside_only() {
    let site = Site::start(
        "<p><button id=outside>Outside</button></p>
         <backdrop-studio></backdrop-studio>",
    )
    .await;
    let mut page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#keys").await;
    page.press("shift+?").await;
    page.within("body");
    page.click("#outside").await;
    page.press("shift+?").await;
    page.within("backdrop-studio");
    page.gone("#keys-list").await;
    page.click("#background-colour").await;
    page.press("shift+?").await;
    page.shown("#keys-list").await;
    page.press("escape").await;
    page.gone("#keys-list").await;
    page.within("body");
    page.click("#outside").await;
    page.press("ctrl+z").await;
    page.within("backdrop-studio");
    assert_eq!(page.property("#background-colour", "checked").await, "true");
}
