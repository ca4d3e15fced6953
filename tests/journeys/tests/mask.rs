//! The cut-out is corrected: by a brush of any kind, by keys, and back again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::Name;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::actions::{InputSource, MouseActions, PenActions, PointerAction, TouchActions};
use journeys::{
    Browser, Kind, Pixels, Provider, Relay, STRICT, Site, far, in_each_browser, near, sample,
};
use serde_json::json;
use std::time::Duration;

const NOT_THERE: &[&str] = &["status of 404"];
/// The swatch "Sage".
const BACK: [u8; 4] = [0xcf, 0xe3, 0xd0, 255];
/// In the cup, as shares of the photo's sides.
const CUP: (f64, f64) = (0.5, 0.5);

/// The studio on a server of mere files, with a picture that was made on this machine.
async fn with_result(kind: Kind) -> (Site, Browser, Pixels) {
    let site = Site::start("<backdrop-studio></backdrop-studio>").await;
    site.policy(&STRICT.replace("trusted-types 'none'", "trusted-types backdrop"));
    let page = Browser::start_as(kind).await;
    page.open_studio(site.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
    let made = another(&page, "#send").await;
    assert!(near(made.corners()[0], BACK), "{:?}", made.corners());
    assert!(far(made.at(CUP.0, CUP.1), BACK));
    (site, page, made)
}

/// The result's pixels, as the page has them.
async fn result(page: &Browser) -> Pixels {
    let script = "
        const image = studio.shadowRoot.querySelector('#result');
        const canvas = document.createElement('canvas');
        return image.decode().then(() => {
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            canvas.getContext('2d').drawImage(image, 0, 0);
            return canvas.toDataURL().split(',')[1];
        });";
    let text = page.ask_studio(script).await;
    Pixels::of_bytes(&BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap())
}

/// Opens the tools, and waits until the subject is known.
async fn begin(page: &Browser) {
    page.click("#correct").await;
    found(page).await;
}

async fn found(page: &Browser) {
    page.until_within(Duration::from_secs(60), "the subject is found", || async {
        page.all(".left-out").await.first()?.is_displayed().await.ok()?.then_some(())
    })
    .await;
}

/// Ends, and waits for the picture that is made of it.
async fn done(page: &Browser) -> Pixels {
    another(page, "#cut-done").await
}

/// Presses a button, and waits for the picture that comes of it; the first one takes the engine along.
async fn another(page: &Browser, button: &str) -> Pixels {
    let before = page.all(".strip li").await.len();
    page.click(button).await;
    page.until_within(Duration::from_secs(60), "another result is there", || async {
        let more = page.all(".strip li").await.len() > before;
        let shown = page.all("#result").await.first()?.is_displayed().await.ok()?;
        (more && shown && !page.is_busy().await).then_some(())
    })
    .await;
    result(page).await
}

/// Where a share of the photo is in the window.
async fn places(page: &Browser, shares: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let script = "
        const box = studio.shadowRoot.querySelector('#cut-canvas img').getBoundingClientRect();
        return [box.x, box.y, box.width, box.height];";
    let place: Vec<f64> = serde_json::from_value(page.ask_studio(script).await).unwrap();
    shares.iter().map(|(u, v)| (place[0] + u * place[2], place[1] + v * place[3])).collect()
}

/// Draws a line with a pointer of some kind.
async fn draw(page: &Browser, pointer: &str, line: &[(f64, f64)]) {
    let at = places(page, line).await;
    let go = |(x, y): (f64, f64)| PointerAction::MoveTo {
        duration: Some(Duration::from_millis(50)),
        x: x.round(),
        y: y.round(),
    };
    let mut all = vec![go(at[0]), PointerAction::Down { button: 0 }];
    all.extend(at[1..].iter().map(|at| go(*at)));
    all.push(PointerAction::Up { button: 0 });
    let name = pointer.to_owned();
    let drawn = match pointer {
        "touch" => {
            let actions = all.into_iter().fold(TouchActions::new(name), TouchActions::then);
            page.client().perform_actions(actions).await
        }
        "pen" => {
            let actions = all.into_iter().fold(PenActions::new(name), PenActions::then);
            page.client().perform_actions(actions).await
        }
        _ => {
            let actions = all.into_iter().fold(MouseActions::new(name), MouseActions::then);
            page.client().perform_actions(actions).await
        }
    };
    drawn.unwrap_or_else(|error| panic!("{pointer} cannot draw: {error}"));
}

in_each_browser!(
    a_stroke_takes_away_and_undoing_brings_it_back;
    but_webkit: a_finger_and_a_pen_paint_too
);

async fn a_stroke_takes_away_and_undoing_brings_it_back(kind: Kind) {
    let (site, page, before) = with_result(kind).await;
    begin(&page).await;
    page.screenshot(&format!("cutout-{kind:?}")).await;
    draw(&page, "mouse", &[(0.45, 0.5), CUP, (0.55, 0.5)]).await;
    page.wait_for_text("#status", "The cut-out has changed").await;
    page.screenshot(&format!("cutout-removed-{kind:?}")).await;
    let removed = done(&page).await;
    for u in [0.45, 0.5, 0.55] {
        assert!(near(removed.at(u, CUP.1), BACK), "at {u}: {:?}", removed.at(u, CUP.1));
    }
    let part = removed.different(&before);
    assert!(part > 0.002 && part < 0.05, "{part} of the picture changed");

    // Back, and the very same picture.
    begin(&page).await;
    page.click("#cut-undo").await;
    assert!(done(&page).await == before, "undone is not as it was");
    // Once more, and cancelled: what was undone can be done again.
    begin(&page).await;
    page.click("#cut-redo").await;
    page.click("#cut-cancel").await;
    page.gone("#cut-canvas").await;
    begin(&page).await;
    page.click("#cut-redo").await;
    assert!(done(&page).await == removed, "done again is not as it was");

    // What was left out is kept.
    begin(&page).await;
    page.click("#cut-keep").await;
    draw(&page, "mouse", &[(0.05, 0.05), (0.1, 0.05)]).await;
    let kept = done(&page).await;
    assert!(far(kept.at(0.07, 0.05), BACK), "{:?}", kept.at(0.07, 0.05));
    assert!(near(kept.at(0.9, 0.05), BACK));

    assert!(site.posted().is_empty(), "something was sent");
    assert_eq!(site.asked_for_engine(), 1);
    page.assert_quiet_but_for(NOT_THERE).await;
}

async fn a_finger_and_a_pen_paint_too(kind: Kind) {
    let (_site, page, before) = with_result(kind).await;
    for pointer in ["touch", "pen"] {
        // Its driver has no pen.
        if (kind, pointer) == (Kind::Firefox, "pen") {
            continue;
        }
        begin(&page).await;
        draw(&page, pointer, &[(0.45, 0.5), CUP, (0.55, 0.5)]).await;
        let removed = done(&page).await;
        assert!(near(removed.at(CUP.0, CUP.1), BACK), "{pointer}: {:?}", removed.at(CUP.0, CUP.1));
        begin(&page).await;
        page.click("#cut-undo").await;
        assert!(done(&page).await == before);
    }
}

#[tokio::test]
async fn two_fingers_look_closer_and_paint_nothing() {
    let (_site, page, _) = with_result(Kind::Chromium).await;
    begin(&page).await;
    let at = places(&page, &[(0.4, 0.5), (0.6, 0.5), (0.2, 0.5), (0.8, 0.5), CUP]).await;
    let touch = |kind: &'static str, points: &[(f64, f64)]| {
        let points: Vec<_> = points.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
        page.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }))
    };
    touch("touchStart", &at[..1]).await;
    touch("touchStart", &at[..2]).await;
    touch("touchMove", &at[2..4]).await;
    touch("touchEnd", &[]).await;
    let zoomed = "return studio.shadowRoot.querySelector('.cutting .zoomed') !== null";
    assert_eq!(page.ask_studio(zoomed).await, true);
    assert_eq!(page.property("#cut-undo", "ariaDisabled").await, "true");
    // What is painted now is where it is seen: the middle stays the middle.
    draw(&page, "mouse", &[CUP, CUP]).await;
    let removed = done(&page).await;
    assert!(near(removed.at(CUP.0, CUP.1), BACK));
    page.assert_quiet_but_for(NOT_THERE).await;
}

