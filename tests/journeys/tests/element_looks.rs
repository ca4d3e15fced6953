//! How the element looks on other people's pages, and that their looks stay outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use base64::Engine as _;
use journeys::{Answer, Browser, Pixels, Provider, Site, Surroundings, sample};
use serde_json::{Value, json};

/// A page's own style in which everything is against it.
const HOSTILE: &str = "
    * { all: unset !important; font-size: 60px !important; letter-spacing: 9px !important;
        line-height: 3 !important; text-transform: uppercase !important; color: red !important;
        text-align: end !important; word-spacing: 20px !important; visibility: visible !important }
    button, input, textarea, fieldset, dialog, img, label { display: none !important }
    div { position: fixed !important; transform: rotate(9deg) !important }
    :root { --surface: red; --ink: red; --accent: red; --r: 0; --panel: red }
    .app, .header, .panel, .primary { background: red !important; float: right !important }";

/// The element's own box belongs to the page, which gives it one here.
const BOX: &str = "
    head, title, script, style, link { display: none !important }
    html, body { display: block !important; margin: 0 !important }
    backdrop-studio { display: block !important; height: 720px !important; width: 1200px !important }";

async fn open(provider: &Provider, style: &str, html: &str) -> (Site, Browser) {
    let site = Site::start("").await;
    site.file("/page.css", "text/css", style.to_owned());
    let html = html.replace("ENDPOINT", &provider.endpoint());
    site.page("/", &format!("<link rel=stylesheet href=/page.css>{html}"));
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    (site, page)
}

/// Where the first match inside the element is, in CSS pixels.
async fn place(page: &Browser, css: &str) -> [f64; 4] {
    page.find(css).await;
    let script = "
        const inside = document.querySelector('backdrop-studio').shadowRoot;
        const { x, y, width, height } = inside.querySelector(arguments[0]).getBoundingClientRect();
        return [x + scrollX, y + scrollY, width, height];";
    serde_json::from_value(page.run(script, vec![css.into()]).await).unwrap()
}

async fn seen(page: &Browser, css: &str) -> Pixels {
    let [x, y, width, height] = place(page, css).await;
    assert!(width > 8.0 && height > 8.0, "{css} has no room: {width} × {height}");
    let clip = json!({ "x": x, "y": y, "width": width, "height": height, "scale": 1 });
    let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    let shot = page.cdp("Page.captureScreenshot", wanted).await;
    let bytes = base64::prelude::BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
    Pixels::of_bytes(&bytes)
}

/// Plays through a job, and takes a picture of every region on the way.
async fn regions(page: &Browser) -> Vec<(&'static str, Pixels)> {
    page.shown("#send").await;
    let mut seen_so_far = Vec::new();
    for css in [".header", ".welcome", ".fields", ".send"] {
        seen_so_far.push((css, seen(page, css).await));
    }
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    // How long it took is written beside these.
    for css in [".pair", ".fields"] {
        seen_so_far.push((css, seen(page, css).await));
    }
    page.click("#connection").await;
    page.shown("#connect").await;
    seen_so_far.push(("#connect", seen(page, "#connect").await));
    seen_so_far
}

async fn compare(plain: &str, hostile: &str, html: &str) {
    let provider = Provider::start().await;
    let (_site, page) = open(&provider, &format!("{plain}{BOX}"), html).await;
    let wanted = regions(&page).await;
    page.assert_quiet().await;
    let (_site, page) = open(&provider, &format!("{hostile}{BOX}"), html).await;
    let found = regions(&page).await;
    page.screenshot("element-hostile").await;
    for ((css, wanted), (_, found)) in wanted.iter().zip(&found) {
        assert_eq!(wanted.size(), found.size(), "{css} has another size");
        let different = wanted.different(found);
        assert!(different < 0.001, "{css} differs in {different} of its pixels");
    }
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_hostile_page_changes_no_pixel() {
    compare("", HOSTILE, "<backdrop-studio endpoint=ENDPOINT></backdrop-studio>").await;
}

#[tokio::test]
async fn nor_from_right_to_left_and_zoomed() {
    let zoom = "body { zoom: 1.25 !important }";
    let html = "<body dir=rtl><backdrop-studio endpoint=ENDPOINT></backdrop-studio>";
    compare(zoom, &format!("{HOSTILE}{zoom}"), html).await;
}

#[tokio::test]
async fn a_page_that_takes_even_its_box_leaves_it_usable() {
    let provider = Provider::start().await;
    let (_site, page) =
        open(&provider, HOSTILE, "<backdrop-studio endpoint=ENDPOINT></backdrop-studio>").await;
    page.shown("#send").await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let [_, _, width, height] = place(&page, ".app").await;
    assert!(width > 1000.0 && height > 400.0, "{width} × {height}");
    page.assert_quiet().await;
}

#[tokio::test]
async fn its_looks_do_not_reach_the_page() {
    let provider = Provider::start().await;
    let around = "<button id=theirs>Theirs</button><p class=chip>Text</p>";
    let (_site, page) =
        open(&provider, "", &format!("{around}<backdrop-studio></backdrop-studio>")).await;
    page.shown("#send").await;
    let script = "const of = (css) => {
          const style = getComputedStyle(document.querySelector(css));
          return ['font', 'color', 'background', 'padding', 'margin', 'border', 'display'].map((name) => style[name]);
        };
        const now = JSON.stringify([of('#theirs'), of('.chip'), of('html')]);
        document.querySelector('backdrop-studio').remove();
        return now == JSON.stringify([of('#theirs'), of('.chip'), of('html')])
            && document.adoptedStyleSheets.length == 0 && !document.querySelector('style')";
    assert_eq!(page.run(script, vec![]).await, true);
}

