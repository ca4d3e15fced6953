//! What assistive technology and unusual screens are given.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Provider, Relay, Surroundings, npm, sample};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// Roles that a person operates or is told of, so that they need a name.
const NAMED: [&str; 13] = [
    "button",
    "link",
    "textbox",
    "spinbutton",
    "switch",
    "slider",
    "radio",
    "checkbox",
    "combobox",
    "image",
    "dialog",
    "ColorWell",
    "DisclosureTriangle",
];

/// What the browser tells assistive technology of the whole page, shadow roots too.
async fn assert_named(page: &Browser, at: &str) {
    let tree = page.cdp("Accessibility.getFullAXTree", json!({})).await;
    let mut roles: HashMap<String, usize> = HashMap::new();
    for node in tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] == false) {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let name = node["name"]["value"].as_str().unwrap_or_default();
        *roles.entry(role.to_owned()).or_default() += 1;
        let named = name.chars().any(char::is_alphanumeric);
        assert!(named || !NAMED.contains(&role), "{at}: a {role} has no name: {node:#}");
    }
    assert!(roles.contains_key("button"), "{at}: {roles:?}");
}

/// No id twice in a tree, and no reference to an id that is not there.
async fn assert_ids(page: &Browser, at: &str) {
    let script = "
        const root = document.querySelector('backdrop-studio').shadowRoot;
        const ids = [...root.querySelectorAll('[id]')].map((one) => one.id);
        const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
        const named = ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls'].flatMap((name) =>
            [...root.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name)));
        return [...twice, ...named.filter((id) => !ids.includes(id))];";
    let wrong = page.run(script, vec![]).await;
    assert_eq!(wrong, json!([]), "{at}: ids that are there twice, or are missing");
}

/// What stands out of the window to the right, and texts that are cut off.
async fn assert_fits(page: &Browser, at: &str) {
    let script = "
        const root = document.querySelector('backdrop-studio').shadowRoot;
        const wide = [...root.querySelectorAll('*')].filter((one) => {
            if (one.closest('.unseen, [hidden], svg, .strip, .chips, .pair')) return false;
            const box = one.getBoundingClientRect();
            return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
        });
        const scrolls = document.documentElement.scrollWidth > innerWidth ||
            document.documentElement.scrollHeight > innerHeight ? ['the page scrolls'] : [];
        return [...scrolls, ...wide.map((one) => one.outerHTML.slice(0, 120))];";
    let wide = page.run(script, vec![]).await;
    assert_eq!(wide, json!([]), "{at}: stands out of the window");
}

/// What axe-core finds: the rules of WCAG 2.2 up to AA, and its best practices.
async fn assert_axe(page: &Browser, at: &str) {
    if page.run("return typeof axe", vec![]).await == "undefined" {
        let axe = std::fs::read_to_string(npm("axe-core/axe.min.js"));
        page.run(&axe.expect("axe-core is installed"), vec![]).await;
    }
    // It takes the colours of the sheets where the browser forces others; `assert_contrast` sees them.
    let script = "
        const forced = matchMedia('(forced-colors: active)').matches;
        const rules = { 'color-contrast': { enabled: !forced }, 'target-size': { enabled: true } };
        return axe.run(document, { resultTypes: ['violations'], rules }).then(({ violations }) =>
            violations.flatMap(({ id, help, nodes }) =>
                nodes.map(({ target, failureSummary }) => [id, help, target.flat(), failureSummary])));";
    let violations = page.run(script, vec![]).await;
    assert_eq!(violations, json!([]), "{at}: axe");
}

/// Text whose contrast with its background is less than 4.5 to 1. Texts over pictures are left out.
async fn assert_contrast(page: &Browser, at: &str) {
    let faint = page.run(include_str!("page/contrast.js"), vec![]).await;
    assert_eq!(faint, json!([]), "{at}: hard to read");
}

pub async fn look(page: &Browser, name: &str) {
    let ended = "
        const root = document.querySelector('backdrop-studio').shadowRoot;
        const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
        return root.getAnimations().filter(ends).length === 0;";
    page.until("what comes into view has come", || async {
        (page.run(ended, vec![]).await == true).then_some(())
    })
    .await;
    assert_named(page, name).await;
    assert_ids(page, name).await;
    assert_fits(page, name).await;
    assert_contrast(page, name).await;
    assert_axe(page, name).await;
    page.screenshot(name).await;
}