#[tokio::test]
async fn keys_do_all_of_it() {
    let (_site, page, before) = with_result(Kind::Chromium).await;
    page.tab_to("#correct").await;
    page.press("enter").await;
    found(&page).await;
    page.until("the tools have the focus", || async {
        page.has_focus("#cut-remove").await.then_some(())
    })
    .await;
    // The brush: from the middle to the right, a little back, and a dab.
    page.ask_studio("studio.shadowRoot.querySelector('#cut-canvas').focus()").await;
    page.press("right").await;
    page.press("shift+left").await;
    page.press("space").await;
    page.press("left").await;
    page.press("enter").await;
    page.wait_for_text("#status", "The cut-out has changed").await;
    page.press("ctrl+z").await;
    page.press("ctrl+shift+z").await;
    page.tab_to("#cut-done").await;
    page.press("enter").await;
    page.gone("#cut-canvas").await;
    page.until("a second result", || async {
        (page.all(".strip li").await.len() == 2 && !page.is_busy().await).then_some(())
    })
    .await;
    let removed = result(&page).await;
    assert!(near(removed.at(0.5, 0.5), BACK), "{:?}", removed.at(0.5, 0.5));

    // Each tool by itself, beside the picture without corrections.
    begin(&page).await;
    for _ in 0..2 {
        page.click("#cut-undo").await;
    }
    assert!(done(&page).await == before);
    for (tools, least) in [
        (&["#cut-grow", "#cut-grow"][..], 0.002),
        (&["#cut-shrink", "#cut-shrink"], 0.002),
        (&["#cut-feather"], 0.0005),
        (&["#cut-whole"], 0.0),
    ] {
        begin(&page).await;
        for tool in tools {
            page.ask_studio(&format!("studio.shadowRoot.querySelector('{tool}').focus()")).await;
            page.press("space").await;
        }
        let made = done(&page).await;
        let part = made.different(&before);
        assert!(part > least && part < 0.2, "{tools:?}: {part} of the picture changed");
        begin(&page).await;
        match tools {
            ["#cut-whole"] => page.click("#cut-whole").await,
            _ => {
                for _ in tools {
                    page.press("ctrl+z").await;
                }
            }
        }
        assert!(done(&page).await == before, "{tools:?}: undone is not as it was");
    }

    // A part apart from the largest goes with one press.
    begin(&page).await;
    page.click("#cut-keep").await;
    draw(&page, "mouse", &[(0.05, 0.05), (0.1, 0.05)]).await;
    page.click("#cut-largest").await;
    let made = done(&page).await;
    assert!(near(made.at(0.07, 0.05), BACK), "{:?}", made.at(0.07, 0.05));
    page.assert_quiet_but_for(NOT_THERE).await;
}

