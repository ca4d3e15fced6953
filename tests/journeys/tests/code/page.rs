//! The drawer on the page: what it shows is executed.

use crate::run::Desk;
use backdrop_contract::{Dialect, Language};
use journeys::{Browser, Provider, Relay, png, sample};
use serde_json::json;

const TABS: [(Language, &str); 5] = [
    (Language::Curl, "#code-curl"),
    (Language::Python, "#code-python"),
    (Language::JavaScript, "#code-javascript"),
    (Language::Rust, "#code-rust"),
    (Language::Json, "#code-json"),
];

/// The code exactly as it stands in the page.
async fn shown(page: &Browser) -> String {
    page.property("#snippet", "textContent").await
}

/// Runs what every tab shows, and compares the pictures.
async fn run_all(page: &Browser, desk: &Desk, address: &str) {
    page.click("#code").await;
    for (language, tab) in TABS {
        page.click(tab).await;
        let code = shown(page).await;
        let run = || desk.run(language, &code, Dialect::Segmind, address);
        let ran = tokio::task::block_in_place(run);
        assert!(ran.succeeded, "{language:?}: {}\n{code}", ran.said);
        let same = ran.picture.is_some_and(|got| got == png(320, 240, [240, 160, 60]));
        assert!(same, "{language:?}: another picture\n{code}");
    }
    page.press("escape").await;
    page.gone("#code-drawer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_runs_and_brings_the_same_picture() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", "it's a \"so-called\" $(beach), \\ and `é` 😀").await;
    page.seed(7).await;
    page.click("#fast").await;

    // As the site's own endpoint has it: no key, through the relay.
    let desk = Desk::new().with("cat.jpg", &std::fs::read(sample("cat")).unwrap());
    let site = format!("{}/v1/bria-replace-background", relay.url());
    run_all(&page, &desk, &site).await;

    // Straight to the provider, with a key from the environment.
    page.click("#connection").await;
    page.click("#connect-segmind").await;
    page.fill("#address", &provider.endpoint()).await;
    page.fill("#key", "SG_mine").await;
    page.press("enter").await;
    page.gone("#connect").await;
    run_all(&page, &desk, &provider.endpoint()).await;

    // The page's own request is the same.
    page.send().await;
    let asked = provider.asked();
    assert_eq!(asked.len(), 11);
    let own = asked[10].json();
    for (at, one) in asked.iter().enumerate() {
        assert_eq!(one.json(), own, "request {at}");
        let key = match at {
            0..5 => "SG_of_the_relay",
            5..10 => "SG_of_the_snippet",
            _ => "SG_mine",
        };
        assert_eq!(one.header("x-api-key"), key, "request {at}");
    }
    page.click("#code").await;
    assert!(!shown(&page).await.contains("SG_mine"), "the key is shown");
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_code_follows_the_form() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.click("#code").await;
    page.click("#code-json").await;
    let json = || async {
        let code = shown(&page).await;
        serde_json::from_str::<serde_json::Value>(&code).unwrap_or_default()
    };
    let photo = "<base64 of photo.jpg>";
    assert_eq!(json().await, json!({ "image": photo, "prompt": "In a parking lot" }));
    page.press("escape").await;
    page.gone("#code-drawer").await;
    assert!(page.has_focus("#code").await, "{}", page.focused().await);

    page.click("#original_quality").await;
    page.choose_background("background-reference").await;
    page.click("#code").await;
    // The tab that was chosen is still there.
    let expected = json!({
        "image": photo, "ref_images": "<base64 of reference.jpg>", "original_quality": true,
    });
    assert_eq!(json().await, expected);
    page.assert_quiet().await;
}

#[tokio::test]
async fn tabs_by_keyboard_and_copy() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.allow_clipboard().await;
    page.tab_to("#code").await;
    page.press("enter").await;
    page.tab_to("[role=tab]").await;
    assert!(page.has_focus("#code-curl[aria-selected=true]").await);
    for (key, tab, part) in [
        ("right", "#code-python", "import requests"),
        ("right", "#code-javascript", "await fetch"),
        ("end", "#code-json", "\"prompt\": "),
        ("right", "#code-curl", "curl --silent"),
        ("left", "#code-json", "\"prompt\": "),
        ("home", "#code-curl", "curl --silent"),
        ("end", "#code-json", "\"prompt\": "),
        ("left", "#code-rust", "fn main()"),
    ] {
        page.press(key).await;
        page.wait_for_text("#snippet", part).await;
        let selected = format!("{tab}[role=tab][aria-selected=true][aria-controls=snippet]");
        assert!(page.has_focus(&selected).await, "{key}: {}", page.focused().await);
        assert_eq!(page.all("[role=tab][tabindex='0']").await.len(), 1);
        let labelled = format!("#snippet[role=tabpanel][aria-labelledby={}]", &tab[1..]);
        page.find(&labelled).await;
    }
    page.screenshot("code").await;
    // The panel, which scrolls, and then the button.
    page.press("tab").await;
    assert!(page.has_focus("#snippet").await, "{}", page.focused().await);
    page.press("tab").await;
    assert!(page.has_focus("#copy-code").await, "{}", page.focused().await);
    page.press("enter").await;
    page.wait_for_text("#copied[role=status]", "Copied").await;
    let read = "return navigator.clipboard.readText()";
    assert_eq!(page.run(read, vec![]).await, shown(&page).await);

    let denied = json!({ "permission": { "name": "clipboard-write" }, "setting": "denied" });
    page.cdp("Browser.setPermission", denied).await;
    page.press("enter").await;
    page.wait_for_text("#copied", "did not allow it").await;
    page.press("escape").await;
    page.gone("#code-drawer").await;
    page.assert_quiet().await;
}
