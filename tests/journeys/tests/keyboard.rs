//! The main job without a mouse.

use journeys::{Browser, Relay, Surroundings};

#[tokio::test]
async fn the_keyboard_alone_does_the_whole_job() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;

    page.tab_to(".samples button").await;
    page.press("enter").await;
    page.photo_is("coffee.jpg").await;
    assert_ne!(page.focused().await, "", "the focus went with the samples");

    page.tab_to("#background-describe").await;
    page.press("right").await;
    page.press("right").await;
    assert!(page.has_focus("#background-colour").await);
    page.shown(".swatches").await;
    page.tab_to(".swatch[aria-label=Sage]").await;
    page.press("space").await;
    page.find(".swatch[aria-label=Sage][aria-pressed=true]").await;
    page.screenshot("keyboard-swatch").await;

    page.tab_to("#send").await;
    page.press("enter").await;
    page.shown("#result").await;
    page.wait_for_text("#status", "The picture is ready").await;
    assert!(page.has_focus("#send").await, "the focus is on {}", page.focused().await);

    // Round the page to its start, or back: both are the keyboard's way.
    page.tab_to("#compare").await;
    assert_eq!(page.property("#compare", "value").await, "50");
    for _ in 0..5 {
        page.press("right").await;
    }
    assert_eq!(page.property("#compare", "value").await, "55");
    assert_eq!(page.property("#compare", "ariaValueText").await, "55 % before");
    page.screenshot("keyboard-compare").await;
    page.tab_to("#download").await;
    page.press("enter").await;
    assert!(page.next_download().await.ends_with("coffee-backdrop.png"));
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_focus_is_seen_wherever_it_is() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.surroundings(Surroundings { reduced_motion: true, ..Surroundings::default() }).await;
    page.press("tab").await;
    let first = page.focused().await;
    let mut seen = Vec::new();
    // Something around or beside what has the focus is outlined, else nobody knows where they are.
    let script = "
        const at = document.querySelector('backdrop-studio').shadowRoot.activeElement;
        if (!at) return true;
        const near = [at, at.parentElement, at.nextElementSibling, at.previousElementSibling];
        return near.some((one) => one && getComputedStyle(one).outlineStyle !== 'none');";
    for _ in 0..60 {
        let outlined = page.run(script, vec![]).await;
        assert_eq!(outlined, true, "the focus on {} is not seen", page.focused().await);
        seen.push(page.focused().await);
        page.press("tab").await;
        if page.focused().await == first && seen.len() > 5 {
            return;
        }
    }
    panic!("Tab never comes round; it passed {seen:#?}");
}