#[tokio::test]
async fn the_brush_is_as_large_as_it_is_set() {
    let (_site, page, before) = with_result(Kind::Chromium).await;
    let mut last = 0.0;
    for size in [2, 20] {
        begin(&page).await;
        let set = format!(
            "const size = studio.shadowRoot.querySelector('#cut-size'); size.value = {size};
             size.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        );
        page.ask_studio(&set).await;
        draw(&page, "mouse", &[CUP, CUP]).await;
        let part = done(&page).await.different(&before);
        assert!(part > 4.0 * last && part > 0.00001, "{size}: {part} after {last}");
        last = part;
        begin(&page).await;
        page.click("#cut-undo").await;
        done(&page).await;
    }
}

/// What the provider is sent: the picture, and the settings.
fn sent(asked: &journeys::Asked) -> (image::RgbaImage, image::ColorType, serde_json::Value) {
    let mut json = asked.json();
    let object = json.as_object_mut().unwrap();
    let image = object.remove(Name::Image.wire()).unwrap();
    let bytes = BASE64_STANDARD.decode(image.as_str().unwrap()).expect("bare base64");
    assert_eq!(image::guess_format(&bytes).unwrap(), image::ImageFormat::Png);
    let image = image::load_from_memory(&bytes).unwrap();
    (image.to_rgba8(), image.color(), json)
}

#[tokio::test]
async fn the_corrected_cut_out_goes_to_the_provider_as_alpha() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    let photo = image::open(sample("coffee")).unwrap().to_rgba8();
    // Asked for, and put off by the cut-out.
    page.click("#force_background_detection").await;

    page.click("#cut-out").await;
    found(&page).await;
    draw(&page, "mouse", &[(0.45, 0.5), CUP, (0.55, 0.5)]).await;
    page.click("#cut-done").await;
    page.gone("#cut-canvas").await;
    page.wait_for_text("#status", "Nothing is sent yet").await;
    assert!(provider.asked().is_empty(), "correcting sends nothing");
    assert_eq!(page.property("#send-cutout", "checked").await, "true");
    page.send().await;
    let (image, colours, json) = sent(&provider.wait_for_request(1).await);
    assert_eq!(colours, image::ColorType::Rgba8);
    assert_eq!(image.dimensions(), photo.dimensions());
    let at = |u: f64, v: f64| {
        let (width, height) = image.dimensions();
        ((u * f64::from(width)) as u32, (v * f64::from(height)) as u32)
    };
    let (x, y) = at(0.01, 0.01);
    assert_eq!(image.get_pixel(x, y).0, [0; 4], "the background is left out");
    let (x, y) = at(CUP.0, CUP.1);
    assert_eq!(image.get_pixel(x, y).0, [0; 4], "what was brushed away is left out");
    let whole = image.enumerate_pixels().filter(|(.., pixel)| pixel.0[3] == 255);
    let (mut same, mut all) = (0, 0);
    for (x, y, pixel) in whole {
        all += 1;
        same += u32::from(near(pixel.0, photo.get_pixel(x, y).0));
    }
    assert!(all > 10_000 && same * 100 > all * 99, "{same} of {all} as in the photo");
    assert!(
        json.get(Name::ForceBackgroundDetection.wire()).is_none_or(|flag| flag == false),
        "{json}"
    );

    // The person's choice: without it the photo goes as it is, and so does the flag.
    page.click("#send-cutout").await;
    page.send().await;
    let json = provider.wait_for_request(2).await.json();
    let bytes = BASE64_STANDARD.decode(json["image"].as_str().unwrap()).unwrap();
    assert!(bytes == std::fs::read(sample("coffee")).unwrap());
    assert_eq!(json[Name::ForceBackgroundDetection.wire()], true);

    // Another photo has a cut-out of its own.
    page.drop_photo(&sample("cat")).await;
    page.gone("#send-cutout").await;
    page.assert_quiet().await;
}