#[tokio::test]
async fn a_page_sets_variables_parts_and_slots() {
    let provider = Provider::start().await;
    let style = "backdrop-studio { --backdrop-accent: rgb(1, 130, 3); --backdrop-radius: 0px;
            --backdrop-density: 0.5; --backdrop-font: monospace; }
        backdrop-studio::part(send-button) { text-transform: uppercase }
        backdrop-studio::part(panel) { background: rgb(250, 240, 230) }";
    let html = "<backdrop-studio endpoint=ENDPOINT>
          <b slot=header id=brand>The shop</b>
          <p slot=empty id=hint>Drop your product here</p>
          <button slot=actions id=cart>Into the cart</button>
        </backdrop-studio>";
    let (_site, mut page) = open(&provider, style, html).await;
    page.shown("#send").await;
    let style = |css: &str, property: &str| {
        let script = "const inside = document.querySelector('backdrop-studio').shadowRoot;
            return getComputedStyle(inside.querySelector(arguments[0]))[arguments[1]]";
        (script, vec![Value::from(css), Value::from(property)])
    };
    for (css, property, value) in [
        ("#send", "backgroundColor", "rgb(1, 130, 3)"),
        ("#send", "textTransform", "uppercase"),
        (".canvas", "borderTopLeftRadius", "0px"),
        (".fields", "paddingTop", "10px"),
        (".panel", "backgroundColor", "rgb(250, 240, 230)"),
        (".app", "fontFamily", "monospace"),
    ] {
        let (script, arguments) = style(css, property);
        assert_eq!(page.run(script, arguments).await, value, "{css} {property}");
    }
    page.within("body");
    page.shown("#brand").await;
    page.shown("#hint").await;
    page.within("backdrop-studio");
    let script = "const inside = document.querySelector('backdrop-studio').shadowRoot;
        return ['.mark', '.welcome h2'].some((css) => inside.querySelector(css).checkVisibility())";
    assert_eq!(page.run(script, vec![]).await, false);
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    page.screenshot("element-parts").await;
    page.within("body");
    page.click("#cart").await;
    page.within("backdrop-studio");
    page.assert_quiet().await;
}

#[tokio::test]
async fn light_and_dark_are_the_pages_choice() {
    let provider = Provider::start().await;
    let style = "#dark { color-scheme: dark } #auto { color-scheme: light dark }";
    let html = "<backdrop-studio id=plain></backdrop-studio><backdrop-studio id=dark></backdrop-studio>
        <backdrop-studio id=auto></backdrop-studio><backdrop-studio id=forced theme=light></backdrop-studio>";
    let (_site, mut page) = open(&provider, style, html).await;
    page.surroundings(Surroundings { dark: true, ..Surroundings::default() }).await;
    let light = "rgb(251, 251, 250)";
    let dark = "rgb(19, 20, 22)";
    for (id, colour) in [("plain", light), ("dark", dark), ("auto", dark), ("forced", light)] {
        page.within(&format!("#{id}"));
        page.find("#send").await;
        let script = "return getComputedStyle(document.getElementById(arguments[0]).shadowRoot.querySelector('.app')).backgroundColor";
        assert_eq!(page.run(script, vec![id.into()]).await, colour, "{id}");
    }
}