/// Waits until all of it is in the window.
async fn in_view(page: &Browser, css: &str) {
    let element = serde_json::to_value(page.shown(css).await).expect("an element's id");
    let script = "
        const box = arguments[0].getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight;";
    page.until(&format!("`{css}` is in view"), || async {
        (page.run(script, vec![element.clone()]).await == true).then_some(())
    })
    .await;
}

/// How the studio is looked at.
pub struct Look {
    pub size: (u32, u32),
    pub surroundings: Surroundings,
    language: &'static str,
    /// What its screenshots are called after the state.
    name: &'static str,
}

/// Light, wide and English, as a fresh browser is.
pub const WIDE: Look = Look {
    size: (1440, 900),
    surroundings: Surroundings {
        dark: false,
        forced_colors: false,
        reduced_motion: true,
        more_contrast: false,
    },
    language: "en",
    name: "light",
};

/// Every state of the studio. `cargo xtask screens` collects the pictures.
async fn look_at_all(at: Look) {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.viewport(at.size.0, at.size.1).await;
    page.surroundings(at.surroundings).await;
    page.open_studio(relay.url()).await;
    page.speak(at.language).await;
    let name = |state: &str| format!("{state}-{}", at.name);
    look(&page, &name("empty")).await;

    page.drop_photo(&sample("coffee")).await;
    look(&page, &name("photo")).await;
    page.choose_background("background-reference").await;
    look(&page, &name("reference")).await;
    page.choose_background("background-colour").await;
    look(&page, &name("colour")).await;
    page.choose_background("background-describe").await;

    page.offline(true).await;
    page.click("#send").await;
    in_view(&page, "#failure").await;
    look(&page, &name("offline")).await;
    page.offline(false).await;

    provider.answers(Answer::TooMany { wait_seconds: 60 });
    page.click("#send").await;
    page.wait_for_text(".phase", "60").await;
    look(&page, &name("waiting")).await;
    page.click("#cancel").await;
    page.gone(".phase").await;

    provider.answers(Answer::Moderated.after(Duration::from_secs(2)));
    page.click("#send").await;
    provider.wait_for_request(2).await;
    look(&page, &name("busy")).await;
    in_view(&page, "#failure").await;
    look(&page, &name("failed")).await;

    provider.answers(Answer::Picture { width: 600, height: 400, colour: [240, 190, 120] });
    page.send().await;
    in_view(&page, "#result").await;
    look(&page, &name("done")).await;
    page.click("#save-as").await;
    page.click("label:has(#export-jpg)").await;
    page.click("label:has(#export-size-1)").await;
    page.shown("label:has(#export-crop)").await;
    look(&page, &name("export")).await;
    page.press("escape").await;
    page.gone("#export-save").await;
    page.click("#actual").await;
    look(&page, &name("close")).await;
    page.click("#fit").await;

    page.click("#cut-out").await;
    // The first time the engine comes along.
    page.until_within(Duration::from_secs(60), "the subject is found", || async {
        page.all(".left-out").await.first()?.is_displayed().await.ok()?.then_some(())
    })
    .await;
    look(&page, &name("cutout")).await;
    page.click("#cut-cancel").await;
    page.gone("#cut-canvas").await;

    page.click("#count-4").await;
    page.click("#send").await;
    page.find(".together li:nth-child(4) img").await;
    look(&page, &name("together")).await;

    page.click("#connection").await;
    page.click("#connect-segmind").await;
    page.shown("#key").await;
    look(&page, &name("connect")).await;
    page.press("escape").await;
    page.gone("#connect").await;
    page.click("#code").await;
    look(&page, &name("code")).await;
    page.press("escape").await;
    page.gone("#snippet").await;
    for (button, dialog) in
        [("presets", "#presets-list"), ("share", "#share-settings"), ("keys", "#keys-list")]
    {
        page.click(&format!("#{button}")).await;
        page.shown(dialog).await;
        look(&page, &name(button)).await;
        page.press("escape").await;
        page.gone(dialog).await;
    }
    page.click("#history").await;
    page.click(".kept .one").await;
    page.shown("#kept-show").await;
    look(&page, &name("history")).await;
    page.click("#kept-delete").await;
    page.shown("#history-undo").await;
    page.click("#history-delete-all").await;
    page.shown("#history-question").await;
    look(&page, &name("history-deleting")).await;
    page.assert_quiet_but_for(&["status of 422", "status of 429", "net::ERR_"]).await;
}

