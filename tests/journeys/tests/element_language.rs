//! The language of the page around: words, numbers and direction follow it.
#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as the tests themselves do")]

use journeys::{Browser, Kind, Provider, Site, in_each_browser, noise};
use serde_json::json;

in_each_browser!(
    numbers_are_written_as_the_nearest_language_has_it,
    the_layout_is_mirrored_where_the_language_or_the_page_says_so,
    the_words_are_those_of_the_language_and_what_was_typed_stays,
    a_visitor_chooses_the_language_where_the_page_lets_them,
);

async fn open(kind: Kind, body: &str) -> (Site, Browser) {
    let site = Site::start(body).await;
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    (site, page)
}

async fn numbers_are_written_as_the_nearest_language_has_it(kind: Kind) {
    let provider = Provider::start().await;
    // The page itself is in English; another element on it keeps to that.
    let tag = format!("<backdrop-studio endpoint={}></backdrop-studio>", provider.endpoint());
    let body = format!("<div lang=de>{tag}</div><div id=other>{tag}</div>");
    let (_site, mut page) = open(kind, &body).await;
    let photo = noise("large.png", 1100, 1000);
    page.drop_photo(&photo).await;
    page.wait_for_text("#photo-facts", "1.100 × 1.000 · 3,3 MB").await;
    page.send().await;
    page.wait_for_text("#facts", "320 × 240").await;
    let facts = page.text("#facts").await;
    assert!(facts.contains(",") && !facts.contains('.'), "{facts}");
    page.find(".place[lang=de] .app[lang=de]").await;
    page.screenshot("element-german").await;

    // The element's own is nearer, and may change; what no browser knows is English.
    for (lang, facts) in [
        ("en-GB", "1,100 × 1,000 · 3.3 MB"),
        ("da", "1.100 × 1.000 · 3,3 MB"),
        ("no_such", "1,100 × 1,000 · 3.3 MB"),
    ] {
        page.ask_studio(&format!("studio.lang = '{lang}'")).await;
        page.wait_for_text("#photo-facts", facts).await;
    }
    page.within("#other backdrop-studio");
    page.drop_photo(&photo).await;
    page.wait_for_text("#photo-facts", "1,100 × 1,000 · 3.3 MB").await;
    page.assert_quiet_but_for(&["healthz"]).await;
}

async fn the_layout_is_mirrored_where_the_language_or_the_page_says_so(kind: Kind) {
    for (html, mirrored) in [
        ("<backdrop-studio></backdrop-studio>", false),
        ("<backdrop-studio lang=ar></backdrop-studio>", true),
        ("<div lang=he><backdrop-studio></backdrop-studio></div>", true),
        ("<backdrop-studio dir=rtl></backdrop-studio>", true),
        ("<div dir=rtl><backdrop-studio></backdrop-studio></div>", true),
        // Said is said.
        ("<backdrop-studio lang=ar dir=ltr></backdrop-studio>", false),
    ] {
        let (_site, page) = open(kind, html).await;
        let script =
            "const of = (css) => studio.shadowRoot.querySelector(css).getBoundingClientRect();
            return [of('.panel').left < of('.stage').left, of('.mark').left > of('#theme').left];";
        let found = page.ask_studio(script).await;
        assert_eq!(found, json!([mirrored, mirrored]), "{html}");
        if mirrored {
            page.screenshot("element-mirrored").await;
            page.ask_studio("studio.lang = 'en'; studio.dir = 'ltr'").await;
            page.until("it is as usual", || async {
                (page.ask_studio(script).await == json!([false, false])).then_some(())
            })
            .await;
        }
    }
}

async fn the_words_are_those_of_the_language_and_what_was_typed_stays(kind: Kind) {
    let (_site, page) = open(kind, "<backdrop-studio lang=de></backdrop-studio>").await;
    // From the first on: nothing is drawn in English before.
    assert!(page.text("#send").await.contains("Hintergrund ersetzen"));
    page.type_into("#prompt", " at night").await;
    for (lang, says) in [
        ("fr-CA", "Remplacer l’arrière-plan"),
        ("ar", "استبدل الخلفية"),
        ("zh-CN", "替换背景"),
        // Neither is spoken.
        ("zh-TW", "Replace background"),
        ("da", "Replace background"),
        ("de", "Hintergrund ersetzen"),
    ] {
        page.ask_studio(&format!("studio.lang = '{lang}'")).await;
        page.until(lang, || async { page.text("#send").await.contains(says).then_some(()) }).await;
        let prompt =
            page.ask_studio("return studio.shadowRoot.querySelector('#prompt').value").await;
        assert!(prompt.as_str().unwrap().contains(" at night"), "{lang}: {prompt}");
    }
    page.screenshot("element-german-words").await;
    page.ask_studio("studio.lang = 'ar'").await;
    page.until("Arabic", || async {
        page.text("#send").await.contains("استبدل").then_some(())
    })
    .await;
    page.screenshot("element-arabic-words").await;
}

async fn a_visitor_chooses_the_language_where_the_page_lets_them(kind: Kind) {
    let (site, page) =
        open(kind, "<backdrop-studio choose-language lang=fr></backdrop-studio>").await;
    page.shown("#language").await;
    // The browser's own.
    assert!(page.text("#send").await.contains("Replace background"));
    page.speak("es").await;
    assert!(page.text("#send").await.contains("Cambiar el fondo"));
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    assert!(page.text("#send").await.contains("Cambiar el fondo"));
    page.shown("#language").await;
    let chosen = page.ask_studio("return studio.shadowRoot.querySelector('#language').value").await;
    assert_eq!(chosen, json!("es"));
    page.screenshot("element-spanish-chosen").await;
}

/// In another language everything is drawn anew; a person goes on where they were.
#[tokio::test]
async fn what_is_typed_stays_and_so_does_the_focus() {
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#undo").await;
    page.type_into("#photo-address", "https://a.example/b").await;
    page.retype("#seed", "77").await;
    assert!(page.has_focus("#seed").await);
    page.ask_studio("studio.lang = 'ar'").await;
    page.wait_for_text("legend", "صورة").await;
    page.until("the focus is where it was", || async {
        page.has_focus("#seed").await.then_some(())
    })
    .await;
    assert_eq!(page.property("#seed", "value").await, "77");
    assert_eq!(page.property("#photo-address", "value").await, "https://a.example/b");
    page.screenshot("typed-in-arabic").await;
    // It is the field's own text again: it can be taken.
    page.click("#photo-address + button").await;
    page.wait_for_text(".photo b", "b").await;
}
