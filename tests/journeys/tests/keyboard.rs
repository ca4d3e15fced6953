//! The main job without a mouse.

#![allow(clippy::panic, reason = "the helpers of tests fail as the tests themselves do")]

use journeys::{Browser, Relay, Surroundings, sample};

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

/// Something around or beside what has the focus is outlined, else nobody knows where they are; and no
/// other thing hides all of it, or is outlined as well. Brings what is wrong, or an empty text.
const SEEN: &str = "
    const root = document.querySelector('backdrop-studio').shadowRoot;
    const at = root.activeElement;
    if (!at) return '';
    const before = at.previousElementSibling;
    const near = [at, at.parentElement, at.nextElementSibling, before, before?.firstElementChild];
    if (!near.some((one) => one && getComputedStyle(one).outlineStyle !== 'none')) return 'no outline';
    const other = [...root.querySelectorAll('button, input, textarea, select, summary, a')].find((one) =>
        !near.includes(one) && getComputedStyle(one).outlineStyle !== 'none');
    if (other) return `without it an outline: ${other.outerHTML.slice(0, 100)}`;
    const shown = at.closest('label') ?? at;
    const { left, top, width, height } = shown.getBoundingClientRect();
    const parts = [0.1, 0.5, 0.9];
    const hits = parts.flatMap((x) => parts.map((y) =>
        root.elementFromPoint(left + x * width, top + y * height)));
    return hits.some((hit) => hit && (shown.contains(hit) || hit.contains(shown))) ? '' : 'hidden';";

/// Goes round with the Tab key, once.
async fn go_round(page: &Browser) {
    page.press("tab").await;
    let first = page.focused().await;
    let mut seen = Vec::new();
    for _ in 0..80 {
        let wrong = page.run(SEEN, vec![]).await;
        assert_eq!(wrong, "", "the focus on {}", page.focused().await);
        seen.push(page.focused().await);
        page.press("tab").await;
        if page.focused().await == first && seen.len() > 5 {
            return;
        }
    }
    panic!("Tab never comes round; it passed {seen:#?}");
}

#[tokio::test]
async fn the_focus_is_seen_wherever_it_is() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.surroundings(Surroundings { reduced_motion: true, ..Surroundings::default() }).await;
    for (width, height) in [(1440, 900), (500, 900), (320, 640)] {
        page.viewport(width, height).await;
        page.open_studio(relay.url()).await;
        go_round(&page).await;
    }
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    page.click(".panel summary").await;
    for (width, height) in [(320, 640), (500, 900), (1440, 900)] {
        page.viewport(width, height).await;
        go_round(&page).await;
    }
    page.assert_quiet().await;
}