#[tokio::test]
async fn light_and_wide() {
    look_at_all(WIDE).await;
}

#[tokio::test]
async fn dark() {
    let surroundings = Surroundings { dark: true, ..WIDE.surroundings };
    look_at_all(Look { surroundings, name: "dark", ..WIDE }).await;
}

#[tokio::test]
async fn narrow() {
    look_at_all(Look { size: (500, 900), name: "500", ..WIDE }).await;
}

/// As wide as a desktop window at 400 %.
#[tokio::test]
async fn very_narrow() {
    look_at_all(Look { size: (320, 640), name: "320", ..WIDE }).await;
}

#[tokio::test]
async fn forced_colours() {
    let surroundings = Surroundings { forced_colors: true, dark: true, ..WIDE.surroundings };
    look_at_all(Look { size: (1024, 700), surroundings, name: "forced", ..WIDE }).await;
}

/// Long words.
#[tokio::test]
async fn german() {
    look_at_all(Look { size: (390, 844), language: "de", name: "german", ..WIDE }).await;
}

/// From right to left.
#[tokio::test]
async fn arabic() {
    look_at_all(Look { language: "ar", name: "arabic", ..WIDE }).await;
}

/// What a finger presses that misses it 21 pixels from the middle; links in a text may be small.
async fn assert_room_for_fingers(page: &Browser, at: &str) {
    let script = "
        const root = document.querySelector('backdrop-studio').shadowRoot;
        const dialog = root.querySelector('dialog[open]');
        const pressed = 'button, select, summary, input:not([type=file]), textarea, .picker, .button';
        return [...(dialog ?? root).querySelectorAll(pressed)].flatMap((one) => {
            if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.unseen')) return [];
            one.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
            const shown = [one, ...(one.labels ?? [])];
            const { left, top, width, height } = one.getBoundingClientRect();
            const [x, y] = [left + width / 2, top + height / 2];
            const hits = (dx, dy) => {
                const hit = root.elementFromPoint(x + dx, y + dy);
                return shown.some((own) => own.contains(hit));
            };
            const found = [[-21, 0], [21, 0], [0, -21], [0, 21]].every(([dx, dy]) => hits(dx, dy));
            return found ? [] : [`${one.outerHTML.slice(0, 70)}: ${width} x ${height}`];
        });";
    let small = page.run(script, vec![]).await;
    assert_eq!(small, json!([]), "{at}: too small for a finger");
}

#[tokio::test]
async fn fingers_find_room() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    let phone = json!({ "width": 412, "height": 823, "deviceScaleFactor": 2, "mobile": true });
    page.cdp("Emulation.setDeviceMetricsOverride", phone).await;
    let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
    page.cdp("Emulation.setTouchEmulationEnabled", touch).await;
    page.open_studio(relay.url()).await;
    assert_eq!(page.run("return matchMedia('(pointer: coarse)').matches", vec![]).await, true);
    page.shown(".ideas .chips").await;
    assert_room_for_fingers(&page, "empty").await;
    page.drop_photo(&sample("coffee")).await;
    page.click(".panel summary").await;
    assert_room_for_fingers(&page, "photo").await;
    page.choose_background("background-reference").await;
    assert_room_for_fingers(&page, "reference").await;
    page.choose_background("background-colour").await;
    assert_room_for_fingers(&page, "colour").await;
    page.send().await;
    assert_room_for_fingers(&page, "done").await;
    page.click("#connection").await;
    page.click("#connect-segmind").await;
    page.shown("#key").await;
    assert_room_for_fingers(&page, "connect").await;
    page.press("escape").await;
    page.gone("#connect").await;
    page.click("#code").await;
    page.shown("#code-curl").await;
    assert_room_for_fingers(&page, "code").await;
    page.screenshot("code-phone").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn what_happens_is_told() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    assert_eq!(page.property("#status", "role").await, "status");
    page.drop_photo(&sample("coffee")).await;
    page.wait_for_text("#status", "Photo chosen: coffee.jpg").await;
    provider.answers(Answer::picture().after(Duration::from_millis(400)));
    page.click("#send").await;
    page.wait_for_text("#status", "Working").await;
    page.wait_for_text("#status", "Done in ").await;
    let lang: Value = page.run("return document.documentElement.lang", vec![]).await;
    assert_eq!(lang, "en");
    let name = page.property("#result", "alt").await;
    assert_eq!(name, "coffee.jpg on its new background");
    page.assert_quiet().await;
}