#[tokio::test]
async fn every_variant_fits_into_300_pixels() {
    let provider = Provider::start().await;
    let style = "backdrop-studio { width: 300px }";
    for variant in ["full", "compact", "button"] {
        let html =
            format!("<backdrop-studio endpoint=ENDPOINT variant={variant}></backdrop-studio>");
        let (_site, page) = open(&provider, style, &html).await;
        page.viewport(360, 740).await;
        if variant == "button" {
            page.click("#open-studio").await;
        }
        page.shown("#send").await;
        page.drop_files(".stage", &[sample("cat")]).await;
        page.shown("#photo").await;
        page.send().await;
        let script = "const inside = document.querySelector('backdrop-studio').shadowRoot;
            const wide = [...inside.querySelectorAll('.app, .main, .header, .panel, .stage')];
            return [...wide.filter((one) => one.scrollWidth > one.clientWidth + 1)
                .map((one) => one.className + ' ' + one.scrollWidth + ' > ' + one.clientWidth),
              ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : [])]";
        assert_eq!(page.run(script, vec![]).await, json!([]), "{variant}");
        page.screenshot(&format!("element-300-{variant}")).await;
        page.assert_quiet().await;
    }
}

#[tokio::test]
async fn it_fills_whatever_room_it_is_given_up_to_a_full_screen() {
    let provider = Provider::start().await;
    let style = "backdrop-studio { height: 100vh }";
    let html = "<backdrop-studio endpoint=ENDPOINT></backdrop-studio>";
    let (_site, page) = open(&provider, style, html).await;
    page.shown("#send").await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    for (width, height) in [(300, 600), (480, 800), (861, 480), (1280, 720), (3840, 2160)] {
        page.viewport(width, height).await;
        let script = "const inside = document.querySelector('backdrop-studio').shadowRoot;
            const app = inside.querySelector('.app').getBoundingClientRect();
            const out = [...inside.querySelectorAll('.header, .main, .stage, .canvas, .panel, .send, #send')]
                .map((one) => [one.className || one.id, one.getBoundingClientRect()])
                .filter(([, box]) => box.width < 40 || box.left < -1 || box.right > innerWidth + 1);
            return [app.width, app.height, document.documentElement.scrollWidth, out.map(([name]) => name)]";
        page.until(&format!("it fills {width} × {height}"), || async {
            let found = page.run(script, vec![]).await;
            (found == json!([width, height, width, []])).then_some(())
        })
        .await;
        page.screenshot(&format!("element-{width}x{height}")).await;
    }
    page.assert_quiet().await;
}

#[tokio::test]
async fn compact_keeps_the_rest_of_the_settings_folded() {
    let provider = Provider::start().await;
    let html = "<backdrop-studio endpoint=ENDPOINT variant=compact></backdrop-studio>";
    let (_site, page) = open(&provider, "", html).await;
    page.shown("#prompt").await;
    page.gone("#seed").await;
    page.screenshot("element-compact").await;
    let (stage, panel) = (place(&page, ".stage").await, place(&page, ".panel").await);
    assert!(panel[1] >= stage[1] + stage[3], "the settings are below the stage");
    page.click("#more").await;
    page.shown("#seed").await;
    assert_eq!(page.property("#more", "ariaExpanded").await, "true");
    page.click("#more").await;
    page.gone("#seed").await;
    page.drop_files(".stage", &[sample("cat")]).await;
    page.shown("#photo").await;
    page.send().await;
    page.run("document.querySelector('backdrop-studio').variant = 'full'", vec![]).await;
    page.shown("#seed").await;
    page.shown("#result").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_button_opens_the_studio_and_shows_its_picture() {
    let provider = Provider::start().await;
    let html =
        "<p>Before <backdrop-studio endpoint=ENDPOINT variant=button></backdrop-studio> after</p>";
    let (_site, page) = open(&provider, "", html).await;
    page.wait_for_text("#open-studio", "Put a photo on a new background").await;
    page.gone("#send").await;
    page.screenshot("element-button").await;
    page.tab_to("#open-studio").await;
    page.press("enter").await;
    page.shown("#send").await;
    page.drop_photo(&sample("cat")).await;
    provider.answers(Answer::picture());
    page.send().await;
    page.screenshot("element-button-open").await;
    page.press("escape").await;
    page.gone("#send").await;
    assert!(page.has_focus("#open-studio").await);
    page.wait_for_text("#open-studio", "Change the picture").await;
    let script = "return document.querySelector('backdrop-studio').shadowRoot
        .querySelector('#open-studio img')?.naturalWidth";
    let shows = page.run(script, vec![]).await;
    assert_eq!(shows, 320);
    page.screenshot("element-button-done").await;
    page.press("enter").await;
    page.shown("#result").await;
    page.click("#close-studio").await;
    page.gone("#send").await;
    page.assert_quiet().await;
}
